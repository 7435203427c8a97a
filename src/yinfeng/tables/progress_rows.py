"""One row of a ledger of the dispatch table → one record of the problem."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from yinfeng.core.progress.problem import (
    Contact,
    Event,
    Listing,
    Phase,
    Printed,
    Procedure,
    Project,
    Signing,
    Statistic,
    Target,
    Trip,
    Typed,
)
from yinfeng.core.text import Text
from yinfeng.tables.periods import parse_period
from yinfeng.tables.quantities import is_blank
from yinfeng.tables.spelling import Unreadable, fold
from yinfeng.tables.typed_numbers import indicator_code, kind_of, read_number, read_sides

Row = Mapping[str, Any]
Headers = Mapping[str, str]
"""Column → header as the sheet prints it."""

WAN_PER_YI: Final = 10_000
_IN_BRACKETS: Final = re.compile(r"[(\[【]\s*(?:单位:?)?\s*([^()\[\]【】]+?)\s*[)\]】]")
_PLAN_EVENTS: Final = (
    "started", "resumed", "completed", "in_production", "at_capacity", "attained", "entered",
)  # fmt: skip
_LIST_EVENTS: Final = ("performed", "started", "in_production", "attained")
_PLACE_END: Final = re.compile("(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$")

_PRINT_SOMETHING: Final = (
    Text("公布的数", "the number printed"),
    Text("照原文写，例如 94.7%", "write it as printed, e.g. 94.7%"),
)


class BadCell(Exception):  # noqa: N818 - reads as what the cell is
    """A cell of a row cannot be read as the number or period it should be."""

    def __init__(self, column: str, found: str, why: Unreadable) -> None:
        self.column, self.found, self.why = column, found, why
        super().__init__(f"{column}: {found}")


def exact(value: float | None) -> Fraction | None:
    """Give a number of a cell as it was typed: 0.1 is a tenth; of twelve digits, as units round."""
    return None if value is None else Fraction(f"{value:.12g}")


def yi(value: float | None) -> Fraction | None:
    """Give an amount of 万元 in 亿元."""
    number = exact(value)
    return None if number is None else number / WAN_PER_YI


def _said(row: Row, events: tuple[str, ...]) -> dict[str, bool]:
    return {event: row[event] == "yes" for event in events if row.get(event)}


def _dates(row: Row, events: tuple[str, ...]) -> dict[str, date]:
    return {event: row[f"{event}_on"] for event in events if row.get(f"{event}_on") is not None}


def _counts(row: Row, names: Mapping[str, str]) -> dict[str, Fraction]:
    found = ((name, exact(row[column])) for name, column in names.items())
    return {name: value for name, value in found if value is not None}


def _text(row: Row, column: str) -> str:
    value = row[column]
    return "" if value is None or is_blank(value) else str(value)


def project(row_id: str, row: Row, key: str, zone: str, project_of: Callable[[Row], str]) -> Project:
    """Make a line of the year's plan; ``key`` is empty for an aggregate."""
    year: date | None = row["year"]
    strengths = [
        row[f"{c}.strength"] for c in ("investment_wan", "planned_wan", "project_count", "output_wan")
    ]
    return Project(
        row=row_id,
        project=key,
        name=_text(row, "project_name") or key,
        zone=zone,
        year=None if year is None else year.year,
        list_kind=_text(row, "list_kind"),
        parent=project_of({"project_name": row["parent"]}) if row["parent"] else "",
        relation=_text(row, "relation"),
        firm=_text(row, "firm"),
        stage=_text(row, "stage"),
        dropped_reason=_text(row, "dropped_reason"),
        said=_plan_says(row),
        dates=_dates(row, _PLAN_EVENTS),
        start_planned_on=row["start_planned_on"],
        is_excused=row["start_excused"] == "yes",
        investment=yi(row["investment_wan"]),
        planned=yi(row["planned_wan"]),
        planned_to_date=yi(row["planned_to_date_wan"]),
        done=yi(row["done_wan"]),
        output=yi(row["output_wan"]),
        induced_output=yi(row["induced_output_wan"]),
        actual_output=yi(row["actual_output_wan"]),
        funds_required=yi(row["funds_required_wan"]),
        funds_arrived=yi(row["funds_arrived_wan"]),
        buildings_planned=exact(row["buildings_planned"]),
        buildings_done=exact(row["buildings_done"]),
        procedures_needed=exact(row["procedures_needed"]),
        procedures_done=exact(row["procedures_done"]),
        utilities_needed=tuple(row["utilities_needed"] or ()),
        utilities_in_place=tuple(row["utilities_in_place"] or ()),
        obstacle=_text(row, "obstacle"),
        obstacle_desk=_text(row, "obstacle_desk"),
        desk=_text(row, "desk"),
        person=_text(row, "person"),
        origin=_text(row, "origin"),
        capital=_text(row, "capital"),
        nature=_text(row, "nature"),
        count=exact(row["project_count"]),
        started_count=exact(row["started_count"]),
        resumed_count=exact(row["resumed_count"]),
        is_inexact=any(strength not in (None, "=") for strength in strengths),
    )


