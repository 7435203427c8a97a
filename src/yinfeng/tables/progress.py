"""Ledgers of a dispatch table → its rows as a problem, and the figures counted from them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from yinfeng.core.errors import Fault, Severity
from yinfeng.core.figures import Figure
from yinfeng.core.period import Period
from yinfeng.core.progress.problem import Problem, Project
from yinfeng.core.progress.scope import scope_of
from yinfeng.core.progress.solve import figures
from yinfeng.core.rulebook import Rules
from yinfeng.core.text import Text
from yinfeng.tables import progress_rows as made
from yinfeng.tables.progress_rules import progress_rules
from yinfeng.tables.read import Ledger
from yinfeng.tables.schema import LEDGERS
from yinfeng.tables.spelling import header_key

Row = Mapping[str, Any]

WANTED: Final[tuple[str, ...]] = tuple(
    name
    for name in (
        "year_plan", "phases", "milestones", "rounds", "signings", "targets", "trips", "contacts",
        "statistics", "printed_figures", "procedures", "zones",
    )
    if name in LEDGERS
)  # fmt: skip

NEEDED: Final[tuple[str, ...]] = tuple(
    name for name in WANTED if name not in ("phases", "milestones", "zones")
)
"""One of these must be there for anything to be counted."""

_NO_PROJECT: Final = (
    Text("项目编号、项目名称或项目数", "an id, a name, or a number of projects"),
    Text("填上其中一个；本行没有计入", "fill in one of them; the row is not counted"),
)
_TWICE: Final = (
    Text("只出现一次的项目（第 {other} 行也是它）", "a project named once (row {other} has it too)"),
    Text("同一年度一个项目只写一行；本行没有计入", "one row a project and year; this row is not counted"),
)
_NO_SUCH: Final = (
    Text("年度项目或三个一批中有的项目", "a project of the year plan or of the rounds"),
    Text("核对编号或名称；本行没有用上", "check the id or name; the row was not used"),
)


@dataclass(frozen=True, eq=False, slots=True)
class Dispatch:
    """A dispatch table read: its rows as a problem, by id, and what could not be used."""

    problem: Problem
    rows: Mapping[str, Row]
    """Row id, ``ledger:id`` → the row as read."""
    ledgers: Mapping[str, Ledger]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Reading:
    """What reading the ledgers together needs to know, and the faults it gathers."""

    ledgers: Mapping[str, Ledger]
    zones: Mapping[str, str]
    """Id or name of a zone, as a key → its name."""
    only_zone: str
    """The one zone that rows name; empty where they name none, or several."""
    ids: Mapping[str, str]
    """Name of a project, as a key → its id."""
    zone_of: dict[str, str] = field(default_factory=dict)
    """Project → zone, as its plan or list has it."""
    rows: dict[str, Row] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def project(self, row: Row) -> str:
        """Give the key of a row's project: its id, else the id its name has elsewhere, else its name."""
        if row.get("project_id"):
            return str(row["project_id"])
        name = header_key(row.get("project_name") or "")
        return self.ids.get(name, name)

    def zone(self, row: Row, project: str = "") -> str:
        """Give the name of a row's zone; its project's, or the only one there is, where it names none."""
        named = row.get("zone_id")
        if named:
            return self.zones.get(header_key(named), str(named))
        return self.zone_of.get(project, "") or self.only_zone

    def fault(
        self,
        name: str,
        row: Row,
        column: str,
        found: str,
        said: tuple[Text, Text],
        code: str,
        severity: Severity = "warning",
    ) -> None:
        """Note what is wrong with a cell of a row."""
        ledger = self.ledgers[name]
        source = ledger.source
        cell = f"{source.letters.get(column, '')}{row['row']}"
        label = ledger.schema.column(column).label
        self.faults.append(
            Fault(code, source.file, source.sheet, cell, column, label, found, said[0], said[1], severity)
        )


def read_dispatch(ledgers: Mapping[str, Ledger]) -> Dispatch:
    """Take the rows of ledgers read; whatever cannot be used is named and left out."""
    reading = _begin(ledgers)
    rows = {name: list(_identified(reading, name)) for name in WANTED if name in ledgers and name != "zones"}
    kinds = defaultdict(list, rows)
    projects = _projects(reading, kinds["year_plan"])
    listings = [made.listing(i, r, reading.project(r), reading.zone(r)) for i, r in kinds["rounds"]]
    for one in listings:
        if one.project:
            reading.zone_of.setdefault(one.project, one.zone)
    kinds["signings"] = [pair for pair in kinds["signings"] if _says_who(reading, pair[1])]
    signings = [
        made.signing(i, r, reading.project(r), reading.zone(r, reading.project(r)))
        for i, r in kinds["signings"]
    ]
    known = {one.project for ledger in (projects, listings, signings) for one in ledger}
    trips = [made.trip(i, r, reading.zone(r)) for i, r in kinds["trips"]]
    zone_of_trip = {trip.trip: trip.zone for trip in trips if trip.trip}
    contacts = [
        made.contact(
            i, r, reading.project(r) or i, reading.zone(r) or zone_of_trip.get(r["trip_id"] or "", "")
        )
        for i, r in kinds["contacts"]
    ]
    problem = Problem(
        projects=tuple(projects),
        phases=tuple(
            made.phase(i, r, reading.project(r))
            for i, r in kinds["phases"]
            if _is_known(reading, "phases", r, known)
        ),
        events=tuple(
            made.event(i, r, reading.project(r))
            for i, r in kinds["milestones"]
            if _is_known(reading, "milestones", r, known)
        ),
        listings=tuple(listings),
        signings=tuple(signings),
        targets=tuple(_typed(reading, "targets", kinds["targets"], made.target)),
        trips=tuple(trips),
        contacts=tuple(contacts),
        statistics=tuple(_typed(reading, "statistics", kinds["statistics"], made.statistic)),
        procedures=tuple(
            made.procedure(i, r, reading.project(r), reading.zone(r, reading.project(r)))
            for i, r in kinds["procedures"]
        ),
        printed=tuple(_typed(reading, "printed_figures", kinds["printed_figures"], made.printed)),
    )
    return Dispatch(problem, reading.rows, ledgers, tuple(reading.faults))


