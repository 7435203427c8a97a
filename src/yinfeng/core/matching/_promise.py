"""The most promising offers of every project under prices, found without looking at most pairs.

Offers of a bucket lie in the order of what a square metre of them is worth at most, so that a project leaves a
location, a bucket, or the rest of one as soon as nothing in it can reach the worst of what it holds already.
See docs/explanation/candidates.md.
"""

from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._join import Land, Layout, Tests, meets_floors
from yinfeng.core.matching._rule_codes import Small, Words
from yinfeng.core.matching.problem import Bools, Floats, Ints

SLACK: Final = 4.0
"""Yuan by which a bound exceeds what it bounds: more than the rounding of three components to whole yuan."""
ROUNDING: Final = 2.0**-46
"""Share of the amounts in a margin that covers its rounding error: under 64 operations on float64."""


class Worths(NamedTuple):
    """What pairs of one kind are worth, and what they draw; by project (n), offer (m), location (S)."""

    income: Floats  # (n,) yield [yuan a year]
    yearly: Floats  # (n,) what a year of the project is worth, 0 where not known
    begins: Ints  # (n,) day from which it could use a place
    late: Floats  # (n,) most that waiting can add; above 0 only for a project that loses money
    industry: Small  # (n,) row of `chain`
    chain: Floats  # (industries, roots) yuan a year
    root: Small  # (S,) of each location
    years: Floats  # (m,) idle years of a single place, 0 for a bundle
    available: Ints  # (m,) day; far in the past where not known
    reuse_yuan: float  # per m² and idle year
    space_yuan: float  # per m² beyond the wish
    wait_share: float  # of the yearly worth, per month waited
    month: float  # days
    wish: Ints  # (n,)
    quota_need: Floats  # (n, quota resources)
    supply_need: Floats  # (n, supplies)
    maker: Small  # (n,) row of `line_fits`
    line_fits: Bools  # (makers, lines)
    line_start: Ints  # (m + 1,) lines of offer o are line[line_start[o]:line_start[o + 1]]
    line: Small
    extra_start: Ints  # (n + 1,) offers kept for project i are extra[extra_start[i]:extra_start[i + 1]]
    extra: Small


class Tolls(NamedTuple):
    """What prices make of it."""

    area: Floats  # (m,) price of a m² of a single place, 0 for a bundle
    fixed: Floats  # (m,) of a bundle what reuse of it brings less what its land costs; else 0
    supply: Floats  # (supplies, m)
    has_supply: Bools  # (m,) any price above 0
    quota: Floats  # (S, quota resources)
    line_gain: Floats  # (lines,) yuan a year less the price
    user: Small  # (n,) row of `by_product_gain`, -1 where it uses none
    by_product_gain: Floats  # (users, roots) best sum over the sets that may be counted on


class Order(NamedTuple):
    """Offers of each bucket in the order of what they can bring per m²."""

    layout: Layout
    signs: Words  # (words, m')
    rate: Floats  # (m',) yuan per m² that an offer brings at most, less its price; falling in each bucket
    spot_rate: Floats  # (S,) greatest of the location
    spot_largest: Ints  # (S,)
    spot_least: Ints  # (S,)
    spot: Small  # (m,) of each offer


class Held(NamedTuple):
    """The best of each project so far, both kinds of offer together."""

    margin: Floats  # (n, most) falling
    offer: Small  # (n, most) offers of the second kind count on from those of the first
    count: Small  # (n,)
    best: Floats  # (n,) no margin of a candidate is greater, -inf where there is none


@compiled
def _reach(rate: float, low: int, high: int, wish: int, space: float) -> float:
    """Give the most that an area between low and high brings at a rate, excess space paid for."""
    middle = min(max(wish, low), high)
    best = max(rate * low - space * max(0, low - wish), rate * high - space * max(0, high - wish))
    return max(best, rate * middle - space * max(0, middle - wish))


@compiled
def _lines_gain(i: int, o: int, worths: Worths, tolls: Tolls, whole: bool) -> float:
    """Give what the best set of fitting lines brings; with the whole offer all of them are taken."""
    total, single, kept, count = 0.0, 0.0, 0.0, 0
    for t in range(worths.line_start[o], worths.line_start[o + 1]):
        n = worths.line[t]
        if worths.line_fits[worths.maker[i], n]:
            gain = tolls.line_gain[n]
            total += gain
            single = max(single, gain)
            kept += max(0.0, gain)
            count += 1
    if whole:
        return total
    return kept if count <= 3 else max(single, max(0.0, total))


@compiled
def _margin(i: int, o: int, tests: Tests, land: Land, worths: Worths, tolls: Tolls, scale: Floats) -> float:
    """Give the greatest margin of project i at offer o that depends on the offer, -inf where no area will do.

    scale[0] is set to the sum of the amounts in it, for the rounding error.
    """
    free, lo, hi, wish = land.free[o], tests.lo[i], tests.hi[i], worths.wish[i]
    most = min(hi, free)
    wait = max(0, worths.available[o] - worths.begins[i])
    lost = np.rint(wait / worths.month) * worths.wait_share * worths.yearly[i]
    supplies = 0.0
    if tolls.has_supply[o]:
        for c in range(worths.supply_need.shape[1]):
            supplies += tolls.supply[c, o] * worths.supply_need[i, c]
    has_lines = worths.line_start[o] < worths.line_start[o + 1]
    best = -np.inf
    fits_whole = lo <= free and free <= hi and free > 0
    for variant in range(3):
        if variant == 0:
            if not fits_whole:
                continue
            area = free
        elif not land.divisible[o]:
            break
        elif variant == 1:
            area = max(lo, land.share[o])
            if area > most:
                break
        else:
            area = min(max(wish, land.share[o]), most)
        is_whole = variant == 0
        if not is_whole and fits_whole and area == free:
            continue
        if not meets_floors(i, o, area, land):
            continue
        gain = np.rint(worths.years[o] * area * worths.reuse_yuan) + tolls.fixed[o]
        gain += np.rint(-worths.space_yuan * max(0, area - wish))
        gain -= tolls.area[o] * area
        if has_lines:
            gain += _lines_gain(i, o, worths, tolls, is_whole)
        if gain > best:
            best = gain
            scale[0] = abs(gain) + tolls.area[o] * area + supplies + abs(lost)
    return best + np.rint(-lost) - supplies


