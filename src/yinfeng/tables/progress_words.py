"""How figures, projects and comparisons of progress are said, on sheets and on the screen."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import Figure, Side, rounded, shown
from yinfeng.core.progress.printed import VERDICT, Check, Comparison
from yinfeng.core.progress.result import ProjectLine
from yinfeng.core.progress.stages import ORDER, OTHER_EVENTS, PHASE_STATES, STAGES, event_label
from yinfeng.core.rulebook import UNSOURCED, Rules
from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL, choice_label

NOTHING: Final = Text("", "")
_NO_ZONE: Final = Text("（未写开发区）", "(no zone named)")


_ENDS: Final = (
    ("-completion", Text("目标完成率", " against target")),
    ("-growth", Text("增速", ", growth")),
    ("-lead", Text("超时序", " ahead of schedule")),
)


def indicator_label(code: str) -> Text:
    """Give the words of an indicator; one that the ledger made up stands as it was written."""
    label = choice_label("progress_indicator", code)
    for end, words in _ENDS if label.zh == code else ():
        if code.endswith(end):
            base = choice_label("progress_indicator", code.removesuffix(end))
            return Text(base.zh + words.zh, base.en + words.en)
    return label


def zone_label(zone: str) -> Text:
    """Give a zone's name; a word for rows that name none."""
    return Text(zone, zone) if zone else _NO_ZONE


def plain(value: Fraction, places: int = 4) -> str:
    """Give a number without zeros at its end."""
    text = f"{rounded(value, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_of(figure: Figure) -> Text:
    """Give a figure's value with its unit: 94.7%, 93.61 亿元, +43.6 个百分点."""
    number = shown(figure)
    if figure.value is None:
        return Text(number, number)
    if figure.kind == "points":
        return Text(f"{number} 个百分点", f"{number} points")
    return Text(f"{number} {figure.unit.zh}".rstrip(), f"{number} {figure.unit.en}".rstrip())


def parts_of(figure: Figure) -> str:
    """Give numerator and denominator as 18/19; empty where there are not both."""
    if figure.numerator is None or figure.denominator is None:
        return ""
    return f"{plain(figure.numerator.value)}/{plain(figure.denominator.value)}"


def side_number(side: Side | None) -> float | None:
    """Give a side as a cell's number."""
    return None if side is None else float(side.value)


def unsourced_of(figure: Figure, rules: Rules) -> Text:
    """Say which entries of a figure have no source; empty where all have one."""
    keys = rules.unsourced(tuple(key for key in figure.entries if key in rules.entries))
    if not keys:
        return NOTHING
    return Text(f"{UNSOURCED.zh}：{'、'.join(keys)}", f"{UNSOURCED.en}: {', '.join(keys)}")


def stage_of(line: ProjectLine) -> Text:
    """Give the stage of a project, with the reason where it was dropped."""
    standing = line.standing
    if not standing.stage:
        return Text("未开工", "not started") if standing.project.list_kind else Text("未知", "not known")
    label = STAGES.label(standing.stage)
    if standing.stage == "dropped":
        reason = standing.dropped_reason
        return Text(f"{label.zh}：{reason or '未写原因'}", f"{label.en}: {reason or 'no reason given'}")
    return label


def phases_of(line: ProjectLine) -> Text:
    """Give the phases of a project, each with its state: 一期 投产；二期 设备进场."""
    told = [(phase.phase, PHASE_STATES.label(phase.state)) for phase in line.standing.phases]
    return Text("；".join(f"{n} {s.zh}" for n, s in told), "; ".join(f"{n} {s.en}" for n, s in told))


def evidence_of(line: ProjectLine) -> Text:
    """Say which events of a project are claimed only, and which count without evidence."""
    standing = line.standing
    codes = (*ORDER, *OTHER_EVENTS)
    claimed = [event_label(code) for code in codes if standing.claims(code)]
    bare = [event_label(code) for code in codes if standing.lacks_evidence(code)]
    parts = []
    if claimed:
        parts.append(
            Text(
                f"报称未计入：{'、'.join(t.zh for t in claimed)}",
                f"claimed, not counted: {', '.join(t.en for t in claimed)}",
            )
        )
    if bare:
        parts.append(
            Text(
                f"没有登记佐证：{'、'.join(t.zh for t in bare)}",
                f"without evidence: {', '.join(t.en for t in bare)}",
            )
        )
    return joined(parts)


