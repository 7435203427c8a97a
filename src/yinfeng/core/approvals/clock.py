"""The clock of an application: when it counts as accepted, when it stops, when it is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from yinfeng.core.approvals.problem import CORRECTION, Application, Request, row_order
from yinfeng.core.approvals.rules import ApprovalRules
from yinfeng.core.approvals.template import DayKind, Limit, Span
from yinfeng.core.text import Text
from yinfeng.core.working_days import WorkingDays

Stop = tuple[date, date]
"""A stretch that is not counted: after the first day, up to and with the second."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How an application's time stands on a day."""

    received: date
    accepted: date | None
    """None: not yet, on the day asked for."""
    is_deemed: bool
    """Whether it counts as accepted by law, no word having been said in time."""
    accept_by: date | None
    """Last day to accept or to ask for corrections; None once accepted."""
    due: date | None
    """Last day of the legal time; None without a limit, before acceptance, or while the clock stands."""
    if_resumed: date | None
    """While the clock stands: the last day if it went on from the day asked for."""
    open_request: Request | None
    """The request that holds the clock."""
    stopped_days: int
    """Days left out so far, of the limit's kind."""
    notes: tuple[Text, ...]


def advance(day: date, span: Span, calendar: WorkingDays, *, rolls: bool = False) -> date:
    """Give the last day of a span that begins after a day.

    rolls: whether a span of plain days that ends on a day off ends on the next working day.
    """
    if span.kind == "working":
        return calendar.after(day, span.days)
    end = day + timedelta(days=span.days)
    if rolls and span.days and not calendar.is_working(end):
        return calendar.after(end, 1)
    return end


def due_after(
    start: date, span: Span, stops: Iterable[Stop], calendar: WorkingDays, *, rolls: bool = False
) -> date:
    """Give the last day of a span that begins after ``start`` and leaves out the stops."""
    at, left = start, span.days
    for begin, end in sorted(stops):
        if end <= at:
            continue
        ran = _count(at, begin, span.kind, calendar) if begin > at else 0
        if ran >= left:
            break
        left -= ran
        at = end
    return advance(at, Span(left, span.kind), calendar, rolls=rolls)


