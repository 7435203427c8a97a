"""HiGHS: simplex, interior point without crossover, PDLP, and branch and cut."""

import time
from typing import Any

import highspy
import numpy as np

from benchmarks.peers.program import Planned, Program, Relaxed, chosen_of, program_of
from yinfeng.core.matching.problem import Problem

LINEAR = {
    "HiGHS simplex": {"solver": "simplex"},
    "HiGHS IPX": {"solver": "ipx", "run_crossover": "off"},
    "HiGHS PDLP": {"solver": "hipdlp", "kkt_tolerance": 1e-4, "run_crossover": "off"},
}
"""Options of each method of the linear program."""
THREADS = 2
WHOLE_WITHIN = 1e-9
"""How far a row may be broken and a whole number from whole, so that plans hold in whole numbers."""


def relaxed(problem: Problem, method: str, limit_s: float) -> Relaxed:
    """Solve the linear program by one of the methods."""
    program = program_of(problem)
    solver = _solver(program, limit_s, LINEAR[method])
    solver.run()
    status = solver.getModelStatus()
    done = status == highspy.HighsModelStatus.kOptimal
    ended = status in {highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kUnknown}
    dual = np.array(solver.getSolution().row_dual)
    return Relaxed(
        "done" if done else "limit" if ended else "failed",
        float(solver.getInfo().objective_function_value) * program.unit,
        program.price(dual) if len(dual) == len(program.upper) else None,
    )


def planned(problem: Problem, limit_s: float) -> Planned:
    """Solve with whole numbers, to a gap of zero or the clock."""
    began = time.perf_counter()
    program = program_of(problem)
    tight = {"mip_feasibility_tolerance": WHOLE_WITHIN, "primal_feasibility_tolerance": WHOLE_WITHIN}
    left_s = limit_s - (time.perf_counter() - began)
    solver = _solver(program, left_s, {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0, **tight})
    k = problem.n_candidates
    whole = np.full(k, highspy.HighsVarType.kInteger.value, dtype=np.uint8)
    solver.changeColsIntegrality(k, np.arange(k, dtype=np.int32), whole)
    trace: list[tuple[float, float]] = []

    def better(event: Any) -> None:
        found = float(event.data_out.objective_function_value) * program.unit
        trace.append((time.perf_counter() - began, found))

    solver.cbMipImprovingSolution.subscribe(better)
    solver.run()
    info = solver.getInfo()
    has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    bound = float(info.mip_dual_bound)
    return Planned(
        "done" if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal else "limit",
        chosen_of(problem, np.array(solver.getSolution().col_value)) if has_plan else None,
        bound * program.unit if np.isfinite(bound) else None,
        trace,
    )


def _solver(program: Program, limit_s: float, options: dict[str, Any]) -> Any:
    highspy.Highs.resetGlobalScheduler(True)  # else the threads of the first call in a process count
    solver = highspy.Highs()
    every = {"output_flag": False, "threads": THREADS, "time_limit": max(0.1, limit_s), **options}
    for name, value in every.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS does not take {name} = {value}")
    columns = program.matrix.tocsc()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = program.objective
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.full(lp.num_col_, np.inf)
    lp.row_lower_, lp.row_upper_ = program.lower, program.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = columns.indptr, columns.indices
    lp.a_matrix_.value_ = columns.data
    solver.passModel(lp)
    return solver
