"""Amounts, failed rules and resources in words."""

import math
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from yinfeng.core.matching.area import NEED
from yinfeng.core.matching.facts import Kind
from yinfeng.core.matching.feasible import Miss
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.offers import parts_of
from yinfeng.core.matching.resources import Resource
from yinfeng.core.matching.rules import BY_CODE, Relation, Rule, Verdict
from yinfeng.core.text import Lang, Text
from yinfeng.core.units import M2_PER_MU, YUAN_PER_WAN, from_engine
from yinfeng.tables import schema

if TYPE_CHECKING:
    from yinfeng.core.matching.whatif import Interval, Scarcity  # brings the solver, which words do without

_LESS_THAN_A_MU: Final = math.floor(M2_PER_MU)  # m²
_FIRE: Final = ("", "jia", "yi", "bing", "ding", "wu")

UNIT: Final[Mapping[str, Text]] = {
    "m2": Text("㎡", "m²"),
    "wan": Text("万元", "×10k yuan"),
    "wan_per_mu": Text("万元/亩", "×10k yuan/mu"),
    "yuan_m2_month": Text("元/㎡·月", "yuan/m²·month"),
    "m": Text("米", "m"),
    "t": Text("吨", "t"),
    "t_m2": Text("吨/㎡", "t/m²"),
    "kva": Text("kVA", "kVA"),
    "tce": Text("吨标准煤/年", "tce/yr"),
    "t_per_yr": Text("吨/年", "t/yr"),
    "t_per_d": Text("吨/天", "t/day"),
    "m3_per_yr": Text("立方米/年", "m³/yr"),
    "t_per_h": Text("吨/小时", "t/h"),
    "count": Text("条", "line"),
    "date": Text("天", "days"),
    "fire_class": Text("级", "classes"),
}

KIND: Final[Mapping[Kind, Text]] = {"land": Text("地块", "parcel"), "building": Text("厂房", "building")}

BASIS: Final[Mapping[str, Text]] = {
    "law": Text("法律法规", "law"),
    "standard": Text("标准", "standard"),
    "policy": Text("开发区自定", "the zone's policy"),
    "assumption": Text("无出处的假定", "assumption without source"),
}


