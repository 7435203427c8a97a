"""What a set of figures is asked over: the rows of one zone, a period, the rules that hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import Figure, Kind, Side, share
from yinfeng.core.period import Period
from yinfeng.core.progress.problem import Problem
from yinfeng.core.progress.rules import ProgressRules
from yinfeng.core.progress.standing import Standing, standings
from yinfeng.core.progress.titles import TITLES, Words
from yinfeng.core.text import Text

YI: Final = Text("亿元", "100m yuan")
ITEMS: Final = Text("个", "")
NO_UNIT: Final = Text("", "")


@dataclass(frozen=True, eq=False, slots=True)
class Scope:
    """The rows of a zone with where its projects stand at the end of a period."""

    problem: Problem
    rules: ProgressRules
    zone: str
    """Empty where the rows name none."""
    period: Period
    standings: tuple[Standing, ...]
    tells_entries: bool
    """Whether any row tells of an entry into statistics: where none does, nobody is late."""

    def figure(
        self,
        code: str,
        kind: Kind,
        numerator: Side | None,
        denominator: Side | None = None,
        *,
        words: Words | None = None,
        value: Fraction | None = None,
        unit: Text = NO_UNIT,
        entries: Sequence[str] = (),
        notes: Sequence[Text] = (),
        decimals: int | None = None,
    ) -> Figure:
        """Make a figure of this zone and period; a share's value is worked out, a total's is its side's."""
        if value is None and kind == "share" and numerator is not None and denominator is not None:
            value = share(numerator, denominator)
        if value is None and kind in ("count", "amount") and numerator is not None:
            value = numerator.value
        title, definition = words or TITLES[code]
        if decimals is None:
            decimals = 0 if kind == "count" else self.rules.decimals_of(code)
        return Figure(
            code=code,
            title=title,
            definition=definition,
            zone=self.zone,
            period=self.period.label,
            kind=kind,
            unit=unit,
            numerator=numerator,
            denominator=denominator,
            value=value,
            decimals=decimals,
            entries=tuple(entries),
            notes=tuple(notes),
        )


def scope_of(problem: Problem, rules: ProgressRules, period: Period, zone: str | None = None) -> Scope:
    """Take the rows of a zone and say where its projects stand.

    zone: None takes all rows, the empty name those that name no zone.
    """
    if zone is not None:
        problem = _of_zone(problem, zone)
    found = standings(problem, rules, period)
    tells_entries = any("entered" in one.project.said or "entered" in one.facts for one in found)
    return Scope(problem, rules, zone or "", period, found, tells_entries)


def _of_zone(problem: Problem, zone: str) -> Problem:
    return replace(
        problem,
        projects=tuple(row for row in problem.projects if row.zone == zone),
        listings=tuple(row for row in problem.listings if row.zone == zone),
        signings=tuple(row for row in problem.signings if row.zone == zone),
        targets=tuple(row for row in problem.targets if row.zone == zone),
        trips=tuple(row for row in problem.trips if row.zone == zone),
        contacts=tuple(row for row in problem.contacts if row.zone == zone),
        statistics=tuple(row for row in problem.statistics if row.zone == zone),
        procedures=tuple(row for row in problem.procedures if row.zone == zone),
        printed=tuple(row for row in problem.printed if row.zone == zone),
    )


def zones_of(problem: Problem) -> tuple[str, ...]:
    """List the zones that rows name, and the empty one where rows name none."""
    ledgers = (
        problem.projects, problem.listings, problem.signings, problem.targets, problem.trips,
        problem.contacts, problem.statistics, problem.procedures, problem.printed,
    )  # fmt: skip
    return tuple(sorted({row.zone for ledger in ledgers for row in ledger}))


def joined(listed: Side, aggregates: Sequence[tuple[str, Fraction]]) -> Side:
    """Add aggregates to what was listed; then it cannot be opened into single rows any more."""
    if not aggregates:
        return listed
    rows = (*listed.rows, *(row for row, _ in aggregates))
    return Side(listed.value + sum((value for _, value in aggregates), Fraction()), rows, is_aggregate=True)
