"""The map beside the list of places: exactly the rows that match."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from yinfeng.tables.geojson import Located, feature_collection
from yinfeng.web.desk import list_state
from yinfeng.web.desk.asked import ask
from yinfeng.web.desk.list_state import State
from yinfeng.web.desk.listing import link_of
from yinfeng.web.zones.models import Zone
from yinfeng.web.zones.policy import visible

ANSWER_ROWS: Final = 5_000
"""Places in one answer; the map asks for the next by itself."""
ZONES: Final = "/desk/zones/map.json"
"""Address of the zones' outlines."""
_GEOJSON: Final = "application/geo+json; charset=utf-8"
_STATE: Final = {"vacant": "vacant", "partly_let": "part", "reserved": "reserved", "in_use": "taken"}
_FIELDS: Final = ("place_id", "place_name", "kind", "status", "boundary", "longitude", "latitude")


def places(request: HttpRequest) -> HttpResponse:
    """Give the places of a list as GeoJSON, in the order of their ids."""
    state = list_state.read("places", request.GET)
    asked = ask(request.user, replace(state, sort=""))
    start = (state.page - 1) * ANSWER_ROWS
    found = list(asked.rows.values_list(*_FIELDS)[start : start + ANSWER_ROWS + 1])
    more = list_state.but(state, page=state.page + 1) if len(found) > ANSWER_ROWS else ""
    body = feature_collection([_located(row) for row in found[:ANSWER_ROWS]], next_address=more)
    return HttpResponse(body, content_type=_GEOJSON)


def zones(request: HttpRequest) -> HttpResponse:
    """Give the outlines of the zones a user may see."""
    rows = visible(request.user, "zones", Zone.objects.exclude(boundary="").order_by("zone_id"))
    outlines = [
        Located({"name": name}, boundary, None, None)
        for name, boundary in rows.values_list("zone_name", "boundary")
    ]
    return HttpResponse(feature_collection(outlines), content_type=_GEOJSON)


def source(state: State) -> str:
    """Give the address of a list's places for its map: the view of the map itself takes none away."""
    query = list_state.written(
        replace(state, box="", columns=(), sort="", size=25, show="list", view="", page=1)
    )
    return f"/desk/places/map.json?{query}"


def _located(row: Sequence[Any]) -> Located:
    key, name, kind, status, boundary, longitude, latitude = row
    properties = {
        "key": key,
        "name": name or key,
        "kind": kind,
        "state": _STATE.get(status, "unknown"),
        "href": link_of("places", key),
    }
    return Located(properties, boundary, longitude, latitude)
