"""Suppositions in terms of facts: the same as building the model of the changed facts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.core.matching.zone import POLICY, building, parcel, project, zone_facts
from yinfeng.core.matching.check import check
from yinfeng.core.matching.facts import Facts, Override, Quota
from yinfeng.core.matching.model import Model, build
from yinfeng.core.matching.restrict import changed
from yinfeng.core.matching.result import Status
from yinfeng.core.matching.revise import Revision, prepare, revise
from yinfeng.core.matching.solve import solve
from yinfeng.core.matching.suppose import Supposed, Supposition, candidate_at, suppose

QUOTA = Quota("Q", "zone", "Z", "power", 1_500)


def rows(n: int = 5, **changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Projects that differ in need and tax; changes: by project id."""
    plain = [
        project(f"X{i}", floor_min_m2=4_000 + 700 * i, power_kva=300 + 50 * i, tax_wan_yr=(i + 1) * 10**6)
        for i in range(n)
    ]
    return [row | changes.get(row["id"], {}) for row in plain]


def zone(projects: list[dict[str, Any]], quota: Quota = QUOTA, overrides: tuple[Override, ...] = ()) -> Facts:
    places = [
        building("A1", power_kva=5_000),
        building("A2", area_m2=7_500, power_kva=5_000),
        building("A3", area_m2=12_000, divisible=True, smallest_share_m2=2_000, power_kva=5_000),
        parcel("B1", power_kva=5_000),
    ]
    lines = [{"id": "L1", "building": "A1", "products": ("gear",), "value_yuan": 10**6}]
    return zone_facts(projects, places, lines=lines, quotas=[quota], overrides=overrides)


def ask(facts: Facts, supposition: Supposition) -> tuple[Supposed, Revision]:
    model = build(facts, POLICY)
    supposed = suppose(model, supposition)
    result = solve(model.problem)
    assert (result.chosen >= 0).sum() >= 3
    revision = revise(prepare(model.problem, result), supposed.change)
    assert check(revision.problem, revision.result) == ()
    return supposed, revision


def assert_same(model: Model, supposed: Supposed) -> None:
    """Hold the changed problem against that of a model built anew."""
    problem = changed(supposed.model.problem, supposed.change)
    for name in ("required", "start", "value", "use_start", "use_resource", "use_amount", "capacity"):
        assert getattr(problem, name).tolist() == getattr(model.problem, name).tolist(), name


def pin(project_id: str, *places: str, action: str = "pin") -> Override:
    return Override(project_id, places, action, "supposed", "")  # type: ignore[arg-type]


CHANGES = {
    "quota": (rows(), replace(QUOTA, capacity=700), (), Supposition(quotas={"Q": 700})),
    "project": (
        rows(X1={"floor_min_m2": 1_000, "power_kva": 10, "products": ("gear",)}),
        QUOTA,
        (),
        Supposition(
            changed=zone(
                rows(X1={"floor_min_m2": 1_000, "power_kva": 10, "products": ("gear",)})
            ).projects.take(np.array([1]))
        ),
    ),
    "pin": (rows(), QUOTA, (pin("X2", "A2"),), Supposition(overrides=(pin("X2", "A2"),))),
    "bar": (
        rows(),
        QUOTA,
        (pin("X4", "A3", action="bar"),),
        Supposition(overrides=(pin("X4", "A3", action="bar"),)),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_supposition_equals_the_model_of_the_changed_facts(name: str) -> None:
    projects, quota, overrides, supposition = CHANGES[name]
    supposed, revision = ask(zone(rows()), supposition)
    anew = build(zone(projects, quota, overrides), POLICY)
    assert_same(anew, supposed)
    best = solve(anew.problem)
    assert (revision.result.status, revision.result.value) == (Status.OPTIMAL, best.value)
    for i, k in enumerate(revision.result.chosen.tolist()):
        choice = supposed.choice(revision, i)
        if k < 0:
            assert choice is None
        else:
            assert choice is not None
            table, row = choice
            assert table.offers.id[int(table.offer[row])] == anew.offer_of(k)


def test_a_withdrawn_project_keeps_its_row_without_candidates() -> None:
    supposed, revision = ask(zone(rows()), Supposition(withdrawn=("X4",)))
    anew = solve(build(zone(rows()[:4]), POLICY).problem)
    assert revision.result.value == anew.value
    assert revision.result.chosen[4] == -1
    assert supposed.choice(revision, 4) is None


def test_a_pin_against_a_rule_is_refused_and_named() -> None:
    supposed, revision = ask(zone(rows()), Supposition(overrides=(pin("X4", "A1"),)))
    assert [refused.pin.places for refused in supposed.refused_pins] == [("A1",)]
    assert revision.result.value == solve(build(zone(rows()), POLICY).problem).value


def test_pins_that_clash_are_infeasible() -> None:
    _, revision = ask(zone(rows()), Supposition(overrides=(pin("X0", "A1"), pin("X1", "A1"))))
    assert revision.result.status is Status.INFEASIBLE


def test_only_the_projects_concerned_move_without_need() -> None:
    facts = zone(rows())
    _, revision = ask(facts, Supposition(quotas={"Q": QUOTA.capacity}))
    assert revision.moved.tolist() == []


def test_a_candidate_is_found_by_place_and_area() -> None:
    model = build(zone(rows()), POLICY)
    for k in range(model.problem.n_candidates):
        i = int(np.searchsorted(model.problem.start, k, side="right")) - 1
        table, row = model.candidate(k)
        found = candidate_at(model, i, model.offer_of(k), int(table.area[row]))
        assert model.offer_of(found) == model.offer_of(k)
        assert model.problem.value[found] >= model.problem.value[k]
    assert candidate_at(model, 0, "nowhere", 1) == -1
