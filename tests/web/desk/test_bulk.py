import datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from tests.web.office import a_place, a_user, a_zone
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import changes, of_batch
from yinfeng.web.desk import bulk, list_state
from yinfeng.web.desk.asked import ask
from yinfeng.web.ledgers.actions import Conflict, Write, write
from yinfeng.web.ledgers.registry import find
from yinfeng.web.places.models import Place
from yinfeng.web.zones.models import Membership
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db
MODEL = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    user = a_user("committee")
    for place, zone in (("L1", "Z1"), ("L2", "Z1"), ("L3", "Z2")):
        a_place(user, place, zone, area_m2=1000.0)
    return user


def planned(user, column, text, address="", keys=(), ledger="places"):
    asked = ask(user, list_state.read(ledger, QueryDict(address)))
    return bulk.plan(ledger, bulk.chosen(asked, keys), column, text, by=user)


def codes(plan):
    return [fault.code for fault in plan.faults]


def changed(plan):
    return [change.record.place_id for change in plan.changes]


def test_a_value_is_read_as_a_cell_of_a_file_is_and_written_as_one_batch(boss):
    plan = planned(boss, "area_m2", "不超过30亩", keys=["L1", "L3"])
    assert (changed(plan), plan.unchanged, plan.faults) == (["L1", "L3"], 0, ())
    rows, batch = bulk.apply("places", plan, by=boss, reason="核实")
    assert rows == 2
    place = find("places", "L1")
    assert place.area_m2 == pytest.approx(20000.0)
    assert place.said == {"area_m2.strength": "<=", "area_m2.raw": "不超过30亩"}
    entries = list(of_batch(batch))
    assert [(entry.action, entry.key, entry.reason) for entry in entries] == [
        ("bulk", "L1", "核实"),
        ("bulk", "L3", "核实"),
    ]
    assert changes(entries[0])["area_m2"] == (1000.0, pytest.approx(20000.0))


def test_all_that_match_are_chosen_where_none_is_named(boss):
    assert changed(planned(boss, "status", "闲置", address="zone_id=Z1")) == ["L1", "L2"]


def test_rows_that_hold_the_value_already_are_counted_and_left(boss):
    write("places", [Write("change", "L1", {"status": "vacant"})], by=boss)
    plan = planned(boss, "status", "闲置")
    assert (changed(plan), plan.unchanged) == (["L2", "L3"], 1)
    assert changed(planned(boss, "status", "")) == ["L1"]


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("area_m2", "很大", "not-a-quantity"),
        ("area_m2", "99平方公里", "out-of-range"),
        ("status", "忙", "unknown-word"),
        ("verified_on", "1900-01-01", "placeholder-date"),
        ("kind", "", "missing"),
        ("zone_id", "Z9", "unknown-id"),
        ("part_of", "L9", "unknown-id"),
        ("is_released", "", "missing"),
        ("keeper_id", "nobody", "unknown-user"),
    ],
)
def test_faults_are_those_of_a_file(boss, column, text, code):
    plan = planned(boss, column, text)
    assert codes(plan) == [code]
    assert plan.faults[0].label == plan.column.label


def test_rows_one_may_not_change_are_named_and_the_others_change(boss):
    both = a_user("company", "Z1", username="both")
    Membership.objects.create(user=both, role="auditor", zone_id="Z2")
    plan = planned(both, "status", "闲置")
    assert changed(plan) == ["L1", "L2"]
    assert [record.place_id for record, _ in plan.refused] == ["L3"]
    assert bulk.apply("places", plan, by=both, reason="核实")[0] == 2


def test_releasing_wants_its_own_right_and_moving_a_right_in_both_zones(boss):
    member = a_user("company", "Z1")
    plan = planned(member, "is_released", "是")
    assert changed(plan) == []
    assert [why.en for _, why in plan.refused] == ["you may not release places of this zone"] * 2
    assert changed(planned(boss, "is_released", "是")) == ["L1", "L2", "L3"]
    assert codes(planned(member, "zone_id", "Z2")) == ["no-right"]


def test_keeper_and_recheck_date_are_set_for_many(boss):
    a_user("company", "Z1", username="li")
    bulk.apply("places", planned(boss, "keeper_id", "li"), by=boss, reason="分工")
    soon = timezone.localdate() + datetime.timedelta(30)
    bulk.apply("places", planned(boss, "recheck_on", soon.isoformat()), by=boss, reason="分工")
    held = set(Place.objects.values_list("keeper_id", "recheck_on"))
    assert held == {("li", soon)}
    bulk.apply("places", planned(boss, "keeper_id", "", keys=["L1"]), by=boss, reason="离岗")
    assert find("places", "L1").keeper_id is None


def test_a_recheck_date_is_set_no_further_ahead_than_what_was_seen_holds(boss):
    today = timezone.localdate()
    a_site_visit = {"verified_on": today - datetime.timedelta(40)}
    write("places", [Write("change", "L2", a_site_visit)], by=boss)
    until = today + datetime.timedelta(60)
    plan = planned(boss, "recheck_on", until.isoformat())
    assert (changed(plan), [(record.place_id, why.en) for record, why in plan.refused]) == (
        ["L1", "L3"],
        [
            (
                "L2",
                f"re-check date {until}: expected {today + datetime.timedelta(50)} or an earlier day "
                f"(L2 was verified on {a_site_visit['verified_on']}; "
                "the rulebook's verified.recheck_days is 90)",
            )
        ],
    )
    assert bulk.apply("places", plan, by=boss, reason="分工")[0] == 2


