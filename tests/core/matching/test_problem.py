"""Rows become arrays: sorted, merged, checked, frozen."""

import numpy as np
import pytest

from yinfeng.core.errors import InputError
from yinfeng.core.matching.problem import LARGEST, Problem


def small(**changed: object) -> Problem:
    rows: dict[str, object] = {
        "projects": [("b", True), ("a", False)],
        "candidates": [("z", "a", 3), ("y", "b", -2), ("x", "b", 7)],
        "uses": [("z", "s", 2), ("x", "s", 1), ("x", "r", 5), ("x", "s", 3), ("y", "r", 0)],
        "resources": [("s", 9), ("r", 0)],
    }
    return Problem.of(**(rows | changed))  # type: ignore[arg-type]


def codes(**changed: object) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        small(**changed)
    return [(fault.code, fault.found) for fault in caught.value.faults]


def test_rows_are_sorted_and_repeated_uses_added_up() -> None:
    problem = small()
    assert (problem.project_id, problem.candidate_id, problem.resource_id) == (
        ("a", "b"),
        ("z", "x", "y"),
        ("r", "s"),
    )
    assert problem.required.tolist() == [False, True]
    assert problem.start.tolist() == [0, 1, 3]
    assert problem.value.tolist() == [3, 7, -2]
    assert problem.use_start.tolist() == [0, 1, 3, 3]
    assert problem.use_resource.tolist() == [1, 0, 1]
    assert problem.use_amount.tolist() == [2, 5, 4]
    assert problem.capacity.tolist() == [0, 9]
    assert problem.project.tolist() == [0, 1, 1]
    assert problem.use_candidate.tolist() == [0, 1, 1]


def test_usage() -> None:
    assert small().usage(np.array([0, 1])).tolist() == [5, 6]
    assert small().usage(np.array([-1, 2])).tolist() == [0, 0]


def test_arrays_are_frozen() -> None:
    problem = small()
    for array in (problem.required, problem.start, problem.value, problem.use_amount, problem.capacity):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_nothing_at_all() -> None:
    empty = Problem.of(projects=[], candidates=[], uses=[], resources=[])
    assert (empty.n_projects, empty.n_candidates, empty.n_resources) == (0, 0, 0)
    assert (empty.start.tolist(), empty.use_start.tolist()) == ([0], [0])


def test_faults_are_all_named() -> None:
    assert codes(candidates=[("z", "a", 3), ("x", "?", 1), ("y", "b", 10**16)], uses=[("w", "q", 1)]) == [
        ("unknown-id", "?"),
        ("unknown-id", "w"),
        ("unknown-id", "q"),
        ("too-large", str(10**16)),
    ]
    assert codes(
        projects=[("a", False), ("b", False), ("a", True)],
        resources=[("r", -1), ("s", 1), ("s", 2)],
        uses=[("z", "s", -4)],
    ) == [("duplicate-id", "a"), ("duplicate-id", "s"), ("negative", "-1"), ("negative", "-4")]


def test_sums_that_might_not_fit() -> None:
    names = [f"p{i:05d}" for i in range(5_000)]
    rows = {
        "projects": [(name, False) for name in names],
        "candidates": [(f"k{name}", name, LARGEST) for name in names],
        "uses": [],
    }
    assert codes(**rows) == [("too-large", str(5_000 * LARGEST))]


def test_amounts_of_one_pair_that_add_up_to_too_much() -> None:
    assert small(uses=[("x", "r", LARGEST - 1), ("x", "r", 1)]).use_amount.tolist() == [LARGEST]
    assert codes(uses=[("z", "s", 2), ("x", "r", LARGEST), ("x", "r", 1)]) == [
        ("too-large", str(LARGEST + 1))
    ]
    assert codes(uses=[("x", "r", LARGEST)] * 12_000) == [("too-large", str(2**62))]  # past int64


def test_an_unlimited_capacity_may_be_written_as_any_large_number() -> None:
    assert small(resources=[("s", 10**30), ("r", 0)]).capacity.tolist() == [0, 2**62]
