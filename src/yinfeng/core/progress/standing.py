"""Where each project stands on a day: what has happened, on what evidence, and what only was claimed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from yinfeng.core.period import Period
from yinfeng.core.progress.problem import Event, Phase, Problem, Project
from yinfeng.core.progress.rules import ProgressRules
from yinfeng.core.progress.stages import ORDER, OTHER_EVENTS, PHASE_ORDER

_T = TypeVar("_T")

_PHASE_STARTED: Final = PHASE_ORDER.index("building")
_PHASE_PRODUCES: Final = PHASE_ORDER.index("producing")
_OF_THE_YEAR: Final = frozenset({"resumed"})


@dataclass(frozen=True, slots=True)
class Fact:
    """An event of a project, as the ledgers together have it."""

    event: str
    on: date | None
    rows: tuple[str, ...]
    is_evidenced: bool
    is_counted: bool
    """False: claimed only, for the rulebook asks for evidence of this event."""
    is_implied: bool = False
    """Whether it only follows from what happened later."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A project on a day."""

    project: Project
    facts: Mapping[str, Fact]
    phases: tuple[Phase, ...]
    stage: str
    """Code of `stages.STAGES`; empty where nothing is known."""
    dropped_reason: str = ""

    def has(self, event: str) -> bool:
        """Whether an event counts."""
        fact = self.facts.get(event)
        return fact is not None and fact.is_counted

    def claims(self, event: str) -> bool:
        """Whether an event is claimed and does not count."""
        fact = self.facts.get(event)
        return fact is not None and not fact.is_counted

    def lacks_evidence(self, event: str) -> bool:
        """Whether an event counts without evidence."""
        fact = self.facts.get(event)
        return fact is not None and fact.is_counted and not (fact.is_evidenced or fact.is_implied)

    def on(self, event: str) -> date | None:
        """Give the day of an event, where it is known."""
        fact = self.facts.get(event)
        return None if fact is None else fact.on


@dataclass(frozen=True, slots=True)
class _Told:
    """One telling of an event."""

    on: date | None
    row: str
    is_evidenced: bool


def standings(problem: Problem, rules: ProgressRules, period: Period) -> tuple[Standing, ...]:
    """Give where every project of the year's plan stands at the end of a period, in the order of the plan."""
    events = _grouped((event.project, event) for event in problem.events)
    phases = _grouped((phase.project, phase) for phase in problem.phases)
    return tuple(
        standing(
            project,
            tuple(events.get(project.project, ())),
            tuple(phases.get(project.project, ())),
            rules,
            period,
        )
        for project in problem.projects
        if not project.is_aggregate and project.year in (None, period.year)
    )


def standing(
    project: Project,
    events: tuple[Event, ...],
    phases: tuple[Phase, ...],
    rules: ProgressRules,
    period: Period,
) -> Standing:
    """Give where one project stands at the end of a period."""
    told = _told(project, events, phases, rules, period)
    denied = {event for event, said in project.said.items() if not said}
    facts: dict[str, Fact] = {}
    later: Fact | None = None
    for code in (*reversed(ORDER), *OTHER_EVENTS):
        fact = _fact(code, told.get(code, ()), rules)
        if fact is None and later is not None and code in ORDER:
            fact = Fact(code, None, later.rows, later.is_evidenced, later.is_counted, is_implied=True)
        if fact is None and code == "resumed" and "started" in facts and _moved_on(facts, period):
            fact = Fact(code, None, facts["started"].rows, is_evidenced=True, is_counted=True)
        if fact is None or (code in denied and not told.get(code)):
            continue
        facts[code] = fact
        if code in ORDER and fact.is_counted:
            later = fact
    dropped = _dropped(project, events, period)
    stage = next((code for code in reversed(ORDER) if code in facts and facts[code].is_counted), "")
    return Standing(project, facts, phases, "dropped" if dropped is not None else stage, dropped or "")


def _moved_on(facts: Mapping[str, Fact], period: Period) -> bool:
    """Say whether it was built on or brought into production within the year: then it was resumed."""
    days = (facts[code].on for code in ("completed", "in_production", "at_capacity") if code in facts)
    return any(day is not None and day.year == period.year for day in days)


def _told(
    project: Project,
    events: tuple[Event, ...],
    phases: tuple[Phase, ...],
    rules: ProgressRules,
    period: Period,
) -> dict[str, list[_Told]]:
    """Gather every telling of every event up to the end of the period."""
    told: dict[str, list[_Told]] = {}

    def tell(event: str, on: date | None, row: str, *, is_evidenced: bool = False) -> None:
        in_time = on is None or on <= period.end
        if in_time and not (event in _OF_THE_YEAR and on is not None and on.year != period.year):
            told.setdefault(event, []).append(_Told(on, row, is_evidenced))

    for event in events:
        tell(event.event, event.on, event.row, is_evidenced=is_evidence(event.evidence, event.event, rules))
    for code, day in project.dates.items():
        tell(code, day, project.row)
    for code, said in project.said.items():
        if said and code not in project.dates:
            tell(code, None, project.row)
    if project.stage in ORDER and project.said.get(project.stage, True):
        tell(project.stage, None, project.row)
    if project.list_kind == "continuing" and project.said.get("started", True):
        tell("started", None, project.row)  # it goes on from an earlier year
    for phase in phases:
        reached = PHASE_ORDER.index(phase.state)
        in_time = phase.state_on is None or phase.state_on <= period.end
        if in_time and reached >= _PHASE_STARTED:
            tell("started", None, phase.row)
    producing = [p for p in phases if PHASE_ORDER.index(p.state) >= _PHASE_PRODUCES and _in_time(p, period)]
    if producing and (rules.phases == "any" or len(producing) == len(phases)):
        days = [phase.state_on for phase in producing if phase.state_on is not None]
        tell("in_production", max(days, default=None), producing[-1].row)
    return told


def _in_time(phase: Phase, period: Period) -> bool:
    return phase.state_on is None or phase.state_on <= period.end


def _fact(code: str, told: Iterable[_Told], rules: ProgressRules) -> Fact | None:
    told = sorted(told, key=lambda one: (not one.is_evidenced, one.on or date.max, one.row))
    if not told:
        return None
    is_evidenced = told[0].is_evidenced or code not in rules.evidence
    day = next((one.on for one in told if one.on is not None), None)
    rows = tuple(dict.fromkeys(one.row for one in told))
    return Fact(code, day, rows, is_evidenced, is_evidenced or code not in rules.strict)


def is_evidence(shown: frozenset[str], event: str, rules: ProgressRules) -> bool:
    """Say whether what is shown makes the event by the rulebook; True where it asks for nothing."""
    sets = rules.evidence.get(event)
    return sets is None or any(one <= shown for one in sets)


def _dropped(project: Project, events: tuple[Event, ...], period: Period) -> str | None:
    """Give why a project was dropped; None where it is not, or was taken up again."""
    ends = [e for e in events if e.event == "dropped" and (e.on is None or e.on <= period.end)]
    if not ends and project.stage != "dropped":
        return None
    last = max((e.on for e in ends if e.on is not None), default=None)
    if last is not None and any(
        e.on is not None and last < e.on <= period.end and e.event in ORDER for e in events
    ):
        return None
    return next((e.note for e in ends if e.note), project.dropped_reason)


def _grouped(pairs: Iterable[tuple[str, _T]]) -> dict[str, list[_T]]:
    groups: dict[str, list[_T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