def test_who_only_corrects_values_says_of_none_who_keeps_them(boss):
    department = a_user("department", "Z1", username="dep")
    plan = planned(department, "keeper_id", "dep")
    assert (changed(plan), [record.place_id for record, _ in plan.refused]) == ([], ["L1", "L2"])
    assert {why.en for _, why in plan.refused} == {"you may not say who keeps records of this zone"}
    with pytest.raises(Refused) as refused:
        write("places", [Write("change", "L1", {"keeper_id": "dep"})], by=department)
    assert (refused.value.action, refused.value.zone_id) == ("add", "Z1")
    assert "keeper_id" not in bulk.editable_by(department, "places")
    company = a_user("company", "Z1")
    assert changed(planned(company, "keeper_id", "dep")) == ["L1", "L2"]
    assert "keeper_id" in bulk.editable_by(company, "places")


def test_a_place_keeps_its_keeper_where_who_may_not_name_one_moves_it(boss):
    write("places", [Write("change", "L1", {"keeper_id": boss.username})], by=boss)
    department = a_user("department", username="dep")
    write("places", [Write("change", "L1", {"zone_id": "Z2"})], by=department)
    assert (find("places", "L1").zone_id, find("places", "L1").keeper_id) == ("Z2", boss.username)


def test_amounts_of_quotas_are_read_in_the_unit_of_each_resource(boss):
    rows = [
        {"quota_id": name, "scope_kind": "zone", "scope": "Z1", "resource": resource, "capacity": 1.0}
        for name, resource in (("Q1", "power"), ("Q2", "water"))
    ]
    write("quotas", [Write("add", "", row) for row in rows], by=boss)
    plan = planned(boss, "capacity", "2000", ledger="quotas")
    assert [change.values["capacity"] for change in plan.changes] == [2000.0, 2000.0]
    mixed = planned(boss, "capacity", "2MVA", ledger="quotas")
    assert codes(mixed) == ["not-a-quantity"]
    assert mixed.changes == ()
    one = planned(boss, "capacity", "2MVA", keys=["Q1"], ledger="quotas")
    assert [change.values["capacity"] for change in one.changes] == [2000.0]


def test_what_others_changed_meanwhile_is_not_written_over(boss):
    plan = planned(boss, "status", "闲置")
    write("places", [Write("change", "L2", {"status": "in_use"})], by=boss)
    with pytest.raises(Conflict):
        bulk.apply("places", plan, by=boss, reason="核实")
    assert find("places", "L1").status == ""
    assert planned(boss, "status", "闲置").digest != plan.digest


def test_keys_and_what_follows_from_them_are_not_set_together():
    assert {"place_id", "longitude", "latitude", "boundary"} & bulk.editable("places").keys() == set()
    assert {"project_id", "place_id", "action", "zone_id"} & bulk.editable("pins").keys() == set()
    assert {"firm_id", "uscc"} & bulk.editable("firms").keys() == set()


def test_too_many_rows_are_refused(boss, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_ROWS", 2)
    assert codes(planned(boss, "status", "闲置")) == ["too-many-rows"]


# -- the pages ---------------------------------------------------------------------


def posted(client, **values):
    return client.post("/desk/bulk/places/", {"query": "", "column": "status", "value": "vacant"} | values)


def test_nothing_is_written_before_it_was_shown_and_confirmed(client, boss):
    client.force_login(boss, backend=MODEL)
    chosen = {"key": ["L1", "L2"], "reason": "核实"}
    assert client.post("/desk/bulk/places/", {"query": "", "key": ["L1"]}).status_code == 200
    assert posted(client, key=["L1", "L2"]).context["plan"] is None  # no reason given
    shown = posted(client, **chosen)
    assert [(line.key, line.before, line.after) for line in shown.context["lines"]] == [
        ("L1", "", "闲置"),
        ("L2", "", "闲置"),
    ]
    assert not Entry.objects.filter(action="bulk").exists()
    digest = shown.context["plan"].digest
    assert posted(client, **chosen, value="in_use", confirmed=digest).status_code == 409
    assert not Entry.objects.filter(action="bulk").exists()
    assert posted(client, **chosen, confirmed=digest)["Location"] == "/desk/places/?"
    assert Entry.objects.filter(action="bulk").count() == 2
    assert posted(client, **chosen, confirmed=digest).status_code == 409  # clicked twice
    assert Entry.objects.filter(action="bulk").count() == 2


def test_who_may_not_change_is_refused(client, boss):
    client.force_login(a_user("auditor", username="reader"), backend=MODEL)
    assert posted(client, key=["L1"], reason="核实").status_code == 403


def test_rows_out_of_scope_are_not_reached_by_their_ids(client, boss):
    plan = planned(a_user("company", "Z1"), "status", "闲置", keys=["L1", "L3"])
    assert changed(plan) == ["L1"]
    assert plan.refused == ()
