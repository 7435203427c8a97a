"""Annealing by ejection chains, guided by prices, over plans that may overdraw a resource at a cost.

A move gives one project another candidate. Where that overdraws a resource, one of its drawers is sent
elsewhere, the one that can go at least cost; that may overdraw another, and so on: a chain. What is overdrawn
costs a weight times its price, and the weight adapts: it rises while a resource stays overdrawn, else falls.
While hot, a candidate counts for its value less a share β of the price of what it draws, so that scarce
resources are not wasted; β falls to 0 with the temperature. See docs/explanation/search.md.
"""

from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._pool import Pool, fits
from yinfeng.core.matching.problem import Floats, Ints

CHAIN: Final = 5
"""Projects moved by one move at most."""
OPTIONS: Final = 24
"""Candidates of a project considered, by falling margin."""
LEAST_SETTLING: Final = 200
"""Moves after which the weights are looked at again, at least; else as many as there are projects."""
OVERDRAWN: Final = 0.5
"""How many resources may be overdrawn at a time, on average, once the weights have settled."""
RISE: Final = 1.2
"""Factor by which the weight of an overdrawn resource rises."""
LIGHTEST: Final = 0.2
HEAVIEST: Final = 1e3
"""Least and greatest weight."""
FORBIDDEN: Final = 1e9
"""Weight at which nothing is overdrawn any more."""


class Plan(NamedTuple):
    """A plan under way, changed in place: who takes what, what is left, and who draws on each resource."""

    chosen: Ints  # (n,) candidate, -1 where left out
    left: Ints  # (R,) capacity not drawn; below 0 where overdrawn
    drawer: Ints  # (U,) uses drawing on resource r are drawer[room[r]:room[r] + n_drawers[r]]
    room: Ints  # (R + 1,) a run for each resource, as long as its uses in the pool
    n_drawers: Ints  # (R,)
    seat: Ints  # (U,) where in `drawer` a use stands; meaningless while its candidate is not chosen


class Guide(NamedTuple):
    """What steers the search; constant while it runs."""

    margin: Floats  # (K,) value less the price of what a candidate draws
    price: Floats  # (R,) >= 0
    penalty: Floats  # (R,) > 0: what a unit overdrawn costs at weight 1
    use_project: Ints  # (U,) project of a use
    binding: int  # resources whose price is above 0


class Schedule(NamedTuple):
    """How a stretch of moves is steered from its begin to its end."""

    moves: int
    heat: tuple[float, float]  # temperature, in value
    share: tuple[float, float]  # β
    seen: int  # drawers of an overdrawn resource looked at
    lightest: float  # weight below which none falls


class Toll(NamedTuple):
    """What drawing on resources costs at the moment, in value a unit."""

    drawn: Floats  # (R,) what a unit drawn earns, in the search's eyes: (1 - β) of its price
    over: Floats  # (R,) what a unit overdrawn costs


class Chain(NamedTuple):
    """Projects that move together; candidates -1 for none."""

    project: Ints  # (CHAIN,)
    before: Ints  # (CHAIN,)
    after: Ints  # (CHAIN,)


class Stretch(NamedTuple):
    """What a stretch of moves came to."""

    value: int  # of the best plan met
    accepted: int  # moves
    work: int  # uses looked at


def plan_of(pool: Pool, chosen: Ints) -> Plan:
    """Give the plan under way that places projects as chosen, shape (n,)."""
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
def remaining(pool: Pool, chosen: Ints) -> Ints:
    """Give what a plan leaves of each resource, below 0 where overdrawn; shape (R,)."""
    left = pool.capacity.copy()
    for i in range(len(chosen)):
        if chosen[i] >= 0:
            for u in range(pool.use_start[chosen[i]], pool.use_start[chosen[i] + 1]):
                left[pool.use_resource[u]] -= pool.use_amount[u]
    return left


