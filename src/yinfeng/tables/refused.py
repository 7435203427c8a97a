"""The workbook of refused rows: as they were found, each with its reasons, to be mended and read again.

XlsxWriter lays out the book: header, colours, comments. The rows, which may be tens of thousands, are then
streamed into its sheet, four times as fast as cell by cell.
"""

import io
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import xlsxwriter

from yinfeng.core.errors import Fault
from yinfeng.core.text import Lang, Text
from yinfeng.tables.bounds import column_index, column_letters
from yinfeng.tables.headers import REASON_HEADERS
from yinfeng.tables.read import Ledger, RefusedRow
from yinfeng.tables.sheets import Cell, written
from yinfeng.tables.write import (
    HEADER_STYLE,
    MARKED_STYLE,
    check_workbook_name,
    cut,
    replaced,
    row_height,
    text_width,
)

MOST_COMMENTS: Final = 2_000
"""Comments slow Excel down: the first faults have one, the column of reasons has all."""

_SHEET: Final = "xl/worksheets/sheet1.xml"
_PATTERN_ROW: Final = re.compile(rb'<row r="2".*?</row>', re.DOTALL)
_STYLE: Final = re.compile(rb' s="(\d+)"')
_DIMENSION: Final = re.compile(rb'<dimension ref="[^"]*"/>')
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REASON_WIDTH, _LEAST_WIDTH, _MOST_WIDTH = 60, 8, 40
_MEASURED_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class _Styles:
    """The styles of a row's cells, as attributes."""

    reason: str
    bad: str
    good: str


def write_refused(path: str | os.PathLike[str], ledger: Ledger, *, lang: Lang = "zh") -> None:
    """Write the refused rows of a ledger: reasons first, then the columns of the sheet as they stood.

    Reading skips the column of reasons, so the mended workbook can be read as it is. Raises InputError where
    the name does not end in .xlsx or the file cannot be written.
    """
    check_workbook_name(path)
    with replaced(Path(path)) as part:
        layout = _layout(ledger, lang)
        _fill(layout, part, ledger.refused, len(ledger.source.headers) + 1, lang)


def reasons(faults: Iterable[Fault], lang: Lang) -> str:
    """Say all faults of a row in one cell, a line each."""
    return "\n".join(_reason(fault, lang) for fault in faults)


def _reason(fault: Fault, lang: Lang) -> str:
    expected, fix = fault.expected.of(lang), fault.fix.of(lang)
    if not fault.column:  # of the row as a whole
        return Text("；", "; ").of(lang).join(part for part in (expected, fix) if part)
    label = fault.label.of(lang)
    found = fault.found or Text("空白", "nothing").of(lang)
    if lang == "zh":
        return f"{label}：填的是“{found}”，应为{expected}；{fix}"
    return f'{label}: found "{found}", expected {expected}; {fix}'


def _layout(ledger: Ledger, lang: Lang) -> io.BytesIO:
    """Make the book without its rows: row 2 only shows the styles of reasons and bad cells."""
    headers = [REASON_HEADERS[lang != "zh"], *ledger.source.headers]
    layout = io.BytesIO()
    book = xlsxwriter.Workbook(
        layout, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(Text("待修改", "To mend").of(lang))
    header_style = book.add_format(HEADER_STYLE)
    for column, header in enumerate(headers):
        sheet.write_string(0, column, cut(header), header_style)
        sheet.set_column(column, column, _width(ledger, column, header) if column else _REASON_WIDTH)
    sheet.write_blank(
        1, 0, None, book.add_format({"text_wrap": True, "valign": "top", "font_color": "#C00000"})
    )
    sheet.write_blank(1, 1, None, book.add_format(MARKED_STYLE))
    sheet.write_blank(1, 2, None, book.add_format({"valign": "top"}))
    for row, column, comment in _comments(ledger, lang):
        sheet.write_comment(row, column, cut(comment), {"x_scale": 2, "y_scale": 1.5})
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(ledger.refused), len(headers) - 1)
    book.close()
    return layout


def _width(ledger: Ledger, column: int, header: str) -> int:
    cells = (row.cells[column - 1] for row in ledger.refused[:_MEASURED_ROWS])
    widest = max(text_width(header) + 4, 2 + max((text_width(written(cell)) for cell in cells), default=0))
    return min(_MOST_WIDTH, max(_LEAST_WIDTH, widest))


def _comments(ledger: Ledger, lang: Lang) -> Iterator[tuple[int, int, str]]:
    left = MOST_COMMENTS
    for row, refused in enumerate(ledger.refused, start=1):
        for column, faults in _faults_by_column(refused).items():
            if left == 0:
                return
            left -= 1
            yield row, column, reasons(faults, lang)


def _faults_by_column(refused: RefusedRow) -> dict[int, list[Fault]]:
    """Give the faults of a row by the column of the written sheet, where they concern one."""
    by_column: dict[int, list[Fault]] = {}
    for fault in refused.faults:
        letters = fault.cell.rstrip("0123456789")
        if letters:
            by_column.setdefault(column_index(letters) + 1, []).append(fault)
    return by_column


def _fill(layout: io.BytesIO, target: Path, rows: Sequence[RefusedRow], width: int, lang: Lang) -> None:
    """Copy the book with the rows in place of the row of styles."""
    with (
        zipfile.ZipFile(layout) as book,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as filled,
    ):
        for member in book.infolist():
            if member.filename != _SHEET:
                filled.writestr(member, book.read(member))
        sheet = book.read(_SHEET)
        reach = f'<dimension ref="A1:{column_letters(width - 1)}{len(rows) + 1}"/>'
        sheet = _DIMENSION.sub(reach.encode(), sheet, count=1)
        pattern = _PATTERN_ROW.search(sheet)
        assert pattern is not None
        styles = _Styles(*(f' s="{int(style)}"' for style in _STYLE.findall(pattern[0])))
        with filled.open(_SHEET, "w", force_zip64=True) as stream:
            stream.write(sheet[: pattern.start()])
            for number, row in enumerate(rows, start=2):
                stream.write(_row_xml(number, row, styles, lang).encode())
            stream.write(sheet[pattern.end() :])


def _row_xml(number: int, row: RefusedRow, styles: _Styles, lang: Lang) -> str:
    bad = _faults_by_column(row)
    said = reasons(row.faults, lang)
    cells = [_cell_xml(f"A{number}", said, styles.reason)]
    for column, cell in enumerate(row.cells, start=1):
        if cell != "" or column in bad:
            style = styles.bad if column in bad else styles.good
            cells.append(_cell_xml(f"{column_letters(column)}{number}", cell, style))
    height = row_height(said, _REASON_WIDTH)
    shown = "" if height is None else f' ht="{height:g}" customHeight="1"'
    return f'<row r="{number}"{shown}>{"".join(cells)}</row>'


def _cell_xml(address: str, cell: Cell, style: str) -> str:
    if cell == "":
        return f'<c r="{address}"{style}/>'
    if type(cell) is float or type(cell) is int:
        return f'<c r="{address}"{style}><v>{cell!r}</v></c>'
    text = _xml(written(cell))
    return f'<c r="{address}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


@lru_cache(maxsize=100_000)
def _xml(text: str) -> str:
    return escape(_UNPRINTABLE.sub("", cut(text)))
