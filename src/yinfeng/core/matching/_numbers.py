"""Numbers in order, each once: what `np.unique` gives, by sorting.

NumPy takes whole numbers through a hash table, which for millions of mostly different ones takes twenty times
as long.
"""

import numpy as np

from yinfeng.core.matching.problem import Ints


def distinct(numbers: Ints) -> Ints:
    """Give the numbers in rising order, each once; shape (k,)."""
    rising: Ints = np.sort(numbers)
    is_first = np.ones(len(rising), dtype=np.bool_)
    is_first[1:] = rising[1:] != rising[:-1]
    return rising[is_first]


def first_distinct(group: Ints, label: Ints, most: Ints) -> Ints:
    """Give where groups first name each of their first labels, in rising order.

    group: (k,) >= 0, rising. label: (k,). most: how many labels are looked for, by group.
    """
    order = np.lexsort((label, group))
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = (np.diff(label[order]) != 0) | (np.diff(group[order]) != 0)
    at = np.sort(order[is_first])
    named = group[at]
    rank = np.arange(len(at)) - np.searchsorted(named, named)
    found: Ints = at[rank < most[named]]
    return found
