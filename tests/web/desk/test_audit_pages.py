"""The pages of the trail."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.web.accounts.sessions import CONFIRMED_AT
from yinfeng.web.audit.actions import Act, check, record_all
from yinfeng.web.audit.models import Entry
from yinfeng.web.ledgers.actions import Write, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    boss = a_user("committee", None, "boss")
    a_place(boss, "L1", "Z1", area_m2=100.0)
    a_place(boss, "L2", "Z2")
    a_project(boss, "P1", "Z1")
    a_firm(boss, "F0", None)
    return boss


def _keys(client, query: str = "") -> list[str]:
    return [entry.key for entry, *_ in client.get(f"/desk/audit/?{query}").context["rows"]]


def test_it_is_narrowed_by_who_what_where_and_when(boss, client):
    client.force_login(a_user("auditor"))
    write("places", [Write("change", "L1", {"area_m2": 200.0})], by=boss, reason="复测")
    assert _keys(client) == ["L1", "F0", "P1", "L2", "L1"]
    assert _keys(client, "kind=places") == ["L1", "L2", "L1"]
    assert _keys(client, "action=change") == ["L1"]
    assert _keys(client, "zone=Z2") == ["L2"]
    assert _keys(client, "key=P1&by=boss") == ["P1"]
    assert _keys(client, "by=nobody") == []
    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    assert len(_keys(client, f"since={today}&until={today}")) == 5
    assert _keys(client, f"since={tomorrow}") == []


@pytest.mark.parametrize(
    ("role", "seen"), [("committee", ["F0", "P1", "L1"]), ("auditor", ["F0", "P1", "L1"])]
)
def test_it_shows_the_zone_of_the_reader_and_what_is_of_none(boss, client, role, seen):
    client.force_login(a_user(role, "Z1"))
    assert _keys(client, "action=add") == seen


def test_logins_are_for_auditors_only(boss, client):
    client.post("/desk/login/", {"username": "boss", "password": "wrong"})
    client.force_login(boss)
    assert {entry.kind for entry, *_ in client.get("/desk/audit/").context["rows"]} == {
        "firms",
        "places",
        "projects",
    }
    client.force_login(a_user("auditor", "Z2"))
    assert _keys(client, "action=login_failed") == ["boss"]


def test_an_entry_opens_with_its_changes_in_the_words_of_the_ledger(boss, client):
    write("places", [Write("change", "L1", {"area_m2": 2500.0})], by=boss, reason="复测")
    client.force_login(a_user("auditor"))
    page = client.get(f"/desk/audit/{Entry.objects.latest('pk').pk}/")
    assert page.context["differences"] == [("面积", "100 平方米", "2,500 平方米")]
    assert "复测" in page.content.decode()


def test_reading_leaves_no_entry_and_exporting_does(boss, client):
    client.force_login(a_user("auditor"))
    before = Entry.objects.count()
    client.get("/desk/audit/")
    client.get("/desk/audit/1/")
    assert Entry.objects.count() == before
    answer = client.post("/desk/audit/export/", {"kind": "places"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [row[5].value for row in sheet.iter_rows(min_row=2)] == ["L2", "L1"]
    last = Entry.objects.latest("pk")
    assert (last.action, last.kind, last.by) == ("export", "audit", "auditor-all")
    assert last.after == '{"of":2,"query":"kind=places","rows":2}'


def test_more_than_a_screenful_takes_the_right_and_the_password(boss, client):
    record_all([Act(action="add", kind="places", key=str(n), zone_id="Z1") for n in range(1001)], by=None)
    client.force_login(a_user("committee", "Z1"))
    assert client.post("/desk/audit/export/").status_code == 403
    client.force_login(a_user("auditor", "Z1"))
    client.get("/desk/audit/")
    session = client.session
    session[CONFIRMED_AT] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()
    assert client.post("/desk/audit/export/").headers["Location"].startswith("/desk/confirm/")


def test_the_last_check_stands_above_the_list(boss, client):
    client.force_login(a_user("auditor"))
    assert "还没有核验过" in client.get("/desk/audit/").content.decode()
    head = check().head
    assert head in client.get("/desk/audit/").content.decode()


def test_pages_have_numbers(boss, client):
    record_all([Act(action="add", kind="places", key=str(n)) for n in range(120)], by=None)
    client.force_login(a_user("auditor"))
    page = client.get("/desk/audit/?kind=places&page=2")
    assert len(page.context["rows"]) == 50
    assert "?kind=places&amp;page=3" in page.content.decode()
