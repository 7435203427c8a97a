import datetime

import pytest

from tests.web.office import a_place, a_project, a_user, a_zone
from yinfeng.web.ledgers.bridge import (
    as_held,
    attributes_of,
    key_of,
    own_of,
    row_of,
    rows_of,
    said_of,
    zone_of,
)
from yinfeng.web.places.models import Place
from yinfeng.web.projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    a_zone("Z1")
    return a_user("committee")


def test_a_row_that_is_held_comes_back_as_it_was(boss):
    told = {
        "place_id": "L1",
        "place_name": "厂房",
        "zone_id": "Z1",
        "kind": "building",
        "area_m2": 12000.0,
        "area_m2.strength": ">=",
        "area_m2.high": None,
        "area_m2.raw": "12000平以上",
        "divisible": False,
        "available_on": datetime.date(2025, 6, 1),
        "allowed_industries": ["C30", "C31"],
    }
    place = a_place(boss, **told)
    row = row_of("places", place)
    assert {name: row[name] for name in told} == told
    untold = [
        value for name, value in row.items() if name not in told and not name.endswith((".strength", ".raw"))
    ]
    assert set(map(type, untold)) == {type(None)}


def test_many_rows_are_the_rows_of_each(boss):
    a_project(boss, "P1", land_min_mu=30.0)
    a_project(boss, "P2", by_products_used=[{"name": "粉煤灰", "amount": 5.0}])
    projects = Project.objects.order_by("project_id")
    assert rows_of("projects", projects) == [row_of("projects", project) for project in projects]


def test_a_reference_lies_in_its_own_field_and_a_blank_is_blank_as_the_field_has_it():
    row = {
        "part_of": None,
        "owner": None,
        "products": None,
        "area_m2": None,
        "zone_id": "Z1",
        "keeper_id": "li",
    }
    assert attributes_of("places", row | {"area_m2.raw": "x", "no_such": 1}) == {
        "part_of_id": None,
        "owner": "",
        "products": [],
        "area_m2": None,
        "zone_id": "Z1",
        "keeper_id": "li",
    }


def test_only_what_tells_more_than_the_value_is_kept_beside_it():
    row = {
        "area_m2": 12000.0, "area_m2.raw": "12,000", "area_m2.strength": "=", "area_m2.high": None,
        "power_kva": 400.0, "power_kva.raw": "400-630kVA", "power_kva.strength": "=", "power_kva.high": 630.0,
    }  # fmt: skip
    assert said_of(row) == {"power_kva.raw": "400-630kVA", "power_kva.high": 630.0}


def test_coordinates_that_were_turned_are_held_as_wgs84():
    assert as_held({"coordinate_system": "gcj02", "note": ""})["coordinate_system"] == "wgs84"
    assert as_held({"coordinate_system": "cgcs2000"})["coordinate_system"] == "cgcs2000"


def test_a_pin_is_known_by_project_places_and_what_it_does_and_lies_where_its_place_does():
    row = {"project_id": "P1", "place_id": ["L2", "L1"], "action": "must"}
    assert key_of("pins", row) == "P1 L1 L2"
    assert zone_of("pins", row, {"L2": "Z2", "L1": "Z1"}) == "Z2"
    assert zone_of("quotas", {"scope_kind": "zone", "scope": "Z9"}) == "Z9"
    assert zone_of("quotas", {"scope_kind": "substation", "scope": "神电"}) is None


def test_own_fields_stand_beside_the_row(boss):
    a_place(boss)
    assert own_of("places", Place.objects.get()) == {
        "keeper_id": None,
        "recheck_on": None,
        "is_released": False,
    }
