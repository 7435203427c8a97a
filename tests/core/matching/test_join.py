"""The candidate join gives what the plain masks of the rules give, pair by pair and count by count."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.zone import AS_OF, POLICY, building, parcel, project, zone_facts
from yinfeng.core.matching import _compiled, _join, rules
from yinfeng.core.matching._promise import _insert
from yinfeng.core.matching.area import area_choice
from yinfeng.core.matching.candidates import candidates, prepare, promising
from yinfeng.core.matching.columns import by_project, columns, drawing_of, uses_of
from yinfeng.core.matching.facts import KINDS, Facts, Firm, Quota, Zone
from yinfeng.core.matching.feasible import join, judge
from yinfeng.core.matching.offers import Offers, all_offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.resources import cover, list_resources
from yinfeng.core.matching.rules import Relation, Rule, Verdict, rules_for
from yinfeng.core.text import Text
from yinfeng.tables.matching import facts_of
from yinfeng.tables.policy import read_policy
from yinfeng.tables.synthetic import AS_OF as MADE_ON
from yinfeng.tables.synthetic import ledgers

ZONES = {
    "Z": Zone("Z", "Z", "Z", ("Z", "R")),
    "Y": Zone("Y", "Y", "Y", ("Y", "R")),
    "P": Zone("P", "P", "Y", ("P", "Y", "R")),
}


def some(draw: st.DrawFn, row: dict[str, Any], **choices: tuple[Any, ...]) -> dict[str, Any]:
    """Fill some columns of a row, each with one of its choices; … leaves it as it is."""
    for column, values in choices.items():
        value = draw(st.sampled_from((..., *values)))
        if value is not ...:
            row[column] = value
    return row


@st.composite
def zones(draw: st.DrawFn, n: int = 5, m: int = 6) -> Facts:
    """Draw a small zone with every sort of need and place."""
    projects = [
        some(
            draw,
            project(f"A{i}", products=("glass",), value_added_wan_yr=300_000),
            land_min_mu=(0, 6_000, 12_000), land_max_mu=(9_000, 20_000), land_wish_mu=(7_000, 15_000),
            floor_min_m2=(None, 0, 3_000, 6_000), floor_max_m2=(None, 5_000), floor_wish_m2=(5_500, 7_000),
            kinds=(["land"], ["building"], []), industry_code=(None, "G59", "C2614"),
            fixed_investment_wan=(1_000_000, 3_000_000), tax_wan_yr=(None, 40_000, 90_000),
            fire_class=(1, 3), is_chemical=(0, 1), clear_height_m=(0, 6_000, 9_000), crane_t=(5_000,),
            ground_floor=(0, 1), power_kva=(100, 800), water_t_d=(365,), rail=(1,),
            needed_on=(AS_OF - 9, AS_OF + 400),
            wished=(("Z",), ("R",), ("P",)), excluded=(("Y",), ("P",)), rent_ceiling_yuan_m2_month=(1_000,),
            price_ceiling_wan_mu=(90_000,), energy_tce_yr=(7, 11), processes=(("melting",),),
            by_products=({"fly ash": 2_000_000}, {"fly ash": 9_000_000, "steam": 4}),
        )
        for i in range(draw(st.integers(0, n)))
    ]  # fmt: skip
    shared: dict[str, tuple[Any, ...]] = {
        "zone": ("Y", "P"), "divisible": (True,), "smallest_share_m2": (0, 1_000, 5_600, 30_000),
        "area_m2": (0, 4_000, 13_000), "land_use": (None, "storage"), "allowed": ((("C31", "C30"), ("C",)),),
        "barred": (("C30",), ("C26",)), "min_intensity_wan_mu": (0, 100_000), "min_tax_wan_mu": (4_000,),
        "is_chemical_park": (0, 1), "power_kva": (50, 800, 2_000), "water_t_d": (365, 100), "rail": (0, 1),
        "status": ((None, None), ("let", None), ("reserved", "A1"), ("reserved", "X"), ("reserved", None)),
        "owner_state": (("refused", None), (None, "seized")), "days_since_verified": (None, 9, 900),
        "available_on": (None, AS_OF - 30, AS_OF + 91, AS_OF + 500),
        "idle_since": (AS_OF - 900, AS_OF - 9_000),
        "substation": ("S1", "S2"),
    }  # fmt: skip
    places = [
        some(
            draw,
            building(f"B{j}"),
            **shared, plot_area_m2=(9_000,), fire_class=(1, 4), clear_height_m=(5_000, 9_000),
            crane_t=(5_000, 4_000), ground_floor=(0, 1), rent_yuan_m2_month=(900, 1_100),
        )
        for j in range(draw(st.integers(0, m)))
    ] + [
        some(
            draw,
            parcel(f"L{j}", adjacent=tuple(f"L{other}" for other in (j - 1, j + 1))),
            **shared, price_wan_mu=(80_000, 99_000),
        )
        for j in range(draw(st.integers(0, m)))
    ]  # fmt: skip
    lines = [
        some(
            draw,
            {"id": f"N{k}", "building": f"B{k % 2}", "products": ("glass",), "value_yuan": 1_000_000},
            products=(("steel",), ("glass wool",)), value_yuan=(None, 9_000_000),
            processes=(("melting",), ("x",)),
        )
        for k in range(draw(st.integers(0, 9)))
    ]  # fmt: skip
    firms = [Firm("F1", "F1", "Z", "D44", {"fly ash": 5_000_000}), Firm("F2", "F2", "P", "D44", {"steam": 9})]
    quotas = [
        Quota("q1", "zone", "Z", "power", 900),
        Quota("q2", "zone", "R", "energy", 20),
        Quota("q3", "substation", "S1", "power", 700),
    ]
    return zone_facts(projects, places, zones=ZONES, lines=lines, firms=firms, quotas=quotas)


def masks(facts: Facts, offers: Offers, policy: Policy) -> dict[str, np.ndarray]:
    """Judge every pair by every rule; True where it passes."""
    areas = area_choice(facts.projects, offers)
    return {
        rule.code: judge(rule, facts.projects, offers, areas, policy) == Verdict.PASSES
        for rule in rules_for(offers.kind)
    }


def assert_join_is_masks(facts: Facts, policy: Policy = POLICY) -> None:
    for offers in all_offers(facts).values():
        passes = masks(facts, offers, policy)
        found = join(facts.projects, offers, policy)
        every = np.logical_and.reduce(list(passes.values()))
        assert list(zip(found.pair_project.tolist(), found.pair_offer.tolist(), strict=True)) == [
            (int(i), int(o)) for i, o in np.argwhere(every)
        ]
        assert {code: counts.tolist() for code, counts in found.failed.items()} == {
            code: (~mask).sum(axis=0).tolist() for code, mask in passes.items()
        }


@given(zones(), st.booleans())
@settings(max_examples=120, deadline=None)
def test_the_join_is_the_plain_masks(facts: Facts, verified_is_rule: bool) -> None:
    assert_join_is_masks(facts, replace(POLICY, verified_is_rule=verified_is_rule))


@given(zones())
@settings(max_examples=50, deadline=None)
def test_without_numba_the_join_is_the_same(facts: Facts) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_compiled, "numba", None)
        assert_join_is_masks(facts)


NO = Text("", "")
MADE_UP = (
    Rule("X1", NO, NO, "energy_tce_yr", "idle_since", Relation.AT_MOST, unknown_passes=True),
    Rule("X2", NO, NO, "nox_t_yr", "gas_m3_yr", Relation.AT_LEAST),
    Rule(
        "X3", NO, NO, "industry_code", "status", Relation.CATEGORY,
        judge=lambda need, status, policy: Verdict(int(need == "C3024" and status[0] != "vacant")),
    ),
    Rule(
        "X4", NO, NO, "value_added_wan_yr", "gas_m3_yr", Relation.PER_LAND, kinds=("building",)
    ),
)  # fmt: skip


@given(zones())
@settings(max_examples=50, deadline=None)
def test_a_new_rule_needs_only_its_declaration(facts: Facts) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "RULES", (*rules.RULES, *MADE_UP))
        assert_join_is_masks(facts)


@given(zones(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_waiver_leaves_its_rules_out_of_account(facts: Facts, data: st.DataObject) -> None:
    for offers in all_offers(facts).values():
        if not len(offers) or not len(facts.projects):
            continue
        i = data.draw(st.integers(0, len(facts.projects) - 1))
        o = data.draw(st.integers(0, len(offers) - 1))
        waived = frozenset(
            data.draw(st.sets(st.sampled_from([rule.code for rule in rules_for(offers.kind)])))
        )
        passes = masks(facts, offers, POLICY)
        for code in waived:
            passes[code][i, o] = True
        found = join(facts.projects, offers, POLICY, {(i, o): waived})
        every = np.logical_and.reduce(list(passes.values()))
        assert np.array_equal(np.argwhere(every), np.stack([found.pair_project, found.pair_offer], axis=1))
        assert all(np.array_equal(found.failed[code], (~mask).sum(axis=0)) for code, mask in passes.items())


def test_a_part_kept_for_one_need_is_refused_to_all_others() -> None:
    statuses = [("vacant", None), ("reserved", "A"), ("reserved", None), ("let", "A"), (None, "A")]
    for rule in rules.RULES:
        if rule.only_for is not None:
            assert rule.judge is not None
            for part in statuses:
                verdicts = {need: rule.judge(need, part, POLICY) for need in ("A", "B", "C")}
                kept_for = rule.only_for(part)
                others = {verdict for need, verdict in verdicts.items() if need != kept_for}
                assert len(others) == 1
                assert kept_for is None or others == {Verdict.FAILS}


def margins(facts: Facts, price: np.ndarray) -> dict[int, dict[tuple[int, int], int]]:
    """Give each project's greatest margin at each offer by adding up what every candidate draws."""
    resources = list_resources(facts)
    offers = all_offers(facts)
    tables = {
        kind: candidates(facts, some, join(facts.projects, some, POLICY), POLICY)
        for kind, some in offers.items()
    }
    covers = {kind: cover(facts, some, resources) for kind, some in offers.items()}
    every = by_project(tables, {kind: np.ones(len(table), np.bool_) for kind, table in tables.items()})
    drawn = columns(drawing_of(facts, offers, resources, covers), tables, every, range(len(facts.projects)))
    start, resource, amount = uses_of(drawn)
    paid = np.concatenate([[0.0], np.cumsum(price[resource] * amount)])
    margin = every.value - (paid[start[1:]] - paid[start[:-1]])
    best: dict[int, dict[tuple[int, int], int]] = {i: {} for i in range(len(facts.projects))}
    for k, (i, position) in enumerate(zip(every.project.tolist(), every.kind.tolist(), strict=True)):
        offer = position, int(tables[KINDS[position]].offer[every.row[k]])
        best[i][offer] = max(best[i].get(offer, margin[k]), margin[k])
    return best


