"""A plan as sheets of a workbook: from the plan itself to the basis it rests on."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import yinfeng
from yinfeng.core.errors import Fault
from yinfeng.core.matching.explain import Outcome, ProjectReport
from yinfeng.core.matching.offers import JOINT, parts_of
from yinfeng.core.matching.result import Status
from yinfeng.core.matching.rules import BY_CODE
from yinfeng.core.matching.value import TITLE, Component
from yinfeng.core.matching.whatif import OverrideCost
from yinfeng.core.text import Lang, Text
from yinfeng.core.units import YUAN_PER_WAN, from_engine
from yinfeng.tables.faults_sheet import faults_sheet
from yinfeng.tables.plan_reasons import (
    OUTCOME,
    place_reason,
    project_reasons,
    synthetic_fields,
)
from yinfeng.tables.planning import Plan
from yinfeng.tables.reasons import KIND, UNIT, amount, gain, interval, miss, resource
from yinfeng.tables.rules_sheet import RULE_HEADERS, rule_rows
from yinfeng.tables.schema import choice_label
from yinfeng.tables.write import Sheet
from yinfeng.tables.zone_totals import covering_totals, own_totals

STATUS: Final[Mapping[Status, Text]] = {
    Status.OPTIMAL: Text("已证明最优", "proven best"),
    Status.FEASIBLE: Text("可行，差距已证明", "feasible, gap proven"),
    Status.STOPPED: Text("到时停止，差距已证明", "stopped by the clock, gap proven"),
    Status.INFEASIBLE: Text("必须安排的项目不能同时安排", "the required projects cannot all be placed"),
}

PLAN_SHEET: Final = Text("方案", "Plan")


def plan_sheets(plan: Plan, settings: Mapping[str, str], lang: Lang) -> list[Sheet]:
    """Lay out a plan as the sheets of a workbook.

    settings: what the plan was asked with (files, rulebook, seed …), printed on the last sheet.
    """
    return list(plan_tables(plan, settings, lang).values())


def plan_tables(plan: Plan, settings: Mapping[str, str], lang: Lang) -> dict[str, Sheet]:
    """Lay out a plan as `plan_sheets` does, each sheet by the name of its file in a folder."""
    return {
        "plan": _plan_sheet(plan, lang),
        "reasons": _reason_sheet(plan, lang),
        "near_misses": _near_sheet(plan, lang),
        "places": _place_sheet(plan, lang),
        "zones": _zone_sheet(plan, lang),
        "prices": _price_sheet(plan, lang),
        "decisions": _decision_sheet(plan, lang),
        **({"replans": _replan_sheet(plan, lang)} if plan.replans else {}),
        "refused": faults_sheet(all_faults(plan), lang, severity=partial(_severity, plan)),
        "basis": _basis_sheet(plan, settings, lang),
    }


def _sheet(
    title: Text,
    headers: Sequence[Text],
    rows: Sequence[Sequence[object]],
    lang: Lang,
    widths: Sequence[float] | None = None,
) -> Sheet:
    named = [header.of(lang) for header in headers]
    formats = {n: _number_format(header.en) for n, header in enumerate(headers) if _number_format(header.en)}
    return Sheet(title.of(lang), named, rows, widths, column_formats=formats)


def _number_format(header: str) -> str:
    """Give how numbers under a header are shown: money to a tenth of 万元, m² whole, mu to a tenth."""
    if "yuan" in header or "(mu)" in header:
        return "#,##0.0_ "
    return "#,##0_ " if "m²" in header else ""


def _wan(yuan: float) -> float:
    return round(yuan / YUAN_PER_WAN, 2)


def _plan_sheet(plan: Plan, lang: Lang) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("投资企业", "Investor"),
        Text("结果", "Outcome"),
        Text("场地编号", "Place id"),
        Text("场地名称", "Place"),
        Text("类型", "Kind"),
        Text("开发区", "Zone"),
        Text("取用面积（平方米）", "Area taken (m²)"),
        Text("取用面积（亩）", "Area taken (mu)"),
        Text("接用生产线", "Lines taken over"),
        Text("产权人意向", "Owner's consent"),
        Text("价值（万元/年）", "Value (×10k yuan/yr)"),
        *(Text(f"{t.zh}（万元/年）", f"{t.en} (×10k yuan/yr)") for t in (TITLE[c] for c in Component)),
        Text("合成字段", "Synthetic fields"),
    ]
    rows = [_plan_row(plan, report, lang) for report in plan.projects]
    widths = [10, 26, 16, 14, 12, 26, 8, 20, 12, 10, 22, 12, 12, *[12] * len(Component), 120]
    return _sheet(PLAN_SHEET, headers, rows, lang, widths)


def _plan_row(plan: Plan, report: ProjectReport, lang: Lang) -> list[object]:
    facts = plan.model.facts
    i = report.project
    row = plan.row("projects", facts.projects.id[i])
    start = [facts.projects.id[i], facts.projects.name[i], row.get("firm"), OUTCOME[report.outcome].of(lang)]
    if report.outcome is not Outcome.PLACED:
        blank: list[object] = [None] * (9 + len(Component))
        return [*start, *blank, synthetic_fields(plan, report)]
    table, k = plan.model.candidate(report.candidate)
    offer = table.offers.id[int(table.offer[k])]
    places = [plan.row("places", place) for place in parts_of(offer)]
    zone = places[0].get("zone_id") or ""
    consents = [
        choice_label("owner_consent", p.get("owner_consent") or "ask").of(lang)
        for p in places
        if p.get("owner_kind") == "firm"
    ]
    return [
        *start,
        offer,
        JOINT.join(str(p.get("place_name") or p["place_id"]) for p in places),
        KIND[table.offers.kind].of(lang),
        facts.zones[zone].name if zone in facts.zones else zone,
        int(table.area[k]),
        round(from_engine(int(table.area[k]), "mu"), 1),
        "、".join(facts.lines.name[n] for n in table.line_sets[table.lines[k]]),
        "；".join(consents),
        _wan(sum(report.components)),
        *(_wan(yuan) for yuan in report.components),
        synthetic_fields(plan, report),
    ]


def _reason_sheet(plan: Plan, lang: Lang) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("结果", "Outcome"),
        Text("方面", "Topic"),
        Text("理由", "Reason"),
        Text("金额（万元/年）", "Amount (×10k yuan/yr)"),
    ]
    projects = plan.model.facts.projects
    rows: list[tuple[object, ...]] = []
    for report in plan.projects:
        whose = projects.id[report.project], projects.name[report.project], OUTCOME[report.outcome].of(lang)
        rows += [
            (*whose, one.topic.of(lang), one.sentence.of(lang), None if one.yuan is None else _wan(one.yuan))
            for one in project_reasons(plan, report)
        ]
    return _sheet(Text("理由", "Reasons"), headers, rows, lang)


def _near_sheet(plan: Plan, lang: Lang) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("场地编号", "Place id"),
        Text("规则", "Rule"),
        Text("规则名称", "Rule name"),
        Text("差在哪里", "What is missing"),
        Text("差额", "Shortfall"),
        Text("单位", "Unit"),
    ]
    rows = []
    for report in plan.projects:
        for near in report.near:
            for missed in near.misses:
                rule = BY_CODE[missed.code]
                rows.append(
                    [
                        plan.model.facts.projects.id[report.project],
                        near.offer,
                        missed.code,
                        rule.title.of(lang),
                        miss(plan.model, report.project, near.kind, near.offer, missed).of(lang),
                        _shown(missed.shortfall, rule.unit),
                        UNIT[rule.unit].of(lang) if missed.shortfall is not None else None,
                    ]
                )
    return _sheet(Text("近似", "Near misses"), headers, rows, lang)


def _shown(shortfall: int | None, unit: str) -> float | None:
    if shortfall is None or unit in {"date", "fire_class"}:
        return shortfall
    return from_engine(shortfall, unit)


def _place_sheet(plan: Plan, lang: Lang) -> Sheet:
    headers = [
        Text("场地编号", "Place id"),
        Text("场地名称", "Place"),
        Text("类型", "Kind"),
        Text("开发区", "Zone"),
        Text("可用面积（平方米）", "Free area (m²)"),
        Text("已安排（平方米）", "Taken (m²)"),
        Text("合得上的项目数", "Projects that pass"),
        Text("说明", "Why"),
        Text("合成字段", "Synthetic fields"),
    ]
    places = plan.model.facts.places
    rows = [
        [
            places.id[report.place],
            places.name[report.place],
            KIND[places.kind[report.place]].of(lang),
            plan.model.facts.zones[places.zone[report.place]].name,
            report.free,
            report.used,
            report.passing,
            place_reason(plan, report).of(lang),
            "、".join(plan.row("places", places.id[report.place]).get("synthetic") or ()),
        ]
        for report in plan.places
    ]
    return _sheet(Text("场地", "Places"), headers, rows, lang)


def _zone_sheet(plan: Plan, lang: Lang) -> Sheet:
    headers = [
        Text("开发区编号", "Zone id"),
        Text("开发区", "Zone"),
        Text("范围", "Scope"),
        Text("场地数", "Places"),
        Text("可用面积（平方米）", "Free area (m²)"),
        Text("已安排（平方米）", "Taken (m²)"),
        Text("落位项目数", "Projects placed"),
        Text("价值（万元/年）", "Value (×10k yuan/yr)"),
    ]
    own = Text("本级，可以相加", "its own, may be added up")
    covering = Text("含下级或成员，不可相加", "with all inside it, not to be added up")
    zones = plan.model.facts.zones
    rows = [
        [
            sums.zone,
            zones[sums.zone].name if sums.zone in zones else sums.zone,
            scope.of(lang),
            sums.places,
            sums.free_m2,
            sums.taken_m2,
            sums.projects,
            _wan(sums.yuan),
        ]
        for scope, totals in ((own, own_totals(plan)), (covering, covering_totals(plan)))
        for sums in totals
    ]
    return _sheet(Text("开发区", "Zones"), headers, rows, lang)


def _price_sheet(plan: Plan, lang: Lang) -> Sheet:
    headers = [
        Text("资源", "Resource"),
        Text("总量", "Capacity"),
        Text("已用", "Used"),
        Text("单位", "Unit"),
        Text("松弛问题中的价格（元/年，每单位）", "Price in the relaxed problem (yuan/yr per unit)"),
        Text("再增加", "One more"),
        Text("全区增加（重新求解）", "Gain of the zone (solved again)"),
    ]
    used = plan.model.problem.usage(plan.result.chosen)
    rows = []
    for scarce in plan.scarcities:
        what = plan.model.resources[scarce.resource]
        per_unit = 1 / from_engine(1, what.unit)
        rows.append(
            [
                resource(plan.model, what).of(lang),
                from_engine(int(plan.model.problem.capacity[scarce.resource]), what.unit),
                from_engine(int(used[scarce.resource]), what.unit),
                UNIT[what.unit].of(lang),
                round(scarce.price * per_unit, 2),
                amount(scarce.unit, what.unit).of(lang),
                gain(scarce, what.unit).of(lang) or None,
            ]
        )
    return _sheet(Text("影子价格", "Shadow prices"), headers, rows, lang)


def _decision_sheet(plan: Plan, lang: Lang) -> Sheet:
    headers = [
        Text("事项", "What"),
        Text("项目编号", "Project id"),
        Text("场地编号", "Place id"),
        Text("决定单位", "Decided by"),
        Text("理由", "Reason"),
        Text("结果", "Effect"),
    ]
    rows: list[list[object]] = [
        [
            choice_label("pin_action", cost.override.action).of(lang),
            cost.override.project,
            JOINT.join(cost.override.places),
            cost.override.by,
            cost.override.reason,
            _cost_text(cost).of(lang),
        ]
        for cost in plan.override_costs
    ]
    for refused in plan.model.refused_pins:
        codes = "、".join(f"{m.code} {BY_CODE[m.code].title.of(lang)}" for m in refused.misses)
        why = Text(
            f"未采纳，违反 {codes or '：项目或场地不在其列'}",
            f"not kept: breaks {codes or 'nothing known: no such offer'}",
        )
        pin = refused.pin
        rows.append(
            [
                choice_label("pin_action", "pin").of(lang),
                pin.project,
                JOINT.join(pin.places),
                pin.by,
                pin.reason,
                why.of(lang),
            ]
        )
    ids = plan.model.facts.projects.id
    rows.extend(
        [
            Text("重新编制", "re-plan").of(lang),
            "、".join(ids[i] for i in replan.moved),
            None,
            None,
            _move_price(replan.move_yuan).of(lang),
            Text("价值 {value} 万元/年，移动 {n} 个项目", "worth {value} ×10k yuan/yr, {n} projects move")
            .format(value=f"{_wan(replan.value):,}", n=len(replan.moved))
            .of(lang),
        ]
        for replan in plan.replans
    )
    for group in plan.clashes:
        text = Text(
            "这些项目争用同样的场地或配额，不能同时安排",
            "these compete for the same places or quotas and cannot all be placed",
        )
        rows.append(
            [
                Text("冲突组", "clash").of(lang),
                "、".join(ids[i] for i in group),
                None,
                None,
                None,
                text.of(lang),
            ]
        )
    return _sheet(Text("决定与比较", "Decisions"), headers, rows, lang)


def _cost_text(cost: OverrideCost) -> Text:
    if cost.cost is None:
        return Text("代价未算：时间已到", "cost not found: the time was up")
    return Text("全区代价：{cost}", "costs the zone {cost}").format(cost=interval(cost.cost))


def _replan_sheet(plan: Plan, lang: Lang) -> Sheet:
    """Lay the present plan beside the new ones, a line a project."""
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("现在场地", "Stands at"),
        *(_move_price(replan.move_yuan) for replan in plan.replans),
    ]
    projects = plan.model.facts.projects
    rows = [
        [
            projects.id[i],
            projects.name[i],
            JOINT.join(projects.current[i]),
            *(plan.model.offer_of(int(r.chosen[i])) if r.chosen[i] >= 0 else None for r in plan.replans),
        ]
        for i in range(len(projects))
    ]
    return _sheet(Text("重新编制", "Re-plan"), headers, rows, lang)


def _move_price(move_yuan: int | None) -> Text:
    if move_yuan is None:
        return Text("能不动的都不动", "nobody moves who need not")
    return Text(
        f"每移动一个项目计 {_wan(move_yuan):,} 万元/年", f"each move counts {_wan(move_yuan):,} ×10k yuan/yr"
    )


def _severity(plan: Plan, fault: Fault) -> Text:
    if fault.severity == "warning":
        return Text("提示", "warning")
    if fault in plan.faults:  # between ledgers: the rows are used as they are written
        return Text("矛盾，仍按所填编制", "conflict, used as written")
    return Text("未读入", "refused")


def all_faults(plan: Plan) -> list[Fault]:
    """Give every fault of the ledgers, errors first."""
    faults = [*(f for ledger in plan.ledgers.values() for f in ledger.faults), *plan.faults]
    return sorted(faults, key=lambda fault: fault.severity != "error")


def _basis_sheet(plan: Plan, settings: Mapping[str, str], lang: Lang) -> Sheet:
    result = plan.result
    rows: list[list[object]] = [
        [Text("状态", "Status").of(lang), f"{result.status} {STATUS[result.status].of(lang)}"],
        [Text("方案价值", "Value of the plan").of(lang), _wan(result.value), UNIT["wan"].of(lang)],
        [Text("不可能超过", "Proven bound").of(lang), _wan(result.bound), UNIT["wan"].of(lang)],
        [Text("相对差距", "Relative gap").of(lang), f"{result.gap:.4%}"],
        [Text("绝对差距", "Absolute gap").of(lang), _wan(result.bound - result.value), UNIT["wan"].of(lang)],
        [Text("软件版本", "Version").of(lang), f"yinfeng {yinfeng.__version__}"],
        [Text("求解方法", "Method").of(lang), result.method],
    ]
    rows += [[key, value] for key, value in settings.items()]
    rows += [[f"{ledger.source.file} sha256", ledger.source.sha256] for ledger in plan.ledgers.values()]
    rows += rule_rows(plan.model.policy.entries, lang)
    headers = [header.of(lang) for header in RULE_HEADERS]
    return Sheet(Text("依据", "Basis").of(lang), headers, [row + [None] * (6 - len(row)) for row in rows])
