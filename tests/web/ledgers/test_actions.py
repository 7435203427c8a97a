from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.audit.chain import verify
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import changes, history
from yinfeng.web.files.models import StoredFile
from yinfeng.web.firms.models import Firm
from yinfeng.web.ledgers.actions import Conflict, Write, write
from yinfeng.web.ledgers.bridge import row_of
from yinfeng.web.ledgers.registry import find
from yinfeng.web.places.models import Place
from yinfeng.web.projects.models import Pin
from yinfeng.web.zones.models import Membership
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    return a_user("committee", "Z1")


def test_an_added_record_is_held_with_its_qualifiers_and_found_by_pinyin(boss):
    a_project(boss, "P1", project_name="硅酸钙板生产线", **{
        "land_min_mu": 50.0, "land_min_mu.strength": "<=", "land_min_mu.raw": "不超过50亩",
        "floor_min_m2": 12000.0, "floor_min_m2.strength": "=", "floor_min_m2.raw": "12000",
    })  # fmt: skip
    project = find("projects", "P1")
    assert project.said == {"land_min_mu.strength": "<=", "land_min_mu.raw": "不超过50亩"}
    assert project.version == 1
    assert "gsgbscx" in project.search
    row = row_of("projects", project)
    assert (row["land_min_mu"], row["land_min_mu.strength"]) == (50.0, "<=")
    assert (row["floor_min_m2"], row["floor_min_m2.strength"], row["floor_min_m2.raw"]) == (
        12000.0,
        "=",
        None,
    )
    assert row["floor_max_m2"] is None
    assert row["floor_max_m2.strength"] is None


def test_a_change_is_written_with_before_and_after_and_resets_the_qualifiers(boss):
    a_project(boss, "P1", **{"land_min_mu": 50.0, "land_min_mu.strength": "<="})
    entries = write(
        "projects",
        [Write("change", "P1", {"land_min_mu": 60.0, "stage": None}, version=1)],
        by=boss,
        reason="核对",
    )
    assert changes(entries[0]) == {"land_min_mu": (50.0, 60.0), "land_min_mu.strength": ("<=", None)}
    assert (entries[0].by, entries[0].reason, entries[0].zone_id) == (boss.username, "核对", "Z1")
    project = find("projects", "P1")
    assert (project.land_min_mu, project.said, project.version) == (60.0, {}, 2)
    assert [entry.action for entry in history("projects", "P1")] == ["change", "add"]


def test_a_change_that_changes_nothing_leaves_no_entry(boss):
    a_place(boss, "L1", area_m2=100.0)
    assert write("places", [Write("change", "L1", {"area_m2": 100.0})], by=boss) == []
    assert find("places", "L1").version == 1


def test_who_saw_an_older_version_is_told_and_nothing_is_written(boss):
    a_place(boss, "L1")
    a_place(boss, "L2")
    write("places", [Write("change", "L1", {"area_m2": 10.0}, version=1)], by=boss)
    with pytest.raises(Conflict) as conflict:
        write(
            "places",
            [Write("change", "L2", {"area_m2": 5.0}, 1), Write("change", "L1", {"area_m2": 20.0}, 1)],
            by=boss,
        )
    assert conflict.value.keys == ("L1",)
    assert find("places", "L2").area_m2 is None


def test_a_place_cannot_be_moved_into_a_zone_where_one_has_no_right(boss):
    a_place(boss, "L1")
    with pytest.raises(Refused) as refused:
        write("places", [Write("change", "L1", {"zone_id": "Z2"})], by=boss)
    assert (refused.value.action, refused.value.zone_id) == ("change", "Z2")
    assert find("places", "L1").zone_id == "Z1"


def test_releasing_and_reserving_are_the_committees(boss):
    company = a_user("company", "Z1")
    a_place(company, "L1")
    a_project(company, "P1")
    for values, right in (({"is_released": True}, "release"), ({"reserved_for": "P1"}, "decide")):
        with pytest.raises(Refused) as refused:
            write("places", [Write("change", "L1", values)], by=company)
        assert refused.value.action == right
        write("places", [Write("change", "L1", values)], by=boss)


