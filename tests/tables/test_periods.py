from datetime import date

import pytest

from yinfeng.tables.periods import parse_period
from yinfeng.tables.spelling import Unreadable


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        ("2024", "2024"),
        (2024.0, "2024"),
        ("2024年度", "2024"),
        ("2024H1", "2024H1"),
        ("2024 年上半年", "2024H1"),
        ("2024年下半年", "2024H2"),
        ("2024年第三季度", "2024Q3"),
        ("2024Q2", "2024Q2"),
        ("2024年前三季度", "2024-01..2024-09"),
        ("2024年1—8月", "2024-01..2024-08"),
        ("2024年1至8月份", "2024-01..2024-08"),
        ("2024-01..2024-08", "2024-01..2024-08"),
        ("2024年8月", "2024-08"),
        ("2024-08", "2024-08"),
        ("截至2024年8月底", "2024-01..2024-08"),
        ("2024-08-31", "2024-01..2024-08"),
        (date(2024, 8, 15), "2024-01-01..2024-08-15"),
    ],
)
def test_periods_as_people_write_them(raw: object, label: str) -> None:
    assert parse_period(raw).label == label


@pytest.mark.parametrize("raw", ["", "今年", "2024年13月", "2024年8-1月", "24年", "上半年"])
def test_what_is_no_period_is_refused(raw: str) -> None:
    with pytest.raises(Unreadable):
        parse_period(raw)
