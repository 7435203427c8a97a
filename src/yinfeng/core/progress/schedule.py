"""Completion against a target and against time or plan; levels and their growth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import Figure, Side
from yinfeng.core.period import MONTHS, Period
from yinfeng.core.progress.problem import Statistic, Target
from yinfeng.core.progress.scope import ITEMS, YI, Scope
from yinfeng.core.progress.titles import TITLES
from yinfeng.core.text import Text

_ONLY_RATE: Final = Text(
    "只有公布的完成率，没有分子、分母", "only the rate is given, no numerator or denominator"
)
_TYPED: Final = Text(
    "完成值为填报数，没有逐项的行", "the amount done was typed in: there are no rows behind it"
)
_GIVEN: Final = Text(
    "台账填 {given}，按行合计 {counted}", "the ledger has {given}, the rows come to {counted}"
)
_COMPARABLE: Final = Text(
    "按可比价计算的增速，不能由两年的总量相除，只用公布的增速",
    "growth at comparable prices: levels are not divided, only published growth is used",
)
_MIXED_PRICES: Final = Text(
    "本期与同期价格口径不同，不能相除", "levels at different prices: they are not divided"
)
_TINY: Final = Text(
    "增速超过 {limit}%，基数过小，不排名", "growth above {limit}%: the base is too small to rank"
)
_NO_BASE: Final = Text("同期为零或负数，不计算增速", "the base is zero or negative: no growth is worked out")
_DIFFERS: Final = Text(
    "公布的增速 {printed}% 与按总量计算的 {counted}% 不符",
    "published {printed}% and worked out {counted}% differ",
)


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target with what was done of it and how that stands against time and plan."""

    target: Target
    actual: Side | None
    completion: Figure | None
    lead: Figure | None
    plan: Target | None
    """The zone's own plan up to the end of the period, where there is one."""


def with_targets(scope: Scope, figures: Sequence[Figure]) -> tuple[TargetLine, ...]:
    """Hold what was done against every target of the year."""
    by_code = {figure.code: figure for figure in figures}
    return tuple(
        _line(scope, target, by_code) for target in scope.problem.targets if _is_annual(target, scope.period)
    )


def _is_annual(target: Target, period: Period) -> bool:
    if target.start is None or target.end is None:
        return True
    return (target.start.year, target.start.month) == (period.year, 1) and target.end.month == MONTHS


def _plan(scope: Scope, target: Target) -> Target | None:
    """Find the zone's own plan of an indicator up to the end of the period."""
    for other in scope.problem.targets:
        is_same = other.indicator == target.indicator and other.end == scope.period.end
        if other is not target and is_same and other.start == scope.period.start:
            return other
    return None


def _line(scope: Scope, target: Target, by_code: Mapping[str, Figure]) -> TargetLine:
    figure = by_code.get(target.indicator)
    plan = _plan(scope, target)
    title = indicator_title(target.indicator, figure)
    if target.kind in ("share", "growth", "points"):
        return TargetLine(target, None, None, _rate_lead(scope, target, figure, title), plan)
    actual, notes = _actual(target, figure)
    asked = Side(target.target, (target.row,)) if target.target else None
    value = actual.value / asked.value if actual is not None and asked is not None else target.completion
    if value is None:
        return TargetLine(target, actual, None, None, plan)
    if actual is None:
        notes = [_ONLY_RATE]
    completion = scope.figure(
        f"{target.indicator}-completion",
        "share",
        actual if asked is not None else None,
        asked if actual is not None else None,
        words=(
            Text(f"{title.zh}目标完成率", f"{title.en} against target"),
            Text(f"{title.zh} / 全年目标", f"{title.en} / target of the year"),
        ),
        value=value,
        entries=figure.entries if figure else (),
        notes=notes,
    )
    lead = lead_figure(scope, target.indicator, title, completion, _plan_share(target, plan))
    return TargetLine(target, actual, completion, lead, plan)


