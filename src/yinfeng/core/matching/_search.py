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
from yinfeng.core.matching._pool import Pool, fits, margins
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small

CHAIN: Final = 5
"""Projects moved by one move at most."""
OPTIONS: Final = 24
"""Candidates of a project considered, by falling margin."""
SETTLINGS: Final = 2
"""How often the weights are looked at again in as many moves as there are projects;"""
LEAST_SETTLING: Final = 200
"""but not before so many moves."""
OVERDRAWN: Final = 0.5
"""How many resources may be overdrawn at a time, on average, once the weights have settled."""
RISE: Final = 1.2
"""Factor by which the weight of an overdrawn resource rises."""
LIGHTEST: Final = 0.2
HEAVIEST: Final = 1e3
"""Least and greatest weight."""
FORBIDDEN: Final = 1e9
"""Weight at which nothing is overdrawn any more."""


class Arena(NamedTuple):
    """What the search runs over, packed for the cache: candidates by falling margin, and what steers it.

    Amounts are whole numbers below 2⁵³ in float64, so that sums of them are exact.
    """

    required: Bools  # (n,)
    start: Small  # (n + 1,) candidates of project i are start[i]:start[i + 1]
    value: Ints  # (K,)
    margin: Floats  # (K,) value less the price of what a candidate draws
    use_start: Small  # (K + 1,)
    use_resource: Small  # (U,)
    use_amount: Floats  # (U,)
    capacity: Floats  # (R,)
    price: Floats  # (R,) >= 0
    penalty: Floats  # (R,) > 0: what a unit overdrawn costs at weight 1
    binding: int  # resources whose price is above 0
    width: int  # most uses of a candidate


class Plan(NamedTuple):
    """A plan under way, changed in place: who takes what, what is left, and who draws on each resource.

    Use number s of project i's candidate has seat i · width + s; the seats drawing on a resource make a ring.
    """

    chosen: Ints  # (n,) candidate, -1 where left out
    left: Floats  # (R,) capacity not drawn; below 0 where overdrawn
    first: Small  # (R,) a seat of the resource's ring; meaningless where nobody draws
    n_drawers: Small  # (R,)
    following: Small  # (n · width,) next seat of the ring
    previous: Small  # (n · width,)


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


def arena_of(pool: Pool, price: Floats) -> Arena:
    """Pack a pool, whose candidates stand by falling margin, for the search; overdrafts cost the price."""
    return Arena(
        required=pool.required,
        start=pool.start.astype(np.int32),
        value=pool.value,
        margin=margins(pool, price),
        use_start=pool.use_start.astype(np.int32),
        use_resource=pool.use_resource.astype(np.int32),
        use_amount=pool.use_amount.astype(np.float64),
        capacity=pool.capacity.astype(np.float64),
        price=price,
        penalty=price,
        binding=int((price > 0).sum()),
        width=int(np.diff(pool.use_start).max(initial=1)),
    )


@compiled
def mean_draw(arena: Arena) -> Floats:
    """Give what those that draw on a resource draw on average; shape (R,), 0 where nobody does."""
    drawn, n_uses = np.zeros(len(arena.capacity)), np.zeros(len(arena.capacity))
    for u in range(len(arena.use_resource)):
        drawn[arena.use_resource[u]] += arena.use_amount[u]
        n_uses[arena.use_resource[u]] += 1.0
    return drawn / np.maximum(1.0, n_uses)


def plan_of(arena: Arena, chosen: Ints) -> Plan:
    """Give the plan under way that places projects as chosen, shape (n,)."""
    seats, resources = len(arena.required) * arena.width, len(arena.capacity)
    plan = Plan(
        chosen=np.full(len(arena.required), -1, dtype=np.int64),
        left=arena.capacity.copy(),
        first=np.zeros(resources, dtype=np.int32),
        n_drawers=np.zeros(resources, dtype=np.int32),
        following=np.zeros(seats, dtype=np.int32),
        previous=np.zeros(seats, dtype=np.int32),
    )
    _put_all(arena, plan, chosen)
    return plan


@compiled
def _put_all(arena: Arena, plan: Plan, chosen: Ints) -> None:
    for i in range(len(chosen)):
        if chosen[i] >= 0:
            put(arena, plan, i, chosen[i])


