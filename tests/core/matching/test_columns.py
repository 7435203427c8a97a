"""The kernels of candidates and columns give what plain code gives, row by row, to the last bit."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.plain_columns import plain_by_project, plain_columns, ranks
from tests.core.matching.test_join import zones
from tests.core.matching.zone import POLICY, building, project, zone_facts
from yinfeng.core.matching._factored import Factored
from yinfeng.core.matching._ways import ways_of
from yinfeng.core.matching.candidates import Candidates, expanded, plain_candidates
from yinfeng.core.matching.columns import by_project, columns, drawing_of, uses_of
from yinfeng.core.matching.facts import KINDS, Facts, Firm, Kind
from yinfeng.core.matching.feasible import join
from yinfeng.core.matching.offers import all_offers
from yinfeng.core.matching.resources import cover, list_resources

FIELDS = ("project", "offer", "area", "whole", "components", "uncounted")


def assert_tables_are_plain(facts: Facts) -> tuple[dict[Kind, Candidates], dict[Kind, Candidates]]:
    made, plain = {}, {}
    for kind, offers in all_offers(facts).items():
        found = join(facts.projects, offers, POLICY)
        made[kind] = expanded(ways_of(facts, offers, POLICY), found.pair_project, found.pair_offer)
        plain[kind] = table = plain_candidates(facts, offers, found, POLICY)
        for name in FIELDS:
            assert np.array_equal(getattr(made[kind], name), getattr(table, name)), name
        for sets, name in (("line_sets", "lines"), ("by_product_sets", "by_products")):
            named, expected = (getattr(one, sets) for one in (made[kind], table))
            assert [named[s] for s in getattr(made[kind], name)] == [
                expected[s] for s in getattr(table, name)
            ]
            assert named[0] == ()
    return made, plain


def assert_columns_are_plain(
    facts: Facts, made: Mapping[Kind, Candidates], plain: Mapping[Kind, Candidates], first: int = 0
) -> None:
    offers, resources = all_offers(facts), list_resources(facts)
    covers = {kind: cover(facts, offers[kind], resources) for kind in KINDS}
    kept = {kind: (made[kind].value > 0) & (made[kind].project >= first) for kind in KINDS}
    chosen, expected = by_project(made, kept), plain_by_project(plain, kept)
    for name in ("kind", "row", "project", "value"):
        assert np.array_equal(getattr(chosen, name), getattr(expected, name)), name
    projects = range(first, len(facts.projects))
    got = columns(drawing_of(facts, offers, resources, covers), made, chosen, projects)
    told = plain_columns(facts, plain, expected, resources, covers, projects)
    for name, array in got._asdict().items():
        assert array.dtype == getattr(told, name).dtype, name
        assert np.array_equal(array, getattr(told, name)), name
    assert [part.tolist() for part in uses_of(got)] == plain_uses(told)


def plain_uses(told: Factored) -> list[list[int]]:
    """List every use of every candidate, own ones first: where each begins, resource and amount."""
    start, resource, amount = [0], [], []
    for i in range(len(told.required)):
        for k in range(told.start[i], told.start[i + 1]):
            own = slice(told.own_start[k], told.own_start[k + 1])
            resource += told.own_resource[own].tolist()
            amount += told.own_amount[own].tolist()
            if told.pattern[k]:
                p = told.pattern_start[i] + told.pattern[k] - 1
                shared = slice(told.shared_start[p], told.shared_start[p + 1])
                resource += told.shared_resource[shared].tolist()
                amount += told.shared_amount[shared].tolist()
            start.append(len(resource))
    return [start, resource, amount]


@given(zones(), st.integers(0, 2))
@settings(max_examples=120, deadline=None)
def test_columns_of_any_zone_are_those_made_plainly(facts: Facts, first: int) -> None:
    made, plain = assert_tables_are_plain(facts)
    first = min(first, len(facts.projects))
    assert_columns_are_plain(facts, made, plain, first)
    assert_columns_are_plain(facts, plain, plain, first)


def with_many_things() -> Facts:
    """One taker of up to five lines and five by-products, and one that one line fits and no two."""
    products = dict.fromkeys(("ash", "fly ash", "gas", "slag", "steam"), 3000000)
    lines = [
        {"id": f"N{k}", "building": f"B{b}", "products": (made,), "value_yuan": 10**6 if k else None}
        for b, most in enumerate((1, 2, 3, 5))
        for k, made in enumerate(["glass"] * most)
    ]
    for n, line in enumerate(lines):
        line["id"] = f"N{n:02}"
    lines[4]["products"] = ("steel",)
    return zone_facts(
        [
            project("A", products=("glass",), value_added_wan_yr=300_000),
            project("B", products=("steel",), value_added_wan_yr=300_000),
            *(
                project(
                    f"C{size}", products=("glass", "steel"), value_added_wan_yr=300_000,
                    by_products=dict(list(products.items())[:size]),
                )
                for size in range(1, 6)
            ),
        ],
        [building(f"B{b}", divisible=True, smallest_share_m2=1_000, area_m2=9_000) for b in range(4)],
        lines=lines,
        firms=[Firm("F", "F", "Z", "D44", products)],
    )  # fmt: skip


def test_sets_of_more_than_three_things_come_as_they_are_listed() -> None:
    facts = with_many_things()
    policy = replace(POLICY, by_product=dict.fromkeys(("ash", "gas", "slag", "steam", "fly ash"), PRICE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(globals(), "POLICY", policy)
        made, plain = assert_tables_are_plain(facts)
        assert_columns_are_plain(facts, made, plain)
    sizes = {len(made["building"].line_sets[s]) for s in made["building"].lines}
    assert sizes == {0, 1, 2, 3, 5}
    assert {len(made["building"].by_product_sets[s]) for s in made["building"].by_products} == {
        0,
        1,
        2,
        3,
        4,
        5,
    }


PRICE = next(iter(POLICY.by_product.values()))


def test_the_order_of_a_project_depends_on_no_other() -> None:
    facts = with_many_things()
    of_all, _ = assert_tables_are_plain(facts)
    for i in range(len(facts.projects)):
        alone = replace(facts, projects=facts.projects.take(np.array([i])))
        of_one, _ = assert_tables_are_plain(alone)
        whole, single = of_all["building"], of_one["building"]
        mine = [row for row in whole.order if whole.project[row] == i]  # type: ignore[union-attr]
        sets = [(whole.line_sets[whole.lines[row]], int(whole.offer[row])) for row in mine]
        assert sets == [(single.line_sets[single.lines[row]], int(single.offer[row])) for row in single.order]  # type: ignore[union-attr]


def test_pairs_out_of_order_are_sorted_when_they_must_be() -> None:
    facts = with_many_things()
    offers = all_offers(facts)["building"]
    found = join(facts.projects, offers, POLICY)
    known = ways_of(facts, offers, POLICY)
    table = expanded(known, found.pair_project[::-1], found.pair_offer[::-1])
    assert table.order is None
    assert np.array_equal(
        np.sort(table.value), np.sort(expanded(known, found.pair_project, found.pair_offer).value)
    )
    assert ranks([(), (1,), (), (0, 1)]).tolist() == [0, 1, 0, 2]
