"""Files as grids of cells: workbooks, delimited text and Parquet, all bounded before they are read."""

import csv
import datetime
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine as calamine

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.tables import bounds, number_formats
from yinfeng.tables.spelling import header_key

Cell = str | float | int | bool | datetime.date | datetime.time | datetime.timedelta
"""A cell as its file holds it; blank is the empty string."""
Area = tuple[int, int, int, int]
"""Merged cells: first row, first column, last row, last column, 0-based."""

BETWEEN: Final = "；"
"""Stands between the items of a list in one cell."""

_OTHER_STRINGS: Final = (pa.large_string(), pa.string_view())
_DELIMITERS: Final = ",;\t|"
_KEPT_TEXT: Final = ("'=", "'+", "'-", "'@", "'\t", "'\r")
_SNIFFED_RECORDS: Final = 30
_EXPLANATIONS: Final = frozenset(
    header_key(name)
    for name in ("说明", "填表说明", "填写说明", "字典", "数据字典", "notes", "readme", "instructions")
)


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """One sheet: ``rows[i][j]`` is the cell of row i + 1 and column j + 1 as Excel counts them."""

    sheet: str
    """Name of the sheet; empty for files without sheets."""
    rows: list[list[Cell]]
    merged: tuple[Area, ...]
    is_aside: bool
    """Hidden, or a sheet of explanations: chosen only by name."""
    valueless: Mapping[str, str] = field(default_factory=dict)
    """Formulas that came to nothing and read as blank, by address; see `bounds.Extent`."""


def read_grids(path: Path, sheet: str | None = None) -> tuple[Grid, ...]:
    """Read every sheet of a file, or the one named. Raises InputError where the file cannot be read."""
    match bounds.kind_of(path):
        case "xlsx":
            extents = bounds.scan_sheets(path, sheet)
            return _read_workbook(path, sheet, extents)
        case "xls":
            return _read_workbook(path, sheet, {})
        case "parquet":
            return (_read_parquet(path),)
        case "text":
            return (_read_text(path),)


def sha256(path: Path) -> str:
    """Give the file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def written(cell: Cell | None) -> str:
    """Give a cell as its reader sees it in a sheet: whole numbers without ``.0``, dates as 2024-03-01."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime.datetime):
        is_midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if is_midnight else cell.isoformat(" ", "minutes")
    return "" if cell is None else str(cell)


def _read_workbook(path: Path, sheet: str | None, extents: Mapping[str, bounds.Extent]) -> tuple[Grid, ...]:
    try:
        # By content, not by name: an .xlsx renamed to .xls reads.
        with path.open("rb") as file, calamine.CalamineWorkbook.from_filelike(file) as book:
            found = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
            if sheet is not None and sheet not in [meta.name for meta in found]:
                raise InputError([_no_such_sheet(path, sheet, [meta.name for meta in found])])
            return tuple(
                _read_sheet(
                    path,
                    book.get_sheet_by_name(meta.name),
                    meta.visible != calamine.SheetVisibleEnum.Visible
                    or header_key(meta.name) in _EXPLANATIONS,
                    extents.get(meta.name),
                )
                for meta in found
                if sheet in (None, meta.name)
            )
    except calamine.CalamineError as error:
        raise bounds.unreadable(path, error) from error


def _no_such_sheet(path: Path, sheet: str, names: Sequence[str]) -> Any:
    known = "、".join(names)
    return bounds.file_fault(
        path,
        "no-such-sheet",
        sheet,
        Text(f"工作表：{known}", f"one of the sheets {known}"),
        Text("核对工作表名", "check the name of the sheet"),
    )


