"""The most promising offers of every project under prices, found without looking at most pairs.

Offers of a bucket lie in the order of what a square metre of them is worth at most, so that a project leaves
a location, a bucket, or the rest of one as soon as nothing in it can reach the worst of what it holds.
See docs/explanation/candidates.md.
"""

from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._join import STRIDE, Land, Layout, Tests, meets_floors, scan
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small
from yinfeng.core.units import KG_PER_T

SLACK: Final = 4.0
"""Yuan by which a bound exceeds what it bounds: more than the rounding of three components to whole yuan."""
ROUNDING: Final = 2.0**-46
"""Share of the amounts in a margin that covers its rounding error: under 64 operations on float64."""

FREE, SHARE, YEARS, PRICE, FIXED, AVAILABLE, RATE, MORE = range(8)
"""Columns of what is looked at closely: a cache line for each offer, whole numbers below 2⁵³ among them."""
FLOORS, LINES, SUPPLY = 1, 2, 4
"""What more there is to an offer: bits of the last column."""


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
    extra: Small  # positions
    use_start: Ints  # (n + 1,) by-products that project i uses are use_name[use_start[i]:use_start[i + 1]]
    use_name: Small
    use_need: Ints  # kg a year
    on_offer: Ints  # (names, roots) kg a year
    product_yuan: Floats  # (names,) yuan a ton, haulage taken off


class Tolls(NamedTuple):
    """What prices make of it."""

    supply: Floats  # (supplies, m)
    quota: Floats  # (S, quota resources that cost anything)
    quota_need: Floats  # (n, the same)
    line_gain: Floats  # (lines,) yuan a year less the price
    by_product: Floats  # (names, roots) yuan a kg


class Order(NamedTuple):
    """Offers of each bucket in the order of what they can bring per m²."""

    layout: Layout
    tests: Tests  # words by position
    fact: Floats  # (m, 8) of each position; the rate, what a m² brings at most, falls in each bucket
    gain: Floats  # (m,) most that the offer at each position brings at its rate, at least 0
    spot_rate: Floats  # (S,) greatest of the location
    spot_gain: Floats  # (S,) most that an offer of the location brings at its own rate, whatever its area
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
    asked: tuple[float, float, float],
    place: tuple[float, float, float, float, float],
    yuan: tuple[float, float],
    lines: tuple[float, float],
    enough: tuple[bool, bool, bool],
) -> tuple[float, float]:
    """Give what the best area of an offer brings less its price, -inf where none will do, and the price.

    asked: lo, hi, wish. place: free, share, idle years, price of a m², what a bundle brings. yuan: of reuse
    and of excess space. lines: what lines bring with the whole offer, and with a share. enough: whether the
    floors per mu are met with the whole, with the wished share, with the least.
    """
    lo, hi, wish = asked
    free, share, years, price, fixed = place
    reuse_yuan, space_yuan = yuan
    most = min(hi, free)
    fits_whole, is_part = (lo <= free) & (free <= hi) & (free > 0), (free < lo) | (free > hi) | (free <= 0)
    least = max(lo, share)
    fits_share = least <= most
    least = min(least, most)
    wished = min(max(wish, share), most)
    # All three are reckoned and one is chosen: branches would be guessed wrong.
    whole = np.rint(years * free * reuse_yuan) + np.rint(-space_yuan * max(0.0, free - wish))
    whole += fixed + lines[0] - price * free
    some = np.rint(years * wished * reuse_yuan) + np.rint(-space_yuan * max(0.0, wished - wish))
    some += lines[1] - price * wished
    few = np.rint(years * least * reuse_yuan) + np.rint(-space_yuan * max(0.0, least - wish))
    few += lines[1] - price * least
    whole = whole if fits_whole & enough[0] else -np.inf
    some = some if fits_share & enough[1] & ((wished != free) | is_part) else -np.inf
    is_new = (wished != least) & ((least != free) | is_part)
    few = few if fits_share & enough[2] & is_new else -np.inf
    best, area = (some, wished) if some > whole else (whole, free)
    best, area = (few, least) if few > best else (best, area)
    return best, price * area


