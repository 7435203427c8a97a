"""Working days: counted forth and back, across holidays and make-up days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.working_days import YearCalendar, working_days

FIRST, LAST = date(2023, 1, 1), date(2026, 12, 31)
OFF = frozenset(date(2024, 2, day) for day in range(10, 18))
WORKED = frozenset({date(2024, 2, 4), date(2024, 2, 18)})
DAYS = working_days({2024: YearCalendar(OFF, WORKED)}, first=FIRST, last=LAST)

some_days = st.dates(date(2023, 6, 1), date(2026, 6, 1))


def test_a_holiday_is_skipped_and_a_make_up_day_counts() -> None:
    assert DAYS.after(date(2024, 2, 2), 1) == date(2024, 2, 4)
    assert DAYS.after(date(2024, 2, 9), 2) == date(2024, 2, 19)
    assert DAYS.between(date(2024, 2, 9), date(2024, 2, 19)) == 2
    assert (DAYS.is_working(date(2024, 2, 18)), DAYS.is_working(date(2024, 2, 17))) == (True, False)


def test_only_announced_years_are_said_to_be() -> None:
    assert 2024 in DAYS.announced
    assert 2025 not in DAYS.announced


@given(some_days, st.integers(0, 100))
def test_counting_forth_and_back_agree(day: date, count: int) -> None:
    end = DAYS.after(day, count)
    assert DAYS.between(day, end) == count
    assert count == 0 or DAYS.is_working(end)


@given(some_days, st.integers(0, 200))
def test_between_counts_each_day(day: date, span: int) -> None:
    end = day + timedelta(span)
    counted = sum(DAYS.is_working(day + timedelta(n)) for n in range(1, span + 1))
    assert (DAYS.between(day, end), DAYS.between(end, day)) == (counted, -counted)


@given(some_days, st.integers(0, 60), some_days)
def test_another_holiday_never_brings_an_end_forward(day: date, count: int, holiday: date) -> None:
    more = working_days({2024: YearCalendar(OFF | {holiday}, WORKED - {holiday})}, first=FIRST, last=LAST)
    assert more.after(day, count) >= DAYS.after(day, count)


def test_outside_the_span_is_an_error() -> None:
    with pytest.raises(ValueError, match="lies outside"):
        DAYS.is_working(date(2027, 1, 1))
    with pytest.raises(ValueError, match="lie outside"):
        DAYS.after(date(2026, 12, 30), 10)
    with pytest.raises(ValueError, match="negative"):
        DAYS.after(date(2024, 1, 2), -1)
