import datetime
from collections.abc import Sequence

import pytest

from yinfeng.tables import schema
from yinfeng.tables.columns import ReadColumn, find_choice, read_column, read_quota_amounts, tidy
from yinfeng.tables.sheets import Cell


def read(ledger: str, name: str, *cells: Cell, unit: str = "") -> ReadColumn:
    return read_column(schema.load(ledger).column(name), list(cells), unit)


def found(column: ReadColumn) -> list[tuple[int, str, str, str]]:
    return [(f.at, f.found, f.refusal.code, f.refusal.severity) for f in column.findings]


def test_quantities_keep_what_was_written() -> None:
    column = read("places", "area_m2", 12000.0, "1.2万㎡", "30亩", "", "20000至30000", "不低于500", "待定")
    arrays = {name: array.to_pylist() for name, array in column.arrays.items()}
    assert arrays["area_m2"] == [12000.0, 12000.0, pytest.approx(20000), None, 20000.0, 500.0, None]
    assert arrays["area_m2.raw"] == ["12000", "1.2万㎡", "30亩", None, "20000至30000", "不低于500", None]
    assert arrays["area_m2.strength"] == ["=", "=", "=", None, "=", ">=", None]
    assert arrays["area_m2.high"] == [None, None, None, None, 30000.0, None, None]
    assert column.findings == ()


@pytest.mark.parametrize(
    ("cell", "value"),
    [(2.0, 20000.0), ("2", 20000.0), ("30亩", 20000.0), ("1.2万", 1.2e8), ("一百", 1e6), ("2公顷", 20000.0)],
)
def test_the_unit_of_the_header_is_that_of_bare_numbers_only(cell: Cell, value: float) -> None:
    column = read_column(schema.load("places").column("plot_area_m2"), [cell], "公顷")
    if value > 20_000_000:
        assert found(column) == [(0, str(cell), "out-of-range", "error")]
    else:
        assert column.arrays["plot_area_m2"].to_pylist() == [pytest.approx(value)]


def test_ranges_are_scaled_at_both_ends() -> None:
    column = read("projects", "fixed_investment_wan", "1至2", "3000万元", 0.5, unit="亿元")
    assert column.arrays["fixed_investment_wan"].to_pylist() == [10000.0, 3000.0, 5000.0]
    assert column.arrays["fixed_investment_wan.high"].to_pylist() == [20000.0, None, None]


def test_impossible_and_unreadable_quantities_are_refused() -> None:
    column = read("places", "area_m2", 0.0, -5.0, 3e7, "三十亩左右吧", True, "20至99999999")
    assert found(column) == [
        (0, "0", "out-of-range", "error"),
        (1, "-5", "out-of-range", "error"),
        (2, "30000000", "out-of-range", "error"),
        (3, "三十亩左右吧", "not-a-quantity", "error"),
        (4, "TRUE", "not-a-quantity", "error"),
        (5, "20至99999999", "out-of-range", "error"),
    ]
    assert column.findings[0].refusal.expected.zh == "1 至 20,000,000 平方米"
    assert column.arrays["area_m2"].to_pylist() == [None] * 6


def test_dates_and_their_placeholders() -> None:
    cells = ("2019年06月01日", datetime.date(2024, 3, 1), "2013.03", "1901-01-01", "昨天", "", 43617.0)
    column = read("places", "idle_since", *cells)
    assert column.arrays["idle_since"].to_pylist() == [
        datetime.date(2019, 6, 1),
        datetime.date(2024, 3, 1),
        datetime.date(2013, 3, 1),
        None,
        None,
        None,
        datetime.date(2019, 6, 1),
    ]
    assert column.arrays["idle_since.raw"].to_pylist() == [
        "2019年06月01日",
        "2024-03-01",
        "2013.03",
        None,
        None,
        None,
        "43617",
    ]
    assert found(column) == [
        (3, "1901-01-01", "placeholder-date", "warning"),
        (4, "昨天", "not-a-date", "error"),
    ]


def test_choices_by_label_synonym_and_code() -> None:
    column = read("places", "kind", "厂房", "标准厂房", "LAND", "生产 线", "仓库", "")
    assert column.arrays["kind"].to_pylist() == ["building", "building", "land", "line", None, None]
    assert found(column) == [(4, "仓库", "unknown-word", "error")]
    assert column.findings[0].refusal.expected.zh == "下列之一：地块、厂房、生产线"
    assert column.missing == (5,)


