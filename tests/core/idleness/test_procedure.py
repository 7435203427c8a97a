"""The next legal step at every stage of Order 53, with its last day and who must act."""

from datetime import date

import pytest

from tests.core.idleness.parcels import LAND, event, judged, parcel
from yinfeng.core.idleness.course import follow
from yinfeng.core.idleness.problem import Event
from yinfeng.core.idleness.procedure import gaps
from yinfeng.core.idleness.result import LandState

NOTICE = event("investigation", "2024-08-10")
REPLY = event("reply", "2024-09-01")
FOUND = event("determination", "2024-10-08")
SHOWN = event("publication", "2024-10-10")
OFFER = event("hearing_notice", "2024-11-01")
FEE = event("fee_decision", "2024-12-02")
PAID = event("fee_paid", "2024-12-20")

CHAIN = [
    # what has happened, date, next step, last day, who
    ([], "2024-07-21", "investigate", "2024-08-20", "bureau"),
    ([event("suspected", "2024-08-01")], "2024-08-01", "investigate", "2024-08-31", "bureau"),
    ([NOTICE], "2024-09-09", "reply", "2024-09-09", "holder"),
    ([NOTICE], "2024-09-10", "determine", None, "bureau"),
    ([NOTICE, REPLY], "2024-09-02", "determine", None, "bureau"),
    ([NOTICE, REPLY, FOUND], "2024-10-08", "publish", None, "bureau"),
    ([NOTICE, REPLY, FOUND, SHOWN], "2024-10-20", "hearing_notice", None, "bureau"),
    # Friday 1 November 2024; five working days end on Friday the 8th.
    ([NOTICE, REPLY, FOUND, SHOWN, OFFER], "2024-11-08", "hearing_request", "2024-11-08", "holder"),
    ([NOTICE, REPLY, FOUND, SHOWN, OFFER], "2024-11-09", "fee", None, "bureau"),
    (
        [NOTICE, REPLY, FOUND, SHOWN, OFFER, event("hearing_request", "2024-11-05")],
        "2024-11-20",
        "hearing",
        "2024-12-03",
        "bureau",
    ),
    ([NOTICE, REPLY, FOUND, SHOWN, OFFER, FEE], "2025-01-01", "pay", "2025-01-01", "holder"),
    ([NOTICE, REPLY, FOUND, SHOWN, OFFER, FEE], "2025-01-02", "enforce", None, "bureau"),
    (
        [NOTICE, REPLY, FOUND, SHOWN, OFFER, FEE, PAID],
        "2025-03-01",
        "start_before_recovery",
        "2025-07-20",
        "holder",
    ),
    # Two years: recovery has its own right to a hearing.
    ([NOTICE, REPLY, FOUND, SHOWN, OFFER, FEE, PAID], "2025-07-21", "hearing_notice", None, "bureau"),
    (
        [NOTICE, REPLY, FOUND, SHOWN, OFFER, FEE, PAID, event("hearing_notice", "2025-08-01")],
        "2025-08-11",
        "recover",
        None,
        "government",
    ),
    (
        [NOTICE, FOUND, SHOWN, event("recovery_decision", "2025-09-01")],
        "2025-09-10",
        "hand_back",
        "2025-10-01",
        "holder",
    ),
    (
        [NOTICE, FOUND, SHOWN, event("recovery_decision", "2025-09-01")],
        "2025-10-02",
        "enforce",
        None,
        "bureau",
    ),
]


@pytest.mark.parametrize(("events", "on", "code", "due_on", "actor"), CHAIN)
def test_the_next_step(events: list[Event], on: str, code: str, due_on: str | None, actor: str) -> None:
    step = judged(on, *events).step
    assert step is not None
    expected = None if due_on is None else date.fromisoformat(due_on)
    assert (step.code, step.due_on, step.actor) == (code, expected, actor)


def test_a_start_ends_the_procedure_but_not_the_publication() -> None:
    started = [event("permit", "2024-10-20"), event("third_done", "2024-10-25")]
    answer = judged("2024-11-01", NOTICE, REPLY, FOUND, SHOWN, *started, foundation="other")
    assert answer.state == LandState.STARTED
    assert answer.step is not None
    assert answer.step.code == "withdraw"
    over = judged("2024-11-03", FOUND, SHOWN, *started, event("withdrawal", "2024-11-02"), foundation="other")
    assert over.step is None


def test_after_an_agreement_the_procedure_begins_anew() -> None:
    agreed = event("extension", "2024-11-15", "2025-03-01")
    step = judged("2026-03-01", NOTICE, REPLY, FOUND, SHOWN, agreed).step
    assert step is not None
    assert (step.code, step.since) == ("investigate", date(2026, 3, 1))


def test_a_case_closed_is_watched() -> None:
    step = judged("2024-11-01", NOTICE, REPLY, event("cleared", "2024-10-01")).step
    assert step is not None
    assert (step.code, step.due_on) == ("watch", None)


def test_a_stalled_parcel_found_idle_has_no_fee_by_itself() -> None:
    facts = {"started_on": date(2022, 1, 10), "stopped_on": date(2023, 3, 1), "due_area_ha": 6.0}
    events = [NOTICE, REPLY, FOUND, SHOWN]
    step = judged("2024-11-01", *events, built_area_ha=1.0, **facts).step
    assert step is not None
    assert step.code == "decide_disposal"


def test_steps_left_out_before_a_decision_are_named() -> None:
    course = follow(parcel(NOTICE, FOUND, FEE), date(2025, 1, 1), LAND)
    assert [(before, decision.kind) for before, decision in gaps(course)] == [
        ("publication", "fee_decision"),
        ("hearing_notice", "fee_decision"),
    ]


@pytest.mark.parametrize(
    ("on", "code", "due_on"),
    [
        ("2023-07-01", "start", "2023-07-21"),
        ("2023-08-01", "start_before_idle", "2024-07-20"),
        ("2024-07-20", "start_before_idle", "2024-07-20"),
    ],
)
def test_before_the_year_is_full_the_holder_must_start(on: str, code: str, due_on: str) -> None:
    step = judged(on).step
    assert step is not None
    assert (step.code, step.due_on) == (code, date.fromisoformat(due_on))


def test_an_excuse_found_true_is_negotiated_once_a_year_has_passed() -> None:
    delay = event("delay", "2024-01-01", cause="plan_change", is_verified=True)
    before, after = judged("2024-07-20", delay).step, judged("2024-07-21", delay).step
    assert before is None
    assert after is not None
    assert after.code == "negotiate"
    assert judged("2024-08-21", delay, event("disposal_plan", "2024-08-20")).step is None
