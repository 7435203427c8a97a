"""Ranges as people type them and addresses keep them: ``5000..20000``, ``30亩..``, ``..2026-01``."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

from yinfeng.core.text import Text
from yinfeng.tables import dates, quantities
from yinfeng.tables.schema import Column
from yinfeng.tables.spelling import Unreadable

BLANK: Final = "-"
"""Stands for "not known" where an address names a value or a range."""
_TO: Final = ".."
_DATE: Final = Text(
    "日期或两个日期之间，例如 2025-01-01..2025-12-31", "a date or two, e.g. 2025-01-01..2025-12-31"
)
_AT_LEAST: Final = frozenset({"=", ">", ">="})
_AT_MOST: Final = frozenset({"=", "<", "<=", "<~"})
_ENDS: Final = Text("从哪里到哪里各一个数", "one number for each end")
_ORDER: Final = Text("先小后大的两端", "the lower end first")


@dataclass(frozen=True, slots=True)
class Range:
    """What a column must lie in; both ends belong to it, None: no limit."""

    low: float | date | None = None
    high: float | date | None = None
    is_blank: bool = False
    """Only what is not known."""


def read_range(column: Column, text: str) -> Range:
    """Read a range of a quantity or of a date, in the column's unit or the one that is written.

    Raises Unreadable.
    """
    if text == BLANK:
        return Range(is_blank=True)
    if column.type == "date":
        return _dates(text)
    if _TO not in text:
        return _spoken(column, text)
    low, _, high = (part.strip() for part in text.partition(_TO))
    return _ordered(_end(column, low, _AT_LEAST), _end(column, high, _AT_MOST))


def _end(column: Column, text: str, strengths: frozenset[str]) -> float | None:
    """Read one end; what says of itself that it is the other end is refused."""
    if not text:
        return None
    found = quantities.parse(text, _unit(column))
    if found.high is not None or found.strength not in strengths:
        raise Unreadable(_ENDS, Text("把它写在另一端", "write it at the other end"))
    return found.value


def _spoken(column: Column, text: str) -> Range:
    """Read 不超过50亩, 30亩以上, 30至50亩, or one number, which is then meant exactly."""
    found = quantities.parse(text, _unit(column))
    if found.high is not None:
        return Range(found.value, found.high)
    low = found.value if found.strength in _AT_LEAST else None
    return Range(low, found.value if found.strength in _AT_MOST else None)


def _dates(text: str) -> Range:
    low, to, high = (part.strip() for part in text.partition(_TO))
    try:
        first = dates.parse(low).on if low else None
        upper = high if to else low
        last = _last_day(dates.parse(upper)) if upper else None
    except Unreadable as error:
        raise Unreadable(_DATE, error.fix) from error
    return _ordered(first, last)


def _last_day(day: dates.Day) -> date:
    """Give the last day of a day, a month or a year: "..2025" takes in December."""
    if day.precision == "year":
        return day.on.replace(month=12, day=31)
    if day.precision == "month":
        return day.on.replace(day=monthrange(day.on.year, day.on.month)[1])
    return day.on


def _ordered(low: float | date | None, high: float | date | None) -> Range:
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        raise Unreadable(_ORDER, Text("把两端对调", "exchange the two ends"))
    return Range(low, high)


def _unit(column: Column) -> str:
    return "percent" if column.type == "percent" else column.unit or "count"
