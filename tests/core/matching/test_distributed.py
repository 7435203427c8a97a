"""Problems in parts give what the whole gives, however they are cut. No cluster: parts lie in a list here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pytest

from yinfeng.core.matching import distributed
from yinfeng.core.matching.check import check
from yinfeng.core.matching.distributed import COLUMNS, Whole, solve_in_parts, whole_of
from yinfeng.core.matching.explain import explain
from yinfeng.core.matching.facts import KINDS, Facts, Override
from yinfeng.core.matching.model import Model, build
from yinfeng.core.matching.parts import (
    Bounded,
    Part,
    Pooled,
    Tally,
    Wanted,
    assemble,
    audit_part,
    blocks_of,
    bound_of_all,
    bound_part,
    gather,
    ground_of,
    join_part,
    merged,
    pool_part,
    tally,
)
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.resources import list_resources
from yinfeng.core.matching.result import Result, Status
from yinfeng.core.matching.solve import LINEAR, solve
from yinfeng.core.matching.told import Asked, describe, model_of, with_plan
from yinfeng.core.matching.vacancies import vacancies
from yinfeng.core.matching.zonewise import Demand, Placed, Split, pieces_by_zone, plan_zone, split
from yinfeng.tables.matching import facts_of
from yinfeng.tables.policy import read_policy
from yinfeng.tables.synthetic import AS_OF, ledgers

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Here:
    """Parts in a list."""

    pools: list[Pooled]

    def each(self, work: Callable[[Pooled, S], T], shared: S) -> list[T]:
        return [work(pool, shared) for pool in self.pools]

    def by_zone(self, split: Split) -> list[Placed]:
        zones: dict[int, list[object]] = {}
        for pool in self.pools:
            for zone, piece in pieces_by_zone(pool, split):
                zones.setdefault(zone, []).append(piece)
        return [plan_zone(zone, pieces, split) for zone, pieces in sorted(zones.items())]  # type: ignore[arg-type]

    def apart(self, work: Callable[[int, S], T], shared: S, turns: int) -> list[T]:
        return [work(turn, shared) for turn in range(turns)]


@dataclass(frozen=True, eq=False)
class Cut:
    """A problem in parts."""

    parts: list[Part]
    tallies: list[Tally]
    whole: Whole
    fleet: Here


def cut(facts: Facts, policy: Policy, n_parts: int) -> Cut:
    ground = ground_of(facts, policy)
    parts = [join_part(block, ground) for block in blocks_of(facts.projects, n_parts)]
    tallies = [tally(part, None) for part in parts]
    whole = whole_of(tallies, list_resources(facts).capacity)
    return Cut(parts, tallies, whole, Here([pool_part(part, whole.scarce) for part in parts]))


def told(facts: Facts, policy: Policy, cut: Cut, found: Result) -> tuple[Model, Result]:
    ground = ground_of(facts, policy)
    offers = {kind: ground.offers[kind].parts for kind in KINDS}
    every = np.ones(len(facts.places), dtype=np.bool_)
    asked = Asked(found.price, found.chosen, offers, every, all_of=found.clash)
    model, chosen = model_of(facts, ground, cut.tallies, [describe(part, asked) for part in cut.parts])
    return model, with_plan(model, found, chosen)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy("shanxi", AS_OF)


@pytest.fixture(scope="module")
def facts(policy: Policy) -> Facts:
    made = ledgers(projects=90, places=140, seed=21)
    return facts_of({name: table.to_pylist() for name, table in made.items()}, policy)


@pytest.fixture(scope="module")
def large(policy: Policy) -> Facts:
    """Give so many candidates that prices are found by passes."""
    made = ledgers(projects=120, places=1_500, seed=22)
    return facts_of({name: table.to_pylist() for name, table in made.items()}, policy)


@pytest.fixture(scope="module")
def local(facts: Facts, policy: Policy) -> Result:
    return solve(build(facts, policy).problem, method="fast", time_limit_s=30)


@pytest.fixture(autouse=True)
def few_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search from two starts: time is for what depends on parts."""
    monkeypatch.setattr(distributed, "STARTS", 2)


@pytest.mark.parametrize("most_columns", [COLUMNS, 0], ids=["columns", "passes"])
def test_prices_over_parts_prove_what_those_over_the_whole_do(
    large: Facts, policy: Policy, most_columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributed, "COLUMNS", most_columns)
    whole = solve(build(large, policy).problem, method="fast", time_limit_s=5)
    problem = cut(large, policy, 3)
    result = solve_in_parts(problem.fleet, problem.whole, method="fast")
    assert problem.whole.n_candidates > LINEAR
    assert abs(result.bound - whole.bound) <= 0.0001 * whole.bound
    # The gap is 1.5 % here, and searches that differ in their seed alone end up to 0.5 % apart.
    assert result.value >= 0.99 * whole.value
    model, given = told(large, policy, problem, result)
    assert check(model.problem, given) == ()


