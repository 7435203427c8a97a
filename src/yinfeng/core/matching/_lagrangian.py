"""Prices of the resources: the Lagrangian dual, smoothed, by accelerated passes over the candidates.

The dual D(λ) = Σ_r λ_r C_r + Σ_i max_k (v_k - Σ_r λ_r u_kr) has kinks. With temperature τ the maximum becomes
τ log Σ exp(·/τ), whose gradient is capacity less expected usage when each project draws a candidate with
softmax probability. Each pass is one step of Nesterov's method, every price scaled by its own curvature;
the temperature falls from pass to pass. Most passes look only at the candidates near enough to their
project's best to be drawn; now and then one looks at all. Nesterov (2005), Smooth minimization of non-smooth
functions. See docs/explanation/prices.md.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._factored import BLOCKS, TWO_THREADS, Factored, blocks
from yinfeng.core.matching.problem import Bools, Floats, Ints

WARM: Final = 0.2
"""First temperature, as a share of the mean spread of a project's values. While warm, prices travel far."""
WARM_AGAIN: Final = 0.001
"""First temperature where the prices given are those of nearly the same problem."""
COLD: Final = 0.0001
"""Last temperature, in the same unit."""
FAR_BEHIND: Final = 16.0
"""A candidate that many temperatures behind its project's best is not drawn at all."""
STEP: Final = 2.0
"""How far a step goes, by the curvature that is certain not to overshoot. Twice as far seldom does."""
MEMORY: Final = 0.8
"""Share of its curvature that a resource keeps from pass to pass, so that a step is never far too long."""
EVERY: Final = 10
"""Passes from one look at all candidates to the next."""
FEW: Final = 0.7
"""Share of the candidates below which it pays to copy out those that are near."""
NEAR: Final = 1.5
"""Candidates within that many times `FAR_BEHIND` temperatures are copied out: prices move meanwhile."""
ROOM: Final = 0.9
"""Share of its capacity below which a free resource is left out too, until all are looked at again."""


KeepGoing = Callable[[Floats, int], bool]
"""Asked between passes with the best prices so far, shape (R,), and the passes done."""


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices found and the work they took."""

    price: Floats  # (R,) >= 0
    dual: float  # D(price) in floating point: a guide, not a proof
    passes: int


def find_prices(
    candidates: Factored,
    price: Floats,
    passes: int,
    keep_going: KeepGoing,
    *,
    warm: float = WARM,
    threads: int = BLOCKS,
) -> Prices:
    """Lower the dual from a first guess.

    price: shape (R,), >= 0. passes: at most. warm: first temperature, lower where the guess is good. Returns
    the best prices met; they do not depend on the number of threads.
    """
    scale = _value_scale(candidates)
    state = _begin(price)
    best, least, done = price.copy(), np.inf, 0
    part = candidates
    with ThreadPoolExecutor(BLOCKS) as pool:
        for done in range(1, passes + 1):
            heat = scale * warm * (COLD / warm) ** (done / passes)
            sizes = len(candidates.value) if part is candidates else len(part.value)
            run = pool.map if threads > 1 and sizes >= TWO_THREADS else map
            look_at_all = part is candidates or done % EVERY == 0 or done == passes
            if look_at_all:
                part = candidates
            drawn = _draw_all(part, state, heat, run)
            if look_at_all:
                dual = float(state.ahead @ candidates.capacity) + drawn.best
                if dual < least:
                    best, least = state.ahead.copy(), dual
                if done % EVERY == 0 and drawn.near.sum() < FEW * len(candidates.value):
                    part = _copy_out(candidates, drawn, state)
            if not keep_going(best, done):
                break
            _step(candidates.capacity, drawn.usage, drawn.curvature, STEP * heat, *state)
    return Prices(best, least, done)


class _State(NamedTuple):
    """Where the accelerated method stands."""

    price: Floats  # (R,) last step's result
    ahead: Floats  # (R,) where the next gradient is taken
    curvature: Floats  # (R,) running curvature
    awake: Bools  # (R,) whether the price is, or is about to be, above 0
    age: Floats  # (1,) Nesterov's t


def _begin(price: Floats) -> _State:
    n = len(price)
    return _State(price.copy(), price.copy(), np.zeros(n), np.ones(n, dtype=np.bool_), np.ones(1))


class _Drawn(NamedTuple):
    """What a pass over the candidates gives."""

    best: float  # Σ of the projects' best margins
    usage: Floats  # (BLOCKS, R) expected usage
    curvature: Floats  # (BLOCKS, R) Σ p u² m
    near: Bools  # (K,) near enough to be drawn soon


def _draw_all(candidates: Factored, state: _State, heat: float, run: Callable[..., object]) -> _Drawn:
    """Draw by softmax in every block."""
    n_resources = len(candidates.capacity)
    usage, curvature = np.zeros((BLOCKS, n_resources)), np.zeros((BLOCKS, n_resources))
    near = np.empty(len(candidates.value), dtype=np.bool_)
    ends = blocks(candidates)

    def draw(b: int) -> float:
        return _draw(
            candidates, state.ahead, state.awake, heat, ends[b], ends[b + 1], usage[b], curvature[b], near
        )

    return _Drawn(sum(run(draw, range(BLOCKS))), usage, curvature, near)


def _value_scale(candidates: Factored) -> float:
    """Give the mean spread between a project's best and worst choice: the unit of temperatures."""
    some = np.flatnonzero(np.diff(candidates.start))
    if not len(some):
        return 1.0
    high = np.maximum.reduceat(candidates.value, candidates.start[some])
    low = np.where(
        candidates.required[some], np.minimum.reduceat(candidates.value, candidates.start[some]), 0.0
    )
    return max(1.0, float((high - low).sum()) / len(candidates.required))