@compiled
def mend(pool: Pool, margin: Floats, chosen: Ints, left: Ints, order: Ints, floor: float) -> None:
    """Leave out, last of the order first, whoever draws on an overdrawn resource; then place who still fits.

    Each project without a candidate gets, in order, its first that fits. floor: margins below it are left
    alone, unless the project is required. Changes ``chosen``, shape (n,), and ``left``, shape (R,).
    """
    for i in order[::-1]:
        k = chosen[i]
        if k >= 0:
            for u in range(pool.use_start[k], pool.use_start[k + 1]):
                if left[pool.use_resource[u]] < 0:
                    chosen[i] = -1
            if chosen[i] < 0:
                for u in range(pool.use_start[k], pool.use_start[k + 1]):
                    left[pool.use_resource[u]] += pool.use_amount[u]
    for i in order:
        if chosen[i] >= 0:
            continue
        for k in range(pool.start[i], pool.start[i + 1]):
            if margin[k] < floor and not pool.required[i]:
                break
            if fits(pool, left, k):
                chosen[i] = k
                for u in range(pool.use_start[k], pool.use_start[k + 1]):
                    left[pool.use_resource[u]] -= pool.use_amount[u]
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
def options(pool: Pool, margin: Floats, width: float) -> Ints:
    """Give how many first candidates of each project lie within ``width`` of its best margin; shape (n,).

    A pool sorted by margin is meant; 0 is the best margin of a project better left out.
    """
    count = np.zeros(len(pool.required), dtype=np.int64)
    for i in range(len(pool.required)):
        first, last = pool.start[i], min(pool.start[i + 1], pool.start[i] + OPTIONS)
        if first < last:
            best = margin[first] if pool.required[i] else max(margin[first], 0.0)
            k = first
            while k < last and best - margin[k] <= width:
                k += 1
            count[i] = k - first
    return count


@compiled
def anneal(
    pool: Pool,
    guide: Guide,
    plan: Plan,
    best: Ints,
    best_value: int,
    weight: Floats,
    some: Ints,
    count: Ints,
    schedule: Schedule,
    seed: int,
) -> Stretch:
    """Make moves of the projects ``some``; keep in ``best``, shape (n,), the best plan met that holds.

    best_value: worth of ``best``. weight: of resources overdrawn, shape (R,), changed. count: as from
    `options`. Every required project must be placed, overdrawing if need be. Deterministic for a seed.
    """
    np.random.seed(seed)
    toll = Toll(np.empty(len(weight)), np.empty(len(weight)))
    chain = Chain(
        np.empty(CHAIN, dtype=np.int64), np.empty(CHAIN, dtype=np.int64), np.empty(CHAIN, dtype=np.int64)
    )
    changed, is_changed = np.empty(len(best), dtype=np.int64), plan.chosen != best
    n_changed = 0
    for i in np.flatnonzero(is_changed):
        changed[n_changed] = i
        n_changed += 1
    value, overdrawn = standing(pool, plan.chosen)[1], (plan.left < 0).sum()
    accepted, work, heat = 0, 0, schedule.heat[0]
    for move in range(schedule.moves):
        if move % max(len(best), LEAST_SETTLING) == 0:
            heat = _settle(guide, plan.left, weight, toll, schedule, move / schedule.moves)
        allowed = -heat * np.log(1.0 - np.random.random())
        cost, length, looked = _chain(pool, guide, plan, toll, chain, some, count, schedule.seen, allowed)
        work += looked
        if length == 0 or cost > allowed:
            continue
        accepted += 1
        for link in range(length):
            i = chain.project[link]
            overdrawn += _give(pool, plan, i, chain.after[link])
            value += _worth(pool, chain.after[link]) - _worth(pool, chain.before[link])
            if not is_changed[i]:
                changed[n_changed], is_changed[i] = i, True
                n_changed += 1
        if overdrawn == 0 and value > best_value:
            best_value = value
            for i in changed[:n_changed]:
                best[i], is_changed[i] = plan.chosen[i], False
            n_changed = 0
    return Stretch(best_value, accepted, work)


