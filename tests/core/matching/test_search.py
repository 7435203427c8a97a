"""The search alone: what every plan keeps, the books of its moves, blocks, and one answer for a seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.small_problems import problems, town
from yinfeng.core.matching import _blocks, _improve, _search
from yinfeng.core.matching._blocks import blocks, excerpt, shared_out
from yinfeng.core.matching._improve import Found, search
from yinfeng.core.matching._pool import Pool, in_problem, margins, narrow, order_by_margin, usable
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


@pytest.mark.parametrize("required", [0.0, 0.3])
def test_the_books_of_a_stretch_of_moves_are_right(required: float) -> None:
    """What is left and who draws, kept move by move, is what adding up the plan gives."""
    problem = town(60, 40, 1, required)
    price = np.full(problem.n_resources, 2.0)
    pool = by_margin(problem, price)
    lead, arena = _improve.leads(pool, price)
    begin = _improve.mended(arena, _improve.placing_order(arena, lead), np.full(60, -1))
    plan, best = _search.plan_of(arena, begin), begin.copy()
    for i in np.flatnonzero(pool.required & (begin < 0)):
        _search.put(arena, plan, i, pool.start[i])
    count = _search.options(arena, 1e6)
    schedule = _search.Schedule(20_000, (50.0, 5.0), (1.0, 0.0), 10, _search.LIGHTEST)
    some, weight = np.flatnonzero(count), np.ones(problem.n_resources)
    ended = _search.anneal(arena, plan, best, _improve.NOT_A_PLAN, weight, some, count, schedule, 7)
    assert ended.accepted > 100
    assert plan.left.tolist() == (pool.capacity - drawn(pool, plan.chosen)).tolist()
    assert (drawn(pool, best) <= pool.capacity).all()
    assert _search.standing(arena, best)[1] >= _search.standing(arena, begin)[1]
    assert (plan.chosen[pool.required] >= 0).all()
    for r in range(problem.n_resources):
        ring, seat = [], int(plan.first[r])
        for _ in range(plan.n_drawers[r]):
            ring.append(seat)
            assert plan.previous[plan.following[seat]] == seat
            seat = int(plan.following[seat])
        assert not ring or seat == ring[0]
        of = [int(plan.chosen[seat // arena.width]) for seat in ring]
        uses = [int(arena.use_start[k]) + seat % arena.width for k, seat in zip(of, ring, strict=True)]
        assert (pool.use_resource[uses] == r).all()
        assert sorted(of) == sorted(
            k
            for k in plan.chosen
            if k >= 0 and r in pool.use_resource[pool.use_start[k] : pool.use_start[k + 1]]
        )
    assert _search.remaining(arena, plan.chosen).tolist() == plan.left.tolist()


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
def test_blocks_hold_every_project_once_and_share_what_is_left(
    turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_blocks, "BLOCK", 25)
    problem = town(90, 60, 5, 0.1)
    price = np.full(problem.n_resources, 3.0)
    pool = by_margin(problem, price)
    chosen = found_in(pool, price).chosen
    arena = _improve.leads(pool, price)[1]
    parts = blocks(arena, chosen, turn)
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


def test_zones_between_which_projects_choose_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight parks, each project at home in two of a pair: blocks of two pairs cut through none."""
    monkeypatch.setattr(_blocks, "BLOCK", 20)
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
        parts = blocks(arena, np.full(n, -1), turn)
        pairs = [set((uses[2 * part] // 2).tolist()) for part in parts]
        assert sum(map(len, pairs)) == parks // 2
        assert max(map(len, parts)) <= 20
