import json

import pytest
from django.http import QueryDict

from tests.web.office import a_place, a_user, a_zone
from yinfeng.web.desk import list_map, list_state

pytestmark = pytest.mark.django_db
MODEL = "django.contrib.auth.backends.ModelBackend"
SQUARE = "POLYGON ((112 37, 112.01 37, 112.01 37.01, 112 37))"


@pytest.fixture
def boss():
    a_zone("Z1", zone_name="甲区", boundary=SQUARE)
    a_zone("Z2", boundary=SQUARE)
    user = a_user("committee")
    a_place(user, "L1", "Z1", status="partly_let", boundary=SQUARE, longitude=112.005, latitude=37.005)
    a_place(user, "L2", "Z1", status="vacant", longitude=112.5, latitude=37.5)
    a_place(user, "L3", "Z2", status="vacant")
    return user


def answer(client, user, address):
    client.force_login(user, backend=MODEL)
    response = client.get(address)
    assert response["Content-Type"] == "application/geo+json; charset=utf-8"
    return json.loads(response.content)


def keys(told):
    return [feature["properties"]["key"] for feature in told["features"]]


def test_the_map_has_the_places_of_the_list_as_it_wants_them(client, boss):
    told = answer(client, boss, "/desk/places/map.json?zone_id=Z1&sort=-area_m2&size=25")
    assert told["features"][0] == {
        "type": "Feature",
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[112.0, 37.0], [112.01, 37.0], [112.01, 37.01], [112.0, 37.0]]],
        },
        "properties": {
            "key": "L1",
            "name": "L1厂房",
            "kind": "building",
            "state": "part",
            "href": "/desk/places/L1/",
        },
    }
    assert keys(told) == ["L1", "L2"]


def test_conditions_and_scope_apply_to_the_map_too(client, boss):
    assert keys(answer(client, boss, "/desk/places/map.json?status=vacant")) == ["L2", "L3"]
    assert keys(answer(client, boss, "/desk/places/map.json?bbox=112.4,37,113,38")) == ["L2"]
    assert keys(answer(client, boss, "/desk/places/map.json?area_m2=big")) == []
    member = a_user("company", "Z2")
    assert keys(answer(client, member, "/desk/places/map.json")) == ["L3"]
    assert len(answer(client, member, "/desk/zones/map.json")["features"]) == 1


def test_many_places_come_in_parts(client, boss, monkeypatch):
    monkeypatch.setattr(list_map, "ANSWER_ROWS", 2)
    first = answer(client, boss, "/desk/places/map.json?q=l")
    assert (keys(first), first["next"]) == (["L1", "L2"], "?q=l&page=2")
    second = answer(client, boss, f"/desk/places/map.json{first['next']}")
    assert (keys(second), "next" in second) == (["L3"], False)


def test_the_maps_own_view_takes_no_place_off_it():
    state = list_state.read(
        "places", QueryDict("q=a&bbox=1,2,3,4&columns=place_id&sort=-kind&page=3&show=both")
    )
    assert list_map.source(state) == "/desk/places/map.json?q=a"
