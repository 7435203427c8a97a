"""What is said of approvals: states, reasons, times, desks."""

from collections.abc import Iterable, Mapping
from typing import Final

from yinfeng.core.approvals.conditions import Condition, Every, Fact, Ground, Value
from yinfeng.core.approvals.needed import Need, Way, gate_of, limit_of
from yinfeng.core.approvals.result import ProjectReport, Standing, Tally
from yinfeng.core.approvals.states import ITEM_STATES, ItemState
from yinfeng.core.approvals.template import Item, Kind, Limit, Replacement, Span, Validity, Variant
from yinfeng.core.rulebook import UNSOURCED
from yinfeng.core.text import Text
from yinfeng.tables.approval_template import fact_columns
from yinfeng.tables.reasons import BASIS
from yinfeng.tables.schema import HEADER_UNIT, choice_label

_PAUSE: Final = Text("；", "; ")
YES: Final = Text("是", "yes")
NO: Final = Text("否", "no")
WAY: Final[Mapping[Way, Text]] = {
    Way.APPROVAL: Text("审批（备案）", "approval or filing"),
    Way.COMMITMENT: Text("承诺", "commitment"),
    Way.AREA: Text("区域评估替代", "replaced by an area evaluation"),
}
DAY: Final[Mapping[str, Text]] = {
    "working": Text("个工作日", "working days"),
    "calendar": Text("日（自然日）", "days"),
}
GATE: Final[Mapping[str, Text]] = {
    "start": Text("开工前", "before the works"),
    "production": Text("投产前", "before production"),
    "": Text("", ""),
}
EFFECT: Final[Mapping[str, Text]] = {
    "replaces": Text("不再办理", "the item falls away"),
    "commitment": Text("改为承诺", "a commitment instead"),
    "simplifies": Text("只简化材料", "less has to be written"),
}
_NOTHING: Final = Text("", "")
_FROM: Final[Mapping[str, Text]] = {
    "received": Text("自收到", "from receipt"),
    "accepted": Text("自受理", "from acceptance"),
}
_UNITS: Final[Mapping[str, Text]] = {
    "years": Text("年", "years"),
    "months": Text("个月", "months"),
    "days": Text("天", "days"),
}
_THEN: Final[Mapping[str, Text]] = {
    "lapses": Text("失效", "lapses"),
    "recheck": Text("须重新审核", "to be checked anew"),
    "renew": Text("须在届满前延续", "to be renewed before"),
}


def state_label(state: ItemState) -> Text:
    """Give a state's words."""
    return ITEM_STATES.label(state.value)


def state_of(standing: Standing) -> Text:
    """Say a standing's state; what only has to be there is there or not yet."""
    if standing.item is not None and standing.item.kind is Kind.CONDITION:
        if standing.state is ItemState.OPEN:
            return Text("待具备", "not there yet")
        if standing.state is ItemState.DECIDED:
            return Text("已具备", "there")
    return state_label(standing.state)


def legal_time(standing: Standing) -> Text:
    """Say the time an agency has: by the clock that runs, else by the item's form."""
    if standing.limit is not None or standing.item is None:
        return limit_text(standing.limit)
    return limit_text(limit_of(standing.item, standing.need, longest=True))


def way_of(standing: Standing) -> Text:
    """Say how an item is done; nothing of what only has to be there."""
    if standing.item is None or standing.item.kind is Kind.CONDITION:
        return Text("", "")
    return WAY[standing.need.way]


def joined(texts: Iterable[Text], *, mark: Text = _PAUSE) -> Text:
    """Put sentences into one line."""
    many = list(texts)
    return Text(mark.zh.join(t.zh for t in many), mark.en.join(t.en for t in many))


def listed(texts: Iterable[Text]) -> Text:
    """Put names into one line."""
    return joined(texts, mark=Text("、", ", "))


def rate(tally: Tally) -> float | None:
    """Give done of needed as a share; None where nothing is needed."""
    return tally.done / tally.needed if tally.needed else None


def fact_label(fact: str) -> Text:
    """Give the words of a fact, as the form of facts has them."""
    return fact_columns()[fact].label


