"""Writing workbooks and CSV: a failure leaves the old file whole, and no text ever becomes a formula.

Text that begins with ``= + - @``, a tab or a carriage return is stored as text, never as a formula. In a
workbook such a cell also carries Excel's quote prefix, so that editing it keeps it text; in CSV, which has no
types, it gets a leading apostrophe. Numbers stay numbers.
"""

import contextlib
import csv
import datetime
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.spelling import fold

LONGEST_CELL: Final = 32_767  # signs; Excel's own limit
CUT_MARK: Final = "…〔截断〕"

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDEST, _NARROWEST = 60, 8
_MEASURED_ROWS: Final = 1_000
_SHEET_NAME_LENGTH: Final = 31
_NOT_IN_SHEET_NAMES: Final = str.maketrans(dict.fromkeys(r"[]:*?/\\", "_"))

HEADER_STYLE: Final = {
    "bold": True, "text_wrap": True, "valign": "vcenter",
    "border": 1, "border_color": "#9DB7D5", "bg_color": "#DDEBF7",
}  # fmt: skip
MARKED_STYLE: Final = {"bg_color": "#FFE699", "valign": "top"}
NOTE_STYLE: Final = {"italic": True, "font_color": "#595959"}


@dataclass(frozen=True, eq=False, slots=True)
class Sheet:
    """A sheet to be written: headers, rows of cells, and how they look."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    widths: Sequence[float] | None = None
    """Width of each column in digits; from the content where None."""
    notes: Sequence[str] = ()
    """Lines above the header."""
    column_formats: Mapping[int, str] | None = None
    """Excel number format by 0-based column."""
    cell_marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Coloured cells and their comments, by 0-based row of ``rows`` and column."""


def write_workbook(path: str | os.PathLike[str], sheets: Sequence[Sheet]) -> None:
    """Write a workbook; each sheet has a frozen header and a filter.

    Raises InputError where the file cannot be written.
    """
    with replaced(Path(path)) as part:
        book = xlsxwriter.Workbook(part, {"strings_to_formulas": False, "strings_to_urls": False})
        for sheet, name in zip(sheets, _sheet_names(sheets), strict=True):
            _write_sheet(book, book.add_worksheet(name), sheet)
        book.close()


def write_csv(path: str | os.PathLike[str], headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write CSV in UTF-8 with its mark, as Excel and WPS open it.

    Raises InputError where the file cannot be written.
    """
    with replaced(Path(path)) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_csv_cell(header) for header in headers])
        writer.writerows([_csv_cell(cell) for cell in row] for row in rows)


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a file beside the target to write into; on success it takes the target's place, else it goes.

    Raises InputError where the folder or the target does not let itself be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.touch()
        yield part
        os.replace(part, path)
    except (OSError, FileCreateError) as error:
        expected = Text("可以写入的文件", "a file that can be written")
        fix = Text(
            "关闭正在打开它的程序，或换一个文件夹",
            "close the program that has it open, or choose another folder",
        )
        raise InputError([problem_fault("cannot-write", f"{path}: {error}", expected, fix)]) from error
    finally:
        part.unlink(missing_ok=True)


def is_formula_like(text: str) -> bool:
    """Say whether a spreadsheet might take a text for a formula."""
    return text.startswith(_FORMULA_STARTS) or fold(text).startswith(_FORMULA_STARTS)


def text_width(text: str) -> int:
    """Count how many digits wide a text is, its widest line: Chinese signs count 2."""
    lines = text.split("\n") if "\n" in text else (text,)
    # GBK spends two bytes on just the signs that Chinese fonts draw twice as wide, and is counted in C.
    return max(len(line) if line.isascii() else len(line.encode("gbk", "replace")) for line in lines)


def cut(text: str) -> str:
    """Cut a text to what a cell can hold, with a mark."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT_MARK)] + CUT_MARK


def _csv_cell(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and is_formula_like(cell) else cell


def _sheet_names(sheets: Sequence[Sheet]) -> list[str]:
    names: list[str] = []
    for sheet in sheets:
        name = sheet.title.translate(_NOT_IN_SHEET_NAMES).strip("'")[:_SHEET_NAME_LENGTH] or "Sheet"
        while name.lower() in (other.lower() for other in names):
            name = f"{name[: _SHEET_NAME_LENGTH - 2]}_{len(names)}"
        names.append(name)
    return names


def _write_sheet(book: Any, worksheet: Any, sheet: Sheet) -> None:
    formats = _Formats(book, {})
    top = len(sheet.notes)
    for row, note in enumerate(sheet.notes):
        worksheet.write_string(row, 0, cut(note), formats.of(**NOTE_STYLE))
    for column, header in enumerate(sheet.headers):
        worksheet.write_string(top, column, cut(header), formats.of(**HEADER_STYLE))
        worksheet.set_column(column, column, _width(sheet, column))
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            style = _style(sheet, row, column, cell)
            _write_cell(worksheet, top + 1 + row, column, cell, formats.of(**style))
    for (row, column), comment in sheet.cell_marks.items():
        worksheet.write_comment(top + 1 + row, column, cut(comment), {"x_scale": 2, "y_scale": 1.5})
    worksheet.freeze_panes(top + 1, 0)
    if sheet.headers:
        worksheet.autofilter(top, 0, top + max(1, len(sheet.rows)), len(sheet.headers) - 1)


@dataclass(frozen=True, slots=True)
class _Formats:
    """The formats of a workbook, each added once."""

    book: Any
    added: dict[tuple[tuple[str, Any], ...], Any]

    def of(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.added:
            self.added[key] = self.book.add_format(properties)
        return self.added[key]


def _style(sheet: Sheet, row: int, column: int, cell: object) -> dict[str, Any]:
    style: dict[str, Any] = {"valign": "top"}
    number_format = (sheet.column_formats or {}).get(column)
    if number_format:
        style["num_format"] = number_format
    elif isinstance(cell, datetime.datetime):
        style["num_format"] = "yyyy-mm-dd hh:mm"
    elif isinstance(cell, datetime.date):
        style["num_format"] = "yyyy-mm-dd"
    if isinstance(cell, str):
        style["text_wrap"] = "\n" in cell or text_width(cell) > _WIDEST
        if is_formula_like(cell):
            style["quote_prefix"] = True
    if (row, column) in sheet.cell_marks:
        style |= MARKED_STYLE
    return style


def _write_cell(worksheet: Any, row: int, column: int, cell: object, style: Any) -> None:
    if cell is None or cell == "":
        worksheet.write_blank(row, column, None, style)
    elif isinstance(cell, bool):
        worksheet.write_boolean(row, column, cell, style)
    elif isinstance(cell, int | float) and math.isfinite(cell):
        worksheet.write_number(row, column, cell, style)
    elif isinstance(cell, datetime.date):
        worksheet.write_datetime(row, column, cell, style)
    else:
        worksheet.write_string(row, column, cut(str(cell)), style)


def _width(sheet: Sheet, column: int) -> float:
    if sheet.widths is not None:
        return sheet.widths[column]
    texts = [sheet.headers[column]]
    texts += (
        str(row[column])
        for row in sheet.rows[:_MEASURED_ROWS]
        if column < len(row) and row[column] is not None
    )
    return min(_WIDEST, max(_NARROWEST, 2 + max(map(text_width, texts))))
