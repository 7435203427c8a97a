"""An answer about approvals as sheets of a workbook: from the projects to the basis it rests on."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from yinfeng.core.approvals.result import ProjectReport, Result, Standing, Tally
from yinfeng.core.approvals.states import ItemState
from yinfeng.core.approvals.template import Template
from yinfeng.core.errors import Fault
from yinfeng.core.rulebook import Rules
from yinfeng.core.text import Lang, Text
from yinfeng.tables import approval_words as words
from yinfeng.tables.approval_template import ITEM, REPLACE, Basis
from yinfeng.tables.faults_sheet import faults_sheet
from yinfeng.tables.rules_sheet import rules_sheet
from yinfeng.tables.write import Sheet

OPEN_STATES: Final = (
    ItemState.LATE,
    ItemState.LAPSED,
    ItemState.REFUSED,
    ItemState.CORRECTING,
    ItemState.APPLIED,
    ItemState.ACCEPTED,
    ItemState.OPEN,
)
"""States in which somebody has to move, the most pressing first."""

ASSUMED: Final = Text(
    "最早可依法开工：材料齐全、当天申报，各部门用满法定时限；早于这一天开工不违法，只要事项都已办结",
    "earliest lawful start: complete files handed in at once, every agency using all of its time; works may "
    "lawfully begin earlier once every item is done",
)


def approval_sheets(
    result: Result, basis: Basis, faults: Iterable[Fault], lang: Lang, *, synthetic: frozenset[str]
) -> list[Sheet]:
    """Lay out an answer. synthetic: rows that hold made-up fields."""
    return [
        _overview(result, lang),
        _items(result, lang, synthetic),
        _off(result, lang),
        _desks(result, lang),
        _questions(result, lang),
        _findings(result, lang),
        _replaced(result, lang),
        faults_sheet(faults, lang),
        template_sheet(basis.template, lang),
        rules_sheet(general_rules(basis), lang),
    ]


def general_rules(basis: Basis) -> Rules:
    """Give the entries that are no items: clocks and thresholds."""
    entries = basis.entries.entries
    plain = {key: entry for key, entry in entries.items() if not key.startswith((ITEM, REPLACE))}
    return Rules(basis.entries.name, basis.entries.on, plain)


def template_sheet(template: Template, lang: Lang) -> Sheet:
    """Lay out the items and replacements of a template, in words."""
    headers = [
        Text("条目", "Entry"),
        Text("事项", "Item"),
        Text("内容", "What it says"),
        Text("也认得的写法", "Names also known"),
        Text("生效日期", "Valid from"),
        Text("性质", "Basis"),
        Text("出处", "Source"),
    ]
    titles = {item.key: item.title for item in template.items}
    rows: list[list[object]] = [
        [
            item.entry, item.title, words.item_text(item, titles), "、".join(item.aliases), item.valid_from,
            words.basis_label(item.basis), item.source,
        ]
        for item in template.items
    ]  # fmt: skip
    rows += [
        [
            one.entry, one.title, words.replacement_text(one, titles), None, None,
            words.basis_label(one.basis), one.source,
        ]
        for many in template.replacements.values()
        for one in many
    ]  # fmt: skip
    return _sheet(Text("模板", "Template"), headers, rows, lang)


def pressing(result: Result) -> list[tuple[ProjectReport, Standing]]:
    """Give every item on which somebody has to move, the most pressing first."""
    moves = [
        (report, standing)
        for report in result.projects
        for standing in report.standings
        if standing.state in OPEN_STATES
    ]
    return sorted(moves, key=_pressure)


def _pressure(move: tuple[ProjectReport, Standing]) -> tuple[int, int, bool, date, str]:
    report, standing = move
    is_critical = report.start is not None and standing.key in report.start.critical
    left = standing.days_left if standing.days_left is not None else 0
    due = standing.due or standing.clock.accept_by if standing.clock else standing.due
    late = left if standing.state is ItemState.LATE else 0
    return OPEN_STATES.index(standing.state), late, not is_critical, due or date.max, report.project.id


def _sheet(
    title: Text,
    headers: Sequence[Text],
    rows: Iterable[Sequence[object]],
    lang: Lang,
    *,
    notes: Iterable[Text] = (),
    formats: dict[int, str] | None = None,
    widths: Sequence[float] | None = None,
) -> Sheet:
    shown = [[cell.of(lang) if isinstance(cell, Text) else cell for cell in row] for row in rows]
    named = [header.of(lang) for header in headers]
    return Sheet(
        title.of(lang), named, shown, widths, notes=[note.of(lang) for note in notes], column_formats=formats
    )


def _overview(result: Result, lang: Lang) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("开发区", "Zone"),
        Text("需办（台账）", "Needed (ledger)"),
        Text("已办（台账）", "Done (ledger)"),
        Text("办结率", "Done of needed"),
        Text("需办（按条件）", "Needed (by the facts)"),
        Text("已办（按条件）", "Done (by the facts)"),
        Text("逾期", "Late"),
        Text("停表", "Clock stopped"),
        Text("在办", "Being decided"),
        Text("可申报", "Can be applied for"),
        Text("未通过或失效", "Refused or lapsed"),
        Text("将到期", "Lapsing soon"),
        Text("待答条件", "Facts to be answered"),
        Text("最早可依法开工", "Earliest lawful start"),
        Text("待答都需要时", "If all unanswered are needed"),
        Text("关键线路", "Critical path"),
        Text("开工日期的依据和保留", "What the start rests on"),
    ]
    rows = [_overview_row(report) for report in result.projects]
    total: list[object] = [Text("合计", "Total"), None, None, *_tally(result.by_ledger)]
    total += list(_tally(result.by_rule))[:2] if result.by_rule else [None, None]
    total += [sum(_as_int(row[column]) for row in rows) for column in range(8, 15)]
    total += [None] * (len(headers) - len(total))
    widths = [12, 28, 14, 8, 8, 9, 9, 9, 7, 7, 7, 8, 9, 8, 9, 13, 13, 60, 60]
    return _sheet(
        Text("总览", "Overview"),
        headers,
        [*rows, total] if rows else [],
        lang,
        notes=[Text(f"按 {result.on} 计算", f"as of {result.on}"), ASSUMED, *result.rests_on],
        formats={5: "0.0%"},
        widths=widths,
    )


def _overview_row(report: ProjectReport) -> list[object]:
    states = [standing.state for standing in report.standings]
    start = report.start
    return [
        report.project.id,
        report.project.name,
        report.project.zone,
        *_tally(report.by_ledger),
        *(list(_tally(report.by_rule))[:2] if report.by_rule else [None, None]),
        states.count(ItemState.LATE),
        states.count(ItemState.CORRECTING),
        states.count(ItemState.ACCEPTED) + states.count(ItemState.APPLIED),
        states.count(ItemState.OPEN),
        states.count(ItemState.REFUSED) + states.count(ItemState.LAPSED),
        sum(standing.lapses_soon for standing in report.standings),
        len(report.questions),
        start.earliest if start is not None else words.start_text(report),
        start.if_all_needed if start is not None and start.if_all_needed != start.earliest else None,
        words.path_text(report),
        words.joined(start.rests_on) if start is not None else None,
    ]


def _as_int(cell: object) -> int:
    return cell if isinstance(cell, int) else 0


def _tally(tally: Tally) -> tuple[object, object, object]:
    return tally.needed, tally.done, words.rate(tally)


def _items(result: Result, lang: Lang, synthetic: frozenset[str]) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("事项", "Item"),
        Text("台账写法", "As the ledger has it"),
        Text("状态", "State"),
        Text("办理方式", "Way"),
        Text("类别", "Form"),
        Text("在谁手里", "At whose desk"),
        Text("时间", "Time"),
        Text("申报", "Applied"),
        Text("受理", "Accepted"),
        Text("到期", "Due"),
        Text("办结", "Done"),
        Text("停表天数", "Days stopped"),
        Text("有效期至", "Valid until"),
        Text("等哪些前置", "Waits for"),
        Text("最早办结（用满时限）", "Earliest end (all time used)"),
        Text("在关键线路上", "Critical"),
        Text("为什么需要、由什么代替", "Why, and what replaces it"),
        Text("法定时限", "Legal time"),
        Text("有效期规定", "Validity"),
        Text("关口", "Gate"),
        Text("依据", "Source"),
        Text("出处待核", "Source to be checked"),
        Text("说明", "Notes"),
        Text("台账行", "Row"),
        Text("合成", "Synthetic"),
    ]
    rows = [
        _item_row(report, standing, synthetic)
        for report in result.projects
        for standing in report.standings
        if not _is_off(standing)
    ]
    widths = [
        12,
        24,
        22,
        18,
        9,
        12,
        12,
        22,
        20,
        11,
        11,
        11,
        11,
        9,
        11,
        24,
        12,
        9,
        44,
        22,
        22,
        9,
        50,
        10,
        44,
        16,
        8,
    ]
    return _sheet(Text("事项", "Items"), headers, rows, lang, widths=widths)


def _item_row(report: ProjectReport, standing: Standing, synthetic: frozenset[str]) -> list[object]:
    row, clock, item, need = standing.application, standing.clock, standing.item, standing.need
    step = report.start.steps.get(standing.key) if report.start else None
    accepted = clock.accepted if clock else None
    titles = {one.key: one.title for one in report.standings}
    return [
        report.project.id,
        report.project.name,
        standing.title,
        row.name if row else None,
        words.state_of(standing),
        words.way_of(standing),
        words.listed(variant.title for variant in need.variants),
        standing.desk,
        words.timing(standing),
        clock.received if clock else None,
        accepted,
        standing.due,
        row.decided_on if row else None,
        clock.stopped_days if clock and clock.stopped_days else None,
        standing.expires_on,
        words.listed(titles.get(key, _event(key)) for key in standing.waits_for),
        step.end if step else None,
        words.YES if report.start and standing.key in report.start.critical else None,
        words.why(need),
        words.legal_time(standing),
        words.validity_text(item.validity if item else None),
        words.gate_text(standing),
        item.source if item else None,
        words.unsourced(standing),
        words.joined([*standing.notes, *_soon(standing)]),
        "、".join(one.row for one in (*standing.earlier, *([row] if row else []))),
        words.YES if row and row.row in synthetic else None,
    ]


def _is_off(standing: Standing) -> bool:
    return standing.state is ItemState.NOT_NEEDED and standing.application is None


def _off(result: Result, lang: Lang) -> Sheet:
    """List the items that the facts rule out, apart: they would hide the others."""
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("事项", "Item"),
        Text("状态", "State"),
        Text("为什么不需要", "Why not"),
    ]
    rows = [
        [
            report.project.id,
            report.project.name,
            standing.title,
            words.state_of(standing),
            words.why(standing.need),
        ]
        for report in result.projects
        for standing in report.standings
        if _is_off(standing)
    ]
    return _sheet(Text("不需要", "Not needed"), headers, rows, lang)


def _event(key: str) -> Text:
    return {"works_start": Text("开工", "start of works"), "works_done": Text("完工", "end of works")}.get(
        key, Text(key, key)
    )


def _soon(standing: Standing) -> list[Text]:
    said = []
    if standing.lapses_soon:
        said.append(Text(f"{standing.expires_on} 到期", f"ends on {standing.expires_on}"))
    if standing.behind_plan and standing.application is not None:
        day = standing.application.planned_on
        said.append(Text(f"已过计划办结日期 {day}", f"past the planned day {day}"))
    return said


def _desks(result: Result, lang: Lang) -> Sheet:
    headers = [
        Text("在谁手里", "At whose desk"),
        Text("状态", "State"),
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("事项", "Item"),
        Text("时间", "Time"),
        Text("到期", "Due"),
        Text("在关键线路上", "Critical"),
        Text("说明", "Notes"),
    ]
    rows = [
        [
            standing.desk,
            words.state_of(standing),
            report.project.id,
            report.project.name,
            standing.title,
            words.timing(standing),
            standing.due,
            words.YES if report.start and standing.key in report.start.critical else None,
            words.joined([*standing.notes, *_soon(standing)]),
        ]
        for report, standing in pressing(result)
    ]
    return _sheet(Text("下一步", "Next steps"), headers, rows, lang)


def _questions(result: Result, lang: Lang) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("待答的条件", "Fact to be answered"),
        Text("决定哪些事项", "Items it decides"),
    ]
    rows = []
    for report in result.projects:
        titles = {standing.key: standing.title for standing in report.standings}
        rows += [
            [
                report.project.id,
                report.project.name,
                words.fact_label(question.fact),
                words.listed(titles[key] for key in question.items if key in titles),
            ]
            for question in report.questions
        ]
    note = Text(
        "填在台账“审批条件”里；不填不猜", "fill them in in the ledger of approval facts; nothing is guessed"
    )
    return _sheet(Text("待答", "To be answered"), headers, rows, lang, notes=[note])


def _findings(result: Result, lang: Lang) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("事项", "Item"),
        Text("问题", "What does not agree"),
        Text("台账行", "Rows"),
    ]
    rows = []
    for report in result.projects:
        titles = {standing.key: standing.title for standing in report.standings}
        rows += [
            [
                report.project.id,
                report.project.name,
                titles.get(finding.item, Text(finding.item, finding.item)),
                finding.sentence,
                "、".join(finding.rows),
            ]
            for finding in report.findings
        ]
    return _sheet(Text("核对", "To be checked"), headers, rows, lang)


def _replaced(result: Result, lang: Lang) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("事项", "Item"),
        Text("由什么代替", "What takes its place"),
        Text("结果", "Effect"),
        Text("开发区", "Zone"),
        Text("有效期至", "Valid until"),
        Text("文号", "Document"),
        Text("依据", "Source"),
        Text("性质", "Basis"),
    ]
    rows = [
        [
            report.project.id,
            report.project.name,
            standing.title,
            replacement.title,
            words.WAY[standing.need.way],
            evaluation.zone if evaluation else None,
            evaluation.valid_until if evaluation else None,
            evaluation.document if evaluation else None,
            replacement.source,
            words.basis_label(replacement.basis),
        ]
        for report in result.projects
        for standing in report.standings
        if (replacement := standing.need.replacement) is not None and standing.need.holds is not False
        for evaluation in [standing.need.evaluation]
    ]
    return _sheet(Text("替代", "Replacements"), headers, rows, lang)