def faults_of(found: Iterable[Fault], dispatch: Dispatch) -> tuple[Fault, ...]:
    """Give the faults of reading and of counting, errors first; a zone written by its name is none."""
    names = _zone_names(dispatch.ledgers)
    kept = [
        fault
        for fault in found
        if not (fault.code == "unknown-id" and fault.column == "zone_id" and header_key(fault.found) in names)
    ]
    return tuple(sorted([*kept, *dispatch.faults], key=lambda fault: fault.severity != "error"))


def figures_of(
    ledgers: Mapping[str, Ledger], rules: Rules, *, period: Period, zone: str = ""
) -> tuple[Figure, ...]:
    """Give every figure of a zone and period that the ledgers have rows for.

    zone: its id or name; empty for the only one, or for all rows together. rules: with the entries of
    `core.progress.rules.KEYS`. Codes and titles of figures stand in `core/progress/titles.py`.
    """
    dispatch = read_dispatch(ledgers)
    name = zone_name(ledgers, zone) if zone else None
    return figures(scope_of(dispatch.problem, progress_rules(rules), period, name))


def zone_name(ledgers: Mapping[str, Ledger], zone: str) -> str:
    """Give the name by which figures call a zone, from its id or name."""
    return _zone_names(ledgers).get(header_key(zone), zone)


def _begin(ledgers: Mapping[str, Ledger]) -> _Reading:
    zones = _zone_names(ledgers)
    named: set[str] = set()
    ids: dict[str, str] = {}
    for name in WANTED:
        if name in ledgers and name != "zones":
            for row in _rows(ledgers[name]):
                if row.get("zone_id"):
                    named.add(zones.get(header_key(row["zone_id"]), str(row["zone_id"])))
                if row.get("project_id") and row.get("project_name"):
                    ids.setdefault(header_key(row["project_name"]), str(row["project_id"]))
    return _Reading(ledgers, zones, next(iter(named)) if len(named) == 1 else "", ids)


def _zone_names(ledgers: Mapping[str, Ledger]) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in _rows(ledgers["zones"]) if "zones" in ledgers else ():
        name = row["zone_name"] or row["zone_id"]
        names |= {header_key(str(one)): str(name) for one in (row["zone_id"], name)}
    return names


def _rows(ledger: Ledger) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ledger.table.to_pylist()
    return rows


def _identified(reading: _Reading, name: str) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a ledger with their ids: its project's or trip's, else the row number."""
    ledger = reading.ledgers[name]
    rows = _rows(ledger)
    key = {"trips": "trip_id"}.get(name, "project_id")
    used = Counter(row.get(key) for row in rows)
    for row in rows:
        own = row.get(key)
        row_id = f"{name}:{own if own and used[own] == 1 else row['row']}"
        reading.rows[row_id] = row
        yield row_id, row


def _projects(reading: _Reading, rows: Sequence[tuple[str, Row]]) -> list[Project]:
    found: list[Project] = []
    seen: dict[tuple[str, str, int | None], Row] = {}
    for row_id, row in rows:
        project = reading.project(row)
        if not project and row["project_count"] is None:
            reading.fault("year_plan", row, "project_name", "", _NO_PROJECT, "no-project")
            continue
        one = made.project(row_id, row, project, reading.zone(row), reading.project)
        key = (one.zone, project, one.year)
        if project and key in seen:
            other = Text(_TWICE[0].zh, _TWICE[0].en).format(other=seen[key]["row"])
            reading.fault(
                "year_plan", row, "project_name", one.name or project, (other, _TWICE[1]), "project-twice"
            )
            continue
        seen[key] = row
        found.append(one)
        if project:
            reading.zone_of.setdefault(project, one.zone)
    return found


def _says_who(reading: _Reading, row: Row) -> bool:
    """Say whether a signing names its project, or is an aggregate."""
    is_said = bool(reading.project(row)) or row["project_count"] is not None or row["amount_wan"] is not None
    if not is_said:
        reading.fault("signings", row, "project_name", "", _NO_PROJECT, "no-project")
    return is_said


def _is_known(reading: _Reading, name: str, row: Row, known: set[str]) -> bool:
    project = reading.project(row)
    if project not in known:
        found = str(row["project_id"] or row["project_name"] or "")
        reading.fault(name, row, "project_name", found, _NO_SUCH, "unknown-project")
    return project in known


def _typed(reading: _Reading, name: str, rows: Sequence[tuple[str, Row]], make: Any) -> Iterator[Any]:
    """Yield rows whose numbers are texts; one that cannot be read is named and left out."""
    headers = (
        {column: header for header, column in reading.ledgers[name].source.mapping.items()} if rows else {}
    )
    for row_id, row in rows:
        try:
            yield make(row_id, row, reading.zone(row), headers)
        except made.BadCell as bad:
            reading.fault(
                name, row, bad.column, bad.found, (bad.why.expected, bad.why.fix), "not-a-number", "error"
            )
