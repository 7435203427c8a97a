"""Figures of the year's plan: starts, resumptions, procedures, entries, investment."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import Figure, count, total
from yinfeng.core.progress.problem import Procedure, Project
from yinfeng.core.progress.scope import ITEMS, YI, Scope, joined
from yinfeng.core.progress.standing import Standing
from yinfeng.core.text import Text

_AGGREGATE: Final = Text("含汇总行，不能逐项展开", "holds aggregate rows, which cannot be opened")
_KINDLESS: Final = Text(
    "有 {n} 个项目没有写建设性质，未计入", "{n} projects say neither new-build nor continuing: not counted"
)
_ALL_NEW: Final = Text(
    "台账没有建设性质一列，全部按新建计", "the plan has no column of kinds: all are counted as new-build"
)
_CLAIMED: Final = Text(
    "另有 {n} 个报称{event}、没有规则库认可的佐证，未计入",
    "{n} more claim to have {event} without evidence that the rulebook accepts: not counted",
)
_UNPROVEN: Final = Text("其中 {n} 个没有登记佐证", "{n} of them without evidence on record")
_SILENT: Final = Text(
    "有 {n} 个没有写是否复工，按未复工计", "{n} say nothing of a resumption: counted as not resumed"
)
_NOT_LISTED: Final = Text(
    "只有各项目的手续数，没有逐项台账", "numbers by project only: the procedures are not listed"
)
_DROPPED: Final = Text("分母中有 {n} 个已终止", "{n} of the denominator were dropped")
_INEXACT: Final = Text("含“超”“多”“近”等不精确的数", "holds numbers written with “over”, “almost” and such")


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A procedure needed and not done, with whose it is."""

    procedure: Procedure
    project_name: str
    has_started: bool
    """Whether its project has started with the item open."""


def plan_figures(scope: Scope) -> Iterator[Figure]:
    """Yield the figures of the year's plan for which there are rows."""
    rules = scope.rules
    if any(True for _ in _plan(scope)):
        yield from _rate(scope, "start-rate", "started", rules.start_kinds, lambda p: p.started_count)
        yield from _rate(
            scope, "resumption-rate", "resumed", rules.resumption_kinds, lambda p: p.resumed_count
        )
        yield from _entry_rate(scope)
        yield from _totals(scope)
    yield from _procedures(scope)


def _plan(scope: Scope) -> Iterator[Project]:
    """Yield the rows of the plan of the year asked about, aggregates too."""
    yield from (p for p in scope.problem.projects if p.year in (None, scope.period.year))


def counted(scope: Scope) -> tuple[Standing, ...]:
    """Give the listed projects that count by themselves: a part counts only with its parent."""
    if scope.rules.counts_parts:
        return scope.standings
    return tuple(s for s in scope.standings if not (s.project.relation == "part" and s.project.parent))


def kind_of(scope: Scope, project: Project) -> str:
    """Give a project's kind on the year's list; new where the plan says it of none."""
    return project.list_kind or ("new" if not _says_kinds(scope) else "")


def _says_kinds(scope: Scope) -> bool:
    return any(project.list_kind for project in _plan(scope))


def _rate(
    scope: Scope,
    code: str,
    event: str,
    kinds: frozenset[str],
    of_aggregate: Callable[[Project], Fraction | None],
) -> Iterator[Figure]:
    listed = [s for s in counted(scope) if kind_of(scope, s.project) in kinds]
    sums = [
        p
        for p in _plan(scope)
        if p.is_aggregate
        and kind_of(scope, p) in kinds
        and of_aggregate(p) is not None
        and p.count is not None
    ]
    silent = [s for s in listed if not _tells(s, event)] if event == "resumed" else []
    if not sums and len(silent) == len(listed):
        return  # no project, or no word of any resumption: that is not none resumed
    happened = [s for s in listed if s.has(event)]
    told = [_SILENT.format(n=len(silent))] if silent else []
    done = [(p.row, value) for p in sums if (value := of_aggregate(p)) is not None]
    of = [(p.row, p.count) for p in sums if p.count is not None]
    yield scope.figure(
        code,
        "share",
        joined(count([s.project.row for s in happened]), done),
        joined(count([s.project.row for s in listed]), of),
        entries=_entries(code, event, scope, [*happened, *(s for s in listed if s.claims(event))]),
        notes=[*_notes(scope, listed, happened, event), *told, *([_AGGREGATE] if sums else [])],
    )


def _tells(standing: Standing, event: str) -> bool:
    return event in standing.project.said or event in standing.facts


def _entries(code: str, event: str, scope: Scope, told: Sequence[Standing]) -> list[str]:
    entries = [f"progress.{'start' if code == 'start-rate' else 'resumption'}.kinds", "progress.parts"]
    if event in scope.rules.evidence:
        entries += ["progress.evidence", "progress.evidence.strict"]
    if any(standing.phases for standing in told):
        entries.append("progress.phases")
    return entries


