"""Order 53's two tests, exact on both sides of every bound."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.core.idleness.parcels import CALENDAR, LAND, event, judged, parcel, reasons
from yinfeng.core.idleness.clock import judge
from yinfeng.core.idleness.problem import LATE_DELIVERY
from yinfeng.core.idleness.result import Actor, LandState, Step, Verdict


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2023-07-20", "not_due"),
        ("2023-07-21", "not_due"),
        ("2023-07-22", "late"),
        ("2024-04-21", "late"),
        ("2024-04-22", "due_soon"),  # 90 days before the year is full
        ("2024-07-20", "due_soon"),
        ("2024-07-21", "idle_1"),
        ("2025-07-20", "idle_1"),
        ("2025-07-21", "idle_2"),
    ],
)
def test_the_year_is_full_on_its_anniversary(on: str, state: str) -> None:
    assert judged(on).state == state


@pytest.mark.parametrize(
    ("start", "last_free", "first_idle"),
    [
        (date(2020, 2, 29), "2021-02-27", "2021-02-28"),
        (date(2019, 2, 28), "2020-02-27", "2020-02-28"),
        (date(2023, 3, 1), "2024-02-29", "2024-03-01"),
    ],
)
def test_29_february_ends_with_the_month(start: date, last_free: str, first_idle: str) -> None:
    assert judged(last_free, start_on=start).state == LandState.DUE_SOON
    answer = judged(first_idle, start_on=start)
    assert (answer.state, answer.one_year_on) == (LandState.IDLE_1, date.fromisoformat(first_idle))


def test_the_fee_is_a_fifth_of_the_price_between_one_and_two_years() -> None:
    assert judged("2024-07-20").fee_wan is None
    assert judged("2024-07-21").fee_wan == Fraction("333.6")
    assert judged("2025-07-20").fee_wan == Fraction("333.6")
    assert judged("2025-07-21").fee_wan is None  # to be recovered, without payment


PERMIT = event("permit", "2023-09-01")


@pytest.mark.parametrize(
    ("foundation", "events", "started"),
    [
        ("deep_pit", [event("pit_done", "2024-05-01")], "2024-05-01"),
        ("pile", [event("piles_done", "2024-05-01")], "2024-05-01"),
        ("pile", [event("pit_done", "2024-05-01")], None),  # piles count, not the pit
        ("deep_pit", [event("piles_done", "2024-05-01")], None),
        ("other", [event("third_done", "2024-05-01")], "2024-05-01"),
        ("deep_pit", [event("third_done", "2024-05-01")], None),
        ("pile", [event("foundation", "2024-05-01", share=99.9)], None),
        ("pile", [event("foundation", "2024-05-01", share=100.0)], "2024-05-01"),
        ("other", [event("foundation", "2024-05-01", share=33.3)], None),
        ("other", [event("foundation", "2024-05-01", share=33.4)], "2024-05-01"),
        (None, [event("pit_done", "2024-05-01")], "2024-05-01"),
        (None, [event("foundation", "2024-05-01", share=50.0)], None),  # the strictest, kind unknown
    ],
)
def test_a_start_is_judged_by_its_foundation(
    foundation: str | None, events: list[object], started: str | None
) -> None:
    answer = judged("2024-08-01", PERMIT, *events, foundation=foundation)  # type: ignore[arg-type]
    expected = None if started is None else date.fromisoformat(started)
    assert (answer.started_on, answer.is_legal_start) == (expected, started is not None)
    assert answer.state == (LandState.IDLE_1 if started is None else LandState.STARTED)


def test_no_start_without_a_construction_permit() -> None:
    done = event("pit_done", "2024-05-01")
    without = judged("2024-08-01", done, foundation="deep_pit", started_on=date(2024, 3, 1))
    assert (without.state, reasons(without)[0]) == (LandState.IDLE_1, "no_start_permit")
    # Dug before the permit: started on the day the permit was given.
    late = judged("2024-08-01", done, event("permit", "2024-06-15"), foundation="deep_pit")
    assert (late.state, late.started_on) == (LandState.STARTED, date(2024, 6, 15))


def test_a_start_in_the_ledger_is_a_statement_and_holds_from_its_day() -> None:
    stated = {"started_on": date(2024, 8, 5)}
    assert judged("2024-08-04", **stated).state == LandState.IDLE_1
    answer = judged("2024-08-05", **stated)
    assert (answer.state, answer.is_legal_start) == (LandState.STARTED, False)
    assert reasons(answer) == ["started_as_stated", "started_late"]
    assert judged("2024-08-05", event("permit", "2024-01-01"), **stated).state == LandState.STARTED


def stopped(on: str, **facts: object) -> LandState:
    known = {"total_wan": 1000.0, "invested_wan": 900.0, "due_area_ha": 6.0, "built_area_ha": 5.0}
    started = {"started_on": date(2022, 1, 10), "stopped_on": date(2023, 3, 1)}
    return judged(on, **{**known, **started, **facts}).state


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "halted"),
        ({"built_area_ha": 2.0}, "halted"),  # a third exactly is not less than a third
        ({"built_area_ha": 1.9999}, "stalled"),
        ({"due_area_ha": 1.0, "built_area_ha": 5 / 15}, "halted"),  # 5 mu of 15, kept as hectares
        ({"invested_wan": 250.0}, "halted"),
        ({"invested_wan": 249.99}, "stalled"),
        ({"invested_wan": None}, "halted"),
        ({"invested_wan": None, "built_area_ha": 1.0}, "stalled"),  # one ratio is enough
        (
            {"total_wan": 3000.0, "invested_wan": 2200.0, "includes_land": True, "price_wan": 2000.0},
            "stalled",
        ),
        ({"total_wan": 3000.0, "invested_wan": 2250.0, "includes_land": True, "price_wan": 2000.0}, "halted"),
    ],
)
def test_the_ratios_are_exact(facts: dict[str, object], state: str) -> None:
    assert stopped("2024-03-01", **facts) == state


def test_a_stop_counts_from_its_anniversary_and_resuming_ends_it() -> None:
    short = {"built_area_ha": 1.0}
    assert stopped("2024-02-29", **short) == LandState.HALTED
    assert stopped("2024-03-01", **short) == LandState.STALLED
    facts = {"started_on": date(2022, 1, 10), "due_area_ha": 6.0, "built_area_ha": 1.0}
    again = [event("stopped", "2023-03-01"), event("resumed", "2023-12-01"), event("stopped", "2024-02-01")]
    assert judged("2024-03-01", *again[:1], **facts).state == LandState.STALLED
    assert judged("2024-03-01", *again[:2], **facts).state == LandState.STARTED
    assert judged("2025-01-31", *again, **facts).state == LandState.HALTED
    assert judged("2025-02-01", *again, **facts).state == LandState.STALLED


def test_stalled_says_which_ratio_and_names_no_fee() -> None:
    answer = judged(
        "2024-03-01", started_on=date(2022, 1, 10), stopped_on=date(2023, 3, 1), due_area_ha=6.0,
        built_area_ha=1.5, total_wan=1000.0, invested_wan=300.0,
    )  # fmt: skip
    stall = answer.stall
    assert stall is not None
    assert (stall.area, stall.area_is_short) == (Fraction(1, 4), Verdict.YES)
    assert (stall.investment, stall.investment_is_short) == (Fraction(3, 10), Verdict.NO)
    assert answer.fee_wan is None
    assert answer.step == Step("investigate", Actor.BUREAU, date(2024, 3, 31), date(2024, 3, 1))


def test_ratios_not_known_are_asked_for() -> None:
    answer = judged("2024-03-01", started_on=date(2022, 1, 10), stopped_on=date(2023, 3, 1))
    assert (answer.state, reasons(answer)[-1]) == (LandState.HALTED, "ratios_unknown")
    assert answer.step == Step("complete_ratios", Actor.ZONE)


@pytest.mark.parametrize("cause", sorted(LAND.excuses))
def test_time_of_others_does_not_count_on_the_holder(cause: str) -> None:
    # 100 days from 1 January 2024: the year is full on 29 October instead of 21 July.
    delay = event("delay", "2024-01-01", "2024-04-10", cause=cause, is_verified=True)
    facts = {"deliver_on": None}
    assert judged("2024-10-28", delay, **facts).state == LandState.EXCUSED
    answer = judged("2024-10-29", delay, **facts)
    assert (answer.state, answer.excused_days, answer.idle_days) == (LandState.IDLE_1, 100, 366)
    assert (answer.one_year_on, answer.two_years_on) == (date(2024, 10, 29), date(2025, 10, 29))


@pytest.mark.parametrize("cause", ["funds", "market", "holder_other", None])
def test_time_of_the_holder_counts(cause: str | None) -> None:
    delay = event("delay", "2024-01-01", "2024-04-10", cause=cause)
    assert judged("2024-07-21", delay).state == LandState.IDLE_1


def test_a_cause_not_found_true_counts_on_the_holder() -> None:
    delay = event("delay", "2024-01-01", "2024-04-10", cause="plan_change", is_verified=False)
    answer = judged("2024-07-21", delay)
    assert (answer.state, reasons(answer)[0]) == (LandState.IDLE_1, "cause_rejected")


def test_a_cause_that_lasts_stops_the_clock() -> None:
    delay = event("delay", "2024-01-01", cause="military_relics")
    answer = judged("2030-01-01", delay)
    assert (answer.state, answer.excused_until, answer.one_year_on) == (LandState.EXCUSED, date.max, None)
    assert answer.step == Step("verify_cause", Actor.BUREAU, None, date(2024, 1, 1), delay.id)
    ended = event("resumed", "2025-01-01")
    assert judged("2025-07-20", delay, ended).state == LandState.EXCUSED
    assert judged("2025-07-22", delay, ended).state == LandState.IDLE_1


def test_a_cause_after_the_year_does_not_undo_it() -> None:
    assert judged("2024-12-01", event("delay", "2024-07-21", cause="plan_change")).state == LandState.IDLE_1
    assert judged("2024-12-01", event("delay", "2024-07-20", cause="plan_change")).state == LandState.EXCUSED


def test_a_cause_before_the_agreed_start_leaves_it_not_due() -> None:
    delay = event("delay", "2023-05-01", "2023-10-01", cause="military_relics")
    assert judged("2023-07-20", delay).state == LandState.NOT_DUE
    answer = judged("2023-07-21", delay)
    assert (answer.state, answer.one_year_on) == (
        LandState.EXCUSED,
        date(2024, 10, 1),
    )  # 72 days from the start


def test_a_rulebook_may_charge_stalled_land_too() -> None:
    facts = {"started_on": date(2022, 1, 10), "stopped_on": date(2023, 3, 1), "built_area_ha": 1.0}
    charged = judge(
        parcel(**facts), date(2024, 3, 1), replace(LAND, fee_on_stalled=True), CALENDAR
    )  # fmt: skip
    assert (charged.state, charged.fee_wan) == (LandState.STALLED, Fraction("333.6"))


def test_overlapping_causes_count_once() -> None:
    answer = judged(
        "2024-12-01",
        event("delay", "2024-01-01", "2024-03-01", cause="plan_change"),
        event("delay", "2024-02-01", "2024-04-10", cause="force_majeure"),
    )
    assert answer.excused_days == 100


def test_land_handed_over_late_moves_the_start() -> None:
    facts = {"deliver_on": date(2022, 7, 21), "delivered_on": date(2022, 10, 29)}  # 100 days late
    assert judged("2024-10-28", **facts).state == LandState.DUE_SOON
    answer = judged("2024-10-29", **facts)
    assert (answer.state, answer.start_on, answer.start_basis) == (
        LandState.IDLE_1,
        date(2023, 10, 29),
        "delivery",
    )
    # The same told as a cause with its span is not counted twice.
    told = event("delay", "2022-07-21", "2022-10-29", cause=LATE_DELIVERY)
    assert judged("2024-10-29", told, deliver_on=date(2022, 7, 21)).one_year_on == date(2024, 10, 29)
    assert judged("2024-10-29", told, **facts).one_year_on == date(2024, 10, 29)


def test_without_an_agreed_start_a_year_from_handover() -> None:
    answer = judged("2024-07-21", start_on=None, delivered_on=date(2022, 7, 21))
    assert (answer.state, answer.start_on, answer.start_basis) == (
        LandState.IDLE_1,
        date(2023, 7, 21),
        "handover",
    )
    assert "idle_land.handover_months" in answer.entries
    unclear = judged("2024-07-21", start_on=None, deliver_on=date(2022, 7, 21))
    assert (unclear.state, reasons(unclear)) == (LandState.UNCLEAR, ["no_start_date_but_delivery"])
    assert judged("2024-07-21", start_on=None).state == LandState.UNCLEAR


def test_an_extension_fixes_the_start_anew_and_lasts_a_year_at_most() -> None:
    agreed = event("extension", "2024-09-01", "2025-09-01")
    answer = judged("2026-08-31", agreed)
    assert (answer.state, answer.start_on) == (LandState.DUE_SOON, date(2025, 9, 1))
    assert judged("2026-09-01", agreed).state == LandState.IDLE_1
    too_long = judged("2026-09-01", event("extension", "2024-09-01", "2025-12-31"))
    assert (too_long.state, too_long.start_on) == (LandState.IDLE_1, date(2025, 9, 1))
    assert reasons(too_long)[:2] == ["extended", "extension_too_long"]
    # Agreed before the start was due, it runs from that start.
    early = judged("2024-09-01", event("extension", "2023-05-01", "2024-07-21"))
    assert (early.start_on, early.state) == (date(2024, 7, 21), LandState.LATE)


def test_temporary_use_lasts_two_years_at_most() -> None:
    use = event("temporary_use", "2024-03-01", "2027-03-01")
    answer = judged("2026-02-28", use)
    assert (answer.state, answer.excused_until) == (LandState.EXCUSED, date(2026, 3, 1))
    assert answer.step == Step("end_temporary_use", Actor.GOVERNMENT, date(2026, 3, 1), date(2024, 3, 1))
    assert "temporary_too_long" in reasons(answer)
    after = judged("2026-03-01", use)
    assert (after.state, after.one_year_on) == (LandState.EXCUSED, date(2026, 7, 21))


@pytest.mark.parametrize("kind", ["handed_back", "paid_recovery", "swap", "replanned"])
def test_what_was_disposed_of_is_over(kind: str) -> None:
    assert judged("2026-01-01", event(kind, "2025-12-01")).state == LandState.DISPOSED


def test_a_building_is_never_idle_land() -> None:
    answer = judged("2026-01-01", building="L1")
    assert (answer.state, answer.step, answer.fee_wan) == (LandState.NOT_APPLICABLE, None, None)
    built = judged("2026-01-01", completed_on=date(2013, 6, 1))
    assert (built.state, built.step, built.fee_wan) == (LandState.BUILT, None, None)
