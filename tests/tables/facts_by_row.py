"""Rows of ledgers → facts, one row at a time: the plain twin that the columns of facts are held to."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from yinfeng.core.matching.facts import (
    NOT_LOOKING,
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
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.rules import starts_with_any
from yinfeng.core.units import to_engine
from yinfeng.tables import schema
from yinfeng.tables.adjacency import touching
from yinfeng.tables.spelling import header_key

Row = Mapping[str, Any]

FIRE_CLASS: Final = {"jia": 1, "yi": 2, "bing": 3, "ding": 4, "wu": 5}

_PROJECT_NUMBERS: Final = (
    "land_wish_mu", "floor_wish_m2", "fixed_investment_wan", "tax_wan_yr", "value_added_wan_yr",
    "clear_height_m", "floor_load_t_m2", "crane_t", "power_kva", "energy_tce_yr", "water_t_d",
    "gas_m3_yr", "steam_t_h", "cod_t_yr", "nh3n_t_yr", "so2_t_yr", "nox_t_yr", "voc_t_yr",
    "rent_ceiling_yuan_m2_month", "price_ceiling_wan_mu",
)  # fmt: skip
_PLACE_NUMBERS: Final = (
    "smallest_share_m2", "plot_area_m2", "clear_height_m", "floor_load_t_m2", "crane_t", "power_kva",
    "water_t_d", "gas_m3_yr", "steam_t_h", "rent_yuan_m2_month", "price_wan_mu",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _ZoneRow:
    """A zone with what it inherits from the zones above it."""

    zone: Zone
    allowed: tuple[tuple[str, ...], ...]
    barred: tuple[str, ...]
    min_intensity: int | None  # yuan per mu
    min_tax: int | None
    is_chemical_park: bool | None


def facts_of(rows: Mapping[str, Sequence[Row]], policy: Policy) -> Facts:
    """Give the facts that rows of ledgers hold; rows: by ledger name."""
    zones = _zones(rows.get("zones", ()), {row["zone_id"] for row in rows["places"]}, policy)
    wanted = [row for row in rows["projects"] if row["stage"] not in NOT_LOOKING]
    return Facts(
        projects=_projects(_by_id(wanted, "project_id"), policy),
        places=_places(_by_id((r for r in rows["places"] if r["kind"] != "line"), "place_id"), zones, policy),
        lines=_lines(_by_id((r for r in rows["places"] if r["kind"] == "line"), "place_id")),
        firms=tuple(_firm(row) for row in _by_id(rows.get("firms", ()), "firm_id") if row["zone_id"]),
        zones={name: row.zone for name, row in zones.items()},
        quotas=tuple(_quota(row) for row in _by_id(rows.get("quotas", ()), "quota_id")),
        overrides=tuple(_override(row) for row in rows.get("pins", ())),
    )


def _by_id(rows: Iterable[Row], key: str) -> list[Row]:
    return sorted(rows, key=lambda row: str(row[key]))


def _zones(rows: Iterable[Row], used: set[str], policy: Policy) -> dict[str, _ZoneRow]:
    """Resolve each zone's chain; a zone only named by places stands for itself."""
    listed = {row["zone_id"]: row for row in rows}
    return {name: _zone(name, listed, policy) for name in sorted(listed.keys() | used)}


def _zone(name: str, listed: Mapping[str, Row], policy: Policy) -> _ZoneRow:
    chain = _chain(name, listed)
    rows = [listed[link] for link in chain if link in listed]
    regions = {region for row in rows for region in row["regions"] or ()}
    level = _first(row["level"] for row in rows)
    floor = _first(row["min_intensity_wan_mu"] for row in rows)
    tax = _first(row["min_tax_wan_mu"] for row in rows)
    return _ZoneRow(
        zone=Zone(
            name,
            rows[0]["zone_name"] if rows else name,
            chain[-1],
            (*chain, *_chains(regions, listed)),
        ),
        allowed=tuple(tuple(row["allowed_industries"]) for row in rows if row["allowed_industries"]),
        barred=tuple(code for row in rows for code in row["barred_industries"] or ()),
        min_intensity=policy.intensity_floor_yuan_mu.get(level or "")
        if floor is None
        else to_engine(floor, "wan_per_mu"),
        min_tax=None if tax is None else to_engine(tax, "wan_per_mu"),
        is_chemical_park=_first(row["is_chemical_park"] for row in rows),
    )


def _chain(name: str, listed: Mapping[str, Row]) -> tuple[str, ...]:
    """Give a zone and the zones above it; a circle in the ledger ends where it closes."""
    chain = [name]
    while name in listed and (name := listed[name]["part_of"]) and name not in chain:
        chain.append(name)
    return tuple(chain)


