"""Made-up zones, regions of zones, and the firms that stand in the zones."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from yinfeng.tables.synthetic import columns as column
from yinfeng.tables.synthetic.columns import Columns
from yinfeng.tables.synthetic.draws import Draws, Ints, rounded
from yinfeng.tables.synthetic.industries import BY_PRODUCTS, DIVISIONS, INDUSTRIES

PLACES_PER_ZONE: Final = 800
ZONES_PER_REGION: Final = 6
SUBSTATIONS_PER_ZONE: Final = 4
PLACES_PER_FIRM: Final = 20
FEWEST_FIRMS: Final = 6


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """Which zones there are and how many places each has."""

    zone_id: list[str]  # (Z,)
    size: Ints  # (Z,) places
    region_id: list[str]  # none where the zones are too few to be grouped

    @property
    def of_place(self) -> Ints:
        """Zone of each place, shape (places,); the places of a zone follow one another."""
        return np.repeat(np.arange(len(self.zone_id)), self.size)

    @property
    def region(self) -> Ints:
        """Region of each zone, shape (Z,)."""
        return np.arange(len(self.zone_id)) // ZONES_PER_REGION


def lay_out(places: int, seed: int) -> Layout:
    """Share out the places among zones of lognormal size, two to four where the places are few."""
    n = min(places, max(round(places / PLACES_PER_ZONE), min(4, 2 + places // 300)))
    ends = np.cumsum(Draws(seed, "zones", n).lognormal("size", 1.0, 0.6))
    spare = places - n  # each zone has one place at least
    size = 1 + np.diff(np.floor(spare * (ends / ends[-1])).astype(np.int64), prepend=0)
    regions = -(-n // ZONES_PER_REGION) if n > ZONES_PER_REGION else 0
    return Layout(column.ids("Z", n), size, column.ids("R", regions))


def make_zones(layout: Layout, seed: int) -> Columns:
    """Make up the zones' ledger: zones first, then regions."""
    n, regions = len(layout.zone_id), len(layout.region_id)
    draw = Draws(seed, "zones", n)
    is_chemical_park = draw.chance("is_chemical_park", 0.25)
    is_chemical_park[0] = True  # else no chemical project could go anywhere
    intensity = rounded(draw.uniform("min_intensity_wan_mu", 100, 350), 10)
    tax = rounded(draw.uniform("min_tax_wan_mu", 5, 15), 1)
    of_zones = {
        "zone_id": pa.array(layout.zone_id),
        "zone_name": pa.array([f"合成开发区{zone}" for zone in layout.zone_id]),
        "zone_kind": pa.array(["zone"] * n),
        "regions": column.lists([[region] for region in layout.region_id] or [None] * n, layout.region),
        "level": column.words(["national", "provincial"], draw.weighted("level", [4, 6])),
        "leading_industries": column.lists(
            [[industry.products[0]] for industry in INDUSTRIES],
            draw.weighted("leading_industries", [industry.weight for industry in INDUSTRIES]),
        ),
        "allowed_industries": _divisions(draw, "allowed_industries", 0.35, 0.75),
        "barred_industries": _divisions(draw, "barred_industries", 0.35, 0.1),
        "is_chemical_park": column.flags(is_chemical_park),
        "min_intensity_wan_mu": column.numbers(intensity, draw.chance("has_min_intensity", 0.5)),
        "min_tax_wan_mu": column.numbers(tax, draw.chance("has_min_tax", 0.6)),
    }
    of_regions = {
        "zone_id": pa.array(layout.region_id, pa.string()),
        "zone_name": pa.array([f"合成片区{region}" for region in layout.region_id], pa.string()),
        "zone_kind": pa.array(["region"] * regions, pa.string()),
    }
    return {
        name: pa.concat_arrays([values, of_regions.get(name, pa.nulls(regions, values.type))])
        for name, values in of_zones.items()
    }


def _divisions(draw: Draws, name: str, zones_share: float, divisions_share: float) -> pa.Array:
    """List divisions of industry for a share of the zones, blank for the others."""
    listed = draw.chance(f"{name} given", zones_share)
    named = [draw.chance(f"{name} {division}", divisions_share) for division in DIVISIONS]
    rows = [
        [division for division, is_named in zip(DIVISIONS, named, strict=True) if is_named[z]]
        if listed[z]
        else []
        for z in range(draw.n)
    ]
    return column.lists([row or None for row in rows], np.arange(draw.n))


def make_firms(layout: Layout, places: int, seed: int) -> Columns:
    """Make up the firms' ledger; a few power plants, mines and mills have by-products on offer."""
    n = max(FEWEST_FIRMS, places // PLACES_PER_FIRM)
    draw = Draws(seed, "firms", n)
    firm_id = column.ids("F", n)
    trades = [(i.code, i.products, i.weight) for i in INDUSTRIES]
    trades += [("D4411", ("电力",), 6), ("B0610", ("原煤",), 4)]
    trade = draw.weighted("industry_code", [weight for _, _, weight in trades])
    tonnes = rounded(draw.lognormal("by_products", 60_000.0, 0.8), 1_000)
    on_offer = [BY_PRODUCTS.get(trades[t][0], ()) for t in trade]
    return {
        "firm_id": pa.array(firm_id),
        "firm_name": pa.array([f"合成企业{firm}" for firm in firm_id]),
        "zone_id": column.words(layout.zone_id, layout.of_place[draw.whole("zone_id", 0, places - 1)]),
        "industry_code": column.words([code for code, _, _ in trades], trade),
        "products": column.lists([products for _, products, _ in trades], trade),
        "by_products": column.amounts(
            [dict.fromkeys(names, t) or None for names, t in zip(on_offer, tonnes.tolist(), strict=True)]
        ),
        "seeks_space": column.flags(draw.chance("seeks_space", 0.2)),
    }
