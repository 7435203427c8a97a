"""What a ledger that was read would change of the rows held, row by row and cell by cell, and how to undo it.

Nothing is written here: `compare` and `undo` say what to write, and whoever holds the rows writes just that.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any, Final, Literal

import pyarrow as pa

from yinfeng.core.errors import Fault
from yinfeng.core.text import Text
from yinfeng.tables import schema as schemas
from yinfeng.tables.difference_cells import (
    Row,
    Value,
    blank_row,
    cell,
    columns_of,
    decode,
    encode,
    put,
    quantity,
    same,
)
from yinfeng.tables.difference_matches import HeldRow, Match, listed, match_rows
from yinfeng.tables.read import Ledger, RefusedRow, Source
from yinfeng.tables.references import check_references
from yinfeng.tables.schema import QUANTITY_TYPES, Column, Schema

Action = Literal["add", "change", "remove"]
Outcome = Literal["created", "updated", "removed", "unchanged", "conflicting", "refused", "skipped"]
May = Callable[[Action, str, Row], Text | None]
"""Asked with action, key and row; gives None, or why it may not be done to this row."""
WRITING: Final[frozenset[Outcome]] = frozenset({"created", "updated", "removed"})

_CHECKED_ACROSS: Final = frozenset({"zones", "firms"})
"""Ledgers whose rows are checked against all others, not only against those they name."""

_HELD: Final = Text("已有这一行，本次只新增", "this row is held, and rows are only added")
_NOT_HELD: Final = Text("没有这一行，本次只更新", "this row is not held, and rows are only updated")
_CODE_TAKEN: Final = Text("信用代码 {code} 是企业 {keys} 的", "the credit code {code} is that of firm {keys}")
_NAMED_ROW_REFUSED: Final = Text(
    "“{column}”写的 {key} 在本文件中，但那一行没有采用",
    '"{column}" names {key}, a row of this file that is not taken',
)
_CHANGED_SINCE: Final = Text("“{column}”后来又改过", '"{column}" was changed since')
_GONE_SINCE: Final = Text("这一行后来已删去", "this row was removed since")
_BACK_SINCE: Final = Text("这一行后来又有了", "this row is held again")


@dataclass(frozen=True, slots=True)
class Options:
    """What an import may do to the rows held."""

    mode: Literal["insert", "update", "upsert"] = "upsert"
    otherwise: Literal["skip", "refuse"] = "skip"
    """What becomes of a row the mode does not take."""
    blank: Literal["keep", "clear"] = "keep"
    """What a blank cell does to the value held; a column that is not in the file never does anything."""
    key: str | None = None
    """Column of `key_columns` by which held rows are found; their own key where None."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell before and after."""

    column: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class RowChange:
    """What becomes of one row."""

    row: int
    """Row number in the sheet; 0 where an undo meets a row that came by no sheet."""
    key: str
    """Of the row held, or to be; empty where the row was refused when it was read."""
    outcome: Outcome
    cells: tuple[CellChange, ...] = ()
    """In the order of the dictionary; of a created row all that are not blank.

    Of a row that an undo refuses: the cells written since, as they are and as they would have become.
    """
    version: int | None = None
    """Of the held row when it was compared; None where there is none."""
    reasons: tuple[Text, ...] = ()
    matches: tuple[str, ...] = ()
    """Keys of the held rows it may be, where it is conflicting: one of them, or `NEW`, decides it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file would change of a ledger, in the order of the file."""

    ledger: str
    changes: tuple[RowChange, ...]


def counts(difference: Difference) -> Counter[Outcome]:
    """Count the rows of each outcome."""
    return Counter(change.outcome for change in difference.changes)


def digest(difference: Difference) -> str:
    """Give the SHA-256 of what a difference writes: the same for two that leave the same rows behind.

    It covers the key, the cells and the version of every row written; not the words, and no other rows.
    """
    written = [
        [change.outcome, change.key, change.version, _cells_to_json(difference.ledger, change)]
        for change in difference.changes
        if change.outcome in WRITING
    ]
    told = json.dumps([difference.ledger, written], ensure_ascii=False, sort_keys=True, allow_nan=False)
    return hashlib.sha256(told.encode()).hexdigest()


