"""Made-up quotas that bind: each holds about as much as one random placement of all projects would draw.

The placement is a random place for each project among those that pass the tests below. They are a plain
estimate of the hard rules, kept apart from them so that a change of a rule leaves the ledgers as they were.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yinfeng.core.units import M2_PER_MU
from yinfeng.tables.synthetic import columns as column
from yinfeng.tables.synthetic.columns import Columns
from yinfeng.tables.synthetic.draws import Bools, Draws, Floats, Ints, rounded
from yinfeng.tables.synthetic.places import AS_OF
from yinfeng.tables.synthetic.zones import Layout

_TRIES: Final = 300  # places looked at for one project
_LEFT: Final = {"zone": (0.45, 1.1), "substation": (0.5, 1.3)}  # of the usage of the random placement
_TOLERANCE_DAYS: Final = 90
_AS_GOOD: Final = (
    "clear_height_m", "floor_load_t_m2", "crane_t", "ground_floor",
    "power_kva", "water_t_d", "gas_m3_yr", "steam_t_h", "rail",
)  # fmt: skip
_OF_BUILDINGS: Final = frozenset(_AS_GOOD[:4])
_FIRE_CLASSES: Final = ("jia", "yi", "bing", "ding", "wu")
_USES_OF_SECTION: Final = {
    "C": ("industrial", "new_industry"),
    "G": ("storage",),
    "I": ("new_industry", "commercial"),
    "M": ("new_industry",),
}
Test = Callable[[Ints, Ints], Bools]
"""Tells for projects i and places j, arrays of one shape, whether each pair suits."""

_NEED: Final = {
    "energy": ("energy_tce_yr", 1.0),
    "water": ("water_t_d", 1.0),
    "cod": ("cod_t_yr", 0.01),
    "so2": ("so2_t_yr", 0.01),
    "nox": ("nox_t_yr", 0.01),
    "voc": ("voc_t_yr", 0.01),
    "power": ("power_kva", 10.0),
}
"""The need that a quota counts, and the step its amounts are rounded to."""


def make_quotas(layout: Layout, zones: Columns, places: Columns, projects: Columns, seed: int) -> Columns:
    """Make up the quotas' ledger: energy, water and pollutants of zones, power of substations."""
    placed_at = _random_placement(layout, zones, places, projects, seed)
    placed = np.flatnonzero(placed_at >= 0)
    of_zone = _positions(places["zone_id"], layout.zone_id)[placed_at[placed]]
    stations = sorted(set(places["substation"].drop_null().to_pylist()))
    of_station = _positions(places["substation"], stations)[placed_at[placed]]
    zone_draw = Draws(seed, "quotas", len(layout.zone_id))
    second = zone_draw.weighted("second pollutant", [2, 1, 1, 2])
    sheets = [
        _Sheet("zone", layout.zone_id, r, _usage(projects, r, placed, of_zone, layout.zone_id))
        for r in ("energy", "water", "cod")
    ]
    for at, resource in enumerate(("so2", "nox", "voc"), start=1):
        usage = _usage(projects, resource, placed, of_zone, layout.zone_id)
        sheets.append(_Sheet("zone", layout.zone_id, resource, usage * (second == at)))
    usage = _usage(projects, "power", placed, of_station, stations)
    sheets.append(_Sheet("substation", stations, "power", usage))
    return _ledger([row for sheet in sheets for row in _rows(sheet, seed)])


@dataclass(frozen=True, eq=False, slots=True)
class _Sheet:
    """The quotas of one resource."""

    scope_kind: str
    scopes: Sequence[str]
    resource: str
    usage: Floats
    """What the random placement draws, by scope; 0 where there is no quota."""


def _usage(projects: Columns, resource: str, placed: Ints, scope: Ints, scopes: Sequence[str]) -> Floats:
    need = _known_or_zero(projects[_NEED[resource][0]])[placed]
    usage = np.zeros(len(scopes))
    np.add.at(usage, scope, need)
    return usage


Row = tuple[str, str, str, float, float]
"""Kind of scope, scope, resource, capacity, used."""


