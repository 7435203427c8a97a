"""A good plan fast: place by probability, then anneal with ejections, guided by the prices.

A move gives one project another candidate; projects that stand in the way are ejected and put where they
still fit. While hot, a candidate counts for its value less a share β of the price of what it draws, so
that scarce resources are not wasted; β falls to 0 with the temperature. Only projects that do not have
their best margin are moved: the others have nothing to gain at these prices.
"""

from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._pool import Pool, fits
from yinfeng.core.matching.problem import Floats, Ints

VICTIMS_SEEN: Final = 4
"""Users of an overdrawn resource looked at for each ejection."""
EJECTIONS: Final = 6
"""A move that must eject more projects is given up."""
ANYBODY: Final = 0.125
"""Share of moves that begin with any project, not with one that lacks its best margin."""
LOOKED_AT: Final = 24
"""Candidates of a project considered for a move or for a project ejected, by falling margin."""


class Plan(NamedTuple):
    """A plan under way, changed in place: who takes what, what is left, and who draws on each resource."""

    chosen: Ints  # (n,) candidate, -1 where left out
    left: Ints  # (R,) capacity not drawn
    drawer: Ints  # (U,) uses drawing on resource r are drawer[room[r]:room[r] + n_drawers[r]]
    room: Ints  # (R + 1,) a run for each resource, as long as its uses in the pool
    n_drawers: Ints  # (R,)
    seat: Ints  # (U,) where in `drawer` a use stands; meaningless while its candidate is not chosen


class Guide(NamedTuple):
    """What steers the search; constant while it runs."""

    toll: Floats  # (K,) price of what a candidate draws
    use_project: Ints  # (U,) project of a use
    unplaced_cost: float  # what a required project left out costs, in value


class Schedule(NamedTuple):
    """How a stretch of moves is steered from its begin to its end."""

    moves: int
    heat: tuple[float, float]  # temperature, in value
    share: tuple[float, float]  # β


def plan_of(pool: Pool, chosen: Ints) -> Plan:
    """Give the plan under way that places projects as chosen, shape (n,); they must fit together."""
    room = np.concatenate([[0], np.cumsum(np.bincount(pool.use_resource, minlength=len(pool.capacity)))])
    n_uses = len(pool.use_resource)
    plan = Plan(
        chosen=np.full(len(pool.required), -1, dtype=np.int64),
        left=pool.capacity.copy(),
        drawer=np.zeros(n_uses, dtype=np.int64),
        room=room.astype(np.int64),
        n_drawers=np.zeros(len(pool.capacity), dtype=np.int64),
        seat=np.zeros(n_uses, dtype=np.int64),
    )
    _put_all(pool, plan, chosen)
    return plan


@compiled
def _put_all(pool: Pool, plan: Plan, chosen: Ints) -> None:
    for i in range(len(chosen)):
        if chosen[i] >= 0:
            put(pool, plan, i, chosen[i])


@compiled
def put(pool: Pool, plan: Plan, i: int, k: int) -> None:
    """Give project i, which has none, candidate k."""
    plan.chosen[i] = k
    for u in range(pool.use_start[k], pool.use_start[k + 1]):
        r = pool.use_resource[u]
        plan.left[r] -= pool.use_amount[u]
        plan.seat[u] = plan.room[r] + plan.n_drawers[r]
        plan.drawer[plan.seat[u]] = u
        plan.n_drawers[r] += 1


@compiled
def take_out(pool: Pool, plan: Plan, i: int) -> None:
    """Take project i's candidate from it, if it has one."""
    k = plan.chosen[i]
    if k < 0:
        return
    plan.chosen[i] = -1
    for u in range(pool.use_start[k], pool.use_start[k + 1]):
        r = pool.use_resource[u]
        plan.left[r] += pool.use_amount[u]
        plan.n_drawers[r] -= 1
        last = plan.drawer[plan.room[r] + plan.n_drawers[r]]
        plan.drawer[plan.seat[u]] = last
        plan.seat[last] = plan.seat[u]


