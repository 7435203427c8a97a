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
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._factored import Factored
from yinfeng.core.matching._halves import BLOCKS, TWO_THREADS
from yinfeng.core.matching._packed import Blocks, Packed, copy_out, pack
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
    state = begin(price)
    now, live = state, None  # where the passes over ``part`` stand, and which resources these know
    best, least, before, done = price.copy(), np.inf, np.inf, 0
    whole = part = pack(candidates)
    scale = value_scale(whole)
    with ThreadPoolExecutor(BLOCKS) as pool:
        for done in range(1, passes + 1):
            heat = scale * warm * (COLD / warm) ** ((done / passes) ** COOLING)
            looks_at_all = part is whole or done % EVERY == 0 or done == passes
            copies = False
            if looks_at_all:
                part, now = whole, _put_back(state, now, live)
                live = None
            run = pool.map if threads > 1 and size_of(part) >= TWO_THREADS else map
            margins, near = draw_all(part, now, heat, run)
            if looks_at_all:
                paid = float((state.ahead * candidates.capacity).sum())  # `@` would wake BLAS's threads
                dual = paid + margins
                if dual < least:
                    best, least = state.ahead.copy(), dual
                alive = _alive(candidates.capacity, state)
                n_near = sum(int(some.sum()) for some in near)
                is_few = n_near < FEW * size_of(whole) or alive.sum() < FEW_ALIVE * len(alive)
                copies = is_few and (done % EVERY == 0 or (done == 1 and bool(price.any())))
            if not keep_going(best, done):
                break
            if done % (2 * EVERY) == 0:
                if heat < COOL * COLD * scale and before - least < SETTLED * abs(least):
                    break
                before = least
            step(part[0].capacity, (STEP if done > 1 or price.any() else FIRST_STEP) * heat, *now)
            if copies:
                live = np.flatnonzero(alive)
                part = list(run(partial(copy_out, alive=alive), whole, near))
                now = _taken_out(state, live)
    return Prices(best, least, done)


class State(NamedTuple):
    """Where the accelerated method stands."""

    price: Floats  # (R,) last step's result
    ahead: Floats  # (R,) where the next gradient is taken
    running: Floats  # (R,) running curvature
    sums: Floats  # (BLOCKS, R, 2) expected usage Σ p u and curvature Σ p (1 - p) u² m
    age: Floats  # (1,) Nesterov's t


def begin(price: Floats) -> State:
    n = len(price)
    return State(price.copy(), price.copy(), np.zeros(n), np.zeros((BLOCKS, n, 2)), np.ones(1))


def size_of(candidates: Blocks) -> int:
    """Give the number of candidates."""
    return sum(len(block.value) for block in candidates)


def draw_all(
    candidates: Blocks, state: State, heat: float, run: Callable[..., Iterable[float]]
) -> tuple[float, list[Bools]]:
    """Draw by softmax in every block: set the sums, give Σ best margin and who is near in each, (K,)."""
    near = [np.empty(len(block.value), dtype=np.bool_) for block in candidates]

    def draw(b: int) -> float:
        return _draw(candidates[b], state.ahead, heat, state.sums[b], near[b])

    return sum(run(draw, range(BLOCKS))), near


def _alive(capacity: Ints, state: State) -> Bools:
    """Say which resources have a price or may soon have one; shape (R,)."""
    usage = state.sums[0, :, 0] + state.sums[1, :, 0]
    return np.asarray((state.ahead > 0) | (state.price > 0) | (usage > ROOM * capacity))


def _taken_out(state: State, live: Ints) -> State:
    """Give the state of some resources alone."""
    sums = np.zeros((BLOCKS, len(live), 2))
    return State(state.price[live], state.ahead[live], state.running[live], sums, state.age)


def _put_back(state: State, part: State, live: Ints | None) -> State:
    """Bring the state up to that of some of its resources, None where it is up to date; give it."""
    if live is not None:
        for whole, some in zip(state[:3], part[:3], strict=True):
            whole[live] = some
    return state


def value_scale(candidates: Blocks) -> float:
    """Give the mean spread between a project's best and worst choice: the unit of temperatures."""
    n = sum(len(block.required) for block in candidates)
    return max(1.0, sum(map(_spreads, candidates)) / max(1, n))


def _spreads(packed: Packed) -> float:
    some = np.flatnonzero(np.diff(packed.start))
    if not len(some):
        return 0.0
    high = np.maximum.reduceat(packed.value, packed.start[some])
    low = np.where(packed.required[some], np.minimum.reduceat(packed.value, packed.start[some]), 0.0)
    return float((high - low).sum())


