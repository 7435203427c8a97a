"""Rounds of the search: how a plan is begun, reheated, shared between two threads and left off."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from threading import Event
from typing import Final

import numpy as np

from yinfeng.core.matching import _compiled
from yinfeng.core.matching._blocks import blocks, excerpt, shared_out
from yinfeng.core.matching._pool import Pool, margins
from yinfeng.core.matching._search import (
    FORBIDDEN,
    LIGHTEST,
    Guide,
    Plan,
    Schedule,
    anneal,
    mend,
    options,
    plan_of,
    put,
    remaining,
    standing,
)
from yinfeng.core.matching.problem import Floats, Ints

MOVES: Final = 400
"""Moves a project in one round."""
LEAST_MOVES: Final = 4_000
STRETCHES: Final = 20
"""Stretches of a round; between them the projects worth moving are picked anew and the clock is asked."""
STRETCH_MOVES: Final = 50_000
"""Most moves between two looks at the clock; some tenths of a second."""
FIRST_HEAT: Final = 0.25
"""Temperature of the first round, in mean regrets of a project's second choice."""
REHEAT: Final = 0.1
"""The same for later rounds, which begin from the best plan."""
COOLED: Final = 0.02
"""Share of its first temperature at which a round begins to forbid overdrafts."""
WIDTH: Final = 5.0
"""Regret of the candidates considered, in temperatures;"""
LEAST_WIDTH: Final = 0.3
"""and at least this, in mean regrets of a project's second choice."""
HARD: Final = 0.2
"""Moves made with nothing overdrawn, for each made before with overdrafts."""
FLOOR: Final = 0.5
"""Cost of overdrawing a resource by what a candidate draws of it, at least, in mean regrets, at weight 1."""
SEEN: Final = 100
"""Drawers of an overdrawn resource looked at for each link of a chain, where a candidate draws on one;"""
LEAST_SEEN: Final = 4
"""and where it draws on many, so that each look costs more."""
TWO_FROM: Final = 5_000
"""Candidates from which two searches run side by side; below, a thread costs more than it saves."""
THREADS: Final[int] = 1 if _compiled.numba is None else 2  # type: ignore[attr-defined]
"""Without compiled kernels, which have random numbers of their own, one search runs after the other."""
WHOLE: Final = 3_000
"""Projects up to which the plan is searched as a whole; above, in blocks."""
POLL_S: Final = 0.05
"""Seconds between two looks at the clock while others search."""
SMALL_GAIN: Final = 0.02
"""Rounds that together close less of the gap than this are without progress."""
NOT_A_PLAN: Final = -(2**62)
"""Stands for the worth of a plan that leaves required projects out."""


@dataclass(frozen=True, eq=False)
class Found:
    """The best plan the search met."""

    chosen: Ints  # (n,) over the pool
    missing: int  # required projects left out
    value: int
    moves: int


@dataclass(frozen=True, eq=False)
class _Side:
    """What one thread searches, and from which plan."""

    pool: Pool
    guide: Guide
    order: Ints  # (n,) in which projects are placed
    unit: float  # of temperature
    begin: Ints  # (n,)
    heat: float  # at the begin of the round, in units
    effort: float  # factor on the moves of the round
    seed: int


@dataclass(frozen=True, eq=False)
class _Ended:
    """What a side came to."""

    chosen: Ints  # (n,)
    moves: int
    work: int  # uses looked at


@dataclass(frozen=True, eq=False)
class _Cooling:
    """How a plan is cooled."""

    moves: int
    first: float  # temperature at the begin
    last: float  # and at the end
    share: float  # β at the begin; it falls to 0
    lightest: float  # least weight of what is overdrawn
    seed: int


def search(
    pool: Pool,
    price: Floats,
    chosen: Ints | None,
    *,
    work: float,
    effort: float,
    patience: int,
    bound: float,
    good_enough: float,
    seed: int,
    keep_going: Callable[[int | None], bool],
) -> Found:
    """Look for a good plan.

    pool: each project's candidates by falling margin at ``price``. chosen: a plan to begin from, shape (n,).
    work: uses of candidates to look at; patience: rounds without progress; either ends the search. effort:
    factor on the moves of a round. bound: no plan is worth more; within ``good_enough`` of it the search
    ends. keep_going: asked with the best value so far. The answer does not depend on the number of threads.
    """
    lead, guide = leads(pool, price)
    order = placing_order(pool, lead)
    unit = unit_of(lead)
    best = mended(pool, guide, order, np.full(len(lead), -1) if chosen is None else chosen)
    gains: list[float] = []
    moves, done, turn = 0, 0, 0
    while done < work and len(pool.value):
        missing, value = standing(pool, best)
        gap = bound - value
        if missing == 0 and gap <= good_enough * abs(bound):
            break
        if len(gains) >= patience and sum(gains[-patience:]) <= (0.0 if missing else SMALL_GAIN * gap):
            break
        told = None if missing else value
        heat = FIRST_HEAT if turn == 0 and chosen is None else REHEAT
        ended = _turn(
            _Side(pool, guide, order, unit, best, heat, effort, seed * 1_000 + turn),
            turn,
            lambda told=told: keep_going(told),  # type: ignore[misc]
        )
        best = ended.chosen
        moves, done, turn = moves + ended.moves, done + ended.work, turn + 1
        still_missing, better = standing(pool, best)
        gains.append(np.inf if still_missing < missing else 0.0 if missing else float(better - value))
        if not keep_going(None if still_missing else better):
            break
    return Found(best, *standing(pool, best), moves)


