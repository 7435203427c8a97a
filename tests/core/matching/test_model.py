"""The whole model: what it draws, what decisions do, and that its reasons hold."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.zone import AS_OF, POLICY, building, parcel, project, zone_facts
from yinfeng.core.matching.check import check
from yinfeng.core.matching.explain import Outcome, explain
from yinfeng.core.matching.facts import KINDS, Facts, Firm, Override, Quota, Zone
from yinfeng.core.matching.feasible import judge_offer, judge_project, relax
from yinfeng.core.matching.model import Model, build
from yinfeng.core.matching.rank import takers_of
from yinfeng.core.matching.result import Result, Status
from yinfeng.core.matching.solve import solve
from yinfeng.core.matching.vacancies import Vacancy, vacancies
from yinfeng.core.matching.whatif import (
    Interval,
    clashing_group,
    loss_of,
    override_costs,
    replans,
    scarcities,
)


def drawn(model: Model, project_id: str, offer: str) -> list[dict[str, int]]:
    """What each candidate of a pair draws, by resource id."""
    problem = model.problem
    i = problem.project_id.index(project_id)
    found = []
    for k in range(problem.start[i], problem.start[i + 1]):
        if model.offer_of(k) == offer:
            uses = slice(problem.use_start[k], problem.use_start[k + 1])
            names = [problem.resource_id[r] for r in problem.use_resource[uses]]
            found.append(dict(zip(names, problem.use_amount[uses].tolist(), strict=True)))
    return found


def placed(model: Model, result: Result) -> dict[str, str]:
    """Where each placed project goes."""
    return {
        model.problem.project_id[i]: model.offer_of(int(k)) for i, k in enumerate(result.chosen) if k >= 0
    }


def pin(project_id: str, *places: str, action: str = "pin") -> Override:
    return Override(project_id, places, action, "the committee", "agreed")  # type: ignore[arg-type]


def test_a_candidate_draws_on_every_quota_that_covers_its_place() -> None:
    zones = {
        "Z": Zone("Z", "Z", "Z", ("Z", "R")),
        "K": Zone("K", "K", "Z", ("K", "Z", "R")),
        "Y": Zone("Y", "Y", "Y", ("Y",)),
    }
    quotas = [
        Quota("park", "zone", "K", "power", 9_000),
        Quota("zone", "zone", "Z", "power", 9_000),
        Quota("region", "zone", "R", "power", 9_000),
        Quota("other", "zone", "Y", "power", 9_000),
        Quota("station", "substation", "S", "power", 9_000),
        Quota("energy", "zone", "Z", "energy", 9_000),
    ]
    facts = zone_facts(
        [project("A", power_kva=700)],
        [building("L", zone="K", substation="S", power_kva=800, divisible=True, smallest_share_m2=6_000)],
        quotas=quotas,
        zones=zones,
    )
    quota_draws = {f"quota:{name}": 700 for name in ("park", "zone", "region", "station")}
    assert drawn(build(facts, POLICY), "A", "L") == [{"area:L": 6_000, "power_kva:L": 700, **quota_draws}]


def test_a_bundle_draws_all_its_parts_and_the_need_once() -> None:
    facts = zone_facts(
        [project("A", land_min_mu=50_000, power_kva=10)],
        [parcel("P1", adjacent=["P2"], power_kva=10), parcel("P2", area_m2=30_000, power_kva=10)],
        quotas=[Quota("q", "zone", "Z", "power", 10)],
    )
    expected = {"area:P1": 20_000, "area:P2": 30_000, "quota:q": 10}
    assert drawn(build(facts, POLICY), "A", "P1 + P2") == [expected]


def test_projects_share_lines_and_by_products() -> None:
    facts = zone_facts(
        [project(name, products=["board"], by_products={"fly ash": 2_000_000}) for name in "AB"],
        [building("L", divisible=True, smallest_share_m2=5_000, area_m2=10_000)],
        lines=[{"id": "N", "building": "L", "products": ["board"], "value_yuan": 100}],
        firms=[Firm("F", "power plant", "Z", "", {"fly ash": 3_000_000})],
    )
    model = build(facts, POLICY)
    result = solve(model.problem)
    used = dict(zip(model.problem.resource_id, model.problem.usage(result.chosen).tolist(), strict=True))
    assert used == {"area:L": 10_000, "line:N": 1, "by-product:Z:fly ash": 2_000_000}


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ([], {"A": "L1", "B": "L2"}),
        ([pin("B", "L1")], {"B": "L1", "A": "L2"}),
        ([pin("A", "L1", action="bar")], {"A": "L2", "B": "L1"}),
        ([pin("A", "L1", action="bar"), pin("A", "L2", action="bar")], {"B": "L1"}),
    ],
)
def test_pins_and_bars_are_kept(overrides: list[Override], expected: dict[str, str]) -> None:
    facts = two_halls(overrides)
    model = build(facts, POLICY)
    assert placed(model, solve(model.problem)) == expected


def test_a_bar_of_a_bundle_leaves_its_parts_free() -> None:
    def homes(*places: str) -> set[str]:
        facts = zone_facts(
            [project("A", land_min_mu=10_000, floor_min_m2=None)],
            [parcel("P1", adjacent=["P2"]), parcel("P2")],
            overrides=[pin("A", *places, action="bar")],
        )
        model = build(facts, POLICY)
        return {model.offer_of(k) for k in range(model.problem.n_candidates)}

    assert homes("P1", "P2") == {"P1", "P2"}
    assert homes("P1") == {"P2"}
    assert homes("P9") == {"P1", "P2", "P1 + P2"}


def two_halls(overrides: list[Override] = []) -> Facts:  # noqa: B006 - read only
    """The larger A makes full use of the idle hall L1; B would waste a part of it."""
    return zone_facts(
        [project("A", floor_wish_m2=7_000), project("B")],
        [building("L1", area_m2=7_000, idle_since=AS_OF - 3_650), building("L2")],
        overrides=overrides,
    )


def test_pins_that_clash_are_named() -> None:
    model = build(two_halls([pin("A", "L1"), pin("B", "L1")]), POLICY)
    result = solve(model.problem)
    assert (result.status, result.clash, result.clash_is_smallest) == (Status.INFEASIBLE, (0, 1), True)


def test_a_pin_may_waive_a_floor_but_not_safety() -> None:
    dear = {"min_intensity_wan_mu": 10_000_000, "plot_area_m2": 9_000}
    facts = zone_facts(
        [project("A", fixed_investment_wan=1), project("B", fire_class=1)],
        [building("L1", **dear), building("L2", fire_class=5)],
        overrides=[pin("A", "L1"), pin("B", "L2")],
    )
    model = build(facts, POLICY)
    assert placed(model, solve(model.problem)) == {"A": "L1"}
    assert dict(model.waived) == {("A", "L1"): frozenset({"M05"})}
    assert [(r.pin.project, [m.code for m in r.misses]) for r in model.refused_pins] == [("B", ["M07"])]


def test_the_cost_of_an_override_is_the_difference_of_two_plans() -> None:
    free = solve(build(two_halls(), POLICY).problem)
    model = build(two_halls([pin("B", "L1")]), POLICY)
    result = solve(model.problem)
    (cost,) = override_costs(model, result, time_limit_s=5)
    assert cost.cost == Interval(free.value - result.value, free.value - result.value)
    assert free.value > result.value
    (late,) = override_costs(model, result, time_limit_s=5, until=0)
    assert late.cost is None


def test_replans_trade_value_for_moves() -> None:
    facts = zone_facts(
        [project("A", floor_wish_m2=7_000, current=["L2"]), project("B", current=["L1"])],
        [building("L1", area_m2=7_000, idle_since=AS_OF - 3_650), building("L2")],
    )
    model = build(facts, POLICY)
    free, priced, still = replans(model, time_limit_s=5)
    assert [free.moved, priced.moved, still.moved] == [(0, 1), (), ()]
    assert free.value == solve(model.problem).value > priced.value == still.value


def test_one_unit_more_is_worth_what_solving_again_says() -> None:
    facts = zone_facts(
        [project("A", power_kva=1_000), project("B", power_kva=1_000)],
        [building("L1", power_kva=1_000), building("L2", power_kva=1_000)],
        quotas=[Quota("q", "zone", "Z", "power", 1_500)],
    )
    model = build(facts, POLICY)
    result = solve(model.problem)
    (scarce,) = [
        s for s in scarcities(model, result, checked=5) if model.resources[s.resource].kind == "quota"
    ]
    assert scarce.unit == 1_000
    assert (scarce.gain.low, scarce.gain.high) == (944_000, 944_000)  # type: ignore[union-attr]


def test_a_clashing_group_is_verified() -> None:
    facts = zone_facts(
        [project(name) for name in "ABC"] + [project("D", floor_min_m2=1_000, floor_max_m2=1_000)],
        [building("L1"), building("L2"), building("L3", area_m2=1_000)],
    )
    problem = build(facts, POLICY).problem
    assert clashing_group(problem, 0, time_limit_s=10) == (0, 1, 2)
    assert clashing_group(problem, 3, time_limit_s=10) == ()


def test_places_left_empty_say_why() -> None:
    facts = zone_facts(
        [project("A", floor_wish_m2=6_000), project("B", power_kva=900)],
        [
            building("L1", idle_since=AS_OF - 365, power_kva=100),
            building("L2", power_kva=100),
            building("L3", status=("in_use", None)),
            building("L4", area_m2=100),
            building("L5", power_kva=1_000, substation="S"),
        ],
        quotas=[Quota("q", "substation", "S", "power", 10)],
    )
    model = build(facts, POLICY)
    reports = {facts.places.id[r.place]: r for r in vacancies(model, solve(model.problem))}
    assert [facts.projects.id[i] for i in reports["L1"].takers] == ["A"]
    assert reports["L2"].vacancy is Vacancy.WORTH_MORE_ELSEWHERE
    assert (reports["L3"].vacancy, reports["L3"].rule) == (Vacancy.NOT_ON_OFFER, "M22")
    assert (reports["L4"].vacancy, reports["L4"].rule, reports["L4"].rule_count) == (
        Vacancy.NOBODY_PASSES, "M02", 2,
    )  # fmt: skip
    assert reports["L5"].vacancy is Vacancy.WORTH_MORE_ELSEWHERE


def test_kinds_of_resource_are_named_that_no_quota_counts_or_whose_need_is_not_known() -> None:
    zones = {"Z": Zone("Z", "Z", "Z", ("Z", "R")), "Y": Zone("Y", "Y", "Y", ("Y",))}
    quotas = [
        Quota("power", "substation", "S", "power", 9_000),
        Quota("energy", "zone", "Y", "energy", 9_000),
        Quota("water", "zone", "R", "water", 9_000),
    ]
    facts = zone_facts(
        [project("A", power_kva=700, energy_tce_yr=5_000, water_t_d=None)],
        [building("L", zone="Z", substation="S", power_kva=800)],
        quotas=quotas,
        zones=zones,
    )
    model = build(facts, POLICY)
    (report,) = explain(model, solve(model.problem))
    assert (report.outcome, report.unlimited, report.unknown_needs) == (
        Outcome.PLACED, ("energy",), ("water_t_d",),
    )  # fmt: skip


def test_near_misses_are_looked_for_within_bounds_and_for_those_asked_about() -> None:
    facts = zone_facts([project(name, floor_min_m2=9_000) for name in "ABC"], [building("L", area_m2=100)])
    model = build(facts, POLICY)
    result = solve(model.problem)
    every = explain(model, result)
    assert [(len(report.near), report.is_near_known) for report in every] == [(1, True)] * 3
    some = explain(model, result, near_pairs=1, asked=(2,))
    assert [report.is_near_known for report in some] == [True, False, True]
    assert (some[0], some[1].near, some[2]) == (every[0], (), every[2])


def test_where_nobody_passes_every_place_stands_empty_for_that() -> None:
    facts = zone_facts([project("A", floor_min_m2=9_000)], [building("L", area_m2=100)])
    model = build(facts, POLICY)
    (report,) = vacancies(model, solve(model.problem))
    assert (report.vacancy, report.passing, report.wanted_by) == (Vacancy.NOBODY_PASSES, 0, ())


def test_a_parcel_wanted_in_a_bundle_is_not_one_that_nobody_passes() -> None:
    facts = zone_facts(
        [project("A", land_min_mu=35_000, land_wish_mu=35_000, floor_min_m2=None)],
        [
            parcel("P1", adjacent=["P2"]),
            parcel("P2"),
            parcel("P3", area_m2=35_000, idle_since=AS_OF - 3_650),
        ],
    )
    model = build(facts, POLICY)
    reports = vacancies(model, solve(model.problem))
    assert reports[0].vacancy is Vacancy.WORTH_MORE_ELSEWHERE
    assert [(report.takers, report.passing) for report in reports] == [((), 1), ((), 1), ((0,), 1)]


def test_takers_that_come_nearest_are_found_whatever_their_id() -> None:
    projects = [project(f"X{n:02d}", floor_min_m2=10_000 - 100 * n, floor_max_m2=None) for n in range(12)]
    model = build(zone_facts(projects, [building("L")]), POLICY)
    fits = takers_of(model, "L", near=3)
    assert [model.problem.project_id[fit.project] for fit in fits] == ["X11", "X10", "X09"]


@st.composite
def zones_of_all_sorts(draw: st.DrawFn) -> Facts:
    """A few projects and places with quotas, lines and by-products, worth about the same everywhere."""
    sizes = st.sampled_from([2_000, 4_000, 6_000, 9_000])

    def wants(n: int) -> dict[str, Any]:
        lo = draw(sizes)
        land = draw(st.booleans())
        return project(
            f"A{n}",
            floor_min_m2=lo,
            floor_max_m2=draw(st.sampled_from([lo, lo + 2_500, None])),
            land_min_mu=lo * 3 if land else None,
            tax_wan_yr=draw(st.sampled_from([None, 10, 100_000, 150_000, 200_000])),
            power_kva=draw(st.sampled_from([None, 300, 600])),
            clear_height_m=draw(st.sampled_from([None, 6_000, 9_000])),
            products=draw(st.sampled_from([[], ["board"]])),
            by_products=draw(st.sampled_from([{}, {"fly ash": 2_000_000}])),
        )

    def stands(n: int) -> dict[str, Any]:
        if draw(st.integers(0, 2)) == 0:
            return parcel(
                f"P{n}", area_m2=draw(sizes) * 3, adjacent=[f"P{n - 1}"], divisible=draw(st.booleans())
            )
        return building(
            f"L{n}",
            area_m2=draw(sizes),
            divisible=draw(st.booleans()),
            smallest_share_m2=1_000,
            power_kva=draw(st.sampled_from([None, 400, 900])),
            clear_height_m=draw(st.sampled_from([None, 8_000, 12_000])),
            idle_since=draw(st.sampled_from([None, AS_OF - 400, AS_OF - 4_000])),
        )

    places = [stands(n) for n in range(draw(st.integers(1, 5)))]
    return zone_facts(
        [wants(n) for n in range(draw(st.integers(1, 5)))],
        places,
        lines=[
            {"id": f"N{n}", "building": place["id"], "products": ["board"], "value_yuan": 500_000}
            for n, place in enumerate(places)
            if place["kind"] == "building" and draw(st.booleans())
        ],
        firms=[Firm("F", "power plant", "Z", "D44", {"fly ash": draw(st.sampled_from([0, 3_000_000]))})],
        quotas=[Quota("q", "zone", "Z", "power", draw(st.integers(0, 1_500)))],
    )


@given(zones_of_all_sorts())
@settings(max_examples=150, deadline=None)
def test_every_project_left_out_is_placeable_once_its_reasons_are_relaxed(facts: Facts) -> None:
    model = build(facts, POLICY)
    result = solve(model.problem)
    assert result.status is Status.OPTIMAL
    assert check(model.problem, result) == ()
    used = model.problem.usage(result.chosen)
    for report in explain(model, result):
        if report.outcome is Outcome.NO_PLACE:
            _assert_relaxing_makes_room(facts, model, report.project, report)
        elif report.outcome is Outcome.OUTBID:
            # Once the holders it names are gone, its best offer has room.
            problem, k = model.problem, report.candidate
            left = result.chosen.copy()
            left[sorted({i for block in report.blocking for i in block.holders})] = -1
            uses = slice(problem.use_start[k], problem.use_start[k + 1])
            room = problem.capacity - problem.usage(left)
            named = problem.use_resource[uses]
            alone_too_much = problem.use_amount[uses] > problem.capacity[named]
            assert ((problem.use_amount[uses] <= room[named]) | alone_too_much).all()
            assert all(block.missing == used[block.resource] + _amount(model, k, block.resource)
                       - problem.capacity[block.resource] for block in report.blocking)  # fmt: skip
            assert report.blocking


def _amount(model: Model, k: int, resource: int) -> int:
    problem = model.problem
    uses = slice(problem.use_start[k], problem.use_start[k + 1])
    return int(problem.use_amount[uses][problem.use_resource[uses] == resource].sum())


def _assert_relaxing_makes_room(facts: Facts, model: Model, i: int, report: Any) -> None:
    assert report.near
    for near in report.near:
        if all(miss.shortfall is not None for miss in near.misses):
            offers = model.offers[near.kind]
            relaxed = relax(facts.projects, i, offers, offers.id.index(near.offer), near.misses)
            again = build(replace(facts, projects=relaxed), POLICY)
            found = again.joins[near.kind]
            pairs = set(zip(found.pair_project.tolist(), found.pair_offer.tolist(), strict=True))
            assert (i, offers.id.index(near.offer)) in pairs


@given(zones_of_all_sorts())
@settings(max_examples=60, deadline=None)
def test_a_pair_is_judged_the_same_from_both_sides(facts: Facts) -> None:
    model = build(facts, POLICY)
    for kind in KINDS:
        offers = model.offers[kind]
        for o in range(len(offers)):
            of_offer = judge_offer(facts.projects, offers, o, POLICY)
            for i in range(len(facts.projects)):
                assert of_offer.misses(i) == judge_project(facts.projects, i, offers, POLICY).misses(o)


@given(zones_of_all_sorts())
@settings(max_examples=40, deadline=None)
def test_losses_of_alternatives_are_those_of_solving_with_the_pin(facts: Facts) -> None:
    model = build(facts, POLICY)
    result = solve(model.problem)
    for report in explain(model, result, alternatives=2):
        for other in report.alternatives:
            if report.outcome is Outcome.PLACED:
                loss = loss_of(model.problem, result, other.candidate, time_limit_s=5)
                assert loss is None or (loss.is_exact and loss.low >= 0)
