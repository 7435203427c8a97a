"""The solver against brute force, and the promises of every status."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.small_problems import problems, town
from yinfeng.core.matching import _clash
from yinfeng.core.matching import solve as solve_module
from yinfeng.core.matching._clock import Clock
from yinfeng.core.matching._pool import usable
from yinfeng.core.matching.check import check
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.reference import best_plan
from yinfeng.core.matching.result import Progress, Result, Status
from yinfeng.core.matching.solve import Beginning, Method, solve

MANY = settings(max_examples=400, deadline=None)
SOME = settings(max_examples=100, deadline=None)


def assert_agrees(problem: Problem, result: Result, *, proves: bool) -> None:
    """Hold a result against brute force."""
    assert check(problem, result) == ()
    best = best_plan(problem)
    if best is None:
        assert result.status is Status.INFEASIBLE
        return
    assert result.value <= best[0] <= result.bound
    if proves:
        assert (result.status, result.value, result.bound) == (Status.OPTIMAL, best[0], best[0])
    else:
        assert result.status in (Status.OPTIMAL, Status.FEASIBLE)


@MANY
@given(problems())
def test_exact_equals_brute_force(problem: Problem) -> None:
    assert_agrees(problem, solve(problem, method="exact"), proves=True)


@MANY
@given(problems())
def test_auto_equals_brute_force(problem: Problem) -> None:
    assert_agrees(problem, solve(problem), proves=True)


@MANY
@given(problems(), st.integers(0, 2**40))
def test_fast_keeps_the_rules_and_its_bound_holds(problem: Problem, seed: int) -> None:
    assert_agrees(problem, solve(problem, method="fast", seed=seed), proves=False)


@pytest.fixture
def without_branching(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave small problems to the mixed-integer program, which branch and bound would solve first."""
    monkeypatch.setattr(solve_module, "BRANCH_NODES", 1)
    monkeypatch.setattr(_clash, "NODES", 1)


@pytest.mark.usefixtures("without_branching")
def test_the_program_alone_equals_brute_force() -> None:
    @MANY
    @given(problems())
    def holds(problem: Problem) -> None:
        assert_agrees(problem, solve(problem, method="exact"), proves=True)

    holds()


