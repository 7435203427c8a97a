"""The most promising offers of every project under prices, found without looking at most pairs.

Offers of a bucket lie in the order of what a square metre of them is worth at most, so that a project leaves
a location, a bucket, or the rest of one as soon as nothing in it can reach the worst of what it holds.
See docs/explanation/candidates.md.
"""

from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._join import Land, Layout, Tests, meets_floors
from yinfeng.core.matching._rule_codes import Words
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small

SLACK: Final = 4.0
"""Yuan by which a bound exceeds what it bounds: more than the rounding of three components to whole yuan."""
ROUNDING: Final = 2.0**-46
"""Share of the amounts in a margin that covers its rounding error: under 64 operations on float64."""

STRIDE: Final = 64
"""Offers whose codes are compared before any is looked at closely."""


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
    size: Small  # (n,) how many are held
    best: Floats  # (n,) no margin of a candidate is greater, -inf where there is none


@compiled
def _reach(rate: float, low: int, high: int, wish: int, space: float) -> float:
    """Give the most that an area between low and high brings at a rate, excess space paid for."""
    middle = min(max(wish, low), high)
    best = max(rate * low - space * max(0, low - wish), rate * high - space * max(0, high - wish))
    return max(best, rate * middle - space * max(0, middle - wish))


@compiled
def _lines_gain(o: int, start: Ints, line: Small, fits: Bools, gain: Floats, whole: bool) -> float:
    """Give what the best set of fitting lines brings; with the whole offer all of them are taken."""
    total, single, kept, count = 0.0, 0.0, 0.0, 0
    for t in range(start[o], start[o + 1]):
        n = line[t]
        if fits[n]:
            total += gain[n]
            single = max(single, gain[n])
            kept += max(0.0, gain[n])
            count += 1
    if whole:
        return total
    return kept if count <= 3 else max(single, total)


@compiled
def _best_area(
    i: int,
    o: int,
    tests: tuple[int, int, int],
    place: tuple[int, int, bool],
    terms: tuple[float, float, float, float, float],
    lines: tuple[float, float],
    amount: Ints,
    floor: Ints,
    plot: Ints,
    gross: Ints,
) -> tuple[float, float]:
    """Give what the best area of an offer brings less its price, -inf where none will do, and the price.

    tests: lo, hi, wish. place: free, share, divisible. terms: idle years, yuan of reuse and of excess space,
    price of a m², what a bundle brings. lines: what lines bring with the whole offer, and with a share.
    """
    lo, hi, wish = tests
    free, share, divisible = place
    years, reuse_yuan, space_yuan, price, fixed = terms
    best, paid = -np.inf, 0.0
    fits_whole = lo <= free <= hi and free > 0
    is_enough = False  # what is enough for an area is enough for a smaller one
    if fits_whole:
        is_enough = meets_floors(i, o, free, amount, floor, plot, gross)
        if is_enough:
            best = np.rint(years * free * reuse_yuan) + np.rint(-space_yuan * max(0, free - wish))
            best += fixed + lines[0] - price * free
            paid = price * free
    most = min(hi, free)
    least = max(lo, share)
    if divisible and least <= most:
        wished = min(max(wish, share), most)
        for area in (wished, least):
            if not (fits_whole and area == free):
                is_enough = is_enough or meets_floors(i, o, area, amount, floor, plot, gross)
                if is_enough:
                    gain = np.rint(years * area * reuse_yuan) + np.rint(-space_yuan * max(0, area - wish))
                    gain += lines[1] - price * area
                    if gain > best:
                        best, paid = gain, price * area
            if wished == least:
                break
    return best, paid


@compiled
def _keep(i: int, offer: int, margin: float, held: Held) -> None:
    """Keep an offer among the best of project i, in order: greater margin, then lower offer."""
    most = held.margin.shape[1]
    at = held.size[i]
    if at == most:
        at -= 1
        if margin < held.margin[i, at] or (margin == held.margin[i, at] and offer > held.offer[i, at]):
            return
    else:
        held.size[i] += 1
    while at > 0 and (
        held.margin[i, at - 1] < margin
        or (held.margin[i, at - 1] == margin and held.offer[i, at - 1] > offer)
    ):
        held.margin[i, at] = held.margin[i, at - 1]
        held.offer[i, at] = held.offer[i, at - 1]
        at -= 1
    held.margin[i, at] = margin
    held.offer[i, at] = offer


@compiled
def _tolls(i: int, s: int, quota: Floats, need: Floats) -> float:
    """Give what project i pays at location s on the quotas that cover it."""
    toll = 0.0
    for q in range(need.shape[1]):
        toll += quota[s, q] * need[i, q]
    return toll


@compiled
def _sift(heap: Small, size: int, at: int, bound: Floats) -> None:
    """Let the entry at ``at`` sink to its place in a heap whose first entry has the greatest bound."""
    moved = heap[at]
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and bound[heap[child + 1]] > bound[heap[child]]:
            child += 1
        if bound[heap[child]] <= bound[moved]:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = moved


