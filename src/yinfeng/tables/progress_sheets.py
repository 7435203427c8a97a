"""The answer of ``yinfeng progress`` as sheets: figures first, then all that they were counted from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from yinfeng.core.errors import Fault
from yinfeng.core.figures import Figure, Side, rounded, shown
from yinfeng.core.progress.lights import COLOR_LABEL
from yinfeng.core.progress.result import ProjectLine, Result, ZoneResult, ranks
from yinfeng.core.progress.schedule import TargetLine
from yinfeng.core.rulebook import Rules
from yinfeng.core.text import Lang, Text
from yinfeng.tables import progress_words as words
from yinfeng.tables.faults_sheet import faults_sheet
from yinfeng.tables.progress import Dispatch
from yinfeng.tables.rules_sheet import rules_sheet
from yinfeng.tables.schema import choice_label, header, load
from yinfeng.tables.sheets import written
from yinfeng.tables.write import Sheet

_MOST_OF_A_ROW: Final = 8
_CHOICE_SET: Final = {
    "origin": "project_origin",
    "capital": "capital_kind",
    "nature": "project_nature",
    "list_kind": "plan_list",
}


@dataclass(frozen=True, eq=False, slots=True)
class _Book:
    """What the sheets are written from."""

    result: Result
    dispatch: Dispatch
    rules: Rules
    lang: Lang

    def sheet(
        self, title: Text, headers: Sequence[str], rows: Iterable[Sequence[Any]], note: Text | None = None
    ) -> Sheet:
        """Make a sheet; headers are written 中文|English."""
        cells = [[one.of(self.lang) if isinstance(one, Text) else one for one in row] for row in rows]
        notes = [note.of(self.lang)] if note is not None else []
        names = [header.partition("|")[0 if self.lang == "zh" else 2] for header in headers]
        return Sheet(title.of(self.lang), names, cells, notes=notes)


def progress_sheets(
    result: Result, dispatch: Dispatch, rules: Rules, faults: Iterable[Fault], lang: Lang
) -> list[Sheet]:
    """Lay out the answer; sheets for which there are no rows are left out."""
    book = _Book(result, dispatch, rules, lang)
    sheets = [
        _figures(book), _projects(book), _open_items(book), _cohorts(book), _targets(book), _signings(book),
        _trips(book), _balance(book), _comparisons(book), _details(book),
    ]  # fmt: skip
    return [
        *(sheet for sheet in sheets if sheet.rows or sheet is sheets[0]),
        faults_sheet(faults, lang),
        rules_sheet(rules, lang),
    ]


def _figures(book: _Book) -> Sheet:
    headers = (
        "开发区|Zone", "指标|Figure", "值|Value", "分子|Numerator", "分母|Denominator", "期间|Period",
        "位次|Rank", "定义|Definition", "说明|Notes", "出处待核|Source to be checked",
        "依据条目|Entries", "代码|Code",
    )  # fmt: skip
    note = Text(
        f"截至 {book.result.period.end}；金额单位亿元；每个数的行见“明细”",
        f"up to {book.result.period.end}; money in 100m yuan; the rows are on the sheet Details",
    )
    return book.sheet(Text("总览", "Overview"), headers, _figure_rows(book), note)


def _figure_rows(book: _Book) -> Iterator[Sequence[Any]]:
    limit = Fraction(str(book.rules.value("progress.growth.limit")))
    standing: dict[str, Mapping[str, int]] = {}
    for zone in book.result.zones:
        for figure in zone.figures:
            rank = standing.setdefault(figure.code, ranks(book.result.zones, figure.code, limit))
            yield [
                words.zone_label(zone.zone),
                figure.title,
                words.value_of(figure),
                words.side_number(figure.numerator),
                words.side_number(figure.denominator),
                figure.period,
                rank.get(zone.zone),
                figure.definition,
                words.joined(figure.notes),
                words.unsourced_of(figure, book.rules),
                "、".join(figure.entries),
                figure.code,
            ]


def _projects(book: _Book) -> Sheet:
    headers = (
        "开发区|Zone", "项目编号|Project id", "项目|Project", "建设性质|Kind", "阶段|Stage", "灯|Lamp",
        "亮灯理由和条目|Why, and the entry that lit it", "存在问题|Obstacle", "解决单位|Who solves it",
        "责任单位和责任人|Who answers", "未办结手续|Open procedures", "分期|Phases",
        "单体和配套|Buildings, utilities", "上级或龙头项目|Parent", "配套项目|Followers",
        "总投资（亿元）|Investment (100m yuan)", "年度计划（亿元）|Planned this year",
        "本年完成（亿元）|Done this year", "完成率|Done of planned",
        "达产年产值（亿元）|Output at capacity", "佐证|Evidence", "行|Row",
    )  # fmt: skip
    rows = [
        _project_row(book, zone, line)
        for zone in book.result.zones
        for line in sorted(zone.projects, key=_by_color)
    ]
    note = Text("红灯在前；灯由哪一条规则点亮写在旁边", "red lamps first, each with the rule that lit it")
    return book.sheet(Text("项目", "Projects"), headers, rows, note)


def _by_color(line: ProjectLine) -> int:
    return {"red": 0, "yellow": 1, "green": 3, None: 2}[line.color]


def _project_row(book: _Book, zone: ZoneResult, line: ProjectLine) -> Sequence[Any]:
    project = line.standing.project
    others = {other.standing.project.project: other.standing.project for other in zone.projects}
    parent = others.get(project.parent)
    followers = [one.name for one in others.values() if one.parent == project.project]
    lights = [
        Text(
            f"{light.about.zh}{COLOR_LABEL[light.color].zh}：{light.why.zh}［{light.entry}］",
            f"{light.about.en} {COLOR_LABEL[light.color].en}: {light.why.en} [{light.entry}]",
        )
        for light in line.lights
    ]
    return [
        words.zone_label(zone.zone),
        project.project,
        project.name,
        choice_label("plan_list", project.list_kind) if project.list_kind else "",
        words.stage_of(line),
        COLOR_LABEL[line.color] if line.color else "",
        words.joined(lights),
        project.obstacle,
        project.obstacle_desk,
        words.who_of(line),
        "；".join(_item(one.procedure.item, one.procedure.desk) for one in line.open_items),
        words.phases_of(line),
        words.works_of(line),
        parent.name if parent else project.parent,
        "、".join(followers),
        _number(project.investment),
        _number(project.planned),
        _number(project.done),
        _per_cent(project.done, project.planned),
        _number(project.output),
        words.evidence_of(line),
        _row_number(book, project.row),
    ]


def _item(name: str, desk: str) -> str:
    return f"{name}（{desk}）" if desk else name


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _per_cent(over: Fraction | None, under: Fraction | None) -> str:
    return f"{rounded(over / under * 100, 2)}%" if over is not None and under else ""


def _row_number(book: _Book, row_id: str) -> Any:
    row = book.dispatch.rows.get(row_id)
    return "" if row is None else row["row"]


def _open_items(book: _Book) -> Sheet:
    headers = (
        "开发区|Zone", "项目|Project", "手续|Procedure", "办理单位|At whose desk",
        "项目已开工|Project has started", "备注|Note", "行|Row",
    )  # fmt: skip
    yes = Text("是", "yes")
    rows = [
        [
            words.zone_label(zone.zone), one.project_name, one.procedure.item, one.procedure.desk,
            yes if one.has_started else "", one.procedure.note, _row_number(book, one.procedure.row),
        ]
        for zone in book.result.zones
        for one in zone.open_items
    ]  # fmt: skip
    return book.sheet(Text("未办结手续", "Open procedures"), headers, rows)


def _cohorts(book: _Book) -> Sheet:
    headers = (
        "开发区|Zone", "批次|Round", "举办日期|Held on", "计算轮数|Rounds counted", "指标|Figure",
        "分子|Numerator", "分母|Denominator", "值|Value", "按规则库为本期数|The figure by the rulebook",
        "说明|Notes",
    )  # fmt: skip
    rows = [
        [
            words.zone_label(zone.zone), one.through.name, one.through.held_on, one.rounds, figure.title,
            words.side_number(figure.numerator), words.side_number(figure.denominator), shown(figure),
            Text("是", "yes") if one.is_headline else "", words.joined(figure.notes),
        ]
        for zone in book.result.zones
        for one in zone.cohorts
        for figure in one.figures
    ]  # fmt: skip
    note = Text("从第一轮累计到本轮的全部项目", "all projects of the first round up to this one")
    return book.sheet(Text("三个一批", "Three batches"), headers, rows, note)


def _targets(book: _Book) -> Sheet:
    headers = (
        "开发区|Zone", "指标|Figure", "目标|Target", "完成|Done", "完成率|Completion",
        "超时序或高于目标（百分点）|Ahead of schedule or target (points)", "对照|Held against",
        "下达单位|Set by", "说明|Notes", "行|Row",
    )  # fmt: skip
    rows = []
    for zone in book.result.zones:
        for line in zone.targets:
            target = line.target
            scale = 100 if target.kind in ("share", "growth", "points") else 1
            held = line.completion or line.lead
            rows.append(
                [
                    words.zone_label(zone.zone),
                    words.indicator_label(target.indicator),
                    _number(target.target * scale) if target.target is not None else None,
                    words.side_number(line.actual) if line.actual else _done(line, scale),
                    shown(line.completion) if line.completion else "",
                    shown(line.lead) if line.lead else "",
                    line.lead.definition if line.lead else "",
                    target.set_by,
                    words.joined(held.notes) if held else Text("没有完成值", "nothing done is known"),
                    _row_number(book, target.row),
                ]
            )
    return book.sheet(Text("目标任务", "Targets"), headers, rows)


def _done(line: TargetLine, scale: int) -> float | None:
    """Give what was done; of a rate, the one held against the rate asked for, in per cent as that is."""
    target, lead = line.target, line.lead
    if scale != 1 and lead is not None and lead.value is not None and target.target is not None:
        return _number((lead.value + target.target) * scale)
    return _number(target.actual * scale) if target.actual is not None else None


def _signings(book: _Book) -> Sheet:
    headers = (
        "开发区|Zone", "项目|Project", "签约日期|Signed on", "签约额（亿元）|Amount (100m yuan)",
        "计入个数|Counts as projects", "计入金额（亿元）|Counts as amount", "理由|Why",
        "计入单位|Credited to", "行|Row",
    )  # fmt: skip
    rows = [
        [
            words.zone_label(zone.zone), one.signing.name, one.signing.on, _number(one.signing.amount),
            float(one.number), float(one.amount), one.reason, one.signing.credited_to,
            _row_number(book, one.signing.row),
        ]
        for zone in book.result.zones
        for one in zone.credits
    ]  # fmt: skip
    return book.sheet(Text("签约", "Signings"), headers, rows)


def _trips(book: _Book) -> Sheet:
    headers = (
        "开发区|Zone", "活动|Trip", "带队领导|Led by", "日期|From", "省份|Provinces", "城市|Cities",
        "对接|Met", "协议|Agreements", "落地|Landed",
    )  # fmt: skip
    none = Text("（未写活动）", "(no trip named)")
    rows = [
        [
            words.zone_label(zone.zone),
            (one.trip.name or one.trip.trip) if one.trip else none,
            one.trip.led_by if one.trip else "",
            one.trip.start_on if one.trip else None,
            "、".join(one.provinces),
            "、".join(one.cities),
            float(one.contacts),
            float(one.agreements),
            float(one.landed),
        ]
        for zone in book.result.zones
        for one in zone.trips
    ]
    return book.sheet(Text("招商活动", "Trips"), headers, rows)


def _balance(book: _Book) -> Sheet:
    headers = (
        "开发区|Zone", "按什么分|By", "类别|Kind", "项目数|Projects", "占个数|Of number",
        "总投资（亿元）|Investment (100m yuan)", "占投资|Of investment",
    )  # fmt: skip
    unsaid = Text("未写", "not said")
    rows = [
        [
            words.zone_label(zone.zone),
            one.title,
            choice_label(_CHOICE_SET[one.dimension], one.code) if one.code else unsaid,
            len(one.rows),
            f"{rounded(one.number_share * 100, 1)}%",
            float(one.investment),
            "" if one.investment_share is None else f"{rounded(one.investment_share * 100, 1)}%",
        ]
        for zone in book.result.zones
        for one in zone.balance
    ]
    return book.sheet(Text("结构", "Balance"), headers, rows)


def _comparisons(book: _Book) -> Sheet:
    headers = (
        "开发区|Zone", "指标|Figure", "期间|Period", "公布值|Printed", "公布分子|Numerator",
        "公布分母|Denominator", "结论|Verdict", "核对|Check", "来源|Source", "行|Row",
    )  # fmt: skip
    order = ("wrong", "scope", "rounding", "unknown", "agrees")
    found = [(zone, one) for zone in book.result.zones for one in zone.comparisons]
    rows = [
        [
            words.zone_label(zone.zone),
            _printed_title(book, one.printed.row, one.figure),
            one.period.label,
            one.printed.printed.raw,
            one.printed.numerator.raw if one.printed.numerator else "",
            one.printed.denominator.raw if one.printed.denominator else "",
            words.verdict_of(one),
            words.comparison_of(one),
            one.printed.source,
            _row_number(book, one.printed.row),
        ]
        for zone, one in sorted(found, key=lambda pair: order.index(pair[1].verdict))
    ]
    note = Text(
        "公布的数与台账的行、与自己的分子分母核对", "printed figures held against rows and their own parts"
    )
    return book.sheet(Text("公布数核对", "Printed figures"), headers, rows, note)


def _printed_title(book: _Book, row_id: str, figure: Figure | None) -> Any:
    row = book.dispatch.rows.get(row_id)
    return row["indicator"] if row is not None else figure.title if figure is not None else ""


def _details(book: _Book) -> Sheet:
    headers = (
        "开发区|Zone", "指标|Figure", "在哪一边|Side", "台账和行|Ledger and row", "汇总行|Aggregate",
        "行的内容|What the row says",
    )  # fmt: skip
    rows = [
        row
        for zone in book.result.zones
        for figure in zone.figures
        for label, side in (
            (Text("分子", "numerator"), figure.numerator),
            (Text("分母", "denominator"), figure.denominator),
        )
        if side is not None
        for row in _side_rows(book, zone, figure, label, side)
    ]
    return book.sheet(Text("明细", "Details"), headers, rows)


def _side_rows(
    book: _Book, zone: ZoneResult, figure: Figure, label: Text, side: Side
) -> Iterator[Sequence[Any]]:
    for row_id in side.rows:
        row = book.dispatch.rows.get(row_id)
        if row is not None:
            yield [
                words.zone_label(zone.zone),
                figure.title,
                label if figure.denominator is not None else "",
                words.row_place(row_id, row["row"]),
                Text("是", "yes")
                if side.is_aggregate and not (row.get("project_id") or row.get("project_name"))
                else "",
                _content(row_id, row, book.lang),
            ]


def _as_written(row: Mapping[str, Any], name: str) -> Any:
    """Give a cell as it was written; a bare number in the unit of its column, not of its header."""
    raw, value = row.get(f"{name}.raw"), row[name]
    if raw is None or (isinstance(value, float) and raw.replace(".", "", 1).isdigit()):
        return written(value) if isinstance(value, float) else value
    return raw


def _content(row_id: str, row: Mapping[str, Any], lang: Lang) -> str:
    """Give what a row says, column by column, as it was written."""
    said = []
    for column in load(row_id.partition(":")[0]).columns:
        value = _as_written(row, column.name)
        if value is None or value == [] or column.name in ("zone_id", "synthetic", "source", "note"):
            continue
        if column.type == "choice":
            value = choice_label(column.target, value).of(lang)
        text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        said.append(f"{header(column, lang).rstrip('*')} {text}")
    return Text("；", "; ").of(lang).join(said[:_MOST_OF_A_ROW])
