"""Branch and bound, the program and the bound, each alone against brute force."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.small_problems import problems
from yinfeng.core.matching._branch import NOTHING, branch, may_improve
from yinfeng.core.matching._exact import linear_prices, solve_exactly
from yinfeng.core.matching._pool import in_problem, usable
from yinfeng.core.matching.bounds import lagrangian_bound
from yinfeng.core.matching.problem import Ints, Problem
from yinfeng.core.matching.reference import best_plan

MANY = settings(max_examples=250, deadline=None)
PLENTY = 10**6


def has_candidates(problem: Problem) -> bool:
    """Say whether every required project can be placed somewhere, as these methods ask."""
    return not (problem.required & (np.diff(usable(problem).start) == 0)).any()


def worth(problem: Problem, chosen: Ints) -> int:
    return int(problem.value[chosen[chosen >= 0]].sum())


@MANY
@given(problems(), st.sampled_from([0.0, 0.3, 7.0, 1e4]))
def test_branch_finds_the_best_or_shows_there_is_none(problem: Problem, price: float) -> None:
    if not has_candidates(problem):
        return
    pool, prices, best = usable(problem), np.full(problem.n_resources, price), best_plan(problem)
    if best is None:
        walk = branch(pool, prices, NOTHING, PLENTY)
        assert (walk.chosen, walk.finished) == (None, True)
        return
    for value in (NOTHING, best[0] - 1):
        walk = branch(pool, prices, value, PLENTY)
        if problem.n_projects == 0:
            continue
        assert walk.finished
        assert walk.chosen is not None
        assert worth(problem, in_problem(pool, walk.chosen)) == best[0]
    again = branch(pool, prices, best[0], PLENTY)
    assert (again.chosen, again.finished) == (None, True)


@MANY
@given(problems())
def test_the_program_finds_the_best_and_bounds_it(problem: Problem) -> None:
    if not has_candidates(problem):
        return
    pool, best = usable(problem), best_plan(problem)
    exact = solve_exactly(
        pool, start=None, time_limit_s=lambda: 30.0, node_limit=None, seed=0, keep_going=lambda bound: True
    )
    assert exact.finished
    if best is None:
        assert (exact.chosen, exact.bound) == (None, -np.inf)
        return
    assert exact.chosen is not None
    assert worth(problem, in_problem(pool, exact.chosen)) == best[0]
    # Where values pass what floating point resolves, the bound is rounded up by a few parts in 10¹².
    rounding = 0 if np.abs(problem.value).max(initial=0) <= 10**6 else 100
    assert best[0] <= exact.bound <= best[0] + rounding


@MANY
@given(problems(), st.lists(st.sampled_from([0.0, 0.1, 1 / 3, 5.0, 1e6]), min_size=4, max_size=4))
def test_any_prices_bound_and_never_fix_a_better_plan_away(problem: Problem, prices: list[float]) -> None:
    best = best_plan(problem)
    if best is None:
        return
    pool, price = usable(problem), np.array(prices[: problem.n_resources])
    assert lagrangian_bound(pool, price) >= best[0]
    open_ = set(pool.origin[may_improve(pool, price, best[0] - 1)].tolist())
    assert open_ >= {
        k for k in best[1].tolist() if k >= 0 and k in set(pool.origin.tolist()) and problem.value[k]
    }


@MANY
@given(problems(required=False))
def test_prices_of_the_relaxation_bound_best(problem: Problem) -> None:
    pool = usable(problem)
    price = linear_prices(pool, 30.0)
    assert price is not None
    best = best_plan(problem)
    assert best is not None
    assert best[0] <= lagrangian_bound(pool, price) <= lagrangian_bound(pool, 2 * price + 1)
