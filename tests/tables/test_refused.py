import datetime
from dataclasses import replace
from pathlib import Path

import openpyxl

from yinfeng.core.errors import Fault
from yinfeng.core.text import Text
from yinfeng.tables.read import RefusedRow, read_ledger
from yinfeng.tables.refused import write_refused

HEADER = ["场地编号", "场地名称", "开发区编号", "类型", "面积", "净高", "可交付日期", "自己的备查列"]
ROWS = [
    ["L1", "一号", "Z9", "厂房", 30, 9, None, "甲"],
    ["L2", "=二号<&>", "Z9", "仓房", "很大\n很大", 9.5, datetime.datetime(2024, 3, 1), "乙"],
    ["L3", "三号", None, "厂房", 12, None, None, None],
]


def source(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["闲置场地台账（单位：亩）"])
    sheet.append(HEADER)
    for row in ROWS:
        sheet.append(row)
    sheet["B4"].data_type = "s"
    book.save(path)
    return path


def test_refused_rows_stand_as_found_with_their_reasons(tmp_path: Path) -> None:
    write_refused(tmp_path / "bad.xlsx", read_ledger(source(tmp_path / "a.xlsx"), "places"))
    sheet = openpyxl.load_workbook(tmp_path / "bad.xlsx")["待修改"]
    assert [cell.value for cell in sheet[1]] == [
        "退回原因",
        "场地编号",
        "场地名称",
        "开发区编号",
        "类型",
        "面积（亩）",
        "净高",
        "可交付日期",
        "自己的备查列",
    ]
    assert [cell.value for cell in sheet[2]][1:] == [
        "L2",
        "=二号<&>",
        "Z9",
        "仓房",
        "很大\n很大",
        9.5,
        "2024-03-01",
        "乙",
    ]
    assert [cell.value for cell in sheet[3]][1:] == ["L3", "三号", None, "厂房", 12, None, None, None]
    assert sheet["C2"].data_type in ("s", "inlineStr")
    assert sheet["A2"].value.split("\n")[0].startswith("类型：填的是“仓房”，应为下列之一")
    assert sheet["A2"].value.split("\n")[1].startswith("面积：填的是“很大")
    assert sheet["A3"].value == "开发区编号：填的是“空白”，应为必填的内容；填上开发区编号"
    coloured = {
        cell.coordinate for row in sheet["B2:I3"] for cell in row if cell.fill.fgColor.rgb == "FFFFE699"
    }
    assert coloured == {"E2", "F2", "D3"}
    assert {c.coordinate for row in sheet for c in row if c.comment} == {"E2", "F2", "D3"}
    assert sheet.max_row == 3


def test_the_mended_workbook_is_read_as_it_is(tmp_path: Path) -> None:
    write_refused(tmp_path / "bad.xlsx", read_ledger(source(tmp_path / "a.xlsx"), "places"))
    unmended = read_ledger(tmp_path / "bad.xlsx", "places")
    assert [fault.code for fault in unmended.faults if fault.severity == "error"] == [
        "unknown-word",
        "not-a-quantity",
        "required-blank",
    ]
    book = openpyxl.load_workbook(tmp_path / "bad.xlsx")
    sheet = book["待修改"]
    sheet["E2"], sheet["F2"], sheet["D3"] = "厂房", 15, "Z9"
    book.save(tmp_path / "mended.xlsx")
    mended = read_ledger(tmp_path / "mended.xlsx", "places")
    assert [fault.code for fault in mended.faults] == ["unknown-header"]
    assert mended.table.select(["place_id", "place_name", "area_m2", "available_on"]).to_pylist() == [
        {
            "place_id": "L2",
            "place_name": "=二号<&>",
            "area_m2": 10000.0,
            "available_on": datetime.date(2024, 3, 1),
        },
        {"place_id": "L3", "place_name": "三号", "area_m2": 8000.0, "available_on": None},
    ]


def test_in_english(tmp_path: Path) -> None:
    write_refused(tmp_path / "bad.xlsx", read_ledger(source(tmp_path / "a.xlsx"), "places"), lang="en")
    sheet = openpyxl.load_workbook(tmp_path / "bad.xlsx")["To mend"]
    assert sheet["A1"].value == "Why refused"
    assert sheet["A3"].value == (
        'Zone id: found "nothing", expected a value; this column is required; fill in Zone id'
    )
    assert len(read_ledger(tmp_path / "bad.xlsx", "places").refused) == 2


def test_it_leaves_nothing_else_behind(tmp_path: Path) -> None:
    write_refused(tmp_path / "bad.xlsx", read_ledger(source(tmp_path / "a.xlsx"), "places"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "bad.xlsx"]


def test_rows_show_all_their_reasons_and_whole_cells(tmp_path: Path) -> None:
    header = "场地编号,场地名称,开发区编号,类型,面积,净高"
    (tmp_path / "a.csv").write_text(f"{header}\nL1,一号标准厂房东侧附属用房,Z9,厂房,很大,很高\n", "utf-8")
    write_refused(tmp_path / "b.xlsx", read_ledger(tmp_path / "a.csv", "places"))
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").active
    assert sheet is not None
    height = sheet.row_dimensions[2].height
    assert height is not None
    assert height >= 60
    assert round(sheet.column_dimensions["C"].width) == 27
    assert {cell.alignment.vertical for cell in sheet[2]} == {"top"}


def test_a_reason_of_the_row_as_a_whole_is_said_without_a_column(tmp_path: Path) -> None:
    ledger = read_ledger(source(tmp_path / "a.xlsx"), "places")
    nowhere = Text("", "")
    fault = Fault(
        "row-refused", "", "", "5", "", nowhere, "L3", Text("属于 Z2", "is of Z2"), Text("改好", "mend")
    )
    write_refused(
        tmp_path / "bad.xlsx", replace(ledger, refused=(RefusedRow(5, ("L3", *[""] * 7), (fault,)),))
    )
    sheet = openpyxl.load_workbook(tmp_path / "bad.xlsx")["待修改"]
    assert [cell.value for cell in sheet[2]][:2] == ["属于 Z2；改好", "L3"]
