import pytest

from tests.web.office import a_place, a_project, a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.audit.chain import verify
from yinfeng.web.ledgers.actions import Conflict, Write, write
from yinfeng.web.ledgers.registry import find
from yinfeng.web.matching.actions import accept_row, move_deal, undo_acceptance
from yinfeng.web.matching.models import Deal
from yinfeng.web.projects.models import Pin
from yinfeng.web.runs.models import PlanRow, Run
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db
State = Deal.State


@pytest.fixture
def boss():
    a_zone("Z1")
    boss = a_user("committee", "Z1")
    a_project(boss, "P1")
    return boss


def a_row(by, *place_ids, area_m2=1000.0):
    run = Run.objects.create(rulebook="shanxi", as_of="2024-02-29", by=by, status="OPTIMAL")
    return PlanRow.objects.create(
        run=run, project_id="P1", outcome="placed", zone_id="Z1", place_ids=list(place_ids), area_m2=area_m2
    )


def test_an_accepted_place_of_the_zone_is_reserved_and_pinned(boss):
    a_place(boss, "L1", area_m2=1000.0, owner_kind="committee", status="vacant")
    row = a_row(boss, "L1")
    accept_row(row, by=boss, reason="主任办公会")
    place, pin = find("places", "L1"), Pin.objects.get()
    assert (place.status, place.reserved_for) == ("reserved", "P1")
    assert (pin.project_id, pin.place_id, pin.action, pin.reason) == ("P1", ["L1"], "pin", "主任办公会")
    assert Deal.objects.count() == 0
    assert Run.objects.get().closed_at is not None


def test_a_share_is_held_by_the_pin_and_the_rest_stays_on_offer(boss):
    a_place(boss, "L1", area_m2=5000.0, divisible=True, smallest_share_m2=500.0, status="vacant")
    accept_row(a_row(boss, "L1", area_m2=1000.0), by=boss)
    assert find("places", "L1").status == "vacant"
    assert Pin.objects.get().place_id == ["L1"]


def test_a_firms_place_is_never_reserved_a_deal_is_opened(boss):
    a_place(boss, "L1", area_m2=1000.0, owner_kind="firm", owner="F1", status="vacant")
    accept_row(a_row(boss, "L1"), by=boss)
    place, deal = find("places", "L1"), Deal.objects.get()
    assert (place.status, place.reserved_for, place.version) == ("vacant", "", 1)
    assert (deal.place_id, deal.project_id, deal.state) == ("L1", "P1", "to_ask")
    assert Pin.objects.count() == 0


def test_a_row_is_accepted_once(boss):
    a_place(boss, "L1", area_m2=1000.0)
    row = a_row(boss, "L1")
    accept_row(row, by=boss)
    with pytest.raises(InputError) as error:
        accept_row(row, by=boss)
    assert [fault.code for fault in error.value.faults] == ["accepted-already"]


def test_a_place_that_was_given_to_another_meanwhile_is_refused(boss):
    a_place(boss, "L1", area_m2=1000.0)
    a_project(boss, "P2")
    row = a_row(boss, "L1")
    write("places", [Write("change", "L1", {"status": "reserved", "reserved_for": "P2"})], by=boss)
    with pytest.raises(InputError) as error:
        accept_row(row, by=boss)
    assert [fault.code for fault in error.value.faults] == ["place-taken"]
    assert Pin.objects.count() == 0


def test_the_company_cannot_accept(boss):
    company = a_user("company", "Z1")
    a_place(boss, "L1", area_m2=1000.0)
    row = a_row(boss, "L1")
    with pytest.raises(Refused):
        accept_row(row, by=company)


def test_taking_it_back_frees_the_place_and_removes_the_pin(boss):
    a_place(boss, "L1", area_m2=1000.0, status="partly_let")
    a_place(boss, "L2", area_m2=1000.0, owner_kind="firm")
    row = a_row(boss, "L1", "L2")
    acceptance = accept_row(row, by=boss)
    undo_acceptance(acceptance, by=boss, reason="投资方退出")
    place = find("places", "L1")
    assert (place.status, place.reserved_for) == ("partly_let", "")
    assert (Pin.objects.count(), Deal.objects.get().state) == (0, "withdrawn")
    assert Run.objects.get().closed_at is None
    accept_row(row, by=boss)
    assert verify().faults == ()


