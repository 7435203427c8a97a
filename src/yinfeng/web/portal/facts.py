"""A place's facts in groups, with units: for its page, the comparison, the share and the pack alike."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from yinfeng.bulletins.pack import Fact, FactGroup
from yinfeng.core.text import Text
from yinfeng.tables.reasons import UNIT, number
from yinfeng.tables.schema import choice_label, load
from yinfeng.web.portal.industries import name_of
from yinfeng.web.portal.needs import area_text
from yinfeng.web.portal.public import PublicPlace, today

_GROUPS: Final[Mapping[str, tuple[Text, tuple[str, ...]]]] = {
    "site": (
        Text("场地", "The site"),
        ("free", "area_m2", "divisible", "smallest_share_m2", "plot_area_m2", "land_use"),
    ),
    "building": (
        Text("厂房条件", "The building"),
        ("clear_height_m", "floor_load_t_m2", "crane_t", "storeys", "ground_floor", "fire_class"),
    ),
    "utilities": (
        Text("公用设施", "Utilities"),
        ("power_kva", "water_t_d", "gas_m3_yr", "steam_t_h", "rail"),
    ),
    "admission": (
        Text("准入要求", "Who may come"),
        ("allowed_industries", "barred_industries", "min_intensity_wan_mu", "min_tax_wan_mu"),
    ),
    "line": (Text("生产线", "The line"), ("products", "processes", "capacity")),
}
_OF_KIND: Final = {
    "land": ("site", "utilities", "admission"),
    "building": ("site", "building", "utilities", "admission"),
    "line": ("line",),
}
_NOT_OF_LAND: Final = frozenset({"plot_area_m2"})
_TERMS_OF: Final = {
    "land": ("price_wan_mu", "available_on"),
    "building": ("rent_yuan_m2_month", "available_on"),
    "line": ("available_on",),
}
_SHOWN_ONLY_IF_KNOWN: Final = frozenset(
    {
        "smallest_share_m2",
        "plot_area_m2",
        "allowed_industries",
        "barred_industries",
        "storeys",
        "min_intensity_wan_mu",
        "min_tax_wan_mu",
    }
)

MEANING: Final[Mapping[str, Text]] = {
    "free": Text("还没有出租或预留的部分", "What is not let or reserved"),
    "smallest_share_m2": Text("可以只要其中一部分，但不小于此", "You may take a part, not smaller than this"),
    "plot_area_m2": Text(
        "厂房对应的土地，算投资强度用", "The land behind it, which counts for investment per mu"
    ),
    "clear_height_m": Text("地面到最低障碍物的净空", "From the floor to the lowest obstacle"),
    "floor_load_t_m2": Text("每平方米地面能承受的重量", "What a square metre of floor bears"),
    "crane_t": Text("最大一台的起重量", "What the largest one lifts"),
    "fire_class": Text(
        "甲最高、戊最低；可容纳同级或更低的生产", "A highest, E lowest; admits the same class or lower"
    ),
    "power_kva": Text("场地自身接入还能用的容量", "What its own connection still gives"),
    "min_intensity_wan_mu": Text("固定资产投资除以占用土地", "Fixed investment over the land taken"),
    "min_tax_wan_mu": Text("年税收除以占用土地", "Yearly tax over the land taken"),
}
"""What a figure means, where its name alone does not say; by column."""

_FREE: Final = Text("可用面积", "Free area")
_LABELS: Final = {
    "min_intensity_wan_mu": Text("投资强度下限", "Least investment per mu"),
    "min_tax_wan_mu": Text("亩均税收下限", "Least yearly tax per mu"),
    "rent_yuan_m2_month": Text("租金", "Rent"),
    "price_wan_mu": Text("地价", "Land price"),
}


def label_of(column: str) -> Text:
    """Give the label of a column as the public reads it."""
    if column == "free":
        return _FREE
    return _LABELS.get(column) or load("places").column(column).label


def groups(place: PublicPlace) -> tuple[FactGroup, ...]:
    """Give what is known of a place, in groups; terms are apart."""
    kind = place.values["kind"]
    made = [
        FactGroup(title, tuple(_fact(place, column) for column in columns if _is_shown(place, column)))
        for title, columns in (_GROUPS[name] for name in _OF_KIND.get(kind, _OF_KIND["land"]))
    ]
    return tuple(group for group in made if group.facts)


def terms(place: PublicPlace) -> tuple[Fact, ...]:
    """Give what a place costs and when it can be had."""
    return tuple(_fact(place, column) for column in _TERMS_OF.get(place.values["kind"], ("available_on",)))


def kind_of(place: PublicPlace) -> Text:
    """Name the kind of a place."""
    return choice_label("place_kind", place.values["kind"] or "land")


def freshness(place: PublicPlace) -> Text:
    """Say when a place was last seen on site."""
    return Text("{day} 核实", "verified {day}").format(day=place.values["verified_on"].isoformat())


def meaning_by_label() -> dict[Text, Text]:
    """Give what figures mean, by the labels of their facts."""
    return {label_of(column): meaning for column, meaning in MEANING.items()}


def _is_shown(place: PublicPlace, column: str) -> bool:
    if column == "free":
        return place.free_m2 != place.values["area_m2"] or place.free_m2 is None
    if column in _NOT_OF_LAND and place.values["kind"] == "land":
        return False
    return column not in _SHOWN_ONLY_IF_KNOWN or place.values[column] is not None


def _fact(place: PublicPlace, column: str) -> Fact:
    if column == "free":
        free = place.free_m2
        return Fact(_FREE, None if free is None else area_text(free), is_synthetic="area_m2" in place.made_up)
    said = _said(place, column)
    return Fact(label_of(column), said, is_synthetic=said is not None and column in place.made_up)


def _said(place: PublicPlace, column: str) -> Text | str | None:
    value = place.values[column]
    about = load("places").column(column)
    if column == "available_on":
        return _available(value)
    if value is None:
        return None
    if about.type == "codes":
        return _industries(value)
    return _value(about.type, about.unit, about.target, value)


def _value(kind: str, unit: str, target: str, value: Any) -> Text | str:
    match kind:
        case "choice":
            return choice_label(target, value)
        case "bool":
            return Text("是", "yes") if value else Text("否", "no")
        case "list":
            return Text("、".join(value), ", ".join(value))
        case "quantity" if unit == "m2":
            return area_text(value)
        case "quantity":
            return Text(f"{number(value)} {UNIT[unit].zh}", f"{number(value)} {UNIT[unit].en}")
        case _:
            return str(value)


def _available(on: date | None) -> Text:
    if on is None or on <= today():
        return Text("现在", "now")
    return Text(on.isoformat(), on.isoformat())


def _industries(codes: list[str]) -> Text:
    names = [name_of(code) for code in codes]
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))
