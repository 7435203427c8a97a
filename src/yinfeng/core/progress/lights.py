"""Lamps of a project, each with the rule that lit it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from yinfeng.core.period import months_past
from yinfeng.core.progress.problem import Project
from yinfeng.core.progress.rates import asks_entry
from yinfeng.core.progress.rules import Color
from yinfeng.core.progress.scope import Scope
from yinfeng.core.progress.standing import Standing
from yinfeng.core.text import Text

COLORS: Final[tuple[Color, ...]] = ("green", "yellow", "red")
COLOR_LABEL: Final = {"green": Text("绿", "green"), "yellow": Text("黄", "yellow"), "red": Text("红", "red")}
_STARTED_WHEN: Final = Text("开工", "start")
_PROGRESS: Final = Text("投资进度", "progress of investment")
_FUNDS: Final = Text("资金到位", "funds")
_ENTRY: Final = Text("入统", "entry into statistics")


@dataclass(frozen=True, slots=True)
class Light:
    """One lamp: what it is about, its colour, why, and the rulebook entry that lit it."""

    about: Text
    color: Color
    why: Text
    entry: str


def lights_of(scope: Scope, standing: Standing) -> tuple[Light, ...]:
    """Give the lamps of a project at the end of the period; a dropped one has none."""
    if standing.stage == "dropped" or standing.project.list_kind == "reserve":
        return ()
    if scope.rules.lights.rule == "sanya":
        return tuple(_sanya(scope, standing.project))
    return tuple(_yinchuan(scope, standing))


def worst(lights: tuple[Light, ...]) -> Color | None:
    """Give the colour a project shows: the worst of its lamps; None where none is lit."""
    return max((light.color for light in lights), key=COLORS.index, default=None)


def _yinchuan(scope: Scope, standing: Standing) -> Iterator[Light]:
    yield from _start(scope, standing)
    yield from _progress(scope, standing.project)
    yield from _funds(standing.project)
    yield from _entry(scope, standing)


def _start(scope: Scope, standing: Standing) -> Iterator[Light]:
    planned, rules = standing.project.start_planned_on, scope.rules.lights
    entry = "progress.lights.yinchuan"
    if planned is None or planned > scope.period.end:
        return
    if standing.has("started"):
        yield Light(_STARTED_WHEN, "green", Text("已开工", "started"), entry)
        return
    # the month it was to start in counts once it is over
    missed = months_past(planned.replace(day=1), scope.period.end + timedelta(days=1))
    why = Text(
        f"计划 {planned:%Y-%m} 开工，已有 {missed} 个月未开工",
        f"to start in {planned:%Y-%m}, {missed} months missed",
    )
    color: Color = "green"
    if missed >= rules.start_red_months:
        color = "red"
    elif missed >= rules.start_yellow_months:
        color = "yellow"
    if color != "green" and standing.project.is_excused:
        color = "green"
        why = Text(f"{why.zh}，有正当理由", f"{why.en}, for a good reason")
    yield Light(_STARTED_WHEN, color, why, entry)


def _progress(scope: Scope, project: Project) -> Iterator[Light]:
    if not project.planned or project.done is None:
        return
    rules = scope.rules.lights
    by_plan = scope.rules.norm == "plan" and project.planned_to_date is not None
    norm = (
        project.planned_to_date / project.planned
        if by_plan and project.planned_to_date is not None
        else scope.period.time_norm
    )
    behind = (norm - project.done / project.planned) * 100
    shown = f"{abs(float(behind)):.1f}"
    if behind == 0:
        yield Light(_PROGRESS, "green", Text("与进度要求持平", "on schedule"), "progress.lights.yinchuan")
        return
    if behind < 0:
        why = Text(f"快于进度要求 {shown} 个百分点", f"{shown} points ahead")
        yield Light(_PROGRESS, "green", why, "progress.lights.yinchuan")
        return
    why = Text(f"落后进度要求 {shown} 个百分点", f"{shown} points behind")
    if behind > rules.progress_red:
        yield Light(_PROGRESS, "red", why, "progress.lights.yinchuan")
    elif behind >= rules.progress_yellow:
        yield Light(_PROGRESS, "yellow", why, "progress.lights.yinchuan")
    else:
        yield Light(_PROGRESS, rules.gap, why, "progress.lights.gap")


def _funds(project: Project) -> Iterator[Light]:
    if project.funds_required is None or project.funds_arrived is None:
        return
    enough = project.funds_arrived >= project.funds_required
    why = (
        Text("到位资金达到要求", "funds as due")
        if enough
        else Text("到位资金低于要求", "funds below what is due")
    )
    yield Light(_FUNDS, "green" if enough else "red", why, "progress.lights.yinchuan")


def _entry(scope: Scope, standing: Standing) -> Iterator[Light]:
    rules, on = scope.rules.lights, standing.on("started")
    if standing.has("entered"):
        yield Light(_ENTRY, "green", Text("已入统", "entered"), "progress.lights.yinchuan")
    elif standing.has("started") and on is not None and scope.tells_entries and asks_entry(scope, standing):
        waited = months_past(on, scope.period.end)
        is_over = {
            months: _is_over(scope, on, months)
            for months in (rules.entry_yellow_months, rules.entry_red_months)
        }
        color: Color = "green"
        if is_over[rules.entry_red_months]:
            color = "red"
        elif is_over[rules.entry_yellow_months]:
            color = "yellow"
        more = waited > 0 and _is_over(scope, on, waited)
        why = Text(
            f"开工{'超过' if more else '满'} {waited} 个月未入统",
            f"started {'more than ' if more else ''}{waited} months ago, not entered",
        )
        yield Light(_ENTRY, color, why, "progress.lights.yinchuan")


def _is_over(scope: Scope, day: date, months: int) -> bool:
    """Say whether more than so many months have gone by: on their last day they have not."""
    return months_past(day, scope.period.end - timedelta(days=1)) >= months


def _sanya(scope: Scope, project: Project) -> Iterator[Light]:
    entry = "progress.lights.sanya"
    plan = project.planned_to_date
    if plan is None and project.planned is not None:
        plan = project.planned * scope.period.time_norm
    if not plan or project.done is None:
        return
    short = 1 - project.done / plan
    if short <= 0:
        yield Light(_PROGRESS, "green", Text("完成截至当月的计划", "done as planned to date"), entry)
        return
    shown = f"{float(short * 100):.1f}"
    why = Text(f"比截至当月的计划少 {shown}%", f"{shown}% short of the plan to date")
    color: Color = "red" if short * 100 > Fraction(scope.rules.lights.short_red) else "yellow"
    yield Light(_PROGRESS, color, why, entry)
