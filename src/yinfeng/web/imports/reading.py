"""A file as people set it up: its sheets, its headers and what each is taken for, then its rows."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from yinfeng.core.errors import Fault
from yinfeng.tables import headers, schema, sheets
from yinfeng.tables.bounds import column_letters
from yinfeng.tables.headers import Headers, Heading
from yinfeng.tables.layout import best_ledger
from yinfeng.tables.read import Ledger, RefusedRow, read_ledger
from yinfeng.tables.schema import HEADER_UNIT, QUANTITY_TYPES, Column
from yinfeng.tables.sheets import Cell, Grid, written
from yinfeng.tables.spelling import fold
from yinfeng.web.imports import own
from yinfeng.web.ledgers.bridge import as_held
from yinfeng.web.zones.policy import LEDGERS

IGNORED: Final = ""
_NOT_READ: Final = "不读："
_SAMPLES: Final = 3
_SAMPLED_ROWS: Final = 200
_LONGEST_SAMPLE: Final = 24  # signs


@dataclass(frozen=True, slots=True)
class Headed:
    """One column of a file that has a header, as it was understood without help."""

    at: int
    """0-based column of the sheet."""
    letters: str
    text: str
    """The header as it stands."""
    alone: str
    """The header as one cell that says the same."""
    column: str
    """Name in the dictionary, or an own field; empty where it is not understood."""
    unit: str
    """Unit written in the header or above it."""
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file looks like from outside."""

    sheets: tuple[tuple[str, int], ...]
    """Name and number of rows of each sheet."""
    sheet: str
    header_rows: tuple[int, ...]
    headed: tuple[Headed, ...]

    @property
    def signature(self) -> str:
        """SHA-256 of the headers: files that were filled in on one form share it."""
        told = "\x1f".join(f"{one.at}\x1e{one.text}" for one in self.headed)
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Taken:
    """What a column of a file is taken for."""

    at: int
    column: str
    """Name in the dictionary, or an own field; `IGNORED`: not read."""
    unit: str
    """Unit of bare numbers; empty: the dictionary's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a file."""

    ledger: str
    outline: Outline
    columns: tuple[Taken, ...]
    defaults: Mapping[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class ReadFile:
    """A file read: its rows by the dictionary, and what it brings beside it."""

    ledger: Ledger
    taken: Mapping[int, str]
    """0-based column of the sheet → what it is taken for."""
    units: Mapping[str, str]
    """Column → unit of its bare numbers, where that is not the dictionary's."""
    own_fields: tuple[str, ...]
    """Fields beside the dictionary that the file brings."""
    own: Mapping[int, Mapping[str, Any]]
    """Row of the sheet → such a field → value; blank cells are left out."""
    rows: Sequence[Sequence[Cell]]
    """Every row of the sheet as it stands."""

    def is_blank(self, row: int, column: str) -> bool:
        """Tell whether a row of the sheet says nothing in a column of the dictionary."""
        cells = self.rows[row - 1]
        ats = (at for at, taken in self.taken.items() if taken == column and at < len(cells))
        return all(not fold(written(cells[at])) for at in ats)


_GUESSED: Final = (*LEDGERS, "land_supply")
"""Ledgers held by the site, and the one of files that looks like them."""


def guess(path: Path) -> str | None:
    """Guess which ledger a file holds; None where it fits none. Raises InputError where it cannot be read."""
    return best_ledger(sheets.read_grids(path), _GUESSED)


def look(path: Path, ledger: str, sheet: str = "", header_row: int | None = None) -> Outline:
    """Look at a file from outside. Raises InputError where it cannot be read.

    sheet, header_row: as people chose them; found without.
    """
    grids = sheets.read_grids(path)
    chosen = [grid for grid in grids if sheet and grid.sheet == sheet] or list(grids)
    found = [(grid, headers.find_headers(grid, schema.load(ledger), header_row)) for grid in chosen]
    grid, best = max(found, key=lambda pair: (not pair[0].is_aside, pair[1].fit if pair[1] else 0))
    best = best or _unknown_headers(grid, header_row)
    headed = tuple(_headed(ledger, grid, best.rows[-1], heading) for heading in best.headings)
    return Outline(tuple((one.sheet, len(one.rows)) for one in grids), grid.sheet, best.rows, headed)


def outline_to_json(told: Outline) -> dict[str, Any]:
    """Give an outline as JSON can hold it; `outline_from_json` gives it back."""
    return asdict(told)


def outline_from_json(told: Mapping[str, Any]) -> Outline:
    """Give the outline that `outline_to_json` wrote."""
    headed = tuple(Headed(**{**one, "samples": tuple(one["samples"])}) for one in told["headed"])
    known = tuple((name, rows) for name, rows in told["sheets"])
    return Outline(known, told["sheet"], tuple(told["header_rows"]), headed)


def as_understood(told: Outline) -> tuple[Taken, ...]:
    """Take each column for what its header says."""
    return tuple(Taken(one.at, one.column, one.unit) for one in told.headed)


def units_of(column: Column) -> tuple[str, ...]:
    """Give the units a bare number of a column may be in, its own first; none where it has no unit."""
    if column.type not in QUANTITY_TYPES or column.unit not in HEADER_UNIT:
        return ()
    known = [unit.zh for unit in HEADER_UNIT.values() if headers.unit_factor(unit.zh, column) is not None]
    return tuple(dict.fromkeys((HEADER_UNIT[column.unit].zh, *known)))


def read(path: Path, reading: Reading) -> ReadFile:
    """Read a file as people set it up. Raises InputError where the file as a whole cannot be used."""
    grids = sheets.read_grids(path, reading.outline.sheet or None)
    grid = _as_taken(next(grid for grid in grids if grid.sheet == reading.outline.sheet), reading)
    ledger = read_ledger(
        path,
        reading.ledger,
        header_row=reading.outline.header_rows[-1],
        defaults=reading.defaults,
        grids=[grid],
    )
    rows = [*ledger.table.column("row").to_pylist(), *(refused.row for refused in ledger.refused)]
    fields = {column.name for column in own.own_columns(reading.ledger)}
    beside = {one.column: one.at for one in reading.columns if one.column in fields}
    cells = {field: {row: _cell(grid, row, at) for row in rows} for field, at in beside.items()}
    letters = {field: column_letters(at) for field, at in beside.items()}
    read_own = own.read(reading.ledger, cells, (path.name, grid.sheet), letters)
    ledger = _without(ledger, read_own.faults, grid)
    told = _as_held(replace(ledger, faults=_to_tell(ledger, reading)))
    taken = {one.at: one.column for one in reading.columns}
    return ReadFile(told, taken, _other_units(reading), tuple(beside), read_own.values, grid.rows)


def _unknown_headers(grid: Grid, header_row: int | None) -> Headers:
    """Give the headers of a sheet in which no column is known: the row named, else the first filled one."""
    filled = (at for at, cells in enumerate(grid.rows) if sum(cell != "" for cell in cells) > 1)
    top = next(filled, 0) if header_row is None else min(header_row, max(1, len(grid.rows))) - 1
    cells = grid.rows[top] if top < len(grid.rows) else []
    texts = [(at, fold(written(cell))) for at, cell in enumerate(cells)]
    headings = (Heading(at, f"{column_letters(at)}{top + 1}", text) for at, text in texts if text)
    return Headers((top + 1,), tuple(headings))


def _headed(ledger: str, grid: Grid, last_header_row: int, heading: Heading) -> Headed:
    column = heading.column or own.matched(ledger, heading.text)
    samples = _samples(grid, last_header_row, heading.at)
    return Headed(heading.at, heading.letters, heading.text, heading.alone, column, heading.unit, samples)


def _samples(grid: Grid, last_header_row: int, at: int) -> tuple[str, ...]:
    rows = grid.rows[last_header_row : last_header_row + _SAMPLED_ROWS]
    texts = (fold(written(cells[at])) for cells in rows if at < len(cells))
    shown = (text[:_LONGEST_SAMPLE] + ("…" if len(text) > _LONGEST_SAMPLE else "") for text in texts if text)
    return tuple(dict.fromkeys(shown))[:_SAMPLES]


def _as_taken(grid: Grid, reading: Reading) -> Grid:
    """Give a sheet whose header, in one row, says what each column is taken for."""
    last = reading.outline.header_rows[-1]
    taken = {one.at: one for one in reading.columns}
    texts = {one.at: _header_text(reading.ledger, one, taken.get(one.at)) for one in reading.outline.headed}
    header: list[Cell] = [texts.get(at, "") for at in range(len(grid.rows[last - 1]))]
    above: list[list[Cell]] = [[] for _ in range(last - 1)]  # read already, titles and units too
    merged = tuple(area for area in grid.merged if area[0] >= last)
    return replace(grid, rows=[*above, header, *grid.rows[last:]], merged=merged)


def _header_text(ledger: str, headed: Headed, taken: Taken | None) -> str:
    if taken is None or taken.column == IGNORED:
        return f"{_NOT_READ}{headed.text}"
    if (taken.column, taken.unit) == (headed.column, headed.unit):
        return headed.alone
    known = {column.name: column for column in (*schema.load(ledger).columns, *own.own_columns(ledger))}
    column = known[taken.column]
    unit = taken.unit or next(iter(units_of(column)), "")
    return f"{column.label.zh}（{unit}）" if unit else column.label.zh


def _other_units(reading: Reading) -> dict[str, str]:
    known = {column.name: column for column in schema.load(reading.ledger).columns}
    units = {one.column: one.unit for one in reading.columns if one.unit and one.column in known}
    return {name: unit for name, unit in units.items() if unit not in units_of(known[name])[:1]}


def _cell(grid: Grid, row: int, at: int) -> Cell:
    cells = grid.rows[row - 1]
    return cells[at] if at < len(cells) else ""


def _without(ledger: Ledger, faults: Mapping[int, Sequence[Fault]], grid: Grid) -> Ledger:
    """Refuse also the rows whose own columns are at fault."""
    if not faults:
        return ledger
    rows = ledger.table.column("row").to_pylist()
    width = len(ledger.source.headers)
    refused = {one.row: one for one in ledger.refused}
    for row, found in faults.items():
        cells = tuple((*grid.rows[row - 1], *[""] * width)[:width])
        before = refused.get(row, RefusedRow(row, cells, ()))
        refused[row] = replace(before, faults=(*before.faults, *found))
    added = tuple(fault for found in faults.values() for fault in found)
    return replace(
        ledger,
        table=ledger.table.filter([row not in faults for row in rows]),
        refused=tuple(refused[row] for row in sorted(refused)),
        faults=(*ledger.faults, *added),
    )


def _to_tell(ledger: Ledger, reading: Reading) -> tuple[Fault, ...]:
    """Leave out that headers are not understood which people chose not to read, or which are our own."""
    settled = {column_letters(one.at) for one in reading.columns}

    def is_told(fault: Fault) -> bool:
        return fault.code != "unknown-header" or fault.cell.rstrip("0123456789") not in settled

    return tuple(fault for fault in ledger.faults if is_told(fault))


def _as_held(ledger: Ledger) -> Ledger:
    """Give a ledger as it will be held: its coordinates are in WGS84 now and say so."""
    name = "coordinate_system"
    table = ledger.table
    if name not in table.column_names or not table.num_rows:
        return ledger
    systems = [as_held({name: system})[name] for system in table.column(name).to_pylist()]
    if not any(systems):
        return ledger
    at = table.column_names.index(name)
    return replace(ledger, table=table.set_column(at, name, [systems]))


def iterate_named(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield target ledger and id of every reference of the rows."""
    for column in ledger.schema.columns:
        if column.type in ("ref", "refs"):
            for value in ledger.table.column(column.name).to_pylist():
                for one in [value] if isinstance(value, str) else value or ():
                    yield column.target, one