@compiled
def _keep(i: int, offer: int, margin: float, held: Held) -> None:
    """Keep an offer among the best of project i, in order: greater margin, then lower offer."""
    most = held.margin.shape[1]
    at = held.count[i]
    if at == most:
        at -= 1
        if margin < held.margin[i, at] or (margin == held.margin[i, at] and offer > held.offer[i, at]):
            return
    else:
        held.count[i] += 1
    while at > 0 and (
        held.margin[i, at - 1] < margin or (held.margin[i, at - 1] == margin and held.offer[i, at - 1] > offer)
    ):
        held.margin[i, at] = held.margin[i, at - 1]
        held.offer[i, at] = held.offer[i, at - 1]
        at -= 1
    held.margin[i, at] = margin
    held.offer[i, at] = offer


@compiled
def promise(
    first: int,
    last: int,
    base_offer: int,
    order: Order,
    tests: Tests,
    land: Land,
    worths: Worths,
    tolls: Tolls,
    held: Held,
) -> int:
    """Find the best offers of the projects first … last - 1 at one kind; returns how many pairs were looked at."""
    layout = order.layout
    spots, words, most = len(layout.spot_start) - 1, len(tests.guard), held.margin.shape[1]
    base, bound, size = np.empty(spots), np.empty(spots), np.empty(spots)
    hits = np.empty(64, dtype=np.int64)
    scale = np.zeros(1)
    seen = 0
    for i in range(first, last):
        lo, hi, wish = tests.lo[i], tests.hi[i], worths.wish[i]
        user = tolls.user[i]
        for s in range(spots):
            bound[s] = -np.inf
            base[s] = worths.income[i] + worths.chain[worths.industry[i], worths.root[s]]
            if user >= 0:
                base[s] += tolls.by_product_gain[user, worths.root[s]]
            size[s] = abs(base[s])
            for q in range(worths.quota_need.shape[1]):
                toll = tolls.quota[s, q] * worths.quota_need[i, q]
                base[s] -= toll
                size[s] += toll
            if not tests.spot_passes[tests.spot_class[i], s]:
                continue
            if order.spot_largest[s] < lo or order.spot_least[s] > hi:
                continue
            low = max(1, max(lo, order.spot_least[s]))
            high = max(low, min(hi, order.spot_largest[s]))
            reach = _reach(order.spot_rate[s], low, high, wish, worths.space_yuan)
            size[s] += abs(reach)
            bound[s] = base[s] + reach + worths.late[i] + SLACK + ROUNDING * size[s]
        for t in range(worths.extra_start[i], worths.extra_start[i + 1]):
            o = worths.extra[t]
            s = order.spot[o]
            gain = _margin(i, o, tests, land, worths, tolls, scale)
            if gain > -np.inf:
                margin = base[s] + gain
                held.best[i] = max(held.best[i], margin + ROUNDING * (size[s] + scale[0]))
                _keep(i, base_offer + o, margin, held)
        while True:
            s = -1
            top = -np.inf
            for c in range(spots):
                if bound[c] > top:
                    top = bound[c]
                    s = c
            if s < 0:
                break
            worst = held.margin[i, most - 1] if held.count[i] == most else -np.inf
            if top < worst:
                break
            bound[s] = -np.inf
            top_base = base[s] + worths.late[i] + SLACK + ROUNDING * size[s]
            for b in range(layout.spot_start[s], layout.spot_start[s + 1]):
                if layout.bucket_largest[b] < lo or layout.bucket_least[b] > hi:
                    continue
                if not tests.pattern_passes[tests.pattern_class[i], layout.bucket_pattern[b]]:
                    continue
                low = max(1, max(lo, layout.bucket_least[b]))
                high = max(low, min(hi, layout.bucket_largest[b]))
                t, end = layout.bucket_start[b], layout.bucket_start[b + 1]
                while t < end:
                    if top_base + _reach(order.rate[t], low, high, wish, worths.space_yuan) < worst:
                        break
                    stop = min(t + 64, end)
                    count = 0
                    for u in range(t, stop):
                        passes = True
                        for w in range(words):
                            guard = tests.guard[w]
                            passes &= ((order.signs[w, u] - tests.need[w, i]) & guard) == guard
                        hits[count] = u
                        count += passes
                    seen += stop - t
                    for h in range(count):
                        o = layout.offer[hits[h]]
                        gain = _margin(i, o, tests, land, worths, tolls, scale)
                        if gain > -np.inf:
                            margin = base[s] + gain
                            error = ROUNDING * (size[s] + scale[0])
                            held.best[i] = max(held.best[i], margin + error)
                            if margin >= worst:
                                _keep(i, base_offer + o, margin, held)
                                if held.count[i] == most:
                                    worst = held.margin[i, most - 1]
                    t = stop
    return seen
