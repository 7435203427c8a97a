"""An asset's story as one record, and the area it returns to use."""

from datetime import date
from fractions import Fraction

import pytest

from yinfeng.core.idleness.story import AssetStep, Story, returned_area, tell


def step(kind: str, on: str, **facts: object) -> AssetStep:
    known = {"asset": "L1", "zone": "Z9"} | facts
    id_ = f"{known['asset']}-{kind}-{on}"
    return AssetStep(id=id_, kind=kind, on=date.fromisoformat(on), **known)  # type: ignore[arg-type]


STEPS = [
    step("idle", "2013-12-01", name="原硅酸钙板厂房"),
    step("shown", "2023-05-10", party="甲公司"),
    step("visited", "2023-09-02", party="乙公司"),
    step("declined", "2023-10-01", party="乙公司"),
    step("asked", "2023-12-05", party="鑫石新材"),
    step("taker", "2024-03-01", party="鑫石新材"),
    step("deal", "2024-03-20", party="鑫石新材", way="shares"),
    step("upgrade", "2024-04-01"),
    step("first_product", "2024-07-15"),
    step("returned", "2024-07-31", area_m2=30000.0),
]


def told(on: str, steps: list[AssetStep] = STEPS, area: float = 30000.0) -> Story:
    (story,) = tell(steps, date.fromisoformat(on), {"L1": area}, {})
    return story


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2023-01-01", "idle"),
        ("2023-05-10", "sought"),
        ("2023-10-02", "sought"),
        ("2024-03-01", "taken"),
        ("2024-03-20", "deal"),
        ("2024-05-01", "upgrading"),
        ("2024-07-15", "producing"),
        ("2024-07-31", "returned"),
    ],
)
def test_the_story_by_date(on: str, state: str) -> None:
    assert told(on).state == state


def test_the_whole_record() -> None:
    story = told("2024-08-31")
    assert (story.attempts, story.parties) == (3, ("甲公司", "乙公司", "鑫石新材"))
    assert (story.taker, story.taker_on, story.deal_on, story.way) == (
        "鑫石新材",
        date(2024, 3, 1),
        date(2024, 3, 20),
        "shares",
    )
    assert (story.idle_since, story.idle_days) == (date(2013, 12, 1), 3895)
    assert (story.returned_on, story.returned_m2, story.flaws) == (date(2024, 7, 31), Fraction(30000), ())


def test_showing_it_to_others_does_not_undo_a_deal() -> None:
    later = [*STEPS[:7], step("shown", "2024-03-25", party="丙公司")]
    assert told("2024-03-26", later).state == "deal"
    undone = [*later, step("undone", "2024-03-28")]
    assert (told("2024-03-29", undone).state, told("2024-03-29", undone).taker) == ("sought", None)


def test_what_does_not_fit_is_told() -> None:
    twice = [*STEPS[1:], step("returned", "2024-08-01", area_m2=100.0)]
    assert [flaw.zh for flaw in told("2024-08-31", twice).flaws] == [
        "恢复使用面积合计 30,100 平方米，超过场地面积 30,000 平方米"
    ]


def test_the_area_returned_sums_rows() -> None:
    steps = [
        *STEPS,
        step("returned", "2024-06-30", asset="L2", area_m2=1200.5),
        step("returned", "2024-12-31", asset="L3", area_m2=800.0),
        step("returned", "2024-07-01", asset="L4", area_m2=999.0, zone="Z10"),
        step("returned", "2024-07-02", asset="L5"),
    ]
    figure = returned_area(steps, zone="Z9", start=date(2024, 7, 1), end=date(2024, 12, 31), period="2024H2")
    assert figure.value == Fraction(30800)
    assert figure.numerator is not None
    assert figure.numerator.rows == (
        "asset_steps:L1-returned-2024-07-31",
        "asset_steps:L3-returned-2024-12-31",
    )
    assert [note.zh for note in figure.notes] == ["L5-returned-2024-07-02 没有面积，未计入"]
    whole = returned_area(steps, zone=None, start=date(2024, 1, 1), end=date(2024, 12, 31), period="2024")
    assert whole.value == Fraction("32999.5")
