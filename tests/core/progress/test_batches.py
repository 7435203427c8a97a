from dataclasses import replace
from datetime import date

from tests.core.progress.rules import national
from yinfeng.core.figures import shown
from yinfeng.core.period import year_to
from yinfeng.core.progress.batches import batch_figures, other_figures, rounds_of
from yinfeng.core.progress.problem import Event, Listing, Problem
from yinfeng.core.progress.scope import Scope, scope_of

SIGNED = Listing(row="rounds:2", round="第1轮", batch="signed", project="P")
STARTED = Listing(row="rounds:3", round="第2轮", batch="started", project="P")
NEWEST = Listing(row="rounds:4", round="第3轮", batch="signed", project="Q")


def scope(*lines: Listing, events: tuple[Event, ...] = (), **changed: object) -> Scope:
    problem = Problem(listings=lines, events=events)
    return scope_of(problem, national(**changed), year_to(date(2024, 6, 30)))


def rate(of: Scope, code: str = "signed-start-rate") -> str:
    return next(shown(figure) for figure in batch_figures(of) if figure.code == code)


def test_a_later_list_is_the_event_where_the_rulebook_takes_it_for_one() -> None:
    lines = (SIGNED, STARTED, NEWEST)
    assert rate(scope(*lines)) == "100.00%"
    assert rate(scope(*lines, listed_is_event=False)) == "0.00%"


def test_a_list_is_no_evidence() -> None:
    lines = (SIGNED, STARTED, NEWEST)
    strict = frozenset({"started"})
    assert rate(scope(*lines, strict=strict)) == "0.00%"
    shown_on_site = Event(
        row="m:1", project="P", event="started", on=date(2024, 3, 1), evidence=frozenset({"site_photo"})
    )
    assert rate(scope(*lines, strict=strict, events=(shown_on_site,))) == "100.00%"


def test_the_newest_round_out_or_in() -> None:
    lines = (SIGNED, STARTED, NEWEST)
    assert (rate(scope(*lines)), rate(scope(*lines, newest_out=False))) == ("100.00%", "50.00%")
    for newest_out, other in ((True, "50.00%"), (False, "100.00%")):
        assert shown(other_figures(scope(*lines, newest_out=newest_out))[0]) == other
    assert other_figures(scope(SIGNED)) == ()


def test_a_round_to_come_is_not_held() -> None:
    later = replace(NEWEST, held_on=date(2024, 8, 19))
    assert [one.name for one in rounds_of(scope(SIGNED, later))] == ["第1轮"]


def test_rounds_by_day_and_by_the_numbers_of_their_names() -> None:
    names = ["2021年第10次", "2021年第2次", "2020年第三次", "2021年第一次"]
    lines = [replace(SIGNED, row=f"rounds:{n}", round=name) for n, name in enumerate(names)]
    expected = ["2020年第三次", "2021年第一次", "2021年第2次", "2021年第10次"]
    assert [one.name for one in rounds_of(scope(*lines))] == expected
    dated = [replace(line, held_on=date(2021, 12 - n, 1)) for n, line in enumerate(lines)]
    assert [one.name for one in rounds_of(scope(*dated))] == names[::-1]
