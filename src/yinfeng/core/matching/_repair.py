"""A plan mended: what is left of an old plan, without what no longer fits, filled up and looked around from.

What is left of an old plan is nearly as good as a plan can be. So the search that follows is short and cool,
by chains that overdraw nothing. First it moves the projects farthest from their best margin at new prices.
What the change left free then lies about in parts so small that prices send nobody there; so it goes on over
all projects by what the plan is worth, prices aside.
"""

from itertools import combinations
from typing import Final

import numpy as np

from yinfeng.core.matching._improve import leads, mended, movable, placing_order, unit_of
from yinfeng.core.matching._pool import Pool, best_margin
from yinfeng.core.matching._search import (
    FORBIDDEN,
    Arena,
    Schedule,
    anneal,
    mend,
    options,
    plan_of,
    remaining,
    standing,
)
from yinfeng.core.matching.problem import Floats, Ints, Problem

STRETCHES: Final = 20
"""Stretches of the search for the farthest; between them the projects worth moving are picked anew."""
HEAT: Final = 0.01
"""First temperature, in mean regrets of a project's second choice; it falls to 0. A good plan stays."""
WIDTH: Final = 4.0
"""Regret of the candidates considered, in the same unit."""
FARTHEST: Final = 250
"""Projects moved in a stretch: those farthest from their best margin, where the change hurt."""
SEEN: Final = 25
"""Drawers of an overdrawn resource looked at for each link of a chain: more than in the long search, since
there are few moves and each should be a good one."""
FILLING: Final = 0.5
"""Share of the moves that go to the search over all projects;"""
FILLING_HEAT: Final = 0.03
"""its first temperature;"""
FILLING_SEEN: Final = 15
"""and the drawers it looks at: there are many projects to try."""
SETTLED: Final = 100
"""Projects that moved whom `settle` tries to give back what they had; pairs of them are tried too."""


def improve(pool: Pool, price: Floats, chosen: Ints, *, moves: int, seed: int) -> Ints:
    """Make a plan of what is left of an old one; returns shape (n,) over the pool.

    pool: each project's candidates by falling margin at ``price``. chosen: shape (n,), may draw more than
    there is. moves: of both parts of the search. Required projects may be left out. Deterministic for a seed.
    """
    lead, arena = leads(pool, price)
    order, unit = placing_order(arena, lead), unit_of(lead)
    best = eject(pool, price, arena.margin, chosen)
    mend(arena, best, remaining(arena, best), order, 0.0)
    if standing(arena, best)[0] or moves < STRETCHES:
        return mended(arena, order, best)
    filling = round(FILLING * moves)
    best = _farthest(pool, arena, unit, best, moves - filling, seed * 1_000)
    best = _filled(arena, unit, best, filling, seed * 1_000 + STRETCHES)
    return mended(arena, order, best)


