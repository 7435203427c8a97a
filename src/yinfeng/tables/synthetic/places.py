"""Made-up places: parcels, buildings, and left-over lines that stand in buildings."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from yinfeng.tables.synthetic import columns as column
from yinfeng.tables.synthetic.columns import Columns
from yinfeng.tables.synthetic.draws import Bools, Draws, Floats, Ints, rounded
from yinfeng.tables.synthetic.industries import INDUSTRIES
from yinfeng.tables.synthetic.zones import SUBSTATIONS_PER_ZONE, Layout

AS_OF: Final = date(2025, 1, 1)
"""The day on which the ledgers are true."""

LAND, BUILDING, LINE = range(3)
_KINDS: Final = ("land", "building", "line")
_LINE_SHARE: Final = 0.03
_LAND_SHARE: Final = 0.4  # of what is not a line
_ADJACENT_SHARE: Final = 0.2
_TODAY: Final = AS_OF.toordinal()


@dataclass(frozen=True, eq=False, slots=True)
class _Stock:
    """What every column of the places' ledger is drawn from, shape (places,)."""

    draw: Draws
    place_id: list[str]
    kind: Ints
    is_land: Bools
    is_building: Bools
    is_space: Bools
    """A parcel or a building, not a line."""
    zone: Ints
    area_m2: Floats

    def known(self, name: str, unknown_share: float) -> Bools:
        """Draw where a property is known; never of a line."""
        return self.is_space & ~self.draw.chance(f"{name} unknown", unknown_share)

    def either(self, of_land: Floats | float, of_building: Floats | float) -> Floats:
        """Give the first for parcels and the second for all else."""
        return np.where(self.is_land, of_land, of_building)


def make_places(layout: Layout, project_id: list[str], firm_id: list[str], seed: int) -> Columns:
    """Make up the places' ledger; reserved places name a project, firms' places a firm."""
    n = int(layout.size.sum())
    draw = Draws(seed, "places", n)
    kind = _kinds(draw)
    median = np.where(kind == LAND, 30_000.0, 6_000.0)
    area = rounded(draw.lognormal("area_m2", median, 0.65), 10)
    stock = _Stock(
        draw=draw,
        place_id=column.ids("P", n),
        kind=kind,
        is_land=kind == LAND,
        is_building=kind == BUILDING,
        is_space=kind != LINE,
        zone=layout.of_place,
        area_m2=np.maximum(area, 300),
    )
    return {
        "place_id": pa.array(stock.place_id),
        "place_name": pa.array(
            [
                ("合成地块", "合成厂房", "合成生产线")[k] + name
                for k, name in zip(kind, stock.place_id, strict=True)
            ]
        ),
        "kind": column.words(_KINDS, kind),
        **_whereabouts(stock, layout),
        **_owners(stock, layout, firm_id),
        **_sizes(stock),
        **_offer(stock, project_id),
        **_planning(stock),
        **_structure(stock),
        **_supplies(stock),
        **_lines(stock),
    }


def _kinds(draw: Draws) -> Ints:
    kind = np.where(draw.chance("land", _LAND_SHARE), LAND, BUILDING)
    is_line = draw.chance("line", _LINE_SHARE)
    is_line[:1] = False
    kind[:1] = BUILDING  # lines need one to stand in
    kind[is_line] = LINE
    return kind


def _whereabouts(stock: _Stock, layout: Layout) -> Columns:
    """Zone and substation; a line is where its building is; parcels that follow one another may touch."""
    n = stock.draw.n
    buildings = np.flatnonzero(stock.is_building)
    building = buildings[np.searchsorted(buildings, np.arange(n), side="right") - 1]  # the one before
    at = np.where(stock.kind == LINE, building, np.arange(n))
    first = np.cumsum(layout.size) - layout.size
    zone = stock.zone[at]
    quarter = (at - first[zone]) * SUBSTATIONS_PER_ZONE // layout.size[zone]
    names = [
        substation_name(name, number + 1) for name in layout.zone_id for number in range(SUBSTATIONS_PER_ZONE)
    ]
    substation = zone * SUBSTATIONS_PER_ZONE + quarter
    touches = np.zeros(n, dtype=np.bool_)
    touches[:-1] = stock.is_land[:-1] & stock.is_land[1:] & (substation[:-1] == substation[1:])
    touches &= stock.draw.chance("adjacent_to", _ADJACENT_SHARE)
    shares_power = touches & stock.draw.chance("shared_in_bundle", 0.3)
    return {
        "zone_id": column.words(layout.zone_id, zone),
        "part_of": column.words([*stock.place_id, None], np.where(stock.kind == LINE, building, n)),
        "substation": column.words([*names, None], np.where(stock.is_space, substation, len(names))),
        "adjacent_to": column.lists(
            [*([other] for other in stock.place_id), None], np.where(touches, np.arange(n) + 1, n)
        ),
        "shared_in_bundle": column.lists([["可用电力"], None], np.where(shares_power, 0, 1)),
    }


