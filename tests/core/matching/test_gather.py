"""Candidates that draw alike: which are gathered, and what that is worth."""

import numpy as np
import pytest

from yinfeng.core.matching import _exact
from yinfeng.core.matching._exact import Exact, solve_exactly
from yinfeng.core.matching._gather import apart, gather, with_sums
from yinfeng.core.matching._pool import usable
from yinfeng.core.matching.problem import Problem

ALIKE = Problem.of(
    projects=[("a", False), ("b", True), ("c", False)],
    candidates=[
        ("a1", "a", 5),
        ("a2", "a", 6),
        ("a3", "a", 7),
        ("b1", "b", 8),
        ("b2", "b", 9),
        ("c1", "c", 2),
    ],
    uses=[
        *[(k, "power", 3) for k in ("a1", "a2", "b1", "b2", "c1")],
        *[("a3", "power", 4)],
        *[(k, "water", 2) for k in ("a1", "a2", "c1")],
    ],
    resources=[("power", 8), ("water", 3)],
)
"""Candidates 0, 1 and 2 of a, 3 and 4 of b, 5 of c; power is resource 0, water 1."""


def test_what_is_gathered() -> None:
    pool = usable(ALIKE)
    found = gather(pool)
    groups = [found.member[a:b].tolist() for a, b in zip(found.start[:-1], found.start[1:], strict=True)]
    assert groups == [[0, 1], [3, 4], [0, 1, 2]]
    rows = [
        (int(pool.use_resource[u]), int(pool.use_amount[u]), c)
        for u, c in zip(found.use, found.column.tolist(), strict=True)
    ]
    assert rows == [(0, 3, 6), (0, 4, 2), (0, 3, 7), (0, 3, 5), (1, 2, 6), (1, 2, 5)]


def test_sums_of_a_point() -> None:
    point = np.array([0.0, 1.0, 0.0, 0.0, 1.0, 0.0])
    assert with_sums(gather(usable(ALIKE)), point).tolist() == [*point.tolist(), 1.0, 1.0, 1.0]


def test_nothing_to_gather() -> None:
    empty = gather(usable(Problem.of(projects=[], candidates=[], uses=[], resources=[])))
    assert (empty.start.tolist(), empty.member.tolist(), empty.column.tolist()) == ([0], [], [])


def prove(problem: Problem, nodes: int) -> Exact:
    return solve_exactly(
        usable(problem),
        start=None,
        time_limit_s=lambda: 30.0,
        node_limit=nodes,
        seed=0,
        keep_going=lambda bound: True,
    )


def zone_of_knapsacks(n: int, m: int) -> Problem:
    """Make projects whose need of power is the same on each of many places, and the power scarce."""
    random = np.random.default_rng(0)
    need, worth = random.integers(20, 60, n), random.integers(100, 900, n)
    candidates, uses = [], []
    for i in range(n):
        for j in random.permutation(m)[:6].tolist():
            name = f"c{i:02d}-{j:02d}"
            candidates.append((name, f"p{i:02d}", int(worth[i] + random.integers(0, 30))))
            uses += [
                (name, f"place{j:02d}", 1),
                (name, f"power{j % 3}", int(need[i])),
                (name, "power", int(need[i])),
            ]
    return Problem.of(
        projects=[(f"p{i:02d}", False) for i in range(n)],
        candidates=candidates,
        uses=uses,
        resources=[(f"place{j:02d}", 1) for j in range(m)]
        + [(f"power{z}", int(need.sum()) // 5) for z in range(3)]
        + [("power", int(need.sum()) // 2)],
    )


def test_gathering_saves_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = zone_of_knapsacks(40, 50)
    with_groups = prove(problem, nodes=30)
    monkeypatch.setattr(_exact, "gather", apart)
    without = prove(problem, nodes=30)
    assert (with_groups.finished, without.finished) == (True, False)
    assert with_groups.bound <= without.bound
