"""Rounds of the search: how a plan is begun, reheated, taken apart, shared between threads and left off."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np

from yinfeng.core.matching import _compiled
from yinfeng.core.matching._beside import work_off
from yinfeng.core.matching._blocks import block_size, blocks, excerpt, shared_out
from yinfeng.core.matching._pool import Pool
from yinfeng.core.matching._reopen import FIRST_SIZE, reopen
from yinfeng.core.matching._search import (
    LIGHTEST,
    Arena,
    Plan,
    Schedule,
    anneal,
    arena_of,
    mean_draw,
    mend,
    options,
    plan_of,
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
"""The same for a round after one that gained, which begins from the best plan and with the weights found;"""
HOTTER: Final = 1.6
"""times as hot after each that gained nothing, up to that of the first."""
COOLED: Final = 0.02
"""Share of its first temperature at which a round begins to forbid overdrafts."""
WIDTH: Final = 5.0
"""Regret of the candidates considered, in temperatures;"""
LEAST_WIDTH: Final = 0.3
"""and at least this, in mean regrets of a project's second choice."""
FIRM: Final = 0.2
"""Moves made while overdrafts are forbidden by and by, for each made before in a round of effort 1; a shorter
round needs more of them."""
LEVELS: Final = 4
FIRM_LEVELS: Final = 2
"""Levels of heat at which blocks are cut anew, of the two parts of a round."""
FORBIDDING: Final = 1e3
"""Weight of overdrafts in the end."""
FLOOR: Final = 0.5
"""Cost of overdrawing a resource by what a candidate draws of it, at least, in mean regrets, at weight 1."""
SEEN: Final = 100
"""Drawers of an overdrawn resource looked at for each link of a chain, where a candidate draws on one;"""
LEAST_SEEN: Final = 8
"""and where it draws on many, so that each look costs more."""
TWO_FROM: Final = 5_000
"""Candidates from which two searches run side by side; below, a thread costs more than it saves."""
THREADS: Final[int] = 1 if _compiled.numba is None else 2  # type: ignore[attr-defined]
"""Without compiled kernels, which have random numbers of their own, one search runs after the other."""
WHOLE: Final = 20_000
"""Projects up to which the plan is searched as a whole; above, in blocks."""
IN_TIME: Final = 0.95
"""Share of the time left that a round which would not end in it is shortened to."""
FEW_USES: Final = 2.0
"""Resources that a candidate draws on, on average, up to which parts are solved exactly: beyond, they share
much."""
RECENT: Final = 5
"""Last turns of annealing, and of solving parts exactly, that tell which of the two pays better."""
SHARE: Final = 1 / 3
"""Share of the work that the other gets too: a plan may gain after many turns without one."""
SMALL_GAIN: Final = 0.02
"""Rounds that together close less of the gap than this are without progress."""
NOT_A_PLAN: Final = -(2**62)
"""Stands for the worth of a plan that leaves required projects out."""
ALL_THERE_IS: Final = 2**62
"""Stands for the worth of a plan better than any that is met, so that none is kept."""


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

    arena: Arena
    order: Ints  # (n,) in which projects are placed
    unit: float  # of temperature
    begin: Ints  # (n,)
    weight: Floats  # (R,) of overdrafts
    heat: float  # at the begin of the round, in units
    effort: float  # factor on the moves of the round
    seed: int
    sides: int = 2  # searches at a time


@dataclass(frozen=True, eq=False)
class _Ended:
    """What a side came to."""

    chosen: Ints  # (n,)
    weight: Floats  # (R,) of overdrafts, before they were forbidden
    moves: int
    work: int  # uses looked at