def _chains(names: Iterable[str], listed: Mapping[str, Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(link for name in sorted(names) for link in _chain(name, listed)))


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def _projects(rows: list[Row], policy: Policy) -> Projects:
    bounds = {
        least: [_range(row, least, most, unit) for row in rows]
        for least, most, unit in (
            ("land_min_mu", "land_max_mu", "mu"),
            ("floor_min_m2", "floor_max_m2", "m2"),
        )
    }
    number = {column: _numbers("projects", rows, column) for column in _PROJECT_NUMBERS}
    number |= {
        "land_min_mu": Numbers.of([lo for lo, _ in bounds["land_min_mu"]]),
        "land_max_mu": Numbers.of([hi for _, hi in bounds["land_min_mu"]]),
        "floor_min_m2": Numbers.of([lo for lo, _ in bounds["floor_min_m2"]]),
        "floor_max_m2": Numbers.of([hi for _, hi in bounds["floor_min_m2"]]),
        "fire_class": Numbers.of([FIRE_CLASS.get(row["fire_class"]) for row in rows]),
        "ground_floor": _flags(row["ground_floor"] for row in rows),
        "rail": _flags(row["rail"] for row in rows),
        "is_chemical": _flags(_is_chemical(row, policy) for row in rows),
        "needed_on": _days(row["needed_on"] for row in rows),
    }
    return Projects(
        id=tuple(row["project_id"] for row in rows),
        name=tuple(row["project_name"] for row in rows),
        required=np.array([bool(row["must_place"]) for row in rows], dtype=np.bool_),
        number=number,
        key={
            "id": Keys.of(row["project_id"] for row in rows),
            "any": Keys.of(None for _ in rows),
            "industry_code": Keys.of(row["industry_code"] for row in rows),
            "kinds_accepted": Keys.of(_kinds(row) for row in rows),
            "zones": Keys.of(
                (frozenset(row["zones_wished"] or ()), frozenset(row["zones_excluded"] or ())) for row in rows
            ),
        },
        products=Keys.of(tuple(row["products"] or ()) for row in rows),
        processes=Keys.of(tuple(row["processes"] or ()) for row in rows),
        by_products=Keys(np.arange(len(rows)), tuple(_amounts(row["by_products_used"]) for row in rows)),
        current=Keys.of(tuple(row["current_place"] or ()) for row in rows),
    )


def _range(row: Row, least: str, most: str, unit: str) -> tuple[int | None, int | None]:
    """Give the least and the most asked; “不超过50亩” names only the most."""
    lo, hi = row[least], row[most]
    if hi is None:
        hi = row[f"{least}.high"]
    if lo is not None and hi is None and row[f"{least}.strength"] in {"<", "<="}:
        lo, hi = 0, lo
    return tuple(None if v is None else to_engine(v, unit) for v in (lo, hi))  # type: ignore[return-value]


def _kinds(row: Row) -> frozenset[str]:
    if row["kinds_accepted"]:
        return frozenset(row["kinds_accepted"]) - {"line"}
    needs = {"land": row["land_min_mu"], "building": row["floor_min_m2"]}
    return frozenset(kind for kind, need in needs.items() if need is not None)


def _is_chemical(row: Row, policy: Policy) -> bool | None:
    if row["is_chemical"] is not None or row["industry_code"] is None:
        stated: bool | None = row["is_chemical"]
        return stated
    return starts_with_any(row["industry_code"], policy.chemical_industries) or None


def _places(rows: list[Row], zones: Mapping[str, _ZoneRow], policy: Policy) -> Places:
    parcels = {row["place_id"]: row["boundary"] for row in rows if row["kind"] == "land" and row["boundary"]}
    touches = touching(parcels) if len(parcels) > 1 else {}
    number = {column: _numbers("places", rows, column) for column in _PLACE_NUMBERS}
    number |= {
        "area_m2": Numbers.of([_free_area(row) for row in rows]),
        "gross_area_m2": _numbers("places", rows, "area_m2"),
        "fire_class": Numbers.of([FIRE_CLASS.get(row["fire_class"]) for row in rows]),
        "ground_floor": _flags(row["ground_floor"] for row in rows),
        "rail": _flags(row["rail"] for row in rows),
        "is_chemical_park": _flags(zones[row["zone_id"]].is_chemical_park for row in rows),
        "available_on": _days(_available_on(row, policy) for row in rows),
        "idle_since": _days(row["idle_since"] for row in rows),
        "min_intensity_wan_mu": _floors(rows, "min_intensity_wan_mu", lambda z: zones[z].min_intensity),
        "min_tax_wan_mu": _floors(rows, "min_tax_wan_mu", lambda z: zones[z].min_tax),
    }
    return Places(
        id=tuple(row["place_id"] for row in rows),
        name=tuple(row["place_name"] or row["place_id"] for row in rows),
        kind=Keys.of(row["kind"] for row in rows),
        zone=Keys.of(row["zone_id"] for row in rows),
        substation=Keys.of(_folded(row["substation"]) for row in rows),
        owner=Keys.of(row["owner"] for row in rows),
        divisible=np.array([_is_divisible(row) for row in rows], dtype=np.bool_),
        number=number,
        key=_place_keys(rows, zones, policy),
        adjacent=Keys.of(
            frozenset(row["adjacent_to"] or ()) | touches.get(row["place_id"], frozenset()) for row in rows
        ),
        shared=Keys.of(_column_names(row["shared_in_bundle"] or ()) for row in rows),
        bundle_substation=Keys.of(_folded(row["bundle_substation"]) for row in rows),
    )


def _place_keys(rows: list[Row], zones: Mapping[str, _ZoneRow], policy: Policy) -> dict[str, Keys]:
    def industries(row: Row) -> Hashable:
        zone = zones[row["zone_id"]]
        own = (tuple(row["allowed_industries"]),) if row["allowed_industries"] else ()
        return (*own, *zone.allowed), (*(row["barred_industries"] or ()), *zone.barred)

    def owner_state(row: Row) -> Hashable:
        ask = "ask" if row["owner_kind"] == "firm" else None
        return row["owner_consent"] or ask, row["encumbrance"]

    def age(row: Row) -> int | None:
        on = row["verified_on"]
        return None if on is None else policy.as_of - on.toordinal()

    def each(key: Callable[[Row], Hashable]) -> Keys:
        return Keys.of(key(row) for row in rows)

    return {
        "kind": each(lambda row: row["kind"]),
        "land_use": each(lambda row: row["land_use"]),
        "industries": each(industries),
        "within": each(lambda row: zones[row["zone_id"]].zone.within),
        "root": each(lambda row: zones[row["zone_id"]].zone.root),
        "status": each(lambda row: (row["status"], row["reserved_for"])),
        "owner_state": each(owner_state),
        "days_since_verified": each(age),
    }


def _is_divisible(row: Row) -> bool:
    """Without a smallest share nobody knows how it may be divided: it is offered whole."""
    return bool(row["divisible"]) and row["smallest_share_m2"] is not None


def _folded(name: str | None) -> str | None:
    """Give a name as it is compared: two spellings of one substation are one."""
    return None if name is None else header_key(name)


def _free_area(row: Row) -> int | None:
    """Give what is not let or reserved; not known where the area is not."""
    if row["area_m2"] is None:
        return None
    return max(0, to_engine(row["area_m2"], "m2") - to_engine(row["let_area_m2"] or 0, "m2"))


def _available_on(row: Row, policy: Policy) -> Any:
    """Give the date of availability; a vacant place without one is available now."""
    if row["available_on"] is None and row["status"] in {"vacant", "partly_let"}:
        return policy.as_of
    return row["available_on"]


def _floors(rows: list[Row], column: str, of_zone: Callable[[str], int | None]) -> Numbers:
    return Numbers.of(
        [of_zone(r["zone_id"]) if r[column] is None else to_engine(r[column], "wan_per_mu") for r in rows]
    )


def _column_names(words: Iterable[str]) -> frozenset[str]:
    """Give the columns that people name by label or by name."""
    known = _columns_by_word()
    return frozenset(known[header_key(word)] for word in words if header_key(word) in known)


@cache
def _columns_by_word() -> Mapping[str, str]:
    return {
        header_key(word): column.name
        for column in schema.load("places").columns
        for word in (column.name, column.label.zh, column.label.en, *column.aliases)
    }


def _lines(rows: list[Row]) -> Lines:
    free = [row for row in rows if row["part_of"] and row["status"] in {None, "vacant"}]
    return Lines(
        id=tuple(row["place_id"] for row in free),
        name=tuple(row["place_name"] or row["place_id"] for row in free),
        building=tuple(row["part_of"] for row in free),
        products=Keys.of(tuple(row["products"] or ()) for row in free),
        processes=Keys.of(tuple(row["processes"] or ()) for row in free),
        value_yuan=_numbers("places", free, "line_value_wan"),
        upgrade_yuan=_numbers("places", free, "upgrade_wan"),
    )


def _firm(row: Row) -> Firm:
    return Firm(
        row["firm_id"],
        row["firm_name"],
        row["zone_id"],
        row["industry_code"] or "",
        _amounts(row["by_products"]),
    )


def _quota(row: Row) -> Quota:
    unit = schema.QUOTA_UNIT[row["resource"]]
    left = to_engine(row["capacity"], unit) - to_engine(row["used"] or 0, unit)
    scope = row["scope"] if row["scope_kind"] == "zone" else header_key(row["scope"])
    return Quota(row["quota_id"], row["scope_kind"], scope, row["resource"], left, row["scope"])


def _override(row: Row) -> Override:
    return Override(
        row["project_id"], tuple(row["place_id"]), row["action"], row["decided_by"], row["reason"]
    )


def _amounts(amounts: Iterable[Row] | None) -> dict[str, int]:
    total: dict[str, int] = {}
    for amount in amounts or ():
        total[amount["name"]] = total.get(amount["name"], 0) + to_engine(amount["amount"], "t_per_yr")
    return total


def _numbers(ledger: str, rows: list[Row], column: str) -> Numbers:
    unit = schema.load(ledger).column(column).unit
    return Numbers.of([None if row[column] is None else to_engine(row[column], unit) for row in rows])


def _flags(values: Iterable[bool | None]) -> Numbers:
    return Numbers.of([None if value is None else int(value) for value in values])


def _days(values: Iterable[Any]) -> Numbers:
    return Numbers.of([None if v is None else v if isinstance(v, int) else v.toordinal() for v in values])