def test_pieces_merge_to_each_candidate_once(large: Facts, policy: Policy) -> None:
    problem = cut(large, policy, 3)
    nothing, free = np.full(120, -1), np.zeros(len(problem.whole.capacity))
    few, more, every = (
        problem.fleet.each(gather, Wanted(free, nothing, **asked))
        for asked in ({"per_project": 3}, {"per_project": 9}, {"limit": np.inf})
    )
    for pieces, expected in (([*few, *more, *few], more), ([*every, *few], every), (few, few)):
        ours = assemble([merged(pieces)], problem.whole.capacity)
        theirs = assemble([merged([piece]) for piece in expected], problem.whole.capacity)
        assert ours.project.tolist() == theirs.project.tolist()
        assert ours.resource.tolist() == theirs.resource.tolist()
        assert all(np.array_equal(a, b) for a, b in zip(ours.pool, theirs.pool, strict=True))
        assert len(ours.pool.value) == sum(len(piece.value) for piece in expected)


@pytest.mark.parametrize("n_parts", [1, 7])
def test_bound_and_plan_are_those_of_the_whole(
    facts: Facts, policy: Policy, local: Result, n_parts: int
) -> None:
    problem = cut(facts, policy, n_parts)
    result = solve_in_parts(problem.fleet, problem.whole, method="fast")
    assert result.status is Status.FEASIBLE
    assert abs(result.bound - local.bound) <= 0.0001 * local.bound
    assert result.value >= 0.9995 * local.value
    model, given = told(facts, policy, problem, result)
    assert check(model.problem, given) == ()
    assert given.value == result.value


def test_the_same_cut_gives_the_same_answer_to_the_last_bit(large: Facts, policy: Policy) -> None:
    first, second = (
        solve_in_parts(problem.fleet, problem.whole, method="fast", passes=60)
        for problem in (cut(large, policy, 4), cut(large, policy, 4))
    )
    assert first.price.tobytes() == second.price.tobytes()
    assert first.chosen.tolist() == second.chosen.tolist()
    assert (first.value, first.bound) == (second.value, second.bound)


def test_what_may_still_improve_is_left_to_the_local_methods(facts: Facts, policy: Policy) -> None:
    best = solve(build(facts, policy).problem, method="exact", time_limit_s=60)
    problem = cut(facts, policy, 3)
    result = solve_in_parts(problem.fleet, problem.whole, method="exact", time_limit_s=60)
    assert (best.status, result.status) == (Status.OPTIMAL, Status.OPTIMAL)
    assert (result.value, result.bound) == (best.value, best.value)


def test_the_bound_of_parts_is_never_below_the_audited_one(facts: Facts, policy: Policy) -> None:
    problem = cut(facts, policy, 5)
    draw = np.random.default_rng(7)
    for _ in range(20):
        price = np.where(problem.whole.scarce, draw.exponential(50.0, len(problem.whole.capacity)), 0.0)
        bound = bound_of_all(problem.fleet.each(bound_part, price), price, problem.whole.capacity)
        proven = sum(audit_part(part, price) for part in problem.parts) + price @ problem.whole.capacity
        assert proven <= bound + 1
        assert bound <= proven + 1 + 1e-9 * proven


def test_sums_of_parts_are_rounded_outward() -> None:
    halves = [Bounded(2.0**53, 0.0), Bounded(1.0, 0.0)]
    assert bound_of_all(halves, np.zeros(1), np.zeros(1, dtype=np.int64)) >= 2**53 + 1


