"""What is reckoned of a pool's candidates, against dense matrices of what each draws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.small_problems import pool_of, problems
from yinfeng.core.matching import _halves
from yinfeng.core.matching._factored import factor
from yinfeng.core.matching._pool import (
    Pool,
    best_margin,
    drawing_on,
    every_candidate,
    first_come,
    fits,
    margins,
    narrow,
    order_by_margin,
    peak_demand,
    usable,
    worthwhile,
)
from yinfeng.core.matching.bounds import best_margins
from yinfeng.core.matching.problem import Floats, Ints, Problem

SOME = settings(max_examples=60, deadline=None)


def drawn_by(pool: Pool) -> Ints:
    """Give what each candidate draws from each resource; shape (K, R)."""
    amount = np.zeros((len(pool.value), len(pool.capacity)), dtype=np.int64)
    amount[np.repeat(np.arange(len(pool.value)), np.diff(pool.use_start)), pool.use_resource] = (
        pool.use_amount
    )
    return amount


def of_each(pool: Pool, column: Floats) -> list[Floats]:
    """Split a column of the candidates by project."""
    return [column[a:b] for a, b in zip(pool.start[:-1], pool.start[1:], strict=True)]


def test_margins_are_values_less_tolls() -> None:
    """At prices at which nothing is rounded."""
    for seed in range(84):
        pool = pool_of(seed)
        price = np.random.default_rng(seed).choice([0.0, 0.5, 0.75, 3.0], len(pool.capacity))
        toll = drawn_by(pool) @ price
        margin = margins(pool, price)
        assert margin.tolist() == (pool.value - toll).tolist()
        left_out = np.where(pool.required, -np.inf, 0.0)
        best = [mine.max(initial=out) for mine, out in zip(of_each(pool, margin), left_out, strict=True)]
        assert best_margin(pool, margin).tolist() == best
        for shared_by in (1, 2, 6):
            candidates = factor(pool, shared_by=shared_by)
            factored, weight, terms = best_margins(candidates, price)
            own, shared = np.diff(candidates.own_start), np.diff(candidates.shared_start)
            assert terms == own.max(initial=0) + shared.max(initial=0)
            assert factored.tolist() == best
            most = [mine.max(initial=0.0) for mine in of_each(pool, np.abs(pool.value) + toll)]
            assert weight.tolist() == most


def test_peak_demand_is_the_sum_of_the_most_each_draws() -> None:
    for seed in range(84):
        pool = pool_of(seed)
        keep = np.random.default_rng(seed).random(len(pool.value)) < 0.7
        for counted in (None, keep):
            drawn = drawn_by(pool) if counted is None else drawn_by(pool) * keep[:, None]
            peak = np.zeros(len(pool.capacity), dtype=np.int64)
            for mine in of_each(pool, drawn):
                peak += mine.max(axis=0, initial=0)
            found = peak_demand(pool, counted)
            assert (found >= peak).all()
            assert (found <= peak * (1 + 2.0**-29)).all()


@pytest.mark.parametrize("two_threads", [0, 100_000])
def test_narrowing_keeps_what_is_asked_for(two_threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some candidates, each project's in any order, and uses of some resources."""
    monkeypatch.setattr(_halves, "TWO_THREADS", two_threads)
    for seed in range(84):
        pool, random = pool_of(seed), np.random.default_rng(seed)
        project = np.repeat(np.arange(len(pool.required)), np.diff(pool.start))
        kept = np.flatnonzero(random.random(len(pool.value)) < 0.6)
        kept = kept[np.lexsort((random.random(len(kept)), project[kept]))]
        resources = random.random(len(pool.capacity)) < 0.6
        for some in (None, resources):
            found = narrow(pool, kept, some)
            drawn = drawn_by(pool)[kept]
            assert np.array_equal(drawn_by(found), drawn if some is None else drawn * some)
            assert (found.use_amount > 0).all()
            assert len(found.use_amount) == np.count_nonzero(drawn_by(found))
            assert found.start.tolist() == np.searchsorted(project[kept], range(len(pool.start))).tolist()
            assert found.value.tolist() == pool.value[kept].tolist()
            assert found.origin.tolist() == kept.tolist()
        assert np.array_equal(drawn_by(drawing_on(pool, resources)), drawn_by(pool) * resources)


@pytest.mark.parametrize("most", [3, 40, 200])
def test_the_order_is_that_of_a_library(most: int) -> None:
    """Of projects with few candidates and with many, equals among them."""
    for seed in range(20):
        random = np.random.default_rng(seed)
        size = random.integers(0, most, 12)
        project = np.repeat(np.arange(12), size)
        start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        pool = pool_of(1)._replace(start=start, value=np.zeros(len(project), dtype=np.int64))
        margin = random.integers(-5, most, len(project)) / 4
        expected = np.lexsort((-margin, project))
        assert order_by_margin(pool, margin).tolist() == expected.tolist()


@SOME
@given(problems())
def test_worthwhile_are_those_that_fit_and_bring_something(problem: Problem) -> None:
    whole = every_candidate(problem)
    can = (drawn_by(whole) <= whole.capacity).all(axis=1)
    kept = can & ((problem.value > 0) | problem.required[problem.project])
    pool = worthwhile(problem)
    assert pool.origin.tolist() == np.flatnonzero(kept).tolist()
    assert np.array_equal(drawn_by(pool), drawn_by(whole)[kept])
    scarce = peak_demand(pool) > pool.capacity
    assert np.array_equal(drawn_by(usable(problem)), drawn_by(pool) * scarce)


@SOME
@given(problems(), st.randoms(use_true_random=False))
def test_first_come_takes_the_greatest_value_that_fits(problem: Problem, random: np.random.Generator) -> None:
    pool = worthwhile(problem)
    drawn, left = drawn_by(pool), pool.capacity.copy()
    order = list(range(problem.n_projects))
    random.shuffle(order)
    plan = np.full(problem.n_projects, -1)
    for i in order:
        can = (drawn[pool.start[i] : pool.start[i + 1]] <= left).all(axis=1)
        assert [fits(pool, left, k) for k in range(pool.start[i], pool.start[i + 1])] == can.tolist()
        if can.any():
            worth = np.where(can, pool.value[pool.start[i] : pool.start[i + 1]].astype(np.float64), -np.inf)
            plan[i] = pool.start[i] + worth.argmax()
            left = left - drawn[plan[i]]
    assert first_come(pool, np.array(order, dtype=np.int64)).tolist() == plan.tolist()
