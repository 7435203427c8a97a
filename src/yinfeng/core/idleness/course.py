"""What had happened to a parcel by a date: delivery, start by the legal test, stops, excuses, procedure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Final

from yinfeng.core.idleness.problem import LATE_DELIVERY, Event, EventKind, Foundation, Parcel
from yinfeng.core.idleness.rules import LandRules
from yinfeng.core.idleness.spans import Span, add_months, union

PROCEDURE: Final = frozenset(
    {
        EventKind.SUSPECTED, EventKind.INVESTIGATION, EventKind.REPLY, EventKind.DETERMINATION,
        EventKind.PUBLICATION, EventKind.WITHDRAWAL, EventKind.DISPOSAL_PLAN, EventKind.HEARING_NOTICE,
        EventKind.HEARING_REQUEST, EventKind.HEARING, EventKind.FEE_DECISION, EventKind.FEE_PAID,
        EventKind.RECOVERY_DECISION, EventKind.HANDED_BACK, EventKind.CLEARED,
    }
)  # fmt: skip
DISPOSED: Final = frozenset(
    {EventKind.HANDED_BACK, EventKind.PAID_RECOVERY, EventKind.SWAP, EventKind.REPLANNED}
)
"""Events after which the contract no longer runs as it was signed."""
FINDINGS: Final = frozenset(
    {
        EventKind.HALTED, EventKind.RESUMED, EventKind.LAPSED, EventKind.PROHIBITED, EventKind.UNSAFE,
        EventKind.PLAN_NEEDS, EventKind.EXTENSIVE_USE,
    }
)  # fmt: skip
"""Events that the low-efficiency list looks at."""
_PAUSES: Final = frozenset({EventKind.DELAY, EventKind.STOPPED, EventKind.TEMPORARY_USE})
_FOUNDATIONS: Final = frozenset(
    {EventKind.PIT_DONE, EventKind.PILES_DONE, EventKind.THIRD_DONE, EventKind.FOUNDATION}
)
_TURNS: Final = frozenset({EventKind.STOPPED, EventKind.RESUMED})
_FOUNDATION_OF: Final = {
    EventKind.PIT_DONE: Foundation.DEEP_PIT,
    EventKind.PILES_DONE: Foundation.PILE,
}


@dataclass(frozen=True, slots=True)
class Start:
    """Whether and how the parcel was started."""

    on: date | None = None
    is_legal: bool = False
    """By permit and foundation; otherwise on a statement."""
    stated_on: date | None = None
    """The start the ledger states, where the legal test does not bear it out."""
    lacks: str = ""
    """``permit`` or ``foundation`` where the evidence fails the test."""
    share: Fraction | None = None
    """Share of the foundation seen last, where it falls short."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """A span that does not count on the holder."""

    span: Span
    cause: str
    is_verified: bool
    row: str


@dataclass(frozen=True, slots=True)
class Extension:
    """A supplementary agreement that fixes the start anew."""

    signed_on: date
    asked_for: date
    start_on: date
    """Never later than the longest extension allows."""
    row: str


@dataclass(frozen=True, slots=True)
class Course:
    """All of it, up to the date asked for."""

    start: Start = Start()
    delivered_on: date | None = None
    delivery_row: str = ""
    completed_on: date | None = None
    stopped_on: date | None = None
    """Since when work stands still, open on the date."""
    stop_row: str = ""
    excuses: tuple[Excuse, ...] = ()
    not_counted: tuple[Span, ...] = ()
    """The union of the excuses' spans."""
    rejected: tuple[str, ...] = ()
    """Rows whose cause the bureau did not find true."""
    extension: Extension | None = None
    temporary: Span | None = None
    temporary_is_cut: bool = False
    disposed: Event | None = None
    steps: dict[str, Event] = field(default_factory=dict)
    """Last event of each step of the procedure now running."""
    findings: dict[str, list[Event]] = field(default_factory=dict)
    """What was found about the use of what was built, by kind."""


Events = dict[str, list[Event]]
"""Events by kind, each list in order of day and id."""

NOTHING: Final = Course()
"""Of a parcel of which nothing but its contract is known."""


