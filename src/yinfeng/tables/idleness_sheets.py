"""The answer of idleness as sheets: what is to be done first, parcels, places, stories, figures, basis."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from yinfeng.core.figures import Figure, shown
from yinfeng.core.idleness.problem import Parcel
from yinfeng.core.idleness.result import Answer, Step, Verdict
from yinfeng.core.text import Lang, Text
from yinfeng.tables.faults_sheet import faults_sheet
from yinfeng.tables.idleness import Idleness
from yinfeng.tables.idleness_lines import (
    ALL_ZONES,
    LAND_REGIME,
    LOCAL_LIST,
    by_urgency,
    states_label,
    zone_name,
)
from yinfeng.tables.idleness_words import (
    ACTOR,
    ORDER_53,
    article,
    land_state,
    percent,
    place_state,
    reason_text,
    step_text,
    story_state,
    test_text,
    unsourced,
    unsourced_mark,
)
from yinfeng.tables.rules_sheet import rules_sheet
from yinfeng.tables.write import Sheet

_BASIS: Final = {
    "contract": Text("合同约定", "contract"),
    "extension": Text("补充协议", "agreement"),
    "delivery": Text("交地延误顺延", "moved by late handover"),
    "handover": Text("实际交地后一年", "a year after handover"),
    "agreed_handover": Text("资料不足", "not known"),
    "": Text("", ""),
}


def idleness_sheets(answer: Idleness, lang: Lang) -> list[Sheet]:
    """Lay out an answer as the sheets of a workbook."""
    return [
        _todo_sheet(answer, lang),
        _parcel_sheet(answer, lang),
        _place_sheet(answer, lang),
        _story_sheet(answer, lang),
        _state_sheet(answer, lang),
        _figure_sheet(answer, lang),
        faults_sheet(answer.faults, lang),
        rules_sheet(answer.rules, lang),
    ]


def _sheet(
    title: Text,
    headers: Sequence[Text],
    rows: Iterable[Sequence[object]],
    lang: Lang,
    notes: Sequence[Text] = (),
) -> Sheet:
    return Sheet(
        title.of(lang),
        [header.of(lang) for header in headers],
        [list(row) for row in rows],
        notes=[note.of(lang) for note in notes],
    )


def _todo_sheet(answer: Idleness, lang: Lang) -> Sheet:
    headers = [
        Text("编号", "Id"),
        Text("名称", "Name"),
        Text("开发区", "Zone"),
        Text("使用权人", "Holder"),
        Text("状态", "State"),
        Text("下一步", "Next step"),
        Text("由谁办", "Who"),
        Text("期限", "Last day"),
        Text("剩余天数（负数为已过）", "Days left (negative: past)"),
        Text("依据", "Article"),
        Text("出处", "Source"),
        Text("闲置费（万元）", "Fee (10k yuan)"),
    ]
    return _sheet(
        Text("先办", "To do first"),
        headers,
        [_todo_row(answer, one, step, lang) for one, step in by_urgency(answer)],
        lang,
        [
            Text(
                f"按 {answer.on} 计算；期限按自然日或工作日见“依据”，未顺延到节假日后",
                f"as of {answer.on}; days or working days as on the last sheet, not moved past holidays",
            ),
            Text(
                "没有登记“发现涉嫌闲置”的，调查期限自满一年之日起算",
                "where no suspicion is on record, the time to investigate runs from the day a year was full",
            ),
        ],
    )


def _todo_row(answer: Idleness, one: Answer, step: Step, lang: Lang) -> list[object]:
    own = answer.subject(one)
    left = None if step.due_on is None else (step.due_on - answer.on).days
    return [
        one.id,
        own.name,
        zone_name(answer, own.zone, lang),
        own.holder if isinstance(own, Parcel) else None,
        land_state(one.land).of(lang),
        step_text(step).of(lang),
        ACTOR[step.actor].of(lang),
        step.due_on,
        left,
        _article(answer, step, lang),
        unsourced_mark(unsourced(one.land, answer.land)).of(lang),
        None if one.land.fee_wan is None else round(float(one.land.fee_wan), 4),
    ]


def _article(answer: Idleness, step: Step | None, lang: Lang) -> str:
    found = None if step is None else article(step.code, answer.land)
    if found is None:
        return ""
    return Text("53号令{article}", "Order 53 {article}").format(article=found).of(lang)


def _parcel_sheet(answer: Idleness, lang: Lang) -> Sheet:
    headers = [
        Text("宗地编号", "Parcel"),
        Text("名称", "Name"),
        Text("开发区", "Zone"),
        Text("使用权人", "Holder"),
        Text("面积（公顷）", "Area (ha)"),
        Text("闲置土地（53号令）结论", "Idle land (Order 53)"),
        Text("为什么", "Why"),
        Text("应动工日期", "To be started by"),
        Text("日期依据", "From"),
        Text("动工日期", "Started"),
        Text("动工按", "Start by"),
        Text("满一年（起）", "A year full on"),
        Text("满两年（起）", "Two years full on"),
        Text("已过天数", "Days since"),
        Text("不计天数", "Days not counted"),
        Text("计入天数", "Days counted"),
        Text("不计到（当日恢复）", "Not counted until"),
        Text("已动工面积比例", "Area share"),
        Text("已投资比例", "Investment share"),
        Text("闲置费（万元）", "Fee (10k yuan)"),
        Text("下一步", "Next step"),
        Text("由谁办", "Who"),
        Text("期限", "Last day"),
        Text("依据", "Article"),
        Text("低效用地清单结论", "Low-efficiency list"),
        Text("符合项", "Tests met"),
        Text("用到的规则条目", "Rulebook entries"),
        Text("出处待核的条目", "Entries to be checked"),
        Text("事件行", "Event rows"),
    ]
    rows = [_parcel_row(answer, one, lang) for one in answer.result.parcels]
    return _sheet(Text("宗地", "Parcels"), headers, rows, lang, [ORDER_53])


def _parcel_row(answer: Idleness, one: Answer, lang: Lang) -> list[object]:
    land, own = one.land, answer.parcels[one.id]
    stall = land.stall
    by = Text("法定标准", "legal test") if land.is_legal_start else Text("台账陈述", "statement")
    until = land.excused_until
    return [
        one.id,
        own.name,
        zone_name(answer, own.zone, lang),
        own.holder,
        own.area_ha,
        land_state(land).of(lang),
        _reasons(one, lang),
        land.start_on,
        _BASIS[land.start_basis].of(lang),
        land.started_on,
        by.of(lang) if land.started_on else None,
        land.one_year_on,
        land.two_years_on,
        land.elapsed_days or None,
        land.excused_days or None,
        land.idle_days or None,
        Text("未消除", "it lasts").of(lang) if until == date.max else until,
        None if stall is None or stall.area is None else percent(stall.area),
        None if stall is None or stall.investment is None else percent(stall.investment),
        None if land.fee_wan is None else round(float(land.fee_wan), 4),
        None if land.step is None else step_text(land.step).of(lang),
        None if land.step is None else ACTOR[land.step.actor].of(lang),
        None if land.step is None else land.step.due_on,
        _article(answer, land.step, lang),
        place_state(one.efficiency.state).of(lang),
        "；".join(test_text(test).of(lang) for test in one.efficiency.met),
        "、".join(land.entries),
        "、".join(unsourced(land, answer.land)),
        "、".join(land.rows),
    ]


def _reasons(one: Answer, lang: Lang) -> str:
    return "；".join(reason_text(reason, one.id).of(lang) for reason in one.land.reasons)


def _place_sheet(answer: Idleness, lang: Lang) -> Sheet:
    headers = [
        Text("场地编号", "Place"),
        Text("名称", "Name"),
        Text("开发区", "Zone"),
        Text("面积（平方米）", "Area (m²)"),
        Text("闲置土地（53号令）结论", "Idle land (Order 53)"),
        Text("53号令为什么", "Why, by Order 53"),
        Text("低效用地清单结论", "Low-efficiency list"),
        Text("低效为什么", "Why, by the list"),
        Text("闲置起始", "Idle since"),
        Text("看的是", "Looked at by"),
        Text("用到的规则条目", "Rulebook entries"),
    ]
    rows = []
    for one in answer.result.places:
        own, efficiency = answer.places[one.id], one.efficiency
        tests = [test_text(test) for test in efficiency.tests if test.verdict != Verdict.NO]
        why = [*(reason_text(reason) for reason in efficiency.reasons), *tests]
        by = LOCAL_LIST if efficiency.tests else ORDER_53
        rows.append(
            [
                one.id,
                own.name,
                zone_name(answer, own.zone, lang),
                own.area_m2,
                land_state(one.land).of(lang),
                _reasons(one, lang),
                place_state(efficiency.state).of(lang),
                "；".join(text.of(lang) for text in why),
                own.idle_since,
                by.of(lang),
                "、".join(efficiency.entries),
            ]
        )
    note = Text(
        "停产、空置的厂房按低效用地清单看，不征土地闲置费，不收回；闲置土地只看未建成的宗地",
        "buildings out of use are judged by the low-efficiency list: no fee, no recovery; "
        "idle land is land that was not built on",
    )
    return _sheet(Text("场地", "Places"), headers, rows, lang, [note])


def _story_sheet(answer: Idleness, lang: Lang) -> Sheet:
    headers = [
        Text("场地编号", "Asset"),
        Text("名称", "Name"),
        Text("开发区", "Zone"),
        Text("进展", "State"),
        Text("闲置起始", "Idle since"),
        Text("闲置天数", "Days idle"),
        Text("推介、询问、考察次数", "Attempts"),
        Text("接触过的对象", "Parties"),
        Text("承接方", "Taker"),
        Text("承接方确定", "Taker on"),
        Text("签约", "Deal on"),
        Text("方式", "Way"),
        Text("改造开工", "Upgrade on"),
        Text("首件产品", "First product on"),
        Text("恢复使用", "Returned on"),
        Text("恢复使用面积（平方米）", "Returned (m²)"),
        Text("不一致", "Does not fit"),
        Text("记录行", "Rows"),
    ]
    rows = [
        [
            story.asset,
            story.name,
            zone_name(answer, story.zone, lang),
            story_state(story.state).of(lang),
            story.idle_since,
            story.idle_days,
            story.attempts,
            "、".join(story.parties),
            story.taker,
            story.taker_on,
            story.deal_on,
            story.way,
            story.upgrade_on,
            story.first_product_on,
            story.returned_on,
            float(story.returned_m2) or None,
            "；".join(flaw.of(lang) for flaw in story.flaws),
            "、".join(story.rows),
        ]
        for story in answer.stories
    ]
    return _sheet(Text("盘活记录", "Stories"), headers, rows, lang)


def _state_sheet(answer: Idleness, lang: Lang) -> Sheet:
    headers = [
        Text("开发区", "Zone"),
        Text("制度", "Regime"),
        Text("状态", "State"),
        Text("宗数（处）", "Number"),
        Text("面积（平方米）", "Area (m²)"),
        Text("面积（公顷）", "Area (ha)"),
        Text("没有面积的", "Without an area"),
        Text("行", "Rows"),
    ]
    rows = []
    for line in answer.lines:
        is_land = line.regime == "land"
        label = states_label(line.state, is_land=is_land)
        rows.append(
            [
                zone_name(answer, line.zone, lang),
                (LAND_REGIME if is_land else LOCAL_LIST).of(lang),
                label.of(lang),
                line.count,
                round(float(line.area_m2), 2),
                round(float(line.area_m2) / 10_000, 6),
                line.without_area or None,
                "、".join(line.rows),
            ]
        )
    return _sheet(Text("汇总", "Summary"), headers, rows, lang)


def _figure_sheet(answer: Idleness, lang: Lang) -> Sheet:
    headers = [
        Text("开发区", "Zone"),
        Text("指标", "Figure"),
        Text("数值", "Value"),
        Text("单位", "Unit"),
        Text("期间", "Period"),
        Text("口径", "Definition"),
        Text("说明", "Notes"),
        Text("行", "Rows"),
    ]
    rows = [_figure_row(answer, figure, lang) for figure in answer.figures]
    return _sheet(Text("指标", "Figures"), headers, rows, lang)


def _figure_row(answer: Idleness, figure: Figure, lang: Lang) -> list[object]:
    side = figure.numerator
    return [
        zone_name(answer, figure.zone, lang) if figure.zone else ALL_ZONES.of(lang),
        figure.title.of(lang),
        shown(figure),
        figure.unit.of(lang),
        figure.period,
        figure.definition.of(lang),
        "；".join(note.of(lang) for note in figure.notes),
        "" if side is None else "、".join(side.rows),
    ]