@dataclass(eq=False)
class _Way:
    """A way to better a plan, and what each of its turns came to."""

    gains: list[float] = field(default_factory=list)
    works: list[int] = field(default_factory=list)

    @property
    def work(self) -> int:
        """Of all turns."""
        return sum(self.works)

    @property
    def pay(self) -> float:
        """Say how well it pays to go on this way: gain for work in its last turns.

        The first turn says nothing: it begins from a plan that any other would better too.
        """
        gains, works = self.gains[1:][-RECENT:], self.works[1:][-RECENT:]
        return sum(gains) / sum(works) if works else np.inf

    @property
    def idle(self) -> int:
        """Turns without a gain since the last that had one."""
        return next((at for at, gain in enumerate(reversed(self.gains)) if gain > 0), len(self.gains))


@dataclass(frozen=True, eq=False)
class _Cooling:
    """How a plan is cooled."""

    moves: int
    first: float  # temperature at the begin
    last: float  # and at the end
    share: float  # β at the begin; it falls to 0
    lightest: tuple[float, float]  # least weight of what is overdrawn, at the begin and at the end
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
    seconds_left: Callable[[], float] = lambda: np.inf,
    sides: int = 2,
) -> Found:
    """Look for a good plan.

    pool: each project's candidates by falling margin at ``price``. chosen: a plan to begin from, shape (n,).
    work: uses of candidates to look at; patience: rounds without progress; either ends the search. effort:
    factor on the moves of a round. bound: no plan is worth more; within ``good_enough`` of it the search
    ends. keep_going: asked with the best value so far. seconds_left: of the clock; a round of blocks that
    would not end in them is made shorter. sides: searches at a time, 2 at most; 1 leaves a core to others.
    The answer does not depend on the number of threads.
    """
    lead, arena = leads(pool, price)
    order, unit = placing_order(arena, lead), unit_of(lead)
    best = mended(arena, order, np.full(len(lead), -1) if chosen is None else chosen)
    weight, size, moves, gains = np.ones(len(price)), FIRST_SIZE, 0, list[float]()
    annealing, reopening = _Way(), _Way()
    while annealing.work + reopening.work < work and len(pool.value):
        missing, value = standing(arena, best)
        gap = bound - value
        if missing == 0 and gap <= good_enough * abs(bound):
            break
        if len(gains) >= patience and sum(gains[-patience:]) <= (0.0 if missing else SMALL_GAIN * gap):
            break

        def go_on(told: int | None = None if missing else value) -> bool:
            return keep_going(told)

        turn = len(gains)
        afresh = turn == 0 and chosen is None
        heat = FIRST_HEAT if afresh else min(FIRST_HEAT, REHEAT * HOTTER**annealing.idle)
        side = _Side(arena, order, unit, best, weight, heat, effort, seed * 1_000 + turn, sides)
        if turn > 0 and not missing and solves_parts(arena) and _is_due(reopening, annealing):
            way, (ended, size) = reopening, _reopened(side, size, annealing.works[-1], go_on)
        else:
            way, ended = annealing, _turn(side, turn, go_on, seconds_left)
        best, weight, moves = ended.chosen, ended.weight, moves + ended.moves
        still_missing, better = standing(arena, best)
        gains.append(np.inf if still_missing < missing else 0.0 if missing else float(better - value))
        way.gains.append(gains[-1])
        way.works.append(ended.work)
        if not keep_going(None if still_missing else better):
            break
    return Found(best, *standing(arena, best), moves)


def _is_due(one: _Way, other: _Way) -> bool:
    """Say whether one way is due: it pays better, but both get their share."""
    share = one.work / max(1, one.work + other.work)
    return share < SHARE or (share <= 1 - SHARE and one.pay >= other.pay)


def solves_parts(over: Pool | Arena) -> bool:
    """Say whether parts are solved exactly: a smaller problem is as a whole, a larger one has too many."""
    drawn = len(over.use_resource) / max(1, len(over.value))
    return len(over.value) >= TWO_FROM and len(over.required) <= WHOLE and drawn <= FEW_USES


