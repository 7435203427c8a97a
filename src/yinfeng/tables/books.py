"""Several ledgers from one or more files: each sheet is read as the ledger whose headers it has."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables import schema as schemas
from yinfeng.tables.bounds import file_fault
from yinfeng.tables.headers import find_headers
from yinfeng.tables.read import Ledger, read_ledger
from yinfeng.tables.references import check_references
from yinfeng.tables.schema import Schema
from yinfeng.tables.sheets import Grid, read_grids
from yinfeng.tables.spelling import header_key

_EVERYWHERE: Final = frozenset({"zone_id", "project_id", "project_name", "synthetic", "source", "note"})
"""Columns that many ledgers have, and many tables that are none: they do not tell which one a sheet is."""
_FEWEST_OF_ITS_OWN: Final = 2
_NO_DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {}


@dataclass(frozen=True, eq=False, slots=True)
class Books:
    """What files hold: ledgers by name, and every fault."""

    ledgers: Mapping[str, Ledger]
    faults: tuple[Fault, ...]
    """Of files and sheets, of the ledgers' cells, and between ledgers; errors first."""


@dataclass(frozen=True, eq=False, slots=True)
class _Fit:
    """How a sheet fits a ledger."""

    schema: Schema
    is_named: bool
    """Whether the sheet, or the file without sheets, bears the ledger's name."""
    lacks: tuple[str, ...]
    """Labels of required columns that are not there."""
    columns: int
    is_told: bool
    """Whether columns of its own are there, or all that it must have."""

    @property
    def rank(self) -> tuple[bool, bool, int]:
        return self.is_named, not self.lacks, self.columns


def read_books(
    paths: Iterable[Path],
    wanted: Sequence[str],
    *,
    needed: Sequence[str] = (),
    defaults: Mapping[str, Mapping[str, str]] = _NO_DEFAULTS,
) -> Books:
    """Read every sheet that holds one of the wanted ledgers.

    wanted: names of ledgers; where a sheet fits several alike, the first counts. needed: at least one of
    these must be there. defaults: ledger → column → text for its blank cells. A sheet that fits no ledger is
    named with a warning. Raises InputError where a file cannot be read, where two sheets hold the same ledger
    (nobody can know which counts), or where none of the needed ledgers is there.
    """
    faults: list[Fault] = []
    chosen: dict[str, tuple[Path, Grid]] = {}
    unread: list[Fault] = []
    unused: list[Fault] = []  # ledgers that others use: named only where nothing else is there
    for path, grid in _grids(paths, faults):
        fit = _best_fit(path, grid, wanted, defaults)
        other = _other_ledger(path, grid, fit, wanted)
        if other is not None:
            unused.append(_not_used(path, grid, other))
        elif fit is None or not (fit.is_named or (fit.is_told and not fit.lacks)):
            unread.append(_not_read(path, grid, fit, wanted))
        elif fit.schema.name in chosen:
            faults.append(_twice(path, grid, fit.schema, *chosen[fit.schema.name]))
        else:
            chosen[fit.schema.name] = path, grid
    ledgers: dict[str, Ledger] = {}
    for name in (name for name in wanted if name in chosen):
        path, grid = chosen[name]
        try:
            ledgers[name] = read_ledger(path, name, defaults=defaults.get(name), grids=[grid])
        except InputError as error:
            faults += error.faults
    if not faults and needed and not any(name in ledgers for name in needed):
        faults += [*unread, *unused, _none_needed(needed)]
    if faults:
        raise InputError(faults)
    found = [*unread, *(fault for ledger in ledgers.values() for fault in ledger.faults)]
    found += check_references(ledgers)
    return Books(ledgers, tuple(sorted(found, key=lambda fault: fault.severity != "error")))


def _grids(paths: Iterable[Path], faults: list[Fault]) -> Iterator[tuple[Path, Grid]]:
    for path in paths:
        try:
            grids = read_grids(path)
        except InputError as error:
            faults += error.faults
            continue
        for grid in grids:
            if not grid.is_aside and any(cell != "" for row in grid.rows for cell in row):
                yield path, grid


def _best_fit(
    path: Path, grid: Grid, wanted: Sequence[str], defaults: Mapping[str, Mapping[str, str]]
) -> _Fit | None:
    fits = [fit for name in wanted if (fit := _fit(path, grid, schemas.load(name), defaults.get(name, {})))]
    return max(fits, key=lambda fit: fit.rank, default=None)