def test_reasons_are_those_of_the_whole(facts: Facts, policy: Policy) -> None:
    problem = cut(facts, policy, 4)
    model, result = told(facts, policy, problem, solve_in_parts(problem.fleet, problem.whole, method="fast"))
    whole = build(facts, policy)
    chosen = np.full(whole.problem.n_projects, -1)
    for i, k in enumerate(result.chosen.tolist()):
        own = range(whole.problem.start[i], whole.problem.start[i + 1])
        if k >= 0:
            table, row = model.candidate(k)
            chosen[i] = next(c for c in own if _same(whole, c, table, row))
    same = replace(result, chosen=chosen)
    passing = np.concatenate([one.passing_offers for one in problem.tallies])
    at_places = np.sum([one.passing_projects for one in problem.tallies], axis=0)
    ours, theirs = explain(model, result, passing=passing), explain(whole, same)
    assert [r.outcome for r in ours] == [r.outcome for r in theirs]
    assert [r.components for r in ours] == [r.components for r in theirs]
    assert [[a.offer for a in r.alternatives] for r in ours] == [
        [a.offer for a in r.alternatives] for r in theirs
    ]
    assert [r.near for r in ours] == [r.near for r in theirs]
    mine, others = vacancies(model, result, passing=at_places), vacancies(whole, same)
    assert [(r.vacancy, r.used, r.takers, r.passing, r.rule, r.wanted_by) for r in mine] == [
        (r.vacancy, r.used, r.takers, r.passing, r.rule, r.wanted_by) for r in others
    ]


def _same(whole: Model, c: int, table: object, row: int) -> bool:
    other, at = whole.candidate(c)
    return (
        other.offers.kind == table.offers.kind  # type: ignore[attr-defined]
        and all(
            getattr(other, name)[at] == getattr(table, name)[row] for name in ("project", "offer", "area")
        )
        and other.line_sets[other.lines[at]] == table.line_sets[table.lines[row]]  # type: ignore[attr-defined]
        and other.by_product_sets[other.by_products[at]] == table.by_product_sets[table.by_products[row]]  # type: ignore[attr-defined]
    )


def test_required_projects_that_clash_are_named(facts: Facts, policy: Policy) -> None:
    whole = build(facts, policy)
    offer = next(
        whole.offer_of(k)
        for k in range(whole.problem.n_candidates)
        if not whole.candidate(k)[0].offers.divisible[int(whole.candidate(k)[0].offer[whole.candidate(k)[1]])]
    )
    takers = sorted(
        {
            int(whole.problem.project[k])
            for k in range(whole.problem.n_candidates)
            if whole.offer_of(k) == offer
        }
    )
    pins = tuple(
        Override(facts.projects.id[i], tuple(offer.split(" + ")), "pin", "council", "") for i in takers[:2]
    )
    assert len(pins) == 2
    pinned = replace(facts, overrides=pins)
    problem = cut(pinned, policy, 6)
    result = solve_in_parts(problem.fleet, problem.whole)
    assert result.status is Status.INFEASIBLE
    assert result.clash == tuple(takers[:2])
    model, given = told(pinned, policy, problem, result)
    assert check(model.problem, given) == ()


def test_required_projects_are_placed(facts: Facts, policy: Policy, local: Result) -> None:
    left_out = np.flatnonzero((local.chosen < 0) & (np.diff(build(facts, policy).problem.start) > 0))[:2]
    assert len(left_out) == 2
    required = facts.projects.required.copy()
    required[left_out] = True
    asked = replace(facts, projects=replace(facts.projects, required=required))
    problem = cut(asked, policy, 3)
    result = solve_in_parts(problem.fleet, problem.whole, method="fast")
    assert result.complete
    assert (result.chosen[left_out] >= 0).all()
    model, given = told(asked, policy, problem, result)
    assert check(model.problem, given) == ()


def test_nobody_to_place(facts: Facts, policy: Policy) -> None:
    nobody = replace(facts, projects=facts.projects.take(np.zeros(0, dtype=np.int64)))
    problem = cut(nobody, policy, 1)
    result = solve_in_parts(problem.fleet, problem.whole)
    assert (result.status, result.value, result.bound) == (Status.OPTIMAL, 0, 0)


def test_a_cancel_leaves_a_valid_bound(large: Facts, policy: Policy) -> None:
    problem = cut(large, policy, 2)
    result = solve_in_parts(problem.fleet, problem.whole, progress=lambda told: told.passes < 5)
    assert result.status is Status.STOPPED
    assert result.passes == 5
    model, given = told(large, policy, problem, result)
    assert check(model.problem, given) == ()


def test_a_resource_of_several_zones_is_never_shared_out_twice() -> None:
    draw = np.random.default_rng(3)
    capacity = draw.integers(0, 10**15, 40)
    demands = [
        Demand(np.repeat([0, 1, 2], 40), np.tile(np.arange(40), 3), draw.exponential(1e6, 120))
        for _ in range(5)
    ]
    shares = split(np.zeros(40), capacity, np.full(40, -1), demands, 10, 0).share
    total = np.zeros(40, dtype=np.int64)
    for resource, share in shares.values():
        total[resource] += share
    assert (total <= capacity).all()
    assert (total >= capacity * (1 - 1e-9) - 3).all()
