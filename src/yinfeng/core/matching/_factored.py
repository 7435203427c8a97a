"""Candidates with what a project's candidates share told once: the form the prices are found on.

Wherever a project goes within a zone, it draws the same from the zone's quotas. Those uses stand in a
*pattern* of the project, priced once a pass however many candidates follow it; what is left to a candidate
are its *own uses*: the area of the place, a line. See docs/explanation/prices.md.
"""

from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._pool import Pool
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small

SHARED_BY: Final = 6
"""Candidates of a project that must draw the same amount from a resource for the use to go into patterns.
A use in a pattern is priced once, but splits patterns, whose other uses are then priced once more."""

BLOCKS: Final = 2
"""Fixed blocks of projects, each with sums of its own: one thread or two, the same prices to the last bit."""
TWO_THREADS: Final = 100_000
"""Candidates from which a second thread pays."""


class Factored(NamedTuple):
    """n projects, K candidates by project, P patterns by project, R resources; see `factor`.

    Candidate k of project i with pattern number j = pattern[k] draws its own uses and, where j > 0, the uses
    of pattern pattern_start[i] + j - 1. A resource may stand in both; the amounts then add up. Candidates
    keep the order they had. Amounts are whole numbers below 2⁵³, so that each is exact.
    """

    required: Bools  # (n,) must be placed
    start: Ints  # (n + 1,) candidates of project i are start[i]:start[i + 1]
    value: Floats  # (K,) whole numbers
    pattern: Small  # (K,) number of the pattern within the project, from 1; 0 for none
    pattern_start: Ints  # (n + 1,) patterns of project i are pattern_start[i]:pattern_start[i + 1]
    shared_start: Ints  # (P + 1,) uses of pattern p are shared_start[p]:shared_start[p + 1]
    shared_resource: Small  # (S,)
    shared_amount: Floats  # (S,) > 0
    own_start: Ints  # (K + 1,) own uses of candidate k are own_start[k]:own_start[k + 1]
    own_resource: Small  # (V,)
    own_amount: Floats  # (V,) > 0
    capacity: Ints  # (R,) >= 0


