"""Why each place is used, or stands empty, in a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import Final

import numpy as np

from yinfeng.core.matching._numbers import distinct
from yinfeng.core.matching.explain import Holdings, blocking, holdings, profits
from yinfeng.core.matching.facts import KINDS, Kind
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.problem import Floats, Ints
from yinfeng.core.matching.result import Result


class Vacancy(Enum):
    """Why a place stands empty."""

    NOT_ON_OFFER = "not on offer"  # its status or its owner forbids
    NOBODY_PASSES = "nobody passes"  # every project fails a rule here
    NOT_PROMISING = "not promising"  # of no project among the offers listed, though some may pass
    NOT_WORTH = "not worth"  # those who pass are worth nothing here
    WORTH_MORE_ELSEWHERE = "worth more elsewhere"
    QUOTA_BINDS = "quota binds"


_FORBIDDING = ("M22", "M23")
SLOW_PAIRS: Final = 100_000_000
"""Pairs of project and offer up to which rules are counted that are judged pair by pair: some ten seconds."""


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """What becomes of one place."""

    place: int
    free: int  # m² on offer
    used: int  # m² taken by the plan
    takers: tuple[int, ...] = ()  # projects placed here
    vacancy: Vacancy | None = None
    passing: int | None = 0  # projects that pass every rule here, alone or in a bundle; None: not counted
    rule: str = ""  # the rule most projects fail
    rule_count: int = 0
    wanted_by: tuple[int, ...] = ()  # projects that could stand here, dearest first
    resource: int = -1  # the quota that binds
    remnant: bool = False  # what is left is smaller than the smallest share


def vacancies(
    model: Model,
    result: Result,
    *,
    wanted: int = 3,
    passing: Ints | None = None,
    all_listed: bool = True,
) -> tuple[PlaceReport, ...]:
    """Say of each place who takes it, or why it stands empty; in the order of the facts' places.

    passing: projects that pass every rule there, shape (places,), where the model holds not all pairs.
    all_listed: whether it does, where they are not given; else who passes is not counted.
    """
    takers, used = _taken(model, result)
    profit = profits(model, result)
    known = _Known(
        model=model,
        result=result,
        held=holdings(model.problem, result),
        project=model.problem.project,
        standing=_standing(model, profit),
        failing={kind: _failing(model, kind) for kind in KINDS},
        wanted=wanted,
    )
    passing = (_passing(model) if all_listed else None) if passing is None else passing
    counts = [None] * len(takers) if passing is None else passing.tolist()
    area, share = (model.facts.places.number[column] for column in ("area_m2", "smallest_share_m2"))
    least = share.or_else(1)
    reports = []
    for kind, o, j in _single_offers(model):
        free = int(area.value[j])
        if takers[j]:
            remnant = 0 < free - used[j] < least[j] and bool(model.facts.places.divisible[j])
            report = PlaceReport(j, free, int(used[j]), tuple(takers[j]), passing=counts[j], remnant=remnant)
            reports.append(report)
        else:
            reports.append(_empty(known, kind, o, PlaceReport(j, free, 0, passing=counts[j])))
    return tuple(sorted(reports, key=lambda report: report.place))


@dataclass(frozen=True, eq=False)
class _Standing:
    """The problem's candidates by the place they stand on, alone or in a bundle, dearest first."""

    candidate: Ints
    start: Ints  # (places + 1,) where those of each place begin

    def at(self, place: int) -> Ints:
        return self.candidate[self.start[place] : self.start[place + 1]]


@dataclass(frozen=True, eq=False)
class _Failing:
    """The rule that most projects fail at each offer, of those that are counted; of equals the last code."""

    rule: tuple[str, ...]  # by offer; empty where there is no rule
    count: Ints  # (m,) projects that fail it
    forbidding: tuple[str, ...]  # by offer: the rule of status or owner that all fail; else empty


