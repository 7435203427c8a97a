"""Why each project stands where it stands, or is left out.

What the numbers mean is said in docs/explanation/matching.md. Losses "by prices" come from the
Lagrange multipliers of the relaxed problem and are marked as such; exact ones from solving again.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import Final

import numpy as np

from yinfeng.core.matching._numbers import first_distinct
from yinfeng.core.matching._sift import Ready, make_ready, sift
from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.facts import KINDS, Kind
from yinfeng.core.matching.feasible import Miss, judge_project
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.problem import Bools, Floats, Ints, Problem
from yinfeng.core.matching.resources import QUOTA_NEED
from yinfeng.core.matching.result import Result
from yinfeng.core.matching.value import Component


class Outcome(Enum):
    """What became of a project."""

    PLACED = "placed"
    NO_PLACE = "no place"  # it fails a rule everywhere
    NOT_WORTH = "not worth"  # it passes somewhere, but is worth nothing there
    OUTBID = "outbid"  # others are worth more where it fits
    BARRED = "barred"  # decisions of people leave it no place


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another offer a project could take."""

    offer: str
    candidate: int
    value: int  # yuan a year
    loss: int  # what the plan loses by it, by prices; at least 0
    exact_loss: int | None = None  # by solving again


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An offer that a project nearly fits."""

    kind: Kind
    offer: str
    misses: tuple[Miss, ...]


@dataclass(frozen=True, eq=False)
class Holdings:
    """What a plan draws from each resource, and who draws it."""

    used: Ints  # (R,)
    holders: Mapping[int, tuple[int, ...]]  # projects by resource, the largest user first


@dataclass(frozen=True, slots=True)
class Blocking:
    """A resource that has no room for a candidate, and who holds it."""

    resource: int
    missing: int  # amount by which the candidate exceeds what is left
    holders: tuple[int, ...]  # projects, the largest user first


@dataclass(frozen=True, slots=True)
class ProjectReport:
    """Why one project stands where it stands."""

    project: int
    outcome: Outcome
    candidate: int = -1  # of the problem: chosen, or the best it could have had
    components: tuple[int, ...] = ()
    not_counted: tuple[Component, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    near: tuple[NearMiss, ...] = ()
    is_near_known: bool = True  # False: there are too many projects to look for the near misses of each
    blocking: tuple[Blocking, ...] = ()
    short_yuan: int = 0  # by how much its value falls short under the prices
    exact_short_yuan: int | None = None  # what the plan loses if it must be placed, by solving again
    unknown_needs: tuple[str, ...] = ()  # quota columns not given, so not counted against the quota
    unlimited: tuple[str, ...] = ()  # kinds of resource no quota limits where it stands


NEAR_PAIRS: Final = 10_000_000
"""Pairs of project and offer judged for near misses, at most: some ten seconds."""


def explain(
    model: Model,
    result: Result,
    *,
    alternatives: int = 3,
    passing: Ints | None = None,
    asked: Collection[int] = (),
    near_pairs: int = NEAR_PAIRS,
) -> tuple[ProjectReport, ...]:
    """Say why each project stands where it stands, in the order of the problem's projects.

    passing: offers at which each project passes every rule, shape (n,), where the model holds not all pairs.
    asked: projects whose near misses are looked for in any case; of the others those of the first ones, for
    as many pairs as ``near_pairs``.
    """
    problem, profit = model.problem, profits(model, result)
    passing = _passing_offers(model) if passing is None else passing
    tables = {kind: _by_project(table, problem.n_projects) for kind, table in model.candidates.items()}
    ranked = np.lexsort((-profit, problem.project))  # of each project the most profitable first
    shown = result.chosen.copy()
    outbid = (shown < 0) & (np.diff(problem.start) > 0)
    shown[outbid] = ranked[problem.start[:-1][outbid]]
    with_candidates = _with_candidates(
        model, result, shown[shown >= 0], _Ranked(ranked, profit), alternatives
    )
    reports = [
        next(with_candidates) if k >= 0 else _left_out(model, tables, bool(passing[i]), i)
        for i, k in enumerate(shown.tolist())
    ]
    without = [i for i, report in enumerate(reports) if report.outcome in _WITHOUT_PLACE]
    sought = {*without[: near_pairs // max(1, sum(map(len, model.offers.values())))], *asked} & {*without}
    ready = make_ready(model.offers, model.policy) if sought else {}
    for i in without:
        near = nearest(model, ready, i) if i in sought else ()
        reports[i] = replace(reports[i], near=near, is_near_known=i in sought)
    return tuple(reports)


_WITHOUT_PLACE: Final = frozenset({Outcome.NO_PLACE, Outcome.BARRED})


@dataclass(frozen=True, eq=False)
class _ByProject:
    """Candidates of a table sorted by project, those of one in the order of the table."""

    row: Ints  # (candidates,)
    start: Ints  # (n + 1,) where each project's begin


def _by_project(table: Candidates, n: int) -> _ByProject:
    row = np.argsort(table.project, kind="stable")
    return _ByProject(row, np.searchsorted(table.project[row], np.arange(n + 1)))


def profits(model: Model, result: Result) -> Floats:
    """Give each candidate's value less what it draws at the final prices, shape (K,)."""
    problem = model.problem
    cost = result.price[problem.use_resource] * problem.use_amount
    drawn = np.bincount(problem.use_candidate, weights=cost, minlength=problem.n_candidates)
    profit: Floats = np.subtract(problem.value, drawn, dtype=np.float64)
    return profit