def run(
    application: Application,
    requests: Sequence[Request],
    limit: Limit | None,
    notice: Span,
    *,
    excludes: frozenset[str],
    caps: dict[str, int],
    on: date,
    calendar: WorkingDays,
    rules: ApprovalRules,
) -> Clock | None:
    """Run the clock of an application up to a day; None where it had not been handed in.

    excludes: kinds of request whose time is not counted. caps: kind → most working days left out.
    """
    explicit = application.accepted_on if _is_by(application.accepted_on, on) else None
    received = application.applied_on if _is_by(application.applied_on, on) else explicit
    if received is None:
        return None
    asked = sorted((r for r in requests if r.asked_on <= on), key=lambda r: (r.asked_on, row_order(r.row)))
    corrections = [request for request in asked if request.kind == CORRECTION]
    entry = _enter(received, explicit, corrections, notice, on, calendar)
    start = entry.handed_in if limit is not None and limit.counted_from == "received" else entry.accepted
    notes = list(entry.notes)
    stopping, said = _stopping(asked, entry, explicit, excludes, rules)
    notes += said
    stops = [_stop(request, on, caps, calendar) for request in stopping]
    held = (
        request
        for request, (_, end) in zip(stopping, stops, strict=True)
        if not _is_by(request.answered_on, on) and end >= on
    )
    holding = entry.pending or next(held, None)
    due = if_resumed = None
    stopped = 0
    if limit is not None and start is not None and entry.pending is None:
        span = limit.span
        if application.extended:
            span = Span(span.days + limit.extension_days, span.kind)
        end = due_after(start, span, stops, calendar, rolls=rules.rolls)
        due, if_resumed = (end, None) if holding is None else (None, max(end, on))
        stopped = _stopped(start, stops, span.kind, calendar)
    return Clock(
        received=received,
        accepted=entry.accepted,
        is_deemed=entry.is_deemed,
        accept_by=entry.accept_by,
        due=due,
        if_resumed=if_resumed,
        open_request=holding,
        stopped_days=stopped,
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """How an application got in."""

    handed_in: date
    """When the file was last handed in, complete."""
    accepted: date | None
    is_deemed: bool
    accept_by: date | None
    pending: Request | None
    used: frozenset[str]
    """Rows of the requests that were heard before acceptance."""
    notes: tuple[Text, ...]


_LATE_NOTICE: Final = Text(
    "{day} 才要求补正，已过告知期限 {by}：自 {received} 收件之日起即为受理（行政许可法第三十二条）",
    "corrections asked for only on {day}, after {by}: accepted from receipt on {received} (Licensing Law 32)",
)
_LATE_ACCEPTANCE: Final = Text(
    "{day} 才受理，已过期限 {by}：自 {received} 收件之日起即为受理（行政许可法第三十二条）",
    "accepted only on {day}, after {by}: accepted from receipt on {received} (Licensing Law 32)",
)
_SILENT: Final = Text(
    "至 {by} 没有受理或补正的记录：按自 {received} 收件之日起受理算（行政许可法第三十二条）",
    "neither accepted nor asked for more until {by}: taken as accepted from {received} (Licensing Law 32)",
)
_NOT_ONCE: Final = Text(
    "第 {n} 次要求补正；法定为一次告知全部内容（行政许可法第三十二条）",
    "asked for corrections {n} times; the law has it said once and in full (Licensing Law 32)",
)
_AFTER: Final = Text(
    "{day} 受理之后又要求补正：{stops}",
    "corrections asked for on {day}, after acceptance: {stops}",
)
_STOPS: Final = Text("按规则库停表，依据待核", "the clock stands as the rulebook has it; basis to be checked")
_RUNS: Final = Text("时钟不停", "the clock goes on")


def _enter(
    received: date,
    explicit: date | None,
    corrections: Sequence[Request],
    notice: Span,
    on: date,
    calendar: WorkingDays,
) -> _Entry:
    """Find when a file counts as accepted: at once, when completed, or because nobody asked in time."""
    at = received
    notes: list[Text] = []
    used: list[str] = []
    for request in corrections:
        if explicit is not None and request.asked_on >= explicit:
            break
        by = advance(at, notice, calendar)
        if request.asked_on > by:
            notes.append(_LATE_NOTICE.format(day=request.asked_on, by=by, received=at))
            return _Entry(at, at, True, None, None, frozenset(used), tuple(notes))
        used.append(request.row)
        if len(used) > 1:
            notes.append(_NOT_ONCE.format(n=len(used)))
        if _is_by(request.answered_on, on):
            at = max(at, request.answered_on or at)
        elif explicit is None:
            return _Entry(at, None, False, None, request, frozenset(used), tuple(notes))
    by = advance(at, notice, calendar)
    heard = frozenset(used)
    if explicit is not None:
        if explicit <= by:
            return _Entry(at, explicit, False, None, None, heard, tuple(notes))
        notes.append(_LATE_ACCEPTANCE.format(day=explicit, by=by, received=at))
        return _Entry(at, at, True, None, None, heard, tuple(notes))
    if on > by:
        notes.append(_SILENT.format(by=by, received=at))
        return _Entry(at, at, True, None, None, heard, tuple(notes))
    return _Entry(at, None, False, by, None, heard, tuple(notes))


def _stopping(
    asked: Sequence[Request],
    entry: _Entry,
    explicit: date | None,
    excludes: frozenset[str],
    rules: ApprovalRules,
) -> tuple[list[Request], list[Text]]:
    """Choose the requests that stop the clock once it runs."""
    stopping: list[Request] = []
    notes: list[Text] = []
    for request in asked:
        if request.kind != CORRECTION:
            stopping += [request] if request.kind in excludes else []
        elif request.row not in entry.used and entry.pending is None:
            was_said = explicit is not None and not entry.is_deemed
            stops = rules.stops_after_acceptance if was_said else rules.stops_after_notice
            stopping += [request] if stops else []
            if was_said:
                notes.append(_AFTER.format(day=request.asked_on, stops=_STOPS if stops else _RUNS))
    return stopping, notes


def _stop(request: Request, on: date, caps: dict[str, int], calendar: WorkingDays) -> Stop:
    end = request.answered_on if _is_by(request.answered_on, on) else on
    end = max(end or on, request.asked_on)
    if request.kind in caps:
        end = min(end, calendar.after(request.asked_on, caps[request.kind]))
    return request.asked_on, end


def _stopped(start: date, stops: Sequence[Stop], kind: DayKind, calendar: WorkingDays) -> int:
    at, total = start, 0
    for begin, end in sorted(stops):
        first = max(at, begin)
        if end > first:
            total += _count(first, end, kind, calendar)
            at = end
    return total


def _count(start: date, end: date, kind: DayKind, calendar: WorkingDays) -> int:
    return calendar.between(start, end) if kind == "working" else (end - start).days


def _is_by(day: date | None, on: date) -> bool:
    return day is not None and day <= on
