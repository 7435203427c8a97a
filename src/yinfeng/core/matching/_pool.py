"""The candidates a method works on: a sub-set of a problem's candidates as plain arrays."""

from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from yinfeng.core.matching._compiled import compiled, for_kernels
from yinfeng.core.matching._halves import ends_of_blocks, in_blocks
from yinfeng.core.matching.problem import Bools, Floats, Ints, Problem

SHORT_RUN: Final = 16
"""Candidates that are sorted by insertion."""


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

    A tuple, because compiled functions read its fields by name. Never written to: its arrays may be the
    problem's. Shapes as in `Problem`, with K and U of the candidates kept.
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
    placed whose value is not above 0: leaving the project out is worth as much and draws nothing. Left
    out are uses of resources that cannot run out even if every project draws its most.
    """
    pool = every_candidate(problem)
    keep = _worthwhile(pool)
    return _kept(pool, keep, _not_slack(pool, peak_demand(pool, keep)))


def worthwhile(problem: Problem) -> Pool:
    """Give the candidates as `usable` does, with all their uses: also of resources that cannot run out."""
    pool = every_candidate(problem)
    return _kept(pool, _worthwhile(pool), np.ones(problem.n_resources, dtype=np.bool_))


def every_candidate(problem: Problem) -> Pool:
    """Give all candidates, in the problem's own memory: a pool is never written to."""
    return Pool(
        required=for_kernels(problem.required),
        start=for_kernels(problem.start),
        value=for_kernels(problem.value),
        use_start=for_kernels(problem.use_start),
        use_resource=for_kernels(problem.use_resource),
        use_amount=for_kernels(problem.use_amount),
        capacity=for_kernels(problem.capacity),
        origin=np.arange(problem.n_candidates),
    )


def _worthwhile(pool: Pool) -> Bools:
    """Say which candidates some best plan may hold; shape (K,)."""
    ends = ends_of_blocks(pool.start)
    keep = np.empty(len(pool.value), dtype=np.bool_)
    in_blocks(lambda b: _mark_worthwhile(pool, ends[b], ends[b + 1], keep), len(keep))
    return keep


@compiled
def _mark_worthwhile(pool: Pool, first: int, last: int, keep: Bools) -> None:
    """Set which candidates of projects first:last some best plan may hold; keep: shape (K,)."""
    for i in range(first, last):
        for k in range(pool.start[i], pool.start[i + 1]):
            keep[k] = (pool.required[i] or pool.value[k] > 0) and fits(pool, pool.capacity, k)


def without_slack_resources(pool: Pool) -> Pool:
    """Forget uses of resources that cannot run out even if every project draws its most."""
    return drawing_on(pool, _not_slack(pool, peak_demand(pool)))


def _not_slack(pool: Pool, peak: Floats) -> Bools:
    """Say which resources may run out, or have no uses to forget; shape (R,)."""
    return np.asarray((peak > pool.capacity) | (peak == 0))


def drawing_on(pool: Pool, resources: Bools) -> Pool:
    """Forget uses of all but some resources, shape (R,)."""
    return _kept(pool, np.ones(len(pool.value), dtype=np.bool_), resources)


def _kept(pool: Pool, keep: Bools, resources: Bools) -> Pool:
    """Keep some candidates, shape (K,), and uses of some resources, shape (R,); the pool itself if all."""
    return pool if keep.all() and resources.all() else narrow(pool, np.flatnonzero(keep), resources)


def peak_demand(pool: Pool, keep: Bools | None = None) -> Floats:
    """Sum over projects the most each can draw from a resource, never below the true sum; shape (R,).

    keep: candidates that count, shape (K,); without it all do.
    """
    ends = ends_of_blocks(pool.start)
    counted = np.ones(len(pool.value), dtype=np.bool_) if keep is None else keep

    def add(b: int) -> Floats:
        peak = np.zeros(len(pool.capacity))
        _add_peaks(pool, counted, ends[b], ends[b + 1], peak)
        return peak

    total: Floats = np.sum(in_blocks(add, len(counted)), axis=0)
    return total * (1 + 2.0**-30)


@compiled
def _add_peaks(pool: Pool, keep: Bools, first: int, last: int, peak: Floats) -> None:
    """Add the most that each of projects first:last can draw by the candidates kept; peak: shape (R,)."""
    most = np.zeros(len(pool.capacity), dtype=np.int64)
    drawn = np.empty(len(pool.capacity), dtype=np.int64)  # resources the project at hand draws on
    for i in range(first, last):
        n = 0
        for k in range(pool.start[i], pool.start[i + 1]):
            if not keep[k]:
                continue
            for u in range(pool.use_start[k], pool.use_start[k + 1]):
                r = pool.use_resource[u]
                if pool.use_amount[u] > most[r]:
                    if most[r] == 0:
                        drawn[n] = r
                        n += 1
                    most[r] = pool.use_amount[u]
        for at in range(n):
            peak[drawn[at]] += most[drawn[at]]
            most[drawn[at]] = 0


