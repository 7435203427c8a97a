"""Prices proven over all feasible pairs, though only the promising ones are ever listed.

The prices of some candidates of each project bound what those candidates can be worth, not what the others
can: leaving out all but the fifty of greatest value hid 0.2 % where it was measured. So the join is asked
again with the prices. It gives the greatest margin of every project over **all** its feasible candidates,
hence a bound that holds for all of them; and the offers that the prices have made promising, which are added
to the columns, old ones kept. This is column generation (Dantzig and Wolfe 1960); it ends where the prices
of the columns prove as much of all pairs as of the columns. See docs/explanation/priced-joins.md.
"""

import math
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from yinfeng.core.matching._factored import Factored
from yinfeng.core.matching._lagrangian import WARM, find_prices
from yinfeng.core.matching._numbers import distinct
from yinfeng.core.matching._prepared import Prepared
from yinfeng.core.matching._ways import Known, ways_of
from yinfeng.core.matching.candidates import Promising, expanded, promising
from yinfeng.core.matching.columns import Drawing, by_project, columns, drawing_of, stacked
from yinfeng.core.matching.facts import KINDS, Kind
from yinfeng.core.matching.problem import Bools, Floats, Ints
from yinfeng.core.matching.resources import Resources

FIRST: Final = 20
"""Offers of greatest value each project begins with."""
JOINED: Final = 16
"""Offers of greatest margin a project joins at a time."""
MOST_JOINS: Final = 6
"""Joins with prices; two or three suffice where it was measured."""
CLOSE: Final = 2e-5
"""The bound over all pairs and the dual of the columns are as good as one when they differ by this share."""
NEEDED: Final = 2
"""Joins without which the bound is some per cent too high, and few listed offers are the right ones;"""
STRETCHED: Final = 1.4
"""up to these the time limit is as many times as long."""
FIRST_PASSES: Final = 36
"""Dual passes on the first columns, which do not deserve more."""
PASSES: Final = 70
"""Most dual passes after a join with prices."""
WARM_JOIN: Final = 0.05
"""First temperature after the first join with prices,"""
WARM_AGAIN: Final = 0.02
"""and after later ones."""
BLOCK: Final = 1 << 14
"""Projects whose candidates are made at a time."""

KeepGoing = Callable[[int | None, int], bool]
"""Told between passes the bound proven so far, None for none yet, and the passes done; False ends with the
best so far."""


@dataclass(frozen=True, eq=False)
class Priced:
    """Prices, what they prove, and the offers they make promising."""

    price: Floats  # (R,) >= 0
    bound: int  # no plan over any feasible pairs is worth more
    pairs: Promising  # each project's offers of greatest margin at the prices
    passes: int
    joins: int


def price_all_pairs(
    prepared: Prepared,
    keep_going: KeepGoing,
    *,
    time_limit_s: float = math.inf,
    own: Bools | None = None,
    most_joins: int = MOST_JOINS,
) -> Priced:
    """Find prices and the bound they prove over every feasible pair of project and offer.

    time_limit_s: wall clock [s]; no join is begun that would not end in it, taking as long as those before;
    for the first `NEEDED` it is stretched, as there is little to be had without them. own: projects that take
    part, shape (n,), all where left out; of the others, none of which may be required, only the promising
    offers are found. The bound is one for those that take part. most_joins: joins with prices at most.
    """
    began = time.monotonic()
    resources, required = prepared.resources, prepared.facts.projects.required
    own = np.ones(len(required), dtype=np.bool_) if own is None else own
    price = np.zeros(len(resources))
    found = promising(prepared, price, FIRST)
    best = Priced(price, bound_of(found, price, resources, required, own), found, 0, 0)
    known, lister = pairs_of(prepared, found, own), lister_of(prepared)
    for joins in range(1, most_joins + 1):
        told = best
        until = began + _limit_s(time_limit_s, joins)

        def goes_on(_: Floats, done: int, told: Priced = told, until: float = until) -> bool:
            return keep_going(told.bound, told.passes + done) and time.monotonic() < until

        passes = FIRST_PASSES if joins == 1 else PASSES
        warm = WARM if joins == 1 else WARM_JOIN if joins == 2 else WARM_AGAIN
        prices = find_prices(columns_of(lister, known), price, passes, goes_on, warm=warm)
        price = prices.price
        found = promising(prepared, price, JOINED)
        bound = bound_of(found, price, resources, required, own)
        if bound <= best.bound:
            best = replace(best, price=price, bound=bound, pairs=found)
        best = replace(best, passes=told.passes + prices.passes, joins=joins)
        is_last = joins == most_joins or bound - prices.dual <= CLOSE * abs(bound)
        if not keep_going(best.bound, best.passes) or is_last:
            break
        if (time.monotonic() - began) * (joins + 1) > _limit_s(time_limit_s, joins + 1) * joins:
            break
        known = distinct(np.concatenate([known, pairs_of(prepared, found, own)]))
    return best


