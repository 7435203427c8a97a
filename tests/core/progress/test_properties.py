"""Of any dispatch table: rows in any order, figures recount from their rows, cohorts only grow."""

import itertools
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.progress.rules import national
from yinfeng.core.figures import Figure, Side
from yinfeng.core.period import year_to
from yinfeng.core.progress.batches import cohorts
from yinfeng.core.progress.credit import credits
from yinfeng.core.progress.problem import Contact, Event, Listing, Problem, Project, Signing
from yinfeng.core.progress.scope import scope_of
from yinfeng.core.progress.solve import figures

OF_ONE_LIST = ("start-rate", "resumption-rate", "entry-rate", "signed-start-rate", "commissioning-rate")
RULES = national()
PERIOD = year_to(date(2024, 6, 30))

NAMES = st.sampled_from("ABCDEFGH")
DAYS = st.none() | st.dates(date(2023, 1, 1), date(2025, 1, 1))
MONEY = st.none() | st.integers(0, 500).map(lambda n: Fraction(n, 10))
FLAGS = st.dictionaries(st.sampled_from(["started", "resumed", "in_production", "entered"]), st.booleans())


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    names = draw(st.lists(NAMES, unique=True, max_size=8))
    projects = [
        Project(
            row=f"year_plan:{name}",
            project=name,
            list_kind=draw(st.sampled_from(["new", "continuing", "reserve"])),
            said=draw(FLAGS),
            planned=draw(MONEY),
            done=draw(MONEY),
        )
        for name in names
    ]
    events = [
        Event(
            row=f"m:{n}",
            project=draw(NAMES),
            event=draw(st.sampled_from(["started", "completed"])),
            on=draw(DAYS),
        )
        for n in range(draw(st.integers(0, 6)))
    ]
    listings = [
        Listing(
            row=f"rounds:{n}",
            round=f"第{draw(st.integers(1, 4))}轮",
            batch=draw(st.sampled_from(["signed", "started", "produced"])),  # type: ignore[arg-type]
            project=draw(NAMES),
            said=draw(FLAGS),
            expected=draw(MONEY),
            actual=draw(MONEY),
        )
        for n in range(draw(st.integers(0, 12)))
    ]
    signings = [
        Signing(
            row=f"signings:{n}",
            project=draw(NAMES),
            on=draw(DAYS),
            amount=draw(MONEY),
            kind=draw(st.sampled_from(["", "first", "upgraded", "increase", "investor_changed"])),
        )
        for n in range(draw(st.integers(0, 10)))
    ]
    contacts = [
        Contact(row=f"contacts:{n}", project=draw(NAMES), on=draw(DAYS), said={"agreed": draw(st.booleans())})
        for n in range(draw(st.integers(0, 8)))
    ]
    return Problem(
        projects=tuple(projects),
        events=tuple(events),
        listings=tuple(listings),
        signings=tuple(signings),
        contacts=tuple(contacts),
    )


def told(found: Sequence[Figure]) -> dict[str, Any]:
    def number(side: Side | None) -> Fraction | None:
        return None if side is None else side.value

    return {f.code: (f.value, number(f.numerator), number(f.denominator)) for f in found}


@settings(max_examples=150, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_plan_and_events_never_matters(problem: Problem, random: Any) -> None:
    def mixed(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(rows, len(rows)))

    other = Problem(
        projects=mixed(problem.projects),
        events=mixed(problem.events),
        listings=problem.listings,
        signings=mixed(problem.signings),
        contacts=problem.contacts,
    )
    assert told(figures(scope_of(problem, RULES, PERIOD))) == told(figures(scope_of(other, RULES, PERIOD)))


@settings(max_examples=150, deadline=None)
@given(problems())
def test_a_figure_recounts_from_its_rows(problem: Problem) -> None:
    planned = {p.row: p for p in problem.projects}
    given_credit = {c.signing.row: c for c in credits(problem.signings, RULES.credit)}
    for figure in figures(scope_of(problem, RULES, PERIOD)):
        for side in (figure.numerator, figure.denominator):
            if side is None:
                continue
            assert len(set(side.rows)) == len(side.rows)
            match figure.code:
                case "planned-investment":
                    assert side.value == sum(planned[row].planned or 0 for row in side.rows)
                case "done-investment":
                    assert side.value == sum(planned[row].done or 0 for row in side.rows)
                case "signed-amount":
                    assert side.value == sum(given_credit[row].amount for row in side.rows)
                case "start-rate" | "resumption-rate" | "signed-start-rate" | "contacts" | "signed-count":
                    assert side.value == len(side.rows)
        if figure.code in OF_ONE_LIST and figure.numerator and figure.denominator:
            assert set(figure.numerator.rows) <= set(figure.denominator.rows)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_cohorts_only_grow(problem: Problem) -> None:
    found = cohorts(scope_of(problem, RULES, PERIOD))
    for before, after in itertools.pairwise(found):
        later = {figure.code: figure for figure in after.figures}
        for figure in before.figures:
            for side, other in (
                (figure.numerator, later[figure.code].numerator),
                (figure.denominator, later[figure.code].denominator),
            ):
                assert side is not None
                assert other is not None
                assert side.value <= other.value
    assert sum(one.is_headline for one in found) == min(1, len(found))


@settings(max_examples=150, deadline=None)
@given(problems())
def test_a_project_is_credited_once(problem: Problem) -> None:
    by_project: dict[str, Fraction] = {}
    for credit in credits(problem.signings, RULES.credit):
        by_project[credit.signing.project] = (
            by_project.get(credit.signing.project, Fraction()) + credit.number
        )
    assert all(number <= 1 for number in by_project.values())
