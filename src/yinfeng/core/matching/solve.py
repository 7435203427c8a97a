"""Send each project to at most one place so that total value is greatest."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

import numpy as np

from yinfeng.core.matching._beside import Lane, side_by_side
from yinfeng.core.matching._branch import branch, may_improve
from yinfeng.core.matching._clash import Clash, place_all, smallest_clash
from yinfeng.core.matching._clock import Clock
from yinfeng.core.matching._covers import tighten
from yinfeng.core.matching._exact import Exact, linear_prices, solve_exactly
from yinfeng.core.matching._factored import Factored, factor
from yinfeng.core.matching._improve import MOVES, TWO_FROM, Found, search, solves_parts
from yinfeng.core.matching._improve import WHOLE as IN_BLOCKS
from yinfeng.core.matching._lagrangian import WARM, find_prices
from yinfeng.core.matching._pool import (
    Pool,
    best_margin,
    first_come,
    in_pool,
    in_problem,
    margins,
    narrow,
    order_by_margin,
    usable,
)
from yinfeng.core.matching.bounds import lagrangian_bound
from yinfeng.core.matching.problem import Bools, Floats, Ints, Problem
from yinfeng.core.matching.result import Progress, Result, Status

Method = Literal["auto", "exact", "fast"]

LINEAR: Final = 10_000
"""Candidates up to which the linear relaxation gives the prices at once; some tenths of a second."""
PASSES: Final = (120, 300)
"""Dual passes over a larger pool, at least and at most;"""
LOOKS: Final = 60_000_000
"""in between as many as look at so many candidates: the bound settles first, the single prices later."""
WHOLE: Final = 400_000
"""Candidates above which the search looks only at the most promising of each project."""
JOINED: Final = 60
"""The most candidates of a project that the search looks at in so large a pool."""
TOLD_PASSES: Final = 20
"""Passes between two bounds told; one costs as much as a pass over the whole pool."""
BRANCH_NODES: Final = 20_000
"""Nodes of branch and bound before the exact method takes over; about a millisecond."""
PROOF_NODES: Final = 5_000_000
"""Nodes spent where the numbers are too large for the exact method's floating point to be trusted."""
WITHIN_REACH: Final = 10_000
"""Candidates that may still improve a plan, up to which "auto" hands over to the exact method."""
EXACT_WORK: Final = 10_000
"""Nodes times candidates of the exact method in "auto", for each second of the time limit: an argument, so
that the answer does not depend on the clock."""
BESIDE: Final = 50_000
"""Candidates up to which "auto" runs the exact method beside the search, if after a first look no more than
`WITHIN_REACH` may still improve the plan."""
BESIDE_WORK: Final = 1e6
"""Nodes times candidates of the exact method in a race, for each second of the time limit above `USUAL_S`."""
NARROWED: Final = 0.5
"""Share of the candidates that may still improve the plan, up to which the two race. Prices that leave more
say too little for the exact method to prove anything."""
SETTING_UP_S: Final = 4e-5
"""Seconds the exact method needs for a candidate or a use of a large problem before it first asks for the
time."""
SET_UP_AT_ONCE: Final = 20_000
"""Candidates and uses up to which that time does not matter."""
COVERED: Final = 400_000
"""Candidates up to which cover inequalities are looked for; they took a minute for ten times as many."""
COVERING: Final = 0.2
"""Share of the time limit that is kept for them."""
SEARCH_WORK: Final = 5e7
"""Uses of candidates the search looks at in a second of the two threads, about."""
SEARCH_SHARE: Final = {"exact": 0.01, "auto": 0.08, "fast": 0.16}
"""Share of the time limit given to the search as work, by method; an argument, so that the answer does not
depend on the clock."""
PATIENCE: Final = {"exact": 2, "auto": 3, "fast": 4}
"""Rounds without progress after which the search ends, by method."""
FIRST_LOOK: Final = 4_000
"""Uses looked at, for each candidate, before "auto" decides whether to run the exact method beside; where the
search does not solve parts exactly, a single round."""
STUBBORN: Final = 30
"""Times as many where the time limit is above `USUAL_S`."""
USUAL_S: Final = 30.0
"""Time limit up to which the answer should come well before; of what is above, the search uses all."""
ROUND_SHARE: Final = 0.8
"""Share of the time left after the beginning that goes to the one round of a problem searched in blocks,"""
BEGUN_S: Final = 3e-5
"""which begins so many seconds after the solve for each project,"""
MOVES_A_SECOND: Final = 1e6
"""and makes so many moves a second on each of so many cores;"""
CORES: Final = 2
"""these are as many as there are threads, unless several problems are solved at a time;"""
LEAST_EFFORT: Final = 0.1
"""it is not planned shorter than that, though the clock may shorten it."""
WARM_PASSES: Final = 40
"""Dual passes from prices that were good for a question much like this one."""
LUKEWARM: Final = 0.02
"""First temperature of these passes: prices that are nearly right must not travel far."""


