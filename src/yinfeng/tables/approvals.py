"""Ledgers → the problem of approvals, and what was read with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from yinfeng.core.approvals.conditions import Value
from yinfeng.core.approvals.memory import Memory
from yinfeng.core.approvals.preview import ProjectEffect, compare
from yinfeng.core.approvals.problem import CORRECTION, Application, Evaluation, Problem, Project, Request
from yinfeng.core.approvals.solve import solve
from yinfeng.core.approvals.template import sharing
from yinfeng.core.errors import Fault
from yinfeng.core.text import Text
from yinfeng.core.working_days import WorkingDays
from yinfeng.tables.approval_template import Basis, fact_columns
from yinfeng.tables.item_names import ItemNames, names_of
from yinfeng.tables.read import Ledger
from yinfeng.tables.spelling import fold

LEDGERS: Final = (
    "procedures", "approval_facts", "correction_requests", "area_evaluations", "projects", "zones",
    "year_plan",
)  # fmt: skip
NEEDED: Final = ("procedures", "approval_facts")

_BORROWED: Final[Mapping[str, str]] = {"energy_tce": "energy_tce_yr"}
"""Facts that the ledger of projects also has, by its column there."""

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False, slots=True)
class Read:
    """A problem, and the faults of rows that cannot be part of it."""

    problem: Problem
    faults: tuple[Fault, ...]
    synthetic: frozenset[str]
    """Rows that hold made-up fields, as ``ledger:row``."""
    zone_names: frozenset[str]
    """Ids and names of the zones listed."""


def to_problem(ledgers: Mapping[str, Ledger], basis: Basis, calendar: WorkingDays, on: date) -> Read:
    """Give the problem that ledgers hold.

    ledgers: by name; of `NEEDED` at least one. A project is known by its id; a row with a name alone belongs
    to the project of that name, or to one of its own.
    """
    rows = {name: list(_rows(ledger)) for name, ledger in ledgers.items()}
    faults: list[Fault] = []
    ids = _Ids.of(rows)
    items = names_of(basis.template.items)
    reach = calendar.first, calendar.last
    own: dict[str, list[Row]] = {}
    for name in ("procedures", "approval_facts", "correction_requests"):
        named = [row for row in rows.get(name, ()) if ids.find(row) is not None]
        faults += (_nameless(ledgers[name], row) for row in rows.get(name, ()) if ids.find(row) is None)
        own[name] = [row for row in named if _within(row, reach)]
        faults += (_far(ledgers[name], row, reach) for row in named if not _within(row, reach))
    zones = _zone_ids(rows.get("zones", ()))
    facts, twice = _facts(own["approval_facts"], ids, ledgers)
    problem = Problem(
        on=on,
        projects=tuple(_projects(own, facts, rows, ids, zones)),
        applications=tuple(_application(row, ids, items) for row in own["procedures"]),
        requests=tuple(_request(row, ids, items) for row in own["correction_requests"]),
        evaluations=tuple(_evaluation(row, zones) for row in rows.get("area_evaluations", ())),
        template=basis.template,
        calendar=calendar,
        rules=basis.rules,
    )
    synthetic = (_id(row) for many in rows.values() for row in many if row.get("synthetic"))
    return Read(problem, (*faults, *twice), frozenset(synthetic), frozenset(zones))


def faults_of(found: Iterable[Fault], read: Read) -> tuple[Fault, ...]:
    """Give the faults of reading and of laying out, errors first; a zone written by its name is none."""
    known = read.zone_names
    kept = [
        fault
        for fault in found
        if not (fault.code == "unknown-id" and fault.column == "zone_id" and fold(fault.found) in known)
    ]
    return tuple(sorted([*kept, *read.faults], key=lambda fault: fault.severity != "error"))


def previewed(problem: Problem, after: Basis) -> tuple[ProjectEffect, ...]:
    """Give what another template does to every project; names of items are found anew in it."""
    items = names_of(after.template.items)
    changed = replace(
        problem,
        applications=tuple(_renamed(row, items) for row in problem.applications),
        requests=tuple(_asked_of(request, items) for request in problem.requests),
        template=sharing(after.template, problem.template),
        rules=after.rules,
    )
    memory = Memory()
    before = solve(problem, memory)
    return compare(before, solve(changed, memory if changed.rules == problem.rules else None))


def _renamed(row: Application, items: ItemNames) -> Application:
    """Give a row with the item its name means; the very row where that is the item it has."""
    item, form = items.find(row.name), items.form(row.name)
    return row if (item, form) == (row.item, row.form) else replace(row, item=item, form=form)


def _asked_of(request: Request, items: ItemNames) -> Request:
    item = items.find(request.name)
    return request if item == request.item else replace(request, item=item)


def _rows(ledger: Ledger) -> Iterator[Row]:
    table = ledger.table.select([name for name in ledger.table.column_names if not name.endswith(".raw")])
    for row in table.to_pylist():
        yield row | {"ledger": ledger.schema.name}


def _id(row: Row) -> str:
    return f"{row['ledger']}:{row['row']}"


@dataclass(frozen=True, slots=True)
class _Ids:
    """Project ids by the names that rows give."""

    by_name: Mapping[str, str]

    @staticmethod
    def of(rows: Mapping[str, Sequence[Row]]) -> "_Ids":
        by_name: dict[str, str] = {}
        for ledger in ("projects", "approval_facts", "procedures", "correction_requests", "year_plan"):
            for row in rows.get(ledger, ()):
                if row["project_id"] and row["project_name"]:
                    by_name.setdefault(fold(row["project_name"]), row["project_id"])
        return _Ids(by_name)

    def find(self, row: Row) -> str | None:
        """Give the id of a row's project: its own, that of its name, or the name itself."""
        if row["project_id"]:
            return str(row["project_id"])
        name = fold(row["project_name"] or "")
        return self.by_name.get(name, name or None)


