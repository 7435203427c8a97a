"""Parquet ledgers column by column: plain rows are read all at once, cell by cell only what is odd.

A distinct cell is read once, by the same readers as in every other file (`tables.columns`). A row is odd
where a reader says anything of one of its cells, where its id is not its own, or where it may be no data.
Odd rows, and the first ones, where headers are looked for, stay in a grid, to be read as a sheet is: so a
fault is told in the very words, at the very place, at any size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.tables import bounds, columns, sheets
from yinfeng.tables.headers import LOOKED_AT_ROWS
from yinfeng.tables.layout import EXAMPLE_MARKS, Layout, lay_out, may_be_no_data
from yinfeng.tables.positions import COORDINATE_TYPES, read_coordinates
from yinfeng.tables.schema import Column, Schema
from yinfeng.tables.sheets import Cell, Grid
from yinfeng.tables.spelling import fold

Bools = NDArray[np.bool_]
Places = NDArray[np.integer[Any]]

_PLAIN_ID: Final = "^[0-9A-Za-z]*[0-9]$"
"""An id that reads as it stands and is no word for "not given", for those end in no digit."""
_PLAIN_TEXT: Final = "^[!-~\u4e00-\u9fff]+$"
"""A text in which there is nothing to tidy: no blanks, no unseen marks, no full-width signs."""
_PLAIN: Final[Mapping[str, str]] = {"id": _PLAIN_ID, "ref": _PLAIN_ID, "text": _PLAIN_TEXT}
_FIRST_ROW: Final = 2  # as Excel counts, below the header
_NOTHING: Final[list[Cell]] = []


@dataclass(frozen=True, eq=False, slots=True)
class _Cells:
    """The cells of a column of n rows, each distinct one once."""

    distinct: pa.Array
    """Arrow values; the last is null where a row is blank."""
    index: Places
    """(n,): which of them each row holds."""

    def listed(self) -> list[Cell]:
        """Give the distinct cells as a sheet would hold them."""
        return [sheets.flat(value) for value in self.distinct.to_pylist()]


@dataclass(frozen=True, eq=False, slots=True)
class _Coded:
    """An array of n rows by its values; row i holds ``values[index[i]]``."""

    values: pa.Array
    index: Places


@dataclass(frozen=True, eq=False, slots=True)
class PlainRows:
    """A Parquet ledger of n rows of which the plain ones are read."""

    grid: Grid
    """The ledger as a sheet in which plain rows are blank."""
    _rows: Places
    """Positions of the plain rows, ascending."""
    _arrays: Mapping[str, _Coded]

    def with_others(self, others: pa.Table) -> pa.Table:
        """Give the table of the plain rows and the good ones of the grid, in the order of the file."""
        numbers = np.concatenate([self._rows + _FIRST_ROW, others.column("row").to_numpy()])
        order = np.argsort(numbers, kind="stable")
        table = {}
        for name in others.column_names[:-1]:
            coded, other = self._arrays[name], others.column(name).combine_chunks()
            at = [coded.index[self._rows].astype(np.int64), len(coded.values) + np.arange(len(other))]
            values = pa.concat_arrays([coded.values, other.cast(coded.values.type)])
            if values.null_count == len(values):
                table[name] = pa.nulls(len(order), values.type)
            else:
                table[name] = values.take(pa.array(np.concatenate(at)[order]))
        return pa.table(table | {"row": pa.array(numbers[order], pa.int32())})


def read_plain(path: Path, schema: Schema, header_row: int | None, defaults: Mapping[str, str]) -> PlainRows:
    """Read the plain rows of a Parquet ledger. Raises InputError where it cannot be used as a whole."""
    table = sheets.read_parquet(path)
    n = table.num_rows
    top = min(n, LOOKED_AT_ROWS - 1)
    found = lay_out(path, [_grid(table, np.arange(top))], schema, header_row, defaults)
    cells = [_cells(column) for column in table.columns]
    is_odd = np.zeros(n, np.bool_)
    is_odd[:top] = True
    is_blank = _mark_no_data(cells, found, is_odd)
    arrays = _read_columns(cells, found, defaults, is_odd)
    if schema.key is not None:
        is_odd |= _is_shared(arrays[schema.key]) & ~is_blank
    rows = np.flatnonzero(~is_odd & ~is_blank)
    if found.headers.rows != (1,) or not all(map(fold, table.column_names)) or not len(found.rows):
        is_odd[:], rows = True, rows[:0]
    odd = np.flatnonzero(is_odd)
    _check_odd(path, odd, table.num_columns)
    return PlainRows(_grid(table, odd), rows, arrays)


def _grid(table: pa.Table, rows: Places) -> Grid:
    """Give a table as a sheet that is blank but for its header and some rows."""
    at = pa.array(rows, pa.int64())
    by_column = [[sheets.flat(value) for value in column.take(at).to_pylist()] for column in table.columns]
    blank_rows = [_NOTHING] * (int(rows[-1]) + 1 if len(rows) else 0)
    grid: list[list[Cell]] = [list(table.column_names), *blank_rows]
    for row, cells in zip(rows.tolist(), zip(*by_column, strict=True), strict=True):
        grid[row + 1] = list(cells)
    return Grid("", grid, (), is_aside=False)


def _check_odd(path: Path, odd: Places, n_columns: int) -> None:
    """Refuse a ledger with more odd rows than are read cell by cell."""
    most = min(bounds.MAX_ROWS, bounds.MAX_CELLS // max(1, n_columns))
    if len(odd) > most:
        expected = Text(
            f"要逐格核对的行不超过 {most:,}（编号重复、有问题或可能不是数据的行）",
            f"at most {most:,} rows to be read cell by cell (ids used twice, faults, what may be no data)",
        )
        fix = Text(
            "先读其中一部分，按所列问题改正全部",
            "read a part of it first, and mend the whole by what is found",
        )
        first = str(odd[min(len(odd), LOOKED_AT_ROWS) - 1] + _FIRST_ROW)
        raise InputError(
            [bounds.file_fault(path, "too-many-odd-rows", f"{len(odd):,}", expected, fix, cell=first)]
        )


def _cells(column: pa.ChunkedArray) -> _Cells:
    """Find the distinct cells of a column; lists are cells as people write them in one."""
    if pa.types.is_nested(column.type):
        column = _flattened(column)
    coded = column.dictionary_encode().unify_dictionaries()
    chunks = coded.chunks or [pa.array([], column.type).dictionary_encode()]
    distinct = chunks[0].dictionary
    if coded.null_count:
        distinct = pa.concat_arrays([distinct, pa.nulls(1, distinct.type)])
    filled = [chunk.indices.fill_null(len(distinct) - 1).to_numpy(zero_copy_only=False) for chunk in chunks]
    return _Cells(distinct, np.concatenate(filled).astype(np.min_scalar_type(len(distinct))))


def _flattened(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        joined = pc.binary_join(column, sheets.BETWEEN)
        if joined.null_count == column.null_count:  # no list with a null in it
            return joined
    return pa.chunked_array(
        [pa.array([None if v is None else str(sheets.flat(v)) for v in column.to_pylist()], pa.string())]
    )


def _mark_no_data(cells: Sequence[_Cells], found: Layout, is_odd: Bools) -> Bools:
    """Mark rows as odd that may be no data by their first filled cell; give those that are all blank."""
    names = frozenset(fold(heading.text) for heading in found.headers.headings)
    is_blank = np.ones(len(is_odd), np.bool_)
    for column in cells:
        if not is_blank.any():
            break
        blank, doubtful = _judge_first(column, names)
        is_odd |= is_blank & doubtful[column.index]
        is_blank &= blank[column.index]
    return is_blank


def _judge_first(column: _Cells, names: frozenset[str]) -> tuple[Bools, Bools]:
    """Say of each distinct cell whether it is blank, and whether a row that begins with it may be no data."""
    size = len(column.distinct)
    looked_at = np.ones(size, np.bool_)
    if pa.types.is_string(column.distinct.type):
        plain = _matches(column.distinct, _PLAIN_ID)
        marked = np.logical_or.reduce([_starts(column.distinct, mark) for mark in EXAMPLE_MARKS])
        named = pc.is_in(column.distinct, pa.array(sorted(names))).to_numpy(zero_copy_only=False)
        looked_at = ~plain | marked | named
    blank, doubtful = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    at = np.flatnonzero(looked_at)
    for place, value in zip(at.tolist(), column.distinct.take(pa.array(at)).to_pylist(), strict=True):
        cell = sheets.flat(value)
        if isinstance(cell, str):
            blank[place] = not cell or cell.isspace()
            doubtful[place] = not blank[place] and may_be_no_data(cell, names)
    return blank, doubtful


def _matches(texts: pa.Array, pattern: str) -> Bools:
    found: Bools = pc.match_substring_regex(texts, pattern).fill_null(False).to_numpy(zero_copy_only=False)
    return found


def _starts(texts: pa.Array, mark: str) -> Bools:
    found: Bools = pc.starts_with(texts, mark).fill_null(False).to_numpy(zero_copy_only=False)
    return found


def _read_columns(
    cells: Sequence[_Cells], found: Layout, defaults: Mapping[str, str], is_odd: Bools
) -> dict[str, _Coded]:
    """Read every column of the dictionary, marking the rows of which a reader has something to say."""
    n = len(is_odd)
    arrays: dict[str, _Coded] = {}
    later: dict[str, list[Cell]] = {}
    for column in found.schema.columns:
        headings = found.headings.get(column.name, ())
        default = defaults.get(column.name, "")
        for heading in headings[1:]:  # several columns of one name are compared row by row
            is_odd |= _is_filled(cells[heading.at])
        own = cells[headings[0].at] if headings else _alike(n)
        unit = headings[0].unit if headings else ""
        if column.type in COORDINATE_TYPES:
            if default or own.distinct.null_count < len(own.distinct):
                later[column.name] = _spread(own, default)
        elif not headings and not default:
            blank = columns.read_blank_column(column, 1).arrays
            arrays |= {name: _Coded(values, own.index) for name, values in blank.items()}
        elif column.type == "quota_amount":
            by_resource = arrays["resource"]
            resources = by_resource.values.take(pa.array(by_resource.index)).to_pylist()
            read = columns.read_quota_amounts(column, _spread(own, default), resources, unit)
            is_odd[_told(read)] = True
            arrays |= {name: _Coded(values, np.arange(n)) for name, values in read.arrays.items()}
        else:
            arrays |= _read_column(column, own, default, unit, is_odd)
    return arrays | _read_coordinates(found, arrays, later, is_odd)


def _alike(n: int) -> _Cells:
    """Give the cells of a column that is not there."""
    return _Cells(pa.nulls(1, pa.string()), np.zeros(n, np.uint8))


def _is_filled(cells: _Cells) -> Bools:
    filled = np.array([cell != "" for cell in cells.listed()], np.bool_)
    return filled[cells.index]


def _spread(cells: _Cells, default: str) -> list[Cell]:
    """Give the cell of each row."""
    distinct = [default if cell == "" else cell for cell in cells.listed()]
    return [distinct[at] for at in cells.index.tolist()]


def _told(read: columns.ReadColumn) -> list[int]:
    return [*(finding.at for finding in read.findings), *read.missing]


def _read_column(column: Column, cells: _Cells, default: str, unit: str, is_odd: Bools) -> dict[str, _Coded]:
    """Read each distinct cell once; plain texts stand for themselves and are not looked at one by one."""
    distinct, size = cells.distinct, len(cells.distinct)
    plain = np.zeros(size, np.bool_)
    if column.type in _PLAIN and pa.types.is_string(distinct.type):
        plain = _matches(distinct, _PLAIN[column.type])
    others = np.flatnonzero(~plain)
    listed = [sheets.flat(value) for value in distinct.take(pa.array(others)).to_pylist()]
    read = columns.read_column(column, [default if cell == "" else cell for cell in listed], unit)
    has_finding = np.zeros(size, np.bool_)
    has_finding[others[_told(read)]] = True
    is_odd |= has_finding[cells.index]
    if len(others) == size:
        return {name: _Coded(values, cells.index) for name, values in read.arrays.items()}
    place = np.arange(size)
    place[others] = size + np.arange(len(others))
    values = pa.concat_arrays([distinct, read.arrays[column.name]])
    return {column.name: _Coded(values, place[cells.index])}


def _read_coordinates(
    found: Layout, arrays: Mapping[str, _Coded], cells: Mapping[str, Sequence[Cell]], is_odd: Bools
) -> dict[str, _Coded]:
    """Read longitude, latitude and boundary, whose rows are read together."""
    names = [column.name for column in found.schema.columns if column.type in COORDINATE_TYPES]
    n = len(is_odd)
    if not cells or "coordinate_system" not in arrays:
        kind = {"boundary": pa.string()} if "coordinate_system" in arrays else dict.fromkeys(names, pa.null())
        nothing = {name: pa.nulls(1, kind.get(name, pa.float64())) for name in names}
        return {name: _Coded(values, np.zeros(n, np.uint8)) for name, values in nothing.items()}
    coded = arrays["coordinate_system"]
    systems = coded.values.take(pa.array(coded.index)).to_pylist()
    blank = [""] * n
    read, findings = read_coordinates(found, {name: cells.get(name, blank) for name in names}, systems, ())
    for _, finding in findings:
        if finding.at >= 0:
            is_odd[finding.at] = True
    return {name: _Coded(values, np.arange(n)) for name, values in read.items()}


def _is_shared(ids: _Coded) -> Bools:
    """Say of each row whether another has its id."""
    each = ids.values.take(pa.array(ids.index)).dictionary_encode()
    index = each.indices.fill_null(len(each.dictionary)).to_numpy(zero_copy_only=False)
    counts = np.bincount(index, minlength=len(each.dictionary) + 1)
    counts[len(each.dictionary)] = 0  # rows without an id
    shared: Bools = counts[index] > 1
    return shared
