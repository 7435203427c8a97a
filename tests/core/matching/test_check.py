"""The auditor finds each planted fault, and only that."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from yinfeng.core.matching.check import check
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.result import Result, Status
from yinfeng.core.matching.solve import solve

PROBLEM = Problem.of(
    projects=[("a", True), ("b", False), ("c", False)],
    candidates=[("a1", "a", 5), ("a2", "a", 9), ("b1", "b", 8), ("c1", "c", 2)],
    uses=[("a1", "r", 1), ("a2", "r", 3), ("b1", "r", 3), ("c1", "s", 1)],
    resources=[("r", 4), ("s", 1)],
)
"""Best: a1, b1 and c1, worth 15; a2 and b1 together draw 6 of 4."""

CLASHING = Problem.of(
    projects=[("a", True), ("b", True), ("c", True), ("d", False)],
    candidates=[("a1", "a", 5), ("b1", "b", 8), ("c1", "c", 2)],
    uses=[("a1", "r", 3), ("b1", "r", 3)],
    resources=[("r", 4)],
)


def said(problem: Problem, result: Result, **changed: Any) -> list[str]:
    return [text.en for text in check(problem, replace(result, **changed))]


def test_a_sound_result() -> None:
    result = solve(PROBLEM)
    assert (result.value, result.chosen.tolist()) == (15, [0, 2, 3])
    assert check(PROBLEM, result) == ()


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"chosen": np.array([0, 2])}, ["the plan does not have one entry a project"]),
        ({"chosen": np.array([0, 2, 4])}, ["the plan names a candidate that does not exist"]),
        ({"chosen": np.array([0, 2, -2])}, ["the plan names a candidate that does not exist"]),
        ({"price": np.zeros(3)}, ["there is not one price a resource"]),
        ({"price": np.array([0.0, -1.0])}, ["a price is negative or not a number"]),
        ({"price": np.array([0.0, np.nan])}, ["a price is negative or not a number"]),
        (
            {"chosen": np.array([2, 0, 3])},
            ["project a has another project's candidate", "project b has another project's candidate"],
        ),
        (
            {"chosen": np.array([1, 2, 3]), "value": 19, "bound": 19},
            ["resource r: 6 drawn, capacity 4"],
        ),
        ({"value": 14, "bound": 14}, ["the plan is worth 15, claimed 14"]),
        ({"complete": False}, ["the claim whether every required project is placed is wrong"]),
        (
            {"chosen": np.array([-1, 2, 3]), "value": 10, "bound": 10, "complete": False},
            ["required projects are left out yet the status says feasible"],
        ),
        (
            {"bound": 14, "status": Status.FEASIBLE, "method": "exact"},
            ["value 15 above bound 14"],
        ),
        ({"bound": 16}, ["the status says OPTIMAL but value and bound differ"]),
        (
            {"bound": 17, "status": Status.FEASIBLE, "method": "fast", "price": np.zeros(2)},
            ["the prices prove 19, the bound claims 17"],
        ),
        ({"clash": (0,)}, ["a clash is named although the status is not INFEASIBLE"]),
    ],
)
def test_a_planted_fault(changed: dict[str, Any], faults: list[str]) -> None:
    assert said(PROBLEM, solve(PROBLEM), **changed) == faults


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({}, []),
        ({"clash": ()}, ["the status is INFEASIBLE but no clash is named, in order"]),
        ({"clash": (1, 0)}, ["the status is INFEASIBLE but no clash is named, in order"]),
        ({"clash": (0, 7)}, ["the status is INFEASIBLE but no clash is named, in order"]),
        (
            {"clash": (0, 2)},
            ["the projects said to clash can all be placed"],
        ),
        ({"clash": (0, 1, 2)}, ["the clash remains a clash without c"]),
        ({"clash": (0, 1, 2), "clash_is_smallest": False}, ["the clash remains a clash without c"]),
        ({"clash": (0, 1, 2), "clash_is_smallest": False, "clash_is_narrow": False}, []),
        ({"clash_is_narrow": False}, ["the clash is called smallest, yet not narrow"]),
        (
            {"clash": (0, 1, 3)},
            [
                "the clash names a project that is not required",
                "the clash remains a clash without a",
                "the clash remains a clash without b",
                "the clash remains a clash without d",
            ],
        ),
        (
            {"chosen": np.array([0, -1, -1, -1]), "value": 5},
            ["the status is INFEASIBLE yet there is a plan"],
        ),
    ],
)
def test_a_planted_fault_of_a_clash(changed: dict[str, Any], faults: list[str]) -> None:
    result = solve(CLASHING)
    assert (result.status, result.clash, result.clash_is_smallest) == (Status.INFEASIBLE, (0, 1), True)
    assert said(CLASHING, result, **changed) == faults