def _other_ledger(path: Path, grid: Grid, fit: _Fit | None, wanted: Sequence[str]) -> Schema | None:
    """Give the ledger, not wanted here, whose name the sheet bears and which its headers fit no worse."""
    name = _named(path, grid)
    if name is None or name in wanted:
        return None
    own = _fit(path, grid, schemas.load(name), {})
    is_other = own is not None and not own.lacks and (fit is None or own.columns >= fit.columns)
    return schemas.load(name) if is_other else None


def _fit(path: Path, grid: Grid, schema: Schema, defaults: Mapping[str, str]) -> _Fit | None:
    headers = find_headers(grid, schema)
    if headers is None:
        return None
    there = {heading.column for heading in headers.known}
    lacks = [c.label.zh for c in schema.columns if c.required and c.name not in there | defaults.keys()]
    is_named = _named(path, grid) == schema.name
    must = {c.name for c in schema.columns if c.required} - _EVERYWHERE
    own = there - _EVERYWHERE - {schema.key}
    is_told = len(own) >= _FEWEST_OF_ITS_OWN or bool(must and must <= there)
    return _Fit(schema, is_named, tuple(lacks), headers.fit, is_told)


def _named(path: Path, grid: Grid) -> str | None:
    """Give the ledger whose name a sheet bears, or a file without sheets; None where it bears none."""
    own = header_key(grid.sheet or path.stem)
    return next((name for name in schemas.LEDGERS if own in _names(name)), None)


@cache
def _names(ledger: str) -> frozenset[str]:
    label = schemas.LEDGER_LABEL[ledger]
    return frozenset(header_key(name) for name in (ledger, label.zh, label.en))


def _not_used(path: Path, grid: Grid, schema: Schema) -> Fault:
    expected = Text(
        "要读的台账（“{ledger}”这里不用，没有读）", 'a ledger that is used here ("{ledger}" is not)'
    )
    fix = Text(
        "不用处理；如果它其实是别的台账，改工作表名",
        "nothing need be done; if it is another, rename the sheet",
    )
    fault = file_fault(path, "ledger-not-used", "", expected.format(ledger=schema.label), fix, grid.sheet)
    return replace(fault, severity="warning")


def _not_read(path: Path, grid: Grid, fit: _Fit | None, wanted: Sequence[str]) -> Fault:
    labels = [schemas.LEDGER_LABEL[name] for name in wanted]
    expected = Text(
        "下列台账之一的表头：" + "、".join(label.zh for label in labels) + "（这张表没有读）",
        "the headers of one of " + ", ".join(label.en for label in labels) + " (this sheet is not read)",
    )
    fix = Text("空白表用 yinfeng template 生成", "yinfeng template writes blank forms")
    if fit is not None and fit.lacks:
        fix = Text(
            "最像“{ledger}”，缺必填列 {columns}", 'most like "{ledger}", which also needs {columns}'
        ).format(ledger=fit.schema.label, columns="、".join(fit.lacks))
    return replace(file_fault(path, "not-a-ledger", "", expected, fix, grid.sheet), severity="warning")


def _twice(path: Path, grid: Grid, schema: Schema, other: Path, other_grid: Grid) -> Fault:
    expected = Text(
        f"“{schema.label.zh}”只有一张表（另一张：{other.name} {other_grid.sheet}）",
        f'one sheet of "{schema.label.en}" (the other: {other.name} {other_grid.sheet})',
    )
    fix = Text("合并成一张，或去掉一张", "put them in one, or leave one out")
    return file_fault(path, "ledger-twice", "", expected, fix, grid.sheet)


def _none_needed(needed: Sequence[str]) -> Fault:
    labels = [schemas.LEDGER_LABEL[name] for name in needed]
    expected = Text(
        "至少一种台账：" + "、".join(label.zh for label in labels),
        "at least one of the ledgers " + ", ".join(label.en for label in labels),
    )
    fix = Text(
        f"空白表用 yinfeng template {needed[0]} -o 台账.xlsx 生成",
        f"yinfeng template {needed[0]} -o ledger.xlsx writes a blank form",
    )
    return problem_fault("no-ledger", "", expected, fix)