@compiled
def _settle(
    guide: Guide, left: Ints, weight: Floats, toll: Toll, schedule: Schedule, progress: float
) -> float:
    """Let the weights rise or fall and give the temperature at a part of a stretch; sets ``toll``."""
    share = schedule.share[0] + (schedule.share[1] - schedule.share[0]) * progress
    fall = RISE ** (-OVERDRAWN / max(guide.binding, 10))
    for r in range(len(left)):
        factor = RISE if left[r] < 0 else fall
        weight[r] = min(max(weight[r] * factor, schedule.lightest), max(HEAVIEST, schedule.lightest))
        toll.over[r] = weight[r] * guide.penalty[r]
        toll.drawn[r] = (1 - share) * guide.price[r]
    return schedule.heat[0] + (schedule.heat[1] - schedule.heat[0]) * progress


@compiled
def _chain(
    pool: Pool,
    guide: Guide,
    plan: Plan,
    toll: Toll,
    chain: Chain,
    some: Ints,
    count: Ints,
    seen: int,
    allowed: float,
) -> tuple[float, int, int]:
    """Draw a move and lengthen it to a chain until it costs no more than ``allowed``.

    Returns its cost, its length, 0 for none, and the uses looked at. The plan is as before.
    """
    i = some[np.random.randint(len(some))]
    choice = np.random.randint(count[i] + (0 if pool.required[i] else 1))
    k = pool.start[i] + choice if choice < count[i] else -1
    if k == plan.chosen[i]:
        return 0.0, 0, 1
    chain.project[0], chain.before[0], chain.after[0] = i, plan.chosen[i], k
    cost, length, work = _shift(pool, guide, plan.left, toll, plan.chosen[i], k), 1, 2
    while cost > allowed and length < CHAIN and k >= 0:
        r = _worst(pool, plan, toll, k)
        if r < 0:
            break
        j, k, looked = _sent_away(pool, guide, plan, toll, r, chain.project[:length], count, seen)
        work += looked
        if j < 0:
            break
        chain.project[length], chain.before[length], chain.after[length] = j, plan.chosen[j], k
        cost += _shift(pool, guide, plan.left, toll, plan.chosen[j], k)
        length += 1
    for link in range(length):
        _draw(pool, plan.left, chain.after[link], 1)
        _draw(pool, plan.left, chain.before[link], -1)
    return cost, length, work


@compiled
def _give(pool: Pool, plan: Plan, i: int, k: int) -> int:
    """Give a project another candidate, -1 for none; returns how many more resources are overdrawn."""
    before, more = plan.chosen[i], 0
    if before >= 0:
        more -= _overdrawn(pool, plan.left, before)
        take_out(pool, plan, i)
        more += _overdrawn(pool, plan.left, before)
    if k >= 0:
        more -= _overdrawn(pool, plan.left, k)
        put(pool, plan, i, k)
        more += _overdrawn(pool, plan.left, k)
    return more


@compiled
def _worth(pool: Pool, k: int) -> int:
    return pool.value[k] if k >= 0 else 0


@compiled
def _draw(pool: Pool, left: Ints, k: int, sign: int) -> None:
    """Give back what a candidate draws (sign 1), or draw it (-1)."""
    if k >= 0:
        for u in range(pool.use_start[k], pool.use_start[k + 1]):
            left[pool.use_resource[u]] += sign * pool.use_amount[u]


@compiled
def _overdrawn(pool: Pool, left: Ints, k: int) -> int:
    """Count the overdrawn resources among those of a candidate."""
    count = 0
    for u in range(pool.use_start[k], pool.use_start[k + 1]):
        count += left[pool.use_resource[u]] < 0
    return count


