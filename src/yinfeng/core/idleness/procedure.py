"""The procedure of Order 53: what comes next, by when, and who must do it."""

from datetime import date, timedelta
from typing import Final

from yinfeng.core.idleness.course import Course
from yinfeng.core.idleness.problem import Event, EventKind
from yinfeng.core.idleness.result import Actor, LandState, Step
from yinfeng.core.idleness.rules import LandRules
from yinfeng.core.working_days import WorkingDays

IDLE: Final = frozenset({LandState.IDLE_1, LandState.IDLE_2, LandState.STALLED})


def next_step(
    course: Course,
    state: LandState,
    *,
    on: date,
    suspected_on: date | None,
    two_years_on: date | None,
    rules: LandRules,
    calendar: WorkingDays,
    start_on: date | None = None,
    is_a_year_by_calendar: bool = False,
) -> Step | None:
    """Give the next step for a parcel in a state.

    suspected_on: first day a test of art. 2 holds. is_a_year_by_calendar: a year has passed since the
    agreed start, excused days included.
    """
    if state in IDLE:
        return _against_idleness(course, state, on, suspected_on, two_years_on, rules, calendar)
    if state == LandState.EXCUSED:
        return _for_an_excuse(course, on, suspected_on, is_a_year_by_calendar=is_a_year_by_calendar)
    if state == LandState.NOT_DUE and start_on is not None and on < start_on:
        return Step("start", Actor.HOLDER, start_on)
    if suspected_on is not None:
        return Step("start_before_idle", Actor.HOLDER, suspected_on - timedelta(days=1), start_on)
    return None


def _for_an_excuse(
    course: Course, on: date, suspected_on: date | None, *, is_a_year_by_calendar: bool
) -> Step | None:
    unverified = next((e for e in course.excuses if not e.is_verified and e.span.start <= on), None)
    if unverified is not None:
        return Step("verify_cause", Actor.BUREAU, None, unverified.span.start, unverified.row)
    if course.temporary is not None and on < course.temporary.end:
        return Step("end_temporary_use", Actor.GOVERNMENT, course.temporary.end, course.temporary.start)
    if is_a_year_by_calendar and EventKind.DISPOSAL_PLAN not in course.steps:
        return Step("negotiate", Actor.BUREAU)
    if suspected_on is not None:
        return Step("start_before_idle", Actor.HOLDER, suspected_on - timedelta(days=1))
    return None


def _against_idleness(
    course: Course,
    state: LandState,
    on: date,
    suspected_on: date | None,
    two_years_on: date | None,
    rules: LandRules,
    calendar: WorkingDays,
) -> Step:
    steps = course.steps
    if EventKind.CLEARED in steps and EventKind.INVESTIGATION not in steps:
        event = steps[EventKind.CLEARED]
        if suspected_on is None or event.on >= suspected_on:
            return Step("watch", Actor.BUREAU, None, event.on, event.id)
    if EventKind.DETERMINATION not in steps:
        return _to_determination(steps, on, suspected_on, rules)
    determined = steps[EventKind.DETERMINATION]
    if EventKind.PUBLICATION not in steps:
        return Step("publish", Actor.BUREAU, None, determined.on, determined.id)
    if state == LandState.STALLED and not rules.fee_on_stalled:
        return Step("decide_disposal", Actor.BUREAU, None, determined.on, determined.id)
    if state == LandState.IDLE_2:
        return _to_recovery(steps, on, rules, calendar)
    return _to_fee(steps, on, two_years_on, rules, calendar)


def _to_determination(steps: dict[str, Event], on: date, suspected_on: date | None, rules: LandRules) -> Step:
    notice = steps.get(EventKind.INVESTIGATION)
    if notice is None:
        found = steps.get(EventKind.SUSPECTED)
        since = found.on if found is not None else suspected_on
        due_on = None if since is None else since + timedelta(days=rules.investigation_days)
        return Step("investigate", Actor.BUREAU, due_on, since, found.id if found is not None else "")
    reply_by = notice.on + timedelta(days=rules.reply_days)
    reply = steps.get(EventKind.REPLY)
    if (reply is None or reply.on < notice.on) and on <= reply_by:
        return Step("reply", Actor.HOLDER, reply_by, notice.on, notice.id)
    last = reply if reply is not None and reply.on >= notice.on else notice
    return Step("determine", Actor.BUREAU, None, last.on, last.id)


def _to_fee(
    steps: dict[str, Event], on: date, two_years_on: date | None, rules: LandRules, calendar: WorkingDays
) -> Step:
    decided, paid = steps.get(EventKind.FEE_DECISION), steps.get(EventKind.FEE_PAID)
    if paid is not None:
        last_day = None if two_years_on is None else two_years_on - timedelta(days=1)
        return Step("start_before_recovery", Actor.HOLDER, last_day, paid.on, paid.id)
    if decided is not None:
        return _to_comply("pay", decided, on, rules.payment_days)
    return _hearing(steps, date.min, on, rules, calendar) or Step("fee", Actor.BUREAU)


def _to_recovery(steps: dict[str, Event], on: date, rules: LandRules, calendar: WorkingDays) -> Step:
    decided = steps.get(EventKind.RECOVERY_DECISION)
    if decided is not None:
        return _to_comply("hand_back", decided, on, rules.hand_back_days)
    fee = steps.get(EventKind.FEE_DECISION)
    # The hearing offered before a fee was decided was about the fee; recovery needs its own.
    since = fee.on if fee is not None else date.min
    return _hearing(steps, since, on, rules, calendar) or Step("recover", Actor.GOVERNMENT)


def _to_comply(code: str, decided: Event, on: date, days: int) -> Step:
    last_day = decided.on + timedelta(days=days)
    if on <= last_day:
        return Step(code, Actor.HOLDER, last_day, decided.on, decided.id)
    return Step("enforce", Actor.BUREAU, None, last_day, decided.id)


def _hearing(
    steps: dict[str, Event], after: date, on: date, rules: LandRules, calendar: WorkingDays
) -> Step | None:
    """Give what the right to a hearing still asks for; None where it was granted or not used."""
    notice = steps.get(EventKind.HEARING_NOTICE)
    if notice is None or notice.on <= after:
        return Step("hearing_notice", Actor.BUREAU)
    request = steps.get(EventKind.HEARING_REQUEST)
    if request is not None and request.on >= notice.on:
        held = steps.get(EventKind.HEARING)
        if held is not None and held.on >= request.on:
            return None
        due_on = calendar.after(request.on, rules.hearing_days)
        return Step("hearing", Actor.BUREAU, due_on, request.on, request.id)
    last_day = calendar.after(notice.on, rules.hearing_request_days)
    return Step("hearing_request", Actor.HOLDER, last_day, notice.on, notice.id) if on <= last_day else None


ORDER: Final = (
    EventKind.INVESTIGATION,
    EventKind.DETERMINATION,
    EventKind.PUBLICATION,
    EventKind.HEARING_NOTICE,
)
"""What must have happened before a fee or recovery is decided."""


def gaps(course: Course) -> tuple[tuple[str, Event], ...]:
    """Give the steps a decision was taken without: (step missing, the decision)."""
    if not course.steps:
        return ()
    found = []
    for kind in (EventKind.FEE_DECISION, EventKind.RECOVERY_DECISION):
        decision = course.steps.get(kind)
        if decision is not None:
            found += [
                (str(before), decision)
                for before in ORDER
                if before not in course.steps or course.steps[before].on > decision.on
            ]
    return tuple(found)
