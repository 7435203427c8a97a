"""Solve a problem whose candidates lie in parts elsewhere: only prices, sums and promising candidates travel.

The chain is the local one's (`solve`): prices by accelerated passes, a plan by search, a finish on what may
still improve it. A pass sends prices to every part and adds up what comes back, in the order of the parts,
so that the same cut into parts gives the same floating-point sums wherever they were worked out.
See docs/explanation/distributed.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

import numpy as np

from yinfeng.core.matching import priced, zonewise
from yinfeng.core.matching._clock import Clock
from yinfeng.core.matching._exact import linear_prices
from yinfeng.core.matching._factored import factor
from yinfeng.core.matching._improve import Found, search
from yinfeng.core.matching._lagrangian import (
    COLD,
    WARM,
    State,
    begin,
    find_prices,
    step,
)
from yinfeng.core.matching._pool import Pool, margins, narrow, order_by_margin
from yinfeng.core.matching.parts import (
    NOTHING_CHOSEN,
    Assembly,
    At,
    Pooled,
    Tally,
    Wanted,
    assemble,
    bound_of_all,
    bound_part,
    count_open,
    expect,
    gather,
    look,
    merged,
    spread_of,
)
from yinfeng.core.matching.problem import Bools, Floats, Ints, Numbered, Problem
from yinfeng.core.matching.result import Progress, Result, Status
from yinfeng.core.matching.solve import (
    JOINED,
    LINEAR,
    PATIENCE,
    USUAL_S,
    WHOLE,
    WITHIN_REACH,
    Method,
    _search_work,
    solve,
)
from yinfeng.core.matching.zonewise import MANY_ZONES, Placed, Split, demand_of

PASSES: Final = 120
"""Dual passes at most: between two looks at all candidates, or, pass by pass, over all of them."""
PER_PROJECT: Final = priced.FIRST + (priced.MOST_JOINS - 1) * priced.JOINED
"""Candidates of a project that rounds of columns bring to the driver at most."""
COLUMNS: Final = 4_000_000
"""Columns that the driver may hold; beyond, prices are found pass by pass. Some 2 GB: see memory.py."""
TOLD_PASSES: Final = 20
"""Passes between two bounds told."""
STARTS: Final = 8
"""Starts of the last search of a problem that one machine would search whole."""
TOGETHER: Final = 3_000_000
"""Candidates that the driver looks at together in the last search; about half a gigabyte."""
UNSETTLED_JOINED: Final = 24
"""Candidates a project brings to the last search where only projects that lack their best margin can come."""

T = TypeVar("T")
S = TypeVar("S")


class Fleet(Protocol):
    """The pools of all parts, wherever they lie."""

    def each(self, work: Callable[[Pooled, S], T], shared: S) -> list[T]:
        """Do the work on every part; the answers in the order of the parts."""

    def by_zone(self, split: Split) -> list[Placed]:
        """Bring together what each zone is given by `pieces_by_zone`, plan it by `plan_zone`; by zone."""

    def apart(self, work: Callable[[int, S], T], shared: S, turns: int) -> list[T]:
        """Do the work in each turn 0, 1 … apart from the others; the answers in that order."""


@dataclass(frozen=True, eq=False)
class Whole:
    """What is known of all parts together."""

    required: Bools  # (n,)
    hopeless: Ints
    capacity: Ints  # (R,)
    scarce: Bools  # (R,) can run out
    zone: Ints  # (R,) the only zone that draws on it, or `MANY_ZONES`
    touched: tuple[Ints, ...]  # resources of each part
    n_candidates: int


def whole_of(tallies: Sequence[Tally], capacity: Ints) -> Whole:
    """Add up what each part draws on; capacity: shape (R,)."""
    peak = np.zeros(len(capacity))
    low = np.full(len(capacity), np.iinfo(np.int64).max)
    high = np.full(len(capacity), -1, dtype=np.int64)
    for one in tallies:
        peak[one.resource] += one.peak
        low[one.resource] = np.minimum(low[one.resource], one.low_zone)
        high[one.resource] = np.maximum(high[one.resource], one.high_zone)
    return Whole(
        required=np.concatenate([one.required for one in tallies]),
        hopeless=np.concatenate([one.hopeless for one in tallies]),
        capacity=capacity,
        scarce=peak > capacity,
        zone=np.where(low == high, low, MANY_ZONES),
        touched=tuple(one.resource for one in tallies),
        n_candidates=sum(one.n_candidates for one in tallies),
    )


@dataclass(frozen=True, eq=False)
class _Standing:
    """How it stands: the plan by project, the prices and what they prove."""

    price: Floats
    bound: int
    chosen: Ints  # (n,) candidate of the part of its project, or -1
    worth: Ints  # (n,) value of it
    missing: int
    method: str = "fast"
    passes: int = 0
    moves: int = 0

    @property
    def value(self) -> int:
        return int(self.worth.sum())

    @property
    def plan_value(self) -> int | None:
        return None if self.missing else self.value

    @property
    def is_proven(self) -> bool:
        return not self.missing and self.value >= self.bound


def solve_in_parts(
    fleet: Fleet,
    whole: Whole,
    *,
    method: Method = "auto",
    passes: int = PASSES,
    time_limit_s: float = 3600.0,
    seed: int = 0,
    progress: Callable[[Progress], bool] | None = None,
) -> Result:
    """Find a plan of great value and prove how good it is, as `solve` does.

    The result's ``chosen`` names candidates of the part of each project. passes: dual passes at most.
    """
    clock = Clock(time_limit_s, progress)
    n = len(whole.required)
    if len(whole.hopeless):
        return _result(_begun(fleet, whole), clock, clash=(int(whole.hopeless[0]),))
    standing = _priced(fleet, whole, _begun(fleet, whole), passes, clock)
    clock.tell("prices", standing.bound, standing.plan_value)
    if not len(whole.touched) or not n:
        return _result(standing, clock)
    standing = _planned_by_zone(fleet, whole, standing, seed)
    standing = _searched(fleet, whole, standing, method, seed, clock)
    if standing.missing:
        standing, clash = _completed(fleet, whole, standing, seed, clock)
        if clash:
            return _result(standing, clock, clash=clash)
        standing = _searched(fleet, whole, standing, method, seed, clock)
    if method != "fast" and not standing.missing:
        standing = _finished(fleet, whole, standing, method, seed, clock)
    return _result(standing, clock)


def _begun(fleet: Fleet, whole: Whole) -> _Standing:
    n = len(whole.required)
    price = np.zeros(len(whole.capacity))
    return _Standing(
        price=price,
        bound=_bound(fleet, whole, price),
        chosen=np.full(n, NOTHING_CHOSEN),
        worth=np.zeros(n, dtype=np.int64),
        missing=int(whole.required.sum()),
    )


def _bound(fleet: Fleet, whole: Whole, price: Floats) -> int:
    """Prove a bound over every candidate of every part."""
    return bound_of_all(fleet.each(bound_part, price), price, whole.capacity)


def _with_price(fleet: Fleet, whole: Whole, standing: _Standing, price: Floats) -> _Standing:
    bound = _bound(fleet, whole, price)
    return standing if bound > standing.bound else replace(standing, price=price, bound=bound)


def _priced(fleet: Fleet, whole: Whole, standing: _Standing, passes: int, clock: Clock) -> _Standing:
    """Find prices: at once where the problem is small, by columns where these fit, else pass by pass."""
    if whole.n_candidates <= LINEAR:
        return _priced_at_once(fleet, whole, standing, clock)
    if len(whole.required) * PER_PROJECT <= COLUMNS:
        return _priced_by_columns(fleet, whole, standing, passes, clock)
    return _priced_by_passes(fleet, whole, standing, passes, clock)


def _priced_by_columns(
    fleet: Fleet, whole: Whole, standing: _Standing, passes: int, clock: Clock
) -> _Standing:
    """Find prices on promising candidates, and prove them on all: `priced.price_all_pairs` over parts.

    A round is one map: prices go out; best margins over all candidates and the most promising ones come back.
    """
    looked = fleet.each(look, Wanted(standing.price, standing.chosen, per_project=priced.FIRST))
    known = merged([one.piece for one in looked])
    most = min(passes, priced.FIRST_PASSES) + (priced.MOST_JOINS - 1) * passes
    for turn in range(priced.MOST_JOINS):
        assembly = assemble([known], whole.capacity)
        told = standing

        def goes_on(_: Floats, done: int, told: _Standing = told) -> bool:
            return clock.tell("prices", told.bound, told.plan_value, passes=(told.passes + done, most))

        columns = factor(assembly.pool)
        limit, warm = (passes, priced.WARM_JOIN) if turn else (min(passes, priced.FIRST_PASSES), WARM)
        found = find_prices(columns, standing.price[assembly.resource], limit, goes_on, warm=warm)
        price = np.zeros(len(whole.capacity))
        price[assembly.resource] = found.price
        looked = fleet.each(look, Wanted(price, standing.chosen, per_project=priced.JOINED))
        bound = bound_of_all([one.bounded for one in looked], price, whole.capacity)
        if bound <= standing.bound:
            standing = replace(standing, price=price, bound=bound)
        standing = replace(standing, passes=told.passes + found.passes)
        if not clock.go_on() or bound - found.dual <= priced.CLOSE * abs(bound):
            break
        known = merged([known, *(one.piece for one in looked)])
    return standing


def _priced_by_passes(
    fleet: Fleet, whole: Whole, standing: _Standing, passes: int, clock: Clock
) -> _Standing:
    """Find prices as `_lagrangian.find_prices` does, every pass a map over all parts."""
    n = len(whole.required)
    scale = max(1.0, sum(fleet.each(spread_of, None)) / n) if n else 1.0
    state = begin(standing.price)
    best, least, done = standing.price, np.inf, 0
    for done in range(1, passes + 1):
        heat = scale * WARM * (COLD / WARM) ** (done / passes)
        dual = _pass(fleet, whole, state, heat)
        if dual < least:
            best, least = state.ahead.copy(), dual
        if done % TOLD_PASSES == 0 and done < passes:
            standing = _with_price(fleet, whole, standing, best)
        if not clock.tell("prices", standing.bound, standing.plan_value, passes=(done, passes)):
            break
        step(whole.capacity, heat, *state)
    return replace(_with_price(fleet, whole, standing, best), passes=done)


def _pass(fleet: Fleet, whole: Whole, state: State, heat: float) -> float:
    """Add up what every part expects, in the order of the parts; give the dual."""
    state.sums[:] = 0.0
    dual = float((state.ahead * whole.capacity).sum())
    for resource, part in zip(whole.touched, fleet.each(expect, At(state.ahead, heat)), strict=True):
        dual += part.dual
        state.sums[0, resource, 0] += part.usage
        state.sums[0, resource, 1] += part.curvature
    return dual


def _priced_at_once(fleet: Fleet, whole: Whole, standing: _Standing, clock: Clock) -> _Standing:
    """Take the prices of the linear relaxation over all candidates, as the local chain does."""
    every = Wanted(standing.price, standing.chosen, limit=np.inf)
    assembly = assemble(fleet.each(gather, every), whole.capacity)
    found = linear_prices(assembly.pool, clock.left)
    if found is None:
        return standing
    price = np.zeros(len(whole.capacity))
    price[assembly.resource] = found
    return _with_price(fleet, whole, standing, price)


def _planned_by_zone(fleet: Fleet, whole: Whole, standing: _Standing, seed: int) -> _Standing:
    """Plan zone by zone at the agreed prices."""
    n = len(whole.required)
    heat = COLD * max(1.0, sum(fleet.each(spread_of, None)) / n)
    demands = fleet.each(demand_of, (standing.price, heat, whole.scarce & (whole.zone == MANY_ZONES)))
    zones = fleet.by_zone(zonewise.split(standing.price, whole.capacity, whole.zone, demands, JOINED, seed))
    for zone in zones:
        standing = replace(_with_plan(whole, standing, zone), moves=standing.moves + zone.moves)
    return standing


def _with_plan(whole: Whole, standing: _Standing, plan: Placed) -> _Standing:
    """Take over where some projects go; the others stay."""
    chosen, worth = standing.chosen.copy(), standing.worth.copy()
    chosen[plan.project], worth[plan.project] = plan.candidate, plan.value
    missing = int((whole.required & (chosen < 0)).sum())
    return replace(standing, chosen=chosen, worth=worth, missing=missing)


def _better(whole: Whole, standing: _Standing, assembly: Assembly, chosen: Ints, moves: int) -> _Standing:
    """Take over a plan of the projects of an assembly where it is not worse; it knows all others' draws."""
    emptied = replace(standing, chosen=standing.chosen.copy(), worth=standing.worth.copy())
    emptied.chosen[assembly.project] = NOTHING_CHOSEN
    emptied.worth[assembly.project] = 0
    after = _with_plan(whole, emptied, zonewise.placed(assembly, chosen, moves))
    kept = standing if (after.missing, -after.value) > (standing.missing, -standing.value) else after
    return replace(kept, moves=standing.moves + moves)