def test_a_recheck_date_is_no_later_than_what_was_seen_holds(boss):
    seen = date(2026, 1, 10)
    last = seen + timedelta(90)
    a_place(boss, "L1", verified_on=seen, recheck_on=last)
    with pytest.raises(InputError) as error:
        write("places", [Write("change", "L1", {"recheck_on": last + timedelta(1)})], by=boss)
    assert [(fault.code, fault.say("en")) for fault in error.value.faults] == [
        (
            "recheck-too-late",
            'Recheck on [recheck_on]: found "2026-04-11", expected 2026-04-10 or an earlier day '
            "(L1 was verified on 2026-01-10; the rulebook's verified.recheck_days is 90); "
            "give that day or an earlier one; once the place is seen on site it can be later",
        )
    ]
    again = {"verified_on": seen + timedelta(1), "recheck_on": last + timedelta(1)}
    write("places", [Write("change", "L1", again)], by=boss)
    with pytest.raises(InputError) as error:
        a_place(boss, "L2", recheck_on=timezone.localdate() + timedelta(91))
    assert [fault.code for fault in error.value.faults] == ["recheck-too-late"]
    a_place(boss, "L2", recheck_on=timezone.localdate() + timedelta(90))


def test_every_reference_that_leads_nowhere_is_named(boss):
    with pytest.raises(InputError) as error:
        write(
            "places",
            [Write("add", "", {"place_id": "L1", "zone_id": "Z7", "kind": "line", "part_of": "L9"})],
            by=boss,
        )
    assert [(fault.label.zh, fault.found) for fault in error.value.faults] == [
        ("开发区编号", "Z7"),
        ("所在厂房", "L9"),
    ]
    assert Place.objects.count() == 0


def test_an_id_that_is_taken_is_refused(boss):
    a_place(boss, "L1")
    with pytest.raises(InputError) as error:
        a_place(boss, "L1")
    assert [fault.code for fault in error.value.faults] == ["key-taken"]


def test_a_zone_that_is_used_cannot_be_deleted(boss):
    a_place(boss, "L1")
    with pytest.raises(InputError) as error:
        write("zones", [Write("delete", "Z1", {})], by=boss)
    assert [fault.code for fault in error.value.faults] == ["record-in-use"]


@pytest.mark.parametrize(
    ("ledger", "key", "said"),
    [
        ("projects", "P1", "预留项目”：L1，共 1 条"),
        ("places", "L2", "现在场地”：P1，共 1 条"),
        ("firms", "F1", "投资企业”：P1，共 1 条"),
        ("firms", "F2", "产权人”：L1，共 1 条"),
    ],
)
def test_what_is_named_by_a_text_is_not_deleted_whichever_way_it_comes(boss, ledger, key, said):
    a_firm(boss, "F1")
    a_firm(boss, "F2")
    a_place(boss, "L1", status="reserved", reserved_for="P1", owner="F2公司")
    a_place(boss, "L2")
    a_place(boss, "L3")
    a_project(boss, "P1", firm="F1", current_place=["L2"])
    a_project(boss, "P2")
    a_firm(boss, "F3")
    other = {"projects": "P2", "places": "L3", "firms": "F3"}[ledger]
    with pytest.raises(InputError) as error:
        write(ledger, [Write("delete", one, {}) for one in (other, key)], by=boss)
    assert [(fault.code, fault.found) for fault in error.value.faults] == [("record-in-use", key)]
    assert said in error.value.faults[0].expected.zh
    assert find(ledger, other)


def test_what_names_it_may_go_with_it_or_be_changed_with_it(boss):
    a_firm(boss, "F1")
    a_firm(boss, "F2", parent_firm="F1公司")
    a_firm(boss, "F3", parent_firm="F1")
    change = Write("change", "F3", {"parent_firm": None})
    write("firms", [change, Write("delete", "F1", {}), Write("delete", "F2", {})], by=boss)
    assert [firm.firm_id for firm in Firm.objects.all()] == ["F3"]


def test_a_name_that_another_firm_has_leads_there_still(boss):
    a_firm(boss, "F1", firm_name="同名公司")
    a_firm(boss, "F2", firm_name="同名公司")
    a_project(boss, "P1", firm="同名公司")
    write("firms", [Write("delete", "F1", {})], by=boss)
    with pytest.raises(InputError):
        write("firms", [Write("delete", "F2", {})], by=boss)


