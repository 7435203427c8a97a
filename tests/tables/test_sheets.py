import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yinfeng.core.errors import InputError
from yinfeng.tables.sheets import read_grids, sha256, written

TEXT = "编号,名称\r\nL1,一号厂房\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    (grid,) = read_grids(path)
    assert grid.rows == [["编号", "名称"], ["L1", "一号厂房"]]
    assert grid.sheet == ""


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.txt"
    lines = [["编号", "名称", "面积"], ["L1", "甲、乙", "1.5"], ["L2", "丙", "2"]]
    path.write_text("\n".join(delimiter.join(line) for line in lines), "utf-8")
    assert read_grids(path)[0].rows == lines


def test_quoted_newlines_and_delimiters_stay_in_their_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,说明\nL1,"两行\n一格, 有逗号"\n\nL2,x\n', "utf-8")
    assert read_grids(path)[0].rows == [["编号", "说明"], ["L1", "两行\n一格, 有逗号"], [], ["L2", "x"]]


def test_a_lone_quotation_mark_does_not_swallow_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,说明\nL1,"没有关上\nL2,x\n', "utf-8")
    with pytest.raises(InputError) as caught:
        read_grids(path)
    assert [fault.code for fault in caught.value.faults] == ["damaged-file"]


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号".encode() + b"\xff\xff,\x81")
    with pytest.raises(InputError) as caught:
        read_grids(path)
    assert [fault.code for fault in caught.value.faults] == ["encoding"]


def test_a_workbook_keeps_its_rows_and_columns_in_place(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "台账"
    first["C4"] = "值"
    first["D5"] = 7
    first["E5"] = datetime.datetime(2024, 3, 1)
    first.merge_cells("A1:C2")
    book.create_sheet("说明")
    hidden = book.create_sheet("旧表")
    hidden.sheet_state = "hidden"
    path = tmp_path / "a.xlsx"
    book.save(path)
    grids = read_grids(path)
    assert [(grid.sheet, grid.is_aside) for grid in grids] == [
        ("台账", False),
        ("说明", True),
        ("旧表", True),
    ]
    assert grids[0].rows[3][2] == "值"
    assert grids[0].rows[4][3:] == [7.0, datetime.date(2024, 3, 1)]
    assert grids[0].merged == ((0, 0, 1, 2),)


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("台账")
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError) as caught:
        read_grids(tmp_path / "a.xlsx", "总表")
    (fault,) = caught.value.faults
    assert (fault.code, fault.found, fault.expected.zh) == ("no-such-sheet", "总表", "工作表：Sheet、台账")


def test_parquet_is_read_with_its_lists_as_people_write_them(tmp_path: Path) -> None:
    amounts = pa.array([[{"name": "粉煤灰", "amount": 5.0}, {"name": "煤矸石", "amount": 2.5}]])
    columns = {
        "place_id": ["L1"],
        "area_m2": [None],
        "area_m2.raw": ["x"],
        "products": [["甲", "乙"]],
        "row": [2],
    }
    table = pa.table(columns | {"by_products": amounts})
    pq.write_table(table, tmp_path / "a.parquet")
    assert read_grids(tmp_path / "a.parquet")[0].rows == [
        ["place_id", "area_m2", "products", "by_products"],
        ["L1", "", "甲；乙", "粉煤灰 5；煤矸石 2.5"],
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("原文", "原文"),
        (140100.0, "140100"),
        (0.1, "0.1"),
        (1e20, "1e+20"),
        (3, "3"),
        (True, "TRUE"),
        (None, ""),
        (datetime.datetime(2024, 3, 1), "2024-03-01"),
        (datetime.datetime(2024, 3, 1, 8, 30), "2024-03-01 08:30"),
        (datetime.date(2024, 3, 1), "2024-03-01"),
    ],
)
def test_cells_are_written_as_people_see_them(cell: object, text: str) -> None:
    assert written(cell) == text  # type: ignore[arg-type]


def test_the_fingerprint_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_workbook_is_read_by_what_it_holds_not_by_its_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("台账")["A1"] = "编号"
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "a.xls")
    assert [grid.rows for grid in read_grids(tmp_path / "a.xls", "台账")] == [[["编号"]]]


def test_the_row_of_an_odd_quotation_mark_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,说明\nL1,一号\nL2,"二号"厂房\n', "utf-8")
    with pytest.raises(InputError) as caught:
        read_grids(path)
    assert [fault.expected.zh for fault in caught.value.faults] == ["完好的表格文件（第 3 行的引号不成对）"]


def test_what_keeps_a_csv_cell_text_is_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,名称,说明\n"=""001""",\'=1+1,\'001\n', "utf-8")
    assert read_grids(path)[0].rows[1] == ["001", "=1+1", "'001"]