def a_pin(by, **changes):
    row = {"project_id": "P1", "place_id": ["L1"], "action": "pin", "reason": "早已议定"} | changes
    write("pins", [Write("add", "", row)], by=by)
    return Pin.objects.get()


def test_a_pin_that_stood_before_outlives_the_acceptance(boss):
    a_place(boss, "L1", area_m2=1000.0, status="vacant")
    before = a_pin(boss)
    undo_acceptance(accept_row(a_row(boss, "L1"), by=boss), by=boss, reason="投资方退出")
    pin = Pin.objects.get()
    assert (pin.pk, pin.version, pin.reason) == (before.pk, before.version, "早已议定")
    assert (find("places", "L1").status, find("places", "L1").reserved_for) == ("vacant", "")


@pytest.mark.parametrize("how", ["entered anew", "made a bar"])
def test_a_pin_decided_anew_since_is_left(boss, how):
    a_place(boss, "L1", area_m2=1000.0, status="vacant")
    acceptance = accept_row(a_row(boss, "L1"), by=boss)
    key = Pin.objects.get().pin_key
    if how == "made a bar":
        write("pins", [Write("change", key, {"action": "bar"})], by=boss)
    else:
        write("pins", [Write("delete", key, {})], by=boss)
        a_pin(boss)
    undo_acceptance(acceptance, by=boss, reason="投资方退出")
    assert Pin.objects.get().action == ("bar" if how == "made a bar" else "pin")


def test_what_was_in_use_since_cannot_be_taken_back(boss):
    a_place(boss, "L1", area_m2=1000.0, status="vacant")
    acceptance = accept_row(a_row(boss, "L1"), by=boss)
    write("places", [Write("change", "L1", {"status": "in_use"})], by=boss)
    with pytest.raises(InputError) as error:
        undo_acceptance(acceptance, by=boss, reason="x")
    assert [fault.code for fault in error.value.faults] == ["changed-since"]
    assert Pin.objects.count() == 1


def test_a_deal_goes_step_by_step_and_signing_places_the_project(boss):
    a_place(boss, "L1", area_m2=1000.0, owner_kind="firm", status="vacant")
    accept_row(a_row(boss, "L1"), by=boss)
    deal = Deal.objects.get()
    with pytest.raises(InputError):
        move_deal(deal, State.SIGNED, by=boss)
    move_deal(deal, State.ASKED, by=boss, reason="电话")
    move_deal(deal, State.TERMS, by=boss, terms="月租 8 元/㎡，三年")
    move_deal(deal, State.SIGNED, by=boss)
    assert (find("places", "L1").status, find("projects", "P1").stage) == ("in_use", "placed")
    assert find("projects", "P1").current_place == ["L1"]
    assert Deal.objects.get().terms == "月租 8 元/㎡，三年"


def test_signing_is_the_committees_and_an_older_page_is_told(boss):
    company = a_user("company", "Z1")
    a_place(boss, "L1", area_m2=1000.0, owner_kind="firm")
    accept_row(a_row(boss, "L1"), by=boss)
    deal, older = Deal.objects.get(), Deal.objects.get()
    move_deal(deal, State.ASKED, by=company)
    with pytest.raises(Refused):
        move_deal(deal, State.SIGNED, by=company)
    with pytest.raises(Conflict):
        move_deal(older, State.ASKED, by=company)


def test_a_refusal_is_noted_on_the_place(boss):
    a_place(boss, "L1", area_m2=1000.0, owner_kind="firm")
    accept_row(a_row(boss, "L1"), by=boss)
    deal = Deal.objects.get()
    move_deal(deal, State.ASKED, by=boss)
    move_deal(deal, State.REFUSED, by=boss, reason="自用")
    assert find("places", "L1").owner_consent == "refused"