def substation_name(zone_id: str, number: int) -> str:
    """Name a zone's substation as places and quotas write it."""
    return f"合成{zone_id}-{number}号站"


def _owners(stock: _Stock, layout: Layout, firm_id: list[str]) -> Columns:
    """Most parcels are the committee's, a third of the buildings a firm's."""
    draw, firm = stock.draw, 2
    of_building = draw.weighted("owner_kind of building", [35, 30, 35])
    of_land = draw.weighted("owner_kind of land", [80, 12, 8])
    kind = np.where(stock.is_land, of_land, of_building)
    names = [f"合成{zone}管委会" for zone in layout.zone_id] + [
        f"合成{zone}平台公司" for zone in layout.zone_id
    ]
    owner = kind * len(layout.zone_id) + stock.zone
    owner[kind == firm] = len(names) + draw.whole("owner", 0, len(firm_id) - 1)[kind == firm]
    consents = ("let", "sell", "shares", "any", "ask", "refused", None)
    consent = draw.weighted("owner_consent", [38, 12, 5, 12, 12, 9, 12])
    consent[kind != firm] = len(consents) - 1
    return {
        "owner": column.words([*names, *firm_id], owner),
        "owner_kind": column.words(["committee", "platform", "firm"], kind),
        "owner_consent": column.words(consents, consent),
        "encumbrance": column.words(
            ["none", "mortgaged", "seized"], draw.weighted("encumbrance", [85, 12, 3])
        ),
    }


def _sizes(stock: _Stock) -> Columns:
    """Area, how it can be shared, and the plot behind a building."""
    draw, area = stock.draw, stock.area_m2
    divisible = stock.is_space & draw.chance("divisible", stock.either(0.85, 0.15))
    share = rounded(area * draw.uniform("smallest_share_m2", 0.1, 0.4), 10)
    plot = rounded(area * draw.uniform("plot_area_m2", 0.7, 1.6), 10)
    return {
        "area_m2": column.numbers(area, stock.is_space),
        "divisible": column.flags(divisible, stock.is_space),
        "smallest_share_m2": column.numbers(share, divisible),
        "plot_area_m2": column.numbers(plot, stock.is_building & stock.known("plot_area_m2", 0.02)),
    }


def _offer(stock: _Stock, project_id: list[str]) -> Columns:
    """Say whether, when and at what price the place is on offer."""
    draw = stock.draw
    statuses = ("vacant", "partly_let", "reserved", "in_use", None)
    status = draw.weighted("status", [83, 6, 3, 5, 3])
    status[~stock.is_space] = 0
    let = rounded(stock.area_m2 * draw.uniform("let_area_m2", 0.1, 0.6), 10)
    reserved_for = np.where(status == 2, draw.whole("reserved_for", 0, len(project_id) - 1), len(project_id))
    later = _TODAY + draw.whole("available_on", 1, 700)
    idle = _TODAY - draw.whole("idle_since", 60, 4_000)
    verified = _TODAY - draw.whole("verified_on", 5, 700)
    return {
        "status": column.words(statuses, status),
        "let_area_m2": column.numbers(let, status == 1),
        "reserved_for": column.words([*project_id, None], reserved_for),
        "available_on": column.days(later, stock.known("available_on", 0.55)),
        "idle_since": column.days(idle, draw.chance("idle_since given", stock.either(0.15, 0.5))),
        "verified_on": column.days(verified, draw.chance("verified_on given", 0.85)),
        "rent_yuan_m2_month": column.numbers(
            rounded(draw.lognormal("rent_yuan_m2_month", 9.0, 0.35), 0.1),
            stock.is_building & stock.known("rent", 0.3),
        ),
        "price_wan_mu": column.numbers(
            rounded(draw.lognormal("price_wan_mu", 16.0, 0.35), 0.1),
            stock.is_land & stock.known("price", 0.3),
        ),
    }