def test_a_word_that_is_near_is_offered() -> None:
    column = read("places", "land_use", "工业用的")
    assert column.findings[0].refusal.fix.zh == "是否应为“工业用地”？"


def test_none_is_an_answer_where_it_is_a_choice() -> None:
    assert read("places", "encumbrance", "无", "").arrays["encumbrance"].to_pylist() == ["none", None]
    assert read("places", "rail", "无", "有", "√", "是否").arrays["rail"].to_pylist() == [
        False,
        True,
        True,
        None,
    ]


def test_ids_lose_their_decimals_and_codes_are_checked() -> None:
    assert read("places", "place_id", 140100.0, " L 1 ", "Ｌ２").arrays["place_id"].to_pylist() == [
        "140100",
        "L1",
        "L2",
    ]
    column = read("firms", "industry_code", "3024", "C30", "C99")
    assert column.arrays["industry_code"].to_pylist() == ["C3024", "C30", None]
    assert found(column) == [(2, "C99", "not-an-industry-code", "error")]


def test_lists() -> None:
    assert read("projects", "zones_wished", "Z1、Z2", "", 7.0).arrays["zones_wished"].to_pylist() == [
        ["Z1", "Z2"],
        None,
        ["7"],
    ]
    assert read("places", "allowed_industries", "C30；C33", 3024.0).arrays[
        "allowed_industries"
    ].to_pylist() == [
        ["C30", "C33"],
        ["C3024"],
    ]
    column = read("projects", "kinds_accepted", "厂房、地块", "厂房、仓库")
    assert column.arrays["kinds_accepted"].to_pylist() == [["building", "land"], None]
    assert found(column) == [(1, "厂房、仓库", "unknown-word", "error")]


def test_amounts_are_names_with_tonnes_a_year() -> None:
    cells = ("粉煤灰 15万吨; 煤矸石 3万吨/年", "脱硫石膏：2,000吨，炉渣1.5万吨", "粉煤灰", "粉煤灰 很多")
    column = read("firms", "by_products", *cells)
    assert column.arrays["by_products"].to_pylist() == [
        [{"name": "粉煤灰", "amount": 150000.0}, {"name": "煤矸石", "amount": 30000.0}],
        [{"name": "脱硫石膏", "amount": 2000.0}, {"name": "炉渣", "amount": 15000.0}],
        None,
        None,
    ]
    assert found(column) == [
        (2, "粉煤灰", "not-an-amount", "error"),
        (3, "粉煤灰 很多", "not-an-amount", "error"),
    ]


def test_the_unit_of_a_header_reaches_into_amounts() -> None:
    column = read("firms", "by_products", "粉煤灰 15", unit="万吨/年")
    assert column.arrays["by_products"].to_pylist() == [[{"name": "粉煤灰", "amount": 150000.0}]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  两\n行，　全角１２Ａ（二期） ", "两 行， 全角12A（二期）"),
        ("看不见\u200b的", "看不见的"),
        ("e\u0301", "é"),
        (3.0, "3"),
    ],
)
def test_text_is_tidied_not_rewritten(cell: Cell, text: str) -> None:
    assert tidy(cell) == text


def test_the_unit_of_a_quota_follows_its_resource() -> None:
    column = schema.load("quotas").column("capacity")
    resources: Sequence[str | None] = ["power", "energy", "water", "cod", None, "power"]
    got = read_quota_amounts(column, ["2万千伏安", "1万吨标准煤", 300.0, "5吨", 7.0, "5亩"], resources)
    assert got.arrays["capacity"].to_pylist() == [20000.0, 10000.0, 300.0, 5.0, None, None]
    assert found(got) == [(4, "7", "no-resource", "error"), (5, "5亩", "not-a-quantity", "error")]


def test_find_choice() -> None:
    assert find_choice("coordinate_system", "GCJ02") == "gcj02"
    assert find_choice("coordinate_system", "西安80") is None


def test_true_and_one_are_not_the_same_cell() -> None:
    assert read("places", "place_name", True, 1.0).arrays["place_name"].to_pylist() == ["TRUE", "1"]


