import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.text import Text
from yinfeng.web.desk.list_state import State, as_filter, but, read, without, written
from yinfeng.web.ledgers.queries import all_columns
from yinfeng.web.ledgers.registry import HELD

TYPED = st.text("ab 亩厂＝.,-&=?#%+/:0129", max_size=12)
NAMES = sorted({name for ledger in HELD for name in all_columns(ledger)})
PARAMETERS = st.sampled_from(
    [
        "q",
        "sort",
        "columns",
        "page",
        "size",
        "show",
        "view",
        "bbox",
        "area",
        "area_m2.from",
        "area_m2.to",
        *NAMES,
    ]
)


@given(
    st.sampled_from(sorted(HELD)), st.lists(st.tuples(PARAMETERS, TYPED | st.sampled_from(NAMES)), max_size=9)
)
def test_an_address_that_was_written_is_read_as_the_same_list(ledger, pairs):
    asked = QueryDict(mutable=True)
    for name, value in pairs:
        asked.appendlist(name, value)
    state = read(ledger, asked)
    assert read(ledger, QueryDict(written(state))) == state
    assert written(read(ledger, QueryDict(written(state)))) == written(state)


def test_everything_a_list_shows_is_in_its_address():
    address = (
        "q=%E5%8E%82%E6%88%BF&zone_id=Z1&zone_id=Z2&status=-&area_m2=30%E4%BA%A9..20000&bbox=1,2,3,4"
        "&columns=area_m2,place_id&sort=-area_m2&size=50&show=both&view=7&page=3"
    )
    state = read("places", QueryDict(address))
    assert state == State(
        "places",
        search="厂房",
        chosen={"zone_id": ("Z1", "Z2"), "status": ("-",)},
        ranges={"area_m2": "30亩..20000"},
        box="1,2,3,4",
        columns=("area_m2", "place_id"),
        sort="-area_m2",
        page=3,
        size=50,
        show="both",
        view="7",
    )
    assert written(state) == address


def test_what_a_list_shows_by_itself_is_left_out():
    columns = ",".join(HELD["places"].columns)
    address = f"q=&columns={columns}&sort=place_id&page=1&size=25&show=list&status=&area_m2.from=&area_m2.to="
    assert written(read("places", QueryDict(address))) == ""


def test_what_it_does_not_know_is_left_out():
    address = "sort=password&columns=secret,place_id&page=x&size=1000&show=globe&view=-1&colour=red&keeper=1"
    assert written(read("places", QueryDict(address))) == "columns=place_id"
    assert read("firms", QueryDict("show=map")).show == "list"


def test_a_form_gives_the_two_ends_of_a_range_apart():
    state = read("places", QueryDict("area_m2.from=30亩&area_m2.to=&verified_on.to=2025-06"))
    assert state.ranges == {"area_m2": "30亩..", "verified_on": "..2025-06"}


def test_a_condition_can_be_taken_away_and_the_page_is_the_first_again():
    state = read("places", QueryDict("q=a&status=vacant&status=in_use&area_m2=1..2&page=9"))
    assert without(state, "status", "vacant") == "?q=a&status=in_use&area_m2=1..2"
    assert without(state, "area_m2") == "?q=a&status=vacant&status=in_use"
    assert without(state, "search") == "?status=vacant&status=in_use&area_m2=1..2"
    assert but(state, page=8) == "?q=a&status=vacant&status=in_use&area_m2=1..2&page=8"


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("area_m2=big", Text("面积", "Area")),
        ("bbox=1,2,3", Text("地图范围", "Area on the map")),
        ("bbox=3,0,1,2", Text("地图范围", "Area on the map")),
        ("area=POLYGON((0 0,1 1,0 0))", Text("地图范围", "Area on the map")),
    ],
)
def test_a_condition_that_cannot_be_read_is_a_fault(address, label):
    _, faults = as_filter(read("places", QueryDict(address)))
    assert [fault.label for fault in faults] == [label]


def test_a_drawn_area_has_its_corners():
    asked, faults = as_filter(read("places", QueryDict("area=POLYGON((112 37,113 37,113 38,112 37))")))
    assert faults == ()
    assert asked.area == ((112.0, 37.0), (113.0, 37.0), (113.0, 38.0), (112.0, 37.0))
