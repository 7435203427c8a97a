import pytest

from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.web.desk.palette import EACH, find
from yinfeng.web.ledgers.actions import Write, write

pytestmark = pytest.mark.django_db
MODEL = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def boss():
    a_zone("Z1", zone_name="甲区", search="z1 甲区 jiaqu")
    a_zone("Z2", zone_name="乙区", search="z2 乙区 yiqu")
    return a_user("committee")


def found(user, typed):
    return [(hit.label.en, hit.key) for hit in find(user, typed)]


def test_all_ledgers_are_searched_the_exact_id_first_then_the_latest(boss):
    a_place(boss, "A1", place_name="晋阳厂房")
    a_project(boss, "A1X", project_name="晋阳项目")
    a_firm(boss, "F1", firm_name="晋阳公司")
    assert found(boss, "jinyang") == [("Firms", "F1"), ("Projects", "A1X"), ("Places", "A1")]
    assert found(boss, "ａ1") == [("Places", "A1"), ("Projects", "A1X")]
    assert found(boss, "jy 厂") == [("Places", "A1")]
    assert found(boss, "nothing") == []


def test_only_what_one_may_see_is_found(boss):
    a_place(boss, "L1", "Z1")
    a_place(boss, "L2", "Z2")
    assert found(a_user("company", "Z2"), "l") == [("Places", "L2")]
    assert found(a_user("administrator"), "l") == []


def test_each_ledger_gives_a_few(boss):
    rows = [{"place_id": f"L{number:02}", "zone_id": "Z1", "kind": "land"} for number in range(20)]
    write("places", [Write("add", "", row) for row in rows], by=boss)
    assert len(find(boss, "l")) == EACH


def test_a_page_and_the_part_of_it_that_the_palette_shows(client, boss):
    a_place(boss, "L1", place_name="<i>厂房")
    client.force_login(boss, backend=MODEL)
    page = client.get("/desk/search?q=l1").content.decode()
    part = client.get("/desk/search?q=l1", headers={"HX-Request": "true"}).content.decode()
    assert "<html" in page
    assert "<html" not in part
    assert 'href="/desk/places/L1/"' in part
    assert "<i>厂房" not in page
