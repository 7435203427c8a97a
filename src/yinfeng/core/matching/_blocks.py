"""Large problems in blocks: projects that meet at the same resources, to be searched side by side.

Each block keeps what its projects draw. What is left of a resource goes to one block alone, so that the plans
of all blocks together hold whatever each does. From turn to turn the blocks are cut differently.
"""

from typing import Final

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._pool import Pool
from yinfeng.core.matching._search import OPTIONS
from yinfeng.core.matching.problem import Bools, Ints

BLOCK: Final = 2_000
"""Projects of a block: its arrays stay in the processor's cache, and a round takes about a second."""
HALVED: Final = 20_000
"""Projects up to which a block is half of them, so that each thread has about one: fewer borders."""


def blocks(pool: Pool, chosen: Ints, turn: int) -> list[Ints]:
    """Cut the projects that have candidates into blocks that share few resources.

    A project belongs where its candidate draws on the most crowded resource that a block could hold: that of
    the plan at even turns, its first or second at odd ones. Each block is sorted.
    """
    count = np.diff(pool.start)
    projects = np.flatnonzero(count)
    candidate = pool.start[projects] + np.minimum((turn // 2) % 2, count[projects] - 1)
    if turn % 2 == 0:
        candidate = np.where(chosen[projects] >= 0, chosen[projects], candidate)
    n_uses = pool.use_start[candidate + 1] - pool.use_start[candidate]
    first = np.cumsum(n_uses) - n_uses
    uses = np.repeat(pool.use_start[candidate] - first, n_uses) + np.arange(n_uses.sum())
    resource, owner = pool.use_resource[uses], np.repeat(np.arange(len(projects)), n_uses)
    crowd = np.bincount(resource, minlength=len(pool.capacity))
    size = block_size(len(projects))
    crowd[crowd > size] = 0
    order = np.lexsort((resource, -crowd[resource], owner))
    home = np.full(len(projects), len(pool.capacity))
    begins = np.flatnonzero(np.diff(owner[order], prepend=-1))
    home[owner[order][begins]] = resource[order][begins]
    sorted_projects = projects[np.argsort(home, kind="stable")]
    cuts = np.arange(size - (turn % 4) * size // 4, len(projects), size)
    return [np.sort(part) for part in np.split(sorted_projects, cuts) if len(part)]


def block_size(n_projects: int) -> int:
    """Give how many projects a block holds at most."""
    return max(BLOCK, -(-n_projects // 2)) if n_projects <= HALVED else BLOCK


def shared_out(pool: Pool, parts: list[Ints]) -> Ints:
    """Give for each resource the block that gets what is left of it; shape (R,), -1 for none."""
    block = np.full(len(pool.required), -1, dtype=np.int64)
    for number, part in enumerate(parts):
        block[part] = number
    return _majority(pool, block)


@compiled
def _majority(pool: Pool, block: Ints) -> Ints:
    """Give for each resource a block whose projects' options draw on it most, by majority vote; (R,)."""
    lead = np.full(len(pool.capacity), -1, dtype=np.int64)
    votes = np.zeros(len(pool.capacity), dtype=np.int64)
    for i in range(len(block)):
        for k in range(pool.start[i], min(pool.start[i + 1], pool.start[i] + OPTIONS)):
            for u in range(pool.use_start[k], pool.use_start[k + 1]):
                r = pool.use_resource[u]
                if lead[r] == block[i]:
                    votes[r] += 1
                elif votes[r] > 0:
                    votes[r] -= 1
                else:
                    lead[r], votes[r] = block[i], 1
    return lead


def excerpt(pool: Pool, chosen: Ints, part: Ints, spare: Ints) -> tuple[Pool, Ints, Ints]:
    """Give the pool of some projects: their first candidates, what they draw and what is spare.

    part: sorted projects. spare: shape (R,), >= 0, what is left for them. Returns the pool, the candidates it
    keeps and the resources it keeps, both sorted.
    """
    kept = _options_of(pool, chosen, part)
    n_uses = pool.use_start[kept + 1] - pool.use_start[kept]
    use_start = np.concatenate([[0], np.cumsum(n_uses)]).astype(np.int64)
    uses = np.repeat(pool.use_start[kept] - use_start[:-1], n_uses) + np.arange(use_start[-1])
    drawn_on = np.zeros(len(pool.capacity), dtype=np.bool_)
    drawn_on[pool.use_resource[uses]] = True
    resources = np.flatnonzero(drawn_on)
    number = np.cumsum(drawn_on) - 1
    start = np.searchsorted(kept, np.append(pool.start[part], pool.start[part[-1] + 1]))
    piece = Pool(
        required=pool.required[part],
        start=start.astype(np.int64),
        value=pool.value[kept],
        use_start=use_start,
        use_resource=number[pool.use_resource[uses]].astype(np.int64),
        use_amount=pool.use_amount[uses],
        capacity=spare[resources],
        origin=kept,
    )
    taken = np.repeat(_is_in(chosen[part], kept), n_uses)
    np.add.at(piece.capacity, piece.use_resource[taken], piece.use_amount[taken])
    return piece, kept, resources


def _options_of(pool: Pool, chosen: Ints, part: Ints) -> Ints:
    """Give the first candidates of some projects, and those chosen; sorted."""
    count = np.minimum(pool.start[part + 1] - pool.start[part], OPTIONS)
    begins = np.cumsum(count) - count
    first = np.repeat(pool.start[part] - begins, count) + np.arange(count.sum())
    further = chosen[part][chosen[part] >= pool.start[part] + count]
    return np.sort(np.concatenate([first, further]))


def _is_in(some: Ints, kept: Ints) -> Bools:
    """Say which of the kept candidates, sorted, are among some; shape (len(kept),)."""
    marked = np.zeros(len(kept), dtype=np.bool_)
    marked[np.searchsorted(kept, some[some >= 0])] = True
    return marked
