"""What if: the answer to a changed question from the answer to the old one, with a proof of its own.

Prices that were good for the old question are nearly right for the new one, and so is most of the plan. A few
passes over the most promising candidates mend the prices; the old plan is mended on those candidates too,
while the bound is taken over all candidates of the changed question: it holds whatever the prices are and
whichever candidates were looked at. See docs/explanation/what-if.md.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from yinfeng.core.matching._factored import Factored, factor
from yinfeng.core.matching._lagrangian import WARM_AGAIN, find_prices
from yinfeng.core.matching._pool import (
    Pool,
    every_candidate,
    in_pool,
    in_problem,
    margins,
    narrow,
    without_slack_resources,
)
from yinfeng.core.matching._repair import eject, improve, settle
from yinfeng.core.matching.bounds import best_margins, rounded_bound
from yinfeng.core.matching.problem import Bools, Floats, Ints, Problem
from yinfeng.core.matching.restrict import (
    Change,
    changed,
    changed_capacity,
    changed_required,
    changed_start,
)
from yinfeng.core.matching.result import Result, Status
from yinfeng.core.matching.solve import Beginning, solve

LARGE: Final = 30_000
"""Candidates from which a changed question is answered from the old answer; a smaller one is solved."""
PROMISING: Final = 24
"""Candidates of each project that prices and plan are mended on, as many as the search looks at."""
PASSES: Final = (10, 100)
"""Dual passes from the old prices, at least and at most;"""
LOOKS: Final = 6_000_000
"""in between as many as look at so many candidates: some tenths of a second."""
MOVES: Final = 150_000
"""Moves of the search after a plan is mended."""


@dataclass(frozen=True, eq=False)
class Answered:
    """A question with its answer, made ready to be asked again with changes."""

    problem: Problem
    result: Result

    @cached_property
    def whole(self) -> Pool:
        """All candidates."""
        return every_candidate(self.problem)

    @cached_property
    def factored(self) -> Factored:
        """The same, laid out for bounds."""
        return factor(self.whole)

    @cached_property
    def fits(self) -> Bools:
        """Which candidates draw no more than there is, shape (K,)."""
        return _fits(self.whole, self.problem.capacity)

    @cached_property
    def most(self) -> Ints:
        """The most that a candidate draws of each resource, shape (R,)."""
        most = np.zeros(self.problem.n_resources, dtype=np.int64)
        np.maximum.at(most, self.problem.use_resource, self.problem.use_amount)
        return most

    @cached_property
    def part(self) -> Pool:
        """Of each project the candidates that come first at the answer's prices, and its choice."""
        kept = _promising(self.whole, self.result.price)
        kept[self.result.chosen[self.result.chosen >= 0]] = True
        return narrow(self.whole, np.flatnonzero(kept))

    @cached_property
    def begun(self) -> tuple[Pool, Factored]:
        """Those of the part that a best plan may hold while no project changes, also laid out for prices."""
        pool = without_slack_resources(_kept(self.part, self.fits[self.part.origin]))
        return pool, factor(pool)

    @cached_property
    def slack(self) -> Bools:
        """Which resources that the part draws on cannot run out; shape (R,)."""
        n = self.problem.n_resources
        drawn, short = (np.bincount(p.use_resource, minlength=n) > 0 for p in (self.part, self.begun[0]))
        return drawn & ~short


@dataclass(frozen=True, eq=False)
class Revision:
    """The answer to a changed question, beside the old one. ``chosen`` is over `Revision.problem`."""

    old: Answered
    change: Change
    result: Result

    @cached_property
    def problem(self) -> Problem:
        """The changed problem, made when it is asked for."""
        return changed(self.old.problem, self.change)

    @cached_property
    def start(self) -> Ints:
        """Where each project's candidates begin in the changed problem, shape (n + 1,)."""
        return changed_start(self.old.problem.start, self.change)

    @property
    def origin(self) -> Ints:
        """Candidate of the old problem that each project now has; -1 for none, -2 for a new one; (n,)."""
        return _origin(self.old.problem, self.change, self.result.chosen)

    @property
    def moved(self) -> Ints:
        """Projects that no longer have the candidate they had, rising."""
        return np.flatnonzero(self.origin != self.old.result.chosen)


def prepare(problem: Problem, result: Result) -> Answered:
    """Make an answered question ready to be asked again: seconds once, so that each question is short."""
    answered = Answered(problem, result)
    if problem.n_candidates >= LARGE:
        _ = answered.factored, answered.most, answered.slack
    return answered


