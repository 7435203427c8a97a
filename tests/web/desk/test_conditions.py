import pytest
from django.http import QueryDict

from yinfeng.core.text import Text
from yinfeng.web.desk.conditions import column_choices, conditions, range_fields, scope_text
from yinfeng.web.desk.list_state import read
from yinfeng.web.ledgers.zone_tree import ZoneTree
from yinfeng.web.zones.policy import Scope

TREE = ZoneTree({"Z1": "甲区", "Z2": "甲区东园", "Z3": "乙区", "Z4": "丙区", "Z5": "丁区"}, {"Z2": "Z1"})


def test_each_condition_is_said_in_words_with_the_address_without_it():
    state = read(
        "places", QueryDict("q=厂房&zone_id=Z2&status=-&area_m2=5000..&power_kva=..800&verified_on=-")
    )
    assert [(one.label.zh, one.value) for one in conditions(state, TREE)] == [
        ("搜索", "厂房"),
        ("开发区", "甲区东园"),
        ("状态", Text("未知", "Not known")),
        ("面积", Text("≥ 5000 平方米", "≥ 5000 m²")),
        ("可用电力", Text("≤ 800 千伏安", "≤ 800 kVA")),
        ("核实日期", Text("未知", "Not known")),
    ]
    assert {one.without.count("=") for one in conditions(state, TREE)} == {5}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5000..30亩", "5000", "30亩"),
        ("30亩以上", "20000", ""),
        ("5000", "5000", "5000"),
        ("大", "大", ""),
        ("", "", ""),
    ],
)
def test_a_range_stands_in_two_fields(text, low, high):
    state = read("places", QueryDict(f"area_m2={text}"))
    field = range_fields(state, ["area_m2"])[0]
    assert (field.low, field.high) == (low, high)


def test_ranges_in_force_are_shown_beside_the_usual_ones():
    state = read("places", QueryDict("crane_t=10.."))
    assert [field.name for field in range_fields(state, ["area_m2"])] == ["area_m2", "crane_t"]


def test_columns_shown_come_first_in_their_order():
    choices = column_choices(read("pins", QueryDict("columns=action,project_id")))
    assert [(choice.name, choice.is_shown) for choice in choices][:3] == [
        ("action", True),
        ("project_id", True),
        ("place_id", False),
    ]
    assert len(choices) == 8


def test_the_scope_names_the_uppermost_zones():
    def said(*zones):
        return scope_text(Scope(False, frozenset(zones)), TREE)

    assert said("Z1", "Z2") == Text("甲区（含下级）", "甲区 (with those below)")
    assert said("Z2", "Z3").zh == "甲区东园、乙区（含下级）"
    assert said("Z1", "Z3", "Z4", "Z5").en == "甲区, 乙区, 丙区 and 1 more (with those below)"
    assert scope_text(Scope(True, frozenset()), TREE).en == "all zones"
