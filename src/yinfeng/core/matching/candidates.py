"""Every way a project can take an offer: which area, with which left-over lines, on which by-products."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TypeVar

import numpy as np

from yinfeng.core.matching import _compiled
from yinfeng.core.matching._prepared import Prepared, find_promising, prepare_sides
from yinfeng.core.matching._promise import list_held
from yinfeng.core.matching._ways import ByProductSets, Known, LineSets, expand, ways_of
from yinfeng.core.matching.area import area_need, judge_per_land, options
from yinfeng.core.matching.facts import KINDS, Facts, Keys, Kind
from yinfeng.core.matching.feasible import Join, Waivers
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small
from yinfeng.core.matching.resources import Resources, by_product_supply
from yinfeng.core.matching.rules import Relation, Verdict, rules_for
from yinfeng.core.matching.value import (
    ByProductSet,
    Component,
    by_product_yuan,
    line_fits,
    line_yuan,
    worth,
)

T = TypeVar("T")
LineSet = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Candidates:
    """All candidates at one kind of offer, also those not worth placing; no order is promised."""

    offers: Offers
    project: Ints  # (K,)
    offer: Ints  # (K,) index into `offers`
    area: Ints  # (K,) m² taken
    whole: Bools  # (K,) the whole offer is taken
    lines: Ints | Small  # (K,) index into `line_sets`
    by_products: Ints | Small  # (K,) index into `by_product_sets`
    line_sets: Sequence[LineSet]  # the first is empty
    by_product_sets: Sequence[ByProductSet]  # the first is empty
    components: Ints  # (K, 7) yuan a year, columns by `Component`
    uncounted: Ints | Small  # (K,) bits by component
    order: Small | None = None  # (K,) rows by project, offer, area, lines and by-products, where known

    def __len__(self) -> int:
        return len(self.project)

    @cached_property
    def value(self) -> Ints:
        """Worth of each candidate [yuan a year], shape (K,)."""
        total: Ints = self.components.sum(axis=1)
        return total


@dataclass(frozen=True, eq=False)
class Promising:
    """The offers of greatest margin for every project, and what no margin exceeds.

    The margin of a project at an offer is the greatest, over its candidates there, of value less toll.
    """

    start: Ints  # (n + 1,) offers of project i are start[i]:start[i + 1]
    kind: Ints  # (N,) position in KINDS
    offer: Ints  # (N,) of that kind; greatest margin first, then land, then the lower index
    margin: Floats  # (N,) yuan a year
    best: Floats  # (n,) no feasible candidate's margin is greater, rounding included; -inf for none
    looked_at: int  # pairs whose codes were compared

    def first(self, most: int) -> "Promising":
        """Keep no more than so many offers of each project, those of greatest margin."""
        size = np.diff(self.start)
        rank = np.arange(len(self.offer)) - np.repeat(self.start[:-1], size)
        kept = rank < most
        start = np.concatenate([[0], np.cumsum(np.minimum(size, most))]).astype(np.int64)
        return replace(
            self, start=start, kind=self.kind[kept], offer=self.offer[kept], margin=self.margin[kept]
        )


def prepare(facts: Facts, offers: Mapping[Kind, Offers], policy: Policy, resources: Resources) -> Prepared:
    """Prepare the join under prices: once for all vectors of prices."""
    return prepare_sides(facts, offers, policy, resources)


def promising(prepared: Prepared, price: Floats, most: int, *, threads: int | None = None) -> Promising:
    """Give every project its ``most`` feasible offers of greatest margin at a price of each resource.

    price: (R,) >= 0 in the order of the resources. threads: None for as many as pay; no answer depends on it.
    Pins, bars and waivers are not looked at: whoever has some judges those projects by `feasible.join`.
    """
    held, seen = find_promising(prepared, price, most, threads)
    first_kind = len(prepared.sides[KINDS[0]].offers)
    start = np.concatenate([[0], np.cumsum(held.size)]).astype(np.int64)
    n = int(start[-1])
    kind, offer, margin = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty(n)
    list_held(held, first_kind, start, kind, offer, margin)
    return Promising(start=start, kind=kind, offer=offer, margin=margin, best=held.best, looked_at=seen)


@dataclass(frozen=True, eq=False)
class _Rows:
    pair: Ints  # position in the join
    project: Ints
    offer: Ints
    area: Ints
    whole: Bools

    def take(self, index: Ints | Bools) -> "_Rows":
        return _Rows(
            self.pair[index], self.project[index], self.offer[index], self.area[index], self.whole[index]
        )


class _Choices:
    """Lists of sets to choose from, each once, and the list of each pair; the first is of the empty set."""

    def __init__(self, pairs: int) -> None:
        self.of_pair = np.zeros(pairs, dtype=np.int64)
        self.lists: list[tuple[int, ...]] = [(0,)]
        self._known: dict[tuple[int, ...], int] = {(0,): 0}

    def add(self, sets: tuple[int, ...]) -> int:
        """Give the position of a list, a new one if need be."""
        at = self._known.setdefault(sets, len(self.lists))
        if at == len(self.lists):
            self.lists.append(sets)
        return at


def candidates(
    facts: Facts, offers: Offers, found: Join, policy: Policy, waivers: Waivers | None = None
) -> Candidates:
    """Expand the feasible pairs into candidates and value them."""
    if waivers or not _compiled.is_compiled():
        return plain_candidates(facts, offers, found, policy, waivers)
    return expanded(ways_of(facts, offers, policy), found.pair_project, found.pair_offer)


def expanded(known: Known, project: Ints, offer: Ints) -> Candidates:
    """Expand pairs, each of shape (N,), where the ways to take the offers are laid out already."""
    rows, line_sets, product_sets = expand(known, project, offer)
    return Candidates(
        offers=known.offers,
        project=rows.project,
        offer=rows.offer,
        area=rows.area,
        whole=rows.whole,
        lines=rows.lines,
        by_products=rows.by_products,
        line_sets=LineSets(line_sets),
        by_product_sets=ByProductSets(product_sets, known.names),
        components=rows.components.T,
        uncounted=rows.uncounted,
        order=rows.order if len(rows.order) == len(rows.project) else None,
    )


def plain_candidates(
    facts: Facts, offers: Offers, found: Join, policy: Policy, waivers: Waivers | None = None
) -> Candidates:
    """Expand the feasible pairs without a kernel: what the kernel is held to, and the way with waivers."""
    rows = _areas(facts, offers, found)
    rows = rows.take(_enough_per_land(facts, offers, rows, waivers or {}))
    line_sets, line_choices = _line_choices(facts, offers, found)
    index, lines = _vary(rows, line_choices, whole_takes_all=True)
    rows = rows.take(index)
    product_sets, product_choices = _by_product_choices(facts, offers, found, policy)
    index, products = _vary(rows, product_choices, whole_takes_all=False)
    rows, lines = rows.take(index), lines[index]
    saved = [sum(line_yuan(facts.lines, n, policy) for n in chosen) for chosen in line_sets]
    gained = [sum(by_product_yuan(*part, policy) for part in chosen) for chosen in product_sets]
    value = worth(
        facts,
        offers,
        policy,
        project=rows.project,
        offer=rows.offer,
        area=rows.area,
        equipment=np.array(saved, dtype=np.int64)[lines],
        by_products=np.array(gained, dtype=np.int64)[products],
    )
    unpriced = np.array([any(not facts.lines.value_yuan.known[n] for n in chosen) for chosen in line_sets])
    uncounted = value.uncounted | (unpriced[lines].astype(np.int64) << Component.EQUIPMENT)
    return Candidates(
        offers=offers,
        project=rows.project,
        offer=rows.offer,
        area=rows.area,
        whole=rows.whole,
        lines=lines,
        by_products=products,
        line_sets=tuple(line_sets),
        by_product_sets=tuple(product_sets),
        components=value.components,
        uncounted=uncounted,
    )


def _areas(facts: Facts, offers: Offers, found: Join) -> _Rows:
    """Give each pair the whole offer, the least share and the wished share, where they can be taken."""
    project, offer = found.pair_project, found.pair_offer
    need = area_need(facts.projects, offers.kind)
    free = offers.number["area_m2"].value[offer]
    share = offers.number["smallest_share_m2"].or_else(1)[offer]
    asked = need.lo[project], need.hi[project], need.wish[project]
    can = options(asked, free, share, offers.divisible[offer])
    kinds = ((can.whole, free, True), (can.least, can.a1, False), (can.wished, can.a2, False))
    pair = np.concatenate([np.flatnonzero(mask) for mask, _, _ in kinds])
    return _Rows(
        pair=pair,
        project=project[pair],
        offer=offer[pair],
        area=np.concatenate([area[mask] for mask, area, _ in kinds]),
        whole=np.concatenate([np.full(int(mask.sum()), whole) for mask, _, whole in kinds]),
    )


def _enough_per_land(facts: Facts, offers: Offers, rows: _Rows, waivers: Waivers) -> Bools:
    """Tell which rows still meet the floors per mu with the area they take."""
    keep = np.ones(len(rows.project), dtype=np.bool_)
    for rule in rules_for(offers.kind):
        if rule.relation is Relation.PER_LAND:
            verdict = judge_per_land(rule, facts.projects, offers, rows.project, rows.offer, rows.area)
            enough = verdict == Verdict.PASSES
            for (i, o), codes in waivers.items():
                if rule.code in codes:
                    enough |= (rows.project == i) & (rows.offer == o)
            keep &= enough
    return keep


def _line_choices(facts: Facts, offers: Offers, found: Join) -> tuple[list[LineSet], _Choices]:
    """List the sets of fitting lines a project may take over with each building."""
    lines, projects = facts.lines, facts.projects
    standing = _lines_by_offer(facts, offers)
    sets: dict[LineSet, int] = {(): 0}
    choices = _Choices(len(found.pair_offer))
    has_lines = np.zeros(len(offers), dtype=np.bool_)
    has_lines[list(standing)] = True
    mine = np.flatnonzero(has_lines[found.pair_offer])
    makers = Keys.of(zip(projects.products, projects.processes, strict=True))
    question = makers.index[found.pair_project[mine]] * max(1, len(offers)) + found.pair_offer[mine]
    distinct, of_pair = np.unique(question, return_inverse=True)
    at = np.zeros(len(distinct), dtype=np.int64)
    for d, (maker, o) in enumerate(divmod(q, max(1, len(offers))) for q in distinct.tolist()):
        products, processes = makers.distinct[maker]
        fitting = [n for n in standing[o] if line_fits(products, processes, lines, n)]
        at[d] = choices.add(tuple(sets.setdefault(chosen, len(sets)) for chosen in subsets(fitting)))
    choices.of_pair[mine] = at[of_pair.reshape(len(mine))]
    return list(sets), choices


def _lines_by_offer(facts: Facts, offers: Offers) -> dict[int, list[int]]:
    wanted = frozenset(facts.lines.building)
    at = {offer: o for o, offer in enumerate(offers.id) if offer in wanted}
    standing: dict[int, list[int]] = {}
    for n, building in enumerate(facts.lines.building):
        if building in at:
            standing.setdefault(at[building], []).append(n)
    return standing


def _by_product_choices(
    facts: Facts, offers: Offers, found: Join, policy: Policy
) -> tuple[list[ByProductSet], _Choices]:
    """List the sets of by-products of the offer's zone a project may count on, as far as they reach."""
    supply = by_product_supply(facts)
    sets: dict[ByProductSet, int] = {(): 0}
    choices = _Choices(len(found.pair_offer))
    users = np.array([bool(used) for used in facts.projects.by_products], dtype=np.bool_)
    mine = np.flatnonzero(users[found.pair_project])
    roots = offers.key["root"]
    width = max(1, len(roots.distinct))
    question = found.pair_project[mine] * width + roots.index[found.pair_offer[mine]]
    distinct, of_pair = np.unique(question, return_inverse=True)
    at = np.zeros(len(distinct), dtype=np.int64)
    for d, (i, z) in enumerate(divmod(q, width) for q in distinct.tolist()):
        root = str(roots.distinct[z][0])
        counted = [
            (name, min(need, supply.get((root, name), 0)))
            for name, need in sorted(facts.projects.by_products[i].items())
        ]
        worthwhile = [part for part in counted if by_product_yuan(*part, policy) > 0]
        at[d] = choices.add(tuple(sets.setdefault(chosen, len(sets)) for chosen in subsets(worthwhile)))
    choices.of_pair[mine] = at[of_pair.reshape(len(mine))]
    return list(sets), choices


def subsets(items: Sequence[T]) -> list[tuple[T, ...]]:
    """List the subsets to try, from none to all: every one up to three items, else none, singles and all."""
    if len(items) <= 3:
        return [s for size in range(len(items) + 1) for s in combinations(items, size)]
    return [(), *((item,) for item in items), tuple(items)]


def _vary(rows: _Rows, choices: _Choices, *, whole_takes_all: bool) -> tuple[Ints, Ints]:
    """Repeat each row once per choice of its pair; returns row index and chosen set, both (K',)."""
    size = np.array([len(sets) for sets in choices.lists], dtype=np.int64)
    first = np.cumsum(size) - size
    every = np.concatenate([np.array(sets, dtype=np.int64) for sets in choices.lists])
    of_row = choices.of_pair[rows.pair]
    count, begin = size[of_row], first[of_row]
    if whole_takes_all:
        begin = np.where(rows.whole, begin + count - 1, begin)
        count = np.where(rows.whole, 1, count)
    index = np.repeat(np.arange(len(rows.pair)), count)
    step = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
    return index, every[begin[index] + step]