@compiled
def place_in_order(pool: Pool, guide: Guide, plan: Plan, order: Ints, floor: float) -> None:
    """Give each project without one, in order, its first candidate that fits.

    floor: margins below it are left alone, unless the project is required.
    """
    for i in order:
        if plan.chosen[i] >= 0:
            continue
        for k in range(pool.start[i], pool.start[i + 1]):
            if pool.value[k] - guide.toll[k] < floor and not pool.required[i]:
                break
            if fits(pool, plan.left, k):
                put(pool, plan, i, k)
                break


@compiled
def standing(pool: Pool, chosen: Ints) -> tuple[int, int]:
    """Give how many required projects a plan leaves out, and what it is worth."""
    missing, value = 0, 0
    for i in range(len(chosen)):
        if chosen[i] >= 0:
            value += pool.value[chosen[i]]
        elif pool.required[i]:
            missing += 1
    return missing, value


@compiled
def movable(pool: Pool, guide: Guide, chosen: Ints, tolerance: float) -> Ints:
    """Give the projects that do not have their best margin; a pool sorted by margin is meant."""
    some = np.empty(len(chosen), dtype=np.int64)
    count = 0
    for i in range(len(chosen)):
        first = pool.start[i]
        if first == pool.start[i + 1]:
            continue
        best = pool.value[first] - guide.toll[first]
        if not pool.required[i]:
            best = max(best, 0.0)
        k = chosen[i]
        has = pool.value[k] - guide.toll[k] if k >= 0 else (-np.inf if pool.required[i] else 0.0)
        if has < best - tolerance:
            some[count] = i
            count += 1
    return some[:count]


@compiled
def anneal(
    pool: Pool, guide: Guide, plan: Plan, best: Ints, some: Ints, schedule: Schedule, seed: int
) -> tuple[int, int]:
    """Make moves of the given projects; keep the best plan met in ``best``, shape (n,).

    Returns the standing of ``best``. Deterministic for a seed.
    """
    np.random.seed(seed)
    missing, value = standing(pool, plan.chosen)
    least, most = standing(pool, best)
    since_saved = 0
    unsaved = False
    logged_project = np.empty(EJECTIONS + 2, dtype=np.int64)
    logged_candidate = np.empty(EJECTIONS + 2, dtype=np.int64)
    for move in range(schedule.moves):
        progress = move / schedule.moves
        share = schedule.share[0] + (schedule.share[1] - schedule.share[0]) * progress
        heat = schedule.heat[0] * (1 - progress) + schedule.heat[1] * progress
        anybody = np.random.random() < ANYBODY
        i = np.random.randint(len(best)) if anybody else some[np.random.randint(len(some))]
        k = _propose(pool, plan, i)
        if k < 0:
            continue
        n_logged = _move(pool, guide, plan, i, k, share, logged_project, logged_candidate)
        change, value_change, missing_change = _balance(
            pool, guide, plan, share, logged_project, logged_candidate, n_logged
        )
        if n_logged == 0:
            continue
        if change < 0 and (heat <= 0 or np.random.random() >= np.exp(change / heat)):
            _undo(pool, plan, logged_project, logged_candidate, n_logged)
            continue
        worsens = missing_change > 0 or (missing_change == 0 and value_change < 0)
        if unsaved and worsens and 8 * since_saved >= len(best):
            _undo(pool, plan, logged_project, logged_candidate, n_logged)
            best[:] = plan.chosen
            least, most, unsaved, since_saved = missing, value, False, 0
            continue
        missing += missing_change
        value += value_change
        since_saved += 1
        unsaved = missing < least or (missing == least and value > most)
    if unsaved:
        best[:] = plan.chosen
        least, most = missing, value
    return least, most


@compiled
def _propose(pool: Pool, plan: Plan, i: int) -> int:
    """Draw another candidate of a project, those of great margin more often; -1 if it has none."""
    count = min(pool.start[i + 1] - pool.start[i], LOOKED_AT)
    if count == 0:
        return -1
    k = pool.start[i] + int(count * np.random.random() * np.random.random())
    return k if k != plan.chosen[i] else -1


