"""Why each place is used, or stands empty, in a plan."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from yinfeng.core.matching.explain import Holdings, blocking, holdings, profits
from yinfeng.core.matching.facts import KINDS, Kind
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.problem import Floats, Ints
from yinfeng.core.matching.result import Result


class Vacancy(Enum):
    """Why a place stands empty."""

    NOT_ON_OFFER = "not on offer"  # its status or its owner forbids
    NOBODY_PASSES = "nobody passes"  # every project fails a rule here
    NOT_WORTH = "not worth"  # those who pass are worth nothing here
    WORTH_MORE_ELSEWHERE = "worth more elsewhere"
    QUOTA_BINDS = "quota binds"


_FORBIDDING = ("M22", "M23")


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """What becomes of one place."""

    place: int
    free: int  # m² on offer
    used: int  # m² taken by the plan
    takers: tuple[int, ...] = ()  # projects placed here
    vacancy: Vacancy | None = None
    passing: int = 0  # projects that pass every rule here, alone or in a bundle
    rule: str = ""  # the rule most projects fail
    rule_count: int = 0
    wanted_by: tuple[int, ...] = ()  # projects that could stand here, dearest first
    resource: int = -1  # the quota that binds
    remnant: bool = False  # what is left is smaller than the smallest share


def vacancies(
    model: Model, result: Result, *, wanted: int = 3, passing: Ints | None = None
) -> tuple[PlaceReport, ...]:
    """Say of each place who takes it, or why it stands empty; in the order of the facts' places.

    passing: projects that pass every rule there, shape (places,), where the model holds not all pairs.
    """
    takers, used = _taken(model, result)
    held = holdings(model.problem, result)
    project = model.problem.project
    candidates = _candidates_by_place(model)
    profit = profits(model, result)
    passing = _passing(model) if passing is None else passing
    reports = []
    for kind, o, j in _single_offers(model):
        free = int(model.facts.places.number["area_m2"].value[j])
        if takers[j]:
            share = int(model.facts.places.number["smallest_share_m2"].or_else(1)[j])
            remnant = 0 < free - used[j] < share and bool(model.facts.places.divisible[j])
            report = PlaceReport(
                j, free, int(used[j]), tuple(takers[j]), passing=int(passing[j]), remnant=remnant
            )
            reports.append(report)
        else:
            reports.append(
                _empty(
                    model,
                    result,
                    profit,
                    held,
                    project,
                    candidates.get(j, []),
                    (kind, o, j),
                    int(passing[j]),
                    wanted,
                )
            )
    return tuple(sorted(reports, key=lambda report: report.place))


def _single_offers(model: Model) -> list[tuple[Kind, int, int]]:
    return [
        (kind, o, int(model.offers[kind].parts[o, 0]))
        for kind in KINDS
        for o in range(len(model.offers[kind]))
        if model.offers[kind].parts[o, 1] < 0
    ]


def _taken(model: Model, result: Result) -> tuple[list[list[int]], Ints]:
    """Give who stands on each place, and the area taken of it."""
    takers: list[list[int]] = [[] for _ in range(len(model.facts.places))]
    used = np.zeros(len(model.facts.places), dtype=np.int64)
    free = model.facts.places.number["area_m2"].value
    for i, k in enumerate(result.chosen.tolist()):
        if k >= 0:
            table, row = model.candidate(k)
            parts = [int(j) for j in table.offers.parts[table.offer[row]] if j >= 0]
            for j in parts:
                takers[j].append(i)
                used[j] += free[j] if len(parts) > 1 else table.area[row]
    return takers, used


def _candidates_by_place(model: Model) -> dict[int, list[int]]:
    """List the problem's candidates that stand on each place, alone or in a bundle."""
    found: dict[int, list[int]] = {}
    for position, kind in enumerate(KINDS):
        table = model.candidates[kind]
        mine = np.nonzero(model.kind_of == position)[0]
        for part in table.offers.parts[table.offer[model.row_of[mine]]].T:
            for k, j in zip(mine[part >= 0].tolist(), part[part >= 0].tolist(), strict=True):
                found.setdefault(j, []).append(k)
    return found


def _passing(model: Model) -> Ints:
    """Count, for each place, the projects that pass every rule there, alone or in a bundle."""
    n = max(1, len(model.facts.projects))
    count = np.zeros(len(model.facts.places), dtype=np.int64)
    for kind in KINDS:
        found = model.joins[kind]
        part = model.offers[kind].parts[found.pair_offer]
        passes = part.astype(np.int64) * n + found.pair_project[:, np.newaxis]
        place = np.unique(passes[part >= 0]) // n  # once for each project that passes there
        count += np.bincount(place, minlength=len(count))
    return count


def _empty(
    model: Model,
    result: Result,
    profit: Floats,
    held: Holdings,
    project: Ints,
    candidates: list[int],
    place: tuple[Kind, int, int],
    passing: int,
    wanted: int,
) -> PlaceReport:
    kind, o, j = place
    free = int(model.facts.places.number["area_m2"].value[j])
    failed = {code: int(counts[o]) for code, counts in model.joins[kind].failed.items()}
    rule = max(failed, key=lambda code: (failed[code], code)) if failed else ""
    n = len(model.facts.projects)
    forbidding = next((code for code in _FORBIDDING if n and failed.get(code, 0) == n), None)
    if forbidding:
        return PlaceReport(j, free, 0, (), Vacancy.NOT_ON_OFFER, passing, forbidding, n)
    if not passing:
        return PlaceReport(j, free, 0, (), Vacancy.NOBODY_PASSES, 0, rule, failed.get(rule, 0))
    if not candidates:
        return PlaceReport(j, free, 0, (), Vacancy.NOT_WORTH, passing)
    order = sorted(candidates, key=lambda k: (-profit[k], k))
    projects = list(dict.fromkeys(int(i) for i in project[order]))
    first = order[0]
    quota = -1
    if result.chosen[project[first]] < 0:
        blocked = blocking(model.problem, held, first)
        quota = next(
            (b.resource for b in blocked if model.resources[b.resource].kind in {"quota", "supply"}), -1
        )
    reason = Vacancy.QUOTA_BINDS if quota >= 0 else Vacancy.WORTH_MORE_ELSEWHERE
    return PlaceReport(j, free, 0, (), reason, passing, wanted_by=tuple(projects[:wanted]), resource=quota)