def ground_text(ground: Ground) -> Text:
    """Say one fact that decided something, or that it waits for."""
    column = fact_columns()[ground.fact]
    if column.type != "quantity":
        value = Text("待答", "to be answered") if ground.value is None else _word(ground.value, column.target)
        return Text("{label}：{value}", "{label}: {value}").format(label=column.label, value=value)
    unit = HEADER_UNIT.get(column.unit, Text("", ""))
    bound = Text(f"{ground.bound:,.10g}{unit.zh}", f"{ground.bound:,.10g} {unit.en}")
    if ground.value is None:
        return Text("{label}：待答（界线 {bound}）", "{label}: to be answered (bound {bound})").format(
            label=column.label, bound=bound
        )
    sign = "≥" if isinstance(ground.bound, float) and float(ground.value) >= ground.bound else "<"
    return Text(
        f"{column.label.zh} {ground.value:,.10g} {sign} {bound.zh}",
        f"{column.label.en} {ground.value:,.10g} {sign} {bound.en}",
    )


def _word(value: Value, target: str) -> Text:
    if isinstance(value, bool):
        return YES if value else NO
    return choice_label(target, str(value))


def why(need: Need) -> Text:
    """Say why an item is needed or not, and what takes its place."""
    # Forms that hang on one fact wait for the same answer.
    said = list(dict.fromkeys(ground_text(ground) for ground in need.grounds))
    if need.replacement is not None and need.way is not Way.APPROVAL:
        said.append(replaced_by(need, need.replacement))
    return joined(said)


def replaced_by(need: Need, replacement: Replacement) -> Text:
    """Say what takes an item's place, for which zone and until when."""
    if need.evaluation is None:
        return Text("由承诺代替：{title}", "by commitment: {title}").format(title=replacement.title)
    end = need.evaluation.valid_until
    until = Text("未填有效期", "no end given") if end is None else Text(f"至 {end}", f"until {end}")
    return Text(
        "由{title}代替（{zone}，{until}）", "instead of it {title} ({zone}, {until})"
    ).format(title=replacement.title, zone=need.evaluation.zone, until=until)  # fmt: skip


def span_text(span: Span) -> Text:
    """Say a number of days with their kind."""
    if span.days == 0:
        return Text("即时", "at once")
    day = DAY[span.kind]
    return Text(f"{span.days} {day.zh}", f"{span.days} {day.en}")


def limit_text(limit: Limit | None) -> Text:
    """Say the time an agency has; empty where the law sets none."""
    if limit is None:
        return Text("", "")
    base = Text("{begin}起 {span}", "{span} {begin}").format(
        span=span_text(limit.span), begin=_FROM[limit.counted_from]
    )
    if limit.extension_days:
        more = Text(f"（可延长 {limit.extension_days}）", f" (+{limit.extension_days})")
        base = Text(base.zh + more.zh, base.en + more.en)
    return base


def validity_text(validity: Validity | None) -> Text:
    """Say how long a decision holds; empty where it holds for good."""
    if validity is None:
        return Text("", "")
    start = Text("未开工", "not started") if validity.until_start else Text("届满", "at the end")
    return Text("{n}{unit}，{start}则{then}", "{n} {unit}; {start}: {then}").format(
        n=validity.number, unit=_UNITS[validity.unit], start=start, then=_THEN[validity.then]
    )


def timing(standing: Standing) -> Text:
    """Say how an item's time stands: days left, days late, in time, or what holds the clock."""
    limit, left = standing.limit, standing.days_left
    day = DAY[limit.span.kind] if limit is not None else DAY["calendar"]
    if standing.state is ItemState.CORRECTING and standing.clock and standing.clock.open_request:
        request = standing.clock.open_request
        kind = choice_label("request_kind", request.kind)
        since = Text("{kind}，自 {day} 停表", "{kind}, stopped since {day}").format(
            kind=kind, day=request.asked_on
        )
        if request.reply_by is not None:
            by = Text(f"，限 {request.reply_by}", f", due {request.reply_by}")
            since = Text(since.zh + by.zh, since.en + by.en)
        return since
    if left is not None:
        if left < 0:
            return Text(f"逾期 {-left} {day.zh}", f"{-left} {day.en} late")
        return Text(f"还有 {left} {day.zh}", f"{left} {day.en} left")
    if standing.late_by is not None:
        if standing.late_by:
            return Text(f"逾期 {standing.late_by} {day.zh}办结", f"done {standing.late_by} {day.en} late")
        return Text("按时办结", "done in time")
    if standing.clock is not None and standing.clock.accept_by is not None:
        by_day = standing.clock.accept_by
        return Text(f"应在 {by_day} 前受理或告知补正", f"to be accepted or answered by {by_day}")
    return Text("", "")


def gate_text(standing: Standing) -> Text:
    """Say what an item must be done before."""
    return GATE[gate_of(standing.item, standing.need) if standing.item is not None else ""]


