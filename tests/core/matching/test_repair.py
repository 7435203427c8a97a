"""Plans mended: nothing is overdrawn, nothing is lost, and what prices leave idle is used."""

import numpy as np

from tests.core.matching.small_problems import town
from yinfeng.core.matching._pool import Pool, in_pool, in_problem, margins, narrow, order_by_margin, usable
from yinfeng.core.matching._repair import improve
from yinfeng.core.matching.problem import Floats, Problem
from yinfeng.core.matching.solve import solve


def by_margin(problem: Problem, price: Floats) -> Pool:
    """Give the candidates as the search wants them."""
    pool = usable(problem)
    return narrow(pool, order_by_margin(pool, margins(pool, price)))


def test_who_loses_by_price_comes_in_where_the_plan_gains() -> None:
    # At 10 a unit "small" (60 for 6 of 10 units) breaks even and "large" (95 for all 10) loses 5, ten times
    # the mean lead: by prices nobody moves. But 4 units lie idle: with "large" the plan is worth 35 more.
    others = [f"other{i}" for i in range(8)]
    problem = Problem.of(
        projects=[(name, False) for name in ("small", "large", *others)],
        candidates=[("s", "small", 60), ("l", "large", 95)]
        + [(f"{name}-{at}", name, 7) for name in others for at in range(2)],
        uses=[("s", "land", 6), ("l", "land", 10)],
        resources=[("land", 10)],
    )
    price = np.array([10.0])
    pool = by_margin(problem, price)
    large, small = (problem.project_id.index(name) for name in ("large", "small"))
    first = problem.start[:-1].copy()
    first[large] = -1
    chosen = in_pool(pool, first, problem.n_candidates)
    plan = in_problem(pool, improve(pool, price, chosen, moves=2_000, seed=0))
    assert plan[small] == -1
    assert (np.delete(plan, small) >= 0).all()


def test_a_plan_that_holds_loses_nothing() -> None:
    problem = town(60, 40, 5)
    found = solve(problem, method="fast", time_limit_s=5.0)
    pool = by_margin(problem, found.price)
    chosen = in_pool(pool, found.chosen, problem.n_candidates)
    for seed in range(3):
        plan = in_problem(pool, improve(pool, found.price, chosen, moves=2_000, seed=seed))
        assert (problem.usage(plan) <= problem.capacity).all()
        assert problem.value[plan[plan >= 0]].sum() >= found.value
