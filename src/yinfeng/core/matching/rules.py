"""The hard rules, each declared once: mask, shortfall and explanation derive from the declaration.

A rule's sentence is what users read. A blank requirement asks nothing; a property of a place that is
not known fails the rule that needs it, as a class of its own (a visit may settle it).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yinfeng.core.matching.facts import KINDS, Keys, Kind
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools
from yinfeng.core.text import Text


class Relation(Enum):
    """How what a place has must stand to what a project needs."""

    AT_LEAST = "≥"
    AT_MOST = "≤"
    CATEGORY = "∈"  # judged on the distinct pairs of keys
    AREA = "range"  # judged by `yinfeng.core.matching.area`
    PER_LAND = "per mu"  # an amount of the project over the land it takes


class Verdict(IntEnum):
    """What a rule says of a project at a place."""

    PASSES = 0
    FAILS = 1
    PLACE_UNKNOWN = 2  # the place's property is not known
    NEED_UNKNOWN = 3  # the project's fact is not given


Verdicts = NDArray[np.int8]
# What a category rule decides from: the project's key, the key of one part, the policy.
Judge = Callable[[Any, Any, Policy], Verdict]
# The same of many needs at many parts: True where it passes, shape (needs, parts).
JudgeAll = Callable[[Sequence[Any], Sequence[Any], Policy], Bools]
# Names the one need that a part admits, None where its verdict is the same for all needs.
OnlyFor = Callable[[Any], Any]
ID: Final = "id"
"""The need of rules that may hold a place for one project."""
ANY: Final = "any"
"""The need of rules that look at the place alone: one key for all projects, None."""
NO_NEED: Final = object()
"""Equal to no need, so that it stands for every need a part is not kept for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One hard rule: what a project needs (a column of its ledger) against what a place has."""

    code: str
    title: Text
    sentence: Text
    need: str
    place: str
    relation: Relation
    unit: str = ""  # ledger unit of need and place; "date", "yes", or a choice set
    kinds: tuple[Kind, ...] = KINDS
    judge: Judge | None = None  # of a category rule
    judge_all: JudgeAll | None = None  # the same, of a category rule with many distinct needs and parts
    only_for: OnlyFor | None = None  # of a category rule that admits to some parts one need only
    unknown_passes: bool = False  # asked only where both sides are given
    may_be_waived: bool = False  # a rulebook may let a pin break it; never safety, hazard or planning


def _kind_admitted(accepted: frozenset[str], kind: str, policy: Policy) -> Verdict:
    return _verdict(kind in accepted)


def _use_admits(industry: str | None, land_use: str | None, policy: Policy) -> Verdict:
    if industry is None:
        return Verdict.PASSES
    if land_use is None:
        return Verdict.PLACE_UNKNOWN
    return _verdict(starts_with_any(industry, policy.land_use_admits.get(land_use, ())))


def _industry_admitted(
    industry: str | None,
    place: tuple[tuple[tuple[str, ...], ...], tuple[str, ...]],
    policy: Policy,
) -> Verdict:
    allowed_lists, barred = place
    if not allowed_lists and not barred:
        return Verdict.PASSES
    if industry is None:
        return Verdict.NEED_UNKNOWN
    admitted = all(starts_with_any(industry, allowed) for allowed in allowed_lists)
    return _verdict(admitted and not starts_with_any(industry, barred))


def _all_industries_admitted(
    industries: Sequence[str | None],
    places: Sequence[tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]],
    policy: Policy,
) -> Bools:
    given = np.array([industry is not None for industry in industries], dtype=np.bool_)
    under: dict[tuple[str, ...], Bools] = {}

    def lies_under(prefixes: tuple[str, ...]) -> Bools:
        if prefixes not in under:
            found = [industry is not None and industry.startswith(prefixes) for industry in industries]
            under[prefixes] = np.array(found, dtype=np.bool_)
        return under[prefixes]

    passes = np.ones((len(places), len(industries)), dtype=np.bool_)
    for row, (allowed_lists, barred) in zip(passes, places, strict=True):
        if allowed_lists or barred:
            row[:] = given & ~lies_under(barred)
            for allowed in allowed_lists:
                np.logical_and(row, lies_under(allowed), out=row)
    return np.ascontiguousarray(passes.T)


def _zone_wanted(
    need: tuple[frozenset[str], frozenset[str]], within: tuple[str, ...], policy: Policy
) -> Verdict:
    wished, excluded = need
    return _verdict((not wished or not wished.isdisjoint(within)) and excluded.isdisjoint(within))


def _all_zones_wanted(
    needs: Sequence[tuple[frozenset[str], frozenset[str]]], places: Sequence[tuple[str, ...]], policy: Policy
) -> Bools:
    of_zone: dict[str, list[int]] = {}
    for p, within in enumerate(places):
        for zone in within:
            of_zone.setdefault(zone, []).append(p)
    inside = {zone: np.array(there, dtype=np.int64) for zone, there in of_zone.items()}
    nowhere = np.zeros(0, dtype=np.int64)
    passes = np.ones((len(needs), len(places)), dtype=np.bool_)
    for row, (wished, excluded) in zip(passes, needs, strict=True):
        if wished:
            row[:] = False
        for zone in wished:
            row[inside.get(zone, nowhere)] = True
        for zone in excluded:
            row[inside.get(zone, nowhere)] = False
    return passes


def _on_offer(project: str | None, place: tuple[str | None, str | None], policy: Policy) -> Verdict:
    """Judge by the project's id, None where no place is reserved for it."""
    status, reserved_for = place
    if status is None:
        return Verdict.PLACE_UNKNOWN
    is_for_it = status == "reserved" and project is not None and reserved_for == project
    return _verdict(status in {"vacant", "partly_let"} or is_for_it)