def _passing_offers(model: Model) -> Ints:
    """Count the offers at which each project passes every rule, shape (n,)."""
    n = len(model.facts.projects)
    counts = [np.bincount(model.joins[kind].pair_project, minlength=n) for kind in KINDS]
    total: Ints = np.sum(counts, axis=0, dtype=np.int64)
    return total


@dataclass(frozen=True, eq=False)
class _Ranked:
    """The candidates of each project, those of greatest profit first."""

    candidate: Ints  # (K,)
    profit: Floats  # (K,) by candidate


def _with_candidates(
    model: Model, result: Result, shown: Ints, ranked: _Ranked, most: int
) -> Iterator[ProjectReport]:
    """Report on the projects that have candidates. shown: (m,) of each the one it has or could best have."""
    problem = model.problem
    project, is_placed = problem.project[shown], result.chosen[problem.project[shown]] >= 0
    facts = _facts_of(model, shown)
    others = _alternatives(model, shown, ranked, np.where(is_placed, most, 2))
    blocked = iter(blocking(problem, holdings(problem, result), shown[~is_placed]))
    short = np.maximum(0, np.rint(-ranked.profit[shown])).astype(np.int64)
    columns = (array.tolist() for array in (shown, is_placed, project, short))
    for k, placed, i, yuan, other, known in zip(*columns, others, facts, strict=True):
        yield ProjectReport(
            project=i,
            outcome=Outcome.PLACED if placed else Outcome.OUTBID,
            candidate=k,
            components=known.components,
            not_counted=known.not_counted,
            alternatives=other,
            blocking=() if placed else next(blocked),
            short_yuan=0 if placed else yuan,
            unknown_needs=known.unknown_needs,
            unlimited=known.unlimited if placed else (),
        )


@dataclass(frozen=True, slots=True)
class _FactsOf:
    """What is known of a candidate, as in `ProjectReport`."""

    components: tuple[int, ...]
    not_counted: tuple[Component, ...]
    unknown_needs: tuple[str, ...]
    unlimited: tuple[str, ...]


def _facts_of(model: Model, candidates: Ints) -> Iterator[_FactsOf]:
    m = len(candidates)
    components, uncounted = np.zeros((m, len(Component)), dtype=np.int64), np.zeros(m, dtype=np.int64)
    unknown, unlimited = np.zeros((2, m, len(QUOTA_NEED)), dtype=np.bool_)
    for position, kind in enumerate(KINDS):
        mine = model.kind_of[candidates] == position
        table, row = model.candidates[kind], model.row_of[candidates[mine]]
        components[mine], uncounted[mine] = table.components[row], table.uncounted[row]
        unknown[mine] = _is_unknown(model, table, row)
        unlimited[mine] = _is_unlimited(model, table, row)
    not_counted = cache(_not_counted)
    columns = (column for column, _ in QUOTA_NEED.values())
    return map(
        _FactsOf,
        map(tuple, components.tolist()),
        map(not_counted, uncounted.tolist()),
        _named(unknown, tuple(columns)),
        _named(unlimited, tuple(QUOTA_NEED)),
    )


