"""Made-up projects: what they need, what they bring, and where they want to go."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from yinfeng.core.units import M2_PER_MU
from yinfeng.tables.synthetic import columns as column
from yinfeng.tables.synthetic.columns import Columns
from yinfeng.tables.synthetic.draws import Bools, Draws, Floats, Ints, rounded
from yinfeng.tables.synthetic.industries import INDUSTRIES
from yinfeng.tables.synthetic.places import AS_OF
from yinfeng.tables.synthetic.zones import Layout

_PLOT_PER_FLOOR: Final = 1.1  # a building's plot over its floor, on average
_MU_M2: Final = float(M2_PER_MU)
_BY_PRODUCTS_OF_BUILDING_MATERIALS: Final = ("粉煤灰", "脱硫石膏", "煤矸石")


def make_projects(layout: Layout, project_id: list[str], seed: int) -> Columns:
    """Make up the projects' ledger; none must be placed, so that every instance has a plan."""
    n = len(project_id)
    draw = Draws(seed, "projects", n)
    industry = draw.weighted("industry_code", [i.weight for i in INDUSTRIES])
    space, ground_m2 = _space(draw)
    stages = ("lead", "talks", "signed", "listed", None)
    return {
        "project_id": pa.array(project_id),
        "project_name": pa.array(
            [
                f"合成{INDUSTRIES[i].products[0]}项目{name}"
                for i, name in zip(industry, project_id, strict=True)
            ]
        ),
        "stage": column.words(stages, draw.weighted("stage", [20, 30, 10, 30, 10])),
        **_wishes(draw, layout),
        **_trade(draw, industry),
        **space,
        **_yield(draw, ground_m2 / _MU_M2),
        **_structure(draw, industry),
        **_supplies(draw, ground_m2),
        **_emissions(draw, ground_m2),
        **_terms(draw),
    }


def _wishes(draw: Draws, layout: Layout) -> Columns:
    """Name a region or up to three zones; the more zones there are, the fewer projects go anywhere."""
    zones = layout.zone_id
    last = len(zones) - 1
    open_share = min(0.5, 2 / len(zones))
    is_open = draw.chance("open", open_share)
    wants_region = draw.chance("region", 0.5) & (len(layout.region_id) > 0)
    count = draw.whole("count", 1, 3)
    first = draw.whole("zones_wished", 0, last)
    wished = [
        None if is_open[i]
        else [layout.region_id[layout.region[first[i]]]] if wants_region[i]
        else sorted({zones[(first[i] + step) % len(zones)] for step in range(min(count[i], last or 1))})
        for i in range(draw.n)
    ]  # fmt: skip
    excluded = np.where(
        is_open & draw.chance("excludes", 0.1), draw.whole("zones_excluded", 0, last), len(zones)
    )
    return {
        "zones_wished": column.lists(wished, np.arange(draw.n)),
        "zones_excluded": column.lists([*([zone] for zone in zones), None], excluded),
    }


def _trade(draw: Draws, industry: Ints) -> Columns:
    makes = draw.whole("products", 0, 1)
    products: list[Sequence[str]] = [i.products[: 1 + both] for i in INDUSTRIES for both in range(2)]
    is_chemical = np.array([i.code.startswith("C26") for i in INDUSTRIES])[industry]
    processes = np.where(draw.chance("processes", 0.6), industry, len(INDUSTRIES))
    return {
        "industry_code": column.words([i.code for i in INDUSTRIES], industry),
        "is_chemical": column.flags(is_chemical, draw.chance("is_chemical given", 0.5)),
        "products": column.lists(products, 2 * industry + makes),
        "processes": column.lists([*(i.processes for i in INDUSTRIES), None], processes),
        "by_products_used": _by_products(draw, industry),
    }


def _by_products(draw: Draws, industry: Ints) -> pa.Array:
    """Makers of building materials take in the ash and gypsum of the power plants."""
    uses = np.array([i.code.startswith("C30") for i in INDUSTRIES])[industry] & draw.chance(
        "by_products_used", 0.6
    )
    name = draw.whole("by_product", 0, len(_BY_PRODUCTS_OF_BUILDING_MATERIALS) - 1)
    tonnes = rounded(draw.lognormal("by_product tonnes", 20_000.0, 0.7), 1_000)
    return column.amounts(
        [
            {_BY_PRODUCTS_OF_BUILDING_MATERIALS[name[i]]: max(1_000.0, float(tonnes[i]))} if uses[i] else None
            for i in range(draw.n)
        ]
    )


def _space(draw: Draws) -> tuple[Columns, Floats]:
    """Give the space columns, and the ground [m²] each project covers, on which its other needs rest."""
    kind = draw.weighted("kinds", [30, 45, 25])  # land, building, either
    on_land, in_building = kind != 1, kind != 0
    least_mu = np.maximum(rounded(draw.lognormal("land_min_mu", 22.0, 0.65), 1), 2)
    least_m2 = np.maximum(rounded(least_mu * draw.lognormal("floor_min_m2", 200.0, 0.3), 100), 300)
    wish = draw.uniform("wish", 1.0, 1.15)
    most = draw.uniform("most", 1.6, 3.4)
    has_most = draw.chance("has most", 0.85)
    has_wish = draw.chance("has wish", 0.6)
    ground = np.where(on_land, least_mu * _MU_M2, least_m2 * _PLOT_PER_FLOOR)
    kinds = [["land"], ["building"], ["land", "building"], None]
    return {
        "kinds_accepted": column.lists(kinds, np.where(draw.chance("kinds given", 0.4), kind, 3)),
        "land_min_mu": column.numbers(least_mu, on_land),
        "land_wish_mu": column.numbers(rounded(least_mu * wish, 1), on_land & has_wish),
        "land_max_mu": column.numbers(rounded(least_mu * most, 1) + 1, on_land & has_most),
        "floor_min_m2": column.numbers(least_m2, in_building),
        "floor_wish_m2": column.numbers(rounded(least_m2 * wish, 10), in_building & has_wish),
        "floor_max_m2": column.numbers(rounded(least_m2 * most, 10) + 10, in_building & has_most),
    }, ground


