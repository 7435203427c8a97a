"""The declared rules compiled into integer codes, so that a pair is judged by a few integer operations.

A rule that compares numbers becomes a rank: a place's rank is how many of the distinct needs it meets, a
project's how many distinct needs are as easy as its own or easier, and the place meets the need where its
rank is not the lower. Ranks of many rules stand side by side in words of 64 bits, each under a guard bit, so
that one subtraction compares all of them. A category rule becomes classes: keys with the same verdicts are
one.
See docs/explanation/candidates.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching.area import area_need, land_known
from yinfeng.core.matching.facts import Keys, Projects
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Ints, Small
from yinfeng.core.matching.rules import NO_NEED, Relation, Rule, Verdict, rules_for, tolerance

Words = NDArray[np.uint64]

WORD: Final = 64
"""Bits of a word, of which each rule takes those of its greatest rank and one guard."""
DENSE: Final = 16
"""Numbers up to so many times their count are counted in a table; above, they are sorted."""
ROOMY: Final = 2
"""Classes up to so many times the things are combined further before they are numbered anew."""
ANYONE: Final = -1
"""Whom an offer is kept for where it is for all."""
NOBODY: Final = -2
"""Whom an offer is kept for where it is for none."""
NOT_GIVEN: Final = np.iinfo(np.int64).min
"""An amount that no floor, however low, is met by."""


@dataclass(frozen=True, eq=False)
class Ranks:
    """One comparison of numbers: it holds where the place's rank is at least the project's."""

    need: Small  # (n,) 0 where nothing is asked
    place: Small  # (m,)

    @property
    def highest(self) -> int:
        """Give the greatest rank."""
        return max(int(self.need.max(initial=0)), int(self.place.max(initial=0)))


def failed_by(ranks: Sequence[Ranks]) -> Ints:
    """Count the projects that each place fails by comparisons of which no pair fails two, shape (m,).

    The two of the area are such: where hi < least, lo ≤ hi < least ≤ free. A place that cannot be taken at
    all fails both, for all.
    """
    n = len(ranks[0].need)
    failed = np.zeros(len(ranks[0].place), dtype=np.int64)
    for one in ranks:
        as_easy = np.cumsum(np.bincount(one.need, minlength=one.highest + 1))
        failed += n - as_easy[one.place]
    return np.minimum(n, failed)


@dataclass(frozen=True, eq=False)
class Classes:
    """One category rule: classes of projects against classes of offers."""

    project: Small  # (n,)
    offer: Small  # (m,)
    passes: Bools  # (classes of projects, classes of offers)

    def failed(self) -> Ints:
        """Count the projects that each offer refuses, shape (m,)."""
        of = np.bincount(self.project, minlength=self.passes.shape[0])
        failed: Ints = ((~self.passes).T @ of)[self.offer]
        return failed


@dataclass(frozen=True, eq=False)
class Kept:
    """A category rule that keeps some offers for one need each."""

    need: Small  # (n,) key of each project
    keeper: Small  # (m,) the key it is kept for, ANYONE or NOBODY

    def failed(self) -> Ints:
        """Count the projects that each offer refuses, shape (m,)."""
        of = np.bincount(self.need, minlength=1)
        admitted = np.where(self.keeper >= 0, of[np.maximum(0, self.keeper)], 0)
        failed: Ints = len(self.need) - np.where(self.keeper == ANYONE, len(self.need), admitted)
        return failed


@dataclass(frozen=True, eq=False)
class Floors:
    """The rules per mu of land taken, and what land an area is; for the exact stage."""

    codes: tuple[str, ...]
    amount: Ints  # (rules, n) yuan, NOT_GIVEN where not known
    floor: Ints  # (rules, m) yuan per mu, 0 where none is asked, -1 where one is and the land is not known
    plot: Ints  # (m,) land of the whole, 1 for a parcel
    gross: Ints  # (m,) area of the whole, 1 for a parcel


@dataclass(frozen=True, eq=False)
class Asked:
    """The area that projects ask for and that offers have [m²]; fits where lo ≤ free and least ≤ hi."""

    lo: Ints  # (n,)
    hi: Ints  # (n,)
    wish: Ints  # (n,)
    free: Ints  # (m,)
    share: Ints  # (m,) smallest share of a divisible offer
    least: Ints  # (m,) least that can be taken


@dataclass(frozen=True, eq=False)
class Codes:
    """The rules of one kind of offer compiled for some projects and offers."""

    n: int
    m: int
    ranks: dict[str, tuple[Ranks, ...]]  # rule code → comparisons, all of which must hold
    classes: dict[str, Classes]
    kept: dict[str, Kept]
    floors: Floors
    area: Asked


def compile_rules(projects: Projects, offers: Offers, policy: Policy) -> Codes:
    """Compile the declared rules for these projects and offers."""
    ranks: dict[str, tuple[Ranks, ...]] = {}
    classes: dict[str, Classes] = {}
    kept: dict[str, Kept] = {}
    asked = _asked(projects, offers)
    for rule in rules_for(offers.kind):
        if rule.relation is Relation.AREA:
            ranks[rule.code] = _area_ranks(projects, offers, asked)
        elif rule.relation is Relation.CATEGORY and rule.only_for is not None:
            kept[rule.code] = _kept(rule, projects.key[rule.need], offers.key[rule.place], policy)
        elif rule.relation is Relation.CATEGORY:
            classes[rule.code] = _classes(rule, projects.key[rule.need], offers.key[rule.place], policy)
        elif rule.relation is not Relation.PER_LAND:
            ranks[rule.code] = (_number_ranks(rule, projects, offers, policy),)
    return Codes(len(projects), len(offers), ranks, classes, kept, floors_of(projects, offers), asked)


def _number_ranks(rule: Rule, projects: Projects, offers: Offers, policy: Policy) -> Ranks:
    need, place = projects.number[rule.need], offers.number[rule.place]
    if rule.relation is Relation.AT_LEAST:
        asked, wanted, has = need.known & (need.value > 0), need.value, place.value
    else:  # the same with both sides turned round
        asked, wanted, has = need.known, -(need.value + tolerance(rule, policy)), -place.value
    unknown = None if rule.unknown_passes else 0
    return _ranks(wanted, asked, has, place.known, unknown)


def _ranks(wanted: Ints, asked: Bools, has: Ints, known: Bools, unknown: int | None) -> Ranks:
    """Rank for "has ≥ wanted"; unknown: rank of a place that is not known, None for one that meets all."""
    need, place = np.zeros(len(wanted), dtype=np.int32), np.zeros(len(has), dtype=np.int32)
    some = wanted[asked]
    if not len(some):
        return Ranks(need, place)
    lowest, highest = int(some.min()), int(some.max())
    if highest - lowest < DENSE * len(has):
        met = np.zeros(highest - lowest + 2, dtype=np.int32)
        _count_up_to(some, lowest, met)
        _look_up(wanted, asked, lowest, met, 0, need)
        _look_up(has, known, lowest, met, int(met[-1]) if unknown is None else unknown, place)
        return Ranks(need, place)
    distinct = np.unique(some)
    need[asked] = np.searchsorted(distinct, some) + 1
    place[:] = np.searchsorted(distinct, has, side="right")
    place[~known] = len(distinct) if unknown is None else unknown
    return Ranks(need, place)


@compiled
def _count_up_to(some: Ints, lowest: int, met: Small) -> None:
    """Count the distinct numbers up to each from ``lowest`` - 1 on; met: room for all, zeros."""
    for k in range(len(some)):
        met[some[k] - lowest + 1] = 1
    total = 0
    for at in range(len(met)):
        total += met[at]
        met[at] = total


@compiled
def _look_up(values: Ints, known: Bools, lowest: int, met: Small, unknown: int, rank: Small) -> None:
    """Rank each value by what `_count_up_to` counted."""
    last = len(met) - 1
    for j in range(len(values)):
        at = min(max(values[j] - lowest + 1, 0), last)
        rank[j] = met[at] if known[j] else unknown


def _asked(projects: Projects, offers: Offers) -> Asked:
    need = area_need(projects, offers.kind)
    free = offers.number["area_m2"].value
    share = offers.number["smallest_share_m2"].or_else(1)
    least = np.where(offers.divisible & (share <= free), share, free)
    return Asked(need.lo, need.hi, need.wish, free, share, least)


def _area_ranks(projects: Projects, offers: Offers, asked: Asked) -> tuple[Ranks, Ranks]:
    """Rank for "free ≥ lo" and "least ≤ hi"; a project that does not say its need passes nowhere."""
    given = area_need(projects, offers.kind).given
    can_be_taken = (asked.free > 0) | (offers.divisible & (asked.share <= asked.free))
    usable = offers.number["area_m2"].known & can_be_taken
    large = _ranks(asked.lo, given, asked.free, usable, 0)
    hi = np.minimum(asked.hi, asked.least.max(initial=0))  # what no place exceeds is no limit
    small = _ranks(-hi, given, -asked.least, usable, 0)
    beyond = max(large.highest, int(large.need.max(initial=0))) + 1
    return Ranks(np.where(given, large.need, beyond).astype(np.int32), large.place), small


def _classes(rule: Rule, needs: Keys, places: Keys, policy: Policy) -> Classes:
    """Judge the distinct needs at the distinct parts, and merge what has the same verdicts everywhere."""
    parts = Keys.of(part for whole in places.distinct for part in whole)
    table = passes_of(rule, needs.distinct, parts.distinct, policy)
    column = parts.index
    if len(parts) > len(places.distinct):
        table, column = _of_wholes(table, column, [len(whole) for whole in places.distinct])
    of_need, rows = merge(table)
    of_column, columns = merge(table.T)
    return Classes(
        of_need.astype(np.int32)[needs.index],
        of_column.astype(np.int32)[column][places.index],
        _picked(table, rows, columns),
    )


def _of_wholes(table: Bools, part: Ints, size: list[int]) -> tuple[Bools, Ints]:
    """Judge wholes by their parts: the table with a column for each whole of several, and that of each whole.

    table: (needs, parts). part: of the wholes, one after the other. size: of each whole.
    """
    first = np.cumsum([0, *size])[:-1].astype(np.int64)
    lowest, highest = np.minimum.reduceat(part, first), np.maximum.reduceat(part, first)
    is_mixed = lowest < highest
    column = np.where(is_mixed, table.shape[1] - 1 + np.cumsum(is_mixed), lowest)
    if not is_mixed.any():
        return table, column
    among = part[np.repeat(is_mixed, size)]
    begin = np.cumsum([0, *np.array(size, dtype=np.int64)[is_mixed]])[:-1]
    return np.hstack([table, np.logical_and.reduceat(table[:, among], begin, axis=1)]), column


def _picked(table: Bools, rows: Ints, columns: Ints) -> Bools:
    """Give some rows and columns of a table."""
    if len(rows) < len(table):
        table = table[rows]
    return table if len(columns) == table.shape[1] else table[:, columns]


def passes_of(rule: Rule, needs: Sequence[Any], parts: Sequence[Any], policy: Policy) -> Bools:
    """Say which needs pass a category rule at which parts, shape (needs, parts)."""
    if rule.judge_all is not None:
        return rule.judge_all(needs, parts, policy)
    assert rule.judge is not None
    return np.array(
        [[rule.judge(need, part, policy) == Verdict.PASSES for part in parts] for need in needs],
        dtype=np.bool_,
    ).reshape(len(needs), len(parts))


def merge(rows: np.ndarray) -> tuple[Ints, Ints]:
    """Give the class of each row, equal rows being of one, and the first row of each class."""
    bits = np.packbits(np.ascontiguousarray(rows), axis=1)
    classes = Keys.of(row.tobytes() for row in bits)
    first = np.zeros(len(classes.distinct), dtype=np.int64)
    first[classes.index[::-1]] = np.arange(len(classes))[::-1]
    return classes.index, first


def _kept(rule: Rule, needs: Keys, places: Keys, policy: Policy) -> Kept:
    at = {need: k for k, need in enumerate(needs.distinct)}
    keeper = [_keeper(rule, whole, at, policy) for whole in places.distinct]
    return Kept(needs.index.astype(np.int32), np.array(keeper, dtype=np.int32)[places.index])


def _keeper(rule: Rule, parts: Sequence[Any], at: dict[Any, int], policy: Policy) -> int:
    """Tell for which need an offer of these parts is kept."""
    assert rule.judge is not None
    assert rule.only_for is not None
    kept = {need for part in parts if (need := rule.only_for(part)) is not None}
    if len(kept) > 1:
        return NOBODY
    need = kept.pop() if kept else NO_NEED
    if any(rule.judge(need, part, policy) != Verdict.PASSES for part in parts):
        return NOBODY
    return ANYONE if need is NO_NEED else at.get(need, NOBODY)


def floors_of(projects: Projects, offers: Offers) -> Floors:
    """Lay out the floors per mu of land taken."""
    rules = [rule for rule in rules_for(offers.kind) if rule.relation is Relation.PER_LAND]
    amount = np.zeros((len(rules), len(projects)), dtype=np.int64)
    floor = np.zeros((len(rules), len(offers)), dtype=np.int64)
    known = land_known(offers)
    for r, rule in enumerate(rules):
        brought, least = projects.number[rule.need], offers.number[rule.place]
        amount[r] = brought.or_else(NOT_GIVEN)
        is_asked = least.known & (least.value > 0)
        if is_asked.any():
            floor[r] = np.where(is_asked, np.where(known, least.value, -1), 0)
    one = np.ones(len(offers), dtype=np.int64)
    is_land = offers.kind == "land"
    plot = one if is_land else offers.number["plot_area_m2"].value
    gross = one if is_land else np.maximum(1, offers.number["gross_area_m2"].value)
    return Floors(tuple(rule.code for rule in rules), amount, floor, plot, gross)


class Signs(NamedTuple):
    """What is compared word by word: a project reads as many words of each place as it asks."""

    row: Small  # (n, words) row of `place`
    need: Words  # (n, words)
    guard: Words  # (n, words) bits that must be left of place - need
    place: Words  # (rows, m)


def pack(ranks: Sequence[Ranks], of: Classes) -> Signs:
    """Lay ranks side by side into words, each under a guard bit, and a bit for each class of projects."""
    n, m = len(of.project), len(of.offer)
    needs: list[Words] = []
    places: list[Words] = []
    guards: list[int] = []
    used = WORD
    for one in ranks:
        if not one.need.any():
            continue  # where nothing is asked all pass
        bits = one.highest.bit_length() + 1
        if used + bits > WORD:
            needs.append(np.zeros(n, np.uint64))
            places.append(np.zeros(m, np.uint64))
            guards.append(0)
            used = 0
        guard = 1 << (used + bits - 1)
        needs[-1] |= one.need.astype(np.uint64) << np.uint64(used)
        places[-1] |= (one.place.astype(np.uint64) << np.uint64(used)) | np.uint64(guard)
        guards[-1] |= guard
        used += bits
    row, guard_of = [np.full(n, r) for r in range(len(needs))], [np.full(n, g, np.uint64) for g in guards]
    classes = len(of.passes)
    if classes and not of.passes.all():
        if used + classes > WORD:
            row.append(len(places) + of.project // WORD)
            needs.append(np.zeros(n, np.uint64))
            guard_of.append(np.zeros(n, np.uint64))
            places += [np.zeros(m, np.uint64) for _ in range(0, classes, WORD)]
            used = 0
        shift = ((used + of.project) % WORD).astype(np.uint64)
        guard_of[-1] |= np.uint64(1) << shift
        for first in range(0, classes, WORD):
            bit = np.zeros(of.passes.shape[1], np.uint64)
            for c, admitted in enumerate(of.passes[first : first + WORD], start=used):
                bit |= admitted.astype(np.uint64) << np.uint64(c)
            places[len(places) - -(-classes // WORD) + first // WORD] |= bit[of.offer]
    return Signs(
        np.array(row, dtype=np.int32).reshape(len(row), n).T.copy(),
        np.array(needs, dtype=np.uint64).reshape(len(needs), n).T.copy(),
        np.array(guard_of, dtype=np.uint64).reshape(len(guard_of), n).T.copy(),
        np.array(places, dtype=np.uint64).reshape(len(places), m),
    )


def combined(classes: Iterable[NDArray[Any]], size: int) -> tuple[Ints, Ints]:
    """Give the class of each of ``size`` things by several classes at once, and the first thing of each."""
    whole, width = np.zeros(size, dtype=np.int64), 1
    for one in classes:
        of = int(one.max(initial=0)) + 1
        if width * of > ROOMY * size:
            width = len(_numbered(whole, width))
            if depends_on(one, whole, width):
                continue  # nothing is told apart by it
        whole *= of
        whole += one
        width *= of
    return whole, _numbered(whole, width)


def depends_on(some: NDArray[Any], whole: Ints, width: int) -> bool:
    """Tell whether things of one class, of ``width``, are all of one class by some other classes."""
    return _agree(some, whole, np.full(width, -1, dtype=np.int64))


@compiled
def _agree(some: NDArray[Any], whole: Ints, found: Ints) -> bool:
    """Tell whether all things of one class are of one other class; found: -1 for each class."""
    for i in range(len(some)):
        if found[whole[i]] < 0:
            found[whole[i]] = some[i]
        elif found[whole[i]] != some[i]:
            return False
    return True


def _numbered(whole: Ints, width: int) -> Ints:
    """Give each class that there is, all below ``width``, its number in order; returns the first of each."""
    if width > ROOMY * len(whole):
        seen = np.empty(len(whole), dtype=np.int32)
        first = np.empty(len(whole), dtype=np.int64)
        first = first[: _number_seen(whole, seen, first)]
        order = np.argsort(whole[first])
        number = np.empty(len(order), dtype=np.int64)
        number[order] = np.arange(len(order))
        whole[:] = number[seen]
        return first[order]
    first = np.empty(min(width, len(whole)), dtype=np.int64)
    return first[: _number(whole, np.full(width, -1, dtype=np.int32), first)]


@compiled
def _hashed(number: int) -> int:
    """Spread numbers over the places of a table."""
    return number ^ (number >> 11) ^ (number >> 23)


@compiled
def _number_seen(whole: Ints, seen: Small, first: Ints) -> int:
    """Give classes numbers as they are first seen, by a table of those seen so far; tells how many."""
    size, count = 1 << 12, 0
    table, mask = np.full(size, -1, dtype=np.int32), size - 1
    for i in range(len(whole)):
        at = _hashed(whole[i]) & mask
        while table[at] >= 0 and whole[first[table[at]]] != whole[i]:
            at = (at + 1) & mask
        if table[at] < 0:
            table[at], first[count] = count, i
            count += 1
            if 4 * count > size:  # no more than a quarter is taken, so that looking for a place is short
                size, mask = 4 * size, 4 * size - 1
                table = np.full(size, -1, dtype=np.int32)
                for c in range(count):
                    at = _hashed(whole[first[c]]) & mask
                    while table[at] >= 0:
                        at = (at + 1) & mask
                    table[at] = c
            seen[i] = count - 1
        else:
            seen[i] = table[at]
    return count


@compiled
def _number(whole: Ints, number: Small, first: Ints) -> int:
    """Give each class its number among those there are, and tell how many; number: -1 for each class."""
    for i in range(len(whole) - 1, -1, -1):
        number[whole[i]] = i
    count = 0
    for c in range(len(number)):
        if number[c] >= 0:
            first[count] = number[c]
            number[c] = count
            count += 1
    for i in range(len(whole)):
        whole[i] = number[whole[i]]
    return count