@pytest.fixture
def without_linear_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave small problems to the passes, as larger ones are."""
    monkeypatch.setattr(solve_module, "LINEAR", -1)


@pytest.mark.usefixtures("without_linear_prices")
@pytest.mark.parametrize("whole", [solve_module.WHOLE, -1])
def test_prices_by_passes_or_joins_keep_the_rules(whole: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve_module, "WHOLE", whole)
    monkeypatch.setattr(solve_module, "JOINED", 2)

    @SOME
    @given(problems())
    def holds(problem: Problem) -> None:
        assert_agrees(problem, solve(problem, method="fast"), proves=False)
        assert_agrees(problem, solve(problem), proves=True)

    holds()


@SOME
@given(problems(), st.randoms(use_true_random=False), st.sampled_from(["exact", "fast", "auto"]))
def test_any_order_of_rows_gives_the_same_answer(problem: Problem, random: object, method: Method) -> None:
    rows = rows_of(problem)
    for table in rows.values():
        random.shuffle(table)  # type: ignore[attr-defined]
    first, second = solve(problem, method=method), solve(Problem.of(**rows), method=method)  # type: ignore[arg-type]
    assert first.chosen.tolist() == second.chosen.tolist()
    assert first.price.tolist() == second.price.tolist()
    assert (first.status, first.value, first.bound, first.clash, first.passes, first.moves) == (
        second.status,
        second.value,
        second.bound,
        second.clash,
        second.passes,
        second.moves,
    )


def rows_of(problem: Problem) -> dict[str, list[tuple[object, ...]]]:
    """Give a problem as the rows `Problem.of` takes."""
    candidate, resource = problem.candidate_id, problem.resource_id
    return {
        "projects": list(zip(problem.project_id, problem.required.tolist(), strict=True)),
        "candidates": [
            (candidate[k], problem.project_id[i], v)
            for k, (i, v) in enumerate(zip(problem.project.tolist(), problem.value.tolist(), strict=True))
        ],
        "uses": [
            (candidate[k], resource[r], a)
            for k, r, a in zip(
                problem.use_candidate.tolist(),
                problem.use_resource.tolist(),
                problem.use_amount.tolist(),
                strict=True,
            )
        ],
        "resources": list(zip(resource, problem.capacity.tolist(), strict=True)),
    }


@SOME
@given(problems())
def test_a_smallest_clash_is_smallest(problem: Problem) -> None:
    result = solve(problem)
    if result.status is not Status.INFEASIBLE:
        return
    smaller = [
        clash
        for clash in sub_sets(np.flatnonzero(problem.required).tolist(), len(result.clash) - 1)
        if best_plan(only(problem, clash)) is None
    ]
    assert best_plan(only(problem, list(result.clash))) is None
    assert (result.clash_is_smallest, smaller) == (True, [])


def sub_sets(items: list[int], largest: int) -> list[list[int]]:
    """Give every set of at most so many items, none left out but the empty one."""
    sets: list[list[int]] = [[]]
    for item in items:
        sets += [[*some, item] for some in sets if len(some) < largest]
    return sets[1:]


def only(problem: Problem, projects: list[int]) -> Problem:
    """Give the problem of some projects only."""
    rows = rows_of(problem)
    names = {problem.project_id[i] for i in projects}
    kept = {row[0] for row in rows["candidates"] if row[1] in names}
    return Problem.of(  # type: ignore[arg-type]
        projects=[row for row in rows["projects"] if row[0] in names],
        candidates=[row for row in rows["candidates"] if row[0] in kept],
        uses=[row for row in rows["uses"] if row[0] in kept],
        resources=rows["resources"],
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_town_is_proven_best(seed: int) -> None:
    problem = town(30, 20, seed, required=0.2)
    exact, auto, fast = (solve(problem, method=m) for m in ("exact", "auto", "fast"))
    assert [check(problem, r) for r in (exact, auto, fast)] == [(), (), ()]
    assert (exact.status, auto.status) == (Status.OPTIMAL, Status.OPTIMAL)
    assert exact.value == auto.value
    assert fast.value <= exact.value <= fast.bound


def test_a_large_town_has_a_small_gap() -> None:
    problem = town(250, 400, 1)
    result = solve(problem, method="fast", time_limit_s=20)
    assert check(problem, result) == ()
    assert result.gap < 0.01


@pytest.mark.parametrize("method", ["exact", "fast", "auto"])
def test_a_clock_that_runs_out_at_once_leaves_a_sound_answer(method: Method) -> None:
    problem = town(60, 40, 0)
    result = solve(problem, method=method, time_limit_s=0.0)
    assert check(problem, result) == ()
    assert (result.status, result.complete) == (Status.STOPPED, True)
    assert result.value <= solve(problem, time_limit_s=0.5).bound


@pytest.mark.parametrize("method", ["exact", "fast", "auto"])
def test_the_clock_is_kept(method: Method) -> None:
    problem = town(400, 500, 2)
    solve(town(5, 5, 0), method=method)
    result = solve(problem, method=method, time_limit_s=1.0)
    assert check(problem, result) == ()
    assert result.seconds < 2.5


def test_an_exact_method_that_cannot_even_be_set_up_in_time_leaves_it_to_the_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = town(60, 40, 0)
    monkeypatch.setattr(solve_module, "SET_UP_AT_ONCE", 0)
    monkeypatch.setattr(solve_module, "SETTING_UP_S", 1.0)
    result = solve(problem, method="exact")
    assert check(problem, result) == ()
    assert (result.status, result.complete) == (Status.STOPPED, True)
    assert result.seconds < 5


@pytest.mark.parametrize("calls", [1, 2, 5])
def test_a_cancel_ends_with_the_best_so_far(calls: int) -> None:
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return len(seen) < calls

    problem = town(100, 60, 3)
    result = solve(problem, progress=watch)
    assert (len(seen), result.status) == (calls, Status.STOPPED)
    assert check(problem, result) == ()
    assert {p.phase for p in seen} <= {"prices", "search", "branch", "exact"}


@pytest.mark.usefixtures("without_linear_prices")
@pytest.mark.parametrize("whole", [solve_module.WHOLE, -1])
@pytest.mark.parametrize("required", [0.0, 0.1])
def test_a_plan_is_there_before_the_prices_and_kept_whenever_it_is_stopped(
    whole: int, required: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solve_module, "WHOLE", whole)
    problem = town(60, 40, 4, required)
    for stop_at in (1, 2, 90):
        seen: list[Progress] = []
        result = solve(problem, progress=lambda p, seen=seen, at=stop_at: (seen.append(p), len(seen) < at)[1])
        assert (len(seen), seen[-1].phase, result.status) == (stop_at, "prices", Status.STOPPED)
        assert check(problem, result) == ()
        assert (result.complete, seen[-1].value is not None) == (True, True)
        assert (seen[0].value or 0) > 0.5 * result.bound
        assert result.value >= (seen[-1].value or 0)
        assert result.bound <= (seen[-1].bound or 0)


@MANY
@given(problems())
def test_a_search_that_is_stopped_at_once_keeps_the_rules(problem: Problem) -> None:
    result = solve(problem, progress=lambda p: False)
    assert check(problem, result) == ()
    assert result.status is not Status.FEASIBLE


def test_progress_only_improves() -> None:
    seen: list[Progress] = []
    solve(town(60, 40, 4), time_limit_s=1.0, progress=lambda p: seen.append(p) is None)
    gaps = [p.gap for p in seen if p.gap is not None]
    assert gaps == sorted(gaps, reverse=True)


@pytest.mark.usefixtures("without_linear_prices")
@pytest.mark.parametrize("whole", [solve_module.WHOLE, -1])
def test_while_prices_are_found_passes_are_counted_and_the_bound_falls(
    whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    most, every = solve_module.PASSES[1], solve_module.TOLD_PASSES
    monkeypatch.setattr(solve_module, "WHOLE", whole)
    seen: list[Progress] = []
    problem = town(60, 40, 4)
    best = solve(problem, method="exact")
    result = solve(problem, method="fast", progress=lambda p: seen.append(p) is None)
    told = [(p.passes, p.bound) for p in seen if p.phase == "prices" and p.most_passes == most]
    bounds = [bound for _, bound in told if bound is not None]
    assert [n for n, _ in told] == list(range(1, len(told) + 1))
    assert len(told) <= most
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] >= result.bound >= best.value
    changed = [told[i][0] for i in range(1, len(told)) if told[i][1] != told[i - 1][1]]
    assert changed[0] == every
    assert set(changed) <= set(range(every, most, every))


def test_a_plan_given_is_kept_where_a_search_could_not_begin_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = town(60, 40, 4)
    first = solve(problem, method="fast", progress=lambda _: False)
    begin = Beginning(price=first.price, chosen=first.chosen, bound=first.bound)
    monkeypatch.setattr(solve_module, "IN_BLOCKS", 0)
    monkeypatch.setattr(solve_module, "MOVES_A_SECOND", 1e4)
    searched = solve(problem, method="fast", begin=begin)
    assert searched.value > first.value
    monkeypatch.setattr(solve_module, "BEGUN_S", 1.0)
    result = solve(problem, method="fast", time_limit_s=30.0, begin=begin)
    assert (result.value, result.bound, result.status) == (first.value, first.bound, Status.STOPPED)
    assert check(problem, result) == ()


def test_nothing_to_place() -> None:
    empty = solve(Problem.of(projects=[], candidates=[], uses=[], resources=[]))
    assert (empty.status, empty.value, empty.bound) == (Status.OPTIMAL, 0, 0)
    alone = solve(Problem.of(projects=[("p", False)], candidates=[], uses=[], resources=[("r", 3)]))
    assert (alone.status, alone.value, alone.bound, alone.chosen.tolist()) == (Status.OPTIMAL, 0, 0, [-1])


def test_a_required_project_without_candidates_clashes_alone() -> None:
    problem = Problem.of(
        projects=[("a", True), ("b", True)], candidates=[("ka", "a", 1)], uses=[], resources=[]
    )
    result = solve(problem)
    assert (result.status, result.clash, result.clash_is_smallest) == (Status.INFEASIBLE, (1,), True)


def test_a_clash_that_there_was_no_time_to_narrow_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a and b clash; that c has nothing to do with it is not found out once the time is up."""
    monkeypatch.setattr(_clash, "NODES", 1)
    problem = Problem.of(
        projects=[("a", True), ("b", True), ("c", True)],
        candidates=[("ka", "a", 1), ("kb", "b", 1), ("kc", "c", 1)],
        uses=[("ka", "hall", 1), ("kb", "hall", 1), ("kc", "shed", 1)],
        resources=[("hall", 1), ("shed", 1)],
    )
    pool, all_three = usable(problem), np.arange(3)
    found = _clash.smallest_clash(pool, all_three, Clock(0.0, None), 0)
    assert (found.projects, found.is_narrow, found.is_smallest) == ((0, 1, 2), False, False)
    in_time = _clash.smallest_clash(pool, all_three, Clock(60.0, None), 0)
    assert (in_time.projects, in_time.is_narrow, in_time.is_smallest) == ((0, 1), True, True)


