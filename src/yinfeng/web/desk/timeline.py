"""The timeline of a record: what was done to it, what was put beside it, and what people remarked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.desk.history import Told, tell
from yinfeng.web.desk.record_page import record_page, zone_id_of
from yinfeng.web.files.queries import trail_key
from yinfeng.web.language import say
from yinfeng.web.ledgers.access import record_for
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.comments import comment
from yinfeng.web.ledgers.history import steps
from yinfeng.web.zones.policy import may
from yinfeng.web.zones.trail import within_sight

ENTRIES_ON_PAGE: Final = 30
KINDS: Final = (
    ("", Text("全部", "All")),
    ("comments", Text("备注", "Remarks")),
    ("changes", Text("改动", "Changes")),
    ("files", Text("附件", "Files")),
)
REMARKS: Final = ("comment", "visit")
"""Entries that say something and change nothing."""
_LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True)
class Event:
    """One thing on the timeline: a remark, a file, or a change with its differences."""

    entry: Entry
    by: str
    told: Told | None
    file_name: str

    @property
    def is_remark(self) -> bool:
        """Tell whether it says something and changes nothing."""
        return self.entry.action in REMARKS


def show(request: HttpRequest, ledger: str, key: str) -> HttpResponse:
    """Show what happened around a record, the newest first."""
    record = record_for(request.user, ledger, key)
    kind = request.GET.get("kind", "")
    may_see_files = may(request.user, "view", "files", zone_id_of(ledger, record))
    entries = within_sight(request.user, ledger, _entries(ledger, key, kind, may_see_files))
    shown = Paginator(entries, ENTRIES_ON_PAGE).get_page(request.GET.get("page"))
    return record_page(
        request,
        ledger,
        record,
        "timeline",
        events=_events(request.user, ledger, key, record, list(shown)),
        pages=shown,
        kinds=KINDS,
        kind=kind,
        longest=_LONGEST,
    )


@require_POST
def add(request: HttpRequest, ledger: str, key: str) -> HttpResponse:
    """Add a remark."""
    record = record_for(request.user, ledger, key)
    words = request.POST.get("words", "").strip()[:_LONGEST]
    if words:
        comment(ledger, key, zone_id=zone_id_of(ledger, record), words=words, by=request.user)
        messages.success(request, say(Text("已添加备注", "Remark added")))
    return redirect(record_address(ledger, key, "timeline"))


def _entries(ledger: str, key: str, kind: str, may_see_files: bool) -> "QuerySet[Entry]":
    remarks = Q(kind=ledger, key=key, action__in=REMARKS)
    done = Q(kind=ledger, key=key) & ~Q(action__in=REMARKS) & ~Q(before="", after="")
    files = Q(kind="files", key=trail_key(ledger, key)) if may_see_files else Q(pk__in=())
    wanted = {"comments": remarks, "changes": done, "files": files}.get(kind, remarks | done | files)
    return Entry.objects.filter(wanted).order_by("-pk")


def _events(user: User, ledger: str, key: str, record: Any, entries: Sequence[Entry]) -> list[Event]:
    ids = {entry.pk for entry in entries}
    found = [step for step in steps(ledger, key, record) if step.entry.pk in ids]
    told = {one.entry.pk: one for one in tell(user, ledger, found, newest=None)}
    names = {
        one.username: str(one) for one in User.objects.filter(username__in={entry.by for entry in entries})
    }
    return [
        Event(entry, names.get(entry.by, entry.by), told.get(entry.pk), _file_name(entry))
        for entry in entries
    ]


def _file_name(entry: Entry) -> str:
    return str(json.loads(entry.after or entry.before)["name"]) if entry.kind == "files" else ""
