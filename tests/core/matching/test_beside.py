"""Two methods side by side: the better of both, whoever is quicker."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tests.core.matching.small_problems import problems, town
from yinfeng.core.matching import solve as solve_module
from yinfeng.core.matching._beside import Lane, side_by_side
from yinfeng.core.matching._exact import Exact
from yinfeng.core.matching.check import check
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.reference import best_plan
from yinfeng.core.matching.result import Progress, Result, Status
from yinfeng.core.matching.solve import solve

Ask = Callable[[], bool]


def counting(most: int, told: list[int]) -> Callable[[Ask], int]:
    """Give a method that asks so often, unless it is ended, and says how often it did."""

    def run(ask: Ask) -> int:
        asked = 0
        while asked < most and ask():
            asked += 1
            time.sleep(0.001)
        told.append(asked)
        return asked

    return run


def test_both_count_where_neither_settles() -> None:
    lanes = Lane(counting(3, []), lambda _: False), Lane(counting(5, []), lambda _: False)
    assert side_by_side(*lanes, lambda: True) == (3, 5)


@pytest.mark.parametrize("settles", [0, 1])
def test_one_that_settles_ends_the_other(settles: int) -> None:
    told: list[int] = []
    short, endless = Lane(counting(3, []), lambda _: True), Lane(counting(100_000, told), lambda _: False)
    lanes = (endless, short) if settles else (short, endless)
    assert side_by_side(*lanes, lambda: True) == ((None, 3) if settles else (3, None))
    assert told[0] < 100_000


def test_a_cancel_ends_both_and_keeps_what_they_have() -> None:
    told: list[int] = []
    lane = Lane(counting(100_000, told), lambda _: False)
    found = side_by_side(lane, lane, lambda: False)
    assert sorted(told) == sorted(asked for asked in found if asked is not None)
    assert max(told) < 100_000


def test_what_fails_ends_the_other_and_is_raised() -> None:
    def failing(ask: Ask) -> int:
        raise ZeroDivisionError

    told: list[int] = []
    with pytest.raises(ZeroDivisionError):
        side_by_side(
            Lane(failing, lambda _: False), Lane(counting(100_000, told), lambda _: False), lambda: True
        )
    assert told[0] < 100_000


@pytest.fixture
def racing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave small problems to the race, which branch and bound would solve first."""
    monkeypatch.setattr(solve_module, "BRANCH_NODES", 1)


@pytest.mark.usefixtures("racing")
def test_a_race_equals_brute_force() -> None:
    @settings(max_examples=200, deadline=None)
    @given(problems())
    def holds(problem: Problem) -> None:
        result, best = solve(problem), best_plan(problem)
        assert check(problem, result) == ()
        if best is None:
            assert result.status is Status.INFEASIBLE
        else:
            assert (result.status, result.value, result.bound) == (Status.OPTIMAL, best[0], best[0])

    holds()


def answer(result: Result) -> tuple[Any, ...]:
    """Give all of an answer but the seconds."""
    return (
        result.chosen.tolist(),
        result.value,
        result.bound,
        result.status,
        result.method,
        result.passes,
        result.moves,
    )


def slowed(method: Callable[..., Any]) -> Callable[..., Any]:
    """Give the method with a pause before it."""

    def run(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.3)
        return method(*args, **kwargs)

    return run


@pytest.mark.usefixtures("racing")
@pytest.mark.parametrize("required", [0.0, 0.2])
@pytest.mark.parametrize("slow", ["search", "solve_exactly"])
def test_the_answer_does_not_hang_on_who_is_quicker(
    slow: str, required: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = town(30, 20, 1, required)
    usual = solve(problem)
    monkeypatch.setattr(solve_module, slow, slowed(getattr(solve_module, slow)))
    assert answer(solve(problem)) == answer(usual)


@pytest.mark.usefixtures("racing")
def test_the_search_is_kept_where_the_exact_method_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = town(60, 40, 1)
    monkeypatch.setattr(
        solve_module, "solve_exactly", lambda *args, **kwargs: Exact(None, np.inf, finished=False)
    )
    result = solve(problem)
    assert check(problem, result) == ()
    assert (result.status, result.moves > 0) == (Status.FEASIBLE, True)


@pytest.mark.usefixtures("racing")
def test_the_exact_method_is_kept_where_it_is_better() -> None:
    problem = town(30, 20, 2)
    result = solve(problem)
    assert (result.status, result.method) == (Status.OPTIMAL, "exact")
    assert result.value >= solve(problem, method="fast").value


@pytest.mark.usefixtures("racing")
def test_the_clock_ends_both(monkeypatch: pytest.MonkeyPatch) -> None:
    solve(town(5, 5, 0))
    monkeypatch.setattr(solve_module, "EXACT_WORK", 1e12)
    monkeypatch.setitem(solve_module.SEARCH_SHARE, "auto", 1e6)
    monkeypatch.setitem(solve_module.PATIENCE, "auto", 1_000_000)
    problem = town(100, 60, 3)
    result = solve(problem, time_limit_s=1.0)
    assert check(problem, result) == ()
    assert (result.status, result.seconds < 2.5) == (Status.STOPPED, True)


@pytest.mark.usefixtures("racing")
def test_a_cancel_in_the_race_leaves_a_sound_answer() -> None:
    problem = town(100, 60, 3)
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return progress.phase != "exact"

    result = solve(problem, progress=watch)
    assert check(problem, result) == ()
    assert (seen[-1].phase, result.status) == ("exact", Status.STOPPED)
    assert result.seconds < 20
