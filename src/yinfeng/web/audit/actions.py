"""Writing the trail. Whoever changes something calls `record` in the same transaction."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from yinfeng.web.audit.chain import GENESIS, Verdict, entry_hash, verify
from yinfeng.web.audit.models import Check, Entry, Head
from yinfeng.web.audit.origin import acting_address

SYSTEM = "system"


class Actor(Protocol):
    """Who does something: a user, or a visitor without a name."""

    def get_username(self) -> str:
        """Give the name the trail knows them by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing done, as it is to be written down."""

    action: str
    kind: str
    key: str = ""
    zone_id: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    reason: str = ""


@transaction.atomic
def record(act: Act, *, by: Actor | None, batch: str = "", address: str = "") -> Entry:
    """Add one entry to the trail."""
    return record_all([act], by=by, batch=batch, address=address)[0]


@transaction.atomic
def record_all(acts: Iterable[Act], *, by: Actor | None, batch: str = "", address: str = "") -> list[Entry]:
    """Add entries to the trail in their order; they stand or fall with the transaction they are in.

    by: None for what the system does by itself. address: empty for that of the request, where a user acts in
    one; of visitors, who have no name, none is kept unless it is given.
    """
    head, _ = Head.objects.select_for_update().get_or_create(pk=1, defaults={"hash": GENESIS})
    name = SYSTEM if by is None else by.get_username()
    if by is not None and name:
        address = address or acting_address()
    previous = head.hash
    entries = []
    for number, act in enumerate(acts, start=head.entry + 1):
        entry = _entry(number, act, name, timezone.now(), previous)
        entry.batch, entry.address = batch, address
        entry.hash = previous = entry_hash(entry)
        entries.append(entry)
    if entries:
        Entry.objects.bulk_create(entries, batch_size=500)
        head.entry, head.hash = entries[-1].pk, previous
        head.save(update_fields=["entry", "hash"])
    return entries


def check(anchor: str = "") -> Verdict:
    """Check the whole trail and note what it came to; best every night."""
    verdict = verify(anchor)
    faults = [[fault.zh, fault.en] for fault in verdict.faults]
    Check.objects.create(at=timezone.now(), entries=verdict.entries, head=verdict.head, faults=faults)
    return verdict


def _entry(number: int, act: Act, by: str, at: datetime, previous: str) -> Entry:
    return Entry(
        pk=number,
        at=at,
        by=by,
        action=act.action,
        kind=act.kind,
        key=act.key,
        zone_id=act.zone_id,
        before=_as_json(act.before),
        after=_as_json(act.after),
        reason=act.reason,
        previous=previous,
    )


def _as_json(values: Mapping[str, Any] | None) -> str:
    if values is None:
        return ""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_encode)


def _encode(value: object) -> str:
    if isinstance(value, date):  # an instant is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the trail")
