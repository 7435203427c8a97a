"""Templates, projects and calendars of the tests, each in one line."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from yinfeng.core.approvals.conditions import ALWAYS
from yinfeng.core.approvals.problem import Application, Evaluation, Problem, Project, Request
from yinfeng.core.approvals.rules import ApprovalRules
from yinfeng.core.approvals.template import Item, Kind, Limit, Replacement, Span, Template, in_order
from yinfeng.core.text import Text
from yinfeng.core.working_days import WorkingDays, YearCalendar, working_days

ON = date(2024, 3, 15)
RULES = ApprovalRules(
    notice=Span(5, "working"),
    joint=Span(45, "working"),
    joint_extension_days=15,
    excluded=frozenset({"hearing", "tender", "test", "review"}),
    stops_after_acceptance=True,
    stops_after_notice=False,
    rolls=False,
    soon_days=60,
)


def calendar(off: Iterable[date] = (), worked: Iterable[date] = ()) -> WorkingDays:
    return working_days(
        {2024: YearCalendar(frozenset(off), frozenset(worked))},
        first=date(2022, 1, 1),
        last=date(2029, 12, 31),
    )


def item(key: str, *, needs: tuple[str, ...] = (), days: int | None = 20, **more: Any) -> Item:
    limit = None if days is None else Limit(Span(days, "working"))
    told: dict[str, Any] = {
        "key": key,
        "entry": f"approvals.item.{key}",
        "title": Text(key, key),
        "kind": Kind.PROCEDURE,
        "stage": 1,
        "agency": Text("局", "office"),
        "needs": needs,
        "when": ALWAYS,
        "valid_from": date(2000, 1, 1),
        "basis": "law",
        "source": "law",
        "limit": limit,
        "gate": "start",
    }
    return Item(**(told | more))


def template(*items: Item, replacements: Iterable[Replacement] = ()) -> Template:
    ordered, circle = in_order({one.key: one for one in items})
    assert circle == ()
    taken: dict[str, tuple[Replacement, ...]] = {}
    for one in replacements:
        taken[one.item] = (*taken.get(one.item, ()), one)
    return Template("test", ordered, {one.key: (one,) for one in items}, taken)


def project(known: Mapping[str, Any] | None = None, **more: Any) -> Project:
    told = {"id": "P1", "name": "P1", "zone": "Z1", "known": known or {}, "has_facts": known is not None}
    return Project(**(told | more))


def row(item: str, number: int = 2, **more: Any) -> Application:
    return Application(
        **({"row": f"procedures:{number}", "project": "P1", "item": item, "name": item} | more)
    )


def request(item: str, asked_on: date, number: int = 2, **more: Any) -> Request:
    told = {"row": f"correction_requests:{number}", "project": "P1", "item": item, "name": item}
    return Request(**(told | {"kind": "correction", "asked_on": asked_on} | more))


def problem(
    of: Template,
    *,
    projects: Iterable[Project] = (),
    rows: Iterable[Application] = (),
    requests: Iterable[Request] = (),
    evaluations: Iterable[Evaluation] = (),
    on: date = ON,
    days: WorkingDays | None = None,
) -> Problem:
    return Problem(
        on, tuple(projects), tuple(rows), tuple(requests), tuple(evaluations), of, days or calendar(), RULES
    )
