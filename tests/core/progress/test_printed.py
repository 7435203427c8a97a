from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.progress.printed import check, round_to
from yinfeng.core.progress.problem import Typed


def typed(text: str, strength: str = "=") -> Typed:
    decimals = len(text.partition(".")[2])
    return Typed(Fraction(text) / 100, Fraction(1, 100 * 10**decimals), strength, f"{text}%")


@pytest.mark.parametrize(
    ("printed", "over", "under", "verdict", "difference"),
    [
        ("87.5", 35, 40, "agrees", 0),
        ("94.7", 18, 19, "agrees", 0),
        ("95", 18, 19, "agrees", 0),
        ("94", 18, 19, "rounding", "-0.01"),  # cut off
        ("94.8", 18, 19, "rounding", "0.001"),  # rounded up
        ("94.6", 18, 19, "wrong", "-0.001"),
        ("91.28", 199, 218, "agrees", 0),
        ("12.13", 97, 800, "agrees", 0),  # 12.125: half up
    ],
)
def test_a_printed_share(printed: str, over: int, under: int, verdict: str, difference: str | int) -> None:
    found = check(typed(printed), Fraction(over, under))
    assert (found.verdict, found.difference) == (verdict, Fraction(difference))


def test_the_rounding_of_amounts_may_explain_a_difference() -> None:
    value = Fraction("30.17") / Fraction("41.812")
    assert check(typed("72.17"), value).verdict == "wrong"
    low = Fraction("30.165") / Fraction("41.8125")
    high = Fraction("30.175") / Fraction("41.8115")
    assert check(typed("72.17"), value, low, high).verdict == "rounding"
    assert check(typed("72.19"), value, low, high).verdict == "wrong"


@pytest.mark.parametrize(
    ("strength", "value", "verdict"),
    [(">", "0.95", "agrees"), (">", "0.9", "wrong"), ("<~", "0.89", "agrees")],
)
def test_words_of_strength(strength: str, value: str, verdict: str) -> None:
    assert check(typed("90", strength), Fraction(value)).verdict == verdict


@given(st.fractions(-10, 10), st.sampled_from([Fraction(1, 10**n) for n in range(5)]))
def test_what_is_rounded_half_up_agrees_and_two_steps_off_is_wrong(value: Fraction, step: Fraction) -> None:
    rounded = round_to(value, step)
    assert abs(rounded - value) <= step / 2
    assert check(Typed(rounded, step, "=", ""), value).verdict == "agrees"
    assert check(Typed(rounded + 2 * step, step, "=", ""), value).verdict == "wrong"
