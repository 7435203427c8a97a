"""A country in districts: nothing two of them share, prices that bound the whole, a plan that holds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.core.matching.test_pose import assert_bounds_all
from yinfeng.core.matching import pose as posing
from yinfeng.core.matching._ties import grown_together
from yinfeng.core.matching.districts import District, cut
from yinfeng.core.matching.excerpt import Whole
from yinfeng.core.matching.facts import KINDS, Facts, Override
from yinfeng.core.matching.model import build
from yinfeng.core.matching.offers import all_offers
from yinfeng.core.matching.pose import pose
from yinfeng.core.matching.resources import list_resources
from yinfeng.core.matching.result import Progress
from yinfeng.core.matching.solve import solve
from yinfeng.tables import synthetic
from yinfeng.tables.matching import to_facts
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import read_ledger

POLICY = read_policy("shanxi", synthetic.AS_OF)
SIZE = 40


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """A hundred projects that each look at one zone or a few of eleven."""
    folder: Path = tmp_path_factory.mktemp("ledgers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("yinfeng.tables.synthetic.zones.PLACES_PER_ZONE", 40)
        names = synthetic.write(folder, projects=150, places=440, seed=9, file_format="parquet")
    return to_facts({name: read_ledger(folder / f"{name}.parquet", name) for name in names}, POLICY)


@pytest.fixture
def by_district(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few projects count as a country, however many of them look beyond their district."""
    monkeypatch.setattr(posing, "LISTED", 0)
    monkeypatch.setattr(posing, "PROMISING", 8)
    monkeypatch.setattr(posing, "COUNTRY", 0)
    monkeypatch.setattr(posing, "STRADDLING", 1.0)
    monkeypatch.setattr(posing, "cut", lambda facts, policy: cut(facts, policy, size=SIZE))


def district_of(n: int, districts: list[District], field: str) -> np.ndarray:
    """Give the only district that names each thing in a field."""
    number = np.full(n, -1)
    for d, district in enumerate(districts):
        assert (number[getattr(district, field)] == -1).all()
        number[getattr(district, field)] = d
    assert (number >= 0).all()
    return number


def test_districts_share_nothing_and_miss_no_pair(facts: Facts) -> None:
    districts = cut(facts, POLICY, size=SIZE)
    assert len(districts) > 2
    place = district_of(len(facts.places), districts, "places")
    home = district_of(len(facts.projects), districts, "own")
    model = build(facts, POLICY)
    problem, drawn_in = model.problem, np.full(model.problem.n_resources, -1)
    met = set()
    for k in range(problem.n_candidates):
        table, row = model.candidate(k)
        parts = table.offers.parts[table.offer[row]]
        (there,) = set(place[parts[parts >= 0]].tolist())
        uses = problem.use_resource[problem.use_start[k] : problem.use_start[k + 1]]
        assert np.isin(drawn_in[uses], [-1, there]).all()
        drawn_in[uses] = there
        met.add((int(problem.project[k]), there))
    listed = {(i, d) for d, district in enumerate(districts) for i in [*district.own, *district.guests]}
    assert met <= listed
    assert any(home[i] != d for i, d in met)
    assert {len(np.intersect1d(district.own, district.guests)) for district in districts} == {0}


def test_zones_under_one_quota_are_never_parted(facts: Facts) -> None:
    everywhere = facts.places.key["within"].distinct
    region = facts.quotas[0].__class__("Q0", "zone", everywhere[0][-1], "water", 1_000)
    within = tuple((*names, everywhere[0][-1]) for names in everywhere)
    places = facts.places
    tied = replace(
        facts,
        quotas=(*facts.quotas, region),
        places=replace(places, key={**places.key, "within": replace(places.key["within"], distinct=within)}),
    )
    assert len(cut(tied, POLICY, size=SIZE)) == 1


def test_an_excerpt_says_what_its_numbers_are_in_the_whole(facts: Facts) -> None:
    whole = Whole(facts, all_offers(facts), list_resources(facts))
    for district in cut(facts, POLICY, size=SIZE):
        here = whole.excerpt(district)
        assert [whole.resources[r].id for r in here.resource.tolist()] == list(here.resources.id)
        assert np.array_equal(whole.resources.capacity[here.resource], here.resources.capacity)
        assert [facts.projects.id[i] for i in here.project.tolist()] == list(here.facts.projects.id)
        assert np.array_equal(np.sort(here.project[here.is_own]), district.own)
        for kind in KINDS:
            mine = whole.offers[kind].take(here.offer[kind])
            assert mine.id == here.offers[kind].id
            fresh = all_offers(here.facts)[kind]
            assert fresh.id == here.offers[kind].id
            assert np.array_equal(fresh.parts, here.offers[kind].parts)


