"""Work on the projects in fixed blocks, on two threads where that pays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import numpy as np

from yinfeng.core.matching.problem import Ints

T = TypeVar("T")

BLOCKS: Final = 2
"""Fixed blocks of projects, each with sums of its own: one thread or two, the same prices to the last bit."""
TWO_THREADS: Final = 100_000
"""Candidates from which a second thread pays."""


def ends_of_blocks(start: Ints) -> list[int]:
    """Give where the blocks of projects begin and end, as many candidates in each; start: (n + 1,)."""
    size = int(start[-1])
    ends = np.searchsorted(start[:-1], [size * b // BLOCKS for b in range(BLOCKS)])
    return [*ends.tolist(), len(start) - 1]


def in_blocks(work: Callable[[int], T], size: int) -> list[T]:
    """Do the work of every block, given its number; on two threads if there are many candidates.

    The work must release the interpreter's lock, as compiled kernels do.
    """
    if size < TWO_THREADS:
        return [work(b) for b in range(BLOCKS)]
    with ThreadPoolExecutor(BLOCKS) as pool:
        return list(pool.map(work, range(BLOCKS)))