def follow(parcel: Parcel, on: date, rules: LandRules) -> Course:
    """Give what had happened to a parcel by a date, its events in order of their dates."""
    events = _by_kind(parcel.events, on) if parcel.events else {}
    told = (
        parcel.started_on or parcel.completed_on or parcel.cause or parcel.delivered_on or parcel.permit_on
        or parcel.stopped_on or parcel.foundation_on
    )  # fmt: skip
    if not (events or told):
        return NOTHING
    if not events:
        return _by_contract(parcel, on, rules)
    extension = _extension(parcel, events, rules) if EventKind.EXTENSION in events else None
    excuses, rejected, temporary, is_cut = _not_counted(parcel, events, on, rules)
    delivered_on, delivery_row = _delivery(parcel, events, excuses, on)
    if excuses and delivered_on is not None and parcel.deliver_on is not None and rules.delivery_shifts_start:
        excuses = [e for e in excuses if e.cause != LATE_DELIVERY or e.span.start > delivered_on]
    stopped_on, stop_row = _open_stop(parcel, events, on)
    return Course(
        start=_start(parcel, events, on, rules),
        delivered_on=delivered_on,
        delivery_row=delivery_row,
        completed_on=_first(parcel.completed_on, events.get(EventKind.COMPLETED), on),
        stopped_on=stopped_on,
        stop_row=stop_row,
        excuses=tuple(excuses),
        not_counted=union(excuse.span for excuse in excuses) if excuses else (),
        rejected=tuple(rejected),
        extension=extension,
        temporary=temporary,
        temporary_is_cut=is_cut,
        disposed=None if DISPOSED.isdisjoint(events) else _disposed(events),
        steps={} if PROCEDURE.isdisjoint(events) else _steps(events, extension),
        findings={}
        if FINDINGS.isdisjoint(events)
        else {kind: events[kind] for kind in FINDINGS if kind in events},
    )


def _disposed(events: Events) -> Event:
    """Give the first event after which the contract no longer runs."""
    return min((event for kind in DISPOSED for event in events.get(kind, ())), key=_day_and_id)


def _not_counted(
    parcel: Parcel, events: Events, on: date, rules: LandRules
) -> tuple[list[Excuse], list[str], Span | None, bool]:
    """Give the excuses, rows whose cause was not found true, temporary use, and whether that was cut."""
    if parcel.cause is None and _PAUSES.isdisjoint(events):
        return [], [], None, False
    excuses, rejected = _excuses(parcel, events, on, rules)
    temporary, is_cut = _temporary(events, rules)
    if temporary is not None:
        row = events[EventKind.TEMPORARY_USE][-1].id
        excuses.append(Excuse(temporary, EventKind.TEMPORARY_USE, True, row))
    return excuses, rejected, temporary, is_cut


def _by_kind(events: Iterable[Event], on: date) -> Events:
    found: Events = {}
    for event in events:
        if event.on <= on:
            found.setdefault(event.kind, []).append(event)
    for own in found.values():
        if len(own) > 1:
            own.sort(key=_day_and_id)
    return found


def _day_and_id(event: Event) -> tuple[date, str]:
    return event.on, event.id


def _by_contract(parcel: Parcel, on: date, rules: LandRules) -> Course:
    """Give the course of a parcel without events: what its own row says."""
    start = _start(parcel, {}, on, rules)
    excuses = _excuses(parcel, {}, on, rules)[0] if parcel.cause is not None else []
    delivered_on, stopped_on = parcel.delivered_on, parcel.stopped_on
    return Course(
        start=start,
        delivered_on=delivered_on if delivered_on is not None and delivered_on <= on else None,
        delivery_row=parcel.id,
        completed_on=_first(parcel.completed_on, None, on),
        stopped_on=stopped_on if stopped_on is not None and stopped_on <= on else None,
        stop_row=parcel.id,
        excuses=tuple(excuses),
        not_counted=union(excuse.span for excuse in excuses) if excuses else (),
    )


def _first(written: date | None, events: list[Event] | None, on: date) -> date | None:
    """Give the first day of a column and the events that say the same."""
    first = written if written is not None and written <= on else None
    if events and (first is None or events[0].on < first):
        return events[0].on
    return first


def _start(parcel: Parcel, events: Events, on: date, rules: LandRules) -> Start:
    """Apply art. 30: a construction permit, and as much foundation as its kind asks."""
    permit_on = _first(parcel.permit_on, events.get(EventKind.PERMIT), on)
    stated_on = _first(parcel.started_on, events.get(EventKind.STARTED), on)
    done_on, share = _foundation(parcel, events, on, rules)
    if done_on is not None and permit_on is not None:
        return Start(max(done_on, permit_on), is_legal=True)
    if done_on is not None:
        return Start(stated_on=stated_on, lacks="permit")
    if share is not None:
        return Start(stated_on=stated_on, lacks="foundation", share=share)
    if stated_on is None:
        return Start() if permit_on is None else Start(lacks="foundation")
    return Start(stated_on)


