"""Prices of the resources: the Lagrangian dual, smoothed, by accelerated passes over the candidates.

The dual D(λ) = Σ_r λ_r C_r + Σ_i max_k (v_k - Σ_r λ_r u_kr) has kinks. With temperature τ the maximum becomes
τ log Σ exp(·/τ), whose gradient is capacity less expected usage when each project draws a candidate with
softmax probability. Each pass is one step of Nesterov's method, every price scaled by its own curvature;
the temperature falls from pass to pass. Nesterov (2005), Smooth minimization of non-smooth functions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._pool import Pool, margins, narrow, order_by_margin
from yinfeng.core.matching.problem import Floats, Ints

WARM: Final = 0.2
"""First temperature, as a share of the mean spread of a project's values. While warm, prices travel far."""
JOIN_WARMTHS: Final = (0.5, 0.05, 0.02)
"""First temperature after each join of candidates."""
COLD: Final = 0.0003
"""Last temperature, in the same unit."""
FAR_BEHIND: Final = 20.0
"""A candidate that many temperatures behind its project's best is not drawn at all."""


KeepGoing = Callable[[Floats, int], bool]
"""Asked between passes with the best prices so far, shape (R,), and the passes done."""


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices found and the work they took."""

    price: Floats  # (R,) >= 0
    dual: float  # D(price) in floating point: a guide, not a proof
    passes: int


def find_prices(
    pool: Pool, price: Floats, passes: int, keep_going: KeepGoing, *, warm: float = WARM
) -> Prices:
    """Lower the dual from a first guess.

    price: shape (R,), >= 0. warm: first temperature, lower where the guess is good. Returns the best prices
    met.
    """
    scale = _value_scale(pool)
    state = _State.at(price)
    best, least, done = price.copy(), np.inf, 0
    for done in range(1, passes + 1):
        heat = scale * warm * (COLD / warm) ** (done / passes)
        dual, usage, curvature = _expectation(pool, state.ahead, heat)
        if dual < least:
            best, least = state.ahead, dual
        if not keep_going(best, done):
            break
        state = state.step(pool.capacity - usage, curvature)
    return Prices(best, least, done)


@dataclass(frozen=True, eq=False)
class _State:
    """Where the accelerated method stands."""

    price: Floats  # (R,) last step's result
    ahead: Floats  # (R,) where the next gradient is taken
    curvature: Floats  # (R,) running curvature, falls slowly so that a step is never far too long
    age: float  # Nesterov's t

    @classmethod
    def at(cls, price: Floats) -> "_State":
        return cls(price, price, np.zeros_like(price), 1.0)

    def step(self, slack: Floats, curvature: Floats) -> "_State":
        """Move against the gradient (the slack), then run ahead; forget momentum that points uphill."""
        curvature = np.maximum(curvature, 0.8 * self.curvature)
        change = np.divide(slack, curvature, out=np.zeros_like(slack), where=curvature > 0)
        price = np.maximum(0.0, self.ahead - change)
        moved = price - self.price
        age = 1.0 if float(slack @ moved) > 0 else (1 + np.sqrt(1 + 4 * self.age**2)) / 2
        momentum = (self.age - 1) / age if age > 1 else 0.0
        return _State(price, np.maximum(0.0, price + momentum * moved), curvature, age)


def _value_scale(pool: Pool) -> float:
    """Give the mean spread between a project's best and worst choice: the unit of temperatures."""
    return max(1.0, float(_spreads(pool).mean())) if len(pool.required) else 1.0


@compiled
def _spreads(pool: Pool) -> Floats:
    spread = np.zeros(len(pool.required))
    for i in range(len(pool.required)):
        first, last = pool.start[i], pool.start[i + 1]
        if last > first:
            low = pool.value[first:last].min() if pool.required[i] else 0
            spread[i] = pool.value[first:last].max() - low
    return spread


@compiled
def _expectation(pool: Pool, price: Floats, heat: float) -> tuple[float, Floats, Floats]:
    """Give the dual, the expected usage and its curvature when projects choose by softmax at a temperature.

    Returns the unsmoothed dual, and per resource the usage and Σ p u² m / τ, shape (R,), where m is the
    number of resources a candidate draws on: a majoriser of the smoothed dual's Hessian.
    """
    usage = np.zeros(len(price))
    curvature = np.zeros(len(price))
    margin = margins(pool, price)
    dual = 0.0
    for r in range(len(price)):
        dual += price[r] * pool.capacity[r]
    for i in range(len(pool.required)):
        first, last = pool.start[i], pool.start[i + 1]
        if first == last:
            continue
        best = margin[first:last].max()
        if not pool.required[i]:
            best = max(best, 0.0)
        dual += best
        total = 0.0 if pool.required[i] else np.exp(-best / heat)
        for k in range(first, last):
            behind = (best - margin[k]) / heat
            margin[k] = np.exp(-behind) if behind < FAR_BEHIND else 0.0
            total += margin[k]
        for k in range(first, last):
            if margin[k] == 0.0:
                continue
            chance = margin[k] / total
            n_uses = pool.use_start[k + 1] - pool.use_start[k]
            for u in range(pool.use_start[k], pool.use_start[k + 1]):
                amount = float(pool.use_amount[u])
                usage[pool.use_resource[u]] += chance * amount
                curvature[pool.use_resource[u]] += chance * amount * amount * n_uses / heat
    return dual, usage, curvature


def most_promising(pool: Pool, price: Floats, per_project: int) -> Ints:
    """Give each project's candidates of greatest margin, at most so many; shape (kept,), by project."""
    order = order_by_margin(pool, margins(pool, price))
    rank = np.arange(len(order)) - np.repeat(pool.start[:-1], np.diff(pool.start))
    return order[rank < per_project]


def find_prices_by_joins(pool: Pool, passes: int, per_project: int, keep_going: KeepGoing) -> Prices:
    """Find prices on each project's most promising candidates, joining those that the prices make promising.

    passes: after each join. Candidates once joined stay. With as many joins as needed the prices are those
    of the whole pool; a bound must still be taken over the whole pool.
    """
    found = Prices(np.zeros(len(pool.capacity)), np.inf, 0)
    joined = np.zeros(len(pool.value), dtype=np.bool_)
    goes_on = True

    def go_on(price: Floats, done: int) -> bool:
        nonlocal goes_on
        goes_on = keep_going(price, found.passes + done)
        return goes_on

    for warm in JOIN_WARMTHS:
        joined[most_promising(pool, found.price, per_project)] = True
        part = narrow(pool, np.flatnonzero(joined))
        better = find_prices(part, found.price, passes, go_on, warm=warm)
        found = Prices(better.price, better.dual, found.passes + better.passes)
        if not goes_on:
            break
    return found
