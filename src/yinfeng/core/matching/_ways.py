"""Pairs of project and offer expanded into candidates by a kernel: areas, lines, by-products, and worth.

Pairs are gone through twice, once to count and once to fill, so that nothing is held but what is wanted. What
it gives is what `candidates.plain_candidates` gives, row by row. See docs/explanation/candidates.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._join import meets_floors
from yinfeng.core.matching._prepared import lines_of, makers_of
from yinfeng.core.matching._rule_codes import floors_of
from yinfeng.core.matching.area import area_need
from yinfeng.core.matching.facts import Facts
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small
from yinfeng.core.matching.resources import by_product_supply
from yinfeng.core.matching.value import (
    DAYS_PER_MONTH,
    ByProductSet,
    Component,
    begins,
    chain_table,
    idle_years,
    income,
    line_yuan,
    yearly_yield,
)
from yinfeng.core.units import KG_PER_T

ALL_SETS: Final = 3
"""Things of which every set is tried; of more none, single ones and all: see `candidates.subsets`."""
MONTH: Final = DAYS_PER_MONTH
KG: Final = KG_PER_T

Few = NDArray[np.uint8]

WHOLE: Final = 1
LEAST: Final = 2
WISHED: Final = 4

YIELD: Final = int(Component.YIELD)
REUSE: Final = int(Component.REUSE)
EQUIPMENT: Final = int(Component.EQUIPMENT)
SPACE: Final = int(Component.SPACE)
CHAIN: Final = int(Component.CHAIN)
BY_PRODUCTS: Final = int(Component.BY_PRODUCTS)
READINESS: Final = int(Component.READINESS)


class Ways(NamedTuple):
    """What decides the candidates of pairs of one kind and their worth; by project (n) and offer (m)."""

    lo: Ints  # (n,) m²
    hi: Ints  # (n,)
    wish: Ints  # (n,)
    income: Ints  # (n,) yield [yuan a year], 0 where not known
    counted: Bools  # (n,) its yield is known
    yearly: Floats  # (n,) what a year of the project is worth
    begins: Ints  # (n,) day from which it could use a place
    industry: Ints  # (n,) row of `chain`
    has_industry: Bools  # (n,)
    maker: Ints  # (n,) row of `fits`
    user: Ints  # (n,) by-products of project i are name[use_start[u]:use_start[u + 1]], u = user[i]
    free: Ints  # (m,) m²
    share: Ints  # (m,) smallest share
    divisible: Bools  # (m,)
    bundle: Bools  # (m,)
    years: Floats  # (m,) idle years of the first part
    bundled: Floats  # (m,) m² × idle years of all parts
    idle_known: Bools  # (m,)
    available: Ints  # (m,) day
    available_known: Bools  # (m,)
    root: Ints  # (m,) column of `chain`
    amount: Ints  # (rules, n) of the floors per mu: see `Floors`
    floor: Ints  # (rules, m)
    has_floor: Bools  # (m,) any is asked
    plot: Ints  # (m,)
    gross: Ints  # (m,)
    chain: Ints  # (industries, roots) yuan a year
    fits: Bools  # (makers, lines)
    line_start: Ints  # (m + 1,) lines of offer o are line[line_start[o]:line_start[o + 1]]
    line: Ints
    line_yuan: Ints  # (lines,) yuan a year
    line_priced: Bools  # (lines,)
    use_start: Ints
    use_name: Small
    use_kg: Ints
    supply: Ints  # (roots, names) kg a year
    price: Floats  # (names,) yuan a tonne, haulage taken off
    reuse_yuan: float  # per m² and idle year
    space_yuan: float  # per m² beyond the wish
    wait_share: float  # of the yearly worth, per month waited


@dataclass(frozen=True, eq=False)
class Known:
    """Ways to take the offers of one kind, with the names of the by-products."""

    offers: Offers
    ways: Ways
    names: tuple[str, ...]


def ways_of(facts: Facts, offers: Offers, policy: Policy) -> Known:
    """Lay out what decides the candidates at one kind of offer, once for any number of pairs."""
    projects, places, lines = facts.projects, facts.places, facts.lines
    need, floors = area_need(projects, offers.kind), floors_of(projects, offers)
    yearly, counted = yearly_yield(projects, policy)
    years, there = idle_years(facts, policy), offers.parts >= 0
    part_years = np.where(there, years[offers.parts], 0.0)
    since, free = places.number["idle_since"], places.number["area_m2"].value
    industry, root = projects.key["industry_code"], offers.key["root"]
    available = offers.number["available_on"]
    roots = [str(parts[0]) for parts in root.distinct]
    line_start, line = lines_of(facts, offers)
    nobody = np.zeros(len(projects), dtype=np.int64), np.zeros((1, len(lines)), dtype=np.bool_)
    maker, fits = makers_of(facts) if len(line) else nobody
    names = tuple(
        sorted({name for used in projects.by_products.distinct for name in used} & {*policy.by_product})
    )
    at, supply = {name: k for k, name in enumerate(names)}, by_product_supply(facts)
    uses = [
        [(at[name], used[name]) for name in sorted(used) if name in at]
        for used in projects.by_products.distinct
    ]
    ways = Ways(
        lo=need.lo,
        hi=need.hi,
        wish=need.wish,
        income=np.where(counted, np.rint(income(projects, offers.kind, policy)), 0).astype(np.int64),
        counted=counted,
        yearly=yearly,
        begins=begins(projects, policy),
        industry=industry.index,
        has_industry=np.array([code is not None for code in industry.distinct], np.bool_)[industry.index],
        maker=maker,
        user=projects.by_products.index,
        free=offers.number["area_m2"].value,
        share=offers.number["smallest_share_m2"].or_else(1),
        divisible=offers.divisible,
        bundle=offers.is_bundle,
        years=part_years[:, 0].copy(),
        bundled=(part_years * np.where(there, free[offers.parts], 0)).sum(axis=1),
        idle_known=np.any(since.known[offers.parts] & there, axis=1),
        available=available.value,
        available_known=available.known,
        root=root.index,
        amount=floors.amount,
        floor=floors.floor,
        has_floor=np.any(floors.floor != 0, axis=0),
        plot=floors.plot,
        gross=floors.gross,
        chain=chain_table(facts, roots, policy),
        fits=fits,
        line_start=line_start,
        line=line,
        line_yuan=np.array([line_yuan(lines, n, policy) for n in range(len(lines))], dtype=np.int64),
        line_priced=lines.value_yuan.known,
        use_start=np.cumsum([0, *map(len, uses)]),
        use_name=np.array([name for some in uses for name, _ in some], dtype=np.int32),
        use_kg=np.array([kg for some in uses for _, kg in some], dtype=np.int64),
        supply=np.array(
            [[supply.get((root, name), 0) for name in names] for root in roots], dtype=np.int64
        ).reshape(len(roots), len(names)),
        price=np.array(
            [policy.by_product[name].worth_yuan_t - policy.by_product[name].haulage_yuan_t for name in names],
            dtype=np.float64,
        ),
        reuse_yuan=float(policy.reuse_yuan_m2_yr[offers.kind]),
        space_yuan=float(policy.space_yuan_m2[offers.kind]),
        wait_share=float(policy.readiness_share_month),
    )
    return Known(offers, Ways._make(_plain(field) for field in ways), names)


def _plain(field: Any) -> Any:
    """Give an array that compiled code reads as every other of its sort: in rows, and not frozen."""
    if not isinstance(field, np.ndarray):
        return field
    field = np.ascontiguousarray(field)
    return field if field.flags.writeable else field.copy()


class Sets(NamedTuple):
    """Sets of lines, or of by-products, one after the other; the first is empty."""

    start: Ints  # (S + 1,) things of set s are thing[start[s]:start[s + 1]]
    thing: Small  # a line, or a by-product's name
    kg: Ints  # of a by-product, a year; empty for lines
    yuan: Ints  # (S,) a year
    priced: Bools  # (S,) no line of it lacks its value


class Rows(NamedTuple):
    """The columns of a table of candidates."""

    project: Ints  # (K,)
    offer: Ints  # (K,)
    area: Ints  # (K,)
    whole: Bools  # (K,)
    lines: Small  # (K,) set of lines
    by_products: Small  # (K,) set of by-products
    components: Ints  # (7, K)
    uncounted: Small  # (K,)
    order: Small  # (K,) rows by project, offer, area, lines and by-products


def expand(known: Known, project: Ints, offer: Ints) -> tuple[Rows, Sets, Sets]:
    """Give the candidates of pairs, and the sets of lines and of by-products they name.

    project, offer: of each pair, shape (N,). Rows are those of whole offers, of least shares, then of wished
    ones, each in the order of the pairs; ``order`` is empty where the pairs are not in order.
    """
    project, offer = (np.ascontiguousarray(side, dtype=np.int64) for side in (project, offer))
    ways, can = known.ways, np.empty(len(project), dtype=np.uint8)
    in_order = _choose(ways, project, offer, can)
    n_lines, n_products = (np.empty(len(project), dtype=np.int32) for _ in range(2))
    size = _count(ways, project, offer, can, n_lines, n_products)
    n_rows = int(size[:3].sum())
    rows = Rows(
        project=np.empty(n_rows, dtype=np.int64),
        offer=np.empty(n_rows, dtype=np.int64),
        area=np.empty(n_rows, dtype=np.int64),
        whole=np.empty(n_rows, dtype=np.bool_),
        lines=np.empty(n_rows, dtype=np.int32),
        by_products=np.empty(n_rows, dtype=np.int32),
        components=np.empty((len(Component), n_rows), dtype=np.int64),
        uncounted=np.empty(n_rows, dtype=np.int32),
        order=np.empty(n_rows, dtype=np.int32),
    )
    line_sets = _no_sets(int(size[3]), int(size[4]), 0)
    product_sets = _no_sets(int(size[5]), int(size[6]), int(size[6]))
    first = np.array([0, size[0], size[0] + size[1]])
    _fill_sets(ways, project, offer, n_lines, n_products, line_sets, product_sets)
    _fill_rows(ways, project, offer, can, n_lines, n_products, first, rows, line_sets, product_sets)
    return (rows if in_order else rows._replace(order=rows.order[:0])), line_sets, product_sets


def _no_sets(sets: int, things: int, kg: int) -> Sets:
    return Sets(
        np.zeros(sets + 2, dtype=np.int64),
        np.empty(things, dtype=np.int32),
        np.empty(kg, dtype=np.int64),
        np.zeros(sets + 1, dtype=np.int64),
        np.ones(sets + 1, dtype=np.bool_),
    )


@compiled
def _shares(lo: int, hi: int, wish: int, free: int, share: int) -> tuple[int, int]:
    """Give the least and the wished share of a divisible place."""
    return max(lo, share), min(max(wish, share), hi, free)


@compiled
def _areas(lo: int, hi: int, wish: int, free: int, share: int, divisible: bool) -> int:
    """Tell what can be taken as `area.options` does: WHOLE, LEAST and WISHED added up."""
    a1, a2 = _shares(lo, hi, wish, free, share)
    can = WHOLE if lo <= free <= hi and free > 0 else 0
    if divisible and a1 <= min(hi, free) and not (can > 0 and a1 == free):
        can |= LEAST
    if divisible and a2 > a1 and not (can & WHOLE > 0 and a2 == free):
        can |= WISHED
    return can


@compiled
def _enough(
    can: int, i: int, o: int, free: int, a1: int, a2: int, amount: Ints, floor: Ints, plot: Ints, gross: Ints
) -> int:
    """Leave out the areas that fail a floor per mu."""
    if can & WHOLE and not meets_floors(i, o, free, amount, floor, plot, gross):
        can -= WHOLE
    if can & LEAST and not meets_floors(i, o, a1, amount, floor, plot, gross):
        can -= LEAST
    if can & WISHED and not meets_floors(i, o, a2, amount, floor, plot, gross):
        can -= WISHED
    return can


@compiled
def _rounded(yuan: float) -> int:
    """Give a whole number of yuan."""
    return np.int64(np.rint(yuan))  # type: ignore[return-value]  # a machine number in compiled code


@compiled
def _fitting(first: int, last: int, lines: Ints, fits: Bools, maker: int, line: Small) -> int:
    """List the lines of a place that fit a project, and give their number."""
    count = 0
    for at in range(first, last):
        if fits[maker, lines[at]]:
            line[count] = lines[at]
            count += 1
    return count


@compiled
def _worthwhile(
    first: int, last: int, use_name: Small, use_kg: Ints, supply: Ints, price: Floats, z: int, found: Ints
) -> int:
    """List the by-products of zone z that a project counts on: name, kg and yuan; gives their number."""
    count = 0
    for at in range(first, last):
        b = use_name[at]
        reach = min(use_kg[at], supply[z, b])
        gain = _rounded(reach / KG * price[b])
        if gain > 0:
            found[0, count], found[1, count], found[2, count] = b, reach, gain
            count += 1
    return count


@compiled
def _n_sets(size: int) -> int:
    """Give how many sets of so many things are tried."""
    return 1 << size if size <= ALL_SETS else size + 2


@compiled
def _n_things(size: int) -> int:
    """Give how many things these sets hold together."""
    return size * (1 << size) // 2 if size <= ALL_SETS else 2 * size


@compiled
def _holds(size: int, s: int, j: int) -> bool:
    """Tell whether set s of so many things holds thing j; sets come as `candidates.subsets` lists them."""
    if size > ALL_SETS:
        return s > size or j == s - 1
    bits = s
    if size == ALL_SETS and (s == 3 or s == 4):  # noqa: PLR1714  # the third alone comes before the first two
        bits = 7 - s
    return (bits >> j) & 1 == 1


@compiled
def _widest(start: Ints) -> int:
    widest = 0
    for o in range(len(start) - 1):
        widest = max(widest, start[o + 1] - start[o])
    return widest


@compiled
def _choose(ways: Ways, project: Ints, offer: Ints, can: Few) -> bool:
    """Tell of each pair what can be taken, and whether the pairs are in order."""
    in_order = True
    least, most, wishes, frees, shares = ways.lo, ways.hi, ways.wish, ways.free, ways.share
    divisible, has_floor = ways.divisible, ways.has_floor
    amount, floor, plot, gross = ways.amount, ways.floor, ways.plot, ways.gross
    for p in range(len(project)):
        i, o = project[p], offer[p]
        lo, hi, wish, free, share = least[i], most[i], wishes[i], frees[o], shares[o]
        some = _areas(lo, hi, wish, free, share, divisible[o])
        if some and has_floor[o]:
            a1, a2 = _shares(lo, hi, wish, free, share)
            some = _enough(some, i, o, free, a1, a2, amount, floor, plot, gross)
        can[p] = some
        if p > 0 and (project[p - 1] > i or (project[p - 1] == i and offer[p - 1] >= o)):
            in_order = False
    return in_order


@compiled
def _count(ways: Ways, project: Ints, offer: Ints, can: Few, n_lines: Small, n_products: Small) -> Ints:
    """Count the sets of lines and of by-products of each pair; and in all the rows of whole offers, of least
    and of wished shares, the sets of lines with their things, and those of by-products.
    """
    line = np.empty(_widest(ways.line_start), dtype=np.int32)
    found = np.empty((3, _widest(ways.use_start)), dtype=np.int64)
    size = np.zeros(7, dtype=np.int64)
    for p in range(len(project)):
        i, o = project[p], offer[p]
        line_sets, product_sets = 1, 1
        first, last = ways.line_start[o], ways.line_start[o + 1]
        if first < last:
            n = _fitting(first, last, ways.line, ways.fits, ways.maker[i], line)
            line_sets = _n_sets(n)
            size[4] += _n_things(n)
        first, last = ways.use_start[ways.user[i]], ways.use_start[ways.user[i] + 1]
        if first < last:
            n = _worthwhile(
                first, last, ways.use_name, ways.use_kg, ways.supply, ways.price, ways.root[o], found
            )
            product_sets = _n_sets(n)
            size[6] += _n_things(n)
        n_lines[p], n_products[p] = line_sets, product_sets
        size[0] += (can[p] & WHOLE > 0) * product_sets
        size[1] += (can[p] & LEAST > 0) * line_sets * product_sets
        size[2] += (can[p] & WISHED > 0) * line_sets * product_sets
        size[3] += line_sets - 1
        size[5] += product_sets - 1
    return size


@compiled
def _put_line_sets(line: Small, size: int, yuan: Ints, priced: Bools, sets: Sets, done: int) -> None:
    """Write the sets of some lines after those there are, the empty one left out."""
    for s in range(1, _n_sets(size)):
        at = sets.start[done + s]
        for j in range(size):
            if _holds(size, s, j):
                sets.thing[at] = line[j]
                sets.yuan[done + s] += yuan[line[j]]
                sets.priced[done + s] &= priced[line[j]]
                at += 1
        sets.start[done + s + 1] = at


@compiled
def _put_product_sets(found: Ints, size: int, sets: Sets, done: int) -> None:
    """Write the sets of some by-products after those there are, as `_put_line_sets` does."""
    for s in range(1, _n_sets(size)):
        at = sets.start[done + s]
        for j in range(size):
            if _holds(size, s, j):
                sets.thing[at], sets.kg[at] = found[0, j], found[1, j]
                sets.yuan[done + s] += found[2, j]
                at += 1
        sets.start[done + s + 1] = at


@compiled
def _waiting(wait: int, share: float, yearly: float) -> int:
    """Give what waiting so many days is worth [yuan a year], as a loss."""
    return _rounded(-(np.rint(max(0, wait) / MONTH) * share * yearly))


@compiled
def _reuse(bundled: float, years: float, area: int, is_bundle: bool, yuan: float) -> int:
    """Give what putting ``area`` m² back to use is worth [yuan a year]."""
    return _rounded((bundled if is_bundle else years * area) * yuan)


@compiled
def _missing(income: bool, idle: bool, date: bool, industry: bool) -> int:
    """Mark the components whose facts are not known, lines left out."""
    bits = 0 if income else 1 << YIELD
    bits |= 0 if idle else 1 << REUSE
    bits |= 0 if date and income else 1 << READINESS
    return bits | (0 if industry else 1 << CHAIN)


@compiled
def _fill_sets(
    ways: Ways,
    project: Ints,
    offer: Ints,
    n_lines: Small,
    n_products: Small,
    line_sets: Sets,
    product_sets: Sets,
) -> None:
    """Write the sets that `_count` counted."""
    line = np.empty(_widest(ways.line_start), dtype=np.int32)
    found = np.empty((3, _widest(ways.use_start)), dtype=np.int64)
    done_lines, done_products = 0, 0
    for p in range(len(project)):
        i, o = project[p], offer[p]
        if n_lines[p] > 1:
            n = _fitting(
                ways.line_start[o], ways.line_start[o + 1], ways.line, ways.fits, ways.maker[i], line
            )
            _put_line_sets(line, n, ways.line_yuan, ways.line_priced, line_sets, done_lines)
            done_lines += n_lines[p] - 1
        if n_products[p] > 1:
            first, last = ways.use_start[ways.user[i]], ways.use_start[ways.user[i] + 1]
            n = _worthwhile(
                first, last, ways.use_name, ways.use_kg, ways.supply, ways.price, ways.root[o], found
            )
            _put_product_sets(found, n, product_sets, done_products)
            done_products += n_products[p] - 1


@compiled
def _fill_rows(
    ways: Ways,
    project: Ints,
    offer: Ints,
    can: Few,
    n_lines: Small,
    n_products: Small,
    at: Ints,
    rows: Rows,
    line_sets: Sets,
    product_sets: Sets,
) -> None:
    """Write the candidates of pairs by area; a whole place takes all lines.

    at: (3,) first row of whole offers, of least and of wished shares.
    """
    incomes, wishes, lo, hi, begin = ways.income, ways.wish, ways.lo, ways.hi, ways.begins
    yearly, industry, root, chains = ways.yearly, ways.industry, ways.root, ways.chain
    is_counted, is_idle, is_dated, is_linked = (
        ways.counted,
        ways.idle_known,
        ways.available_known,
        ways.has_industry,
    )
    frees, shares, bundled, years, bundle = ways.free, ways.share, ways.bundled, ways.years, ways.bundle
    available, components = ways.available, rows.components
    to_project, to_offer, to_area, to_whole = rows.project, rows.offer, rows.area, rows.whole
    to_lines, to_products, to_lacking, order = rows.lines, rows.by_products, rows.uncounted, rows.order
    line_yuan, line_priced, product_yuan = line_sets.yuan, line_sets.priced, product_sets.yuan
    done_lines, done_products, done = 0, 0, 0
    for p in range(len(project)):
        i, o = project[p], offer[p]
        counted, idle, dated, linked = is_counted[i], is_idle[o], is_dated[o], is_linked[i]
        income, wish, free = incomes[i], wishes[i], frees[o]
        wait = available[o] - begin[i] if dated and counted else 0
        waiting = _waiting(wait, ways.wait_share, yearly[i])
        chain = chains[industry[i], root[o]] if linked else 0
        missing = _missing(counted, idle, dated, linked)
        a1, a2 = _shares(lo[i], hi[i], wish, free, shares[o])
        for sort in (1, 2, 0):
            if not (can[p] >> sort) & 1:
                continue
            area = free if sort == 0 else a1 if sort == 1 else a2
            reuse = _reuse(bundled[o], years[o], area, bundle[o], ways.reuse_yuan) * idle
            space = _rounded(-ways.space_yuan * max(0, area - wish))
            for s in range(n_lines[p] - 1 if sort == 0 else 0, n_lines[p]):
                lines = done_lines + s if s > 0 else 0
                lacking = missing | (0 if line_priced[lines] else 1 << EQUIPMENT)
                for t in range(n_products[p]):
                    products = done_products + t if t > 0 else 0
                    row = at[sort]
                    at[sort] += 1
                    to_project[row], to_offer[row], to_area[row] = i, o, area
                    to_whole[row], to_lacking[row] = sort == 0, lacking
                    to_lines[row], to_products[row] = lines, products
                    components[YIELD, row], components[REUSE, row] = income, reuse
                    components[EQUIPMENT, row] = line_yuan[lines]
                    components[SPACE, row], components[CHAIN, row] = space, chain
                    components[BY_PRODUCTS, row] = product_yuan[products]
                    components[READINESS, row] = waiting
                    order[done] = row
                    done += 1
        done_lines += n_lines[p] - 1
        done_products += n_products[p] - 1


@dataclass(frozen=True, eq=False)
class LineSets(Sequence[tuple[int, ...]]):
    """Sets of lines, each made when it is looked at."""

    sets: Sets

    def __len__(self) -> int:
        return len(self.sets.yuan)

    @overload
    def __getitem__(self, at: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[tuple[int, ...], ...]: ...
    def __getitem__(self, at: int | slice) -> tuple[int, ...] | tuple[tuple[int, ...], ...]:
        """Give one set, or several."""
        if isinstance(at, slice):
            return tuple(self[s] for s in range(len(self))[at])
        s = range(len(self))[at]
        return tuple(self.sets.thing[self.sets.start[s] : self.sets.start[s + 1]].tolist())


@dataclass(frozen=True, eq=False)
class ByProductSets(Sequence[ByProductSet]):
    """Sets of by-products, each made when it is looked at."""

    sets: Sets
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.sets.yuan)

    @overload
    def __getitem__(self, at: int) -> ByProductSet: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[ByProductSet, ...]: ...
    def __getitem__(self, at: int | slice) -> ByProductSet | tuple[ByProductSet, ...]:
        """Give one set, or several."""
        if isinstance(at, slice):
            return tuple(self[s] for s in range(len(self))[at])
        s = range(len(self))[at]
        run = slice(int(self.sets.start[s]), int(self.sets.start[s + 1]))
        names = (self.names[name] for name in self.sets.thing[run].tolist())
        return tuple(zip(names, self.sets.kg[run].tolist(), strict=True))
