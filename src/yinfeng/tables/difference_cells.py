"""The cells of a row as people see them: one value each, equal by meaning, told as JSON.

A row holds a quantity in three columns: the number, its strength and its upper end. They are one cell.
"""

import datetime
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import shapely

from yinfeng.tables import schema as schemas
from yinfeng.tables.columns import tidy
from yinfeng.tables.quantities import Strength
from yinfeng.tables.schema import QUANTITY_TYPES, Column
from yinfeng.tables.write import is_formula_like

Row = Mapping[str, Any]
"""A row as `rows_of` gives it; columns that are missing are blank."""

ROUNDING: Final = 1e-12
"""Relative difference of equal numbers: Excel keeps 15 digits, and a unit in the header adds a rounding."""

_SAME_CORNER_DEG: Final = 1e-6  # 0.1 m; boundaries are kept to 7 decimals


@dataclass(frozen=True, slots=True)
class Bounded:
    """A quantity that is not one plain number: 不超过50, 30至50."""

    value: float
    strength: Strength
    high: float | None


Value = bool | float | str | datetime.date | list[Any] | Bounded | None
"""What a cell holds; blank is None."""


@cache
def columns_of(ledger: str) -> Mapping[str, Column]:
    """Give the columns of a ledger by name."""
    return {column.name: column for column in schemas.load(ledger).columns}


@cache
def blank_row(ledger: str) -> Row:
    """Give a row of a ledger with every column, raw texts apart, and nothing in it."""
    row: dict[str, Any] = {}
    for column in schemas.load(ledger).columns:
        put(row, column, None)
    return row


def cell(row: Row, column: Column) -> Value:
    """Give a cell of a row."""
    value: Value = row.get(column.name)
    if column.type not in QUANTITY_TYPES:
        return value
    return quantity(value, row.get(f"{column.name}.strength"), row.get(f"{column.name}.high"))


def same(column: Column, one: Value, other: Value) -> bool:
    """Say whether two cells mean the same.

    Numbers are equal within `ROUNDING`. No list of a ledger is ordered: what reads them takes them as sets,
    and amounts as the sum of each name. Boundaries may begin at any corner, texts have their blanks tidied.
    """
    if one == other or is_blank(one) or is_blank(other):
        return one == other or (is_blank(one) and is_blank(other))
    match one, other:
        case Bounded() as a, Bounded() as b:
            is_same_end = same(column, a.value, b.value) and same(column, a.high, b.high)
            return a.strength == b.strength and is_same_end
        case (float() | int()) as a, (float() | int()) as b:
            return math.isclose(a, b, rel_tol=ROUNDING)
        case list() as a, list() as b:
            return _same_amounts(a, b) if column.type == "amounts" else set(a) == set(b)
        case str() as a, str() as b if column.type == "polygon":
            return _same_boundary(a, b)
        case str() as a, str() as b if column.type == "text":
            return _plain(a) == _plain(b)
    return False


def encode(column: Column, value: Value) -> Any:
    """Give a cell as JSON can hold it; `decode` gives it back."""
    if isinstance(value, Bounded):
        return {"value": value.value, "strength": value.strength, "high": value.high}
    return value.isoformat() if isinstance(value, datetime.date) else value


def decode(column: Column, value: Any) -> Value:
    """Give the cell that `encode` wrote."""
    if isinstance(value, str) and column.type == "date":
        return datetime.date.fromisoformat(value)
    if isinstance(value, dict):
        return Bounded(value["value"], value["strength"], value["high"])
    decoded: Value = value
    return decoded


def put(row: dict[str, Any], column: Column, value: Value) -> None:
    """Put a cell into a row, in the columns that hold it; its raw text goes, which told the value before."""
    name = column.name
    row[name] = value
    if column.type == "date":
        row.pop(f"{name}.raw", None)
    elif column.type in QUANTITY_TYPES:
        row.pop(f"{name}.raw", None)
        row[f"{name}.strength"], row[f"{name}.high"] = None if value is None else "=", None
        if isinstance(value, Bounded):
            row[name], row[f"{name}.strength"], row[f"{name}.high"] = value.value, value.strength, value.high


def quantity(value: Any, strength: Strength | None, high: float | None) -> Value:
    """Give the cell of a quantity from the three columns that hold it."""
    if value is None or (high is None and strength in {None, "="}):
        plain: Value = value
        return plain
    return Bounded(value, strength or "=", high)


def is_blank(value: Value) -> bool:
    """Say whether a cell holds nothing."""
    return value is None or value in ("", [])


def _plain(text: str) -> str:
    """Give a text without what writing and reading again may do to it; CSV puts ' before a formula."""
    plain = tidy(text)
    return plain[1:] if plain.startswith("'") and is_formula_like(plain[1:]) else plain


def _same_amounts(one: Iterable[Row], other: Iterable[Row]) -> bool:
    a, b = _totals(one), _totals(other)
    return a.keys() == b.keys() and all(math.isclose(a[name], b[name], rel_tol=ROUNDING) for name in a)


def _totals(amounts: Iterable[Row]) -> Mapping[str, float]:
    totals: Counter[str] = Counter()
    for amount in amounts:
        totals[amount["name"]] += amount["amount"]
    return totals


def _same_boundary(one: str, other: str) -> bool:
    shapes = shapely.normalize(shapely.from_wkt([one, other], on_invalid="ignore"))
    return bool(shapely.equals_exact(*shapes, tolerance=_SAME_CORNER_DEG))
