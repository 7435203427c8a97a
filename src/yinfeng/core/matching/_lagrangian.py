"""Prices of the resources: the Lagrangian dual, smoothed, by accelerated passes over the candidates.

The dual D(λ) = Σ_r λ_r C_r + Σ_i max_k (v_k - Σ_r λ_r u_kr) has kinks. With temperature τ the maximum becomes
τ log Σ exp(·/τ), whose gradient is capacity less expected usage when each project draws a candidate with
softmax probability. Each pass is one step of Nesterov's method, every price scaled by its own curvature and
damped as its slack swings; the temperature falls from pass to pass. Most passes look only at the candidates
near enough to their project's best to be drawn; now and then one looks at all. Nesterov (2005), Smooth
minimization of non-smooth functions. See docs/explanation/prices.md.
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
COLD: Final = 0.0002
"""Last temperature, in the same unit."""
FAR_BEHIND: Final = 16.0
"""A candidate that many temperatures behind its project's best is not drawn at all."""
UNSURE: Final = 0.1
"""Least part of an expected use that counts as undecided: what is decided now may not be after the step."""
MEMORY: Final = 0.8
"""Share of its curvature that a resource keeps from pass to pass, so that a step is never far too long."""
DAMPING: Final = 2.0
"""Factor on a resource's curvature at first: all prices move at once, and a step must not go too far."""
LEAST_DAMPING: Final = 0.7
MOST_DAMPING: Final = 8.0
"""Between these the factor stays."""
MORE_DAMPING: Final = 1.3
"""What the factor is multiplied by where a step went too far, so that the slack changed its sign,"""
LESS_DAMPING: Final = 0.9
"""and where it did not."""
SETTLED: Final = 1e-5
"""Relative gain within twice `EVERY` passes below which, once cool, the search may end."""
COOL: Final = 3.0
"""Multiple of the last temperature from which it may."""
EVERY: Final = 10
"""Passes from one look at all candidates to the next."""
FEW: Final = 0.7
"""Share of the candidates below which it pays to copy out those that are near."""
NEAR: Final = 2.0
"""Candidates within that many times `FAR_BEHIND` temperatures are copied out: prices move meanwhile."""
ASTRAY: Final = 0.01
"""Share of the least dual by which it may have risen, for what is near to be trusted: where prices travel
far, what was not copied out may matter."""
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
    best, least, before, dual, done = price.copy(), np.inf, np.inf, np.inf, 0
    whole = part = pack(candidates)
    scale = value_scale(whole)
    with ThreadPoolExecutor(BLOCKS) as pool:
        for done in range(1, passes + 1):
            heat = scale * warm * (COLD / warm) ** (done / passes)
            looks_at_all = part is whole or done % EVERY == 0 or done == passes
            copies = False
            if looks_at_all:
                part, now = whole, _put_back(state, now, live)
                live = None
            run = pool.map if threads > 1 and size_of(part) >= TWO_THREADS else map
            margins, near = draw_all(part, now, heat, run, tells=looks_at_all)
            if looks_at_all:
                paid = float((state.ahead * candidates.capacity).sum())  # `@` would wake BLAS's threads
                dual = paid + margins
                if dual < least:
                    best, least = state.ahead.copy(), dual
                alive = _alive(candidates.capacity, state)
                n_near = sum(int(some.sum()) for some in near)
                is_few = n_near < FEW * size_of(whole) or alive.sum() < FEW_ALIVE * len(alive)
                is_near_known = dual - least <= ASTRAY * abs(least)
                is_turn = done % EVERY == 0 or (done == 1 and bool(price.any()))
                copies = is_few and is_near_known and is_turn
            if not keep_going(best, done):
                break
            if done % (2 * EVERY) == 0:
                gains = max(before - least, dual - least)
                if heat < COOL * COLD * scale and gains < SETTLED * abs(least):
                    break
                before = least
            step(part[0].capacity, heat, *now)
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
    sums: Floats  # (BLOCKS, R, 2) expected usage Σ p u and curvature Σ p (1 - p) u²
    age: Floats  # (1,) Nesterov's t
    damping: Floats  # (R,) factor on the curvature
    slack: Floats  # (R,) that of the last step


OF_EACH: Final = ("price", "ahead", "running", "damping", "slack")
"""Fields of a state that have a number for each resource."""


def begin(price: Floats) -> State:
    """Begin at some prices, shape (R,)."""
    n = len(price)
    return State(
        price=price.copy(),
        ahead=price.copy(),
        running=np.zeros(n),
        sums=np.zeros((BLOCKS, n, 2)),
        age=np.ones(1),
        damping=np.full(n, DAMPING),
        slack=np.zeros(n),
    )


def size_of(candidates: Blocks) -> int:
    """Give the number of candidates."""
    return sum(len(block.value) for block in candidates)


def draw_all(
    candidates: Blocks, state: State, heat: float, run: Callable[..., Iterable[float]], *, tells: bool = True
) -> tuple[float, list[Bools]]:
    """Draw by softmax in every block: set the sums, give Σ best margin and, if asked, who is near, (K,)."""
    near = [np.empty(len(block.value) if tells else 0, dtype=np.bool_) for block in candidates]

    def draw(b: int) -> float:
        return _draw(candidates[b], state.ahead, heat, state.sums[b], near[b])

    return sum(run(draw, range(BLOCKS))), near


def _alive(capacity: Ints, state: State) -> Bools:
    """Say which resources have a price or may soon have one; shape (R,)."""
    usage = state.sums[0, :, 0] + state.sums[1, :, 0]
    return np.asarray((state.ahead > 0) | (state.price > 0) | (usage > ROOM * capacity))