@compiled
def put(arena: Arena, plan: Plan, i: int, k: int) -> None:
    """Give project i, which has none, candidate k."""
    plan.chosen[i] = k
    seat = i * arena.width
    for u in range(arena.use_start[k], arena.use_start[k + 1]):
        r = arena.use_resource[u]
        plan.left[r] -= arena.use_amount[u]
        if plan.n_drawers[r] == 0:
            plan.first[r] = plan.following[seat] = plan.previous[seat] = seat
        else:  # last of the ring
            after = plan.first[r]
            before = plan.previous[after]
            plan.following[before] = plan.previous[after] = seat
            plan.following[seat], plan.previous[seat] = after, before
        plan.n_drawers[r] += 1
        seat += 1


@compiled
def take_out(arena: Arena, plan: Plan, i: int) -> None:
    """Take project i's candidate from it, if it has one."""
    k = plan.chosen[i]
    if k < 0:
        return
    plan.chosen[i] = -1
    seat = i * arena.width
    for u in range(arena.use_start[k], arena.use_start[k + 1]):
        r = arena.use_resource[u]
        plan.left[r] += arena.use_amount[u]
        plan.n_drawers[r] -= 1
        after, before = plan.following[seat], plan.previous[seat]
        plan.following[before], plan.previous[after] = after, before
        if plan.first[r] == seat:
            plan.first[r] = after
        seat += 1


@compiled
def remaining(arena: Arena, chosen: Ints) -> Floats:
    """Give what a plan leaves of each resource, below 0 where overdrawn; shape (R,)."""
    left = arena.capacity.copy()
    for i in range(len(chosen)):
        if chosen[i] >= 0:
            for u in range(arena.use_start[chosen[i]], arena.use_start[chosen[i] + 1]):
                left[arena.use_resource[u]] -= arena.use_amount[u]
    return left


@compiled
def mend(arena: Arena, chosen: Ints, left: Floats, order: Ints, floor: float) -> None:
    """Leave out, last of the order first, whoever draws on an overdrawn resource; then place who still fits.

    Each project without a candidate gets, in order, its first that fits. floor: margins below it are left
    alone, unless the project is required. Changes ``chosen``, shape (n,), and ``left``, shape (R,).
    """
    for i in order[::-1]:
        k = chosen[i]
        if k >= 0:
            for u in range(arena.use_start[k], arena.use_start[k + 1]):
                if left[arena.use_resource[u]] < 0:
                    chosen[i] = -1
            if chosen[i] < 0:
                for u in range(arena.use_start[k], arena.use_start[k + 1]):
                    left[arena.use_resource[u]] += arena.use_amount[u]
    for i in order:
        if chosen[i] >= 0:
            continue
        for k in range(arena.start[i], arena.start[i + 1]):
            if arena.margin[k] < floor and not arena.required[i]:
                break
            if fits(arena, left, k):
                chosen[i] = k
                for u in range(arena.use_start[k], arena.use_start[k + 1]):
                    left[arena.use_resource[u]] -= arena.use_amount[u]
                break


@compiled
def standing(arena: Arena, chosen: Ints) -> tuple[int, int]:
    """Give how many required projects a plan leaves out, and what it is worth."""
    missing, value = 0, 0
    for i in range(len(chosen)):
        if chosen[i] >= 0:
            value += arena.value[chosen[i]]
        elif arena.required[i]:
            missing += 1
    return missing, value


@compiled
def options(arena: Arena, width: float) -> Ints:
    """Give how many first candidates of each project lie within ``width`` of its best margin; shape (n,).

    0 is the best margin of a project better left out.
    """
    count = np.zeros(len(arena.required), dtype=np.int64)
    for i in range(len(arena.required)):
        first, last = arena.start[i], min(arena.start[i + 1], arena.start[i] + OPTIONS)
        if first < last:
            best = arena.margin[first] if arena.required[i] else max(arena.margin[first], 0.0)
            k = first
            while k < last and best - arena.margin[k] <= width:
                k += 1
            count[i] = k - first
    return count