def revise(
    old: Answered,
    change: Change,
    *,
    moves: int = MOVES,
    seed: int = 0,
    time_limit_s: float = 30.0,
) -> Revision:
    """Answer a changed question; ``value <= best possible <= bound`` of the changed problem.

    The bound is one for the candidates that the changed problem lists. Where the old problem listed only some
    of a larger question's and its bound held for that (`Beginning.bound`), this one does not.
    moves: work of the search. time_limit_s: wall clock [s] where the question must be
    solved anew: a small one, or one whose required projects found no place. Deterministic for a seed.
    """
    began = time.monotonic()
    start = changed_start(old.problem.start, change)
    kept = _kept_plan(old, change, start)
    if start[-1] < LARGE:
        return _solved(old, change, kept, seed, time_limit_s)
    asked = _Asked(old, change)
    part, factored = asked.part(start)
    if (part.required & (np.diff(part.start) == 0)).any():
        return _solved(old, change, kept, seed, time_limit_s)
    drawn = np.bincount(part.use_resource, minlength=len(part.capacity)) > 0
    guess = np.where(drawn, old.result.price, 0.0)
    passes = int(np.clip(LOOKS // max(1, len(part.value)), *PASSES))
    found = find_prices(factored, guess, passes, lambda _price, _done: True, warm=WARM_AGAIN)
    with ThreadPoolExecutor(1) as beside:
        proof = beside.submit(asked.bound, found.price)
        margin = margins(part, found.price)
        part = narrow(part, np.lexsort((-margin, _project(part))))
        chosen = in_pool(part, kept, int(start[-1]))
        chosen = improve(part, found.price, chosen, moves=moves, seed=seed)
        bound = proof.result()
    plan = in_problem(part, chosen)
    if (part.required & (plan < 0)).any():
        return _solved(old, change, plan, seed, time_limit_s)
    value = int(part.value[chosen[chosen >= 0]].sum())
    result = Result(
        status=Status.OPTIMAL if value >= bound else Status.FEASIBLE,
        chosen=plan,
        value=value,
        bound=bound,
        price=found.price,
        method="fast",
        passes=found.passes,
        moves=moves,
        seconds=time.monotonic() - began,
    )
    return Revision(old, change, result)


def _solved(old: Answered, change: Change, kept: Ints, seed: int, time_limit_s: float) -> Revision:
    """Solve the changed problem from the old prices and what is left of the old plan."""
    problem = changed(old.problem, change)
    whole, price = every_candidate(problem), old.result.price
    fits = eject(whole, price, margins(whole, price), kept)
    result = solve(problem, time_limit_s=time_limit_s, seed=seed, begin=Beginning(price, fits))
    if result.complete:
        settled = settle(problem, result.chosen, kept)
        value = int(problem.value[settled[settled >= 0]].sum())
        result = replace(result, chosen=settled, value=value)
    return Revision(old, change, result)


def _kept_plan(old: Answered, change: Change, start: Ints) -> Ints:
    """Give the old plan over the changed problem's candidates, as far as these are still there; (n,)."""
    chosen = old.result.chosen
    kept = np.where(chosen >= 0, chosen - old.problem.start[:-1] + start[:-1], -1)
    for i, block in change.block.items():
        at = np.flatnonzero((block.origin == chosen[i]) & (chosen[i] >= 0))
        kept[i] = start[i] + at[0] if len(at) else -1
    return kept


def _origin(problem: Problem, change: Change, chosen: Ints) -> Ints:
    """Give the old candidate behind each choice in the changed problem, -1 for none, -2 for a new one."""
    start = changed_start(problem.start, change)
    origin = np.where(chosen >= 0, chosen - start[:-1] + problem.start[:-1], -1)
    for i, block in change.block.items():
        if chosen[i] >= 0:
            old = int(block.origin[chosen[i] - start[i]])
            origin[i] = old if old >= 0 else -2
    return origin


class _Asked:
    """The changed question: the projects that are as they were, and those whose candidates are new."""

    def __init__(self, old: Answered, change: Change) -> None:
        self.old = old
        self.capacity = changed_capacity(old.problem, change)
        self.required = changed_required(old.problem, change)
        self.is_new = np.zeros(len(self.required), dtype=np.bool_)
        self.is_new[list(change.block)] = True
        self.new = _blocks(change, self.required, self.capacity) if change.block else None
        moved = np.flatnonzero(self.capacity != old.problem.capacity)
        least = np.minimum(self.capacity, old.problem.capacity)[moved]
        same_fit = bool((old.most[moved] <= least).all())
        self.fits = old.fits if same_fit else _fits(old.whole, self.capacity)
        self.differs = bool(change.block or change.required) or not same_fit  # in more than capacities

    def part(self, start: Ints) -> tuple[Pool, Factored]:
        """Give the promising candidates that a best plan may hold; origin: place in the changed problem."""
        old, capacity = self.old, self.capacity
        shorter = capacity < old.problem.capacity
        if not (self.differs or (shorter & old.slack).any()):
            pool, factored = old.begun
            return pool._replace(capacity=capacity), factored._replace(capacity=capacity)
        part = old.part._replace(required=self.required, capacity=capacity)
        part = _kept(part, self.fits[part.origin] & ~self.is_new[_project(part)])
        shift = start[:-1] - old.problem.start[:-1]
        part = part._replace(origin=part.origin + shift[_project(part)])
        if self.new is not None:
            new = _kept(self.new, _promising(self.new, old.result.price) & _fits(self.new, capacity))
            own = start[:-1] - self.new.start[:-1]
            part = _joined(part, new._replace(origin=new.origin + own[_project(new)]))
        part = without_slack_resources(part)
        return part, factor(part)

    def bound(self, price: Floats) -> int:
        """Prove a bound over all candidates at some prices, as `bounds.lagrangian_bound`."""
        all_ = self.old.factored._replace(required=self.required, capacity=self.capacity)
        best, weight, terms = best_margins(_without(all_, self.fits), price)
        if self.new is not None:
            own = _without(factor(self.new), _fits(self.new, self.capacity))
            new_best, new_weight, new_terms = best_margins(own, price)
            best = np.where(self.is_new, new_best, best)
            weight = np.where(self.is_new, new_weight, weight)
            terms = max(terms, new_terms)
        return rounded_bound(self.capacity, price, best, weight, terms)


def _fits(pool: Pool, capacity: Ints) -> Bools:
    """Say which candidates draw no more than there is of any resource, shape (K,)."""
    fits = np.ones(len(pool.value), dtype=np.bool_)
    too_much = np.flatnonzero(pool.use_amount > capacity[pool.use_resource])
    fits[np.searchsorted(pool.use_start, too_much, side="right") - 1] = False
    return fits


def _without(candidates: Factored, fits: Bools) -> Factored:
    """Value candidates that are in no plan so low that they are nobody's best: their places stay."""
    if fits.all():
        return candidates
    peak = float(np.abs(candidates.value).max())
    return candidates._replace(value=np.where(fits, candidates.value, -peak))


def _promising(pool: Pool, price: Floats) -> Bools:
    """Say which candidates are among the first of their project by margin, shape (K,)."""
    project = _project(pool)
    order = np.lexsort((-margins(pool, price), project))
    kept = np.empty(len(order), dtype=np.bool_)
    kept[order] = np.arange(len(order)) - pool.start[:-1][project] < PROMISING
    return kept


def _kept(pool: Pool, kept: Bools) -> Pool:
    """Keep some candidates, but none that is worth nothing and need not be taken."""
    kept = kept & ((pool.value > 0) | pool.required[_project(pool)])
    return pool if kept.all() else narrow(pool, np.flatnonzero(kept))


def _project(pool: Pool) -> Ints:
    return np.repeat(np.arange(len(pool.required)), np.diff(pool.start))


def _blocks(change: Change, required: Bools, capacity: Ints) -> Pool:
    """Give the candidates of the projects that have new ones."""
    blocks = [change.block[i] for i in sorted(change.block)]
    counts = np.zeros(len(required), dtype=np.int64)
    counts[sorted(change.block)] = [len(block.value) for block in blocks]
    n_uses = np.concatenate([np.diff(block.use_start) for block in blocks])
    return Pool(
        required=required,
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        value=np.concatenate([block.value for block in blocks]),
        use_start=np.concatenate([[0], np.cumsum(n_uses)]).astype(np.int64),
        use_resource=np.concatenate([block.use_resource for block in blocks]),
        use_amount=np.concatenate([block.use_amount for block in blocks]),
        capacity=capacity,
        origin=np.arange(counts.sum()),
    )


def _joined(one: Pool, other: Pool) -> Pool:
    """Give the candidates of both pools, by project; no project has candidates in both."""
    order = np.argsort(np.concatenate([_project(one), _project(other)]), kind="stable")
    n_uses = np.concatenate([np.diff(one.use_start), np.diff(other.use_start)])
    first = (np.cumsum(n_uses) - n_uses)[order]
    n_uses = n_uses[order]
    use_start = np.concatenate([[0], np.cumsum(n_uses)]).astype(np.int64)
    uses = np.repeat(first - use_start[:-1], n_uses) + np.arange(use_start[-1])
    return one._replace(
        start=one.start + other.start,
        value=np.concatenate([one.value, other.value])[order],
        use_start=use_start,
        use_resource=np.concatenate([one.use_resource, other.use_resource])[uses],
        use_amount=np.concatenate([one.use_amount, other.use_amount])[uses],
        origin=np.concatenate([one.origin, other.origin])[order],
    )
