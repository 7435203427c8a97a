"""Who may come to a place: what the place itself asks, and what follows from its zone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from yinfeng.core.matching.facts import Places
from yinfeng.core.units import from_engine
from yinfeng.web.portal.market import facts_about
from yinfeng.web.portal.public import PublicPlace, policy, public_places

_FLOORS: Final = ("min_intensity_wan_mu", "min_tax_wan_mu")


def with_zone(places: Sequence[PublicPlace]) -> tuple[PublicPlace, ...]:
    """Fill in what places take over from their zones: floors per mu, industries admitted and barred."""
    ids = [place.id for place in places if place.values["kind"] != "line"]
    judged = facts_about(public_places().filter(place_id__in=ids), policy()).places
    return tuple(
        replace(place, values=place.values | _taken_over(judged, judged.id.index(place.id)))
        if place.id in judged.id
        else place
        for place in places
    )


def _taken_over(places: Places, j: int) -> dict[str, Any]:
    allowed, barred = places.key["industries"][j]
    floors = {
        column: from_engine(int(places.number[column].value[j]), "wan_per_mu")
        if places.number[column].known[j]
        else None
        for column in _FLOORS
    }
    # A zone and a place in it may each name whom they admit; both must.
    both = (
        [code for code in allowed[0] if all(code.startswith(others) for others in allowed[1:])]
        if allowed
        else []
    )
    return floors | {"allowed_industries": both or None, "barred_industries": list(barred) or None}
