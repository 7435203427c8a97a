"""Searching all ledgers at once: a page, and the fragment that Ctrl+K shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.list_state import LONGEST_SEARCH
from yinfeng.web.desk.listing import link_of
from yinfeng.web.frame.site import page
from yinfeng.web.language import say
from yinfeng.web.ledgers.queries import rows_within
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.ledgers.search import folded, words
from yinfeng.web.zones.policy import LEDGERS, scope

EACH: Final = 8
"""As many records of each ledger are shown."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found."""

    label: Text
    """Its ledger."""
    key: str
    name: str
    link: str
    is_exact: bool
    changed_at: datetime


def search(request: HttpRequest) -> HttpResponse:
    """Show what is found; without words, what was changed last."""
    typed = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    context = {"hits": find(request.user, typed), "ledgers": _ledgers(request.user), "typed": typed}
    if request.htmx:
        return render(request, "desk/list_hits.html", context)
    return page(request, "desk/list_search.html", Text("搜索", "Search"), **context)


def find(user: User, typed: str) -> list[Hit]:
    """Give the records a user may see with every word: exact ids first, then the latest changed."""
    hits = [hit for ledger in LEDGERS for hit in _hits(user, ledger, typed)]
    return sorted(hits, key=lambda hit: (hit.is_exact, hit.changed_at), reverse=True)


def _hits(user: User, ledger: str, typed: str) -> Iterator[Hit]:
    where = scope(user, "view", ledger)
    if not where:
        return
    held = HELD[ledger]
    rows = rows_within(ledger, where)
    for word in words(typed):
        rows = rows.filter(search__contains=word)
    found = rows.order_by("-changed_at", held.key).values_list(held.key, held.name, "changed_at")[:EACH]
    for key, name, changed_at in found:
        is_exact = folded(key) == folded(typed)
        yield Hit(LEDGER_LABEL[ledger], key, name, link_of(ledger, key), is_exact, changed_at)


def _ledgers(user: User) -> list[tuple[str, str]]:
    """Give the ledgers to search further in."""
    seen = [ledger for ledger in LEDGERS if scope(user, "view", ledger)]
    return [(say(LEDGER_LABEL[ledger]), ledger) for ledger in seen]