def _searched(
    fleet: Fleet, whole: Whole, standing: _Standing, method: Method, seed: int, clock: Clock
) -> _Standing:
    """Search once more over all zones, from the plan at hand.

    Looked at is what the local search looks at, while that is little enough to be brought together; else the
    candidates of the projects that lack their best margin, beside what the others hold. A small problem is
    searched from several starts, for there the luck of one weighs most.
    """
    price, chosen = standing.price, standing.chosen
    if whole.n_candidates <= WHOLE:
        wanted, starts = Wanted(price, chosen, limit=np.inf), STARTS
    elif len(whole.required) * JOINED <= TOGETHER:
        wanted, starts = Wanted(price, chosen, per_project=JOINED), 1
    else:
        wanted, starts = Wanted(price, chosen, per_project=UNSETTLED_JOINED, unsettled_only=True), 1
    assembly, first_plan = _assembled(fleet, whole, standing, wanted)
    start = Start(
        assembly.pool,
        price[assembly.resource],
        first_plan,
        _search_work(method, USUAL_S),
        PATIENCE[method],
        standing.bound,
        seed,
        clock.left,
    )
    clock.tell("search", standing.bound, standing.plan_value)
    for found in fleet.apart(search_from, start, starts):
        standing = _better(whole, standing, assembly, found.chosen, found.moves)
    clock.go_on()
    return standing


