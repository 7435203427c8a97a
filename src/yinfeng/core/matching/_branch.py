"""Branch and bound over the projects: exact, and quick where few choices are left.

By weak duality a plan is worth at most D(λ) less the regrets of its choices, where a choice's regret is its
project's best margin less its own. So every better plan is a combination of choices whose regrets sum to
less than the gap, and a depth-first walk through choices by rising regret finds it or shows there is none.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._pool import Pool, best_margin, fits, margins
from yinfeng.core.matching.bounds import rounding_error
from yinfeng.core.matching.problem import Bools, Floats, Ints

NOTHING: Final = -(2**62)
"""Stands for the value of the best plan while there is none."""


@dataclass(frozen=True, eq=False)
class Branched:
    """What branch and bound found."""

    chosen: (
        Ints | None
    )  # (n,) the best plan met that is worth more than the value given; None if none was met
    finished: bool  # no plan is worth more than that plan, or than the value given
    nodes: int


def ceiling(pool: Pool, price: Floats) -> float:
    """Give D(price), rounded up so far that comparing it with sums of regrets is safe."""
    total = math.fsum(best_margin(pool, margins(pool, price))) + math.fsum(price * pool.capacity)
    return total + 2.0 * rounding_error(pool, price)


def regrets(pool: Pool, price: Floats) -> Floats:
    """Give each candidate's regret at prices: its project's best margin less its own; shape (K,), >= 0."""
    margin = margins(pool, price)
    return np.repeat(best_margin(pool, margin), np.diff(pool.start)) - margin


def may_improve(pool: Pool, price: Floats, value: int) -> Bools:
    """Say which candidates a plan worth more than ``value`` can hold; shape (K,)."""
    return regrets(pool, price) <= ceiling(pool, price) - value - 1


def branch(pool: Pool, price: Floats, value: int, node_limit: int) -> Branched:
    """Look for the best plan worth more than ``value``, within a number of nodes.

    price: shape (R,), >= 0. value: `NOTHING` to accept any plan. Every required project must have a
    candidate.
    """
    n = len(pool.required)
    candidate = np.concatenate([np.arange(len(pool.value)), np.full(n, -1)])
    owner = np.concatenate([np.repeat(np.arange(n), np.diff(pool.start)), np.arange(n)])
    left_out = np.where(pool.required, np.inf, best_margin(pool, margins(pool, price)))
    regret = np.concatenate([regrets(pool, price), left_out])
    order = np.lexsort((candidate, regret, owner))
    start = pool.start + np.arange(n + 1)
    most_decided_first = np.argsort(-_second_choice(start, regret[order]), kind="stable")
    chosen, found, finished, nodes = _walk(
        pool,
        start,
        candidate[order],
        regret[order],
        most_decided_first,
        ceiling(pool, price),
        value,
        node_limit,
    )
    return Branched(chosen if found else None, finished, nodes)


def _second_choice(start: Ints, regret: Floats) -> Floats:
    """Give the regret of each project's second choice, inf where there is none; shape (n,)."""
    second = start[:-1] + 1
    return np.where(second < start[1:], np.append(regret, np.inf)[np.minimum(second, len(regret))], np.inf)


@compiled
def _walk(
    pool: Pool,
    start: Ints,
    choice: Ints,
    regret: Floats,
    order: Ints,
    ceiling: float,
    value: int,
    node_limit: int,
) -> tuple[Ints, bool, bool, int]:
    """Walk the tree. Choices of project i are start[i]:start[i + 1], by rising regret, -1 for left out.

    Returns the best plan, whether one was met, whether the walk ended, and the nodes.
    """
    n = len(order)
    left = pool.capacity.copy()
    chosen = np.full(n, -1, dtype=np.int64)
    best = chosen.copy()
    found = False
    upcoming = start[order]  # next choice to try at each depth
    spent = np.zeros(n + 1)  # regrets of the choices above each depth
    worth = np.zeros(n + 1, dtype=np.int64)  # values of the choices above each depth
    depth, nodes = 0, 0
    while depth >= 0 and n > 0:
        nodes += 1
        if nodes > node_limit:
            return best, found, False, nodes
        i = order[depth]
        _give_back(pool, left, chosen, i)
        c = _next_choice(
            pool, choice, regret, left, upcoming[depth], start[i + 1], ceiling - value - 1 - spent[depth]
        )
        if c < 0:
            depth -= 1
            continue
        upcoming[depth] = c + 1
        chosen[i] = choice[c]
        gain = 0
        if choice[c] >= 0:
            gain = pool.value[choice[c]]
            for u in range(pool.use_start[choice[c]], pool.use_start[choice[c] + 1]):
                left[pool.use_resource[u]] -= pool.use_amount[u]
        spent[depth + 1] = spent[depth] + regret[c]
        worth[depth + 1] = worth[depth] + gain
        if depth + 1 < n:
            depth += 1
            upcoming[depth] = start[order[depth]]
        elif worth[n] > value:
            value = worth[n]
            best[:] = chosen
            found = True
    return best, found, True, nodes


@compiled
def _give_back(pool: Pool, left: Ints, chosen: Ints, i: int) -> None:
    k = chosen[i]
    chosen[i] = -1
    if k >= 0:
        for u in range(pool.use_start[k], pool.use_start[k + 1]):
            left[pool.use_resource[u]] += pool.use_amount[u]


@compiled
def _next_choice(
    pool: Pool, choice: Ints, regret: Floats, left: Ints, first: int, last: int, allowed: float
) -> int:
    """Give the next choice that fits and whose regret is allowed; -1 if there is none."""
    for c in range(first, last):
        if regret[c] > allowed:
            return -1
        if choice[c] < 0 or fits(pool, left, choice[c]):
            return c
    return -1
