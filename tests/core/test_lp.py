"""The door to the solver library: programs whose answers can be worked out by hand."""

import numpy as np

from yinfeng.core.lp import Ending, Program, solve_lp, solve_mip


def knapsack(capacity: float) -> Program:
    """Make 5x + 4y + 3z with 2x + 3y + z at most the capacity."""
    return Program(
        objective=np.array([5.0, 4.0, 3.0]),
        row_start=np.array([0, 3]),
        column=np.array([0, 1, 2]),
        coefficient=np.array([2.0, 3.0, 1.0]),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([capacity]),
    )


def many_knapsacks(n: int, m: int) -> Program:
    """Make a program that takes some seconds."""
    random = np.random.default_rng(0)
    return Program(
        objective=random.integers(10, 99, n).astype(np.float64),
        row_start=np.arange(m + 1) * n,
        column=np.tile(np.arange(n), m),
        coefficient=random.integers(5, 60, n * m).astype(np.float64),
        row_lower=np.full(m, -np.inf),
        row_upper=np.full(m, 6.0 * n),
    )


def test_a_linear_program_and_its_duals() -> None:
    answer = solve_lp(knapsack(5), time_limit_s=10)
    assert answer.ending is Ending.OPTIMAL
    assert answer.point is not None
    assert answer.dual is not None
    np.testing.assert_allclose(answer.point, [1, 2 / 3, 1], atol=1e-9)
    np.testing.assert_allclose(answer.dual, [4 / 3], atol=1e-9)
    np.testing.assert_allclose(answer.bound, 32 / 3, atol=1e-9)


def test_whole_numbers() -> None:
    answer = solve_mip(knapsack(5), time_limit_s=10)
    assert answer.point is not None
    assert (answer.ending, answer.bound, answer.point.round().tolist()) == (Ending.OPTIMAL, 9.0, [1, 1, 0])


def test_a_start_is_taken() -> None:
    start = np.array([1.0, 0.0, 1.0])
    answer = solve_mip(many_knapsacks(3, 1), time_limit_s=10, start=start)
    assert answer.ending is Ending.OPTIMAL


def test_a_start_that_presolve_betters_is_not_given_back() -> None:
    """With the start given, the solver says 7 and returns the start, which is worth 6."""
    program = Program(
        objective=np.array([3.0, 1.0, 2.0, 1.0, 3.0, 1.0]),
        row_start=np.array([0, 5]),
        column=np.arange(5),
        coefficient=np.array([1.0, 1.0, 1.0, 1.0, 2.0]),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([3.0]),
    )
    answer = solve_mip(program, time_limit_s=10, start=np.array([1.0, 0.0, 1.0, 1.0, 0.0, 0.0]))
    assert answer.point is not None
    assert (answer.ending, answer.bound, float(program.objective @ answer.point)) == (
        Ending.OPTIMAL,
        7.0,
        7.0,
    )


def test_what_cannot_be() -> None:
    answer = solve_mip(knapsack(-1), time_limit_s=10)
    assert (answer.ending, answer.point) == (Ending.INFEASIBLE, None)
    assert solve_lp(knapsack(-1), time_limit_s=10).ending is Ending.INFEASIBLE


def test_no_columns() -> None:
    nothing = Program(
        np.zeros(0), np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64), *[np.zeros(0)] * 3
    )
    answer = solve_mip(nothing, time_limit_s=10)
    assert answer.point is not None
    assert (answer.ending, answer.point.tolist()) == (Ending.OPTIMAL, [])


def test_the_clock_nodes_and_the_caller_end_a_run() -> None:
    program = many_knapsacks(80, 30)
    assert solve_mip(program, time_limit_s=0.2).ending is Ending.STOPPED
    assert solve_mip(program, time_limit_s=20, node_limit=1).ending is Ending.NODES
    stopped = solve_mip(program, time_limit_s=20, keep_going=lambda bound: False)
    assert stopped.ending is Ending.STOPPED


def test_a_stopped_run_still_bounds() -> None:
    program = many_knapsacks(40, 30)
    best = solve_mip(program, time_limit_s=20)
    early = solve_mip(program, time_limit_s=20, node_limit=1)
    assert best.ending is Ending.OPTIMAL
    assert early.bound >= best.bound - 1e-6


def test_the_same_run_twice() -> None:
    first, second = (solve_mip(many_knapsacks(40, 10), time_limit_s=20, seed=5) for _ in range(2))
    assert first.point is not None
    assert second.point is not None
    assert first.point.tolist() == second.point.tolist()


def test_nothing_is_printed(capfd: object) -> None:
    solve_mip(knapsack(5), time_limit_s=10)
    assert capfd.readouterr() == ("", "")  # type: ignore[attr-defined]
