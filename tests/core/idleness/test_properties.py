"""What holds for any parcel: time only makes idler, order does not matter, excuses never exceed time."""

import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.core.idleness.parcels import CALENDAR, LAND, PARCEL, parcel
from yinfeng.core.idleness.clock import judge
from yinfeng.core.idleness.problem import Event, EventKind, Parcel
from yinfeng.core.idleness.result import LandState
from yinfeng.core.idleness.spans import Span, add_months, days_within, pushed_back, union

RANK = [LandState.NOT_DUE, LandState.LATE, LandState.DUE_SOON, LandState.IDLE_1, LandState.IDLE_2]
DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))


@st.composite
def events(draw: st.DrawFn) -> tuple[Event, ...]:
    kinds = st.sampled_from(list(EventKind))
    causes = st.sampled_from([None, "funds", *sorted(LAND.excuses)])
    found = []
    for number in range(draw(st.integers(0, 8))):
        on = draw(DAYS)
        until = draw(st.none() | st.dates(on, date(2031, 12, 31)))
        share = draw(st.none() | st.sampled_from([10.0, 33.3, 50.0, 100.0]))
        true = draw(st.none() | st.booleans())
        found.append(
            Event(
                id=f"E{number}", kind=draw(kinds), on=on, until=until, cause=draw(causes), share=share,
                is_verified=true,
            )
        )  # fmt: skip
    return tuple(found)


@st.composite
def parcels(draw: st.DrawFn) -> Parcel:
    maybe = st.none() | DAYS
    return parcel(
        *draw(events()),
        start_on=draw(maybe),
        deliver_on=draw(maybe),
        delivered_on=draw(maybe),
        stopped_on=draw(maybe),
        permit_on=draw(maybe),
        foundation=draw(st.sampled_from([None, "deep_pit", "pile", "other"])),
        cause=draw(st.sampled_from([None, "funds", "plan_change"])),
        due_area_ha=6.0,
        built_area_ha=draw(st.none() | st.sampled_from([1.0, 2.0, 3.0])),
    )


@given(st.dates(date(2015, 1, 1), date(2028, 1, 1)), DAYS, st.integers(0, 2000))
def test_a_later_date_never_makes_less_idle_without_events(start: date, on: date, days: int) -> None:
    one = Parcel(id="A1", start_on=start)
    before = judge(one, on, LAND, CALENDAR).state
    after = judge(one, on + timedelta(days=days), LAND, CALENDAR).state
    assert RANK.index(after) >= RANK.index(before)


@given(parcels(), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(one: Parcel, on: date, shuffled: random.Random) -> None:
    rows = list(one.events)
    shuffled.shuffle(rows)
    facts = {name: getattr(one, name) for name in Parcel.__slots__ if name != "events"}
    assert judge(one, on, LAND, CALENDAR) == judge(
        Parcel(**{**facts, "events": tuple(rows)}), on, LAND, CALENDAR
    )


@given(parcels(), DAYS)
def test_excused_days_never_exceed_the_time_elapsed(one: Parcel, on: date) -> None:
    answer = judge(one, on, LAND, CALENDAR)
    assert 0 <= answer.excused_days <= answer.elapsed_days
    assert answer.idle_days >= 0


@given(parcels(), DAYS)
def test_a_fee_only_between_one_and_two_years_of_the_holders_own(one: Parcel, on: date) -> None:
    answer = judge(one, on, LAND, CALENDAR)
    if answer.fee_wan is not None:
        assert answer.state == LandState.IDLE_1
        assert answer.start_on is not None
        assert on >= add_months(answer.start_on, 12)


@given(parcels(), DAYS)
def test_what_happens_later_is_not_known_today(one: Parcel, on: date) -> None:
    facts = {name: getattr(one, name) for name in Parcel.__slots__ if name != "events"}
    known = Parcel(**{**facts, "events": tuple(e for e in one.events if e.on <= on)})
    assert judge(one, on, LAND, CALENDAR) == judge(known, on, LAND, CALENDAR)


SPANS = st.lists(st.tuples(DAYS, st.integers(0, 400))).map(
    lambda pairs: union(Span(day, day + timedelta(days=n)) for day, n in pairs)
)


@given(SPANS, DAYS, st.integers(0, 800))
def test_a_deadline_is_pushed_back_by_the_days_before_it(
    spans: tuple[Span, ...], start: date, days: int
) -> None:
    later = pushed_back(start + timedelta(days=days), spans, start)
    assert later is not None
    # Just so many days count between the start and the new deadline as were to pass.
    assert (later - start).days - days_within(spans, start, later) == days


def test_the_parcel_of_the_examples() -> None:
    assert judge(PARCEL, date(2024, 7, 21), LAND, CALENDAR).state == LandState.IDLE_1
