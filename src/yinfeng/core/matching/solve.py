"""Send each project to at most one place so that total value is greatest."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from yinfeng.core.matching._branch import branch, may_improve
from yinfeng.core.matching._clash import place_all, smallest_clash
from yinfeng.core.matching._clock import Clock
from yinfeng.core.matching._exact import linear_prices, solve_exactly
from yinfeng.core.matching._improve import search
from yinfeng.core.matching._lagrangian import find_prices, find_prices_by_joins
from yinfeng.core.matching._pool import (
    Pool,
    in_pool,
    in_problem,
    margins,
    narrow,
    order_by_margin,
    usable,
)
from yinfeng.core.matching.bounds import lagrangian_bound
from yinfeng.core.matching.problem import Floats, Ints, Problem
from yinfeng.core.matching.result import Progress, Result, Status

Method = Literal["auto", "exact", "fast"]

PASSES: Final = 200
"""Dual passes over a pool that is small enough for all of it to be passed over."""
SMALL_POOL: Final = 100_000
"""Candidates above which prices are found on the most promising of each project, joined as prices change."""
JOINED: Final = 60
"""Candidates a project joins at a time."""
JOINS: Final = 3
FINE_PASSES: Final = 100
"""Passes after each join."""
LINEAR: Final = 20_000
"""Candidates up to which the linear relaxation is solved for exact prices."""
BRANCH_NODES: Final = 2_000_000
"""Nodes of branch and bound before the exact method takes over; a tenth of a second."""
PROOF_NODES: Final = 20_000_000
"""Nodes spent where the numbers are too large for the exact method's floating point to be trusted."""
WITHIN_REACH: Final = 10_000
"""Candidates that may still improve a plan, up to which "auto" hands over to the exact method."""
EXACT_NODES: Final = 50
"""Nodes of the exact method in "auto", for each second of the time limit: an argument, so that the answer
does not depend on the clock."""
GOOD_ENOUGH: Final = 0.003
"""Gap at which the search of "auto" ends."""


