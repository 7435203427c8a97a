"""What a file is and how large, found out before it is read: input must never hurt its reader."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from xml.etree import ElementTree

from yinfeng.core.errors import Fault, InputError
from yinfeng.core.text import Text
from yinfeng.tables import number_formats

Kind = Literal["xlsx", "xls", "parquet", "text"]

MAX_FILE_BYTES: Final = 200_000_000
MAX_UNPACKED_BYTES: Final = 1_000_000_000
MAX_RATIO: Final = 200
"""Unpacked size over packed size; honest sheets stay below 60."""
RATIO_MATTERS_FROM_BYTES: Final = 50_000_000
MAX_ROWS: Final = 500_000
MAX_COLUMNS: Final = 702  # ZZ
MAX_CELLS: Final = 25_000_000
"""Rows times columns of the area from A1 to the last value: the reader fills all of it."""

MAX_TABLE_ROWS: Final = 4_000_000
MAX_TABLE_CELLS: Final = 400_000_000
"""Of a Parquet ledger, read by the column; `MAX_ROWS` holds for its rows that are read by the cell."""

_CHUNK_BYTES = 1 << 22
_EXCEL_SUFFIXES = frozenset({".xlsx", ".xls", ".xlsm", ".xltx", ".xltm", ".et"})
_VALUE_CELL = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["'](?:[^>]*[^>/])?>(?!</)"""
)
# The letters of every cell; the row too where it has six digits or more. The reader takes any case and
# any length, and what it is told to hold it will try to hold.
_ADDRESS = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+(?:\d{6,})?)""")
_LONGEST_ADDRESS = 10  # XFD1048576
_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
_BLANK_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3}\d{1,7})["'][^>]*>"""
    rb"""\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</"""
)
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*?\bt=["']e["'])[^>]*?\br=["']([A-Z]{1,3}\d{1,7})["'][^>]*>"""
    rb"""(?:\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]*)<"""
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Extent:
    """How far one sheet's values reach, and its formulas that came to nothing."""

    rows: int
    columns: int
    last_row_cell: str
    last_column_cell: str
    valueless: Mapping[str, str]
    """Formulas without a value, by address: ``=…`` where none was worked out, else the error (``#REF!``)."""
    formats: Mapping[str, str]
    """Number formats that show more than their cells hold, by address."""


def kind_of(path: Path) -> Kind:
    """Tell what a file is by its content; raises InputError for one that cannot be a ledger.

    Refused: missing, a folder, empty, too large, macros, a password, HTML or text under an Excel name,
    any other kind.
    """
    if path.is_dir():
        raise _refusal(path, "is-folder", Text("是文件夹", "this is a folder"), _NAME_A_FILE)
    if not path.exists():
        raise _refusal(path, "no-file", Text("没有这个文件", "there is no such file"), _CHECK_THE_NAME)
    size = path.stat().st_size
    if size == 0:
        raise _refusal(path, "empty-file", Text("是空的，0 字节", "it is empty, 0 bytes"), _EXPORT_AGAIN)
    if size > MAX_FILE_BYTES:
        raise _too_large(
            path,
            f"{size:,} B",
            Text(f"不超过 {MAX_FILE_BYTES:,} 字节", f"at most {MAX_FILE_BYTES:,} bytes"),
        )
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK\x03\x04"):
        _check_zip(path)
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _check_ole(path)
        return "xls"
    if head.startswith(b"PAR1"):
        return "parquet"
    _check_text(path, head)
    return "text"


def scan_sheets(path: Path, sheet: str | None = None) -> dict[str, Extent]:
    """Measure the sheets of an .xlsx (or the one named) without building their cells.

    Cells that are formatted but hold nothing do not count. Raises InputError where values lie too far out.
    """
    extents: dict[str, Extent] = {}
    try:
        with zipfile.ZipFile(path) as book:
            for name, member in _sheet_members(book):
                if sheet is None or name == sheet:
                    extents[name] = _scan(path, book, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ElementTree.ParseError) as error:
        raise unreadable(path, error) from error
    faults = [fault for name, extent in extents.items() for fault in _extent_faults(path, name, extent)]
    if faults:
        raise InputError(faults)
    return extents


def check_size(path: Path, sheet: str, rows: int, columns: int) -> None:
    """Refuse a table that is too large, by InputError; for files whose extent is known only once read."""
    extent = Extent(rows, columns, str(rows), "", {}, {})
    faults = _extent_faults(path, sheet, extent)
    if faults:
        raise InputError(faults)


def check_table(path: Path, rows: int, columns: int) -> None:
    """Refuse a Parquet table that is too large, by InputError."""
    most = min(MAX_TABLE_ROWS, MAX_TABLE_CELLS // max(1, columns))
    if rows > most:
        expected = Text(
            f"不超过 {most:,} 行（{columns} 列时）",
            f"at most {most:,} rows (where there are {columns} columns)",
        )
        fix = Text("分成几个文件，或删去不用的列", "split the file, or delete columns that are not used")
        raise InputError([file_fault(path, "too-many-rows", f"{rows:,}", expected, fix)])


@cache
def column_letters(index: int) -> str:
    """Give the letters of a column by its 0-based index: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Give the 0-based index of a column by its letters: A → 0, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _column_number(letters: bytes) -> int:
    return column_index(letters.decode()) + 1


def file_fault(
    path: Path, code: str, found: str, expected: Text, fix: Text, sheet: str = "", cell: str = ""
) -> Fault:
    """Make the fault of a file as a whole."""
    return Fault(code, path.name, sheet, cell, "", Text("", ""), found, expected, fix)


_NAME_A_FILE: Final = Text("给出其中一个文件", "name one file in it")
_CHECK_THE_NAME: Final = Text("核对文件名", "check the name")
_EXPORT_AGAIN: Final = Text("重新导出后再读", "export it again")
_SAVE_AS: Final = Text("用 Excel 或 WPS 打开后另存为 .xlsx", "open it in Excel or WPS and save it as .xlsx")


def _refusal(path: Path, code: str, why_not: Text, fix: Text, wanted: Text | None = None) -> InputError:
    wanted = wanted or Text("一个表格文件", "a table file")
    expected = Text("{wanted}（{why_not}）", "{wanted} ({why_not})").format(wanted=wanted, why_not=why_not)
    return InputError([file_fault(path, code, "", expected, fix)])


def _too_large(path: Path, found: str, expected: Text) -> InputError:
    fix = Text("删去无关的内容，或分成几个文件", "delete what does not belong there, or split the file")
    return InputError([file_fault(path, "too-large", found, expected, fix)])


def damaged(path: Path, why: Text, fix: Text = _SAVE_AS) -> InputError:
    """Make the error of a file whose reader gave up."""
    return _refusal(path, "damaged-file", why, fix, Text("完好的表格文件", "an undamaged table file"))


def unreadable(path: Path, error: Exception) -> InputError:
    """Make the error of a file whose reader gave up in words of its own, which are English."""
    return damaged(path, Text("文件不完整或已损坏", str(error) or type(error).__name__))


def _save_as(path: Path, code: str, why_not: Text) -> InputError:
    wanted = Text("真正的 .xlsx、.xls、.csv 或 .parquet", "a true .xlsx, .xls, .csv or .parquet")
    return _refusal(path, code, why_not, _SAVE_AS, wanted)


def _macros(path: Path) -> InputError:
    expected = Text("不带宏的工作簿", "a workbook without macros")
    fix = Text("另存为不带宏的 .xlsx", "save it as .xlsx, which holds no macros")
    return InputError([file_fault(path, "macros", "VBA", expected, fix)])


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as book:
            members = book.infolist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise unreadable(path, error) from error
    names = {member.filename for member in members}
    if path.suffix.lower() in {".xlsm", ".xltm"} or any(n.lower().endswith("vbaproject.bin") for n in names):
        raise _macros(path)
    if "xl/workbook.xml" not in names:
        raise _save_as(path, "not-a-workbook", Text("不是 Excel 工作簿", "this is no Excel workbook"))
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > MAX_UNPACKED_BYTES:
        limit = Text(
            f"解压后不超过 {MAX_UNPACKED_BYTES:,} 字节", f"at most {MAX_UNPACKED_BYTES:,} bytes unpacked"
        )
        raise _too_large(path, f"{unpacked:,} B", limit)
    if unpacked > RATIO_MATTERS_FROM_BYTES and unpacked > MAX_RATIO * packed:
        limit = Text(f"压缩比不超过 {MAX_RATIO}", f"packed at most {MAX_RATIO} to 1")
        raise _too_large(path, f"{unpacked // packed} : 1", limit)


def _check_ole(path: Path) -> None:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        fix = Text("在 Excel 中取消密码后另存", "remove the password in Excel and save it again")
        wanted = Text("不加密码的工作簿", "a workbook without a password")
        raise _refusal(path, "password", Text("已加密", "it is encrypted"), fix, wanted)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise _macros(path)


def _check_text(path: Path, head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<meta")):
        raise _save_as(path, "not-a-workbook", Text("内容是网页或 XML", "it holds HTML or XML"))
    if path.suffix.lower() in _EXCEL_SUFFIXES:
        why_not = Text("扩展名与内容不符", "the name does not fit what the file holds")
        raise _save_as(path, "not-a-workbook", why_not)
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in head:
        raise _save_as(path, "unknown-kind", Text("内容不是文字表格", "it holds no text"))


def _sheet_members(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield name and archive member of each worksheet."""
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    member_of = {
        relation.get("Id", ""): _member(relation.get("Target", ""))
        for relation in relations
        if relation.get("Type", "").endswith("/worksheet")
    }
    workbook = ElementTree.fromstring(book.read("xl/workbook.xml"))
    for sheet in workbook.iterfind(".//{*}sheet"):
        member = member_of.get(sheet.get(_RELATION, ""))
        if member is not None:
            yield sheet.get("name", ""), member


def _member(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _scan(path: Path, book: zipfile.ZipFile, member: str) -> Extent:
    extent = _scan_addresses(path, book, member)
    return extent if _is_within_bounds(extent) else replace(extent, **_outermost(book, member))


def _scan_addresses(path: Path, book: zipfile.ZipFile, member: str) -> Extent:
    """Bound a sheet fast, formatted blank cells included; also find the formulas without a value.

    Rows below 100,000 are not told apart: that many are within bounds unless the sheet is also very wide.
    """
    far: set[bytes] = set()
    valueless: dict[str, str] = {}
    formats: dict[str, str] = {}
    telling = number_formats.telling_formats(book)
    for piece in _whole_rows(book, member):
        far.update(_ADDRESS.findall(piece))
        formats |= number_formats.find_cells(piece, telling)
        if b"<f" in piece or b":f" in piece:
            valueless |= dict.fromkeys((cell.decode() for cell in _BLANK_FORMULA.findall(piece)), "=…")
        if b't="e"' in piece or b"t='e'" in piece:
            valueless |= {cell.decode(): said.decode() for cell, said in _ERROR_CELL.findall(piece)}
    beyond = next((address for address in far if len(address) > _LONGEST_ADDRESS), None)
    if beyond is not None:
        raise damaged(path, Text("单元格地址超出范围", f"the address of a cell is {beyond[:20].decode()}"))
    addresses = {address.upper() for address in far}
    rows = max((int(one.lstrip(_LETTERS)) for one in addresses if one[-1:].isdigit()), default=99_999)
    columns = max((_column_number(one.rstrip(_DIGITS)) for one in addresses), default=0)
    return Extent(rows, columns, "", "", valueless, formats)


def _outermost(book: zipfile.ZipFile, member: str) -> dict[str, Any]:
    """Measure a sheet by its cells that hold something, and name the outermost two."""
    last_row, last_column = (0, ""), (0, "")
    for piece in _whole_rows(book, member):
        for letters, number in _VALUE_CELL.findall(piece):
            cell = (letters + number).decode().upper()
            if int(number) > last_row[0]:
                last_row = (int(number), cell)
            if _column_number(letters.upper()) > last_column[0]:
                last_column = (_column_number(letters.upper()), cell)
    return {
        "rows": last_row[0],
        "columns": last_column[0],
        "last_row_cell": last_row[1],
        "last_column_cell": last_column[1],
    }


def _whole_rows(book: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """Yield the sheet's XML in pieces that end where a row ends, so that no cell is cut in two."""
    kept = b""
    with book.open(member) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            kept += chunk
            end = kept.rfind(b"</row>") if b"</row>" in chunk else kept.rfind(b":row>")
            if end >= 0:
                yield kept[:end]
                kept = kept[end:]
    yield kept


def _is_within_bounds(extent: Extent) -> bool:
    return (
        extent.rows <= MAX_ROWS
        and extent.columns <= MAX_COLUMNS
        and extent.rows * extent.columns <= MAX_CELLS
    )


def _extent_faults(path: Path, sheet: str, extent: Extent) -> list[Fault]:
    fix = Text(
        "删去表格以外的零星内容（选中整行整列后删除）",
        "delete stray cells outside the table (whole rows and columns)",
    )
    faults = []
    if extent.rows > MAX_ROWS:
        expected = Text(f"不超过 {MAX_ROWS:,} 行", f"at most {MAX_ROWS:,} rows")
        faults.append(
            file_fault(path, "too-many-rows", f"{extent.rows:,}", expected, fix, sheet, extent.last_row_cell)
        )
    if extent.columns > MAX_COLUMNS:
        expected = Text(f"不超过 {MAX_COLUMNS} 列", f"at most {MAX_COLUMNS} columns")
        found = f"{extent.columns:,}"
        faults.append(
            file_fault(path, "too-many-columns", found, expected, fix, sheet, extent.last_column_cell)
        )
    if not faults and extent.rows * extent.columns > MAX_CELLS:
        expected = Text(f"行乘列不超过 {MAX_CELLS:,}", f"rows times columns at most {MAX_CELLS:,}")
        found = f"{extent.rows:,} × {extent.columns:,}"
        faults.append(
            file_fault(path, "too-many-cells", found, expected, fix, sheet, extent.last_column_cell)
        )
    return faults
