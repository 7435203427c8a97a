"""Three batches (三个一批): rounds of lists, and the rates of all projects of the rounds so far."""

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import Figure, Side, count
from yinfeng.core.progress.problem import Event, Listing, Project
from yinfeng.core.progress.scope import Scope, joined
from yinfeng.core.progress.standing import Standing, standing
from yinfeng.core.progress.titles import CHAINED, TITLES, Words
from yinfeng.core.text import Text

RATES: Final = ("performance-rate", "signed-start-rate", "commissioning-rate", "attainment-rate")
_NUMBER: Final = re.compile("[0-9]+")
_CHINESE: Final = str.maketrans("一二三四五六七八九", "123456789")
_AGGREGATE: Final = Text("含汇总行，不能逐项展开", "holds aggregate rows, which cannot be opened")
_NEWEST_OUT: Final = Text("不含最新一轮（{round}）", "without the newest round ({round})")
_NEWEST_IN: Final = Text("含最新一轮（{round}）", "with the newest round ({round})")
_ONE_ROUND: Final = Text("只有一轮，最新一轮也计入", "there is one round only: it is counted though newest")
_NO_OUTPUT: Final = Text(
    "有 {n} 个投产项目缺预期或实际年产值，未计入",
    "{n} projects in production lack expected or actual output: not counted",
)
_REMOVED: Final = Text("有 {n} 个移出名单的不再计入", "{n} projects taken off the lists are left out")
_STILL_IN: Final = Text(
    "有 {n} 个移出名单的仍在分母中（名单只增不改）",
    "{n} projects taken off the lists stay in the denominator",
)


@dataclass(frozen=True, slots=True)
class Round:
    """One round, with its lines as they were listed."""

    name: str
    held_on: date | None
    lines: tuple[Listing, ...]


@dataclass(frozen=True, slots=True)
class Cohort:
    """All projects of the rounds up to one, with their rates."""

    through: Round
    rounds: int
    figures: tuple[Figure, ...]
    is_headline: bool
    """Whether these are the figures by the rulebook."""


def rounds_of(scope: Scope) -> tuple[Round, ...]:
    """Give the rounds held by the end of the period, the oldest first."""
    groups: dict[str, list[Listing]] = {}
    for line in scope.problem.listings:
        groups.setdefault(line.round, []).append(line)
    rounds = [
        Round(name, max((d for line in lines if (d := line.held_on)), default=None), tuple(lines))
        for name, lines in groups.items()
    ]
    held = [one for one in rounds if one.held_on is None or one.held_on <= scope.period.end]
    return tuple(sorted(held, key=_order))


def _order(one: Round) -> tuple[object, ...]:
    """Order by day; without days by the numbers in the names: 2021年第2次 comes before 2021年第10次."""
    numbers = [int(number) for number in _NUMBER.findall(one.name.translate(_CHINESE))]
    return one.held_on or date.min, numbers, one.name


def cohorts(scope: Scope) -> tuple[Cohort, ...]:
    """Give the rates over rounds 1..n for every n."""
    rounds, known = rounds_of(scope), _known(scope)
    last = _headline(scope, rounds)
    return tuple(
        Cohort(rounds[n - 1], n, _rates(scope, known, rounds, n), n == last)
        for n in range(1, len(rounds) + 1)
    )


def batch_figures(scope: Scope) -> tuple[Figure, ...]:
    """Give the rates by the rulebook: over all rounds, or all but the newest."""
    rounds = rounds_of(scope)
    return _rates(scope, _known(scope), rounds, _headline(scope, rounds)) if rounds else ()


def other_figures(scope: Scope) -> tuple[Figure, ...]:
    """Give the same rates with the newest round in where the rulebook leaves it out, and the other way."""
    rounds = rounds_of(scope)
    if len(rounds) < 2:
        return ()
    other = len(rounds) if scope.rules.newest_out else len(rounds) - 1
    return _rates(scope, _known(scope), rounds, other)


def _headline(scope: Scope, rounds: Sequence[Round]) -> int:
    """Give how many rounds the rates by the rulebook are over."""
    return len(rounds) - (1 if scope.rules.newest_out and len(rounds) > 1 else 0)


def _scope_note(scope: Scope, rounds: Sequence[Round], n: int) -> list[Text]:
    newest = rounds[-1].name
    if n == len(rounds):
        if n == 1:
            return [_ONE_ROUND] if scope.rules.newest_out else []
        return [_NEWEST_IN.format(round=newest)]
    return [_NEWEST_OUT.format(round=newest)] if n == len(rounds) - 1 else []


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What has come of a project by the end of the period."""

    performed: bool
    started: bool
    produced: bool
    attained: bool


_Known = Mapping[str, _Outcome]
"""Project on any list → what has come of it, whichever ledger or list says so."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A project of a list of the cohort, by the line that named it first."""

    line: Listing
    has: _Outcome


