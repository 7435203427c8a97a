"""Required projects that cannot all be placed: whether there are any, and a smallest set of them."""

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

import numpy as np

from yinfeng.core.matching._branch import NOTHING, branch
from yinfeng.core.matching._clock import Clock
from yinfeng.core.matching._exact import solve_exactly
from yinfeng.core.matching._pool import Pool, narrow
from yinfeng.core.matching.problem import Ints

NODES: Final = 20_000
"""Branch-and-bound nodes before a set is handed to the exact method."""
FEW: Final = 12
"""Projects up to which a clash is narrowed even where the time is up; some hundredths of a second."""
SETS: Final = 3_000
"""Sets tried of one size to prove that no clash is so small."""


@dataclass(frozen=True, eq=False)
class Placement:
    """Whether a set of projects can all be placed, with nobody else."""

    possible: bool | None  # None: not known when the clock ran out
    chosen: Ints | None  # (n,) a plan over the pool that does it


def place_all(pool: Pool, projects: Ints, clock: Clock, seed: int) -> Placement:
    """Find a plan that places all these projects, or prove that there is none."""
    wanted = np.zeros_like(pool.required)
    wanted[projects] = True
    part = narrow(pool, np.flatnonzero(np.repeat(wanted, np.diff(pool.start))))
    if (np.diff(part.start)[projects] == 0).any():
        return Placement(False, None)
    # All candidates count alike, so that the first plan ends the search.
    part = part._replace(required=wanted, value=np.zeros_like(part.value))
    walk = branch(part, np.zeros(len(part.capacity)), NOTHING, NODES)
    chosen, known = walk.chosen, walk.finished
    if chosen is None and not known and clock.go_on():
        exact = solve_exactly(
            part,
            start=None,
            time_limit_s=lambda: clock.left,
            node_limit=None,
            seed=seed,
            keep_going=lambda bound: clock.tell("exact", np.inf, None),
        )
        chosen, known = exact.chosen, exact.finished
    if chosen is None:
        return Placement(False if known else None, None)
    whole = np.full(len(chosen), -1, dtype=np.int64)
    placed = chosen >= 0
    kept = np.flatnonzero(np.repeat(wanted, np.diff(pool.start)))
    whole[placed] = kept[chosen[placed]]
    return Placement(True, whole)


@dataclass(frozen=True, eq=False)
class Clash:
    """Projects that cannot all be placed."""

    projects: tuple[int, ...]
    is_narrow: bool  # no part of it clashes
    is_smallest: bool  # no smaller set clashes; then no part does


def smallest_clash(pool: Pool, projects: Ints, clock: Clock, seed: int) -> Clash:
    """Narrow required projects that cannot all be placed to a set none of whose parts clashes.

    Where the clock runs out the set still clashes, but so may a part of it.
    """
    clash = _irreducible(pool, projects, clock, seed)
    for size in range(1, len(clash.projects)):
        if comb(len(projects), size) > SETS:
            return clash
        for some in combinations(projects.tolist(), size):
            possible = place_all(pool, np.array(some), clock, seed).possible if clock.go_on() else None
            if possible is None:
                return clash
            if not possible:
                return Clash(some, True, True)
    return Clash(clash.projects, True, True)


def _irreducible(pool: Pool, projects: Ints, clock: Clock, seed: int) -> Clash:
    """Leave out of a clashing set, in shrinking blocks, whatever it still clashes without."""
    clash, is_decided = projects.tolist(), True
    block = max(1, len(clash) // 2)
    first = 0
    while clock.go_on() or len(clash) <= FEW:
        rest = clash[:first] + clash[first + block :]
        possible = place_all(pool, np.array(rest), clock, seed).possible if rest else True
        if possible is False:
            clash = rest
        else:
            is_decided = is_decided and (block > 1 or possible is True)
            first += block
        if first >= len(clash):
            if block == 1:
                return Clash(tuple(clash), is_decided, False)
            first, block = 0, max(1, block // 2)
    return Clash(tuple(clash), False, False)
