import pytest

from tests.web.office import a_place, a_project, a_user, a_zone
from yinfeng.web.ledgers.queries import (
    Filter,
    all_columns,
    matching,
    order,
    rows_within,
    sortable,
)
from yinfeng.web.ledgers.ranges import Range
from yinfeng.web.ledgers.zone_tree import zone_tree
from yinfeng.web.places.models import Place
from yinfeng.web.zones.policy import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    a_zone("Z1", zone_name="张开发区", search="zhang")
    a_zone("Z2", zone_name="阿开发区", search="a", part_of_id="Z1")
    a_zone("Z3", zone_name="波园区", search="bo")
    return a_user("committee")


@pytest.fixture
def places(boss):
    a_place(
        boss,
        "L1",
        "Z1",
        place_name="重庆路厂房",
        status="vacant",
        area_m2=5000.0,
        longitude=112.0,
        latitude=37.0,
    )
    a_place(
        boss,
        "L2",
        "Z2",
        place_name="安康路厂房",
        status="in_use",
        area_m2=20000.0,
        longitude=112.5,
        latitude=37.5,
    )
    a_place(boss, "L3", "Z3", place_name="Ａ3号厂房", kind="land")
    return Place.objects.all()


def found(rows, **asked):
    return [place.place_id for place in matching("places", rows, Filter(**asked)).order_by("place_id")]


def test_every_word_must_be_found_in_what_a_record_is_found_by(places):
    assert found(places, words=("aklcf",)) == ["L2"]
    assert found(places, words=("changfang",)) == ["L1", "L2", "L3"]
    assert found(places, words=("厂房", "a3")) == ["L3"]


def test_values_of_a_facet_are_any_of_and_facets_are_all_of(places):
    assert found(places, chosen={"status": ("vacant", "in_use")}) == ["L1", "L2"]
    assert found(places, chosen={"status": ("vacant", "-")}) == ["L1", "L3"]
    assert found(places, chosen={"status": ("-",), "kind": ("building",)}) == []
    assert found(places, chosen={"is_released": ("no",)}) == ["L1", "L2", "L3"]
    assert found(places, chosen={"is_released": ("yes",)}) == []


def test_a_range_takes_in_its_ends_and_leaves_out_what_is_not_known(places):
    assert found(places, ranges={"area_m2": Range(5000.0, None)}) == ["L1", "L2"]
    assert found(places, ranges={"area_m2": Range(None, 20000.0 - 1e-9)}) == ["L1", "L2"]
    assert found(places, ranges={"area_m2": Range(None, 19999.0)}) == ["L1"]
    assert found(places, ranges={"area_m2": Range(is_blank=True)}) == ["L3"]


def test_a_box_and_a_drawn_area_keep_what_lies_in_them(boss, places):
    assert found(places, box=(111.9, 36.9, 112.1, 37.1)) == ["L1"]
    hook = [(111, 36), (113, 36), (113, 38), (112.2, 38), (112.2, 36.5), (111, 36.5), (111, 36)]
    assert found(places, area=tuple(hook)) == ["L2"]
    a_place(boss, "L4", boundary="POLYGON ((112.4 37.4, 112.6 37.4, 112.6 37.6, 112.4 37.6, 112.4 37.4))")
    assert found(places, area=tuple(hook)) == ["L2", "L4"]
    assert found(places, box=(112.4, 37.4, 112.6, 37.6)) == ["L2", "L4"]
    assert found(places, box=(112.4, 37.4, 112.49, 37.6)) == []


@pytest.mark.parametrize(
    ("sort", "keys"),
    [
        ("", ["L1", "L2", "L3"]),
        ("-place_id", ["L3", "L2", "L1"]),
        ("place_name", ["L3", "L2", "L1"]),  # a3hao, ankanglu, chongqinglu
        ("-area_m2", ["L2", "L1", "L3"]),
        ("area_m2", ["L1", "L2", "L3"]),
        ("status", ["L1", "L2", "L3"]),
        ("-status", ["L2", "L1", "L3"]),
        ("zone_id", ["L2", "L3", "L1"]),
    ],
)
def test_names_are_sorted_by_pinyin_choices_by_their_dictionary_and_the_unknown_last(places, sort, keys):
    assert [place.place_id for place in places.order_by(*order("places", sort))] == keys


@pytest.mark.parametrize("ledger", ["zones", "firms", "places", "projects", "quotas", "pins"])
def test_every_list_can_be_sorted_by_every_column_that_says_so(ledger):
    everywhere = Scope(True, frozenset())
    for name, column in all_columns(ledger).items():
        if sortable(column):
            list(rows_within(ledger, everywhere).order_by(*order(ledger, f"-{name}")))


def test_rows_of_no_zone_lie_in_every_scope(boss):
    a_project(boss, "P1", "Z1")
    a_project(boss, "P2", None)
    a_project(boss, "P3", "Z3")
    rows = rows_within("projects", Scope(False, frozenset({"Z1"})))
    assert sorted(row.project_id for row in rows) == ["P1", "P2"]


def test_the_tree_lists_each_zone_after_the_one_above_and_siblings_by_pinyin(boss):
    tree = zone_tree(boss)
    assert list(tree.names) == ["Z3", "Z1", "Z2"]
    assert tree.with_those_above("Z2") == ("Z2", "Z1")
    assert tree.with_those_below(["Z1"]) == {"Z1", "Z2"}
    assert zone_tree(a_user("company", "Z2")).above == {}
