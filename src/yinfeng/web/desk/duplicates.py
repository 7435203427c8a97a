"""Firms that may be one: found, laid side by side, merged, and the merge taken back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.tables.schema import Column
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.desk.record_facts import names_in, say_value
from yinfeng.web.desk.record_steps import CHANGED_MEANWHILE, NEEDS_REASON
from yinfeng.web.firms.models import Firm
from yinfeng.web.firms.queries import duplicates
from yinfeng.web.frame.fields import read_version
from yinfeng.web.frame.site import page
from yinfeng.web.language import current, say
from yinfeng.web.ledgers.access import record_for
from yinfeng.web.ledgers.actions import Conflict
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.bridge import row_of
from yinfeng.web.ledgers.history import differing
from yinfeng.web.ledgers.merging import MERGES, is_undone, merge_firms, naming, undo_merge
from yinfeng.web.ledgers.queries import all_columns
from yinfeng.web.zones.policy import demand, may, scope, visible

LATEST_MERGES: Final = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One column of two firms side by side."""

    column: Column
    kept: str
    gone: str
    is_gone_chosen: bool
    """Whether the value of the firm that goes is offered first: the other has none."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge as the page lists it."""

    entry: Entry
    kept: str
    gone: str
    name: str
    may_undo: bool


def show(request: HttpRequest) -> HttpResponse:
    """Show the pairs of firms that may be one, and the latest merges."""
    demand(request.user, "view", "firms")
    pairs = duplicates(visible(request.user, "firms", Firm.objects.all()))
    return page(
        request,
        "desk/record_duplicates.html",
        Text("可能重复的企业", "Firms that may be one"),
        pairs=pairs,
        merges=_merges(request.user),
        may_merge=may(request.user, "merge", "firms"),
    )


def compare(request: HttpRequest, kept: str, gone: str) -> HttpResponse:
    """Lay two firms side by side; merge the second into the first when a reason is given."""
    firms = [record_for(request.user, "firms", key) for key in (kept, gone)]
    for firm in firms:
        demand(request.user, "merge", "firms", firm.zone_id)
    if kept == gone:
        raise Http404
    if request.method != "POST":
        return _side_by_side(request, *firms)
    reason = request.POST.get("why", "").strip()
    if not reason:
        return _side_by_side(request, *firms, sentences=[NEEDS_REASON])
    try:
        merge_firms(
            *firms,
            taken=_taken(request),
            versions=_versions(request, kept, gone),
            by=request.user,
            reason=reason,
        )
    except Conflict:
        return _side_by_side(request, *firms, sentences=[CHANGED_MEANWHILE])
    except InputError as error:
        return _side_by_side(
            request, *firms, sentences=[Text(one.say("zh"), one.say("en")) for one in error.faults]
        )
    messages.success(request, say(Text("已合并", "Merged")))
    return redirect(record_address("firms", kept))


def undo(request: HttpRequest, batch: str) -> HttpResponse:
    """Ask why a merge is to be taken back, and take it back."""
    merge = next((one for one in _merges(request.user) if one.entry.key == batch), None)
    if merge is None:
        raise Http404
    demand(request.user, "merge", "firms", merge.entry.zone_id or None)
    sentences: list[Text] = []
    reason = request.POST.get("why", "").strip()
    if request.method == "POST" and not reason:
        sentences = [NEEDS_REASON]
    elif request.method == "POST":
        try:
            undo_merge(batch, by=request.user, reason=reason)
            messages.success(request, say(Text("已撤销合并", "The merge was undone")))
            return redirect(record_address("firms", merge.gone))
        except InputError as error:
            sentences = [Text(fault.say("zh"), fault.say("en")) for fault in error.faults]
    title = Text("撤销合并", "Undo a merge")
    return page(
        request,
        "desk/record_unmerge.html",
        title,
        merge=merge,
        sentences=sentences,
        status=422 if sentences else 200,
    )


def _side_by_side(
    request: HttpRequest, kept: Firm, gone: Firm, *, sentences: list[Text] | None = None
) -> HttpResponse:
    counts: dict[str, int] = {}
    for ledger, _, _ in naming(gone):
        counts[ledger] = counts.get(ledger, 0) + 1
    return page(
        request,
        "desk/record_merge.html",
        Text("合并企业", "Merge firms"),
        status=422 if sentences else 200,
        kept=kept,
        gone=gone,
        choices=_choices(request.user, kept, gone),
        counts=counts,
        sentences=sentences or [],
        reason=request.POST.get("why", ""),
    )


def _choices(user: User, kept: Firm, gone: Firm) -> list[Choice]:
    rows = [row_of("firms", firm) for firm in (kept, gone)]
    names = names_in(user, "firms", rows)
    columns = all_columns("firms")
    return [
        Choice(
            columns[name],
            say_value(columns[name], rows[0], names, current()),
            say_value(columns[name], rows[1], names, current()),
            rows[0].get(name) is None,
        )
        for name in differing("firms", *rows)
        if name != "firm_id"
    ]


def _taken(request: HttpRequest) -> list[str]:
    return [name for name in all_columns("firms") if request.POST.get(f"take.{name}") == "gone"]


def _versions(request: HttpRequest, *keys: str) -> Mapping[str, int]:
    posted = zip(keys, request.POST.getlist("version"), strict=False)
    return {key: read_version(text) for key, text in posted}


def _merges(user: User) -> list[Merge]:
    where = scope(user, "view", "firms")
    entries = Entry.objects.filter(kind=MERGES, action="merge").order_by("-pk")[:LATEST_MERGES]
    return [_merge(user, entry) for entry in entries if where.covers(entry.zone_id or None)]


def _merge(user: User, entry: Entry) -> Merge:
    told: Any = json.loads(entry.after)
    may_undo = may(user, "merge", "firms", entry.zone_id or None) and not is_undone(entry.key)
    return Merge(entry, told["kept"], told["gone"], told["name"], may_undo)
