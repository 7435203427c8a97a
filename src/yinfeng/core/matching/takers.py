"""Who of very many projects could take one place: all judged, only those that pass or come near in detail.

`rank.takers_of` answers the same from a model that was built for a whole plan. Here the projects are prepared
once and asked about one place after the other; a test holds the two to the same answer.
"""

from bisect import bisect_left
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from yinfeng.core.matching._around import Around, around, look_around, table_of
from yinfeng.core.matching.area import AreaNeed, area_choice, area_need
from yinfeng.core.matching.facts import KINDS, Facts, Keys, Kind, Projects
from yinfeng.core.matching.feasible import Judgement, Miss, judge, judge_offer
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Ints
from yinfeng.core.matching.rules import (
    ID,
    NO_NEED,
    RULES,
    Relation,
    Rule,
    Verdict,
    Verdicts,
    rules_for,
    tolerance,
)

NOTHING: Final = np.iinfo(np.int64).min
"""Wanted where nothing is asked: below whatever a place has."""
KEPT: Final = 4_096
"""Verdicts on parts kept of each category rule."""
_STEP: Final = 1 << 10
"""More than there are rules."""


@dataclass(frozen=True, slots=True)
class Taker:
    """One project at a place: what it is worth there, or what it lacks."""

    project: int
    offer: str
    """The place, or the bundle that holds it."""
    value: int
    """Yuan a year; 0 where it does not pass."""
    components: tuple[int, ...]
    """What its worth is made of [yuan a year], by `value.Component`; empty where it does not pass."""
    misses: tuple[Miss, ...]


class Judged:
    """A category rule at needs made ready, with the verdicts on parts asked about before."""

    def __init__(self, rule: Rule, needs: Keys, policy: Policy) -> None:
        self.rule = rule
        self.needs = needs
        self.policy = policy
        self.at = {need: k for k, need in enumerate(needs.distinct)}
        self.verdicts: dict[Hashable, Verdicts] = {}

    def failing(self, parts: tuple[Any, ...]) -> Bools:
        """Tell which projects do not pass at an offer of these parts, shape (n,)."""
        fails = np.logical_or.reduce([self.at_part(part) != Verdict.PASSES for part in parts])
        found: Bools = fails[self.needs.index]
        return found

    def at_part(self, part: Any) -> Verdicts:
        """Judge every distinct need at a part."""
        if self.rule.only_for is not None:  # one need is looked at
            return self._judged(part)
        if part not in self.verdicts:
            if len(self.verdicts) >= KEPT:
                self.verdicts.clear()
            self.verdicts[part] = self._judged(part)
        return self.verdicts[part]

    def _judged(self, part: Any) -> Verdicts:
        judge_need = self.rule.judge
        assert judge_need is not None
        needs = self.needs.distinct
        if self.rule.only_for is None:
            return np.array([judge_need(need, part, self.policy) for need in needs], dtype=np.int8)
        verdict = np.full(len(needs), judge_need(NO_NEED, part, self.policy), dtype=np.int8)
        mine = self.at.get(self.rule.only_for(part), -1)
        if mine >= 0:
            verdict[mine] = judge_need(needs[mine], part, self.policy)
        return verdict


@dataclass(frozen=True, eq=False)
class Asking:
    """Projects made ready to be asked about one place after the other."""

    projects: Projects
    policy: Policy
    wanted: Mapping[str, Ints]  # by rule that compares numbers: (n,) turned so that more is better
    judged: Mapping[str, Judged]  # by category rule
    area: Mapping[Kind, AreaNeed]


def prepare_projects(projects: Projects, policy: Policy) -> Asking:
    """Make projects ready to be asked about places under a policy."""
    numbers = (rule for rule in RULES if rule.relation in {Relation.AT_LEAST, Relation.AT_MOST})
    categories = (rule for rule in RULES if rule.relation is Relation.CATEGORY)
    return Asking(
        projects=projects,
        policy=policy,
        wanted={rule.code: _wanted(rule, projects, policy) for rule in numbers},
        judged={rule.code: Judged(rule, _needs(rule, projects), policy) for rule in categories},
        area={kind: area_need(projects, kind) for kind in KINDS},
    )


def _needs(rule: Rule, projects: Projects) -> Keys:
    """Give what a category rule looks at; an id is told apart whatever places the projects' facts held."""
    return Keys(np.arange(len(projects)), projects.id) if rule.need == ID else projects.key[rule.need]


def _wanted(rule: Rule, projects: Projects, policy: Policy) -> Ints:
    need = projects.number[rule.need]
    if rule.relation is Relation.AT_LEAST:
        return np.where(need.known & (need.value > 0), need.value, NOTHING)
    return np.where(need.known, -(need.value + tolerance(rule, policy)), NOTHING)


@dataclass(frozen=True, eq=False)
class Places:
    """Places that can be asked about, with what their worth depends on."""

    id: tuple[str, ...]
    kind: Keys
    around: Mapping[Kind, Around]
    singles: Mapping[Kind, int]  # offers that are one place, in the places' order; bundles follow them


def prepare_places(facts: Facts, offers: Mapping[Kind, Offers], policy: Policy) -> Places:
    """Make places ready to be asked about; offers: as `offers.all_offers` gave them for these facts."""
    zones = look_around(facts, policy)
    return Places(
        id=facts.places.id,
        kind=facts.places.kind,
        around={kind: around(zones, offers[kind]) for kind in KINDS},
        singles={kind: int((~offers[kind].is_bundle).sum()) for kind in KINDS},
    )


