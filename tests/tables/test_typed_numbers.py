from fractions import Fraction

import pytest

from yinfeng.tables.spelling import Unreadable
from yinfeng.tables.typed_numbers import indicator_code, kind_of, read_number, read_sides


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("开工率", "start-rate"),
        ("新建项目开工率（%）", "start-rate"),
        ("2024年签约额", "signed-amount"),
        ("工业投资增速", "industrial-investment-growth"),
        ("进出口总额目标完成率", "trade-completion"),
        ("工业投资超时序", "industrial-investment-lead"),
        ("自定的指标", "自定的指标"),
    ],
)
def test_indicators_by_the_names_people_use(text: str, code: str) -> None:
    assert indicator_code(text) == code


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        ("start-rate", "", "share"),
        ("signed-amount-lead", "", "points"),
        ("trade-growth", "", "growth"),
        ("contacts", "", "count"),
        ("trade", "", "amount"),
        ("自定的指标", "3.5个百分点", "points"),
        ("自定的增速", "3.5%", "growth"),
        ("自定的指标", "3.5%", "share"),
        ("自定的指标", "3.5亿元", "amount"),
        ("自定的指标", "3个", "count"),
        ("自定率", "", "share"),
    ],
)
def test_kinds_of_numbers(code: str, text: str, kind: str) -> None:
    assert kind_of(code, text) == kind


@pytest.mark.parametrize(
    ("raw", "kind", "unit", "value", "step"),
    [
        ("94.7%", "share", "", "0.947", "0.001"),
        ("94.7", "share", "", "0.947", "0.001"),
        ("0.947", "share", "", "0.947", "0.001"),
        ("0.947", "share", "%", "0.00947", "0.00001"),
        ("全部", "share", "", "1", "0.01"),
        ("增长8.94%", "growth", "", "0.0894", "0.0001"),
        ("下降3.2%", "growth", "", "-0.032", "0.001"),
        ("-3.2%", "growth", "", "-0.032", "0.001"),
        ("超时序6.6个百分点", "points", "", "0.066", "0.001"),
        ("落后3个百分点", "points", "", "-0.03", "0.01"),
        ("93.61亿元", "amount", "", "93.61", "0.01"),
        ("93.61亿", "amount", "", "93.61", "0.01"),
        ("936100万元", "amount", "", "93.61", "0.0001"),
        ("93.61", "amount", "亿元", "93.61", "0.01"),
        ("31个", "count", "", "31", "1"),
        ("11省", "count", "", "11", "1"),
        ("十八", "count", "", "18", "1"),
    ],
)
def test_numbers_with_their_last_place(raw: str, kind: str, unit: str, value: str, step: str) -> None:
    found = read_number(raw, kind, unit)
    assert (found.value, found.step, found.strength) == (Fraction(value), Fraction(step), "=")


def test_strength_is_kept() -> None:
    assert read_number("超90%", "share").strength == ">"
    assert read_number("100多个", "count").strength == ">"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [("很高", "share"), ("93.61", "amount"), ("93.61吨", "amount"), ("3亿元", "share"), ("几个", "points")],
)
def test_what_is_no_such_number_is_refused(raw: str, kind: str) -> None:
    with pytest.raises(Unreadable):
        read_number(raw, kind)


def test_a_unit_of_one_side_holds_for_the_other() -> None:
    over, under = read_sides("93.61亿元", "100")
    assert over is not None
    assert under is not None
    assert (over.value, under.value, under.is_money) == (Fraction("93.61"), 100, True)
    over, under = read_sides("18", "19")
    assert over is not None
    assert not over.is_money
    assert read_sides("", "") == (None, None)
