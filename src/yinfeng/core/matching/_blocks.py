"""Large problems in blocks: projects that meet at the same resources, to be searched side by side.

Each block keeps what its projects draw. What is left of a resource goes to one block alone, so that the plans
of all blocks together hold if each does. From turn to turn the blocks are cut differently.
"""

from itertools import pairwise
from typing import Final

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._search import OPTIONS, Arena
from yinfeng.core.matching._ties import grown_together
from yinfeng.core.matching.problem import Bools, Floats, Ints

BLOCK: Final = 6_000
"""Projects of a block at most, about: few borders, and its arrays hardly leave the processor's cache."""
LOOKED_AT: Final = 8
"""Candidates of a project, by falling margin, that tell which zones it stands between."""
JITTER: Final = 0.5
"""Part of what ties two zones that is left to chance, so that no border stays from turn to turn."""


def blocks(arena: Arena, chosen: Ints, size: int, turn: int, *, chance: float = JITTER) -> list[Ints]:
    """Cut the projects that have candidates into blocks that share few resources; each is sorted.

    A candidate's home is the most crowded resource it draws on that a block could hold: the quota of a park,
    as a rule. Homes between which many projects have a choice grow together, the closest first (as in
    Kruskal's algorithm), as long as a block holds them. A project goes with the home of its plan, or else of
    its first candidate. size: projects of a block at most. chance: part of what ties two homes left to it.
    """
    projects = np.flatnonzero(np.diff(arena.start))
    home = _homes(arena, _crowd(arena, size), projects)
    placed = chosen[projects]
    inside = (placed >= 0) & (placed < arena.start[projects] + LOOKED_AT)
    own = home[np.arange(len(projects)), np.where(inside, placed - arena.start[projects], 0)]
    group = _grown_together(own, home, size, chance, np.random.default_rng(turn))
    by_group = np.argsort(group[own], kind="stable")
    begins = np.flatnonzero(np.diff(group[own][by_group], prepend=-1))
    packs = [0]
    for first, last in pairwise([*begins.tolist(), len(projects)]):
        while last - packs[-1] > size:  # what does not fit goes on in the next block
            packs.append(first if first > packs[-1] else packs[-1] + size)
    return [np.sort(projects[part]) for part in np.split(by_group, packs[1:]) if len(part)]


