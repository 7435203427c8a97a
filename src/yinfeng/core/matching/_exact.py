"""The exact method: a mixed-integer program, its plans and bounds made certain in whole numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from yinfeng.core.lp import Answer, Ending, Program, solve_lp, solve_mip
from yinfeng.core.matching._gather import Gathered, add_sums, apart, gather, with_sums
from yinfeng.core.matching._pool import Pool
from yinfeng.core.matching.problem import Floats, Ints

ROW_SIZE: Final = 2.0**20
"""Resource rows are scaled so that a capacity is at most this. One unit too many of a capacity below 10¹² is
then still more than the solver's tolerance, and the tolerance is above the rounding error of the row."""
COVERS: Final = 50
"""How often a plan that breaks a capacity by less than the tolerance is cut off before giving up."""


@dataclass(frozen=True, eq=False)
class Exact:
    """What the exact method found on a pool."""

    chosen: Ints | None  # (n,) a plan that holds in whole numbers; None if none was found
    bound: float  # whole; no plan over the pool exceeds it; inf: unknown, -inf: no plan exists
    finished: bool  # the solver ended by itself: nothing above ``bound`` (or no plan) within its tolerances
    iterations: int = 0  # of the simplex method: what it took


@dataclass(frozen=True, eq=False)
class _Model:
    """The program of a pool, and the way back to values: value = offset + unit · objective."""

    program: Program
    offset: int
    unit: int
    error: float  # how far a bound on the objective may be wrong


def solve_exactly(
    pool: Pool,
    *,
    start: Ints | None,
    time_limit_s: Callable[[], float],
    node_limit: int | None,
    seed: int,
    keep_going: Callable[[float], bool],
) -> Exact:
    """Find the best plan over a pool.

    start: a plan to begin from, shape (n,). time_limit_s: seconds left, asked at every run. keep_going: asked
    with the bound on the plan's value so far.
    """
    gathered = gather(pool)
    model = _model(pool, gathered)
    program = model.program
    point = None if start is None else with_sums(gathered, _as_point(pool, start))
    iterations = 0
    for _ in range(COVERS):
        answer = solve_mip(
            program,
            time_limit_s=time_limit_s(),
            seed=seed,
            node_limit=node_limit,
            start=point,
            keep_going=lambda bound: keep_going(_outward(model, bound)),
        )
        iterations += answer.iterations
        if answer.point is None:
            return Exact(None, _bound(model, answer), answer.ending is Ending.INFEASIBLE, iterations)
        chosen = _as_plan(pool, answer.point[: len(pool.value)])
        overdrawn = np.flatnonzero(_drawn(pool, chosen) > pool.capacity)
        if not len(overdrawn):
            return Exact(chosen, _bound(model, answer), answer.ending is Ending.OPTIMAL, iterations)
        covers = [_cover(pool, chosen, int(r)) for r in overdrawn]
        program = _with_covers(program, covers)
    return Exact(None, _bound(model, answer), finished=False, iterations=iterations)


def linear_prices(pool: Pool, time_limit_s: float) -> Floats | None:
    """Give the prices of the linear relaxation, shape (R,), >= 0; None if it was not solved in time."""
    model = _model(pool, apart(pool))
    answer = solve_lp(model.program, time_limit_s=time_limit_s)
    if answer.dual is None:
        return None
    drawn = _drawn_resources(pool)
    price = np.zeros(len(pool.capacity))
    per_row = answer.dual[len(answer.dual) - len(drawn) :] * model.unit
    price[drawn] = np.maximum(0.0, per_row * _row_scale(pool)[drawn])
    return price