@compiled
def anneal(
    arena: Arena,
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
    value, overdrawn = standing(arena, plan.chosen)[1], (plan.left < 0).sum()
    accepted, work, heat = 0, 0, schedule.heat[0]
    for move in range(schedule.moves):
        if move % max(len(best) // SETTLINGS, LEAST_SETTLING) == 0:
            heat = _settle(arena, plan.left, weight, toll, schedule, move / schedule.moves)
        allowed = -heat * np.log(1.0 - np.random.random())
        cost, length, looked = _chain(arena, plan, toll, chain, some, count, schedule.seen, allowed)
        work += looked
        if length == 0 or cost > allowed:
            continue
        accepted += 1
        for link in range(length):
            i = chain.project[link]
            overdrawn += _give(arena, plan, i, chain.after[link])
            value += _worth(arena, chain.after[link]) - _worth(arena, chain.before[link])
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
    arena: Arena, left: Floats, weight: Floats, toll: Toll, schedule: Schedule, progress: float
) -> float:
    """Let the weights rise or fall and give the temperature at a part of a stretch; sets ``toll``."""
    share = schedule.share[0] + (schedule.share[1] - schedule.share[0]) * progress
    fall = RISE ** (-OVERDRAWN / max(arena.binding, 10))
    for r in range(len(left)):
        factor = RISE if left[r] < 0 else fall
        weight[r] = min(max(weight[r] * factor, schedule.lightest), max(HEAVIEST, schedule.lightest))
        toll.over[r] = max(weight[r], 1 - share) * arena.penalty[r]
        toll.drawn[r] = (1 - share) * arena.price[r]
    return schedule.heat[0] + (schedule.heat[1] - schedule.heat[0]) * progress


@compiled
def _chain(
    arena: Arena,
    plan: Plan,
    toll: Toll,
    chain: Chain,
    some: Ints,
    count: Ints,
    seen: int,
    allowed: float,
) -> tuple[float, int, int]:
    """Draw a move and lengthen it to a chain until it costs no more than ``allowed``.

    Nobody is sent away who could not bring the cost down to that at best. Returns its cost, its length, 0 for
    none, and the uses looked at. The plan is as before.
    """
    i = some[np.random.randint(len(some))]
    n_options = count[i] + (0 if arena.required[i] else 1)
    choice = int(n_options * np.random.random() * np.random.random())  # the first ones more often
    k = arena.start[i] + choice if choice < count[i] else -1
    if k == plan.chosen[i]:
        return 0.0, 0, 1
    chain.project[0], chain.before[0], chain.after[0] = i, plan.chosen[i], k
    cost, length, work = _shift(arena, plan.left, toll, plan.chosen[i], k), 1, 2
    while cost > allowed and length < CHAIN and k >= 0:
        r = _worst(arena, plan, toll, k)
        if r < 0:
            break
        j, k, looked = _sent_away(arena, plan, toll, r, chain.project[:length], count, seen, allowed - cost)
        work += looked
        if j < 0:
            break
        chain.project[length], chain.before[length], chain.after[length] = j, plan.chosen[j], k
        cost += _shift(arena, plan.left, toll, plan.chosen[j], k)
        length += 1
    for link in range(length):
        _draw(arena, plan.left, chain.after[link], 1)
        _draw(arena, plan.left, chain.before[link], -1)
    return cost, length, work


@compiled
def _give(arena: Arena, plan: Plan, i: int, k: int) -> int:
    """Give a project another candidate, -1 for none; returns how many more resources are overdrawn."""
    before, more = plan.chosen[i], 0
    if before >= 0:
        more -= _overdrawn(arena, plan.left, before)
        take_out(arena, plan, i)
        more += _overdrawn(arena, plan.left, before)
    if k >= 0:
        more -= _overdrawn(arena, plan.left, k)
        put(arena, plan, i, k)
        more += _overdrawn(arena, plan.left, k)
    return more


@compiled
def _worth(arena: Arena, k: int) -> int:
    return arena.value[k] if k >= 0 else 0


@compiled
def _draw(arena: Arena, left: Floats, k: int, sign: int) -> None:
    """Give back what a candidate draws (sign 1), or draw it (-1)."""
    if k >= 0:
        for u in range(arena.use_start[k], arena.use_start[k + 1]):
            left[arena.use_resource[u]] += sign * arena.use_amount[u]


@compiled
def _overdrawn(arena: Arena, left: Floats, k: int) -> int:
    """Count the overdrawn resources among those of a candidate."""
    count = 0
    for u in range(arena.use_start[k], arena.use_start[k + 1]):
        count += left[arena.use_resource[u]] < 0
    return count


@compiled
def _worst(arena: Arena, plan: Plan, toll: Toll, k: int) -> int:
    """Give the resource of a candidate whose overdraft costs most, -1 if none is overdrawn."""
    worst, most = -1, 0.0
    for u in range(arena.use_start[k], arena.use_start[k + 1]):
        r = arena.use_resource[u]
        if plan.left[r] < 0 and plan.n_drawers[r] > 0 and -plan.left[r] * toll.over[r] > most:
            worst, most = r, -plan.left[r] * toll.over[r]
    return worst


@compiled
def _shift(arena: Arena, left: Floats, toll: Toll, before: int, after: int) -> float:
    """Give back what one candidate draws and draw another's instead; returns what that costs.

    -1 stands for none. The cost is what the search minimises: margins lost, less what is drawn at
    ``toll.drawn``, and what is overdrawn at ``toll.over``.
    """
    cost = 0.0
    if before >= 0:
        cost += arena.margin[before]
        for u in range(arena.use_start[before], arena.use_start[before + 1]):
            r, amount = arena.use_resource[u], arena.use_amount[u]
            cost += toll.drawn[r] * amount
            if left[r] < 0:
                cost -= toll.over[r] * min(amount, -left[r])
            left[r] += amount
    if after >= 0:
        cost -= arena.margin[after]
        for u in range(arena.use_start[after], arena.use_start[after + 1]):
            r, amount = arena.use_resource[u], arena.use_amount[u]
            cost -= toll.drawn[r] * amount
            left[r] -= amount
            if left[r] < 0:
                cost += toll.over[r] * min(amount, -left[r])
    return cost


@compiled
def _drawing_cost(arena: Arena, left: Floats, toll: Toll, k: int, most: float) -> float:
    """Give what drawing a candidate would cost; once it passes ``most`` by what it overdraws, that."""
    cost: float = -arena.margin[k]
    for u in range(arena.use_start[k], arena.use_start[k + 1]):
        r, amount = arena.use_resource[u], arena.use_amount[u]
        cost -= toll.drawn[r] * amount
        if amount > left[r]:
            cost += toll.over[r] * min(amount, amount - left[r])
            if cost > most:
                return cost
    return cost


@compiled
def _sent_away(
    arena: Arena,
    plan: Plan,
    toll: Toll,
    r: int,
    moved: Ints,
    count: Ints,
    seen: int,
    most: float,
) -> tuple[int, int, int]:
    """Choose who leaves an overdrawn resource, and for which candidate (-1: none), at least cost.

    moved: projects of the chain so far, which stay. most: who costs more whatever comes after stays too.
    Returns -1 for the project if nobody can leave, and the uses looked at.
    """
    least, leaver, goal, work = np.inf, -1, -1, 0
    margin, left, over = arena.margin, plan.left, -plan.left[r]
    seat = plan.first[r]
    for _ in range(min(plan.n_drawers[r], seen)):
        j = seat // arena.width
        k, first = plan.chosen[j], arena.start[j]
        amount = arena.use_amount[arena.use_start[k] + seat - j * arena.width]
        seat = plan.following[seat]
        work += 1
        is_moved = False
        for other in moved:
            is_moved = is_moved or other == j
        best = margin[first] if arena.required[j] else max(margin[first], 0.0)
        hope = margin[k] - best + toll.drawn[r] * amount - toll.over[r] * min(amount, over)
        if is_moved or hope >= min(least, most):
            continue
        freed = _shift(arena, left, toll, k, -1)
        if not arena.required[j] and freed < least:
            least, leaver, goal = freed, j, -1
        for other in range(first, first + count[j]):
            if other != k:
                cost = freed + _drawing_cost(arena, left, toll, other, least - freed)
                if cost < least:
                    least, leaver, goal = cost, j, other
        work += (1 + count[j]) * (arena.use_start[k + 1] - arena.use_start[k])
        _draw(arena, left, k, -1)
    plan.first[r] = seat  # whoever was looked at comes last the next time
    return leaver, goal, work
