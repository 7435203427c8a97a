"""A place in a list: what its card says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from yinfeng.bulletins.pack import Fact
from yinfeng.core.text import Text
from yinfeng.web.portal import facts
from yinfeng.web.portal.addresses import place_address
from yinfeng.web.portal.answers import Hit
from yinfeng.web.portal.needs import area_text
from yinfeng.web.portal.public import PublicPlace
from yinfeng.web.portal.wording import Lack
from yinfeng.web.portal.zones import zone_names


@dataclass(frozen=True, slots=True)
class Card:
    """One place or bundle of a list."""

    offer: str
    name: str
    parts: tuple[tuple[str, str], ...]
    """Name and address of each parcel of a bundle; empty for a single place."""
    link: str
    zone_name: str
    kind: Text
    area: Text | None
    terms: tuple[Fact, ...]
    fresh: Text
    fading: date | None
    """The day it leaves the portal, if that is soon."""
    is_made_up: bool
    group: str = ""
    """How it answers the need; empty where none was said."""
    rank: int | None = None
    fits: tuple[Text, ...] = ()
    lacks: tuple[Lack, ...] = ()


def cards_of(hits: Iterable[Hit], query: str) -> list[Card]:
    """Give the cards of hits; query: the need, kept in their addresses."""
    hits = list(hits)
    names = zone_names(hit.zone_id for hit in hits)
    return [_of_hit(hit, names, query) for hit in hits]


def cards_of_places(places: Iterable[PublicPlace]) -> list[Card]:
    """Give the cards of places, looked at without a need."""
    return columns_of(places, {}, "")


def columns_of(places: Iterable[PublicPlace], hits: Mapping[str, Hit], query: str) -> list[Card]:
    """Give the cards of places that stand side by side; hits: how each answers the need, by id."""
    places = list(places)
    names = zone_names(place.values["zone_id"] for place in places)
    return [
        _of_hit(hits[place.id], names, query) if place.id in hits else _card(place.id, [place], names, query)
        for place in places
    ]


def _of_hit(hit: Hit, names: Mapping[str, str], query: str) -> Card:
    card = _card(hit.offer, list(hit.places), names, query)
    return replace(card, group=hit.group, rank=hit.rank, fits=hit.fits, lacks=hit.lacks)


def _card(offer: str, places: list[PublicPlace], names: Mapping[str, str], query: str) -> Card:
    first, areas = places[0], [place.free_m2 for place in places]
    known = [area for area in areas if area is not None]
    fading = [place.expires_on for place in places if place.is_fading]
    parts = tuple((place.name, place_address(place.id, query)) for place in places) if len(places) > 1 else ()
    return Card(
        offer=offer,
        name=" + ".join(place.name for place in places),
        parts=parts,
        link=place_address(first.id, query),
        zone_name=names.get(first.values["zone_id"], ""),
        kind=facts.kind_of(first),
        area=area_text(sum(known)) if len(known) == len(areas) else None,
        terms=facts.terms(first),
        fresh=facts.freshness(min(places, key=lambda place: place.values["verified_on"])),
        fading=min(fading, default=None),
        is_made_up=any(place.made_up for place in places),
    )