def number(value: float) -> str:
    """Write a number with thousands grouped and no needless decimals."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


@lru_cache(maxsize=20_000)
def amount(value: int, unit: str) -> Text:
    """Write an engine amount in the unit people see; areas in mu as well."""
    counted = unit in {"date", "fire_class"}
    shown = number(value if counted else from_engine(value, unit))
    said = UNIT[unit]
    if unit == "m2" and abs(value) > _LESS_THAN_A_MU:
        mu = number(round(from_engine(value, "mu"), 1))
        return Text(f"{shown} {said.zh}（{mu} 亩）", f"{shown} {said.en} ({mu} mu)")
    return Text(f"{shown} {said.zh}", f"{shown} {said.en}")


def wan(yuan: float) -> str:
    """Write yuan as 万元 with one decimal."""
    shown = f"{yuan / YUAN_PER_WAN:,.1f}"
    return "0.0" if shown == "-0.0" else shown


def joined(parts: Iterable[str], lang: Lang) -> str:
    """Join parts of a sentence as each language does."""
    return ("；" if lang == "zh" else "; ").join(parts)


def listed(names: Iterable[str]) -> Text:
    """List names as each language does."""
    names = list(names)
    return Text("、".join(names), ", ".join(names))


def interval(gain: "Interval") -> Text:
    """Write a difference that is exact or lies between two ends."""
    if gain.is_exact:
        return Text(f"{wan(gain.low)} 万元/年", f"{wan(gain.low)} ×10k yuan/yr")
    ends = wan(gain.low), wan(gain.high)
    return Text(f"{ends[0]} 至 {ends[1]} 万元/年", f"{ends[0]} to {ends[1]} ×10k yuan/yr")


def gain(scarce: "Scarcity", unit: str) -> Text:
    """Say what one standard unit more brings, as far as it is proven, and how steady the price is."""
    if scarce.gain is None:
        return Text("", "")
    proven = interval(scarce.gain)
    if not scarce.is_hidden or scarce.price_after is None:
        return proven
    per_unit = 1 / from_engine(1, unit)
    after = f"{scarce.price_after * per_unit:,.1f}"
    return Text(
        f"{proven.zh}；差距大于按价格所值，看不出；多一份后价格 {after} 元/年",
        f"{proven.en}; the gap hides it; the price with one more: {after} yuan/yr",
    )


def miss(model: Model, i: int, kind: Kind, offer: str, missed: Miss) -> Text:
    """Say which rule project i fails at an offer, and what would have to change."""
    rule = BY_CODE[missed.code]
    if missed.verdict is Verdict.PLACE_UNKNOWN:
        return Text(
            f"{rule.title.zh}：场地台账未填，核实后可定",
            f"{rule.title.en}: not known of the place; a visit may settle it",
        )
    if missed.verdict is Verdict.NEED_UNKNOWN:
        missing = _need_label(rule, kind)
        return Text(
            f"{rule.title.zh}：项目台账未填“{missing.zh}”",
            f'{rule.title.en}: the project does not give "{missing.en}"',
        )
    o = model.offers[kind].at[offer]
    if rule.relation is Relation.CATEGORY or rule.unit == "yes":
        return _category(rule, model, i, kind, o)
    return _measured(rule, model, i, kind, o, missed.shortfall or 0)


def _need_label(rule: Rule, kind: Kind) -> Text:
    column = NEED[kind][0] if rule.relation is Relation.AREA else rule.need
    return schema.load("projects").column(column).label


def _measured(rule: Rule, model: Model, i: int, kind: Kind, o: int, short: int) -> Text:
    short_text = amount(short, rule.unit)
    if rule.relation is Relation.AREA:
        return _area(model, i, kind, o, short)
    need = int(model.facts.projects.number[rule.need].value[i])
    has = int(model.offers[kind].number[rule.place].value[o])
    if rule.relation is Relation.PER_LAND:
        return Text(
            "{title}：下限 {floor}，在此至少要 {wanted}，项目 {need}，差 {short}",
            "{title}: floor {floor}, so here {wanted} is needed; the project brings {need}, short by {short}",
        ).format(
            title=rule.title,
            floor=amount(has, "wan_per_mu"),
            wanted=amount(need + short, rule.unit),
            need=amount(need, rule.unit),
            short=short_text,
        )
    if rule.unit == "date":
        return Text(
            "{title}：{need} 要用（宽限 {days} 天），{has} 才能交付，晚 {short}",
            "{title}: needed {need} (tolerance {days} days), available {has}, late by {short}",
        ).format(
            title=rule.title,
            need=date.fromordinal(need),
            days=model.policy.tolerance_days,
            has=date.fromordinal(has),
            short=short_text,
        )
    if rule.unit == "fire_class":
        return Text(
            "{title}：项目为{need}类，厂房只按{has}类建造",
            "{title}: the project is class {need}, the building is made for {has}",
        ).format(
            title=rule.title,
            need=schema.choice_label("fire_class", _FIRE[need]),
            has=schema.choice_label("fire_class", _FIRE[has]),
        )
    at_least = rule.relation is Relation.AT_LEAST
    return Text(
        "{title}："
        + ("需要 {need}，场地 {has}，差 {short}" if at_least else "上限 {need}，场地 {has}，高 {short}"),
        "{title}: "
        + (
            "needs {need}, has {has}, short by {short}"
            if at_least
            else "at most {need}, is {has}, over by {short}"
        ),
    ).format(title=rule.title, need=amount(need, rule.unit), has=amount(has, rule.unit), short=short_text)


def _area(model: Model, i: int, kind: Kind, o: int, short: int) -> Text:
    projects, offers = model.facts.projects, model.offers[kind]
    lo = int(projects.number[NEED[kind][0]].value[i])
    free = int(offers.number["area_m2"].value[o])
    if free < lo:
        return Text(
            "面积：至少要 {lo}，只有 {free}，小 {short}", "area: needs {lo}, has {free}, too small by {short}"
        ).format(lo=amount(lo, "m2"), free=amount(free, "m2"), short=amount(short, "m2"))
    hi = int(projects.number[NEED[kind][1]].value[i])
    return Text(
        "面积：最多要 {hi}，最少要取 {least}，大 {short}",
        "area: wants at most {hi}, at least {least} must be taken, too large by {short}",
    ).format(hi=amount(max(hi, lo), "m2"), least=amount(max(hi, lo) + short, "m2"), short=amount(short, "m2"))


def _category(rule: Rule, model: Model, i: int, kind: Kind, o: int) -> Text:
    offers, projects = model.offers[kind], model.facts.projects
    found = {
        "M01": lambda: _kind_refused(projects.key["kinds_accepted"][i], kind),
        "M03": lambda: Text("{use}不容许 {code}", "{use} land does not admit {code}").format(
            use=schema.choice_label("land_use", str(offers.key["land_use"][o][0])),
            code=projects.key["industry_code"][i],
        ),
        "M04": lambda: Text("{code} 不在准入之列或被禁入", "{code} is not admitted, or barred").format(
            code=projects.key["industry_code"][i]
        ),
        "M19": lambda: Text(
            "不在项目意向的开发区，或已被项目排除", "not in a zone the project wishes, or excluded by it"
        ),
        "M22": lambda: Text("场地状态为{status}", "the place is {status}").format(
            status=schema.choice_label("place_status", str(_worst_status(offers.key["status"][o])))
        ),
        "M23": lambda: Text("被查封，或产权人不同意", "seized by a court, or the owner has refused"),
        "M24": lambda: Text("核实已过期", "the last check on site is too old"),
    }
    said = found[rule.code]() if rule.code in found else Text("项目需要，场地没有", "needed, and not there")
    return Text(f"{rule.title.zh}：{said.zh}", f"{rule.title.en}: {said.en}")


def quota_note(columns: Iterable[str]) -> Text:
    """Say which needs are not given and so not counted against a quota that covers the place."""
    labels = [schema.load("projects").column(column).label for column in columns]
    return Text(
        "未填、未计入配额：" + "、".join(label.zh for label in labels),
        "not given, not counted against the quota: " + ", ".join(label.en for label in labels),
    )


def owner_notes(model: Model, offer: str) -> list[Text]:
    """Say whose consent an offer needs: a firm's place is never free to give."""
    notes = []
    for place in parts_of(offer):
        consent, encumbrance = model.facts.places.key["owner_state"][model.facts.places.at[place]]
        if consent is not None:
            owner = schema.choice_label("owner_consent", consent)
            notes.append(Text(f"产权人{owner.zh}", f"owner: {owner.en}"))
        if encumbrance == "mortgaged":
            notes.append(Text("已抵押", "mortgaged"))
    return list(dict.fromkeys(notes))


