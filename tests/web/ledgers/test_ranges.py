from datetime import date

import pytest

from yinfeng.tables.schema import load
from yinfeng.tables.spelling import Unreadable
from yinfeng.web.ledgers.ranges import Range, read_range

AREA = load("places").column("area_m2")
SEEN = load("places").column("verified_on")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5000..20000", 5000.0, 20000.0),
        ("30亩..", 20000.0, None),
        ("..3公顷", None, 30000.0),
        ("30亩以上", 20000.0, None),
        ("不超过30亩", None, 20000.0),
        ("5000-8000", 5000.0, 8000.0),
        ("5000", 5000.0, 5000.0),
        ("30亩以上..不超过3公顷", 20000.0, 30000.0),
    ],
)
def test_an_area_may_be_written_as_people_do(text, low, high):
    found = read_range(AREA, text)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2025-01-05..2025-02-06", date(2025, 1, 5), date(2025, 2, 6)),
        ("..2025", None, date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_month_or_a_year_is_meant_whole(text, low, high):
    assert read_range(SEEN, text) == Range(low, high)


def test_what_is_not_known_can_be_asked_for():
    assert read_range(AREA, "-") == Range(is_blank=True)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (AREA, "大"),
        (AREA, "9..3"),
        (AREA, "不超过30亩.."),
        (AREA, "..30亩以上"),
        (AREA, "1-2..3"),
        (SEEN, "昨天"),
        (SEEN, "2025-03..2025-01"),
    ],
)
def test_what_cannot_be_read_is_refused(column, text):
    with pytest.raises(Unreadable):
        read_range(column, text)
