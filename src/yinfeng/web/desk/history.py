"""The history of every field of a record, and putting back what was."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from yinfeng.core.errors import InputError
from yinfeng.core.text import Lang, Text
from yinfeng.tables.schema import LEDGER_LABEL, Column
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.desk.record_facts import Names, names_in, say_value
from yinfeng.web.desk.record_page import name_of, record_page
from yinfeng.web.desk.record_steps import CHANGED_MEANWHILE, NEEDS_REASON
from yinfeng.web.frame.fields import read_version
from yinfeng.web.frame.site import page
from yinfeng.web.language import current, say
from yinfeng.web.ledgers.access import record_for
from yinfeng.web.ledgers.actions import Conflict
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.bridge import Row, content_of
from yinfeng.web.ledgers.history import Step, differing, steps
from yinfeng.web.ledgers.queries import all_columns
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.ledgers.restoring import bring_back, restore_columns
from yinfeng.web.zones.policy import demand, may, scope
from yinfeng.web.zones.words import action_label

ENTRIES_ON_PAGE: Final = 30

DONE: Final = {
    "add": Text("新建", "Added"),
    "change": Text("修改", "Changed"),
    "delete": Text("删除", "Deleted"),
    "restore": Text("恢复", "Restored"),
    "import": Text("导入", "Imported"),
    "undo": Text("撤销", "Undone"),
    "merge": Text("合并", "Merged"),
    "comment": Text("备注", "Remark"),
    "decide": Text("决定", "Decided"),
}
"""How the pages name what an entry did; others by their own word."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after."""

    column: Column
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as the page tells it."""

    entry: Entry
    done: Text
    by: str
    differences: tuple[Difference, ...]
    is_newest: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to put back."""

    ledger: str
    key: str
    record: Any | None
    """As it is now; None where it was deleted."""
    step: Step
    field: str
    """Empty: the whole record."""
    now: Row
    then: Row
    columns: tuple[str, ...]
    """That would change."""


def show(request: HttpRequest, ledger: str, key: str) -> HttpResponse:
    """Show the history of a record, of all its fields or of one; of a deleted one too."""
    record, found = _found(request.user, ledger, key)
    column = request.GET.get("field", "")
    wanted = [step for step in found if not column or column in step.columns]
    shown = Paginator(wanted, ENTRIES_ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "told": tell(request.user, ledger, list(shown), newest=found[0] if found else None, only=column),
        "pages": shown,
        "fields": [all_columns(ledger)[name] for name in _ever_changed(ledger, found)],
        "field": column,
    }
    if record is not None:
        return record_page(request, ledger, record, "history", **context)
    zone = found[0].entry.zone_id or None
    context |= {"ledger": ledger, "key": key, "may_restore": may(request.user, "restore", ledger, zone)}
    context |= {"ledger_label": LEDGER_LABEL[ledger]}
    return page(
        request, "desk/record_gone.html", Text("已删除：{key}", "Deleted: {key}").format(key=key), **context
    )


def restore(request: HttpRequest, ledger: str, key: str, entry: int) -> HttpResponse:
    """Show what putting back a field, or the whole record, would change; do it when a reason is given."""
    wish = _wish(request.user, ledger, key, entry, request.GET.get("field", ""))
    demand(request.user, "restore", ledger, wish.step.entry.zone_id or None)
    if request.method != "POST":
        return _ask(request, wish)
    reason, version = request.POST.get("why", "").strip(), request.POST.get("version", "")
    if not reason:
        return _ask(request, wish, 422, [NEEDS_REASON])
    try:
        _put_back(wish, version, by=request.user, reason=reason)
    except Conflict:
        return _ask(request, wish, 409, [CHANGED_MEANWHILE])
    except InputError as error:
        return _ask(request, wish, 422, [Text(fault.say("zh"), fault.say("en")) for fault in error.faults])
    messages.success(request, say(Text("已恢复", "Restored")))
    return redirect(record_address(ledger, key))


