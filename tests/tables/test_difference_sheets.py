import datetime
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from yinfeng.core.text import Lang, Text
from yinfeng.tables import difference_sheets, schema
from yinfeng.tables.difference import CellChange, Difference, RowChange
from yinfeng.tables.difference_cells import Bounded, Value
from yinfeng.tables.difference_sheets import shown, write_difference

KILOMETRE = "POLYGON ((112 39, 112.01157 39, 112.01157 39.00899, 112 39.00899, 112 39))"


@pytest.mark.parametrize(
    ("ledger", "column", "value", "zh", "en"),
    [
        ("places", "area_m2", None, "—", "—"),
        ("places", "products", [], "—", "—"),
        ("places", "area_m2", 1234567.0, "1,234,567 平方米", "1,234,567 m²"),
        ("places", "area_m2", 20000.000000000004, "20,000 平方米", "20,000 m²"),
        ("places", "gas_m3_yr", 1e13, "10,000,000,000,000 立方米/年", "10,000,000,000,000 m³/year"),
        ("projects", "land_min_mu", Bounded(50.0, "<=", None), "不超过 50 亩", "at most 50 mu"),
        ("projects", "land_min_mu", Bounded(30.0, "=", 50.5), "30–50.5 亩", "30–50.5 mu"),
        ("places", "rail", True, "是", "yes"),
        ("places", "rail", False, "否", "no"),
        ("places", "kind", "building", "厂房", "building"),
        ("places", "kind", "unheard", "unheard", "unheard"),
        ("projects", "kinds_accepted", ["building", "land"], "厂房、地块", "building, land parcel"),
        ("places", "products", ["甲", "乙"], "甲、乙", "甲, 乙"),
        ("places", "available_on", datetime.date(2024, 3, 1), "2024-03-01", "2024-03-01"),
        ("places", "longitude", 112.4312345, "112.4312345", "112.4312345"),
        (
            "firms",
            "by_products",
            [{"name": "灰", "amount": 150000.0}],
            "灰 150,000 吨/年",
            "灰 150,000 t/year",
        ),
        ("zones", "boundary", KILOMETRE, "多边形，4 点，约 1,499 亩", "polygon, 4 points, about 1,499 mu"),
        ("quotas", "capacity", 20000.0, "20,000", "20,000"),
    ],
)
def test_cells_are_said_as_people_read_them(ledger: str, column: str, value: Value, zh: str, en: str) -> None:
    of = schema.load(ledger).column(column)
    assert (shown(of, value, "zh"), shown(of, value, "en")) == (zh, en)


def test_the_unit_of_a_quota_is_that_of_its_resource() -> None:
    capacity = replace(schema.load("quotas").column("capacity"), unit=schema.QUOTA_UNIT["power"])
    assert shown(capacity, 20000.0, "zh") == "20,000 千伏安"


UPDATED = RowChange(
    4,
    "L1",
    "updated",
    (CellChange("area_m2", 100.0, 200.0), CellChange("note", "=1+1", "+86")),
    1,
    (Text("看一看", "look"),),
)
CREATED = RowChange(
    2,
    "L2",
    "created",
    (
        CellChange("place_id", None, "L2"),
        CellChange("kind", None, "land"),
        CellChange("area_m2", None, 300.0),
        CellChange("available_on", None, datetime.date(2024, 3, 1)),
        CellChange("note", None, "@SUM(A1)"),
    ),
)
REMOVED = RowChange(0, "L3", "removed", (CellChange("place_id", "L3", None),), 1)
IMPORTED = Difference("places", (CREATED, RowChange(3, "L9", "unchanged"), UPDATED, REMOVED))


def cells(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


@pytest.mark.parametrize(
    ("lang", "names", "total"),
    [
        ("zh", ["结果", "逐格", "新增", "删除"], "新增 1、更新 1、删除 1、无变化 1"),
        ("en", ["Outcome", "Cells", "created", "removed"], "created 1, updated 1, removed 1, unchanged 1"),
    ],
)
def test_the_workbook_holds_just_the_rows_written(
    tmp_path: Path, lang: Lang, names: list[str], total: str
) -> None:
    path = tmp_path / "a.xlsx"
    write_difference(path, IMPORTED, lang=lang)
    assert openpyxl.load_workbook(path).sheetnames == names
    outcome = cells(path, names[0])
    assert outcome[0][0] == total
    assert [row[:2] for row in outcome[2:]] == [(2, "L2"), (4, "L1"), (None, "L3")]


def test_the_workbook_tells_each_cell_and_whole_new_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_difference(path, IMPORTED)
    assert cells(path, "结果")[3] == (4, "L1", "更新", 2, "看一看")
    assert cells(path, "逐格") == [
        ("行", "编号", "结果", "列", "原值", "新值"),
        (4, "L1", "更新", "面积", "100 平方米", "200 平方米"),
        (4, "L1", "更新", "备注", "=1+1", "+86"),
    ]
    assert cells(path, "新增") == [
        ("场地编号*", "类型*", "面积（平方米）", "可交付日期", "备注"),
        ("L2", "地块", 300, datetime.datetime(2024, 3, 1), "@SUM(A1)"),
    ]
    assert cells(path, "删除") == [("场地编号*",), ("L3",)]


def test_no_text_of_the_workbook_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_difference(path, IMPORTED)
    book = openpyxl.load_workbook(path)
    dangerous = [book["逐格"]["E3"], book["逐格"]["F3"], book["新增"]["E2"]]
    assert [(cell.data_type, cell.quotePrefix) for cell in dangerous] == [("s", True)] * 3


def test_more_cells_than_a_sheet_holds_go_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(difference_sheets, "MOST_ROWS", 1)
    sheets = difference_sheets.difference_sheets(Difference("places", (UPDATED,)), "zh")
    assert [(sheet.title, len(sheet.rows)) for sheet in sheets] == [("结果", 1), ("逐格", 1), ("逐格", 1)]
