"""What the public may see, at every door: places released, on offer and seen in time, and no more of them."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from tests.web.office import a_firm
from tests.web.portal.town import NEED, SECRET, a_boss, a_site
from yinfeng.bulletins.pack_pages import pack_data
from yinfeng.tables.policy import recheck_days
from yinfeng.web.places.models import Place
from yinfeng.web.portal import market, needs, sharing
from yinfeng.web.portal.packing import pack_of
from yinfeng.web.portal.public import COLUMNS, among, public_places

pytestmark = pytest.mark.django_db

DAYS = 90
NEED_QUERY = f"kind=building&area={quote('8000平')}"


@pytest.fixture
def boss():
    return a_boss()


def ago(days):
    return timezone.localdate() - timedelta(days)


def test_the_rulebook_says_how_often_a_place_is_seen():
    assert recheck_days("shanxi", timezone.localdate()) == DAYS


@pytest.mark.parametrize(
    ("values", "is_public"),
    [
        ({}, True),
        ({"status": "partly_let"}, True),
        ({"is_released": False}, False),
        ({"status": "in_use"}, False),
        ({"status": "reserved"}, False),
        ({"status": None}, False),
        ({"verified_on": None}, False),
        ({"verified_on": ago(DAYS)}, True),
        ({"verified_on": ago(DAYS + 1)}, False),
        ({"recheck_on": ago(-(DAYS - 10))}, True),
        ({"recheck_on": ago(1)}, False),
        ({"verified_on": None, "recheck_on": ago(-30)}, False),
    ],
)
def test_public_is_released_on_offer_and_seen_in_time(boss, client, values, is_public):
    a_site(boss, **values)
    assert public_places().exists() is is_public
    assert client.get("/places/L1").status_code == (200 if is_public else 404)


def test_no_date_keeps_a_place_that_was_not_seen_for_longer_than_the_rulebook_says(boss, client):
    a_site(boss, verified_on=ago(DAYS + 1))
    Place.objects.update(recheck_on=ago(-3650))
    assert not public_places().exists()
    assert client.get("/places/L1").status_code == 404


@pytest.mark.parametrize(("days", "is_fading"), [(DAYS - 15, False), (DAYS - 14, True), (DAYS, True)])
def test_a_place_says_when_it_will_leave(boss, client, days, is_fading):
    a_site(boss, verified_on=ago(days))
    assert among(["L1"])[0].is_fading is is_fading
    for address in ("/places/L1", "/places", f"/find?{NEED_QUERY}"):
        assert ("快到期" in client.get(address).content.decode()) is is_fading


def doors(client, place_id):
    """Knock at every public door with one place: address or post → response."""
    one = f"place={quote(place_id)}"
    asked = {
        address: client.get(address)
        for address in (
            f"/places/{quote(place_id)}",
            f"/places/{quote(place_id)}?{NEED_QUERY}",
            f"/sketches/{quote(place_id)}",
            f"/compare?{one}",
            f"/compare?{one}&{NEED_QUERY}",
            f"/enquiry?{one}",
        )
    }
    asked |= {address: client.post(address, {"place": place_id} | NEED) for address in ("/share", "/pack")}
    return asked


def test_what_is_not_public_and_what_is_not_there_look_the_same(boss, client):
    a_site(boss, is_released=False)
    hidden, unknown = doors(client, "L1"), doors(client, "L9")
    assert {response.status_code for response in (*hidden.values(), *unknown.values())} == {404}
    same = client.get("/places/L1").content.decode().replace("L1", "L9")
    assert same == client.get("/places/L9").content.decode()


def test_no_door_shows_more_than_the_public_columns(boss, client):
    a_site(boss, products=["板"], reserved_for="")
    a_site(boss, "B9", kind="line", part_of="L1", products=["硅酸钙板"], line_value_wan=98765.0)
    a_firm(boss, "F1", firm_name=SECRET, industry_code="C3024", note=SECRET, source=SECRET)
    Place.objects.update(keeper=boss)
    seen = [response.content.decode(errors="replace") for response in doors(client, "L1").values()]
    link = client.post("/share", {"place": "L1"} | NEED).headers["Location"]
    addresses = ["/", "/places", "/places?kind=line", "/places.geojson", "/places.geojson?place=L1", link]
    addresses += ["/zones.geojson", "/places/B9"]
    addresses += [
        f"/find{kind}?{NEED_QUERY}&show={show}" for kind in ("", ".geojson") for show in ("fits", "near")
    ]
    seen += [client.get(address).content.decode() for address in addresses]
    pack = pack_of(among(["L1"]), needs.read(NEED)[0], sharing.Share.objects.latest("pk"), site="")
    seen.append(json.dumps(pack_data(pack, "zh"), ensure_ascii=False))
    for private in (SECRET, "98765", "98,765", boss.username, "抵押", "mortgaged"):
        assert [text for text in seen if private in text] == []


def test_the_public_columns_are_these():
    private = {
        "owner", "owner_kind", "owner_consent", "title", "encumbrance", "reserved_for", "substation",
        "bundle_substation", "idle_since", "adjacent_to", "shared_in_bundle", "line_value_wan", "upgrade_wan",
        "coordinate_system", "synthetic", "source", "note", "keeper_id", "recheck_on", "is_released",
        "version", "said", "search", "made_at", "changed_at", "id",
    }  # fmt: skip
    assert {field.attname for field in Place._meta.concrete_fields} == set(COLUMNS) | private


def test_a_seized_place_says_only_that_the_zone_is_to_be_asked(boss, client):
    a_site(boss, encumbrance="seized")
    page = client.get(f"/find?{NEED_QUERY}&show=near").content.decode()
    assert "供应事项须向开发区确认" in page
    assert "查封" not in page
    assert "产权" not in page


def test_a_page_never_shows_what_left_since_the_market_was_prepared(boss, client, monkeypatch):
    a_site(boss)
    a_site(boss, "L2")
    held = market.prepare()
    monkeypatch.setattr(market, "stamp", lambda: held.stamp)  # as if the change were not seen yet
    Place.objects.filter(place_id="L2").update(is_released=False)
    page = client.get(f"/find?{NEED_QUERY}").content.decode()
    assert ("L1厂房" in page, "L2厂房" in page) == (True, False)
    shown = json.loads(client.get(f"/find.geojson?{NEED_QUERY}&show=fits").content)
    assert [feature["properties"]["key"] for feature in shown["features"]] == ["L1"]


def test_what_is_released_is_found_at_once(boss, client):
    a_site(boss)
    assert "L2厂房" not in client.get(f"/find?{NEED_QUERY}").content.decode()
    a_site(boss, "L2")
    assert "L2厂房" in client.get(f"/find?{NEED_QUERY}").content.decode()
