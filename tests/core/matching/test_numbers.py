"""Numbers in order, each once."""

import numpy as np

from yinfeng.core.matching._numbers import distinct


def test_they_are_those_of_numpy() -> None:
    random = np.random.default_rng(1)
    for size in (0, 1, 2, 1_000):
        numbers = random.integers(-300, 300, size)
        assert distinct(numbers).tolist() == np.unique(numbers).tolist()