@compiled
def _move(
    pool: Pool,
    guide: Guide,
    plan: Plan,
    i: int,
    k: int,
    share: float,
    logged_project: Ints,
    logged_candidate: Ints,
) -> int:
    """Give project i candidate k, eject who stands in the way and put them elsewhere.

    The log takes each project's candidate before the move. Returns its length, 0 if the move was given up.
    """
    logged_project[0], logged_candidate[0] = i, plan.chosen[i]
    n_logged = 1
    take_out(pool, plan, i)
    for u in range(pool.use_start[k], pool.use_start[k + 1]):
        r = pool.use_resource[u]
        while pool.use_amount[u] > plan.left[r]:
            if n_logged > EJECTIONS:
                _undo(pool, plan, logged_project, logged_candidate, n_logged)
                return 0
            victim = _victim(pool, guide, plan, r, pool.use_amount[u] - plan.left[r], share)
            logged_project[n_logged], logged_candidate[n_logged] = victim, plan.chosen[victim]
            n_logged += 1
            take_out(pool, plan, victim)
    put(pool, plan, i, k)
    for place in range(1, n_logged):
        _reinsert(pool, guide, plan, logged_project[place], share)
    return n_logged


@compiled
def _victim(pool: Pool, guide: Guide, plan: Plan, r: int, need: int, share: float) -> int:
    """Choose a user of a resource to eject: of a few at random, the one worth least for what it frees."""
    victim, least = -1, np.inf
    for _ in range(VICTIMS_SEEN):
        u = plan.drawer[plan.room[r] + np.random.randint(plan.n_drawers[r])]
        j = guide.use_project[u]
        k = plan.chosen[j]
        first = pool.start[j]
        regret = (pool.value[first] - guide.toll[first]) - (pool.value[k] - guide.toll[k])
        worth = (pool.value[k] - share * guide.toll[k] - regret) / min(pool.use_amount[u], need)
        if worth < least or victim < 0:
            victim, least = j, worth
    return victim


@compiled
def _reinsert(pool: Pool, guide: Guide, plan: Plan, j: int, share: float) -> None:
    """Put a project on the best of its first candidates that fits and is worth placing."""
    best, most = -1, -np.inf if pool.required[j] else 0.0
    for k in range(pool.start[j], min(pool.start[j] + LOOKED_AT, pool.start[j + 1])):
        worth = pool.value[k] - share * guide.toll[k]
        if worth > most and fits(pool, plan.left, k):
            best, most = k, worth
    if best >= 0:
        put(pool, plan, j, best)


@compiled
def _balance(
    pool: Pool,
    guide: Guide,
    plan: Plan,
    share: float,
    logged_project: Ints,
    logged_candidate: Ints,
    n_logged: int,
) -> tuple[float, int, int]:
    """Give what a move changed: worth as the search sees it, value, and required projects left out."""
    worth, value, missing = 0.0, 0, 0
    for place in range(n_logged):
        i, before = logged_project[place], logged_candidate[place]
        after = plan.chosen[i]
        if after >= 0:
            worth += pool.value[after] - share * guide.toll[after]
            value += pool.value[after]
        if before >= 0:
            worth -= pool.value[before] - share * guide.toll[before]
            value -= pool.value[before]
        if pool.required[i] and (after < 0) != (before < 0):
            missing += 1 if after < 0 else -1
    return worth - missing * guide.unplaced_cost, value, missing


@compiled
def _undo(pool: Pool, plan: Plan, logged_project: Ints, logged_candidate: Ints, n_logged: int) -> None:
    """Give every logged project its candidate back."""
    for place in range(n_logged):
        take_out(pool, plan, logged_project[place])
    for place in range(n_logged):
        if logged_candidate[place] >= 0:
            put(pool, plan, logged_project[place], logged_candidate[place])
