"""Where a plan is written: a workbook, or a folder of Parquet files, which holds any number of rows."""

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.sheets import Grid, read_grids
from yinfeng.tables.write import MOST_ROWS, Sheet, check_workbook_name, replaced, write_workbook

FOLDER_SUFFIX: Final = ".parquet"
PLAN, BASIS = "plan", "basis"
"""The first and the last sheet by the names of their files; the last says what a plan was made with."""


def check_output(path: Path) -> None:
    """Refuse a name under which no plan can be written, before it is made; raises InputError."""
    if path.suffix.lower() != FOLDER_SUFFIX:
        check_workbook_name(path)
    elif not _may_hold_a_plan(path):
        expected = Text(
            "新文件夹，或写过方案的文件夹（.parquet）", "a new folder, or one that holds a plan (.parquet)"
        )
        fix = Text("换一个 -o，或写成 .xlsx", "choose another -o, or one that ends in .xlsx")
        raise InputError([problem_fault("would-overwrite", path, expected, fix)])


def write_plan(path: Path, tables: Mapping[str, Sheet]) -> Path:
    """Write the sheets of a plan, by the name of their file, and give where they were written.

    A name that ends in .parquet is a folder with a Parquet file for each sheet; so is what is written beside
    a workbook's name where a sheet has more rows than a workbook holds. Raises InputError where it fails.
    """
    if path.suffix.lower() != FOLDER_SUFFIX:
        if all(len(sheet.rows) <= MOST_ROWS for sheet in tables.values()):
            write_workbook(path, list(tables.values()))
            return path
        path = _free(path)
    check_output(path)
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        expected = Text("可以建的文件夹", "a folder that can be made")
        fix = Text("先建上级文件夹，或换一个", "make the folder above first, or choose another")
        raise InputError([problem_fault("cannot-write", path, expected, fix)]) from error
    for name, sheet in tables.items():
        with replaced(_file(path, name)) as part:
            pq.write_table(_table(sheet), part, compression="zstd")
    for file in path.glob("*.parquet"):  # of an earlier plan
        if file.stem not in tables:
            file.unlink()
    return path


def read_sheet(plan: Path, name: str, at: int) -> Grid | None:
    """Read a sheet of a plan: by the name of its file in a folder, by position in a workbook.

    None where there is no such sheet.
    """
    try:
        return read_grids(_file(plan, name))[0] if plan.is_dir() else read_grids(plan)[at]
    except (InputError, IndexError):
        return None


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}{FOLDER_SUFFIX}"


def _may_hold_a_plan(path: Path) -> bool:
    if not path.exists():
        return True
    return path.is_dir() and (_file(path, BASIS).is_file() or not any(path.iterdir()))


def _free(workbook: Path) -> Path:
    """Give the folder beside a workbook that is written in its place."""
    names = (f"{workbook.stem}{f'-{n}' if n > 1 else ''}{FOLDER_SUFFIX}" for n in count(1))
    return next(folder for name in names if _may_hold_a_plan(folder := workbook.with_name(name)))


def _table(sheet: Sheet) -> pa.Table:
    """Give a sheet as a table under its printed headers; a column of numbers and texts becomes texts."""
    columns = zip(*sheet.rows, strict=True) if sheet.rows else [()] * len(sheet.headers)
    return pa.table([_column(values) for values in columns], list(sheet.headers))


def _column(values: Sequence[Any]) -> pa.Array:
    try:
        column = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        column = pa.array([None if value is None else str(value) for value in values], pa.string())
    return column.cast(pa.string()) if pa.types.is_null(column.type) else column