def _reopened(whole: _Side, size: int, work: int, go_on: Callable[[], bool]) -> tuple[_Ended, int]:
    """Give parts of a plan their best plans, cut anew until so much work is done; also the size reached."""
    chosen, done, turn = whole.begin, 0, 0
    while done < work and go_on():
        threads = THREADS if whole.sides > 1 else 1
        ended = reopen(whole.arena, chosen, size, whole.seed * 1_000 + turn, threads, go_on)
        chosen, size, done, turn = ended.chosen, ended.size, done + ended.work, turn + 1
    return _Ended(chosen, whole.weight, 0, max(1, done)), size


def _turn(whole: _Side, turn: int, go_on: Callable[[], bool], seconds_left: Callable[[], float]) -> _Ended:
    """Search once from a plan, on two sides or block by block."""
    if len(whole.begin) > WHOLE:
        return _by_blocks(whole, turn, go_on, seconds_left)
    sides = [replace(whole, seed=whole.seed * 2)]
    if len(whole.arena.value) >= TWO_FROM and whole.sides > 1:
        sides.append(replace(whole, seed=whole.seed * 2 + 1))
    ended = work_off([partial(_round, side) for side in sides], go_on, THREADS)
    best, weight = whole.begin, ended[0].weight
    for end in ended:
        if _better(whole.arena, end.chosen, best) is end.chosen:
            best, weight = end.chosen, end.weight
    return _Ended(best, weight, sum(end.moves for end in ended), sum(end.work for end in ended))


def _by_blocks(
    whole: _Side, turn: int, go_on: Callable[[], bool], seconds_left: Callable[[], float]
) -> _Ended:
    """Cool a plan as `_round` does, but in blocks of projects side by side, cut anew at every level of heat.

    Each block has what its projects draw and its part of what is left. Where the clock would cut the cooling
    off, what is left of it is made shorter.
    """
    arena = whole.arena
    chosen, weight = _with_required(arena, whole.begin), whole.weight.copy()
    found = weight
    began, planned, moves, work = time.monotonic(), 0.0, 0, 0
    for step, (leg, first, last) in enumerate(_levels(whole)):
        if step == LEVELS:
            found = weight.copy()
        pace = 1.0
        if planned:
            needed = (time.monotonic() - began) / planned * (1 - planned)
            pace = min(1.0, IN_TIME * seconds_left() / needed)
        parts = blocks(arena, chosen, block_size(len(chosen)), turn + step)
        owner, left = shared_out(arena, parts), remaining(arena, chosen)
        level = _Level(whole, leg, (first, last), pace, chosen, left, owner, weight)
        tasks = [partial(_in_block, level, part, at, step) for at, part in enumerate(parts)]
        for part, end in zip(parts, work_off(tasks, go_on, THREADS), strict=True):
            chosen[part], weight[end.resources] = end.chosen, end.weight
            work, moves = work + end.work, moves + end.moves
        planned += leg.moves * (last - first) / sum(other.moves for other in _legs(whole))
        if not go_on():
            break
    best = _better(arena, mended(arena, whole.order, chosen), whole.begin)
    return _Ended(best, found, moves, work)


def _in_block(
    level: "_Level", part: Ints, number: int, step: int, go_on: Callable[[], bool]
) -> "_BlockEnded":
    """Cool the projects of a block for a level."""
    whole, chosen = level.whole, level.chosen[part]
    spare = np.where(level.owner == number, level.left, 0.0)
    piece, kept, resources = excerpt(whole.arena, level.chosen, part, spare)
    mine = level.owner[resources] == number
    weight = np.where(mine, level.weight[resources], FORBIDDING)
    plan = plan_of(piece, np.where(chosen >= 0, np.searchsorted(kept, chosen), -1))
    share = level.pace * len(part) / len(whole.begin)
    seed = (whole.seed * 100 + step) * 1_000 + number
    cooling = replace(level.leg, moves=int(level.leg.moves * share), seed=seed)
    _, work = _cooled(piece, whole.unit, plan, weight, None, cooling, level.span, go_on)
    return _BlockEnded(
        chosen=np.where(plan.chosen >= 0, kept[plan.chosen], -1),
        resources=resources[mine],
        weight=weight[mine],
        moves=round(cooling.moves * (level.span[1] - level.span[0])),
        work=work,
    )