@compiled
def _enough(
    i: int, o: int, asked: tuple[float, float, float], free: float, share: float, land: Land
) -> tuple[bool, bool, bool]:
    """Tell whether project i meets the floors of offer o with the whole, the wished share and the least."""
    lo, hi, wish = asked
    least, wished = max(lo, share), min(max(wish, share), hi, free)
    has_share = least <= min(hi, free)
    amount, floor, plot, gross = land.amount, land.floor, land.plot, land.gross
    return (
        meets_floors(i, o, int(free), amount, floor, plot, gross),
        has_share and meets_floors(i, o, int(wished), amount, floor, plot, gross),
        has_share and meets_floors(i, o, int(least), amount, floor, plot, gross),
    )


@compiled
def _insert(margin: float, offer: int, size: int, margins: Floats, offers: Small) -> int:
    """Put an offer among the best where it belongs, the last giving way where all are held; returns how many.

    They lie in the order of falling margins, of equal ones the lower offer first. Most that come late belong
    near the end, where few have to move.
    """
    at = min(size, len(margins) - 1)
    while at > 0 and (margins[at - 1] < margin or (margins[at - 1] == margin and offers[at - 1] > offer)):
        margins[at], offers[at] = margins[at - 1], offers[at - 1]
        at -= 1
    margins[at], offers[at] = margin, offer
    return min(size + 1, len(margins))


@compiled
def _by_products(i: int, root: int, worths: Worths, price: Floats) -> float:
    """Give what by-products of a top-level zone bring: the best over the sets `candidates.subsets` lists."""
    total, single, kept, count = 0.0, 0.0, 0.0, 0
    for at in range(worths.use_start[i], worths.use_start[i + 1]):
        name = worths.use_name[at]
        amount = min(worths.use_need[at], worths.on_offer[name, root])
        yuan = max(0.0, np.rint(amount / KG_PER_T * worths.product_yuan[name]))
        if yuan > 0:
            gain = yuan - price[name, root] * amount
            total += gain
            single = max(single, gain)
            kept += max(0.0, gain)
            count += 1
    return kept if count <= 3 else max(single, total)


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
def arrange(
    layout: Layout, rate: Floats, gain: Floats, offer: Small, spot: tuple[Floats, Floats, Ints, Ints]
) -> None:
    """Put the offers of each bucket in the order of falling rate; of each location the extremes.

    rate, gain: (m,) most of each offer. offer: `layout.offer`, changed. spot: greatest rate and gain,
    largest and least area.
    """
    greatest, most, largest, least = spot
    for s in range(len(greatest)):
        for b in range(layout.spot_start[s], layout.spot_start[s + 1]):
            first, last = layout.bucket_start[b], layout.bucket_start[b + 1]
            mine = layout.offer[first:last]
            offer[first:last] = mine[np.argsort(-rate[mine], kind="mergesort")]
            greatest[s] = max(greatest[s], rate[offer[first]])
            most[s] = max(most[s], gain[mine].max())
            largest[s] = max(largest[s], layout.bucket_largest[b])
            least[s] = min(least[s], layout.bucket_least[b])


@compiled
def lay_facts(
    offers: Small,
    free: Ints,
    share: Ints,
    divisible: Bools,
    years: Floats,
    price: Floats,
    fixed: Floats,
    available: Ints,
    rate: Floats,
    more: Ints,
    most: Floats,
    fact: Floats,
    gain: Floats,
) -> None:
    """Write what is looked at closely, and the most that an offer brings, by position."""
    for t in range(len(offers)):
        o = offers[t]
        fact[t, FREE], fact[t, SHARE] = free[o], share[o] if divisible[o] else np.inf
        fact[t, YEARS], fact[t, PRICE], fact[t, FIXED] = years[o], price[o], fixed[o]
        fact[t, AVAILABLE], fact[t, RATE], fact[t, MORE] = available[o], rate[o], more[o]
        gain[t] = max(0.0, most[o])


