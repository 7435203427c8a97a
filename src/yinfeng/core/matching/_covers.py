"""Cover inequalities: a bound below the linear relaxation, by the same dual.

Projects whose draws on a resource exceed its capacity together, a cover, cannot all draw on it: of h of them
at most h - 1 do. Fractions of projects break that rule, plans never do. Each inequality is one more resource,
of capacity h - 1: the dual prices it as it prices any other, and `covered_bound` proves what comes of it.
Balas (1975), Facets of the knapsack polytope. See docs/explanation/tight-bounds.md.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._factored import factor
from yinfeng.core.matching._lagrangian import find_prices
from yinfeng.core.matching._pool import Pool, best_margin, margins, narrow
from yinfeng.core.matching.problem import Bools, Floats, Ints

ROUNDS: Final = 6
"""Most rounds that look for covers; later ones find few."""
PASSES: Final = 100
"""Dual passes a round, over the candidates near their project's best."""
WARM: Final = 0.005
"""First temperature of a round, as in `find_prices`: the prices are good, only the covers are new."""
HEAT: Final = 0.0004
"""Temperature of the chances that covers are looked for with, in the same unit."""
NEAR: Final = 0.1
"""Regret up to which candidates are priced, as a share of the mean best margin. Prices change, and others
join."""
JOINS: Final = 4
"""Most rounds after the last covers, in which candidates may still join."""
PAYS: Final = 0.01
"""Share of the gap that a round must close to have paid."""
STALLS: Final = 2
"""Rounds in a row that do not pay after which no more covers are looked for."""
SETTLED: Final = 0.01
"""Share of the gap by which the bound may be above that over the priced candidates when nobody joins."""
LIKELY: Final = 1e-3
"""Chance above which a candidate counts in the search for covers."""
BROKEN: Final = 0.01
"""By how much the chances must break an inequality for it to be kept."""
FULL: Final = 0.5
"""Expected usage, as a share of a capacity, below which hardly any inequality is broken."""
LONGEST: Final = 40
"""Most projects of a cover; a longer one is broken by little, and weighs on many candidates."""
ASKED_EVERY: Final = 500
"""Resources looked at between two looks at the clock."""
_UNIT_ROUNDOFF: Final = 2.0**-53

KeepGoing = Callable[[int], bool]
"""Asked now and then with the bound so far; False ends the work."""


class Covers(NamedTuple):
    """Inequalities Σ_k weight x ≤ most that every plan keeps: Q of them, with E weights in all."""

    start: Ints  # (Q + 1,) weights of inequality q are start[q]:start[q + 1]
    candidate: Ints  # (E,) index in the pool
    weight: Ints  # (E,) > 0
    most: Ints  # (Q,) >= 0


NO_COVERS: Final = Covers(np.zeros(1, np.int64), *(np.zeros(0, np.int64) for _ in range(3)))
"""Nothing but the resources."""


@dataclass(frozen=True, eq=False)
class Tightened:
    """A bound and what proves it: it is the `covered_bound` of these prices, covers and tolls."""

    bound: int
    price: Floats  # (R,) >= 0
    covers: Covers
    toll: Floats  # (Q,) >= 0, price of each inequality
    passes: int  # dual passes done


def tighten(
    pool: Pool, price: Floats, value: int, keep_going: KeepGoing, *, rounds: int = ROUNDS
) -> Tightened:
    """Lower the bound by inequalities that the projects' chances at the prices break, round by round.

    price: shape (R,), >= 0, good prices of the pool. value: worth of the best plan known; the work ends where
    it closes too little of the gap. The bound is never above that of ``price`` alone. Every required project
    must have a candidate. The same arguments give the same answer unless ``keep_going`` ends the work.
    """
    covers, toll, passes = NO_COVERS, np.zeros(0), 0
    best = Tightened(covered_bound(pool, price, covers, toll), price, covers, toll, passes)
    width = NEAR * float(np.abs(best_margin(pool, margins(pool, price))).sum()) / max(1, len(pool.required))
    near = _regrets(pool, price, covers, toll) <= width
    guide, stalled = best.bound + 0.0, 0

    def go_on(*_: object) -> bool:
        return keep_going(best.bound)

    for turn in range(rounds + JOINS):
        if best.bound <= value or not len(pool.use_amount) or not go_on():
            break
        kept = np.flatnonzero(near)
        part = with_covers(pool, covers, kept)
        found = find_prices(factor(part), np.concatenate([price, toll]), PASSES, go_on, warm=WARM)
        price, toll = found.price[: len(price)], found.price[len(price) :]
        passes += found.passes
        bound = covered_bound(pool, price, covers, toll)
        if bound < best.bound:
            best = Tightened(bound, price, covers, toll, passes)
        stalled = 0 if guide - found.dual > PAYS * (guide - value) else stalled + 1
        fresh = NO_COVERS
        if turn < rounds and stalled < STALLS:
            fresh = _broken(pool, kept, _chances(part, found.price), covers, go_on)
            covers, toll = _joined(covers, fresh), np.concatenate([toll, np.zeros(len(fresh.most))])
        if not len(fresh.most) and bound - found.dual <= SETTLED * (bound - value):
            break
        guide = min(guide, found.dual)
        near |= _regrets(pool, price, covers, toll) <= width
    return replace(best, passes=passes)


