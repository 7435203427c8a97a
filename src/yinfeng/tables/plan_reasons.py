"""A plan's reasons in sentences, for the workbook, the screen and single questions alike."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from yinfeng.core.matching.explain import Blocking, NearMiss, Outcome, ProjectReport
from yinfeng.core.matching.offers import parts_of
from yinfeng.core.matching.rules import BY_CODE
from yinfeng.core.matching.vacancies import PlaceReport, Vacancy
from yinfeng.core.matching.value import TITLE, Component
from yinfeng.core.text import Text
from yinfeng.core.units import from_engine
from yinfeng.tables.planning import Plan
from yinfeng.tables.reasons import UNIT, amount, listed, miss, number, quota_note, resource, wan
from yinfeng.tables.schema import choice_label
from yinfeng.tables.worth_reasons import chain_reason, component_reason, industry_and_root

OUTCOME = {
    Outcome.PLACED: Text("落位", "placed"),
    Outcome.NO_PLACE: Text("无合适场地", "no place fits"),
    Outcome.NOT_WORTH: Text("所合场地不值得安排", "fits, but worth nothing there"),
    Outcome.OUTBID: Text("让位于价值更高的项目", "outbid"),
    Outcome.BARRED: Text("被指定或禁止排除", "left no place by decisions"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of why, with its worth where it has one."""

    topic: Text
    sentence: Text
    yuan: int | None = None


def project_reasons(plan: Plan, report: ProjectReport) -> list[Reason]:
    """Give every reason why a project stands where it stands."""
    reasons = [*_component_reasons(plan, report)]
    if report.outcome is Outcome.PLACED:
        reasons += [*_owner_reasons(plan, report), *_quota_notes(plan, report), *_warnings(plan, report)]
        reasons += _alternatives(report)
    elif report.outcome is Outcome.OUTBID:
        reasons = [*_outbid(plan, report), *reasons, *_quota_notes(plan, report), *_alternatives(report)]
    elif report.outcome is Outcome.NOT_WORTH:
        best = report.alternatives[0]
        text = Text(
            "合得上的场地中最好的是 {offer}，价值 {value} 万元/年，不大于 0",
            "the best it fits is {offer}, worth {value} ×10k yuan/yr, not above 0",
        )
        reasons.insert(
            0, Reason(OUTCOME[report.outcome], text.format(offer=best.offer, value=wan(best.value)))
        )
    else:
        reasons += [near_reason(plan, report.project, near) for near in report.near]
        reasons += [] if report.is_near_known else [_near_elsewhere(plan, report)]
    return reasons


def _near_elsewhere(plan: Plan, report: ProjectReport) -> Reason:
    """Say how to learn what was not looked for."""
    return Reason(
        Text("差在哪里", "near miss"),
        Text(
            "无场地的项目太多，没有逐个找相近的；用 yinfeng find --project {id} 查看",
            "too many have no place to look for near misses of each; ask yinfeng find --project {id}",
        ).format(id=plan.model.facts.projects.id[report.project]),
    )


_COMPONENTS: Final = tuple(Component)
_NOT_COUNTED: Final = Text("台账缺少所需事实，未计入", "the ledger lacks the facts; not counted")


def _component_reasons(plan: Plan, report: ProjectReport) -> Iterator[Reason]:
    if any(report.components):
        say = _details(plan, report)
        for component, yuan in zip(_COMPONENTS, report.components, strict=False):
            if yuan:
                yield Reason(TITLE[component], say(component), int(yuan))
    for component in report.not_counted:
        yield Reason(TITLE[component], _NOT_COUNTED)


def _details(plan: Plan, report: ProjectReport) -> Callable[[Component], Text]:
    """Give the function that says what a component of a project's value was reckoned from."""
    if report.candidate < 0:
        return TITLE.__getitem__
    facts, policy = plan.model.facts, plan.model.policy
    table, row = plan.model.candidate(report.candidate)

    def say(component: Component) -> Text:
        if component is not Component.CHAIN:
            return component_reason(facts, policy, table, row, component)
        industry, root = industry_and_root(facts, table, row)
        return plan.once(
            (component, industry, root),
            lambda: chain_reason(facts, policy, industry, root, plan.names_firms_of),
        )

    return say