def _taken_out(state: State, live: Ints) -> State:
    """Give the state of some resources alone."""
    some = {name: getattr(state, name)[live] for name in OF_EACH}
    return state._replace(sums=np.zeros((BLOCKS, len(live), 2)), **some)


def _put_back(state: State, part: State, live: Ints | None) -> State:
    """Bring the state up to that of some of its resources, None where it is up to date; give it."""
    if live is not None:
        for name in OF_EACH:
            getattr(state, name)[live] = getattr(part, name)
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

    Sets ``sums``, shape (R, 2): Σ p u and Σ p (1 - p) u², where p is the chance that the project draws on
    the resource; the second ÷ heat is the curvature of the smoothed dual along one price. Sets ``near``,
    shape (K,), or nothing where it has shape (0,). Returns Σ best margin.
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
    weight, toll, drawn, cost = np.empty(widest), np.empty(tallest), np.empty(tallest), np.empty(most)
    per_heat, total_best, tells = 1.0 / heat, 0.0, len(near) > 0
    sums[:] = 0.0
    for i in range(len(required)):
        begin, n = start[i], start[i + 1] - start[i]
        if n == 0:
            continue
        c0, n_common = common_start[i], common_start[i + 1] - common_start[i]
        for c in range(n_common):
            cost[c] = price[common_resource[c0 + c]] * common_amount[c0 + c]
        for j in range(patterns[i] + 1):
            toll[j], drawn[j] = 0.0, 0.0
        for t in range(link_start[i], link_start[i + 1]):
            toll[link_pattern[t]] += cost[link_common[t]]
        for k in range(n):
            weight[k] = value[begin + k] - toll[pattern[begin + k]]
        for u in range(own_start[i], own_start[i + 1]):
            weight[own_candidate[u]] -= price[own_resource[u]] * own_amount[u]
        best = _greatest(weight, n, -np.inf if required[i] else 0.0)
        total_best += best
        if tells:
            for k in range(n):
                near[begin + k] = (weight[k] - best) * per_heat > -NEAR * FAR_BEHIND
        for k in range(n):
            behind = (weight[k] - best) * per_heat
            part = _exp(max(behind, -FAR_BEHIND))
            weight[k] = part if behind > -FAR_BEHIND else 0.0
        nothing = 0.0 if required[i] else _exp(max(-best * per_heat, -FAR_BEHIND))
        share = 1.0 / (nothing + _total(weight, n))
        for k in range(n):
            weight[k] *= share
            drawn[pattern[begin + k]] += weight[k]
        for u in range(own_start[i], own_start[i + 1]):
            chance, r = weight[own_candidate[u]], own_resource[u]
            usage = chance * own_amount[u]
            sums[r, 0] += usage
            sums[r, 1] += usage * own_amount[u] * max(UNSURE, 1.0 - chance)
        for c in range(n_common):
            cost[c] = 0.0
        for t in range(link_start[i], link_start[i + 1]):
            cost[link_common[t]] += drawn[link_pattern[t]]
        for c in range(n_common):
            r, amount = common_resource[c0 + c], common_amount[c0 + c]
            sums[r, 0] += cost[c] * amount
            sums[r, 1] += cost[c] * amount * amount * max(UNSURE, 1.0 - cost[c])
    return total_best


@compiled
def _greatest(weight: Floats, n: int, least: float) -> float:
    """Give the greatest of the first n, or ``least``, looked for in four strands at a time."""
    a = b = c = d = least
    for k in range(0, n - n % 4, 4):
        a = weight[k] if weight[k] > a else a
        b = weight[k + 1] if weight[k + 1] > b else b
        c = weight[k + 2] if weight[k + 2] > c else c
        d = weight[k + 3] if weight[k + 3] > d else d
    for k in range(n - n % 4, n):
        a = weight[k] if weight[k] > a else a
    return max(a, b, c, d)


@compiled
def _total(weight: Floats, n: int) -> float:
    """Add up the first n in four strands, in an order that no machine changes."""
    a = b = c = d = 0.0
    for k in range(0, n - n % 4, 4):
        a += weight[k]
        b += weight[k + 1]
        c += weight[k + 2]
        d += weight[k + 3]
    for k in range(n - n % 4, n):
        a += weight[k]
    return (a + b) + (c + d)


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
    heat: float,
    price: Floats,
    ahead: Floats,
    running: Floats,
    sums: Floats,
    age: Floats,
    damping: Floats,
    slack: Floats,
) -> None:
    """Move against the gradient (the slack), then run ahead; forget momentum that points uphill.

    heat: temperature, by which the sums of curvature are divided. The rest are the fields of `State`, which
    change in place.
    """
    uphill = 0.0
    for r in range(len(price)):
        now = capacity[r] - (sums[0, r, 0] + sums[1, r, 0])
        if now * slack[r] < 0.0:
            damping[r] = min(MOST_DAMPING, damping[r] * MORE_DAMPING)
        elif ahead[r] > 0.0:
            damping[r] = max(LEAST_DAMPING, damping[r] * LESS_DAMPING)
        slack[r] = now
        running[r] = max(damping[r] * (sums[0, r, 1] + sums[1, r, 1]) / heat, MEMORY * running[r])
        if running[r] > 0.0:
            ahead[r] = max(0.0, ahead[r] - now / running[r])
        uphill += now * (ahead[r] - price[r])
    older = 1.0 if uphill > 0.0 else (1.0 + np.sqrt(1.0 + 4.0 * age[0] * age[0])) / 2.0
    momentum = (age[0] - 1.0) / older if older > 1.0 else 0.0
    age[0] = older
    for r in range(len(price)):
        moved = ahead[r] - price[r]
        price[r] = ahead[r]
        ahead[r] = max(0.0, ahead[r] + momentum * moved)
