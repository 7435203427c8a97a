"""Linear and mixed-integer programs: arrays in, point, duals and bound out.

The only module that speaks to the solver library (HiGHS). Amounts go through floating point: whoever needs
certainty evaluates the point again in whole numbers and rounds the bound outward.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEASIBILITY: Final = 1e-7
"""By how much a row may be broken, and how far a whole number may be from whole."""


@dataclass(frozen=True, eq=False)
class Program:
    """maximise objective · x  subject to  row_lower ≤ A x ≤ row_upper,  0 ≤ x ≤ 1."""

    objective: Floats  # (N,)
    row_start: Ints  # (M + 1,) entries of row m are row_start[m]:row_start[m + 1]
    column: Ints  # (E,)
    coefficient: Floats  # (E,)
    row_lower: Floats  # (M,) -inf for none
    row_upper: Floats  # (M,)


class Ending(StrEnum):
    """How a run ended."""

    OPTIMAL = "OPTIMAL"
    INFEASIBLE = "INFEASIBLE"
    STOPPED = "STOPPED"  # clock or ``keep_going``
    NODES = "NODES"  # the node limit
    FAILED = "FAILED"  # numerical trouble; point and bound, where given, are best efforts


@dataclass(frozen=True, eq=False)
class Answer:
    """What the solver says, within its tolerances."""

    ending: Ending
    point: Floats | None  # (N,) best point found
    dual: Floats | None  # (M,) >= 0 for rows "≤"; linear programs only
    bound: float  # no point is worth more; inf if none was proven
    iterations: int = 0  # of the simplex method, of mixed-integer programs


def solve_lp(program: Program, *, time_limit_s: float) -> Answer:
    """Solve the linear program."""
    solver = _solver(program, time_limit_s, seed=0)
    solver.run()
    ending = _ending(solver)
    solution = solver.getSolution()
    solved = ending is Ending.OPTIMAL
    return Answer(
        ending=ending,
        point=np.array(solution.col_value) if solved else None,
        dual=np.array(solution.row_dual) if solved else None,
        bound=float(solver.getInfo().objective_function_value) if solved else np.inf,
    )


def solve_mip(
    program: Program,
    *,
    time_limit_s: float,
    seed: int = 0,
    node_limit: int | None = None,
    start: Floats | None = None,
    keep_going: Callable[[float], bool] | None = None,
) -> Answer:
    """Solve the program with every x whole, to a gap of zero, on one thread.

    start: a feasible point to begin from, shape (N,). keep_going: asked now and then with the best bound so
    far; False ends the run.
    """
    began = time.monotonic()
    answer = _run_mip(program, time_limit_s, seed, node_limit, start, keep_going)
    if start is None or not _falls_short(program, answer):
        return answer
    # Presolve may turn the start into a better point, which HiGHS 1.16 then counts but does not give back.
    left_s = time_limit_s - (time.monotonic() - began)
    again = _run_mip(program, left_s, seed, node_limit, None, keep_going)
    return answer if again.point is None or _falls_short(program, again) else again


def _falls_short(program: Program, answer: Answer) -> bool:
    """Say whether a point that is called best is worth less than its bound."""
    if answer.ending is not Ending.OPTIMAL or answer.point is None:
        return False
    return float(program.objective @ answer.point) < answer.bound - 1e-6 * max(1.0, abs(answer.bound))


def _run_mip(
    program: Program,
    time_limit_s: float,
    seed: int,
    node_limit: int | None,
    start: Floats | None,
    keep_going: Callable[[float], bool] | None,
) -> Answer:
    solver = _solver(program, time_limit_s, seed)
    columns = np.arange(len(program.objective), dtype=np.int32)
    solver.changeColsIntegrality(
        len(columns), columns, np.full(len(columns), highspy.HighsVarType.kInteger.value, dtype=np.uint8)
    )
    if node_limit is not None:
        solver.setOptionValue("mip_max_nodes", node_limit)
    if start is not None:
        _begin_from(solver, start)
    if keep_going is not None:
        _listen(solver, keep_going)
    solver.run()
    info, ending = solver.getInfo(), _ending(solver)
    # The solver states no point for a program without columns, though the empty one is best.
    has_point = ending is Ending.OPTIMAL or (
        info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    )
    return Answer(
        ending=ending,
        point=np.array(solver.getSolution().col_value) if has_point else None,
        dual=None,
        bound=float(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else np.inf,
        iterations=max(0, int(info.simplex_iteration_count)),
    )


class _Silent(highspy.Highs):
    """HiGHS without the banner that its constructor prints: output goes off before callbacks come on."""

    def enableCallbacks(self) -> None:  # noqa: N802
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def _solver(program: Program, time_limit_s: float, seed: int) -> Any:
    solver: Any = _Silent()  # type: ignore[no-untyped-call]
    for option, value in {
        "threads": 1,
        "parallel": "off",
        "random_seed": seed % 2**31,
        "time_limit": max(0.0, time_limit_s),
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.0,
        "mip_feasibility_tolerance": FEASIBILITY,
        "primal_feasibility_tolerance": FEASIBILITY,
        "dual_feasibility_tolerance": FEASIBILITY,
        # Looks for a first plan by a smaller program; callers bring a good one.
        "mip_heuristic_run_root_reduced_cost": False,
    }.items():
        solver.setOptionValue(option, value)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.objective), len(program.row_upper)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = program.objective
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = program.row_start
    lp.a_matrix_.index_ = program.column
    lp.a_matrix_.value_ = program.coefficient
    solver.passModel(lp)
    return solver


def _begin_from(solver: Any, start: Floats) -> None:
    solution = highspy.HighsSolution()
    solution.col_value = start
    solver.setSolution(solution)


def _listen(solver: Any, keep_going: Callable[[float], bool]) -> None:
    def ask(event: Any) -> None:
        if not keep_going(float(event.data_out.mip_dual_bound)):
            event.interrupt()

    solver.cbMipInterrupt.subscribe(ask)


def _ending(solver: Any) -> Ending:
    status = highspy.HighsModelStatus
    return {
        status.kOptimal: Ending.OPTIMAL,
        status.kModelEmpty: Ending.OPTIMAL,
        status.kInfeasible: Ending.INFEASIBLE,
        status.kTimeLimit: Ending.STOPPED,
        status.kInterrupt: Ending.STOPPED,
        status.kSolutionLimit: Ending.NODES,
    }.get(solver.getModelStatus(), Ending.FAILED)