def applied(ledger: str, row: Row, cells: Iterable[CellChange]) -> dict[str, Any]:
    """Give a row as it is after changes, with every column of the ledger but raw texts of changed cells."""
    columns = columns_of(ledger)
    result = {**blank_row(ledger), **row}
    for change in cells:
        put(result, columns[change.column], change.after)
    return result


def to_json(ledger: str, change: RowChange) -> dict[str, Any]:
    """Give the change of a row as JSON can hold it; `from_json` gives it back."""
    return {
        "row": change.row,
        "key": change.key,
        "outcome": change.outcome,
        "cells": _cells_to_json(ledger, change),
        "version": change.version,
        "reasons": [[reason.zh, reason.en] for reason in change.reasons],
        "matches": list(change.matches),
    }


def _cells_to_json(ledger: str, change: RowChange) -> list[list[Any]]:
    columns = columns_of(ledger)
    return [
        [one.column, *(encode(columns[one.column], value) for value in (one.before, one.after))]
        for one in change.cells
    ]


def from_json(ledger: str, told: Mapping[str, Any]) -> RowChange:
    """Give the change of a row that `to_json` wrote."""
    columns = columns_of(ledger)
    return RowChange(
        told["row"],
        told["key"],
        told["outcome"],
        tuple(
            CellChange(name, decode(columns[name], before), decode(columns[name], after))
            for name, before, after in told["cells"]
        ),
        told["version"],
        tuple(Text(*reason) for reason in told["reasons"]),
        tuple(told["matches"]),
    )


def compare(
    ledger: Ledger,
    held: Mapping[str, HeldRow],
    options: Options,
    may: May,
    *,
    decisions: Mapping[int, str] = MappingProxyType({}),
    others: Mapping[str, Ledger] = MappingProxyType({}),
) -> Difference:
    """Say what a ledger would change of the rows held.

    held: by `record_key`. may: asked to add a row as it would be, and to change one both as it is and as it
    would be, so that moving it to another zone takes the right in both. decisions: by row of the sheet, the
    key of the held row it is, or `NEW`. others: the other ledgers by name (`as_ledger` of their held rows);
    what `check_references` names as an error with them is refused, what it warns of is among the reasons.
    """
    name = ledger.schema.name
    columns = _filled(ledger)
    matches = match_rows(ledger, columns, held, options.key, decisions)
    cells = _changed_cells(ledger.schema, columns, matches, held, options)
    after: dict[str, Row] = {}
    changes = []
    for match, changed in zip(matches, cells, strict=True):
        before = held.get(match.key)
        change = _outcome(match, before, changed, options)
        if change.outcome in WRITING:
            after[match.key] = applied(name, before.values if before else {}, changed)
            change = _permitted(change, before, after[match.key], may)
        changes.append(change)
    changes = _with_references(ledger, held, changes, after, others)
    changes += (_refused_on_reading(row) for row in ledger.refused)
    return Difference(name, tuple(sorted(changes, key=lambda change: change.row)))


def as_ledger(name: str, rows: Iterable[Row]) -> Ledger:
    """Give rows that are held as a ledger read from no file, each with the row number 0."""
    source = Source("", "", "", (), {}, (), {}, ())
    schema = schemas.load(name)
    return Ledger(schema, _table([(0, row) for row in rows], blank_row(name)), (), (), source)


def _filled(ledger: Ledger) -> dict[str, list[Value]]:
    """Give the cells of the columns that are in the file or were given a value, by name."""
    table, cells = ledger.table, {}
    for column in ledger.schema.columns:
        name, array = column.name, table.column(column.name)
        if name in ledger.source.letters or array.null_count < table.num_rows:
            cells[name] = array.to_pylist()
            if column.type in QUANTITY_TYPES:
                parts = (table.column(f"{name}.{part}").to_pylist() for part in ("strength", "high"))
                cells[name] = list(map(quantity, cells[name], *parts))
    return cells


def _changed_cells(
    schema: Schema,
    columns: Mapping[str, list[Value]],
    matches: Sequence[Match],
    held: Mapping[str, HeldRow],
    options: Options,
) -> list[list[CellChange]]:
    """Give the cells each row changes, column by column; of a new row all that are not blank."""
    changed: list[list[CellChange]] = [[] for _ in matches]
    befores = [held[match.key].values if match.key in held else None for match in matches]
    is_cleared = options.blank == "clear"
    for name, afters in columns.items():
        column = columns_of(schema.name)[name]
        is_quantity = column.type in QUANTITY_TYPES
        for row, before, after in zip(changed, befores, afters, strict=True):
            if after is None and (before is None or not is_cleared):
                continue
            if before is None:
                row.append(CellChange(name, None, after))
                continue
            was = cell(before, column) if is_quantity else before.get(name)
            # The key of a row found by another column, or by decision, stays what it is.
            if was != after and name != schema.key and not same(column, was, after):
                row.append(CellChange(name, was, after))
    return changed


