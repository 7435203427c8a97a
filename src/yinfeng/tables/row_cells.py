"""A row of a ledger as people read it: the columns that are filled, each with its label and its words."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from yinfeng.core.text import Text
from yinfeng.tables.schema import HEADER_UNIT, LIST_TYPES, QUANTITY_TYPES, Column, Schema, choice_label

YES: Final = Text("是", "yes")
NO: Final = Text("否", "no")

_BARE: Final = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
_YEAR_FIRST: Final = re.compile("(?:19|20)[0-9]{2}(?![0-9])")
_NO_UNIT: Final = Text("", "")
_PER_CENT: Final = Text("%", "%")

Cell = tuple[Text, Text]
"""A column's label and what stands in it."""


def cells_of(schema: Schema, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Give the filled cells of a row that `read_ledger` read; made-up fields are told by `synthetic_of`."""
    found = []
    for column in schema.columns:
        value = row.get(column.name)
        if column.name != "synthetic" and value not in (None, "", []):
            found.append((column.label, _said(column, value, row)))
    return tuple(found)


def synthetic_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the made-up fields of a row."""
    return tuple(row.get("synthetic") or ())


def _said(column: Column, value: Any, row: Mapping[str, Any]) -> Text:
    raw = row.get(f"{column.name}.raw")
    if column.type in QUANTITY_TYPES:
        return _amount(column, value, "" if raw is None else str(raw))
    if column.type == "choice":
        return choice_label(column.target, str(value))
    if column.type == "choices":
        labels = [choice_label(column.target, str(one)) for one in value]
        return Text("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))
    if column.type in LIST_TYPES:
        return Text("、".join(map(str, value)), ", ".join(map(str, value)))
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, date):
        typed = "" if raw is None else str(raw).partition(" ")[0]
        return _same(typed if _YEAR_FIRST.match(typed) else value.isoformat())
    return _same(str(value))


def _amount(column: Column, value: float, raw: str) -> Text:
    """Give a quantity as it was typed where that bears a unit, else in the unit of the dictionary."""
    if raw and not _BARE.fullmatch(raw):
        return _same(raw)
    unit = HEADER_UNIT.get(column.unit, _PER_CENT if column.type == "percent" else _NO_UNIT)
    shown = f"{value * 100 if column.type == 'percent' else value:.12g}"
    return Text(f"{shown}{unit.zh}", f"{shown} {unit.en}".strip())


def _same(text: str) -> Text:
    return Text(text, text)
