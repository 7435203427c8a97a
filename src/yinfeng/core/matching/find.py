"""The offers for one need among very many: all judged, only the best of them valued and named.

`rank.places_for` answers the same from a model that was built for a whole plan. Here the offers are prepared
once and asked again and again; a test holds the two to the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from yinfeng.core.matching._around import Around, around, look_around, table_of, worth_at_most
from yinfeng.core.matching._sift import NO_BOUND, Ready, make_ready, sift
from yinfeng.core.matching.area import area_need
from yinfeng.core.matching.facts import KINDS, Facts, Kind, Projects
from yinfeng.core.matching.feasible import Miss, judge_project
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Ints


@dataclass(frozen=True, slots=True)
class Found:
    """The best offers for one need, and how many there are of each sort."""

    passing: tuple[tuple[str, int], ...]
    """Offers that pass every rule with what they are worth [yuan a year], the most worth first."""
    components: tuple[tuple[int, ...], ...]
    """Of each that passes what its worth is made of [yuan a year], by `value.Component`."""
    open: tuple[str, ...]
    """Offers that only facts the need does not give stand between, the fewest first."""
    near: tuple[str, ...]
    """Offers that fail something, the nearest first."""
    misses: Mapping[str, tuple[Miss, ...]]
    """Of each that is open or near the rules it fails."""
    n_passing: int
    n_open: int
    n_failing: int


@dataclass(frozen=True, eq=False)
class Prepared:
    """Offers made ready to be found: kept by whoever asks again and again; about 150 bytes an offer."""

    policy: Policy
    ready: Mapping[Kind, Ready]
    around: Mapping[Kind, Around]


def prepare_offers(facts: Facts, offers: Mapping[Kind, Offers], policy: Policy) -> Prepared:
    """Make the offers of all kinds ready to be found under a policy, once for all needs.

    offers: as `offers.all_offers` gave them for the places of ``facts``, whose projects are not looked at.
    """
    zones = look_around(facts, policy)
    return Prepared(policy, make_ready(offers, policy), {kind: around(zones, offers[kind]) for kind in KINDS})


def find_offers(
    prepared: Prepared,
    projects: Projects,
    *,
    project: int = 0,
    most: int = 100,
    near: int = 10,
    among: Mapping[Kind, Bools] | None = None,
) -> Found:
    """Give the best offers for one of some projects.

    most: passing and open offers named, each. near: near misses named. among: offers that are looked at, a
    mask for each kind; None for all.
    """
    need = projects.take(np.array([project]))
    passing: list[tuple[int, str, tuple[int, ...]]] = []
    waiting: list[tuple[float, float, str, Kind, int]] = []
    missing: list[tuple[float, float, str, Kind, int]] = []
    counts = np.zeros(3, dtype=np.int64)
    bound: tuple[float, float] = NO_BOUND
    for kind in sorted(KINDS, key=lambda kind: not area_need(need, kind).given[0]):  # nearer ones first
        ready, mask = prepared.ready[kind], among[kind] if among is not None else None
        found = sift(ready, need, near, mask, bound)
        many = len(ready.offers) if mask is None else int(mask.sum())
        counts += (len(found.passing), len(found.open), many - len(found.passing) - len(found.open))
        passing += _best(ready, prepared.around[kind], need, found.passing, most)
        fewest = np.lexsort((ready.rank[found.open], found.open_count))[:most]
        for o, count in zip(found.open[fewest].tolist(), found.open_count[fewest].tolist(), strict=True):
            waiting.append((count, count, ready.offers.id[o], kind, o))
        for o, count, relative in zip(*(column.tolist() for column in found[3:]), strict=True):
            missing.append((count, relative, ready.offers.id[o], kind, o))
        if 0 < near <= len(missing):
            bound = sorted(missing)[near - 1][:2]
    waiting, missing = sorted(waiting)[:most], sorted(missing)[:near]
    best = sorted(passing)[:most]
    return Found(
        passing=tuple((offer, -loss) for loss, offer, _ in best),
        components=tuple(components for *_, components in best),
        open=tuple(offer for _, _, offer, _, _ in waiting),
        near=tuple(offer for _, _, offer, _, _ in missing),
        misses=_misses(prepared, need, [(kind, o) for *_, kind, o in (*waiting, *missing)]),
        n_passing=int(counts[0]),
        n_open=int(counts[1]),
        n_failing=int(counts[2]),
    )


def _best(
    ready: Ready, here: Around, need: Projects, offer: Ints, most: int
) -> list[tuple[int, str, tuple[int, ...]]]:
    """Value the offers that can be among the ``most`` best of those that pass.

    Gives of each its worth turned round, its id and its components; sorted.
    """
    if len(offer) <= most:
        return sorted(_valued(here, need, offer)) if len(offer) else []
    limit = worth_at_most(here, need, offer)
    order = np.lexsort((ready.rank[offer], -limit))
    best: list[tuple[int, str, tuple[int, ...]]] = []
    done, step = 0, most
    while done < len(order) and step:
        next_offer = offer[order[done]]
        if len(best) >= most and (-limit[order[done]], ready.offers.id[next_offer]) > best[most - 1][:2]:
            break
        best = sorted([*best, *_valued(here, need, offer[order[done : done + step]])])
        done, step = done + step, 2 * step
    return best[:most]


def _valued(here: Around, need: Projects, offer: Ints) -> list[tuple[int, str, tuple[int, ...]]]:
    """Value the best candidate at each offer."""
    table = table_of(here, need, np.zeros(len(offer), dtype=np.int64), offer)
    order = np.lexsort((-table.value, table.offer))
    first = order[np.unique(table.offer[order], return_index=True)[1]]
    rows = zip(table.value[first].tolist(), table.offer[first].tolist(), first.tolist(), strict=True)
    return [(-value, table.offers.id[o], tuple(table.components[k].tolist())) for value, o, k in rows]


def _misses(prepared: Prepared, need: Projects, named: list[tuple[Kind, int]]) -> dict[str, tuple[Miss, ...]]:
    """Say which rules the need fails at some offers."""
    misses: dict[str, tuple[Miss, ...]] = {}
    for kind in KINDS:
        mine = np.array([o for k, o in named if k == kind], dtype=np.int64)
        offers = prepared.ready[kind].offers.take(mine)
        judged = judge_project(need, 0, offers, prepared.policy)
        misses |= {offer: judged.misses(o) for o, offer in enumerate(offers.id)}
    return misses
