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
    lead, guide = _improve.leads(pool, price)
    begin = _improve.mended(pool, guide, _improve.placing_order(pool, lead), np.full(60, -1))
    plan, best = _search.plan_of(pool, begin), begin.copy()
    for i in np.flatnonzero(pool.required & (begin < 0)):
        _search.put(pool, plan, i, pool.start[i])
    count = _search.options(pool, guide.margin, 1e6)
    schedule = _search.Schedule(20_000, (50.0, 5.0), (1.0, 0.0), 10, _search.LIGHTEST)
    some, weight = np.flatnonzero(count), np.ones(problem.n_resources)
    ended = _search.anneal(pool, guide, plan, best, _improve.NOT_A_PLAN, weight, some, count, schedule, 7)
    assert ended.accepted > 100
    assert plan.left.tolist() == (pool.capacity - drawn(pool, plan.chosen)).tolist()
    assert (drawn(pool, best) <= pool.capacity).all()
    assert _search.standing(pool, best)[1] >= _search.standing(pool, begin)[1]
    assert (plan.chosen[pool.required] >= 0).all()
    project = np.repeat(np.arange(60), np.diff(pool.start))
    candidate = np.repeat(np.arange(len(pool.value)), np.diff(pool.use_start))
    for r in range(problem.n_resources):
        uses = plan.drawer[plan.room[r] : plan.room[r] + plan.n_drawers[r]]
        of = candidate[uses]
        assert sorted(of) == sorted(
            k
            for k in plan.chosen
            if k >= 0 and r in pool.use_resource[pool.use_start[k] : pool.use_start[k + 1]]
        )
        assert (plan.chosen[project[of]] == of).all()
    assert _search.remaining(pool, plan.chosen).tolist() == plan.left.tolist()


def test_mending_leaves_out_what_overdraws_and_fills_up() -> None:
    problem = town(40, 10, 3, 0.2)
    price = np.zeros(problem.n_resources)
    pool = by_margin(problem, price)
    lead, guide = _improve.leads(pool, price)
    order = _improve.placing_order(pool, lead)
    greedy = np.where(np.diff(pool.start) > 0, pool.start[:-1], -1)
    assert (drawn(pool, greedy) > pool.capacity).any()
    mended = _improve.mended(pool, guide, order, greedy)
    left = pool.capacity - drawn(pool, mended)
    assert (left >= 0).all()
    for i in np.flatnonzero(mended < 0):
        for k in range(pool.start[i], pool.start[i + 1]):
            uses = slice(pool.use_start[k], pool.use_start[k + 1])
            assert (pool.use_amount[uses] > left[pool.use_resource[uses]]).any()


@pytest.mark.parametrize(("in_blocks", "halved"), [(False, 0), (True, 0), (True, 100)])
def test_one_answer_for_a_seed_whatever_the_number_of_threads(
    in_blocks: bool, halved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_improve, "TWO_FROM", 0)
    if in_blocks:
        monkeypatch.setattr(_improve, "WHOLE", 10)
        monkeypatch.setattr(_blocks, "BLOCK", 25)
        monkeypatch.setattr(_blocks, "HALVED", halved)
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
    assert found_in(pool, price, 12).chosen.tolist() != answers[0][0] or in_blocks


def test_each_thread_has_half_of_the_projects_until_they_are_too_many() -> None:
    assert _blocks.block_size(3_001) == _blocks.BLOCK
    assert _blocks.block_size(10_001) == 5_001
    assert _blocks.block_size(_blocks.HALVED) == _blocks.HALVED // 2
    assert _blocks.block_size(_blocks.HALVED + 1) == _blocks.BLOCK


@pytest.mark.parametrize("turn", range(5))
@pytest.mark.parametrize(("halved", "size"), [(0, 25), (100, 45)])
def test_blocks_hold_every_project_once_and_share_what_is_left(
    turn: int, halved: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_blocks, "BLOCK", 25)
    monkeypatch.setattr(_blocks, "HALVED", halved)
    problem = town(90, 60, 5, 0.1)
    price = np.full(problem.n_resources, 3.0)
    pool = by_margin(problem, price)
    chosen = found_in(pool, price).chosen
    parts = blocks(pool, chosen, turn)
    assert sorted(np.concatenate(parts)) == np.flatnonzero(np.diff(pool.start)).tolist()
    assert max(len(part) for part in parts) <= size
    left, owner = pool.capacity - drawn(pool, chosen), shared_out(pool, parts)
    total = np.zeros(problem.n_resources, dtype=np.int64)
    for number, part in enumerate(parts):
        piece, kept, resources = excerpt(pool, chosen, part, np.where(owner == number, left, 0))
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
