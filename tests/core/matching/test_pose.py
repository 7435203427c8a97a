"""Posing where not all candidates are listed: the bound holds for all of them, and nothing is lost."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from yinfeng.core.errors import InputError
from yinfeng.core.matching import pose as posing
from yinfeng.core.matching.candidates import prepare
from yinfeng.core.matching.check import check
from yinfeng.core.matching.columns import uses_of
from yinfeng.core.matching.facts import KINDS, Facts, Override
from yinfeng.core.matching.model import build
from yinfeng.core.matching.offers import all_offers
from yinfeng.core.matching.pose import estimate, pose
from yinfeng.core.matching.priced import columns_of, lister_of, price_all_pairs
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.resources import list_resources
from yinfeng.core.matching.result import Progress, Status
from yinfeng.core.matching.solve import solve
from yinfeng.core.matching.vacancies import Vacancy, vacancies
from yinfeng.tables import synthetic
from yinfeng.tables.matching import to_facts
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import read_ledger
from yinfeng.tables.synthetic import AS_OF

POLICY = read_policy("shanxi", AS_OF)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder: Path = tmp_path_factory.mktemp("ledgers")
    names = synthetic.write(folder, projects=120, places=300, seed=7, file_format="parquet")
    return to_facts({name: read_ledger(folder / f"{name}.parquet", name) for name in names}, POLICY)


@pytest.fixture
def never_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few offers of each project are listed, so that leaving any out would show."""
    monkeypatch.setattr(posing, "LISTED", 0)
    monkeypatch.setattr(posing, "PROMISING", 8)


def dual(problem: Problem, price: np.ndarray) -> float:
    """Give Σ price · capacity + Σ greatest margins, plainly."""
    toll = np.zeros(problem.n_candidates)
    np.add.at(toll, problem.use_candidate, price[problem.use_resource] * problem.use_amount)
    best = np.where(problem.required, -np.inf, 0.0)
    np.maximum.at(best, problem.project, problem.value - toll)
    return float(best.sum() + price @ problem.capacity)


def assert_bounds_all(facts: Facts, reached: float = 0.8) -> None:
    """The bound is what the prices prove of the problem with every candidate, and a plan comes near it."""
    posed, whole = pose(facts, POLICY), build(facts, POLICY).problem
    assert posed.begin is not None
    assert posed.begin.price is not None
    proven = dual(whole, posed.begin.price)
    assert posed.begin.bound == pytest.approx(proven, abs=1.0)
    assert posed.begin.bound >= np.floor(proven)
    assert posed.model.problem.n_candidates < whole.n_candidates
    result = solve(posed.model.problem, method="fast", begin=posed.begin, time_limit_s=5)
    assert not check(posed.model.problem, result)
    assert result.bound >= solve(whole, method="fast", time_limit_s=5).value
    assert result.value > reached * result.bound


@pytest.mark.usefixtures("never_listed")
def test_the_bound_holds_for_every_feasible_pair(facts: Facts) -> None:
    assert_bounds_all(facts)


@pytest.mark.usefixtures("never_listed")
def test_what_people_decided_counts_in_the_bound(facts: Facts) -> None:
    whole = build(facts, POLICY)
    free = solve(whole.problem, method="fast", time_limit_s=5)
    first, second = np.flatnonzero(free.chosen >= 0)[:2].tolist()
    placed = [whole.offer_of(int(free.chosen[i])) for i in (first, second)]
    ids = whole.problem.project_id
    assert_bounds_all(
        replace(
            facts,
            overrides=(
                Override(ids[first], tuple(placed[0].split(" + ")), "pin", "the committee", "agreed"),
                Override(ids[second], tuple(placed[1].split(" + ")), "bar", "the committee", "agreed"),
            ),
        )
    )


def test_columns_draw_what_the_problem_says(facts: Facts) -> None:
    """Made block by block from pairs, they are the candidates of the problem, value by value, use by use."""
    offers, resources = all_offers(facts), list_resources(facts)
    prepared = prepare(facts, offers, POLICY, resources)
    model = build(facts, POLICY)
    first, width = len(offers[KINDS[0]]), sum(map(len, offers.values()))
    pairs = np.sort(
        np.concatenate(
            [
                model.joins[kind].pair_project * width + k * first + model.joins[kind].pair_offer
                for k, kind in enumerate(KINDS)
            ]
        )
    )
    made = columns_of(lister_of(prepared), pairs, block=17)
    assert np.array_equal(made.start, model.problem.start)
    assert np.array_equal(made.value, model.problem.value)
    for of_made, of_problem in zip(
        uses_of(made),
        (model.problem.use_start, model.problem.use_resource, model.problem.use_amount),
        strict=True,
    ):
        assert np.array_equal(of_made, of_problem)


def test_prices_stopped_at_once_still_bound_every_pair(facts: Facts) -> None:
    prepared = prepare(facts, all_offers(facts), POLICY, list_resources(facts))
    priced = price_all_pairs(prepared, lambda bound, passes: False)
    assert priced.bound >= np.floor(dual(build(facts, POLICY).problem, priced.price))


@pytest.mark.usefixtures("never_listed")
def test_progress_tells_a_falling_bound(facts: Facts) -> None:
    seen: list[Progress] = []
    pose(facts, POLICY, progress=lambda progress: seen.append(progress) is None)
    bounds = [progress.bound for progress in seen if progress.bound is not None]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] < bounds[0]


def test_the_estimate_is_near_the_count(facts: Facts) -> None:
    counted = sum(map(len, build(facts, POLICY).candidates.values()))
    assert 0.6 < estimate(facts, all_offers(facts), POLICY) / counted < 1.6


@pytest.mark.parametrize("listed", [0, 10**9])
def test_too_little_memory_is_refused_before_anything_is_done(
    facts: Facts, listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posing, "LISTED", listed)
    with pytest.raises(InputError) as refused:
        pose(facts, POLICY, memory=1_000_000)
    assert refused.value.faults[0].code == "not-enough-memory"


@pytest.mark.usefixtures("never_listed")
def test_a_plan_that_does_not_reach_the_bound_of_all_pairs_is_not_called_best(facts: Facts) -> None:
    posed = pose(facts, POLICY)
    result = solve(posed.model.problem, begin=posed.begin, method="exact", time_limit_s=2)
    assert (result.status is Status.OPTIMAL) == (result.value == result.bound)


@pytest.mark.usefixtures("never_listed")
def test_nobody_is_said_to_fail_where_that_was_not_looked_at(facts: Facts) -> None:
    """Where only promising offers are listed, a place is said to suit nobody only if one rule bars all."""
    posed, whole = pose(facts, POLICY), build(facts, POLICY)
    result = solve(posed.model.problem, method="fast", time_limit_s=5, begin=posed.begin)
    said = {report.place: report.vacancy for report in vacancies(posed.model, result, all_listed=False)}
    truly = {report.place: report.passing for report in vacancies(whole, solve(whole.problem, method="fast"))}
    assert Vacancy.NOT_PROMISING in said.values()
    for place, vacancy in said.items():
        if vacancy is Vacancy.NOBODY_PASSES:
            assert truly[place] == 0


@pytest.mark.usefixtures("never_listed")
def test_no_more_offers_of_a_project_are_listed_than_wanted(facts: Facts) -> None:
    model = pose(facts, POLICY).model
    counts = sum(np.bincount(model.joins[kind].pair_project, minlength=len(facts.projects)) for kind in KINDS)
    assert np.max(counts) == 8
