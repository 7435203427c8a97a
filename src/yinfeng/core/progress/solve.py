"""From the rows of a dispatch table to every figure, zone by zone."""

from collections.abc import Iterable

from yinfeng.core.figures import Figure
from yinfeng.core.period import Period
from yinfeng.core.progress import printed as printing
from yinfeng.core.progress.balance import balance
from yinfeng.core.progress.batches import batch_figures, cohorts, other_figures
from yinfeng.core.progress.credit import credited, signing_figures
from yinfeng.core.progress.funnel import trip_figures, trip_lines
from yinfeng.core.progress.lights import lights_of, worst
from yinfeng.core.progress.printed import Comparison
from yinfeng.core.progress.problem import Problem
from yinfeng.core.progress.rates import OpenItem, open_items, plan_figures
from yinfeng.core.progress.result import ProjectLine, Result, ZoneResult
from yinfeng.core.progress.rules import ProgressRules
from yinfeng.core.progress.schedule import (
    TargetLine,
    investment_figures,
    statistic_figures,
    with_targets,
)
from yinfeng.core.progress.scope import Scope, scope_of, zones_of


def solve(problem: Problem, rules: ProgressRules, period: Period) -> Result:
    """Answer for every zone that the rows name, over one period."""
    return Result(period, tuple(_zone(problem, rules, period, zone) for zone in zones_of(problem)))


def figures(scope: Scope) -> tuple[Figure, ...]:
    """Give every figure of a scope for which there are rows, each code once."""
    return _figures(scope)[0]


def _figures(scope: Scope) -> tuple[tuple[Figure, ...], tuple[TargetLine, ...]]:
    counted = [*plan_figures(scope), *signing_figures(scope), *trip_figures(scope), *batch_figures(scope)]
    counted += statistic_figures(scope)
    targets = with_targets(scope, counted)
    held = [one for line in targets for one in (line.completion, line.lead) if one is not None]
    found = _once([*counted, *held, *investment_figures(scope, counted)])
    return found, targets


def _once(found: Iterable[Figure]) -> tuple[Figure, ...]:
    by_code: dict[str, Figure] = {}
    for figure in found:
        by_code.setdefault(figure.code, figure)
    return tuple(by_code.values())


def _zone(problem: Problem, rules: ProgressRules, period: Period, zone: str) -> ZoneResult:
    scope = scope_of(problem, rules, period, zone)
    found, targets = _figures(scope)
    items = open_items(scope)
    by_project: dict[str, list[OpenItem]] = {}
    for item in items:
        by_project.setdefault(item.procedure.project, []).append(item)
    lines = []
    for standing in scope.standings:
        lights = lights_of(scope, standing)
        own = tuple(by_project.get(standing.project.project, ()))
        lines.append(ProjectLine(standing, lights, worst(lights), own))
    return ZoneResult(
        zone=scope.zone,
        figures=found,
        others=other_figures(scope),
        projects=tuple(lines),
        open_items=items,
        cohorts=cohorts(scope),
        targets=targets,
        trips=trip_lines(scope),
        credits=credited(scope),
        balance=tuple(balance(scope)),
        comparisons=comparisons(scope),
    )


def comparisons(scope: Scope) -> tuple[Comparison, ...]:
    """Hold every printed figure of a scope against the rows, over the period it was printed for."""
    known: dict[Period, tuple[tuple[Figure, ...], tuple[Figure, ...]]] = {}
    found = []
    for one in scope.problem.printed:
        tried: list[Comparison] = []
        for period in printing.periods_to_try(one, scope.period):
            if any(comparison.by_rows.verdict == "agrees" for comparison in tried):
                break
            if period not in known:
                own = scope_of(scope.problem, scope.rules, period)
                known[period] = _figures(own)[0], other_figures(own)
            tried.append(printing.compare(one, period, *known[period]))
        order = ("agrees", "scope", "rounding", "wrong", "unknown")
        found.append(min(tried, key=lambda comparison: order.index(comparison.by_rows.verdict)))
    return tuple(found)
