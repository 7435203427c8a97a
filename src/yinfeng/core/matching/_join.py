"""The candidate join: offers in buckets, judged by the words of their codes, the rest exactly.

See docs/explanation/candidates.md.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._rule_codes import (
    ANYONE,
    NOT_GIVEN,
    Classes,
    Codes,
    Signs,
    Words,
    combined,
    depends_on,
    pack,
)
from yinfeng.core.matching.problem import Bools, Ints, Small
from yinfeng.core.units import M2_PER_HECTARE, MU_PER_HECTARE

AREA_CLASSES: Final = 2
"""Classes of area for each doubling of it; a project looks only at those its range of area meets."""
TOGETHER: Final = 512
"""Offers of a location that are one bucket; more are kept apart by sort and class of area."""
STRIDE: Final = 64
"""Offers whose codes are compared before any is looked at closely."""
ROOM: Final = 1 << 20
"""Pairs found at a time, at least."""


Bits = NDArray[np.uint8]

MILLI_MU: Final = MU_PER_HECTARE * 1_000
"""Thousandths of a mu in a hectare."""
M2: Final = M2_PER_HECTARE
"""Square metres in a hectare."""


class Layout(NamedTuple):
    """Offers in buckets: of one location, and where those are many of one class of area."""

    offer: Small  # (m,) offer at each position; those not for all come last, in no bucket
    bucket_start: Ints  # (B + 1,) positions of bucket b are bucket_start[b]:bucket_start[b + 1]
    bucket_largest: Ints  # (B,) most that can be taken of an offer of the bucket [m²]
    bucket_least: Ints  # (B,) least that can be taken
    spot_start: Ints  # (S + 1,) buckets of location s are spot_start[s]:spot_start[s + 1]


class Tests(NamedTuple):
    """What a project must pass, by project and by place."""

    spot_class: Ints  # (n,)
    spot_start: Ints  # (classes + 1,) locations of class c are spot[spot_start[c]:spot_start[c + 1]]
    spot: Small
    lo: Ints  # (n,)
    hi: Ints  # (n,)
    signs: Signs  # `place` by offer


class Land(NamedTuple):
    """What the floors per mu are judged from."""

    amount: Ints  # (rules, n)
    floor: Ints  # (rules, m)
    plot: Ints  # (m,)
    gross: Ints  # (m,)
    free: Ints  # (m,)
    share: Ints  # (m,)
    divisible: Bools  # (m,)


class Joinable(NamedTuple):
    """Projects and offers of one kind laid out to be joined."""

    layout: Layout
    tests: Tests
    land: Land
    extra_project: Ints  # pairs beside the buckets: offers kept for one project, where all rules pass
    extra_offer: Ints


def lay_out(codes: Codes, spot: Ints, divisible: Bools, *, flavour: Ints | None = None) -> Joinable:
    """Lay offers out in buckets; spot: (m,) location of each, flavour: (m,) sorts to be kept apart."""
    n, m = codes.n, codes.m
    for_all = np.ones(m, dtype=np.bool_)
    for kept in codes.kept.values():
        for_all &= kept.keeper == ANYONE
    asking = [c for c in codes.classes.values() if not c.passes.all()]
    by_spot = [depends_on(c.offer, spot, int(spot.max(initial=-1)) + 1) for c in asking]
    of_spot = [c for c, depends in zip(asking, by_spot, strict=True) if depends]
    others = [c for c, depends in zip(asking, by_spot, strict=True) if not depends]
    spot_class, spot_start, passing = _locations(of_spot, spot, n)
    pattern_class, first = combined([c.project for c in others], n)
    pattern, at_pattern = combined([c.offer for c in others], m)
    passes = np.ones((len(first), len(at_pattern)), dtype=np.bool_)
    for c in others:
        passes &= c.passes[np.ix_(c.project[first], c.offer[at_pattern])]
    ranks = [one for rule in codes.ranks.values() for one in rule]
    asked = codes.area
    signs = pack(ranks, Classes(pattern_class.astype(np.int32), pattern.astype(np.int32), passes))
    tests = Tests(spot_class, spot_start, passing, asked.lo, asked.hi, signs)
    floors = codes.floors
    land = Land(floors.amount, floors.floor, floors.plot, floors.gross, asked.free, asked.share, divisible)
    is_many = np.bincount(spot, for_all)[spot] > TOGETHER if m else for_all
    sized = np.zeros(m, dtype=np.int64)
    sized[is_many] = 1 + AREA_CLASSES * np.log2(np.maximum(1, asked.free[is_many]))
    kinds = [spot, sized] if flavour is None else [spot, np.where(is_many, flavour, 0), sized]
    layout = _buckets(for_all, kinds, asked.free, asked.least)
    joinable = Joinable(layout, tests, land, *_kept_pairs(codes))
    fits = _pair_fits(joinable, codes, joinable.extra_project, joinable.extra_offer)
    return joinable._replace(
        extra_project=joinable.extra_project[fits], extra_offer=joinable.extra_offer[fits]
    )


def _locations(of_spot: list[Classes], spot: Ints, n: int) -> tuple[Ints, Ints, Small]:
    """List the locations where each project passes: class (n,), start (classes + 1,) and locations."""
    n_spots = int(spot.max(initial=-1)) + 1
    at_spot = np.zeros(n_spots, dtype=np.int64)
    at_spot[spot] = np.arange(len(spot))
    of_project, first = combined([c.project for c in of_spot], n)
    sort, first_spot = combined([c.offer[at_spot] for c in of_spot], n_spots)
    passes = np.full((len(first), -(-len(first_spot) // 8)), 255, dtype=np.uint8)
    for c in of_spot:
        at = c.offer[at_spot[first_spot]]
        some = c.passes if np.array_equal(at, np.arange(c.passes.shape[1])) else c.passes[:, at]
        passes &= np.packbits(some, axis=1)[c.project[first]]
    by_sort = np.argsort(sort, kind="stable").astype(np.int32)
    size = np.bincount(sort, minlength=len(first_spot))
    ends = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(_sums(passes, size))]).astype(np.int64)
    listed = np.empty(int(start[-1]), dtype=np.int32)
    _list(passes, by_sort, ends, listed)
    return of_project, start, listed


@compiled
def _sums(passes: Bits, size: Ints) -> Ints:
    """Count the locations of the sorts that pass, by row; passes: a bit for each sort."""
    total = np.zeros(passes.shape[0], dtype=np.int64)
    for row in range(passes.shape[0]):
        for at in range(passes.shape[1]):
            if passes[row, at]:
                for k in range(8 * at, min(8 * at + 8, len(size))):
                    total[row] += ((passes[row, at] >> (7 - k % 8)) & 1) * size[k]
    return total


@compiled
def _list(passes: Bits, by_sort: Small, ends: Ints, listed: Small) -> None:
    """List the locations of the sorts that pass, row after row."""
    count = 0
    for row in range(passes.shape[0]):
        for at in range(passes.shape[1]):
            if passes[row, at]:
                for k in range(8 * at, min(8 * at + 8, len(ends) - 1)):
                    if (passes[row, at] >> (7 - k % 8)) & 1:
                        for place in range(ends[k], ends[k + 1]):
                            listed[count] = by_sort[place]
                            count += 1


def _buckets(for_all: Bools, kinds: list[Ints], free: Ints, least: Ints) -> Layout:
    offers = np.flatnonzero(for_all)
    of_those = kinds if len(offers) == len(for_all) else [kind[offers] for kind in kinds]
    bucket, first = combined(of_those, len(offers))
    start = np.concatenate([[0], np.cumsum(np.bincount(bucket, minlength=len(first)))]).astype(np.int64)
    inside, spot = np.empty_like(offers), kinds[0][offers[first]]
    _fill(bucket, offers, start[:-1].copy(), inside)
    n_spots = int(kinds[0].max(initial=-1)) + 1
    full = len(first) > 0
    return Layout(
        offer=np.concatenate([inside, np.flatnonzero(~for_all)]).astype(np.int32),
        bucket_start=start,
        bucket_largest=np.maximum.reduceat(free[inside], start[:-1]) if full else start[:-1],
        bucket_least=np.minimum.reduceat(least[inside], start[:-1]) if full else start[:-1],
        spot_start=np.searchsorted(spot, np.arange(n_spots + 1)).astype(np.int64),
    )


@compiled
def _fill(bucket: Ints, offers: Ints, at: Ints, inside: Ints) -> None:
    """Write offers bucket by bucket; at: where each bucket begins."""
    for k in range(len(bucket)):
        inside[at[bucket[k]]] = offers[k]
        at[bucket[k]] += 1


def _kept_pairs(codes: Codes) -> tuple[Ints, Ints]:
    """List the pairs of a project and an offer that is kept for it."""
    found = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
    done = np.zeros(codes.m, dtype=np.bool_)
    for kept in codes.kept.values():
        mine = np.flatnonzero((kept.keeper >= 0) & ~done)
        done[mine] = True
        by_need = np.argsort(kept.need, kind="stable")
        first, last = (
            np.searchsorted(kept.need[by_need], kept.keeper[mine], side=side) for side in ("left", "right")
        )
        many = last - first
        place = np.repeat(first - np.cumsum(many) + many, many) + np.arange(int(many.sum()))
        found.append((by_need[place], np.repeat(mine, many)))
    project, offer = (np.concatenate(column).astype(np.int64) for column in zip(*found, strict=True))
    order = np.lexsort((offer, project))
    return project[order], offer[order]


def _pair_fits(joinable: Joinable, codes: Codes, project: Ints, offer: Ints) -> Bools:
    """Tell which pairs pass every rule, by their codes; shape of ``project``."""
    tests, land = joinable.tests, joinable.land
    fits = np.ones(len(project), dtype=np.bool_)
    for c in codes.classes.values():
        fits &= c.passes[c.project[project], c.offer[offer]]
    for kept in codes.kept.values():
        fits &= (kept.keeper[offer] == ANYONE) | (kept.keeper[offer] == kept.need[project])
    for rule in codes.ranks.values():
        for one in rule:
            fits &= one.need[project] <= one.place[offer]
    a1 = np.maximum(tests.lo[project], land.share[offer])
    as_share = land.divisible[offer] & (a1 <= np.minimum(tests.hi[project], land.free[offer]))
    area = np.where(as_share, a1, land.free[offer])
    milli_mu = -((-area * land.plot[offer]) // land.gross[offer]) * MILLI_MU // M2
    for r in range(len(land.floor)):
        floor = land.floor[r, offer]
        enough = land.amount[r, project] >= -((-floor * milli_mu) // 1_000)
        fits &= (floor == 0) | ((floor > 0) & (land.amount[r, project] != NOT_GIVEN) & enough)
    return fits


def all_pairs(joinable: Joinable) -> tuple[Ints, Ints]:
    """Find every pair that passes every rule, by project, then offer."""
    n, m = len(joinable.tests.lo), len(joinable.land.free)
    projects, offers = [joinable.extra_project], [joinable.extra_offer]
    size = max(ROOM, m)
    tests, signs = joinable.tests, joinable.tests.signs
    tests = tests._replace(signs=signs._replace(place=by_position(signs.place, joinable.layout.offer)))
    first = 0
    while first < n:
        found, there = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
        first, count = _find(first, joinable.layout, tests, joinable.land, found, there)
        projects.append(found[:count].astype(np.int64))
        offers.append(there[:count].astype(np.int64))
    pair = np.concatenate(projects) * max(1, m) + np.concatenate(offers)
    pair.sort()
    project, offer = np.divmod(pair, max(1, m))
    return project, offer


@compiled
def meets_floors(i: int, o: int, area: int, amount: Ints, floor: Ints, plot: Ints, gross: Ints) -> bool:
    """Tell whether project i meets every floor per mu with ``area`` m² of offer o."""
    milli_mu = -1
    for r in range(len(floor)):
        least = floor[r, o]
        if least != 0:
            if least < 0 or amount[r, i] == NOT_GIVEN:
                return False
            if milli_mu < 0:
                milli_mu = -((-area * plot[o]) // gross[o]) * MILLI_MU // M2
            if amount[r, i] < -((-least * milli_mu) // 1_000):
                return False
    return True


def by_position(place: Words, offer: Small) -> Words:
    """Give the words of the offers at each position."""
    return np.ascontiguousarray(place[:, offer])


@compiled
def scan(
    i: int,
    begin: int,
    end: int,
    row: Small,
    needs: Words,
    guards: Words,
    place: Words,
    fails: Words,
    hits: Small,
) -> int:
    """List the positions from ``begin`` that project i passes by their words; returns how many.

    row, needs, guards, place: `Signs`, by position. fails, hits: room for as many.
    """
    size = end - begin
    for u in range(size):
        fails[u] = 0
    for w in range(needs.shape[1]):
        need, guard, there = needs[i, w], guards[i, w], place[row[i, w]][begin:end]
        for u in range(size):
            fails[u] |= ~(there[u] - need) & guard
    count = 0
    for u in range(size):
        hits[count] = begin + u
        count += fails[u] == 0
    return count


@compiled
def _find(
    first: int, layout: Layout, tests: Tests, land: Land, project: Small, offer: Small
) -> tuple[int, int]:
    """Find pairs from project ``first`` on while there is room; returns where to go on, and how many."""
    n, room, m = len(tests.lo), len(project), len(layout.offer)
    fails, hits = np.empty(STRIDE, dtype=np.uint64), np.empty(STRIDE, dtype=np.int32)
    row, needs, guard, place = tests.signs.row, tests.signs.need, tests.signs.guard, tests.signs.place
    count = 0
    for i in range(first, n):
        if count + m > room:
            return i, count
        c = tests.spot_class[i]
        for at in range(tests.spot_start[c], tests.spot_start[c + 1]):
            s = tests.spot[at]
            for b in range(layout.spot_start[s], layout.spot_start[s + 1]):
                if layout.bucket_largest[b] < tests.lo[i] or layout.bucket_least[b] > tests.hi[i]:
                    continue
                last = layout.bucket_start[b + 1]
                for begin in range(layout.bucket_start[b], last, STRIDE):
                    end = min(begin + STRIDE, last)
                    passing = scan(i, begin, end, row, needs, guard, place, fails, hits)
                    for h in range(passing):
                        o = layout.offer[hits[h]]
                        area = land.free[o]
                        if land.divisible[o]:
                            a1 = max(tests.lo[i], land.share[o])
                            if a1 <= min(tests.hi[i], area):
                                area = a1
                        project[count], offer[count] = i, o
                        count += meets_floors(i, o, area, land.amount, land.floor, land.plot, land.gross)
    return n, count