def blocks(candidates: Factored) -> list[int]:
    """Give where the blocks of projects begin and end: as many candidates in each."""
    size = len(candidates.value)
    ends = np.searchsorted(candidates.start[:-1], [size * b // BLOCKS for b in range(BLOCKS)])
    return [*ends.tolist(), len(candidates.required)]


def factor(pool: Pool, *, shared_by: int = SHARED_BY) -> Factored:
    """Split the uses of a pool's candidates into patterns and own uses."""
    shared = _find_shared(pool, shared_by)
    own_start = np.concatenate([[0], np.cumsum(~shared)])[pool.use_start].astype(np.int64)
    own_resource = pool.use_resource[~shared].astype(np.int32)
    own_amount = pool.use_amount[~shared].astype(np.float64)
    pattern, pattern_start, of_pattern = _number_patterns(pool, shared)
    shared_start, shared_resource, shared_amount = _list_shared(pool, shared, of_pattern)
    return Factored(
        required=pool.required,
        start=pool.start,
        value=pool.value.astype(np.float64),
        pattern=pattern,
        pattern_start=pattern_start,
        shared_start=shared_start,
        shared_resource=shared_resource,
        shared_amount=shared_amount,
        own_start=own_start,
        own_resource=own_resource,
        own_amount=own_amount,
        capacity=pool.capacity,
    )


@compiled
def _find_shared(pool: Pool, shared_by: int) -> Bools:
    """Say which uses go into patterns: so many candidates of the project draw just that; shape (U,).

    Of a resource only the amount that a project's first use of it draws can be shared.
    """
    amount = np.zeros(len(pool.capacity), dtype=np.int64)
    count = np.zeros(len(pool.capacity), dtype=np.int64)
    shared = np.zeros(len(pool.use_amount), dtype=np.bool_)
    for i in range(len(pool.required)):
        first, last = pool.use_start[pool.start[i]], pool.use_start[pool.start[i + 1]]
        for u in range(first, last):
            r = pool.use_resource[u]
            if count[r] == 0:
                amount[r] = pool.use_amount[u]
            count[r] += pool.use_amount[u] == amount[r]
        for u in range(first, last):
            r = pool.use_resource[u]
            shared[u] = count[r] >= shared_by and pool.use_amount[u] == amount[r]
        for u in range(first, last):
            count[pool.use_resource[u]] = 0
    return shared


@compiled
def _number_patterns(pool: Pool, shared: Bools) -> tuple[Small, Ints, Ints]:
    """Give a number to each of a project's sets of shared uses.

    Returns each candidate's number, shape (K,), the start of each project's patterns, shape (n + 1,), and a
    candidate of each pattern, shape (P,). A project's shared uses of one resource draw one amount, so the
    resources tell patterns apart.
    """
    widest = 0
    for i in range(len(pool.required)):
        widest = max(widest, pool.start[i + 1] - pool.start[i])
    size = 4
    while size < 2 * widest:
        size *= 2
    table = np.full(size, -1, dtype=np.int64)  # pattern by hash of its resources, open addressing
    slots = np.zeros(widest + 1, dtype=np.int64)  # slots taken by the project at hand
    number = np.zeros(len(pool.value), dtype=np.int32)
    pattern_start = np.zeros(len(pool.required) + 1, dtype=np.int64)
    of_pattern = np.empty(len(pool.value), dtype=np.int64)
    known = 0
    for i in range(len(pool.required)):
        for k in range(pool.start[i], pool.start[i + 1]):
            code = 0
            for u in range(pool.use_start[k], pool.use_start[k + 1]):
                if shared[u]:
                    code = ((code + pool.use_resource[u] + 1) * 1000003) & 0x7FFFFFFF
            if code == 0 and not shared[pool.use_start[k] : pool.use_start[k + 1]].any():
                continue
            slot = (code ^ (code >> 15)) & (size - 1)
            while table[slot] >= 0 and not _alike(pool, shared, of_pattern[table[slot]], k):
                slot = (slot + 1) & (size - 1)
            if table[slot] < 0:
                slots[known - pattern_start[i]] = slot
                table[slot] = known
                of_pattern[known] = k
                known += 1
            number[k] = table[slot] - pattern_start[i] + 1
        for at in range(known - pattern_start[i]):
            table[slots[at]] = -1
        pattern_start[i + 1] = known
    return number, pattern_start, of_pattern[:known].copy()


@compiled
def _alike(pool: Pool, shared: Bools, one: int, other: int) -> bool:
    """Say whether two candidates of a project share the same uses."""
    a, b = pool.use_start[one], pool.use_start[other]
    while True:
        while a < pool.use_start[one + 1] and not shared[a]:
            a += 1
        while b < pool.use_start[other + 1] and not shared[b]:
            b += 1
        if a == pool.use_start[one + 1] or b == pool.use_start[other + 1]:
            return bool(a == pool.use_start[one + 1] and b == pool.use_start[other + 1])
        if pool.use_resource[a] != pool.use_resource[b]:
            return False
        a += 1
        b += 1


def _list_shared(pool: Pool, shared: Bools, of_pattern: Ints) -> tuple[Ints, Small, Floats]:
    """List the shared uses of the candidates that stand for the patterns: start, resource, amount."""
    n_uses = np.diff(pool.use_start)[of_pattern]
    end = np.cumsum(n_uses)
    use = np.repeat(pool.use_start[of_pattern] - (end - n_uses), n_uses) + np.arange(int(n_uses.sum()))
    kept = shared[use]
    start = np.concatenate([[0], np.cumsum(kept)])[np.concatenate([[0], end])].astype(np.int64)
    use = use[kept]
    return start, pool.use_resource[use].astype(np.int32), pool.use_amount[use].astype(np.float64)
