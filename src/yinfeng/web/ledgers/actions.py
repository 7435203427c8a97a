"""Writing to ledgers: every change is allowed, checked against the version seen, and put on the trail.

One way in (`write`) for a form, a bulk edit, an import and an undo, so that none of them can forget a step.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record_all
from yinfeng.web.audit.models import Entry
from yinfeng.web.ledgers import moving, referrers
from yinfeng.web.ledgers.aliases import aliases_of, found_by
from yinfeng.web.ledgers.bridge import Row, attributes_of, content_of, key_of, said_of, zone_of
from yinfeng.web.ledgers.moving import Move
from yinfeng.web.ledgers.rechecking import refuse_too_late
from yinfeng.web.ledgers.referrers import Reference
from yinfeng.web.ledgers.registry import HELD, attribute, columns, is_bound
from yinfeng.web.ledgers.search import is_found_by, search_text
from yinfeng.web.places.models import Place
from yinfeng.web.zones.models import Zone
from yinfeng.web.zones.policy import Scope, demand, scope

Doing = Literal["add", "change", "delete"]

NEEDS_RIGHT: Final[Mapping[tuple[str, str], str]] = {
    ("places", "is_released"): "release",
    ("places", "reserved_for"): "decide",
    ("places", "keeper_id"): "add",
    ("projects", "keeper_id"): "add",
}
"""Columns whose change takes a right of its own: (ledger, column) → action of the policy.

Who may enter records says who keeps them; a department that only corrects values does not.
"""

RESERVED: Final = ("places", "status", "reserved")
"""A value whose coming and going is a decision, as naming whom it is for is: ledger, column, value."""

_ZONE_OF_QUOTA: Final = frozenset({"scope_kind", "scope"})


@dataclass(frozen=True, slots=True)
class Write:
    """One record to add, change or delete."""

    doing: Doing
    key: str
    """Of the record to change or delete; of an added one it follows from its values."""
    values: Mapping[str, Any]
    """Columns with their new values (the whole row of an added record), a quantity's qualifiers beside it."""
    version: int | None = None
    """That was seen; None: whichever is held."""


class Conflict(Exception):
    """Records were changed by others since they were seen; nothing was written."""

    def __init__(self, ledger: str, keys: Sequence[str]) -> None:
        self.ledger, self.keys = ledger, tuple(keys)
        super().__init__(f"{ledger}: changed meanwhile: {', '.join(keys)}")


@transaction.atomic
def write(
    ledger: str,
    writes: Sequence[Write],
    *,
    by: User,
    reason: str = "",
    batch: str = "",
    action: str = "",
    told: Callable[[int], None] = lambda _: None,
) -> list[Entry]:
    """Add, change and delete records of one ledger: all of it, or nothing.

    action: how the trail names it, where "add", "change", "delete" do not say enough ("import", "restore").
    told: called with the number of each write as it is begun; what it raises undoes all of them.
    Raises `Refused` without the right, `Conflict` where a version seen is no longer held, InputError where a
    key is taken, a reference leads nowhere, a re-check date is too late, what is to be deleted is named by
    what stays or a place is moved while something is under way about it. Changes that change nothing are
    left out.
    """
    _refuse_too_long(ledger, writes)
    _refuse_unknown_ids(ledger, writes)
    held = _held(ledger, [one.key for one in writes if one.doing != "add"])
    missing = [one.key for one in writes if one.doing != "add" and _is_stale(one, held.get(one.key))]
    if missing:
        raise Conflict(ledger, missing)
    if ledger == "places":
        refuse_too_late((_key(ledger, one), one.values, held.get(one.key)) for one in writes)
    _refuse_in_use(ledger, writes, held, by)
    moved = _moved(ledger, writes, held)
    zones = _zones_of_places(ledger, writes)
    aliases = aliases_of(ledger, held)
    acts: list[Act | None] = []
    added: list[Any] = []
    for number, one in enumerate(writes, start=1):
        told(number)
        if one.doing == "add":
            record, act = _added(ledger, one.values, by, zones)
            added.append(record)
            acts.append(act)
        elif one.doing == "change":
            acts.append(_changed(ledger, held[one.key], one.values, by, aliases.get(one.key, ())))
        else:
            acts.append(_deleted(ledger, held[one.key], by))
    if moved:
        moving.refuse_under_way(moved, held)
    _create(ledger, added, by)
    done = [replace(act, action=action or act.action, reason=reason) for act in acts if act is not None]
    entries = record_all(done, by=by, batch=batch)
    moving.take_along(moved, by=by, reason=reason, batch=batch)
    return entries


def _held(ledger: str, keys: Sequence[str]) -> dict[str, Any]:
    model, field = HELD[ledger].model, HELD[ledger].key
    records: dict[str, Any] = {}
    for chunk in _chunks(keys, 500):
        found = model._default_manager.select_for_update().filter(**{f"{field}__in": chunk})
        records |= {getattr(record, field): record for record in found}
    return records