def _kind_refused(accepted: frozenset[str], kind: Kind) -> Text:
    if not accepted:
        return Text("项目没有填用地或厂房的需求", "the project gives no need of land or floor")
    return Text("项目不接受{kind}", "the project does not accept a {kind}").format(kind=KIND[kind])


def _worst_status(parts: tuple[object, ...]) -> object:
    statuses = [part[0] for part in parts if isinstance(part, tuple)]
    return next((status for status in statuses if status not in {"vacant", "partly_let"}), statuses[0])


def resource(model: Model, what: Resource) -> Text:
    """Name a limited resource."""
    if what.kind == "area":
        return Text(f"场地 {what.of} 的面积", f"area of place {what.of}")
    if what.kind == "line":
        return Text(f"生产线 {what.of}", f"line {what.of}")
    if what.kind == "supply":
        column = schema.load("places").column(what.what).label
        return Text(f"场地 {what.of} 的{column.zh}", f"{column.en.lower()} at place {what.of}")
    if what.kind == "by-product":
        return Text(f"{what.of} 的{what.what}", f"{what.what} of {what.of}")
    quota = model.facts.quota[what.of]
    name = model.facts.zones[quota.scope].name if quota.scope in model.facts.zones else quota.scope_name
    of = schema.choice_label("quota_resource", quota.resource)
    return Text(f"{name} 的{of.zh}配额", f"{of.en} quota of {name}")