def _zone_ids(zones: Iterable[Row]) -> dict[str, str]:
    """Give zone ids by id and by name."""
    known = {}
    for row in zones:
        known[fold(row["zone_id"])] = row["zone_id"]
        if row.get("zone_name"):
            known.setdefault(fold(row["zone_name"]), row["zone_id"])
    return known


def _facts(
    rows: Sequence[Row], ids: _Ids, ledgers: Mapping[str, Ledger]
) -> tuple[dict[str, Row], list[Fault]]:
    """Give the row of facts of each project; a second row of one project is named, and the first is used."""
    facts: dict[str, Row] = {}
    faults = []
    for row in rows:
        project = ids.find(row) or ""
        if facts.setdefault(project, row) is not row:
            faults.append(_second(ledgers["approval_facts"], row, facts[project]))
    return facts, faults


def _projects(
    own: Mapping[str, Sequence[Row]],
    facts: Mapping[str, Row],
    others: Mapping[str, Sequence[Row]],
    ids: _Ids,
    zones: Mapping[str, str],
) -> Iterator[Project]:
    listed_by_id = {row["project_id"]: row for row in others.get("projects", ())}
    year_plan = {ids.find(row): row for row in others.get("year_plan", ())}
    rows_of: dict[str, list[Row]] = {}
    for name in ("procedures", "approval_facts", "correction_requests"):
        for row in own[name]:
            rows_of.setdefault(ids.find(row) or "", []).append(row)
    for project, rows in rows_of.items():
        told, plan = facts.get(project), listed_by_id.get(project)
        dated = year_plan.get(project)
        sources = [row for row in (told, plan, dated, *rows) if row is not None]
        name = next((row["project_name"] for row in sources if row.get("project_name")), project)
        zone = next((row["zone_id"] for row in sources if row.get("zone_id")), None)
        yield Project(
            id=project,
            name=name,
            zone=None if zone is None else zones.get(fold(zone), zone),
            known=_known(told, plan),
            has_facts=told is not None,
            started_on=_day("started_on", told, dated),
            completed_on=_day("completed_on", told, dated),
            rows=tuple(_id(row) for row in sources if row is told or row is plan or row is dated),
        )