def block_size(n_projects: int) -> int:
    """Give how many projects a block holds at most."""
    return min(BLOCK, -(-n_projects // 2))


def _crowd(arena: Arena, size: int) -> Ints:
    """Count the projects whose first candidate draws on each resource, 0 where too many for a block; (R,)."""
    first = arena.start[:-1][np.diff(arena.start) > 0]
    n_uses = arena.use_start[first + 1] - arena.use_start[first]
    uses = np.repeat(arena.use_start[first] - (np.cumsum(n_uses) - n_uses), n_uses) + np.arange(n_uses.sum())
    crowd = np.bincount(arena.use_resource[uses], minlength=len(arena.capacity))
    crowd[crowd > size] = 0
    return crowd


@compiled
def _homes(arena: Arena, crowd: Ints, projects: Ints) -> Ints:
    """Give the homes of the first candidates of some projects, shape (n, LOOKED_AT), -1 beyond the last.

    Ties go to the lower resource; a candidate that draws on nothing is at home at the first resource.
    """
    home = np.full((len(projects), LOOKED_AT), -1, dtype=np.int64)
    for at in range(len(projects)):
        first = arena.start[projects[at]]
        for k in range(first, min(arena.start[projects[at] + 1], first + LOOKED_AT)):
            most, best = -1, 0
            for u in range(arena.use_start[k], arena.use_start[k + 1]):
                r = arena.use_resource[u]
                if crowd[r] > most or (crowd[r] == most and r < best):
                    most, best = crowd[r], r
            home[at, k - first] = best
    return home


def _grown_together(own: Ints, home: Ints, size: int, chance: float, random: np.random.Generator) -> Ints:
    """Give the group of each home: those with strong ties together, at most ``size`` projects in each."""
    n_homes = int(max(own.max(initial=0), home.max(initial=0))) + 1
    members = np.bincount(own, minlength=n_homes)
    away = (home >= 0) & (home != own[:, None])
    here, there = np.repeat(own, away.sum(axis=1)), home[away]
    low, high = np.minimum(here, there), np.maximum(here, there)
    pair, ties = np.unique(low * n_homes + high, return_counts=True)
    strength = ties * (1 - chance * random.random(len(ties)))
    return grown_together(pair // n_homes, pair % n_homes, strength, members.astype(np.float64), size)


def shared_out(arena: Arena, parts: list[Ints]) -> Ints:
    """Give for each resource the block that gets what is left of it; shape (R,), -1 for none."""
    block = np.full(len(arena.required), -1, dtype=np.int64)
    for number, part in enumerate(parts):
        block[part] = number
    return _majority(arena, block)


@compiled
def _majority(arena: Arena, block: Ints) -> Ints:
    """Give for each resource a block whose projects' options draw on it most, by majority vote; (R,)."""
    lead = np.full(len(arena.capacity), -1, dtype=np.int64)
    votes = np.zeros(len(arena.capacity), dtype=np.int64)
    for i in range(len(block)):
        for k in range(arena.start[i], min(arena.start[i + 1], arena.start[i] + OPTIONS)):
            for u in range(arena.use_start[k], arena.use_start[k + 1]):
                r = arena.use_resource[u]
                if lead[r] == block[i]:
                    votes[r] += 1
                elif votes[r] > 0:
                    votes[r] -= 1
                else:
                    lead[r], votes[r] = block[i], 1
    return lead


def excerpt(arena: Arena, chosen: Ints, part: Ints, spare: Floats) -> tuple[Arena, Ints, Ints]:
    """Give the arena of some projects: their first candidates, what they draw and what is spare.

    part: sorted projects. spare: shape (R,), what is left for them. Returns the arena, the
    candidates it keeps and the resources it keeps, both sorted.
    """
    kept = _options_of(arena, chosen, part)
    n_uses = (arena.use_start[kept + 1] - arena.use_start[kept]).astype(np.int64)
    use_start = np.concatenate([[0], np.cumsum(n_uses)])
    uses = np.repeat(arena.use_start[kept] - use_start[:-1], n_uses) + np.arange(use_start[-1])
    drawn_on = np.zeros(len(arena.capacity), dtype=np.bool_)
    drawn_on[arena.use_resource[uses]] = True
    resources = np.flatnonzero(drawn_on)
    number = np.cumsum(drawn_on, dtype=np.int32) - np.int32(1)
    start = np.searchsorted(kept, np.append(arena.start[part], arena.start[part[-1] + 1]))
    piece = arena._replace(
        required=arena.required[part],
        start=start.astype(np.int32),
        value=arena.value[kept],
        margin=arena.margin[kept],
        use_start=use_start.astype(np.int32),
        use_resource=number[arena.use_resource[uses]],
        use_amount=arena.use_amount[uses],
        capacity=spare[resources],
        price=arena.price[resources],
        penalty=arena.penalty[resources],
        binding=int((arena.price[resources] > 0).sum()),
        width=int(n_uses.max(initial=1)),
    )
    taken = np.repeat(_is_in(chosen[part], kept), n_uses)
    np.add.at(piece.capacity, piece.use_resource[taken], piece.use_amount[taken])
    return piece, kept, resources


def _options_of(arena: Arena, chosen: Ints, part: Ints) -> Ints:
    """Give the first candidates of some projects, and those chosen; sorted."""
    count = np.minimum(arena.start[part + 1] - arena.start[part], OPTIONS)
    begins = np.cumsum(count) - count
    first = np.repeat(arena.start[part] - begins, count) + np.arange(count.sum())
    further = chosen[part][chosen[part] >= arena.start[part] + count]
    return np.sort(np.concatenate([first, further]))


def _is_in(some: Ints, kept: Ints) -> Bools:
    """Say which of the kept candidates, sorted, are among some; shape (len(kept),)."""
    marked = np.zeros(len(kept), dtype=np.bool_)
    marked[np.searchsorted(kept, some[some >= 0])] = True
    return marked
