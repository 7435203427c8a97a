"""Offers, areas, lines and by-products: what a project can take, and what it is worth there."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.zone import AS_OF, POLICY, building, parcel, project, zone_facts
from yinfeng.core.matching.area import options
from yinfeng.core.matching.candidates import Candidates, candidates, subsets
from yinfeng.core.matching.facts import Facts, Firm, Kind, Zone
from yinfeng.core.matching.feasible import join
from yinfeng.core.matching.offers import all_offers, parts_of
from yinfeng.core.matching.value import Component


def of(facts: Facts, kind: Kind = "building") -> Candidates:
    offers = all_offers(facts)[kind]
    return candidates(facts, offers, join(facts.projects, offers, POLICY), POLICY)


def areas(facts: Facts, kind: Kind = "building") -> list[tuple[str, int, bool]]:
    table = of(facts, kind)
    named = [table.offers.id[o] for o in table.offer.tolist()]
    return sorted(zip(named, table.area.tolist(), table.whole.tolist(), strict=True))


def components(facts: Facts, kind: Kind = "building") -> dict[str, int]:
    """Non-zero components of the only candidate, in yuan a year."""
    table = of(facts, kind)
    assert len(table) == 1
    return {c.name: int(table.components[0, c]) for c in Component if table.components[0, c]}


@pytest.mark.parametrize(
    ("need", "place", "expected"),
    [
        pytest.param({}, {}, [("L", 6_000, True)], id="whole"),
        pytest.param(
            {"floor_wish_m2": 5_500},
            {"divisible": True, "smallest_share_m2": 1_000},
            [("L", 5_000, False), ("L", 5_500, False), ("L", 6_000, True)],
            id="least, wished and whole",
        ),
        pytest.param(
            {"floor_wish_m2": 7_000},
            {"divisible": True, "smallest_share_m2": 1_000},
            [("L", 5_000, False), ("L", 6_000, True)],
            id="wish beyond the place",
        ),
        pytest.param(
            {},
            {"divisible": True, "smallest_share_m2": 5_900},
            [("L", 5_900, False), ("L", 6_000, True)],
            id="smallest share above the wish",
        ),
        pytest.param(
            {"floor_max_m2": 5_500},
            {"divisible": True, "smallest_share_m2": 1_000},
            [("L", 5_000, False)],
            id="whole too large",
        ),
        pytest.param(
            {"floor_min_m2": 6_000}, {"divisible": True}, [("L", 6_000, True)], id="a share that is the whole"
        ),
    ],
)
def test_areas_that_can_be_taken(
    need: dict[str, Any], place: dict[str, Any], expected: list[tuple[str, int, bool]]
) -> None:
    assert areas(zone_facts([project("A", **need)], [building("L", **place)])) == expected


@given(
    st.integers(1, 9),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(1, 9),
    st.integers(1, 9),
    st.booleans(),
)
@settings(max_examples=500, deadline=None)
def test_areas_follow_the_definition(
    lo: int, more: int, wish: int, free: int, share: int, divisible: bool
) -> None:
    hi = lo + more
    want = min(max(wish, lo), hi)
    can = options((lo, hi, want), free, share, divisible)  # type: ignore[arg-type]
    found = {int(a) for a, ok in ((free, can.whole), (can.a1, can.least), (can.a2, can.wished)) if ok}
    expected = {free} if lo <= free <= hi else set()
    if divisible:
        shares = {max(lo, share), min(max(want, share), hi, free)}
        expected |= {a for a in shares if share <= a <= min(hi, free) and a >= lo}
    assert found == expected


def test_bundles_join_adjacent_parcels_of_one_holder() -> None:
    wants = project("A", land_min_mu=35_000)
    parcels = [
        parcel("P1", adjacent=["P2"]),
        parcel("P2"),
        parcel("P3", adjacent=["P2"]),
        parcel("P4", adjacent=["P3"], owner="another"),
        parcel("P5"),
    ]
    assert areas(zone_facts([wants], parcels), "land") == [
        ("P1 + P2", 40_000, True),
        ("P1 + P2 + P3", 60_000, True),
        ("P2 + P3", 40_000, True),
    ]


def test_an_id_may_hold_the_sign_that_joins_a_bundle() -> None:
    parcels = [parcel("P1+2", adjacent=["P3"]), parcel("P3")]
    table = of(zone_facts([project("A", land_min_mu=35_000)], parcels), "land")
    assert [parts_of(table.offers.id[o]) for o in table.offer.tolist()] == [["P1+2", "P3"]]


@pytest.mark.parametrize(
    ("first", "second", "offered"),
    [
        pytest.param({"power_kva": 500}, {"power_kva": 300}, False, id="must hold on every part"),
        pytest.param({"power_kva": 500, "shared": ["power_kva"]}, {}, True, id="named as shared"),
        pytest.param({"power_kva": 500}, {"power_kva": 400, "substation": "S"}, False, id="two substations"),
        pytest.param(
            {"power_kva": 500, "bundle_substation": "S"},
            {"power_kva": 400, "substation": "S"},
            True,
            id="substation named",
        ),
        pytest.param(
            {"power_kva": 500, "bundle_substation": "T"},
            {"power_kva": 400, "substation": "S"},
            False,
            id="a substation of neither",
        ),
        pytest.param({"power_kva": 500}, {"power_kva": 500, "zone": "Y"}, False, id="two zones"),
        pytest.param(
            {"power_kva": 500, "price_wan_mu": 50},
            {"power_kva": 500},
            False,
            id="one asks too much, one is blank",
        ),
        pytest.param(
            {"power_kva": 500, "min_tax_wan_mu": 10_000_000},
            {"power_kva": 500},
            False,
            id="one has a floor, one is blank",
        ),
        pytest.param(
            {"power_kva": 500, "shared": ["area_m2"]}, {"power_kva": 500}, True, id="areas still add up"
        ),
    ],
)
def test_what_must_hold_on_a_bundle(first: dict[str, Any], second: dict[str, Any], offered: bool) -> None:
    zones = {name: Zone(name, name, name, (name,)) for name in ("Y", "Z")}
    wants = project("A", land_min_mu=35_000, power_kva=400, price_ceiling_wan_mu=10)
    parcels = [parcel("P1", adjacent=["P2"], **first), parcel("P2", **second)]
    found = areas(zone_facts([wants], parcels, zones=zones), "land")
    assert found == ([("P1 + P2", 40_000, True)] if offered else [])


def test_yield_counts_the_share_of_the_horizon_in_production() -> None:
    # 10 years; 6 months to fit out, project ready in 12: (120 − 18) / 120 of 1,000,000 + 10 % of 2,000,000.
    wants = project("A", value_added_wan_yr=2_000_000, needed_on=AS_OF + 365, floor_wish_m2=6_000)
    assert components(zone_facts([wants], [building("L")])) == {"YIELD": 1_020_000}


def test_reuse_is_capped_and_space_charged() -> None:
    idle = building("L", idle_since=AS_OF - 20 * 365)
    # 6,000 m² × 10 years × 4 yuan; 1,000 m² beyond the wish × 6 yuan; yield 114 / 120 of a million.
    assert components(zone_facts([project("A")], [idle])) == {
        "YIELD": 950_000,
        "REUSE": 240_000,
        "SPACE": -6_000,
    }


def test_each_parcel_of_a_bundle_counts_its_own_idle_years() -> None:
    parcels = [
        parcel("P1", adjacent=["P2"], idle_since=AS_OF - 3_650),
        parcel("P2", idle_since=AS_OF - 365, area_m2=30_000),
        parcel("P3", adjacent=["P2"]),
    ]
    wants = project("A", land_min_mu=50_000, land_max_mu=50_000, floor_min_m2=None)
    table = of(zone_facts([wants], parcels), "land")
    reuse = {
        table.offers.id[o]: int(yuan)
        for o, yuan in zip(table.offer, table.components[:, Component.REUSE], strict=True)
    }
    # 1.5 yuan × (20,000 m² × 10 years + 30,000 × 1); the third parcel was never idle.
    assert reuse == {"P1 + P2": 345_000, "P2 + P3": 45_000}


def test_waiting_costs_a_share_of_the_yield() -> None:
    late = building("L", available_on=AS_OF + 61)
    wants = project("A", floor_wish_m2=6_000, needed_on=AS_OF)
    assert components(zone_facts([wants], [late])) == {"YIELD": 950_000, "READINESS": -20_000}


def test_linked_firms_of_the_same_zone_count_up_to_the_cap() -> None:
    zones = {
        "Z": Zone("Z", "Z", "Z", ("Z",)),
        "K": Zone("K", "K", "Z", ("K", "Z")),
        "Y": Zone("Y", "Y", "Y", ("Y",)),
    }
    firms = [Firm(f"F{n}", "power plant", zone, "D4411", {}) for n, zone in enumerate("ZKYZZ")]
    wants = project("A", floor_wish_m2=6_000)
    assert components(zone_facts([wants], [building("L")], firms=firms[:2], zones=zones))["CHAIN"] == 400_000
    assert components(zone_facts([wants], [building("L")], firms=firms, zones=zones))["CHAIN"] == 600_000
    other = project("A", floor_wish_m2=6_000, industry_code="C1311")
    assert components(zone_facts([other], [building("L")], firms=firms, zones=zones)) == {"YIELD": 950_000}


def test_a_line_counts_where_product_and_process_fit() -> None:
    line = {
        "id": "N", "building": "L", "products": ["粉煤灰增强硅酸钙板"], "processes": ["制浆", "切割"],
        "value_yuan": 1_000_000,
    }  # fmt: skip

    def saved(**known: Any) -> int:
        facts = zone_facts([project("A", **known)], [building("L")], lines=[line])
        return components(facts).get("EQUIPMENT", 0)

    assert saved(products=["硅酸钙板"]) == 78_000  # (1,000,000 − 40 %) × 0.13
    assert saved(products=["硅酸钙板"], processes=["切割"]) == 78_000
    assert saved(products=["硅酸钙板"], processes=["注塑"]) == 0
    assert saved(products=["板"]) == 0
    assert saved(products=[]) == 0


def test_a_share_uses_only_the_lines_it_names() -> None:
    lines = [{"id": f"N{n}", "building": "L", "products": ["board"], "value_yuan": 1} for n in range(2)]
    place = building("L", divisible=True, smallest_share_m2=5_000)
    table = of(zone_facts([project("A", products=["board"])], [place], lines=lines))
    shown = sorted(
        (bool(whole), len(table.line_sets[n]))
        for whole, n in zip(table.whole.tolist(), table.lines.tolist(), strict=True)
    )
    assert shown == [(False, 0), (False, 1), (False, 1), (False, 2), (True, 2)]


def test_by_products_are_counted_or_left_aside() -> None:
    firms = [Firm("F", "power plant", "Z", "D4411", {"fly ash": 3_000_000, "unpriced": 9_000_000})]
    wants = project(
        "A", industry_code=None, floor_wish_m2=6_000, by_products={"fly ash": 5_000_000, "unpriced": 1}
    )
    table = of(zone_facts([wants], [building("L", land_use="industrial")], firms=firms))
    gained = table.components[:, Component.BY_PRODUCTS].tolist()
    assert sorted(gained) == [0, 45_000]  # no more than the 3,000 t on offer, × (30 − 15)


def test_facts_that_are_missing_are_not_counted() -> None:
    table = of(
        zone_facts([project("A", tax_wan_yr=None, industry_code=None)], [building("L", available_on=None)])
    )
    missing = [c.name for c in Component if int(table.uncounted[0]) >> c & 1]
    assert missing == ["YIELD", "REUSE", "CHAIN", "READINESS"]


def test_floors_per_mu_are_asked_of_the_area_taken() -> None:
    place = parcel("L", divisible=True, smallest_share_m2=10_000, min_intensity_wan_mu=1_000_000)
    wants = project("A", land_min_mu=10_000, fixed_investment_wan=15_000_000)
    assert areas(zone_facts([wants], [place]), "land") == [("L", 10_000, False)]


def test_subsets_run_from_none_to_all() -> None:
    assert subsets("abc") == [(), *[tuple(s) for s in ("a", "b", "c", "ab", "ac", "bc", "abc")]]
    assert subsets("abcd") == [(), ("a",), ("b",), ("c",), ("d",), tuple("abcd")]