def _day(column: str, *rows: Row | None) -> date | None:
    """Give the first day that one of the rows has: what the year's plan says need not be written again."""
    return next((row[column] for row in rows if row is not None and row[column] is not None), None)


def _known(told: Row | None, plan: Row | None) -> dict[str, Value]:
    if told is None:
        return {}
    known: dict[str, Value] = {
        name: told[name] for name in fact_columns() if name in told and told[name] is not None
    }
    for fact, column in _BORROWED.items():
        if fact not in known and plan is not None and plan.get(column) is not None:
            known[fact] = plan[column]
    return known


def _application(row: Row, ids: _Ids, items: ItemNames) -> Application:
    return Application(
        row=_id(row),
        project=ids.find(row) or "",
        item=items.find(row["item"]),
        name=row["item"],
        form=items.form(row["item"]),
        needed=row["needed"],
        status=row["status"],
        method=row["method"],
        applied_on=row["applied_on"],
        accepted_on=row["accepted_on"],
        decided_on=row["decided_on"],
        valid_until=row["valid_until"],
        planned_on=row["planned_on"],
        extended=bool(row["extended"]),
        extensions=int(row["extensions"] or 0),
        desk=row["desk"] or "",
        document=row["document_no"] or "",
    )


def _request(row: Row, ids: _Ids, items: ItemNames) -> Request:
    return Request(
        row=_id(row),
        project=ids.find(row) or "",
        item=items.find(row["item"]),
        name=row["item"],
        kind=row["kind"] or CORRECTION,
        asked_on=row["asked_on"],
        reply_by=row["reply_by"],
        answered_on=row["answered_on"],
        what=row["what"] or "",
    )


def _evaluation(row: Row, zones: Mapping[str, str]) -> Evaluation:
    return Evaluation(
        row=_id(row),
        zone=zones.get(fold(row["zone_id"]), row["zone_id"]),
        kind=row["evaluation"],
        approved_on=row["approved_on"],
        valid_until=row["valid_until"],
        document=row["document_no"] or "",
    )


def _within(row: Row, reach: tuple[date, date]) -> bool:
    first, last = reach
    days = [value for name, value in row.items() if name.endswith(("_on", "_by", "_until")) and value]
    return all(first.year < day.year - 1 and day.year + _ROOM_YEARS < last.year for day in days)


_ROOM_YEARS: Final = 12
"""How long before the end of the calendar the last date may lie: longer than any period runs."""


def _row_fault(ledger: Ledger, row: Row, code: str, found: str, expected: Text, fix: Text) -> Fault:
    label = Text("项目名称", "Project")
    return Fault(
        code,
        ledger.source.file,
        ledger.source.sheet,
        str(row["row"]),
        "project_name",
        label,
        found,
        expected,
        fix,
    )


def _nameless(ledger: Ledger, row: Row) -> Fault:
    expected = Text("项目编号或项目名称", "a project's id or name")
    return _row_fault(ledger, row, "no-project", "", expected, Text("填上其中一个", "fill in one of them"))


def _far(ledger: Ledger, row: Row, reach: tuple[date, date]) -> Fault:
    expected = Text(
        f"{reach[0].year + 2} 年至 {reach[1].year - _ROOM_YEARS - 1} 年之间的日期",
        f"dates from {reach[0].year + 2} to {reach[1].year - _ROOM_YEARS - 1}",
    )
    name = str(row["project_name"] or row["project_id"])
    return _row_fault(ledger, row, "date-too-far", name, expected, Text("改正年份", "mend the year"))


def _second(ledger: Ledger, row: Row, first: Row) -> Fault:
    expected = Text(
        f"每个项目一行（第 {first['row']} 行已有）", f"one row a project (row {first['row']} has it)"
    )
    name = str(row["project_name"] or row["project_id"])
    return _row_fault(ledger, row, "repeated-project", name, expected, Text("合并成一行", "put them in one"))
