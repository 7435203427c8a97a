"""A stretch of time that figures are counted over: a year so far, a half-year, a month."""

import calendar
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

MONTHS: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from ``start`` to ``end``, both counted."""

    start: date
    end: date

    @property
    def year(self) -> int:
        """The year it ends in, whose plan and targets hold."""
        return self.end.year

    @property
    def label(self) -> str:
        """``2024``, ``2024H1``, ``2024Q1``, ``2024-06``, ``2024-01..2024-08``; else its two days."""
        first, last = (self.start.month, self.end.month)
        is_whole = self.start.day == 1 and self.end.day == last_day(self.end.year, last)
        if not is_whole:
            return f"{self.start}..{self.end}"
        if self.start.year == self.end.year:
            short = _SHORT.get((first, last))
            if short is not None:
                return f"{self.year}{short}"
            if first == last:
                return f"{self.year}-{last:02}"
        return f"{self.start:%Y-%m}..{self.end:%Y-%m}"

    @property
    def months_elapsed(self) -> int:
        """How many months of its year are over at its end; the month it ends in counts from its last day."""
        is_over = self.end.day == last_day(self.end.year, self.end.month)
        return self.end.month if is_over else self.end.month - 1

    @property
    def time_norm(self) -> Fraction:
        """The share of its year that is over: months / 12."""
        return Fraction(self.months_elapsed, MONTHS)

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it; an unknown day does not."""
        return day is not None and self.start <= day <= self.end


_SHORT: Final = {
    (1, 12): "", (1, 6): "H1", (7, 12): "H2",
    (1, 3): "Q1", (4, 6): "Q2", (7, 9): "Q3", (10, 12): "Q4",
}  # fmt: skip


def year_to(day: date) -> Period:
    """Give the year up to and with a day."""
    return Period(date(day.year, 1, 1), day)


def months_of(year: int, first: int, last: int) -> Period:
    """Give whole months of a year."""
    return Period(date(year, first, 1), date(year, last, last_day(year, last)))


def last_day(year: int, month: int) -> int:
    """Give the number of days of a month."""
    return calendar.monthrange(year, month)[1]


def months_past(day: date, on: date) -> int:
    """Count the whole months from a day to another, negative never: 2024-03-15 to 2024-05-14 is 1."""
    months = (on.year - day.year) * MONTHS + on.month - day.month
    if on.day < day.day and on.day != last_day(on.year, on.month):
        months -= 1
    return max(0, months)
