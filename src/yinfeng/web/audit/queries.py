"""Reading the trail."""

import json
from typing import Any

from django.db.models import QuerySet

from yinfeng.web.audit.models import Entry


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