def _owner_reasons(plan: Plan, report: ProjectReport) -> Iterator[Reason]:
    topic = Text("产权", "owner")
    for place in parts_of(plan.model.offer_of(report.candidate)):
        row = plan.row("places", place)
        owner = row.get("owner") or "?"
        if row.get("owner_kind") == "firm":
            consent = choice_label("owner_consent", row.get("owner_consent") or "ask")
            yield Reason(
                topic,
                Text(
                    "场地 {place} 属企业（{owner}），产权人意向：{consent}；由开发区撮合，不由开发区分配",
                    "place {place} is a firm's ({owner}); consent: {consent}; the zone only brokers",
                ).format(place=place, owner=_owner_name(plan, owner), consent=consent),
            )
        if row.get("encumbrance") == "mortgaged":
            yield Reason(
                topic,
                Text(
                    f"场地 {place} 已抵押，须抵押权人同意",
                    f"place {place} is mortgaged; the mortgagee must agree",
                ),
            )


def _owner_name(plan: Plan, owner: str) -> str:
    """Give the name of the firm that an owner is, where it may be named, else what the place's row says."""
    name = plan.model.facts.firm_name.get(owner)
    is_told = name is not None and plan.names_firms_of(plan.row("firms", owner).get("zone_id"))
    return name if name is not None and is_told else owner


def _quota_notes(plan: Plan, report: ProjectReport) -> Iterator[Reason]:
    needs = report.unknown_needs
    if needs:
        yield Reason(Text("配额", "quota"), plan.once(("not given", needs), partial(quota_note, needs)))


def _warnings(plan: Plan, report: ProjectReport) -> Iterator[Reason]:
    topic = Text("提示", "note")
    codes = report.unlimited
    if codes:
        yield Reason(topic, plan.once(("unlimited", codes), partial(_unlimited, codes)))
    for place in parts_of(plan.model.offer_of(report.candidate)):
        j = plan.model.facts.places.at[place]
        days = plan.model.facts.places.key["days_since_verified"][j]
        if not isinstance(days, int) or days > plan.model.policy.verified_days:
            yield Reason(
                topic,
                Text(f"场地 {place} 未在规定期限内核实", f"place {place} was not checked within the limit"),
            )
    pair = plan.model.facts.projects.id[report.project], plan.model.offer_of(report.candidate)
    for code in sorted(plan.model.waived.get(pair, ())):
        rule = BY_CODE[code]
        yield Reason(
            Text("豁免", "waiver"),
            Text(f"因指定而豁免 {code} {rule.title.zh}", f"{code} {rule.title.en} waived by the pin"),
        )


def _unlimited(codes: Iterable[str]) -> Text:
    kinds = [choice_label("quota_resource", code) for code in codes]
    return Text(
        "没有配额限制：" + "、".join(k.zh for k in kinds),
        "no quota limits: " + ", ".join(k.en for k in kinds),
    )


_ALTERNATIVE: Final = Text("其他选择", "alternative")


def _alternatives(report: ProjectReport) -> Iterator[Reason]:
    for other in report.alternatives:
        exact = other.exact_loss is not None
        loss = wan(other.exact_loss if other.exact_loss is not None else other.loss)
        about = "" if exact else "≈ "
        text = Text(
            f"改去 {other.offer}：全区少 {about}{loss} 万元/年",
            f"to {other.offer} instead: the zone loses {about}{loss} ×10k yuan/yr",
        )
        yield Reason(_ALTERNATIVE, text, other.value)


def _outbid(plan: Plan, report: ProjectReport) -> Iterator[Reason]:
    topic, offer = OUTCOME[report.outcome], plan.model.offer_of(report.candidate)
    if report.exact_short_yuan is None:
        short = wan(report.short_yuan)
        text = Text(
            f"最好的去处是 {offer}，按最终价格差 ≈ {short} 万元/年",
            f"its best place is {offer}; under the final prices it falls short by ≈ {short} ×10k yuan/yr",
        )
    else:
        short = wan(report.exact_short_yuan)
        text = Text(
            f"最好的去处是 {offer}；硬要排进去，全区少 {short} 万元/年",
            f"its best place is {offer}; placing it there costs the zone {short} ×10k yuan/yr",
        )
    yield Reason(topic, text)
    for block in report.blocking:
        held = plan.once(("held", block.resource), partial(_held, plan, block))
        what, holders, price, missing = held.what, held.holders, held.price, amount(block.missing, held.unit)
        sentence = Text(
            f"{what.zh}不够，差 {missing.zh}；已由 {holders.zh} 占用，单价 {price.zh}",
            f"not enough {what.en}, {missing.en} missing; held by {holders.en}, price {price.en}",
        )
        yield Reason(topic, sentence)


