"""The most promising offers, by looking at every way every project can take every offer."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.test_join import ZONES, zones
from tests.core.matching.zone import AS_OF, building, parcel, project, zone_facts
from tests.core.matching.zone import POLICY as PLAIN_POLICY
from yinfeng.core.matching import _promise
from yinfeng.core.matching.area import area_choice, area_need, judge_per_land
from yinfeng.core.matching.candidates import prepare, promising, subsets
from yinfeng.core.matching.facts import KINDS, Facts, Firm, Quota
from yinfeng.core.matching.feasible import judge
from yinfeng.core.matching.offers import Offers, all_offers
from yinfeng.core.matching.policy import ByProductPrice, Policy
from yinfeng.core.matching.problem import Floats, Ints
from yinfeng.core.matching.resources import QUOTA_NEED, SUPPLIES, Resources, by_product_supply, list_resources
from yinfeng.core.matching.rules import Relation, Verdict, rules_for
from yinfeng.core.matching.value import by_product_yuan, line_fits, line_yuan, worth
from yinfeng.tables.matching import facts_of
from yinfeng.tables.policy import read_policy
from yinfeng.tables.synthetic import AS_OF as MADE_ON
from yinfeng.tables.synthetic import ledgers

BY_PRODUCTS = ("cinder", "fly ash", "gypsum", "slag", "tailings")
POLICY = replace(
    PLAIN_POLICY, by_product={name: ByProductPrice(10 * n, 15) for n, name in enumerate(BY_PRODUCTS, start=2)}
)
Draws = dict[int, int]
"""What a candidate draws from some resources."""
Best = dict[tuple[int, int], Fraction]
"""A project's greatest margin at each kind and offer."""


def areas(facts: Facts, offers: Offers, i: int, o: int) -> Iterator[tuple[int, bool]]:
    """List the areas a project can take of an offer that meet every floor per mu, and which is the whole."""
    need = area_need(facts.projects, offers.kind)
    lo, hi, wish = int(need.lo[i]), int(need.hi[i]), int(need.wish[i])
    free, share = (
        int(offers.number["area_m2"].value[o]),
        int(offers.number["smallest_share_m2"].or_else(1)[o]),
    )
    listed = {(free, True)} if lo <= free <= hi and free > 0 else set()
    if offers.divisible[o]:
        for area in (max(lo, share), min(max(wish, share), hi, free)):
            if max(lo, share) <= area <= min(hi, free) and (area, True) not in listed:
                listed.add((area, False))
    for area, whole in sorted(listed):
        at = np.array([i]), np.array([o]), np.array([area])
        floors = [rule for rule in rules_for(offers.kind) if rule.relation is Relation.PER_LAND]
        if all(judge_per_land(rule, facts.projects, offers, *at)[0] == Verdict.PASSES for rule in floors):
            yield area, whole


def draws_anywhere(facts: Facts, offers: Offers, resources: Resources, i: int, o: int) -> Draws:
    """Give what a project draws at an offer whatever area it takes: quotas, and supplies that are shared."""
    draws: Draws = {}
    within = offers.key["within"].distinct[offers.key["within"].index[o]][0]
    for q, quota in enumerate(facts.quotas):
        covers = quota.scope in within if quota.scope_kind == "zone" else quota.scope == offers.substation[o]
        if covers:
            need = facts.projects.number[QUOTA_NEED[quota.resource][0]]
            draws[int(resources.quota[q])] = int(need.value[i])
    if not offers.is_bundle[o]:
        for column in SUPPLIES:
            r = int(resources.supply[column][offers.parts[o, 0]])
            if r >= 0:
                draws[r] = int(facts.projects.number[column].value[i])
    return draws


def draws_area(facts: Facts, offers: Offers, resources: Resources, o: int, area: int) -> Draws:
    """Give what taking so much of an offer draws: of a bundle all of every part."""
    parts = [int(place) for place in offers.parts[o] if place >= 0]
    whole = facts.places.number["area_m2"].value
    return {int(resources.area[p]): int(whole[p]) if offers.is_bundle[o] else area for p in parts}


def by_products_of(
    facts: Facts, offers: Offers, policy: Policy, i: int, o: int
) -> list[tuple[str, str, int]]:
    """List zone, name and amount of what a project can count on and is worth something."""
    root = str(offers.key["root"].distinct[offers.key["root"].index[o]][0])
    supply = by_product_supply(facts)
    wanted = sorted(facts.projects.by_products[i].items())
    found = [(root, name, min(need, supply.get((root, name), 0))) for name, need in wanted]
    return [part for part in found if by_product_yuan(part[1], part[2], policy) > 0]


