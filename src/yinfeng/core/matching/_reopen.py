"""Parts of a plan taken up again, each solved by the exact method while all others stay as they are.

A large neighbourhood search: what no chain of a few projects mends, a change of a hundred at once may. The
projects are cut by chance into parts that share few resources; a part keeps what it draws, and what is left
of a resource goes to one part alone, so that all of them can change at the same time. See
docs/explanation/search.md.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._beside import work_off
from yinfeng.core.matching._blocks import blocks, excerpt, shared_out
from yinfeng.core.matching._branch import may_improve
from yinfeng.core.matching._exact import solve_exactly
from yinfeng.core.matching._pool import Pool, narrow
from yinfeng.core.matching._search import Arena, remaining
from yinfeng.core.matching.problem import Bools, Floats, Ints

FIRST_SIZE: Final = 60
"""Projects of a part at most, in the first turn;"""
GROWTH: Final = 1.2
"""times as many in the next while parts are easy, and as much fewer where they are hard:"""
EASY: Final = 0.9
"""easy if of this share of the parts the best plan was found, and either they leave no more than"""
OPEN: Final = 250
"""candidates open each, on average, or none of them gained;"""
HARD: Final = 0.8
"""hard if of less than this share it was found"""
NODES: Final = 30
"""within so many nodes of the exact method."""
BY_CHANCE: Final = 1.0
"""Part of what ties two homes that is left to chance: the parts should differ from turn to turn."""
WORK: Final = 5_000
"""Uses the search looks at while the exact method makes an iteration, about;"""
PART_WORK: Final = 100_000
"""and while a part is laid out."""


class Reopened(NamedTuple):
    """What one turn came to."""

    chosen: Ints  # (n,) over the arena
    work: int  # in uses the search looks at
    size: int  # projects of a part at most in the next turn


class Part(NamedTuple):
    """What a part came to."""

    chosen: Ints  # (n',) of its projects, over the arena
    is_best: bool  # no plan of these projects is better while the others stay as they are
    n_open: int  # candidates that might have been part of a better one
    iterations: int  # of the exact method


def reopen(
    arena: Arena, chosen: Ints, size: int, seed: int, threads: int, go_on: Callable[[], bool]
) -> Reopened:
    """Cut a plan into parts and give each its best plan, as far as a few nodes of the exact method find it.

    chosen: shape (n,), a plan that holds and places all required projects; the one returned does too and is
    worth no less. size: projects of a part at most. The number of threads does not change the answer.
    """
    parts = blocks(arena, chosen, size, seed, chance=BY_CHANCE)
    owner, left = shared_out(arena, parts), remaining(arena, chosen)
    tasks = [
        partial(best_of_part, arena, chosen, part, np.where(owner == number, left, 0.0), seed)
        for number, part in enumerate(parts)
    ]
    ended, better = work_off(tasks, go_on, threads), chosen.copy()
    for part, end in zip(parts, ended, strict=True):
        better[part] = end.chosen
    solved = np.mean([end.is_best for end in ended])
    n_open = np.mean([end.n_open for end in ended])
    if solved < HARD:
        size = max(2, int(size / GROWTH))
    elif solved >= EASY and (n_open <= OPEN or (better == chosen).all()):
        size = max(2, min(int(size * GROWTH), -(-len(chosen) // 2)))
    work = sum(PART_WORK + WORK * end.iterations for end in ended)
    return Reopened(better, work, size)


def best_of_part(
    arena: Arena, chosen: Ints, part: Ints, spare: Floats, seed: int, go_on: Callable[[], bool]
) -> Part:
    """Find the best plan of some projects with what they draw and what is spare for them.

    chosen: shape (n,), a plan that holds. part: sorted projects, none of them required and left out. spare:
    shape (R,), >= 0. Looks only at candidates that `excerpt` keeps.
    """
    if not go_on():
        return Part(chosen[part], False, 0, 0)
    piece, kept, _ = excerpt(arena, chosen, part, spare)
    pool = _pool_of(piece)
    own = np.where(chosen[part] >= 0, np.searchsorted(kept, chosen[part]), -1)
    value = int(pool.value[own[own >= 0]].sum())
    open_ = may_improve(pool, piece.price, value) & _fit_alone(pool)
    n_open = int(open_.sum())
    if not n_open:
        return Part(chosen[part], True, 0, 0)
    open_[own[own >= 0]] = True
    still = np.flatnonzero(open_)
    found = solve_exactly(
        narrow(pool, still),
        start=np.where(own >= 0, np.searchsorted(still, own), -1),
        time_limit_s=lambda: np.inf,
        node_limit=NODES,
        seed=seed,
        keep_going=lambda _: go_on(),
    )
    new = chosen[part]
    if found.chosen is not None and pool.value[still[found.chosen[found.chosen >= 0]]].sum() > value:
        new = np.where(found.chosen >= 0, kept[still[found.chosen]], -1)
    return Part(new, found.finished, n_open, found.iterations)


def _pool_of(piece: Arena) -> Pool:
    return Pool(
        required=piece.required,
        start=piece.start.astype(np.int64),
        value=piece.value,
        use_start=piece.use_start.astype(np.int64),
        use_resource=piece.use_resource.astype(np.int64),
        use_amount=piece.use_amount.astype(np.int64),
        capacity=piece.capacity.astype(np.int64),
        origin=np.arange(len(piece.value)),
    )


def _fit_alone(pool: Pool) -> Bools:
    """Say which candidates draw no more than there is of anything; shape (K,)."""
    owner = np.repeat(np.arange(len(pool.value)), np.diff(pool.use_start))
    over = pool.use_amount > pool.capacity[pool.use_resource]
    return np.asarray(np.bincount(owner[over], minlength=len(pool.value)) == 0)