def _limit_s(time_limit_s: float, joins: int) -> float:
    """Give the seconds that so many joins may take."""
    return time_limit_s * (STRETCHED if joins <= NEEDED else 1.0)


def bound_of(
    found: Promising, price: Floats, resources: Resources, required: Bools, own: Bools | None = None
) -> int:
    """Give a whole number that no plan exceeds: Σ price · capacity + Σ greatest margins, rounded outward.

    required: shape (n,); a project that is not is worth at least nothing, as is one without a feasible pair:
    there is no plan then, and whoever solves says so. own: projects that take part, all where left out.
    `math.fsum` rounds once; the products and the sum of both carry at most three roundings of 2⁻⁵³ each.
    """
    best = np.where(required & np.isfinite(found.best), found.best, np.maximum(found.best, 0.0))
    best = best if own is None else best[own]
    paid = price * resources.capacity
    return math.floor(
        math.fsum(best) + math.fsum(paid) + 2.0**-50 * (math.fsum(np.abs(best)) + math.fsum(paid))
    )


def pairs_of(prepared: Prepared, found: Promising, own: Bools | None = None) -> Ints:
    """Give pairs as one number each, in order of project and offer; shape (N,). own: projects wanted."""
    project = np.repeat(np.arange(len(found.best)), np.diff(found.start))
    first, all_offers = _widths(prepared)
    pairs = project * all_offers + found.kind * first + found.offer
    wanted: Ints = np.sort(pairs if own is None or own.all() else pairs[own[project]])
    return wanted


def _widths(prepared: Prepared) -> tuple[int, int]:
    sizes = [len(prepared.sides[kind].offers) for kind in KINDS]
    return sizes[0], sum(sizes)


@dataclass(frozen=True, eq=False)
class Lister:
    """What turns pairs into columns, laid out once for all joins."""

    prepared: Prepared
    known: Mapping[Kind, Known]
    drawing: Drawing


def lister_of(prepared: Prepared) -> Lister:
    """Lay out what turns pairs into columns."""
    facts, sides = prepared.facts, prepared.sides
    offers = {kind: sides[kind].offers for kind in KINDS}
    return Lister(
        prepared,
        {kind: ways_of(facts, offers[kind], prepared.policy) for kind in KINDS},
        drawing_of(facts, offers, prepared.resources, {kind: sides[kind].covered for kind in KINDS}),
    )


def columns_of(lister: Lister, pairs: Ints, *, block: int = BLOCK) -> Factored:
    """Make the candidates of pairs as `pairs_of` gives them, a block of projects at a time."""
    n, (_, width) = len(lister.prepared.facts.projects), _widths(lister.prepared)
    blocks = [range(first, min(first + block, n)) for first in range(0, n, block)]
    ends = np.searchsorted(pairs, [projects.start * width for projects in blocks] + [n * width])

    def piece(at: int) -> Factored:
        return _piece(lister, blocks[at], pairs[ends[at] : ends[at + 1]])

    with ThreadPoolExecutor(2) as pool:
        return stacked(list(pool.map(piece, range(len(blocks)))))


def _piece(lister: Lister, block: range, pairs: Ints) -> Factored:
    """Make the candidates of some projects worth placing."""
    first, width = _widths(lister.prepared)
    project, place = np.divmod(pairs, width)
    required = lister.prepared.facts.projects.required
    tables, kept = {}, {}
    for position, kind in enumerate(KINDS):
        mine = (place >= first) == bool(position)
        table = expanded(lister.known[kind], project[mine], place[mine] - position * first)
        tables[kind], kept[kind] = table, (table.value > 0) | required[table.project]
    return columns(lister.drawing, tables, by_project(tables, kept), block)