def _rows(sheet: _Sheet, seed: int) -> list[Row]:
    draw = Draws(seed, "quotas", len(sheet.scopes))
    step = _NEED[sheet.resource][1]
    left = rounded(sheet.usage * draw.uniform(f"{sheet.resource} left", *_LEFT[sheet.scope_kind]), step)
    in_use = draw.uniform(f"{sheet.resource} used", 0, 1.5) * draw.chance(f"{sheet.resource} in use", 0.7)
    used = rounded(left * in_use, step)
    total = rounded(left + used, step)
    return [
        (sheet.scope_kind, scope, sheet.resource, float(total[s]), float(used[s]))
        for s, scope in enumerate(sheet.scopes)
        if left[s] > 0
    ]


def _ledger(rows: list[Row]) -> Columns:
    kinds, scopes, resources, total, used = zip(*rows, strict=True) if rows else ((),) * 5
    return {
        "quota_id": pa.array(column.ids("Q", len(rows)), pa.string()),
        "scope_kind": pa.array(kinds, pa.string()),
        "scope": pa.array(scopes, pa.string()),
        "resource": pa.array(resources, pa.string()),
        "capacity": column.numbers(np.array(total, dtype=np.float64)),
        "used": column.numbers(np.array(used, dtype=np.float64)),
        "valid_year": pa.array([str(AS_OF.year)] * len(rows), pa.string()),
    }


def _random_placement(layout: Layout, zones: Columns, places: Columns, projects: Columns, seed: int) -> Ints:
    """Give a random suitable place for each project, shape (projects,); -1 where none was met with.

    Places are not used up: a quota that lets all in is as rare as one that lets few in.
    """
    suits = _tests(layout, zones, places, projects)
    n = len(projects["project_id"])
    first, size = _wished_ranges(layout, projects)
    ends = np.cumsum(size, axis=1)
    placed_at = np.full(n, -1, dtype=np.int64)
    left = np.arange(n)
    for attempt in range(_TRIES):
        at = np.floor(Draws(seed, "placement", n).uniform(str(attempt))[left] * ends[left, -1]).astype(
            np.int64
        )
        block = (at[:, None] >= ends[left]).sum(axis=1)
        place = first[left, block] + at - (ends - size)[left, block]
        ok = suits(left, place)
        placed_at[left[ok]] = place[ok]
        left = left[~ok]
    return placed_at


def _wished_ranges(layout: Layout, projects: Columns) -> tuple[Ints, Ints]:
    """Give first place and number of places of each block of zones a project wishes, padded with 0."""
    first = np.cumsum(layout.size) - layout.size
    blocks = {zone: (int(f), int(s)) for zone, f, s in zip(layout.zone_id, first, layout.size, strict=True)}
    for r, region in enumerate(layout.region_id):
        members = np.flatnonzero(layout.region == r)
        blocks[region] = int(first[members[0]]), int(layout.size[members].sum())
    everywhere = [(0, int(layout.size.sum()))]
    wished = [
        everywhere if names is None else [blocks[name] for name in names]
        for names in projects["zones_wished"].to_pylist()
    ]
    width = max(map(len, wished))
    padded = np.array([row + [(0, 0)] * (width - len(row)) for row in wished], dtype=np.int64)
    return padded[:, :, 0], padded[:, :, 1]


def _tests(layout: Layout, zones: Columns, places: Columns, projects: Columns) -> Test:
    """Give the function that tells for projects i and places j whether each pair suits."""
    fits_area = _area_test(places, projects)
    admitted, industry, group = _admission(layout, zones, places, projects)
    place_fire = _positions(places["fire_class"], _FIRE_CLASSES)
    project_fire = _positions(projects["fire_class"], _FIRE_CLASSES)
    on_offer = _is_on_offer(places)
    is_land = _is(places["kind"], "land")
    supplies = [
        (name in _OF_BUILDINGS, _known_or_zero(projects[name]), _known_or_zero(places[name]))
        for name in _AS_GOOD
    ]
    ready, needed = _days(places["available_on"], 0), _days(projects["needed_on"], 2**40)

    def suits(i: Ints, j: Ints) -> Bools:
        ok = on_offer[j] & admitted[industry[i], group[j]] & (ready[j] <= needed[i] + _TOLERANCE_DAYS)
        ok &= is_land[j] | (project_fire[i] < 0) | ((place_fire[j] >= 0) & (place_fire[j] <= project_fire[i]))
        for only_in_buildings, need, has in supplies:
            ok &= (has[j] >= need[i]) | (is_land[j] & only_in_buildings)
        return ok & fits_area(i, j)

    return suits