def _foundation(
    parcel: Parcel, events: Events, on: date, rules: LandRules
) -> tuple[date | None, Fraction | None]:
    """Give the first day the foundation passes, else the greatest share seen."""
    if parcel.foundation_on is None and _FOUNDATIONS.isdisjoint(events):
        return None, None
    kind = parcel.foundation
    seen: list[tuple[date, Fraction]] = []
    for whole, own in _FOUNDATION_OF.items():
        # Piles driven say nothing of a pit that must be finished, and the other way round.
        if whole in events and kind in (None, own):
            seen += [(event.on, Fraction(1)) for event in events[whole]]
    for event in events.get(EventKind.THIRD_DONE, ()):
        seen.append((event.on, Fraction(1, 3) if kind else rules.start_share[Foundation.OTHER]))
    for event in events.get(EventKind.FOUNDATION, ()):
        if event.share is not None:
            seen.append((event.on, exact(event.share) / 100))
    seen_on, share_now = parcel.foundation_on, parcel.foundation_share
    if seen_on is not None and seen_on <= on and share_now is not None:
        seen.append((seen_on, exact(share_now) / 100))
    if not seen:
        return None, None
    # The strictest of the three holds where the kind of foundation is not written.
    enough = rules.start_share[kind] if kind else rules.strictest_share
    passed = [day for day, share in seen if share >= enough]
    return (min(passed), None) if passed else (None, max(share for _, share in seen))


@lru_cache(maxsize=100_000)
def exact(value: float) -> Fraction:
    """Give a number as it was typed, not as binary fractions hold it: 5 mu of 15 are a third exactly."""
    return Fraction(value).limit_denominator(1_000_000)


def _excuses(parcel: Parcel, events: Events, on: date, rules: LandRules) -> tuple[list[Excuse], list[str]]:
    excuses: list[Excuse] = []
    rejected: list[str] = []
    resumptions = [event.on for event in events.get(EventKind.RESUMED, ())]
    for kind in (EventKind.DELAY, EventKind.STOPPED):
        for event in events.get(kind, ()):
            cause = event.cause
            if cause is None or cause not in rules.excuses:
                continue
            if event.is_verified is False:
                rejected.append(event.id)
                continue
            end = min([event.until or date.max, *(day for day in resumptions if day >= event.on)])
            excuses.append(Excuse(Span(event.on, end), cause, event.is_verified is True, event.id))
    if parcel.cause is not None and parcel.cause in rules.excuses:
        since = parcel.cause_since or parcel.start_on or parcel.deliver_on
        if since is not None and since <= on:
            end = parcel.cause_until or date.max
            excuses.append(Excuse(Span(since, end), parcel.cause, False, parcel.id))
    return excuses, rejected


def _extension(parcel: Parcel, events: Events, rules: LandRules) -> Extension | None:
    """Give the last extension; it runs from the agreement or the agreed start, whichever is later."""
    agreed, found = parcel.start_on, None
    for event in events.get(EventKind.EXTENSION, ()):
        if event.until is not None:
            first = event.on if agreed is None else max(event.on, agreed)
            longest = add_months(first, rules.extension_months)
            found = Extension(event.on, event.until, min(event.until, longest), event.id)
            agreed = found.start_on
    return found


def _temporary(events: Events, rules: LandRules) -> tuple[Span | None, bool]:
    uses = events.get(EventKind.TEMPORARY_USE)
    if not uses:
        return None, False
    event = uses[-1]
    longest = add_months(event.on, rules.temporary_months)
    asked = event.until or longest
    return Span(event.on, min(asked, longest)), asked > longest


def _delivery(parcel: Parcel, events: Events, excuses: Iterable[Excuse], on: date) -> tuple[date | None, str]:
    delivered = [(event.on, event.id) for event in events.get(EventKind.DELIVERED, ())]
    if parcel.delivered_on is not None and parcel.delivered_on <= on:
        delivered.append((parcel.delivered_on, parcel.id))
    if not delivered:
        delivered = [(e.span.end, e.row) for e in excuses if e.cause == LATE_DELIVERY and e.span.end <= on]
    return min(delivered, default=(None, ""))


def _open_stop(parcel: Parcel, events: Events, on: date) -> tuple[date | None, str]:
    """Give since when work stands still; what resumes on a day ends a stop of the same day."""
    stop, row = None, ""
    if parcel.stopped_on is not None and parcel.stopped_on <= on:
        stop, row = parcel.stopped_on, parcel.id
    if _TURNS.isdisjoint(events):
        return stop, row
    turns = [*events.get(EventKind.STOPPED, ()), *events.get(EventKind.RESUMED, ())]
    for event in sorted(turns, key=lambda one: (one.on, one.kind != EventKind.STOPPED, one.id)):
        if event.kind == EventKind.RESUMED:
            if stop is not None and event.on >= stop:
                stop, row = None, ""
        elif stop is None or event.on < stop:
            is_over = event.until is not None and event.until <= on
            stop, row = (None, "") if is_over else (event.on, event.id)
    return stop, row


def _steps(events: Events, extension: Extension | None) -> dict[str, Event]:
    """Give the last event of each step; a new agreement or a case closed ends the procedure before it."""
    since = date.min if extension is None else extension.signed_on
    if EventKind.CLEARED in events:
        since = max(since, events[EventKind.CLEARED][-1].on)
    return {kind: own[-1] for kind, own in events.items() if kind in PROCEDURE and own[-1].on >= since}
