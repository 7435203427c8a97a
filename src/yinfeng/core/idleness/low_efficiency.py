"""The local list of low-efficiency land and buildings: seven tests, any of which suffices (not Order 53)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Final

from yinfeng.core.idleness.course import FINDINGS, Course, exact, follow
from yinfeng.core.idleness.problem import Event, EventKind, Parcel, Place
from yinfeng.core.idleness.result import LandState, PlaceAnswer, PlaceState, Reason, Test, Verdict
from yinfeng.core.idleness.rules import EfficiencyRules, LandRules
from yinfeng.core.idleness.spans import add_months

VACANT: Final = frozenset({"vacant"})
PARTLY: Final = frozenset({"partly_let"})
_FINDING: Final[Mapping[str, str]] = {
    "prohibited": EventKind.PROHIBITED,
    "unsafe": EventKind.UNSAFE,
    "plan_needs": EventKind.PLAN_NEEDS,
    "extensive_use": EventKind.EXTENSIVE_USE,
}
_LIST: Final = ("low_efficiency.tests",)
_ENTRY: Final[Mapping[str, tuple[str, ...]]] = {
    "overdue": ("low_efficiency.overdue_months",),
    "output": (
        "low_efficiency.completed_months", "low_efficiency.intensity_share", "low_efficiency.output_share",
    ),
    "halted": ("low_efficiency.halted_months",),
}  # fmt: skip


_REASON: Final = {
    why: (Reason(why),) for why in ("line_in_building", "land_by_contract", "by_its_building", "not_started")
}


def judge_place(place: Place, on: date, rules: EfficiencyRules, land: LandRules) -> PlaceAnswer:
    """Put a building through the list; lines stand in buildings, and land without one is land."""
    if place.kind == "line":
        return _not_looked_at(place.id, "line_in_building")
    if place.kind == "land":
        return _not_looked_at(place.id, "land_by_contract")
    contract = place.contract
    course = follow(contract, on, land) if contract is not None else None
    findings = follow(Parcel(id=place.id, events=place.events), on, land).findings
    if course is not None and course.findings:
        findings = {kind: [*course.findings.get(kind, ()), *findings.get(kind, ())] for kind in FINDINGS}
    found = _tests(contract, course, findings, place, on, rules)
    answer = _answer(place.id, found, rules, is_in_use=place.status in ("in_use", "reserved"))
    is_back = place.returned_on is not None and not answer.met
    return replace(answer, state=PlaceState.RETURNED) if is_back else answer


def judge_parcel(
    parcel: Parcel, course: Course, state: LandState, on: date, rules: EfficiencyRules
) -> PlaceAnswer:
    """Put a parcel that was started through the list; one that was not is Order 53's alone."""
    if state not in (LandState.STARTED, LandState.HALTED, LandState.STALLED, LandState.BUILT):
        why = "by_its_building" if state == LandState.NOT_APPLICABLE else "not_started"
        return _not_looked_at(parcel.id, why)
    if parcel.complete_on is None and course.completed_on is None and not course.findings:
        return PlaceAnswer(id=parcel.id, state=PlaceState.UNKNOWN, tests=_untold(rules.tests), entries=_LIST)
    return _answer(
        parcel.id, _tests(parcel, course, course.findings, None, on, rules), rules, is_in_use=False
    )


@cache
def _untold(codes: tuple[str, ...]) -> tuple[Test, ...]:
    """Give the tests of a parcel of which nothing is known that they could look at."""
    return tuple(_NOT_FOUND.get(code) or Test(code, Verdict.UNKNOWN) for code in codes)


def _not_looked_at(id_: str, why: str) -> PlaceAnswer:
    return PlaceAnswer(id=id_, state=PlaceState.NOT_LOOKED_AT, reasons=_REASON[why])


def _answer(id_: str, tests: tuple[Test, ...], rules: EfficiencyRules, *, is_in_use: bool) -> PlaceAnswer:
    met = [test.code for test in tests if test.verdict == Verdict.YES]
    if met:
        entries = tuple(dict.fromkeys(key for code in met for key in _ENTRY.get(code, ())))
        return PlaceAnswer(id=id_, state=PlaceState.LOW_EFFICIENCY, tests=tests, entries=(*_LIST, *entries))
    if is_in_use:
        state = PlaceState.IN_USE
    elif any(test.verdict == Verdict.NO for test in tests if test.code not in _FINDING):
        state = PlaceState.NONE_MET
    else:
        state = PlaceState.UNKNOWN
    return PlaceAnswer(id=id_, state=state, tests=tests, entries=_LIST)