def _farthest(pool: Pool, arena: Arena, unit: float, begin: Ints, moves: int, seed: int) -> Ints:
    """Move the projects farthest from their best margin, picked anew as they come nearer."""
    best, value = begin.copy(), standing(arena, begin)[1]
    plan, weight = plan_of(arena, begin), np.ones(len(arena.price))
    count = options(arena, WIDTH * unit)
    most = best_margin(pool, arena.margin)
    for stretch in range(STRETCHES):
        some = movable(arena, plan.chosen, count)
        if not len(some):
            break
        has = np.where(plan.chosen >= 0, arena.margin[plan.chosen], 0.0)[some]
        some = np.sort(some[np.argsort(has - most[some], kind="stable")[:FARTHEST]])
        hot, cold = 1 - stretch / STRETCHES, 1 - (stretch + 1) / STRETCHES
        heat = (HEAT * unit * hot**2, HEAT * unit * cold**2)
        schedule = Schedule(moves // STRETCHES, heat, (hot, cold), SEEN, FORBIDDEN)
        draw = (seed + stretch) % 2**32
        value = anneal(arena, plan, best, value, weight, some, count, schedule, draw).value
    return best


def _filled(arena: Arena, unit: float, begin: Ints, moves: int, seed: int) -> Ints:
    """Move any project to any of its first candidates if the plan gains by it, prices aside: β is 0."""
    best, value = begin.copy(), standing(arena, begin)[1]
    count = options(arena, np.inf)
    some = movable(arena, begin, count)
    if len(some):
        schedule = Schedule(moves, (FILLING_HEAT * unit, 0.0), (0.0, 0.0), FILLING_SEEN, FORBIDDEN)
        weight = np.ones(len(arena.price))
        anneal(arena, plan_of(arena, begin), best, value, weight, some, count, schedule, seed % 2**32)
    return best


def eject(pool: Pool, price: Floats, margin: Floats, chosen: Ints) -> Ints:
    """Leave out projects until no resource is overdrawn: those first that lose least for what they free.

    What a project loses is its margin here, the resource itself not charged, less its best margin anywhere
    else. Required projects go last.
    """
    chosen = chosen.copy()
    user = np.flatnonzero(chosen >= 0)
    counts = np.diff(pool.use_start)[chosen[user]]
    uses = np.repeat(pool.use_start[chosen[user]] - np.cumsum(counts) + counts, counts) + np.arange(
        counts.sum()
    )
    owner, resource, amount = np.repeat(user, counts), pool.use_resource[uses], pool.use_amount[uses]
    left = pool.capacity.copy()
    np.subtract.at(left, resource, amount)
    for r in np.flatnonzero(left < 0).tolist():
        mine = np.flatnonzero((resource == r) & (chosen[owner] >= 0))
        drawn = amount[mine]
        elsewhere = _best_without(pool, margin, r)[owner[mine]]
        loss = margin[chosen[owner[mine]]] + price[r] * drawn - elsewhere
        cost = loss / np.minimum(drawn, max(1, -int(left[r])))
        for at in np.lexsort((mine, cost, pool.required[owner[mine]])).tolist():
            if left[r] >= 0:
                break
            i = owner[mine[at]]
            freed = slice(*np.searchsorted(owner, [i, i + 1]))
            left[resource[freed]] += amount[freed]
            chosen[i] = -1
    return chosen


def _best_without(pool: Pool, margin: Floats, r: int) -> Floats:
    """Give each project's best margin among candidates that do not draw on a resource, 0 for none; (n,)."""
    drawing = np.searchsorted(pool.use_start, np.flatnonzero(pool.use_resource == r), side="right") - 1
    others = margin.copy()
    others[drawing] = 0.0
    best = np.zeros(len(pool.required))
    np.maximum.at(best, _project(pool), others)
    return best


def _project(pool: Pool) -> Ints:
    return np.repeat(np.arange(len(pool.required)), np.diff(pool.start))


def settle(problem: Problem, chosen: Ints, old: Ints) -> Ints:
    """Give projects back what they had where the plan is worth no less for it: nobody moves without need.

    One project at a time, then two that share a resource. old: shape (n,), what each had, -1 where that is
    no more. Looks at the first `SETTLED` that moved. Returns a plan, shape (n,).
    """
    chosen = chosen.copy()
    left = problem.capacity - problem.usage(chosen)
    moved = np.flatnonzero((chosen != old) & (old >= 0))[:SETTLED].tolist()

    def freed(k: int) -> dict[int, int]:
        uses = slice(int(problem.use_start[k]), int(problem.use_start[k + 1]))
        return dict(
            zip(problem.use_resource[uses].tolist(), problem.use_amount[uses].tolist(), strict=True)
            if k >= 0
            else ()
        )

    def give_back(some: tuple[int, ...]) -> bool:
        needs: dict[int, int] = {}
        gain = 0
        for i in some:
            now = int(chosen[i])
            gain += int(problem.value[old[i]]) - (int(problem.value[now]) if now >= 0 else 0)
            for sign, k in ((1, int(old[i])), (-1, now)):
                for r, amount in freed(k).items():
                    needs[r] = needs.get(r, 0) + sign * amount
        if gain < 0 or any(amount > left[r] for r, amount in needs.items()):
            return False
        for r, amount in needs.items():
            left[r] -= amount
        chosen[list(some)] = old[list(some)]
        return True

    still = [i for i in moved if not give_back((i,))]
    drawn = {i: freed(int(old[i])).keys() | freed(int(chosen[i])).keys() for i in still}
    for i, j in combinations(still, 2):
        if chosen[i] != old[i] and chosen[j] != old[j] and drawn[i] & drawn[j]:
            give_back((i, j))
    return chosen
