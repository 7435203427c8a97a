"""Bounds that hold for certain, whatever the prices and however they were found."""

import math

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._factored import Factored, factor
from yinfeng.core.matching._halves import ends_of_blocks, in_blocks
from yinfeng.core.matching._pool import Pool, best_margin, margins
from yinfeng.core.matching.problem import Floats, Ints

_UNIT_ROUNDOFF = 2.0**-53


def lagrangian_bound(candidates: Pool | Factored, price: Floats) -> int:
    """Give a whole number that no plan over the candidates exceeds.

    price: shape (R,), any finite numbers >= 0. By weak duality no plan is worth more than
    Σ_r price_r capacity_r + Σ_i best margin of project i; the sum is rounded outward: a sum of m products
    carries at most m + 1 roundings, each of at most 2⁻⁵³ of the sum of the absolute terms (Higham, Accuracy
    and Stability of Numerical Algorithms, §3.1); twice that is taken.
    Every required project must have a candidate.
    """
    if isinstance(candidates, Pool):
        candidates = factor(candidates)
    return rounded_bound(candidates.capacity, price, *best_margins(candidates, price))


def best_margins(candidates: Factored, price: Floats) -> tuple[Floats, Floats, int]:
    """Give what `rounded_bound` takes: best margins, weights, and the roundings a margin goes through."""
    best, weight = np.zeros(len(candidates.required)), np.zeros(len(candidates.required))
    ends = ends_of_blocks(candidates.start)
    most = in_blocks(
        lambda b: _best_margins(candidates, price, ends[b], ends[b + 1], best, weight), len(candidates.value)
    )
    own, shared = zip(*most, strict=True)
    return best, weight, max(own) + max(shared)


def rounded_bound(capacity: Ints, price: Floats, best: Floats, weight: Floats, terms: int) -> int:
    """Add up `lagrangian_bound` from each project's best margin, and round it outward.

    best, weight: shape (n,), the weight no less than any |value| + price of a candidate's uses. terms: the
    most roundings that a use goes through in a margin.
    """
    # The sums over projects and over resources are exact but for one rounding each.
    paid = price * capacity
    supply = math.fsum(paid[paid != 0].tolist())
    total = math.fsum(best.tolist()) + supply
    error = _relative_error(terms) * (math.fsum(weight.tolist()) + supply)
    return math.floor(total + error)


def _relative_error(terms: int) -> float:
    return 2.0 * (terms + 6) * _UNIT_ROUNDOFF


@compiled
def _best_margins(
    candidates: Factored, price: Floats, first: int, last: int, best: Floats, weight: Floats
) -> tuple[int, int]:
    """Set the best margin of projects first:last, and the most that value and price come to without signs.

    best, weight: shape (n,). Without candidates a required project's best is -inf, as is that of no plan.
    Gives the most own uses of a candidate, and the most uses of a pattern.
    """
    required, start, value, pattern, pattern_start = candidates[:5]
    shared_start, shared_resource, shared_amount = candidates[5:8]
    own_start, own_resource, own_amount = candidates[8:11]
    tallest, most_own, most_shared = 0, 0, 0
    for i in range(first, last):
        tallest = max(tallest, pattern_start[i + 1] - pattern_start[i])
    toll = np.zeros(tallest + 1)
    for i in range(first, last):
        base = pattern_start[i] - 1
        for j in range(1, pattern_start[i + 1] - base):
            toll[j] = 0.0
            most_shared = max(most_shared, shared_start[base + j + 1] - shared_start[base + j])
            for s in range(shared_start[base + j], shared_start[base + j + 1]):
                toll[j] += price[shared_resource[s]] * shared_amount[s]
        high, wide = -np.inf if required[i] else 0.0, 0.0
        for k in range(start[i], start[i + 1]):
            t = toll[pattern[k]]
            most_own = max(most_own, own_start[k + 1] - own_start[k])
            for u in range(own_start[k], own_start[k + 1]):
                t += price[own_resource[u]] * own_amount[u]
            high = max(high, value[k] - t)
            wide = max(wide, abs(value[k]) + t)
        best[i], weight[i] = high, wide
    return most_own, most_shared


def rounding_error(pool: Pool, price: Floats) -> float:
    """Bound the error of any float sum of prices times capacities and of margins, one a project.

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
