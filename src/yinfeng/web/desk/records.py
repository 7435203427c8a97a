"""Pages of a record: its facts, what is related to it; and the records that were deleted."""

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse

from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.record_facts import names_in, sections_of
from yinfeng.web.desk.record_page import record_page, zone_id_of
from yinfeng.web.desk.record_related import related
from yinfeng.web.frame.site import page
from yinfeng.web.language import current
from yinfeng.web.ledgers.access import record_for
from yinfeng.web.ledgers.actions import NEEDS_RIGHT
from yinfeng.web.ledgers.aliases import aliases_of
from yinfeng.web.ledgers.bridge import row_of
from yinfeng.web.ledgers.history import deleted
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.ledgers.search import words
from yinfeng.web.zones.policy import demand, may, scope, visible, who_may

MOST_SUGGESTED: Final = 12


def facts(request: HttpRequest, ledger: str, key: str) -> HttpResponse:
    """Show a record's facts."""
    record = record_for(request.user, ledger, key)
    row = row_of(ledger, record)
    names = names_in(request.user, ledger, [row])
    return record_page(
        request,
        ledger,
        record,
        "",
        sections=sections_of(ledger, row, names, current()),
        aliases=aliases_of(ledger, [key]).get(key, ()),
        keepers=_keepers(request.user, ledger, record),
    )


def _keepers(user: User, ledger: str, record: Any) -> "QuerySet[User] | None":
    """Give who may keep a record, to somebody who may choose; ledgers without keepers have none."""
    zone = zone_id_of(ledger, record)
    right = NEEDS_RIGHT.get((ledger, "keeper_id"))
    return who_may("change", ledger, zone) if right and may(user, right, ledger, zone) else None


def show_related(request: HttpRequest, ledger: str, key: str) -> HttpResponse:
    """Show what belongs to a record."""
    record = record_for(request.user, ledger, key)
    return record_page(request, ledger, record, "related", groups=related(request.user, ledger, record))


def show_deleted(request: HttpRequest, ledger: str) -> HttpResponse:
    """Show the records of a ledger that were deleted, each leading to its history."""
    demand(request.user, "view", ledger)
    where = scope(request.user, "view", ledger)
    entries = [entry for entry in deleted(ledger) if where.covers(entry.zone_id or None)]
    title = Text("已删除：{ledger}", "Deleted: {ledger}").format(ledger=LEDGER_LABEL[ledger])
    return page(request, "desk/record_deleted.html", title, entries=entries, ledger=ledger)


def suggest(request: HttpRequest, ledger: str) -> JsonResponse:
    """Give the records that what was typed may mean, only those the user may see."""
    held = HELD[ledger]
    rows = held.model._default_manager.none()
    if may(request.user, "view", ledger):
        rows = visible(request.user, ledger, held.model._default_manager.order_by(held.key))
    for word in words(request.GET.get("q", ""))[:5]:
        rows = rows.filter(search__contains=word)
    found = rows.values_list(held.key, held.name)[:MOST_SUGGESTED]
    return JsonResponse({"results": [{"key": key, "name": name} for key, name in found]})
