"""Candidates with what they share told once, against lists of what each draws."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from tests.core.matching.small_problems import pool_of
from yinfeng.core.matching._factored import factor
from yinfeng.core.matching._pool import Pool
from yinfeng.core.matching.problem import Floats, Ints, Small

Use = tuple[int, int]
"""A resource and the amount drawn from it."""


def factored_plainly(pool: Pool, shared_by: int) -> tuple[list[list[Use]], list[int], list[list[Use]]]:
    """Give each candidate's own uses and number of its pattern, and the uses of each pattern.

    So many candidates of the project draw what is shared: of a resource, what its first use of it draws.
    """
    own: list[list[Use]] = []
    number: list[int] = []
    patterns: list[list[Use]] = []
    for i in range(len(pool.required)):
        uses = [
            list(zip(pool.use_resource[a:b].tolist(), pool.use_amount[a:b].tolist(), strict=True))
            for a, b in (pool.use_start[k : k + 2] for k in range(pool.start[i], pool.start[i + 1]))
        ]
        count = Counter(use for drawn in uses for use in drawn)
        first = dict(reversed([use for drawn in uses for use in drawn]))
        shared = {
            (r, amount) for (r, amount), times in count.items() if times >= shared_by and first[r] == amount
        }
        mine: dict[tuple[Use, ...], int] = {}
        for drawn in uses:
            own.append([use for use in drawn if use not in shared])
            pattern = tuple(use for use in drawn if use in shared)
            number.append(mine.setdefault(pattern, len(mine) + 1) if pattern else 0)
        patterns += [list(pattern) for pattern in mine]
    return own, number, patterns


@pytest.mark.parametrize("shared_by", [1, 2, 3, 6])
def test_factoring_shares_what_the_plain_lists_share(shared_by: int) -> None:
    for seed in range(63):
        pool = pool_of(seed)
        found = factor(pool, shared_by=shared_by)
        own, number, patterns = factored_plainly(pool, shared_by)
        assert listed(found.own_start, found.own_resource, found.own_amount) == own
        assert found.pattern.tolist() == number
        assert listed(found.shared_start, found.shared_resource, found.shared_amount) == patterns
        of_each = [max(number[a:b], default=0) for a, b in pairwise(pool.start.tolist())]
        assert np.diff(found.pattern_start).tolist() == of_each


def listed(start: Ints, resource: Small, amount: Floats) -> list[list[Use]]:
    uses = list(zip(resource.tolist(), amount.tolist(), strict=True))
    return [uses[a:b] for a, b in pairwise(start.tolist())]