def _refuse_in_use(ledger: str, writes: Sequence[Write], held: Mapping[str, Any], by: User) -> None:
    """Raise InputError for every record to be deleted that another, which stays, goes on naming."""
    gone = [one.key for one in writes if one.doing == "delete"]
    for key in gone:
        demand(by, "delete", ledger, getattr(held[key], HELD[ledger].zone))
    changed = {one.key: one.values for one in writes if one.doing == "change"}

    def stays(use: Reference) -> bool:
        if use.ledger != ledger:
            return True
        return use.key not in gone and use.column.name not in changed.get(use.key, ())

    uses = referrers.of(ledger, gone) if gone else {}
    faults = [one for found in uses.values() for one in referrers.in_use(list(filter(stays, found)), by)]
    if faults:
        raise InputError(faults)


def _moved(ledger: str, writes: Sequence[Write], held: Mapping[str, Any]) -> list[Move]:
    """Give the places that go to another zone, as they were before anything is changed."""
    if ledger != "places":
        return []
    return moving.moves({one.key: one.values for one in writes if one.doing == "change"}, held)


def _key(ledger: str, one: Write) -> str:
    return key_of(ledger, one.values) if one.doing == "add" else one.key


def _is_stale(one: Write, record: Any) -> bool:
    return record is None or (one.version is not None and one.version != record.version)


def _zones_of_places(ledger: str, writes: Sequence[Write]) -> Mapping[str, str]:
    if ledger != "pins":
        return {}
    places = {place for one in writes for place in one.values.get("place_id") or ()}
    return dict(Place.objects.filter(place_id__in=places).values_list("place_id", "zone_id"))


def _added(ledger: str, row: Mapping[str, Any], by: User, zones: Mapping[str, str]) -> tuple[Any, Act]:
    held = HELD[ledger]
    key = key_of(ledger, row)
    zone = _known_zone(zone_of(ledger, row, zones)) if ledger == "quotas" else zone_of(ledger, row, zones)
    demand(by, "add", ledger, zone)
    _demand_decisions(ledger, {}, row, by, zone)
    record = held.model(**attributes_of(ledger, row), said=said_of(row), search=search_text(ledger, row))
    setattr(record, held.key, key)
    if held.zone == "zone_id":
        record.zone_id = zone
    after = {
        name: value
        for name, value in content_of(ledger, record).items()
        if value not in (None, "", [], False)
    }
    return record, Act(action="add", kind=ledger, key=key, zone_id=zone or "", after=after)


def _changed(
    ledger: str, record: Any, values: Mapping[str, Any], by: User, aliases: Sequence[Row]
) -> Act | None:
    held = HELD[ledger]
    key, zone = getattr(record, held.key), getattr(record, held.zone)
    if values.get(held.key, key) != key:
        raise InputError([_key_is_fixed(key, values[held.key])])
    before = content_of(ledger, record)
    bases = {name.partition(".")[0] for name in values}
    kept = {name: value for name, value in record.said.items() if name.partition(".")[0] not in bases}
    attributes = attributes_of(ledger, values) | {"said": kept | said_of(values)}
    for name, value in attributes.items():
        setattr(record, name, value)
    after = content_of(ledger, record)
    if ledger == "quotas" and _ZONE_OF_QUOTA & values.keys():
        record.zone_id = attributes["zone_id"] = _known_zone(zone_of(ledger, after))
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if not names:
        return None
    demand(by, "change", ledger, zone)
    _demand_decisions(ledger, before, after, by, zone)
    if getattr(record, held.zone) != zone:  # in the other zone it is as if it were added
        demand(by, "change", ledger, getattr(record, held.zone))
        _demand_decisions(ledger, _kept_by(after), after, by, getattr(record, held.zone))
    if is_found_by(ledger, names):
        attributes["search"] = found_by(ledger, record, aliases)
    model = held.model._default_manager
    rows = model.filter(pk=record.pk, version=record.version)
    if not rows.update(**attributes, version=F("version") + 1, changed_at=timezone.now()):
        raise Conflict(ledger, [key])
    return Act(
        action="change",
        kind=ledger,
        key=key,
        zone_id=getattr(record, held.zone) or "",
        before={name: before.get(name) for name in names},
        after={name: after.get(name) for name in names},
    )


def _deleted(ledger: str, record: Any, by: User) -> Act:
    held = HELD[ledger]
    key, zone = getattr(record, held.key), getattr(record, held.zone)
    demand(by, "delete", ledger, zone)
    content = content_of(ledger, record)
    try:
        record.delete()
    except ProtectedError as error:
        users = "、".join(str(one) for one in list(error.protected_objects)[:3])
        expected = Text(f"没有别的记录用到它（{users}）", f"a record that no other uses ({users})")
        fix = Text("先改那些记录", "change those records first")
        raise InputError([problem_fault("record-in-use", key, expected, fix)]) from error
    before = {name: value for name, value in content.items() if value not in (None, "", [])}
    return Act(action="delete", kind=ledger, key=key, zone_id=zone or "", before=before)