@dataclass(frozen=True, eq=False)
class Start:
    """A search that can be begun anywhere."""

    pool: Pool  # each project's candidates by falling margin
    price: Floats
    begin: Ints  # (n,) a plan over the pool
    work: float
    patience: int
    bound: int
    seed: int
    time_limit_s: float


def search_from(turn: int, start: Start) -> Found:
    """Search from the plan at hand in even turns, from nothing in odd ones, each pair with its own seed."""
    clock = Clock(start.time_limit_s, None)
    return search(
        start.pool,
        start.price,
        start.begin if turn % 2 == 0 else None,
        work=start.work,
        effort=1.0,
        patience=start.patience,
        bound=start.bound,
        good_enough=0.0,
        seed=start.seed + turn // 2,
        keep_going=lambda _: clock.go_on(),
    )


def _assembled(fleet: Fleet, whole: Whole, standing: _Standing, wanted: Wanted) -> tuple[Assembly, Ints]:
    """Bring candidates of all parts together, each project's by falling margin, and the plan over them."""
    assembly = assemble(fleet.each(gather, wanted), whole.capacity)
    order = order_by_margin(assembly.pool, margins(assembly.pool, standing.price[assembly.resource]))
    assembly = replace(assembly, pool=narrow(assembly.pool, order))
    plan = np.full(len(assembly.project), -1, dtype=np.int64)
    held = np.flatnonzero(assembly.pool.origin == standing.chosen[assembly.row_project])
    plan[np.searchsorted(assembly.project, assembly.row_project[held])] = held
    return assembly, plan


