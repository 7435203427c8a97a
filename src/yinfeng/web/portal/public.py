"""What the public may see: the one query that every public door asks, and the columns that leave by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from yinfeng.core.matching.policy import Policy
from yinfeng.tables.policy import read_policy
from yinfeng.tables.schema import load
from yinfeng.web.places import freshness
from yinfeng.web.places.models import Place

COLUMNS: Final = (
    "place_id", "place_name", "zone_id", "kind", "part_of_id", "status", "area_m2", "let_area_m2",
    "divisible", "smallest_share_m2", "plot_area_m2", "land_use", "allowed_industries",
    "barred_industries", "min_intensity_wan_mu", "min_tax_wan_mu", "fire_class", "clear_height_m",
    "floor_load_t_m2", "crane_t", "storeys", "ground_floor", "power_kva", "water_t_d", "gas_m3_yr",
    "steam_t_h", "rail", "available_on", "rent_yuan_m2_month", "price_wan_mu", "verified_on", "products",
    "processes", "capacity", "longitude", "latitude", "boundary",
)  # fmt: skip
"""All that is ever shown of a place: no owner, title, mortgage, reservation, note, source or staff."""

ON_OFFER: Final = ("vacant", "partly_let")
_KEPT: Final = (*COLUMNS, "recheck_on", "synthetic")
_WHOLE_ROW: Final = frozenset({"全部", "all"})


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """A place as the public sees it; nothing else of it leaves this module for a page."""

    values: dict[str, Any]
    """By `COLUMNS`; None where the ledger does not say."""
    expires_on: date
    """The last day it is shown unless somebody sees it again."""
    made_up: frozenset[str]
    """Columns that hold made-up values."""

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.values["place_id"])

    @property
    def name(self) -> str:
        """Its name, or its id where it has none."""
        return str(self.values["place_name"] or self.id)

    @property
    def free_m2(self) -> float | None:
        """What of its area is not let [m²]."""
        area = self.values["area_m2"]
        return None if area is None else max(0.0, area - (self.values["let_area_m2"] or 0.0))

    @property
    def is_fading(self) -> bool:
        """Tell whether it leaves the portal soon unless somebody sees it again."""
        return self.expires_on - today() <= timedelta(freshness.FADING_DAYS)


def public_places() -> "QuerySet[Place]":
    """Give the places that the public may see: released, on offer, and seen on site in time."""
    return Place.objects.filter(freshness.holds(today()), is_released=True, status__in=ON_OFFER)


def shown(places: "QuerySet[Place]") -> list[PublicPlace]:
    """Give public places as they may be shown, in their order or by id.

    places: narrowed from `public_places`.
    """
    rows = places if places.ordered else places.order_by("place_id")
    return [_public(dict(row)) for row in rows.values(*_KEPT)]


def among(ids: Iterable[str]) -> list[PublicPlace]:
    """Give those of some ids that are public, in the order named, each once."""
    wanted = list(dict.fromkeys(ids))
    found = {place.id: place for place in shown(public_places().filter(place_id__in=wanted))}
    return [found[name] for name in wanted if name in found]


def lines_in(ids: Sequence[str]) -> list[PublicPlace]:
    """Give the public production lines that stand in buildings of these ids."""
    return shown(public_places().filter(kind="line", part_of_id__in=ids))


def today() -> date:
    """Give the day it is where the zone is."""
    return timezone.localdate()


def policy() -> Policy:
    """Give the zone's policy of today."""
    return _policy(today())


@lru_cache(maxsize=2)
def _policy(day: date) -> Policy:
    return read_policy(freshness.rulebook_name(), day)


def _public(row: dict[str, Any]) -> PublicPlace:
    recheck_on, synthetic = row.pop("recheck_on"), row.pop("synthetic")
    expires_on = freshness.holds_until(row["verified_on"], recheck_on, freshness.recheck_days(today()))
    assert expires_on is not None  # a public place was seen
    values = {name: None if value in ("", []) else value for name, value in row.items()}
    return PublicPlace(values, expires_on, _made_up(synthetic))


def _made_up(said: Sequence[str]) -> frozenset[str]:
    """Give the public columns among those a row names as made up, by name or by label."""
    if not _WHOLE_ROW.isdisjoint(said):
        return frozenset(COLUMNS)
    named = {
        column.name
        for column in load("places").columns
        if not {column.name, column.label.zh}.isdisjoint(said)
    }
    return frozenset(named) & frozenset(COLUMNS)
