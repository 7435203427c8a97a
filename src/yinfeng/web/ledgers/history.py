"""The history of a record: each entry of its trail with the whole record before and after it.

An entry tells only what it changed. Beginning with the record as it is and going back entry by entry gives
the rest, so that a value is shown, and can be put back, with all that belongs to it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from yinfeng.tables.schema import Column
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import changes, history
from yinfeng.web.ledgers.bridge import Row, content_of
from yinfeng.web.ledgers.queries import all_columns
from yinfeng.web.ledgers.registry import HELD

MOST_ENTRIES: Final = 1_000
"""Entries looked back at; the trail itself keeps all."""

_NEVER_UNKNOWN: Final = frozenset({"is_released"})


@dataclass(frozen=True, slots=True)
class Step:
    """One entry that changed a record."""

    entry: Entry
    before: Row | None
    """The whole record with its own fields; None where it was not there."""
    after: Row | None
    columns: tuple[str, ...]
    """That differ, in the order of the dictionary, without qualifiers."""


def steps(ledger: str, key: str, record: Any | None) -> tuple[Step, ...]:
    """Give what was done to a record, the newest first; remarks and the like are left out.

    record: as it is now; None where it was deleted.
    """
    state = None if record is None else content_of(ledger, record)
    found = []
    for entry in history(ledger, key)[:MOST_ENTRIES]:
        if not entry.before and not entry.after:
            continue
        after, before = _around(ledger, entry, state)
        found.append(Step(entry, before, after, differing(ledger, before or {}, after or {})))
        state = before
    return tuple(found)


def differing(ledger: str, one: Row, other: Row, among: Collection[str] | None = None) -> tuple[str, ...]:
    """Name the columns in which two rows differ, be it in a qualifier or in how it was written."""
    names = {
        name.partition(".")[0]
        for name in one.keys() | other.keys()
        if not _same(one.get(name), other.get(name))
    }
    return tuple(name for name in all_columns(ledger) if name in names and (among is None or name in among))


def part_of(row: Mapping[str, Any], columns: Collection[str]) -> Row:
    """Give some columns of a row with their qualifiers; the trail leaves out what is blank, this does not."""
    blank = {name: False if name in _NEVER_UNKNOWN else None for name in columns}
    return blank | {name: value for name, value in row.items() if name.partition(".")[0] in columns}


def deleted(ledger: str) -> list[Entry]:
    """Give the last entry of each record that is deleted, the newest first."""
    removals = Entry.objects.filter(kind=ledger, after="").exclude(before="").order_by("-pk")
    last: dict[str, Entry] = {}
    for entry in removals[:MOST_ENTRIES]:
        last.setdefault(entry.key, entry)
    held = HELD[ledger]
    there = held.model._default_manager.filter(**{f"{held.key}__in": list(last)})
    there_keys = set(there.values_list(held.key, flat=True))
    return [entry for key, entry in last.items() if key not in there_keys]


def _around(ledger: str, entry: Entry, state: Row | None) -> tuple[Row | None, Row | None]:
    """Give a record after and before an entry; state: after it, as far as known."""
    changed = changes(entry)
    was = as_decoded(ledger, {name: before for name, (before, _) in changed.items()})
    became = as_decoded(ledger, {name: after for name, (_, after) in changed.items()})
    after = None if not entry.after else {**(state or {}), **became}
    before = None if not entry.before else {**((state or {}) if entry.after else {}), **was}
    return after, before


def as_decoded(ledger: str, values: Mapping[str, Any]) -> Row:
    """Give values of the trail as the record holds them."""
    columns = all_columns(ledger)
    return {name: _as_held(columns.get(name), value) for name, value in values.items()}


def _as_held(column: Column | None, value: Any) -> Any:
    """Give a value of the trail as the record holds it; JSON has no dates."""
    if column is not None and column.type == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _same(one: Any, other: Any) -> bool:
    return one == other or (one in (None, "", [], False) and other in (None, "", []))
