"""Spans of days: anniversaries, unions, and a deadline pushed back by days that do not count."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from ``start`` on, up to and without ``end``; ``date.max`` where no end is known."""

    start: date
    end: date


@lru_cache(maxsize=100_000)
def add_months(day: date, months: int) -> date:
    """Give the day of the same number so many months later, or that month's last day where it has none.

    29 February 2020 and a year is 28 February 2021. Source: Civil Code art. 202.
    """
    years, month = divmod(day.month - 1 + months, _MONTHS_PER_YEAR)
    year = day.year + years
    month += 1
    if day.day <= 28:
        return date(year, month, day.day)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Give spans that cover the same days, in order and without overlap; empty ones go."""
    merged: list[Span] = []
    for span in sorted(spans):
        if span.end <= span.start:
            continue
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def days_within(spans: Sequence[Span], start: date, end: date) -> int:
    """Count the days of disjoint spans that lie from ``start`` up to and without ``end``."""
    return sum(
        max(0, (min(span.end, end) - max(span.start, start)).days)
        for span in spans
        if span.end > start and span.start < end
    )


def pushed_back(deadline: date, spans: Sequence[Span], start: date) -> date | None:
    """Give a deadline later by the days of disjoint spans that lie between ``start`` and itself.

    None where a span without an end stops the clock before the deadline.
    """
    for span in spans:
        first = max(span.start, start)
        if span.end <= first:
            continue
        if first >= deadline:
            break
        if span.end == date.max:
            return None
        deadline += timedelta(days=(span.end - first).days)
    return deadline
