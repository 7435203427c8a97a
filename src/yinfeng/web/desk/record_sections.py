"""How the columns of a ledger are grouped on its record page and its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yinfeng.core.text import Text


@dataclass(frozen=True, slots=True)
class Section:
    """Columns that belong together, under one heading."""

    name: str
    title: Text
    columns: tuple[str, ...]


def _section(name: str, zh: str, en: str, columns: str) -> Section:
    return Section(name, Text(zh, en), tuple(columns.split()))


_ORIGIN: Final = _section("origin", "来源与备注", "Source and note", "source synthetic note")

SECTIONS: Final[Mapping[str, tuple[Section, ...]]] = {
    "zones": (
        _section(
            "identity",
            "基本情况",
            "Identity",
            "zone_id zone_name zone_kind level part_of regions province city approved_on",
        ),
        _section(
            "industries",
            "产业",
            "Industries",
            "leading_industries allowed_industries barred_industries is_chemical_park",
        ),
        _section(
            "floors",
            "门槛",
            "Floors",
            "min_intensity_wan_mu min_tax_wan_mu",
        ),
        _section(
            "position",
            "位置",
            "Position",
            "longitude latitude radius_km boundary coordinate_system",
        ),
        _ORIGIN,
    ),
    "firms": (
        _section(
            "identity",
            "基本情况",
            "Identity",
            "firm_id firm_name uscc zone_id parent_firm industry_code",
        ),
        _section(
            "business",
            "产品与意向",
            "Products and wishes",
            "products by_products seeks_space",
        ),
        _section(
            "position",
            "位置",
            "Position",
            "longitude latitude coordinate_system",
        ),
        _ORIGIN,
    ),
    "places": (
        _section(
            "identity",
            "基本情况",
            "Identity",
            "place_id place_name zone_id kind part_of status reserved_for idle_since verified_on",
        ),
        _section(
            "area",
            "面积与权属",
            "Area and title",
            "area_m2 let_area_m2 divisible smallest_share_m2 plot_area_m2 land_use owner "
            "owner_kind owner_consent title encumbrance",
        ),
        _section(
            "building",
            "建筑条件",
            "Building",
            "fire_class clear_height_m floor_load_t_m2 crane_t storeys ground_floor",
        ),
        _section(
            "utilities",
            "配套",
            "Utilities",
            "substation power_kva water_t_d gas_m3_yr steam_t_h rail",
        ),
        _section(
            "terms",
            "供应条件",
            "Terms",
            "available_on rent_yuan_m2_month price_wan_mu min_intensity_wan_mu min_tax_wan_mu "
            "allowed_industries barred_industries",
        ),
        _section(
            "bundle",
            "相邻与合并",
            "Neighbours and bundles",
            "adjacent_to shared_in_bundle bundle_substation",
        ),
        _section(
            "line",
            "遗留生产线",
            "Left-over line",
            "products processes capacity line_value_wan upgrade_wan",
        ),
        _section(
            "position",
            "位置",
            "Position",
            "longitude latitude boundary coordinate_system",
        ),
        _ORIGIN,
    ),
    "projects": (
        _section(
            "identity",
            "基本情况",
            "Identity",
            "project_id project_name zone_id firm stage must_place industry_code is_chemical "
            "products processes",
        ),
        _section(
            "need",
            "场地需求",
            "Space needed",
            "zones_wished zones_excluded kinds_accepted land_min_mu land_max_mu land_wish_mu "
            "floor_min_m2 floor_max_m2 floor_wish_m2 needed_on rent_ceiling_yuan_m2_month "
            "price_ceiling_wan_mu current_place",
        ),
        _section(
            "economics",
            "经济指标",
            "Economics",
            "fixed_investment_wan output_wan_yr value_added_wan_yr tax_wan_yr",
        ),
        _section(
            "building",
            "建筑要求",
            "Building",
            "fire_class clear_height_m floor_load_t_m2 crane_t ground_floor",
        ),
        _section(
            "utilities",
            "配套需求",
            "Utilities",
            "power_kva energy_tce_yr water_t_d gas_m3_yr steam_t_h rail",
        ),
        _section(
            "emissions",
            "排放与副产物",
            "Emissions and by-products",
            "cod_t_yr nh3n_t_yr so2_t_yr nox_t_yr voc_t_yr by_products_used",
        ),
        _ORIGIN,
    ),
    "quotas": (
        _section(
            "identity",
            "范围",
            "Scope",
            "quota_id scope_kind scope resource valid_year",
        ),
        _section(
            "amounts",
            "数量",
            "Amounts",
            "capacity used",
        ),
        _ORIGIN,
    ),
    "pins": (
        _section(
            "identity",
            "决定",
            "Decision",
            "project_id place_id action",
        ),
        _section(
            "grounds",
            "依据",
            "Grounds",
            "decided_by decided_on reason note",
        ),
    ),
}
"""Each column of a ledger stands in one section."""
