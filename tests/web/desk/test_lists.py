import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.web.desk import list_state
from yinfeng.web.desk.asked import ask
from yinfeng.web.desk.listing import link_of, listing
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.queries import all_columns
from yinfeng.web.ledgers.saved_views import save

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    a_zone("Z1", zone_name="甲区")
    a_zone("Z2", zone_name="乙区", part_of_id="Z1")
    a_zone("Z3", zone_name="丙区")
    return a_user("committee")


def see(user, ledger, address=""):
    return listing(ask(user, list_state.read(ledger, QueryDict(address))))


def keys(user, ledger, address=""):
    return [row.key for row in see(user, ledger, address).rows]


def texts(shown):
    return [[cell.text for cell in row.cells] for row in shown.rows]


def signed_in(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_list_shows_words_and_names_not_codes_and_ids(boss):
    a_place(boss, "L1", "Z2", status="vacant", area_m2=20000.0, **{"area_m2.strength": ">="})
    shown = see(boss, "places", "columns=place_id,zone_id,status,area_m2,power_kva")
    assert [header.label for header in shown.headers] == [
        "场地编号", "开发区", "状态", "面积（平方米）", "可用电力（千伏安）",
    ]  # fmt: skip
    assert texts(shown) == [["L1", "乙区", "闲置", "≥20,000", ""]]
    assert shown.rows[0].cells[3].hint == "30.00 亩"


def test_an_amount_of_a_quota_has_the_unit_of_its_resource(boss):
    row = {"quota_id": "Q1", "scope_kind": "zone", "scope": "Z1", "resource": "power", "capacity": 5000.0}
    write("quotas", [Write("add", "", row)], by=boss)
    assert texts(see(boss, "quotas", "columns=quota_id,resource,capacity,zone_id")) == [
        ["Q1", "电力", "5,000 千伏安", "甲区"]
    ]


def test_references_are_named_as_far_as_the_reader_may_see_them(boss):
    a_place(boss, "L1", "Z1", place_name="一号厂房")
    a_project(boss, "P1", "Z1", project_name="甲项目")
    row = {"project_id": "P1", "place_id": ["L1"], "action": "must"}
    write("pins", [Write("add", "", row)], by=boss)
    assert texts(see(boss, "pins", "columns=project_id,place_id")) == [["甲项目", "一号厂房"]]


def test_pages_have_numbers_and_a_page_too_far_is_the_last(boss):
    rows = [{"place_id": f"L{number:02}", "zone_id": "Z1", "kind": "land"} for number in range(1, 31)]
    write("places", [Write("add", "", row) for row in rows], by=boss)
    first = see(boss, "places")
    assert (first.total, first.first, first.last, first.last_page) == (30, 1, 25, 2)
    last = see(boss, "places", "page=99")
    assert (last.first, last.last, last.asked.state.page) == (26, 30, 2)
    assert [row.key for row in last.rows] == ["L26", "L27", "L28", "L29", "L30"]
    assert keys(boss, "places", "sort=-place_id&size=50")[0] == "L30"


def test_a_reader_sees_and_counts_only_the_rows_of_their_zones(boss):
    for place, zone in (("L1", "Z1"), ("L2", "Z2"), ("L3", "Z3")):
        a_place(boss, place, zone)
    member = a_user("company", "Z1")
    shown = see(member, "places")
    assert [row.key for row in shown.rows] == ["L1", "L2"]
    zones = next(facet for facet in shown.facets if facet.name == "zone_id")
    assert [(option.value, option.rows) for option in zones.options] == [("Z1", 2), ("Z2", 1)]
    assert keys(member, "places", "zone_id=Z3") == []
    assert keys(member, "places", "q=L3") == []


def test_while_a_condition_cannot_be_read_nothing_is_listed(boss):
    a_place(boss)
    shown = see(boss, "places", "area_m2=big")
    assert (shown.total, shown.rows) == (0, ())


def test_a_header_sorts_one_way_then_the_other(boss):
    def links(address):
        return {
            header.name: (header.link, header.direction) for header in see(boss, "places", address).headers
        }

    assert links("")["place_id"] == ("?sort=-place_id", "ascending")
    assert links("")["area_m2"] == ("?sort=area_m2", "")
    assert links("sort=area_m2&page=2")["area_m2"] == ("?sort=-area_m2", "ascending")
    assert links("sort=-area_m2")["area_m2"] == ("?sort=area_m2", "descending")
    assert links("sort=-place_id")["place_id"] == ("?", "descending")
    assert see(boss, "projects", "columns=products").headers[0].link == ""


@pytest.mark.parametrize("ledger", ["zones", "firms", "places", "projects", "quotas", "pins"])
def test_every_ledger_has_its_list_in_both_languages(client, boss, ledger):
    signed_in(client, boss)
    assert client.get(f"/desk/{ledger}/").status_code == 200
    client.cookies["yinfeng_language"] = "en"
    page = client.get(f"/desk/{ledger}/").content.decode()
    body = page[page.index('id="yf-list"') :]
    assert set(re.findall("[\u4e00-\u9fff]+", body)) <= {"甲区", "乙区", "丙区", "万元"}


def test_the_form_comes_back_at_the_short_address_of_its_list(client, boss):
    signed_in(client, boss)
    response = client.get("/desk/places/?q=&area_m2.from=30&area_m2.to=&status=vacant&size=25")
    assert (response.status_code, response["Location"]) == (302, "/desk/places/?status=vacant&area_m2=30..")
    assert client.get("/desk/places/?q=&size=25")["Location"] == "/desk/places/"
    asked_in_part = client.get("/desk/places/?q=&size=50", headers={"HX-Request": "true"})
    assert (asked_in_part.status_code, asked_in_part["HX-Push-Url"]) == (200, "/desk/places/?size=50")


def test_the_page_says_its_scope_its_count_and_links_each_row(client, boss):
    a_place(boss, "L/1", "Z2", place_name="<b>厂房</b>")
    page = signed_in(client, a_user("company", "Z1")).get("/desk/places/").content.decode()
    assert "范围：甲区（含下级）" in page
    assert "第 1–1 行，共 1 行" in page
    assert f'href="{link_of("places", "L/1")}"' in page
    assert "<b>厂房" not in page


def test_what_may_not_be_done_is_not_offered(client, boss):
    a_place(boss)
    page = signed_in(client, a_user("auditor")).get("/desk/places/").content.decode()
    assert 'action="/desk/bulk/places/" id="yf-bulk"' in page
    assert 'name="key"' not in page
    assert 'id="yf-bulk-button"' not in page


def test_who_may_not_see_a_ledger_is_refused(client, boss):
    assert signed_in(client, a_user("administrator")).get("/desk/places/").status_code == 403
    assert client.get("/desk/places/?q=x").status_code == 403


@pytest.mark.parametrize("ledger", ["firms", "places", "projects"])
def test_three_rows_take_as_many_queries_as_one(client, boss, ledger):
    make = {"firms": a_firm, "places": a_place, "projects": a_project}[ledger]
    signed_in(client, a_user("company", "Z1"))
    address = f"/desk/{ledger}/?columns={','.join(all_columns(ledger))}"

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address, follow=True).status_code == 200
        return len(caught)

    make(boss, "A1", "Z1")
    queries()
    one = queries()
    make(boss, "A2", "Z2")
    make(boss, "A3", "Z2")
    assert queries() == one


def test_a_role_begins_with_its_first_screen_and_can_leave_it(client, boss):
    a_place(boss, "L1", status="vacant")
    a_place(boss, "L2", status="in_use")
    view = save(
        ledger="places",
        name="闲置",
        query="status=vacant",
        audience="everyone",
        default_for="committee",
        by=boss,
    )
    signed_in(client, boss)
    page = client.get("/desk/places/", follow=True)
    assert page.redirect_chain == [(f"/desk/places/?status=vacant&view={view.pk}", 302)]
    assert "共 1 行" in page.content.decode()
    assert 'href="/desk/places/?view=0"' in page.content.decode()
    assert "共 2 行" in client.get("/desk/places/?view=0").content.decode()
