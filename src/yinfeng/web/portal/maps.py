"""Places as GeoJSON for the map."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import shapely

from yinfeng.core.matching.offers import parts_of
from yinfeng.tables.geojson import Located, feature_collection
from yinfeng.web.portal import public
from yinfeng.web.portal.addresses import place_address
from yinfeng.web.portal.public import PublicPlace
from yinfeng.web.portal.zones import outlines

_STATE: Final = {"vacant": "vacant", "partly_let": "part"}


def of_offers(offers: Sequence[str], *, fit: str, query: str = "") -> str:
    """Give offers as GeoJSON, ranked in their order, those that are public; fit: as the map names it."""
    places = {place.id: place for place in public.among(part for offer in offers for part in parts_of(offer))}
    there = [(rank, offer) for rank, offer in enumerate(offers, 1) if places.keys() >= set(parts_of(offer))]
    return feature_collection(
        [
            _located(offer, [places[part] for part in parts_of(offer)], query, {"rank": rank, "fit": fit})
            for rank, offer in there
        ]
    )


def of_places(places: Iterable[PublicPlace], query: str = "") -> str:
    """Give places as GeoJSON, without ranks."""
    return feature_collection([_located(place.id, [place], query, {}) for place in places])


def of_zones(ids: Sequence[str]) -> str:
    """Give the outlines of zones with places on offer as GeoJSON; ids: of these only, if any."""
    return feature_collection([Located({"name": name}, edge, None, None) for name, edge in outlines(ids)])


def _located(key: str, places: Sequence[PublicPlace], query: str, more: Mapping[str, object]) -> Located:
    first = places[0].values
    properties: dict[str, object] = {
        "key": key,
        "name": " + ".join(place.name for place in places),
        "kind": first["kind"] or "land",
        "state": _STATE.get(first["status"], "unknown"),
        "href": place_address(places[0].id, query),
        **more,
    }
    return Located(properties, _outline(places), first["longitude"], first["latitude"])


def _outline(places: Sequence[PublicPlace]) -> str | None:
    """Give the outline of a place, or of the parcels of a bundle as one."""
    edges = [place.values["boundary"] for place in places if place.values["boundary"]]
    if len(edges) < 2:
        return edges[0] if edges else None
    return str(shapely.union_all(shapely.from_wkt(edges, on_invalid="ignore")).wkt)
