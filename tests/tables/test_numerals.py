from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.tables.numerals import leading_number, read_chinese


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("零", 0), ("半", Fraction(1, 2)), ("两", 2), ("十", 10), ("十五", 15), ("二十", 20),
        ("一百零五", 105), ("一百五", 150), ("一百一十五", 115), ("一千二", 1_200), ("一千零二", 1_002),
        ("一千零五十", 1_050), ("一千二百五", 1_250), ("两千", 2_000), ("三万五", 35_000),
        ("三万零五", 30_005),
        ("十万五", 105_000), ("三点五万", 35_000), ("三点一四", Fraction("3.14")), ("零点五", Fraction(1, 2)),
        ("三十二万五千六百七十八", 325_678), ("两亿三千万", 230_000_000), ("一亿零五百", 100_000_500),
        ("一万亿", 10**12), ("二〇一九", 2_019), ("壹仟贰佰", 1_200), ("负三", -3),
    ],
)  # fmt: skip
def test_reads_chinese_numerals(text: str, number: int | Fraction) -> None:
    assert read_chinese(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "", "点", "三点", "点五", "三点十", "三五", "三四十", "一十十", "一百百", "百", "千", "万", "亿",
        "万五", "三万零",
        "十百", "一千万万", "三千五万五万", "一亿亿", "负", "三点五千万亿",
    ],
)  # fmt: skip
def test_refuses_what_is_no_numeral(text: str) -> None:
    assert read_chinese(text) is None


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("1.2万元", Fraction("1.2"), "万元"),
        ("1,234.5m2", Fraction("1234.5"), "m2"),
        ("1,2345", Fraction(1), ",2345"),
        ("2.2e+2", 220, ""),
        ("2.2e-2吨", Fraction("0.022"), "吨"),
        ("1亿2000万元", 120_000_000, "元"),
        ("3亿5千万元", 350_000_000, "元"),
        ("1亿2000万5000元", 120_005_000, "元"),
        ("1万2000", 12_000, ""),
        ("3万5", 3, "万5"),
        ("1万20000", 1, "万20000"),
        ("1亿2000万万元", 1, "亿2000万万元"),
        ("1.2万5000", Fraction("1.2"), "万5000"),
        ("五百千伏安", 500, "千伏安"),
        ("三十亩", 30, "亩"),
    ],
)
def test_leading_number_gives_what_follows(text: str, number: int | Fraction, rest: str) -> None:
    assert leading_number(text) == (number, rest)


@pytest.mark.parametrize("text", ["", "亩", "约30", "-", "e5", "一百百亩"])
def test_no_number_stands_first(text: str) -> None:
    assert leading_number(text) is None


def in_chinese(number: int) -> str:
    """Write a whole number below 10¹² in full Chinese numerals."""
    if number < 10:
        return "零一二三四五六七八九"[number]
    for mark, size in (("亿", 10**8), ("万", 10**4), ("千", 1_000), ("百", 100), ("十", 10)):
        if number >= size:
            rest = number % size
            gap = "零" if rest and rest < size // 10 else ""
            return in_chinese(number // size) + mark + gap + (in_chinese(rest) if rest else "")
    raise AssertionError


@given(st.integers(0, 10**12 - 1))
def test_chinese_numerals_come_back(number: int) -> None:
    assert read_chinese(in_chinese(number)) == number
