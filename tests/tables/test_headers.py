from collections.abc import Sequence

import pytest

from yinfeng.core.text import Text
from yinfeng.tables import schema
from yinfeng.tables.headers import find_headers, match_header, nearest_name, unit_factor
from yinfeng.tables.schema import HEADER_UNIT, LEDGERS, QUANTITY_TYPES, header, load
from yinfeng.tables.sheets import Area, Cell, Grid

PLACES = schema.load("places")
PROJECTS = schema.load("projects")


def grid(*rows: Sequence[Cell], merged: tuple[Area, ...] = ()) -> Grid:
    return Grid("台账", [list(row) for row in rows], merged, False)


@pytest.mark.parametrize(
    ("text", "column", "unit"),
    [
        ("场地编号", "place_id", ""),
        (" 场 地\n编号* ", "place_id", ""),
        ("类型（必填）", "kind", ""),
        ("Place ID (required)", "place_id", ""),
        ("用地面积（亩）", "area_m2", "亩"),
        ("面积(公顷)", "area_m2", "公顷"),
        ("面积［单位：公顷］", "area_m2", "公顷"),
        ("area_mu", "area_m2", "mu"),
        ("hectares", "area_m2", "hectares"),
        ("Hectares", "area_m2", "hectares"),
        ("面积公顷", "area_m2", "公顷"),
        ("clear_height_m", "clear_height_m", "m"),
        ("净高/米", "clear_height_m", "米"),
        ("净高，单位：米", "clear_height_m", "米"),
        ("宗地面积（厂房）（平方米）", "plot_area_m2", "平方米"),
        ("租金（元/㎡·月）", "rent_yuan_m2_month", "元/m2·月"),
        ("可交付日期（年月）", "available_on", ""),
        ("用地面积（含代征）", "", ""),
        ("面积（美元）", "", ""),
        ("随便什么", "", ""),
        ("2024", "", ""),
        ("场地编号" * 30, "", ""),
    ],
)
def test_headers_of_places(text: str, column: str, unit: str) -> None:
    heading = match_header(text, PLACES)
    assert (heading.column, heading.unit.lower()) == (column, unit)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("投资额/亿元", "亿元"), ("计划总投资亿元", "亿元"), ("投资额 (万元)", "万元"), ("总投资", "")],
)
def test_units_of_money_in_headers(text: str, unit: str) -> None:
    heading = match_header(text, PROJECTS)
    assert (heading.column, heading.unit) == ("fixed_investment_wan", unit)


@pytest.mark.parametrize(
    ("text", "system"),
    [("经度", ""), ("经度_WGS84", "wgs84"), ("经度（GCJ-02）", "gcj02"), ("经度(百度)", "bd09"), ("lon", "")],
)
def test_coordinate_systems_in_headers(text: str, system: str) -> None:
    heading = match_header(text, PLACES)
    assert (heading.column, heading.system) == ("longitude", system)


def test_the_header_is_found_below_titles() -> None:
    found = find_headers(
        grid(["朔州经济开发区场地台账", "", ""], [], ["场地编号", "名称", "备注栏"], ["L1", "一号", "x"]),
        PLACES,
    )
    assert found is not None
    assert found.rows == (3,)
    assert [(h.cell, h.column) for h in found.headings] == [
        ("A3", "place_id"),
        ("B3", "place_name"),
        ("C3", ""),
    ]
    assert found.fit == 2


def test_three_rows_with_merged_cells_are_one_header() -> None:
    rows = [
        ["闲置场地统计表", "", "", "", "", ""],
        ["场地编号", "场地名称", "用地情况", "", "建筑", ""],
        ["", "", "面积", "用途", "条件", ""],
        ["", "", "（亩）", "", "净高", "荷载"],
        ["L1", "一号", 30.0, "工业用地", 9.0, 3.0],
    ]
    merged = (
        (0, 0, 0, 5),
        (1, 0, 3, 0),
        (1, 1, 3, 1),
        (1, 2, 1, 3),
        (1, 4, 1, 5),
        (2, 3, 3, 3),
        (2, 4, 2, 5),
    )
    found = find_headers(grid(*rows, merged=merged), PLACES)
    assert found is not None
    assert found.rows == (2, 3, 4)
    assert [(h.cell, h.column, h.unit) for h in found.headings] == [
        ("A4", "place_id", ""),
        ("B4", "place_name", ""),
        ("C4", "area_m2", "亩"),
        ("D4", "land_use", ""),
        ("E4", "clear_height_m", ""),
        ("F4", "floor_load_t_m2", ""),
    ]


def test_a_parent_and_its_child_make_one_name() -> None:
    rows = [["项目编号", "厂房", "用地"], ["", "需求", "面积"], ["P1", 1.0, 2.0]]
    found = find_headers(grid(*rows, merged=((0, 0, 1, 0),)), PROJECTS)
    assert found is not None
    assert [h.column for h in found.headings] == ["project_id", "floor_min_m2", "land_min_mu"]


