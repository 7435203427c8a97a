"""Working days by the official calendar: weekdays, less holidays, with the weekend days worked instead."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_A_DAY: Final = timedelta(days=1)
_WEEKEND: Final = 5  # date.weekday() of Saturday


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """What the official notice says of one year."""

    off: frozenset[date]
    """Days off, weekends among them."""
    worked: frozenset[date]
    """Weekend days that are worked (make-up days)."""


@dataclass(frozen=True, eq=False, slots=True)
class WorkingDays:
    """The working days of a span of years; a year that was not announced goes by its weekdays alone."""

    announced: frozenset[int]
    """Years whose official notice is known; an answer that rests on another says so."""
    first: date
    last: date
    days: tuple[date, ...]
    """Every working day from ``first`` to ``last``, in order."""

    def is_working(self, day: date) -> bool:
        """Tell whether offices are open. Raises ValueError for a day outside the span."""
        at = bisect_left(self.days, self._within(day))
        return at < len(self.days) and self.days[at] == day

    def after(self, day: date, count: int) -> date:
        """Give the ``count``-th working day after a day; the day itself is not counted.

        With ``count`` 0 the day itself. A period of n working days that begins with an application on ``day``
        ends on this day. Raises ValueError outside the span or for a negative count.
        """
        if count < 0:
            raise ValueError(f"count {count} is negative")
        if count == 0:
            return day
        at = bisect_right(self.days, self._within(day)) + count - 1
        if at >= len(self.days):
            raise ValueError(f"{count} working days after {day} lie outside {self.first}–{self.last}")
        return self.days[at]

    def between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to and with ``end``; negative if ``end`` is earlier."""
        return bisect_right(self.days, self._within(end)) - bisect_right(self.days, self._within(start))

    def _within(self, day: date) -> date:
        if not self.first <= day <= self.last:
            raise ValueError(f"{day} lies outside {self.first}–{self.last}")
        return day


def working_days(years: Mapping[int, YearCalendar], *, first: date, last: date) -> WorkingDays:
    """Lay out the working days from ``first`` to ``last``.

    A notice may speak of days of the year before or after its own (a holiday across New Year).
    """
    off = frozenset(day for year in years.values() for day in year.off)
    worked = frozenset(day for year in years.values() for day in year.worked)
    return WorkingDays(
        announced=frozenset(years),
        first=first,
        last=last,
        days=tuple(
            day
            for day in _span(first, last)
            if day in worked or (day.weekday() < _WEEKEND and day not in off)
        ),
    )


def _span(first: date, last: date) -> Iterable[date]:
    day = first
    while day <= last:
        yield day
        day += _A_DAY
