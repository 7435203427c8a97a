"""Rounds of the search: how a plan is begun, reheated and left off."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._pool import Pool, margins
from yinfeng.core.matching._search import (
    Guide,
    Schedule,
    anneal,
    movable,
    place_in_order,
    plan_of,
    standing,
)
from yinfeng.core.matching.problem import Floats, Ints

MOVES: Final = 400
"""Moves a project in one round."""
LEAST_MOVES: Final = 4_000
STRETCHES: Final = 20
"""Stretches of a round; between them the projects worth moving are picked anew and the clock is asked."""
STRETCH_MOVES: Final = 100_000
"""Most moves between two looks at the clock; some tenths of a second."""
FIRST_HEAT: Final = 1.0
"""Temperature of the first round, in mean regrets of a project's second choice."""
REHEAT: Final = 0.25
"""The same for later rounds, which begin from the best plan."""
SHARE: Final = 1.0
"""First share β of the prices in what the search values."""
SMALL_GAIN: Final = 0.02
"""Two rounds that close less of the gap than this end the search."""


@dataclass(frozen=True, eq=False)
class Found:
    """The best plan the search met."""

    chosen: Ints  # (n,) over the pool
    missing: int  # required projects left out
    value: int
    moves: int


def search(
    pool: Pool,
    price: Floats,
    chosen: Ints | None,
    *,
    rounds: int,
    bound: float,
    good_enough: float,
    seed: int,
    keep_going: Callable[[int | None], bool],
) -> Found:
    """Look for a good plan.

    pool: each project's candidates by falling margin at ``price``. chosen: a plan to begin from, shape (n,).
    bound: no plan is worth more; within ``good_enough`` of it the search ends. keep_going: asked with the
    best value so far.
    """
    guide = _guide(pool, price)
    order = _placing_order(pool, guide)
    best = _filled(pool, guide, order, chosen)
    heat = _second_regret(pool, guide.toll)
    gains: list[float] = []
    moves = 0
    for turn in range(rounds):
        missing, value = standing(pool, best)
        gap = bound - value
        if missing == 0 and gap <= good_enough * abs(bound):
            break
        if missing == 0 and len(gains) >= 2 and sum(gains[-2:]) < SMALL_GAIN * gap:
            break
        warmth = heat * (FIRST_HEAT if turn == 0 else REHEAT)
        best, moved = _round(pool, guide, best, warmth, seed * 1_000 + turn, keep_going)
        best = _filled(pool, guide, order, best)
        moves += moved
        still_missing, better = standing(pool, best)
        gains.append(float(better - value) if still_missing == missing else np.inf)
        if not keep_going(None if still_missing else better):
            break
    return Found(best, *standing(pool, best), moves)


def _guide(pool: Pool, price: Floats) -> Guide:
    project = np.repeat(np.arange(len(pool.required)), np.diff(pool.start))
    spread = float(pool.value.max() - pool.value.min()) if len(pool.value) else 0.0
    return Guide(
        toll=pool.value - margins(pool, price),
        use_project=np.repeat(project, np.diff(pool.use_start)),
        unplaced_cost=2.0 * spread + 1.0,
    )


def _filled(pool: Pool, guide: Guide, order: Ints, chosen: Ints | None) -> Ints:
    """Complete a plan with whatever still fits, first at margins not below 0, then at any."""
    plan = plan_of(pool, np.full(len(pool.required), -1, dtype=np.int64) if chosen is None else chosen)
    for floor in (0.0, -np.inf):
        place_in_order(pool, guide, plan, order, floor)
    return plan.chosen


def _round(
    pool: Pool,
    guide: Guide,
    begin: Ints,
    warmth: float,
    seed: int,
    keep_going: Callable[[int | None], bool],
) -> tuple[Ints, int]:
    """Anneal once from a plan. Returns the best plan met and the moves made."""
    plan = plan_of(pool, begin)
    best = begin.copy()
    moves = max(LEAST_MOVES, MOVES * len(begin))
    stretches = max(STRETCHES, -(-moves // STRETCH_MOVES))
    made = 0
    for stretch in range(stretches):
        some = movable(pool, guide, plan.chosen, 1e-9 * warmth)
        if not len(some):
            break
        hot, cold = 1 - stretch / stretches, 1 - (stretch + 1) / stretches
        schedule = Schedule(
            moves // stretches, (warmth * hot**2, warmth * cold**2), (SHARE * hot, SHARE * cold)
        )
        missing, value = anneal(pool, guide, plan, best, some, schedule, (seed * 1_000 + stretch) % 2**32)
        made += schedule.moves
        if not keep_going(None if missing else value):
            break
    return best, made


def _placing_order(pool: Pool, guide: Guide) -> Ints:
    """Order projects for placing: required ones first, then by how sure the best choice is, surest first."""
    lead = _lead(pool, guide.toll)
    return np.lexsort((np.arange(len(lead)), -lead, ~pool.required))


def _second_regret(pool: Pool, toll: Floats) -> float:
    """Give the mean regret of a project's second choice: the natural unit of temperature."""
    lead = _lead(pool, toll)
    lead = lead[np.isfinite(lead)]
    return float(lead.mean()) if len(lead) else 0.0


@compiled
def _lead(pool: Pool, toll: Floats) -> Floats:
    """Give by how much each project's best margin leads the second, 0 for being left out; shape (n,).

    Infinite for a project without a choice.
    """
    lead = np.full(len(pool.required), np.inf)
    for i in range(len(pool.required)):
        first, count = pool.start[i], pool.start[i + 1] - pool.start[i]
        best = pool.value[first] - toll[first] if count > 0 else -np.inf
        second = pool.value[first + 1] - toll[first + 1] if count > 1 else -np.inf
        if not pool.required[i]:
            second = max(min(best, 0.0), second)
            best = max(best, 0.0)
        if count > 0 and second > -np.inf:
            lead[i] = best - second
    return lead
