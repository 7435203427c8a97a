"""The list page of a ledger."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.desk import conditions, list_map, list_state, saved_views
from yinfeng.web.desk.asked import ask
from yinfeng.web.desk.list_state import State, but
from yinfeng.web.desk.listing import Listing, listing
from yinfeng.web.frame.site import page
from yinfeng.web.language import current
from yinfeng.web.zones.policy import may

PAGES_AROUND: Final = 2
MAIN_RANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "zones": ("approved_on",),
    "places": ("area_m2", "clear_height_m", "power_kva", "available_on", "verified_on"),
    "projects": ("land_min_mu", "floor_min_m2", "fixed_investment_wan", "power_kva", "needed_on"),
    "quotas": ("capacity", "used"),
    "pins": ("decided_on",),
}
"""Ranges that every list offers; any other in force is shown too."""


def index(request: HttpRequest, ledger: str) -> HttpResponse:
    """Show the list of a ledger."""
    if not request.GET and (view := saved_views.first_screen(request.user, ledger)):
        return redirect(saved_views.address(view))
    state = list_state.read(ledger, request.GET)
    address = list_state.written(state)
    if QueryDict(address) != request.GET and not request.htmx:
        return redirect(f"{request.path}?{address}".removesuffix("?"))
    asked = ask(request.user, state)
    response = page(request, "desk/list.html", LEDGER_LABEL[ledger], **_context(listing(asked)))
    response["HX-Push-Url"] = f"{request.path}?{address}".removesuffix("?")
    return response


def _context(shown: Listing) -> dict[str, Any]:
    asked, state = shown.asked, shown.asked.state
    views = saved_views.tabs(asked.user, state)
    return {
        "listing": shown,
        "state": state,
        "ledger": state.ledger,
        "total": f"{shown.total:,}",
        "query": list_state.written(state),
        "faults": [fault.say(current()) for fault in asked.faults],
        "conditions": conditions.conditions(state, asked.tree),
        "scope": conditions.scope_text(asked.where, asked.tree),
        "ranges": conditions.range_fields(state, MAIN_RANGES.get(state.ledger, ())),
        "column_choices": conditions.column_choices(state),
        "views": views,
        **_links(state, shown.last_page, has_first_screen=saved_views.has_first_screen(asked.user, views)),
        **_map(state),
        **_rights(asked.user, state.ledger),
    }


def _links(state: State, last: int, *, has_first_screen: bool) -> dict[str, Any]:
    """Give the addresses of the page; without conditions it must not turn into a role's first screen."""
    none = "0" if has_first_screen else ""
    whole = State(state.ledger, view=none)
    kept = replace(state, search="", chosen={}, ranges={}, page=1)
    return {
        "all_link": f"/desk/{state.ledger}/?{list_state.written(whole)}".removesuffix("?"),
        "bare": but(state, search="", chosen={}, ranges={}, box="", area="", keeper="", named=(), view=none),
        "default_columns": but(state, columns=()),
        "kept": parse_qsl(list_state.written(kept)),
        "kept_but_columns": parse_qsl(list_state.written(replace(state, columns=(), page=1))),
        "pages": _pages(state, last),
        "previous_page": but(state, page=state.page - 1),
        "next_page": but(state, page=state.page + 1),
        "sizes": [(size, but(state, size=size), size == state.size) for size in list_state.SIZES],
    }


def _pages(state: State, last: int) -> list[tuple[int, str, bool]]:
    """Give the page numbers to offer, with addresses and whether some are left out before them."""
    around = range(state.page - PAGES_AROUND, state.page + PAGES_AROUND + 1)
    numbers = sorted({1, last, *(number for number in around if 1 <= number <= last)})
    return [
        (number, but(state, page=number), number - before > 1) for before, number in pairwise([0, *numbers])
    ]


def _map(state: State) -> dict[str, Any]:
    if state.ledger != "places":
        return {}
    labels = {"list": Text("列表", "List"), "both": Text("列表和地图", "Both"), "map": Text("地图", "Map")}
    return {
        "shows": [(label, but(state, show=show), show == state.show) for show, label in labels.items()],
        "map_source": list_map.source(state),
        "map_zones": list_map.ZONES,
        "tiles": settings.TILES_URL,
    }


def _rights(user: User, ledger: str) -> dict[str, bool]:
    actions = ("add", "change", "import", "export", "export_all", "merge", "restore")
    return {f"may_{action}": may(user, action, ledger) for action in actions}
