"""Entering and changing a record by its form, and two people changing one."""

import pytest
from django.test import Client

from tests.web.office import a_place, a_project, a_user, a_zone
from yinfeng.web.audit.queries import changes, history
from yinfeng.web.desk.record_fields import changed_in, read_changes, texts_of
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.bridge import row_of
from yinfeng.web.ledgers.registry import find
from yinfeng.web.places.models import Place

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


def form(ledger, key, **typed):
    record = find(ledger, key)
    return texts_of(ledger, row_of(ledger, record)) | {"version": record.version} | typed


def test_a_record_is_entered_as_people_write(client):
    typed = {
        "place_id": "Ｌ 1", "place_name": "一号厂房", "zone_id": "Z1", "kind": "building",
        "area_m2": "三千平方米", "divisible": "no", "products": "",
        "allowed_industries": "C30；C33", "why": "新建",
    }  # fmt: skip
    response = client.post("/desk/places/new/", typed)
    assert response.url == record_address("places", "L1")
    place = find("places", "L1")
    assert (place.area_m2, place.said, place.divisible) == (3000.0, {"area_m2.raw": "三千平方米"}, False)
    assert place.allowed_industries == ["C30", "C33"]
    assert history("places", "L1").get().reason == "新建"


def test_all_faults_are_shown_and_nothing_typed_is_lost(client):
    typed = {
        "place_id": "L1",
        "zone_id": "Z9",
        "kind": "",
        "area_m2": "约30亩",
        "clear_height_m": "900",
        "note": "东门",
    }
    page = client.post("/desk/places/new/", typed)
    assert page.status_code == 422
    assert [fault.column for fault in page.context["faults"]] == ["kind", "area_m2", "clear_height_m"]
    content = page.content.decode()
    assert 'href="#field-area_m2"' in content
    assert 'value="约30亩"' in content
    assert "东门" in content
    page = client.post("/desk/places/new/", typed | {"kind": "地块", "area_m2": "30亩", "clear_height_m": ""})
    assert [fault.code for fault in page.context["faults"]] == ["unknown-id"]
    assert Place.objects.count() == 0


def test_the_form_of_a_record_holds_texts_that_read_back_as_they_are(boss):
    a_project(boss, "P1", **{
        "land_min_mu": 30.0, "land_min_mu.strength": "=", "land_min_mu.high": 50.0,
        "land_max_mu": 50.0, "land_max_mu.strength": "<=", "land_max_mu.raw": "不超过50亩",
        "floor_min_m2": 12000.0, "floor_min_m2.raw": "1.2",
        "power_kva": 100.0, "power_kva.strength": "<~", "rail": False, "products": ["甲", "乙(丙、丁)"],
        "by_products_used": [{"name": "粉煤灰", "amount": 50000.5}],
    })  # fmt: skip
    texts = texts_of("projects", row_of("projects", find("projects", "P1")))
    assert {name: texts[name] for name in ("land_min_mu", "land_max_mu", "floor_min_m2", "power_kva")} == {
        "land_min_mu": "30至50",
        "land_max_mu": "不超过50亩",
        "floor_min_m2": "12000",  # 1.2 stood under 公顷: alone it would be read as 1.2 m²
        "power_kva": "近100",
    }
    assert changed_in(texts, dict(texts)) == frozenset()
    read = read_changes("projects", {}, texts)
    assert read.errors == ()
    row = row_of("projects", find("projects", "P1"))
    told = {name: row[name] for name in row if not name.endswith(".raw") and row[name] is not None}
    assert {name: read.values[name] for name in told} == told


def test_only_what_was_changed_is_written(boss, client):
    a_place(boss, "L1", area_m2=1000.0, idle_since=None)
    client.post(record_address("places", "L1", "edit"), form("places", "L1", area_m2="30亩", why="实测"))
    entry = history("places", "L1").first()
    assert changes(entry) == {"area_m2": (1000.0, 20000.0), "area_m2.raw": (None, "30亩")}
    assert entry.reason == "实测"
    client.post(record_address("places", "L1", "edit"), form("places", "L1"))
    assert find("places", "L1").version == 2


def test_an_old_blank_does_not_keep_another_field_from_being_changed(boss, client):
    a_place(boss, "L1", kind=None)
    response = client.post(record_address("places", "L1", "edit"), form("places", "L1", note="看过"))
    assert response.status_code == 302
    assert find("places", "L1").note == "看过"