def greatest_margins(facts: Facts, policy: Policy, price: Floats) -> list[Best]:
    """Value every candidate of every pair that passes the masks of the rules, less the price of its draws."""
    best: list[Best] = [{} for _ in facts.projects.id]
    resources = list_resources(facts)
    for kind, offers in all_offers(facts).items():
        rows: list[tuple[int, ...]] = []
        drawn: list[Draws] = []
        choice = area_choice(facts.projects, offers)
        masks = [judge(rule, facts.projects, offers, choice, policy) == 0 for rule in rules_for(kind)]
        for i, o in np.argwhere(np.logical_and.reduce(masks)).tolist():
            makes = facts.projects.products[i], facts.projects.processes[i]
            fitting = [
                n
                for n, where in enumerate(facts.lines.building)
                if where == offers.id[o] and line_fits(*makes, facts.lines, n)
            ]
            anywhere, used = (
                draws_anywhere(facts, offers, resources, i, o), by_products_of(facts, offers, policy, i, o)
            )  # fmt: skip
            for area, whole in areas(facts, offers, i, o):
                line_sets = [tuple(fitting)] if whole else subsets(fitting)
                for lines, products in product(line_sets, subsets(used)):
                    rows.append(
                        (i, o, area, sum(line_yuan(facts.lines, n, policy) for n in lines),
                         sum(by_product_yuan(name, amount, policy) for _, name, amount in products))
                    )  # fmt: skip
                    drawn.append(
                        anywhere
                        | draws_area(facts, offers, resources, o, area)
                        | {int(resources.line[n]): 1 for n in lines}
                        | {resources.by_product[root, name]: kg for root, name, kg in products}
                    )
        value = values(facts, offers, policy, np.array(rows, dtype=np.int64).reshape(-1, 5))
        for row, yuan, draws in zip(rows, value.tolist(), drawn, strict=True):
            margin = yuan - sum((Fraction(price[r]) * amount for r, amount in draws.items()), Fraction())
            at = KINDS.index(kind), row[1]
            best[row[0]][at] = max(margin, best[row[0]].get(at, margin))
    return best


def values(facts: Facts, offers: Offers, policy: Policy, rows: Ints) -> Ints:
    found = worth(
        facts, offers, policy, project=rows[:, 0], offer=rows[:, 1], area=rows[:, 2],
        equipment=rows[:, 3], by_products=rows[:, 4],
    )  # fmt: skip
    return np.asarray(found.components.sum(axis=1))


def assert_most_promising(facts: Facts, policy: Policy, price: Floats, *most: int) -> None:
    """Hold offers, margins and bound to what looking at everything gives; ties too where sums are exact."""
    prepared = prepare(facts, all_offers(facts), policy, list_resources(facts))
    exact = bool((128 * price == np.rint(128 * price)).all())
    every = greatest_margins(facts, policy, price)
    for many in most:
        found = promising(prepared, price, many)
        for i, best in enumerate(every):
            mine = slice(found.start[i], found.start[i + 1])
            listed = list(zip(found.kind[mine].tolist(), found.offer[mine].tolist(), strict=True))
            greatest = sorted(best.values(), reverse=True)[:many]
            assert found.margin[mine].tolist() == pytest.approx([float(one) for one in greatest], abs=1e-5)
            assert [float(best[offer]) for offer in listed] == pytest.approx(
                [float(one) for one in greatest], abs=1e-5
            )
            if exact:
                assert listed == sorted(best, key=lambda offer: (-best[offer], offer))[:many]
                assert found.margin[mine].tolist() == greatest
            if best:
                assert greatest[0] <= Fraction(found.best[i]) <= greatest[0] + Fraction(1, 1_000)
            else:
                assert found.best[i] == -np.inf