def tell(
    user: User, ledger: str, found: Sequence[Step], *, newest: Step | None, only: str = ""
) -> list[Told]:
    """Give steps in words, names by name and codes by label."""
    rows = [row for step in found for row in (step.before, step.after) if row is not None]
    names = names_in(user, ledger, rows)
    people = _people(step.entry.by for step in found)
    return [
        Told(
            step.entry,
            DONE.get(step.entry.action, action_label(step.entry.action)),
            people.get(step.entry.by, step.entry.by),
            tuple(
                _difference(ledger, name, step.before or {}, step.after or {}, names, current())
                for name in step.columns
                if not only or name == only
            ),
            step is newest,
        )
        for step in found
    ]


def _found(user: User, ledger: str, key: str) -> tuple[Any | None, tuple[Step, ...]]:
    """Give a record with its history; of a deleted one the history alone, where its zone may be seen."""
    held = HELD[ledger]
    is_there = held.model._default_manager.filter(**{held.key: key}).exists()
    record = record_for(user, ledger, key) if is_there else None
    demand(user, "view", ledger)
    found, where = steps(ledger, key, record), scope(user, "view", ledger)
    if record is None and not (found and where.covers(found[0].entry.zone_id or None)):
        raise Http404(f"{ledger} {key}")
    # what a record was in a zone out of sight stays there
    return record, tuple(step for step in found if where.covers(step.entry.zone_id or None))


def _wish(user: User, ledger: str, key: str, entry: int, field: str) -> Wish:
    """Give what an entry lets one put back: a field as it was before it, the record as it left it."""
    record, found = _found(user, ledger, key)
    step = next((step for step in found if step.entry.pk == entry), None)
    if step is None:
        raise Http404
    then = (step.before if field or step.after is None else step.after) or {}
    now = {} if record is None else content_of(ledger, record)
    columns = differing(ledger, now, then, {field} if field else None)
    kept = tuple(name for name in columns if record is None or name != HELD[ledger].key)
    return Wish(ledger, key, record, step, field, now, then, kept)


def _put_back(wish: Wish, version: str, *, by: User, reason: str) -> None:
    if wish.record is None:
        zone_id = wish.step.entry.zone_id or None
        bring_back(wish.ledger, wish.then, zone_id=zone_id, by=by, reason=reason)
        return
    seen = read_version(version)
    restore_columns(wish.ledger, wish.key, wish.then, wish.columns, version=seen, by=by, reason=reason)


def _ask(request: HttpRequest, wish: Wish, status: int = 200, sentences: Sequence[Text] = ()) -> HttpResponse:
    names = names_in(request.user, wish.ledger, [wish.now, wish.then])
    context = {
        "wish": wish,
        "differences": [
            _difference(wish.ledger, name, wish.now, wish.then, names, current()) for name in wish.columns
        ],
        "by": name_of(wish.step.entry.by),
        "sentences": sentences,
        "reason": request.POST.get("why", ""),
    }
    if wish.record is not None:
        return record_page(request, wish.ledger, wish.record, "restore", status=status, **context)
    title = Text("恢复已删除的记录：{key}", "Bring back: {key}").format(key=wish.key)
    return page(request, "desk/record_bring_back.html", title, status=status, **context)


def _difference(ledger: str, name: str, before: Row, after: Row, names: Names, lang: Lang) -> Difference:
    column = all_columns(ledger)[name]
    return Difference(column, say_value(column, before, names, lang), say_value(column, after, names, lang))


def _ever_changed(ledger: str, found: Sequence[Step]) -> list[str]:
    changed = {name for step in found for name in step.columns}
    return [name for name in all_columns(ledger) if name in changed]


def _people(usernames: Any) -> dict[str, str]:
    return {user.username: str(user) for user in User.objects.filter(username__in=set(usernames))}