def find_takers(asking: Asking, places: Places, place: str, *, near: int = 10) -> tuple[Taker, ...]:
    """Rank the projects for a place, alone or in a bundle: who passes by value, then the nearest misses.

    near: near misses named. Raises KeyError for a place that is not there.
    """
    j = bisect_left(places.id, place)
    if j == len(places.id) or places.id[j] != place:
        raise KeyError(place)
    here, singles = places.around[places.kind[j]], places.singles[places.kind[j]]
    bundles = singles + np.flatnonzero((here.offers.parts[singles:] == j).any(axis=1))
    offers = np.append(np.searchsorted(here.offers.parts[:singles, 0], j), bundles)
    some = here.offers.take(offers)
    fails = [_fails(asking, some, o) for o in range(len(offers))]
    passing = _passing(asking, here, offers, some, fails)
    is_left = np.ones(len(asking.projects), dtype=np.bool_)
    is_left[[taker.project for taker in passing]] = False
    return (*passing, *_nearest(asking, some, fails[0], is_left, near))


def _fails(asking: Asking, offers: Offers, o: int) -> tuple[Ints, Ints]:
    """Count the rules each project fails at an offer, those per mu of land left out.

    Gives the count, and how many of them are categories; both (n,).
    """
    count, categories = (np.zeros(len(asking.projects), dtype=np.int64) for _ in range(2))
    for rule in rules_for(offers.kind):
        if rule.relation is Relation.CATEGORY:
            categories += asking.judged[rule.code].failing(offers.key[rule.place][o])
        elif rule.relation is Relation.AREA:
            count += ~_area_fits(asking.area[offers.kind], offers, o)
        elif rule.relation is not Relation.PER_LAND:
            place, wanted = offers.number[rule.place], asking.wanted[rule.code]
            if place.known[o]:
                has = place.value[o] if rule.relation is Relation.AT_LEAST else -place.value[o]
                count += wanted > has
            elif not rule.unknown_passes:
                count += wanted > NOTHING
    return count + categories, categories


def _area_fits(need: AreaNeed, offers: Offers, o: int) -> Bools:
    """Tell which projects find their area at an offer, shape (n,)."""
    free, share = offers.number["area_m2"].value[o], offers.number["smallest_share_m2"].or_else(1)[o]
    fits = (need.lo <= free) & (free <= need.hi) & (free > 0)
    if offers.divisible[o]:
        fits |= np.maximum(need.lo, share) <= np.minimum(need.hi, free)
    found: Bools = fits & need.given & offers.number["area_m2"].known[o]
    return found


def _passing(
    asking: Asking, here: Around, offers: Ints, some: Offers, fails: list[tuple[Ints, Ints]]
) -> tuple[Taker, ...]:
    """Rank those that pass somewhere by what they are worth, each at its best offer."""
    might = np.array([count == 0 for count, _ in fails])  # (offers, n) but for the rules per mu of land
    few = np.flatnonzero(might.any(axis=0))
    if not len(few):
        return ()
    projects = asking.projects.take(few)
    passes, areas = might[:, few].T, area_choice(projects, some)
    for rule in rules_for(some.kind):
        if rule.relation is Relation.PER_LAND:
            passes &= judge(rule, projects, some, areas, asking.policy) == Verdict.PASSES
    project, offer = np.nonzero(passes)
    if not len(project):
        return ()
    table = table_of(here, projects, project, offers[offer])
    first: dict[int, int] = {}  # row of each project's best candidate, of equals the first
    for row in np.argsort(-table.value, kind="stable").tolist():
        first.setdefault(int(table.project[row]), row)
    takers = [
        Taker(
            int(few[i]),
            table.offers.id[int(table.offer[row])],
            int(table.value[row]),
            tuple(table.components[row].tolist()),
            (),
        )
        for i, row in first.items()
    ]
    return tuple(sorted(takers, key=lambda taker: (-taker.value, taker.offer, taker.project)))


def _nearest(
    asking: Asking, some: Offers, fails: tuple[Ints, Ints], is_left: Bools, near: int
) -> tuple[Taker, ...]:
    """Rank the ``near`` of those left that fail fewest rules at the first offer, then by relative shortfall.

    Only those are judged in detail whose count, and with it whose shortfall, can be so small: each category
    failed counts one in both.
    """
    left = np.flatnonzero(is_left)
    size = min(near, len(left))
    if not size:
        return ()
    count, categories = fails
    at_least = count[left] * _STEP + categories[left]
    wanted = size
    while True:
        cut = int(np.partition(at_least, wanted - 1)[wanted - 1])
        few = left[at_least <= cut]
        judged = _judged(asking, some, few)
        best = judged.nearest(size)
        if len(few) == len(left) or _standing(judged, best[-1]) < divmod(
            at_least[at_least > cut].min(), _STEP
        ):
            return tuple(Taker(int(few[k]), some.id[0], 0, (), judged.misses(k)) for k in best)
        wanted = min(len(left), 2 * len(few))


def _standing(judged: Judgement, k: int) -> tuple[int, float]:
    """Give what near misses are ranked by."""
    return int((judged.verdict[:, k] != Verdict.PASSES).sum()), float(judged.relative[:, k].sum())


def _judged(asking: Asking, some: Offers, few: Ints) -> Judgement:
    """Judge a few projects at the first offer, which is one place, by every rule."""
    known = {
        code: judged.at_part(some.key[judged.rule.place][0][0])[judged.needs.index[few]]
        for code, judged in asking.judged.items()
    }
    return judge_offer(asking.projects.take(few), some, 0, asking.policy, known)
