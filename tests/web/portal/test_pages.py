"""The portal's pages as such: both languages, a strict policy, no word outside them."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.portal.town import a_boss, a_site
from yinfeng.web import portal
from yinfeng.web.portal import comparing
from yinfeng.web.portal.public import among

pytestmark = pytest.mark.django_db

TEMPLATES = Path(portal.__file__).parent.parent / "templates" / "portal"
PAGES = ["/", "/places", "/places/L1", "/compare?place=L1&place=L2", "/enquiry?place=L1"]
FOUND = "/find?kind=building&area=8000%E5%B9%B3"


@pytest.fixture
def boss():
    by = a_boss()
    a_site(by, "L1")
    a_site(by, "L2", clear_height_m=6.0)
    return by


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_script_no_style_and_no_word_in_one_language(template):
    text = template.read_text("utf-8")
    assert re.findall(r"\sstyle=|<style|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text) == []
    bare = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text.replace(">中文<", "><"))
    assert re.findall("[一-鿿，。；：（）]+", bare) == []


@pytest.mark.parametrize("address", [*PAGES, FOUND])
def test_pages_are_chinese_unless_english_is_chosen(boss, client, address):
    chinese = client.get(address)
    assert '<html lang="zh-CN">' in chinese.content.decode()
    client.cookies["yinfeng_language"] = "en"
    english = client.get(address).content.decode()
    assert '<html lang="en">' in english
    said = re.sub(r"<[^>]*>|中文|L\d厂房|Z1开发区|装备制造", " ", english)
    assert re.findall("[一-鿿]+", said) == []


@pytest.mark.parametrize("address", [*PAGES, FOUND, "/robots.txt", "/zones.geojson"])
def test_the_policy_is_strict(boss, client, address):
    policy = client.get(address).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_wrong_need_is_explained_with_what_was_typed(client, boss):
    page = client.get("/find?kind=land&area=abc&height=9").content.decode()
    assert '<a href="#id_area">' in page
    assert 'value="abc"' in page
    assert 'value="9"' in page
    assert 'aria-invalid="true"' in page


def test_a_bare_address_asks_for_the_need(client, boss):
    assert set(client.get("/find?area=").context["form"].errors) == {"kind", "area"}


def test_rows_say_whether_places_differ(boss):
    groups = comparing.side_by_side(among(["L1", "L2"]))
    differs = {row.label.zh: row.differs for group in groups for row in group.rows}
    assert (differs["净高"], differs["面积"]) == (True, False)


def test_robots_are_kept_from_links_and_searches(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /s/", "Disallow: /find", "Disallow: /desk/"} <= set(lines)


def test_a_list_takes_as_many_queries_for_two_places_as_for_three(boss, client):
    for address in ("/places", FOUND):
        client.get(address)
        with CaptureQueriesContext(connection) as two:
            client.get(address)
        a_site(boss, f"L{len(address)}")
        client.get(address)
        with CaptureQueriesContext(connection) as three:
            client.get(address)
        assert len(two) == len(three)