def _completed(
    fleet: Fleet, whole: Whole, standing: _Standing, seed: int, clock: Clock
) -> tuple[_Standing, tuple[int, ...]]:
    """Place the projects that must be placed with all their candidates, or name those that clash."""
    wanted = Wanted(standing.price, standing.chosen, required=True)
    assembly, _ = _assembled(fleet, whole, standing, wanted)
    result = solve(problem_of(assembly), time_limit_s=min(clock.left, USUAL_S), seed=seed)
    if result.status is Status.INFEASIBLE:
        return standing, tuple(assembly.project[list(result.clash)].tolist())
    return _better(whole, standing, assembly, result.chosen, result.moves), ()


def _finished(
    fleet: Fleet, whole: Whole, standing: _Standing, method: Method, seed: int, clock: Clock
) -> _Standing:
    """Hand over to the local methods what a better plan can hold, if that is little enough.

    Every plan worth more than the one at hand holds only candidates whose regret is below the gap. So the
    bound of the problem of these alone, or the plan's value where that is more, holds for the whole.
    """
    if standing.is_proven or not clock.tell("branch", standing.bound, standing.plan_value):
        return standing
    # The bound is rounded outward already; 1 more makes the comparison safe from its own rounding.
    limit = (standing.bound - standing.value + 1) * (1 + 2.0**-40)
    n_open = sum(fleet.each(count_open, (standing.price, limit)))
    if method == "auto" and n_open > WITHIN_REACH:
        return standing
    assembly, _ = _assembled(fleet, whole, standing, Wanted(standing.price, standing.chosen, limit=limit))
    inner: Method = "exact" if method == "exact" else "auto"
    # The limit is an argument of the local methods: what is left of the clock must not decide the answer.
    limit_s = clock.left if method == "exact" else min(clock.left, USUAL_S)
    result = solve(problem_of(assembly), method=inner, time_limit_s=limit_s, seed=seed)
    clock.stopped = clock.stopped or result.status is Status.STOPPED
    if result.status is Status.INFEASIBLE:  # no better plan exists: the open candidates cannot make one
        return replace(standing, bound=standing.value, method="exact")
    standing = _better(whole, standing, assembly, result.chosen, result.moves)
    bound = min(standing.bound, max(result.bound, standing.value))
    proven = standing.value >= bound
    return replace(standing, bound=bound, method="exact" if proven else "exact+fast")


