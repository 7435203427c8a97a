"""Prices of the resources: the Lagrangian dual, smoothed, by accelerated passes over the candidates.

The dual D(λ) = Σ_r λ_r C_r + Σ_i max_k (v_k - Σ_r λ_r u_kr) has kinks. With temperature τ the maximum becomes
τ log Σ exp(·/τ), whose gradient is capacity less expected usage when each project draws a candidate with
softmax probability. Each pass is one step of Nesterov's method, every price scaled by its own curvature;
the temperature falls from pass to pass. Most passes look only at the candidates near enough to their
project's best to be drawn; now and then one looks at all. Nesterov (2005), Smooth minimization of non-smooth
functions. See docs/explanation/prices.md.
"""

from collections.abc import Callable, Iterable
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
COOLING: Final = 0.75
"""Below 1 the temperature falls fast at first and slowly in the end, when the prices settle."""
COLD: Final = 0.0002
"""Last temperature, in the same unit."""
FAR_BEHIND: Final = 16.0
"""A candidate that many temperatures behind its project's best is not drawn at all."""
STEP: Final = 1.0
"""How far a step goes, in slack ÷ curvature. Half as far again oscillates on small problems."""
FIRST_STEP: Final = 0.25
"""The same of the first step, where nothing has a price yet and so curvatures come out too small."""
UNSURE: Final = 0.1
"""Least part of an expected use that counts as undecided: what is decided now may not be after the step."""
MEMORY: Final = 0.8
"""Share of its curvature that a resource keeps from pass to pass, so that a step is never far too long."""
SETTLED: Final = 1e-5
"""Relative gain within twice `EVERY` passes below which, once cool, the search may end."""
COOL: Final = 3.0
"""Multiple of the last temperature from which it may."""
EVERY: Final = 10
"""Passes from one look at all candidates to the next."""
FEW: Final = 0.7
"""Share of the candidates below which it pays to copy out those that are near."""
NEAR: Final = 1.5
"""Candidates within that many times `FAR_BEHIND` temperatures are copied out: prices move meanwhile."""
FEW_ALIVE: Final = 0.5
"""Share of the resources that have a price, or may soon, below which it pays to copy out their uses."""
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
    scale = value_scale(candidates)
    state = begin(price)
    now, live = state, None  # where the passes over ``part`` stand, and which resources these know
    best, least, before, done = price.copy(), np.inf, np.inf, 0
    part = candidates
    with ThreadPoolExecutor(BLOCKS) as pool:
        for done in range(1, passes + 1):
            heat = scale * warm * (COLD / warm) ** ((done / passes) ** COOLING)
            looks_at_all = part is candidates or done % EVERY == 0 or done == passes
            copies = False
            if looks_at_all:
                part, now = candidates, _put_back(state, now, live)
                live = None
            run = pool.map if threads > 1 and len(part.value) >= TWO_THREADS else map
            margins, near = draw_all(part, now, heat, run)
            if looks_at_all:
                paid = float((state.ahead * candidates.capacity).sum())  # `@` would wake BLAS's threads
                dual = paid + margins
                if dual < least:
                    best, least = state.ahead.copy(), dual
                alive = _alive(candidates, state)
                is_few = near.sum() < FEW * len(near) or alive.sum() < FEW_ALIVE * len(alive)
                copies = is_few and (done % EVERY == 0 or (done == 1 and bool(price.any())))
            if not keep_going(best, done):
                break
            if done % (2 * EVERY) == 0:
                if heat < COOL * COLD * scale and before - least < SETTLED * abs(least):
                    break
                before = least
            step(part.capacity, (STEP if done > 1 or price.any() else FIRST_STEP) * heat, *now)
            if copies:
                live = np.flatnonzero(alive)
                part, now = _copy_out(candidates, near, alive), _taken_out(state, live)
    return Prices(best, least, done)


class State(NamedTuple):
    """Where the accelerated method stands."""

    price: Floats  # (R,) last step's result
    ahead: Floats  # (R,) where the next gradient is taken
    running: Floats  # (R,) running curvature
    sums: Floats  # (BLOCKS, R, 3) expected usage Σ p u, curvature Σ p (1 - p) u² m, and scratch
    age: Floats  # (1,) Nesterov's t


def begin(price: Floats) -> State:
    n = len(price)
    return State(price.copy(), price.copy(), np.zeros(n), np.zeros((BLOCKS, n, 3)), np.ones(1))