def narrow(pool: Pool, kept: Ints, resources: Bools | None = None) -> Pool:
    """Keep some candidates, in the order given: project by project, as in the pool.

    resources: those whose uses are kept, shape (R,); without it all are.
    """
    ends = ends_of_blocks(pool.start)
    drawn = np.ones(len(pool.capacity), dtype=np.bool_) if resources is None else resources
    # Within a project kept is in any order, but every project's come before the next one's.
    cuts = [*np.searchsorted(kept, pool.start[ends[:-1]]).tolist(), len(kept)]
    start = np.zeros(len(pool.start), dtype=np.int64)
    use_start = np.zeros(len(kept) + 1, dtype=np.int64)

    def count(b: int) -> None:
        projects, places = (ends[b], ends[b + 1]), (cuts[b], cuts[b + 1])
        _count_kept(pool, kept, drawn, projects, places, start, use_start)

    in_blocks(count, len(kept))
    np.cumsum(use_start, out=use_start)
    new = pool._replace(
        start=start,
        value=np.empty(len(kept), dtype=np.int64),
        use_start=use_start,
        use_resource=np.empty(use_start[-1], dtype=np.int64),
        use_amount=np.empty(use_start[-1], dtype=np.int64),
        origin=np.empty(len(kept), dtype=np.int64),
    )
    in_blocks(lambda b: _fill_kept(pool, kept, drawn, cuts[b], cuts[b + 1], new), len(kept))
    return new


@compiled
def _count_kept(
    pool: Pool,
    kept: Ints,
    resources: Bools,
    projects: tuple[int, int],
    places: tuple[int, int],
    start: Ints,
    use_start: Ints,
) -> None:
    """Set where each of some projects ends among the candidates kept, and how many uses each of these keeps.

    projects, places: from and to which project, and candidate of ``kept``. Sets start[i + 1], shape (n + 1,),
    and use_start[j + 1], shape (len(kept) + 1,).
    """
    at = places[0]
    for i in range(projects[0], projects[1]):
        while at < places[1] and kept[at] < pool.start[i + 1]:
            n_uses = 0
            for u in range(pool.use_start[kept[at]], pool.use_start[kept[at] + 1]):
                n_uses += resources[pool.use_resource[u]]
            at += 1
            use_start[at] = n_uses
        start[i + 1] = at


@compiled
def _fill_kept(pool: Pool, kept: Ints, resources: Bools, first: int, last: int, new: Pool) -> None:
    """Copy the candidates kept[first:last] with their uses of some resources to where they go."""
    for at in range(first, last):
        k, to = kept[at], new.use_start[at]
        new.value[at], new.origin[at] = pool.value[k], pool.origin[k]
        for u in range(pool.use_start[k], pool.use_start[k + 1]):
            if resources[pool.use_resource[u]]:
                new.use_resource[to], new.use_amount[to] = pool.use_resource[u], pool.use_amount[u]
                to += 1


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
    ends = ends_of_blocks(pool.start)
    order = np.empty(len(pool.value), dtype=np.int64)
    in_blocks(lambda b: _sort(pool.start, margin, ends[b], ends[b + 1], order), len(order))
    return order


@compiled
def _sort(start: Ints, margin: Floats, first: int, last: int, order: Ints) -> None:
    """Set the order of the candidates of projects first:last: insertion sort in short runs, then merging.

    Written out, because a library's sort takes four seconds to compile.
    """
    widest = 0
    for i in range(first, last):
        widest = max(widest, start[i + 1] - start[i])
    merged = np.empty(widest, dtype=np.int64)
    for i in range(first, last):
        n, mine = start[i + 1] - start[i], order[start[i] : start[i + 1]]
        for at in range(n):
            k, to = start[i] + at, at
            while to % SHORT_RUN > 0 and margin[mine[to - 1]] < margin[k]:
                mine[to] = mine[to - 1]
                to -= 1
            mine[to] = k
        run = SHORT_RUN
        while run < n:
            for begin in range(0, n, 2 * run):
                middle, end = min(begin + run, n), min(begin + 2 * run, n)
                one, other = begin, middle
                for to in range(begin, end):
                    if one < middle and (other == end or margin[mine[one]] >= margin[mine[other]]):
                        merged[to] = mine[one]
                        one += 1
                    else:
                        merged[to] = mine[other]
                        other += 1
            mine[:] = merged[:n]
            run *= 2


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