def test_values_that_differ_in_the_last_digit() -> None:
    """Two plans of 10¹² that differ by 1, and a capacity of 10⁹ that one of them breaks by 1."""
    problem = Problem.of(
        projects=[("a", False), ("b", False)],
        candidates=[("a1", "a", 10**12), ("a2", "a", 10**12 - 1), ("b1", "b", 10**12 - 3), ("b2", "b", 1)],
        uses=[("a1", "r", 500_000_001), ("a2", "r", 500_000_000), ("b1", "r", 500_000_000)],
        resources=[("r", 10**9)],
    )
    result = solve(problem, method="exact")
    assert (result.status, result.value) == (Status.OPTIMAL, 2 * 10**12 - 4)


def test_prices_are_what_one_more_unit_is_worth() -> None:
    problem = Problem.of(
        projects=[(f"p{i}", False) for i in range(4)],
        candidates=[(f"k{i}", f"p{i}", 10 * (i + 1)) for i in range(4)],
        uses=[(f"k{i}", "power", 1) for i in range(4)] + [("k0", "water", 1)],
        resources=[("power", 2), ("water", 9)],
    )
    result = solve(problem)
    assert (result.value, problem.resource_id) == (70, ("power", "water"))
    assert 20 <= result.price[0] <= 30
    assert result.price[1] == 0
