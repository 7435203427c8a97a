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
