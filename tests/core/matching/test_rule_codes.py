"""Ranks and classes laid into words say what comparing one by one says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.core.matching._join import scan
from yinfeng.core.matching._rule_codes import Classes, Ranks, _ranks, combined, pack


@given(st.integers(0, 2**32), st.integers(0, 6), st.sampled_from((1, 2, 40, 64, 65, 150)))
@settings(max_examples=60, deadline=None)
def test_words_pass_where_every_rank_and_class_does(seed: int, rules: int, classes: int) -> None:
    random = np.random.default_rng(seed)
    n, m = 5, 9
    ranks = [
        Ranks(
            random.integers(0, most + 1, n).astype(np.int32), random.integers(0, most + 1, m).astype(np.int32)
        )
        for most in random.choice((0, 1, 6, 90_000), rules)
    ]
    of = Classes(
        random.integers(0, classes, n).astype(np.int32),
        random.integers(0, 4, m).astype(np.int32),
        random.random((classes, 4)) < random.choice((0.7, 1.0)),
    )
    signs = pack(ranks, of)
    fails, hits = np.empty(m, dtype=np.uint64), np.empty(m, dtype=np.int32)
    for i in range(n):
        passing = scan(i, 2, m, signs.row, signs.need, signs.guard, signs.place, fails, hits)
        assert hits[:passing].tolist() == [
            o
            for o in range(2, m)
            if of.passes[of.project[i], of.offer[o]] and all(one.need[i] <= one.place[o] for one in ranks)
        ]


@pytest.mark.parametrize("spread", [1, 7, 10**6])
@pytest.mark.parametrize(("size", "width"), [(0, 9), (1, 9), (200, 9), (5_000, 90)])
def test_classes_of_several_are_those_of_their_tuples(spread: int, size: int, width: int) -> None:
    random = np.random.default_rng(spread)
    columns = [random.integers(0, width, size) * spread for _ in range(3)]
    columns += [columns[0] // spread % 2]  # tells nothing apart that the first does not
    whole, first = combined(columns, size)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    at = {row: i for i, row in reversed(list(enumerate(rows)))}
    number = {row: c for c, row in enumerate(sorted(at))}
    assert whole.tolist() == [number[row] for row in rows]
    assert first.tolist() == [at[row] for row in sorted(at)]


@pytest.mark.parametrize("spread", [1, 10**9])
@pytest.mark.parametrize("unknown", [None, 0])
def test_ranks_are_counted_alike_in_a_table_and_by_search(spread: int, unknown: int | None) -> None:
    wanted = np.array([4, -3, 0, 9, 4, 17]) * spread
    asked = np.array([True, True, True, True, True, False])
    has, known = np.arange(-6, 12) * spread + 1, np.arange(18) % 5 > 0
    distinct = np.unique(wanted[asked])
    met = [int((distinct <= h).sum()) for h in has]
    not_known = len(distinct) if unknown is None else unknown
    ranks = _ranks(wanted, asked, has, known, unknown)
    assert ranks.need.tolist() == [3, 1, 2, 4, 3, 0]
    assert ranks.place.tolist() == [m if k else not_known for m, k in zip(met, known, strict=True)]
