"""Buildings by the local list, never by Order 53."""

from dataclasses import replace
from datetime import date

import pytest

from tests.core.idleness.parcels import CALENDAR, EFFICIENCY, LAND, PARCEL, event
from yinfeng.core.idleness.problem import Event, Parcel, Place, Problem
from yinfeng.core.idleness.result import Answer, LandState, PlaceState, Verdict
from yinfeng.core.idleness.solve import solve

PLANT = Place(id="L1", kind="building", status="vacant", owner_kind="firm", idle_since=date(2013, 12, 1))


def looked_at(place: Place, on: date = date(2024, 2, 29)) -> Answer:
    (answer,) = solve(
        Problem(on=on, land=LAND, efficiency=EFFICIENCY, calendar=CALENDAR, places=(place,))
    ).places
    return answer


def parcel_at(parcel: Parcel, on: str) -> Answer:
    problem = Problem(
        on=date.fromisoformat(on), land=LAND, efficiency=EFFICIENCY, calendar=CALENDAR, parcels=(parcel,)
    )
    return solve(problem).parcels[0]


def met(answer: Answer) -> list[str]:
    return [test.code for test in answer.efficiency.met]


def test_the_plant_of_shuozhou() -> None:
    answer = looked_at(PLANT)
    assert answer.land.state == LandState.NOT_APPLICABLE
    assert (answer.land.step, answer.land.fee_wan) == (None, None)
    assert answer.efficiency.state == PlaceState.LOW_EFFICIENCY
    assert [(test.code, test.since) for test in answer.efficiency.met] == [("halted", date(2014, 12, 1))]


@pytest.mark.parametrize(
    ("on", "verdict"), [("2014-11-30", Verdict.NO), ("2014-12-01", Verdict.YES), ("2014-12-02", Verdict.YES)]
)
def test_halted_for_a_year(on: str, verdict: Verdict) -> None:
    tests = {t.code: t.verdict for t in looked_at(PLANT, date.fromisoformat(on)).efficiency.tests}
    assert tests["halted"] == verdict


@pytest.mark.parametrize(
    ("status", "idle_since", "state"),
    [
        ("partly_let", date(2013, 12, 1), "low_efficiency"),  # half stopped
        ("in_use", None, "in_use"),
        ("vacant", None, "unknown"),
        (None, None, "unknown"),
        ("vacant", date(2024, 1, 1), "none_met"),
    ],
)
def test_what_its_status_says(status: str | None, idle_since: date | None, state: str) -> None:
    assert looked_at(replace(PLANT, status=status, idle_since=idle_since)).efficiency.state == state


def test_a_halt_on_record_and_its_end() -> None:
    running = replace(PLANT, status=None, idle_since=None)
    halt = event("halted", "2022-05-01")
    assert met(looked_at(replace(running, events=(halt,)))) == ["halted"]
    assert met(looked_at(replace(running, events=(halt, event("resumed", "2023-01-01"))))) == []


@pytest.mark.parametrize("kind", ["prohibited", "unsafe", "plan_needs", "extensive_use"])
def test_official_findings(kind: str) -> None:
    used = replace(PLANT, status="in_use", idle_since=None)
    found: tuple[Event, ...] = (event(kind, "2023-03-01"),)
    assert met(looked_at(replace(used, events=found))) == [kind]
    assert met(looked_at(replace(used, events=(*found, event("lapsed", "2023-09-01"))))) == []
    assert met(looked_at(replace(used, events=found), date(2023, 2, 28))) == []


BUILT = replace(
    PARCEL, started_on=date(2019, 3, 1), completed_on=date(2021, 6, 1), total_wan=1000.0, invested_wan=900.0
)


@pytest.mark.parametrize(
    ("facts", "on", "tests"),
    [
        ({"invested_wan": 500.0}, "2023-06-01", ["output"]),  # short by half exactly
        ({"invested_wan": 500.1}, "2023-06-01", []),
        ({"invested_wan": 500.0}, "2023-05-31", []),  # not yet two years built
        ({"output_wan_mu": 99.9, "output_floor_wan_mu": 200.0}, "2023-06-01", ["output"]),
        ({"output_wan_mu": 100.0, "output_floor_wan_mu": 200.0}, "2023-06-01", []),
    ],
)
def test_two_years_built_and_yielding_little(facts: dict[str, float], on: str, tests: list[str]) -> None:
    answer = parcel_at(replace(BUILT, **facts), on)
    assert (answer.land.state, answer.land.step, met(answer)) == (LandState.BUILT, None, tests)


def test_more_than_two_years_past_the_agreed_completion() -> None:
    slow = replace(PARCEL, started_on=date(2023, 8, 1), complete_on=date(2024, 1, 21))
    assert met(parcel_at(slow, "2026-01-21")) == []
    assert met(parcel_at(slow, "2026-01-22")) == ["overdue"]
    assert parcel_at(slow, "2026-01-22").land.state == LandState.STARTED
    excused = replace(slow, events=(event("delay", "2024-03-01", "2024-06-01", cause="plan_change"),))
    assert met(parcel_at(excused, "2026-01-22")) == []


def test_land_not_started_is_order_53s_alone() -> None:
    assert parcel_at(PARCEL, "2026-01-01").efficiency.state == PlaceState.NOT_LOOKED_AT


def test_lines_and_land_are_not_buildings() -> None:
    line = looked_at(replace(PLANT, kind="line"))
    assert (line.land.state, line.efficiency.state) == (LandState.NOT_APPLICABLE, PlaceState.NOT_LOOKED_AT)
    of_a_firm = looked_at(replace(PLANT, kind="land"))
    assert of_a_firm.land.state == LandState.UNCLEAR
    assert of_a_firm.land.step is not None
    assert of_a_firm.land.step.code == "bring_contract"
    of_the_zone = looked_at(replace(PLANT, kind="land", owner_kind="committee"))
    assert (of_the_zone.land.state, of_the_zone.land.step) == (LandState.NOT_APPLICABLE, None)