def covered_bound(pool: Pool, price: Floats, covers: Covers, toll: Floats) -> int:
    """Give a whole number that no plan over the pool exceeds.

    price: shape (R,); toll: shape (Q,); any finite numbers >= 0. It is the bound of `lagrangian_bound` with
    the inequalities as further resources, rounded outward in the same way.
    """
    best = best_margin(pool, _margins(pool, price, covers, toll))
    absolute = pool._replace(value=np.abs(pool.value), required=np.zeros_like(pool.required))
    weight = best_margin(absolute, _margins(absolute, -price, covers, -toll))
    supply = math.fsum((price * pool.capacity).tolist()) + math.fsum((toll * covers.most).tolist())
    on_one = np.bincount(covers.candidate, minlength=1).max() + np.diff(pool.use_start).max(initial=0)
    error = 2.0 * (int(on_one) + 8) * _UNIT_ROUNDOFF * (math.fsum(weight.tolist()) + supply)
    return math.floor(math.fsum(best.tolist()) + supply + error)


def with_covers(pool: Pool, covers: Covers, kept: Ints) -> Pool:
    """Keep some candidates of a pool, the inequalities being resources R … R + Q - 1 behind its own.

    kept: shape (kept,), rising. The plans over what is kept stay the same.
    """
    part = narrow(pool, kept)
    place = np.full(len(pool.value), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    there = place[covers.candidate] >= 0
    drawing = np.repeat(np.arange(len(kept)), np.diff(part.use_start))
    candidate = np.concatenate([drawing, place[covers.candidate[there]]])
    order = np.argsort(candidate, kind="stable")
    number = len(pool.capacity) + _numbers(covers)[there]
    return part._replace(
        use_start=np.concatenate([[0], np.cumsum(np.bincount(candidate, minlength=len(kept)))]).astype(
            np.int64
        ),
        use_resource=np.concatenate([part.use_resource, number])[order],
        use_amount=np.concatenate([part.use_amount, covers.weight[there]])[order],
        capacity=np.concatenate([pool.capacity, covers.most]),
    )


def _numbers(covers: Covers) -> Ints:
    """Give the inequality of each weight; shape (E,)."""
    return np.repeat(np.arange(len(covers.most)), np.diff(covers.start))


def _joined(some: Covers, more: Covers) -> Covers:
    return Covers(
        np.concatenate([some.start, some.start[-1] + more.start[1:]]),
        *(np.concatenate(pair) for pair in zip(some[1:], more[1:], strict=True)),
    )


def _margins(pool: Pool, price: Floats, covers: Covers, toll: Floats) -> Floats:
    """Give each candidate's value less the price of what it draws and its tolls; shape (K,)."""
    tolls = toll[_numbers(covers)] * covers.weight
    return margins(pool, price) - np.bincount(covers.candidate, tolls, minlength=len(pool.value))


def _regrets(pool: Pool, price: Floats, covers: Covers, toll: Floats) -> Floats:
    margin = _margins(pool, price, covers, toll)
    return np.repeat(best_margin(pool, margin), np.diff(pool.start)) - margin


def _chances(pool: Pool, price: Floats) -> Floats:
    """Give the chance of each candidate when projects choose by softmax at a low temperature; shape (K,)."""
    n, sizes = len(pool.required), np.diff(pool.start)
    value = pool.value.astype(np.float64)
    low = np.where(
        pool.required, -best_margin(pool._replace(required=np.ones_like(pool.required)), -value), 0
    )
    spread = (best_margin(pool, value) - low)[sizes > 0]
    heat = HEAT * max(1.0, float(spread.sum()) / n)
    margin = margins(pool, price)
    best = best_margin(pool, margin)
    draw = np.exp((margin - np.repeat(best, sizes)) / heat)
    stay = np.where(pool.required, 0.0, np.exp(np.minimum(0.0, -best / heat)))
    total = stay + np.bincount(np.repeat(np.arange(n), sizes), draw, minlength=n)
    return draw / np.repeat(total, sizes)


class _Cover(NamedTuple):
    """Projects that exceed a capacity together."""

    resource: int
    project: Ints  # (h,) rising
    least: Ints  # (h,) each draws at least so much


def _broken(pool: Pool, kept: Ints, chance: Floats, covers: Covers, keep_going: Callable[[], bool]) -> Covers:
    """Find covers whose inequalities the chances break, and lift them over the whole pool.

    kept, chance: the candidates that may be drawn, and how likely. Gives none that is in ``covers``.
    """
    likely = kept[chance > LIKELY]
    chance = chance[chance > LIKELY]
    users = _users(narrow(pool, likely), np.ones(len(pool.capacity), dtype=np.bool_))
    demand = np.bincount(users.resource, users.amount, minlength=len(pool.capacity))
    usage = np.bincount(users.resource, users.amount * chance[users.candidate], minlength=len(pool.capacity))
    contested = np.flatnonzero((demand > pool.capacity) & (usage > FULL * pool.capacity))
    found = []
    for asked, r in enumerate(contested.tolist()):
        if asked % ASKED_EVERY == 0 and not keep_going():
            break
        at = slice(users.end[r], users.end[r + 1])
        cover = _cover(
            r,
            users.amount[at],
            users.project[at],
            chance[users.candidate[at]],
            int(pool.capacity[r]),
        )
        if cover is not None:
            found.append(cover)
    return _without(_lifted(pool, found), covers)


class _Users(NamedTuple):
    """The uses of some resources, by resource: those of r are end[r]:end[r + 1]."""

    end: Ints  # (R + 1,)
    resource: Ints  # (U',)
    candidate: Ints  # (U',)
    project: Ints  # (U',)
    amount: Ints  # (U',)


def _users(pool: Pool, wanted: Bools) -> _Users:
    uses = np.flatnonzero(wanted[pool.use_resource])
    uses = uses[np.argsort(pool.use_resource[uses], kind="stable")]
    resource = pool.use_resource[uses]
    candidate = np.searchsorted(pool.use_start, uses, side="right") - 1
    project = np.searchsorted(pool.start, candidate, side="right") - 1
    counts = np.bincount(resource, minlength=len(pool.capacity))
    return _Users(
        np.concatenate([[0], np.cumsum(counts)]), resource, candidate, project, pool.use_amount[uses]
    )


def _cover(resource: int, amount: Ints, project: Ints, chance: Floats, capacity: int) -> _Cover | None:
    """Give the cover of a resource that the chances of its users break most; None if none is broken.

    A project's amount is the least it may draw, its chance that of drawing at all. Four greedy orders are
    tried: little chance of staying away for its amount; likely; drawing much by chance; drawing much at all.
    """
    who, first = np.unique(project, return_index=True)
    least = np.minimum.reduceat(amount, first)
    drawn = np.add.reduceat(chance, first)
    best, most_broken = None, BROKEN
    for order in (
        ((1 - drawn) / least).argsort(kind="stable"),
        (-drawn).argsort(kind="stable"),
        (-drawn * least).argsort(kind="stable"),
        (-least).argsort(kind="stable"),
    ):
        members = _minimal(order[:LONGEST], least, drawn, capacity)
        if members is None:
            continue
        cover = _Cover(resource, who[members], least[members])
        broken = float(_weights(cover, project, amount) @ chance) - (len(members) - 1)
        broken /= math.sqrt(len(members))
        if broken > most_broken:
            best, most_broken = cover, broken
    return best


def _minimal(order: Ints, least: Ints, drawn: Floats, capacity: int) -> Ints | None:
    """Give the first members, rising, that exceed the capacity together, less those not needed for that."""
    total = least[order].cumsum()
    h = int(total.searchsorted(capacity, side="right"))
    if h == len(order):
        return None
    members, spare = [], int(total[h]) - capacity
    for i in sorted(order[: h + 1].tolist(), key=drawn.__getitem__):
        if least[i] < spare:
            spare -= int(least[i])
        else:
            members.append(i)
    return np.array(sorted(members), dtype=np.int64)


def _weights(cover: _Cover, project: Ints, amount: Ints) -> Ints:
    """Give the weights of users of the resource in the inequality of a cover.

    A draw as large as the g largest of the cover together weighs g; one of a member that is at least its
    own, 1.
    """
    heaviest = np.sort(cover.least)[::-1].cumsum()
    weight = heaviest.searchsorted(amount, side="right")
    at = np.minimum(cover.project.searchsorted(project), len(cover.project) - 1)
    is_member = (cover.project[at] == project) & (amount >= cover.least[at])
    return np.where(is_member, np.maximum(weight, 1), weight)


def _lifted(pool: Pool, found: list[_Cover]) -> Covers:
    """Give the inequalities of covers, with the weights of all candidates of the pool."""
    wanted = np.zeros(len(pool.capacity), dtype=np.bool_)
    wanted[[cover.resource for cover in found]] = True
    users = _users(pool, wanted)
    candidates, weights = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for cover in found:
        at = slice(users.end[cover.resource], users.end[cover.resource + 1])
        weight = _weights(cover, users.project[at], users.amount[at])
        candidates.append(users.candidate[at][weight > 0])
        weights.append(weight[weight > 0])
    return Covers(
        np.cumsum([len(some) for some in candidates]),
        np.concatenate(candidates),
        np.concatenate(weights),
        np.array([len(cover.project) - 1 for cover in found], dtype=np.int64),
    )


def _without(fresh: Covers, known: Covers) -> Covers:
    """Leave out inequalities that are known."""
    seen = set(_names(known))
    new = np.array([name not in seen for name in _names(fresh)], dtype=np.bool_)
    size = np.diff(fresh.start)
    kept = np.repeat(new, size)
    return Covers(
        np.concatenate([[0], np.cumsum(size[new])]),
        fresh.candidate[kept],
        fresh.weight[kept],
        fresh.most[new],
    )


def _names(covers: Covers) -> Iterator[bytes]:
    for first, last in pairwise(covers.start.tolist()):
        yield covers.candidate[first:last].tobytes() + covers.weight[first:last].tobytes()