@compiled
def _draw(
    candidates: Factored,
    price: Floats,
    awake: Bools,
    heat: float,
    first: int,
    last: int,
    usage: Floats,
    curvature: Floats,
    near: Bools,
) -> float:
    """Let projects first:last draw a candidate each by softmax, and add up what is drawn.

    Adds to ``usage`` and ``curvature``, shape (R,): Σ p u and Σ p u² m, where m is the number of awake
    resources that a candidate draws on; curvature ÷ heat majorises the smoothed dual's Hessian over those.
    Sets ``near``, shape (K,). Returns the sum of the projects' best margins.
    """
    required, start, value, pattern, pattern_start = candidates[:5]
    shared_start, shared_resource, shared_amount = candidates[5:8]
    own_start, own_resource, own_amount = candidates[8:11]
    widest, most = 0, 0
    for i in range(first, last):
        widest = max(widest, start[i + 1] - start[i])
        most = max(most, pattern_start[i + 1] - pattern_start[i])
    margin, n_awake = np.empty(widest), np.empty(widest)
    toll, drawn, drawn_awake, shared_awake = (
        np.zeros(most + 1),
        np.zeros(most + 1),
        np.zeros(most + 1),
        np.zeros(most + 1),
    )
    per_heat, total_best = 1.0 / heat, 0.0
    for i in range(first, last):
        begin, n = start[i], start[i + 1] - start[i]
        if n == 0:
            continue
        base = pattern_start[i] - 1
        for j in range(1, pattern_start[i + 1] - base):
            t, c = 0.0, 0.0
            for s in range(shared_start[base + j], shared_start[base + j + 1]):
                t += price[shared_resource[s]] * shared_amount[s]
                c += awake[shared_resource[s]]
            toll[j], shared_awake[j], drawn[j], drawn_awake[j] = t, c, 0.0, 0.0
        best = -np.inf if required[i] else 0.0
        for k in range(n):
            t, c = toll[pattern[begin + k]], shared_awake[pattern[begin + k]]
            for u in range(own_start[begin + k], own_start[begin + k + 1]):
                t += price[own_resource[u]] * own_amount[u]
                c += awake[own_resource[u]]
            margin[k], n_awake[k] = value[begin + k] - t, c
            best = max(best, margin[k])
        total_best += best
        total = 0.0
        if not required[i]:
            total = _exp(max(-best * per_heat, -FAR_BEHIND))
        for k in range(n):
            behind = (margin[k] - best) * per_heat
            near[begin + k] = behind > -NEAR * FAR_BEHIND
            chance = _exp(max(behind, -FAR_BEHIND))
            margin[k] = chance if behind > -FAR_BEHIND else 0.0
        for k in range(n):
            total += margin[k]
        share = 1.0 / total
        for k in range(n):
            if margin[k] == 0.0:
                continue
            chance = margin[k] * share
            weight = chance * n_awake[k]
            drawn[pattern[begin + k]] += chance
            drawn_awake[pattern[begin + k]] += weight
            for u in range(own_start[begin + k], own_start[begin + k + 1]):
                usage[own_resource[u]] += chance * own_amount[u]
                curvature[own_resource[u]] += weight * own_amount[u] * own_amount[u]
        for j in range(1, pattern_start[i + 1] - base):
            if drawn[j] == 0.0:
                continue
            for s in range(shared_start[base + j], shared_start[base + j + 1]):
                usage[shared_resource[s]] += drawn[j] * shared_amount[s]
                curvature[shared_resource[s]] += drawn_awake[j] * shared_amount[s] * shared_amount[s]
    return total_best