def _outcome(
    match: Match, before: HeldRow | None, cells: Sequence[CellChange], options: Options
) -> RowChange:
    version = before.version if before else None
    change = RowChange(match.row, match.key, "unchanged", (), version)
    if match.reason is not None:
        left_out: Outcome = "skipped" if match.is_repeat else "conflicting"
        return replace(change, outcome=left_out, reasons=(match.reason,), matches=match.matches)
    if options.mode == ("insert" if before else "update"):
        left_out = "skipped" if options.otherwise == "skip" else "refused"
        return replace(change, outcome=left_out, reasons=(_HELD if before else _NOT_HELD,))
    if not cells:
        return change
    return replace(change, outcome="updated" if before else "created", cells=tuple(cells))


def _permitted(change: RowChange, before: HeldRow | None, after: Row, may: May) -> RowChange:
    """Refuse a change this person may not make; then its cells are not shown either."""
    asked: list[tuple[Action, Row]]
    match change.outcome, before:
        case "removed", HeldRow(values):
            asked = [("remove", values)]
        case _, HeldRow(values):
            asked = [("change", values), ("change", after)]
        case _:
            asked = [("add", after)]
    answers = (may(action, change.key, row) for action, row in asked)
    reasons = tuple(dict.fromkeys(answer for answer in answers if answer is not None))
    return replace(change, outcome="refused", cells=(), reasons=reasons) if reasons else change


def _refused_on_reading(refused: RefusedRow) -> RowChange:
    reasons = tuple(_said(fault) for fault in refused.faults if fault.severity == "error")
    return RowChange(refused.row, "", "refused", reasons=reasons)


def _said(fault: Fault) -> Text:
    return Text(fault.say("zh"), fault.say("en"))


def _with_references(
    ledger: Ledger,
    held: Mapping[str, HeldRow],
    changes: Sequence[RowChange],
    after: Mapping[str, Row],
    others: Mapping[str, Ledger],
) -> list[RowChange]:
    """Check the ledger as it would stand together with the others; refuse rows that would not hold."""
    written = {change.row: change for change in changes if change.outcome in WRITING}
    # The file comes first: of two rows that clash, a check then blames the held one, whose row is 0.
    rows = [(row, after[change.key]) for row, change in written.items()]
    rows += (
        (0, row) for row in _beside(ledger.schema, held, {change.key for change in written.values()}, rows)
    )
    standing = replace(ledger, table=_table(rows, [c.name for c in ledger.schema.columns]))
    errors: dict[int, list[Text]] = {}
    notes: dict[int, list[Text]] = {}
    for fault in check_references({**others, ledger.schema.name: standing}):
        if (fault.file, fault.sheet) == (ledger.source.file, ledger.source.sheet):
            kind = errors if fault.severity == "error" else notes
            if fault.code == "repeated-credit-code" and _row_of(fault) not in written:
                for row, reason in _codes_taken(fault.found, written.values(), held):
                    errors.setdefault(row, []).append(reason)
            kind.setdefault(_row_of(fault), []).append(_said(fault))
    _refuse_followers(ledger.schema, written, after, errors)
    return [_judged(change, errors, notes) if change.outcome in WRITING else change for change in changes]


def _beside(
    schema: Schema, held: Mapping[str, HeldRow], written: Set[str], rows: Sequence[tuple[int, Row]]
) -> Iterator[Row]:
    """Give the held rows that stay as they are and that rows of the file are checked against."""
    if schema.name in _CHECKED_ACROSS:
        return (row.values for key, row in held.items() if key not in written)
    named = {key for _, row in rows for column in _own_refs(schema) for key in _named(row, column)}
    return (held[key].values for key in sorted(named - written) if key in held)


def _own_refs(schema: Schema) -> list[Column]:
    return [c for c in schema.columns if c.type in {"ref", "refs"} and c.target == schema.name]


