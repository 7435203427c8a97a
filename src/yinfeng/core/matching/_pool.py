"""The candidates a method works on: a sub-set of a problem's candidates as plain arrays."""

from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching.problem import Bools, Floats, Ints, Problem


class Drawing(Protocol):
    """Candidates that draw on resources: a `Pool`, or what the search packs it into."""

    @property
    def use_start(self) -> NDArray[Any]: ...  # (K + 1,)
    @property
    def use_resource(self) -> NDArray[Any]: ...  # (U,)
    @property
    def use_amount(self) -> NDArray[Any]: ...  # (U,)


class Pool(NamedTuple):
    """Candidates under consideration. Projects and resources keep their places in the problem.

    A tuple, because compiled functions read its fields by name. Shapes as in `Problem`, with K and U
    of the candidates kept.
    """

    required: Bools  # (n,)
    start: Ints  # (n + 1,)
    value: Ints  # (K,)
    use_start: Ints  # (K + 1,)
    use_resource: Ints  # (U,)
    use_amount: Ints  # (U,)
    capacity: Ints  # (R,)
    origin: Ints  # (K,) candidate in the problem


def usable(problem: Problem) -> Pool:
    """Give the candidates that some best plan may hold.

    Left out are those that draw more than a whole capacity, and those of projects that need not be
    placed whose value is not above 0: leaving the project out is worth as much and draws nothing.
    """
    return without_slack_resources(worthwhile(problem))


def worthwhile(problem: Problem) -> Pool:
    """Give the candidates as `usable` does, with all their uses: also of resources that cannot run out."""
    whole = Pool(
        required=problem.required.copy(),  # a copy can be written to: compiled code knows no frozen arrays
        start=problem.start,
        value=problem.value,
        use_start=problem.use_start,
        use_resource=problem.use_resource,
        use_amount=problem.use_amount,
        capacity=problem.capacity.copy(),
        origin=np.arange(problem.n_candidates),
    )
    keep = (whole.value > 0) | np.repeat(whole.required, np.diff(whole.start))
    too_much = np.flatnonzero(whole.use_amount > whole.capacity[whole.use_resource])
    keep[np.searchsorted(whole.use_start, too_much, side="right") - 1] = False
    return narrow(whole, np.flatnonzero(keep))


def without_slack_resources(pool: Pool) -> Pool:
    """Forget uses of resources that cannot run out even if every project draws its most."""
    return drawing_on(pool, peak_demand(pool) > pool.capacity)


def drawing_on(pool: Pool, resources: Bools) -> Pool:
    """Forget uses of all but some resources, shape (R,)."""
    kept = resources[pool.use_resource]
    return pool._replace(
        use_start=np.concatenate([[0], np.cumsum(kept)])[pool.use_start].astype(np.int64),
        use_resource=pool.use_resource[kept],
        use_amount=pool.use_amount[kept],
    )


@compiled
def peak_demand(pool: Pool) -> Floats:
    """Sum over projects the most each can draw from a resource, never below the true sum; shape (R,)."""
    peak = np.zeros(len(pool.capacity))
    most = np.zeros(len(pool.capacity), dtype=np.int64)
    for i in range(len(pool.required)):
        uses = range(pool.use_start[pool.start[i]], pool.use_start[pool.start[i + 1]])
        for u in uses:
            most[pool.use_resource[u]] = max(most[pool.use_resource[u]], pool.use_amount[u])
        for u in uses:
            r = pool.use_resource[u]
            peak[r] += most[r]
            most[r] = 0
    return peak * (1 + 2.0**-30)


def narrow(pool: Pool, kept: Ints) -> Pool:
    """Keep some candidates, in the order given: project by project, as in the pool."""
    n, n_uses = len(pool.required), np.diff(pool.use_start)[kept]
    project = np.repeat(np.arange(n), np.diff(pool.start))[kept]
    use_start = np.concatenate([[0], np.cumsum(n_uses)]).astype(np.int64)
    uses = np.repeat(pool.use_start[kept] - use_start[:-1], n_uses) + np.arange(use_start[-1])
    return pool._replace(
        start=np.concatenate([[0], np.cumsum(np.bincount(project, minlength=n))]).astype(np.int64),
        value=pool.value[kept],
        use_start=use_start,
        use_resource=pool.use_resource[uses],
        use_amount=pool.use_amount[uses],
        origin=pool.origin[kept],
    )


def in_problem(pool: Pool, chosen: Ints) -> Ints:
    """Give a plan over the pool as a plan over the problem; shape (n,)."""
    placed = chosen >= 0
    plan = np.full(len(chosen), -1, dtype=np.int64)
    plan[placed] = pool.origin[chosen[placed]]
    return plan


def in_pool(pool: Pool, plan: Ints, n_candidates: int) -> Ints:
    """Give a plan over the problem as a plan over the pool; a candidate the pool lacks becomes -1."""
    place = np.full(n_candidates + 1, -1, dtype=np.int64)
    place[pool.origin] = np.arange(len(pool.origin))
    return place[plan]


@compiled
def margins(pool: Pool, price: Floats) -> Floats:
    """Give each candidate's value less the price of what it draws; shape (K,)."""
    margin = np.empty(len(pool.value))
    for k in range(len(pool.value)):
        toll = 0.0
        for u in range(pool.use_start[k], pool.use_start[k + 1]):
            toll += price[pool.use_resource[u]] * pool.use_amount[u]
        margin[k] = pool.value[k] - toll
    return margin


@compiled
def best_margin(pool: Pool, margin: Floats) -> Floats:
    """Give each project's best margin, 0 for a project better left out; shape (n,).

    It is -inf for a required project without candidates.
    """
    best = np.empty(len(pool.required))
    for i in range(len(pool.required)):
        best[i] = -np.inf if pool.required[i] else 0.0
        for k in range(pool.start[i], pool.start[i + 1]):
            best[i] = max(best[i], margin[k])
    return best


def order_by_margin(pool: Pool, margin: Floats) -> Ints:
    """Give the candidates, each project's by falling margin (ties: lower index first); shape (K,)."""
    order = np.arange(len(pool.value))
    # Not compiled: a sort takes four seconds to compile, and the calls are as nothing beside the sorting.
    for first, last in pairwise(pool.start.tolist()):
        order[first:last] = first + np.argsort(-margin[first:last], kind="stable")
    return order


@compiled
def fits(pool: Drawing, left: NDArray[Any], k: int) -> bool:
    """Say whether what is left of the resources, shape (R,), suffices for a candidate."""
    for u in range(pool.use_start[k], pool.use_start[k + 1]):
        if pool.use_amount[u] > left[pool.use_resource[u]]:
            return False
    return True


@compiled
def first_come(pool: Pool, order: Ints) -> Ints:
    """Give each project, in order, its candidate of greatest value that still fits; shape (n,), a plan.

    Ties go to the lower index. One look at each candidate: a plan is there before any prices are.
    """
    left = pool.capacity.copy()
    chosen = np.full(len(pool.required), -1, dtype=np.int64)
    for i in order:
        for k in range(pool.start[i], pool.start[i + 1]):
            if (chosen[i] < 0 or pool.value[k] > pool.value[chosen[i]]) and fits(pool, left, k):
                chosen[i] = k
        if chosen[i] >= 0:
            for u in range(pool.use_start[chosen[i]], pool.use_start[chosen[i] + 1]):
                left[pool.use_resource[u]] -= pool.use_amount[u]
    return chosen