def _notes(
    scope: Scope, listed: Sequence[Standing], happened: Sequence[Standing], event: str
) -> Iterator[Text]:
    words = {"started": Text("已开工", "started"), "resumed": Text("已复工", "resumed")}[event]
    claimed = sum(s.claims(event) for s in listed)
    if claimed:
        yield _CLAIMED.format(n=claimed, event=words)
    unproven = sum(s.lacks_evidence(event) for s in happened)
    if unproven and event in scope.rules.evidence:
        yield _UNPROVEN.format(n=unproven)
    dropped = sum(s.stage == "dropped" for s in listed)
    if dropped:
        yield _DROPPED.format(n=dropped)
    if not _says_kinds(scope):
        yield _ALL_NEW
    kindless = sum(not kind_of(scope, s.project) for s in counted(scope))
    if kindless:
        yield _KINDLESS.format(n=kindless)


def _entry_rate(scope: Scope) -> Iterator[Figure]:
    if not scope.tells_entries:
        return
    started = [s for s in counted(scope) if s.has("started") and asks_entry(scope, s)]
    entered = [s.project.row for s in started if s.has("entered")]
    entries = ["progress.evidence", "progress.evidence.strict"]
    yield scope.figure(
        "entry-rate", "share", count(entered), count([s.project.row for s in started]), entries=entries
    )


def asks_entry(scope: Scope, standing: Standing) -> bool:
    """Say whether a project is to be in the statistics: one of the year's, or one that tells of it."""
    return _tells(standing, "entered") or kind_of(scope, standing.project) in scope.rules.start_kinds


def _totals(scope: Scope) -> Iterator[Figure]:
    rows = [s.project for s in counted(scope) if kind_of(scope, s.project) != "reserve"]
    sums = [p for p in _plan(scope) if p.is_aggregate and kind_of(scope, p) != "reserve"]
    inexact = [_INEXACT] if any(p.is_inexact for p in (*rows, *sums)) else []
    counts = [(p.row, p.count) for p in sums if p.count is not None]
    listed = count([p.row for p in rows])
    yield scope.figure(
        "planned-projects",
        "count",
        joined(listed, counts),
        unit=ITEMS,
        entries=("progress.parts",),
        notes=inexact,
    )
    for code, money in (
        ("total-investment", lambda p: p.investment),
        ("planned-investment", lambda p: p.planned),
        ("done-investment", lambda p: p.done),
        ("output-at-capacity", lambda p: p.output),
        ("induced-output", lambda p: p.induced_output),
    ):
        side = joined(total(_known(rows, money)), _known(sums, money))
        if side.rows:
            yield scope.figure(code, "amount", side, unit=YI, notes=inexact)


def _known(
    rows: Sequence[Project], money: Callable[[Project], Fraction | None]
) -> list[tuple[str, Fraction]]:
    return [(row.row, value) for row in rows if (value := money(row)) is not None]


def needed_procedures(scope: Scope) -> tuple[Procedure, ...]:
    """Give the procedures that count as needed by the rulebook's definition."""
    needed = scope.rules.needed
    kinds = {s.project.project: kind_of(scope, s.project) for s in scope.standings}
    return tuple(
        one
        for one in scope.problem.procedures
        if (one.is_needed if one.is_needed is not None else needed.blank)
        and (not needed.kinds or not kinds or kinds.get(one.project, "") in needed.kinds)
    )


def is_done(scope: Scope, procedure: Procedure) -> bool:
    """Say whether a procedure is done at the end of the period."""
    if procedure.done_on is not None:
        return procedure.done_on <= scope.period.end
    return procedure.is_done


def _procedures(scope: Scope) -> Iterator[Figure]:
    needed = needed_procedures(scope)
    if not needed:
        yield from _procedure_totals(scope)
        return
    done = [one.row for one in needed if is_done(scope, one)]
    left_open = open_items(scope)
    notes = []
    early = {one.project_name for one in left_open if one.has_started}
    if early:
        notes.append(
            Text(
                f"有 {len(early)} 个项目带着未办结手续开工：{'、'.join(sorted(early))}",
                f"{len(early)} projects started with items open: {', '.join(sorted(early))}",
            )
        )
    yield scope.figure(
        "procedures-rate",
        "share",
        count(done),
        count([one.row for one in needed]),
        entries=("progress.procedures.needed",),
        notes=notes,
    )


def _procedure_totals(scope: Scope) -> Iterator[Figure]:
    """Count by the numbers that rows of the plan give, where no ledger lists the procedures."""
    kinds = scope.rules.needed.kinds
    rows = [
        project
        for project in (*(s.project for s in counted(scope)), *(p for p in _plan(scope) if p.is_aggregate))
        if project.procedures_needed is not None
        and project.procedures_done is not None
        and (not kinds or kind_of(scope, project) in kinds)
    ]
    if rows:
        yield scope.figure(
            "procedures-rate",
            "share",
            joined(count([]), _known(rows, lambda project: project.procedures_done)),
            joined(count([]), _known(rows, lambda project: project.procedures_needed)),
            entries=("progress.procedures.needed",),
            notes=[_NOT_LISTED],
        )


def open_items(scope: Scope) -> tuple[OpenItem, ...]:
    """Give the procedures needed and not done, and whether their project has started all the same."""
    by_project = {s.project.project: s for s in scope.standings}
    found = []
    for one in needed_procedures(scope):
        if not is_done(scope, one):
            standing = by_project.get(one.project)
            name = standing.project.name or one.project if standing else one.project
            found.append(OpenItem(one, name, standing is not None and standing.has("started")))
    return tuple(found)
