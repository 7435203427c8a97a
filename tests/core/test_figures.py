"""Figures are exact until they are shown, and shown as published ones are rounded."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.figures import Figure, Side, count, rounded, share, shown, total
from yinfeng.core.text import Text

NOTHING = Text("", "")


def figure(kind: str, value: Fraction | None, decimals: int) -> Figure:
    return Figure(
        code="x", title=NOTHING, definition=NOTHING, zone="Z10", period="2024H1", kind=kind, unit=NOTHING,  # type: ignore[arg-type]
        numerator=None, value=value, decimals=decimals,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(1800, 19), 1, "94.7"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(0), 2, "0.00"),
    ],
)
def test_halves_go_away_from_zero(value: Fraction, decimals: int, expected: str) -> None:
    assert str(rounded(value, decimals)) == expected


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_rounding_is_never_off_by_more_than_half_a_digit(value: Fraction, decimals: int) -> None:
    result = rounded(value, decimals)
    assert abs(Fraction(result) - value) * 10**decimals * 2 <= 1
    assert result.as_tuple().exponent == -decimals


def test_the_page_is_printed_as_the_page_has_it() -> None:
    items = count(tuple(f"procedures:{n}" for n in range(35)))
    needed = count(tuple(f"procedures:{n}" for n in range(40)))
    assert shown(figure("share", share(items, needed), 1)) == "87.5%"
    assert shown(figure("amount", Fraction(9361, 100), 2)) == "93.61"
    assert shown(figure("points", Fraction(66, 1000), 1)) == "+6.6"
    assert shown(figure("growth", None, 1)) == "—"


def test_nothing_divides_by_nothing() -> None:
    assert share(count(("a",)), Side(Fraction(), ())) is None


def test_a_sum_keeps_its_rows() -> None:
    side = total([("signings:a", Fraction("8.51")), ("signings:b", Fraction("1.49"))])
    assert (side.value, side.rows) == (10, ("signings:a", "signings:b"))
    assert rounded(side.value, 2) == Decimal("10.00")
