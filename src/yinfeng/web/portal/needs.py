"""What an investor needs: the form as it was typed, read as a row of the projects ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from yinfeng.bulletins.pack import Fact
from yinfeng.core.errors import Fault
from yinfeng.core.matching.facts import Projects
from yinfeng.core.text import Text
from yinfeng.core.units import M2_PER_MU
from yinfeng.tables.entry import read_entry
from yinfeng.tables.held import ledger_of
from yinfeng.tables.matching import facts_of, rows_of
from yinfeng.tables.needs import NEED_ID
from yinfeng.tables.reasons import number
from yinfeng.tables.schema import choice_label, load
from yinfeng.web.portal.industries import Recognised, name_of, recognise
from yinfeng.web.portal.public import policy

KINDS: Final = {
    "building": Text("厂房", "Building"),
    "land": Text("土地", "Land"),
    "either": Text("都可以", "Either"),
}
AREA_UNITS: Final = {"mu": Text("亩", "mu"), "m2": Text("㎡", "m²")}

COLUMN_OF: Final[Mapping[str, str]] = {
    "investment": "fixed_investment_wan",
    "tax": "tax_wan_yr",
    "height": "clear_height_m",
    "load": "floor_load_t_m2",
    "crane": "crane_t",
    "power": "power_kva",
    "fire": "fire_class",
    "chemical": "is_chemical",
    "needed": "needed_on",
    "rent": "rent_ceiling_yuan_m2_month",
    "price": "price_ceiling_wan_mu",
    "zone": "zones_wished",
}
"""Field of the form → column of the projects ledger."""
FIELDS: Final = ("make", "kind", "area", "area_unit", *COLUMN_OF)
_AREA_COLUMNS: Final = {
    "land": ("land_min_mu",),
    "building": ("floor_min_m2",),
    "either": ("land_min_mu", "floor_min_m2"),
}
_UNIT_ZH: Final = {"mu": "亩", "m2": "㎡"}
_SAID: Final = {
    "wan": Text("{n} 万元", "{n} ×10k yuan"),
    "m": Text("{n} 米", "{n} m"),
    "t_m2": Text("{n} 吨/㎡", "{n} t/m²"),
    "t": Text("{n} 吨", "{n} t"),
    "kva": Text("{n} kVA", "{n} kVA"),
    "yuan_m2_month": Text("{n} 元/㎡·月", "{n} yuan/m²·month"),
    "wan_per_mu": Text("{n} 万元/亩", "{n} ×10k yuan/mu"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """One need, read."""

    typed: Mapping[str, str]
    """The form's fields that were filled in: what an address or a share keeps."""
    texts: Mapping[str, str]
    """The same as texts by column of the projects ledger: what a lead keeps."""
    values: Mapping[str, Any]
    recognised: Recognised

    @property
    def projects(self) -> Projects:
        """The need as the one project of a zone's facts."""
        row = {"project_id": NEED_ID, "project_name": NEED_ID} | dict(self.values)
        rows = list(rows_of(ledger_of("projects", [row])).values())
        return facts_of({"projects": rows, "places": []}, policy()).projects


def read(typed: Mapping[str, str]) -> tuple[Need, dict[str, Fault]]:
    """Read what was typed; faults stand by field of the form, and a need with faults is not to be used."""
    given = {name: typed[name].strip() for name in FIELDS if typed.get(name, "").strip()}
    recognised = recognise(given.get("make", ""))
    texts = _texts(given, recognised)
    entered = read_entry("projects", texts)
    fields = {column: field for field, column in COLUMN_OF.items()}
    fields |= dict.fromkeys(("land_min_mu", "floor_min_m2"), "area")
    faults = {fields[fault.column]: fault for fault in reversed(entered.errors) if fault.column in fields}
    return Need(given, texts, entered.values, recognised), faults


def _texts(given: Mapping[str, str], recognised: Recognised) -> dict[str, str]:
    """Give the texts by column; a bare area gets the unit that was chosen beside it."""
    texts = {column: given[name] for name, column in COLUMN_OF.items() if name in given}
    area = given.get("area", "")
    if area and not any(sign.isalpha() or sign in "㎡²" for sign in area):
        area += _UNIT_ZH.get(given.get("area_unit", "mu"), "亩")
    if area:
        texts |= dict.fromkeys(_AREA_COLUMNS.get(given.get("kind", "either"), _AREA_COLUMNS["either"]), area)
    if recognised.code:
        texts["industry_code"] = recognised.code
    if "make" in given:
        texts["products"] = given["make"]
    return texts


def asked(need: Need, zone_names: Mapping[str, str]) -> tuple[Fact, ...]:
    """Say what was asked, a fact each, with units."""
    facts = [Fact(Text("做什么", "What you make"), need.typed["make"])] if "make" in need.typed else []
    code = need.values.get("industry_code")
    if code:
        facts.append(Fact(Text("行业", "Industry"), _with_code(str(code))))
    if "kind" in need.typed:
        facts.append(Fact(Text("要土地还是厂房", "Land or building"), KINDS[need.typed["kind"]]))
    facts += _area(need)
    facts += [
        Fact(load("projects").column(column).label, _said(column, value, zone_names))
        for column in COLUMN_OF.values()
        if (value := need.values.get(column)) is not None
    ]
    return tuple(facts)


def _with_code(code: str) -> Text:
    name = name_of(code)
    return Text(f"{code} {name.zh}", f"{code} {name.en}") if name.zh != code else name


def _area(need: Need) -> list[Fact]:
    m2 = need.values.get("floor_min_m2")
    high = need.values.get("floor_min_m2.high")
    sign = need.values.get("floor_min_m2.strength")
    if m2 is None and need.values.get("land_min_mu") is not None:
        m2 = need.values["land_min_mu"] * M2_PER_MU
        high = need.values.get("land_min_mu.high")
        high = None if high is None else high * M2_PER_MU
        sign = need.values.get("land_min_mu.strength")
    if m2 is None:
        return []
    text = area_text(float(m2))
    if high is not None:
        text = Text("{low} 至 {high}", "{low} to {high}").format(low=text, high=area_text(float(high)))
    elif sign in {"<", "<="}:
        text = Text("不超过 {most}", "at most {most}").format(most=text)
    return [Fact(Text("面积", "Area"), text)]


def area_text(m2: float) -> Text:
    """Write an area in mu and in square metres."""
    mu = number(round(m2 / float(M2_PER_MU), 1))
    return Text(f"{number(round(m2))} ㎡（{mu} 亩）", f"{number(round(m2))} m² ({mu} mu)")


def _said(column: str, value: Any, zone_names: Mapping[str, str]) -> Text:
    about = load("projects").column(column)
    if about.type == "choice":
        return choice_label(about.target, value)
    if about.type == "bool":
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, date):
        return Text(value.isoformat(), value.isoformat())
    if isinstance(value, list):
        names = [zone_names.get(name, name) for name in value]
        return Text("、".join(names), ", ".join(names))
    return amount_text(value, about.unit)


def amount_text(value: float, unit: str) -> Text:
    """Write an amount of a ledger in its unit."""
    return _SAID[unit].format(n=number(value))