@compiled
def promise(  # noqa: PLR0912, PLR0915 (one loop, so that arrays are handed over once)
    projects: Ints,
    base_offer: int,
    order: Order,
    tests: Tests,
    land: Land,
    worths: Worths,
    tolls: Tolls,
    held: Held,
) -> int:
    """Find the best offers of some projects at one kind; returns how many pairs were looked at."""
    layout = order.layout
    spots, words, most = len(layout.spot_start) - 1, len(tests.guard), held.margin.shape[1]
    base, size, bound = np.empty(spots), np.empty(spots), np.empty(spots)
    hits, heap = np.empty(STRIDE, dtype=np.int64), np.empty(spots, dtype=np.int32)
    seen = 0
    for i in projects:
        lo, hi, wish, user = tests.lo[i], tests.hi[i], worths.wish[i], tolls.user[i]
        begin = tests.spot_start[tests.spot_class[i]]
        n_spots = tests.spot_start[tests.spot_class[i] + 1] - begin
        worst, best = -np.inf, held.best[i]
        if held.size[i] == most:
            worst = held.margin[i, most - 1]
        waiting = 0  # locations in the heap
        extra, last_extra = worths.extra_start[i], worths.extra_start[i + 1]
        for at in range(n_spots + last_extra - extra):
            is_listed = at < n_spots
            s = tests.spot[begin + at] if is_listed else order.spot[worths.extra[extra + at - n_spots]]
            worth = worths.income[i] + worths.chain[worths.industry[i], worths.root[s]]
            if user >= 0:
                worth += tolls.by_product_gain[user, worths.root[s]]
            toll = _tolls(i, s, tolls.quota, worths.quota_need)
            base[s], size[s] = worth - toll, abs(worth) + toll
            if is_listed and order.spot_largest[s] >= lo and order.spot_least[s] <= hi:
                low = max(1, lo, order.spot_least[s])
                high = max(low, min(hi, order.spot_largest[s]))
                reach = _reach(order.spot_rate[s], low, high, wish, worths.space_yuan)
                size[s] += abs(reach)
                bound[s] = base[s] + reach + worths.late[i] + SLACK + ROUNDING * size[s]
                heap[waiting] = s
                waiting += 1
        for at in range(waiting // 2 - 1, -1, -1):
            _sift(heap, waiting, at, bound)
        # First the offers kept for it, then location by location, bucket by bucket.
        b, last_b, t, end, low, high, top_base = 0, 0, 0, 0, 1, 1, 0.0
        while True:
            count = 0
            if extra < last_extra:
                while count < STRIDE and extra < last_extra:
                    hits[count] = worths.extra[extra]
                    count += 1
                    extra += 1
            elif t < end:
                if top_base + _reach(order.rate[t], low, high, wish, worths.space_yuan) < worst:
                    t = end
                    continue
                stop = min(t + STRIDE, end)
                seen += stop - t
                for u in range(t, stop):
                    passes = True
                    for w in range(words):
                        guard = tests.guard[w]
                        passes &= ((order.signs[w, u] - tests.need[w, i]) & guard) == guard
                    hits[count] = layout.offer[u]
                    count += passes
                t = stop
            elif b < last_b:
                if (
                    layout.bucket_largest[b] >= lo
                    and layout.bucket_least[b] <= hi
                    and tests.pattern_passes[tests.pattern_class[i], layout.bucket_pattern[b]]
                ):
                    low = max(1, lo, layout.bucket_least[b])
                    high = max(low, min(hi, layout.bucket_largest[b]))
                    t, end = layout.bucket_start[b], layout.bucket_start[b + 1]
                b += 1
            else:
                if waiting == 0 or bound[heap[0]] < worst:
                    break
                s = heap[0]
                waiting -= 1
                heap[0] = heap[waiting]
                _sift(heap, waiting, 0, bound)
                top_base = base[s] + worths.late[i] + SLACK + ROUNDING * size[s]
                b, last_b = layout.spot_start[s], layout.spot_start[s + 1]
            for h in range(count):
                o = hits[h]
                lines = 0.0, 0.0
                if worths.line_start[o] < worths.line_start[o + 1]:
                    fits = worths.line_fits[worths.maker[i]]
                    lines = (
                        _lines_gain(o, worths.line_start, worths.line, fits, tolls.line_gain, True),
                        _lines_gain(o, worths.line_start, worths.line, fits, tolls.line_gain, False),
                    )
                gain, paid = _best_area(
                    i,
                    o,
                    (tests.lo[i], tests.hi[i], worths.wish[i]),
                    (land.free[o], land.share[o], land.divisible[o]),
                    (worths.years[o], worths.reuse_yuan, worths.space_yuan, tolls.area[o], tolls.fixed[o]),
                    lines,
                    land.amount,
                    land.floor,
                    land.plot,
                    land.gross,
                )
                wait = max(0, worths.available[o] - worths.begins[i])
                lost = np.rint(wait / worths.month) * worths.wait_share * worths.yearly[i]
                supplies = 0.0
                if tolls.has_supply[o]:
                    for c in range(worths.supply_need.shape[1]):
                        supplies += tolls.supply[c, o] * worths.supply_need[i, c]
                if gain > -np.inf:
                    s = order.spot[o]
                    margin = base[s] + (gain - np.rint(lost) - supplies)
                    error = ROUNDING * (size[s] + abs(gain) + abs(lost) + paid + supplies)
                    best = max(best, margin + error)
                    if margin >= worst:
                        _keep(i, base_offer + o, margin, held)
                        if held.size[i] == most:
                            worst = held.margin[i, most - 1]
        held.best[i] = best
    return seen