def test_a_row_of_units_belongs_to_the_header() -> None:
    found = find_headers(grid(["场地编号", "面积", "净高"], ["", "公顷", "米"], ["L1", 1.0, 9.0]), PLACES)
    assert found is not None
    assert found.rows == (1, 2)
    assert [h.unit for h in found.headings] == ["", "公顷", "米"]


def test_a_unit_noted_above_is_that_of_columns_without_their_own() -> None:
    found = find_headers(
        grid(["", "", "单位：亿元、亩"], ["项目编号", "总投资", "年税收（万元）", "用地需求"], ["P1", 1.0]),
        PROJECTS,
    )
    assert found is not None
    assert [h.unit for h in found.headings] == ["", "亿元", "万元", "亩"]
    assert [h.alone for h in found.headings] == [
        "项目编号",
        "总投资（亿元）",
        "年税收(万元)",
        "用地需求（亩）",
    ]


def test_the_office_that_fills_in_the_form_is_no_unit() -> None:
    found = find_headers(grid(["填报单位：经开区管委会"], ["项目编号", "总投资"], ["P1", 1.0]), PROJECTS)
    assert found is not None
    assert [h.unit for h in found.headings] == ["", ""]


def test_a_sheet_without_headers_has_none() -> None:
    assert find_headers(grid(["甲", "乙"], ["丙", 1.0]), PLACES) is None
    assert find_headers(grid(), PLACES) is None


def test_the_caller_may_say_where_the_header_is() -> None:
    sheet = grid(["场地编号", "名称", "面积"], ["x", "y", "z"], ["编号", "名称", "q"], ["L1", "a", "b"])
    found = find_headers(sheet, PLACES, header_row=3)
    assert found is not None
    assert found.rows == (3,)
    assert find_headers(sheet, PLACES, header_row=9) is None


def test_the_nearest_name_is_offered() -> None:
    assert nearest_name("净高度", PLACES) == Text("净高", "Clear height")
    assert nearest_name("负责人电话", PLACES) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_header_that_is_written_is_read_back_with_its_unit(ledger: str, lang: str) -> None:
    for column in load(ledger).columns:
        found = match_header(header(column, lang), load(ledger))
        assert found.column == column.name
        if column.type in QUANTITY_TYPES and column.unit in HEADER_UNIT:
            assert unit_factor(found.unit, column) == 1
            assert unit_factor(HEADER_UNIT[column.unit].of(lang), column) == 1
        again = match_header(found.alone, load(ledger))
        assert (again.column, again.unit) == (found.column, found.unit)


def test_an_english_unit_has_no_chinese_sign() -> None:
    assert [unit.en for unit in HEADER_UNIT.values() if any(sign > "\u2e7f" for sign in unit.en)] == []


@pytest.mark.parametrize("unit", ["×10k yuan", "10k yuan", "x 10k yuan", "*10k RMB", "万元"])
def test_ten_thousand_yuan_in_english_headers(unit: str) -> None:
    column = load("projects").column("fixed_investment_wan")
    assert unit_factor(match_header(f"Fixed investment ({unit})", PROJECTS).unit, column) == 1


@pytest.mark.parametrize(
    ("ledger", "text", "column"),
    [
        ("year_plan", "项目数（个）", "project_count"),
        ("year_plan", "已开工（个）", "started_count"),
        ("rounds", "签约项目（个）", "signed_count"),
        ("year_plan", "1-6月完成投资（亿元）", "done_wan"),
        ("year_plan", "2024年1—8月份完成投资", "done_wan"),
        ("year_plan", "截至6月底完成投资", "done_wan"),
        ("year_plan", "2025年计划投资", "planned_wan"),
        ("year_plan", "2023年完成投资", ""),
        ("projects", "1-6月总投资", ""),
        ("year_plan", "项目数（米）", ""),
    ],
)
def test_counters_and_months_in_headers(ledger: str, text: str, column: str) -> None:
    assert match_header(text, schema.load(ledger)).column == column


def test_a_unit_behind_the_name_of_the_whole_is_that_of_its_parts() -> None:
    rows = (
        ["项目名称", "投资（亿元）", "", "", "建设性质"],
        ["", "总投资", "年度计划投资（万元）", "本年完成投资", ""],
    )
    merged = ((0, 0, 1, 0), (0, 1, 0, 3), (0, 4, 1, 4))
    found = find_headers(grid(*rows, merged=merged), load("year_plan"))
    assert found is not None
    assert [(one.column, one.unit) for one in found.known] == [
        ("project_name", ""),
        ("investment_wan", "亿元"),
        ("planned_wan", "万元"),
        ("done_wan", "亿元"),
        ("list_kind", ""),
    ]
