"""The search alone: its kernels against `plain_search`, what every plan keeps, one answer for a seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching import plain_search
from tests.core.matching.small_problems import problems, town
from yinfeng.core.matching import _blocks, _improve, _search
from yinfeng.core.matching._blocks import blocks, excerpt, shared_out
from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._improve import Found, search
from yinfeng.core.matching._pool import Pool, in_problem, margins, narrow, order_by_margin, usable
from yinfeng.core.matching._search import Arena, Plan, Schedule, Toll
from yinfeng.core.matching.problem import Floats, Ints, Problem
from yinfeng.core.matching.reference import best_plan

SOME = settings(max_examples=100, deadline=None)


def by_margin(problem: Problem, price: Floats) -> Pool:
    """Give the pool of a problem as the search wants it."""
    pool = usable(problem)
    return narrow(pool, order_by_margin(pool, margins(pool, price)))


def found_in(pool: Pool, price: Floats, seed: int = 0, chosen: Ints | None = None) -> Found:
    return search(
        pool,
        price,
        chosen,
        work=1e6,
        effort=1.0,
        patience=2,
        bound=1e18,
        good_enough=0.0,
        seed=seed,
        keep_going=lambda value: True,
    )


def drawn(pool: Pool, chosen: Ints) -> Ints:
    """Sum what a plan draws, the plain way; shape (R,)."""
    taken = np.zeros(len(pool.value), dtype=np.bool_)
    taken[chosen[chosen >= 0]] = True
    uses = np.repeat(taken, np.diff(pool.use_start))
    total = np.zeros(len(pool.capacity), dtype=np.int64)
    np.add.at(total, pool.use_resource[uses], pool.use_amount[uses])
    return total


@SOME
@given(problems(), st.sampled_from([0.0, 0.3, 7.0, 1e4]), st.integers(0, 2**30))
def test_every_plan_holds_and_none_is_better_than_the_best(problem: Problem, price: float, seed: int) -> None:
    prices = np.full(problem.n_resources, price)
    pool = by_margin(problem, prices)
    if (pool.required & (np.diff(pool.start) == 0)).any():
        return
    found, best = found_in(pool, prices, seed), best_plan(problem)
    chosen = in_problem(pool, found.chosen)
    placed = chosen >= 0
    assert (problem.usage(chosen) <= problem.capacity).all()
    assert (problem.project[chosen[placed]] == np.flatnonzero(placed)).all()
    assert found.value == problem.value[chosen[placed]].sum()
    assert found.missing == (problem.required & ~placed).sum()
    if found.missing == 0:
        assert best is not None
        assert found.value <= best[0]


def test_small_towns_are_solved_to_the_best() -> None:
    """Brute force knows the best plan of a few projects; the search finds it nearly always."""
    hits = 0
    for seed in range(20):
        problem = town(7, 3, seed)
        pool, best = by_margin(problem, np.zeros(problem.n_resources)), best_plan(problem)
        assert best is not None
        hits += found_in(pool, np.zeros(problem.n_resources)).value == best[0]
    assert hits >= 19


@compiled
def random_draws(seed: int, moves: int, n: int) -> Floats:
    """Give the random numbers of a stretch of moves of n projects, in the order the search draws them."""
    np.random.seed(seed)
    draws = np.empty((moves, 4))
    for move in range(moves):
        draws[move, 0] = np.random.random()
        draws[move, 1] = np.random.randint(n)
        draws[move, 2] = np.random.random()
        draws[move, 3] = np.random.random()
    return draws


def crowded(seed: int, n: int, resources: int, most_uses: int = 3) -> Arena:
    """Make an arena of all sorts: projects without a candidate, candidates that draw nothing, no ties."""
    random = np.random.default_rng(seed)
    size = random.integers(0, 7, n)
    n_uses = random.integers(0, most_uses + 1, size.sum())
    pool = Pool(
        required=(random.random(n) < 0.3) & (size > 0),
        start=np.concatenate([[0], np.cumsum(size)]),
        value=random.integers(-50, 1_000, size.sum()),
        use_start=np.concatenate([[0], np.cumsum(n_uses)]),
        use_resource=np.concatenate([random.permutation(resources)[:uses] for uses in n_uses]),
        use_amount=random.integers(1, 15, n_uses.sum()),
        capacity=random.integers(6, 24 * n // resources, resources),
        origin=np.arange(size.sum()),
    )
    price = random.random(resources) * random.choice([0.0, 3.0, 30.0], resources)
    arena = _improve.leads(narrow(pool, order_by_margin(pool, margins(pool, price))), price)[1]
    return arena._replace(penalty=arena.penalty * random.uniform(1.0, 1.1, resources))


def some_plan(arena: Arena, random: np.random.Generator, placed: float = 0.7) -> Ints:
    """Place whom chance and duty pick at any of their candidates, overdrawing as may be."""
    size = np.diff(arena.start)
    any_of = arena.start[:-1] + (random.random(len(size)) * size).astype(np.int64)
    return np.where((size > 0) & (arena.required | (random.random(len(size)) < placed)), any_of, -1)


def listed(arena: Arena, plan: Plan) -> list[list[int]]:
    """List who draws on each resource, following its ring of seats from the first one round."""
    rings = []
    for r in range(len(plan.first)):
        ring, seat = list[int](), int(plan.first[r])
        for _ in range(plan.n_drawers[r]):
            i = seat // arena.width
            assert arena.use_resource[arena.use_start[plan.chosen[i]] + seat % arena.width] == r
            assert plan.previous[plan.following[seat]] == seat
            ring.append(i)
            seat = int(plan.following[seat])
        assert not ring or seat == plan.first[r]
        rings.append(ring)
    return rings


def test_a_stretch_of_moves_is_the_plain_one() -> None:
    """Every move, chain, list of drawers, weight and best plan is that of `plain_search`."""
    accepted, improved, moves = 0, 0, 600
    for seed in range(8):
        random = np.random.default_rng(seed)
        arena = crowded(seed, 18 + 4 * seed, 6 + seed)
        begin, best = some_plan(arena, random), np.full(len(arena.required), -1)
        count = plain_search.options_within(arena, 300.0)
        some = _improve.movable(arena, begin, count)
        share, lightest = ((0.0, 0.0), (1.0, 0.2))[seed % 2], (0.2, 2e3)[seed == 5]
        schedule = Schedule(moves, (120.0, 4.0), share, 2 + seed, lightest)
        weight = 10 ** random.uniform(-0.7, 1.5, len(arena.capacity))
        plain = plain_search.Search(arena, begin.copy(), best.copy(), _improve.NOT_A_PLAN, weight.copy())
        plan = _search.plan_of(arena, begin)
        ended = _search.anneal(arena, plan, best, plain.best_value, weight, some, count, schedule, seed)
        plain.anneal(some, count, schedule, random_draws(seed, moves, len(some)))
        assert (ended.accepted, ended.work) == (plain.accepted, plain.work)
        assert plan.chosen.tolist() == plain.chosen.tolist()
        assert listed(arena, plan) == plain.drawers
        assert plan.left.tolist() == plain_search.left_by(arena, plain.chosen).tolist()
        assert (best.tolist(), ended.value) == (plain.best.tolist(), plain.best_value)
        np.testing.assert_allclose(weight, plain.weight, rtol=1e-12)
        accepted, improved = accepted + plain.accepted, improved + plain.improved
    assert min(accepted / 300, improved / 20) > 1


def test_chains_cost_what_the_objective_rises_by() -> None:
    """A chain alone, at any prices of drawing and overdrawing; the plan is as before."""
    lengths = set()
    for seed in range(40):
        random = np.random.default_rng(seed)
        arena = crowded(seed, 20, 5, most_uses=1 + seed % 4)
        arena = arena._replace(capacity=arena.capacity // 3)
        plan = _search.plan_of(arena, some_plan(arena, random, 0.9))
        before, left = plan.chosen.copy(), plan.left.copy()
        plain = plain_search.Search(arena, before, before, 0, np.ones(len(left)))
        plain.drawn = random.random(len(left)) * 5
        plain.over = plain.drawn + random.random(len(left)) * 60
        chain = _search.Chain(*(np.empty(_search.CHAIN, dtype=np.int64) for _ in range(3)))
        count, allowed = plain_search.options_within(arena, 1e6), float(random.random() * 50)
        some = np.flatnonzero(count)
        for _ in range(10):
            cost, length, work = _search._chain(
                arena, plan, Toll(plain.drawn, plain.over), chain, some, count, 6, allowed
            )
            links = list(zip(*(column[:length].tolist() for column in chain), strict=True))
            after = before.copy()
            for i, had, gets in links:
                assert had == before[i]
                assert gets != had
                assert gets in range(arena.start[i], arena.start[i] + count[i]) or not arena.required[i]
                after[i] = gets
            assert len({i for i, _, _ in links}) == length <= _search.CHAIN
            assert cost == pytest.approx(plain.objective(after) - plain.objective(before), abs=1e-8)
            assert (plan.chosen.tolist(), plan.left.tolist()) == (before.tolist(), left.tolist())
            if length:
                assert plain.chain(*links[0][::2], count, 6, allowed) == (
                    pytest.approx(cost, abs=1e-8), links, work
                )  # fmt: skip
            lengths.add(length)
    assert lengths >= {0, 1, 2, 3}


def test_drawing_costs_what_its_uses_add_up_to_until_given_up() -> None:
    given_up = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        arena = crowded(seed, 12, 5, most_uses=4)
        plain = plain_search.Search(arena, some_plan(arena, random), np.zeros(0), 0, np.ones(5))
        plain.drawn = random.random(5) * 50
        plain.over = plain.drawn + random.random(5) * 30
        left, toll = plain_search.left_by(arena, plain.chosen), Toll(plain.drawn, plain.over)
        for k in range(len(arena.value)):
            cost, overdraws = plain.costs_by_use(plain.chosen, k)
            for most in (-np.inf, -arena.margin[k], -arena.margin[k] + 100.0, np.inf):
                ends = np.flatnonzero(overdraws & (cost > most))
                at = [*ends, len(cost) - 1][0]
                expected = cost[at] if len(cost) else -arena.margin[k]
                assert _search._drawing_cost(arena, left, toll, k, most) == pytest.approx(expected, abs=1e-9)
                given_up += plain.is_given_up(plain.chosen, k, most)
    assert given_up > 50


def test_a_full_circle_moves_as_one_chain() -> None:
    """Five required projects, each at its best of five full places and with a second one next door."""
    n = _search.CHAIN
    pool = Pool(
        required=np.ones(n, dtype=np.bool_),
        start=np.arange(0, 2 * n + 1, 2),
        value=np.tile([10, 9], n),
        use_start=np.arange(2 * n + 1),
        use_resource=np.stack([np.arange(n), (np.arange(n) + 1) % n], axis=1).ravel(),
        use_amount=np.full(2 * n, 4),
        capacity=np.full(n, 4),
        origin=np.arange(2 * n),
    )
    arena = _improve.leads(pool, np.zeros(n))[1]
    plan, toll = _search.plan_of(arena, pool.start[:-1]), Toll(np.zeros(n), np.full(n, 50.0))
    chain = _search.Chain(*(np.empty(n, dtype=np.int64) for _ in range(3)))
    some, count, length = np.arange(n), np.full(n, 2), 0
    while length == 0:
        cost, length, _ = _search._chain(arena, plan, toll, chain, some, count, 6, n + 0.5)
    assert (cost, length) == (n, n)
    assert chain.project.tolist() == [(chain.project[0] + link) % n for link in range(n)]
    assert (chain.before == 2 * chain.project).all()
    assert (chain.after == chain.before + 1).all()


def test_what_is_counted_of_a_plan_is_its_sum() -> None:
    for seed in range(100):
        random = np.random.default_rng(seed)
        arena = crowded(seed, 15, 5)
        chosen = some_plan(arena, random)
        chosen[random.random(15) < 0.2] = -1
        assert _search.remaining(arena, chosen).tolist() == plain_search.left_by(arena, chosen).tolist()
        assert _search.standing(arena, chosen) == (
            (arena.required & (chosen < 0)).sum(), plain_search.worth_of(arena, chosen)
        )  # fmt: skip
        for width in (0.0, 40.0, 400.0, np.inf):
            found = _search.options(arena, width)
            assert found.tolist() == plain_search.options_within(arena, width).tolist()


def test_mean_draws_are_those_counted() -> None:
    for seed in range(20):
        arena = crowded(seed, 3, 9)
        of_each = [arena.use_amount[arena.use_resource == r].tolist() for r in range(len(arena.capacity))]
        assert _search.mean_draw(arena).tolist() == [sum(some) / max(1, len(some)) for some in of_each]


def test_mending_is_the_plain_one() -> None:
    for seed in range(100):
        random = np.random.default_rng(seed)
        arena = crowded(seed, 15, 5)
        chosen, order = some_plan(arena, random), random.permutation(15)
        floor = float(random.choice([-np.inf, 0.0, 200.0]))
        mended, left = chosen.copy(), _search.remaining(arena, chosen)
        _search.mend(arena, mended, left, order, floor)
        assert mended.tolist() == plain_search.mended(arena, chosen, order, floor).tolist()
        assert left.tolist() == plain_search.left_by(arena, mended).tolist()


def test_mending_leaves_out_what_overdraws_and_fills_up() -> None:
    problem = town(40, 10, 3, 0.2)
    price = np.zeros(problem.n_resources)
    pool = by_margin(problem, price)
    lead, arena = _improve.leads(pool, price)
    order = _improve.placing_order(arena, lead)
    greedy = np.where(np.diff(pool.start) > 0, pool.start[:-1], -1)
    assert (drawn(pool, greedy) > pool.capacity).any()
    mended = _improve.mended(arena, order, greedy)
    left = pool.capacity - drawn(pool, mended)
    assert (left >= 0).all()
    for i in np.flatnonzero(mended < 0):
        for k in range(pool.start[i], pool.start[i + 1]):
            uses = slice(pool.use_start[k], pool.use_start[k + 1])
            assert (pool.use_amount[uses] > left[pool.use_resource[uses]]).any()


@pytest.mark.parametrize("in_blocks", [False, True])
def test_one_answer_for_a_seed_whatever_the_number_of_threads(
    in_blocks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_improve, "TWO_FROM", 0)
    if in_blocks:
        monkeypatch.setattr(_improve, "WHOLE", 10)
        monkeypatch.setattr(_blocks, "BLOCK", 25)
    problem = town(90, 60, 5, 0.1)
    price = np.full(problem.n_resources, 3.0)
    pool = by_margin(problem, price)
    answers = []
    for threads in (1, 2, 2):
        monkeypatch.setattr(_improve, "THREADS", threads)
        found = found_in(pool, price, 11)
        assert (drawn(pool, found.chosen) <= pool.capacity).all()
        answers.append((found.chosen.tolist(), found.value, found.moves))
    assert answers[0] == answers[1] == answers[2]


def test_two_blocks_at_least() -> None:
    assert _blocks.block_size(_blocks.BLOCK - 1) == _blocks.BLOCK // 2
    assert _blocks.block_size(100 * _blocks.BLOCK) == _blocks.BLOCK


@pytest.mark.parametrize("turn", range(5))
def test_blocks_hold_every_project_once_and_share_what_is_left(turn: int) -> None:
    problem = town(90, 60, 5, 0.1)
    price = np.full(problem.n_resources, 3.0)
    pool = by_margin(problem, price)
    chosen = found_in(pool, price).chosen
    arena = _improve.leads(pool, price)[1]
    parts = blocks(arena, chosen, 25, turn)
    assert sorted(np.concatenate(parts)) == np.flatnonzero(np.diff(pool.start)).tolist()
    assert max(len(part) for part in parts) <= 25
    left, owner = pool.capacity - drawn(pool, chosen), shared_out(arena, parts)
    total = np.zeros(problem.n_resources)
    for number, part in enumerate(parts):
        piece, kept, resources = excerpt(arena, chosen, part, np.where(owner == number, left, 0.0))
        total[resources] += piece.capacity
        assert (pool.value[kept] == piece.value).all()
        assert set(chosen[part][chosen[part] >= 0]) <= set(kept.tolist())
        for k, of in enumerate(kept.tolist()):
            mine = slice(piece.use_start[k], piece.use_start[k + 1])
            whole = slice(pool.use_start[of], pool.use_start[of + 1])
            assert resources[piece.use_resource[mine]].tolist() == pool.use_resource[whole].tolist()
            assert piece.use_amount[mine].tolist() == pool.use_amount[whole].tolist()
    assert (total <= pool.capacity).all()


def test_required_projects_stay_placed_and_a_plan_to_begin_from_is_never_lost() -> None:
    problem = town(80, 60, 8, 0.3)
    price = np.full(problem.n_resources, 3.0)
    pool = by_margin(problem, price)
    first = found_in(pool, price, 1)
    again = found_in(pool, price, 2, first.chosen)
    assert (first.missing, again.missing) == (0, 0)
    assert again.value >= first.value


def test_homes_and_majorities_are_the_plain_ones() -> None:
    for seed in range(50):
        random = np.random.default_rng(seed)
        arena = crowded(seed, 20, 6, most_uses=4)
        crowd, projects = random.integers(0, 4, 6), np.flatnonzero(random.random(20) < 0.7)
        found = _blocks._homes(arena, crowd, projects)
        assert found.tolist() == plain_search.homes(arena, crowd, projects, _blocks.LOOKED_AT).tolist()
        block = random.integers(0, 3, 20)
        for lead, votes in zip(
            _blocks._majority(arena, block), plain_search.votes_on(arena, block), strict=True
        ):
            counted = np.bincount(votes, minlength=3)
            assert lead == counted.argmax() or 2 * counted.max() <= len(votes)
            assert lead in votes or (lead == -1 and not votes)


def test_zones_between_which_projects_choose_stay_together() -> None:
    """Eight parks, each project at home in two of a pair: blocks of two pairs cut through none."""
    n, parks = 40, 8
    value, uses = np.full(2 * n, 100), np.empty(2 * n, dtype=np.int64)
    for i in range(n):
        pair = 2 * ((i * 7) % (parks // 2))
        uses[2 * i : 2 * i + 2] = (pair, pair + 1) if i % 2 else (pair + 1, pair)
    pool = Pool(
        required=np.zeros(n, dtype=np.bool_),
        start=np.arange(0, 2 * n + 1, 2),
        value=value,
        use_start=np.arange(2 * n + 1),
        use_resource=uses,
        use_amount=np.ones(2 * n, dtype=np.int64),
        capacity=np.full(parks, 20),
        origin=np.arange(2 * n),
    )
    arena = _improve.leads(pool, np.zeros(parks))[1]
    for turn in range(3):
        parts = blocks(arena, np.full(n, -1), 20, turn)
        pairs = [set((uses[2 * part] // 2).tolist()) for part in parts]
        assert sum(map(len, pairs)) == parks // 2
        assert max(map(len, parts)) <= 20