@compiled
def _exp(x: float) -> float:
    """Give e^x for -16 ≤ x ≤ 0 to 1 part in 10⁵: a polynomial and six squarings, the same on any machine."""
    y = x * 0.015625
    y = 1.0 + y * (1.0 + y * (1 / 2 + y * (1 / 6 + y * (1 / 24 + y * (1 / 120)))))
    y *= y
    y *= y
    y *= y
    y *= y
    y *= y
    return y * y


@compiled
def _step(
    capacity: Ints,
    usage: Floats,
    curvature: Floats,
    length: float,
    price: Floats,
    ahead: Floats,
    running: Floats,
    awake: Bools,
    age: Floats,
) -> None:
    """Move against the gradient (the slack), then run ahead; forget momentum that points uphill.

    usage, curvature: shape (BLOCKS, R). length: times which a slack ÷ curvature is the step. The rest are
    the fields of `_State`, which change in place; ``ahead`` is the step taken until momentum is known.
    """
    uphill = 0.0
    for r in range(len(price)):
        slack = capacity[r] - (usage[0, r] + usage[1, r])
        running[r] = max((curvature[0, r] + curvature[1, r]) / length, MEMORY * running[r])
        awake[r] = ahead[r] > 0.0 or slack < 0.0
        if running[r] > 0.0:
            ahead[r] = max(0.0, ahead[r] - slack / running[r])
        uphill += slack * (ahead[r] - price[r])
    older = 1.0 if uphill > 0.0 else (1.0 + np.sqrt(1.0 + 4.0 * age[0] * age[0])) / 2.0
    momentum = (age[0] - 1.0) / older if older > 1.0 else 0.0
    age[0] = older
    for r in range(len(price)):
        moved = ahead[r] - price[r]
        price[r] = ahead[r]
        ahead[r] = max(0.0, ahead[r] + momentum * moved)


def _copy_out(candidates: Factored, drawn: _Drawn, state: _State) -> Factored:
    """Copy out the candidates that are near and, of what they draw, what has or may soon have a price."""
    alive = (state.ahead > 0) | (drawn.usage.sum(axis=0) > ROOM * candidates.capacity)
    kept = np.flatnonzero(drawn.near)
    n = len(candidates.required)
    project = np.repeat(np.arange(n), np.diff(candidates.start))[kept]
    own_start, own = _kept_uses(candidates.own_start, candidates.own_resource, kept, alive)
    # Patterns that a near candidate follows, numbered anew.
    pattern = candidates.pattern[kept]
    followed = np.zeros(len(candidates.shared_start) - 1, dtype=np.bool_)
    shares = pattern > 0
    followed[candidates.pattern_start[project[shares]] + pattern[shares] - 1] = True
    before = np.concatenate([[0], np.cumsum(followed)])
    pattern_start = before[candidates.pattern_start]
    number = before[np.minimum(candidates.pattern_start[project] + pattern, len(followed))]
    shared_start, shared = _kept_uses(
        candidates.shared_start, candidates.shared_resource, np.flatnonzero(followed), alive
    )
    return candidates._replace(
        start=np.concatenate([[0], np.cumsum(drawn.near)])[candidates.start],
        value=candidates.value[kept],
        pattern=np.where(shares, number - pattern_start[project], 0).astype(np.int32),
        pattern_start=pattern_start,
        shared_start=shared_start,
        shared_resource=candidates.shared_resource[shared],
        shared_amount=candidates.shared_amount[shared],
        own_start=own_start,
        own_resource=candidates.own_resource[own],
        own_amount=candidates.own_amount[own],
    )


def _kept_uses(start: Ints, resource: Ints, kept: Ints, alive: Bools) -> tuple[Ints, Ints]:
    """Give start and positions of the uses, of live resources, of the rows kept."""
    n_uses = (start[1:] - start[:-1])[kept]
    end = np.concatenate([[0], np.cumsum(n_uses)])
    use = np.repeat(start[kept] - end[:-1], n_uses) + np.arange(end[-1])
    live = alive[resource[use]]
    return np.concatenate([[0], np.cumsum(live)])[end], use[live]
