"""What a plan made in parts is told with: the candidates that matter for its reasons, as one model.

Of each project the candidates that matter are what it holds and its most promising others; of each place left
empty those that would gain most there; of a project without any the one that comes nearest to being worth it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from yinfeng.core.matching._numbers import distinct
from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.facts import KINDS, Facts, Kind
from yinfeng.core.matching.feasible import Join
from yinfeng.core.matching.model import Model, pose_candidates
from yinfeng.core.matching.parts import Ground, Part, Tally
from yinfeng.core.matching.problem import Bools, Floats, Ints
from yinfeng.core.matching.result import Result

PER_PROJECT: Final = 12
"""Most promising candidates of a project: enough for the three best other offers, some of which share one."""
PER_PLACE: Final = 3
"""Projects, each with its best candidate, that stand for all at a place left empty."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What a part is asked to describe."""

    price: Floats  # (R,)
    chosen: Ints  # (n,) the plan: candidate of the part of its project, or -1
    offers: Mapping[Kind, Ints]  # (offers, MAX_PARTS) places of each offer
    empty: Bools | None = None  # (places,) left empty; None: no reasons are wanted, only what the plan holds
    all_of: tuple[int, ...] = ()  # projects of which every candidate is wanted


@dataclass(frozen=True, eq=False)
class Described:
    """Candidates of a part in words the whole understands."""

    tables: Mapping[Kind, Candidates]  # their offers left out; projects counted among all
    held: Mapping[Kind, Bools]  # the rows the plan holds


def describe(part: Part, asked: Asked) -> Described:
    """Give the candidates that matter for the reasons of a plan."""
    problem, n = part.problem, part.problem.n_projects
    project = problem.project
    held = np.arange(problem.n_candidates) == asked.chosen[part.first : part.first + n][project]
    kept = held | np.isin(project + part.first, asked.all_of)
    if asked.empty is not None:
        profit = _profit(part, asked.price)
        order = np.lexsort((np.arange(len(profit)), -profit, project))
        kept[order[np.arange(len(order)) - problem.start[project] < PER_PROJECT]] = True
        kept |= _wanted_at(part, asked.offers, asked.empty, profit)
    tables, holds = {}, {}
    for k, kind in enumerate(KINDS):
        mine = part.kind_of == k
        rows = part.row_of[mine & kept]
        flags = held[mine & kept]
        if asked.empty is not None:
            extra = _best_without_worth(part, kind)
            rows, flags = (
                np.concatenate([rows, extra]),
                np.concatenate([flags, np.zeros(len(extra), np.bool_)]),
            )
        tables[kind] = _rows(part.tables[kind], rows, part.first)
        holds[kind] = flags
    return Described(tables, holds)


def _profit(part: Part, price: Floats) -> Floats:
    problem = part.problem
    cost = price[part.resource[problem.use_resource]] * problem.use_amount
    drawn = np.bincount(problem.use_candidate, weights=cost, minlength=problem.n_candidates)
    profit: Floats = np.subtract(problem.value, drawn, dtype=np.float64)
    return profit


def _wanted_at(part: Part, offers: Mapping[Kind, Ints], empty: Bools, profit: Floats) -> Bools:
    """Mark, at each empty place, the best candidate of the projects that would gain most there."""
    project = part.problem.project
    wanted = np.zeros(len(profit), dtype=np.bool_)
    at_place, at_candidate = [], []
    for k, kind in enumerate(KINDS):
        mine = np.flatnonzero(part.kind_of == k)
        for places in offers[kind][part.tables[kind].offer[part.row_of[mine]]].T:
            there = (places >= 0) & empty[places]
            at_place.append(places[there])
            at_candidate.append(mine[there])
    place, candidate = np.concatenate(at_place), np.concatenate(at_candidate)
    order = np.lexsort((candidate, -profit[candidate], place))
    place, candidate = place[order], candidate[order]
    _, best = np.unique(place * part.problem.n_projects + project[candidate], return_index=True)
    best.sort()  # of each project its best candidate there
    place, candidate = place[best], candidate[best]
    rank = np.arange(len(place)) - np.searchsorted(place, place, side="left")
    wanted[candidate[rank < PER_PLACE]] = True
    return wanted


def _best_without_worth(part: Part, kind: Kind) -> Ints:
    """Give, of each project without a candidate in the problem, its row of greatest value."""
    table = part.tables[kind]
    without = np.diff(part.problem.start)[table.project] == 0
    rows = np.flatnonzero(without)
    order = rows[np.lexsort((-rows, -table.value[rows], table.project[rows]))]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = table.project[order][1:] != table.project[order][:-1]
    return order[first]


