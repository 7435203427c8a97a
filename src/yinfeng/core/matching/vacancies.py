"""Why each place is used, or stands empty, in a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np

from yinfeng.core.matching._numbers import distinct, first_distinct
from yinfeng.core.matching.explain import blocking, holdings, profits
from yinfeng.core.matching.facts import KINDS, Kind
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.problem import Ints
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
    passing = (_passing(model) if all_listed else None) if passing is None else passing
    counts = [None] * len(takers) if passing is None else passing.tolist()
    area, share = (model.facts.places.number[column] for column in ("area_m2", "smallest_share_m2"))
    left = area.value - used
    remnant = (left > 0) & (left < share.or_else(1)) & model.facts.places.divisible
    known = _Known(
        projects=len(model.facts.projects),
        free=area.value.tolist(),
        counts=counts,
        wanted=_wanted(model, result, wanted),
    )
    remains, taken = remnant.tolist(), used.tolist()
    reports = []
    for kind in KINDS:
        failing, parts = _failing(model, kind), model.offers[kind].parts
        alone = np.flatnonzero(parts[:, 1] < 0)
        for o, j in zip(alone.tolist(), parts[alone, 0].tolist(), strict=True):
            if takers[j]:
                who = tuple(takers[j])
                report = PlaceReport(j, known.free[j], taken[j], who, passing=counts[j], remnant=remains[j])
            else:
                report = _empty(known, failing, o, j)
            reports.append(report)
    return tuple(sorted(reports, key=lambda report: report.place))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Who would stand on an empty place."""

    projects: tuple[int, ...]  # dearest first
    quota: int  # the resource that keeps the first of them out; -1: none


@dataclass(frozen=True, eq=False)
class _Failing:
    """The rule that most projects fail at each offer, of those that are counted; of equals the last code."""

    rule: tuple[str, ...]  # by offer; empty where there is no rule
    count: Sequence[int]  # projects that fail it, by offer
    forbidding: tuple[str, ...]  # by offer: the rule of status or owner that all fail; else empty


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of all places."""

    projects: int
    free: Sequence[int]  # m² on offer, by place
    counts: Sequence[int | None]  # projects that pass there, by place
    wanted: Mapping[int, _Wanted]  # by place that some candidate stands on


def _taken(model: Model, result: Result) -> tuple[list[list[int]], Ints]:
    """Give who stands on each place, and the area taken of it."""
    takers: list[list[int]] = [[] for _ in range(len(model.facts.places))]
    used = np.zeros(len(model.facts.places), dtype=np.int64)
    free = model.facts.places.number["area_m2"].value
    for i, k in enumerate(result.chosen.tolist()):
        if k >= 0:
            table, row = model.candidate(k)
            parts = [j for j in table.offers.parts[table.offer[row]].tolist() if j >= 0]
            for j in parts:
                takers[j].append(i)
                used[j] += free[j] if len(parts) > 1 else table.area[row]
    return takers, used


def _wanted(model: Model, result: Result, most: int) -> dict[int, _Wanted]:
    """Say of each place with candidates, alone or in a bundle, whose are the dearest there."""
    problem, profit = model.problem, profits(model, result)
    candidates, places = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for position, kind in enumerate(KINDS):
        table = model.candidates[kind]
        mine = np.nonzero(model.kind_of == position)[0]
        for part in table.offers.parts[table.offer[model.row_of[mine]]].T:
            candidates.append(mine[part >= 0])
            places.append(part[part >= 0])
    candidate, place = np.concatenate(candidates), np.concatenate(places)
    order = np.lexsort((candidate, -profit[candidate], place))
    candidate, place = candidate[order], place[order]
    project = problem.project[candidate]
    at = first_distinct(place, project, np.full(len(model.facts.places), max(1, most)))
    place, start = np.unique(place[at], return_index=True)
    first, projects = candidate[at[start]], project[at].tolist()
    quota = np.full(len(place), -1)
    left_out = np.flatnonzero(result.chosen[problem.project[first]] < 0)
    quota[left_out] = _binding(model, result, first[left_out])
    starts, ends = start.tolist(), np.append(start, len(projects))[1:].tolist()
    return {
        j: _Wanted(tuple(projects[begin : min(end, begin + most)]), r)
        for j, begin, end, r in zip(place.tolist(), starts, ends, quota.tolist(), strict=True)
    }


def _binding(model: Model, result: Result, candidates: Ints) -> list[int]:
    """Give, of each candidate, the first quota or shared supply with too little room for it; -1: none."""
    resources = model.resources
    is_shared = np.zeros(len(resources), dtype=np.bool_)
    for shared in (resources.quota, *resources.supply.values()):
        is_shared[shared[shared >= 0]] = True
    blocked = blocking(model.problem, holdings(model.problem, result), candidates)
    return [next((b.resource for b in blocks if is_shared[b.resource]), -1) for blocks in blocked]


def _failing(model: Model, kind: Kind) -> _Failing:
    failed, m = model.joins[kind].failed, len(model.offers[kind])
    pairs = len(model.facts.projects) * m
    told = [code for code in failed if pairs <= SLOW_PAIRS or code not in model.joins[kind].slow]
    codes = sorted(told, reverse=True)  # the first of equals is the last code
    counts = np.array([failed[code] for code in codes], dtype=np.int64).reshape(len(codes), m)
    if not codes:
        return _Failing(("",) * m, (0,) * m, ("",) * m)
    most, n = counts.argmax(axis=0), len(model.facts.projects)
    forbidding = [""] * m
    for code in reversed([code for code in _FORBIDDING if code in failed and n]):
        for o in np.flatnonzero(failed[code] == n).tolist():
            forbidding[o] = code
    return _Failing(tuple(codes[r] for r in most.tolist()), counts.max(axis=0).tolist(), tuple(forbidding))


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


def _empty(known: _Known, failing: _Failing, o: int, j: int) -> PlaceReport:
    """Say why place j stands empty. o: its offer among those of its kind."""
    free, passing, wanted = known.free[j], known.counts[j], known.wanted.get(j)
    rule, count = failing.rule[o], failing.count[o]
    if failing.forbidding[o]:
        rule, count, vacancy = failing.forbidding[o], known.projects, Vacancy.NOT_ON_OFFER
        return PlaceReport(j, free, 0, passing=passing, vacancy=vacancy, rule=rule, rule_count=count)
    if wanted is not None:
        return PlaceReport(
            j,
            free,
            0,
            passing=passing,
            vacancy=Vacancy.QUOTA_BINDS if wanted.quota >= 0 else Vacancy.WORTH_MORE_ELSEWHERE,
            wanted_by=wanted.projects,
            resource=wanted.quota,
        )
    if passing is None and count < known.projects:
        return PlaceReport(j, free, 0, passing=None, vacancy=Vacancy.NOT_PROMISING)
    if not passing:
        vacancy = Vacancy.NOBODY_PASSES
        return PlaceReport(j, free, 0, passing=0, vacancy=vacancy, rule=rule, rule_count=count)
    return PlaceReport(j, free, 0, passing=passing, vacancy=Vacancy.NOT_WORTH)