def _rates(scope: Scope, known: _Known, rounds: Sequence[Round], n: int) -> tuple[Figure, ...]:
    """Give the rates over the first n of all rounds."""
    notes = _scope_note(scope, rounds, n)
    lines = [line for one in rounds[:n] for line in one.lines]
    listed = [line for line in lines if line.project]
    sums = [line for line in lines if not line.project]
    gone = [line for line in listed if line.removed_on is not None and line.removed_on <= scope.period.end]
    left_out = {
        line.row for line in gone if line.removed_on and line.removed_on.month in scope.rules.removal_months
    }
    if left_out:
        notes = [*notes, _REMOVED.format(n=len(left_out))]
    if len(gone) > len(left_out):
        notes = [*notes, _STILL_IN.format(n=len(gone) - len(left_out))]
    listed = [line for line in listed if line.row not in left_out]
    if sums:
        notes = [*notes, _AGGREGATE]
    count_rates = _chained if scope.rules.chained else _lists
    return tuple(count_rates(scope, known, listed, sums, notes))


def _lists(
    scope: Scope, known: _Known, listed: Sequence[Listing], sums: Sequence[Listing], notes: Sequence[Text]
) -> Iterator[Figure]:
    """Count each rate over the list it belongs to: the signed, the started, those in production."""
    signed = [member for member in _members(known, listed) if member.line.batch in ("signed", "")]
    started = _members(known, listed, "started")
    if any("performed" in line.said or "performed" in line.counts for line in (*listed, *sums)):
        yield from _share(
            scope, "performance-rate", signed, lambda m: m.has.performed, sums, "performed", "signed", notes
        )
    yield from _share(
        scope, "signed-start-rate", signed, lambda m: m.has.started, sums, "signed_started", "signed", notes
    )
    yield from _share(
        scope,
        "commissioning-rate",
        started,
        lambda m: m.has.produced,
        sums,
        "started_produced",
        "started",
        notes,
    )
    yield from _attainment(scope, listed, sums, notes)


def _share(
    scope: Scope,
    code: str,
    members: Sequence[_Member],
    holds: Callable[[_Member], bool],
    sums: Sequence[Listing],
    done: str,
    of: str,
    notes: Sequence[Text],
    words: Words | None = None,
) -> Iterator[Figure]:
    whole = [line for line in sums if done in line.counts and of in line.counts]
    if not members and not whole:
        return
    yield scope.figure(
        code,
        "share",
        joined(count([m.line.row for m in members if holds(m)]), [(s.row, s.counts[done]) for s in whole]),
        joined(count([m.line.row for m in members]), [(s.row, s.counts[of]) for s in whole]),
        words=words or TITLES[code],
        entries=_ENTRIES,
        notes=notes,
    )


_ENTRIES: Final = (
    "progress.batches.rates",
    "progress.batches.newest",
    "progress.batches.listed",
    "progress.batches.removal",
    "progress.evidence",
    "progress.evidence.strict",
)


def _members(known: _Known, listed: Sequence[Listing], batch: str = "") -> list[_Member]:
    """Give each project of a list once, by the line that named it first.

    batch: the list; all lists where it is empty, and then what a project was on first counts.
    """
    first: dict[str, Listing] = {}
    for line in listed:
        if batch in ("", line.batch):
            before = first.get(line.project)
            # the signed list says most of how a project began
            if before is None or (not batch and _rank(line) < _rank(before)):
                first[line.project] = line
    return [_Member(line, known[line.project]) for line in first.values()]


def _rank(line: Listing) -> int:
    return ("signed", "", "started", "produced").index(line.batch)


def _known(scope: Scope) -> _Known:
    """Say of every project on a list what has come of it."""
    lines: dict[str, list[Listing]] = {}
    for line in scope.problem.listings:
        if line.project:
            lines.setdefault(line.project, []).append(line)
    held = {line.row for one in rounds_of(scope) for line in one.lines}
    told = _told_elsewhere(scope, lines.keys())
    return {project: _outcome(scope, own, held, told.get(project)) for project, own in lines.items()}