def _create(ledger: str, records: list[Any], by: User) -> None:
    if not records:
        return
    model, field = HELD[ledger].model, HELD[ledger].key
    keys = [getattr(record, field) for record in records]
    taken = set(model._default_manager.filter(**{f"{field}__in": keys}).values_list(field, flat=True))
    taken |= {key for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else set()
    taken |= used_elsewhere(ledger, keys, scope(by, "view", ledger))
    if taken:
        expected = Text("没有用过的编号", "an id that is not taken")
        fix = Text("换一个编号，或改原来的记录", "give another id, or change the record that has it")
        raise InputError([problem_fault("key-taken", key, expected, fix) for key in sorted(taken)])
    model._default_manager.bulk_create(records, batch_size=500)


def used_elsewhere(ledger: str, keys: Sequence[str], where: Scope) -> set[str]:
    """Give the keys of records deleted where one may not see: their files and history wait for them."""
    used: set[str] = set()
    for chunk in _chunks(keys, 500) if not where.everywhere else ():
        gone = Entry.objects.filter(kind=ledger, key__in=chunk, after="").exclude(before="")
        used |= {key for key, zone in gone.values_list("key", "zone_id") if not where.covers(zone or None)}
    return used


def _refuse_unknown_ids(ledger: str, writes: Sequence[Write]) -> None:
    """Raise InputError for every bound reference that leads to no record, held or added here.

    Projects and places name each other, so one of them must be able to name what is entered later.
    """
    faults = []
    for column in columns(ledger):
        if column.type not in ("ref", "refs") or not is_bound(ledger, column.name):
            continue
        named = {one for write in writes for one in _ids(write.values.get(column.name))}
        unknown = named - _known(column.target, named)
        if column.target == ledger:
            unknown -= {key_of(ledger, one.values) for one in writes if one.doing == "add"}
        faults += [_leads_nowhere(column.label, column.target, one) for one in sorted(unknown)]
    if faults:
        raise InputError(faults)


def _ids(value: Any) -> Sequence[str]:
    return [value] if isinstance(value, str) and value else value or ()


def _known(ledger: str, ids: set[str]) -> set[str]:
    field, model = HELD[ledger].key, HELD[ledger].model
    known: set[str] = set()
    for chunk in _chunks(sorted(ids), 500):
        known |= set(model._default_manager.filter(**{f"{field}__in": chunk}).values_list(field, flat=True))
    return known


def _key_is_fixed(key: str, found: str) -> Fault:
    expected = Text(
        f"原来的编号 {key}（别的记录靠它找到这一条）", f"the id it has, {key}: others find it by that"
    )
    fix = Text("要换编号，就新建一条，再删去这一条", "for another id, add a new record and delete this one")
    return problem_fault("key-is-fixed", found, expected, fix)


def _refuse_too_long(ledger: str, writes: Sequence[Write]) -> None:
    """Raise InputError for every text that is longer than what is held of its column, and for long keys."""
    model, labels = HELD[ledger].model, {attribute(ledger, c.name): c.label for c in columns(ledger)}
    faults = []
    for one in writes:
        held = attributes_of(ledger, one.values)
        if one.doing == "add":
            held[HELD[ledger].key] = key_of(ledger, one.values)
        for name, value in held.items():
            most = model._meta.get_field(name).max_length
            if most is not None and isinstance(value, str) and len(value) > most:
                faults.append(_too_long(labels.get(name), value, most))
    if faults:
        raise InputError(faults)


def _too_long(label: Text | None, found: str, most: int) -> Fault:
    expected = Text(
        f"不超过 {most} 个字符（现有 {len(found)} 个）", f"at most {most} signs, not {len(found)}"
    )
    fault = problem_fault("too-long", f"{found[:40]}…", expected, Text("写短一些", "shorten it"))
    return fault if label is None else replace(fault, label=label)


def _known_zone(zone: str | None) -> str | None:
    return zone if zone is not None and Zone.objects.filter(zone_id=zone).exists() else None


def _leads_nowhere(label: Text, target: str, found: str) -> Fault:
    expected = Text("{ledger}台账中有的编号", "an id in the ledger {ledger}").format(
        ledger=LEDGER_LABEL[target]
    )
    fix = Text("改正编号，或先录入所指的记录", "correct the id, or enter the record it names first")
    return replace(problem_fault("unknown-id", found, expected, fix), label=label)


def decisions(ledger: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Give the columns whose change from one row to another is a decision, with the right it takes."""
    rights = {name: right for (where, name), right in NEEDS_RIGHT.items() if where == ledger}
    if ledger == RESERVED[0] and RESERVED[2] in (before.get(RESERVED[1]), after.get(RESERVED[1])):
        rights[RESERVED[1]] = "decide"
    changed = (name for name in rights if (before.get(name) or None) != (after.get(name) or None))
    return {name: rights[name] for name in changed}


def _demand_decisions(
    ledger: str, before: Mapping[str, Any], after: Mapping[str, Any], by: User, zone: str | None
) -> None:
    for right in decisions(ledger, before, after).values():
        demand(by, right, ledger, zone)


def _kept_by(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give who keeps a record: who moves it has not said that."""
    return {"keeper_id": row.get("keeper_id")}


def _chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Give items in parts that a query can take."""
    return (items[start : start + size] for start in range(0, len(items), size))
