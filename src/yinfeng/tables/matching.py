"""Ledgers → the facts of a placement problem."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yinfeng.core.matching.facts import (
    KINDS,
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
from yinfeng.core.matching.problem import Bools
from yinfeng.core.matching.rules import starts_with_any
from yinfeng.core.units import to_engine
from yinfeng.tables import schema
from yinfeng.tables.adjacency import touching
from yinfeng.tables.fact_columns import (
    Columns,
    Row,
    columns_of_rows,
    columns_of_table,
    crossed,
    days,
    flags,
    keys,
    known,
    list_keys,
    mapped,
    quantities,
    texts,
    words,
)
from yinfeng.tables.read import Ledger
from yinfeng.tables.rows import Rows
from yinfeng.tables.spelling import header_key

__all__ = ["Row", "facts_of", "rows_of", "to_facts"]

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

_ZONE_COLUMNS: Final = (
    "zone_id", "zone_name", "part_of", "level", "regions", "allowed_industries", "barred_industries",
    "is_chemical_park", "min_intensity_wan_mu", "min_tax_wan_mu",
)  # fmt: skip
_FIRM_COLUMNS: Final = ("firm_id", "firm_name", "zone_id", "industry_code", "by_products")
_QUOTA_COLUMNS: Final = ("quota_id", "scope_kind", "scope", "resource", "capacity", "used")
_PIN_COLUMNS: Final = ("project_id", "place_id", "action", "decided_by", "reason")


@dataclass(frozen=True, slots=True)
class _ZoneRow:
    """A zone with what it inherits from the zones above it."""

    zone: Zone
    allowed: tuple[tuple[str, ...], ...]
    barred: tuple[str, ...]
    min_intensity: int | None  # yuan per mu
    min_tax: int | None
    is_chemical_park: bool | None


def to_facts(ledgers: Mapping[str, Ledger], policy: Policy) -> Facts:
    """Give the facts that ledgers hold, in engine units.

    ledgers: by name; places and projects are needed, zones, firms, quotas and pins may be left out.
    Projects that are placed or dropped are not looking for a place and are left out.
    """
    return _facts({name: columns_of_table(ledger.table) for name, ledger in ledgers.items()}, policy)


def facts_of(rows: Mapping[str, Sequence[Row]], policy: Policy) -> Facts:
    """Give the facts that rows of ledgers hold; rows: by ledger name, as `rows_of` gives them."""
    return _facts({name: columns_of_rows(name, of) for name, of in rows.items()}, policy)


def rows_of(ledger: Ledger) -> Mapping[str, Row]:
    """Give a ledger's good rows by id (by row number where it has no key), without the raw texts.

    A row is made when it is asked for, a column when a row is first asked for it: few are, of long ledgers.
    """
    return Rows.of(ledger.table, ledger.schema.key or "row")


def _facts(ledgers: Mapping[str, Columns], policy: Policy) -> Facts:
    projects, places = ledgers["projects"], ledgers["places"]
    looking = projects.where(~words(projects("stage"), *NOT_LOOKING))
    is_line = words(places("kind"), "line")
    used = set(keys(places("zone_id")).distinct)
    zones = _zones(_few(ledgers, "zones", _ZONE_COLUMNS), used, policy)
    firms = _few(ledgers, "firms", _FIRM_COLUMNS, "firm_id")
    return Facts(
        projects=_projects(looking.sorted_by("project_id"), policy),
        places=_places(places.where(~is_line).sorted_by("place_id"), zones, policy),
        lines=_lines(places.where(is_line).sorted_by("place_id")),
        firms=tuple(_firm(row) for row in firms if row["zone_id"]),
        zones={name: row.zone for name, row in zones.items()},
        quotas=tuple(_quota(row) for row in _few(ledgers, "quotas", _QUOTA_COLUMNS, "quota_id")),
        overrides=tuple(_override(row) for row in _few(ledgers, "pins", _PIN_COLUMNS)),
    )


def _few(
    ledgers: Mapping[str, Columns], name: str, columns: Sequence[str], key: str | None = None
) -> list[Row]:
    """Give the rows of a ledger that is never long and may be left out, sorted by ``key``."""
    if name not in ledgers:
        return []
    ledger = ledgers[name] if key is None else ledgers[name].sorted_by(key)
    return ledger.rows(columns)


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


def _projects(projects: Columns, policy: Policy) -> Projects:
    n = len(projects)
    number = {column: _numbers("projects", projects, column) for column in _PROJECT_NUMBERS}
    number |= {
        **_range(projects, "land_min_mu", "land_max_mu", "mu"),
        **_range(projects, "floor_min_m2", "floor_max_m2", "m2"),
        "fire_class": _fire_class(projects),
        "ground_floor": flags(projects("ground_floor")),
        "rail": flags(projects("rail")),
        "is_chemical": _is_chemical(projects, policy),
        "needed_on": days(projects("needed_on")),
    }
    ids = projects("project_id")
    return Projects(
        id=texts(ids),
        name=texts(projects("project_name")),
        required=flags(projects("must_place")).value > 0,
        number=number,
        key={
            "id": keys(ids),
            "any": Keys.pick([None], np.zeros(n, dtype=np.int64)),
            "industry_code": keys(projects("industry_code")),
            "kinds_accepted": _kinds(projects),
            "zones": crossed(
                lambda wished, excluded: (frozenset(wished or ()), frozenset(excluded or ())),
                list_keys(projects("zones_wished")),
                list_keys(projects("zones_excluded")),
            ),
        },
        products=_lists(projects, "products"),
        processes=_lists(projects, "processes"),
        by_products=_by_products(projects("by_products_used")),
        current=_lists(projects, "current_place"),
    )


def _range(projects: Columns, least: str, most: str, unit: str) -> dict[str, Numbers]:
    """Give the least and the most asked; “不超过50亩” names only the most."""
    lo = projects(least)
    hi = pc.coalesce(projects(most), projects(f"{least}.high"))
    is_most = pa.array(words(projects(f"{least}.strength"), "<", "<=") & known(lo) & ~known(hi))
    return {
        least: quantities(pc.if_else(is_most, 0.0, lo), unit),
        most: quantities(pc.if_else(is_most, lo, hi), unit),
    }


def _kinds(projects: Columns) -> Keys:
    """Give the kinds accepted; where none is stated, those of which it says how much it needs."""

    def kinds(stated: tuple[str, ...] | None, *asks: bool) -> frozenset[str]:
        if stated:
            return frozenset(stated) - {"line"}
        return frozenset(kind for kind, is_asked in zip(KINDS, asks, strict=True) if is_asked)

    asks = [
        Keys(known(projects(need)).astype(np.int64), (False, True))
        for need in ("land_min_mu", "floor_min_m2")  # in the order of KINDS
    ]
    return crossed(kinds, list_keys(projects("kinds_accepted")), *asks)


def _is_chemical(projects: Columns, policy: Policy) -> Numbers:
    """Give what is stated; where nothing is, yes for the industries that are chemical."""
    stated = flags(projects("is_chemical"))
    industry = keys(projects("industry_code"))
    chemical = [
        1 if code is not None and starts_with_any(code, policy.chemical_industries) else None
        for code in industry.distinct
    ]
    return _else(stated, _of_each(industry, chemical))


def _places(places: Columns, zones: Mapping[str, _ZoneRow], policy: Policy) -> Places:
    zone, kind = keys(places("zone_id")), keys(places("kind"))
    of_zone = tuple(zones[name] for name in zone.distinct)
    number = {column: _numbers("places", places, column) for column in _PLACE_NUMBERS}
    number |= {
        "area_m2": _free_area(places),
        "gross_area_m2": _numbers("places", places, "area_m2"),
        "fire_class": _fire_class(places),
        "ground_floor": flags(places("ground_floor")),
        "rail": flags(places("rail")),
        "is_chemical_park": _of_each(zone, [row.is_chemical_park for row in of_zone]),
        "available_on": _available_on(places, policy),
        "idle_since": days(places("idle_since")),
        "min_intensity_wan_mu": _else(
            _numbers("places", places, "min_intensity_wan_mu"),
            _of_each(zone, [row.min_intensity for row in of_zone]),
        ),
        "min_tax_wan_mu": _else(
            _numbers("places", places, "min_tax_wan_mu"), _of_each(zone, [row.min_tax for row in of_zone])
        ),
    }
    return Places(
        id=texts(places("place_id")),
        name=_names(places),
        kind=kind,
        zone=zone,
        substation=mapped(keys(places("substation")), _folded),
        owner=keys(places("owner")),
        # Without a smallest share nobody knows how it may be divided: it is offered whole.
        divisible=(flags(places("divisible")).value > 0) & known(places("smallest_share_m2")),
        number=number,
        key={
            "kind": kind,
            "land_use": keys(places("land_use")),
            "industries": crossed(
                _industries,
                list_keys(places("allowed_industries")),
                list_keys(places("barred_industries")),
                Keys(zone.index, of_zone),
            ),
            "within": mapped(zone, lambda name: zones[name].zone.within),
            "root": mapped(zone, lambda name: zones[name].zone.root),
            "status": crossed(lambda *both: both, keys(places("status")), keys(places("reserved_for"))),
            "owner_state": _owner_state(places),
            "days_since_verified": mapped(
                keys(places("verified_on")), lambda on: None if on is None else policy.as_of - on.toordinal()
            ),
        },
        adjacent=_adjacent(places),
        shared=mapped(list_keys(places("shared_in_bundle")), _column_names),
        bundle_substation=mapped(keys(places("bundle_substation")), _folded),
    )


def _industries(
    allowed: tuple[str, ...] | None, barred: tuple[str, ...] | None, zone: _ZoneRow
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    own = (allowed,) if allowed else ()
    return (*own, *zone.allowed), (*(barred or ()), *zone.barred)


def _owner_state(places: Columns) -> Keys:
    """Give consent and encumbrance; a firm that says nothing is still to be asked."""

    def state(consent: str | None, kind: str | None, encumbrance: str | None) -> tuple[str | None, ...]:
        return consent or ("ask" if kind == "firm" else None), encumbrance

    return crossed(state, *(keys(places(c)) for c in ("owner_consent", "owner_kind", "encumbrance")))


def _adjacent(places: Columns) -> Keys:
    """Give the parcels beside each: those that the ledger names and those whose boundaries touch."""
    named = mapped(list_keys(places("adjacent_to")), lambda others: frozenset(others or ()))
    drawn = np.flatnonzero(words(places("kind"), "land") & _is_filled(places("boundary")))
    if len(drawn) < 2:
        return named
    at = pa.array(drawn)
    row_of = dict(zip(texts(places("place_id").take(at)), drawn.tolist(), strict=True))
    touches = touching(dict(zip(row_of, texts(places("boundary").take(at)), strict=True)))
    index, values = named.index.copy(), list(named.distinct)
    for place, others in touches.items():
        if others:
            values.append(named[row_of[place]] | others)
            index[row_of[place]] = len(values) - 1
    return Keys.pick(values, index)


def _is_filled(values: pa.Array) -> Bools:
    is_filled: Bools = known(values) & ~words(values, "")
    return is_filled


def _names(places: Columns) -> tuple[str, ...]:
    """Give the places' names; one without goes by its id."""
    name = places("place_name")
    return texts(pc.if_else(pa.array(_is_filled(name)), name, places("place_id")))


