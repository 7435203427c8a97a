"""Taking a record away, once nothing names it any more: the database watches only part of what does."""

from collections.abc import Iterator
from typing import Any

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL, Column
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.merging import REFERENCES
from yinfeng.web.ledgers.registry import HELD, attribute, columns
from yinfeng.web.zones.policy import demand

_MOST_NAMED = 5


def remove(ledger: str, key: str, *, version: int, by: User, reason: str) -> list[Entry]:
    """Delete a record. Raises as `write` does, InputError naming what still names it."""
    held = HELD[ledger]
    record = held.model._default_manager.get(**{held.key: key})
    demand(by, "delete", ledger, getattr(record, held.zone))
    faults = list(_uses(ledger, key))
    if faults:
        raise InputError(faults)
    return write(ledger, [Write("delete", key, {}, version)], by=by, reason=reason)


def _uses(ledger: str, key: str) -> Iterator[Fault]:
    for where in HELD:
        for column in columns(where):
            if _names(where, column, ledger):
                users = [user for user in _users(where, column, key) if (where, user) != (ledger, key)]
                if users:
                    yield _in_use(key, where, column, users)


def _names(where: str, column: Column, ledger: str) -> bool:
    """Tell whether a column of a ledger names records of another by id."""
    if ledger == "firms" and (where, column.name) in REFERENCES:
        return True
    return column.type in {"ref", "refs"} and column.target == ledger


def _users(where: str, column: Column, key: str) -> list[str]:
    held = HELD[where]
    rows: Any = held.model._default_manager.order_by(held.key)
    name = attribute(where, column.name)
    if column.type != "refs":
        return list(rows.filter(**{name: key}).values_list(held.key, flat=True))
    return [user for user, ids in rows.exclude(**{name: []}).values_list(held.key, name) if key in ids]


def _in_use(key: str, where: str, column: Column, users: list[str]) -> Fault:
    named = "、".join(users[:_MOST_NAMED]) + ("…" if len(users) > _MOST_NAMED else "")
    expected = Text(
        "没有别的记录用到它（{ledger}“{column}”：{named}，共 {count} 条）",
        'a record that no other names ({ledger}, "{column}": {named}; {count} in all)',
    ).format(ledger=LEDGER_LABEL[where], column=column.label, named=named, count=len(users))
    fix = Text("先改那些记录", "change those records first")
    return problem_fault("record-in-use", key, expected, fix)
