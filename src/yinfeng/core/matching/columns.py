"""What candidates of a zone draw, in factored form.

What a project draws from quotas is told once for all its candidates under the same quotas; what is left to a
candidate are its place, supplies, lines and by-products: about 60 bytes a candidate. Where there are very
many the columns are made piece by piece.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from yinfeng.core.matching._factored import Factored
from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.facts import KINDS, Facts, Kind
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small
from yinfeng.core.matching.resources import QUOTA_NEED, Cover, Resources

Rows = Mapping[Kind, Ints]
"""Rows of the candidate tables, by kind."""


@dataclass(frozen=True, eq=False)
class Sorted:
    """Rows of candidate tables by project, then by what they are."""

    kind: Ints  # (K,) position in KINDS
    row: Ints  # (K,) row in the table of that kind
    project: Ints  # (K,)
    value: Ints  # (K,)


def by_project(tables: Mapping[Kind, Candidates], rows: Rows) -> Sorted:
    """Sort rows by project, then by kind, offer, area, lines and by-products."""
    size = [len(rows[kind]) for kind in KINDS]

    def column(name: str) -> Ints:
        return np.concatenate([getattr(tables[kind], name)[rows[kind]] for kind in KINDS])

    kind, row, project = (
        np.repeat(np.arange(len(KINDS)), size),
        np.concatenate([*rows.values()]),
        column("project"),
    )
    keys = (column("by_products"), column("lines"), column("area"), column("offer"), kind, project)
    order = np.lexsort(keys)
    return Sorted(kind[order], row[order], project[order], column("value")[order])


def columns(
    facts: Facts,
    tables: Mapping[Kind, Candidates],
    chosen: Sorted,
    resources: Resources,
    covers: Mapping[Kind, Cover],
    projects: range,
) -> Factored:
    """Give the candidates of some projects as columns, in the order of ``chosen``.

    chosen: candidates of ``projects`` only; project i of the columns is ``projects[i]``.
    """
    project, n = chosen.project - projects.start, len(projects)
    offset = np.cumsum([0, *(covers[kind].n_classes for kind in KINDS)])
    resource, amount = _own_uses(facts, tables, chosen, resources)
    own_start, own_resource, own_amount = _flat(resource, amount)
    under = np.empty(len(project), dtype=np.int64)
    for k, kind in enumerate(KINDS):
        mine = chosen.kind == k
        under[mine] = offset[k] + covers[kind].of_offer[tables[kind].offer[chosen.row[mine]]]
    pattern, pattern_start, owner, klass = _patterns(project, under, n, int(offset[-1]))
    shared_start, shared_resource, shared_amount = _shared_uses(facts, covers, owner + projects.start, klass)
    return Factored(
        required=facts.projects.required[projects.start : projects.stop].copy(),
        start=_offsets(project, n),
        value=chosen.value.astype(np.float64),
        pattern=pattern,
        pattern_start=pattern_start,
        shared_start=shared_start,
        shared_resource=shared_resource,
        shared_amount=shared_amount,
        own_start=own_start,
        own_resource=own_resource,
        own_amount=own_amount,
        capacity=resources.capacity,
    )


def uses_of(factored: Factored) -> tuple[Ints, Ints, Ints]:
    """List every use of every candidate, own ones first: start (K + 1,), resource and amount (U,)."""
    project = np.repeat(np.arange(len(factored.required)), np.diff(factored.start))
    pattern = factored.pattern_start[project] + factored.pattern - 1
    has = factored.pattern > 0
    n_own = np.diff(factored.own_start)
    n_shared = np.where(has, np.diff(factored.shared_start)[pattern * has], 0)
    start = np.concatenate([[0], np.cumsum(n_own + n_shared)])
    resource = np.empty(start[-1], dtype=np.int64)
    amount = np.empty(start[-1], dtype=np.int64)
    own = _runs(start[:-1], n_own)
    resource[own], amount[own] = factored.own_resource, factored.own_amount
    shared = _runs(start[:-1] + n_own, n_shared)
    at = _runs(factored.shared_start[pattern * has], n_shared)
    resource[shared], amount[shared] = factored.shared_resource[at], factored.shared_amount[at]
    return start, resource, amount


def _runs(first: Ints, size: Ints) -> Ints:
    """Give the positions of runs one after the other."""
    end = np.cumsum(size)
    runs: Ints = np.repeat(first - (end - size), size) + np.arange(int(size.sum()))
    return runs


def stacked(pieces: Sequence[Factored]) -> Factored:
    """Put columns of consecutive ranges of projects one behind the other."""
    fields: dict[str, Any] = {}
    for name in Factored._fields:
        parts = [getattr(piece, name) for piece in pieces]
        if name.endswith("start"):
            ends = np.cumsum([0, *(part[-1] for part in parts)])
            parts = [part[:-1] + end for part, end in zip(parts, ends[:-1], strict=True)]
            fields[name] = np.concatenate([*parts, ends[-1:]])
        elif name != "capacity":
            fields[name] = np.concatenate(parts)
    return pieces[0]._replace(**fields)


def _own_uses(
    facts: Facts, tables: Mapping[Kind, Candidates], chosen: Sorted, resources: Resources
) -> tuple[Ints, Ints]:
    """Give what candidates draw from places, supplies, lines and by-products.

    Returns resources and amounts, a row each, shape (K, width), -1 for none.
    """
    resource, amount = [], []
    for k, kind in enumerate(KINDS):
        rows = chosen.row[chosen.kind == k]
        uses = [
            *_area_uses(facts, tables[kind], rows, resources),
            *_supply_uses(facts, tables[kind], rows, resources),
            *_line_and_by_product_uses(tables[kind], rows, resources),
        ]
        resource.append(np.stack([r for r, _ in uses], axis=1))
        amount.append(np.stack([a for _, a in uses], axis=1))
    width = max(part.shape[1] for part in resource)
    at = np.argsort(chosen.kind, kind="stable")
    place = np.empty_like(at)
    place[at] = np.arange(len(at))
    return (
        np.concatenate([_widened(part, width) for part in resource])[place],
        np.concatenate([_widened(part, width) for part in amount])[place],
    )


Use = tuple[Ints, Ints]
"""A resource (-1 for none) and an amount for each candidate."""


def _area_uses(facts: Facts, table: Candidates, rows: Ints, resources: Resources) -> Iterator[Use]:
    free = facts.places.number["area_m2"].value
    bundle = table.offers.is_bundle[table.offer[rows]]
    n_parts = int((table.offers.parts >= 0).sum(axis=1).max(initial=1))
    for part in table.offers.parts[table.offer[rows], :n_parts].T:
        yield np.where(part >= 0, resources.area[part], -1), np.where(bundle, free[part], table.area[rows])


def _supply_uses(facts: Facts, table: Candidates, rows: Ints, resources: Resources) -> Iterator[Use]:
    first, bundle = table.offers.parts[table.offer[rows], 0], table.offers.is_bundle[table.offer[rows]]
    for column, supply in resources.supply.items():
        need = facts.projects.number[column].value[table.project[rows]]
        yield np.where(bundle, -1, supply[first]), need


def _line_and_by_product_uses(table: Candidates, rows: Ints, resources: Resources) -> Iterator[Use]:
    with_more = np.flatnonzero((table.lines[rows] > 0) | (table.by_products[rows] > 0))
    drawn: list[list[tuple[int, int]]] = []
    for k in rows[with_more].tolist():
        root = table.offers.key["root"][table.offer[k]][0]
        lines = [(int(resources.line[n]), 1) for n in table.line_sets[table.lines[k]]]
        products = table.by_product_sets[table.by_products[k]]
        drawn.append(lines + [(resources.by_product[root, name], kg) for name, kg in products])
    for at in range(max(map(len, drawn), default=0)):
        resource, amount = np.full(len(rows), -1, dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        uses = [(k, *some[at]) for k, some in zip(with_more.tolist(), drawn, strict=True) if at < len(some)]
        where, resources_drawn, amounts = (np.array(part, dtype=np.int64) for part in zip(*uses, strict=True))
        resource[where], amount[where] = resources_drawn, amounts
        yield resource, amount


def _widened(array: Ints, width: int) -> Ints:
    return np.pad(array, ((0, 0), (0, width - array.shape[1])), constant_values=-1)


def _flat(resource: Ints, amount: Ints) -> tuple[Ints, Small, Floats]:
    """Give the uses of rows as runs: start (rows + 1,), resources, amounts; without what draws nothing."""
    drawn: Bools = (resource >= 0) & (amount > 0)
    start = np.concatenate([[0], np.cumsum(drawn.sum(axis=1))])
    return start, resource[drawn].astype(np.int32), amount[drawn].astype(np.float64)


def _patterns(project: Ints, under: Ints, n: int, n_classes: int) -> tuple[Small, Ints, Ints, Ints]:
    """Give the number of each candidate's class of cover among its project's, from 1.

    Returns the number of each candidate, the start of each project's patterns (n + 1,), and of each pattern
    its project and class.
    """
    distinct, at = np.unique(project * n_classes + under, return_inverse=True)
    owner, klass = np.divmod(distinct, n_classes)
    start = _offsets(owner, n)
    number = at.reshape(len(project)) - start[project] + 1
    return number.astype(np.int32), start, owner, klass


def _shared_uses(
    facts: Facts, covers: Mapping[Kind, Cover], owner: Ints, klass: Ints
) -> tuple[Ints, Small, Floats]:
    """Give what each pattern draws from the quotas over its class."""
    resource, amount = [], []
    for what, (column, _) in QUOTA_NEED.items():
        need = facts.projects.number[column].value[owner]
        layers = [covers[kind].quota[what] for kind in KINDS]
        depth = max(layer.shape[1] for layer in layers)
        for layer in np.concatenate([_widened(layer, depth) for layer in layers]).T:
            resource.append(layer[klass])
            amount.append(need)
    return _flat(np.stack(resource, axis=1), np.stack(amount, axis=1)) if resource else _nothing(len(owner))


def _nothing(n: int) -> tuple[Ints, Small, Floats]:
    return np.zeros(n + 1, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0)


def _offsets(owner: Ints, n: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n))])