@dataclass(frozen=True, eq=False)
class _Known:
    """What is the same for every place that stands empty."""

    model: Model
    result: Result
    held: Holdings
    project: Ints  # (K,) of each candidate of the problem
    standing: _Standing
    failing: Mapping[Kind, _Failing]
    wanted: int


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


def _standing(model: Model, profit: Floats) -> _Standing:
    candidates, places = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for position, kind in enumerate(KINDS):
        table = model.candidates[kind]
        mine = np.nonzero(model.kind_of == position)[0]
        for part in table.offers.parts[table.offer[model.row_of[mine]]].T:
            candidates.append(mine[part >= 0])
            places.append(part[part >= 0])
    candidate, place = np.concatenate(candidates), np.concatenate(places)
    order = np.lexsort((candidate, -profit[candidate], place))
    start = np.searchsorted(place[order], np.arange(len(model.facts.places) + 1))
    return _Standing(candidate[order], start)


def _failing(model: Model, kind: Kind) -> _Failing:
    failed, m = model.joins[kind].failed, len(model.offers[kind])
    pairs = len(model.facts.projects) * m
    told = [code for code in failed if pairs <= SLOW_PAIRS or code not in model.joins[kind].slow]
    codes = sorted(told, reverse=True)  # the first of equals is the last code
    counts = np.array([failed[code] for code in codes], dtype=np.int64).reshape(len(codes), m)
    if not codes:
        return _Failing(("",) * m, np.zeros(m, dtype=np.int64), ("",) * m)
    most, n = counts.argmax(axis=0), len(model.facts.projects)
    forbidding = [""] * m
    for code in reversed([code for code in _FORBIDDING if code in failed and n]):
        for o in np.flatnonzero(failed[code] == n).tolist():
            forbidding[o] = code
    return _Failing(tuple(codes[r] for r in most.tolist()), counts.max(axis=0), tuple(forbidding))


def _passing(model: Model) -> Ints:
    """Count, for each place, the projects that pass every rule there, alone or in a bundle."""
    n = max(1, len(model.facts.projects))
    count = np.zeros(len(model.facts.places), dtype=np.int64)
    for kind in KINDS:
        found = model.joins[kind]
        part = model.offers[kind].parts[found.pair_offer]
        passes = part.astype(np.int64) * n + found.pair_project[:, np.newaxis]
        place = distinct(passes[part >= 0]) // n  # once for each project that passes there
        count += np.bincount(place, minlength=len(count))
    return count


def _empty(known: _Known, kind: Kind, o: int, report: PlaceReport) -> PlaceReport:
    """Say why the place of a report stands empty. o: its offer among those of its kind."""
    model, failing = known.model, known.failing[kind]
    rule, count = failing.rule[o], int(failing.count[o])
    if failing.forbidding[o]:
        n = len(model.facts.projects)
        return replace(report, vacancy=Vacancy.NOT_ON_OFFER, rule=failing.forbidding[o], rule_count=n)
    order = known.standing.at(report.place)
    if report.passing is None and not len(order) and count < len(model.facts.projects):
        return replace(report, vacancy=Vacancy.NOT_PROMISING)
    if not report.passing and not len(order):
        return replace(report, passing=0, vacancy=Vacancy.NOBODY_PASSES, rule=rule, rule_count=count)
    if not len(order):
        return replace(report, vacancy=Vacancy.NOT_WORTH)
    projects = known.project[order]
    quota = -1
    if known.result.chosen[projects[0]] < 0:
        blocked = blocking(model.problem, known.held, int(order[0]))
        quota = next(
            (b.resource for b in blocked if model.resources[b.resource].kind in {"quota", "supply"}), -1
        )
    return replace(
        report,
        vacancy=Vacancy.QUOTA_BINDS if quota >= 0 else Vacancy.WORTH_MORE_ELSEWHERE,
        wanted_by=tuple(islice(dict.fromkeys(projects.tolist()), known.wanted)),
        resource=quota,
    )