@given(zones(n=3, m=3), st.sampled_from([0.0, 1.0, 0.37, 900.0, 71 / 3]), st.integers(0, 2**30))
@settings(max_examples=25, deadline=None)
def test_the_most_promising_are_those_of_looking_at_everything(facts: Facts, high: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    price = high * random.integers(0, 3, len(list_resources(facts))) * random.integers(0, 2)
    assert_most_promising(facts, POLICY, price, 1, 2, 40)


@pytest.mark.parametrize("high", [0.0, 8.0, 1 / 3])
def test_so_it_is_in_a_made_up_region(high: float) -> None:
    policy = read_policy("shanxi", MADE_ON)
    tables = ledgers(projects=40, places=90, seed=4)
    facts = facts_of({name: table.to_pylist() for name, table in tables.items()}, policy)
    random = np.random.default_rng(4)
    price = high * random.integers(0, 3, len(list_resources(facts)))
    assert_most_promising(facts, policy, price, 1, 4, 12)


def crowd(seed: int) -> Facts:
    """Make a zone where hundreds of places are much alike, so that many margins are equal."""
    random = np.random.default_rng(seed)

    def any_of(*choices: Any) -> Any:
        return choices[random.integers(len(choices))]

    places = [
        building(
            f"B{j:03d}",
            area_m2=any_of(5_000, 6_000, 9_000),
            idle_since=any_of(AS_OF - 900, None),
            divisible=any_of(True, False),
            smallest_share_m2=any_of(1_000, 5_600),
            available_on=any_of(AS_OF, AS_OF + 60),
            zone=any_of("Z", "Z", "Z", "Y"),
            power_kva=any_of(900, 900, 50),
        )
        for j in range(220)
    ]
    places += [parcel(f"L{j:02d}", area_m2=any_of(15_000, 20_000)) for j in range(20)]
    wanted = [
        project("A0", power_kva=300),
        project(
            "A1", floor_max_m2=20_000, floor_wish_m2=7_000, by_products=dict.fromkeys(BY_PRODUCTS, 9_000_000)
        ),
        project("A2", land_min_mu=14_000, land_max_mu=40_000, floor_min_m2=4_000, industry_code="G59"),
    ]
    waste = {name: int(random.integers(1, 12)) * 1_000_000 for name in BY_PRODUCTS}
    firms = [Firm("F1", "F1", "Z", "D44", waste)]
    quotas = [Quota("q1", "zone", "Z", "power", 900)]
    return zone_facts(wanted, places, zones=ZONES, firms=firms, quotas=quotas)


@pytest.mark.parametrize("seed", range(3))
def test_equals_go_to_the_lower_offer_in_a_crowd(seed: int) -> None:
    facts = crowd(seed)
    random = np.random.default_rng(seed)
    resources = list_resources(facts)
    price = random.integers(0, 4, len(resources)) * (0.0, 1.0, 0.3)[seed]
    price[list(resources.by_product.values())] /= 128
    found = greatest_margins(facts, POLICY, price)
    assert max(map(len, found)) > 2 * _promise.STRIDE
    assert len(set(found[1].values())) < len(found[1]) / 2
    assert_most_promising(facts, POLICY, price, 1, 5, 30, 100)


def test_what_an_area_brings_is_the_most_of_all_areas() -> None:
    random = np.random.default_rng(0)
    for _ in range(300):
        low, more, wish = random.integers(0, 30, 3).tolist()
        rate, space = float(random.integers(-8, 9)) / 2, float(random.integers(0, 9)) / 2
        area = np.arange(low, low + more + 1)
        most = (rate * area - space * np.maximum(0, area - wish)).max()
        assert _promise._reach(rate, low, low + more, wish, space) == most


def test_lines_bring_what_the_best_set_brings() -> None:
    random = np.random.default_rng(0)
    for _ in range(300):
        size = random.integers(0, 7, 3)
        start = np.concatenate([[0], np.cumsum(size)])
        line = random.permutation(20)[: start[-1]].astype(np.int32)
        fits, gain = random.random(20) < 0.7, random.integers(-5, 6, 20).astype(np.float64)
        for o in range(3):
            mine = [n for n in line[start[o] : start[o + 1]].tolist() if fits[n]]
            most = max(sum(gain[n] for n in some) for some in subsets(mine))
            assert _promise._lines_gain(o, start, line, fits, gain, False) == most
            assert _promise._lines_gain(o, start, line, fits, gain, True) == sum(gain[n] for n in mine)


def test_a_heap_gives_up_the_greatest_bound_first() -> None:
    random = np.random.default_rng(0)
    for size in range(20):
        bound = random.integers(0, 8, 20).astype(np.float64)
        heap = random.permutation(20)[:size].astype(np.int32)
        left = sorted(bound[heap].tolist(), reverse=True)
        for at in range(size // 2 - 1, -1, -1):
            _promise._sift(heap, size, at, bound)
        for still in range(size, 0, -1):
            assert bound[heap[0]] == left.pop(0)
            heap[0] = heap[still - 1]
            _promise._sift(heap, still - 1, 0, bound)