def _turn(whole: _Side, turn: int, go_on: Callable[[], bool]) -> _Ended:
    """Search once from a plan, on two sides or block by block."""
    if len(whole.begin) > WHOLE:
        return _by_blocks(whole, turn, go_on)
    sides = [replace(whole, seed=whole.seed * 2)]
    if len(whole.pool.value) >= TWO_FROM:
        sides.append(replace(whole, seed=whole.seed * 2 + 1))
    ended = _side_by_side([partial(_round, side) for side in sides], go_on)
    best = whole.begin
    for end in ended:
        best = _better(whole.pool, end.chosen, best)
    return _Ended(best, sum(end.moves for end in ended), sum(end.work for end in ended))


def _by_blocks(whole: _Side, turn: int, go_on: Callable[[], bool]) -> _Ended:
    """Search each block of projects by itself, with what it draws and its part of what is left."""
    pool = whole.pool
    parts = blocks(pool, whole.begin, turn)
    owner = shared_out(pool, parts)
    left = remaining(pool, whole.begin)

    def one(number: int, ask: Callable[[], bool]) -> _Ended:
        if not ask():
            return _Ended(whole.begin[parts[number]], 0, 0)
        spare = np.where(owner == number, left, 0)
        piece, kept, resources = excerpt(pool, whole.begin, parts[number], spare)
        lead, guide = leads(piece, whole.guide.price[resources])
        begin = whole.begin[parts[number]]
        place = np.where(begin >= 0, np.searchsorted(kept, begin), -1)
        order, seed = placing_order(piece, lead), whole.seed * 10_000 + number
        end = _round(_Side(piece, guide, order, whole.unit, place, whole.heat, whole.effort, seed), ask)
        return replace(end, chosen=np.where(end.chosen >= 0, kept[end.chosen], -1))

    ended = _side_by_side([partial(one, number) for number in range(len(parts))], go_on)
    best = whole.begin.copy()
    for part, end in zip(parts, ended, strict=True):
        best[part] = end.chosen
    best = mended(pool, whole.guide, whole.order, best)
    best = _better(pool, best, whole.begin)
    return _Ended(best, sum(end.moves for end in ended), sum(end.work for end in ended))


def _side_by_side(
    tasks: list[Callable[[Callable[[], bool]], _Ended]], go_on: Callable[[], bool]
) -> list[_Ended]:
    """Run tasks, several at a time; each asks between stretches whether to go on."""
    if len(tasks) == 1 or THREADS == 1:
        return [task(go_on) for task in tasks]
    stop = Event()
    with ThreadPoolExecutor(THREADS) as executor:
        running = [executor.submit(task, lambda: not stop.is_set()) for task in tasks]
        try:
            while wait(running, POLL_S).not_done:
                if not go_on():
                    stop.set()
        finally:
            stop.set()
    return [future.result() for future in running]


def _round(side: _Side, go_on: Callable[[], bool]) -> _Ended:
    """Anneal once from a plan: first with resources overdrawn, then from the best plan without.

    Both parts end early where ``go_on`` says so.
    """
    pool, guide = side.pool, side.guide
    moves = max(LEAST_MOVES, int(MOVES * side.effort * len(side.begin)))
    cold = COOLED * side.heat * side.unit
    begin = plan_of(pool, side.begin)
    for i in np.flatnonzero(pool.required & (side.begin < 0) & (np.diff(pool.start) > 0)):
        put(pool, begin, int(i), int(pool.start[i]))
    soft = _Cooling(moves, side.heat * side.unit, cold, 1.0, LIGHTEST, side.seed * 2)
    best, work = _cooled(side, begin, side.begin, soft, go_on)
    best = _better(pool, mended(pool, guide, side.order, begin.chosen), mended(pool, guide, side.order, best))
    if standing(pool, best)[0]:
        return _Ended(best, moves, work)
    hard = _Cooling(int(HARD * moves), cold, 0.0, 0.0, FORBIDDEN, side.seed * 2 + 1)
    best, more = _cooled(side, plan_of(pool, best), best, hard, go_on)
    return _Ended(mended(pool, guide, side.order, best), moves + hard.moves, work + more)


