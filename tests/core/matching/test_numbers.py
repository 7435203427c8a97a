"""Numbers in order, each once."""

import numpy as np

from yinfeng.core.matching._numbers import distinct, first_distinct


def test_they_are_those_of_numpy() -> None:
    random = np.random.default_rng(1)
    for size in (0, 1, 2, 1_000):
        numbers = random.integers(-300, 300, size)
        assert distinct(numbers).tolist() == np.unique(numbers).tolist()


def test_first_labels_are_those_met_by_going_through() -> None:
    random = np.random.default_rng(2)
    for size in (0, 1, 200):
        group = np.sort(random.integers(0, 9, size))
        label = random.integers(0, 5, size)
        most = random.integers(0, 4, 9)
        met: dict[int, list[int]] = {}
        found = []
        for at, (g, one) in enumerate(zip(group.tolist(), label.tolist(), strict=True)):
            seen = met.setdefault(g, [])
            if one not in seen:
                seen.append(one)
                found += [at] if len(seen) <= most[g] else []
        assert first_distinct(group, label, most).tolist() == found