def test_coordinates_in_another_system_are_turned_and_a_warning_does_not_block(boss, client):
    a_place(boss, "L1", longitude=112.43, latitude=39.33, coordinate_system="wgs84")
    address = record_address("places", "L1", "edit")
    client.post(address, form("places", "L1", coordinate_system="gcj02"))
    place = find("places", "L1")
    assert place.longitude == pytest.approx(112.4231, abs=1e-4)
    assert place.coordinate_system == "wgs84"
    response = client.post(address, form("places", "L1", longitude="39.33", latitude="112.43"), follow=True)
    assert "看来两者填反了" in response.content.decode()
    assert find("places", "L1").longitude is None


def test_a_quotas_amount_is_read_by_its_resource(boss, client):
    quota = {"quota_id": "Q1", "scope_kind": "zone", "scope": "Z1", "resource": "power", "capacity": 100.0}
    write("quotas", [Write("add", "", quota)], by=boss)
    client.post(record_address("quotas", "Q1", "edit"), form("quotas", "Q1", capacity="2万千伏安"))
    assert find("quotas", "Q1").capacity == 20000.0


def test_two_who_change_a_record_see_three_values_and_lose_none(boss, client):
    a_place(boss, "L1", area_m2=1000.0, note="旧")
    seen = form("places", "L1")
    other = a_user("committee", "Z1", username="li", first_name="小李")
    write("places", [Write("change", "L1", {"area_m2": 2000.0, "owner": "乙"})], by=other)
    write("places", [Write("change", "L1", {"area_m2": 3000.0})], by=other)
    typed = seen | {"area_m2": "5000", "note": "新", "why": "实测"}
    address = record_address("places", "L1", "edit")
    page = client.post(address, typed)
    assert page.status_code == 409
    clashes = page.context["clashes"]
    told = [(one.name, one.seen, one.held, one.typed, one.by, one.is_typed, one.is_moved) for one in clashes]
    assert told == [
        ("area_m2", "1,000 平方米", "3,000 平方米", "5000", "小李", True, True),
        ("owner", "—", "乙", "", "小李", False, True),
        ("note", "旧", "旧", "新", "", True, False),
    ]
    assert 'value="实测"' in page.content.decode()
    chosen = {
        "version": 3,
        "area_m2": "5000",
        "keep.area_m2": "held",
        "note": "新",
        "keep.note": "typed",
        "why": "实测",
    }
    assert client.post(address, chosen).status_code == 302
    place = find("places", "L1")
    assert (place.area_m2, place.note, place.owner, place.version) == (3000.0, "新", "乙", 4)
    assert client.post(address, chosen).status_code == 409


def test_nobody_enters_or_changes_without_the_right(boss):
    a_place(boss, "L1")
    client = Client()
    client.force_login(a_user("department", "Z1"))
    assert client.get("/desk/places/new/").status_code == 403
    assert client.post("/desk/places/new/", {"place_id": "L2"}).status_code == 403
    assert (
        client.post(record_address("places", "L1", "edit"), form("places", "L1", note="看过")).status_code
        == 302
    )
    assert client.get("/desk/projects/new/").status_code == 403
    other = Client()
    a_zone("Z2")
    other.force_login(a_user("company", "Z2"))
    assert (
        other.post(record_address("places", "L1", "edit"), form("places", "L1", note="他")).status_code == 404
    )
    response = other.post("/desk/places/new/", {"place_id": "L2", "zone_id": "Z1", "kind": "building"})
    assert response.status_code == 403
    assert find("places", "L1").note == "看过"
    assert Place.objects.count() == 1


def test_a_field_beyond_ones_rights_is_shown_and_cannot_be_typed_into(boss):
    a_place(boss, "L1", status="reserved", reserved_for="P1")
    fields = {}
    for role in ("company", "committee"):
        client = Client()
        client.force_login(a_user(role, "Z1", username=role))
        for address in (record_address("places", "L1", "edit"), "/desk/places/new/"):
            sections = client.get(address).context["sections"]
            found = {field.column.name: field for _, section in sections for field in section}
            fields[role, address[-5:]] = (found["reserved_for"].widget, found["place_id"].widget)
    assert fields == {
        ("company", "edit/"): ("fixed", "fixed"),
        ("company", "/new/"): ("fixed", "text"),
        ("committee", "edit/"): ("text", "fixed"),
        ("committee", "/new/"): ("text", "text"),
    }