def _cooled(
    side: _Side, plan: Plan, begin: Ints, cooling: _Cooling, go_on: Callable[[], bool]
) -> tuple[Ints, int]:
    """Make the moves of a cooling in stretches. Returns the best plan met, or ``begin``, and the work."""
    pool, guide = side.pool, side.guide
    best = begin.copy()
    missing, value = standing(pool, best)
    value = NOT_A_PLAN if missing else value
    weight = np.ones(len(pool.capacity))
    stretches = max(STRETCHES, -(-cooling.moves // STRETCH_MOVES))
    work = 0
    for stretch in range(stretches):
        warm, cool = (_heat(cooling, (stretch + later) / stretches) for later in (0, 1))
        width = max(WIDTH * warm, LEAST_WIDTH * side.unit)
        count = options(pool, guide.margin, width)
        some = movable(pool, plan.chosen, count)
        if not len(some):
            break
        schedule = Schedule(
            cooling.moves // stretches,
            (warm, cool),
            (cooling.share * (1 - stretch / stretches), cooling.share * (1 - (stretch + 1) / stretches)),
            _seen(pool),
            cooling.lightest,
        )
        seed = (cooling.seed * 1_000 + stretch) % 2**32
        ended = anneal(pool, guide, plan, best, value, weight, some, count, schedule, seed)
        value, work = ended.value, work + ended.work
        if not go_on():
            break
    return best, work


def _heat(cooling: _Cooling, progress: float) -> float:
    """Give the temperature at a part of a cooling: falling by equal factors, or evenly if to 0."""
    if cooling.last <= 0.0:
        return cooling.first * (1.0 - progress)
    return cooling.first * float((cooling.last / cooling.first) ** progress)


def movable(pool: Pool, chosen: Ints, count: Ints) -> Ints:
    """Give the projects that have another option, or a candidate that is none."""
    n_options = count + ~pool.required
    return np.flatnonzero(
        (np.diff(pool.start) > 0) & ((n_options > 1) | (chosen != pool.start[:-1])) & (n_options > 0)
    )


def _better(pool: Pool, chosen: Ints, other: Ints) -> Ints:
    """Give the better of two plans, the other where they are as good."""
    (missing, value), (other_missing, other_value) = standing(pool, chosen), standing(pool, other)
    return chosen if (missing, -value) < (other_missing, -other_value) else other


def mended(pool: Pool, guide: Guide, order: Ints, chosen: Ints) -> Ints:
    """Give a plan without what overdraws, completed by what still fits, first at margins not below 0."""
    chosen = chosen.copy()
    left = remaining(pool, chosen)
    for floor in (0.0, -np.inf):
        mend(pool, guide.margin, chosen, left, order, floor)
    return chosen


def _seen(pool: Pool) -> int:
    """Give how many drawers to look at for a link: as many as cost about the same whatever they draw."""
    draws = max(1.0, len(pool.use_resource) / len(pool.value))
    return max(LEAST_SEEN, int(SEEN / draws**2))


def leads(pool: Pool, price: Floats) -> tuple[Floats, Guide]:
    """Give by how much each project's best margin leads the second, shape (n,), and the guide."""
    margin = margins(pool, price)
    lead = _lead(pool, margin)
    n_uses = np.maximum(1, np.bincount(pool.use_resource, minlength=len(price)))
    drawn = np.bincount(pool.use_resource, weights=pool.use_amount, minlength=len(price)) / n_uses
    guide = Guide(
        margin=margin,
        price=price,
        penalty=np.maximum(price, FLOOR * (unit_of(lead) or 1.0) / np.maximum(1.0, drawn)),
        use_project=np.repeat(
            np.repeat(np.arange(len(pool.required)), np.diff(pool.start)), np.diff(pool.use_start)
        ),
        binding=int((price > 0).sum()),
    )
    return lead, guide


def unit_of(lead: Floats) -> float:
    """Give the mean of finite leads, the unit of temperature; 0 where there are none."""
    finite = lead[np.isfinite(lead)]
    return float(finite.mean()) if len(finite) else 0.0


def placing_order(pool: Pool, lead: Floats) -> Ints:
    """Order projects for placing: required ones first, then by how sure the best choice is, surest first."""
    return np.lexsort((np.arange(len(lead)), -lead, ~pool.required))


def _lead(pool: Pool, margin: Floats) -> Floats:
    """Give by how much each project's best margin leads the second, 0 for being left out; shape (n,).

    Infinite for a project without a choice.
    """
    count = np.diff(pool.start)
    padded = np.concatenate([margin, [-np.inf, -np.inf]])
    best = np.where(count > 0, padded[pool.start[:-1]], -np.inf)
    second = np.where(count > 1, padded[pool.start[:-1] + 1], -np.inf)
    out = np.where(pool.required, -np.inf, 0.0)
    best, second = np.maximum(best, out), np.maximum(second, np.minimum(best, out))
    return np.where((count > 0) & (second > -np.inf), best - second, np.inf)
