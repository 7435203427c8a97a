"""A ledger's columns as fields of a form: what is in them as text, and what was typed into them."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.http import QueryDict

from yinfeng.core.errors import Fault
from yinfeng.core.text import Text
from yinfeng.tables.difference_cells import Bounded, Value, cell, same
from yinfeng.tables.entry import POSITION, Entered, read_entry
from yinfeng.tables.schema import HEADER_UNIT, QUANTITY_TYPES, Column, choices
from yinfeng.web.desk.record_facts import with_unit_of
from yinfeng.web.desk.record_sections import SECTIONS, Section
from yinfeng.web.ledgers.bridge import Row, as_held
from yinfeng.web.ledgers.named_firms import FIRM_COLUMNS
from yinfeng.web.ledgers.registry import columns

Widget = Literal["text", "area", "select", "checks", "date", "boundary", "fixed"]

JOIN: Final = "；"
YES, NO = "yes", "no"
_PARAGRAPHS: Final = frozenset({"note", "reason"})
_BOUND: Final = {">": "超过", ">=": "不少于", "<": "不到", "<=": "不超过", "<~": "近"}
"""Words the reader takes back as they are meant."""
_FIXED: Final = {"pins": frozenset({"project_id", "place_id"})}
"""Columns a record of a ledger without ids is known by."""
_LINKED: Final = (frozenset(POSITION[:2]), frozenset({"resource", "capacity", "used"}))
"""Columns read together: where one was changed the others are read with it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column in a form."""

    column: Column
    text: str
    widget: Widget
    unit: Text
    options: tuple[tuple[str, Text], ...] = ()
    faults: tuple[Fault, ...] = ()
    suggests: str = ""
    """Ledger whose records may be named here."""

    @property
    def chosen(self) -> frozenset[str]:
        """Codes checked, of a field with several."""
        return frozenset(self.text.split(JOIN))


def texts_of(ledger: str, row: Row) -> dict[str, str]:
    """Give the texts of a row as a form shows them; each reads back as the value it stands for."""
    return {column.name: _text(ledger, column, row) for column in columns(ledger)}


def typed_in(ledger: str, posted: QueryDict) -> dict[str, str]:
    """Give the texts of the columns that a form has, as they were typed; several checks as one list."""
    return {
        column.name: JOIN.join(filter(None, (text.strip() for text in posted.getlist(column.name))))
        for column in columns(ledger)
        if column.name in posted
    }


def changed_in(before: Mapping[str, str], typed: Mapping[str, str]) -> frozenset[str]:
    """Name the columns whose text was changed."""
    return frozenset(name for name, text in typed.items() if _plain(text) != _plain(before.get(name, "")))


def read_changes(ledger: str, before: Mapping[str, str], typed: Mapping[str, str]) -> Entered:
    """Read the columns whose text was changed, with those that are read together with them."""
    changed = changed_in(before, typed)
    wanted = set(changed)
    for linked in _LINKED:
        if linked & changed:
            wanted |= linked & before.keys()
    if "coordinate_system" in changed:
        wanted |= set(POSITION) & before.keys()
    system = {name: before[name] for name in POSITION[3:] if set(POSITION) & wanted and name in before}
    texts = {**before, **typed}
    read = read_entry(
        ledger, system | {name: texts[name] for name in texts if name in wanted | system.keys()}
    )
    kept = wanted | ({"coordinate_system"} if "coordinate_system" in changed else set())
    values = {name: value for name, value in as_held(read.values).items() if name.partition(".")[0] in kept}
    return Entered(values, tuple(fault for fault in read.faults if fault.column in wanted))


def sections_for(
    ledger: str, texts: Mapping[str, str], faults: Sequence[Fault], fixed: frozenset[str]
) -> list[tuple[Section, list[Field]]]:
    """Give the sections of a ledger's form with their fields.

    fixed: columns that are shown and cannot be changed here.
    """
    known = {column.name: column for column in columns(ledger)}
    return [
        (section, [_field(ledger, known[name], texts, faults, name in fixed) for name in section.columns])
        for section in SECTIONS[ledger]
    ]


def say_text(column: Column, text: str) -> Text:
    """Say what a field holds: of codes that are chosen their words, of anything else the text itself."""
    words = dict(_options(column))
    said = [words.get(part, Text(part, part)) for part in (text.split(JOIN) if words else [text])]
    return Text(JOIN.join(one.zh for one in said), "; ".join(one.en for one in said))


def known_by(ledger: str) -> frozenset[str]:
    """Name the columns a record is known by: another one has others."""
    keys = frozenset(column.name for column in columns(ledger) if column.is_key and column.type == "id")
    return keys | _FIXED.get(ledger, frozenset())


def _field(
    ledger: str, column: Column, texts: Mapping[str, str], faults: Iterable[Fault], is_fixed: bool
) -> Field:
    resource = {"resource": texts.get("resource", "")}
    unit = HEADER_UNIT.get(with_unit_of(column, resource).unit, Text("", ""))
    own = tuple(
        fault
        for fault in faults
        if fault.column == column.name or (not fault.column and fault.label == column.label)
    )
    text = texts.get(column.name, "")
    return Field(
        column, text, _widget(column, is_fixed), unit, _options(column), own, _suggests(ledger, column, texts)
    )


def _widget(column: Column, is_fixed: bool) -> Widget:
    if is_fixed:
        return "fixed"
    by_type: Mapping[str, Widget] = {
        "choice": "select", "bool": "select", "choices": "checks", "date": "date", "polygon": "boundary",
    }  # fmt: skip
    return by_type.get(column.type, "area" if column.name in _PARAGRAPHS else "text")


def _options(column: Column) -> tuple[tuple[str, Text], ...]:
    if column.type == "bool":
        return (("", Text("不明", "not known")), (YES, Text("是", "yes")), (NO, Text("否", "no")))
    if column.type == "choices":
        return tuple((choice.code, choice.label) for choice in choices(column.target))
    if column.type == "choice":
        return (("", Text("—", "—")), *((choice.code, choice.label) for choice in choices(column.target)))
    return ()


def _suggests(ledger: str, column: Column, texts: Mapping[str, str]) -> str:
    if column.type in {"ref", "refs"}:
        return column.target
    if (ledger, column.name) in FIRM_COLUMNS:
        return "firms"
    is_zones = (ledger, column.name, texts.get("scope_kind")) == ("quotas", "scope", "zone")
    return "zones" if is_zones else ""


def _text(ledger: str, column: Column, row: Row) -> str:
    value = cell(row, column)
    if value in (None, "", []):
        return ""
    if column.type in QUANTITY_TYPES:
        return _quantity_text(ledger, with_unit_of(column, row), value, row)
    if isinstance(value, bool):
        return YES if value else NO
    if column.type == "amounts" and isinstance(value, list):
        return JOIN.join(f"{one['name']} {_number(one['amount'])}" for one in value)
    if isinstance(value, list):
        return JOIN.join(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return _number(value) if isinstance(value, int | float) else str(value)


def _quantity_text(ledger: str, column: Column, value: Value, row: Row) -> str:
    """Write a quantity as it was written, if it reads back the same without the header it stood under."""
    raw = str(row.get(f"{column.name}.raw") or "")
    if raw:
        texts = {"resource": str(row.get("resource") or ""), column.name: raw}
        read = read_entry(ledger, texts if column.type == "quota_amount" else {column.name: raw}).values
        if column.name in read and same(column, cell(read, column), value):
            return raw
    if not isinstance(value, Bounded):
        return _number(value) + ("%" if column.type == "percent" else "")
    if value.high is not None:
        return f"{_number(value.value)}至{_number(value.high)}"
    return f"{_BOUND[value.strength]}{_number(value.value)}"


def _number(value: Any) -> str:
    return f"{value:.15g}"


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