Findings = Mapping[str, list[Event]]


def _tests(
    parcel: Parcel | None,
    course: Course | None,
    findings: Findings,
    place: Place | None,
    on: date,
    rules: EfficiencyRules,
) -> tuple[Test, ...]:
    tests = []
    for code in rules.tests:
        if code == "overdue":
            tests.append(_overdue(parcel, course, on, rules))
        elif code == "output":
            tests.append(_output(parcel, course, on, rules))
        elif code == "halted":
            tests.append(_halted(place, findings, on, rules))
        else:
            tests.append(_finding(code, findings) if findings else _NOT_FOUND[code])
    return tuple(tests)


def _overdue(parcel: Parcel | None, course: Course | None, on: date, rules: EfficiencyRules) -> Test:
    """More than so many months past the agreed completion by the firm's own fault."""
    if parcel is None or course is None or parcel.complete_on is None:
        return Test("overdue", Verdict.UNKNOWN)
    since = add_months(parcel.complete_on, rules.overdue_months)
    # "More than two years": the day itself is not yet past.
    if course.completed_on is not None or on <= since:
        return Test("overdue", Verdict.NO, since)
    if course.excuses:
        return Test("overdue", Verdict.UNKNOWN, since, {"why": "excused"})
    return Test("overdue", Verdict.YES, since, {"agreed": parcel.complete_on})


def _output(parcel: Parcel | None, course: Course | None, on: date, rules: EfficiencyRules) -> Test:
    """Completed long enough, and invested or yielding too little."""
    if parcel is None or course is None or course.completed_on is None:
        return Test("output", Verdict.UNKNOWN)
    since = add_months(course.completed_on, rules.completed_months)
    if on < since:
        return Test("output", Verdict.NO, since)
    values: dict[str, object] = {}
    verdicts = []
    if parcel.invested_wan is not None and parcel.total_wan is not None and parcel.total_wan > 0:
        share = exact(parcel.invested_wan) / exact(parcel.total_wan)
        values["investment"] = share
        # "Short by half or more": half itself is short enough.
        verdicts.append(share <= 1 - rules.intensity_share)
    if parcel.output_wan_mu is not None and parcel.output_floor_wan_mu:
        share = exact(parcel.output_wan_mu) / exact(parcel.output_floor_wan_mu)
        values["output"] = share
        verdicts.append(share < rules.output_share)
    if any(verdicts):
        return Test("output", Verdict.YES, since, values)
    return Test("output", Verdict.NO if len(verdicts) == 2 else Verdict.UNKNOWN, since, values)


def _halted(place: Place | None, findings: Findings, on: date, rules: EfficiencyRules) -> Test:
    """Production stopped or half stopped for long enough."""
    since, row = None, ""
    for event in _in_order(findings, EventKind.HALTED, EventKind.RESUMED, EventKind.LAPSED):
        if event.kind == EventKind.HALTED:
            since, row = (since or event.on), (row or event.id)
        else:
            since, row = None, ""
    if since is None and place is None:
        return _HALT_UNKNOWN
    is_empty = place is not None and place.status in VACANT | PARTLY
    if since is None and place is not None and is_empty:
        since, row = place.idle_since, place.id
    back_on = place.returned_on if place is not None else None
    if place is not None and since is not None and back_on is not None and back_on >= since:
        return Test("halted", Verdict.NO, None, {"returned": back_on}, place.id)
    if since is None:
        is_used = place is not None and place.status is not None and not is_empty
        return Test("halted", Verdict.NO) if is_used else _HALT_UNKNOWN
    first = add_months(since, rules.halted_months)
    verdict = Verdict.YES if on >= first else Verdict.NO
    kind = "half" if place is not None and place.status in PARTLY else "full"
    return Test("halted", verdict, first, {"since": since, "kind": kind}, row)


_HALT_UNKNOWN: Final = Test("halted", Verdict.UNKNOWN)


def _finding(code: str, findings: Findings) -> Test:
    """Look for an official finding; without one the test is not met, for nobody has found it."""
    found: Event | None = None
    for event in _in_order(findings, _FINDING[code], EventKind.LAPSED):
        found = None if event.kind == EventKind.LAPSED else event
    if found is None:
        return _NOT_FOUND[code]
    return Test(code, Verdict.YES, found.on, {"document": found.document}, found.id)


_NOT_FOUND: Final = {code: Test(code, Verdict.NO) for code in _FINDING}


def _in_order(findings: Findings, *kinds: str) -> list[Event]:
    return sorted((e for kind in kinds for e in findings.get(kind, ())), key=lambda e: (e.on, e.id))