def _plan_share(target: Target, plan: Target | None) -> Fraction | None:
    if plan is None or plan.target is None or not target.target:
        return None
    return plan.target / target.target


def _actual(target: Target, figure: Figure | None) -> tuple[Side | None, list[Text]]:
    """Give what was done: as the rows come to; as typed beside the target where there are none."""
    if figure is not None and figure.numerator is not None and figure.kind in ("count", "amount"):
        counted = figure.numerator
        differs = target.actual is not None and target.actual != counted.value
        return counted, [
            _GIVEN.format(given=_plain(target.actual), counted=_plain(counted.value))
        ] if differs else []
    if target.actual is None:
        return None, []
    return Side(target.actual, (target.row,), is_aggregate=True), [_TYPED]


def _plain(value: Fraction | None) -> str:
    return "" if value is None else f"{float(value):.10g}"


def _rate_lead(scope: Scope, target: Target, figure: Figure | None, title: Text) -> Figure | None:
    """Hold a rate against the rate asked for, never one divided by the other."""
    value = figure.value if figure is not None else target.actual
    if value is None or target.target is None:
        return None
    return scope.figure(
        f"{target.indicator}-lead",
        "points",
        figure.numerator if figure else None,
        words=(
            Text(f"{title.zh}高于目标", f"{title.en} above target"),
            Text(f"{title.zh} 减目标，百分点", f"{title.en} less the target, percentage points"),
        ),
        value=value - target.target,
    )


def lead_figure(scope: Scope, code: str, title: Text, of: Figure, plan: Fraction | None) -> Figure:
    """Hold a completion against the share of the year that is over, or against the zone's own plan.

    of: the completion. plan: the share of the year's target that the zone's own plan asks for by now.
    """
    by_plan = scope.rules.norm == "plan" and plan is not None
    norm = plan if by_plan and plan is not None else scope.period.time_norm
    shown = f"{float(norm * 100):.2f}"
    against = (
        Text(f"本单位计划进度 {shown}%", f"the zone's own plan, {shown}%")
        if by_plan
        else Text(
            f"时序进度 {scope.period.months_elapsed}/12 = {shown}%",
            f"time, {scope.period.months_elapsed}/12 = {shown}%",
        )
    )
    return scope.figure(
        f"{code}-lead",
        "points",
        of.numerator,
        of.denominator,
        words=(
            Text(f"{title.zh}超时序", f"{title.en} ahead of schedule"),
            Text("完成率减{against}，百分点", "completion less {against}, percentage points").format(
                against=against
            ),
        ),
        value=(of.value or Fraction()) - norm,
        decimals=1,
        entries=("progress.schedule.norm",),
    )


def investment_figures(scope: Scope, figures: Sequence[Figure]) -> Iterator[Figure]:
    """Yield the investment done of that planned for the year, and how far ahead of schedule that is."""
    by_code = {figure.code: figure for figure in figures}
    planned, done = by_code.get("planned-investment"), by_code.get("done-investment")
    if planned is None or done is None or not planned.value or done.value is None:
        return
    title = Text("年度投资", "Investment of the year")
    completion = scope.figure(
        "done-investment-completion",
        "share",
        done.numerator,
        planned.numerator,
        words=(
            Text("年度投资完成率", "Investment done of planned"),
            Text("本年完成投资 / 年度计划投资", "investment done this year / planned for the year"),
        ),
    )
    yield completion
    rows = [p.planned_to_date for p in scope.problem.projects if p.planned_to_date is not None]
    plan = sum(rows, Fraction()) / planned.value if rows else None
    yield lead_figure(scope, "done-investment", title, completion, plan)