def _model(pool: Pool, gathered: Gathered) -> _Model:
    n_choices = np.diff(pool.start)
    top = np.zeros(len(pool.required), dtype=np.int64)
    must = np.flatnonzero(pool.required)
    top[must] = [pool.value[pool.start[i] : pool.start[i + 1]].max() for i in must]
    gain = pool.value - np.repeat(top, n_choices)
    unit = int(np.gcd.reduce(gain)) or 1
    objective = (gain // unit).astype(np.float64)
    spread = np.zeros(len(top))
    np.maximum.at(spread, np.repeat(np.arange(len(top)), n_choices), np.abs(objective))
    return _Model(
        program=add_sums(_program(pool, gathered, objective), gathered),
        offset=int(top.sum()),
        unit=unit,
        error=1e-6 * (len(top) + 1) + 1e-12 * float(spread.sum()),
    )


def _program(pool: Pool, gathered: Gathered, objective: Floats) -> Program:
    """Lay out one row for each project that has candidates, then one for each resource drawn on."""
    projects = np.flatnonzero(np.diff(pool.start))
    resources = _drawn_resources(pool)
    drawn_on = pool.use_resource[gathered.use]
    n_drawn = np.bincount(drawn_on, minlength=len(pool.capacity))[resources]
    amount = pool.use_amount[gathered.use] * _row_scale(pool)[drawn_on]
    row_sizes = np.concatenate([np.diff(pool.start)[projects], n_drawn])
    return Program(
        objective=objective,
        row_start=np.concatenate([[0], np.cumsum(row_sizes)]),
        column=np.concatenate([np.arange(len(pool.value)), gathered.column]),
        coefficient=np.concatenate([np.ones(len(pool.value)), amount]),
        row_lower=np.concatenate(
            [np.where(pool.required[projects], 1.0, -np.inf), np.full(len(resources), -np.inf)]
        ),
        row_upper=np.concatenate([np.ones(len(projects)), _row_capacity(pool)[resources]]),
    )


def _drawn_resources(pool: Pool) -> Ints:
    return np.flatnonzero(np.bincount(pool.use_resource, minlength=len(pool.capacity)))


def _common_amount(pool: Pool) -> Ints:
    """Give the greatest common divisor of the amounts drawn from each resource, 1 for none; (R,)."""
    common = np.zeros(len(pool.capacity), dtype=np.int64)
    np.gcd.at(common, pool.use_resource, pool.use_amount)
    return np.maximum(common, 1)


def _row_scale(pool: Pool) -> Floats:
    """Give the factor from amounts to coefficients of each resource's row; shape (R,)."""
    common = _common_amount(pool)
    shrink = np.maximum(0.0, np.ceil(np.log2(np.maximum(1, pool.capacity // common) / ROW_SIZE)))
    return np.asarray(2.0**-shrink / common)


def _row_capacity(pool: Pool) -> Floats:
    common = _common_amount(pool)
    return (pool.capacity // common) * (_row_scale(pool) * common)


def _with_covers(program: Program, covers: list[Ints]) -> Program:
    """Add for each set of candidates that cannot all be chosen: at least one is not."""
    sizes = np.array([len(cover) for cover in covers])
    return replace(
        program,
        row_start=np.concatenate([program.row_start, program.row_start[-1] + np.cumsum(sizes)]),
        column=np.concatenate([program.column, *covers]),
        coefficient=np.concatenate([program.coefficient, np.ones(sizes.sum())]),
        row_lower=np.concatenate([program.row_lower, np.full(len(covers), -np.inf)]),
        row_upper=np.concatenate([program.row_upper, sizes - 1.0]),
    )


def _cover(pool: Pool, chosen: Ints, r: int) -> Ints:
    """Give the chosen candidates that draw on a resource."""
    uses = np.flatnonzero(pool.use_resource == r)
    owner = np.searchsorted(pool.use_start, uses, side="right") - 1
    return np.intersect1d(owner, chosen)


def _as_point(pool: Pool, chosen: Ints) -> Floats:
    point = np.zeros(len(pool.value))
    point[chosen[chosen >= 0]] = 1.0
    return point


def _as_plan(pool: Pool, point: Floats) -> Ints:
    chosen = np.full(len(pool.required), -1, dtype=np.int64)
    taken = np.flatnonzero(point > 0.5)
    chosen[np.searchsorted(pool.start, taken, side="right") - 1] = taken
    return chosen


def _drawn(pool: Pool, chosen: Ints) -> Ints:
    """Sum what a plan draws from each resource; shape (R,)."""
    taken = np.repeat(_as_point(pool, chosen) > 0, np.diff(pool.use_start))
    drawn = np.zeros(len(pool.capacity), dtype=np.int64)
    np.add.at(drawn, pool.use_resource[taken], pool.use_amount[taken])
    return drawn


def _bound(model: _Model, answer: Answer) -> float:
    return -np.inf if answer.ending is Ending.INFEASIBLE else _outward(model, answer.bound)


def _outward(model: _Model, objective: float) -> float:
    """Give the largest value of a plan whose objective is at most so much, within the solver's error."""
    if not np.isfinite(objective):
        return np.inf
    return float(model.offset + model.unit * int(np.floor(objective + model.error)))
