"""Branch and bound, the program and the bound, each alone against brute force."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.small_problems import problems, town
from yinfeng.core.matching._branch import NOTHING, branch, ceiling, may_improve
from yinfeng.core.matching._exact import linear_prices, solve_exactly
from yinfeng.core.matching._pool import Pool, in_problem, usable
from yinfeng.core.matching.bounds import lagrangian_bound
from yinfeng.core.matching.problem import Floats, Ints, Problem
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


class OutOfNodesError(Exception):
    """The plain walk has looked at as many nodes as it may."""


def branch_plainly(
    pool: Pool, price: Floats, value: int, node_limit: int
) -> tuple[list[int] | None, bool, int]:
    """Go through choices by rising regret, project by project; give the plan, whether it ended, the nodes.

    A node is a choice that is tried, and the way back when there is none left.
    """
    amount = np.zeros((len(pool.value) + 1, len(pool.capacity)), dtype=np.int64)  # the last draws nothing
    amount[np.repeat(np.arange(len(pool.value)), np.diff(pool.use_start)), pool.use_resource] = (
        pool.use_amount
    )
    margin = np.append(pool.value - amount[:-1] @ price, 0.0)
    choices = []
    for i in range(len(pool.required)):
        mine = [*range(pool.start[i], pool.start[i + 1]), *([] if pool.required[i] else [-1])]
        best = max(margin[k] for k in mine)
        regret = sorted((float(best - margin[k]), k) for k in mine)
        choices.append(regret)
    order = sorted(range(len(choices)), key=lambda i: -(choices[i][1][0] if choices[i][1:] else np.inf))
    most, best_met, nodes = ceiling(pool, price), None, 0

    def count_node() -> None:
        nonlocal nodes
        nodes += 1
        if nodes > node_limit:
            raise OutOfNodesError

    def look(depth: int, plan: dict[int, int], regrets: float) -> None:
        nonlocal value, best_met
        if depth == len(order):
            worth = sum(int(pool.value[k]) for k in plan.values() if k >= 0)
            if worth > value:
                value, best_met = worth, [plan[i] for i in range(len(order))]
            return
        for regret, k in choices[order[depth]]:
            if regret > most - value - 1 - regrets:
                break
            now = plan | {order[depth]: k}
            if (amount[list(now.values())].sum(axis=0) <= pool.capacity).all():
                count_node()
                look(depth + 1, now, regrets + regret)
        count_node()

    try:
        if order:
            look(0, {}, 0.0)
    except OutOfNodesError:
        return best_met, False, nodes
    return best_met, True, nodes


@MANY
@given(
    problems(), st.sampled_from([0.0, 0.5, 3.0]), st.sampled_from([NOTHING, -5, 0, 40]), st.integers(0, 60)
)
def test_branch_takes_the_steps_of_the_plain_walk(
    problem: Problem, price: float, value: int, node_limit: int
) -> None:
    if not has_candidates(problem):
        return
    pool, prices = usable(problem), np.full(problem.n_resources, price)
    for limit in (node_limit, PLENTY):
        assert steps_of(pool, prices, value, limit) == branch_plainly(pool, prices, value, limit)


def test_branch_takes_the_steps_of_the_plain_walk_where_it_is_crowded() -> None:
    for seed in range(12):
        pool = usable(town(8, 3, seed))
        prices = np.array([0.5, 8.0, 20.0])[np.random.default_rng(seed).integers(0, 3, len(pool.capacity))]
        found = steps_of(pool, prices, NOTHING, PLENTY)
        assert found == branch_plainly(pool, prices, NOTHING, PLENTY)
        best = int(pool.value[[k for k in found[0] or [] if k >= 0]].sum())
        assert steps_of(pool, prices, best, PLENTY) == branch_plainly(pool, prices, best, PLENTY)


def steps_of(pool: Pool, price: Floats, value: int, node_limit: int) -> tuple[list[int] | None, bool, int]:
    walk = branch(pool, price, value, node_limit)
    return None if walk.chosen is None else walk.chosen.tolist(), walk.finished, walk.nodes


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