def _area_test(places: Columns, projects: Columns) -> Test:
    """Give the function that tells whether the project's range of area can be taken of the place."""
    kinds = ("land", "building")
    kind = _positions(places["kind"], kinds)
    free = _known_or_zero(places["area_m2"]) - _known_or_zero(places["let_area_m2"])
    share = np.where(
        _known_or_zero(places["divisible"]) > 0, _known_or_zero(places["smallest_share_m2"]), free
    )
    unit = float(M2_PER_MU)
    least = np.stack(
        [_known_or(projects["land_min_mu"], np.inf) * unit, _known_or(projects["floor_min_m2"], np.inf)]
    )
    most = np.stack(
        [_known_or(projects["land_max_mu"], np.inf) * unit, _known_or(projects["floor_max_m2"], np.inf)]
    )

    def fits(i: Ints, j: Ints) -> Bools:
        return (kind[j] >= 0) & (least[kind[j], i] <= free[j]) & (share[j] <= most[kind[j], i])

    return fits


def _is_on_offer(places: Columns) -> Bools:
    vacant = _is(places["status"], "vacant") | _is(places["status"], "partly_let")
    return vacant & ~_is(places["owner_consent"], "refused") & ~_is(places["encumbrance"], "seized")


def _admission(
    layout: Layout, zones: Columns, places: Columns, projects: Columns
) -> tuple[Bools, Ints, Ints]:
    """Say which industry each zone admits on each planned use.

    Returns admitted, shape (industries, zones x uses); industry of each project; zone and use of each place.
    """
    uses = ("industrial", "new_industry", "storage", "commercial", None)
    codes = sorted(set(projects["industry_code"].to_pylist()))
    use_admits = np.array([[use in _USES_OF_SECTION[code[0]] for use in uses] for code in codes])
    by_zone = [
        zones[name].to_pylist() for name in ("allowed_industries", "barred_industries", "is_chemical_park")
    ]
    zone_admits = np.array(
        [
            [_zone_admits(code, *(values[z] for values in by_zone)) for z in range(len(layout.zone_id))]
            for code in codes
        ]
    )
    admitted = (zone_admits[:, :, None] & use_admits[:, None, :]).reshape(len(codes), -1)
    use = _positions(places["land_use"], uses)
    group = _positions(places["zone_id"], layout.zone_id) * len(uses) + np.where(use < 0, len(uses) - 1, use)
    return admitted, _positions(projects["industry_code"], codes), group


def _zone_admits(
    code: str, allowed: list[str] | None, barred: list[str] | None, is_chemical_park: bool
) -> bool:
    division = code[:3]
    is_let_in = (allowed is None or division in allowed) and (barred is None or division not in barred)
    return is_let_in and (is_chemical_park or division != "C26")


def _positions(values: pa.Array, among: Sequence[str | None]) -> Ints:
    """Give the position of each value, -1 for a blank or another."""
    found = pc.index_in(values, pa.array(among, pa.string())).fill_null(-1)
    positions: Ints = found.to_numpy().astype(np.int64)
    return positions


def _is(values: pa.Array, word: str) -> Bools:
    is_word: Bools = _positions(values, [word]) == 0
    return is_word


def _known_or_zero(values: pa.Array) -> Floats:
    return _known_or(values, 0.0)


def _known_or(values: pa.Array, blank: float) -> Floats:
    known: Floats = values.cast(pa.float64()).fill_null(blank).to_numpy()
    return known


def _days(values: pa.Array, blank: int) -> Ints:
    ordinals: Ints = values.cast(pa.int32()).cast(pa.int64()).fill_null(blank).to_numpy()
    return ordinals
