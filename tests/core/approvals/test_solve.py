from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.approvals.building import ON, calendar, item, problem, project, request, row, template
from yinfeng.core.approvals.conditions import Fact
from yinfeng.core.approvals.needed import Way
from yinfeng.core.approvals.problem import Evaluation, Problem
from yinfeng.core.approvals.result import ProjectReport, Standing, Tally
from yinfeng.core.approvals.solve import solve
from yinfeng.core.approvals.states import ItemState
from yinfeng.core.approvals.template import Kind, Limit, Replacement, Span, Validity, Variant, Within
from yinfeng.core.text import Text

CHAIN = template(item("a", days=5), item("b", needs=("a",)), item("c", needs=("a",), days=2))


def report(of: Problem) -> ProjectReport:
    (only,) = solve(of).projects
    return only


def standing(of: Problem, key: str) -> Standing:
    return next(one for one in report(of).standings if one.key == key)


def states(of: Problem) -> dict[str, ItemState]:
    return {one.key: one.state for one in report(of).standings}


def test_what_can_be_applied_for_now() -> None:
    assert states(problem(CHAIN, projects=[project({})])) == {
        "a": ItemState.OPEN,
        "b": ItemState.WAITING,
        "c": ItemState.WAITING,
    }
    done = row("a", decided_on=date(2024, 3, 1))
    assert states(problem(CHAIN, projects=[project({})], rows=[done])) == {
        "a": ItemState.DECIDED,
        "b": ItemState.OPEN,
        "c": ItemState.OPEN,
    }


def test_the_start_waits_for_the_longest_way() -> None:
    start = report(problem(CHAIN, projects=[project({})])).start
    assert start is not None
    assert [step.key for step in start.path] == ["a", "b"]
    assert [step.end for step in start.path] == [date(2024, 3, 22), date(2024, 4, 19)]
    assert (start.earliest, start.critical) == (date(2024, 4, 19), frozenset({"a", "b"}))


def test_what_is_under_way_ends_when_it_is_due() -> None:
    rows = [row("a", decided_on=date(2024, 3, 1)), row("b", 3, accepted_on=date(2024, 3, 4))]
    start = report(problem(CHAIN, projects=[project({})], rows=rows)).start
    assert start is not None
    assert (start.earliest, [step.key for step in start.path]) == (date(2024, 4, 1), ["b"])


def test_late_is_at_the_agencys_desk_and_counted_as_done_today() -> None:
    rows = [row("a", decided_on=date(2023, 12, 1)), row("b", 3, accepted_on=date(2024, 1, 2), desk="市局")]
    of = problem(CHAIN, projects=[project({})], rows=rows)
    late = standing(of, "b")
    assert (late.state, late.due, late.days_left, late.desk.zh) == (
        ItemState.LATE, date(2024, 1, 30), -33, "市局",
    )  # fmt: skip
    start = report(of).start
    assert start is not None
    assert "已逾期" in start.rests_on[0].zh


def test_an_answer_that_is_overdue_is_named() -> None:
    asked = request("a", date(2024, 3, 8), reply_by=date(2024, 3, 12))
    rows = [row("a", applied_on=date(2024, 3, 7))]
    found = standing(problem(CHAIN, projects=[project({})], rows=rows, requests=[asked]), "a")
    assert (found.state, found.is_applicants) == (ItemState.CORRECTING, True)
    assert [note.zh for note in found.notes] == ["已过要求的期限 2024-03-12，还没有补齐"]


def test_an_unanswered_fact_is_asked_and_not_guessed() -> None:
    wet = item("wet", days=10, when=Fact("own_water", "is", True))
    of = problem(template(item("a", days=5), wet), projects=[project({})])
    found = report(of)
    assert states(of)["wet"] is ItemState.TO_ANSWER
    assert [(question.fact, question.items) for question in found.questions] == [("own_water", ("wet",))]
    assert found.start is not None
    assert (found.start.earliest, found.start.if_all_needed) == (date(2024, 3, 22), date(2024, 3, 29))


def test_the_ledger_answers_where_the_facts_do_not() -> None:
    wet = item("wet", when=Fact("own_water", "is", True))
    of = template(wet)
    needed = problem(of, projects=[project({})], rows=[row("wet")])
    assert states(needed) == {"wet": ItemState.OPEN}
    off = problem(of, projects=[project({})], rows=[row("wet", needed=False)])
    assert states(off) == {"wet": ItemState.NOT_NEEDED}


def test_a_contradiction_between_facts_and_ledger_is_named() -> None:
    wet = item("wet", when=Fact("own_water", "is", True))
    of = template(wet)
    yes = problem(of, projects=[project({"own_water": True})], rows=[row("wet", status="not_needed")])
    no = problem(of, projects=[project({"own_water": False})], rows=[row("wet")])
    assert [finding.code for finding in report(yes).findings] == ["needed-by-rule"]
    assert [finding.code for finding in report(no).findings] == ["not-needed-by-rule"]


