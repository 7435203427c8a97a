"""Reading the trail."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from yinfeng.web.audit.models import Check, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the trail is asked for; blank is all."""

    by: str = ""
    action: str = ""
    kind: str = ""
    key: str = ""
    zone: str = ""
    batch: str = ""
    since: date | None = None
    until: date | None = None
    """The last day that is still shown."""


def narrowed(entries: "QuerySet[Entry]", asked: Asked) -> "QuerySet[Entry]":
    """Keep the entries asked for, the newest first."""
    exact = {"by": asked.by, "action": asked.action, "kind": asked.kind, "zone_id": asked.zone}
    exact |= {"key": asked.key, "batch": asked.batch}
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    if asked.since:
        entries = entries.filter(at__gte=_midnight(asked.since))
    if asked.until:
        entries = entries.filter(at__lte=_end(asked.until))
    return entries.order_by("-pk")


def last_check() -> Check | None:
    """Give the latest check of the trail."""
    return Check.objects.order_by("-pk").first()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def history(kind: str, key: str) -> "QuerySet[Entry]":
    """Give all that was done to one record, the newest first."""
    return Entry.objects.filter(kind=kind, key=key).order_by("-pk")


def of_batch(batch: str) -> "QuerySet[Entry]":
    """Give all that one import or bulk edit did, in its order."""
    return Entry.objects.filter(batch=batch).order_by("pk")


def changes(entry: Entry) -> dict[str, tuple[Any, Any]]:
    """Give what an entry changed: column → its values before and after, None where there was none."""
    before = json.loads(entry.before or "{}")
    after = json.loads(entry.after or "{}")
    return {
        column: (before.get(column), after.get(column)) for column in sorted(before.keys() | after.keys())
    }
