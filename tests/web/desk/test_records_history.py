"""The history of every field, and putting back what was."""

from datetime import date

import pytest
from django.test import Client

from tests.web.office import a_place, a_project, a_user, a_zone
from yinfeng.web.audit.chain import verify
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import history
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.history import steps
from yinfeng.web.ledgers.registry import find
from yinfeng.web.ledgers.restoring import restore_columns
from yinfeng.web.places.models import Place
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    a_zone("Z1")
    return a_user("committee", "Z1", first_name="主任")


@pytest.fixture
def client(boss):
    client = Client()
    client.force_login(boss)
    return client


@pytest.fixture
def project(boss):
    a_project(boss, "P1", stage="talks", **{"land_min_mu": 50.0, "land_min_mu.strength": "<="})
    for values in (
        {"land_min_mu": 60.0, "land_min_mu.strength": "<="},
        {"stage": "signed", "needed_on": date(2026, 1, 1)},
    ):
        write("projects", [Write("change", "P1", values)], by=boss, reason="核对")
    return find("projects", "P1")


def restore(client, key, entry, field="", **typed):
    address = (
        record_address("projects", key, "history")
        + f"{entry.pk}/restore/"
        + (f"?field={field}" if field else "")
    )
    record = find("projects", key)
    return client.post(address, {"version": record.version, "why": "改错了"} | typed)


def test_each_step_holds_the_whole_record_with_its_qualifiers(project):
    found = steps("projects", "P1", project)
    assert [step.columns for step in found] == [
        ("stage", "needed_on"),
        ("land_min_mu",),
        ("project_id", "project_name", "zone_id", "stage", "land_min_mu"),
    ]
    lands = [(step.before or {}).get("land_min_mu") for step in found]
    assert lands == [60.0, 50.0, None]
    assert {step.before["land_min_mu.strength"] for step in found[:2]} == {"<="}
    assert found[0].after["needed_on"] == date(2026, 1, 1)
    assert found[-1].before is None


def test_the_page_names_values_in_words_and_filters_by_field(project, client):
    page = client.get(record_address("projects", "P1", "history"))
    told = [(d.column.name, d.before, d.after) for one in page.context["told"][:2] for d in one.differences]
    assert told == [
        ("stage", "洽谈", "签约"),
        ("needed_on", "—", "2026-01-01"),
        ("land_min_mu", "不超过 50 亩", "不超过 60 亩"),
    ]
    only = client.get(record_address("projects", "P1", "history") + "?field=stage").context["told"]
    assert [[d.column.name for d in one.differences] for one in only] == [["stage"], ["stage"]]


def test_one_field_is_put_back_with_what_was_said_of_it(project, client):
    entry = history("projects", "P1")[1]
    assert restore(client, "P1", entry, "land_min_mu", why="").status_code == 422
    assert restore(client, "P1", entry, "land_min_mu").status_code == 302
    record = find("projects", "P1")
    assert (record.land_min_mu, record.said, record.stage) == (50.0, {"land_min_mu.strength": "<="}, "signed")
    newest = history("projects", "P1").first()
    assert (newest.action, newest.reason) == ("restore", "改错了")
    assert restore(client, "P1", entry, "land_min_mu").status_code == 302  # it holds that already
    assert find("projects", "P1").version == 4
    assert verify().faults == ()


def test_a_whole_record_is_put_back_to_a_moment(project, client):
    first = history("projects", "P1").last()
    assert restore(client, "P1", first).status_code == 302
    record = find("projects", "P1")
    assert (record.land_min_mu, record.stage, record.needed_on) == (50.0, "talks", None)
    assert record.said == {"land_min_mu.strength": "<="}


def test_restoring_sees_the_version_and_the_right(project, client):
    first = history("projects", "P1").last()
    assert restore(client, "P1", first, version=1).status_code == 409
    department = Client()
    department.force_login(a_user("department", "Z1"))
    assert restore(department, "P1", first).status_code == 403
    assert find("projects", "P1").version == 3


def test_a_deleted_record_is_found_and_brought_back(boss, client):
    a_place(
        boss, "L1", area_m2=100.0, is_released=True, keeper_id=boss.username, verified_on=date(2026, 1, 2)
    )
    write("places", [Write("delete", "L1", {})], by=boss, reason="重复")
    assert client.get(record_address("places", "L1")).status_code == 404
    page = client.get(record_address("places", "L1", "history"))
    assert (page.status_code, page.context["may_restore"]) == (200, True)
    entry = history("places", "L1").first()
    address = f"/desk/places/L1/history/{entry.pk}/restore/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"why": "删错了"}).status_code == 302
    place = find("places", "L1")
    assert (place.area_m2, place.is_released, place.keeper_id, place.verified_on) == (
        100.0,
        True,
        boss.username,
        date(2026, 1, 2),
    )
    assert client.get("/desk/places/deleted/").context["entries"] == []


def test_a_quota_comes_back_to_the_zone_that_answers_for_it(boss, client):
    quota = {
        "quota_id": "Q1",
        "scope_kind": "substation",
        "scope": "神电站",
        "resource": "power",
        "capacity": 1.0,
    }
    write("quotas", [Write("add", "", quota | {"zone": "Z1"})], by=boss)
    write("quotas", [Write("delete", "Q1", {})], by=boss, reason="重复")
    entry = history("quotas", "Q1").first()
    assert client.post(f"/desk/quotas/Q1/history/{entry.pk}/restore/", {"why": "删错了"}).status_code == 302
    assert find("quotas", "Q1").zone_id == "Z1"


def test_a_deleted_record_whose_zone_went_too_is_refused_with_the_reason(boss, client):
    everywhere = a_user("committee")
    client.force_login(everywhere)
    a_zone("Z2")
    a_place(everywhere, "L1", "Z2")
    write("places", [Write("delete", "L1", {})], by=everywhere)
    write("zones", [Write("delete", "Z2", {})], by=everywhere)
    entry = Entry.objects.get(kind="places", key="L1", action="delete")
    page = client.post(f"/desk/places/L1/history/{entry.pk}/restore/", {"why": "删错了"})
    assert page.status_code == 422
    assert "Z2" in page.content.decode()
    assert Place.objects.count() == 0


def test_who_may_change_may_not_yet_restore(boss):
    a_place(boss, "L1", note="旧")
    department = a_user("department", "Z1")
    write("places", [Write("change", "L1", {"note": "新"})], by=department)
    with pytest.raises(Refused):
        restore_columns("places", "L1", {"note": "旧"}, ["note"], version=2, by=department, reason="改错了")
    restore_columns("places", "L1", {"note": "旧"}, ["note"], version=2, by=boss, reason="改错了")
    assert find("places", "L1").note == "旧"
