"""Solving from the answer to a question much like it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.small_problems import problems, town
from yinfeng.core.matching import solve as solve_module
from yinfeng.core.matching._clock import Clock
from yinfeng.core.matching._pool import usable
from yinfeng.core.matching.check import check
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.reference import best_plan
from yinfeng.core.matching.restrict import keep
from yinfeng.core.matching.result import Status
from yinfeng.core.matching.solve import Beginning, solve

SOME = settings(max_examples=150, deadline=None)


@SOME
@given(problems(), st.integers(0, 2**32 - 1))
def test_any_beginning_leads_to_the_best_plan(problem: Problem, seed: int) -> None:
    random = np.random.default_rng(seed)
    price = random.random(problem.n_resources) * 10.0 ** random.integers(-2, 8)
    last = np.maximum(np.diff(problem.start), 0)
    chosen = np.where(last > 0, problem.start[:-1] + random.integers(0, np.maximum(last, 1)), -1)
    result = solve(problem, begin=Beginning(price=price, chosen=chosen))
    assert check(problem, result) == ()
    best = best_plan(problem)
    if best is None:
        assert result.status is Status.INFEASIBLE
    else:
        assert (result.status, result.value, result.bound) == (Status.OPTIMAL, best[0], best[0])


@SOME
@given(problems(), st.integers(0, 2**32 - 1))
def test_the_bound_of_a_larger_question_is_never_undercut(problem: Problem, seed: int) -> None:
    best = best_plan(problem)
    if best is None:
        return
    random = np.random.default_rng(seed)
    part, _ = keep(problem, random.random(problem.n_candidates) < 0.6)
    bound = best[0] + int(random.integers(0, 3))
    result = solve(part, begin=Beginning(price=np.zeros(problem.n_resources), bound=bound))
    assert check(part, result) == ()
    assert result.bound == bound
    assert result.status is not Status.INFEASIBLE
    assert (result.status is Status.OPTIMAL) == (result.complete and result.value == bound)


def test_a_plan_to_begin_from_is_never_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve_module, "LINEAR", 100)
    problem = town(60, 40, 1)
    old = solve(problem, time_limit_s=5.0)
    again = solve(problem, method="fast", begin=Beginning(old.price, old.chosen))
    assert again.value >= old.value
    assert again.passes <= solve_module.WARM_PASSES
    assert check(problem, again) == ()


def test_a_plan_that_breaks_the_rules_is_not_taken() -> None:
    problem = town(60, 40, 1)
    old = solve(problem, time_limit_s=5.0)
    smaller = replace(problem, capacity=problem.capacity // 2)
    again = solve(smaller, begin=Beginning(old.price, old.chosen), time_limit_s=5.0)
    assert check(smaller, again) == ()


def test_no_time_is_kept_for_covers_where_the_bound_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve_module, "LINEAR", 0)
    monkeypatch.setattr(solve_module, "USUAL_S", 0.0)
    problem = town(60, 40, 4)
    first = solve(problem, method="fast", time_limit_s=1.0)
    known_before = Beginning(price=first.price, chosen=first.chosen, bound=first.bound)
    clock = Clock(60.0, None)
    pool = usable(problem)
    for begin, wanted in ((Beginning(), True), (known_before, False)):
        known = solve_module._begun(problem, pool, begin, first.price, first.bound + 1)
        assert solve_module._is_to_be_tightened(known, clock) is wanted
