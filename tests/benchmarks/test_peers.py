"""The peers agree with trying everything, and with one another; those not installed are passed over."""

from collections.abc import Iterator

import highspy
import numpy as np
import pytest

import benchmarks.peers  # noqa: F401 (finds their folder)
from benchmarks import ours
from benchmarks.instances import eleven, question, shortened
from benchmarks.join import digest
from benchmarks.matching import pure
from benchmarks.peers import highs
from benchmarks.peers.program import Planned, dual_value
from benchmarks.peers.scipy_matching import matched
from yinfeng.core.matching.offers import all_offers
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.reference import best_plan

SECONDS = 20.0


@pytest.fixture(autouse=True)
def threads_of_their_own() -> Iterator[None]:
    """Let no later test of the process inherit the threads that HiGHS keeps from its first run."""
    yield
    highspy.Highs.resetGlobalScheduler(True)


@pytest.fixture(scope="module")
def tiny() -> Problem:
    draw = np.random.default_rng(5)
    n, each, r = 6, 4, 5
    k = n * each
    return Problem.of_arrays(
        project_id=[f"p{i}" for i in range(n)],
        required=np.zeros(n, dtype=np.bool_),
        candidate_id=[f"c{c:02}" for c in range(k)],
        project=np.repeat(np.arange(n), each),
        value=draw.integers(1, 10**7, k),
        use_candidate=np.repeat(np.arange(k), 2),
        use_resource=draw.integers(0, r, 2 * k),
        use_amount=draw.integers(1, 10**6, 2 * k),
        resource_id=[f"r{i}" for i in range(r)],
        capacity=draw.integers(10**6, 2 * 10**6, r),
    )


def _best(problem: Problem) -> int:
    found = best_plan(problem)
    assert found is not None
    return found[0]


def _holds(problem: Problem, found: Planned) -> int:
    assert found.chosen is not None
    result = ours.peer_result(problem, found.chosen, found.bound)
    assert ours.faults(problem, result) is None
    return result.value


def test_whole_number_solvers_find_the_best_plan(tiny: Problem) -> None:
    best = _best(tiny)
    assert _holds(tiny, highs.planned(tiny, SECONDS)) == best
    ortools_peers = _ortools()
    for solve in (ortools_peers.cp_sat, ortools_peers.scip):
        found = solve(tiny, SECONDS)
        assert (found.status, _holds(tiny, found)) == ("done", best)


def test_linear_solvers_agree_and_their_prices_prove_it(tiny: Problem) -> None:
    values = [highs.relaxed(tiny, method, SECONDS) for method in highs.LINEAR]
    values.append(_ortools().relaxed(tiny, 1e-4, SECONDS))
    best = values[0].value
    for found in values:
        assert found.status == "done"
        assert found.price is not None
        assert found.value == pytest.approx(best, rel=1e-3)
        assert dual_value(tiny, found.price) == pytest.approx(best, rel=1e-3)
        assert dual_value(tiny, found.price) >= best * (1 - 1e-9)


def test_our_bound_is_that_of_the_linear_program(tiny: Problem) -> None:
    best = highs.relaxed(tiny, "HiGHS simplex", SECONDS).value
    assert ours.our_bound(tiny, lambda progress: True).bound == pytest.approx(best, rel=1e-4)


def test_a_matching_is_the_best_there_is() -> None:
    problem = pure(6, 5, 3)
    best = _best(problem)
    assert _holds(problem, matched(problem)) == best


def test_what_is_left_out_of_a_short_problem_changes_no_bound(tiny: Problem) -> None:
    short = shortened(tiny, 4)
    before, after = (highs.relaxed(p, "HiGHS simplex", SECONDS).value for p in (tiny, short))
    assert after <= before * (1 + 1e-9)
    assert _best(short) == _best(tiny)
    assert (np.diff(shortened(tiny, 2).start) <= 2).all()


@pytest.mark.parametrize("seed", [11, 12])
def test_joins_find_the_same_pairs(seed: int) -> None:
    pytest.importorskip("polars")
    pytest.importorskip("duckdb")
    from benchmarks.peers import duckdb_join, join_tables, polars_join

    facts, policy = question(40, 400, seed)
    few = eleven(facts)
    offers = all_offers(few)
    held = join_tables.tables(few, offers, policy)
    for most in (3, 50):
        mine = digest(ours.plain_top(few, offers, policy, most))
        ready = ours.our_join_ready(few, offers, policy)
        assert digest(ours.our_top(ready, few, offers, policy, most)) == mine
        for peer in (duckdb_join, polars_join):
            asked = join_tables.exploded(held)
            assert digest(peer.top(held, asked, policy.readiness_share_month, most)) == mine


def _ortools():  # type: ignore[no-untyped-def]
    pytest.importorskip("ortools")
    from benchmarks.peers import ortools_peers

    return ortools_peers