def test_of_several_forms_the_longest_time_until_it_is_known() -> None:
    forms = (
        Variant("report", Text("报告书", "r"), Fact("cls", "is", "report"), Limit(Span(60, "calendar"))),
        Variant("form", Text("报告表", "f"), Fact("cls", "is", "form"), Limit(Span(30, "calendar"))),
    )
    eia = item("eia", days=None, variants=forms)
    rows = [row("eia", accepted_on=date(2024, 3, 1))]
    unknown = standing(problem(template(eia), projects=[project({})], rows=rows), "eia")
    known = standing(problem(template(eia), projects=[project({"cls": "form"})], rows=rows), "eia")
    named = standing(
        problem(template(eia), projects=[project({})], rows=[replace(rows[0], form="form")]), "eia"
    )
    assert [one.due for one in (unknown, known, named)] == [
        date(2024, 4, 30), date(2024, 3, 31), date(2024, 3, 31),
    ]  # fmt: skip
    none = problem(template(eia), projects=[project({"cls": "none"})])
    assert states(none) == {"eia": ItemState.NOT_NEEDED}


def area(effect: str, **more: object) -> Replacement:
    told = {
        "key": "r", "entry": "approvals.replace.r", "title": Text("区域评估", "area"), "item": "a",
        "by": "area_evaluation", "effect": effect, "evaluation": "flood", "when": CHAIN.items[0].when,
        "limit": Limit(Span(0, "working"), "received"), "basis": "law", "source": "law",
    }  # fmt: skip
    return Replacement(**(told | more))  # type: ignore[arg-type]


def evaluation(until: date | None, zone: str = "Z1") -> Evaluation:
    return Evaluation("area_evaluations:2", zone, "flood", date(2020, 1, 1), until)


def test_a_valid_area_evaluation_replaces_an_item_in_its_zone() -> None:
    of = template(*CHAIN.items, replacements=[area("replaces")])
    for held, state in (
        (evaluation(date(2024, 3, 15)), ItemState.REPLACED),
        (evaluation(date(2024, 3, 14)), ItemState.OPEN),
        (evaluation(None), ItemState.REPLACED),
        (evaluation(date(2025, 1, 1), zone="Z2"), ItemState.OPEN),
    ):
        asked = problem(of, projects=[project({})], evaluations=[held])
        assert states(asked)["a"] is state
        assert states(asked)["b"] is (ItemState.OPEN if state is ItemState.REPLACED else ItemState.WAITING)


def test_a_commitment_takes_its_own_time() -> None:
    of = template(*CHAIN.items, replacements=[area("commitment", by="commitment", evaluation="")])
    found = standing(problem(of, projects=[project({})]), "a")
    assert (found.state, found.need.way, found.is_applicants) == (ItemState.OPEN, Way.COMMITMENT, True)
    start = report(problem(of, projects=[project({})])).start
    assert start is not None
    assert start.steps["a"].end == ON
    begun = standing(problem(of, projects=[project({})], rows=[row("a", accepted_on=date(2024, 3, 11))]), "a")
    assert (begun.need.way, begun.due) == (Way.APPROVAL, date(2024, 3, 18))


def test_a_decision_lapses_unless_works_begin_in_time() -> None:
    permit = item("a", validity=Validity(3, "months", "lapses", extensions=2, extension_months=3))
    of = template(permit)
    decided = row("a", decided_on=date(2023, 11, 30))
    lapsed = standing(problem(of, projects=[project({})], rows=[decided]), "a")
    assert (lapsed.state, lapsed.expires_on) == (ItemState.LAPSED, date(2024, 2, 29))
    longer = replace(decided, extensions=1)
    soon = standing(problem(of, projects=[project({})], rows=[longer], on=date(2024, 5, 20)), "a")
    assert (soon.state, soon.expires_on, soon.lapses_soon) == (ItemState.DECIDED, date(2024, 5, 30), True)
    begun = project({}, started_on=date(2024, 2, 29))
    held = standing(problem(of, projects=[begun], rows=[decided]), "a")
    assert (held.state, held.expires_on) == (ItemState.DECIDED, None)


def test_the_applicants_own_deadline_is_late_at_its_desk() -> None:
    acceptance = item("acceptance", gate="")
    filing = item("filing", needs=("acceptance",), gate="", within=Within("acceptance", Span(15, "calendar")))
    rows = [row("acceptance", decided_on=date(2024, 2, 1))]
    found = standing(problem(template(acceptance, filing), projects=[project({})], rows=rows), "filing")
    assert (found.state, found.due, found.is_applicants) == (ItemState.LATE, date(2024, 2, 16), True)


def test_works_begun_with_items_open_are_named() -> None:
    begun = project({}, started_on=date(2024, 3, 1))
    found = report(problem(CHAIN, projects=[begun], rows=[row("a", decided_on=date(2024, 2, 1))]))
    assert [(one.code, one.sentence.zh) for one in found.findings] == [
        ("started-early", "2024-03-01 已开工，当时未办结的开工前事项：b、c")
    ]
    assert found.start is None


