"""Candidates packed for the passes that find prices: what a project's candidates draw as flat lists.

A pass reads every list from one end to the other, one short loop after the other without a branch in it.
What the patterns of a project draw stands once, however many patterns draw it; projects that draw on
neighbouring resources follow one another, so that prices and sums stay in the cache.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._factored import Factored
from yinfeng.core.matching._halves import BLOCKS, in_blocks
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small


class Packed(NamedTuple):
    """n projects, K candidates by project, R resources; see `pack`.

    Candidate k of project i, counted from 0 within the project, draws its own uses, and those of pattern
    j = pattern[start[i] + k] where j > 0. Pattern j draws what the project holds in common at the links
    whose ``link_pattern`` is j.
    """

    required: Bools  # (n,) must be placed
    start: Ints  # (n + 1,) candidates of project i are start[i]:start[i + 1]
    value: Floats  # (K,)
    pattern: Small  # (K,) from 1 within the project; 0 for none
    patterns: Small  # (n,) the greatest number of a pattern of the project
    own_start: Ints  # (n + 1,) own uses of project i's candidates are own_start[i]:own_start[i + 1]
    own_candidate: Small  # (V,) within the project
    own_resource: Small  # (V,)
    own_amount: Floats  # (V,) > 0
    common_start: Ints  # (n + 1,) what patterns of project i draw is common_start[i]:common_start[i + 1]
    common_resource: Small  # (C,)
    common_amount: Floats  # (C,) > 0
    link_start: Ints  # (n + 1,) links of project i are link_start[i]:link_start[i + 1]
    link_pattern: Small  # (L,) from 1 within the project
    link_common: Small  # (L,) from 0 within the project
    capacity: Ints  # (R,)


Blocks = Sequence[Packed]
"""Candidates in `BLOCKS` fixed blocks of projects, each packed by itself, all with the same resources."""


def pack(candidates: Factored) -> Blocks:
    """Pack candidates, projects in the order of the resource their first candidate draws on first."""
    first = candidates.own_start[candidates.start[:-1]]
    some = (np.diff(candidates.start) > 0) & (first < len(candidates.own_resource))
    home = np.full(len(first), -1, dtype=np.int64)
    home[some] = candidates.own_resource[first[some]]
    sequence = np.argsort(home, kind="stable")
    before = np.cumsum(np.diff(candidates.start)[sequence])
    size = len(candidates.value)
    ends = np.searchsorted(before, [size * b // BLOCKS for b in range(1, BLOCKS)])
    parts = np.split(sequence, ends)
    return in_blocks(lambda b: _packed(candidates, parts[b]), size)


def _packed(candidates: Factored, sequence: Ints) -> Packed:
    """Pack the candidates of some projects in a sequence."""
    n, first, last = len(sequence), candidates.start[sequence], candidates.start[sequence + 1]
    known = int((last - first).sum())
    n_own = int((candidates.own_start[last] - candidates.own_start[first]).sum())
    of_patterns = candidates.shared_start[candidates.pattern_start]
    n_links = int((of_patterns[sequence + 1] - of_patterns[sequence]).sum())
    # NumPy's arrays, not the kernel's: they come in large pages.
    packed = Packed(
        required=candidates.required[sequence],
        start=np.zeros(n + 1, dtype=np.int64),
        value=np.empty(known),
        pattern=np.empty(known, dtype=np.int32),
        patterns=np.diff(candidates.pattern_start)[sequence].astype(np.int32),
        own_start=np.zeros(n + 1, dtype=np.int64),
        own_candidate=np.empty(n_own, dtype=np.int32),
        own_resource=np.empty(n_own, dtype=np.int32),
        own_amount=np.empty(n_own),
        common_start=np.zeros(n + 1, dtype=np.int64),
        common_resource=np.empty(n_links, dtype=np.int32),
        common_amount=np.empty(n_links),
        link_start=np.zeros(n + 1, dtype=np.int64),
        link_pattern=np.empty(n_links, dtype=np.int32),
        link_common=np.empty(n_links, dtype=np.int32),
        capacity=candidates.capacity,
    )
    _pack(candidates, sequence, packed)
    common = packed.common_start[-1]
    return packed._replace(
        common_resource=packed.common_resource[:common].copy(),
        common_amount=packed.common_amount[:common].copy(),
    )


@compiled
def _pack(candidates: Factored, sequence: Ints, packed: Packed) -> None:
    """Fill in the candidates of some projects in a sequence."""
    start, value, pattern, pattern_start = candidates[1:5]
    shared_start, shared_resource, shared_amount = candidates[5:8]
    own_start, own_resource, own_amount = candidates[8:11]
    common_start, common_resource, common_amount = packed[9:12]
    at = np.full(len(candidates.capacity), -1, dtype=np.int64)  # where a resource stands in common
    known, uses, common, links = 0, 0, 0, 0
    for place in range(len(sequence)):
        i = sequence[place]
        for k in range(start[i], start[i + 1]):
            packed.value[known], packed.pattern[known] = value[k], pattern[k]
            known += 1
            for u in range(own_start[k], own_start[k + 1]):
                packed.own_candidate[uses] = k - start[i]
                packed.own_resource[uses], packed.own_amount[uses] = own_resource[u], own_amount[u]
                uses += 1
        for p in range(pattern_start[i], pattern_start[i + 1]):
            for s in range(shared_start[p], shared_start[p + 1]):
                r = shared_resource[s]
                if at[r] < common_start[place] or common_amount[at[r]] != shared_amount[s]:
                    at[r] = common
                    common_resource[common], common_amount[common] = r, shared_amount[s]
                    common += 1
                packed.link_pattern[links] = p - pattern_start[i] + 1
                packed.link_common[links] = at[r] - common_start[place]
                links += 1
        packed.start[place + 1], packed.own_start[place + 1] = known, uses
        common_start[place + 1], packed.link_start[place + 1] = common, links


@compiled
def copy_out(packed: Packed, near: Bools, alive: Bools) -> Packed:  # noqa: PLR0915 - a compiled fill
    """Copy out the candidates that are near, (K,), and their uses of live resources, (R,), numbered anew.

    Patterns are numbered anew too, in the order of their first near candidate; the others are left out.
    """
    number = np.where(alive, np.cumsum(alive) - 1, -1).astype(np.int32)  # of each live resource among them
    required, start, value, pattern, patterns = packed[:5]
    own_start, own_candidate, own_resource, own_amount = packed[5:9]
    common_start, common_resource, common_amount = packed[9:12]
    link_start, link_pattern, link_common = packed[12:15]
    n, most, widest = len(required), 0, 0
    for i in range(n):
        widest = max(widest, start[i + 1] - start[i])
        most = max(most, common_start[i + 1] - common_start[i])
    new_start, new_own_start = np.zeros(n + 1, dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    new_common_start, new_link_start = np.zeros(n + 1, dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    new_patterns = np.zeros(n, dtype=np.int32)
    kept = near.sum()
    new_value, new_pattern = np.empty(kept), np.empty(kept, dtype=np.int32)
    # Room for all and one: every use is written, and the next one over it if it is not to be kept.
    uses, common = len(own_resource) + 1, len(common_resource)
    new_own_candidate, new_own_resource = np.empty(uses, dtype=np.int32), np.empty(uses, dtype=np.int32)
    new_own_amount = np.empty(uses)
    new_common_resource, new_common_amount = np.empty(common, dtype=np.int32), np.empty(common)
    new_link_pattern = np.empty(len(link_pattern), dtype=np.int32)
    new_link_common = np.empty(len(link_pattern), dtype=np.int32)
    place, stands = np.empty(widest, dtype=np.int32), np.empty(most, dtype=np.int32)
    follower = np.zeros(
        int(patterns.max()) + 1 if n else 1, dtype=np.int32
    )  # new number of a pattern, from 1
    kept, uses, common, links = 0, 0, 0, 0
    for i in range(n):
        first, followed = kept, 0
        for k in range(start[i], start[i + 1]):
            place[k - start[i]] = -1
            if near[k]:
                place[k - start[i]] = kept - first
                new_value[kept] = value[k]
                j = pattern[k]
                if j > 0 and follower[j] == 0:
                    followed += 1
                    follower[j] = followed
                new_pattern[kept] = follower[j] if j > 0 else 0
                kept += 1
        for u in range(own_start[i], own_start[i + 1]):
            k, r = place[own_candidate[u]], number[own_resource[u]]
            new_own_candidate[uses], new_own_resource[uses], new_own_amount[uses] = k, r, own_amount[u]
            uses += (k >= 0) & (r >= 0)
        stands[: common_start[i + 1] - common_start[i]] = -1
        for t in range(link_start[i], link_start[i + 1]):
            c = common_start[i] + link_common[t]
            if follower[link_pattern[t]] > 0 and number[common_resource[c]] >= 0:
                if stands[link_common[t]] < 0:
                    stands[link_common[t]] = common - new_common_start[i]
                    new_common_resource[common] = number[common_resource[c]]
                    new_common_amount[common] = common_amount[c]
                    common += 1
                new_link_pattern[links] = follower[link_pattern[t]]
                new_link_common[links] = stands[link_common[t]]
                links += 1
        follower[: patterns[i] + 1] = 0
        new_patterns[i] = followed
        new_start[i + 1], new_own_start[i + 1] = kept, uses
        new_common_start[i + 1], new_link_start[i + 1] = common, links
    return Packed(
        required,
        new_start,
        new_value,
        new_pattern,
        new_patterns,
        new_own_start,
        new_own_candidate[:uses].copy(),
        new_own_resource[:uses].copy(),
        new_own_amount[:uses].copy(),
        new_common_start,
        new_common_resource[:common].copy(),
        new_common_amount[:common].copy(),
        new_link_start,
        new_link_pattern[:links].copy(),
        new_link_common[:links].copy(),
        packed.capacity[alive],
    )