def _read_sheet(path: Path, sheet: Any, is_aside: bool, extent: bounds.Extent | None) -> Grid:
    rows = sheet.to_python(skip_empty_area=False)
    bounds.check_size(path, sheet.name, len(rows), len(rows[0]) if rows else 0)
    merged = tuple((a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
    if extent is None:
        return Grid(sheet.name, rows, merged, is_aside)
    for address, code in extent.formats.items():
        letters = address.rstrip("0123456789")
        row, column = int(address[len(letters) :]) - 1, bounds.column_index(letters)
        if row < len(rows) and column < len(rows[row]) and type(rows[row][column]) is float:
            rows[row][column] = number_formats.as_shown(rows[row][column], code)
    return Grid(sheet.name, rows, merged, is_aside, extent.valueless)


def _read_text(path: Path) -> Grid:
    text = _decode(path)
    delimiter = max(_DELIMITERS, key=lambda mark: _fit(text, mark))
    rows: list[list[Cell]] = []
    try:
        rows.extend([_unquoted(cell) for cell in record] for record in _records(text, delimiter))
    except csv.Error as error:
        raise _odd_quotation(path, len(rows) + 1) from error
    bounds.check_size(path, "", len(rows), max(map(len, rows), default=0))
    return Grid("", rows, (), False)


def _odd_quotation(path: Path, row: int) -> InputError:
    why = Text(f"第 {row} 行的引号不成对", f"the quotation marks of row {row} do not pair")
    fix = Text(
        '内容中的引号写两遍（""），并把整格放在引号里；或另存为 .xlsx',
        'double the marks within a cell ("") and put the whole cell in marks, or save the file as .xlsx',
    )
    return bounds.damaged(path, why, fix)


def _unquoted(cell: str) -> str:
    """Undo what keeps Excel from reading a CSV cell as a number or a formula: ``="001"``, ``'=x``."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 3:
        return cell[2:-1]
    return cell[1:] if cell.startswith(_KEPT_TEXT) else cell


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    # Strict, or a quotation mark without its partner would swallow the rows that follow.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _decode(path: Path) -> str:
    content = path.read_bytes()
    has_utf16_mark = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if has_utf16_mark else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            reason = error
    expected = Text("UTF-8、GB18030 或带标记的 UTF-16 文字", "text in UTF-8, GB18030 or UTF-16 with its mark")
    fix = Text("另存为 UTF-8 编码的 CSV 或 .xlsx", "save it as CSV in UTF-8, or as .xlsx")
    raise InputError([bounds.file_fault(path, "encoding", str(reason), expected, fix)])


def _fit(text: str, delimiter: str) -> int:
    """Tell how well a delimiter cuts the first records: cells in the records of the usual width."""
    widths = []
    try:
        for record, _ in zip(_records(text, delimiter), range(_SNIFFED_RECORDS), strict=False):
            widths.append(len(record))
    except csv.Error:
        pass
    return max((width * widths.count(width) for width in widths if width > 1), default=0)


def read_parquet(path: Path) -> pa.Table:
    """Read what a Parquet file says of a ledger's own columns. Raises InputError, as `read_grids`."""
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            # What a table read from a ledger holds beside its columns is worked out again.
            derived = {n for n in names if n == "row" or ("." in n and n.rpartition(".")[0] in names)}
            kept = [at for at, name in enumerate(names) if name not in derived]
            bounds.check_table(path, file.metadata.num_rows, len(kept))
            table = file.read().select(kept)
    except (pa.ArrowException, OSError) as error:
        raise bounds.unreadable(path, error) from error
    columns = [c.cast(pa.string()) if c.type in _OTHER_STRINGS else c for c in table.columns]
    return pa.table(columns, table.column_names)


def _read_parquet(path: Path) -> Grid:
    table = read_parquet(path)
    bounds.check_size(path, "", table.num_rows + 1, table.num_columns)
    columns = [[flat(value) for value in column.to_pylist()] for column in table.columns]
    header: list[Cell] = list(table.column_names)
    return Grid("", [header, *map(list, zip(*columns, strict=True))], (), False)


def flat(value: Any) -> Cell:
    """Write a Parquet value as a cell: lists as people write them in one."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return " ".join(written(part) for part in value.values())
    if isinstance(value, list):
        return BETWEEN.join(written(flat(part)) for part in value)
    if isinstance(value, (str, float, int, datetime.date)):
        return value
    return str(value)
