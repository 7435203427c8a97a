"""Columns of facts: keys each held once, and which projects are told apart."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.core.matching.zone import POLICY, building, project, zone_facts
from yinfeng.core.matching.facts import Keys
from yinfeng.core.matching.feasible import judge_project
from yinfeng.core.matching.offers import all_offers

VALUES = st.lists(st.sampled_from(["a", "b", None, ("a", 1), 3]), min_size=1)


@given(VALUES, st.data())
def test_picked_keys_are_those_of_the_values(values: list[object], data: st.DataObject) -> None:
    at = data.draw(st.lists(st.integers(0, len(values) - 1)))
    picked = Keys.pick(values, np.array(at, dtype=np.int64))
    plain = Keys.of(values[j] for j in at)
    assert (picked.distinct, picked.index.tolist()) == (plain.distinct, plain.index.tolist())


@given(VALUES)
def test_keys_read_as_the_values(values: list[object]) -> None:
    keys = Keys.of(values)
    assert list(keys) == values == [keys[j] for j in range(len(keys))]


def test_only_projects_that_a_place_is_reserved_for_are_told_apart() -> None:
    places = [
        building("L1"),
        building("L2", status=("reserved", "B")),
        building("L3", status=("reserved", None)),
    ]
    facts = zone_facts([project("A"), project("B"), project("C")], places)
    assert list(facts.projects.key["id"]) == [None, "B", None]
    free = zone_facts([project("A"), project("B")], [building("L1")])
    assert list(free.projects.key["id"]) == [None, None]
    # Projects that come to places which were not known when they were read.
    joined = replace(facts, projects=free.projects)
    assert list(joined.projects.key["id"]) == [None, "B"]


def test_a_reserved_place_admits_only_the_project_it_is_reserved_for() -> None:
    places = [building("L2", status=("reserved", "B")), building("L3", status=("reserved", None))]
    facts = zone_facts([project("A"), project("B")], places)
    offers = all_offers(facts)["building"]
    refused = []
    for i in (0, 1):
        judged = judge_project(facts.projects, i, offers, POLICY)
        refused.append(["M22" in {miss.code for miss in judged.misses(o)} for o in (0, 1)])
    assert refused == [[True, True], [False, True]]