@dataclass(frozen=True, eq=False)
class _Level:
    """What all blocks of a level begin from."""

    whole: _Side
    leg: "_Cooling"
    span: tuple[float, float]  # from which to which share of it
    pace: float  # factor on its moves
    chosen: Ints  # (n,)
    left: Floats  # (R,)
    owner: Ints  # (R,) block that gets what is left
    weight: Floats  # (R,)


@dataclass(frozen=True, eq=False)
class _BlockEnded:
    """What a block came to in a level."""

    chosen: Ints  # of its projects
    resources: Ints  # that are its own
    weight: Floats  # of these
    moves: int
    work: int


def _levels(side: _Side) -> list[tuple["_Cooling", float, float]]:
    """Give the levels of a round: part of the cooling, from and to which share of it."""
    return [
        (leg, at / levels, (at + 1) / levels)
        for leg, levels in zip(_legs(side), (LEVELS, FIRM_LEVELS), strict=True)
        for at in range(levels)
    ]


def _with_required(arena: Arena, chosen: Ints) -> Ints:
    """Give a plan with every required project that has a candidate placed, overdrawing if need be."""
    lacks = arena.required & (chosen < 0) & (np.diff(arena.start) > 0)
    return np.where(lacks, arena.start[:-1], chosen)


def _legs(side: _Side) -> tuple[_Cooling, _Cooling]:
    """Give the two parts of a round: with resources overdrawn, and forbidding that by and by."""
    moves = max(LEAST_MOVES, int(MOVES * side.effort * len(side.begin)))
    warm, cold = side.heat * side.unit, COOLED * side.heat * side.unit
    share = 1.0 - float(np.log(side.heat / FIRST_HEAT) / np.log(COOLED))  # as in a round from the first heat
    firm = int(moves * FIRM / max(FIRM, side.effort) ** 0.5)
    return (
        _Cooling(moves, warm, cold, share, (LIGHTEST, LIGHTEST), side.seed * 2),
        _Cooling(firm, cold, 0.0, 0.0, (1.0, FORBIDDING), side.seed * 2 + 1),
    )


def _round(side: _Side, go_on: Callable[[], bool]) -> _Ended:
    """Anneal once from a plan: first with resources overdrawn, then forbidding that by and by.

    Both parts end early where ``go_on`` says so.
    """
    arena, best, work, moves = side.arena, side.begin, 0, 0
    plan = plan_of(arena, _with_required(arena, side.begin))
    weight = found = side.weight.copy()
    for leg in _legs(side):
        found = weight.copy()
        best, more = _cooled(arena, side.unit, plan, weight, best, leg, (0.0, 1.0), go_on)
        work, moves = work + more, moves + leg.moves
    best = _better(arena, mended(arena, side.order, plan.chosen), mended(arena, side.order, best))
    return _Ended(best, found, moves, work)


