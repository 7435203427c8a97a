"""Which Django model holds which ledger, and by what it is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from django.db import models

from yinfeng.tables import schema
from yinfeng.tables.schema import Column
from yinfeng.web.firms.models import Firm
from yinfeng.web.places.models import Place
from yinfeng.web.projects.models import Pin, Project
from yinfeng.web.zones.models import Quota, Zone


@dataclass(frozen=True, slots=True)
class Held:
    """How a ledger is held."""

    ledger: str
    model: type[models.Model]
    key: str
    """Field a record is known by in addresses and in the trail."""
    name: str
    """Field that names it to people."""
    zone: str
    """Field with the id of the zone it belongs to."""
    facets: tuple[str, ...]
    """Columns to narrow lists by, each with counts."""
    columns: tuple[str, ...]
    """Columns a list shows unless others are chosen."""
    own: tuple[str, ...] = ()
    """Fields kept beside the dictionary's columns that people may change: the trail covers them too."""


HELD: Final[Mapping[str, Held]] = MappingProxyType(
    {
        held.ledger: held
        for held in (
            Held(
                "zones", Zone, "zone_id", "zone_name", "zone_id",
                facets=("zone_kind", "level", "province", "city"),
                columns=("zone_id", "zone_name", "zone_kind", "level", "part_of", "leading_industries"),
            ),
            Held(
                "firms", Firm, "firm_id", "firm_name", "zone_id",
                facets=("zone_id", "seeks_space"),
                columns=("firm_id", "firm_name", "zone_id", "industry_code", "products", "by_products"),
            ),
            Held(
                "places", Place, "place_id", "place_name", "zone_id",
                facets=("zone_id", "kind", "status", "owner_kind", "land_use", "is_released"),
                columns=(
                    "place_id", "place_name", "zone_id", "kind", "status", "area_m2", "clear_height_m",
                    "power_kva", "verified_on",
                ),
                own=("keeper_id", "recheck_on", "is_released"),
            ),
            Held(
                "projects", Project, "project_id", "project_name", "zone_id",
                facets=("zone_id", "stage", "must_place"),
                columns=(
                    "project_id", "project_name", "firm", "stage", "industry_code", "land_min_mu",
                    "floor_min_m2", "fixed_investment_wan",
                ),
                own=("keeper_id",),
            ),
            Held(
                "quotas", Quota, "quota_id", "quota_id", "zone_id",
                facets=("zone_id", "scope_kind", "resource"),
                columns=("quota_id", "scope_kind", "scope", "resource", "capacity", "used", "valid_year"),
            ),
            Held(
                "pins", Pin, "pin_key", "pin_key", "zone_id",
                facets=("zone_id", "action"),
                columns=("project_id", "place_id", "action", "decided_by", "decided_on", "reason"),
            ),
        )
    }
)  # fmt: skip


@cache
def attribute(ledger: str, column: str) -> str:
    """Give the attribute of the model that holds a column: a reference is held by its id."""
    model = HELD[ledger].model
    name = column.removesuffix("_id") if column.endswith("_id") else column
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.name in {name, column}:
            return field.attname
    return column


@cache
def is_bound(ledger: str, column: str) -> bool:
    """Tell whether the database itself holds a reference to its record; others may lead ahead of an entry."""
    bound = {f.attname for f in HELD[ledger].model._meta.get_fields() if isinstance(f, models.ForeignKey)}
    return attribute(ledger, column) in bound or (ledger, column) == ("pins", "place_id")


@cache
def columns(ledger: str) -> tuple[Column, ...]:
    """Give the dictionary's columns of a ledger."""
    return schema.load(ledger).columns


def find(ledger: str, key: str) -> Any:
    """Give a record by its key; raises the model's DoesNotExist."""
    held = HELD[ledger]
    return held.model._default_manager.get(**{held.key: key})
