"""Bounds that hold for certain, whatever the prices and however they were found."""

import math

import numpy as np

from yinfeng.core.matching._pool import Pool, best_margin, margins
from yinfeng.core.matching.problem import Floats

_UNIT_ROUNDOFF = 2.0**-53


def lagrangian_bound(pool: Pool, price: Floats) -> int:
    """Give a whole number that no plan over the pool exceeds.

    price: shape (R,), any finite numbers >= 0. By weak duality no plan is worth more than
    Σ_r price_r capacity_r + Σ_i best margin of project i; the sum is rounded outward by `rounding_error`.
    Every required project must have a candidate.
    """
    best = best_margin(pool, margins(pool, price))
    total = math.fsum(best) + math.fsum(price * pool.capacity)
    return math.floor(total + rounding_error(pool, price))


def rounding_error(pool: Pool, price: Floats) -> float:
    """Bound the error of `lagrangian_bound`'s float sum and of any sum of margins, one a project.

    A sum of m products carries at most (m + 1) roundings, each of at most 2⁻⁵³ of the sum of the absolute
    terms (Higham, Accuracy and Stability of Numerical Algorithms, §3.1); twice that is taken.
    """
    if not len(pool.value):
        return 0.0
    absolute = pool._replace(value=np.abs(pool.value), required=np.zeros_like(pool.required))
    weight = best_margin(absolute, margins(absolute, -price))
    terms = int(np.diff(pool.use_start).max()) + len(pool.required) + 4
    total = math.fsum(weight) + math.fsum(price * pool.capacity)
    return 2.0 * terms * _UNIT_ROUNDOFF * total
