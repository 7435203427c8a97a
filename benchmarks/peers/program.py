"""The problem as the matrix that every solver is given, and what their answers mean for it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from yinfeng.core.matching.problem import Floats, Ints, Problem


@dataclass(frozen=True, eq=False)
class Program:
    """maximise objective · x  subject to  lower ≤ A x ≤ upper,  x ≥ 0; x ≤ 1 follows."""

    objective: Floats  # (K,) value over `unit`
    matrix: Any  # scipy CSR, (n + R, K): a row a project, then a row a resource over its `scale`
    lower: Floats  # (n + R,)
    upper: Floats  # (n + R,)
    unit: float
    scale: Floats  # (R,)

    def price(self, dual: Floats) -> Floats:
        """Give prices >= 0 of the resources in the problem's own units from duals of all rows."""
        n = len(self.upper) - len(self.scale)
        price: Floats = np.abs(dual[n:]) * self.unit / self.scale
        return price


class Relaxed(NamedTuple):
    """What a solver of linear programs says."""

    status: str  # "done", "limit" or "failed"
    value: float  # the objective it states
    price: Floats | None  # (R,)


class Planned(NamedTuple):
    """What a solver of whole-number programs says."""

    status: str
    chosen: Ints | None  # (n,)
    bound: float | None  # no plan of this problem is worth more
    trace: list[tuple[float, float]]  # seconds since the solver began, value of its best plan


def program_of(problem: Problem, *, scaled: bool = True) -> Program:
    """Lay the problem out as a matrix.

    scaled: rows of resources over their largest amount, values over their mean size: first-order methods need
    it, and m³ a year stand beside kVA otherwise.
    """
    n, k, r = problem.n_projects, problem.n_candidates, problem.n_resources
    scale, unit = np.ones(r), 1.0
    if scaled:
        largest = np.zeros(r)
        np.maximum.at(largest, problem.use_resource, problem.use_amount.astype(np.float64))
        scale = np.where(largest > 0, largest, 1.0)
        unit = max(1.0, float(np.abs(problem.value).mean())) if k else 1.0
    amount = problem.use_amount / scale[problem.use_resource]
    matrix = sparse.csr_matrix(
        (
            np.concatenate([np.ones(k), amount]),
            (
                np.concatenate([problem.project, problem.use_resource + n]),
                np.concatenate([np.arange(k), problem.use_candidate]),
            ),
        ),
        shape=(n + r, k),
    )
    return Program(
        objective=problem.value / unit,
        matrix=matrix,
        lower=np.concatenate([np.where(problem.required, 1.0, -np.inf), np.full(r, -np.inf)]),
        upper=np.concatenate([np.ones(n), problem.capacity / scale]),
        unit=unit,
        scale=scale,
    )


def dual_value(problem: Problem, price: Floats) -> float:
    """Give the bound that prices prove: Σ price · capacity + Σ best margin of each project."""
    toll = np.zeros(problem.n_candidates)
    np.add.at(toll, problem.use_candidate, price[problem.use_resource] * problem.use_amount)
    best = np.where(problem.required, -np.inf, 0.0)
    np.maximum.at(best, problem.project, problem.value - toll)
    return float(best.sum() + price @ problem.capacity)


def chosen_of(problem: Problem, point: Floats) -> Ints:
    """Give each project the candidate that a point takes whole, shape (n,)."""
    chosen = np.full(problem.n_projects, -1, dtype=np.int64)
    taken = np.flatnonzero(point > 0.5)
    chosen[problem.project[taken]] = taken
    return chosen
