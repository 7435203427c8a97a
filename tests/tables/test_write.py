import datetime
from pathlib import Path

import openpyxl
import pytest

from yinfeng.core.errors import InputError
from yinfeng.tables.write import (
    CUT_MARK,
    LONGEST_CELL,
    Sheet,
    is_formula_like,
    replaced,
    text_width,
    write_csv,
    write_workbook,
)

DANGEROUS = ["=1+1", "+86", "-x", "@SUM(A1)", "\tx", "\rx", "＝1+1", " =1"]


def test_values_keep_their_types(tmp_path: Path) -> None:
    rows = [["甲", 1, 2.5, datetime.date(2024, 3, 1), None, True, "两\n行"]]
    write_workbook(tmp_path / "a.xlsx", [Sheet("表", list("abcdefg"), rows, column_formats={2: "0.00"})])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    assert [cell.value for cell in sheet[2]] == [
        "甲",
        1,
        2.5,
        datetime.datetime(2024, 3, 1),
        None,
        True,
        "两\n行",
    ]
    assert [sheet["C2"].number_format, sheet["D2"].number_format] == ["0.00", "yyyy-mm-dd"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:G2"
    assert sheet["G2"].alignment.wrap_text is True


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    assert is_formula_like(text)
    write_workbook(tmp_path / "a.xlsx", [Sheet("表", [text], [[text]])])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    assert [sheet["A1"].data_type, sheet["A2"].data_type] == ["s", "s"]
    assert sheet["A2"].quotePrefix is True
    write_csv(tmp_path / "a.csv", ["h"], [[text]])
    assert (tmp_path / "a.csv").read_bytes().decode("utf-8-sig").split("\n", 1)[1].lstrip('"').startswith("'")


def test_numbers_and_harmless_text_are_left_alone(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ["名称", "数"], [["甲-乙", -5], ["1-2", 2.5]])
    assert (tmp_path / "a.csv").read_bytes() == "\ufeff名称,数\r\n甲-乙,-5\r\n1-2,2.5\r\n".encode()


def test_a_long_text_is_cut_with_a_mark(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", [Sheet("表", ["h"], [["字" * 40_000]])])
    text = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]["A2"].value
    assert isinstance(text, str)
    assert len(text) == LONGEST_CELL
    assert text.endswith(CUT_MARK)


def test_notes_stand_above_and_marks_follow_their_rows(tmp_path: Path) -> None:
    sheet = Sheet("表", ["a", "b"], [[1, 2], [3, 4]], notes=["一", "二"], cell_marks={(1, 0): "为什么"})
    write_workbook(tmp_path / "a.xlsx", [sheet])
    got = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    assert [cell.value for cell in got["A"]] == ["一", "二", "a", 1, 3]
    assert got["A5"].comment.text == "为什么"
    assert got["A5"].fill.fgColor.rgb == "FFFFE699"
    assert got["A4"].fill.fgColor.rgb == "00000000"
    assert got.freeze_panes == "A4"


def test_columns_are_as_wide_as_their_content(tmp_path: Path) -> None:
    rows = [["x" * 20, "字" * 10, "字" * 90]]
    write_workbook(
        tmp_path / "a.xlsx", [Sheet("表", ["a", "b", "c"], rows), Sheet("二", ["a"], [], widths=[33])]
    )
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    widths = {letter: round(d.width) for letter, d in book["表"].column_dimensions.items()}
    assert widths == {"A": 23, "C": 61}  # B is as wide as A and told with it
    assert round(book["二"].column_dimensions["A"].width) == 34
    assert text_width("字a\n字字字") == 6


def test_sheet_names_fit_excel_and_differ(tmp_path: Path) -> None:
    write_workbook(
        tmp_path / "a.xlsx", [Sheet("甲/乙:丙", [], []), Sheet("长" * 40, [], []), Sheet("长" * 40, [], [])]
    )
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["甲_乙_丙", "长" * 31, "长" * 29 + "_2"]


def test_a_failure_leaves_the_old_file_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replaced(target) as part:
        part.write_bytes(bytes(1 // 0))
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for target in (tmp_path / "none" / "a.xlsx", tmp_path):
        with pytest.raises(InputError) as caught:
            write_workbook(target, [Sheet("表", ["a"], [])])
        assert [fault.code for fault in caught.value.faults] == ["cannot-write"]
    assert list(tmp_path.iterdir()) == []


def test_rows_are_high_enough_for_what_is_wrapped_in_them(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    write_workbook(path, [Sheet("方案", ["说明"], [["一行"], ["两行\n一格"], ["长" * 70]])])
    sheet = openpyxl.load_workbook(path)["方案"]
    assert [sheet.row_dimensions[row].height for row in (2, 3, 4)] == [None, 30, 45]


@pytest.mark.parametrize(
    ("name", "code"),
    [("plan.csv", "not-xlsx"), ("none/plan.xlsx", "cannot-write"), ("folder", "cannot-write")],
)
def test_why_a_workbook_cannot_be_written_is_said(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as caught:
        write_workbook(tmp_path / name, [Sheet("方案", ["说明"], [])])
    assert [fault.code for fault in caught.value.faults] == [code]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
