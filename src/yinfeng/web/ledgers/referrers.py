"""Which records name others: what must not be deleted, and in which order what may can go.

The database watches only part of what names a record. It does not know the ids in lists and the ones that may
lead ahead of an entry, nor that a firm is named by its name as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import models

from yinfeng.core.errors import Fault, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL, Column
from yinfeng.web.accounts.models import User
from yinfeng.web.firms.models import Firm
from yinfeng.web.ledgers.named_firms import FIRM_COLUMNS
from yinfeng.web.ledgers.registry import HELD, attribute, columns
from yinfeng.web.zones.policy import scope

_MOST_NAMED: Final = 5
_CHUNK: Final = 500
_UNSEEN: Final = Text("您无权查看的记录", "records that you may not see")


@dataclass(frozen=True, slots=True)
class Reference:
    """That a record names another."""

    ledger: str
    key: str
    column: Column
    zone: str | None
    """Of the record that names."""
    named: str
    """Key of the one that is named."""


def of(ledger: str, keys: Sequence[str]) -> dict[str, list[Reference]]:
    """Give, for records of a ledger, who else names them.

    A firm is named by its name too, unless another firm, not among these, has the same name.
    """
    found: dict[str, list[Reference]] = {}
    spelt = _spellings(ledger, keys)
    for where in HELD if spelt else ():
        for one in _references(where, ledger, spelt):
            if (one.ledger, one.key) != (ledger, one.named):
                found.setdefault(one.named, []).append(one)
    return found


def held_by_others(ledger: str, keys: Sequence[str]) -> set[str]:
    """Give the records that what is no ledger holds on to: a deal, a visit, a lead, a plan, a role."""
    ledgers = {held.model for held in HELD.values()}
    found: set[str] = set()
    for relation in HELD[ledger].model._meta.related_objects:
        if relation.on_delete is models.PROTECT and relation.related_model not in ledgers:
            rows, name = relation.related_model._default_manager, relation.field.attname
            for chunk in _chunks(keys):
                found |= set(rows.filter(**{f"{name}__in": chunk}).values_list(name, flat=True))
    return found


def depths(ledger: str, keys: Sequence[str]) -> dict[str, int]:
    """Give how many of the records each one hangs below, so that the deepest can go first."""
    above: dict[str, list[str]] = {}
    wanted = set(keys)
    for one in _references(ledger, ledger, _spellings(ledger, keys)):
        if one.key in wanted:
            above.setdefault(one.key, []).append(one.named)
    found: dict[str, int] = {}
    for key in keys:
        _measure(key, above, found)
    return found


def in_use(uses: Sequence[Reference], by: User) -> list[Fault]:
    """Say as faults, one a column, that a record is named, and by which, as far as a user may see them."""
    by_column: dict[tuple[str, str], list[Reference]] = {}
    for use in uses:
        by_column.setdefault((use.ledger, use.column.name), []).append(use)
    return [_in_use(found, by) for found in by_column.values()]


def _in_use(uses: Sequence[Reference], by: User) -> Fault:
    first, where = uses[0], scope(by, "view", uses[0].ledger)
    seen = sorted({use.key for use in uses if where.covers(use.zone)})
    named = "、".join(seen[:_MOST_NAMED]) + ("…" if len(seen) > _MOST_NAMED else "")
    expected = Text(
        "没有别的记录用到它（{ledger}“{column}”：{named}，共 {count} 条）",
        'a record that no other names ({ledger}, "{column}": {named}; {count} in all)',
    ).format(
        ledger=LEDGER_LABEL[first.ledger],
        column=first.column.label,
        named=named or _UNSEEN,
        count=len({use.key for use in uses}),
    )
    return problem_fault(
        "record-in-use", first.named, expected, Text("先改那些记录", "change those records first")
    )


def _spellings(ledger: str, keys: Sequence[str]) -> dict[str, set[str]]:
    """Give what records are named by, with their keys: their ids, and the names of firms."""
    spelt = {key: {key} for key in keys}
    if ledger != "firms":
        return spelt
    names: dict[str, set[str]] = {}
    for chunk in _chunks(keys):
        told = Firm.objects.filter(firm_id__in=chunk).exclude(firm_name="")
        for key, name in told.values_list("firm_id", "firm_name"):
            names.setdefault(name, set()).add(key)
    for chunk in _chunks(list(names)):
        for key, name in Firm.objects.filter(firm_name__in=chunk).values_list("firm_id", "firm_name"):
            if key not in spelt:
                names.pop(name, None)  # it leads to that firm still
    for name, of_name in names.items():
        spelt[name] = spelt.get(name, set()) | of_name
    return spelt


def _references(where: str, target: str, spelt: Mapping[str, set[str]]) -> Iterator[Reference]:
    """Yield the references of one ledger to records of another."""
    held = HELD[where]
    for column in columns(where):
        if not _names(where, column, target):
            continue
        name = attribute(where, column.name)
        rows = held.model._default_manager.order_by(held.key)
        if column.type == "refs":
            rows = rows.exclude(**{name: []})
        elif len(spelt) <= _CHUNK:
            rows = rows.filter(**{f"{name}__in": list(spelt)})
        for key, zone, value in rows.values_list(held.key, held.zone, name).iterator(2_000):
            for one in _listed(value):
                for named in sorted(spelt.get(one, ())):
                    yield Reference(where, key, column, zone, named)


def _names(where: str, column: Column, target: str) -> bool:
    """Tell whether a column of a ledger names records of another."""
    if target == "firms" and (where, column.name) in FIRM_COLUMNS:
        return True
    return column.type in {"ref", "refs"} and column.target == target


def _listed(value: Any) -> Sequence[str]:
    return [value] if isinstance(value, str) and value else value or ()


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def _measure(key: str, above: Mapping[str, Sequence[str]], found: dict[str, int]) -> None:
    """Walk up from a record, without recursion; a ring of records counts from where it is met."""
    trail = [key]
    while trail:
        left = [one for one in above.get(trail[-1], ()) if one not in found and one not in trail]
        if left:
            trail.append(left[0])
            continue
        done = trail.pop()
        found[done] = max((found.get(one, -1) for one in above.get(done, ())), default=-1) + 1
