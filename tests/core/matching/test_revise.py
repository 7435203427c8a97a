"""Changed questions: the surgery against building anew, the answers against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.small_problems import problems, town
from yinfeng.core.matching import revise as revise_module
from yinfeng.core.matching.check import check
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.reference import best_plan
from yinfeng.core.matching.restrict import Block, Change, block_of, changed
from yinfeng.core.matching.result import Status
from yinfeng.core.matching.revise import prepare, revise
from yinfeng.core.matching.solve import solve

SOME = settings(max_examples=150, deadline=None)


def random_change(problem: Problem, seed: int) -> Change:
    """Draw a change: capacities, a project withdrawn, valued anew, barred from some candidates, pinned."""
    random = np.random.default_rng(seed)
    capacity = {
        r: int(problem.capacity[r] * random.choice([0, 0.5, 0.8, 1, 1.5]))
        for r in range(problem.n_resources)
        if random.random() < 0.5
    }
    block, required = {}, {}
    for i in range(problem.n_projects):
        n = int(problem.start[i + 1] - problem.start[i])
        kind = random.integers(0, 8)
        if kind == 0:
            block[i], required[i] = block_of(problem, i, np.zeros(n, dtype=np.bool_)), False
        elif kind == 1:
            old = block_of(problem, i)
            worth = old.value + random.integers(-3, 4, n)
            block[i] = Block(worth, old.use_start, old.use_resource, old.use_amount, old.origin)
        elif kind == 2:
            block[i] = block_of(problem, i, random.random(n) < 0.5)
        elif kind == 3 and n:
            kept = np.zeros(n, dtype=np.bool_)
            kept[random.integers(0, n)] = True
            block[i], required[i] = block_of(problem, i, kept), True
        elif kind == 4 and problem.n_resources:
            block[i] = Block(
                value=random.integers(1, 50, 2),
                use_start=np.array([0, 1, 1]),
                use_resource=random.integers(0, problem.n_resources, 1),
                use_amount=np.array([int(random.integers(1, 5))]),
                origin=np.array([-1, -1]),
            )
    return Change(capacity=capacity, block=block, required=required)


def built_anew(problem: Problem, change: Change) -> Problem:
    """Build the changed problem from rows."""
    projects, candidates, uses = [], [], []
    for i, name in enumerate(problem.project_id):
        projects.append((name, change.required.get(i, bool(problem.required[i]))))
        block = change.block.get(i, block_of(problem, i))
        for at in range(len(block.value)):
            candidates.append((f"{name}-{at}", name, int(block.value[at])))
            uses += [
                (f"{name}-{at}", problem.resource_id[block.use_resource[u]], int(block.use_amount[u]))
                for u in range(block.use_start[at], block.use_start[at + 1])
            ]
    capacity = [change.capacity.get(r, int(c)) for r, c in enumerate(problem.capacity.tolist())]
    return Problem.of(
        projects=projects,
        candidates=candidates,
        uses=uses,
        resources=zip(problem.resource_id, capacity, strict=True),
    )


@SOME
@given(problems(), st.integers(0, 2**32 - 1))
def test_surgery_equals_building_anew(problem: Problem, seed: int) -> None:
    change = random_change(problem, seed)
    one, other = changed(problem, change), built_anew(problem, change)
    for name in ("required", "start", "value", "use_start", "use_resource", "use_amount", "capacity"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist(), name
    assert len(one.candidate_id) == one.n_candidates


def assert_answers(problem: Problem, change: Change, *, moves: int = 2_000) -> None:
    """Hold the answer to a changed question against brute force."""
    result = solve(problem)
    if result.status is Status.INFEASIBLE:
        return
    revision = revise(prepare(problem, result), change, moves=moves)
    assert check(revision.problem, revision.result) == ()
    best = best_plan(revision.problem)
    if best is None:
        assert revision.result.status is Status.INFEASIBLE
        return
    assert revision.result.value <= best[0] <= revision.result.bound
    is_best = revision.result.value == revision.result.bound
    assert (revision.result.status is Status.OPTIMAL) == is_best
    stays = set(range(problem.n_projects)) - set(revision.moved.tolist())
    for i in stays:
        old, new = result.chosen[i], revision.result.chosen[i]
        assert (old < 0) == (new < 0)
        if old >= 0 and i not in change.block:
            assert revision.problem.value[new] == problem.value[old]


@pytest.fixture
def as_if_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer small questions in the way of large ones."""
    monkeypatch.setattr(revise_module, "LARGE", 0)


@SOME
@given(problems(), st.integers(0, 2**32 - 1))
def test_small_questions_are_answered_exactly(problem: Problem, seed: int) -> None:
    assert_answers(problem, random_change(problem, seed))


@pytest.mark.usefixtures("as_if_large")
def test_large_questions_keep_the_promises() -> None:
    @SOME
    @given(problems(), st.integers(0, 2**32 - 1))
    def holds(problem: Problem, seed: int) -> None:
        assert_answers(problem, random_change(problem, seed))

    holds()


@pytest.mark.usefixtures("as_if_large")
def test_large_answers_are_good_and_the_same_again() -> None:
    problem = town(60, 40, 3)
    old = prepare(problem, solve(problem, time_limit_s=5.0))
    for capacity in (150, 200, 250, 300):
        change = Change(capacity={int(problem.n_resources) - 1: capacity})
        one, again = revise(old, change, seed=1), revise(old, change, seed=1)
        assert one.result.chosen.tolist() == again.result.chosen.tolist()
        assert one.result.bound == again.result.bound
        cold = solve(changed(problem, change), time_limit_s=5.0)
        assert one.result.value <= cold.bound
        assert cold.value <= one.result.bound
        assert one.result.value >= 0.95 * cold.value  # proven best by the exact method
        fast = solve(changed(problem, change), method="fast", time_limit_s=5.0)
        assert one.result.value >= 0.99 * fast.value
        assert one.result.bound <= 1.05 * cold.bound
