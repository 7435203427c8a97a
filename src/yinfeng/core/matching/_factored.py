"""Candidates with what a project's candidates share told once: the form the prices are found on.

Wherever a project goes within a zone, it draws the same from the zone's quotas. Those uses stand in a
*pattern* of the project, priced once a pass however many candidates follow it; what is left to a candidate
are its *own uses*: the area of the place, a line. See docs/explanation/prices.md.
"""

from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._halves import ends_of_blocks, in_blocks
from yinfeng.core.matching._pool import Pool
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small

SHARED_BY: Final = 6
"""Candidates of a project that must draw the same amount from a resource for the use to go into patterns.
A use in a pattern is priced once, but splits patterns, whose other uses are then priced once more."""


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


def factor(pool: Pool, *, shared_by: int = SHARED_BY) -> Factored:
    """Split the uses of a pool's candidates into patterns and own uses."""
    n, size, ends = len(pool.required), len(pool.value), ends_of_blocks(pool.start)
    shared = np.empty(len(pool.use_amount), dtype=np.bool_)
    own_start = np.zeros(size + 1, dtype=np.int64)
    pattern, pattern_start = np.empty(size, dtype=np.int32), np.zeros(n + 1, dtype=np.int64)

    def split(b: int) -> Ints:
        _find_shared(pool, shared_by, ends[b], ends[b + 1], shared, own_start)
        return _number_patterns(pool, shared, ends[b], ends[b + 1], pattern, pattern_start)

    of_pattern = np.concatenate(in_blocks(split, size))
    np.cumsum(own_start, out=own_start)
    np.cumsum(pattern_start, out=pattern_start)
    own_resource, own_amount = np.empty(own_start[-1], dtype=np.int32), np.empty(own_start[-1])
    in_blocks(
        lambda b: _fill_own(pool, shared, ends[b], ends[b + 1], own_start, own_resource, own_amount), size
    )
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
def _find_shared(pool: Pool, shared_by: int, first: int, last: int, shared: Bools, own_start: Ints) -> None:
    """Set which uses of projects first:last go into patterns: so many candidates of one draw just that.

    Of a resource only the amount that a project's first use of it draws can be shared. Sets shared, shape
    (U,), and own_start[k + 1], shape (K + 1,), to the number of the other uses.
    """
    amount = np.zeros(len(pool.capacity), dtype=np.int64)
    count = np.zeros(len(pool.capacity), dtype=np.int64)
    drawn = np.empty(len(pool.capacity), dtype=np.int64)  # resources the project at hand draws on
    for i in range(first, last):
        n = 0
        for u in range(pool.use_start[pool.start[i]], pool.use_start[pool.start[i + 1]]):
            r = pool.use_resource[u]
            if count[r] == 0:
                amount[r] = pool.use_amount[u]
                drawn[n] = r
                n += 1
            count[r] += pool.use_amount[u] == amount[r]
        for at in range(n):
            if count[drawn[at]] < shared_by:
                amount[drawn[at]] = -1
            count[drawn[at]] = 0
        for k in range(pool.start[i], pool.start[i + 1]):
            n_own = 0
            for u in range(pool.use_start[k], pool.use_start[k + 1]):
                shared[u] = pool.use_amount[u] == amount[pool.use_resource[u]]
                n_own += not shared[u]
            own_start[k + 1] = n_own


@compiled
def _number_patterns(
    pool: Pool, shared: Bools, first: int, last: int, number: Small, pattern_start: Ints
) -> Ints:
    """Give a number to each set of shared uses of each of projects first:last.

    Sets each candidate's number, shape (K,), and pattern_start[i + 1], shape (n + 1,), to how many a project
    has; gives a candidate of each pattern. A project's shared uses of one resource draw one amount, so the
    resources tell patterns apart.
    """
    widest, longest = 0, 0
    for i in range(first, last):
        widest = max(widest, pool.start[i + 1] - pool.start[i])
        longest = max(longest, pool.use_start[pool.start[i + 1]] - pool.use_start[pool.start[i]])
    size = 4
    while size < 2 * widest:
        size *= 2
    table = np.full(size, -1, dtype=np.int64)  # pattern by hash of its resources, open addressing
    slots = np.zeros(widest + 1, dtype=np.int64)  # slots taken by the project at hand,
    ends = np.zeros(widest + 1, dtype=np.int64)  # where its patterns end among
    listed = np.empty(longest + 1, dtype=np.int64)  # the resources of its patterns, one after the other
    of_pattern = np.empty(pool.start[last] - pool.start[first], dtype=np.int64)
    known = 0
    for i in range(first, last):
        before = known
        for k in range(pool.start[i], pool.start[i + 1]):
            begin = end = ends[known - before]
            code = 0
            for u in range(pool.use_start[k], pool.use_start[k + 1]):
                if shared[u]:
                    listed[end] = pool.use_resource[u]
                    code = ((code + listed[end] + 1) * 1000003) & 0x7FFFFFFF
                    end += 1
            if end == begin:
                number[k] = 0
                continue
            slot = (code ^ (code >> 15)) & (size - 1)
            while table[slot] >= 0 and not _alike(listed, ends, table[slot] - before, begin, end):
                slot = (slot + 1) & (size - 1)
            if table[slot] < 0:
                slots[known - before] = slot
                table[slot] = known
                of_pattern[known] = k
                known += 1
                ends[known - before] = end
            number[k] = table[slot] - before + 1
        for at in range(known - before):
            table[slots[at]] = -1
        pattern_start[i + 1] = known - before
    return of_pattern[:known].copy()


@compiled
def _alike(listed: Ints, ends: Ints, one: int, begin: int, end: int) -> bool:
    """Say whether a pattern of a project, counted from 0, lists the same as begin:end."""
    first, n, same = ends[one], end - begin, 0
    if ends[one + 1] - first != n:
        return False
    while same < n and listed[first + same] == listed[begin + same]:
        same += 1
    return same == n


@compiled
def _fill_own(
    pool: Pool, shared: Bools, first: int, last: int, own_start: Ints, resource: Small, amount: Floats
) -> None:
    """List the own uses of candidates of projects first:last; resource, amount: shape (V,)."""
    for k in range(pool.start[first], pool.start[last]):
        at = own_start[k]
        for u in range(pool.use_start[k], pool.use_start[k + 1]):
            if not shared[u]:
                resource[at], amount[at] = pool.use_resource[u], pool.use_amount[u]
                at += 1


@compiled
def _list_shared(pool: Pool, shared: Bools, of_pattern: Ints) -> tuple[Ints, Small, Floats]:
    """List the shared uses of the candidates that stand for the patterns: start, resource, amount."""
    start = np.zeros(len(of_pattern) + 1, dtype=np.int64)
    for p in range(len(of_pattern)):
        k, n_uses = of_pattern[p], 0
        for u in range(pool.use_start[k], pool.use_start[k + 1]):
            n_uses += shared[u]
        start[p + 1] = start[p] + n_uses
    resource, amount = np.empty(start[-1], dtype=np.int32), np.empty(start[-1])
    for p in range(len(of_pattern)):
        at, k = start[p], of_pattern[p]
        for u in range(pool.use_start[k], pool.use_start[k + 1]):
            if shared[u]:
                resource[at], amount[at] = pool.use_resource[u], pool.use_amount[u]
                at += 1
    return start, resource, amount
