"""A place that moves to another zone: what is under way holds it, what is over goes along."""

import json
from datetime import date

import pytest

from tests.web.imports.bringing import committed, compared, outcomes, undone, worked
from tests.web.office import a_place, a_project, a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.audit.chain import verify
from yinfeng.web.audit.queries import history
from yinfeng.web.desk import bulk
from yinfeng.web.imports import actions as imports
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.history import steps
from yinfeng.web.ledgers.registry import find
from yinfeng.web.ledgers.restoring import restore_columns
from yinfeng.web.matching.models import Deal
from yinfeng.web.places.models import Place
from yinfeng.web.takers.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings, tmp_path):
    settings.SITE = tmp_path


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    boss = a_user("committee")
    a_place(boss, "L1")
    a_project(boss, "P1")
    return boss


def a_deal(state):
    return Deal.objects.create(place_id="L1", project_id="P1", zone_id="Z1", state=state)


def a_visit(state, **values):
    return Visit.objects.create(
        place_id="L1", zone_id="Z1", who="project", who_key="P1", state=state, **values
    )


def reserved(by):
    write("places", [Write("change", "L1", {"status": "reserved", "reserved_for": "P1"})], by=by)


def pinned(by):
    write("pins", [Write("add", "", {"project_id": "P1", "place_id": ["L9", "L1"], "action": "bar"})], by=by)


UNDER_WAY = {
    "reserved": reserved,
    "Pins: 1": pinned,
    "Brokered deals: 1": lambda by: a_deal("terms"),
    "Visits: 1": lambda by: a_visit("planned"),
}


def moved_by_a_write(by):
    with pytest.raises(InputError) as error:
        write("places", [Write("change", "L1", {"zone_id": "Z2"})], by=by)
    (fault,) = error.value.faults
    assert (fault.code, fault.column, fault.found) == ("place-under-way", "zone_id", "L1")
    return fault.expected.en


def moved_in_bulk(by):
    plan = bulk.plan("places", Place.objects.filter(place_id="L1"), "zone_id", "Z2", by=by)
    assert plan.changes == ()
    return plan.refused[0][1].en


def moved_by_a_file(by):
    line = compared(by, ["L1", "L1厂房", "Z2", "厂房", None, None]).lines.get()
    assert line.outcome == "refused"
    return line.told["reasons"][0][1]


@pytest.mark.parametrize("move", [moved_by_a_write, moved_in_bulk, moved_by_a_file])
@pytest.mark.parametrize("what", list(UNDER_WAY))
def test_a_place_stays_in_its_zone_while_something_is_under_way_about_it(boss, what, move):
    a_place(boss, "L9")
    UNDER_WAY[what](boss)
    assert what in move(boss)
    assert find("places", "L1").zone_id == "Z1"


def test_all_that_is_under_way_is_said_at_once(boss):
    a_place(boss, "L9")
    for begin in UNDER_WAY.values():
        begin(boss)
    assert all(what in moved_by_a_write(boss) for what in UNDER_WAY)


def test_what_is_over_goes_along_and_the_trail_tells_of_it(boss):
    deal = a_deal("withdrawn")
    visit = a_visit("done", outcome="thinking", visited_on=date(2026, 1, 10))
    write("places", [Write("change", "L1", {"zone_id": "Z2"})], by=boss, reason="区划调整", batch="b1")
    for one, kind in ((Deal.objects.get(), "deals"), (Visit.objects.get(), "visits")):
        assert (one.zone_id, one.version) == ("Z2", 2)
        entry = history(kind, str(one.pk)).get()
        assert (entry.action, entry.zone_id, entry.reason, entry.batch) == ("change", "Z2", "区划调整", "b1")
        assert (json.loads(entry.before), json.loads(entry.after)) == ({"zone_id": "Z1"}, {"zone_id": "Z2"})
    assert (deal.pk, visit.pk) == (Deal.objects.get().pk, Visit.objects.get().pk)
    assert verify().faults == ()


def test_a_reservation_that_ends_in_the_same_step_does_not_hold_it(boss):
    reserved(boss)
    freed = {"status": "vacant", "reserved_for": None, "zone_id": "Z2"}
    write("places", [Write("change", "L1", freed)], by=boss)
    assert find("places", "L1").zone_id == "Z2"


def test_a_restore_and_an_undo_move_it_back_by_the_same_rule(boss):
    batch = committed(compared(boss, ["L1", "L1厂房", "Z2", "厂房", None, None]))
    visit = Visit.objects.create(place_id="L1", zone_id="Z2", who="project", who_key="P1")
    place = find("places", "L1")
    before = steps("places", "L1", place)[0].before
    with pytest.raises(InputError) as error:
        restore_columns("places", "L1", before, ["zone_id"], version=place.version, by=boss, reason="移错了")
    assert [fault.code for fault in error.value.faults] == ["place-under-way"]
    undo = worked(imports.ask_undo(batch, by=boss))
    assert outcomes(undo) == {"L1": "refused"}
    Visit.objects.filter(pk=visit.pk).update(state="dropped")
    assert undone(batch).state == "done"
    assert (find("places", "L1").zone_id, Visit.objects.get().zone_id) == ("Z1", "Z1")


def test_what_began_after_the_dry_run_is_shown_anew(boss):
    batch = compared(boss, ["L1", "L1厂房", "Z2", "厂房", None, None])
    a_visit("planned")
    batch = committed(batch)
    assert (batch.state, outcomes(batch)) == ("checked", {"L1": "refused"})