@compiled
def list_held(held: Held, first_kind: int, start: Ints, kind: Ints, offer: Ints, margin: Floats) -> None:
    """List what is held project by project; first_kind: offers of the first kind."""
    for i in range(len(held.size)):
        at = start[i]
        for k in range(held.size[i]):
            kind[at + k] = held.offer[i, k] >= first_kind
            offer[at + k] = held.offer[i, k] - first_kind * kind[at + k]
            margin[at + k] = held.margin[i, k]


@compiled
def promise(  # noqa: PLR0912, PLR0915 (one loop, so that arrays are handed over once)
    projects: Ints,
    base_offer: int,
    order: Order,
    land: Land,
    worths: Worths,
    tolls: Tolls,
    held: Held,
) -> int:
    """Find the best offers of some projects at one kind; returns how many pairs were looked at."""
    layout, tests = order.layout, order.tests
    # Arrays under names of their own: to take one out of a tuple counts a reference, which costs.
    offer_at, fact, spot_of, gains = layout.offer, order.fact, order.spot, order.gain
    spot_start, bucket_start = layout.spot_start, layout.bucket_start
    bucket_largest, bucket_least = layout.bucket_largest, layout.bucket_least
    spot_rate, spot_gain = order.spot_rate, order.spot_gain
    spot_largest, spot_least = order.spot_largest, order.spot_least
    root, chain, spot, extras = worths.root, worths.chain, tests.spot, worths.extra
    row, needs, guard, place = tests.signs.row, tests.signs.need, tests.signs.guard, tests.signs.place
    quota, quota_need = tolls.quota, tolls.quota_need
    wait_share, month, space_yuan = worths.wait_share, worths.month, worths.space_yuan
    spots, most = len(layout.spot_start) - 1, held.margin.shape[1]
    base, size, bound = np.empty(spots), np.empty(spots), np.empty(spots)
    fails, hits = np.empty(STRIDE, dtype=np.uint64), np.empty(STRIDE, dtype=np.int32)
    frees = np.empty(STRIDE)
    heap = np.empty(spots, dtype=np.int32)
    margins, offers = np.empty(most), np.empty(most, dtype=np.int32)
    yuan = worths.reuse_yuan, worths.space_yuan
    seen = 0
    for i in projects:
        lo, hi, wish = tests.lo[i], tests.hi[i], worths.wish[i]
        asked = float(lo), float(hi), float(wish)
        start, yearly, late = worths.begins[i], worths.yearly[i], worths.late[i]
        uses = worths.use_start[i] < worths.use_start[i + 1]
        filled, income, industry = held.size[i], worths.income[i], worths.industry[i]
        for k in range(filled):
            margins[k], offers[k] = held.margin[i, k], held.offer[i, k]
        begin = tests.spot_start[tests.spot_class[i]]
        n_spots = tests.spot_start[tests.spot_class[i] + 1] - begin
        worst, best = -np.inf, held.best[i]
        if filled == most:
            worst = margins[most - 1]
        waiting = 0  # locations in the heap
        extra, last_extra = worths.extra_start[i], worths.extra_start[i + 1]
        for at in range(n_spots + last_extra - extra):
            is_listed = at < n_spots
            s = spot[begin + at] if is_listed else spot_of[offer_at[extras[extra + at - n_spots]]]
            worth = income + chain[industry, root[s]]
            if uses:
                worth += _by_products(i, root[s], worths, tolls.by_product)
            toll = _tolls(i, s, quota, quota_need) if quota.shape[1] else 0.0
            base[s], size[s] = worth - toll, abs(worth) + toll
            if is_listed and spot_largest[s] >= lo and spot_least[s] <= hi:
                low = max(1, lo, spot_least[s])
                high = max(low, min(hi, spot_largest[s]))
                reach = _reach(spot_rate[s], low, high, wish, space_yuan)
                size[s] += abs(reach) + abs(spot_rate[s]) * high
                reach = min(reach, spot_gain[s])
                bound[s] = base[s] + reach + late + SLACK + ROUNDING * size[s]
                heap[waiting] = s
                waiting += 1
        for at in range(waiting // 2 - 1, -1, -1):
            _sift(heap, waiting, at, bound)
        # First the offers kept for it, then location by location, bucket by bucket.
        b, last_b, t, end, low, high, top_base, here = 0, 0, 0, 0, 1, 1, np.inf, -1
        while True:
            count = 0
            if extra < last_extra:
                while count < STRIDE and extra < last_extra:
                    hits[count] = extras[extra]
                    count += 1
                    extra += 1
            elif t < end:
                if top_base + _reach(fact[t, RATE], low, high, wish, space_yuan) < worst:
                    t = end
                    continue
                stop = min(t + STRIDE, end)
                seen += stop - t
                count = scan(i, t, stop, row, needs, guard, place, fails, hits)
                t = stop
            elif b < last_b:
                if bucket_largest[b] >= lo and bucket_least[b] <= hi:
                    low = max(1, lo, bucket_least[b])
                    high = max(low, min(hi, bucket_largest[b]))
                    t, end = bucket_start[b], bucket_start[b + 1]
                b += 1
            else:
                if waiting == 0 or bound[heap[0]] < worst:
                    break
                s = here = heap[0]
                waiting -= 1
                heap[0] = heap[waiting]
                _sift(heap, waiting, 0, bound)
                top_base = base[s] + late + SLACK + ROUNDING * size[s]
                b, last_b = spot_start[s], spot_start[s + 1]
            close = 0
            for h in range(count):
                hits[close] = hits[h]
                close += top_base + gains[hits[h]] >= worst
            for h in range(close):  # their lines are asked for together, not each when it is looked at
                frees[h] = fact[hits[h], FREE]
            for h in range(close):
                t_hit = hits[h]
                if top_base + gains[t_hit] < worst:
                    continue
                free, share = frees[h], fact[t_hit, SHARE]
                o, more = offer_at[t_hit], int(fact[t_hit, MORE])
                lines = 0.0, 0.0
                if more & LINES:
                    fits = worths.line_fits[worths.maker[i]]
                    lines = (
                        _lines_gain(o, worths.line_start, worths.line, fits, tolls.line_gain, True),
                        _lines_gain(o, worths.line_start, worths.line, fits, tolls.line_gain, False),
                    )
                enough = True, True, True
                if more & FLOORS:
                    enough = _enough(i, o, asked, free, share, land)
                offered = free, share, fact[t_hit, YEARS], fact[t_hit, PRICE], fact[t_hit, FIXED]
                gain, paid = _best_area(asked, offered, yuan, lines, enough)
                if gain == -np.inf:
                    continue
                wait = max(0.0, fact[t_hit, AVAILABLE] - start)
                lost = np.rint(wait / month) * wait_share * yearly
                supplies = 0.0
                if more & SUPPLY:
                    for c in range(worths.supply_need.shape[1]):
                        supplies += tolls.supply[c, o] * worths.supply_need[i, c]
                s = here if here >= 0 else spot_of[o]
                margin = base[s] + (gain - np.rint(lost) - supplies)
                if margin >= worst:  # so also the greatest of all
                    error = ROUNDING * (size[s] + abs(gain) + abs(lost) + paid + supplies)
                    best = max(best, margin + error)
                    if filled < most or margin > worst or base_offer + o < offers[most - 1]:
                        filled = _insert(margin, base_offer + o, filled, margins, offers)
                    if filled == most:
                        worst = margins[most - 1]
        held.best[i], held.size[i] = best, filled
        for k in range(filled):
            held.margin[i, k], held.offer[i, k] = margins[k], offers[k]
    return seen
