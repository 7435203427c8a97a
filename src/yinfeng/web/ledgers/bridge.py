"""Records ↔ rows as tables and the engine know them: column → value, None where blank.

A quantity's row also has ``<name>.strength`` ("=" unless written otherwise), ``<name>.high`` (the upper end
of a range) and ``<name>.raw`` (as it was written), as `yinfeng.tables.read` gives them.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from django.db.models import QuerySet

from yinfeng.tables.difference_matches import record_key
from yinfeng.tables.schema import LIST_TYPES, QUANTITY_TYPES
from yinfeng.web.firms.names import name_key
from yinfeng.web.ledgers.registry import HELD, attribute, columns

Row = dict[str, Any]
_TURNED: Final = frozenset({"gcj02", "bd09"})
_BLANK_LISTS: Final = LIST_TYPES | {"amounts"}


def row_of(ledger: str, record: Any) -> Row:
    """Give one record as a row."""
    names = _attributes(ledger)
    return _row(ledger, [getattr(record, name) for name in names])


def rows_of(ledger: str, records: "QuerySet[Any]") -> list[Row]:
    """Give many records as rows, without making an object of each."""
    return [_row(ledger, values) for values in records.values_list(*_attributes(ledger)).iterator(2000)]


def own_of(ledger: str, record: Any) -> Row:
    """Give the fields kept beside the dictionary's columns."""
    return {name: getattr(record, name) for name in HELD[ledger].own}


def content_of(ledger: str, record: Any) -> Row:
    """Give all that the trail follows: columns of the dictionary, what was said of them, own fields."""
    row = {name: value for name, value in row_of(ledger, record).items() if "." not in name}
    return row | record.said | own_of(ledger, record)


def attributes_of(ledger: str, row: Mapping[str, Any]) -> Row:
    """Give what a model is to hold of a row (whole or part), without its qualifiers (`said_of`)."""
    held: Row = {}
    for name, value in row.items():
        if name in _types(ledger):
            held[attribute(ledger, name)] = _blank(ledger, name) if value is None else value
        elif name in HELD[ledger].own:
            held[name] = value
    if ledger == "firms" and "firm_name" in row:
        held["name_key"] = name_key(row["firm_name"] or "")
    return held


def said_of(row: Mapping[str, Any]) -> Row:
    """Give the qualifiers of a row that tell more than its numbers and dates do."""
    return {
        name: value
        for name, value in row.items()
        if "." in name and value not in (None, "") and _tells_more(name, value, row)
    }


def as_held(row: Mapping[str, Any]) -> Row:
    """Give a row that was read as it is held: its coordinates were turned into WGS84, so it says so."""
    if row.get("coordinate_system") in _TURNED:
        return {**row, "coordinate_system": "wgs84"}
    return dict(row)


def key_of(ledger: str, row: Mapping[str, Any]) -> str:
    """Give the key a row is held by: the one that an import finds it by."""
    return record_key(ledger, row)


def zone_of(
    ledger: str, row: Mapping[str, Any], zone_of_place: Mapping[str, str] | None = None
) -> str | None:
    """Give the zone a row belongs to.

    zone_of_place: place id → zone id, for pins, which belong where their first place is.
    """
    if ledger == "pins":
        return (zone_of_place or {}).get(next(iter(row["place_id"] or ()), ""))
    if ledger == "quotas":
        return row["scope"] if row["scope_kind"] == "zone" else row.get("zone")
    zone = row.get("zone_id")
    return None if zone is None else str(zone)


def _row(ledger: str, values: Iterable[Any]) -> Row:
    names = (*(column.name for column in columns(ledger)), "said")
    row: Row = {name: None if _is_blank(value) else value for name, value in zip(names, values, strict=True)}
    said = row.pop("said") or {}
    for name in _quantities(ledger):
        row[f"{name}.raw"] = None
        row[f"{name}.strength"] = None if row[name] is None else "="
        row[f"{name}.high"] = None
    return row | said


def _is_blank(value: Any) -> bool:
    return value in (None, "", [])


def _blank(ledger: str, column: str) -> Any:
    kind = _types(ledger)[column]
    if kind in _BLANK_LISTS:
        return []
    if attribute(ledger, column) != column or column == "zone_id":
        return None
    return "" if kind in {"id", "ref", "text", "choice", "uscc", "code", "polygon"} else None


@cache
def _attributes(ledger: str) -> tuple[str, ...]:
    return (*(attribute(ledger, column.name) for column in columns(ledger)), "said")


@cache
def _types(ledger: str) -> Mapping[str, str]:
    return {column.name: column.type for column in columns(ledger)}


@cache
def _quantities(ledger: str) -> tuple[str, ...]:
    return tuple(column.name for column in columns(ledger) if column.type in QUANTITY_TYPES)


def _tells_more(name: str, value: Any, row: Mapping[str, Any]) -> bool:
    column, _, qualifier = name.partition(".")
    if qualifier == "strength":
        return value != "="
    if qualifier == "high":
        return True
    held = row.get(column)
    return str(value) not in _spellings(held)


def _spellings(value: Any) -> set[str]:
    """Give the texts that say no more than the value itself."""
    if isinstance(value, float):
        return {str(value), f"{value:g}", f"{value:.0f}", f"{value:,.0f}"}
    return {"" if value is None else str(value)}
