import itertools

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.text import Text
from yinfeng.web.desk.facets import Option, count, facets, with_lower_zones
from yinfeng.web.desk.list_state import as_filter, read
from yinfeng.web.ledgers.queries import Filter
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.ledgers.zone_tree import ZoneTree

TREE = ZoneTree({"Z1": "甲区", "Z2": "甲区东园", "Z3": "乙区"}, {"Z2": "Z1"})
VALUES = st.sampled_from(["a", "b", "-"])


@given(
    st.lists(st.tuples(*[VALUES] * len(HELD["zones"].facets)), max_size=20),
    st.dictionaries(
        st.sampled_from(HELD["zones"].facets), st.lists(VALUES, min_size=1, max_size=2), max_size=3
    ),
)
def test_a_facet_counts_what_the_other_choices_leave(rows, chosen):
    asked = Filter(chosen={name: tuple(values) for name, values in chosen.items()})
    groups = [(row, rows.count(row)) for row in set(rows)]
    total, counts = count("zones", groups, asked)
    names = HELD["zones"].facets

    def left(apart=""):
        return [
            row
            for row in rows
            if all(row[names.index(name)] in chosen[name] for name in chosen if name != apart)
        ]

    assert total == len(left())
    for (at, name), value in itertools.product(enumerate(names), ["a", "b", "-"]):
        assert counts[name][value] == sum(row[at] == value for row in left(apart=name))


def shown(address, groups):
    state = read("places", QueryDict(address))
    asked = with_lower_zones(as_filter(state)[0], TREE)
    total, counts = count("places", groups, asked)
    return total, {facet.name: facet for facet in facets(state, counts, TREE)}


GROUPS = [
    (("Z1", "land", "vacant", "-", "-", "yes"), 2),
    (("Z2", "building", "in_use", "firm", "-", "no"), 3),
    (("Z3", "building", "-", "-", "-", "no"), 5),
]


def test_a_zone_is_counted_and_chosen_with_those_below_it():
    total, found = shown("zone_id=Z1", GROUPS)
    assert total == 5
    assert found["zone_id"].options == (
        Option("Z1", "甲区", 5, True, 0),
        Option("Z2", "甲区东园", 3, False, 1),
        Option("Z3", "乙区", 5, False, 0),
    )


def test_values_are_said_in_words_in_the_order_of_their_dictionary_the_unknown_last():
    _, found = shown("", GROUPS)
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
    _, found = shown("status=reserved&kind=land", GROUPS)
    assert [(option.value, option.rows, option.is_chosen) for option in found["status"].options] == [
        ("vacant", 2, False),
        ("reserved", 0, True),
    ]
    assert found["status"].clear == "?kind=land"
    assert found["owner_kind"].clear == ""
