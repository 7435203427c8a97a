"""From the facts of a zone to the question in numbers, and back: which candidate means what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from yinfeng.core.matching.candidates import Candidates, candidates
from yinfeng.core.matching.facts import KINDS, Facts, Kind, Override
from yinfeng.core.matching.feasible import Join, Miss, join, judge_project
from yinfeng.core.matching.offers import Offers, all_offers, parts_of
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
    kind_of: Ints  # (K,) position in KINDS of each candidate of the problem
    row_of: Ints  # (K,) its row in candidates[kind]
    refused_pins: tuple[RefusedPin, ...]
    waived: Mapping[tuple[str, str], frozenset[str]]  # (project, offer) → rules a pin waives

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


def build(facts: Facts, policy: Policy) -> Model:
    """Pose the placement problem of a zone."""
    offers = all_offers(facts)
    pins, refused = _accept_pins(facts, offers, policy)
    joins, tables = {}, {}
    for kind in KINDS:
        waivers = {(p.project, p.offer): p.waived for p in pins if p.kind == kind and p.waived}
        joins[kind] = join(facts.projects, offers[kind], policy, waivers)
        tables[kind] = candidates(facts, offers[kind], joins[kind], policy, waivers)
    allowed = _allowed(facts, tables, pins)
    required = facts.projects.required.copy()
    required[[pin.project for pin in pins]] = True
    worthwhile = {kind: allowed[kind] & ((t.value > 0) | required[t.project]) for kind, t in tables.items()}
    resources = list_resources(facts)
    uses = {
        kind: _draws(facts, table, np.flatnonzero(worthwhile[kind]), resources)
        for kind, table in tables.items()
    }
    problem, kind_of, row_of = _problem(facts, required, tables, worthwhile, resources, uses)
    waived = {(facts.projects.id[p.project], offers[p.kind].id[p.offer]): p.waived for p in pins if p.waived}
    return Model(facts, policy, offers, joins, tables, resources, problem, kind_of, row_of, refused, waived)


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
    project_at = {name: i for i, name in enumerate(facts.projects.id)}
    offer_at = {
        frozenset(parts_of(name)): (kind, o) for kind in KINDS for o, name in enumerate(offers[kind].id)
    }
    pins, refused = [], []
    for override in facts.overrides:
        if override.action == "pin":
            i, at = project_at.get(override.project), offer_at.get(frozenset(override.places))
            if i is None or at is None:
                refused.append(RefusedPin(override, ()))
                continue
            broken = judge_project(facts.projects, i, offers[at[0]], policy).misses(at[1])
            if all(BY_CODE[m.code].may_be_waived and m.code in policy.waivable for m in broken):
                pins.append(_Pin(i, at[0], at[1], frozenset(m.code for m in broken)))
            else:
                refused.append(RefusedPin(override, broken))
    return pins, tuple(refused)


def _allowed(facts: Facts, tables: Mapping[Kind, Candidates], pins: list[_Pin]) -> dict[Kind, Bools]:
    """Leave out the offers that hold all places of a bar, and for a pinned project all but its place."""
    place_at = {name: j for j, name in enumerate(facts.places.id)}
    project_at = {name: i for i, name in enumerate(facts.projects.id)}
    allowed = {kind: np.ones(len(table), dtype=np.bool_) for kind, table in tables.items()}
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


@dataclass(frozen=True, eq=False)
class _Uses:
    """What rows of one candidate table draw: resource id → rows and amounts."""

    rows: list[Ints]
    resource: list[Ints]
    amount: list[Ints]

    def add(self, rows: Ints, resource: Ints, amount: Ints) -> None:
        keep = (amount > 0) & (resource >= 0)
        self.rows.append(rows[keep])
        self.resource.append(resource[keep])
        self.amount.append(amount[keep])


def _draws(facts: Facts, table: Candidates, rows: Ints, resources: Resources) -> _Uses:
    nothing = np.zeros(0, dtype=np.int64)
    uses = _Uses([nothing], [nothing], [nothing])
    _draw_areas(facts, table, rows, resources, uses)
    _draw_supplies(facts, table, rows, resources, uses)
    _draw_lines_and_by_products(table, rows, resources, uses)
    _draw_quotas(facts, table, rows, resources, uses)
    return uses


def _draw_areas(facts: Facts, table: Candidates, rows: Ints, resources: Resources, uses: _Uses) -> None:
    free = facts.places.number["area_m2"].value
    bundle = table.offers.is_bundle[table.offer[rows]]
    for part in table.offers.parts[table.offer[rows]].T:
        present = part >= 0
        amount = np.where(bundle, free[part], np.where(present, table.area[rows], 0))
        uses.add(rows[present], resources.area[part[present]], amount[present])


def _draw_supplies(facts: Facts, table: Candidates, rows: Ints, resources: Resources, uses: _Uses) -> None:
    first = table.offers.parts[table.offer[rows], 0]
    single = ~table.offers.is_bundle[table.offer[rows]]
    for column, supply in resources.supply.items():
        need = facts.projects.number[column].value[table.project[rows]]
        uses.add(rows[single], supply[first[single]], need[single])


def _draw_lines_and_by_products(table: Candidates, rows: Ints, resources: Resources, uses: _Uses) -> None:
    drawn = []
    for k in rows[(table.lines[rows] > 0) | (table.by_products[rows] > 0)].tolist():
        drawn += [(k, int(resources.line[n]), 1) for n in table.line_sets[table.lines[k]]]
        root = table.offers.key["root"][table.offer[k]][0]
        drawn += [
            (k, resources.by_product[root, name], kg)
            for name, kg in table.by_product_sets[table.by_products[k]]
        ]
    columns = np.array(drawn, dtype=np.int64).reshape(-1, 3)
    uses.add(columns[:, 0], columns[:, 1], columns[:, 2])


def _draw_quotas(facts: Facts, table: Candidates, rows: Ints, resources: Resources, uses: _Uses) -> None:
    """Draw the need on every quota of a kind that covers the offer: its substation's and its zones'."""
    covered = cover(facts, table.offers, resources)
    for resource, (column, _) in QUOTA_NEED.items():
        need = facts.projects.number[column].value[table.project[rows]]
        for layer in covered.layers(resource):
            uses.add(rows, layer[table.offer[rows]], need)


def _problem(
    facts: Facts,
    required: Bools,
    tables: Mapping[Kind, Candidates],
    kept: Mapping[Kind, Bools],
    resources: Resources,
    uses: Mapping[Kind, _Uses],
) -> tuple[Problem, Ints, Ints]:
    """Sort candidates by project, then by what they are, and lay their uses beside them."""
    columns = []
    for position, kind in enumerate(KINDS):
        table, rows = tables[kind], np.nonzero(kept[kind])[0]
        columns.append(
            (np.full(len(rows), position), rows, table.project[rows], table.offer[rows], table.area[rows],
             table.lines[rows], table.by_products[rows], table.value[rows])
        )  # fmt: skip
    kind_of, row_of, project, offer, area, lines, products, value = (
        np.concatenate(c) for c in zip(*columns, strict=True)
    )
    order = np.lexsort((products, lines, area, offer, kind_of, project))
    rank = {kind: np.full(len(tables[kind]), -1, dtype=np.int64) for kind in KINDS}
    for position, kind in enumerate(KINDS):
        mine = np.nonzero(kind_of[order] == position)[0]
        rank[kind][row_of[order][mine]] = mine
    owner = np.concatenate([rank[kind][np.concatenate(uses[kind].rows)] for kind in KINDS])
    drawn = np.concatenate([np.concatenate(uses[kind].resource) for kind in KINDS])
    amount = np.concatenate([np.concatenate(uses[kind].amount) for kind in KINDS])
    by_owner = np.lexsort((drawn, owner))
    n, total = len(facts.projects), len(order)
    problem = Problem(
        project_id=facts.projects.id,
        required=required,
        start=np.concatenate([[0], np.cumsum(np.bincount(project, minlength=n))]).astype(np.int64),
        candidate_id=Numbered("c", total),
        value=value[order],
        use_start=np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=total))]).astype(np.int64),
        use_resource=drawn[by_owner],
        use_amount=amount[by_owner],
        resource_id=resources.id,
        capacity=resources.capacity,
    )
    return problem, kind_of[order], row_of[order]