ROUNDS: Final = {"exact": 2, "auto": 8, "fast": 12}
"""Most rounds of the search by method."""


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known so far."""

    pool: Pool  # every candidate that some best plan may hold
    price: Floats  # (R,)
    bound: float  # a whole number
    chosen: Ints  # (n,) best plan, over the problem's candidates
    value: int
    missing: int  # required projects left out
    method: str  # what the proof rests on
    passes: int
    moves: int = 0

    @property
    def plan_value(self) -> int | None:
        """Worth of the best plan; None while required projects are left out."""
        return None if self.missing else self.value

    @property
    def is_proven(self) -> bool:
        """Whether nothing is left to do."""
        return not self.missing and self.value >= self.bound

    def with_plan(self, problem: Problem, chosen: Ints) -> "_Known":
        """Take over a plan if it is better."""
        value = int(problem.value[chosen[chosen >= 0]].sum())
        missing = int((problem.required & (chosen < 0)).sum())
        if (missing, -value) >= (self.missing, -self.value):
            return self
        return replace(self, chosen=chosen, value=value, missing=missing)

    def with_bound(self, bound: float) -> "_Known":
        """Take over a bound if it is better."""
        return replace(self, bound=min(self.bound, bound))


def solve(
    problem: Problem,
    *,
    method: Method = "auto",
    time_limit_s: float = 30.0,
    seed: int = 0,
    progress: Callable[[Progress], bool] | None = None,
) -> Result:
    """Find a plan of great value and prove how good it is.

    method: "exact" runs until the plan is proven best; "fast" finds prices and searches; "auto" does both as
    far as the size allows. time_limit_s: wall clock [s]; on reaching it the best found is returned,
    ``Status.STOPPED``, bound valid. progress: told now and then; returning False cancels, ``Status.STOPPED``.
    The same problem, method, limit and seed give the same answer unless the clock cut it off.
    Source: Fisher (1981), The Lagrangian relaxation method, Management Science 27; see
    docs/explanation/matching.md.
    """
    clock = Clock(time_limit_s, progress)
    pool = usable(problem)
    hopeless = np.flatnonzero(problem.required & (np.diff(pool.start) == 0))
    if len(hopeless):
        return _infeasible(problem, (int(hopeless[0]),), True, clock)
    known = replace(_priced(problem, pool, clock), method="exact" if method == "exact" else "fast")
    clock.tell("prices", known.bound, None)
    known = _searched(problem, known, ROUNDS[method], method, seed, clock)
    if known.missing:
        must = np.flatnonzero(problem.required)
        placement = place_all(pool, must, clock, seed)
        if placement.possible is False:
            clash, smallest = smallest_clash(pool, must, clock, seed)
            return _infeasible(problem, clash, smallest, clock)
        if placement.chosen is not None:
            known = known.with_plan(problem, in_problem(pool, placement.chosen))
            known = _searched(problem, known, ROUNDS[method], method, seed, clock)
    if method != "fast" and not known.missing:
        known = _finished(problem, known, method, seed, clock)
    return _result(known, clock)


def _priced(problem: Problem, pool: Pool, clock: Clock) -> _Known:
    """Find prices and a bound; no plan yet."""
    if len(pool.value) <= SMALL_POOL:
        found = find_prices(pool, np.zeros(problem.n_resources), PASSES, clock.go_on)
    else:
        found = find_prices_by_joins(pool, FINE_PASSES, JOINED, JOINS, clock.go_on)
    nobody = np.full(problem.n_projects, -1, dtype=np.int64)
    return _Known(
        pool=pool,
        price=found.price,
        bound=lagrangian_bound(pool, found.price),
        chosen=nobody,
        value=0,
        missing=int(problem.required.sum()),
        method="fast",
        passes=found.passes,
    )


def _searched(
    problem: Problem, known: _Known, rounds: int, method: Method, seed: int, clock: Clock
) -> _Known:
    """Search for a better plan, on the candidates the prices make promising."""
    order = order_by_margin(known.pool, margins(known.pool, known.price))
    rank = np.arange(len(order)) - np.repeat(known.pool.start[:-1], np.diff(known.pool.start))
    part = narrow(known.pool, order if len(order) <= SMALL_POOL else order[rank < JOINED])
    begin = in_pool(part, known.chosen, problem.n_candidates) if (known.chosen >= 0).any() else None
    found = search(
        part,
        known.price,
        begin,
        rounds=rounds,
        bound=known.bound,
        good_enough=GOOD_ENOUGH if method == "auto" and len(part.value) > WITHIN_REACH else 0.0,
        seed=seed,
        keep_going=lambda value: clock.tell("search", known.bound, value),
    )
    known = replace(known, moves=known.moves + found.moves)
    return known.with_plan(problem, in_problem(part, found.chosen))


def _finished(problem: Problem, known: _Known, method: Method, seed: int, clock: Clock) -> _Known:
    """Close the gap as far as the method allows: branch and bound, then the exact method."""
    if known.is_proven or not clock.tell("branch", known.bound, known.plan_value):
        return known
    known, open_pool = _branched(problem, known, BRANCH_NODES)
    if known.is_proven or (method == "auto" and len(open_pool.value) > WITHIN_REACH):
        return known
    if len(open_pool.value) <= LINEAR and clock.go_on():
        known, open_pool = _branched(problem, _priced_by_relaxation(known, open_pool, clock), BRANCH_NODES)
    if known.is_proven or not clock.go_on():
        return known
    exact = solve_exactly(
        open_pool,
        start=in_pool(open_pool, known.chosen, problem.n_candidates),
        time_limit_s=lambda: clock.left,
        node_limit=max(1, int(EXACT_NODES * clock.time_limit_s)) if method == "auto" else None,
        seed=seed,
        keep_going=lambda bound: clock.tell(
            "exact", min(known.bound, max(bound, known.value)), known.plan_value
        ),
    )
    if exact.chosen is not None:
        known = known.with_plan(problem, in_problem(open_pool, exact.chosen))
        known = known.with_bound(max(exact.bound, known.value))
    known = replace(known, method="exact" if known.is_proven or method == "exact" else "exact+fast")
    if exact.finished and not known.is_proven:
        known, _ = _branched(problem, known, PROOF_NODES)
    return known


def _branched(problem: Problem, known: _Known, nodes: int) -> tuple[_Known, Pool]:
    """Try branch and bound; also give the candidates a better plan may hold, with those of the best plan."""
    open_ = may_improve(known.pool, known.price, known.value)
    open_pool = narrow(known.pool, np.flatnonzero(open_))
    if (problem.required & (np.diff(open_pool.start) == 0)).any():
        return replace(known.with_bound(known.value), method="exact"), open_pool
    walk = branch(open_pool, known.price, known.value, nodes if len(open_pool.value) <= WITHIN_REACH else 0)
    if walk.chosen is not None:
        known = known.with_plan(problem, in_problem(open_pool, walk.chosen))
    if walk.finished:
        return replace(known.with_bound(known.value), method="exact"), open_pool
    open_[np.isin(known.pool.origin, known.chosen)] = True
    return known, narrow(known.pool, np.flatnonzero(open_))


def _priced_by_relaxation(known: _Known, open_pool: Pool, clock: Clock) -> _Known:
    """Take the prices of the linear relaxation if they prove more."""
    price = linear_prices(open_pool, clock.left)
    if price is None:
        return known
    bound = lagrangian_bound(known.pool, price)
    return replace(known, price=price, bound=bound) if bound < known.bound else known


def _result(known: _Known, clock: Clock) -> Result:
    if known.is_proven:
        status = Status.OPTIMAL
    elif clock.stopped or known.missing:
        status = Status.STOPPED
    else:
        status = Status.FEASIBLE
    return Result(
        status=status,
        chosen=known.chosen,
        value=known.value,
        bound=int(known.bound),
        price=known.price,
        method=known.method,
        passes=known.passes,
        moves=known.moves,
        seconds=clock.seconds,
        complete=not known.missing,
    )


def _infeasible(problem: Problem, clash: tuple[int, ...], smallest: bool, clock: Clock) -> Result:
    return Result(
        status=Status.INFEASIBLE,
        chosen=np.full(problem.n_projects, -1, dtype=np.int64),
        value=0,
        bound=0,
        price=np.zeros(problem.n_resources),
        method="exact",
        passes=0,
        moves=0,
        seconds=clock.seconds,
        clash=clash,
        clash_is_smallest=smallest,
        complete=False,
    )
