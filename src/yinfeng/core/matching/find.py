"""The offers for one need among very many: judged all at once, only the best of them named.

`rank.places_for` answers the same from a model that was built for a whole plan. Here the offers are prepared
once and asked again and again; a test holds the two to the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from yinfeng.core.matching._failing import Bits, Ready, failing, make_ready
from yinfeng.core.matching.candidates import candidates
from yinfeng.core.matching.facts import KINDS, Facts, Kind, Projects
from yinfeng.core.matching.feasible import Join, judge_project
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Ints


@dataclass(frozen=True, slots=True)
class Found:
    """The best offers for one need, and how many there are of each sort."""

    passing: tuple[tuple[str, int], ...]
    """Offers that pass every rule with what they are worth [yuan a year], the most worth first."""
    open: tuple[str, ...]
    """Offers that only facts the need does not give stand between, the fewest first."""
    near: tuple[str, ...]
    """Offers that fail something, the nearest first."""
    n_passing: int
    n_open: int
    n_failing: int


Prepared = Mapping[Kind, Ready]
"""Offers made ready to be found: kept by whoever asks again and again."""


def prepare_offers(offers: Mapping[Kind, Offers], policy: Policy) -> Prepared:
    """Make the offers of all kinds ready to be found under a policy, once for all needs."""
    return {kind: make_ready(offers[kind], policy) for kind in KINDS}


def find_offers(
    facts: Facts,
    offers: Mapping[Kind, Offers],
    policy: Policy,
    *,
    project: int = 0,
    most: int = 100,
    near: int = 10,
    prepared: Prepared | None = None,
) -> Found:
    """Give the best offers for one project of the facts.

    offers: of all kinds, as `offers.all_offers` gave them for the places; the places of ``facts`` themselves
    are not looked at. most: passing and open offers named, each. near: near misses named. prepared: these
    offers as `prepare_offers` made them ready under this policy.
    """
    ready = prepared or prepare_offers(offers, policy)
    facts = replace(facts, projects=facts.projects.take(np.array([project])))
    passing: list[tuple[str, int]] = []
    waiting: list[tuple[float, float, str]] = []
    missing: list[tuple[float, float, str]] = []
    counts = np.zeros(3, dtype=np.int64)
    for kind in KINDS:
        if not len(offers[kind]):
            continue
        bits, hard = failing(ready[kind], facts.projects)
        fails, is_hard = bits != 0, hard != 0
        passes, is_open = np.flatnonzero(~fails), np.flatnonzero(fails & ~is_hard)
        is_far = np.flatnonzero(is_hard)
        counts += np.array([len(passes), len(is_open), len(is_far)])
        passing += _worth(facts, offers[kind], policy, passes)
        waiting += _nearest(facts.projects, offers[kind], policy, is_open, bits, most)
        missing += _nearest(facts.projects, offers[kind], policy, is_far, bits, near)
    return Found(
        passing=tuple(sorted(passing, key=lambda pair: (-pair[1], pair[0]))[:most]),
        open=tuple(offer for *_, offer in sorted(waiting)[:most]),
        near=tuple(offer for *_, offer in sorted(missing)[:near]),
        n_passing=int(counts[0]),
        n_open=int(counts[1]),
        n_failing=int(counts[2]),
    )


def _worth(facts: Facts, offers: Offers, policy: Policy, index: Ints) -> list[tuple[str, int]]:
    """Give the best candidate's worth at each offer that passes."""
    if not len(index):
        return []
    table = candidates(facts, offers, Join(np.zeros(len(index), dtype=np.int64), index, {}, 1), policy)
    best = np.full(len(offers), np.iinfo(np.int64).min)
    np.maximum.at(best, table.offer, table.value)
    return [(offers.id[o], int(best[o])) for o in np.unique(table.offer).tolist()]


def _nearest(
    project: Projects, offers: Offers, policy: Policy, index: Ints, bits: Bits, most: int
) -> list[tuple[float, float, str]]:
    """Name the offers at ``index`` that fail fewest rules, then by the smallest relative shortfall.

    Equals at the cut are all named, so that ties between kinds go by id as everywhere else. Shortfalls are
    measured only where so few rules fail that they can decide.
    """
    if not most or not len(index):
        return []
    count = np.bitwise_count(bits[index]).astype(np.int64)
    cut = int(np.partition(count, min(most, len(index)) - 1)[min(most, len(index)) - 1])
    index, count = index[count <= cut], count[count <= cut]
    relative = judge_project(project, 0, offers.take(index), policy).relative.sum(axis=0)
    order = np.lexsort((relative, count))
    if len(order) > most:
        worst = order[most - 1]
        order = np.flatnonzero((count < count[worst]) | (relative <= relative[worst]))
    return [(float(count[o]), float(relative[o]), offers.id[int(index[o])]) for o in order.tolist()]
