from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.approvals.building import RULES, calendar, request, row
from yinfeng.core.approvals.clock import Clock, advance, due_after, run
from yinfeng.core.approvals.problem import Request
from yinfeng.core.approvals.template import Limit, Span

FIRST = date(2024, 3, 4)  # a Monday
TWENTY = Limit(Span(20, "working"))
DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))
SPANS = st.builds(Span, st.integers(0, 60), st.sampled_from(["working", "calendar"]))


def clock(*requests: Request, on: date, limit: Limit = TWENTY, **dates: date) -> Clock:
    found = run(
        row("a", **dates), requests, limit, RULES.notice,
        excludes=RULES.excluded, caps={"review": 3}, on=on, calendar=calendar(), rules=RULES,
    )  # fmt: skip
    assert found is not None
    return found


def test_in_time_to_ask_nothing_is_accepted_yet() -> None:
    found = clock(on=date(2024, 3, 11), applied_on=FIRST)
    assert (found.accepted, found.accept_by, found.due) == (None, date(2024, 3, 11), None)


def test_without_a_word_it_counts_as_accepted_from_receipt() -> None:
    found = clock(on=date(2024, 3, 12), applied_on=FIRST)
    assert (found.accepted, found.is_deemed, found.due) == (FIRST, True, date(2024, 4, 1))


def test_acceptance_in_time_starts_the_clock() -> None:
    found = clock(on=date(2024, 3, 12), applied_on=FIRST, accepted_on=date(2024, 3, 6))
    assert (found.accepted, found.is_deemed, found.due) == (date(2024, 3, 6), False, date(2024, 4, 3))


def test_acceptance_after_the_time_counts_from_receipt() -> None:
    found = clock(on=date(2024, 3, 20), applied_on=FIRST, accepted_on=date(2024, 3, 18))
    assert (found.accepted, found.is_deemed, found.due) == (FIRST, True, date(2024, 4, 1))


def test_a_limit_from_receipt_runs_before_acceptance() -> None:
    limit = Limit(Span(30, "calendar"), "received")
    found = clock(on=date(2024, 3, 5), limit=limit, applied_on=FIRST)
    assert (found.accepted, found.due) == (None, date(2024, 4, 3))


def test_open_corrections_hold_the_clock() -> None:
    asked = request("a", date(2024, 3, 6))
    found = clock(asked, on=date(2024, 5, 1), applied_on=FIRST)
    assert (found.open_request, found.accepted, found.due) == (asked, None, None)


def test_corrections_answered_begin_the_time_anew() -> None:
    asked = request("a", date(2024, 3, 6), answered_on=date(2024, 3, 18))
    found = clock(asked, on=date(2024, 3, 26), applied_on=FIRST)
    assert (found.accepted, found.is_deemed, found.due) == (date(2024, 3, 18), True, date(2024, 4, 15))


def test_corrections_asked_for_too_late_change_nothing() -> None:
    asked = request("a", date(2024, 3, 12))
    found = clock(asked, on=date(2024, 3, 20), applied_on=FIRST)
    assert (found.accepted, found.due, found.open_request) == (FIRST, date(2024, 4, 1), None)


def test_corrections_after_acceptance_stop_the_clock_by_the_rulebook() -> None:
    asked = request("a", date(2024, 3, 11), answered_on=date(2024, 3, 18))
    found = clock(asked, on=date(2024, 3, 20), applied_on=FIRST, accepted_on=FIRST)
    assert (found.due, found.stopped_days) == (date(2024, 4, 8), 5)
    assert "依据待核" in found.notes[0].zh


def test_a_review_is_left_out_up_to_its_cap() -> None:
    review = request("a", date(2024, 3, 11), kind="review", answered_on=date(2024, 3, 29))
    found = clock(review, on=date(2024, 4, 1), applied_on=FIRST, accepted_on=FIRST)
    assert (found.stopped_days, found.due) == (3, date(2024, 4, 4))


def test_a_consultation_stops_nothing_unless_the_law_says_so() -> None:
    asked = request("a", date(2024, 3, 11), kind="consultation")
    found = clock(asked, on=date(2024, 3, 20), applied_on=FIRST, accepted_on=FIRST)
    assert (found.due, found.open_request) == (date(2024, 4, 1), None)


def test_not_handed_in_has_no_clock() -> None:
    assert run(
        row("a", applied_on=date(2024, 5, 1)), (), TWENTY, RULES.notice,
        excludes=frozenset(), caps={}, on=FIRST, calendar=calendar(), rules=RULES,
    ) is None  # fmt: skip


@settings(deadline=None)
@given(DAYS, SPANS, st.frozensets(DAYS, max_size=12), DAYS)
def test_a_holiday_more_never_makes_a_day_earlier(
    start: date, span: Span, off: frozenset[date], one: date
) -> None:
    assert advance(start, span, calendar(off | {one})) >= advance(start, span, calendar(off))


@settings(deadline=None)
@given(DAYS, DAYS, SPANS, st.booleans())
def test_a_later_begin_never_gives_an_earlier_end(a: date, b: date, span: Span, rolls: bool) -> None:
    first, last = sorted((a, b))
    assert advance(first, span, calendar(), rolls=rolls) <= advance(last, span, calendar(), rolls=rolls)


@settings(deadline=None)
@given(DAYS, SPANS, st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=5), st.randoms())
def test_stops_are_left_out_day_by_day_in_any_order(
    start: date, span: Span, told: list[tuple[date, int]], random: object
) -> None:
    days = calendar({date(2024, 5, 1)}, {date(2024, 5, 11)})
    stops = [(begin, begin + timedelta(days=length)) for begin, length in told]
    day, left = start, span.days
    while left:
        day += timedelta(days=1)
        is_stopped = any(begin < day <= end for begin, end in stops)
        left -= not is_stopped and (span.kind == "calendar" or days.is_working(day))
    random.shuffle(stops)  # type: ignore[attr-defined]
    found = due_after(start, span, stops, days)
    assert found == (day if span.days else found)


@pytest.mark.parametrize(("rolls", "end"), [(False, date(2024, 3, 9)), (True, date(2024, 3, 11))])
def test_plain_days_end_on_a_day_off_unless_they_roll(rolls: bool, end: date) -> None:
    assert advance(FIRST, Span(5, "calendar"), calendar(), rolls=rolls) == end
