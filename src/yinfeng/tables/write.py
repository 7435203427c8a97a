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
MOST_ROWS: Final = 1_048_575
"""Rows below the header of a sheet; Excel's own limit."""
CUT_MARK: Final = "…〔截断〕"

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDEST, _NARROWEST = 60, 8
_LINE_HEIGHT, _HIGHEST = 15, 409  # points; Excel allows no higher row
_MEASURED_ROWS: Final = 1_000
_SHEET_NAME_LENGTH: Final = 31
_NOT_IN_SHEET_NAMES: Final = str.maketrans(dict.fromkeys(r"[]:*?/\\", "_"))

HEADER_STYLE: Final = {
    "bold": True, "text_wrap": True, "valign": "vcenter",
    "border": 1, "border_color": "#9DB7D5", "bg_color": "#DDEBF7",
}  # fmt: skip
MARKED_STYLE: Final = {"bg_color": "#FFE699", "valign": "top"}
NOTE_STYLE: Final = {"italic": True, "font_color": "#595959"}
_A4: Final = 9  # Excel's number for the paper


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

    Raises InputError where the name does not end in .xlsx or the file cannot be written.
    """
    check_workbook_name(path)
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
        expected, fix = _why_not_written(path)
        raise InputError([problem_fault("cannot-write", path, expected, fix)]) from error
    finally:
        part.unlink(missing_ok=True)


def _why_not_written(path: Path) -> tuple[Text, Text]:
    if path.is_dir():
        return Text("一个文件（这是文件夹）", "a file (this is a folder)"), Text(
            "写出文件名", "name a file in it"
        )
    if not path.parent.is_dir():
        there = Text(
            "已有文件夹中的文件（没有这个文件夹）", "a file in a folder that is there (this one is not)"
        )
        return there, Text("先建文件夹，或换一个", "make the folder first, or choose another")
    return Text("可以写入的文件", "a file that can be written"), Text(
        "关闭正在打开它的程序，或换一个文件夹", "close the program that has it open, or choose another folder"
    )


def check_workbook_name(path: str | os.PathLike[str]) -> None:
    """Raise InputError for a workbook under a name by which no program would open it as one."""
    if Path(path).suffix.lower() != ".xlsx" and not Path(path).is_dir():
        expected = Text("以 .xlsx 结尾的文件名", "a name that ends in .xlsx")
        fix = Text(f"写成 {path}.xlsx", f"write {path}.xlsx")
        raise InputError([problem_fault("not-xlsx", path, expected, fix)])


def is_formula_like(text: str) -> bool:
    """Say whether a spreadsheet might take a text for a formula."""
    return text.startswith(_FORMULA_STARTS) or fold(text).startswith(_FORMULA_STARTS)


def text_width(text: str) -> int:
    """Count how many digits wide a text is, its widest line: Chinese signs count 2."""
    lines = text.split("\n") if "\n" in text else (text,)
    # GBK spends two bytes on just the signs that Chinese fonts draw twice as wide, and is counted in C.
    return max(len(line) if line.isascii() else len(line.encode("gbk", "replace")) for line in lines)


def row_height(text: str, width: float) -> float | None:
    """Give how high, in points, a row must be to show a wrapped text in a column; None for one line.

    Excel works it out when it opens a file; WPS and LibreOffice show one line unless they are told.
    """
    lines = sum(math.ceil(text_width(line) / (width - 1)) or 1 for line in text.split("\n"))
    return None if lines == 1 else float(min(_HIGHEST, lines * _LINE_HEIGHT))


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
    heights = (row_height(header, _width(sheet, column)) for column, header in enumerate(sheet.headers))
    worksheet.set_row(top, max((height for height in heights if height is not None), default=None))
    looks = _Looks(sheet, formats, {}, {})
    for row, cells in enumerate(sheet.rows):
        height = looks.height(cells)
        if height is not None:
            worksheet.set_row(top + 1 + row, height)
        for column, cell in enumerate(cells):
            _write_cell(worksheet, top + 1 + row, column, cell, looks.of(row, column, cell))
    for (row, column), comment in sheet.cell_marks.items():
        worksheet.write_comment(top + 1 + row, column, cut(comment), {"x_scale": 2, "y_scale": 1.5})
    worksheet.freeze_panes(top + 1, 0)
    _set_for_print(worksheet, top)
    if sheet.headers:
        worksheet.autofilter(top, 0, top + max(1, len(sheet.rows)), len(sheet.headers) - 1)


def _set_for_print(worksheet: Any, header_row: int) -> None:
    """Print on A4 across, one page wide, the header on every page."""
    worksheet.set_paper(_A4)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(header_row)


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


@dataclass(frozen=True, slots=True)
class _Looks:
    """How the cells of a sheet look, worked out once for each text and each kind of cell."""

    sheet: Sheet
    formats: _Formats
    shapes: dict[str, tuple[bool, bool]]
    """Text → whether it is wrapped, whether it might be taken for a formula."""
    added: dict[tuple[object, ...], Any]

    def of(self, row: int, column: int, cell: object) -> Any:
        kind = self._shape(cell) if isinstance(cell, str) else type(cell)
        number_format = self.sheet.column_formats.get(column) if self.sheet.column_formats else None
        key = (kind, number_format, (row, column) in self.sheet.cell_marks)
        found = self.added.get(key)
        if found is None:
            found = self.added[key] = self.formats.of(**_style(self.sheet, row, column, cell))
        return found

    def height(self, cells: Sequence[object]) -> float | None:
        """Give how high a row must be for its wrapped texts; None for one line."""
        heights = [
            row_height(cell, _width_of_wrapped(self.sheet, column))
            for column, cell in enumerate(cells)
            if isinstance(cell, str) and self._shape(cell)[0]
        ]
        return max((height for height in heights if height is not None), default=None)

    def _shape(self, text: str) -> tuple[bool, bool]:
        shape = self.shapes.get(text)
        if shape is None:
            shape = self.shapes[text] = _is_wrapped(text), is_formula_like(text)
        return shape


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
        style["text_wrap"] = _is_wrapped(cell)
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


def _is_wrapped(cell: str) -> bool:
    return "\n" in cell or text_width(cell) > _WIDEST


def _width_of_wrapped(sheet: Sheet, column: int) -> float:
    return _WIDEST if sheet.widths is None else sheet.widths[column]


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