@dataclass(frozen=True, slots=True)
class _Held:
    """What is said of a resource by everyone for whom there is too little of it."""

    what: Text
    unit: str
    holders: Text
    price: Text


def _held(plan: Plan, block: Blocking) -> _Held:
    r, what = block.resource, plan.model.resources[block.resource]
    ids = plan.model.facts.projects.id
    more = ["…"] if len(block.holders) > 5 else []
    return _Held(
        plan.once(("resource", r), partial(resource, plan.model, what)),
        what.unit,
        listed([*(ids[i] for i in block.holders[:5]), *more]) if block.holders else Text("—", "—"),
        price_text(plan.result.price[r], what.unit),
    )


def price_text(yuan_per_unit: float, unit: str) -> Text:
    """Write a price per ledger unit, from one per engine unit."""
    shown = number(round(yuan_per_unit / from_engine(1, unit), 2))
    return Text(f"{shown} 元/年·{UNIT[unit].zh}", f"{shown} yuan/yr per {UNIT[unit].en}")


def near_reason(plan: Plan, i: int, near: NearMiss) -> Reason:
    """Say what keeps a project from an offer."""
    texts = [miss(plan.model, i, near.kind, near.offer, missed) for missed in near.misses]
    return Reason(
        Text("差在哪里", "near miss"),
        Text(
            f"{near.offer}：" + "；".join(t.zh for t in texts),
            f"{near.offer}: " + "; ".join(t.en for t in texts),
        ),
    )


_SAID: Final = {
    Vacancy.NOT_PROMISING: Text(
        "按资源价格，不在任何项目最有希望的场地之列；谁合得上用 yinfeng takers 查",
        "at these prices among no project's most promising; ask yinfeng takers who passes",
    ),
    Vacancy.NOT_WORTH: Text("合得上的项目在此价值不大于 0", "those who pass are worth nothing here"),
}


def place_reason(plan: Plan, report: PlaceReport) -> Text:
    """Say who takes a place, or why it stands empty."""
    ids = plan.model.facts.projects.id
    if report.takers:
        who = listed(ids[i] for i in report.takers)
        if report.remnant:
            left = amount(report.free - report.used, "m2")
            return Text(
                f"安排 {who.zh}；余 {left.zh}，小于最小分割面积",
                f"taken by {who.en}; {left.en} left, below the smallest share",
            )
        return Text(f"安排 {who.zh}", f"taken by {who.en}")
    if report.vacancy in _SAID:
        return _SAID[report.vacancy]
    wanted = listed(ids[i] for i in report.wanted_by)
    rule = BY_CODE[report.rule].title if report.rule else Text("", "")
    match report.vacancy:
        case Vacancy.NOT_ON_OFFER:
            return Text(f"不可安排（{rule.zh}）", f"not on offer ({rule.en})")
        case Vacancy.NOBODY_PASSES if not ids:
            return Text("没有要找场地的项目", "no project is looking for a place")
        case Vacancy.NOBODY_PASSES:
            return Text(
                f"没有项目合得上；最常见的是{rule.zh}（{report.rule_count} 个项目）",
                f"nobody passes; most fail {rule.en} ({report.rule_count} projects)",
            )
        case Vacancy.QUOTA_BINDS:
            r = report.resource
            what = plan.once(("resource", r), lambda: resource(plan.model, plan.model.resources[r]))
            return Text("{what}已用尽；本可安排 {wanted}", "{what} is used up; could take {wanted}").format(
                what=what, wanted=wanted
            )
        case _:
            text = Text(
                "合得上的项目在别处更有价值：{wanted}", "those who pass are worth more elsewhere: {wanted}"
            )
            return text.format(wanted=wanted)


def is_synthetic(plan: Plan, report: ProjectReport) -> bool:
    """Tell whether a line of the plan rests on made-up fields."""
    return bool(synthetic_fields(plan, report))


def synthetic_fields(plan: Plan, report: ProjectReport) -> str:
    """List the made-up fields a line of the plan rests on."""
    rows = [("", plan.row("projects", plan.model.facts.projects.id[report.project]))]
    if report.outcome is Outcome.PLACED:
        rows += [(f"{p}: ", plan.row("places", p)) for p in parts_of(plan.model.offer_of(report.candidate))]
    return "；".join(prefix + "、".join(row["synthetic"]) for prefix, row in rows if row.get("synthetic"))
