"""The records a file is compared with; of those out of the user's sight only that an id is taken.

Of the tens of thousands of records of a ledger a file names a few thousand. Those are read whole; of the
others only what tells whether a new row may be one of them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Final

from yinfeng.tables import schema
from yinfeng.tables.difference import as_ledger
from yinfeng.tables.difference_cells import Row
from yinfeng.tables.difference_matches import HeldRow
from yinfeng.tables.read import Ledger
from yinfeng.web.accounts.models import User
from yinfeng.web.ledgers.actions import used_elsewhere
from yinfeng.web.ledgers.bridge import key_of, rows_of, zone_of
from yinfeng.web.ledgers.registry import HELD, attribute, columns
from yinfeng.web.places.models import Place
from yinfeng.web.zones.policy import Scope, scope

_RECOGNISED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "places": ("place_id", "place_name", "zone_id", "kind"),
    "projects": ("project_id", "project_name", "firm", "zone_id"),
}
"""Ledgers of many records, and the columns by which one may be recognised; the others are read whole."""

_ALWAYS_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "zones": ("zone_id", "zone_kind"),
    "pins": ("project_id", "place_id"),
}
"""What a record out of sight still tells, where it is more than its key."""

_CHECKED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "zones": tuple(column.name for column in schema.load("zones").columns),
    "places": ("place_id", "zone_id", "kind", "substation"),
    "projects": ("project_id",),
    "firms": ("firm_id",),
}
"""Columns of another ledger that rows are checked against."""

_CHUNK: Final = 500


@dataclass(frozen=True, eq=False, slots=True)
class HeldRows:
    """The records of a ledger as a comparison sees them."""

    ledger: str
    rows: Mapping[str, HeldRow]
    """By key: the registry's is `record_key`."""
    outside: Set[str]
    """Keys out of sight: of records that are held there, and of those deleted there, whose ids stay taken."""
    zone_of_place: Mapping[str, str]
    """For pins, which belong where their place is."""

    def zone(self, row: Row) -> str | None:
        """Give the zone a row belongs to."""
        return zone_of(self.ledger, row, self.zone_of_place)


def held_rows(ledger: str, named: Collection[str], places: Iterable[str], *, by: User) -> HeldRows:
    """Give what is held of a ledger.

    named: keys of the records to be read whole, or to be told of as taken. places: ids of places that pins
    of the file name.
    """
    visible = scope(by, "view", ledger)
    if ledger in _RECOGNISED_BY:
        rows, outside = _in_part(ledger, visible)
        rows |= _whole(ledger, [key for key in named if key in rows and key not in outside], rows)
        held = HeldRows(ledger, rows, outside, {})
    else:
        held = _all_whole(ledger, places, visible)
    new = sorted({key for key in named if key and key not in held.rows})
    return replace(held, outside=held.outside | used_elsewhere(ledger, new, visible))


def others(ledger: str, named: Iterable[tuple[str, str]], *, by: User) -> dict[str, Ledger]:
    """Give the other ledgers that rows of a ledger are checked against, as far as that needs them.

    named: target ledger and id of each reference in the file. What the user may not see is there only if the
    file names it, so that no fault proposes it.
    """
    ids: dict[str, set[str]] = {}
    for target, one in named:
        ids.setdefault(target, set()).add(one)
    targets = {column.target for column in columns(ledger) if column.type in ("ref", "refs")} | {"zones"}
    if ledger == "quotas":
        targets |= {"places"}
    rows = {target: _for_checks(target, ids.get(target, set()), by) for target in targets - {ledger}}
    # A ledger without a row is as if it were not given, and ids that lead into it would not be checked:
    # one with an id that no record can have stands for it.
    return {target: as_ledger(target, found or [{HELD[target].key: " "}]) for target, found in rows.items()}


def names_of(ledger: str, keys: Sequence[str]) -> dict[str, str]:
    """Give how records are named to people, by their keys of the registry."""
    held = HELD[ledger]
    names: dict[str, str] = {}
    for chunk in chunks(keys):
        found = held.model._default_manager.filter(**{f"{held.key}__in": chunk})
        names |= dict(found.values_list(held.key, held.name))
    return names


def _in_part(ledger: str, visible: Scope) -> tuple[dict[str, HeldRow], set[str]]:
    held, told = HELD[ledger], _RECOGNISED_BY[ledger]
    records = held.model._default_manager.order_by("pk")
    names = [attribute(ledger, column) for column in told]
    rows: dict[str, HeldRow] = {}
    outside: set[str] = set()
    for version, *values in records.values_list("version", *names).iterator(2000):
        row = dict(zip(told, values, strict=True))
        key = row[held.key]
        if not visible.covers(row["zone_id"]):
            outside.add(key)
            row = {held.key: key}
        rows[key] = HeldRow(row, version)
    return rows, outside


def _whole(ledger: str, keys: Sequence[str], told: Mapping[str, HeldRow]) -> dict[str, HeldRow]:
    """Read records whole. A version was read before: what changed in between is then found out by it."""
    held = HELD[ledger]
    rows: dict[str, HeldRow] = {}
    for chunk in chunks(keys):
        for row in rows_of(ledger, held.model._default_manager.filter(**{f"{held.key}__in": chunk})):
            rows[row[held.key]] = HeldRow(row, told[row[held.key]].version)
    return rows


def _all_whole(ledger: str, places: Iterable[str], visible: Scope) -> HeldRows:
    held = HELD[ledger]
    records = held.model._default_manager.order_by("pk")
    told = {
        key: (version, zone) for key, version, zone in records.values_list(held.key, "version", held.zone)
    }
    rows: dict[str, HeldRow] = {}
    outside: set[str] = set()
    for row in rows_of(ledger, records):
        key = key_of(ledger, row)
        if key not in told:
            continue  # added since
        version, zone = told[key]
        told_names = row if visible.covers(zone) else _ALWAYS_TOLD.get(ledger, (held.key,))
        if not visible.covers(zone):
            outside.add(key)
        rows[key] = HeldRow({name: row[name] for name in told_names} | {"zone": zone}, version)
    zones = _zones_of_places([*places, *_places(rows.values())]) if ledger == "pins" else {}
    return HeldRows(ledger, rows, outside, zones)


def _places(rows: Iterable[HeldRow]) -> Iterator[str]:
    return (place for row in rows for place in row.values.get("place_id") or ())


def _zones_of_places(places: Sequence[str]) -> dict[str, str]:
    zones: dict[str, str] = {}
    for chunk in chunks(sorted(set(places))):
        zones |= dict(Place.objects.filter(place_id__in=chunk).values_list("place_id", "zone_id"))
    return zones


def _for_checks(target: str, named: Set[str], by: User) -> list[dict[str, Any]]:
    held, visible = HELD[target], scope(by, "view", target)
    told = _CHECKED_BY[target]
    attributes = [attribute(target, column) for column in told]
    records = held.model._default_manager.values_list(held.zone, *attributes)
    rows = []
    for zone, *values in records.iterator(2000):
        row = {column: value or None for column, value in zip(told, values, strict=True)}
        if visible.covers(zone):
            rows.append(row)
        elif row[held.key] in named:
            rows.append({name: row[name] for name in _ALWAYS_TOLD.get(target, (held.key,))})
    return rows


def chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give keys in parts that a query can take."""
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