def _held_for(place: tuple[str | None, str | None]) -> str | None:
    status, reserved_for = place
    return reserved_for if status == "reserved" else None


def _owner_may(need: object, place: tuple[str | None, str | None], policy: Policy) -> Verdict:
    consent, encumbrance = place
    return _verdict(consent != "refused" and encumbrance != "seized")


def _recently_verified(need: object, days_since: int | None, policy: Policy) -> Verdict:
    if not policy.verified_is_rule:
        return Verdict.PASSES
    if days_since is None:
        return Verdict.PLACE_UNKNOWN
    return _verdict(days_since <= policy.verified_days)


def _verdict(passes: bool) -> Verdict:
    return Verdict.PASSES if passes else Verdict.FAILS


def starts_with_any(code: str, prefixes: Iterable[str]) -> bool:
    """Tell whether an industry code lies under one of the prefixes."""
    return any(code.startswith(prefix) for prefix in prefixes)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "M01",
        Text("类型", "kind"),
        Text("场地的类型（地块或厂房）是项目接受的", "The place is of a kind the project accepts"),
        "kinds_accepted",
        "kind",
        Relation.CATEGORY,
        judge=_kind_admitted,
    ),
    Rule(
        "M02",
        Text("面积", "area"),
        Text(
            "可取的面积在项目要求的下限与上限之间",
            "The area that can be taken lies between the least and the most the project asks",
        ),
        "area",
        "area_m2",
        Relation.AREA,
        "m2",
    ),
    Rule(
        "M03",
        Text("规划用途", "planned use"),
        Text("规划用途容许项目的行业", "The planned use of the land admits the project's industry"),
        "industry_code",
        "land_use",
        Relation.CATEGORY,
        judge=_use_admits,
    ),
    Rule(
        "M04",
        Text("行业准入", "industry admitted"),
        Text(
            "开发区和场地准入项目的行业，且不在禁入之列",
            "The zone and the place admit the project's industry and do not bar it",
        ),
        "industry_code",
        "industries",
        Relation.CATEGORY,
        judge=_industry_admitted,
        judge_all=_all_industries_admitted,
    ),
    Rule(
        "M05",
        Text("投资强度", "investment intensity"),
        Text(
            "固定资产投资除以占用土地不低于下限（厂房按占用建筑面积折算土地）",
            "Fixed investment per mu of land taken is not below the floor (building: its share of plot)",
        ),
        "fixed_investment_wan",
        "min_intensity_wan_mu",
        Relation.PER_LAND,
        "wan",
        may_be_waived=True,
    ),
    Rule(
        "M06",
        Text("亩均税收", "tax per mu"),
        Text(
            "年税收除以占用土地不低于下限（厂房按占用建筑面积折算土地）",
            "Yearly tax per mu of land taken is not below the floor (building: its share of plot)",
        ),
        "tax_wan_yr",
        "min_tax_wan_mu",
        Relation.PER_LAND,
        "wan",
        may_be_waived=True,
    ),
    Rule(
        "M07",
        Text("火灾危险性", "fire hazard class"),
        Text(
            "厂房的火灾危险性类别不低于项目生产的类别（甲最高，戊最低）",
            "The building is made for a fire hazard class as high as the project's (A highest, E lowest)",
        ),
        "fire_class",
        "fire_class",
        Relation.AT_MOST,
        "fire_class",
        ("building",),
    ),
    Rule(
        "M08",
        Text("化工园区", "chemical park"),
        Text("化工项目只能进认定的化工园区", "A chemical project may only enter a recognised chemical park"),
        "is_chemical",
        "is_chemical_park",
        Relation.AT_LEAST,
        "yes",
    ),
    Rule(
        "M09",
        Text("净高", "clear height"),
        Text("厂房净高不低于需要", "The building's clear height is not below the need"),
        "clear_height_m",
        "clear_height_m",
        Relation.AT_LEAST,
        "m",
        ("building",),
    ),
    Rule(
        "M10",
        Text("地面荷载", "floor load"),
        Text("地面荷载不低于需要", "The floor bears at least the load needed"),
        "floor_load_t_m2",
        "floor_load_t_m2",
        Relation.AT_LEAST,
        "t_m2",
        ("building",),
    ),
    Rule(
        "M11",
        Text("行车", "crane"),
        Text("行车起重量不低于需要", "The crane lifts at least what is needed"),
        "crane_t",
        "crane_t",
        Relation.AT_LEAST,
        "t",
        ("building",),
    ),
    Rule(
        "M12",
        Text("首层", "ground floor"),
        Text("要首层的项目只去含首层的厂房", "A project that needs the ground floor gets it"),
        "ground_floor",
        "ground_floor",
        Relation.AT_LEAST,
        "yes",
        ("building",),
    ),
    Rule(
        "M13",
        Text("电力", "power"),
        Text(
            "场地自身可用电力不低于需要（变电站余量另作配额）",
            "The place's own connection gives the power needed (the substation's remainder is a quota)",
        ),
        "power_kva",
        "power_kva",
        Relation.AT_LEAST,
        "kva",
    ),
    Rule(
        "M14",
        Text("供水", "water"),
        Text("场地可供水量不低于需要", "The place's water supply covers the need"),
        "water_t_d",
        "water_t_d",
        Relation.AT_LEAST,
        "t_per_d",
    ),
    Rule(
        "M15",
        Text("天然气", "gas"),
        Text("场地可供天然气不低于需要", "The place's gas supply covers the need"),
        "gas_m3_yr",
        "gas_m3_yr",
        Relation.AT_LEAST,
        "m3_per_yr",
    ),
    Rule(
        "M16",
        Text("蒸汽", "steam"),
        Text("场地可供蒸汽不低于需要", "The place's steam supply covers the need"),
        "steam_t_h",
        "steam_t_h",
        Relation.AT_LEAST,
        "t_per_h",
    ),
    Rule(
        "M17",
        Text("铁路专用线", "rail siding"),
        Text("需要铁路专用线的项目只去有专用线的场地", "A project that needs a rail siding gets one"),
        "rail",
        "rail",
        Relation.AT_LEAST,
        "yes",
    ),
    Rule(
        "M18",
        Text("可交付日期", "available in time"),
        Text(
            "场地在项目需要之日加宽限之前可以交付",
            "The place is available by the date needed plus the tolerance",
        ),
        "needed_on",
        "available_on",
        Relation.AT_MOST,
        "date",
    ),
    Rule(
        "M19",
        Text("意向开发区", "zone wanted"),
        Text(
            "场地在项目意向之内、不在排除之列",
            "The place lies where the project wants and not where it does not",
        ),
        "zones",
        "within",
        Relation.CATEGORY,
        judge=_zone_wanted,
        judge_all=_all_zones_wanted,
    ),
    Rule(
        "M20",
        Text("租金", "rent"),
        Text(
            "租金不高于项目的上限（两边都填时）",
            "The rent asked is not above the project's ceiling (where both are given)",
        ),
        "rent_ceiling_yuan_m2_month",
        "rent_yuan_m2_month",
        Relation.AT_MOST,
        "yuan_m2_month",
        ("building",),
        unknown_passes=True,
    ),
    Rule(
        "M21",
        Text("地价", "land price"),
        Text(
            "地价不高于项目的上限（两边都填时）",
            "The land price asked is not above the project's ceiling (where both are given)",
        ),
        "price_ceiling_wan_mu",
        "price_wan_mu",
        Relation.AT_MOST,
        "wan_per_mu",
        ("land",),
        unknown_passes=True,
    ),
    Rule(
        "M22",
        Text("状态", "status"),
        Text("场地闲置，或已为本项目预留", "The place is vacant, or reserved for this project"),
        ID,
        "status",
        Relation.CATEGORY,
        judge=_on_offer,
        only_for=_held_for,
    ),
    Rule(
        "M23",
        Text("权利状况", "owner and title"),
        Text(
            "场地未被查封，产权人没有表示不同意",
            "The place is not seized by a court and its owner has not refused",
        ),
        ANY,
        "owner_state",
        Relation.CATEGORY,
        judge=_owner_may,
    ),
    Rule(
        "M24",
        Text("核实", "verified"),
        Text(
            "场地在规定期限内到现场核实过（规则库可定为提示或硬性）",
            "The place was checked on site within the limit (a warning or a rule, by the rulebook)",
        ),
        ANY,
        "days_since_verified",
        Relation.CATEGORY,
        judge=_recently_verified,
    ),
)

BY_CODE: Final = {rule.code: rule for rule in RULES}


def rules_for(kind: Kind) -> tuple[Rule, ...]:
    """Give the rules that apply to offers of a kind."""
    return tuple(rule for rule in RULES if kind in rule.kinds)


def tolerance(rule: Rule, policy: Policy) -> int:
    """Give by how much a place may exceed what is asked, in the rule's engine unit."""
    return policy.tolerance_days if rule.unit == "date" else 0


def judge_keys(rule: Rule, needs: Keys, places: Keys, policy: Policy) -> Verdicts:
    """Judge a category rule on the distinct pairs of keys; shape (len(needs), len(places)).

    A key of ``places`` is the tuple of its parts' keys.
    """
    assert rule.judge is not None
    table = np.array(
        [
            [_worst([rule.judge(need, part, policy) for part in parts]) for parts in places.distinct]
            for need in needs.distinct
        ],
        dtype=np.int8,
    ).reshape(len(needs.distinct), len(places.distinct))
    return table[needs.index[:, None], places.index[None, :]]


def _worst(verdicts: list[Verdict]) -> Verdict:
    """Give the verdict of the whole: a plain failure outweighs what is not known."""
    return Verdict.FAILS if Verdict.FAILS in verdicts else max(verdicts)
