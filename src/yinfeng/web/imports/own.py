"""Columns beside the dictionary that a file may bring: who keeps a record, when it is to be seen again.

Original authors and dates are columns of the dictionary (source, verified on, decided by, decided on) and
come in as they are written; whoever imports stands in the trail and nowhere else.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from yinfeng.core.errors import Fault
from yinfeng.core.text import Text
from yinfeng.tables import columns
from yinfeng.tables.schema import Column
from yinfeng.tables.sheets import Cell, written
from yinfeng.tables.spelling import fold, header_key
from yinfeng.web.accounts.models import User
from yinfeng.web.ledgers.actions import NEEDS_RIGHT
from yinfeng.web.ledgers.registry import HELD

RIGHT: Final = NEEDS_RIGHT["places", "keeper_id"]
"""What it takes to bring these columns."""


def _column(name: str, label: Text, aliases: tuple[str, ...], kind: str) -> Column:
    nothing = Text("", "")
    return Column(name, label, aliases, kind, "", False, False, None, None, "", "", nothing, "")


_COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        column.name: column
        for column in (
            _column("keeper_id", Text("责任人", "Keeper"), ("管理人", "经办人", "负责人"), "text"),
            _column("recheck_on", Text("复核日期", "Recheck on"), ("下次核实",), "date"),
        )
    }
)  # fmt: skip
_KEEPER_FIX: Final = Text(
    "写账号，或与账号中完全一致且不重名的姓名", "write the user name, or the full name if only one has it"
)
_NOT_A_USER: Final = Text("一个在用的账号或姓名", "the user name or the name of an active user")


@dataclass(frozen=True, slots=True)
class OwnCells:
    """The own columns of a file, read."""

    values: Mapping[int, Mapping[str, Any]]
    """Row of the sheet → field → value; blank cells are left out."""
    faults: Mapping[int, Sequence[Fault]]
    """Row of the sheet → what is wrong there."""


def own_columns(ledger: str) -> tuple[Column, ...]:
    """Give the own columns that a file of a ledger may bring."""
    return tuple(_COLUMNS[name] for name in HELD[ledger].own if name in _COLUMNS)


def matched(ledger: str, text: str) -> str:
    """Give the own column a header means; empty where it means none."""
    key = header_key(text)
    for column in own_columns(ledger):
        if key in map(header_key, (column.name, column.label.zh, column.label.en, *column.aliases)):
            return column.name
    return ""


def read(
    ledger: str, cells: Mapping[str, Mapping[int, Cell]], where: tuple[str, str], letters: Mapping[str, str]
) -> OwnCells:
    """Read the own columns of a file.

    cells: field → row of the sheet → cell. where: file and sheet. letters: field → letters of its column.
    """
    values: dict[int, dict[str, Any]] = {}
    faults: dict[int, list[Fault]] = {}
    for column in own_columns(ledger):
        for row, (value, finding) in _read(column, cells.get(column.name, {})).items():
            if finding is None:
                values.setdefault(row, {})[column.name] = value
            else:
                cell = f"{letters[column.name]}{row}"
                found, expected, fix = finding
                fault = Fault(
                    "not-a-user" if column.type == "text" else "not-a-date",
                    *where,
                    cell,
                    column.name,
                    column.label,
                    found,
                    expected,
                    fix,
                )
                faults.setdefault(row, []).append(fault)
    return OwnCells(values, faults)


def to_json(value: Any) -> Any:
    """Give an own value as JSON can hold it."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def from_json(name: str, value: Any) -> Any:
    """Give the own value that `to_json` wrote."""
    is_date = _COLUMNS[name].type == "date" and value is not None
    return datetime.date.fromisoformat(value) if is_date else value


def label(name: str) -> Text:
    """Give the label of an own column."""
    return _COLUMNS[name].label


_Read = tuple[Any, tuple[str, Text, Text] | None]


def _read(column: Column, cells: Mapping[int, Cell]) -> dict[int, _Read]:
    filled = {row: cell for row, cell in cells.items() if fold(written(cell)).strip()}
    if column.type == "date":
        return _dates(column, filled)
    names = _usernames()
    result: dict[int, _Read] = {}
    for row, cell in filled.items():
        text = fold(written(cell)).strip()
        username = names.get(text)
        result[row] = (username, None) if username else (None, (text, _NOT_A_USER, _KEEPER_FIX))
    return result


def _dates(column: Column, cells: Mapping[int, Cell]) -> dict[int, _Read]:
    read = columns.read_column(column, list(cells.values()))
    refused = {
        finding.at: (finding.found, finding.refusal.expected, finding.refusal.fix)
        for finding in read.findings
        if finding.refusal.severity == "error"
    }
    values = read.arrays[column.name].to_pylist()
    return {row: (values[at], refused.get(at)) for at, row in enumerate(cells)}


def _usernames() -> Mapping[str, str]:
    """Give the user name by itself and by the shown name, where only one user has that."""
    users = list(User.objects.filter(is_active=True).values_list("username", "first_name"))
    shown = [name for _, name in users]
    unique = {fold(name): username for username, name in users if name and shown.count(name) == 1}
    return unique | {fold(username): username for username, _ in users}