def works_of(line: ProjectLine) -> Text:
    """Give single buildings done of planned and utilities in place: 单体 33/33；配套 水、电 到位，缺 气."""
    project = line.standing.project
    parts = []
    if project.buildings_planned is not None or project.buildings_done is not None:
        done = plain(project.buildings_done) if project.buildings_done is not None else "?"
        planned = plain(project.buildings_planned) if project.buildings_planned is not None else "?"
        parts.append(Text(f"单体 {done}/{planned}", f"buildings {done}/{planned}"))
    if project.utilities_in_place:
        there = "、".join(project.utilities_in_place)
        parts.append(Text(f"配套到位：{there}", f"utilities in place: {there}"))
    lacking = [name for name in project.utilities_needed if name not in project.utilities_in_place]
    if lacking:
        parts.append(Text(f"配套未到位：{'、'.join(lacking)}", f"utilities lacking: {', '.join(lacking)}"))
    return joined(parts)


def who_of(line: ProjectLine) -> str:
    """Give who answers for a project, the desk before the person."""
    return " ".join(part for part in (line.standing.project.desk, line.standing.project.person) if part)


def joined(texts: Iterable[Text]) -> Text:
    """Join sentences."""
    found = list(texts)
    return Text("；".join(text.zh for text in found), "; ".join(text.en for text in found))


def comparison_of(one: Comparison) -> Text:
    """Say what is wrong with a printed figure: 按行计算 72.16%，公布 72.17%，差 0.01 个百分点."""
    parts = [
        _check(one, check, label)
        for label, check in (
            (Text("按台账的行", "by the rows"), one.by_rows),
            (Text("按公布的分子、分母", "by its own parts"), one.by_parts),
        )
        if check.value is not None
    ]
    for label, part in zip((Text("分子", "numerator"), Text("分母", "denominator")), one.parts, strict=True):
        if part.verdict not in ("agrees", "unknown") and part.value is not None:
            value = plain(part.value)
            parts.append(Text(f"{label.zh}按行为 {value}", f"{label.en} by the rows {value}"))
    if one.note.zh:
        parts.append(one.note)
    return joined(parts)


def _check(one: Comparison, check: Check, label: Text) -> Text:
    is_per_cent = one.printed.kind in ("share", "growth", "points")
    scale = 100 if is_per_cent else 1
    value = check.value or Fraction()
    step = one.printed.printed.step * scale
    places = max(2, len(str(step.denominator)) - 1) if step < 1 else 0
    number = plain(value * scale, max(places, 2))
    unit = Text("%", "%") if is_per_cent else NOTHING
    said = Text(f"{label.zh}为 {number}{unit.zh}", f"{label.en} {number}{unit.en}")
    if not check.difference:
        return Text(f"{said.zh}，{VERDICT['agrees'].zh}", f"{said.en}, {VERDICT['agrees'].en}")
    differs = plain(check.difference * scale)
    sign = "+" if check.difference > 0 else ""
    unit = Text(" 个百分点", " points") if is_per_cent else NOTHING
    return Text(
        f"{said.zh}，公布数差 {sign}{differs}{unit.zh}", f"{said.en}, printed {sign}{differs}{unit.en} off"
    )


def verdict_of(one: Comparison) -> Text:
    """Say how a printed figure stands; parts that do not fit are said too."""
    if one.verdict == "agrees" and any(part.verdict == "wrong" for part in one.parts):
        return Text("分子或分母不符", "numerator or denominator wrong")
    return VERDICT[one.verdict]


def row_place(row_id: str, number: object) -> Text:
    """Say where a row stands: 年度项目 第 12 行."""
    ledger = row_id.partition(":")[0]
    label = LEDGER_LABEL.get(ledger, Text(ledger, ledger))
    return Text(f"{label.zh} 第 {number} 行", f"{label.en} row {number}")


def names(items: Sequence[str], most: int = 6) -> str:
    """List names, and how many more there are."""
    more = f" 等 {len(items)} 个" if len(items) > most else ""
    return "、".join(items[:most]) + more