def draw_all(
    candidates: Factored, state: State, heat: float, run: Callable[..., Iterable[float]]
) -> tuple[float, Bools]:
    """Draw by softmax in every block: set the sums, give Σ best margin and who is near, shape (K,)."""
    near = np.empty(len(candidates.value), dtype=np.bool_)
    ends = blocks(candidates)

    def draw(b: int) -> float:
        return _draw(candidates, state.ahead, heat, ends[b], ends[b + 1], state.sums[b], near)

    return sum(run(draw, range(BLOCKS))), near


def _alive(candidates: Factored, state: State) -> Bools:
    """Say which resources have a price or may soon have one; shape (R,)."""
    usage = state.sums[0, :, 0] + state.sums[1, :, 0]
    return np.asarray((state.ahead > 0) | (state.price > 0) | (usage > ROOM * candidates.capacity))


def _taken_out(state: State, live: Ints) -> State:
    """Give the state of some resources alone."""
    sums = np.zeros((BLOCKS, len(live), 3))
    return State(state.price[live], state.ahead[live], state.running[live], sums, state.age)


def _put_back(state: State, part: State, live: Ints | None) -> State:
    """Bring the state up to that of some of its resources, None where it is up to date; give it."""
    if live is not None:
        for whole, some in zip(state[:3], part[:3], strict=True):
            whole[live] = some
    return state


def value_scale(candidates: Factored) -> float:
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
def _draw(  # noqa: PLR0912, PLR0915 - one pass over memory
    candidates: Factored, price: Floats, heat: float, first: int, last: int, sums: Floats, near: Bools
) -> float:
    """Let projects first:last draw a candidate each by softmax, and add up what is drawn.

    Sets ``sums``, shape (R, 3): Σ p u and Σ p (1 - p) u² m, where p is the chance that the project draws on
    the resource and m the number of resources with a price that a candidate draws on; the second ÷ heat
    stands for the smoothed dual's curvature. The third column is scratch, 0 in the end. Sets ``near``,
    shape (K,). Returns Σ best margin.
    """
    required, start, value, pattern, pattern_start = candidates[:5]
    shared_start, shared_resource, shared_amount = candidates[5:8]
    own_start, own_resource, own_amount = candidates[8:11]
    widest, most = 0, 0
    for i in range(first, last):
        widest = max(widest, start[i + 1] - start[i])
        most = max(most, pattern_start[i + 1] - pattern_start[i])
    weight, priced = np.empty(widest), np.empty(widest)
    toll, drawn = np.zeros(most + 1), np.zeros(most + 1)
    shared_priced, drawn_priced = np.zeros(most + 1), np.zeros(most + 1)
    per_heat, total_best = 1.0 / heat, 0.0
    sums[:] = 0.0
    for i in range(first, last):
        begin, n = start[i], start[i + 1] - start[i]
        if n == 0:
            continue
        base = pattern_start[i] - 1
        for j in range(1, pattern_start[i + 1] - base):
            t, m = 0.0, 0.0
            for s in range(shared_start[base + j], shared_start[base + j + 1]):
                t += price[shared_resource[s]] * shared_amount[s]
                m += price[shared_resource[s]] > 0.0
            toll[j], shared_priced[j], drawn[j], drawn_priced[j] = t, m, 0.0, 0.0
        best = -np.inf if required[i] else 0.0
        for k in range(n):
            t, m = toll[pattern[begin + k]], shared_priced[pattern[begin + k]]
            for u in range(own_start[begin + k], own_start[begin + k + 1]):
                t += price[own_resource[u]] * own_amount[u]
                m += price[own_resource[u]] > 0.0
            weight[k], priced[k] = value[begin + k] - t, max(1.0, m)
            best = max(best, weight[k])
        total_best += best
        for k in range(n):
            behind = (weight[k] - best) * per_heat
            near[begin + k] = behind > -NEAR * FAR_BEHIND
            weight[k] = _exp(max(behind, -FAR_BEHIND)) if behind > -FAR_BEHIND else 0.0
        total = 0.0 if required[i] else _exp(max(-best * per_heat, -FAR_BEHIND))
        for k in range(n):
            total += weight[k]
        share = 1.0 / total
        for k in range(n):
            if weight[k] == 0.0:
                continue
            chance = weight[k] * share
            drawn[pattern[begin + k]] += chance
            drawn_priced[pattern[begin + k]] += chance * priced[k]
            for u in range(own_start[begin + k], own_start[begin + k + 1]):
                usage = chance * own_amount[u]
                sums[own_resource[u], 0] += usage
                sums[own_resource[u], 1] += usage * own_amount[u] * priced[k] * max(UNSURE, 1.0 - chance)
        for j in range(1, pattern_start[i + 1] - base):
            if drawn[j] > 0.0:
                for s in range(shared_start[base + j], shared_start[base + j + 1]):
                    sums[shared_resource[s], 0] += drawn[j] * shared_amount[s]
                    sums[shared_resource[s], 2] += drawn[j]
        for j in range(1, pattern_start[i + 1] - base):
            if drawn[j] > 0.0:
                for s in range(shared_start[base + j], shared_start[base + j + 1]):
                    r, amount = shared_resource[s], shared_amount[s]
                    sums[r, 1] += drawn_priced[j] * amount * amount * max(UNSURE, 1.0 - sums[r, 2])
        for j in range(1, pattern_start[i + 1] - base):
            if drawn[j] > 0.0:
                for s in range(shared_start[base + j], shared_start[base + j + 1]):
                    sums[shared_resource[s], 2] = 0.0
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
def step(
    capacity: Ints,
    length: float,
    price: Floats,
    ahead: Floats,
    running: Floats,
    sums: Floats,
    age: Floats,
) -> None:
    """Move against the gradient (the slack), then run ahead; forget momentum that points uphill.

    length: times which a slack ÷ curvature sum is the step. The rest are the fields of `State`, which
    change in place.
    """
    uphill = 0.0
    for r in range(len(price)):
        slack = capacity[r] - (sums[0, r, 0] + sums[1, r, 0])
        running[r] = max((sums[0, r, 1] + sums[1, r, 1]) / length, MEMORY * running[r])
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


