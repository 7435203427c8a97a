from itertools import product

import pytest

from yinfeng.core.approvals.conditions import ALWAYS, Every, Fact, Ground, Some, facts_of, judge

LAND = Fact("land_ha", "at_least", 5.0, "soil.report_ha")
EARTH = Fact("earth_m3", "at_least", 50_000.0, "soil.report_m3")


@pytest.mark.parametrize(
    ("test", "value", "holds"),
    [
        (LAND, 5.0, True),
        (LAND, 4.99, False),
        (Fact("land_ha", "below", 5.0), 5.0, False),
        (Fact("land_ha", "below", 5.0), 4.99, True),
        (Fact("kind", "is", "filing"), "filing", True),
        (Fact("kind", "is", "filing"), "approval", False),
        (Fact("kind", "in", ("new", "extension")), "extension", True),
        (Fact("kind", "in", ("new", "extension")), "reuse", False),
        (Fact("wet", "is", False), False, True),
    ],
)
def test_one_fact_against_a_bound(test: Fact, value: object, holds: bool) -> None:
    assert judge(test, {test.fact: value})[0] is holds  # type: ignore[dict-item]


def test_what_is_not_known_is_not_guessed() -> None:
    holds, grounds = judge(LAND, {})
    assert holds is None
    assert grounds == (Ground("land_ha", None, "at_least", 5.0, "soil.report_ha", None),)


def test_a_condition_without_parts_always_holds() -> None:
    assert judge(ALWAYS, {}) == (True, ())


def test_every_and_some_follow_three_valued_logic() -> None:
    values = {True: 5.0, False: 1.0, None: None}
    earth = {True: 50_000.0, False: 1.0, None: None}
    for a, b in product((True, False, None), repeat=2):
        known = {k: v for k, v in (("land_ha", values[a]), ("earth_m3", earth[b])) if v is not None}
        every = False if False in (a, b) else None if None in (a, b) else True
        some = True if True in (a, b) else None if None in (a, b) else False
        assert judge(Every((LAND, EARTH)), known)[0] is every
        assert judge(Some((LAND, EARTH)), known)[0] is some


def test_only_what_decides_is_given_as_reason() -> None:
    holds, grounds = judge(Some((LAND, EARTH)), {"earth_m3": 60_000.0})
    assert (holds, [ground.fact for ground in grounds]) == (True, ["earth_m3"])
    holds, grounds = judge(Some((LAND, EARTH)), {"earth_m3": 10.0})
    assert (holds, [ground.fact for ground in grounds]) == (None, ["land_ha"])


def test_a_word_is_not_compared_by_size() -> None:
    with pytest.raises(TypeError, match="land_ha"):
        judge(LAND, {"land_ha": "much"})


def test_facts_of_a_condition() -> None:
    assert facts_of(Every((LAND, Some((EARTH, Fact("wet", "is", True)))))) == {"land_ha", "earth_m3", "wet"}
