"""Cover inequalities and the bound they prove, against brute force."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.small_problems import problems, town
from yinfeng.core.matching._covers import (
    NO_COVERS,
    Covers,
    covered_bound,
    tighten,
    with_covers,
)
from yinfeng.core.matching._covers import _broken as broken
from yinfeng.core.matching._exact import linear_prices
from yinfeng.core.matching._pool import Pool, usable
from yinfeng.core.matching.bounds import lagrangian_bound
from yinfeng.core.matching.problem import Ints, Problem
from yinfeng.core.matching.reference import best_plan

MANY = settings(max_examples=250, deadline=None)


def has_candidates(problem: Problem) -> bool:
    return not (problem.required & (np.diff(usable(problem).start) == 0)).any()


def any_covers(pool: Pool, chances: list[float]) -> Covers:
    """Look for covers with chances that need not come from any prices."""
    chance = np.resize(np.array(chances), len(pool.value))
    return broken(pool, np.arange(len(pool.value)), chance, NO_COVERS, lambda: True)


def drawn(covers: Covers, taken: Ints) -> Ints:
    """Sum what candidates weigh in each inequality."""
    weight = np.where(np.isin(covers.candidate, taken), covers.weight, 0)
    number = np.repeat(np.arange(len(covers.most)), np.diff(covers.start))
    return np.bincount(number, weight, minlength=len(covers.most)).astype(np.int64)


chances = st.lists(st.sampled_from([0.3, 0.5, 0.9, 0.98, 0.0]), min_size=3, max_size=24)


def plans(pool: Pool) -> list[Ints]:
    """Give every plan over a pool as the candidates it takes."""
    found: list[list[int]] = []

    def look(i: int, taken: list[int], left: Ints) -> None:
        if i == len(pool.required):
            found.append(taken)
            return
        look(i + 1, taken, left)
        for k in range(pool.start[i], pool.start[i + 1]):
            uses = slice(pool.use_start[k], pool.use_start[k + 1])
            rest = left.copy()
            rest[pool.use_resource[uses]] -= pool.use_amount[uses]
            if (rest >= 0).all():
                look(i + 1, [*taken, k], rest)

    look(0, [], pool.capacity)
    return [np.array(taken, dtype=np.int64) for taken in found]


@MANY
@given(problems(most_projects=5), chances)
def test_every_plan_keeps_every_inequality(problem: Problem, chance: list[float]) -> None:
    pool = usable(problem)
    covers = any_covers(pool, chance)
    if len(covers.most):
        for taken in plans(pool):
            assert (drawn(covers, taken) <= covers.most).all()


@MANY
@given(
    problems(),
    chances,
    st.lists(st.sampled_from([0.0, 0.1, 1 / 3, 5.0, 1e6]), min_size=4, max_size=4),
    st.sampled_from([0.0, 0.7, 1e5]),
)
def test_any_prices_and_tolls_bound(
    problem: Problem, chance: list[float], prices: list[float], toll: float
) -> None:
    best = best_plan(problem)
    if best is None:
        return
    pool, price = usable(problem), np.array(prices[: problem.n_resources])
    covers = any_covers(pool, chance)
    tolls = np.full(len(covers.most), toll)
    bound = covered_bound(pool, price, covers, tolls)
    assert bound >= best[0]
    # The same as the dual of the pool in which the inequalities are resources, but for the rounding.
    joint = with_covers(pool, covers, np.arange(len(pool.value)))
    same = lagrangian_bound(joint, np.concatenate([price, tolls]))
    assert abs(bound - same) <= 1 + 1e-10 * abs(same)


@MANY
@given(problems(), st.sampled_from([0.0, 0.3, 7.0, 1e4]))
def test_the_tightened_bound_holds_and_is_no_worse(problem: Problem, price: float) -> None:
    if not has_candidates(problem):
        return
    pool, prices, best = usable(problem), np.full(problem.n_resources, price), best_plan(problem)
    value = 0 if best is None else best[0]
    found = tighten(pool, prices, value, lambda bound: True)
    assert found.bound <= lagrangian_bound(pool, prices) + 1
    assert found.bound == covered_bound(pool, found.price, found.covers, found.toll)
    if best is not None:
        assert found.bound >= best[0]


def three_of_two_at_one_place(worth: int = 10) -> Problem:
    """Three projects of which any two exceed the place."""
    return Problem.of(
        projects=[(f"p{i}", False) for i in range(3)],
        candidates=[(f"c{i}", f"p{i}", worth) for i in range(3)],
        uses=[(f"c{i}", "place", 6) for i in range(3)],
        resources=[("place", 10)],
    )


def test_a_cover_closes_the_gap_that_prices_leave() -> None:
    pool = usable(three_of_two_at_one_place(1_000_000))
    price = linear_prices(pool, 10.0)
    assert price is not None
    assert lagrangian_bound(pool, price) == 1_666_666
    found = tighten(pool, price, 0, lambda bound: True)
    assert 1_000_000 <= found.bound < 1_666_666
    assert found.covers.most.tolist() == [1]
    assert found.covers.weight.tolist() == [1, 1, 1]
    # Prices found in a few passes are near the best ones, which prove the best plan best.
    assert covered_bound(pool, np.zeros(1), found.covers, np.array([1e6])) == 1_000_000


def test_a_draw_as_large_as_two_of_a_cover_weighs_two() -> None:
    amounts = [3, 4, 4, 8, 3]
    problem = Problem.of(
        projects=[(f"p{i}", False) for i in range(5)],
        candidates=[(f"c{i}", f"p{i}", 10) for i in range(5)],
        uses=[(f"c{i}", "place", amount) for i, amount in enumerate(amounts)],
        resources=[("place", 10)],
    )
    covers = broken(
        usable(problem), np.arange(5), np.array([0.9, 0.9, 0.9, 0.0, 0.0]), NO_COVERS, lambda: True
    )
    assert covers.candidate.tolist() == [0, 1, 2, 3]
    assert covers.weight.tolist() == [1, 1, 1, 2]
    assert covers.most.tolist() == [2]


def test_towns_are_tightened_the_same_every_time() -> None:
    for seed in range(3):
        pool = usable(town(60, 8, seed))
        price = linear_prices(pool, 10.0)
        assert price is not None
        before = lagrangian_bound(pool, price)
        first, second = (tighten(pool, price, 0, lambda bound: True) for _ in range(2))
        assert first.bound < before
        assert (first.bound, first.passes) == (second.bound, second.passes)
        assert first.toll.tolist() == second.toll.tolist()


def test_it_ends_when_told() -> None:
    pool = usable(town(60, 30, 0))
    price = np.full(len(pool.capacity), 5.0)
    asked: list[int] = []

    def twice(bound: int) -> bool:
        asked.append(bound)
        return len(asked) < 3

    found = tighten(pool, price, 0, twice)
    assert 3 <= len(asked) <= 5
    assert found.bound <= lagrangian_bound(pool, price)