@dataclass(frozen=True, eq=False)
class Beginning:
    """What is known of a question before it is solved: the answer to one much like it."""

    price: Floats | None = None  # (R,) >= 0
    chosen: Ints | None = None  # (n,) a plan over the problem's candidates; taken if it keeps the rules
    bound: int | None = None  # proven for a larger question, of whose candidates the problem's are a part


class _Spend(NamedTuple):
    """What a search may spend."""

    work: float  # uses of candidates looked at
    effort: float = 1.0  # factor on the length of a round
    patience: int = 1  # rounds without progress


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
    bound_stands: bool = False  # it is that of a larger question
    tried: int | None = None  # worth of the plan the exact method ran to its limit from; None: it did not

    @property
    def plan_value(self) -> int | None:
        """Worth of the best plan; None while required projects are left out."""
        return None if self.missing else self.value

    @property
    def is_proven(self) -> bool:
        """Whether nothing is left to do."""
        return not self.missing and self.value >= self.bound

    def with_plan(self, problem: Problem, chosen: Ints, *, or_as_good: bool = False) -> "_Known":
        """Take over a plan if it is better, or also if it is as good."""
        value = int(problem.value[chosen[chosen >= 0]].sum())
        missing = int((problem.required & (chosen < 0)).sum())
        standing, held = (missing, -value), (self.missing, -self.value)
        if standing > held or (standing == held and not or_as_good):
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
    begin: Beginning | None = None,
    cores: int = CORES,
) -> Result:
    """Find a plan of great value and prove how good it is.

    method: "exact" runs until the plan is proven best; "fast" finds prices and searches; "auto" does both as
    far as the size allows. time_limit_s: wall clock [s]; on reaching it the best found is returned,
    ``Status.STOPPED``, bound valid. progress: told now and then; returning False cancels, ``Status.STOPPED``.
    begin: a good plan and good prices to begin from. With its bound the answer is one to the larger question:
    its prices stay as they are, ``bound`` is the one given, OPTIMAL means that the plan reaches it, and where
    the required projects cannot all be placed the answer is STOPPED, not INFEASIBLE. cores: how many it may
    count on when it plans a long search; it runs two threads all the same.
    The same problem, method, limit, seed and beginning give the same answer unless the clock cut it off. That
    holds of two methods side by side too: neither learns from the other before it has ended, and which of two
    plans as good is given does not depend on who was quicker.
    Source: Fisher (1981), The Lagrangian relaxation method, Management Science 27; see
    docs/explanation/matching.md.
    """
    clock = Clock(time_limit_s, progress)
    begin = begin or Beginning()
    pool = usable(problem)
    hopeless = np.flatnonzero(problem.required & (np.diff(pool.start) == 0))
    if len(hopeless):
        return _infeasible(problem, Clash((int(hopeless[0]),), True, True), clock, begin)
    known = _with_prices(problem, pool, begin, clock)
    known = replace(known, method="exact" if method == "exact" else "fast")
    beside = method == "auto" and len(pool.value) <= BESIDE
    spend = _spend(method, time_limit_s, problem.n_projects, cores)
    if beside:
        spend = _first_look(spend, pool)
    first = None if begin.chosen is None else known.chosen
    if first is None or _has_time_to_begin(problem, clock):
        known = _searched(problem, known, spend, seed, clock, begin=first)
    else:
        clock.stopped = True
    if known.missing:
        must = np.flatnonzero(problem.required)
        placement = place_all(pool, must, clock, seed)
        if placement.possible is False:
            return _infeasible(problem, smallest_clash(pool, must, clock, seed), clock, begin)
        if placement.chosen is not None:
            known = known.with_plan(problem, in_problem(pool, placement.chosen))
            known = _searched(problem, known, spend, seed, clock, begin=known.chosen)
    if beside and not known.missing:
        known = _searched_on(problem, known, seed, clock)
    if method != "fast" and not known.missing:
        known = _finished(problem, known, method, seed, clock)
    if not known.missing and _is_to_be_tightened(known, clock):
        known = _tightened(known, clock)
    if begin.bound is not None:
        known = replace(known, bound=begin.bound)
    return _result(known, clock)


