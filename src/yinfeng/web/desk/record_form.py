"""Entering and changing a record by a form made from the dictionary; what to do when two change one."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from yinfeng.core.errors import Fault, InputError
from yinfeng.core.text import Text
from yinfeng.tables.entry import Entered, read_entry
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.record_facts import names_in, say_value
from yinfeng.web.desk.record_fields import (
    changed_in,
    known_by,
    read_changes,
    say_text,
    sections_for,
    texts_of,
    typed_in,
)
from yinfeng.web.desk.record_page import name_of, record_page, zone_id_of
from yinfeng.web.frame.fields import read_version
from yinfeng.web.frame.site import page
from yinfeng.web.language import current, say
from yinfeng.web.ledgers.access import record_for
from yinfeng.web.ledgers.actions import NEEDS_RIGHT, Conflict, Write, write
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.bridge import as_held, content_of, row_of
from yinfeng.web.ledgers.history import Step, steps
from yinfeng.web.ledgers.queries import all_columns
from yinfeng.web.ledgers.registry import HELD, columns
from yinfeng.web.zones.policy import demand, may


@dataclass(frozen=True, slots=True)
class Clash:
    """A column that somebody else changed meanwhile, or that was typed: its three values, to choose from."""

    name: str
    label: Text
    seen: str
    held: str
    typed: str
    """As it was typed, to be sent again."""
    said: str
    """As it was typed, in words."""
    by: str
    at: datetime.datetime | None
    is_typed: bool
    is_moved: bool


def add(request: HttpRequest, ledger: str) -> HttpResponse:
    """Show an empty form; enter the record it holds."""
    demand(request.user, "add", ledger)
    if request.method != "POST":
        return _empty_form(request, ledger, typed_in(ledger, request.GET), ())
    typed = typed_in(ledger, request.POST)
    read = read_entry(ledger, {column.name: typed.get(column.name, "") for column in columns(ledger)})
    if read.errors:
        return _empty_form(request, ledger, typed, read.faults)
    try:
        new = Write("add", "", as_held(read.values))
        entries = write(ledger, [new], by=request.user, reason=_reason(request))
    except InputError as error:
        return _empty_form(request, ledger, typed, error.faults)
    _tell(request, Text("已新建", "Added"), read.faults)
    return redirect(record_address(ledger, entries[0].key))


def edit(request: HttpRequest, ledger: str, key: str) -> HttpResponse:
    """Show a record's form; save what was changed in it, unless somebody else was quicker."""
    record = record_for(request.user, ledger, key)
    demand(request.user, "change", ledger, zone_id_of(ledger, record))
    before = texts_of(ledger, row_of(ledger, record))
    if request.method != "POST":
        return _form(request, ledger, record, before, ())
    typed = _chosen(ledger, request.POST)
    if request.POST.get("version") != str(record.version):
        return _conflict(request, ledger, record, typed)
    read = read_changes(ledger, before, typed)
    if read.errors:
        return _form(request, ledger, record, {**before, **typed}, read.faults)
    return _save(request, ledger, record, typed, read)


def _save(
    request: HttpRequest, ledger: str, record: Any, typed: Mapping[str, str], read: Entered
) -> HttpResponse:
    key = getattr(record, HELD[ledger].key)
    change = Write("change", key, read.values, record.version)
    try:
        entries = write(ledger, [change], by=request.user, reason=_reason(request))
    except Conflict:
        return _conflict(request, ledger, record_for(request.user, ledger, key), typed)
    except InputError as error:
        texts = {**texts_of(ledger, row_of(ledger, record)), **typed}
        return _form(request, ledger, record, texts, error.faults)
    done = Text("已保存", "Saved") if entries else Text("没有改动", "Nothing was changed")
    _tell(request, done, read.faults)
    return redirect(record_address(ledger, key))


def _empty_form(
    request: HttpRequest, ledger: str, texts: Mapping[str, str], faults: Sequence[Fault]
) -> HttpResponse:
    title = Text("新建：{ledger}", "New: {ledger}").format(ledger=LEDGER_LABEL[ledger])
    return page(
        request,
        "desk/record_new.html",
        title,
        status=_status(faults),
        ledger=ledger,
        sections=sections_for(ledger, texts, faults, _beyond(request.user, ledger, None)),
        faults=faults,
        reason=_reason(request),
    )


def _form(
    request: HttpRequest, ledger: str, record: Any, texts: Mapping[str, str], faults: Sequence[Fault]
) -> HttpResponse:
    beyond = _beyond(request.user, ledger, zone_id_of(ledger, record))
    return record_page(
        request,
        ledger,
        record,
        "edit",
        status=_status(faults),
        sections=sections_for(ledger, texts, faults, known_by(ledger) | beyond),
        faults=faults,
        reason=_reason(request),
    )


def _conflict(request: HttpRequest, ledger: str, record: Any, typed: Mapping[str, str]) -> HttpResponse:
    return record_page(
        request,
        ledger,
        record,
        "conflict",
        status=409,
        clashes=_clashes(request.user, ledger, record, typed, request.POST.get("version", "")),
        reason=_reason(request),
    )


def _clashes(user: User, ledger: str, record: Any, typed: Mapping[str, str], version: str) -> list[Clash]:
    """Give the columns that were typed or moved since a version, those that need a decision first."""
    now = content_of(ledger, record)
    since = _since(ledger, record, version)
    seen = (since[-1].before or {}) if since else now
    typed_columns = changed_in(texts_of(ledger, seen), typed)
    moved = {column: step for step in reversed(since) for column in step.columns}
    names = names_in(user, ledger, [now, seen])
    people = {step.entry.by: name_of(step.entry.by) for step in moved.values()}
    clashes = []
    for name, column in all_columns(ledger).items():
        if name in typed_columns or name in moved:
            step = moved.get(name)
            clashes.append(
                Clash(
                    name,
                    column.label,
                    say_value(column, seen, names, current()),
                    say_value(column, now, names, current()),
                    typed[name] if name in typed_columns else "",
                    say_text(column, typed.get(name, "")).of(current()),
                    people[step.entry.by] if step else "",
                    step.entry.at if step else None,
                    name in typed_columns,
                    step is not None,
                )
            )
    return sorted(clashes, key=lambda clash: not (clash.is_typed and clash.is_moved))


def _since(ledger: str, record: Any, version: str) -> Sequence[Step]:
    """Give the changes made since a version, the newest first: each change is one version."""
    seen = read_version(version)
    passed = record.version - seen if seen else 0
    return steps(ledger, getattr(record, HELD[ledger].key), record)[:passed] if passed > 0 else ()


def _chosen(ledger: str, posted: QueryDict) -> dict[str, str]:
    """Give what was typed, without the columns that were left to others on the page of a conflict."""
    typed = typed_in(ledger, posted)
    return {name: text for name, text in typed.items() if posted.get(f"keep.{name}") != "held"}


def _beyond(user: User, ledger: str, zone_id: str | None) -> frozenset[str]:
    """Name the columns whose change takes a right the user has not."""
    needed = [(name, right) for (where, name), right in NEEDS_RIGHT.items() if where == ledger]
    return frozenset(name for name, right in needed if not may(user, right, ledger, zone_id))


def _reason(request: HttpRequest) -> str:
    return request.POST.get("why", "").strip()


def _status(faults: Sequence[Fault]) -> int:
    return 422 if faults else 200


def _tell(request: HttpRequest, done: Text, faults: Sequence[Fault]) -> None:
    """Say what was done, and what of it should be looked at again."""
    messages.success(request, say(done))
    for fault in faults:
        messages.warning(request, fault.say(current()))
