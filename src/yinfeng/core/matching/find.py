"""The offers for one need among very many: judged all at once, only the best of them named.

`rank.places_for` answers the same from a model that was built for a whole plan. Here the offers are prepared
once and asked again and again; a test holds the two to the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from yinfeng.core.matching.candidates import candidates
from yinfeng.core.matching.facts import KINDS, Facts, Kind
from yinfeng.core.matching.feasible import Join, Judgement, judge_project
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Floats, Ints
from yinfeng.core.matching.rules import Verdict


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


def find_offers(
    facts: Facts,
    offers: Mapping[Kind, Offers],
    policy: Policy,
    *,
    project: int = 0,
    most: int = 100,
    near: int = 10,
) -> Found:
    """Give the best offers for one project of the facts.

    offers: of all kinds, as `offers.all_offers` gave them for the places; the places of ``facts`` themselves
    are not looked at. most: passing and open offers named, each. near: near misses named.
    """
    passing: list[tuple[str, int]] = []
    waiting: list[tuple[float, float, str]] = []
    missing: list[tuple[float, float, str]] = []
    counts = np.zeros(3, dtype=np.int64)
    for kind in KINDS:
        if not len(offers[kind]):
            continue
        judged = judge_project(facts.projects, project, offers[kind], policy)
        bad = judged.verdict != Verdict.PASSES
        failing, relative = bad.sum(axis=0), judged.relative.sum(axis=0)
        is_open = (failing > 0) & _only_need_unknown(judged, bad)
        is_far = (failing > 0) & ~is_open
        counts += np.array([(failing == 0).sum(), is_open.sum(), is_far.sum()])
        passing += _worth(facts, offers[kind], policy, project, np.nonzero(failing == 0)[0])
        waiting += _nearest(offers[kind], is_open, failing, relative, most)
        missing += _nearest(offers[kind], is_far, failing, relative, near)
    return Found(
        passing=tuple(sorted(passing, key=lambda pair: (-pair[1], pair[0]))[:most]),
        open=tuple(offer for *_, offer in sorted(waiting)[:most]),
        near=tuple(offer for *_, offer in sorted(missing)[:near]),
        n_passing=int(counts[0]),
        n_open=int(counts[1]),
        n_failing=int(counts[2]),
    )


def _only_need_unknown(judged: Judgement, bad: Bools) -> Bools:
    others: Bools = (bad & (judged.verdict != Verdict.NEED_UNKNOWN)).any(axis=0)
    return ~others


def _worth(facts: Facts, offers: Offers, policy: Policy, project: int, index: Ints) -> list[tuple[str, int]]:
    """Give the best candidate's worth at each offer that passes."""
    if not len(index):
        return []
    table = candidates(facts, offers, Join(np.full(len(index), project), index, {}, 1), policy)
    best = np.full(len(offers), np.iinfo(np.int64).min)
    np.maximum.at(best, table.offer, table.value)
    return [(offers.id[o], int(best[o])) for o in np.unique(table.offer)]


def _nearest(
    offers: Offers, mask: Bools, failing: Ints, relative: Floats, most: int
) -> list[tuple[float, float, str]]:
    """Name the offers of a mask that fail fewest rules, then by the smallest relative shortfall."""
    index = np.nonzero(mask)[0]
    order = np.lexsort((relative[index], failing[index]))[:most] if len(index) else index
    # Equals at the cut are all named, so that ties between kinds go by id as everywhere else.
    if len(order) == most and most < len(index):
        last = index[order[-1]]
        before = (failing[index] < failing[last]) | (
            (failing[index] == failing[last]) & (relative[index] <= relative[last])
        )
        order = np.nonzero(before)[0]
    return [(float(failing[o]), float(relative[o]), offers.id[o]) for o in index[order].tolist()]