def _with_prices(problem: Problem, pool: Pool, begin: Beginning, clock: Clock) -> _Known:
    """Find a first plan, prices and the bound they prove, as far as the beginning does not have them."""
    nothing = np.zeros(problem.n_resources)
    if begin.price is not None and begin.bound is not None:  # it holds for the problem too
        known = _begun(problem, pool, begin, begin.price, begin.bound)
        clock.tell("prices", known.bound, known.plan_value)
    else:
        candidates = factor(pool)
        bound = lagrangian_bound(candidates, nothing) if begin.bound is None else begin.bound
        known = _begun(problem, pool, begin, nothing, bound)
        if begin.price is not None:
            known = _proven(known, candidates, begin.price)
        clock.tell("prices", known.bound, known.plan_value)
        passes = int(np.clip(LOOKS // max(1, len(pool.value)), *PASSES))
        most, warm = (passes, WARM) if begin.price is None else (WARM_PASSES, LUKEWARM)
        known = _priced(known, candidates, clock, most, warm)
    clock.tell("prices", known.bound, known.plan_value)
    return known


def _begun(problem: Problem, pool: Pool, begin: Beginning, price: Floats, bound: int) -> _Known:
    """Begin with a first plan and a first bound, so that there is something to keep whenever it ends."""
    known = _Known(
        pool=pool,
        price=price,
        bound=bound,
        chosen=np.full(problem.n_projects, -1, dtype=np.int64),
        value=0,
        missing=int(problem.required.sum()),
        method="fast",
        passes=0,
        bound_stands=begin.bound is not None,
    )
    if begin.chosen is not None and _keeps_the_rules(problem, begin.chosen):
        return known.with_plan(problem, in_problem(pool, in_pool(pool, begin.chosen, problem.n_candidates)))
    most = best_margin(pool, pool.value.astype(np.float64))
    order = np.lexsort((np.arange(len(most)), -most, ~pool.required))
    return known.with_plan(problem, in_problem(pool, first_come(pool, order)))


def _keeps_the_rules(problem: Problem, chosen: Ints) -> bool:
    placed = chosen >= 0
    inside = (problem.start[:-1] <= chosen) & (chosen < problem.start[1:])
    return bool((inside | ~placed).all() and (problem.usage(chosen) <= problem.capacity).all())


def _priced(known: _Known, candidates: Factored, clock: Clock, most: int, warm: float) -> _Known:
    """Find prices and the bound they prove, in so many passes from so warm a beginning."""
    pool = known.pool
    if len(pool.value) <= LINEAR:
        price = linear_prices(pool, clock.left)
        if price is not None:
            return _proven(known, candidates, price)

    def told(price: Floats, passes: int) -> bool:
        nonlocal known
        if passes % TOLD_PASSES == 0 and passes < most:
            known = _proven(known, candidates, price)
        return clock.tell("prices", known.bound, known.plan_value, passes=(passes, most))

    found = find_prices(candidates, known.price, most, told, warm=warm)
    return _proven(replace(known, passes=found.passes), candidates, found.price)


def _proven(known: _Known, candidates: Factored, price: Floats) -> _Known:
    """Take over prices if they prove as good a bound."""
    if price is known.price:  # they did
        return known
    bound = lagrangian_bound(candidates, price)
    return known if bound > known.bound else replace(known, price=price, bound=bound)


def _has_time_to_begin(problem: Problem, clock: Clock) -> bool:
    """Say whether a search would begin within the time limit; one that is not in blocks begins at once."""
    return problem.n_projects <= IN_BLOCKS or clock.left >= BEGUN_S * problem.n_projects


def _searched(
    problem: Problem, known: _Known, spend: _Spend, seed: int, clock: Clock, *, begin: Ints | None
) -> _Known:
    """Search for a better plan, on the candidates the prices make promising.

    begin: a plan over the problem's candidates to begin from, shape (n,); without one the prices place first.
    """
    part = _promising(known)
    kept = COVERING * clock.time_limit_s if _is_to_be_tightened(known, clock) else 0.0

    def told(value: int | None) -> bool:
        values = [worth for worth in (value, known.plan_value) if worth is not None]
        return clock.tell("search", known.bound, max(values, default=None)) and clock.left >= kept

    place = None if begin is None else in_pool(part, begin, problem.n_candidates)
    found = _search(part, known, spend, seed, place, told, lambda: clock.left)
    # The first plan is only there to fall back on: which of two as good is given does not depend on it.
    return _with_found(problem, known, part, found, or_as_good=begin is None)


def _promising(known: _Known) -> Pool:
    """Give the candidates to search among, each project's by falling margin."""
    order = order_by_margin(known.pool, margins(known.pool, known.price))
    n_each = np.diff(known.pool.start)
    if len(order) > WHOLE and n_each.max(initial=0) > JOINED:
        order = order[np.arange(len(order)) - np.repeat(known.pool.start[:-1], n_each) < JOINED]
    return narrow(known.pool, order)


def _search(
    part: Pool,
    known: _Known,
    spend: _Spend,
    seed: int,
    begin: Ints | None,
    keep_going: Callable[[int | None], bool],
    seconds_left: Callable[[], float],
    sides: int = 2,
) -> Found:
    return search(
        part,
        known.price,
        begin,
        **spend._asdict(),
        bound=known.bound,
        good_enough=0.0,
        seed=seed,
        keep_going=keep_going,
        seconds_left=seconds_left,
        sides=sides,
    )


def _with_found(
    problem: Problem, known: _Known, part: Pool, found: Found, *, or_as_good: bool = False
) -> _Known:
    moved = replace(known, moves=known.moves + found.moves)
    return moved.with_plan(problem, in_problem(part, found.chosen), or_as_good=or_as_good)


def _search_work(method: Method, time_limit_s: float) -> float:
    beyond = max(0.0, time_limit_s - USUAL_S) if method != "exact" else 0.0
    return SEARCH_WORK * (SEARCH_SHARE[method] * min(time_limit_s, USUAL_S) + beyond)


def _searched_on(problem: Problem, known: _Known, seed: int, clock: Clock) -> _Known:
    """Search on after a first look, the exact method beside where prices leave it few enough candidates.

    A small problem is searched on one thread anyway; in a larger one the other thread is better spent on the
    search while most candidates may improve the plan. Half way through it is seen again whether they do.
    """
    spend = _spend("auto", clock.time_limit_s, problem.n_projects)
    half = spend._replace(work=spend.work / 2)
    for turn, whole in enumerate((spend, half)):
        if known.is_proven or not clock.tell("branch", known.bound, known.plan_value):
            return known
        if _race_pays(known):
            return _raced(problem, known, whole, seed + turn, clock)
        known = _searched(problem, known, half, seed + turn + 1, clock, begin=known.chosen)
    return known


def _race_pays(known: _Known) -> bool:
    """Say whether the prices leave the exact method few enough candidates."""
    n_open, whole = int(may_improve(known.pool, known.price, known.value).sum()), len(known.pool.value)
    return n_open <= WITHIN_REACH and (whole < TWO_FROM or n_open <= NARROWED * whole)


def _raced(problem: Problem, known: _Known, spend: _Spend, seed: int, clock: Clock) -> _Known:
    """Let the search and the exact method run side by side; keep the better plan and the better bound."""
    open_ = may_improve(known.pool, known.price, known.value)
    known, open_pool = _branched(problem, known, open_, BRANCH_NODES)
    if known.is_proven or not clock.go_on():
        return known
    if clock.left < _setting_up_s(open_pool):
        return _searched(problem, known, spend, seed + 1, clock, begin=known.chosen)
    part, told = _promising(known), [known.bound]
    place = in_pool(part, known.chosen, problem.n_candidates)
    beyond = BESIDE_WORK * max(0.0, clock.time_limit_s - USUAL_S)
    node_limit = _node_limit(open_pool, clock) + int(beyond / max(1, len(open_pool.value)))

    def searching(ask: Callable[[], bool]) -> Found:
        return _search(part, known, spend, seed + 1, place, lambda _: ask(), lambda: clock.left, sides=1)

    def exactly(ask: Callable[[], bool]) -> Exact:
        def heard(bound: float) -> bool:
            told[0] = min(told[0], max(bound, known.value))
            return ask()

        return _exactly(problem, known, open_pool, seed, clock, node_limit, heard)

    def reached(found: Found) -> bool:
        return found.missing == 0 and found.value >= known.bound

    def settled(exact: Exact) -> bool:  # below the bound there was, so that the search cannot reach that
        proven = _with_exact(problem, known, open_pool, exact)
        return proven.is_proven and proven.value < known.bound

    ended = side_by_side(
        Lane(searching, reached),
        Lane(exactly, settled),
        lambda: clock.tell("exact", told[0], known.plan_value),
    )
    found, exact = ended
    both = known if found is None else _with_found(problem, known, part, found)
    if exact is None:
        return both
    both = _with_exact(problem, both, open_pool, exact)
    return replace(both, tried=None if exact.finished else known.value)


def _exactly(
    problem: Problem,
    known: _Known,
    open_pool: Pool,
    seed: int,
    clock: Clock,
    node_limit: int | None,
    keep_going: Callable[[float], bool],
) -> Exact:
    """Ask the exact method for the best plan over the candidates that may improve the one there is."""
    return solve_exactly(
        open_pool,
        start=in_pool(open_pool, known.chosen, problem.n_candidates),
        time_limit_s=lambda: clock.left,
        node_limit=node_limit,
        seed=seed,
        keep_going=keep_going,
    )


def _with_exact(problem: Problem, known: _Known, open_pool: Pool, exact: Exact) -> _Known:
    """Take over what the exact method found on the candidates that may improve the plan there is."""
    if exact.chosen is not None:
        known = known.with_plan(problem, in_problem(open_pool, exact.chosen))
        known = known.with_bound(max(exact.bound, known.value))
    return replace(known, method="exact" if known.is_proven else "exact+fast")


def _spend(method: Method, time_limit_s: float, n_projects: int, cores: int = CORES) -> _Spend:
    if n_projects > IN_BLOCKS:  # one round as long as the time allows is worth more than several short ones
        seconds = ROUND_SHARE * max(0.0, time_limit_s - BEGUN_S * n_projects)
        moves = seconds * cores * MOVES_A_SECOND
        return _Spend(1.0, max(LEAST_EFFORT, moves / (MOVES * n_projects)))
    beyond = max(0.0, time_limit_s - USUAL_S)
    return _Spend(
        work=_search_work(method, time_limit_s),
        patience=PATIENCE[method] * (STUBBORN if beyond else 1),
    )


def _first_look(spend: _Spend, pool: Pool) -> _Spend:
    """Give the part of what a search may spend after which it is seen what is left to do."""
    work = FIRST_LOOK * len(pool.value) if solves_parts(pool) else 1
    return spend._replace(work=min(spend.work, work))


def _finished(problem: Problem, known: _Known, method: Method, seed: int, clock: Clock) -> _Known:
    """Close the gap as far as the method allows: branch and bound, then the exact method."""
    if known.is_proven or known.tried == known.value:  # it would go the same way again
        return known
    if not clock.tell("branch", known.bound, known.plan_value):
        return known
    open_ = may_improve(known.pool, known.price, known.value)
    if method == "auto" and int(open_.sum()) > WITHIN_REACH:
        return known
    known, open_pool = _branched(problem, known, open_, BRANCH_NODES)
    if known.is_proven or not clock.go_on():
        return known
    if clock.left < _setting_up_s(open_pool):
        spend = _spend("fast", clock.time_limit_s, problem.n_projects)
        known = _searched(problem, known, spend, seed + 1, clock, begin=known.chosen)
        clock.stopped = True
        return known
    exact = _exactly(
        problem,
        known,
        open_pool,
        seed,
        clock,
        _node_limit(open_pool, clock) if method == "auto" else None,
        lambda bound: clock.tell("exact", min(known.bound, max(bound, known.value)), known.plan_value),
    )
    known = _with_exact(problem, known, open_pool, exact)
    if method == "exact":
        known = replace(known, method="exact")
    if exact.finished and not known.is_proven:
        open_ = may_improve(known.pool, known.price, known.value)
        known, _ = _branched(problem, known, open_, PROOF_NODES)
    return known


def _is_to_be_tightened(known: _Known, clock: Clock) -> bool:
    """Say whether cover inequalities are looked for: where there is more time than usual."""
    few_enough = LINEAR < len(known.pool.value) <= COVERED
    has_time = clock.time_limit_s > USUAL_S
    return few_enough and has_time and not known.is_proven and not known.bound_stands


def _tightened(known: _Known, clock: Clock) -> _Known:
    """Lower the bound by cover inequalities."""
    if not clock.go_on():
        return known
    found = tighten(
        known.pool,
        known.price,
        known.value,
        lambda bound: clock.tell("cuts", min(bound, known.bound), known.plan_value),
    )
    if found.bound >= known.bound:
        return known
    return replace(known.with_bound(found.bound), method=f"{known.method}+covers")


def _node_limit(pool: Pool, clock: Clock) -> int:
    return max(1, int(EXACT_WORK * clock.time_limit_s / max(1, len(pool.value))))


def _setting_up_s(pool: Pool) -> float:
    return SETTING_UP_S * max(0, len(pool.value) + len(pool.use_amount) - SET_UP_AT_ONCE)


def _branched(problem: Problem, known: _Known, open_: Bools, nodes: int) -> tuple[_Known, Pool]:
    """Try branch and bound; also give the open candidates and those of the best plan.

    open_: the candidates a better plan may hold, shape (K,) over the pool.
    """
    open_pool = narrow(known.pool, np.flatnonzero(open_))
    if (problem.required & (np.diff(open_pool.start) == 0)).any():
        return replace(known.with_bound(known.value), method="exact"), open_pool
    walk = branch(open_pool, known.price, known.value, nodes if len(open_pool.value) <= WITHIN_REACH else 0)
    if walk.chosen is not None:
        known = known.with_plan(problem, in_problem(open_pool, walk.chosen))
    if walk.finished:
        return replace(known.with_bound(known.value), method="exact"), open_pool
    with_best = open_ | np.isin(known.pool.origin, known.chosen)
    return known, narrow(known.pool, np.flatnonzero(with_best))


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


def _infeasible(problem: Problem, clash: Clash, clock: Clock, begin: Beginning) -> Result:
    if begin.bound is not None:  # of the larger question nothing is proven
        clash = Clash((), False, False)
    return Result(
        status=Status.INFEASIBLE if begin.bound is None else Status.STOPPED,
        chosen=np.full(problem.n_projects, -1, dtype=np.int64),
        value=0,
        bound=0 if begin.bound is None else begin.bound,
        price=np.zeros(problem.n_resources) if begin.price is None else begin.price,
        method="exact",
        passes=0,
        moves=0,
        seconds=clock.seconds,
        clash=clash.projects,
        clash_is_smallest=clash.is_smallest,
        clash_is_narrow=clash.is_narrow,
        complete=False,
    )
