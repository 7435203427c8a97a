"""Order 53's two tests on one parcel: not started a year after the agreed start; started, then stalled."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from yinfeng.core.idleness.course import NOTHING, Course, exact, follow
from yinfeng.core.idleness.problem import Parcel
from yinfeng.core.idleness.procedure import gaps, next_step
from yinfeng.core.idleness.result import Actor, LandAnswer, LandState, Reason, Stall, Step, Verdict
from yinfeng.core.idleness.rules import LandRules
from yinfeng.core.idleness.spans import add_months, days_within, pushed_back
from yinfeng.core.working_days import WorkingDays

_T1: Final = ("idle_land.not_started_months",)
_T2: Final = ("idle_land.stalled_months", "idle_land.area_share", "idle_land.investment_share")
_START: Final = ("idle_land.start_share",)


def judge(
    parcel: Parcel, on: date, rules: LandRules, calendar: WorkingDays, course: Course | None = None
) -> LandAnswer:
    """Say how a parcel stands under Order 53 on a date, and what comes next.

    course: what `follow` gave for it, where that was asked before.
    """
    if parcel.building is not None:
        reason = Reason("building_stands", {"building": parcel.building})
        return LandAnswer(id=parcel.id, state=LandState.NOT_APPLICABLE, reasons=(reason,))
    course = course or follow(parcel, on, rules)
    if course.disposed is not None:
        return _disposed(parcel, course)
    if course.completed_on is not None:
        return _built(parcel, course)
    if course.start.on is not None:
        return _started(parcel, course, on, rules, calendar)
    return _not_started(parcel, course, on, rules, calendar)


def _disposed(parcel: Parcel, course: Course) -> LandAnswer:
    event = course.disposed
    assert event is not None
    step = _withdrawal(course)
    return LandAnswer(
        id=parcel.id,
        state=LandState.DISPOSED,
        step=step,
        reasons=(Reason("disposed", {"kind": event.kind, "on": event.on}, event.id),),
        rows=(event.id,),
    )


def _withdrawal(course: Course) -> Step | None:
    """Ask for the publication to be withdrawn where the case is over and it still stands."""
    published, withdrawn = course.steps.get("publication"), course.steps.get("withdrawal")
    if published is None or (withdrawn is not None and withdrawn.on >= published.on):
        return None
    return Step("withdraw", Actor.BUREAU, None, published.on, published.id)


def _built(parcel: Parcel, course: Course) -> LandAnswer:
    return LandAnswer(
        id=parcel.id,
        state=LandState.BUILT,
        started_on=course.start.on,
        is_legal_start=course.start.is_legal,
        step=_withdrawal(course),
        reasons=(Reason("built", {"on": course.completed_on}),),
    )


def _started(parcel: Parcel, course: Course, on: date, rules: LandRules, calendar: WorkingDays) -> LandAnswer:
    start = course.start
    assert start.on is not None
    how = "started_legally" if start.is_legal else "started_as_stated"
    reasons = [Reason(how, {"on": start.on})]
    entries = _START if start.is_legal else ()
    clock_start, _, _ = _clock_start(parcel, course, rules)
    if clock_start is not None and start.on > clock_start:
        reasons.append(Reason("started_late", {"days": (start.on - clock_start).days}))
    stall = _stall(parcel, course, on, rules)
    state, step, fee = LandState.STARTED, _withdrawal(course), None
    if stall is not None:
        state = LandState.HALTED
        reasons.append(_stall_reason(stall, on, course.stop_row))
        entries = (*entries, *_T2)
        if stall.verdict == Verdict.YES:
            state = LandState.STALLED
            if rules.fee_on_stalled and parcel.price_wan is not None:
                fee = exact(parcel.price_wan) * rules.fee_share
            step = next_step(
                course, state, on=on, suspected_on=stall.one_year_on, two_years_on=None, rules=rules,
                calendar=calendar,
            )  # fmt: skip
        elif _is_a_year(stall, on) and stall.verdict == Verdict.UNKNOWN:
            step = Step("complete_ratios", Actor.ZONE)
        elif stall.one_year_on is not None and on < stall.one_year_on:
            step = Step("resume", Actor.HOLDER, stall.one_year_on - timedelta(days=1), stall.since)
    return LandAnswer(
        id=parcel.id,
        state=state,
        start_on=clock_start,
        started_on=start.on,
        is_legal_start=start.is_legal,
        stall=stall,
        fee_wan=fee,
        step=step,
        reasons=tuple(reasons),
        entries=entries,
        rows=(course.stop_row,) if stall is not None and course.stop_row != parcel.id else (),
    )


def _stall(parcel: Parcel, course: Course, on: date, rules: LandRules) -> Stall | None:
    since = course.stopped_on
    if since is None:
        return None
    year = add_months(since, rules.stalled_months)
    one_year_on = pushed_back(year, course.not_counted, since)
    area, area_is_short = _area_share(parcel, rules)
    investment, investment_is_short = _investment_share(parcel, rules)
    shorts = {area_is_short, investment_is_short}
    if one_year_on is None or on < one_year_on:
        verdict = Verdict.NO
    elif Verdict.YES in shorts:
        verdict = Verdict.YES
    else:
        verdict = Verdict.UNKNOWN if Verdict.UNKNOWN in shorts else Verdict.NO
    return Stall(since, one_year_on, area, investment, area_is_short, investment_is_short, verdict)


def _area_share(parcel: Parcel, rules: LandRules) -> tuple[Fraction | None, Verdict]:
    due = parcel.due_area_ha if parcel.due_area_ha is not None else parcel.area_ha
    return _share(parcel.built_area_ha, due, rules.area_share)


def _investment_share(parcel: Parcel, rules: LandRules) -> tuple[Fraction | None, Verdict]:
    total, invested = parcel.total_wan, parcel.invested_wan
    if parcel.includes_land:
        if parcel.price_wan is None or total is None or invested is None:
            return None, Verdict.UNKNOWN
        land = parcel.price_wan + (parcel.fees_wan or 0)
        total, invested = total - land, max(0.0, invested - land)
    return _share(invested, total, rules.investment_share)


def _share(part: float | None, whole: float | None, least: Fraction) -> tuple[Fraction | None, Verdict]:
    if part is None or whole is None or whole <= 0:
        return None, Verdict.UNKNOWN
    share = exact(part) / exact(whole)
    return share, Verdict.YES if share < least else Verdict.NO


def _is_a_year(stall: Stall, on: date) -> bool:
    return stall.one_year_on is not None and on >= stall.one_year_on


def _stall_reason(stall: Stall, on: date, row: str) -> Reason:
    if stall.one_year_on is None:
        return Reason("stop_excused", {"since": stall.since}, row)
    values = {"since": stall.since, "on": stall.one_year_on}
    if on < stall.one_year_on:
        return Reason("stop_under_a_year", values, row)
    if stall.verdict == Verdict.YES:
        return Reason("stalled", values, row)
    if stall.verdict == Verdict.UNKNOWN:
        return Reason("ratios_unknown", values, row)
    return Reason("ratios_met", values, row)


def _clock_start(
    parcel: Parcel, course: Course, rules: LandRules
) -> tuple[date | None, str, tuple[str, ...]]:
    """Give the start the clock runs from, what fixes it, and the entries that decided."""
    if course.extension is not None:
        return course.extension.start_on, "extension", ("idle_land.extension_months",)
    delivered = course.delivered_on
    if parcel.start_on is not None:
        late = _late_delivery(parcel, course) if rules.delivery_shifts_start else 0
        if late:
            shifted = parcel.start_on + timedelta(days=late)
            return shifted, "delivery", ("idle_land.delivery_shifts_start",)
        return parcel.start_on, "contract", ()
    if delivered is not None:
        return add_months(delivered, rules.handover_months), "handover", ("idle_land.handover_months",)
    return None, "", ()


def _late_delivery(parcel: Parcel, course: Course) -> int:
    """Count the days the land was handed over after the agreed day."""
    if course.delivered_on is None or parcel.deliver_on is None:
        return 0
    return max(0, (course.delivered_on - parcel.deliver_on).days)


def _not_started(
    parcel: Parcel, course: Course, on: date, rules: LandRules, calendar: WorkingDays
) -> LandAnswer:
    start_on, basis, entries = _clock_start(parcel, course, rules)
    reasons = _start_reasons(parcel, course, rules)
    if start_on is None:
        return _unclear(parcel, reasons, rules)
    spans = course.not_counted
    year, years = add_months(start_on, rules.idle_months), add_months(start_on, rules.recovery_months)
    one_year_on, two_years_on = year, years
    elapsed, excused = max(0, (on - start_on).days), 0
    if spans:
        first, second = pushed_back(year, spans, start_on), pushed_back(years, spans, start_on)
        state, excused_until = _state_with_excuses(on, start_on, year, first, second, course, rules)
        excused = days_within(spans, start_on, on)
        reasons += _excuse_reasons(course, start_on, on)
        entries = (*entries, *_excuse_entries(course, rules))
    else:
        first, second, excused_until = one_year_on, two_years_on, None
        state = _state(on, start_on, first, second, rules)
    step = next_step(
        course, state, on=on, suspected_on=first, two_years_on=second, start_on=start_on, rules=rules,
        calendar=calendar, is_a_year_by_calendar=on >= year,
    )  # fmt: skip
    if course.steps:
        reasons += [Reason("gap", {"step": before, "decision": e.kind}, e.id) for before, e in gaps(course)]
    if not course.start.lacks and state in (LandState.IDLE_1, LandState.IDLE_2):
        reasons.append(Reason("no_start_recorded"))
    reasons.append(_clock_reason(state, start_on, first, second, basis))
    fee = None
    if state == LandState.IDLE_1 and parcel.price_wan is not None and "fee_paid" not in course.steps:
        fee = exact(parcel.price_wan) * rules.fee_share
        entries = (*entries, "idle_land.fee_share")
    return LandAnswer(
        id=parcel.id,
        state=state,
        start_on=start_on,
        start_basis=basis,
        one_year_on=first,
        two_years_on=second,
        excused_until=excused_until,
        elapsed_days=elapsed,
        excused_days=excused,
        fee_wan=fee,
        step=step,
        reasons=tuple(reasons),
        entries=(*_T1, *entries),
        rows=_rows(course),
    )


def _state(on: date, start_on: date, first: date | None, second: date | None, rules: LandRules) -> LandState:
    """Give the state by the dates alone: each bound belongs to what begins on it."""
    if second is not None and on >= second:
        return LandState.IDLE_2
    if first is not None and on >= first:
        return LandState.IDLE_1
    if first is not None and (first - on).days <= rules.due_soon_days:
        return LandState.DUE_SOON
    return LandState.LATE if on > start_on else LandState.NOT_DUE


def _state_with_excuses(
    on: date,
    start_on: date,
    year: date,
    first: date | None,
    second: date | None,
    course: Course,
    rules: LandRules,
) -> tuple[LandState, date | None]:
    """Give the state, and until when it is excused: the day the excuse ends, or a year is counted in full."""
    plain = _state(on, start_on, first, second, rules)
    if plain in (LandState.IDLE_1, LandState.IDLE_2) or on < start_on:
        return plain, None
    now = next((span for span in course.not_counted if span.start <= on < span.end), None)
    if now is not None:
        return LandState.EXCUSED, now.end
    if on >= year:
        return LandState.EXCUSED, first or date.max
    return plain, None


def _start_reasons(parcel: Parcel, course: Course, rules: LandRules) -> list[Reason]:
    """Say what moved the agreed start, and why a stated start is none."""
    reasons: list[Reason] = []
    if course is NOTHING:
        return reasons
    extension, start = course.extension, course.start
    if extension is not None:
        values: Mapping[str, object] = {"signed": extension.signed_on, "to": extension.start_on}
        reasons.append(Reason("extended", values, extension.row))
        if extension.asked_for > extension.start_on:
            values = {
                "asked": extension.asked_for,
                "to": extension.start_on,
                "months": rules.extension_months,
            }
            reasons.append(Reason("extension_too_long", values, extension.row))
    elif parcel.start_on and rules.delivery_shifts_start and (late := _late_delivery(parcel, course)):
        reasons.append(Reason("delivered_late", {"days": late}, course.delivery_row))
    if start.lacks:
        reasons.append(Reason(f"no_start_{start.lacks}", {"stated": start.stated_on, "share": start.share}))
    if course.temporary_is_cut:
        reasons.append(Reason("temporary_too_long", {"months": rules.temporary_months}))
    reasons += [Reason("cause_rejected", {}, row) for row in course.rejected]
    return reasons


def _excuse_reasons(course: Course, start_on: date, on: date) -> list[Reason]:
    return [
        Reason(
            "excused" if excuse.is_verified else "excused_unverified",
            {
                "cause": excuse.cause,
                "since": excuse.span.start,
                "until": None if excuse.span.end == date.max else excuse.span.end,
                "days": days_within((excuse.span,), start_on, on),
            },
            excuse.row,
        )
        for excuse in course.excuses
        if excuse.span.start <= on and excuse.span.end > start_on
    ]


def _excuse_entries(course: Course, rules: LandRules) -> tuple[str, ...]:
    keys = [rules.excuse_entries[e.cause] for e in course.excuses if e.cause in rules.excuse_entries]
    if course.temporary is not None:
        keys.append("idle_land.temporary_months")
    return tuple(dict.fromkeys(keys))


def _clock_reason(
    state: LandState, start_on: date, first: date | None, second: date | None, basis: str
) -> Reason:
    code = "stopped" if state == LandState.EXCUSED and first is None else state
    return Reason(f"clock_{code}", {"start": start_on, "first": first, "second": second, "basis": basis})


def _unclear(parcel: Parcel, reasons: list[Reason], rules: LandRules) -> LandAnswer:
    """Say what is missing: no agreed start, and land not known to be handed over."""
    if parcel.deliver_on is None:
        reasons.append(Reason("no_start_date"))
        return LandAnswer(
            id=parcel.id, state=LandState.UNCLEAR, step=Step("complete_dates", Actor.ZONE),
            reasons=tuple(reasons),
        )  # fmt: skip
    start_on = add_months(parcel.deliver_on, rules.handover_months)
    first = add_months(start_on, rules.idle_months)
    reasons.append(
        Reason("no_start_date_but_delivery", {"agreed": parcel.deliver_on, "start": start_on, "first": first})
    )
    return LandAnswer(
        id=parcel.id,
        state=LandState.UNCLEAR,
        start_basis="agreed_handover",
        step=Step("complete_dates", Actor.ZONE),
        reasons=tuple(reasons),
        entries=("idle_land.handover_months",),
    )


def _rows(course: Course) -> tuple[str, ...]:
    if course is NOTHING:
        return ()
    rows = {excuse.row for excuse in course.excuses} | {event.id for event in course.steps.values()}
    return tuple(sorted(rows if course.extension is None else rows | {course.extension.row}))
