"""Setting one column of many records to a value: chosen, shown row by row, then written as one batch."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

from django.db.models import QuerySet

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.columns import ReadColumn, read_column, read_quota_amounts
from yinfeng.tables.schema import LEDGER_LABEL, Column
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.asked import Asked
from yinfeng.web.ledgers import moving, rechecking
from yinfeng.web.ledgers.actions import NEEDS_RIGHT, Write, write
from yinfeng.web.ledgers.bridge import Row, attributes_of, said_of
from yinfeng.web.ledgers.queries import all_columns
from yinfeng.web.ledgers.registry import HELD, attribute, is_bound
from yinfeng.web.zones.policy import Scope, may, scope

MOST_ROWS: Final = 5_000
"""As many records are changed at once; a file does for more."""
_NOT_IN_BULK: Final = frozenset({"id", "uscc", "longitude", "latitude", "polygon"})
_FOLLOWS: Final = frozenset(
    {
        ("pins", "zone_id"),
        ("quotas", "zone_id"),
        ("pins", "project_id"),
        ("pins", "place_id"),
        ("pins", "action"),
        ("quotas", "scope"),
        ("quotas", "scope_kind"),
    }
)
"""Columns that make a record's key, or its zone."""
_NO_RIGHT: Final = Text("您没有改这一行的权限", "you may not change this row")
_RIGHT_NAME: Final[Mapping[str, Text]] = {
    "release": Text("您没有在这个开发区对外公开的权限", "you may not release places of this zone"),
    "decide": Text("您没有在这个开发区作决定的权限", "you may not decide in this zone"),
    "add": Text("您没有在这个开发区定责任人的权限", "you may not say who keeps records of this zone"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One record that is to change."""

    record: Any
    values: Row
    """Its columns after the change, as `ledgers.actions.write` takes them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a bulk edit would do; nothing is written yet."""

    column: Column
    changes: tuple[Change, ...]
    unchanged: int
    refused: tuple[tuple[Any, Text], ...]
    """Records that are left as they are, and why."""
    faults: tuple[Fault, ...]
    digest: str
    """Of all that is shown: another value, row or version gives another one."""

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Give the faults that forbid the edit."""
        return tuple(fault for fault in self.faults if fault.severity == "error")


def editable(ledger: str) -> dict[str, Column]:
    """Give the columns that can be set for many records at once: not what each has of its own."""
    return {
        name: column
        for name, column in all_columns(ledger).items()
        if column.type not in _NOT_IN_BULK and (ledger, name) not in _FOLLOWS and not column.is_key
    }


def right_to_set(ledger: str, name: str) -> str:
    """Give the action of the policy that setting a column takes."""
    return NEEDS_RIGHT.get((ledger, name), "change")


def editable_by(user: User, ledger: str) -> dict[str, Column]:
    """Give the columns that a user may set for many records, somewhere."""
    return {
        name: column
        for name, column in editable(ledger).items()
        if may(user, right_to_set(ledger, name), ledger)
    }


def chosen(asked: Asked, keys: Sequence[str]) -> "QuerySet[Any]":
    """Give the records chosen in a list: those named, or, if none is, all that match."""
    if keys:
        rows = replace(asked, faults=()).in_scope.filter(**{f"{HELD[asked.state.ledger].key}__in": keys})
        return rows.order_by(HELD[asked.state.ledger].key)
    return asked.rows


def plan(ledger: str, rows: "QuerySet[Any]", name: str, text: str, *, by: User) -> Plan:
    """Work out what setting a column would do.

    text: as it would stand in a cell of a file, "30亩"; empty takes away what is there.
    """
    column = editable(ledger)[name]
    records = list(rows[: MOST_ROWS + 1])
    faults = _too_many(len(records))
    records = [] if faults else records
    allowed, refused = _sorted_out(ledger, name, records, by)
    values, more = _values(ledger, column, text, allowed, by)
    pairs = zip(allowed, values, strict=True) if values else ()
    wanted = [change for pair in pairs if _changes(ledger, change := Change(*pair))]
    against = _why_not(ledger, wanted)
    changes = [change for change, why in zip(wanted, against, strict=True) if why is None]
    refused += [(change.record, why) for change, why in zip(wanted, against, strict=True) if why is not None]
    return Plan(
        column,
        tuple(changes),
        len(allowed) - len(wanted) if values else 0,
        tuple(refused),
        (*faults, *more),
        _digest(ledger, name, text, changes),
    )


def apply(ledger: str, made: Plan, *, by: User, reason: str) -> tuple[int, str]:
    """Write a plan; gives how many records changed and the batch they have on the trail.

    Raises what `ledgers.actions.write` raises: a record that changed since the plan was made is a `Conflict`.
    """
    if made.errors:
        raise InputError(made.errors)
    batch = uuid4().hex
    key = HELD[ledger].key
    writes = [
        Write("change", getattr(change.record, key), change.values, change.record.version)
        for change in made.changes
    ]
    entries = write(ledger, writes, by=by, reason=reason, batch=batch, action="bulk")
    return len(entries), batch


def _too_many(rows: int) -> list[Fault]:
    if rows <= MOST_ROWS:
        return []
    expected = Text(f"一次不超过 {MOST_ROWS:,} 行", f"at most {MOST_ROWS:,} rows at once")
    fix = Text("先筛选，或导出、改好后再导入", "narrow the list, or export, edit and import it")
    return [problem_fault("too-many-rows", f"> {MOST_ROWS:,}", expected, fix)]


def _sorted_out(
    ledger: str, name: str, records: Iterable[Any], by: User
) -> tuple[list[Any], list[tuple[Any, Text]]]:
    """Part the records that may be changed from those that may not."""
    right = right_to_set(ledger, name)
    may_change, may_decide = scope(by, "change", ledger), scope(by, right, ledger)
    allowed: list[Any] = []
    refused: list[tuple[Any, Text]] = []
    for record in records:
        zone = getattr(record, HELD[ledger].zone)
        if not may_change.covers(zone):
            refused.append((record, _NO_RIGHT))
        elif not may_decide.covers(zone):
            refused.append((record, _RIGHT_NAME[right]))
        else:
            allowed.append(record)
    return allowed, refused


def _values(
    ledger: str, column: Column, text: str, records: Sequence[Any], by: User
) -> tuple[list[Row], list[Fault]]:
    """Read a value for each record; none where it cannot be read."""
    text = text.strip()
    if column.type == "keeper":
        return _keeper(column, text, records)
    if column.type == "quota_amount":
        read = read_quota_amounts(column, [text] * len(records), [record.resource for record in records])
    else:
        read = read_column(column, [text])
    faults = _faults(column, text, read) + _reference_faults(
        ledger, column, read, scope(by, "change", ledger)
    )
    if any(fault.severity == "error" for fault in faults):
        return [], faults
    rows = [_values_at(read, at if column.type == "quota_amount" else 0) for at in range(len(records))]
    return rows, faults


def _values_at(read: ReadColumn, at: int) -> Row:
    return {name: array[at].as_py() for name, array in read.arrays.items()}


def _keeper(column: Column, text: str, records: Sequence[Any]) -> tuple[list[Row], list[Fault]]:
    if text and not User.objects.filter(username=text, is_active=True).exists():
        expected = Text("在用账号的用户名", "the name of an active account")
        fix = Text("从列表中选一个人", "choose somebody of the list")
        return [], [_of_column(problem_fault("unknown-user", text, expected, fix), column)]
    return [{column.name: text or None} for _ in records], []


def _faults(column: Column, text: str, read: ReadColumn) -> list[Fault]:
    told = {(finding.refusal.code, finding.found): finding for finding in read.findings}
    faults = [
        _of_column(
            replace(
                problem_fault(one.refusal.code, one.found, one.refusal.expected, one.refusal.fix),
                severity=one.refusal.severity,
            ),
            column,
        )
        for one in told.values()
    ]
    if read.missing or (column.name == "is_released" and not text):
        expected = Text("一个值（这一列必填）", "a value: this column must be filled")
        faults.append(_of_column(problem_fault("missing", "", expected, Text("填上", "fill it in")), column))
    return faults


def _reference_faults(ledger: str, column: Column, read: ReadColumn, may_change: Scope) -> list[Fault]:
    if column.type not in {"ref", "refs"} or not read.arrays[column.name].is_valid()[0].as_py():
        return []
    value = read.arrays[column.name][0].as_py()
    ids = {value} if isinstance(value, str) else set(value)
    key = HELD[column.target].key
    found = HELD[column.target].model._default_manager.filter(**{f"{key}__in": ids})
    unknown = ids - set(found.values_list(key, flat=True)) if is_bound(ledger, column.name) else set()
    barred = ids - unknown if column.name == HELD[ledger].zone else set()
    target = LEDGER_LABEL[column.target]
    expected = Text("{ledger}台账中有的编号", "an id in the ledger {ledger}").format(ledger=target)
    fix = Text("改正编号，或先录入所指的记录", "correct the id, or enter the record it names first")
    faults = [problem_fault("unknown-id", one, expected, fix) for one in sorted(unknown)]
    expected = Text("您可以改动的开发区", "a zone in which you may change records")
    fix = Text("换一个开发区", "choose another zone")
    faults += [
        problem_fault("no-right", one, expected, fix) for one in sorted(barred) if not may_change.covers(one)
    ]
    return [_of_column(fault, column) for fault in faults]


def _of_column(fault: Fault, column: Column) -> Fault:
    return replace(fault, column=column.name, label=column.label)


def _changes(ledger: str, change: Change) -> bool:
    """Tell whether a change changes anything; mirrors what a write leaves out."""
    held = {name: getattr(change.record, name) for name in attributes_of(ledger, change.values)}
    bases = {name.partition(".")[0] for name in change.values}
    said = {name: value for name, value in change.record.said.items() if name.partition(".")[0] in bases}
    return held != attributes_of(ledger, change.values) or said != said_of(change.values)


def _why_not(ledger: str, changes: Sequence[Change]) -> list[Text | None]:
    """Say of each record why it cannot take a value that others can; None where it can."""
    names = {name for change in changes for name in change.values} if ledger == "places" else set()
    if rechecking.COLUMN in names:
        return [
            rechecking.reason(
                change.record.place_id, change.record.verified_on, change.values[rechecking.COLUMN]
            )
            for change in changes
        ]
    if "zone_id" in names:
        open_about = moving.under_way()
        return [
            moving.why_not(
                change.record.place_id,
                stays_reserved=moving.is_reserved(vars(change.record)),
                open_about=open_about,
            )
            for change in changes
        ]
    return [None] * len(changes)


def _digest(ledger: str, name: str, text: str, changes: Iterable[Change]) -> str:
    key = HELD[ledger].key
    parts = [ledger, name, text, *(f"{getattr(one.record, key)}\t{one.record.version}" for one in changes)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def value_before(ledger: str, change: Change, name: str) -> Any:
    """Give what a record holds in a column now."""
    return getattr(change.record, attribute(ledger, name))