def statistic_figures(scope: Scope) -> Iterator[Figure]:
    """Yield the levels of the period and their growth, where growth may be given."""
    for one in scope.problem.statistics:
        if one.end is not None and one.end != scope.period.end:
            continue
        title = indicator_title(one.indicator, None)
        definition = Text("统计部门公布的数", "as published by the statistics office")
        if one.value is not None:
            side = Side(one.value, (one.row,), is_aggregate=True)
            unit = YI if one.kind == "amount" else ITEMS if one.kind == "count" else Text("", "")
            yield scope.figure(
                one.indicator, one.kind if one.kind in ("count", "amount", "share") else "amount",  # type: ignore[arg-type]
                side, words=(title, definition), value=one.value, unit=unit, decimals=one.decimals,
            )  # fmt: skip
        if one.growth is not None or one.base is not None:
            yield _growth(scope, one, title)


def _growth(scope: Scope, one: Statistic, title: Text) -> Figure:
    counted, notes = _from_levels(scope, one)
    value = one.growth if one.growth is not None else counted
    if one.growth is not None and counted is not None and round(one.growth - counted, 4):
        notes.append(_DIFFERS.format(printed=_percent(one.growth), counted=_percent(counted)))
    limit = scope.rules.growth_limit
    if value is not None and value * 100 > limit:
        notes.append(_TINY.format(limit=f"{float(limit):g}"))
    return scope.figure(
        f"{one.indicator}-growth",
        "growth",
        Side(one.value if one.value is not None else value or Fraction(), (one.row,), is_aggregate=True),
        Side(one.base, (one.row,), is_aggregate=True)
        if one.base is not None and counted is not None
        else None,
        words=(
            Text(f"{title.zh}增速", f"Growth of {title.en}"),
            Text("公布的增速", "growth as published")
            if one.growth is not None
            else Text("本期 / 上年同期 − 1", "this period / the same period of the year before, less 1"),
        ),
        value=value,
        entries=("progress.growth.limit", "progress.growth.comparable"),
        notes=notes,
    )


def is_tiny_base(figure: Figure, limit: Fraction) -> bool:
    """Say whether a growth comes of so small a base that it is not ranked."""
    return figure.kind == "growth" and figure.value is not None and figure.value * 100 > limit


def _from_levels(scope: Scope, one: Statistic) -> tuple[Fraction | None, list[Text]]:
    """Work growth out of two levels where they may be divided; else say why not."""
    if one.value is None or one.base is None:
        return None, [
            _COMPARABLE
        ] if one.indicator in scope.rules.comparable_only and one.growth is None else []
    both_comparable = one.price == one.base_price == "comparable"
    if one.indicator in scope.rules.comparable_only and not both_comparable:
        return None, [_COMPARABLE]
    if one.price != one.base_price and one.price and one.base_price:
        return None, [_MIXED_PRICES]
    if one.base <= 0:
        return None, [_NO_BASE]
    return one.value / one.base - 1, []


def _percent(value: Fraction) -> str:
    return f"{float(value * 100):.2f}"


def indicator_title(code: str, figure: Figure | None) -> Text:
    """Give an indicator's words: a figure's own, those of the dictionary, or what the ledger wrote."""
    if figure is not None:
        return figure.title
    if code in TITLES:
        return TITLES[code][0]
    base = code.removesuffix("-growth")
    if base != code:
        title = indicator_title(base, None)
        return Text(f"{title.zh}增速", f"Growth of {title.en}")
    return INDICATORS.get(code, Text(code, code))


INDICATORS: Final[Mapping[str, Text]] = {
    "industrial-value-added": Text("规上工业增加值", "Value added of industry above scale"),
    "industrial-investment": Text("工业投资", "Industrial investment"),
    "fixed-investment": Text("固定资产投资", "Fixed investment"),
    "trade": Text("进出口总额", "Imports and exports"),
    "industrial-output": Text("规上工业总产值", "Output of industry above scale"),
    "tax": Text("税收收入", "Tax revenue"),
    "foreign-capital": Text("实际使用外资", "Foreign capital used"),
    "signed-amount": Text("签约额", "Amount signed"),
    "signed-count": Text("签约项目数", "Projects signed"),
    "done-investment": Text("本年完成投资", "Investment done this year"),
}