def _rows(table: Candidates, rows: Ints, first: int) -> Candidates:
    """Keep some rows, and of the sets only those they name."""
    used_lines, lines = np.unique(np.append(table.lines[rows], 0), return_inverse=True)
    used_products, products = np.unique(np.append(table.by_products[rows], 0), return_inverse=True)
    return Candidates(
        offers=table.offers,
        project=table.project[rows] + first,
        offer=table.offer[rows],
        area=table.area[rows],
        whole=table.whole[rows],
        lines=lines[:-1].astype(np.int64),
        by_products=products[:-1].astype(np.int64),
        line_sets=tuple(table.line_sets[s] for s in used_lines.tolist()),
        by_product_sets=tuple(table.by_product_sets[s] for s in used_products.tolist()),
        components=table.components[rows],
        uncounted=table.uncounted[rows],
    )


def model_of(
    facts: Facts, ground: Ground, tallies: Sequence[Tally], described: Sequence[Described]
) -> tuple[Model, Ints]:
    """Pose the problem of the candidates described, and give the plan over it, shape (n,).

    Its joins hold the pairs of these candidates only, and how often each rule says no among all.
    """
    tables = {kind: _stacked([one.tables[kind] for one in described], ground, kind) for kind in KINDS}
    joins = {kind: _join(tables[kind], kind, tallies, len(facts.projects)) for kind in KINDS}
    model = pose_candidates(facts, ground.policy, ground.offers, joins, tables)
    held = {kind: np.concatenate([one.held[kind] for one in described]) for kind in KINDS}
    rows = [held[kind] for kind in KINDS]
    taken = np.zeros(model.problem.n_candidates, dtype=np.bool_)
    for k in range(len(KINDS)):
        mine = model.kind_of == k
        taken[mine] = rows[k][model.row_of[mine]]
    chosen = np.full(model.problem.n_projects, -1, dtype=np.int64)
    chosen[model.problem.project[taken]] = np.flatnonzero(taken)
    return model, chosen


def _stacked(tables: Sequence[Candidates], ground: Ground, kind: Kind) -> Candidates:
    """Put tables one behind the other; the sets are numbered in their own order, whatever the parts are."""
    line_sets = _all_sets([table.line_sets for table in tables])
    product_sets = _all_sets([table.by_product_sets for table in tables])

    def joined(name: str) -> Any:
        return np.concatenate([getattr(table, name) for table in tables])

    return Candidates(
        offers=ground.offers[kind],
        project=joined("project"),
        offer=joined("offer"),
        area=joined("area"),
        whole=joined("whole"),
        lines=np.concatenate([_numbered(t.line_sets, line_sets)[t.lines] for t in tables]),
        by_products=np.concatenate(
            [_numbered(t.by_product_sets, product_sets)[t.by_products] for t in tables]
        ),
        line_sets=line_sets,
        by_product_sets=product_sets,
        components=joined("components"),
        uncounted=joined("uncounted"),
    )


def _all_sets(sets: Sequence[Sequence[tuple[Any, ...]]]) -> tuple[Any, ...]:
    """Give each set once, the empty one first."""
    return tuple(sorted({one for some in sets for one in some} | {()}, key=lambda one: (len(one), one)))


def _numbered(own: Sequence[tuple[Any, ...]], all_: Sequence[tuple[Any, ...]]) -> Ints:
    at = {one: s for s, one in enumerate(all_)}
    return np.array([at[one] for one in own], dtype=np.int64)


def _join(table: Candidates, kind: Kind, tallies: Sequence[Tally], n: int) -> Join:
    width = len(table.offers) or 1
    pair = distinct(table.project * width + table.offer)
    failed: dict[str, Ints] = {
        code: np.stack([one.failed[kind][code] for one in tallies]).sum(axis=0)
        for code in tallies[0].failed[kind]
    }
    return Join(pair // width, pair % width, failed, n)


def with_plan(model: Model, result: Result, chosen: Ints) -> Result:
    """Give the result over the model's candidates. Raises RuntimeError where a candidate was lost."""
    if result.complete and int(model.problem.value[chosen[chosen >= 0]].sum()) != result.value:
        raise RuntimeError("the plan of the parts is not the plan of the model")
    return replace(result, chosen=chosen)
