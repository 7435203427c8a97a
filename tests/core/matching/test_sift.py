"""The kernel that sifts offers in groups finds what the plain masks find, to the last tie."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.test_join import zones
from tests.core.matching.zone import POLICY
from yinfeng.core.matching import _compiled
from yinfeng.core.matching._sift import NO_BOUND, make_ready, sift
from yinfeng.core.matching.facts import Facts
from yinfeng.core.matching.offers import all_offers


@given(zones(n=4, m=9), st.booleans(), st.integers(0, 12), st.data())
@settings(max_examples=60, deadline=None)
def test_the_groups_are_the_plain_masks(
    facts: Facts, verified_is_rule: bool, near: int, data: st.DataObject
) -> None:
    policy = replace(POLICY, verified_is_rule=verified_is_rule)
    for ready in make_ready(all_offers(facts), policy).values():
        m = len(ready.offers)
        among = np.array(data.draw(st.lists(st.booleans(), min_size=m, max_size=m)), dtype=np.bool_)
        for i in [*range(len(facts.projects)), *range(len(facts.projects))]:
            one = facts.projects.take(np.array([i]))
            for looked_at in (None, among):
                fast = sift(ready, one, near, looked_at)
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(_compiled, "numba", None)
                    plain = sift(ready, one, near, looked_at)
                assert [column.tolist() for column in fast] == [column.tolist() for column in plain]


@given(zones(n=3, m=9), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_a_bound_takes_away_only_what_is_beyond_it(facts: Facts, near: int) -> None:
    for ready in make_ready(all_offers(facts), POLICY).values():
        for i in range(len(facts.projects)):
            one = facts.projects.take(np.array([i]))
            free = sift(ready, one, near, None, NO_BOUND)
            for count, relative in zip(free.near_count.tolist(), free.near_relative.tolist(), strict=True):
                bound = sift(ready, one, near, None, (count, relative))
                kept = (free.near_count < count) | (
                    (free.near_count == count) & (free.near_relative <= relative)
                )
                wanted = free.near[kept].tolist()
                assert bound.near[: len(wanted)].tolist() == wanted
                assert bound.passing.tolist() == free.passing.tolist()
                assert bound.open.tolist() == free.open.tolist()