@compiled
def _copy_out(  # noqa: PLR0912, PLR0915 - a compiled count and fill
    candidates: Factored, near: Bools, alive: Bools
) -> Factored:
    """Copy out the candidates that are near, (K,), and their uses of live resources, (R,), numbered anew."""
    number = np.cumsum(alive) - 1  # of each live resource among them
    required, start, value, pattern, pattern_start = candidates[:5]
    shared_start, shared_resource, shared_amount = candidates[5:8]
    own_start, own_resource, own_amount = candidates[8:11]
    n_projects, kept, n_own, followed, n_shared = len(required), 0, 0, 0, 0
    new_start = np.zeros(n_projects + 1, dtype=np.int64)
    new_pattern_start = np.zeros(n_projects + 1, dtype=np.int64)
    of_pattern = np.zeros(len(shared_start), dtype=np.int32)  # its new number, 0 where not followed
    for i in range(n_projects):
        for k in range(start[i], start[i + 1]):
            if near[k]:
                kept += 1
                for u in range(own_start[k], own_start[k + 1]):
                    n_own += alive[own_resource[u]]
                p = pattern_start[i] + pattern[k] - 1
                if pattern[k] > 0 and of_pattern[p] == 0:
                    followed += 1
                    of_pattern[p] = followed - new_pattern_start[i]
                    for s in range(shared_start[p], shared_start[p + 1]):
                        n_shared += alive[shared_resource[s]]
        new_start[i + 1] = kept
        new_pattern_start[i + 1] = followed
    new_value, new_pattern = np.empty(kept), np.zeros(kept, dtype=np.int32)
    new_own_start = np.zeros(kept + 1, dtype=np.int64)
    new_own_resource, new_own_amount = np.empty(n_own, dtype=np.int32), np.empty(n_own)
    new_shared_start = np.zeros(followed + 1, dtype=np.int64)
    new_shared_resource, new_shared_amount = np.empty(n_shared, dtype=np.int32), np.empty(n_shared)
    kept, n_own, followed, n_shared = 0, 0, 0, 0
    for i in range(n_projects):
        for k in range(start[i], start[i + 1]):
            if not near[k]:
                continue
            new_value[kept] = value[k]
            kept += 1
            for u in range(own_start[k], own_start[k + 1]):
                if alive[own_resource[u]]:
                    new_own_resource[n_own] = number[own_resource[u]]
                    new_own_amount[n_own] = own_amount[u]
                    n_own += 1
            new_own_start[kept] = n_own
            p = pattern_start[i] + pattern[k] - 1
            if pattern[k] > 0:
                new_pattern[kept - 1] = of_pattern[p]
                if of_pattern[p] > followed - new_pattern_start[i]:
                    for s in range(shared_start[p], shared_start[p + 1]):
                        if alive[shared_resource[s]]:
                            new_shared_resource[n_shared] = number[shared_resource[s]]
                            new_shared_amount[n_shared] = shared_amount[s]
                            n_shared += 1
                    followed += 1
                    new_shared_start[followed] = n_shared
    return Factored(
        required,
        new_start,
        new_value,
        new_pattern,
        new_pattern_start,
        new_shared_start,
        new_shared_resource,
        new_shared_amount,
        new_own_start,
        new_own_resource,
        new_own_amount,
        candidates.capacity[alive],
    )
