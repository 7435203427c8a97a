"""Units: ledger values become whole numbers and come back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.units import ENGINE_FACTOR, from_engine, to_engine


@pytest.mark.parametrize(
    ("value", "unit", "whole"),
    [
        (30, "mu", 20_000),
        (40, "mu", 26_667),
        (0.1, "mu", 67),
        (8.2, "m", 8_200),
        (1.005, "m", 1_005),
        (2.5, "m2", 3),
        (1.1, "wan", 11_000),
        (0.35, "wan_per_mu", 3_500),
        (8.05, "yuan_m2_month", 805),
        (200, "t_per_d", 73_000),
        (1.5, "t_per_h", 1_500),
        (93_610, "wan", 936_100_000),
    ],
)
def test_values_become_whole_numbers(value: float, unit: str, whole: int) -> None:
    assert to_engine(value, unit) == whole


@given(st.integers(0, 10**9), st.sampled_from(sorted(ENGINE_FACTOR)))
def test_whole_numbers_come_back(whole: int, unit: str) -> None:
    assert to_engine(from_engine(whole, unit), unit) == whole