def _named(row: Row, column: Column) -> Sequence[str]:
    named: str | Sequence[str] = row.get(column.name) or ()
    return [named] if isinstance(named, str) else named


def _row_of(fault: Fault) -> int:
    return int(fault.cell.lstrip(ascii_uppercase) or 0)


def _codes_taken(
    code: str, written: Iterable[RowChange], held: Mapping[str, HeldRow]
) -> Iterator[tuple[int, Text]]:
    """Name the rows of the file that bring a credit code which another held firm has."""
    keys = [key for key, row in held.items() if row.values.get("uscc") == code]
    for change in written:
        if any(one.column == "uscc" and one.after == code for one in change.cells):
            others = listed([key for key in keys if key != change.key])
            yield change.row, _CODE_TAKEN.format(code=code, keys=others)


def _refuse_followers(
    schema: Schema,
    written: Mapping[int, RowChange],
    after: Mapping[str, Row],
    errors: dict[int, list[Text]],
) -> None:
    """Refuse also the rows that name a row which is refused and would have been new, and so on."""
    followers: dict[str, list[tuple[RowChange, Column]]] = {}
    for change in written.values() if errors else ():
        for column in _own_refs(schema):
            for key in _named(after[change.key], column):
                followers.setdefault(key, []).append((change, column))
    fallen = [written[row] for row in errors if row in written]
    for gone in fallen:  # grows while it is walked
        for change, column in followers.get(gone.key, ()) if gone.outcome == "created" else ():
            reason = _NAMED_ROW_REFUSED.format(column=column.label, key=gone.key)
            if change.row not in errors:
                fallen.append(change)
            errors.setdefault(change.row, []).append(reason)


def _judged(
    change: RowChange, errors: Mapping[int, list[Text]], notes: Mapping[int, list[Text]]
) -> RowChange:
    reasons = (*errors.get(change.row, ()), *notes.get(change.row, ()))
    return replace(change, outcome="refused" if change.row in errors else change.outcome, reasons=reasons)


def _table(rows: Sequence[tuple[int, Row]], names: Iterable[str]) -> pa.Table:
    arrays: dict[str, pa.Array] = {"row": pa.array([number for number, _ in rows], pa.int32())}
    for name in names:
        arrays[name] = pa.array([row.get(name) for _, row in rows])
    return pa.table(arrays)


def undo(committed: Difference, held: Mapping[str, HeldRow], may: May) -> Difference:
    """Say how to take back what was written: last row first, so that no row goes before those naming it.

    held: the rows as they are now. A row is refused where a cell that was written holds another value now,
    or where a created row has got more; each such cell is named. Other cells of an updated row stay as they
    are. An undo can itself be undone. What else has come to name a created row is not looked at.
    """
    name = committed.ledger
    changes = []
    for change in reversed(committed.changes):
        if change.outcome not in WRITING:
            continue
        before = held.get(change.key)
        back = _taken_back(name, change, before)
        if back.outcome in WRITING:
            after = applied(name, before.values if before else {}, back.cells)
            back = _permitted(back, before, after, may)
        changes.append(back)
    return Difference(name, tuple(changes))


def _taken_back(ledger: str, change: RowChange, held: HeldRow | None) -> RowChange:
    """Turn the change of a row round; refuse it where the row was changed since."""
    back = replace(change, version=held.version if held else None, reasons=(), matches=())
    if (held is None) != (change.outcome == "removed"):
        return replace(back, outcome="refused", cells=(), reasons=(_BACK_SINCE if held else _GONE_SINCE,))
    if held is None:
        cells = tuple(CellChange(one.column, one.after, one.before) for one in change.cells)
        return replace(back, outcome="created", cells=cells)
    columns = columns_of(ledger)
    wrote = {one.column: one for one in change.cells}
    names = columns if change.outcome == "created" else wrote
    now = {name: cell(held.values, columns[name]) for name in names}
    left = {name: wrote[name].after if name in wrote else None for name in names}
    changed = [name for name in names if not same(columns[name], now[name], left[name])]
    cells = tuple(
        CellChange(name, now[name], wrote[name].before if name in wrote else None)
        for name in changed or wrote
    )
    if changed:
        reasons = tuple(_CHANGED_SINCE.format(column=columns[name].label) for name in changed)
        return replace(back, outcome="refused", cells=cells, reasons=reasons)
    return replace(back, outcome="removed" if change.outcome == "created" else "updated", cells=cells)
