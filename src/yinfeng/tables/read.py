"""Reading a ledger: good rows as a table, bad rows set aside, every fault with its cell."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Final

import pyarrow as pa

from yinfeng.core.errors import Fault, InputError
from yinfeng.core.text import Text
from yinfeng.tables import bounds, columns, layout, parquet, positions, sheets
from yinfeng.tables import schema as schemas
from yinfeng.tables.bounds import file_fault
from yinfeng.tables.columns import Finding, Refusal
from yinfeng.tables.headers import match_header
from yinfeng.tables.layout import HEADER, Layout
from yinfeng.tables.schema import Column, Schema
from yinfeng.tables.sheets import Cell, Grid, written
from yinfeng.tables.spelling import fold

_FEW_CONFLICTS = 3
_NUMBER = re.compile(r"[0-9.,]+")


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """Where a ledger was read from, and how its headers were understood."""

    file: str
    sheet: str
    sha256: str
    """Of the file; empty where the grid came from no file."""
    header_rows: tuple[int, ...]
    mapping: Mapping[str, str]
    """Header text → column name; of a repeated header the last one counts."""
    headers: tuple[str, ...]
    """Headers by column of the sheet, each as one cell that is understood alone; empty: no header."""
    letters: Mapping[str, str]
    """Column name → letters of the column of the sheet it is read from, for columns that are there."""
    ignored: tuple[str, ...]
    """Headers not understood."""


@dataclass(frozen=True, eq=False, slots=True)
class RefusedRow:
    """A row that was not taken, as it was found, with all that is wrong with it."""

    row: int
    cells: tuple[Cell, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Ledger:
    """A ledger read: ``table`` holds the good rows, one column or more per column of the dictionary.

    id, ref, text, choice (its code), uscc, code: string. list, refs, codes, choices: list of strings.
    Quantities: float64 in the column's unit, with ``<name>.raw``, ``<name>.strength``, ``<name>.high``.
    Dates: date32 with ``<name>.raw``. Amounts: list of {name, amount}. Coordinates: degrees, WGS84;
    boundaries: WKT in WGS84. Blank is null. ``row`` is the row number in the sheet.
    """

    schema: Schema
    table: pa.Table
    faults: tuple[Fault, ...]
    """Errors and warnings: of the file first, then in row order."""
    refused: tuple[RefusedRow, ...]
    source: Source


def read_ledger(
    path: str | PathLike[str],
    ledger: str,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    defaults: Mapping[str, str] | None = None,
    all_or_nothing: bool = False,
    grids: Sequence[Grid] | None = None,
) -> Ledger:
    """Read a ledger; bad rows never stop the good ones unless ``all_or_nothing``.

    header_row: first header row as Excel counts; found without it. defaults: column, by name, label or
    alias → text for cells left blank and columns that are not there. grids: the file as `sheets.read_grids`
    gave it, where it was read before. Raises InputError only where the file as a whole cannot be used, or
    for any error if ``all_or_nothing``.
    """
    path, schema = Path(path), schemas.load(ledger)
    defaults = by_column(defaults or {}, ledger)
    if grids is None and bounds.kind_of(path) == "parquet":
        plain = parquet.read_plain(path, schema, header_row, defaults)
        rest = _read(path, [plain.grid], schema, header_row, defaults, all_or_nothing=all_or_nothing)
        return replace(rest, table=plain.with_others(rest.table))
    grids = sheets.read_grids(path, sheet) if grids is None else grids
    return _read(path, grids, schema, header_row, defaults, all_or_nothing=all_or_nothing)


def _read(
    path: Path,
    grids: Sequence[Grid],
    schema: Schema,
    header_row: int | None,
    defaults: Mapping[str, str],
    *,
    all_or_nothing: bool,
) -> Ledger:
    """Read a ledger from the cells of its sheets."""
    found = layout.lay_out(path, grids, schema, header_row, defaults)
    _check_defaults(path, schema, defaults)
    arrays, findings = _read_columns(found, defaults)
    faults_by_row = _faults_by_row(found, [*findings, *_duplicates(found, arrays)])
    faults = (*found.faults, *(fault for faults in faults_by_row.values() for fault in faults))
    if all_or_nothing and any(fault.severity == "error" for fault in faults):
        raise InputError(faults)
    repeated = [
        at for at, row_faults in faults_by_row.items() if any(f.code == "repeated-row" for f in row_faults)
    ]
    bad = [at for at, row_faults in faults_by_row.items() if any(f.severity == "error" for f in row_faults)]
    return Ledger(
        schema=found.schema,
        table=_good_rows(found, arrays, [*bad, *repeated]),
        faults=faults,
        refused=tuple(_refused(found, at, faults_by_row[at]) for at in bad),
        source=_source(path, found),
    )


def by_column(values: Mapping[str, str], ledger: str) -> dict[str, str]:
    """Give values by column of a ledger that are written by its name, label or alias; other keys stay."""
    schema = schemas.load(ledger)
    return {match_header(key, schema).column or key: value for key, value in values.items()}


def guess_ledger(
    path: str | PathLike[str], *, sheet: str | None = None, grids: Sequence[Grid] | None = None
) -> str:
    """Tell which ledger a file holds, by its headers. Raises InputError where it fits none."""
    path = Path(path)
    guessed = layout.best_ledger(sheets.read_grids(path, sheet) if grids is None else grids)
    if guessed is None:
        names = "、".join(f"{label.zh} {name}" for name, label in schemas.LEDGER_LABEL.items())
        expected = Text(f"下列台账之一的表头：{names}", f"the headers of one of {', '.join(schemas.LEDGERS)}")
        fix = Text("用 --ledger 指明台账", "name the ledger with --ledger")
        raise InputError([file_fault(path, "unknown-ledger", "", expected, fix)])
    return guessed


_NOT_WORKED_OUT: Final = Refusal(
    "formula-without-value",
    Text(
        "算好的值（公式没有保存结果，按空白读）",
        "a value worked out (the formula was saved without one; read as blank)",
    ),
    Text("用 Excel 或 WPS 打开，保存后再读", "open it in Excel or WPS, save it, and read it again"),
    "warning",
)
_FORMULA_ERROR: Final = Refusal(
    "formula-error",
    Text("算得出的值（公式出错，按空白读）", "a value (the formula comes to an error; read as blank)"),
    Text("改正公式，或直接填数", "mend the formula, or type the value"),
    "warning",
)

Placed = tuple[str, Finding]
"""A finding and the column it concerns."""


def _check_defaults(path: Path, schema: Schema, defaults: Mapping[str, str]) -> None:
    faults = []
    for name, text in defaults.items():
        column = schema.column(name)
        if column.type not in positions.COORDINATE_TYPES | {"quota_amount"}:
            for finding in columns.read_column(column, [text]).findings:
                expected, fix = finding.refusal.expected, finding.refusal.fix
                faults.append(file_fault(path, finding.refusal.code, f"--set {name}={text}", expected, fix))
    if faults:
        raise InputError(faults)


def _read_columns(found: Layout, defaults: Mapping[str, str]) -> tuple[dict[str, pa.Array], list[Placed]]:
    arrays: dict[str, pa.Array] = {}
    findings: list[Placed] = [*_valueless(found)]
    cells: dict[str, Sequence[Cell]] = {}
    for column in found.schema.columns:
        if column.name not in found.headings and column.name not in defaults:
            cells[column.name] = [""] * len(found.rows)
            arrays |= columns.read_blank_column(column, len(found.rows)).arrays
            continue
        cells[column.name], conflicts = _cells(found, column, defaults.get(column.name, ""))
        findings += conflicts
        if column.type in positions.COORDINATE_TYPES:
            arrays[column.name] = pa.nulls(len(found.rows))  # read below, when the systems are known
            continue
        unit = _unit(found, column)
        if column.type == "quota_amount":
            resources = arrays["resource"].to_pylist()
            read = columns.read_quota_amounts(column, cells[column.name], resources, unit)
        else:
            read = columns.read_column(column, cells[column.name], unit)
        arrays |= read.arrays
        findings += ((column.name, finding) for finding in read.findings)
        findings += (
            (column.name, finding) for finding in _required(column, cells[column.name], read.missing)
        )
    if "coordinate_system" in arrays:
        refused = [finding.at for name, finding in findings if name == "coordinate_system"]
        systems = arrays["coordinate_system"].to_pylist()
        read_here, found_here = positions.read_coordinates(found, cells, systems, refused)
        arrays |= read_here
        findings += found_here
    return arrays, findings


def _unit(found: Layout, column: Column) -> str:
    headings = found.headings.get(column.name, ())
    return headings[0].unit if headings else ""


def _cells(found: Layout, column: Column, default: str) -> tuple[Sequence[Cell], list[Placed]]:
    """Give a column's cells; of several headers the first filled counts, one that differs is named."""
    headings = found.headings.get(column.name, ())
    if not headings:
        return [default] * len(found.rows), []
    cells: Sequence[Cell] = found.columns[headings[0].at]
    conflicts: list[Placed] = []
    for heading in headings[1:]:
        others = _in_unit_of(headings[0].unit, heading.unit, found.columns[heading.at])
        found_here = list(_conflicts(column, headings[0].unit, cells, others))
        both = sum(a != "" and b != "" for a, b in zip(cells, others, strict=True))
        if heading.text != headings[0].text and len(found_here) > max(_FEW_CONFLICTS, both // 2):
            found_here = [_two_columns_in_one(headings[0].text, heading.text)]
        conflicts += ((column.name, finding) for finding in found_here)
        cells = [other if cell == "" else cell for cell, other in zip(cells, others, strict=True)]
    if default:
        cells = [default if cell == "" else cell for cell in cells]
    return cells, conflicts


def _two_columns_in_one(first: str, second: str) -> Finding:
    expected = Text(
        "一列一个表头（两列都被认作此列）", "one header for one column (two were taken for this one)"
    )
    fix = Text(f"现用“{first}”；把另一列改名", f'"{first}" is read; give the other another name')
    refusal = Refusal("two-columns-in-one", expected, fix, "warning")
    return Finding(HEADER, f"{first} | {second}", refusal)


def _in_unit_of(first: str, second: str, cells: Sequence[Cell]) -> Sequence[Cell]:
    """Write the second header's unit behind its bare numbers where it is not the first one's."""
    if first == second:
        return cells
    return [f"{text}{second}" if _NUMBER.fullmatch(text := written(cell)) else cell for cell in cells]


def _conflicts(column: Column, unit: str, cells: Sequence[Cell], others: Sequence[Cell]) -> Iterable[Finding]:
    """Name the rows where two columns of one name differ in meaning: 2019/6/1 and 2019年6月1日 do not."""
    expected = Text("几列同名的内容一致", "the same in every column of this name")
    fix = Text("核对后只留一个；现用前一个", "check and keep one; the first is used")
    refusal = Refusal("conflicting-cells", expected, fix, "warning")
    unlike = [at for at, (a, b) in enumerate(zip(cells, others, strict=True)) if a != b and "" not in (a, b)]
    if column.type in positions.COORDINATE_TYPES | {"quota_amount"}:
        pairs: list[tuple[object, object]] = [(written(cells[at]), written(others[at])) for at in unlike]
    else:
        first = columns.read_column(column, [cells[at] for at in unlike], unit).arrays[column.name]
        second = columns.read_column(column, [others[at] for at in unlike], unit).arrays[column.name]
        pairs = list(zip(first.to_pylist(), second.to_pylist(), strict=True))
    for at, (value, other) in zip(unlike, pairs, strict=True):
        if value is None or value != other:
            yield Finding(at, f"{written(cells[at])} | {written(others[at])}", refusal)


def _required(column: Column, cells: Sequence[Cell], missing: Sequence[int]) -> Iterable[Finding]:
    refusal = columns.required_blank(column)
    return (Finding(at, written(cells[at]).strip(), refusal) for at in missing)


def _valueless(found: Layout) -> Iterable[Placed]:
    column_at = {h.letters: name for name, hs in found.headings.items() for h in hs}
    at_row = {row + 1: at for at, row in enumerate(found.rows)} if found.grid.valueless else {}
    for cell, said in found.grid.valueless.items():
        letters = cell.rstrip("0123456789")
        at = at_row.get(int(cell[len(letters) :]))
        if letters in column_at and at is not None:
            yield column_at[letters], Finding(at, said, _FORMULA_ERROR if said[0] == "#" else _NOT_WORKED_OUT)


def _duplicates(found: Layout, arrays: Mapping[str, pa.Array]) -> Iterable[Placed]:
    """Name rows that share a key: the same row again is left out, rows that differ are both refused."""
    key = found.schema.key
    if key is None:
        return
    rows_of: dict[str, list[int]] = {}
    for at, value in enumerate(arrays[key].to_pylist()):
        if value is not None:
            rows_of.setdefault(value, []).append(at)
    for value, ats in rows_of.items():
        if len(ats) > 1:
            contents = {at: tuple(fold(written(column[at])) for column in found.columns) for at in ats}
            is_same = len(set(contents.values())) == 1
            for at in ats[1:] if is_same else ats:
                others = "、".join(str(found.rows[other] + 1) for other in ats if other != at)
                yield key, Finding(at, value, _repeated(others, is_same=is_same))


def _repeated(others: str, *, is_same: bool) -> Refusal:
    expected = Text(f"不重复的编号（与第 {others} 行相同）", f"an id used once (row {others} has it too)")
    if is_same:
        fix = Text(
            "整行相同，只读第一行；删去重复行",
            "the rows are the same and the first is read; delete the others",
        )
        return Refusal("repeated-row", expected, fix, "warning")
    fix = Text("两行内容不同：核对后改编号或删去一行", "the rows differ: give one another id or delete it")
    return Refusal("duplicate-id", expected, fix)


def _faults_by_row(found: Layout, findings: Iterable[Placed]) -> dict[int, list[Fault]]:
    """Turn findings into faults by position, in row order and within a row in the order of the dictionary."""
    by_column: dict[str, list[Finding]] = {}
    for name, finding in findings:
        by_column.setdefault(name, []).append(finding)
    by_row: dict[int, list[Fault]] = {}
    for column in found.schema.columns:
        for finding in by_column.get(column.name, ()):
            by_row.setdefault(finding.at, []).append(_fault(found, column, finding))
    return dict(sorted(by_row.items()))


def _fault(found: Layout, column: Column, finding: Finding) -> Fault:
    refusal = finding.refusal
    return Fault(
        refusal.code,
        found.file,
        found.grid.sheet,
        found.address(finding.at, column.name),
        column.name,
        column.label,
        finding.found,
        refusal.expected,
        refusal.fix,
        refusal.severity,
    )


def _good_rows(found: Layout, arrays: Mapping[str, pa.Array], left_out: Sequence[int]) -> pa.Table:
    table = pa.table(dict(arrays) | {"row": pa.array([row + 1 for row in found.rows], pa.int32())})
    gone = frozenset(left_out)
    return table.filter(pa.array([at not in gone for at in range(len(found.rows))], pa.bool_()))


def _refused(found: Layout, at: int, faults: Sequence[Fault]) -> RefusedRow:
    return RefusedRow(found.rows[at] + 1, tuple(column[at] for column in found.columns), tuple(faults))


def _source(path: Path, found: Layout) -> Source:
    texts = {heading.at: heading.alone for heading in found.headers.headings}
    return Source(
        file=path.name,
        sheet=found.grid.sheet,
        sha256=sheets.sha256(path) if path.is_file() else "",
        header_rows=found.headers.rows,
        mapping={h.text: h.column for headings in found.headings.values() for h in headings},
        headers=tuple(texts.get(at, "") for at in range(len(found.columns))),
        letters={name: headings[0].letters for name, headings in found.headings.items()},
        ignored=tuple(fault.found for fault in found.faults if fault.code == "unknown-header"),
    )
