"""What candidates of a zone draw, in factored form.

What a project draws from quotas is told once for all its candidates under the same quotas; what is left to a
candidate are its place, supplies, lines and by-products: about 60 bytes a candidate. Where there are very
many the columns are made piece by piece.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from yinfeng.core.matching._draws import (
    Drawn,
    Draws,
    Kinds,
    Runs,
    count_own,
    count_uses,
    draws_of,
    fill_own,
    fill_shared,
    fill_uses,
    number_patterns,
)
from yinfeng.core.matching._factored import Factored
from yinfeng.core.matching._ways import ByProductSets, LineSets
from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.facts import KINDS, Facts, Kind
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.problem import Bools, Ints, Small
from yinfeng.core.matching.resources import Cover, Resources


@dataclass(frozen=True, eq=False)
class Sorted:
    """Rows of candidate tables by project, then by what they are."""

    kind: Kinds  # (K,) position in KINDS
    row: Ints  # (K,) row in the table of that kind
    project: Ints  # (K,)
    value: Ints  # (K,)


def by_project(tables: Mapping[Kind, Candidates], kept: Mapping[Kind, Bools]) -> Sorted:
    """Sort the rows that are kept by project, then by kind, offer, area, lines and by-products.

    Sets of lines, and of by-products, come by size, then by what is in them: the order of a project's
    candidates depends on no other project.
    """
    rows = [_in_order(tables[kind]) for kind in KINDS]
    rows = [row[kept[kind][row]] for kind, row in zip(KINDS, rows, strict=True)]
    projects = [tables[kind].project[row] for kind, row in zip(KINDS, rows, strict=True)]
    n = 1 + max((int(project[-1]) for project in projects if len(project)), default=-1)
    ends = [np.cumsum(np.bincount(project, minlength=n)) for project in projects]
    begins = np.concatenate([[0], ends[1]])
    places = [np.arange(len(rows[0])) + begins[projects[0]], np.arange(len(rows[1])) + ends[0][projects[1]]]
    size = sum(map(len, rows))
    found = Sorted(np.empty(size, np.int8), *(np.empty(size, np.int64) for _ in range(3)))
    for k, (at, row, project) in enumerate(zip(places, rows, projects, strict=True)):
        found.kind[at], found.row[at], found.project[at] = k, row, project
        found.value[at] = tables[KINDS[k]].value[row]
    return found


def _in_order(table: Candidates) -> Ints | Small:
    """Give the rows of a table by project, offer, area, lines and by-products."""
    if table.order is not None:
        return table.order
    lines, products = _ranks(table.line_sets)[table.lines], _ranks(table.by_product_sets)[table.by_products]
    order: Ints = np.lexsort((products, lines, table.area, table.offer, table.project))
    return order


def _ranks(sets: Sequence[tuple[Any, ...]]) -> Ints:
    """Rank sets by size, then by what is in them."""
    some = list(sets)
    rank = np.empty(len(some), dtype=np.int64)
    rank[sorted(range(len(some)), key=lambda s: (len(some[s]), some[s]))] = np.arange(len(some))
    return rank


@dataclass(frozen=True, eq=False)
class Drawing:
    """What projects can draw at offers, laid out once for any number of candidates."""

    required: Bools  # (n,)
    capacity: Ints  # (R,)
    draws: Draws
    names: tuple[str, ...]  # by-products


def drawing_of(
    facts: Facts, offers: Mapping[Kind, Offers], resources: Resources, covers: Mapping[Kind, Cover]
) -> Drawing:
    """Lay out what the projects of a zone can draw at its offers."""
    draws, names = draws_of(facts, offers, resources, covers)
    return Drawing(facts.projects.required, resources.capacity, draws, names)


def columns(drawing: Drawing, tables: Mapping[Kind, Candidates], chosen: Sorted, projects: range) -> Factored:
    """Give the candidates of some projects as columns, in the order of ``chosen``.

    chosen: candidates of ``projects`` only; project i of the columns is ``projects[i]``.
    """
    draws, first, drawn = drawing.draws, projects.start, _drawn(tables, chosen, drawing.names)
    counts = np.bincount(chosen.project - first, minlength=len(projects))
    start = np.concatenate([[0], np.cumsum(counts)])
    pattern, pattern_start, klass, shared_start = number_patterns(draws, drawn.place, start, first)
    shared, own = _runs(shared_start), _runs(count_own(draws, drawn, start, first))
    fill_shared(draws, pattern_start, klass, first, shared)
    fill_own(draws, drawn, start, first, own)
    return Factored(
        required=drawing.required[projects.start : projects.stop].copy(),
        start=start,
        value=chosen.value.astype(np.float64),
        pattern=pattern,
        pattern_start=pattern_start,
        shared_start=shared.start,
        shared_resource=shared.resource,
        shared_amount=shared.amount,
        own_start=own.start,
        own_resource=own.resource,
        own_amount=own.amount,
        capacity=drawing.capacity,
    )


def _runs(start: Ints) -> Runs:
    return Runs(start, np.empty(start[-1], dtype=np.int32), np.empty(start[-1], dtype=np.float64))


def _drawn(tables: Mapping[Kind, Candidates], chosen: Sorted, names: tuple[str, ...]) -> Drawn:
    """Give what the candidates take, the sets of buildings numbered after those of land."""
    size = len(chosen.row)
    place, lines, products = (np.empty(size, dtype=np.int32) for _ in range(3))
    area = np.empty(size, dtype=np.int64)
    places, n_lines, n_products = 0, 0, 0
    line_sets, product_sets = [], []
    for k, kind in enumerate(KINDS):
        table, mine = tables[kind], np.flatnonzero(chosen.kind == k)
        row = chosen.row[mine]
        place[mine], area[mine] = table.offer[row] + places, table.area[row]
        lines[mine], products[mine] = table.lines[row] + n_lines, table.by_products[row] + n_products
        line_sets.append(_flat_lines(table.line_sets))
        product_sets.append(_flat_products(table.by_product_sets, names))
        places += len(table.offers)
        n_lines += len(table.line_sets)
        n_products += len(table.by_product_sets)
    return Drawn(
        place=place,
        area=area,
        lines=lines,
        by_products=products,
        line_start=_joined([start for start, _ in line_sets]),
        line=np.concatenate([line for _, line in line_sets]),
        product_start=_joined([start for start, _, _ in product_sets]),
        product=np.concatenate([product for _, product, _ in product_sets]),
        product_kg=np.concatenate([kg for _, _, kg in product_sets]),
    )


def _joined(starts: Sequence[Ints]) -> Ints:
    """Give the start of each run where runs are put one behind the other."""
    ends = np.cumsum([0, *(start[-1] for start in starts)])
    parts = [start[:-1] + end for start, end in zip(starts, ends[:-1], strict=True)]
    return np.concatenate([*parts, ends[-1:]])


def _flat_lines(sets: Sequence[tuple[int, ...]]) -> tuple[Ints, Small]:
    if isinstance(sets, LineSets):
        return sets.sets.start, sets.sets.thing
    return np.cumsum([0, *map(len, sets)]), np.array([n for one in sets for n in one], dtype=np.int32)


def _flat_products(
    sets: Sequence[tuple[tuple[str, int], ...]], names: tuple[str, ...]
) -> tuple[Ints, Small, Ints]:
    at = {name: b for b, name in enumerate(names)}
    if isinstance(sets, ByProductSets):
        column = np.array([at.get(name, -1) for name in sets.names], dtype=np.int32)
        return sets.sets.start, column[sets.sets.thing], sets.sets.kg
    every = [part for one in sets for part in one]
    return (
        np.cumsum([0, *map(len, sets)]),
        np.array([at[name] for name, _ in every], dtype=np.int32),
        np.array([kg for _, kg in every], dtype=np.int64),
    )


def uses_of(factored: Factored) -> tuple[Ints, Ints, Ints]:
    """List every use of every candidate, own ones first: start (K + 1,), resource and amount (U,)."""
    own = Runs(factored.own_start, factored.own_resource, factored.own_amount)
    shared = Runs(factored.shared_start, factored.shared_resource, factored.shared_amount)
    runs = factored.start, factored.pattern, factored.pattern_start
    start = count_uses(*runs, own.start, shared.start)
    resource, amount = (np.empty(start[-1], dtype=np.int64) for _ in range(2))
    fill_uses(*runs, own, shared, resource, amount)
    return start, resource, amount


def stacked(pieces: Sequence[Factored]) -> Factored:
    """Put columns of consecutive ranges of projects one behind the other."""
    fields: dict[str, Any] = {}
    for name in Factored._fields:
        parts = [getattr(piece, name) for piece in pieces]
        if name.endswith("start"):
            fields[name] = _joined(parts)
        elif name != "capacity":
            fields[name] = np.concatenate(parts)
    return pieces[0]._replace(**fields)