def _told_elsewhere(scope: Scope, projects: Collection[str]) -> Mapping[str, Standing]:
    """Give where projects stand by the year's plan, or by their events alone."""
    known = {one.project.project: one for one in scope.standings}
    events: dict[str, list[Event]] = {}
    for event in scope.problem.events:
        if event.project in projects and event.project not in known:
            events.setdefault(event.project, []).append(event)
    for project, own in events.items():
        alone = Project(row="", project=project)
        known[project] = standing(alone, tuple(own), (), scope.rules, scope.period)
    return known


def _outcome(
    scope: Scope, lines: Sequence[Listing], held: Collection[str], told: Standing | None
) -> _Outcome:
    def has(event: str, batch: str = "") -> bool:
        if told is not None and told.has(event):
            return True
        if event in scope.rules.strict:
            return False  # a list shows no evidence
        is_listed = scope.rules.listed_is_event and any(
            one.batch == batch and one.row in held for one in lines
        )
        return (bool(batch) and is_listed) or _is_said(scope, event, lines)

    attained = has("attained") or any(_reached(line) for line in lines)
    produced = attained or has("in_production", "produced")
    started = produced or has("started", "started")
    return _Outcome(started or has("performed"), started, produced, attained)


def _reached(line: Listing) -> bool:
    return line.actual is not None and line.expected is not None and line.actual >= line.expected > 0


def _is_said(scope: Scope, event: str, lines: Sequence[Listing]) -> bool:
    """Say whether a line of the project says so by the end of the period."""
    days = (line.dates.get(event) for line in lines)
    said = (line.said.get(event, False) and event not in line.dates for line in lines)
    return any(day is not None and day <= scope.period.end for day in days) or any(said)


def _attainment(
    scope: Scope, listed: Sequence[Listing], sums: Sequence[Listing], notes: Sequence[Text]
) -> Iterator[Figure]:
    """Weigh by money: what those in production make in a year / what was expected of them."""
    lines = list({line.project: line for line in reversed(listed) if line.batch == "produced"}.values())[::-1]
    if not lines and not any(line.actual is not None for line in sums):
        return
    told = [line for line in lines if line.expected is not None and line.actual is not None]
    whole = [line for line in sums if line.expected is not None and line.actual is not None]
    lacking = len(lines) - len(told)
    if lacking:
        notes = [*notes, _NO_OUTPUT.format(n=lacking)]
    if told or whole:
        yield scope.figure(
            "attainment-rate",
            "share",
            joined(_money(told, lambda line: line.actual), _sums(whole, lambda line: line.actual)),
            joined(_money(told, lambda line: line.expected), _sums(whole, lambda line: line.expected)),
            entries=_ENTRIES,
            notes=notes,
        )


def _sums(
    lines: Iterable[Listing], money: Callable[[Listing], Fraction | None]
) -> list[tuple[str, Fraction]]:
    return [(line.row, value) for line in lines if (value := money(line)) is not None]


def _money(lines: Iterable[Listing], money: Callable[[Listing], Fraction | None]) -> Side:
    pairs = _sums(lines, money)
    return Side(sum((value for _, value in pairs), Fraction()), tuple(row for row, _ in pairs))


def _chained(
    scope: Scope, known: _Known, listed: Sequence[Listing], sums: Sequence[Listing], notes: Sequence[Text]
) -> Iterator[Figure]:
    """Divide each stage by the stage before, over the same projects."""
    members = _members(known, listed)
    stages: list[tuple[str, Callable[[_Member], bool], tuple[str, ...]]] = [
        ("", lambda _: True, ("signed",)),
        ("performance-rate", lambda m: m.has.performed, ("performed",)),
        ("signed-start-rate", lambda m: m.has.started, ("signed_started", "started")),
        ("commissioning-rate", lambda m: m.has.produced, ("started_produced", "produced")),
        ("attainment-rate", lambda m: m.has.attained, ("produced_attained",)),
    ]
    for (_, before, of_names), (code, after, names) in itertools.pairwise(stages):
        whole = [
            (line, done, of)
            for line in sums
            if (done := _named(line, names)) and (of := _named(line, of_names))
        ]
        of_members = [m.line.row for m in members if before(m)]
        if not of_members and not whole:
            continue
        yield scope.figure(
            code,
            "share",
            joined(
                count([m.line.row for m in members if before(m) and after(m)]),
                [(line.row, line.counts[done]) for line, done, _ in whole],
            ),
            joined(count(of_members), [(line.row, line.counts[of]) for line, _, of in whole]),
            words=CHAINED[code],
            entries=_ENTRIES,
            notes=notes,
        )


def _named(line: Listing, names: Sequence[str]) -> str:
    return next((name for name in names if name in line.counts), "")