def _cooled(
    arena: Arena,
    unit: float,
    plan: Plan,
    weight: Floats,
    begin: Ints | None,
    cooling: _Cooling,
    span: tuple[float, float],
    go_on: Callable[[], bool],
) -> tuple[Ints, int]:
    """Make the moves of a part of a cooling in stretches; changes the plan and the weights (R,).

    begin: the best plan so far, None where none is kept. span: from which to which share of the cooling.
    Returns the best plan met, or ``begin``, and the work.
    """
    best = plan.chosen.copy() if begin is None else begin.copy()
    missing, value = standing(arena, best)
    value = ALL_THERE_IS if begin is None else NOT_A_PLAN if missing else value
    moves = round(cooling.moves * (span[1] - span[0]))
    stretches = max(1, round(STRETCHES * (span[1] - span[0])), -(-moves // STRETCH_MOVES))
    work = 0
    for stretch in range(stretches):
        begins, ends = (span[0] + (span[1] - span[0]) * (stretch + later) / stretches for later in (0, 1))
        warm, cool = _heat(cooling, begins), _heat(cooling, ends)
        width = max(WIDTH * warm, LEAST_WIDTH * unit)
        count = options(arena, width)
        some = movable(arena, plan.chosen, count)
        if not len(some):
            break
        schedule = Schedule(
            moves // stretches,
            (warm, cool),
            (cooling.share * (1 - begins), cooling.share * (1 - ends)),
            _seen(arena),
            _between(*cooling.lightest, ends),
        )
        seed = (cooling.seed * 1_000 + stretch) % 2**32
        ended = anneal(arena, plan, best, value, weight, some, count, schedule, seed)
        value, work = ended.value, work + ended.work
        if not go_on():
            break
    return best, work


def _heat(cooling: _Cooling, progress: float) -> float:
    """Give the temperature at a part of a cooling: falling by equal factors, or evenly if to 0."""
    if cooling.last <= 0.0:
        return cooling.first * (1.0 - progress)
    return _between(cooling.first, cooling.last, progress)


def _between(first: float, last: float, progress: float) -> float:
    """Go from one number above 0 to another by equal factors."""
    return first * float((last / first) ** progress)


def movable(arena: Arena, chosen: Ints, count: Ints) -> Ints:
    """Give the projects that have another option, or a candidate that is none."""
    n_options = count + ~arena.required
    return np.flatnonzero(
        (np.diff(arena.start) > 0) & ((n_options > 1) | (chosen != arena.start[:-1])) & (n_options > 0)
    )


def _better(arena: Arena, chosen: Ints, other: Ints) -> Ints:
    """Give the better of two plans, the other where they are as good."""
    (missing, value), (other_missing, other_value) = standing(arena, chosen), standing(arena, other)
    return chosen if (missing, -value) < (other_missing, -other_value) else other


def mended(arena: Arena, order: Ints, chosen: Ints) -> Ints:
    """Give a plan without what overdraws, completed by what still fits, first at margins not below 0."""
    chosen = chosen.copy()
    left = remaining(arena, chosen)
    for floor in (0.0, -np.inf):
        mend(arena, chosen, left, order, floor)
    return chosen


def _seen(arena: Arena) -> int:
    """Give how many drawers to look at for a link: as many as cost about the same whatever they draw."""
    draws = max(1.0, len(arena.use_resource) / len(arena.value))
    return max(LEAST_SEEN, int(SEEN / draws**2))


def leads(pool: Pool, price: Floats) -> tuple[Floats, Arena]:
    """Give by how much each project's best margin leads the second, shape (n,), and the arena."""
    arena = arena_of(pool, price)
    lead = lead_of(arena)
    floor = FLOOR * (unit_of(lead) or 1.0) / np.maximum(1.0, mean_draw(arena))
    return lead, arena._replace(penalty=np.maximum(price, floor))


def unit_of(lead: Floats) -> float:
    """Give the mean of finite leads, the unit of temperature; 0 where there are none."""
    finite = lead[np.isfinite(lead)]
    return float(finite.mean()) if len(finite) else 0.0


def placing_order(arena: Arena, lead: Floats) -> Ints:
    """Order projects for placing: required ones first, then by how sure the best choice is, surest first."""
    return np.lexsort((np.arange(len(lead)), -lead, ~arena.required))


def lead_of(arena: Arena) -> Floats:
    """Give by how much each project's best margin leads the second, 0 for being left out; shape (n,).

    Infinite for a project without a choice.
    """
    count = np.diff(arena.start)
    padded = np.concatenate([arena.margin, [-np.inf, -np.inf]])
    best = np.where(count > 0, padded[arena.start[:-1]], -np.inf)
    second = np.where(count > 1, padded[arena.start[:-1] + 1], -np.inf)
    out = np.where(arena.required, -np.inf, 0.0)
    best, second = np.maximum(best, out), np.maximum(second, np.minimum(best, out))
    return np.where((count > 0) & (second > -np.inf), best - second, np.inf)
