"""OR-Tools: PDLP for the linear program, CP-SAT and SCIP for plans."""

import time

import numpy as np
from ortools.linear_solver.python import model_builder_helper
from ortools.pdlp import solve_log_pb2, solvers_pb2
from ortools.pdlp.python import pdlp
from ortools.sat.python import cp_model

from benchmarks.peers.program import Planned, Relaxed, chosen_of, program_of
from yinfeng.core.matching.problem import Problem

THREADS = 2
WORKERS = 8
"""Of CP-SAT: fewer leave out whole strategies, so eight are best even on two cores."""
TOO_MANY = 100_000
"""Candidates above which CP-SAT is not asked: its model alone takes gigabytes."""


def relaxed(problem: Problem, tolerance: float, limit_s: float) -> Relaxed:
    """Solve the linear program by PDLP to a relative tolerance."""
    program = program_of(problem)
    model = pdlp.QuadraticProgram()
    model.objective_vector = -program.objective
    model.constraint_matrix = program.matrix.tocsc()
    model.constraint_lower_bounds, model.constraint_upper_bounds = program.lower, program.upper
    model.variable_lower_bounds = np.zeros(problem.n_candidates)
    model.variable_upper_bounds = np.full(problem.n_candidates, np.inf)
    parameters = solvers_pb2.PrimalDualHybridGradientParams(num_threads=THREADS)
    criteria = parameters.termination_criteria
    criteria.simple_optimality_criteria.eps_optimal_relative = tolerance
    criteria.simple_optimality_criteria.eps_optimal_absolute = 0.0
    criteria.time_sec_limit = limit_s
    found = pdlp.primal_dual_hybrid_gradient(model, parameters)
    done = found.solve_log.termination_reason == solve_log_pb2.TERMINATION_REASON_OPTIMAL
    value = float(program.objective @ found.primal_solution) * program.unit
    return Relaxed("done" if done else "limit", value, program.price(np.array(found.dual_solution)))


class _Watch(cp_model.CpSolverSolutionCallback):
    """Notes the value of each better plan."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self.began = began
        self.trace: list[tuple[float, float]] = []

    def on_solution_callback(self) -> None:
        """Note one."""
        self.trace.append((time.perf_counter() - self.began, float(self.objective_value)))


def cp_sat(problem: Problem, limit_s: float) -> Planned:
    """Solve by CP-SAT, all amounts whole."""
    began = time.perf_counter()
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in range(problem.n_candidates)]
    for i, required in enumerate(problem.required.tolist()):
        mine = x[problem.start[i] : problem.start[i + 1]]
        if required:
            model.add_exactly_one(mine)
        elif mine:
            model.add_at_most_one(mine)
    order = np.argsort(problem.use_resource, kind="stable")
    resource = problem.use_resource[order]
    candidate, amount = problem.use_candidate[order].tolist(), problem.use_amount[order].tolist()
    ends = np.searchsorted(resource, np.arange(problem.n_resources + 1))
    for r, (first, last) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)):
        if last > first:
            drawn = cp_model.LinearExpr.weighted_sum(
                [x[k] for k in candidate[first:last]], amount[first:last]
            )
            model.add(drawn <= int(problem.capacity[r]))
    model.maximize(cp_model.LinearExpr.weighted_sum(x, problem.value.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = max(0.1, limit_s - (time.perf_counter() - began))
    watch = _Watch(began)
    status = solver.solve(model, watch)
    has_plan = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    point = np.array([solver.boolean_value(v) for v in x], dtype=np.float64) if has_plan else None
    return Planned(
        "done" if status == cp_model.OPTIMAL else "limit",
        None if point is None else chosen_of(problem, point),
        float(solver.best_objective_bound) if status != cp_model.UNKNOWN else None,
        watch.trace,
    )


def scip(problem: Problem, limit_s: float) -> Planned:
    """Solve by SCIP."""
    began = time.perf_counter()
    program = program_of(problem)
    model = model_builder_helper.ModelBuilderHelper()
    k = problem.n_candidates
    model.fill_model_from_sparse_data(
        np.zeros(k), np.ones(k), program.objective, program.lower, program.upper, program.matrix
    )
    for column in range(k):
        model.set_var_integrality(column, True)
    model.set_maximize(True)
    solver = model_builder_helper.ModelSolverHelper("scip")
    if not solver.solver_is_supported():
        raise RuntimeError("SCIP is not part of this OR-Tools")
    solver.set_time_limit_in_seconds(max(0.1, limit_s - (time.perf_counter() - began)))
    solver.set_solver_specific_parameters("limits/gap = 0\nnumerics/feastol = 1e-9\n")
    solver.solve(model)
    if not solver.has_solution():
        return Planned("limit", None, None, [])
    return Planned(
        "done" if solver.status() == model_builder_helper.SolveStatus.OPTIMAL else "limit",
        chosen_of(problem, np.array(solver.variable_values())),
        float(solver.best_objective_bound()) * program.unit,
        [],
    )
