"""Values for all rows: they fill what is blank in the file and in the ledger, and never overwrite."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from yinfeng.tables.difference_cells import is_blank
from yinfeng.tables.read import Ledger
from yinfeng.web.imports.held import HeldRows
from yinfeng.web.imports.reading import ReadFile

_PARTS: Final = ("", ".strength", ".high", ".raw")


def only_blanks(file: ReadFile, keys: Mapping[int, str], rows: HeldRows, defaults: Sequence[str]) -> Ledger:
    """Give a file's ledger in which a default stands only where the record held has nothing either.

    keys: row of the sheet → key of the record it stands for. Where that holds something, its own value takes
    the place of the default, so that nothing changes.
    """
    ledger, numbers = file.ledger, file.ledger.table.column("row").to_pylist()
    for column in defaults:
        keeps = {row for row in numbers if row in keys and _keeps(file, row, column, keys[row], rows)}
        for name in (column + part for part in _PARTS) if keeps else ():
            ledger = _with_held(ledger, name, keys, rows, keeps)
    return ledger


def _keeps(file: ReadFile, row: int, column: str, key: str, rows: HeldRows) -> bool:
    return file.is_blank(row, column) and not is_blank(rows.rows[key].values.get(column))


def _with_held(ledger: Ledger, name: str, keys: Mapping[int, str], rows: HeldRows, keeps: set[int]) -> Ledger:
    table = ledger.table
    if name not in table.column_names:
        return ledger
    pairs = zip(table.column("row").to_pylist(), table.column(name).to_pylist(), strict=True)
    values = [rows.rows[keys[row]].values.get(name) if row in keeps else value for row, value in pairs]
    return replace(ledger, table=table.set_column(table.column_names.index(name), name, [values]))
