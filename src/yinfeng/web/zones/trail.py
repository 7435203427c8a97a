"""Which entries of the trail somebody sees: those of their zones, of kinds they may see there."""

from django.db.models import Q, QuerySet

from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.zones.policy import KINDS, demand, scope


def within_sight(user: User, kind: str, entries: "QuerySet[Entry]") -> "QuerySet[Entry]":
    """Keep the entries of zones where a user may see a kind: what moved here leaves its past behind."""
    where = scope(user, "view", kind)
    return entries if where.everywhere else entries.filter(Q(zone_id__in=where.zones) | Q(zone_id=""))


def seen_by(user: User, *, action: str = "view") -> "QuerySet[Entry]":
    """Give the entries a user may read (or export).

    An entry of no zone (a login, an outside firm) is seen by who sees its kind somewhere. Raises `Refused`
    for who may not read the trail at all.
    """
    demand(user, action, "audit")
    where = scope(user, action, "audit")
    entries = Entry.objects.all()
    if not where.everywhere:
        entries = entries.filter(Q(zone_id__in=where.zones) | Q(zone_id=""))
    kinds = [kind for kind in KINDS if scope(user, "view", kind)]
    return entries if len(kinds) == len(KINDS) else entries.filter(kind__in=kinds)
