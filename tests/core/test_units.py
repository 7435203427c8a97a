"""Units: ledger values become whole numbers and come back."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yinfeng.core.units import ENGINE_FACTOR, all_to_engine, from_engine, to_engine


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


_NEAR_A_HALF = st.builds(
    lambda whole, twelfths, off: whole + twelfths / 12 + off,
    st.integers(-(10**12), 10**12),
    st.integers(0, 11),
    st.sampled_from([0.0, 4e-7, -4e-7, 5e-7, -5e-7, 6e-7, 1e-6, -1e-6, 1e-5, -1e-5, 1e-9]),
)


@given(
    st.lists(st.floats(-(2.0**45), 2.0**45) | _NEAR_A_HALF | st.integers(0, 10**7).map(lambda n: n / 1000)),
    st.sampled_from(sorted(ENGINE_FACTOR)),
)
@example([0.5, 1.5, 2.5, 0.4999994, 0.4999996, 0.4999995, 2.0**44 + 0.5, -0.5, -0.0, 5e-324], "m2")
@example([0.4999995, 1.005, 1.0005, 8.2, 0.0005, 0.0004999999999], "m")
def test_many_values_become_the_whole_numbers_of_each(values: list[float], unit: str) -> None:
    many = all_to_engine(np.array(values, dtype=np.float64), unit)
    assert many.tolist() == [to_engine(value, unit) for value in values]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300])
def test_what_no_whole_number_is_raises_among_many(value: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        all_to_engine(np.array([1.0, value]), "m2")