@pytest.mark.usefixtures("by_district")
def test_prices_of_districts_bound_the_whole(facts: Facts) -> None:
    assert_bounds_all(facts, 0.6)


@pytest.mark.usefixtures("by_district")
def test_what_people_decided_counts_in_districts_too(facts: Facts) -> None:
    model = build(facts, POLICY)
    free = solve(model.problem, method="fast", time_limit_s=5)
    held = np.flatnonzero(free.chosen >= 0)[:3].tolist()
    ids, offer = model.problem.project_id, [model.offer_of(int(free.chosen[i])) for i in held]
    required = facts.projects.required.copy()
    required[held[2]] = True
    assert_bounds_all(
        replace(
            facts,
            projects=replace(facts.projects, required=required),
            overrides=(
                Override(ids[held[0]], tuple(offer[0].split(" + ")), "pin", "the committee", "agreed"),
                Override(ids[held[1]], tuple(offer[1].split(" + ")), "bar", "the committee", "agreed"),
            ),
        ),
        0.6,
    )


@pytest.mark.usefixtures("by_district")
def test_the_plans_of_districts_hold_together(facts: Facts) -> None:
    posed = pose(facts, POLICY, time_limit_s=20.0)
    assert posed.begin is not None
    problem, chosen = posed.model.problem, posed.begin.chosen
    assert chosen is not None
    assert (problem.usage(chosen) <= problem.capacity).all()
    value = int(problem.value[chosen[chosen >= 0]].sum())
    best = solve(build(facts, POLICY).problem, method="fast", time_limit_s=5).value
    assert value > 0.7 * best
    assert solve(problem, method="fast", begin=posed.begin, time_limit_s=5).value >= value


@pytest.mark.usefixtures("by_district")
def test_a_stop_in_a_district_leaves_a_bound_that_holds(facts: Facts) -> None:
    told: list[Progress] = []

    def stop(progress: Progress) -> bool:
        told.append(progress)
        return len(told) < 3

    posed = pose(facts, POLICY, progress=stop, time_limit_s=20.0)
    assert posed.begin is not None
    assert posed.begin.bound is not None
    assert posed.begin.bound >= solve(build(facts, POLICY).problem, method="fast", time_limit_s=5).value


@pytest.mark.usefixtures("by_district")
def test_who_must_be_placed_but_fits_nowhere_is_said_by_the_solve(facts: Facts) -> None:
    model = build(facts, POLICY)
    nowhere = np.flatnonzero(np.diff(model.problem.start) == 0)
    required = facts.projects.required.copy()
    required[nowhere[0]] = True
    posed = pose(replace(facts, projects=replace(facts.projects, required=required)), POLICY)
    assert not solve(posed.model.problem, begin=posed.begin, time_limit_s=5).complete


def test_strong_ties_grow_first_and_no_group_is_too_large() -> None:
    low, high = np.array([0, 1, 2, 3]), np.array([1, 2, 3, 4])
    group = grown_together(low, high, np.array([1.0, 5.0, 1.0, 4.0]), np.ones(5), 2)
    assert [len(set(group[[a, b]])) for a, b in zip(low, high, strict=True)] == [2, 1, 2, 1]
    assert len(set(grown_together(low, high, np.ones(4), np.ones(5), 5))) == 1


def test_a_wish_for_a_zone_without_places_looks_nowhere(facts: Facts) -> None:
    wish = (frozenset({"nowhere"}), frozenset[str]())
    key = replace(facts.projects.key["zones"], distinct=(wish,) * len(facts.projects.key["zones"].distinct))
    lost = replace(facts, projects=replace(facts.projects, key={**facts.projects.key, "zones": key}))
    districts = cut(lost, POLICY, size=SIZE)
    assert sum(len(district.own) for district in districts) == len(facts.projects)
    assert [len(district.guests) for district in districts] == [0] * len(districts)
