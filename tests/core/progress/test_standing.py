from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.core.progress.rules import national
from yinfeng.core.period import Period, year_to
from yinfeng.core.progress.lights import lights_of, worst
from yinfeng.core.progress.problem import Event, Phase, Problem, Project
from yinfeng.core.progress.scope import scope_of
from yinfeng.core.progress.solve import figures
from yinfeng.core.progress.stages import PHASE_STATES, STAGES
from yinfeng.core.progress.standing import standing
from yinfeng.core.states import StateTable, flaws

HALF: Period = year_to(date(2024, 6, 30))
PROJECT = Project(row="year_plan:P", project="P", list_kind="new")


@pytest.mark.parametrize("table", [STAGES, PHASE_STATES])
def test_tables_of_states_hold_together(table: StateTable) -> None:
    assert list(flaws(table)) == []


def test_an_event_without_evidence_is_claimed_and_not_counted_where_the_rulebook_is_strict() -> None:
    strict = national(strict=frozenset({"started"}))
    bare = Event(row="milestones:2", project="P", event="started", on=date(2024, 3, 1))
    shown = replace(bare, evidence=frozenset({"site_photo"}))
    for event, counts in ((bare, False), (shown, True)):
        found = standing(PROJECT, (event,), (), strict, HALF)
        assert (found.has("started"), found.claims("started")) == (counts, not counts)
        assert found.stage == ("started" if counts else "")
    scope = scope_of(Problem(projects=(PROJECT,), events=(bare,)), strict, HALF)
    rate = figures(scope)[0]
    assert (rate.code, rate.value) == ("start-rate", 0)
    assert rate.notes[0].zh == "另有 1 个报称已开工、没有规则库认可的佐证，未计入"


def test_a_set_of_evidence_must_be_whole() -> None:
    rules = national(evidence={"completed": (frozenset({"acceptance", "site_photo"}),)})
    one = Event(row="m:1", project="P", event="completed", evidence=frozenset({"acceptance"}))
    both = replace(one, evidence=frozenset({"acceptance", "site_photo", "invoice"}))
    assert standing(PROJECT, (one,), (), rules, HALF).lacks_evidence("completed")
    assert not standing(PROJECT, (both,), (), rules, HALF).lacks_evidence("completed")


def test_a_later_stage_implies_those_before_but_no_resumption() -> None:
    project = replace(PROJECT, dates={"in_production": date(2024, 5, 1)})
    found = standing(project, (), (), national(), HALF)
    assert found.stage == "in_production"
    assert found.has("started")
    assert not found.lacks_evidence("started")
    assert found.on("started") is None


def test_a_continuing_project_brought_into_production_was_resumed() -> None:
    project = replace(PROJECT, list_kind="continuing", dates={"in_production": date(2024, 5, 1)})
    assert standing(project, (), (), national(), HALF).has("resumed")
    earlier = replace(project, dates={"in_production": date(2023, 5, 1)})
    assert not standing(earlier, (), (), national(), HALF).has("resumed")


def test_silence_about_resumptions_is_no_figure() -> None:
    old = replace(PROJECT, list_kind="continuing")
    told = replace(old, project="Q", row="year_plan:Q", said={"resumed": False})
    for projects, codes in (((old,), []), ((old, told), ["resumption-rate"])):
        scope = scope_of(Problem(projects=projects), national(), HALF)
        assert [f.code for f in figures(scope) if f.kind == "share"] == codes


def test_dropped_with_its_reason_and_taken_up_again() -> None:
    dropped = Event(row="m:1", project="P", event="dropped", on=date(2024, 2, 1), note="投资方退出")
    found = standing(PROJECT, (dropped,), (), national(), HALF)
    assert (found.stage, found.dropped_reason) == ("dropped", "投资方退出")
    again = Event(row="m:2", project="P", event="talks", on=date(2024, 4, 1))
    assert standing(PROJECT, (dropped, again), (), national(), HALF).stage == "talks"


def test_phases_make_production_when_all_or_when_any_produce() -> None:
    phases = (
        Phase(row="phases:2", project="P", phase="一期", state="producing", state_on=date(2024, 1, 5)),
        Phase(row="phases:3", project="P", phase="二期", state="equipment"),
    )
    assert standing(PROJECT, (), phases, national(), HALF).stage == "started"
    assert standing(PROJECT, (), phases, national(phases="any"), HALF).stage == "in_production"
    assert standing(PROJECT, (), phases[:1], national(), HALF).stage == "in_production"


def test_sanya_lights_by_the_zones_own_plan_to_date() -> None:
    rules = national(lights=replace(national().lights, rule="sanya"))
    for done, color in ((5, "green"), (4, "yellow"), ("2.5", "yellow"), (2, "red")):
        project = replace(PROJECT, planned=Fraction(20), planned_to_date=Fraction(5), done=Fraction(done))
        scope = scope_of(Problem(projects=(project,)), rules, HALF)
        lights = lights_of(scope, scope.standings[0])
        assert (worst(lights), [light.entry for light in lights]) == (color, ["progress.lights.sanya"])


def test_a_dropped_project_has_no_lamp() -> None:
    project = replace(PROJECT, stage="dropped", start_planned_on=date(2024, 1, 1))
    scope = scope_of(Problem(projects=(project,)), national(), HALF)
    assert lights_of(scope, scope.standings[0]) == ()
    assert worst(()) is None