def _plan_says(row: Row) -> dict[str, bool]:
    """Give what the columns of a plan say; one column may tell of starts and of resumptions."""
    said = _said(row, _PLAN_EVENTS)
    if row["started"] == "resumed":
        said |= {"started": True, "resumed": said.get("resumed", True)}
    if row["at_work"]:
        event = "resumed" if row["list_kind"] == "continuing" else "started"
        said.setdefault(event, row["at_work"] == "yes")
    return said


def phase(row_id: str, row: Row, key: str) -> Phase:
    """Make a phase of a project."""
    return Phase(
        row=row_id,
        project=key,
        phase=_text(row, "phase"),
        state=row["state"],
        state_on=row["state_on"],
        note=_text(row, "note"),
        buildings_planned=exact(row["buildings_planned"]),
        buildings_done=exact(row["buildings_done"]),
    )


def event(row_id: str, row: Row, key: str) -> Event:
    """Make an event of a project."""
    return Event(
        row=row_id,
        project=key,
        event=row["event"],
        on=row["event_on"],
        evidence=frozenset(row["evidence"] or ()),
        evidence_no=_text(row, "evidence_no"),
        note=_text(row, "reason") or _text(row, "note"),
    )


def listing(row_id: str, row: Row, key: str, zone: str) -> Listing:
    """Make a line of a round; an aggregate where no project is named."""
    batch = _text(row, "batch")
    counts = _counts(
        row,
        {
            "signed": "signed_count",
            "performed": "performed_count",
            "signed_started": "signed_started_count",
            "started": "started_count",
            "started_produced": "started_produced_count",
            "produced": "produced_count",
            "produced_attained": "attained_count",
        },
    )
    whole = exact(row["project_count"])
    if batch and whole is not None:
        counts.setdefault(batch, whole)
    return Listing(
        row=row_id,
        round=fold(str(row["round"])),
        held_on=row["held_on"],
        batch=batch,  # type: ignore[arg-type]
        project=key,
        name=_text(row, "project_name") or key,
        zone=zone,
        investment=yi(row["investment_wan"]),
        expected=yi(row["expected_output_wan"]),
        actual=yi(row["actual_output_wan"]),
        said=_said(row, _LIST_EVENTS),
        dates=_dates(row, ("started", "in_production")),
        removed_on=row["removed_on"],
        removed_reason=_text(row, "removed_reason"),
        counts={} if key else counts,
    )


def signing(row_id: str, row: Row, key: str, zone: str) -> Signing:
    """Make a signing; an aggregate where no project is named."""
    return Signing(
        row=row_id,
        project=key,
        name=_text(row, "project_name") or key,
        zone=zone,
        on=row["signed_on"],
        kind=_text(row, "kind"),
        level=_text(row, "level"),
        amount=yi(row["amount_wan"]),
        added=yi(row["added_wan"]),
        arrived=yi(row["arrived_wan"]),
        credited_to=_text(row, "credited_to"),
        not_counted=_text(row, "not_counted"),
        origin=_text(row, "origin"),
        capital=_text(row, "capital"),
        count=exact(row["project_count"]),
        started_count=exact(row["started_count"]),
    )


def trip(row_id: str, row: Row, zone: str) -> Trip:
    """Make a trip."""
    return Trip(
        row=row_id,
        trip=str(row["trip_id"] or row["trip_name"] or ""),
        name=_text(row, "trip_name"),
        zone=zone,
        led_by=_text(row, "led_by"),
        start_on=row["start_on"],
        end_on=row["end_on"],
        provinces=tuple(dict.fromkeys(place(name) for name in row["provinces"] or ())),
        cities=tuple(dict.fromkeys(place(name) for name in row["cities"] or ())),
        counts=_counts(
            row,
            {
                "provinces": "province_count",
                "cities": "city_count",
                "contacts": "contact_count",
                "agreements": "agreement_count",
                "landed": "landed_count",
            },
        ),
    )