def condition_text(condition: Condition) -> Text:
    """Say under which condition an item applies; empty for always."""
    if isinstance(condition, Fact):
        return _fact_text(condition)
    mark = Text(" 且 ", " and ") if isinstance(condition, Every) else Text(" 或 ", " or ")
    parts = [condition_text(part) for part in condition.parts]
    nested = [
        Text(f"（{text.zh}）", f"({text.en})") if not isinstance(part, Fact) and len(part.parts) > 1 else text
        for part, text in zip(condition.parts, parts, strict=True)
    ]
    return joined(nested, mark=mark)


def _fact_text(test: Fact) -> Text:
    column = fact_columns()[test.fact]
    if isinstance(test.bound, tuple):
        value = listed(_word(one, column.target) for one in test.bound)
    elif column.type == "quantity":
        unit = HEADER_UNIT.get(column.unit, Text("", ""))
        sign = "≥" if test.relation == "at_least" else "<"
        value = Text(f"{sign} {test.bound:,.10g}{unit.zh}", f"{sign} {test.bound:,.10g} {unit.en}")
    else:
        value = _word(test.bound, column.target)
    return Text("{label}：{value}", "{label}: {value}").format(label=column.label, value=value)


def item_text(item: Item, titles: Mapping[str, Text]) -> Text:
    """Say all of an item in one line: condition, forms, time, what it waits for, how long it holds."""
    parts = [
        (Text("条件", "if"), condition_text(item.when)),
        (Text("类别", "forms"), joined(_variant_text(variant) for variant in item.variants)),
        (Text("时限", "time"), limit_text(item.limit)),
        (Text("最短", "at least"), span_text(item.least) if item.least else _NOTHING),
        (Text("前置", "needs"), listed(titles.get(need, Text(need, need)) for need in item.needs)),
        (Text("有效期", "validity"), validity_text(item.validity)),
        (Text("关口", "gate"), GATE[item.gate]),
        (Text("部门", "agency"), item.agency),
    ]
    said = (Text("{name} {text}", "{name} {text}").format(name=n, text=t) for n, t in parts if t.zh)
    return joined(said)


def _variant_text(variant: Variant) -> Text:
    inside = [text for text in (condition_text(variant.when), limit_text(variant.limit)) if text.zh]
    more = joined(inside, mark=Text("，", ", "))
    if not more.zh:
        return variant.title
    return Text(f"{variant.title.zh}〔{more.zh}〕", f"{variant.title.en} [{more.en}]")


def replacement_text(replacement: Replacement, titles: Mapping[str, Text]) -> Text:
    """Say all of a replacement in one line."""
    item = titles.get(replacement.item, Text(replacement.item, replacement.item))
    parts = [
        Text("代替 {item}", "instead of {item}").format(item=item),
        EFFECT[replacement.effect],
        condition_text(replacement.when),
        limit_text(replacement.limit),
    ]
    return joined(text for text in parts if text.zh)


def unsourced(standing: Standing) -> Text:
    """Mark an item whose rule or time has no source; empty where it has."""
    item, need = standing.item, standing.need
    figures = [
        standing.limit.from_ if standing.limit else None,
        item.validity.from_ if item and item.validity else None,
    ]
    bases = [figure.basis for figure in figures if figure is not None]
    bases += [item.basis] if item is not None else []
    bases += [need.replacement.basis] if need.replacement is not None else []
    return UNSOURCED if "assumption" in bases else Text("", "")


def basis_label(basis: str) -> Text:
    """Give the words of an entry's basis."""
    return BASIS[basis]


def path_text(report: ProjectReport) -> Text:
    """Say the critical path: items with the day each ends at the limit of the law."""
    if report.start is None:
        return Text("", "")
    titles = {standing.key: standing.title for standing in report.standings}
    steps = [
        Text(f"{titles[step.key].zh}（{step.end}）", f"{titles[step.key].en} ({step.end})")
        for step in report.start.path
    ]
    return joined(steps, mark=Text(" → ", " → "))


def start_text(report: ProjectReport) -> Text:
    """Say when works may lawfully start."""
    started = report.project.started_on
    if report.start is None:
        if started is not None:
            return Text(f"{started} 已开工", f"started on {started}")
        return Text("不能判断（没有开工前事项）", "cannot be told: no item before the start is known")
    if not report.start.path and not any(q.items for q in report.questions):
        return Text("现在即可", "now")
    return Text(str(report.start.earliest), str(report.start.earliest))
