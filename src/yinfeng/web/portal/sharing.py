"""Links to chosen places: made by anybody, for a while; ended by the staff of the zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.portal import limits, public
from yinfeng.web.portal.models import Share
from yinfeng.web.portal.public import PublicPlace
from yinfeng.web.zones.models import Zone
from yinfeng.web.zones.policy import demand, scope

DAYS: Final = 30
MOST_PLACES: Final = 4


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link shows now."""

    share: Share
    places: tuple[PublicPlace, ...]
    gone: tuple[str, ...]
    """What those places were called that are no longer public."""


@transaction.atomic
def make_share(
    *, places: Sequence[PublicPlace], need: Mapping[str, str], address: str, what: str = "share"
) -> Share:
    """Make a link to one to four public places; raises `limits.TooOften`.

    what: which limit it counts for: the link alone, or the one that a pack carries.
    """
    limits.count(what, address=address)
    share = Share.objects.create(
        place_ids=[place.id for place in places],
        names={place.id: place.name for place in places},
        need=dict(need),
        expires_on=public.today() + timedelta(DAYS),
    )
    zones = {place.values["zone_id"] for place in places}
    share.zones.set(Zone.objects.filter(zone_id__in=zones))
    record(Act(action="add", kind="shares", key=str(share.pk), after={"place_ids": share.place_ids}), by=None)
    return share


def open_share(secret: str) -> Opened | None:
    """Open a link: what of it is public now; None where there is no such link, or no longer."""
    share = Share.objects.filter(secret=secret, ended_at=None, expires_on__gte=public.today()).first()
    if share is None:
        return None
    places = tuple(public.among(share.place_ids))
    there = {place.id for place in places}
    return Opened(share, places, tuple(share.names[name] for name in share.place_ids if name not in there))


@transaction.atomic
def end_share(share: Share, *, by: User) -> None:
    """End a link before its time; raises `Refused` unless the user follows leads in one of its zones."""
    zones = list(share.zones.values_list("zone_id", flat=True))
    where = scope(by, "change", "leads")
    zone = next((zone for zone in zones if where.covers(zone)), zones[0] if zones else None)
    demand(by, "change", "leads", zone)
    live = Share.objects.filter(pk=share.pk, ended_at=None)
    if live.update(ended_at=timezone.now(), ended_by=by.get_username()):  # clicked twice, it ends once
        record(Act(action="end", kind="shares", key=str(share.pk), zone_id=zone or ""), by=by)


def shares_for(user: User) -> "QuerySet[Any]":
    """Give the links that show places of the user's zones, the newest first."""
    where = scope(user, "view", "leads")
    shares = Share.objects.order_by("-made_at")
    return shares if where.everywhere else shares.filter(zones__zone_id__in=where.zones).distinct()


def that_open(shares: "QuerySet[Any]") -> "QuerySet[Any]":
    """Keep the links that still open."""
    return shares.filter(ended_at=None, expires_on__gte=public.today())