@given(zones(n=4, m=4), st.integers(0, 3), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_most_promising_are_those_of_greatest_margin(facts: Facts, high: int, random: Any) -> None:
    resources = list_resources(facts)
    price = np.array(
        [random.choice((0, 0, random.randint(0, 10**high))) for _ in range(len(resources))], float
    )
    prepared = prepare(facts, all_offers(facts), POLICY, resources)
    best = margins(facts, price)
    for most in (1, 3, 50):
        found = promising(prepared, price, most)
        for i, theirs in best.items():
            expected = sorted(theirs, key=lambda offer: (-theirs[offer], offer))[:most]
            mine = slice(found.start[i], found.start[i + 1])
            assert list(zip(found.kind[mine].tolist(), found.offer[mine].tolist(), strict=True)) == expected
            assert found.margin[mine].tolist() == [theirs[offer] for offer in expected]
            greatest = max(theirs.values(), default=-np.inf)
            assert greatest <= found.best[i] <= greatest + 1e-3 * (1 if expected else 0)


@pytest.mark.parametrize("together", [0, 5, 10**6])
def test_buckets_change_nothing(made_up: Facts, together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    offers, resources = all_offers(made_up), list_resources(made_up)
    price = np.random.default_rng(5).integers(0, 4, len(resources)).astype(np.float64)
    plain = promising(prepare(made_up, offers, POLICY, resources), price, 9)
    pairs = [join(made_up.projects, some, POLICY).pair_offer for some in offers.values()]
    monkeypatch.setattr(_join, "TOGETHER", together)
    found = promising(prepare(made_up, offers, POLICY, resources), price, 9)
    for mine, theirs in (
        (found.offer, plain.offer),
        (found.margin, plain.margin),
        *zip(
            [join(made_up.projects, some, POLICY).pair_offer for some in offers.values()], pairs, strict=True
        ),
    ):
        assert np.array_equal(mine, theirs)


@settings(deadline=None)  # a kernel compiles at its first call
@given(st.lists(st.sampled_from((0.0, 1.0, 2.0, 5.5)), max_size=40), st.randoms(use_true_random=False))
def test_the_best_come_first_and_of_equals_the_lower_offer(margin: list[float], random: Any) -> None:
    offer = list(range(len(margin)))
    random.shuffle(offer)
    margins, offers, size = np.zeros(9), np.zeros(9, dtype=np.int32), 0
    for there, one in enumerate(zip(margin, offer, strict=True)):
        before = sorted(zip((-m for m in margin[:there]), offer, strict=False))
        if there < len(margins) or (-one[0], one[1]) < before[len(margins) - 1]:
            size = _insert(*one, size, margins, offers)
        expected = sorted(zip((-m for m in margin[: there + 1]), offer, strict=False))[: len(margins)]
        assert list(zip((-margins[:size]).tolist(), offers[:size].tolist(), strict=True)) == expected


def test_all_at_once_says_what_one_by_one_says(made_up: Facts) -> None:
    for rule in rules.RULES:
        if rule.judge_all is not None:
            assert rule.judge is not None
            needs = made_up.projects.key[rule.need].distinct
            parts = tuple(
                dict.fromkeys(
                    part
                    for some in all_offers(made_up).values()
                    for whole in some.key[rule.place].distinct
                    for part in whole
                )
            )
            assert rule.judge_all(needs, parts, POLICY).tolist() == [
                [rule.judge(need, part, POLICY) == Verdict.PASSES for part in parts] for need in needs
            ]


def test_the_most_promising_of_a_made_up_region(made_up: Facts) -> None:
    offers, resources = all_offers(made_up), list_resources(made_up)
    prepared = prepare(made_up, offers, POLICY, resources)
    for high in (0, 3, 60):
        price = np.random.default_rng(high).integers(0, high + 1, len(resources)).astype(np.float64)
        found = promising(prepared, price, 20)
        best = margins(made_up, price)
        for i, theirs in best.items():
            expected = sorted(theirs, key=lambda offer: (-theirs[offer], offer))[:20]
            mine = slice(found.start[i], found.start[i + 1])
            assert list(zip(found.kind[mine].tolist(), found.offer[mine].tolist(), strict=True)) == expected
            assert found.margin[mine].tolist() == [theirs[offer] for offer in expected]
        one, two = (promising(prepared, price, 7, threads=threads) for threads in (1, 2))
        assert np.array_equal(one.offer, two.offer)
        assert np.array_equal(one.margin, two.margin)
        assert np.array_equal(one.best, two.best)


@pytest.fixture(scope="module")
def made_up() -> Facts:
    tables = ledgers(projects=300, places=700, seed=3)
    return facts_of(
        {name: table.to_pylist() for name, table in tables.items()}, read_policy("shanxi", MADE_ON)
    )