def _folded(name: str | None) -> str | None:
    """Give a name as it is compared: two spellings of one substation are one."""
    return None if name is None else header_key(name)


def _free_area(places: Columns) -> Numbers:
    """Give what is not let or reserved; not known where the area is not."""
    area, let = _numbers("places", places, "area_m2"), _numbers("places", places, "let_area_m2")
    return Numbers(np.where(area.known, np.maximum(0, area.value - let.value), 0), area.known)


def _available_on(places: Columns, policy: Policy) -> Numbers:
    """Give the date of availability; a vacant place without one is available now."""
    now = words(places("status"), "vacant", "partly_let")
    return _else(days(places("available_on")), Numbers(np.where(now, policy.as_of, 0), now))


def _else(first: Numbers, second: Numbers) -> Numbers:
    """Give the second number where the first is not known."""
    return Numbers(np.where(first.known, first.value, second.value), first.known | second.known)


def _of_each(at: Keys, values: Sequence[int | None]) -> Numbers:
    """Give every row the value of its key; values: by distinct key."""
    return Numbers.of([None if value is None else int(value) for value in values]).take(at.index)


def _fire_class(columns: Columns) -> Numbers:
    words_used = keys(columns("fire_class"))
    return _of_each(words_used, [FIRE_CLASS.get(word) for word in words_used.distinct])


