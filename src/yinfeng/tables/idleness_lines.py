"""Lines of the answer of idleness that screen and workbook share: what is most urgent, a sentence each."""

from datetime import date
from typing import Final

from yinfeng.core.idleness import states
from yinfeng.core.idleness.result import Actor, Answer, LandState, Step
from yinfeng.core.text import Lang, Text
from yinfeng.tables.idleness import Idleness
from yinfeng.tables.idleness_words import (
    ACTOR,
    article,
    land_state,
    step_text,
    test_text,
    unsourced,
    unsourced_mark,
)

LAND_REGIME: Final = Text("闲置土地（53号令）", "idle land (Order 53)")
LOCAL_LIST: Final = Text("低效用地清单（不是53号令）", "low-efficiency list (not Order 53)")


def by_urgency(answer: Idleness) -> list[tuple[Answer, Step]]:
    """Give everything with a next step, the nearest last day first.

    Where the law names no day, an authority's step is due today and what is missing in a ledger comes last.
    """
    pairs = [(one, one.land.step) for one in answer.answers if one.land.step is not None]
    return sorted(pairs, key=lambda pair: (*_urgency(pair[0], pair[1], answer.on), pair[0].id))


_RANK: Final = {
    state: at
    for at, state in enumerate(
        (
            LandState.IDLE_2, LandState.IDLE_1, LandState.STALLED, LandState.DUE_SOON, LandState.EXCUSED,
            LandState.HALTED, LandState.LATE, LandState.STARTED, LandState.DISPOSED, LandState.UNCLEAR,
            LandState.NOT_DUE, LandState.BUILT, LandState.NOT_APPLICABLE,
        )
    )
}  # fmt: skip


def step_line(answer: Idleness, one: Answer, step: Step) -> Text:
    """Say a next step in one line: when, what, which parcel, who, by which article."""
    when = Text("尽快", "promptly") if step.due_on is None else Text(f"{step.due_on} 前", f"by {step.due_on}")
    if step.due_on is not None and step.due_on < answer.on:
        days = (answer.on - step.due_on).days
        when = Text(f"{step.due_on} 已过 {days} 天", f"{step.due_on}, {days} days past")
    name = answer.subject(one).name
    found = article(step.code, answer.land)
    number = Text("", "") if found is None else Text(f"（{found.zh}）", f" ({found.en})")
    return Text(
        "{id} {name} {state}：{when}，{actor}{step}{article}{mark}",
        "{id} {name} {state}: {when}, {actor}: {step}{article}{mark}",
    ).format(
        id=one.id,
        name="" if name == one.id else name,
        state=land_state(one.land),
        when=when,
        actor=ACTOR[step.actor],
        step=step_text(step),
        article=number,
        mark=_mark(unsourced(one.land, answer.land)),
    )


def place_line(answer: Idleness, one: Answer) -> Text:
    """Say in one line which tests of the low-efficiency list a place meets, and what Order 53 says."""
    tests = [test_text(test) for test in one.efficiency.met]
    name = answer.subject(one).name
    return Text("{id} {name} {tests}；{state}", "{id} {name} {tests}; {state}").format(
        id=one.id,
        name="" if name == one.id else name,
        tests=Text("、".join(t.zh for t in tests), ", ".join(t.en for t in tests)),
        state=land_state(one.land),
    )


def _mark(keys: tuple[str, ...]) -> Text:
    mark = unsourced_mark(keys)
    return Text(f"〔{mark.zh}〕", f" [{mark.en}]") if keys else mark


def _urgency(one: Answer, step: Step, on: date) -> tuple[date, int]:
    last_day = date.max if step.actor is Actor.ZONE else on
    return step.due_on or last_day, _RANK[one.land.state]


ALL_ZONES: Final = Text("全部", "all")
"""Where a figure is of all zones together."""


def zone_name(answer: Idleness, zone: str | None, lang: Lang) -> str:
    """Give a zone's name, its id where no ledger names it."""
    if zone is None or not zone:
        return Text("未注明", "not stated").of(lang)
    return answer.zone_names.get(zone, zone)


def states_label(state: str, *, is_land: bool) -> Text:
    """Give the words of a state of either regime."""
    return (states.LAND if is_land else states.PLACE).label(state)
