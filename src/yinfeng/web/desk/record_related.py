"""What belongs to a record: the records that name it, and those it names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL, choice_label
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.record_page import title_of
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.zones.policy import scope, visible

MOST_SHOWN: Final = 20
_STATE: Final = {
    "zones": ("zone_kind", "zone_kind"),
    "places": ("status", "place_status"),
    "projects": ("stage", "project_stage"),
    "quotas": ("resource", "quota_resource"),
    "pins": ("action", "pin_action"),
}
"""Ledger → column that tells a record's state in a word, and its choice set."""


@dataclass(frozen=True, slots=True)
class Item:
    """One related record."""

    key: str
    title: str
    address: str
    state: Text | None


@dataclass(frozen=True, slots=True)
class Group:
    """Records related in one way."""

    title: Text
    items: tuple[Item, ...]
    total: int
    list_address: str = ""
    """Of the list that shows them all; empty where no list does."""


def related(user: User, ledger: str, record: Any) -> tuple[Group, ...]:
    """Give the groups of records related to one, only what the user may see; empty groups are left out."""
    return tuple(group for group in _RELATED[ledger](user, record) if group.total)


def _of_zone(user: User, zone: Any) -> Iterator[Group]:
    parts = Q(part_of_id=zone.zone_id)
    yield _group(user, Text("下级开发区", "Zones below"), "zones", parts)
    for ledger in ("places", "projects", "firms", "quotas"):
        list_address = f"/desk/{ledger}/?{urlencode({'zone_id': zone.zone_id})}"
        yield _group(user, LEDGER_LABEL[ledger], ledger, Q(zone_id=zone.zone_id), list_address)


def _of_firm(user: User, firm: Any) -> Iterator[Group]:
    names = [name for name in (firm.firm_id, firm.firm_name) if name]
    yield _group(user, Text("产权场地", "Places owned"), "places", Q(owner__in=names))
    yield _group(user, Text("投资项目", "Projects"), "projects", Q(firm__in=names))
    yield _group(user, Text("下属企业", "Firms below"), "firms", Q(parent_firm__in=names))


def _of_place(user: User, place: Any) -> Iterator[Group]:
    key = place.place_id
    yield _group(user, Text("其中的生产线", "Lines in it"), "places", Q(part_of_id=key))
    yield _group(user, Text("预留给的项目", "Reserved for"), "projects", Q(project_id=place.reserved_for))
    here = _listing(user, "projects", "current_place", key)
    yield _group(user, Text("现在这里的项目", "Projects here now"), "projects", Q(pk__in=here))
    decided = _listing(user, "pins", "place_id", key)
    yield _group(user, Text("关于它的指定", "Decisions about it"), "pins", Q(pk__in=decided))
    yield _group(user, Text("相邻地块", "Adjacent parcels"), "places", Q(place_id__in=place.adjacent_to))
    yield _group(user, Text("产权企业", "Owner"), "firms", _named_firm(place.owner))


def _of_project(user: User, project: Any) -> Iterator[Group]:
    key = project.project_id
    yield _group(user, Text("现在的场地", "Where it is now"), "places", Q(place_id__in=project.current_place))
    yield _group(user, Text("为它预留的场地", "Reserved for it"), "places", Q(reserved_for=key))
    yield _group(user, Text("关于它的指定", "Decisions about it"), "pins", Q(project_id=key))
    yield _group(user, Text("投资企业", "Investor"), "firms", _named_firm(project.firm))


def _of_quota(user: User, quota: Any) -> Iterator[Group]:
    if quota.scope_kind == "substation":
        yield _group(user, Text("由它供电的场地", "Places it supplies"), "places", Q(substation=quota.scope))
    same = Q(scope_kind=quota.scope_kind, scope=quota.scope) & ~Q(pk=quota.pk)
    yield _group(user, Text("同一范围的配额", "Quotas of the same scope"), "quotas", same)


def _of_pin(user: User, pin: Any) -> Iterator[Group]:
    yield _group(user, LEDGER_LABEL["projects"], "projects", Q(project_id=pin.project_id))
    yield _group(user, LEDGER_LABEL["places"], "places", Q(place_id__in=pin.place_id))
    others = Q(project_id=pin.project_id) & ~Q(pk=pin.pk)
    yield _group(user, Text("同一项目的指定", "Other decisions about the project"), "pins", others)


_RELATED: Final = {
    "zones": _of_zone,
    "firms": _of_firm,
    "places": _of_place,
    "projects": _of_project,
    "quotas": _of_quota,
    "pins": _of_pin,
}


def _group(user: User, title: Text, ledger: str, where: Q, list_address: str = "") -> Group:
    rows = _seen(user, ledger).filter(where).order_by(HELD[ledger].key)
    shown = list(rows[: MOST_SHOWN + 1])
    total = len(shown) if len(shown) <= MOST_SHOWN else rows.count()
    items = tuple(_item(ledger, record) for record in shown[:MOST_SHOWN])
    return Group(title, items, total, list_address if total > MOST_SHOWN else "")


def _item(ledger: str, record: Any) -> Item:
    key = getattr(record, HELD[ledger].key)
    column, choice_set = _STATE.get(ledger, ("", ""))
    code = getattr(record, column) if column else ""
    state = choice_label(choice_set, code) if code else None
    return Item(key, title_of(ledger, record), record_address(ledger, key), state)


def _seen(user: User, ledger: str) -> "QuerySet[Any]":
    if not scope(user, "view", ledger):
        return HELD[ledger].model._default_manager.none()
    return visible(user, ledger, HELD[ledger].model._default_manager.all())


def _listing(user: User, ledger: str, column: str, key: str) -> Sequence[int]:
    """Give the records whose list of ids names a key: no database finds that for all of them alike."""
    rows = _seen(user, ledger).exclude(**{column: []}).values_list("pk", column)
    return [pk for pk, ids in rows if key in ids]


def _named_firm(name: str) -> Q:
    return Q(firm_id=name) | Q(firm_name=name) if name else Q(pk__in=())
