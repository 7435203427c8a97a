"""Pages of a record: who sees what, what they show, what may be done."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.tables import schema
from yinfeng.tables.difference_matches import record_key
from yinfeng.web.audit.queries import changes, history
from yinfeng.web.desk.record_sections import SECTIONS
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.registry import HELD, find
from yinfeng.web.places.models import Place

pytestmark = pytest.mark.django_db

PIN = record_key("pins", {"project_id": "P1", "place_id": ["L1"], "action": "pin"})
PARTS = ("", "related", "files", "timeline", "history", "edit", "delete")


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    return a_user("committee", "Z1")


@pytest.fixture
def client(boss):
    client = Client()
    client.force_login(boss)
    return client


def one_of_each(boss):
    a_place(boss, "L1", area_m2=20000.0, longitude=112.43, latitude=39.33, coordinate_system="wgs84")
    a_firm(boss, "F1")
    a_project(
        boss,
        "P1",
        firm="F1",
        **{"land_min_mu": 50.0, "land_min_mu.strength": "<=", "land_min_mu.raw": "不超过50亩"},
    )
    quota = {"quota_id": "Q1", "scope_kind": "zone", "scope": "Z1", "resource": "power", "capacity": 20000.0}
    write("quotas", [Write("add", "", quota)], by=boss)
    pin = {"project_id": "P1", "place_id": ["L1"], "action": "pin", "decided_by": "主任会", "reason": "已签"}
    write("pins", [Write("add", "", pin)], by=boss)
    return {
        "zones": "Z1",
        "places": "L1",
        "firms": "F1",
        "projects": "P1",
        "quotas": "Q1",
        "pins": record_key("pins", pin),
    }


@pytest.mark.parametrize("ledger", list(HELD))
def test_sections_hold_every_column_of_the_dictionary_once(ledger):
    names = [name for section in SECTIONS[ledger] for name in section.columns]
    assert sorted(names) == sorted(column.name for column in schema.load(ledger).columns)


def test_every_page_of_every_ledger_opens_in_both_languages(boss, client):
    keys = one_of_each(boss)
    for lang in ("zh", "en"):
        client.cookies["yinfeng_language"] = lang
        for ledger, key in keys.items():
            statuses = {part: client.get(record_address(ledger, key, part)).status_code for part in PARTS}
            assert statuses == dict.fromkeys(PARTS, 200)
            assert client.get(f"/desk/{ledger}/new/").status_code == 200
            assert client.get(f"/desk/{ledger}/deleted/").status_code == 200


def test_areas_are_shown_in_mu_and_square_metres_with_what_was_written(boss, client):
    one_of_each(boss)
    assert "20,000 平方米" in (page := client.get(record_address("places", "L1")).content.decode())
    assert "= 30 亩" in page
    page = client.get(record_address("projects", "P1")).content.decode()
    assert "不超过 50 亩" in page
    assert "不超过 33,333 平方米" in page
    assert "原文：不超过50亩" in page


def test_a_firm_that_a_text_names_is_shown_by_name_with_a_link_where_it_may_be_seen(boss, client):
    a_firm(boss, "F1", firm_name="甲公司", parent_firm="乙公司")
    for firm_id, name in (("F2", "乙公司"), ("F3", "丙公司"), ("F4", "丙公司")):
        a_firm(boss, firm_id, firm_name=name)
    a_firm(a_user("committee"), "F9", "Z2", firm_name="外区公司")
    a_project(boss, "P1", firm="F1")
    owners = {"L1": "F1", "L2": "乙公司", "L3": "丙公司", "L4": "F9", "L5": "管委会"}
    for place_id, owner in owners.items():
        a_place(boss, place_id, owner=owner)

    def link(firm_id, text):
        return f'<a class="yf-link" href="/desk/firms/{firm_id}/">{text}</a>'

    def shows(address, text):
        return text in client.get(f"/desk/{address}/").text

    assert shows("places/L1", link("F1", "甲公司（F1）"))
    assert shows("places/L2", link("F2", "乙公司（F2）"))
    assert shows("projects/P1", link("F1", "甲公司（F1）"))
    assert shows("firms/F1", link("F2", "乙公司（F2）"))
    for place_id in ("L3", "L4", "L5"):  # of several, beyond the scope, none
        page = client.get(f"/desk/places/{place_id}/").text
        assert (owners[place_id] in page, "/desk/firms/F" in page, "外区公司" in page) == (True, False, False)


@pytest.mark.parametrize("place_id", ["A/1", "new", "..", "50%", "x?y#z", "中文 号", "a~b"])
def test_an_id_of_any_signs_has_its_pages(boss, client, place_id):
    a_place(boss, place_id)
    for part in PARTS:
        assert client.get(record_address("places", place_id, part)).status_code == 200


def test_what_is_out_of_scope_is_not_there_and_what_is_not_allowed_is_refused(boss):
    one_of_each(boss)
    stranger = Client()
    stranger.force_login(a_user("committee", "Z2"))
    for part in PARTS:
        address = record_address("places", "L1", part)
        assert stranger.get(address).status_code == 404
        assert stranger.get(address).content == stranger.get(address.replace("L1", "L9")).content.replace(
            b"L9", b"L1"
        )
    auditor = Client()
    auditor.force_login(a_user("auditor"))
    administrator = Client()
    administrator.force_login(a_user("administrator"))
    seen = {part: auditor.get(record_address("places", "L1", part)).status_code for part in PARTS}
    assert seen == dict.fromkeys(PARTS, 200) | {"edit": 403, "delete": 403}
    assert {administrator.get(record_address("places", "L1", part)).status_code for part in PARTS} == {403}
    data = {"version": 1, "why": "试", "release": "yes", "words": "好"}
    for part in ("verify", "release", "keeper", "timeline/add"):
        assert auditor.post(f"/desk/places/L1/{part}/", data).status_code == 403
        assert stranger.post(f"/desk/places/L1/{part}/", data).status_code == 404
    assert find("places", "L1").version == 1


def test_a_place_is_verified_with_one_click(boss, client):
    a_place(boss, "L1")
    today = timezone.localdate()
    client.post(reverse("record-verify", kwargs={"key": "L1"}), {"version": 1, "why": "门窗完好"})
    place = find("places", "L1")
    assert (place.verified_on, place.recheck_on) == (today, today + timedelta(days=90))
    assert history("places", "L1").first().reason == "门窗完好"
    client.post(reverse("record-verify", kwargs={"key": "L1"}), {"version": 1})
    assert find("places", "L1").version == 2


def test_keeper_and_release(boss, client):
    a_place(boss, "L1")
    company = a_user("company", "Z1")
    client.post(record_address("places", "L1", "keeper"), {"version": 1, "keeper": company.username})
    client.post(
        reverse("record-release", kwargs={"key": "L1"}), {"version": 2, "release": "yes", "why": "可招商"}
    )
    place = find("places", "L1")
    assert (place.keeper_id, place.is_released) == (company.username, True)
    page = client.get(record_address("places", "L1")).content.decode()
    assert "已对外公开" in page
    worker = Client()
    worker.force_login(company)
    assert (
        worker.post(
            reverse("record-release", kwargs={"key": "L1"}), {"version": 3, "release": "no"}
        ).status_code
        == 403
    )


def test_a_record_is_deleted_with_a_reason_and_not_while_it_is_named(boss, client):
    one_of_each(boss)
    address = record_address("places", "L1", "delete")
    assert client.post(address, {"version": 1}).status_code == 422
    page = client.post(address, {"version": 1, "why": "重复"})
    assert page.status_code == 422
    assert "指定" in page.content.decode()
    assert PIN in page.content.decode()
    client.post(record_address("pins", PIN, "delete"), {"version": 1, "why": "撤"})
    assert client.post(address, {"version": 9, "why": "重复"}).status_code == 409
    assert client.post(address, {"version": 1, "why": "重复"}).status_code == 302
    assert Place.objects.count() == 0
    assert "/desk/places/L1/" in client.get("/desk/places/deleted/").content.decode()
    other = Client()
    other.force_login(a_user("committee", "Z2"))
    assert "/desk/places/L1/" not in other.get("/desk/places/deleted/").content.decode()
    assert other.get(record_address("places", "L1", "history")).status_code == 404


def test_suggestions_are_those_in_scope(boss, client):
    one_of_each(boss)
    a_place(a_user("committee", "Z2"), "L2", "Z2")
    assert client.get("/desk/places/suggest/?q=l").json() == {"results": [{"key": "L1", "name": "L1厂房"}]}
    assert client.get("/desk/places/suggest/?q=cf").json() == {"results": [{"key": "L1", "name": "L1厂房"}]}


def test_a_record_page_takes_as_many_queries_for_one_related_as_for_many(boss, client):
    one_of_each(boss)

    def queries(address):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    write("zones", [Write("change", "Z1", {"city": "市1"})], by=boss)
    few = {
        part: queries(record_address("zones", "Z1", part)) for part in ("", "related", "timeline", "history")
    }
    for number in range(2, 6):
        a_place(boss, f"L{number}")
        write("zones", [Write("change", "Z1", {"city": f"市{number}"})], by=boss)
    assert {part: queries(record_address("zones", "Z1", part)) for part in few} == few


def test_the_fields_of_made_up_data_are_marked(boss, client):
    a_place(boss, "L1", area_m2=100.0, synthetic=["面积"])
    assert client.get(record_address("places", "L1")).content.decode().count(">合成<") == 1
    a_place(boss, "L2", area_m2=100.0, synthetic=["全部"])
    assert "合成数据" in client.get(record_address("places", "L2")).content.decode()


def test_the_trail_tells_of_a_remark(boss, client):
    a_place(boss, "L1")
    client.post(record_address("places", "L1", "comment"), {"words": "业主下周来谈"})
    entry = history("places", "L1").first()
    assert (entry.action, entry.reason, changes(entry)) == ("comment", "业主下周来谈", {})
    assert (
        "业主下周来谈"
        in client.get(record_address("places", "L1", "timeline") + "?kind=comments").content.decode()
    )
    assert (
        "业主下周来谈"
        not in client.get(record_address("places", "L1", "timeline") + "?kind=changes").content.decode()
    )
    assert find("places", "L1").version == 1