def test_who_names_it_out_of_sight_is_counted_and_not_told(boss):
    a_project(boss, "P1")
    everywhere = a_user("committee", username="everywhere")
    a_place(everywhere, "L9", "Z2", reserved_for="P1")
    with pytest.raises(InputError) as error:
        write("projects", [Write("delete", "P1", {})], by=boss)
    assert "records that you may not see; 1 in all" in error.value.faults[0].expected.en


def test_the_trail_of_all_this_verifies(boss):
    a_place(boss, "L1", area_m2=1e16, idle_since=None)
    write("places", [Write("change", "L1", {"area_m2": 1e-7})], by=boss)
    write("places", [Write("delete", "L1", {})], by=boss)
    verdict = verify()
    assert (verdict.entries, verdict.faults) == (3, ())


def test_a_quota_belongs_to_the_zone_its_scope_names_also_when_that_is_changed():
    a_zone("Z1")
    a_zone("Z2")
    boss = a_user("committee")
    quota = {"quota_id": "Q1", "scope_kind": "zone", "scope": "Z1", "resource": "power", "capacity": 1.0}
    write("quotas", [Write("add", "", quota)], by=boss)
    clerk = a_user("committee", "Z1")
    with pytest.raises(Refused):
        write("quotas", [Write("change", "Q1", {"scope": "Z2"})], by=clerk)
    entries = write("quotas", [Write("change", "Q1", {"scope": "Z2"})], by=boss)
    assert (find("quotas", "Q1").zone_id, entries[0].zone_id) == ("Z2", "Z2")
    write("quotas", [Write("change", "Q1", {"capacity": 2.0})], by=boss)
    assert find("quotas", "Q1").zone_id == "Z2"
    write("quotas", [Write("change", "Q1", {"scope_kind": "substation", "scope": "神电"})], by=boss)
    assert find("quotas", "Q1").zone_id is None


def test_a_released_place_is_not_shown_in_a_zone_by_who_may_not_release_there(boss):
    a_place(boss, "L1", is_released=False)
    Membership.objects.create(user=boss, role="department", zone_id="Z2")
    del boss.__dict__["_yinfeng_memberships"]
    with pytest.raises(Refused) as refused:
        write("places", [Write("change", "L1", {"zone_id": "Z2", "is_released": True})], by=boss)
    assert (refused.value.action, refused.value.zone_id) == ("release", "Z2")


def test_what_is_longer_than_its_column_is_said_and_not_sent_to_the_database(boss):
    with pytest.raises(InputError) as error:
        a_place(boss, "L" * 65, reserved_for="P" * 70)
    assert [(fault.code, fault.label.en) for fault in error.value.faults] == [
        ("too-long", "Place id"),
        ("too-long", "Reserved for"),
    ]
    a_project(boss, "P1")
    places = [f"{'L' * 60}{n}" for n in range(8)]
    for place in places:
        a_place(boss, place)
    with pytest.raises(InputError) as error:
        write("pins", [Write("add", "", {"project_id": "P1", "place_id": places, "action": "pin"})], by=boss)
    assert [fault.code for fault in error.value.faults] == ["too-long"]


def test_the_trail_holds_the_longest_key_there_can_be():
    longest = Pin._meta.get_field("pin_key").max_length
    assert StoredFile._meta.get_field("key").max_length == longest
    assert Entry._meta.get_field("key").max_length >= longest + len("projects/")


@pytest.mark.parametrize(
    "values", [{"status": "reserved"}, {"reserved_for": "P1"}, {"is_released": True}, {"status": "vacant"}]
)
def test_who_operates_neither_reserves_nor_frees_nor_releases(boss, values):
    status = "reserved" if values.get("status") == "vacant" else "vacant"
    a_place(boss, "L1", status=status)
    a_project(boss, "P1")
    company = a_user("company", "Z1")
    with pytest.raises(Refused):
        write("places", [Write("change", "L1", values)], by=company)
    write("places", [Write("change", "L1", {"area_m2": 7.0, "status": status})], by=company)
    write("places", [Write("change", "L1", values)], by=boss)


def test_a_released_place_is_not_moved_into_a_zone_by_who_may_not_release_there(boss):
    a_place(boss, "L1", is_released=True)
    Membership.objects.create(user=boss, role="department", zone_id="Z2")
    del boss.__dict__["_yinfeng_memberships"]
    with pytest.raises(Refused) as refused:
        write("places", [Write("change", "L1", {"zone_id": "Z2"})], by=boss)
    assert (refused.value.action, refused.value.zone_id) == ("release", "Z2")