def problem_of(assembly: Assembly) -> Problem:
    """Give an assembly as a problem of its own."""
    pool = assembly.pool
    return Problem(
        project_id=Numbered("p", len(pool.required)),
        required=pool.required,
        start=pool.start,
        candidate_id=Numbered("c", len(pool.value)),
        value=pool.value,
        use_start=pool.use_start,
        use_resource=pool.use_resource,
        use_amount=pool.use_amount,
        resource_id=Numbered("r", len(pool.capacity)),
        capacity=pool.capacity,
    )


def _result(standing: _Standing, clock: Clock, *, clash: tuple[int, ...] = ()) -> Result:
    if clash:
        status = Status.INFEASIBLE
    elif standing.is_proven:
        status = Status.OPTIMAL
    else:
        status = Status.STOPPED if clock.stopped or standing.missing else Status.FEASIBLE
    nothing = np.full(len(standing.chosen), -1, dtype=np.int64)
    return Result(
        status=status,
        chosen=nothing if clash else standing.chosen,
        value=0 if clash else standing.value,
        bound=0 if clash else standing.bound,
        price=standing.price,
        method=standing.method,
        passes=standing.passes,
        moves=standing.moves,
        seconds=clock.seconds,
        clash=clash,
        complete=not clash and not standing.missing,
    )
