"""A made-up zone in plain sight: facts for tests, with only what a test says being special."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from yinfeng.core.matching.facts import (
    Facts,
    Firm,
    Keys,
    Lines,
    Numbers,
    Override,
    Places,
    Projects,
    Quota,
    Zone,
)
from yinfeng.core.matching.policy import ByProductPrice, Link, Policy

AS_OF = date(2024, 2, 29).toordinal()

PROJECT_NUMBERS = (
    "land_min_mu", "land_max_mu", "land_wish_mu", "floor_min_m2", "floor_max_m2", "floor_wish_m2",
    "fixed_investment_wan", "tax_wan_yr", "value_added_wan_yr", "fire_class", "clear_height_m",
    "floor_load_t_m2", "crane_t", "ground_floor", "power_kva", "energy_tce_yr", "water_t_d", "gas_m3_yr",
    "steam_t_h", "cod_t_yr", "nh3n_t_yr", "so2_t_yr", "nox_t_yr", "voc_t_yr", "rail", "needed_on",
    "is_chemical", "rent_ceiling_yuan_m2_month", "price_ceiling_wan_mu",
)  # fmt: skip
PLACE_NUMBERS = (
    "area_m2", "gross_area_m2", "smallest_share_m2", "plot_area_m2", "clear_height_m", "floor_load_t_m2",
    "crane_t", "power_kva", "water_t_d", "gas_m3_yr", "steam_t_h", "rent_yuan_m2_month", "price_wan_mu",
    "fire_class", "ground_floor", "rail", "is_chemical_park", "available_on", "idle_since",
    "min_intensity_wan_mu", "min_tax_wan_mu",
)  # fmt: skip

POLICY = Policy(
    name="test",
    as_of=AS_OF,
    tax_weight=1.0,
    value_added_weight=0.1,
    horizon_months=120,
    build_months={"land": 18, "building": 6},
    reuse_yuan_m2_yr={"land": 1.5, "building": 4.0},
    reuse_cap_years=10,
    annuity_factor=0.13,
    upgrade_share=0.4,
    space_yuan_m2={"land": 3.0, "building": 6.0},
    chain_yuan_firm=200_000,
    chain_cap_yuan=600_000,
    links=(Link("D44", "C30", "a table"),),
    by_product={"fly ash": ByProductPrice(30, 15)},
    readiness_share_month=0.01,
    tolerance_days=90,
    verified_days=365,
    verified_is_rule=False,
    intensity_floor_yuan_mu={},
    land_use_admits={"industrial": ("C",), "storage": ("G",)},
    chemical_industries=("C26",),
    waivable=frozenset({"M05", "M06"}),
    move_yuan=500_000,
    entries=(),
)


def project(name: str, **known: Any) -> dict[str, Any]:
    """A project that wants 5,000 to 8,000 m² of floor and pays a million a year in tax."""
    plain = {"id": name, "floor_min_m2": 5_000, "floor_max_m2": 8_000, "tax_wan_yr": 1_000_000}
    return {**plain, "industry_code": "C3024", **known}


def building(name: str, **known: Any) -> dict[str, Any]:
    """A vacant building of 6,000 m² on industrial land."""
    plain = {"id": name, "kind": "building", "area_m2": 6_000, "available_on": AS_OF, "zone": "Z"}
    return {**plain, "land_use": "industrial", "status": ("vacant", None), **known}


def parcel(name: str, **known: Any) -> dict[str, Any]:
    """A vacant industrial parcel of 20,000 m²."""
    return building(name, **{"kind": "land", "area_m2": 20_000, "owner": "committee", **known})


def zone_facts(
    projects: Sequence[Mapping[str, Any]],
    places: Sequence[Mapping[str, Any]],
    *,
    lines: Sequence[Mapping[str, Any]] = (),
    firms: Sequence[Firm] = (),
    quotas: Sequence[Quota] = (),
    overrides: Sequence[Override] = (),
    zones: Mapping[str, Zone] | None = None,
) -> Facts:
    """Lay rows out as facts; rows may come in any order."""
    return Facts(
        projects=_projects(sorted(projects, key=lambda row: row["id"])),
        places=_places(
            sorted(places, key=lambda row: row["id"]), zones or {"Z": Zone("Z", "Z", "Z", ("Z",))}
        ),
        lines=_lines(sorted(lines, key=lambda row: row["id"])),
        firms=tuple(sorted(firms, key=lambda firm: firm.id)),
        zones=zones or {"Z": Zone("Z", "Z", "Z", ("Z",))},
        quotas=tuple(sorted(quotas, key=lambda quota: quota.id)),
        overrides=tuple(overrides),
    )


def _projects(rows: Sequence[Mapping[str, Any]]) -> Projects:
    def kinds(row: Mapping[str, Any]) -> Hashable:
        given = {"land": row.get("land_min_mu"), "building": row.get("floor_min_m2")}
        return frozenset(row.get("kinds", [kind for kind, need in given.items() if need is not None]))

    return Projects(
        id=tuple(row["id"] for row in rows),
        name=tuple(f"project {row['id']}" for row in rows),
        required=np.array([row.get("required", False) for row in rows], dtype=np.bool_),
        number={column: Numbers.of([row.get(column) for row in rows]) for column in PROJECT_NUMBERS},
        key={
            "id": Keys.of(row["id"] for row in rows),
            "any": Keys.of(None for _ in rows),
            "industry_code": Keys.of(row.get("industry_code") for row in rows),
            "kinds_accepted": Keys.of(kinds(row) for row in rows),
            "zones": Keys.of(
                (frozenset(row.get("wished", ())), frozenset(row.get("excluded", ()))) for row in rows
            ),
        },
        products=Keys.of(tuple(row.get("products", ())) for row in rows),
        processes=Keys.of(tuple(row.get("processes", ())) for row in rows),
        by_products=Keys(np.arange(len(rows)), tuple(dict(row.get("by_products", {})) for row in rows)),
        current=Keys.of(tuple(row.get("current", ())) for row in rows),
    )


def _places(rows: Sequence[Mapping[str, Any]], zones: Mapping[str, Zone]) -> Places:
    number = {column: Numbers.of([row.get(column) for row in rows]) for column in PLACE_NUMBERS}
    number["gross_area_m2"] = Numbers.of([row.get("gross_area_m2", row["area_m2"]) for row in rows])
    return Places(
        id=tuple(row["id"] for row in rows),
        name=tuple(f"place {row['id']}" for row in rows),
        kind=Keys.of(row["kind"] for row in rows),
        zone=Keys.of(row["zone"] for row in rows),
        substation=Keys.of(row.get("substation") for row in rows),
        owner=Keys.of(row.get("owner") for row in rows),
        divisible=np.array([row.get("divisible", False) for row in rows], dtype=np.bool_),
        number=number,
        key={
            "kind": Keys.of(row["kind"] for row in rows),
            "land_use": Keys.of(row.get("land_use") for row in rows),
            "industries": Keys.of((row.get("allowed", ()), row.get("barred", ())) for row in rows),
            "within": Keys.of(zones[row["zone"]].within for row in rows),
            "root": Keys.of(zones[row["zone"]].root for row in rows),
            "status": Keys.of(row.get("status") for row in rows),
            "owner_state": Keys.of(row.get("owner_state", (None, None)) for row in rows),
            "days_since_verified": Keys.of(row.get("days_since_verified") for row in rows),
        },
        adjacent=Keys.of(frozenset(row.get("adjacent", ())) for row in rows),
        shared=Keys.of(frozenset(row.get("shared", ())) for row in rows),
        bundle_substation=Keys.of(row.get("bundle_substation") for row in rows),
    )


def _lines(rows: Sequence[Mapping[str, Any]]) -> Lines:
    return Lines(
        id=tuple(row["id"] for row in rows),
        name=tuple(f"line {row['id']}" for row in rows),
        building=tuple(row["building"] for row in rows),
        products=Keys.of(tuple(row.get("products", ())) for row in rows),
        processes=Keys.of(tuple(row.get("processes", ())) for row in rows),
        value_yuan=Numbers.of([row.get("value_yuan") for row in rows]),
        upgrade_yuan=Numbers.of([row.get("upgrade_yuan") for row in rows]),
    )
