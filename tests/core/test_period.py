from datetime import date
from fractions import Fraction

import pytest

from yinfeng.core.period import Period, months_of, months_past, year_to


@pytest.mark.parametrize(
    ("start", "end", "label", "months"),
    [
        ("2024-01-01", "2024-06-30", "2024H1", 6),
        ("2024-01-01", "2024-12-31", "2024", 12),
        ("2024-07-01", "2024-12-31", "2024H2", 12),
        ("2024-07-01", "2024-09-30", "2024Q3", 9),
        ("2024-01-01", "2024-02-29", "2024-01..2024-02", 2),
        ("2024-02-01", "2024-02-29", "2024-02", 2),
        ("2024-01-01", "2024-08-15", "2024-01-01..2024-08-15", 7),
        ("2023-07-01", "2024-06-30", "2023-07..2024-06", 6),
    ],
)
def test_labels_and_months(start: str, end: str, label: str, months: int) -> None:
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    assert (period.label, period.months_elapsed) == (label, months)
    assert period.time_norm == Fraction(months, 12)


def test_a_period_holds_its_first_and_last_day() -> None:
    period = months_of(2024, 1, 6)
    assert period == year_to(date(2024, 6, 30))
    assert period.holds(date(2024, 1, 1))
    assert period.holds(date(2024, 6, 30))
    assert not period.holds(date(2024, 7, 1))
    assert not period.holds(None)


@pytest.mark.parametrize(
    ("day", "on", "months"),
    [
        ("2024-03-15", "2024-05-14", 1),
        ("2024-03-15", "2024-05-15", 2),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-03-15", "2024-03-14", 0),
        ("2024-05-01", "2024-03-01", 0),
    ],
)
def test_whole_months(day: str, on: str, months: int) -> None:
    assert months_past(date.fromisoformat(day), date.fromisoformat(on)) == months
