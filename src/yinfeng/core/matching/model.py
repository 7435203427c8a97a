"""From the facts of a zone to the question in numbers, and back: which candidate means what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import permutations
from typing import Final

import numpy as np

from yinfeng.core.matching._draws import Kinds
from yinfeng.core.matching.candidates import Candidates, candidates
from yinfeng.core.matching.columns import Drawing, Sorted, by_project, columns, drawing_of, uses_of
from yinfeng.core.matching.facts import KINDS, Facts, Kind, Override
from yinfeng.core.matching.feasible import Join, Miss, Pairs, join, join_among, judge_project
from yinfeng.core.matching.offers import JOINT, MAX_PARTS, Offers, all_offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Ints, Numbered, Problem
from yinfeng.core.matching.resources import QUOTA_NEED, Resources, cover, list_resources
from yinfeng.core.matching.rules import BY_CODE

NOWHERE: Final = -2  # the position of a place that is not on the list


@dataclass(frozen=True, eq=False)
class RefusedPin:
    """A pin that cannot be kept: it breaks a rule that may not be waived, or names no offer."""

    pin: Override
    misses: tuple[Miss, ...]


@dataclass(frozen=True, eq=False)
class Model:
    """The facts, what can be done, and the problem that asks for the best of it."""

    facts: Facts
    policy: Policy
    offers: Mapping[Kind, Offers]
    joins: Mapping[Kind, Join]
    candidates: Mapping[Kind, Candidates]
    resources: Resources  # in the order of `problem.resource_id`
    problem: Problem
    kind_of: Kinds  # (K,) position in KINDS of each candidate of the problem
    row_of: Ints  # (K,) its row in candidates[kind]
    refused_pins: tuple[RefusedPin, ...]
    waived: Mapping[tuple[str, str], frozenset[str]]  # (project, offer) → rules a pin waives

    @cached_property
    def limited(self) -> Mapping[Kind, Mapping[str, Bools]]:
        """Kind of offer → kind of resource → (m,) whether a quota counts what is used of it there."""
        covered = {kind: cover(self.facts, t.offers, self.resources) for kind, t in self.candidates.items()}
        return {kind: {what: of.is_limited(what) for what in QUOTA_NEED} for kind, of in covered.items()}

    def candidate(self, k: int) -> tuple[Candidates, int]:
        """Give the table and the row of candidate k of the problem."""
        return self.candidates[KINDS[int(self.kind_of[k])]], int(self.row_of[k])

    def named_problem(self) -> Problem:
        """Give the problem with candidates named after project, offer and variant, for other solvers."""
        seen: dict[str, int] = {}
        names = []
        for k, i in enumerate(self.problem.project.tolist()):
            pair = f"{self.problem.project_id[i]}@{self.offer_of(k)}"
            seen[pair] = seen.get(pair, 0) + 1
            names.append(f"{pair}#{seen[pair]}")
        return replace(self.problem, candidate_id=tuple(names))

    def offer_of(self, k: int) -> str:
        """Name the offer of candidate k of the problem."""
        table, row = self.candidate(k)
        return table.offers.id[int(table.offer[row])]


def build(
    facts: Facts, policy: Policy, *, offers: Mapping[Kind, Offers] | None = None, pairs: Pairs | None = None
) -> Model:
    """Pose the placement problem of a zone.

    offers: as `all_offers` lists them, where that is done already. pairs: feasible pairs by kind to build
    from, in place of all; of projects that people decided about all feasible pairs are taken all the same.
    """
    offers = all_offers(facts) if offers is None else offers
    pins, _ = _accept_pins(facts, offers, policy)
    joins, tables = {}, {}
    for kind in KINDS:
        waivers = {(p.project, p.offer): p.waived for p in pins if p.kind == kind and p.waived}
        if pairs is None:
            joins[kind] = join(facts.projects, offers[kind], policy, waivers)
        else:
            joins[kind] = join_among(
                facts.projects, offers[kind], policy, waivers, pairs[kind], decided(facts)
            )
        tables[kind] = candidates(facts, offers[kind], joins[kind], policy, waivers)
    return pose_candidates(facts, policy, offers, joins, tables)


def pose_candidates(
    facts: Facts,
    policy: Policy,
    offers: Mapping[Kind, Offers],
    joins: Mapping[Kind, Join],
    tables: Mapping[Kind, Candidates],
) -> Model:
    """Pose the problem of some candidates: all there are, or those that matter for an answer."""
    pins, refused = _accept_pins(facts, offers, policy)
    allowed = _allowed(facts, tables, pins)
    required = facts.projects.required.copy()
    required[[pin.project for pin in pins]] = True
    worthwhile = {kind: allowed[kind] & ((t.value > 0) | required[t.project]) for kind, t in tables.items()}
    resources = list_resources(facts)
    covers = {kind: cover(facts, offers[kind], resources) for kind in KINDS}
    chosen = by_project(tables, worthwhile)
    problem = _problem(
        facts, required, tables, chosen, resources, drawing_of(facts, offers, resources, covers)
    )
    waived = {(facts.projects.id[p.project], offers[p.kind].id[p.offer]): p.waived for p in pins if p.waived}
    return Model(
        facts, policy, offers, joins, tables, resources, problem, chosen.kind, chosen.row, refused, waived
    )


def decided(facts: Facts) -> Ints:
    """List the projects that people decided about."""
    named = {override.project for override in facts.overrides}
    return np.array([i for i, name in enumerate(facts.projects.id) if name in named], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Pin:
    project: int
    kind: Kind
    offer: int
    waived: frozenset[str]


def _accept_pins(
    facts: Facts, offers: Mapping[Kind, Offers], policy: Policy
) -> tuple[list[_Pin], tuple[RefusedPin, ...]]:
    """Take the pins that break no rule, or only rules the rulebook lets a pin waive."""
    project_at = {name: i for i, name in enumerate(facts.projects.id)} if facts.overrides else {}
    pins, refused = [], []
    for override in facts.overrides:
        if override.action == "pin":
            i, at = project_at.get(override.project), _offer_of(frozenset(override.places), offers)
            if i is None or at is None:
                refused.append(RefusedPin(override, ()))
                continue
            broken = judge_project(facts.projects, i, offers[at[0]], policy).misses(at[1])
            if all(BY_CODE[m.code].may_be_waived and m.code in policy.waivable for m in broken):
                pins.append(_Pin(i, at[0], at[1], frozenset(m.code for m in broken)))
            else:
                refused.append(RefusedPin(override, broken))
    return pins, tuple(refused)


def _offer_of(places: frozenset[str], offers: Mapping[Kind, Offers]) -> tuple[Kind, int] | None:
    """Find the offer of just these places, in whatever order its id names them."""
    if 0 < len(places) <= MAX_PARTS:
        for names in permutations(sorted(places)):
            for kind in KINDS:
                if (o := offers[kind].at.get(JOINT.join(names))) is not None:
                    return kind, o
    return None


def _allowed(facts: Facts, tables: Mapping[Kind, Candidates], pins: list[_Pin]) -> dict[Kind, Bools]:
    """Leave out the offers that hold all places of a bar, and for a pinned project all but its place."""
    allowed = {kind: np.ones(len(table), dtype=np.bool_) for kind, table in tables.items()}
    if not facts.overrides:
        return allowed
    place_at = facts.places.at
    project_at = {name: i for i, name in enumerate(facts.projects.id)}
    for kind, table in tables.items():
        for override in facts.overrides:
            if override.action == "bar" and override.project in project_at:
                parts = table.offers.parts[table.offer]
                barred = [(parts == place_at.get(name, NOWHERE)).any(axis=1) for name in override.places]
                there = np.logical_and.reduce(barred)
                allowed[kind] &= ~((table.project == project_at[override.project]) & there)
        for pin in pins:
            here = (table.offer == pin.offer) if pin.kind == kind else np.zeros(len(table), dtype=np.bool_)
            allowed[kind] &= (table.project != pin.project) | here
    return allowed


def _problem(
    facts: Facts,
    required: Bools,
    tables: Mapping[Kind, Candidates],
    chosen: Sorted,
    resources: Resources,
    drawing: Drawing,
) -> Problem:
    """Lay what candidates draw beside them."""
    factored = columns(drawing, tables, chosen, range(len(facts.projects)))
    use_start, use_resource, use_amount = uses_of(factored)
    return Problem(
        project_id=facts.projects.id,
        required=required,
        start=factored.start,
        candidate_id=Numbered("c", len(chosen.row)),
        value=chosen.value,
        use_start=use_start,
        use_resource=use_resource,
        use_amount=use_amount,
        resource_id=resources.id,
        capacity=resources.capacity,
    )
