"""The frame of a record's pages: what it is, in what state, whose, changed by whom, and what may be done."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL, choice_label, load
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import history
from yinfeng.web.desk.record_facts import ALL_MADE_UP
from yinfeng.web.files.queries import of_record
from yinfeng.web.frame.site import page
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.places import freshness
from yinfeng.web.zones.policy import may

Tone = Literal["", "good", "warn", "bad"]
_TONE: Final[Mapping[str, Tone]] = {
    "vacant": "good", "reserved": "warn", "partly_let": "warn", "seized": "bad", "mortgaged": "warn",
    "refused": "bad", "placed": "good", "dropped": "bad", "bar": "bad",
}  # fmt: skip
_CHIPS: Final[Mapping[str, tuple[str, ...]]] = {
    "zones": ("zone_kind", "level"),
    "firms": (),
    "places": ("kind", "status", "owner_kind", "encumbrance"),
    "projects": ("stage",),
    "quotas": ("scope_kind", "resource"),
    "pins": ("action",),
}
_FLAGS: Final[Mapping[str, tuple[tuple[str, Text, Tone], ...]]] = {
    "zones": (("is_chemical_park", Text("化工园区", "Chemical park"), "warn"),),
    "firms": (("seeks_space", Text("有意承接场地", "Seeks space"), "good"),),
    "projects": (
        ("must_place", Text("必须安排", "Must be placed"), "warn"),
        ("is_chemical", Text("化工项目", "Chemical project"), "warn"),
    ),
}
TABS: Final = (
    ("", Text("基本信息", "Facts")),
    ("related", Text("相关记录", "Related")),
    ("files", Text("附件", "Files")),
    ("timeline", Text("动态", "Timeline")),
    ("history", Text("字段历史", "History")),
)
_QUIET: Final = frozenset({"none"})
"""Codes of choices that need no chip."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A state in a word, with a tone beside it."""

    word: Text
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of a record's pages."""

    label: Text
    address: str
    is_here: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above every page of a record."""

    ledger: str
    key: str
    title: str
    label: Text
    """Of the ledger."""
    record: Any
    zone: str
    """Name; empty for what belongs to none."""
    zone_address: str
    keeper: str | None
    """Name shown; empty: nobody; None: this ledger has no keepers."""
    recheck_on: datetime.date | None
    """Of a place: the last day on which what is known of it holds."""
    chips: tuple[Chip, ...]
    changed_by: str
    """Empty where the trail does not say."""
    is_made_up: bool
    map_address: str
    tabs: tuple[Tab, ...]
    may: Mapping[str, bool]
    """Action of the policy → whether the reader may do it here."""


def record_page(
    request: HttpRequest, ledger: str, record: Any, tab: str, *, template: str = "", **context: Any
) -> HttpResponse:
    """Render one of a record's pages."""
    header = header_of(request.user, ledger, record, tab)
    status = context.pop("status", 200)
    name = template or f"desk/record_{tab or 'facts'}.html"
    return page(request, name, header.title, status=status, header=header, **context)


def header_of(user: User, ledger: str, record: Any, tab: str = "") -> Header:
    """Give what stands above a record's pages."""
    held = HELD[ledger]
    key = getattr(record, held.key)
    zone = None if ledger == "zones" else record.zone
    has_keeper = "keeper_id" in held.own
    return Header(
        ledger=ledger,
        key=key,
        title=title_of(ledger, record),
        label=LEDGER_LABEL[ledger],
        record=record,
        zone=str(zone or ""),
        zone_address=record_address("zones", zone.zone_id)
        if zone and may(user, "view", "zones", zone.zone_id)
        else "",
        keeper=str(record.keeper or "") if has_keeper else None,
        recheck_on=_holds_until(record) if ledger == "places" else None,
        chips=tuple(_chips(ledger, record)),
        changed_by=_changed_by(ledger, key),
        is_made_up=bool(ALL_MADE_UP & set(getattr(record, "synthetic", None) or ())),
        map_address=_map_address(ledger, record),
        tabs=tuple(_tabs(user, ledger, record, tab)),
        may=_rights(user, ledger, record),
    )


def title_of(ledger: str, record: Any) -> str:
    """Give the name a record is shown under."""
    if ledger == "pins":
        return f"{record.project_id} → {'、'.join(record.place_id)}"
    return str(record)


def zone_id_of(ledger: str, record: Any) -> str | None:
    """Give the zone a record belongs to, as the policy asks for it."""
    return getattr(record, HELD[ledger].zone) or None


def _chips(ledger: str, record: Any) -> Iterator[Chip]:
    for name in _CHIPS[ledger]:
        code = getattr(record, name)
        if code and code not in _QUIET:
            yield Chip(choice_label(load(ledger).column(name).target, code), _TONE.get(code, ""))
    for name, word, tone in _FLAGS.get(ledger, ()):
        if getattr(record, name):
            yield Chip(word, tone)
    if ledger == "places":
        yield from _place_chips(record)


def _place_chips(place: Any) -> Iterator[Chip]:
    yield (
        Chip(Text("已对外公开", "Public"), "good")
        if place.is_released
        else Chip(Text("未对外公开", "Not public"))
    )
    today = timezone.localdate()
    until = _holds_until(place)
    seen = freshness.seen_on(place.verified_on, today)
    word = freshness.words(seen, until, today, is_released=place.is_released)
    yield Chip(word, "good" if freshness.freshness(until, today) == "fresh" else "warn")


def _holds_until(place: Any) -> datetime.date | None:
    today = timezone.localdate()
    seen = freshness.seen_on(place.verified_on, today)
    return freshness.holds_until(seen, place.recheck_on, freshness.recheck_days(today))


def _changed_by(ledger: str, key: str) -> str:
    entry: Entry | None = history(ledger, key).exclude(before="", after="").first()
    return "" if entry is None else name_of(entry.by)


def name_of(username: str) -> str:
    """Give the name shown of somebody the trail knows."""
    user = User.objects.filter(username=username).first()
    return str(user) if user else username


def _map_address(ledger: str, record: Any) -> str:
    if ledger != "places" or (record.longitude is None and not record.boundary):
        return ""
    return f"/desk/places/?show=both&q={record.place_id}"


def _tabs(user: User, ledger: str, record: Any, here: str) -> Iterator[Tab]:
    key = getattr(record, HELD[ledger].key)
    for part, label in TABS:
        if part != "files":
            yield Tab(label, record_address(ledger, key, part), part == here)
        elif may(user, "view", "files", zone_id_of(ledger, record)):
            yield Tab(label, record_address(ledger, key, part), part == here, of_record(ledger, key).count())


def _rights(user: User, ledger: str, record: Any) -> dict[str, bool]:
    zone = zone_id_of(ledger, record)
    actions = ("change", "delete", "comment", "release", "restore")
    return {action: may(user, action, ledger, zone) for action in actions} | {
        "add_file": may(user, "add", "files", zone),
        "delete_file": may(user, "delete", "files", zone),
    }