def test_dates_of_what_has_not_been_agreed_or_has_not_happened_are_blank() -> None:
    column = read("land_supply", "start_on", "2024-03-05", "未约定", "约定不明确", "尚未动工", "改天")
    assert column.arrays["start_on"].to_pylist() == [datetime.date(2024, 3, 5), None, None, None, None]
    assert found(column) == [(4, "改天", "not-a-date", "error")]


def test_answers_not_known_are_blank() -> None:
    column = read("approval_facts", "own_water", "是", "不清楚", "待确认", "大概")
    assert column.arrays["own_water"].to_pylist() == [True, None, None, None]
    assert found(column) == [(3, "大概", "not-yes-or-no", "error")]


def test_words_for_not_given_are_blank_where_they_are_no_answer() -> None:
    column = read("places", "encumbrance", "/", "待定", "无", "——")
    assert column.arrays["encumbrance"].to_pylist() == [None, None, "none", None]
    assert read("places", "divisible", "-", "无", "待定").arrays["divisible"].to_pylist() == [
        None,
        False,
        None,
    ]


def test_the_opposite_is_never_suggested() -> None:
    column = read("places", "encumbrance", "有", "未曾抵押", "曾抵押")
    fixes = [finding.refusal.fix.zh for finding in column.findings]
    assert fixes == ["从下拉单中选一个", "是否应为“无”？", "是否应为“抵押”？"]


def test_a_name_in_place_of_an_industry_code_leaves_it_unknown() -> None:
    column = read("projects", "industry_code", "装备制造业", "C30", "ABC1")
    assert column.arrays["industry_code"].to_pylist() == [None, "C30", None]
    assert found(column) == [
        (0, "装备制造业", "industry-name", "warning"),
        (2, "ABC1", "not-an-industry-code", "error"),
    ]


@pytest.mark.parametrize(
    ("ledger", "name", "unit", "cell", "value", "whole"),
    [
        ("projects", "energy_tce_yr", "吨标准煤", "4000吨", 4000, "4000吨标准煤"),
        ("projects", "energy_tce_yr", "万吨标准煤", "0.4万吨", 4000, "0.4万吨标准煤"),
        ("places", "floor_load_t_m2", "吨/m2", "3吨", 3, "3吨/m2"),
        ("places", "rent_yuan_m2_month", "元/m2·月", "8元", 8, "8元/m2·月"),
    ],
)
def test_a_unit_cut_short_is_that_of_the_header(
    ledger: str, name: str, unit: str, cell: str, value: float, whole: str
) -> None:
    column = read_column(schema.load(ledger).column(name), [cell, 1.0], unit)
    assert column.arrays[name].to_pylist()[0] == pytest.approx(value)
    assert column.arrays[f"{name}.raw"].to_pylist()[0] == cell
    assert found(column) == [(0, cell, "unit-completed", "warning")]
    assert column.findings[0].refusal.fix.zh == f"写成 {whole}，或只写数"


@pytest.mark.parametrize(
    ("ledger", "name", "unit", "cell"),
    [
        ("projects", "energy_tce_yr", "", "4000吨"),  # of raw coal, for all one knows
        ("projects", "energy_tce_yr", "万吨标准煤", "4000吨"),
        ("places", "area_m2", "m2", "100m"),
        ("places", "rent_yuan_m2_month", "元/m2·月", "八吨"),
    ],
)
def test_another_unit_than_that_of_the_header_is_refused(
    ledger: str, name: str, unit: str, cell: str
) -> None:
    column = read_column(schema.load(ledger).column(name), [cell], unit)
    assert found(column) == [(0, cell, "not-a-quantity", "error")]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("已取得批复", "done"),
        ("2024年3月取得", "done"),
        ("正在编制报告", "in_hand"),
        ("已完成评审，待批复", "in_hand"),
        ("已受理未办结", "in_hand"),
        ("尚未取得", "not_started"),
        ("该项目不涉及", "not_needed"),
        ("未通过审查", "refused"),
        ("未办结", "not_started"),
        ("？", None),
    ],
)
def test_what_people_write_of_a_procedure(written: str, code: str | None) -> None:
    assert find_choice("procedure_status", written) == code