def _planning(stock: _Stock) -> Columns:
    """Give what the plan of the land and the place's own lists admit."""
    draw = stock.draw
    uses = ("industrial", "new_industry", "storage", "commercial", None)
    use = draw.weighted("land_use", [84, 6, 6, 2, 2])
    use[~stock.is_space] = len(uses) - 1
    allowed = (("C33", "C34", "C35", "C36"), ("C38", "C39"), ("C30", "C31", "C33"), None)
    barred = (("C26", "C42"), ("C31", "C32"), None)
    return {
        "land_use": column.words(uses, use),
        "allowed_industries": column.lists(
            allowed,
            np.where(stock.is_space, draw.weighted("allowed_industries", [2, 2, 1, 95]), len(allowed) - 1),
        ),
        "barred_industries": column.lists(
            barred, np.where(stock.is_space, draw.weighted("barred_industries", [3, 2, 95]), len(barred) - 1)
        ),
    }


def _structure(stock: _Stock) -> Columns:
    """Give what a building is built for."""
    draw, is_building = stock.draw, stock.is_building
    fire_classes = ("jia", "yi", "bing", "ding", "wu", None)
    fire = draw.weighted("fire_class", [5, 8, 37, 36, 10, 4])
    fire[~is_building] = len(fire_classes) - 1
    cranes = np.array([0.0, 5.0, 10.0, 20.0, 32.0, 50.0])
    crane = cranes[draw.weighted("crane_t", [40, 15, 20, 15, 7, 3])]
    ground = draw.chance("ground_floor", 0.8)
    return {
        "fire_class": column.words(fire_classes, fire),
        "clear_height_m": column.numbers(
            np.maximum(rounded(draw.lognormal("clear_height_m", 9.0, 0.3), 0.1), 2.5),
            is_building & stock.known("clear_height_m", 0.04),
        ),
        "floor_load_t_m2": column.numbers(
            np.maximum(rounded(draw.lognormal("floor_load_t_m2", 3.0, 0.5), 0.1), 0.3),
            is_building & stock.known("floor_load_t_m2", 0.06),
        ),
        "crane_t": column.numbers(crane, is_building & stock.known("crane_t", 0.04)),
        "storeys": column.words(["1", "2", None], np.where(is_building, np.where(ground, 0, 1), 2)),
        "ground_floor": column.flags(ground, is_building & stock.known("ground_floor", 0.02)),
    }


def _supplies(stock: _Stock) -> Columns:
    """Give what the place's own connections give, in proportion to its area."""
    draw, area = stock.draw, stock.area_m2
    power = rounded(draw.lognormal("power_kva", area * stock.either(0.08, 0.15), 0.6), 10)
    water = rounded(draw.lognormal("water_t_d", area * 0.02, 0.6), 1)
    gas = rounded(draw.lognormal("gas_m3_yr", area * 40, 0.6), 1_000)
    steam = rounded(draw.lognormal("steam_t_h", area * 0.0006, 0.6), 0.1)
    return {
        "power_kva": column.numbers(power, stock.known("power_kva", 0.03)),
        "water_t_d": column.numbers(water, stock.known("water_t_d", 0.04)),
        "gas_m3_yr": column.numbers(gas * draw.chance("gas", 0.65), stock.known("gas_m3_yr", 0.04)),
        "steam_t_h": column.numbers(steam * draw.chance("steam", 0.4), stock.known("steam_t_h", 0.04)),
        "rail": column.flags(draw.chance("rail", 0.12), stock.known("rail", 0.02)),
    }


def _lines(stock: _Stock) -> Columns:
    """Give what a left-over line makes, and what the like of it costs new."""
    draw, is_line = stock.draw, stock.kind == LINE
    makers = [industry for industry in INDUSTRIES if industry.code.startswith("C")]
    maker = draw.weighted("products", [industry.weight for industry in makers])
    maker[~is_line] = len(makers)
    value = rounded(draw.lognormal("line_value_wan", 900.0, 0.7), 10)
    upgrade = rounded(value * draw.uniform("upgrade_wan", 0.2, 0.7), 10)
    return {
        "products": column.lists([*(industry.products[:1] for industry in makers), None], maker),
        "processes": column.lists([*(industry.processes for industry in makers), None], maker),
        "line_value_wan": column.numbers(value, is_line),
        "upgrade_wan": column.numbers(upgrade, is_line & draw.chance("upgrade_wan given", 0.6)),
    }
