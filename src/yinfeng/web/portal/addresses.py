"""Addresses of the portal's pages, with what was asked kept in them."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.urls import reverse


def place_address(place_id: str, query: str = "") -> str:
    """Give the address of a place's page; query: the need it is looked at with."""
    return _with(reverse("portal-place", args=[place_id]), query)


def query_of(typed: Mapping[str, str], **more: object) -> str:
    """Write a need, and what else a page is asked for, as the query of an address; blanks are left out."""
    told = [(name, value) for name, value in typed.items() if value]
    return urlencode(told + [(name, str(value)) for name, value in more.items() if value not in ("", None)])


def chosen_query(offers: Iterable[str], typed: Mapping[str, str]) -> str:
    """Write chosen places and a need as a query."""
    return urlencode([("place", offer) for offer in offers] + list(typed.items()))


def zone_query(zone_ids: Iterable[str]) -> str:
    """Write zones as a query, each once."""
    return urlencode([("zone", zone) for zone in dict.fromkeys(zone_ids)])


def page_links(address: str, query: str, *, page: int, last: int) -> list[tuple[int, str]]:
    """Give page numbers with addresses: the first, the last, those around; an empty address is a gap."""
    near = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    links: list[tuple[int, str]] = []
    for before, number in zip([0, *near], near, strict=False):
        if number - before > 1:
            links.append((number - 1, ""))
        links.append((number, _with(address, "&".join(filter(None, (query, f"page={number}"))))))
    return links


def _with(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address
