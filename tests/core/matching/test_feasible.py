"""Every rule at its boundary, and every shortfall exactly what must change."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.zone import AS_OF, POLICY, building, parcel, project, zone_facts
from yinfeng.core.matching.facts import Facts, Kind, Zone
from yinfeng.core.matching.feasible import Miss, join, judge_project, relax
from yinfeng.core.matching.offers import all_offers
from yinfeng.core.matching.rules import BY_CODE, RULES, Relation, Verdict


def missed(facts: Facts, kind: Kind = "building") -> list[tuple[str, str, int | None]]:
    """What the only project fails at the first offer."""
    judged = judge_project(facts.projects, 0, all_offers(facts)[kind], POLICY)
    return [(miss.code, miss.verdict.name, miss.shortfall) for miss in judged.misses(0)]


@pytest.mark.parametrize(
    ("need", "place", "expected"),
    [
        pytest.param({}, {}, [], id="fits"),
        pytest.param({"kinds": ["land"]}, {}, [("M01", "FAILS", None)], id="M01 kind"),
        pytest.param({"floor_min_m2": 6_001}, {}, [("M02", "FAILS", 1)], id="M02 too small"),
        pytest.param({"floor_max_m2": 5_999}, {}, [("M02", "FAILS", 1)], id="M02 too large"),
        pytest.param({"floor_min_m2": 6_000, "floor_max_m2": 6_000}, {}, [], id="M02 exactly"),
        pytest.param(
            {"floor_min_m2": None, "kinds": ["building"]},
            {},
            [("M02", "NEED_UNKNOWN", None)],
            id="M02 not given",
        ),
        pytest.param({"floor_max_m2": None}, {"area_m2": 900_000}, [], id="M02 no upper limit"),
        pytest.param(
            {"floor_max_m2": 5_500}, {"divisible": True, "smallest_share_m2": 5_500}, [], id="M02 share"
        ),
        pytest.param(
            {"floor_max_m2": 5_500},
            {"divisible": True, "smallest_share_m2": 5_600},
            [("M02", "FAILS", 100)],
            id="M02 smallest share too large",
        ),
        pytest.param({}, {"land_use": "storage"}, [("M03", "FAILS", None)], id="M03 planned use"),
        pytest.param({}, {"land_use": None}, [("M03", "PLACE_UNKNOWN", None)], id="M03 not known"),
        pytest.param({"industry_code": None}, {"land_use": None}, [], id="M03 nothing asked"),
        pytest.param({}, {"allowed": (("C31",), ("C",))}, [("M04", "FAILS", None)], id="M04 not admitted"),
        pytest.param({}, {"allowed": (("C30",), ("C",))}, [], id="M04 admitted by both"),
        pytest.param({}, {"barred": ("C3024",)}, [("M04", "FAILS", None)], id="M04 barred"),
        pytest.param(
            {"industry_code": None}, {"barred": ("C25",)}, [("M04", "NEED_UNKNOWN", None)], id="M04 not given"
        ),
        # A plot of 10,000 m² (15 mu) behind the building, all of it taken: 15 mu × 100,000 yuan.
        pytest.param(
            {"fixed_investment_wan": 1_499_999},
            {"min_intensity_wan_mu": 100_000, "plot_area_m2": 10_000},
            [("M05", "FAILS", 1)],
            id="M05 investment",
        ),
        pytest.param(
            {"fixed_investment_wan": 1_500_000},
            {"min_intensity_wan_mu": 100_000, "plot_area_m2": 10_000},
            [],
            id="M05 enough",
        ),
        pytest.param(
            {"fixed_investment_wan": 1},
            {"min_intensity_wan_mu": 100_000},
            [("M05", "PLACE_UNKNOWN", None)],
            id="M05 plot not known",
        ),
        pytest.param(
            {},
            {"min_intensity_wan_mu": 100_000, "plot_area_m2": 10_000},
            [("M05", "NEED_UNKNOWN", None)],
            id="M05 not given",
        ),
        pytest.param(
            {"tax_wan_yr": 149_000},
            {"min_tax_wan_mu": 10_000, "plot_area_m2": 10_000},
            [("M06", "FAILS", 1_000)],
            id="M06 tax",
        ),
        pytest.param({"fire_class": 3}, {"fire_class": 3}, [], id="M07 same class"),
        pytest.param({"fire_class": 3}, {"fire_class": 4}, [("M07", "FAILS", 1)], id="M07 lower class"),
        pytest.param({"fire_class": 3}, {}, [("M07", "PLACE_UNKNOWN", None)], id="M07 not known"),
        pytest.param({"is_chemical": 1}, {"is_chemical_park": 0}, [("M08", "FAILS", None)], id="M08 no park"),
        pytest.param({"is_chemical": 1}, {}, [("M08", "PLACE_UNKNOWN", None)], id="M08 not known"),
        pytest.param({"is_chemical": 0}, {}, [], id="M08 not chemical"),
        pytest.param({"clear_height_m": 9_000}, {"clear_height_m": 8_200}, [("M09", "FAILS", 800)], id="M09"),
        pytest.param({"clear_height_m": 9_000}, {"clear_height_m": 9_000}, [], id="M09 exactly"),
        pytest.param({"clear_height_m": 9_000}, {}, [("M09", "PLACE_UNKNOWN", None)], id="M09 not known"),
        pytest.param(
            {"floor_load_t_m2": 2_000}, {"floor_load_t_m2": 1_500}, [("M10", "FAILS", 500)], id="M10"
        ),
        pytest.param({"crane_t": 10_000}, {"crane_t": 0}, [("M11", "FAILS", 10_000)], id="M11 no crane"),
        pytest.param({"ground_floor": 1}, {"ground_floor": 0}, [("M12", "FAILS", None)], id="M12"),
        pytest.param({"power_kva": 800}, {"power_kva": 630}, [("M13", "FAILS", 170)], id="M13"),
        pytest.param({"water_t_d": 100}, {"water_t_d": 99}, [("M14", "FAILS", 1)], id="M14"),
        pytest.param({"gas_m3_yr": 100}, {"gas_m3_yr": 0}, [("M15", "FAILS", 100)], id="M15"),
        pytest.param({"steam_t_h": 100}, {}, [("M16", "PLACE_UNKNOWN", None)], id="M16 not known"),
        pytest.param({"rail": 1}, {"rail": 0}, [("M17", "FAILS", None)], id="M17"),
        pytest.param({"needed_on": AS_OF}, {"available_on": AS_OF + 90}, [], id="M18 within the tolerance"),
        pytest.param(
            {"needed_on": AS_OF}, {"available_on": AS_OF + 91}, [("M18", "FAILS", 1)], id="M18 a day late"
        ),
        pytest.param(
            {"needed_on": AS_OF}, {"available_on": None}, [("M18", "PLACE_UNKNOWN", None)], id="M18 ?"
        ),
        pytest.param({"wished": ["Z"]}, {}, [], id="M19 wished"),
        pytest.param({"wished": ["Y"]}, {}, [("M19", "FAILS", None)], id="M19 elsewhere"),
        pytest.param({"excluded": ["Z"]}, {}, [("M19", "FAILS", None)], id="M19 excluded"),
        pytest.param(
            {"rent_ceiling_yuan_m2_month": 800}, {"rent_yuan_m2_month": 801}, [("M20", "FAILS", 1)], id="M20"
        ),
        pytest.param({"rent_ceiling_yuan_m2_month": 800}, {}, [], id="M20 no rent asked"),
        pytest.param({}, {"status": ("in_use", None)}, [("M22", "FAILS", None)], id="M22 in use"),
        pytest.param({}, {"status": ("reserved", "A")}, [], id="M22 reserved for it"),
        pytest.param({}, {"status": ("reserved", "B")}, [("M22", "FAILS", None)], id="M22 reserved"),
        pytest.param({}, {"status": (None, None)}, [("M22", "PLACE_UNKNOWN", None)], id="M22 not known"),
        pytest.param(
            {}, {"owner_state": ("refused", None)}, [("M23", "FAILS", None)], id="M23 owner refuses"
        ),
        pytest.param({}, {"owner_state": ("ask", "mortgaged")}, [], id="M23 owner to be asked"),
        pytest.param({}, {"owner_state": (None, "seized")}, [("M23", "FAILS", None)], id="M23 seized"),
    ],
)
def test_rule_at_its_boundary(
    need: dict[str, Any], place: dict[str, Any], expected: list[tuple[str, str, int | None]]
) -> None:
    assert missed(zone_facts([project("A", **need)], [building("L", **place)])) == expected


def test_land_price_applies_to_parcels_only() -> None:
    wants = project("A", land_min_mu=10_000, price_ceiling_wan_mu=100)
    assert missed(zone_facts([wants], [parcel("L", price_wan_mu=101)]), "land") == [("M21", "FAILS", 1)]
    assert missed(zone_facts([wants], [building("L", price_wan_mu=101)])) == []


def test_land_in_whole_mu_is_not_failed_by_its_rounding_to_square_metres() -> None:
    """40 mu are 26,666.67 m², held as 26,667: 300 万元 a mu on them are 12,000 万元."""
    place = parcel("L", area_m2=26_667, min_intensity_wan_mu=3_000_000)
    wants = {"land_min_mu": 26_667, "floor_min_m2": None}
    assert (
        missed(zone_facts([project("A", fixed_investment_wan=120_000_000, **wants)], [place]), "land") == []
    )
    short = project("A", fixed_investment_wan=119_999_999, **wants)
    assert missed(zone_facts([short], [place]), "land") == [("M05", "FAILS", 1)]


def test_parcels_are_not_asked_for_height() -> None:
    wants = project("A", land_min_mu=10_000, clear_height_m=9_000, fire_class=1)
    assert missed(zone_facts([wants], [parcel("L")]), "land") == []


def test_a_zone_covers_its_parks() -> None:
    zones = {"Z": Zone("Z", "Z", "Z", ("Z",)), "K": Zone("K", "K", "Z", ("K", "Z", "R"))}
    for wished, expected in (("Z", []), ("R", []), ("Y", [("M19", "FAILS", None)])):
        facts = zone_facts([project("A", wished=[wished])], [building("L", zone="K")], zones=zones)
        assert missed(facts) == expected


@st.composite
def pairs(draw: st.DrawFn) -> Facts:
    """One project and one building whose numbers are known or not, near one another."""
    small = st.none() | st.integers(0, 6)
    need = {
        column: draw(small)
        for column in (
            "clear_height_m", "crane_t", "power_kva", "fire_class", "rent_ceiling_yuan_m2_month",
            "fixed_investment_wan", "tax_wan_yr",
        )
    }  # fmt: skip
    has = {
        column: draw(small)
        for column in (
            "clear_height_m", "crane_t", "power_kva", "fire_class", "rent_yuan_m2_month", "plot_area_m2",
        )
    }  # fmt: skip
    lo = draw(st.integers(1, 12))
    need |= {"floor_min_m2": lo, "floor_max_m2": draw(st.none() | st.integers(lo, 14))}
    has |= {
        "area_m2": draw(st.integers(1, 12)),  # a place with nothing left has nothing to relax
        "gross_area_m2": 12,
        "divisible": draw(st.booleans()),
        "smallest_share_m2": draw(st.integers(1, 12)),
        "min_intensity_wan_mu": draw(st.none() | st.integers(0, 5_000)),
        "min_tax_wan_mu": draw(st.none() | st.integers(0, 5_000)),
        "available_on": AS_OF + draw(st.integers(80, 120)),
    }
    return zone_facts([project("A", needed_on=AS_OF, **need)], [building("L", **has)])


@given(pairs())
@settings(max_examples=600, deadline=None)
def test_every_shortfall_is_exactly_what_must_change(facts: Facts) -> None:
    offers = all_offers(facts)["building"]
    before = judge_project(facts.projects, 0, offers, POLICY).misses(0)
    measured = tuple(miss for miss in before if miss.shortfall is not None)
    left = tuple(miss for miss in before if miss.shortfall is None)
    met = relax(facts.projects, 0, offers, 0, measured)
    after = judge_project(met, 0, offers, POLICY).misses(0)
    assert [(m.code, m.verdict) for m in after] == [(m.code, m.verdict) for m in left]
    for miss in measured:
        almost = Miss(miss.code, miss.verdict, miss.shortfall - 1, miss.relative)  # type: ignore[operator]
        others = tuple(m for m in measured if m.code != miss.code)
        still = judge_project(relax(facts.projects, 0, offers, 0, (*others, almost)), 0, offers, POLICY)
        assert (miss.code, 1) in [(m.code, m.shortfall) for m in still.misses(0)]


@given(pairs())
@settings(max_examples=300, deadline=None)
def test_the_join_finds_what_judging_one_by_one_finds(facts: Facts) -> None:
    offers = all_offers(facts)["building"]
    found = join(facts.projects, offers, POLICY)
    judged = judge_project(facts.projects, 0, offers, POLICY)
    passes = bool((judged.verdict[:, 0] == Verdict.PASSES).all())
    assert found.pair_project.tolist() == ([0] if passes else [])
    failing = {rule.code for r, rule in enumerate(judged.rules) if judged.verdict[r, 0] != Verdict.PASSES}
    assert {code for code, counts in found.failed.items() if counts[0]} == failing


def test_nearest_counts_rules_then_shortfall() -> None:
    facts = zone_facts(
        [project("A", clear_height_m=10_000, crane_t=5_000)],
        [
            building("L1", clear_height_m=9_000, crane_t=5_000),
            building("L2", clear_height_m=9_900, crane_t=5_000),
            building("L3", clear_height_m=9_999, crane_t=4_999),
        ],
    )
    judged = judge_project(facts.projects, 0, all_offers(facts)["building"], POLICY)
    assert judged.nearest(3) == [1, 0, 2]


def test_codes_are_in_order_and_waivers_are_never_safety() -> None:
    assert [rule.code for rule in RULES] == [f"M{n:02d}" for n in range(1, len(RULES) + 1)]
    assert {rule.code for rule in RULES if rule.may_be_waived} == {"M05", "M06"}
    assert all((rule.judge is not None) == (rule.relation is Relation.CATEGORY) for rule in BY_CODE.values())


def test_large_joins_are_cut_into_blocks() -> None:
    projects = [project(f"A{n:04d}", floor_min_m2=1 + n % 7) for n in range(1_200)]
    places = [building(f"L{n:04d}", area_m2=3) for n in range(1_000)]
    found = join(
        zone_facts(projects, places).projects, all_offers(zone_facts(projects, places))["building"], POLICY
    )
    assert len(found.pair_project) == sum(1 + n % 7 <= 3 for n in range(1_200)) * 1_000
    assert np.all(np.diff(found.pair_project) >= 0)