@compiled
def _worst(pool: Pool, plan: Plan, toll: Toll, k: int) -> int:
    """Give the resource of a candidate whose overdraft costs most, -1 if none is overdrawn."""
    worst, most = -1, 0.0
    for u in range(pool.use_start[k], pool.use_start[k + 1]):
        r = pool.use_resource[u]
        if plan.left[r] < 0 and plan.n_drawers[r] > 0 and -plan.left[r] * toll.over[r] > most:
            worst, most = r, -plan.left[r] * toll.over[r]
    return worst


@compiled
def _shift(pool: Pool, guide: Guide, left: Ints, toll: Toll, before: int, after: int) -> float:
    """Give back what one candidate draws and draw another's instead; returns what that costs.

    -1 stands for none. The cost is what the search minimises: margins lost, less what is drawn at
    ``toll.drawn``, and what is overdrawn at ``toll.over``.
    """
    cost = 0.0
    if before >= 0:
        cost += guide.margin[before]
        for u in range(pool.use_start[before], pool.use_start[before + 1]):
            r, amount = pool.use_resource[u], pool.use_amount[u]
            cost += toll.drawn[r] * amount
            if left[r] < 0:
                cost -= toll.over[r] * min(amount, -left[r])
            left[r] += amount
    if after >= 0:
        cost -= guide.margin[after]
        for u in range(pool.use_start[after], pool.use_start[after + 1]):
            r, amount = pool.use_resource[u], pool.use_amount[u]
            cost -= toll.drawn[r] * amount
            left[r] -= amount
            if left[r] < 0:
                cost += toll.over[r] * min(amount, -left[r])
    return cost


@compiled
def _drawing_cost(pool: Pool, guide: Guide, left: Ints, toll: Toll, k: int, most: float) -> float:
    """Give what drawing a candidate would cost; once it passes ``most`` by what it overdraws, that."""
    cost: float = -guide.margin[k]
    for u in range(pool.use_start[k], pool.use_start[k + 1]):
        r, amount = pool.use_resource[u], pool.use_amount[u]
        cost -= toll.drawn[r] * amount
        if amount > left[r]:
            cost += toll.over[r] * min(amount, amount - left[r])
            if cost > most:
                return cost
    return cost


@compiled
def _sent_away(
    pool: Pool,
    guide: Guide,
    plan: Plan,
    toll: Toll,
    r: int,
    moved: Ints,
    count: Ints,
    seen: int,
) -> tuple[int, int, int]:
    """Choose who leaves an overdrawn resource, and for which candidate (-1: none), at least cost.

    moved: projects of the chain so far, which stay. Returns -1 for the project if nobody can leave, and the
    uses looked at.
    """
    least, leaver, goal, work = np.inf, -1, -1, 0
    margin, left, over = guide.margin, plan.left, -plan.left[r]
    at = np.random.randint(plan.n_drawers[r])
    for _ in range(min(plan.n_drawers[r], seen)):
        at = at + 1 if at + 1 < plan.n_drawers[r] else 0
        u = plan.drawer[plan.room[r] + at]
        j, amount = guide.use_project[u], pool.use_amount[u]
        k, first = plan.chosen[j], pool.start[j]
        work += 1
        is_moved = False
        for other in moved:
            is_moved = is_moved or other == j
        best = margin[first] if pool.required[j] else max(margin[first], 0.0)
        hope = margin[k] - best + toll.drawn[r] * amount - toll.over[r] * min(amount, over)
        if is_moved or hope >= least:
            continue
        freed = _shift(pool, guide, left, toll, k, -1)
        if not pool.required[j] and freed < least:
            least, leaver, goal = freed, j, -1
        for other in range(first, first + count[j]):
            if other != k:
                cost = freed + _drawing_cost(pool, guide, left, toll, other, least - freed)
                if cost < least:
                    least, leaver, goal = cost, j, other
        work += (1 + count[j]) * (pool.use_start[k + 1] - pool.use_start[k])
        _draw(pool, left, k, -1)
    return leaver, goal, work