@compiled
def _draw(  # noqa: PLR0912, PLR0915 - one pass over memory
    packed: Packed, price: Floats, heat: float, sums: Floats, near: Bools
) -> float:
    """Let every project draw a candidate by softmax, and add up what is drawn.

    Sets ``sums``, shape (R, 2): Σ p u and Σ p (1 - p) u² m, where p is the chance that the project draws on
    the resource and m the number of resources with a price that a candidate draws on; the second ÷ heat
    stands for the smoothed dual's curvature. Sets ``near``, shape (K,). Returns Σ best margin.
    """
    required, start, value, pattern, patterns = packed[:5]
    own_start, own_candidate, own_resource, own_amount = packed[5:9]
    common_start, common_resource, common_amount = packed[9:12]
    link_start, link_pattern, link_common = packed[12:15]
    widest, tallest, most = 1, 1, 1
    for i in range(len(required)):
        widest = max(widest, start[i + 1] - start[i])
        tallest = max(tallest, patterns[i] + 1)
        most = max(most, common_start[i + 1] - common_start[i])
    weight, priced = np.empty(widest), np.empty(widest)
    toll, toll_priced = np.empty(tallest), np.empty(tallest)
    drawn, drawn_priced = np.empty(tallest), np.empty(tallest)
    cost, cost_priced = np.empty(most), np.empty(most)
    per_heat, total_best = 1.0 / heat, 0.0
    sums[:] = 0.0
    for i in range(len(required)):
        begin, n = start[i], start[i + 1] - start[i]
        if n == 0:
            continue
        c0, n_common = common_start[i], common_start[i + 1] - common_start[i]
        for c in range(n_common):
            at = price[common_resource[c0 + c]]
            cost[c] = at * common_amount[c0 + c]
            cost_priced[c] = 1.0 if at > 0.0 else 0.0
        for j in range(patterns[i] + 1):
            toll[j], toll_priced[j], drawn[j], drawn_priced[j] = 0.0, 0.0, 0.0, 0.0
        for t in range(link_start[i], link_start[i + 1]):
            toll[link_pattern[t]] += cost[link_common[t]]
            toll_priced[link_pattern[t]] += cost_priced[link_common[t]]
        for k in range(n):
            j = pattern[begin + k]
            weight[k] = value[begin + k] - toll[j]
            priced[k] = toll_priced[j]
        for u in range(own_start[i], own_start[i + 1]):
            at, k = price[own_resource[u]], own_candidate[u]
            weight[k] -= at * own_amount[u]
            priced[k] += 1.0 if at > 0.0 else 0.0
        best = -np.inf if required[i] else 0.0
        for k in range(n):
            best = max(best, weight[k])
        total_best += best
        for k in range(n):
            behind = (weight[k] - best) * per_heat
            near[begin + k] = behind > -NEAR * FAR_BEHIND
            part = _exp(max(behind, -FAR_BEHIND))
            weight[k] = part if behind > -FAR_BEHIND else 0.0
        total = 0.0 if required[i] else _exp(max(-best * per_heat, -FAR_BEHIND))
        for k in range(n):
            total += weight[k]
        share = 1.0 / total
        for k in range(n):
            weight[k] *= share
            drawn[pattern[begin + k]] += weight[k]
            drawn_priced[pattern[begin + k]] += weight[k] * max(1.0, priced[k])
        for u in range(own_start[i], own_start[i + 1]):
            k = own_candidate[u]
            chance = weight[k]
            if chance > 0.0:
                usage, r = chance * own_amount[u], own_resource[u]
                sums[r, 0] += usage
                sums[r, 1] += usage * own_amount[u] * max(1.0, priced[k]) * max(UNSURE, 1.0 - chance)
        for c in range(n_common):
            cost[c], cost_priced[c] = 0.0, 0.0
        for t in range(link_start[i], link_start[i + 1]):
            cost[link_common[t]] += drawn[link_pattern[t]]
            cost_priced[link_common[t]] += drawn_priced[link_pattern[t]]
        for c in range(n_common):
            r, amount = common_resource[c0 + c], common_amount[c0 + c]
            sums[r, 0] += cost[c] * amount
            sums[r, 1] += cost_priced[c] * amount * amount * max(UNSURE, 1.0 - cost[c])
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