def _yield(draw: Draws, ground_mu: Floats) -> Columns:
    investment = np.maximum(rounded(draw.lognormal("fixed_investment_wan", ground_mu * 600, 0.45), 10), 50)
    tax = np.maximum(rounded(draw.lognormal("tax_wan_yr", investment * 0.04, 0.45), 1), 2)
    added = rounded(draw.lognormal("value_added_wan_yr", tax * 4, 0.3), 1)
    output = rounded(draw.lognormal("output_wan_yr", added * 3.5, 0.2), 10)
    return {
        "fixed_investment_wan": column.numbers(investment, ~draw.chance("investment unknown", 0.02)),
        "tax_wan_yr": column.numbers(tax, ~draw.chance("tax unknown", 0.02)),
        "value_added_wan_yr": column.numbers(added, ~draw.chance("value added unknown", 0.05)),
        "output_wan_yr": column.numbers(output, draw.chance("output", 0.8)),
    }


def _structure(draw: Draws, industry: Ints) -> Columns:
    """Give what production asks of a building."""
    pairs = [(i.fire_classes[0], i.fire_classes[-1])[late] for i in INDUSTRIES for late in range(2)]
    cranes = np.array([3.0, 5.0, 10.0, 20.0, 32.0])[draw.weighted("crane_t", [30, 30, 25, 12, 3])]
    return {
        "fire_class": _fire_class(draw, pairs, industry),
        "clear_height_m": column.numbers(
            rounded(draw.lognormal("clear_height_m", 7.0, 0.25), 0.5), draw.chance("height asked", 0.6)
        ),
        "floor_load_t_m2": column.numbers(
            rounded(draw.lognormal("floor_load_t_m2", 1.6, 0.4), 0.1), draw.chance("load asked", 0.5)
        ),
        "crane_t": column.numbers(cranes, draw.chance("crane asked", 0.3)),
        "ground_floor": column.flags(
            draw.chance("ground_floor", 0.7), draw.chance("ground floor asked", 0.5)
        ),
        "rail": column.flags(draw.chance("rail", 0.15), draw.chance("rail asked", 0.5)),
    }


def _fire_class(draw: Draws, pairs: list[str], industry: Ints) -> pa.Array:
    late = draw.chance("fire_class", 0.5)
    given = draw.chance("fire_class given", 0.85)
    return column.words([*pairs, None], np.where(given, 2 * industry + late, len(pairs)))


def _supplies(draw: Draws, ground_m2: Floats) -> Columns:
    """Power, energy, water, gas and steam, in proportion to the ground covered."""
    needs = {  # column: need per m², spread, smallest step, share of projects that state it
        "power_kva": (0.045, 0.5, 10, 0.97),
        "energy_tce_yr": (0.1, 0.8, 1, 0.96),
        "water_t_d": (0.006, 0.6, 1, 0.97),
        "gas_m3_yr": (18.0, 0.6, 1_000, 0.3),
        "steam_t_h": (0.0003, 0.6, 0.1, 0.15),
    }
    return {name: _need(draw, name, ground_m2, *parts) for name, parts in needs.items()}


def _emissions(draw: Draws, ground_m2: Floats) -> Columns:
    """Pollutants a year, in proportion to the ground covered."""
    needs = {
        "cod_t_yr": (0.00006, 0.9, 0.01, 0.85),
        "nh3n_t_yr": (0.000006, 0.9, 0.01, 0.5),
        "so2_t_yr": (0.00004, 0.9, 0.01, 0.5),
        "nox_t_yr": (0.00006, 0.9, 0.01, 0.5),
        "voc_t_yr": (0.00005, 0.9, 0.01, 0.6),
    }
    return {name: _need(draw, name, ground_m2, *parts) for name, parts in needs.items()}


def _need(
    draw: Draws, name: str, ground_m2: Floats, per_m2: float, sigma: float, step: float, share: float
) -> pa.Array:
    need = rounded(draw.lognormal(name, ground_m2 * per_m2, sigma), step)
    given: Bools = draw.chance(f"{name} given", share)
    return column.numbers(np.maximum(need, step), given)


def _terms(draw: Draws) -> Columns:
    """Say when the place is needed, and the most that is paid for it."""
    needed = AS_OF.toordinal() + draw.whole("needed_on", 30, 720)
    return {
        "needed_on": column.days(needed, draw.chance("needed_on given", 0.7)),
        "rent_ceiling_yuan_m2_month": column.numbers(
            rounded(draw.lognormal("rent_ceiling_yuan_m2_month", 13.0, 0.3), 0.5),
            draw.chance("rent ceiling", 0.5),
        ),
        "price_ceiling_wan_mu": column.numbers(
            rounded(draw.lognormal("price_ceiling_wan_mu", 23.0, 0.3), 0.5), draw.chance("price ceiling", 0.5)
        ),
    }
