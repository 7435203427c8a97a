"""The columns of candidates made plainly, by sorting and wide tables: what the kernels are held to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from yinfeng.core.matching._factored import Factored
from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.columns import Sorted
from yinfeng.core.matching.facts import KINDS, Facts, Kind
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small
from yinfeng.core.matching.resources import QUOTA_NEED, Cover, Resources


def plain_by_project(tables: Mapping[Kind, Candidates], kept: Mapping[Kind, Bools]) -> Sorted:
    """Sort rows by project, then by kind, offer, area, lines and by-products."""
    rows = {kind: np.flatnonzero(kept[kind]) for kind in KINDS}

    def column(name: str) -> Ints:
        return np.concatenate([getattr(tables[kind], name)[rows[kind]] for kind in KINDS])

    def ranked(sets: str, name: str) -> Ints:
        every = [getattr(tables[kind], sets) for kind in KINDS]
        return np.concatenate(
            [ranks(s)[getattr(tables[kind], name)[rows[kind]]] for kind, s in zip(KINDS, every, strict=True)]
        )

    kind = np.repeat(np.arange(len(KINDS)), [len(rows[kind]) for kind in KINDS])
    row, project = np.concatenate([*rows.values()]), column("project")
    keys = (ranked("by_product_sets", "by_products"), ranked("line_sets", "lines"), column("area"))
    order = np.lexsort((*keys, column("offer"), kind, project))
    return Sorted(kind[order].astype(np.int8), row[order], project[order], column("value")[order])


def ranks(sets: Sequence[tuple[Any, ...]]) -> Ints:
    """Rank sets by size, then by what is in them; equal sets alike."""
    every = sorted(set(sets), key=lambda one: (len(one), one))
    return np.array([every.index(one) for one in sets], dtype=np.int64)


def plain_columns(
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
