"""Growing things together that have much to do with each other, up to a size."""

import numpy as np

from yinfeng.core.matching.problem import Floats, Ints


def grown_together(low: Ints, high: Ints, strength: Floats, members: Floats, size: float) -> Ints:
    """Give the group of each thing: those with strong ties together, at most ``size`` members in each.

    low, high, strength: ties between two things each. members: of each thing, shape (n,). The strongest ties
    come first (as in Kruskal's algorithm), ties as strong in the order given. Returns shape (n,), the number
    of one of the group's things.
    """
    group, members = np.arange(len(members)), members.copy()

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = int(group[at])
        return at

    for tie in np.argsort(-strength, kind="stable").tolist():
        one, other = root(int(low[tie])), root(int(high[tie]))
        if one != other and members[one] + members[other] <= size:
            group[other] = one
            members[one] += members[other]
    return np.array([root(at) for at in range(len(group))], dtype=np.int64)
