from collections import Counter

from django.http import QueryDict

from yinfeng.core.text import Text
from yinfeng.web.desk.facets import Option, facets, with_lower_zones
from yinfeng.web.desk.list_state import as_filter, read
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.ledgers.zone_tree import ZoneTree

TREE = ZoneTree({"Z1": "甲区", "Z2": "甲区东园", "Z3": "乙区"}, {"Z2": "Z1"})


def shown(address, groups):
    """Lay out the facets of rows, given as combinations of values and how many rows have each."""
    state = read("places", QueryDict(address))
    asked = with_lower_zones(as_filter(state)[0], TREE)
    names = HELD["places"].facets
    counts = {}
    for at, name in enumerate(names):
        others = {names.index(other): values for other, values in asked.chosen.items() if other != name}
        counts[name] = Counter()
        for values, rows in groups:
            if all(values[other] in wanted for other, wanted in others.items()):
                counts[name][values[at]] += rows
    return {facet.name: facet for facet in facets(state, counts, TREE)}


GROUPS = [
    (("Z1", "land", "vacant", "-", "-", "yes"), 2),
    (("Z2", "building", "in_use", "firm", "-", "no"), 3),
    (("Z3", "building", "-", "-", "-", "no"), 5),
]


def test_a_zone_is_counted_and_chosen_with_those_below_it():
    found = shown("zone_id=Z1", GROUPS)
    assert found["zone_id"].options == (
        Option("Z1", "甲区", 5, True, 0),
        Option("Z2", "甲区东园", 3, False, 1),
        Option("Z3", "乙区", 5, False, 0),
    )


def test_values_are_said_in_words_in_the_order_of_their_dictionary_the_unknown_last():
    found = shown("", GROUPS)
    assert [(option.label, option.rows) for option in found["status"].options] == [
        (Text("闲置", "vacant"), 2),
        (Text("在用", "in use"), 3),
        (Text("未知", "Not known"), 5),
    ]
    assert [(option.label, option.rows) for option in found["is_released"].options] == [
        (Text("是", "Yes"), 2),
        (Text("否", "No"), 8),
    ]


def test_what_is_chosen_stays_to_be_taken_away_where_nothing_is_left_of_it():
    found = shown("status=reserved&kind=land", GROUPS)
    assert [(option.value, option.rows, option.is_chosen) for option in found["status"].options] == [
        ("vacant", 2, False),
        ("reserved", 0, True),
    ]
    assert found["status"].clear == "?kind=land"
    assert found["owner_kind"].clear == ""
