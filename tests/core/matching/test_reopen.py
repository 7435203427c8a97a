"""Parts of a plan solved exactly: held to the best of every way to place them while the others stay."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.core.matching.small_problems import problems, town
from yinfeng.core.matching import _improve, _reopen
from yinfeng.core.matching._blocks import blocks
from yinfeng.core.matching._pool import (
    Pool,
    first_come,
    in_problem,
    margins,
    narrow,
    order_by_margin,
    usable,
)
from yinfeng.core.matching._reopen import best_of_part, reopen
from yinfeng.core.matching._search import Arena, remaining, standing
from yinfeng.core.matching.problem import Ints, Problem
from yinfeng.core.matching.reference import best_plan


def ready(problem: Problem, price: float) -> tuple[Pool, Arena]:
    """Give the pool and the arena of a problem at a price for everything."""
    prices, pool = np.full(problem.n_resources, price), usable(problem)
    pool = narrow(pool, order_by_margin(pool, margins(pool, prices)))
    return pool, _improve.leads(pool, prices)[1]


def go_on() -> bool:
    return True


def fixed(problem: Problem, pool: Pool, chosen: Ints, part: Ints) -> Problem:
    """Give the problem in which all but a part have their candidate of a plan, or none, and nothing else."""
    kept = np.isin(problem.project, part)
    kept[in_problem(pool, chosen)[chosen >= 0]] = True
    place = np.flatnonzero(kept)
    uses = kept[problem.use_candidate]
    must = problem.required | (chosen >= 0)
    must[part] = problem.required[part]
    return Problem.of_arrays(
        project_id=problem.project_id,
        required=must,
        candidate_id=[problem.candidate_id[k] for k in place],
        project=problem.project[place],
        value=problem.value[place],
        use_candidate=np.searchsorted(place, problem.use_candidate[uses]),
        use_resource=problem.use_resource[uses],
        use_amount=problem.use_amount[uses],
        resource_id=problem.resource_id,
        capacity=problem.capacity,
    )


@settings(max_examples=60, deadline=None)
@given(problems(), st.sampled_from([0.0, 0.3, 7.0]), st.data())
def test_a_part_gets_its_best_plan_while_the_others_stay(
    problem: Problem, price: float, data: st.DataObject
) -> None:
    assume(not (problem.required & (np.diff(usable(problem).start) == 0)).any())
    pool, arena = ready(problem, price)
    has = np.flatnonzero(np.diff(pool.start))
    chosen = first_come(pool, np.array(data.draw(st.permutations(range(problem.n_projects))), dtype=np.int64))
    assume(len(has) and not standing(arena, chosen)[0])
    part = np.array(sorted(data.draw(st.sets(st.sampled_from(has.tolist()), min_size=1))))
    found = best_of_part(arena, chosen, part, remaining(arena, chosen), 0, go_on)
    best = best_plan(fixed(problem, pool, chosen, part))
    assert found.is_best
    assert best is not None
    new = chosen.copy()
    new[part] = found.chosen
    assert standing(arena, new) == (0, best[0])
    assert (remaining(arena, new) >= 0).all()


@pytest.mark.parametrize("size", [5, 15, 45])
def test_a_turn_holds_gains_and_does_not_hang_on_the_threads(size: int) -> None:
    problem = town(90, 60, 5, 0.1)
    pool, arena = ready(problem, 3.0)
    begin = first_come(pool, np.argsort(~problem.required, kind="stable"))
    turns = [reopen(arena, begin, size, 3, threads, go_on) for threads in (1, 2)]
    assert turns[0].chosen.tolist() == turns[1].chosen.tolist()
    assert turns[0].size == turns[1].size
    assert turns[0].work > 0
    (missing, value), (_, before) = standing(arena, turns[0].chosen), standing(arena, begin)
    assert missing == 0
    assert value > before
    assert (remaining(arena, turns[0].chosen) >= 0).all()


def ring(n: int) -> tuple[Arena, Ints]:
    """Let each project hold a place that takes one, and be worth more at the next: all must move at once."""
    problem = Problem.of_arrays(
        project_id=[f"p{i:02d}" for i in range(n)],
        required=np.ones(n, dtype=np.bool_),
        candidate_id=[f"c{i:02d}-{step}" for i in range(n) for step in (0, 1)],
        project=np.repeat(np.arange(n), 2),
        value=np.tile([10, 11], n),
        use_candidate=np.arange(2 * n),
        use_resource=np.concatenate([[i, (i + 1) % n] for i in range(n)]),
        use_amount=np.ones(2 * n, dtype=np.int64),
        resource_id=[f"r{i:02d}" for i in range(n)],
        capacity=np.ones(n, dtype=np.int64),
    )
    pool, arena = ready(problem, 1.0)
    return arena, np.flatnonzero(pool.value == 10)


def test_a_change_of_more_projects_than_a_chain_is_found() -> None:
    arena, begin = ring(12)
    assert standing(arena, reopen(arena, begin, 12, 0, 1, go_on).chosen) == (0, 12 * 11)
    assert standing(arena, reopen(arena, begin, 4, 0, 1, go_on).chosen) == (0, 12 * 10)


def test_parts_grow_while_they_are_easy_and_shrink_where_they_are_hard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arena, begin = ring(12)
    assert reopen(arena, begin, 5, 0, 1, go_on).size == 6
    assert reopen(arena, begin, 6, 0, 1, go_on).size == 6  # half of them
    problem = town(90, 60, 5)
    arena = ready(problem, 0.0)[1]
    nobody = np.full(90, -1)
    monkeypatch.setattr(_reopen, "NODES", 0)
    assert reopen(arena, nobody, 45, 0, 1, go_on).size == 37


def test_parts_differ_from_turn_to_turn() -> None:
    _, arena = ready(town(90, 60, 5), 3.0)
    nobody = np.full(90, -1)
    cut = [blocks(arena, nobody, 15, turn, chance=_reopen.BY_CHANCE) for turn in (0, 0, 1)]
    first, again, other = [{tuple(part.tolist()) for part in parts} for parts in cut]
    assert first == again
    assert first != other


def test_what_pays_is_told_by_the_last_turns() -> None:
    way = _improve._Way()
    assert way.pay == np.inf
    for gain in (1_000.0, 50.0, *[10.0] * _improve.RECENT):
        way.gains.append(gain)
        way.works.append(10)
    assert way.pay == 1.0
    assert way.idle == 0
    way.gains.append(0.0)
    assert way.idle == 1


@pytest.mark.parametrize(
    ("gains", "works", "due"),
    [
        (([], []), (0, 0), True),  # neither was tried
        (([9, 0], [9, 0]), (50, 50), True),  # neither gains
        (([9, 0], [9, 1]), (50, 50), False),  # the other pays
        (([9, 0], [9, 1]), (30, 70), True),  # but each gets its share
        (([9, 1], [9, 0]), (70, 30), False),
        (([9, 1], [9, 0]), (60, 40), True),
    ],
)
def test_what_pays_goes_on_and_the_other_gets_its_share(
    gains: tuple[list[float], list[float]], works: tuple[int, int], due: bool
) -> None:
    ways = [
        _improve._Way(list(some), [work - 1, 1] if some else [])
        for some, work in zip(gains, works, strict=True)
    ]
    assert _improve._is_due(*ways) is due


def test_the_search_solves_parts_where_chains_are_too_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_improve, "TWO_FROM", 0)
    turns = []
    monkeypatch.setattr(_improve, "reopen", lambda *args: turns.append(args) or reopen(*args))
    problem = town(90, 60, 5, 0.1)
    price = np.full(problem.n_resources, 3.0)
    pool, _ = ready(problem, 3.0)
    found = _improve.search(
        pool,
        price,
        None,
        work=3e6,
        effort=1.0,
        patience=6,
        bound=1e18,
        good_enough=0.0,
        seed=1,
        keep_going=lambda value: True,
    )
    assert turns
    assert found.missing == 0
    assert (remaining(_improve.leads(pool, price)[1], found.chosen) >= 0).all()


def test_parts_are_solved_where_candidates_draw_on_few_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    arena, _ = ring(12)
    assert not _improve.solves_parts(arena)  # so small a problem is solved as a whole
    monkeypatch.setattr(_improve, "TWO_FROM", 0)
    assert _improve.solves_parts(arena)
    monkeypatch.setattr(_improve, "FEW_USES", 0.5)
    assert not _improve.solves_parts(arena)