def place(name: str) -> str:
    """Give the name of a province or city as it is counted: 浙江省 and 浙江 are one."""
    short = _PLACE_END.sub("", fold(name))
    return short if len(short) > 1 else fold(name)


def contact(row_id: str, row: Row, key: str, zone: str) -> Contact:
    """Make a project met."""
    return Contact(
        row=row_id,
        project=key,
        name=_text(row, "project_name") or _text(row, "firm"),
        zone=zone,
        trip=_text(row, "trip_id"),
        on=row["contacted_on"],
        province=place(row["province"]) if row["province"] else "",
        city=place(row["city"]) if row["city"] else "",
        said=_said(row, ("agreed", "landed")),
        dates=_dates(row, ("agreed", "landed")),
    )


def procedure(row_id: str, row: Row, key: str, zone: str) -> Procedure:
    """Make a procedure before start."""
    return Procedure(
        row=row_id,
        project=key,
        item=str(row["item"]),
        is_needed=False if row["status"] == "not_needed" else row["needed"],
        done_on=row["decided_on"] if row["status"] != "refused" else None,
        is_done=row["status"] == "done",
        desk=_text(row, "desk"),
        zone=zone,
        note=_text(row, "note"),
    )


def target(row_id: str, row: Row, zone: str, headers: Headers) -> Target:
    """Make a target; raises BadCell."""
    code = indicator_code(row["indicator"])
    kind = kind_of(code, _text(row, "target"), _text(row, "unit"), headers.get("target", ""))
    start, end = _period(row)
    asked = _number(row, "target", kind, headers)
    done = _number(row, "actual", kind, headers)
    share = _number(row, "completion", "share", headers)
    return Target(
        row=row_id,
        indicator=code,
        zone=zone,
        start=start,
        end=end,
        kind=kind,
        target=None if asked is None else asked.value,
        actual=None if done is None else done.value,
        completion=None if share is None else share.value,
        set_by=_text(row, "set_by"),
    )


def statistic(row_id: str, row: Row, zone: str, headers: Headers) -> Statistic:
    """Make a level with its base and growth; raises BadCell."""
    code = indicator_code(row["indicator"])
    kind = kind_of(code, _text(row, "value"), _text(row, "unit"), headers.get("value", ""))
    start, end = _period(row)
    value, base = (_number(row, column, kind, headers) for column in ("value", "base"))
    growth = exact(row["growth"])
    return Statistic(
        row=row_id,
        indicator=code,
        zone=zone,
        start=start,
        end=end,
        kind=kind,
        value=None if value is None else value.value,
        base=None if base is None else base.value,
        growth=growth,
        price=_text(row, "price"),
        base_price=_text(row, "base_price"),
    )


def printed(row_id: str, row: Row, zone: str, headers: Headers) -> Printed:
    """Make a published figure; raises BadCell."""
    code = indicator_code(row["indicator"])
    unit = _text(row, "unit")
    kind = kind_of(code, _text(row, "printed"), unit, headers.get("printed", ""))
    start, end = _period(row)
    value = _number(row, "printed", kind, headers)
    if value is None:
        raise BadCell("printed", "", Unreadable(*_PRINT_SOMETHING))
    own = unit or _bracketed(headers.get("numerator", ""))
    try:
        numerator, denominator = read_sides(_text(row, "numerator"), _text(row, "denominator"), own)
    except Unreadable as why:
        raise BadCell("numerator", _text(row, "numerator") or _text(row, "denominator"), why) from why
    return Printed(
        row=row_id,
        indicator=code,
        zone=zone,
        start=start,
        end=end,
        kind=kind,
        printed=value,
        numerator=numerator,
        denominator=denominator,
        source=_text(row, "source"),
    )


def _number(row: Row, column: str, kind: str, headers: Headers) -> Typed | None:
    text = _text(row, column)
    if not text:
        return None
    unit = _bracketed(headers.get(column, "")) or _text(row, "unit") if "unit" in row else ""
    try:
        return read_number(text, kind, unit)
    except Unreadable as why:
        raise BadCell(column, text, why) from why


def _bracketed(header: str) -> str:
    found = _IN_BRACKETS.search(fold(header))
    return found[1] if found else ""


def _period(row: Row) -> tuple[date | None, date | None]:
    text = _text(row, "period")
    if not text:
        return None, None
    try:
        period = parse_period(text)
    except Unreadable as why:
        raise BadCell("period", text, why) from why
    return period.start, period.end
