"""Moving a place to another zone: not while something is under way about it; what is over goes along.

Pins, deals and visits lie in the zone of their place. Who decided, asks an owner or has a visit on the list
would lose sight of it from one moment to the next, so the zone it leaves brings that to an end first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record_all
from yinfeng.web.ledgers.registry import columns
from yinfeng.web.projects.models import Pin
from yinfeng.web.zones.words import kind_label

_EXPECTED: Final = Text(
    "没有未了结事项的场地（{what}），才能移到别的开发区",
    "nothing under way about a place that moves to another zone ({what})",
)
_FIX: Final = Text(
    "先取消预留和指定，了结撮合和走访，再移",
    "end its reservation, pins, deals and visits, then move it",
)
_REASON: Final = Text(
    "有未了结的事项，不能移到别的开发区：{what}",
    "it cannot move to another zone while something is under way: {what}",
)
_RESERVED: Final = Text("正在预留", "reserved")
_COUNTED: Final = Text("{what} {n}", "{what}: {n}")
_JOINT: Final = Text("{one}、{other}", "{one}; {other}")


@dataclass(frozen=True, slots=True)
class Move:
    """A place that goes to another zone."""

    key: str
    left: str
    to: str
    was_reserved: bool


def moves(writes: Mapping[str, Mapping[str, Any]], held: Mapping[str, Any]) -> list[Move]:
    """Give the places that changes move. writes: columns with their new values by key."""
    return [
        Move(key, held[key].zone_id, values["zone_id"], is_reserved(vars(held[key])))
        for key, values in writes.items()
        if values.get("zone_id") and values["zone_id"] != held[key].zone_id
    ]


def is_reserved(row: Mapping[str, Any]) -> bool:
    """Tell whether a place is kept for somebody."""
    return row.get("status") == "reserved" or bool(row.get("reserved_for"))


def under_way() -> dict[str, Text]:
    """Give the places about which something is under way, with what it is."""
    counts: dict[str, dict[str, int]] = {}
    for places in Pin.objects.values_list("place_id", flat=True):
        _count("pins", places, counts)
    for kind, model in _about_places():
        open_ones = model.objects.filter(state__in=model.UNDER_WAY)
        _count(kind, open_ones.values_list("place_id", flat=True), counts)
    return {place: _together(list(_counted(found))) for place, found in counts.items()}


def why_not(key: str, *, stays_reserved: bool, open_about: Mapping[str, Text]) -> Text | None:
    """Say why a place is not moved; None where it may be. open_about: `under_way`."""
    what = _what(key, stays_reserved, open_about)
    return None if what is None else _REASON.format(what=what)


def refuse_under_way(moved: list[Move], after: Mapping[str, Any]) -> None:
    """Raise InputError for every place that moves though something is under way about it.

    after: the records as they are now, by key.
    """
    open_about = under_way()
    faults = []
    for move in moved:
        stays_reserved = move.was_reserved and is_reserved(vars(after[move.key]))
        what = _what(move.key, stays_reserved, open_about)
        if what is not None:
            faults.append(_fault(move.key, what))
    if faults:
        raise InputError(faults)


def take_along(moved: list[Move], *, by: User, reason: str, batch: str) -> None:
    """Let what is over about places that moved lie in their zone too, and tell of it on the trail."""
    acts = []
    to = {move.key: move.to for move in moved}
    for kind, model in _about_places():
        for place, zone in to.items():
            rows = model.objects.select_for_update().filter(place_id=place).exclude(zone_id=zone)
            for pk, left in list(rows.order_by("pk").values_list("pk", "zone_id")):
                before, after = {"zone_id": left}, {"zone_id": zone}
                acts.append(
                    Act(
                        action="change",
                        kind=kind,
                        key=str(pk),
                        zone_id=zone,
                        before=before,
                        after=after,
                        reason=reason,
                    )
                )
            rows.update(zone_id=zone, version=F("version") + 1, changed_at=timezone.now())
    if acts:
        record_all(acts, by=by, batch=batch)


def _about_places() -> Iterator[tuple[str, Any]]:
    """Give what has a place and lies in its zone: kind and model, of rooms that this one does not know."""
    return ((kind, apps.get_model(model)) for kind, model in settings.ABOUT_PLACES.items())


def _count(kind: str, places: Any, counts: dict[str, dict[str, int]]) -> None:
    for place in places:
        of_place = counts.setdefault(place, {})
        of_place[kind] = of_place.get(kind, 0) + 1


def _counted(found: Mapping[str, int]) -> Iterator[Text]:
    return (_COUNTED.format(what=kind_label(kind), n=n) for kind, n in found.items())


def _what(key: str, stays_reserved: bool, open_about: Mapping[str, Text]) -> Text | None:
    found = ([_RESERVED] if stays_reserved else []) + ([open_about[key]] if key in open_about else [])
    return _together(found) if found else None


def _together(texts: list[Text]) -> Text:
    first, *others = texts
    for other in others:
        first = _JOINT.format(one=first, other=other)
    return first


def _fault(key: str, what: Text) -> Fault:
    label = next(column.label for column in columns("places") if column.name == "zone_id")
    fault = problem_fault("place-under-way", key, _EXPECTED.format(what=what), _FIX)
    return replace(fault, column="zone_id", label=label)