def _named(flags: Bools, names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """List of each row, shape (m, names), the names that are flagged."""
    bits: Ints = flags @ (1 << np.arange(len(names)))
    listed = cache(lambda row: tuple(name for at, name in enumerate(names) if row >> at & 1))
    return map(listed, bits.tolist())


def _not_counted(bits: int) -> tuple[Component, ...]:
    return tuple(component for component in Component if bits >> component & 1)


def _alternatives(
    model: Model, shown: Ints, ranked: _Ranked, most: Ints
) -> Iterator[tuple[Alternative, ...]]:
    """List the best candidates of projects at other offers than those shown, best first by price.

    shown: (m,) a candidate of each project. most: (m,) how many are listed of each.
    """
    problem, n = model.problem, model.problem.n_projects
    offer, names = _numbered_offers(model)
    here, limit, chosen = np.full(n, -1), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    of = problem.project[shown]
    here[of], limit[of], chosen[of] = offer[shown], most, shown
    project = problem.project[ranked.candidate]
    elsewhere = np.flatnonzero(offer[ranked.candidate] != here[project])
    candidate, project = ranked.candidate[elsewhere], project[elsewhere]
    first = first_distinct(project, offer[candidate], limit)
    candidate, project = candidate[first], project[first]
    loss = np.rint(ranked.profit[chosen[project]] - ranked.profit[candidate]).astype(np.int64)
    listed = list(
        map(
            Alternative,
            map(names.__getitem__, offer[candidate].tolist()),
            candidate.tolist(),
            problem.value[candidate].tolist(),
            np.maximum(0, loss).tolist(),
        )
    )
    starts, ends = (np.searchsorted(project, of, side).tolist() for side in ("left", "right"))
    return (tuple(listed[start:end]) for start, end in zip(starts, ends, strict=True))


def _numbered_offers(model: Model) -> tuple[Ints, tuple[str, ...]]:
    """Give the offer of each candidate, shape (K,), as a position among the names of all offers."""
    offer = np.zeros(model.problem.n_candidates, dtype=np.int64)
    names: tuple[str, ...] = ()
    for position, kind in enumerate(KINDS):
        mine = model.kind_of == position
        table = model.candidates[kind]
        offer[mine] = table.offer[model.row_of[mine]] + len(names)
        names += table.offers.id
    return offer, names


def unknown_needs(model: Model, table: Candidates, row: int) -> tuple[str, ...]:
    """List the needs of a candidate that a covering quota would count but the ledger does not give."""
    is_unknown = _is_unknown(model, table, np.array([row]))[0].tolist()
    needs = zip(QUOTA_NEED.values(), is_unknown, strict=True)
    return tuple(column for (column, _), unknown in needs if unknown)


def _is_unknown(model: Model, table: Candidates, row: Ints) -> Bools:
    """Tell which needs in `QUOTA_NEED` a quota would count but the ledger does not give, shape (m, 8)."""
    project, offer, limited = table.project[row], table.offer[row], model.limited[table.offers.kind]
    numbers = model.facts.projects.number
    needs = [limited[r][offer] & ~numbers[column].known[project] for r, (column, _) in QUOTA_NEED.items()]
    return np.stack(needs, axis=1)


def _is_unlimited(model: Model, table: Candidates, row: Ints) -> Bools:
    """Tell which resources in `QUOTA_NEED` the project needs that no quota limits there, shape (m, 8)."""
    project, offer, limited = table.project[row], table.offer[row], model.limited[table.offers.kind]
    numbers = model.facts.projects.number
    needs = [
        ~limited[r][offer] & (numbers[column].value[project] > 0) for r, (column, _) in QUOTA_NEED.items()
    ]
    return np.stack(needs, axis=1)


def _left_out(model: Model, tables: Mapping[Kind, _ByProject], passes: bool, i: int) -> ProjectReport:
    """Report on a project without candidates in the problem."""
    if not passes:
        return ProjectReport(i, Outcome.NO_PLACE)
    best = max(
        (
            (int(model.candidates[kind].value[row]), kind, row)
            for kind, of in tables.items()
            for row in of.row[of.start[i] : of.start[i + 1]].tolist()
        ),
        default=None,
    )
    if best is None or best[0] > 0:
        return ProjectReport(i, Outcome.BARRED)
    table = model.candidates[best[1]]
    offer = table.offers.id[int(table.offer[best[2]])]
    return ProjectReport(
        i,
        Outcome.NOT_WORTH,
        components=tuple(table.components[best[2]].tolist()),
        not_counted=_not_counted(int(table.uncounted[best[2]])),
        alternatives=(Alternative(offer, -1, best[0], 0),),
        short_yuan=1 - best[0],
    )


def holdings(problem: Problem, result: Result) -> Holdings:
    """Say who holds what in a plan."""
    taken = np.zeros(problem.n_candidates, dtype=np.bool_)
    taken[result.chosen[result.chosen >= 0]] = True
    uses = taken[problem.use_candidate]
    project = problem.project[problem.use_candidate[uses]]
    resource, amount = problem.use_resource[uses], problem.use_amount[uses]
    order = np.lexsort((project, -amount, resource))
    held: dict[int, list[int]] = {}
    for r, i in zip(resource[order].tolist(), project[order].tolist(), strict=True):
        held.setdefault(r, []).append(i)
    return Holdings(problem.usage(result.chosen), {r: tuple(projects) for r, projects in held.items()})


def blocking(problem: Problem, held: Holdings, candidates: Ints) -> Iterator[tuple[Blocking, ...]]:
    """List of each candidate the resources with too little room left for it, and their holders.

    candidates: shape (m,).
    """
    size = problem.use_start[candidates + 1] - problem.use_start[candidates]
    begin = np.cumsum(size) - size
    use = np.arange(size.sum()) + np.repeat(problem.use_start[candidates] - begin, size)
    resource = problem.use_resource[use]
    missing = held.used[resource] + problem.use_amount[use] - problem.capacity[resource]
    lacks = missing > 0
    found = [
        Blocking(r, amount, held.holders.get(r, ()))
        for r, amount in zip(resource[lacks].tolist(), missing[lacks].tolist(), strict=True)
    ]
    before = np.append(0, np.cumsum(lacks))
    starts, ends = before[begin].tolist(), before[begin + size].tolist()
    return (tuple(found[start:end]) for start, end in zip(starts, ends, strict=True))


def nearest(model: Model, ready: Mapping[Kind, Ready], i: int, most: int = 3) -> tuple[NearMiss, ...]:
    """List the offers a project comes nearest to, of the kinds it accepts where there are any.

    ready: the offers of each kind, as `make_ready` gives them. Shortfalls are measured only at offers where
    so few rules fail that they can decide.
    """
    accepted = model.facts.projects.key["kinds_accepted"][i]
    project = model.facts.projects.take(np.array([i]))
    found: list[tuple[int, float, NearMiss]] = []
    for kind in [kind for kind in KINDS if kind in accepted and len(model.offers[kind])] or KINDS:
        offers = model.offers[kind]
        if not len(offers):
            continue
        sifted = sift(ready[kind], project, most)
        fewest = np.sort(sifted.open_count)[:most]
        some = sifted.open[sifted.open_count <= fewest[-1]] if len(fewest) else sifted.open
        few = np.sort(np.concatenate([sifted.passing[:most], some, sifted.near]))
        judged = judge_project(project, 0, offers.take(few), model.policy)
        for o in judged.nearest(most):
            missed = judged.misses(o)
            if missed:
                miss = NearMiss(kind, offers.id[int(few[o])], missed)
                found.append((len(missed), sum(m.relative for m in missed), miss))
    found.sort(key=lambda entry: entry[:2])
    return tuple(miss for _, _, miss in found[:most])
