"""A plan as plain values: what the solving process hands back and the database keeps."""

from collections.abc import Mapping
from typing import Any, Final

import yinfeng
from yinfeng.core.matching.explain import NearMiss, Outcome, ProjectReport
from yinfeng.core.matching.offers import JOINT, parts_of
from yinfeng.core.matching.result import Status
from yinfeng.core.matching.rules import BY_CODE
from yinfeng.core.matching.vacancies import PlaceReport
from yinfeng.core.text import Lang, Text
from yinfeng.tables.plan_reasons import OUTCOME, place_reason, project_reasons, synthetic_fields
from yinfeng.tables.plan_sheets import STATUS, plan_sheets
from yinfeng.tables.planning import Plan
from yinfeng.tables.reasons import miss
from yinfeng.tables.write import Sheet

LANGS: Final[tuple[Lang, ...]] = ("zh", "en")
_ROW_SHEETS: Final = 4
"""The first sheets are about single projects and places, which are kept as rows."""


def answer_of(plan: Plan, settings: Mapping[str, str]) -> dict[str, Any]:
    """Give all of a plan that pages show: figures, a row a project, a row a place, the other sheets."""
    result = plan.result
    return {
        "version": yinfeng.__version__,
        "status": str(result.status),
        "answer": {
            "status": _pair(STATUS[result.status]),
            "outcomes": {outcome.name.lower(): _pair(label) for outcome, label in OUTCOME.items()},
            "value_yuan": result.value,
            "bound_yuan": result.bound,
            "gap": result.gap,
            "method": result.method,
            "complete": result.complete,
            "seconds": {name: round(seconds, 3) for name, seconds in plan.seconds.items()},
            "placed": sum(report.outcome is Outcome.PLACED for report in plan.projects),
            "projects": plan.model.problem.n_projects,
            "candidates": plan.model.problem.n_candidates,
            "clash": [plan.model.problem.project_id[i] for i in result.clash]
            if result.status is Status.INFEASIBLE
            else [],
        },
        "rows": [_project(plan, report) for report in plan.projects],
        "places": [_place(plan, report) for report in plan.places],
        "sheets": {
            lang: [_sheet(one) for one in plan_sheets(plan, settings, lang)[_ROW_SHEETS:]] for lang in LANGS
        },
    }


def _project(plan: Plan, report: ProjectReport) -> dict[str, Any]:
    projects = plan.model.facts.projects
    row = plan.row("projects", projects.id[report.project])
    kept: dict[str, Any] = {
        "project_id": projects.id[report.project],
        "project_name": projects.name[report.project],
        "zone_id": row.get("zone_id") or "",
        "outcome": report.outcome.name.lower(),
        "reasons": [
            {"topic": _pair(one.topic), "sentence": _pair(one.sentence), "yuan": one.yuan}
            for one in project_reasons(plan, report)
        ],
        "near": [_near(plan, report.project, near) for near in report.near],
        "synthetic": bool(synthetic_fields(plan, report)),
    }
    if report.outcome is Outcome.PLACED:
        table, k = plan.model.candidate(report.candidate)
        ids = parts_of(table.offers.id[int(table.offer[k])])
        places = [plan.row("places", place) for place in ids]
        kept |= {
            "place_ids": list(ids),
            "place_name": JOINT.join(str(place.get("place_name") or place["place_id"]) for place in places),
            "zone_id": places[0].get("zone_id") or "",
            "area_m2": int(table.area[k]),
            "value_yuan": int(sum(report.components)),
        }
    return kept


def _near(plan: Plan, project: int, near: NearMiss) -> dict[str, Any]:
    misses = [
        {
            "code": one.code,
            "title": _pair(BY_CODE[one.code].title),
            "sentence": _pair(miss(plan.model, project, near.kind, near.offer, one)),
        }
        for one in near.misses
    ]
    return {"place": near.offer, "misses": misses}


def _place(plan: Plan, report: PlaceReport) -> dict[str, Any]:
    places = plan.model.facts.places
    place = places.id[report.place]
    return {
        "place_id": place,
        "place_name": places.name[report.place],
        "zone_id": places.zone[report.place],
        "free_m2": report.free,
        "taken_m2": report.used,
        "passing": report.passing,
        "why": _pair(place_reason(plan, report)),
        "synthetic": bool(plan.row("places", place).get("synthetic")),
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    rows = [
        [cell if isinstance(cell, (int, float)) else None if cell is None else str(cell) for cell in row]
        for row in sheet.rows
    ]
    return {"title": sheet.title, "headers": list(sheet.headers), "rows": rows}


def _pair(text: Text) -> list[str]:
    return [text.zh, text.en]
