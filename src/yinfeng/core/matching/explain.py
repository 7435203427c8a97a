"""Why each project stands where it stands, or is left out.

What the numbers mean is said in docs/explanation/matching.md. Losses "by prices" come from the
Lagrange multipliers of the relaxed problem and are marked as such; exact ones from solving again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

import numpy as np

from yinfeng.core.matching._sift import Ready, make_ready, sift
from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.facts import KINDS, Kind
from yinfeng.core.matching.feasible import Miss, judge_project
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.problem import Floats, Ints, Problem
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
    profit = profits(model, result)
    held = holdings(model.problem, result)
    passing = _passing_offers(model) if passing is None else passing
    tables = {kind: _by_project(table, model.problem.n_projects) for kind, table in model.candidates.items()}
    reports = [
        _placed(model, result, profit, i, alternatives)
        if result.chosen[i] >= 0
        else _left_out(model, profit, held, tables, bool(passing[i]), i)
        for i in range(model.problem.n_projects)
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


def _placed(model: Model, result: Result, profit: Floats, i: int, most: int) -> ProjectReport:
    k = int(result.chosen[i])
    table, row = model.candidate(k)
    return ProjectReport(
        project=i,
        outcome=Outcome.PLACED,
        candidate=k,
        components=tuple(table.components[row].tolist()),
        not_counted=_not_counted(int(table.uncounted[row])),
        alternatives=_alternatives(model, profit, i, k, most),
        unknown_needs=unknown_needs(model, table, row),
        unlimited=unlimited(model, k),
    )


def _not_counted(bits: int) -> tuple[Component, ...]:
    return tuple(component for component in Component if bits >> component & 1)


def _alternatives(model: Model, profit: Floats, i: int, chosen: int, most: int) -> tuple[Alternative, ...]:
    """List the best candidate at each of the project's other offers, best first by price."""
    own = np.arange(model.problem.start[i], model.problem.start[i + 1])
    here = model.offer_of(chosen)
    best: dict[str, int] = {}
    for k in own[np.argsort(-profit[own], kind="stable")].tolist():
        offer = model.offer_of(k)
        if offer != here and offer not in best:
            best[offer] = k
            if len(best) == most:
                break
    return tuple(
        Alternative(offer, k, int(model.problem.value[k]), max(0, round(profit[chosen] - profit[k])))
        for offer, k in best.items()
    )


def unknown_needs(model: Model, table: Candidates, row: int) -> tuple[str, ...]:
    """List the needs of a candidate that a covering quota would count but the ledger does not give."""
    project, offer = int(table.project[row]), int(table.offer[row])
    limited = model.limited[table.offers.kind]
    return tuple(
        column
        for resource, (column, _) in QUOTA_NEED.items()
        if limited[resource][offer] and not model.facts.projects.number[column].known[project]
    )


def unlimited(model: Model, k: int) -> tuple[str, ...]:
    """List the kinds of resource the project needs that no quota limits at its offer."""
    table, row = model.candidate(k)
    project, offer = int(table.project[row]), int(table.offer[row])
    limited = model.limited[table.offers.kind]
    return tuple(
        resource
        for resource, (column, _) in QUOTA_NEED.items()
        if not limited[resource][offer] and model.facts.projects.number[column].value[project] > 0
    )


def _left_out(
    model: Model, profit: Floats, held: Holdings, tables: Mapping[Kind, _ByProject], passes: bool, i: int
) -> ProjectReport:
    problem = model.problem
    own = np.arange(problem.start[i], problem.start[i + 1])
    if len(own):
        k = int(own[np.argmax(profit[own])])
        return _outbid(model, profit, held, i, k)
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


def _outbid(model: Model, profit: Floats, held: Holdings, i: int, k: int) -> ProjectReport:
    table, row = model.candidate(k)
    return ProjectReport(
        project=i,
        outcome=Outcome.OUTBID,
        candidate=k,
        components=tuple(table.components[row].tolist()),
        not_counted=_not_counted(int(table.uncounted[row])),
        alternatives=_alternatives(model, profit, i, k, 2),
        blocking=blocking(model.problem, held, k),
        short_yuan=max(0, round(-profit[k])),
        unknown_needs=unknown_needs(model, table, row),
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


def blocking(problem: Problem, held: Holdings, k: int) -> tuple[Blocking, ...]:
    """List the resources with too little room left for candidate k, and their holders."""
    uses = slice(problem.use_start[k], problem.use_start[k + 1])
    found = []
    for r, amount in zip(problem.use_resource[uses].tolist(), problem.use_amount[uses].tolist(), strict=True):
        missing = int(held.used[r] + amount - problem.capacity[r])
        if missing > 0:
            found.append(Blocking(r, missing, held.holders.get(r, ())))
    return tuple(found)


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
