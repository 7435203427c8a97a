import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from yinfeng.core.errors import InputError
from yinfeng.tables import bounds

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def codes(call: Callable[[], object]) -> list[tuple[str, str, str]]:
    with pytest.raises(InputError) as caught:
        call()
    return [(fault.code, fault.sheet, fault.cell) for fault in caught.value.faults]


def workbook(path: Path, cells: dict[str, object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for address, value in cells.items():
        sheet[address] = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.xlsx", b"", "empty-file"),
        ("page.xls", b"\xef\xbb\xbf <html><table><tr><td>1", "not-a-workbook"),
        ("page.xlsx", b"<?xml version='1.0'?><Workbook/>", "not-a-workbook"),
        ("renamed.xlsx", "场地编号,面积\nL1,5\n".encode(), "not-a-workbook"),
        ("cut.xlsx", b"PK\x03\x04 and no more", "damaged-file"),
        ("secret.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("old.xls", OLE + "_VBA_PROJECT_CUR".encode("utf-16-le"), "macros"),
        ("program.bin", b"\x7fELF\x00\x00", "unknown-kind"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert codes(lambda: bounds.kind_of(path)) == [(code, "", "")]


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    assert codes(lambda: bounds.kind_of(tmp_path)) == [("is-folder", "", "")]
    assert codes(lambda: bounds.kind_of(tmp_path / "none.xlsx")) == [("no-file", "", "")]


def test_content_tells_the_kind_not_the_name(tmp_path: Path) -> None:
    assert bounds.kind_of(workbook(tmp_path / "a.xls", {"A1": 1})) == "xlsx"
    for name, content, kind in (
        ("b.xlsx", OLE + b"Workbook", "xls"),
        ("c.dat", b"PAR1....PAR1", "parquet"),
        ("d.csv", b"a,b\n1,2\n", "text"),
        ("e.csv", "\ufeffa,b".encode("utf-16-le"), "text"),
    ):
        (tmp_path / name).write_bytes(content)
        assert bounds.kind_of(tmp_path / name) == kind


@pytest.mark.parametrize("name", ["book.xlsm", "book.xlsx"])
def test_macros_are_refused(tmp_path: Path, name: str) -> None:
    path = workbook(tmp_path / name, {"A1": 1})
    if name == "book.xlsx":
        with zipfile.ZipFile(path, "a") as book:
            book.writestr("xl/vbaProject.bin", b"macro")
    assert codes(lambda: bounds.kind_of(path)) == [("macros", "", "")]


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("content.xml", "<office/>")
    assert codes(lambda: bounds.kind_of(path)) == [("not-a-workbook", "", "")]


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = workbook(tmp_path / "bomb.xlsx", {"A1": 1})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/zeros.bin", b"\0" * (bounds.RATIO_MATTERS_FROM_BYTES + 1))
    assert codes(lambda: bounds.kind_of(path)) == [("too-large", "", "")]


def test_a_large_file_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(bounds.MAX_FILE_BYTES + 1)
    assert codes(lambda: bounds.kind_of(path)) == [("too-large", "", "")]


def test_a_formatted_blank_cell_far_away_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "stray.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B3"] = 1
    sheet["XFD1048576"].font = Font(bold=True)
    book.save(path)
    extent = bounds.scan_sheets(path)["Sheet"]
    assert (extent.rows, extent.columns, extent.last_row_cell, extent.last_column_cell) == (3, 2, "B3", "B3")


@pytest.mark.parametrize(
    ("cell", "faults"),
    [
        ("XFD1048576", [("too-many-rows", "XFD1048576"), ("too-many-columns", "XFD1048576")]),
        ("A500001", [("too-many-rows", "A500001")]),
        ("AAA2", [("too-many-columns", "AAA2")]),
        ("ZZ499999", [("too-many-cells", "ZZ499999")]),
    ],
)
def test_a_stray_value_far_away_is_named(tmp_path: Path, cell: str, faults: list[tuple[str, str]]) -> None:
    path = workbook(tmp_path / "stray.xlsx", {"A1": "编号", cell: "x"})
    expected = [(code, "台账", address) for code, address in faults]
    assert codes(lambda: bounds.scan_sheets(path)) == expected


def test_only_the_sheet_asked_for_is_measured(tmp_path: Path) -> None:
    path = workbook(tmp_path / "two.xlsx", {"A1": 1, "AAA1": 1})
    book = openpyxl.load_workbook(path)
    book.create_sheet("好表")["A1"] = 1
    book.save(path)
    assert list(bounds.scan_sheets(path, "好表")) == ["好表"]


def test_formulas_without_a_value_are_found(tmp_path: Path) -> None:
    path = workbook(tmp_path / "formulas.xlsx", {"A1": 1, "B2": "=A1+1", "C30": "=A1*2", "D1": "text <f>"})
    assert bounds.scan_sheets(path)["台账"].valueless == {"B2": "=…", "C30": "=…"}


def test_a_damaged_sheet_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "whole.xlsx", {"A1": 1})
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(broken, "w") as other:
        for member in book.namelist():
            if "sheet1" not in member:
                other.writestr(member, book.read(member))
    assert codes(lambda: bounds.scan_sheets(broken)) == [("damaged-file", "", "")]


def test_letters_and_indexes_of_columns_are_inverse() -> None:
    assert [bounds.column_letters(index) for index in (0, 25, 26, 701, 702, 16383)] == [
        "A", "Z", "AA", "ZZ", "AAA", "XFD",
    ]  # fmt: skip
    assert all(bounds.column_index(bounds.column_letters(index)) == index for index in range(17_000))


def rewritten(path: Path, target: Path, old: bytes, new: bytes) -> Path:
    """Copy a workbook with a piece of its first sheet's XML exchanged."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(target, "w") as other:
        for member in book.namelist():
            content = book.read(member)
            if member.endswith("sheet1.xml"):
                assert old in content
                content = content.replace(old, new)
            other.writestr(member, content)
    return target


@pytest.mark.parametrize("address", [b'"ZZZZZ99999999999"', b'"zzzzz99999999999"', b' = "XFD999999999"'])
def test_an_address_no_sheet_has_is_refused_before_the_reader_makes_room_for_it(
    tmp_path: Path, address: bytes
) -> None:
    whole = workbook(tmp_path / "whole.xlsx", {"A1": "编号", "B2": 1})
    attribute = address if b"=" in address else b"=" + address
    path = rewritten(whole, tmp_path / "far.xlsx", b'r="B2"', b"r" + attribute)
    assert codes(lambda: bounds.scan_sheets(path)) == [("damaged-file", "", "")]


def test_letters_of_an_address_count_in_either_case(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", {"A1": "编号", "B2": 1})
    path = rewritten(whole, tmp_path / "far.xlsx", b'r="B2"', b'r="xfd999999"')
    expected = [("too-many-rows", "台账", "XFD999999"), ("too-many-columns", "台账", "XFD999999")]
    assert codes(lambda: bounds.scan_sheets(path)) == expected


def test_formulas_that_come_to_an_error_are_found(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("台账")
    sheet.write_formula("B2", "=Z9!A1", None, "#REF!")
    sheet.write_formula("C3", "=1+1", None, 2)
    sheet.write_formula("D4", "=1/0", None, "#DIV/0!")
    sheet.write_string("E5", "#REF!")
    book.close()
    assert bounds.scan_sheets(path)["台账"].valueless == {"B2": "#REF!", "D4": "#DIV/0!"}


def test_what_is_wrong_with_a_file_is_said_in_one_language(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        bounds.kind_of(tmp_path / "none.xlsx")
    assert [fault.say("zh") for fault in caught.value.faults] == [
        "none.xlsx：需要一个表格文件（没有这个文件）；核对文件名"
    ]
    assert [fault.say("en") for fault in caught.value.faults] == [
        "none.xlsx: needed: a table file (there is no such file); check the name"
    ]
