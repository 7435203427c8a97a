"""Workbooks of an import: the rows to mend, and what was written."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from yinfeng.core.errors import Fault
from yinfeng.core.text import Lang, Text
from yinfeng.tables.difference import WRITING
from yinfeng.tables.difference_sheets import difference_sheets
from yinfeng.tables.read import RefusedRow
from yinfeng.tables.refused import write_refused
from yinfeng.tables.template import write_template
from yinfeng.tables.write import Sheet, write_workbook
from yinfeng.web.imports import bridge, lines, own
from yinfeng.web.imports.models import Batch, Line

_BESIDE: Final = Text("责任人与复核", "Keepers and rechecks")
_HEADERS: Final = (
    Text("行", "Row"),
    Text("编号", "Id"),
    Text("列", "Column"),
    Text("原值", "Before"),
    Text("新值", "After"),
)


def refused(batch: Batch, lang: Lang) -> bytes:
    """Give the rows that are refused or to be decided, as they stand in the file, each with its reasons."""
    file = bridge.read_file(batch)
    width = len(file.ledger.source.headers)
    read = {one.row: one for one in file.ledger.refused}
    faults: dict[int, list[Fault]] = {}
    for found in batch.found.filter(severity="error", row__gt=0).order_by("pk"):
        faults.setdefault(found.row, []).append(lines.fault_of(found, batch.file_name))
    left = batch.lines.filter(outcome__in=("refused", "conflicting")).order_by("row")
    rows = []
    for row in left.values_list("row", flat=True):
        cells = tuple((*file.rows[row - 1], *[""] * width)[:width])
        rows.append(read.get(row) or RefusedRow(row, cells, tuple(faults.get(row, ()))))
    ledger = replace(file.ledger, refused=tuple(rows))
    return _made(lambda path: write_refused(path, ledger, lang=lang))


def result(batch: Batch, lang: Lang) -> bytes:
    """Give exactly what was written, row by row and cell by cell."""
    written = list(batch.lines.filter(outcome__in=WRITING).order_by("row"))
    sheets = difference_sheets(lines.difference_of(batch.ledger, written), lang)
    beside = _own_rows(written, lang)
    if beside:
        sheets.append(Sheet(_BESIDE.of(lang), [header.of(lang) for header in _HEADERS], beside))
    return _made(lambda path: write_workbook(path, sheets))


def blank_form(ledger: str, lang: Lang) -> bytes:
    """Give the blank form of a ledger."""
    return _made(lambda path: write_template(path, ledger, lang=lang))


def _own_rows(written: Sequence[Line], lang: Lang) -> list[list[object]]:
    return [
        [line.row, line.key, own.label(name).of(lang), *pair]
        for line in written
        for name, pair in line.own.items()
    ]


def _made(write: Callable[[Path], None]) -> bytes:
    """Give the bytes of a workbook that a function writes to a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        write(path)
        return path.read_bytes()