def test_a_request_about_an_item_not_in_the_ledger_is_named() -> None:
    asked = [request("b", date(2024, 2, 5)), request("a", date(2024, 2, 6), 3)]
    rows = [row("a", applied_on=date(2024, 2, 1))]
    found = report(problem(CHAIN, projects=[project({})], rows=rows, requests=asked))
    assert [(one.code, one.item, one.rows) for one in found.findings] == [
        ("request-without-item", "b", (asked[0].row,))
    ]


def test_done_before_what_the_law_asks_for() -> None:
    found = report(problem(CHAIN, projects=[project({})], rows=[row("b", decided_on=date(2024, 3, 1))]))
    assert [one.code for one in found.findings] == ["out-of-order"]


def test_a_condition_is_taken_as_there_once_what_needs_it_was_applied_for() -> None:
    drawings = item("drawings", days=None, kind=Kind.CONDITION, gate="")
    of = template(drawings, item("permit", needs=("drawings",)))
    before = problem(of, projects=[project({})])
    after = problem(of, projects=[project({})], rows=[row("permit", applied_on=date(2024, 3, 14))])
    assert states(before) == {"drawings": ItemState.OPEN, "permit": ItemState.WAITING}
    assert states(after) == {"drawings": ItemState.DECIDED, "permit": ItemState.APPLIED}


def test_the_ledger_alone_tells_done_of_needed() -> None:
    rows = [
        row("a", 2, status="done"),
        row("b", 3, status="in_hand"),
        row("c", 4, status="not_needed"),
        replace(row("strange", 5), item=None, decided_on=date(2024, 3, 15)),
        replace(row("later", 6), item=None, decided_on=date(2024, 3, 16)),
    ]
    found = report(problem(CHAIN, projects=[project()], rows=rows))
    assert (found.by_ledger, found.by_rule) == (Tally(4, 2), None)
    assert [(one.key, one.state) for one in found.standings] == [
        ("a", ItemState.DECIDED), ("b", ItemState.APPLIED), ("c", ItemState.NOT_NEEDED),
        ("later", ItemState.OPEN), ("strange", ItemState.DECIDED),
    ]  # fmt: skip


def test_dates_after_the_day_have_not_happened() -> None:
    later = row("a", applied_on=date(2024, 3, 16), decided_on=date(2024, 3, 20))
    assert states(problem(CHAIN, projects=[project({})], rows=[later]))["a"] is ItemState.OPEN


def test_the_newest_application_counts() -> None:
    refused = row("a", 9, applied_on=date(2024, 1, 2), decided_on=date(2024, 1, 9), status="refused")
    again = row("a", 2, applied_on=date(2024, 3, 14))
    found = standing(problem(CHAIN, projects=[project({})], rows=[refused, again]), "a")
    assert (found.state, found.earlier) == (ItemState.APPLIED, (refused,))


DAYS = st.none() | st.dates(date(2023, 6, 1), date(2024, 6, 30))
ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(["a", "b", "c"]),
        st.integers(2, 9_999),
        applied_on=DAYS,
        accepted_on=DAYS,
        decided_on=DAYS,
        status=st.sampled_from([None, "done", "in_hand", "refused", "not_needed", "not_started"]),
    ),
    max_size=6,
    unique_by=lambda one: one.row,
)
REQUESTS = st.lists(
    st.builds(
        request,
        st.sampled_from(["a", "b"]),
        st.dates(date(2023, 6, 1), date(2024, 6, 30)),
        st.integers(2, 9_999),
        kind=st.sampled_from(["correction", "review", "hearing"]),
        answered_on=DAYS,
    ),
    max_size=4,
    unique_by=lambda one: one.row,
)


@settings(deadline=None)
@given(ROWS, REQUESTS, st.randoms())
def test_the_order_of_rows_never_matters(rows: list, requests: list, random: object) -> None:  # type: ignore[type-arg]
    projects = [project({}), project({}, id="P2", name="P2")]
    first = solve(problem(CHAIN, projects=projects, rows=rows, requests=requests))
    for many in (projects, rows, requests):
        random.shuffle(many)  # type: ignore[attr-defined]
    again = solve(problem(CHAIN, projects=projects, rows=rows, requests=requests))
    assert again.projects == first.projects


@settings(deadline=None)
@given(ROWS, REQUESTS, st.frozensets(st.dates(date(2024, 1, 1), date(2024, 12, 31)), min_size=1, max_size=8))
def test_a_holiday_more_never_makes_a_due_day_or_a_start_earlier(
    rows: list,
    requests: list,
    off: frozenset[date],  # type: ignore[type-arg]
) -> None:
    plain = report(problem(CHAIN, projects=[project({})], rows=rows, requests=requests))
    more = report(problem(CHAIN, projects=[project({})], rows=rows, requests=requests, days=calendar(off)))
    for old, new in zip(plain.standings, more.standings, strict=True):
        if old.due is not None and new.due is not None:
            assert new.due >= old.due
    if plain.start is not None and more.start is not None:
        assert more.start.earliest >= plain.start.earliest