def _lists(columns: Columns, column: str) -> Keys:
    return mapped(list_keys(columns(column)), lambda listed: listed or ())


def _column_names(listed: Iterable[str] | None) -> frozenset[str]:
    """Give the columns that people name by label or by name."""
    by_word = _columns_by_word()
    return frozenset(by_word[header_key(word)] for word in listed or () if header_key(word) in by_word)


@cache
def _columns_by_word() -> Mapping[str, str]:
    return {
        header_key(word): column.name
        for column in schema.load("places").columns
        for word in (column.name, column.label.zh, column.label.en, *column.aliases)
    }


def _lines(lines: Columns) -> Lines:
    status = lines("status")
    free = lines.where(_is_filled(lines("part_of")) & (~known(status) | words(status, "vacant")))
    return Lines(
        id=texts(free("place_id")),
        name=_names(free),
        building=texts(free("part_of")),
        products=_lists(free, "products"),
        processes=_lists(free, "processes"),
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


def _by_products(values: pa.Array) -> Keys:
    filled = np.flatnonzero(known(values))
    totals = [tuple(_amounts(amounts).items()) for amounts in values.take(pa.array(filled)).to_pylist()]
    index = np.zeros(len(values), dtype=np.int64)
    index[filled] = np.arange(1, len(filled) + 1)
    found = Keys.pick([(), *totals], index)
    return Keys(found.index, tuple(map(dict, found.distinct)))


def _numbers(ledger: str, columns: Columns, column: str) -> Numbers:
    return quantities(columns(column), schema.load(ledger).column(column).unit)
