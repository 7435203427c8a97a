"""Problem → result: where every item of every project stands, and when works may lawfully start."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from yinfeng.core.approvals.conditions import facts_of
from yinfeng.core.approvals.findings import findings_of
from yinfeng.core.approvals.memory import Memory
from yinfeng.core.approvals.needed import Judge, Need, Way, judge_for
from yinfeng.core.approvals.problem import Application, Evaluation, Problem, Project, Request, row_order
from yinfeng.core.approvals.result import ProjectReport, Question, Result, Standing, Tally
from yinfeng.core.approvals.standing import NOT_BEGUN, Pace, is_done, pace_of
from yinfeng.core.approvals.standings import standings_of, unknown_item
from yinfeng.core.approvals.start import start_of
from yinfeng.core.approvals.states import ItemState
from yinfeng.core.approvals.template import LAST_STAGE_BEFORE_WORKS, Item, Kind, Template
from yinfeng.core.text import Text

_FOUND_THERE: Final = Text("由后面已申报的事项推定已具备", "taken as there: what needs it was applied for")
_MIGHT_COMMIT: Final = Text(
    "台账没有写“承诺”，按审批算；本可由承诺代替：{title}",
    "the ledger does not say by commitment, so as an approval; a commitment might take its place: {title}",
)
_NOT_ANNOUNCED: Final = Text(
    "{years} 年的放假安排不在数据中，按周一至周五为工作日算",
    "the days off of {years} are not in the data; Monday to Friday are taken as working days",
)
_THERE: Final = Pace(ItemState.DECIDED, None, None, None, None, None, None, None, (_FOUND_THERE,))

_Row = TypeVar("_Row", Application, Request)


def solve(problem: Problem, memory: Memory | None = None) -> Result:
    """Tell for every project where its items stand on the day, and when works may lawfully start.

    Rows may come in any order; projects are given by id, items in the order of the template. memory: of
    another answer to the same rows on the same day by the same rules, under a template that shares items with
    this one (`template.sharing`).
    """
    memory = Memory() if memory is None else memory
    rows = _grouped(problem.applications)
    requests = _grouped(problem.requests)
    of_zone: dict[str, dict[str, list[Evaluation]]] = defaultdict(lambda: defaultdict(list))
    evaluations = tuple(sorted(problem.evaluations, key=lambda one: row_order(one.row)))
    for evaluation in evaluations:
        of_zone[evaluation.zone][evaluation.kind].append(evaluation)
    dependants = _dependants(problem.template)
    judge = judge_for(problem.template, problem.on, memory.needs)
    reports = tuple(
        _report(
            problem,
            project,
            rows.get(project.id, []),
            requests.get(project.id, []),
            of_zone.get(project.zone or "", {}),
            dependants,
            judge,
            memory,
        )
        for project in sorted(problem.projects, key=lambda one: one.id)
    )
    by_rule = [report.by_rule for report in reports if report.by_rule is not None]
    return Result(
        on=problem.on,
        projects=reports,
        evaluations=evaluations,
        by_ledger=_sum(report.by_ledger for report in reports),
        by_rule=_sum(by_rule) if by_rule else None,
        rests_on=_calendar_notes(problem, reports),
    )


def _grouped(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    groups: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        groups[row.project].append(row)
    return groups


def _dependants(template: Template) -> dict[str, tuple[str, ...]]:
    """Give for each condition the items that need it."""
    needed_by: dict[str, list[str]] = {item.key: [] for item in template.items if item.kind is Kind.CONDITION}
    for item in template.items:
        for need in item.needs:
            if need in needed_by:
                needed_by[need].append(item.key)
    return {key: tuple(keys) for key, keys in needed_by.items()}


def _report(
    problem: Problem,
    project: Project,
    rows: Sequence[Application],
    requests: Sequence[Request],
    evaluations: Mapping[str, Sequence[Evaluation]],
    dependants: Mapping[str, Sequence[str]],
    judge: Judge,
    memory: Memory,
) -> ProjectReport:
    of_item: dict[str, list[Application]] = defaultdict(list)
    for row in sorted(rows, key=_recency):
        of_item[row.item or row.name].append(row)
    asked: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        asked[request.item or request.name].append(request)
    strays = [request for key, many in asked.items() if key not in of_item for request in many]
    template = problem.template
    needs = _needs(project, template, of_item, evaluations, judge, memory)
    paces = dict.fromkeys(needs, NOT_BEGUN)
    for item in template.items:
        if item.key in of_item or (item.kind is Kind.EVENT and item.key in needs):
            its_rows = of_item.get(item.key)
            paces[item.key] = _pace(item, needs[item.key], its_rows, asked, project, problem, memory)
    _take_as_there(paces, needs, dependants)
    standings = standings_of(problem, needs, paces, of_item, memory.standings)
    known = {item.key for item in template.items}
    standings += [
        unknown_item(name, of_item[name], asked.get(name, []), project, problem)
        for name in sorted(of_item.keys() - known)
    ]
    return ProjectReport(
        project=project,
        standings=tuple(standings),
        by_ledger=_ledger_tally(rows, problem.on),
        by_rule=_rule_tally(standings) if project.has_facts else None,
        start=start_of(problem, project, needs, paces, memory),
        questions=_questions(needs, of_item) if project.has_facts else (),
        findings=findings_of(problem, project, needs, paces, standings, rows, strays, evaluations),
    )


def _needs(
    project: Project,
    template: Template,
    of_item: Mapping[str, Sequence[Application]],
    evaluations: Mapping[str, Sequence[Evaluation]],
    judge: Judge,
    memory: Memory,
) -> dict[str, Need]:
    """Tell which items a project needs: by its facts, else those its ledger has and no more."""
    listed = [item for item in template.items if item.key in of_item]
    if project.has_facts:
        needs = judge.needs(project, evaluations)
    else:
        needs = {item.key: _listed(item, memory) for item in listed}
    for item in listed:
        need, row = needs[item.key], of_item[item.key][-1]
        key = (id(item), id(need), id(row))
        if key not in memory.told:
            memory.told[key] = _by_ledger(item, need, row)
        needs[item.key] = memory.told[key]
    return needs


def _listed(item: Item, memory: Memory) -> Need:
    """Give the need of an item that only the ledger knows of."""
    key = (id(item),)
    if key not in memory.needs:
        memory.needs[key] = Need(None, (), item.variants)
    return memory.needs[key]


def _recency(row: Application) -> tuple[date, date, int, str]:
    begun = row.applied_on or row.accepted_on or row.decided_on or date.min
    return begun, row.decided_on or date.min, *row_order(row.row)


def _by_ledger(item: Item, need: Need, row: Application) -> Need:
    """Let the ledger answer what the facts do not: whether an item is needed, in which form, by which way."""
    if need.holds is None:
        is_off = row.needed is False or row.status == "not_needed"
        need = replace(need, holds=False, asked=()) if is_off else replace(need, holds=True)
    form = next((variant for variant in need.variants if variant.code == row.form), None)
    if form is not None and len(need.variants) > 1:
        need = replace(need, variants=(form,), asked=_asked_beside(item, need))
    begun = (
        row.applied_on or row.accepted_on or row.decided_on or row.status in ("in_hand", "done", "refused")
    )
    if need.way is Way.COMMITMENT and need.replacement is not None and begun and row.method != "commitment":
        said = _MIGHT_COMMIT.format(title=need.replacement.title)
        need = replace(need, way=Way.APPROVAL, notes=(*need.notes, said))
    return need


def _asked_beside(item: Item, need: Need) -> tuple[str, ...]:
    """Leave out the facts that only decide the form, which the ledger's own name has told."""
    of_forms = frozenset().union(*(facts_of(variant.when) for variant in item.variants))
    return tuple(fact for fact in need.asked if fact not in of_forms)


def _pace(
    item: Item,
    need: Need,
    rows: Sequence[Application] | None,
    asked: Mapping[str, Sequence[Request]],
    project: Project,
    problem: Problem,
    memory: Memory,
) -> Pace:
    if item.kind is Kind.EVENT:
        day = project.started_on if item.fact == "started_on" else project.completed_on
        if day is None or day > problem.on:
            return NOT_BEGUN
        happened = Pace(ItemState.DECIDED, None, None, None, None, None, None, day)
        return memory.paces.setdefault((id(item), day), happened)
    row = rows[-1] if rows else None
    if row is None or (row.status == "not_needed" and need.holds is False):
        return NOT_BEGUN
    requests = asked.get(item.key, ())
    key = (id(item), id(need), id(row), *map(id, requests))
    if key not in memory.paces:
        memory.paces[key] = pace_of(
            item, need, row, requests, project, problem.template,
            on=problem.on, calendar=problem.calendar, rules=problem.rules,
        )  # fmt: skip
    return memory.paces[key]


def _take_as_there(
    paces: dict[str, Pace], needs: Mapping[str, Need], dependants: Mapping[str, Sequence[str]]
) -> None:
    """Take a condition as met once something that needs it has been applied for."""
    for key, followers in dependants.items():
        if key in paces and paces[key].state is None and needs[key].holds:
            begun = (paces[f].state for f in followers if f in paces)
            if any(state not in (None, ItemState.REFUSED) for state in begun):
                paces[key] = _THERE


def _ledger_tally(rows: Sequence[Application], on: date) -> Tally:
    needed = [row for row in rows if row.needed is not False and row.status != "not_needed"]
    return Tally(len(needed), sum(is_done(row, on) for row in needed))


def _rule_tally(standings: Sequence[Standing]) -> Tally:
    called_for = [
        s.state
        for s in standings
        if s.item is not None
        and s.item.kind is Kind.PROCEDURE
        and s.item.stage <= LAST_STAGE_BEFORE_WORKS
        and s.need.holds
        and s.state is not ItemState.REPLACED
    ]
    return Tally(len(called_for), sum(state is ItemState.DECIDED for state in called_for))


def _questions(
    needs: Mapping[str, Need], of_item: Mapping[str, Sequence[Application]]
) -> tuple[Question, ...]:
    items: dict[str, list[str]] = defaultdict(list)
    for key, need in needs.items():
        for fact in need.asked:
            items[fact].append(key)
    return tuple(Question(fact, tuple(keys)) for fact, keys in sorted(items.items()))


def _sum(tallies: Iterable[Tally]) -> Tally:
    many = list(tallies)
    return Tally(sum(one.needed for one in many), sum(one.done for one in many))


def _calendar_notes(problem: Problem, reports: Sequence[ProjectReport]) -> tuple[Text, ...]:
    """Name the years in whose working days something was reckoned without an official notice."""
    years = {
        day.year
        for report in reports
        for standing in report.standings
        if standing.limit is not None and standing.limit.span.kind == "working"
        for day in (standing.due, standing.clock.received if standing.clock else None)
        if day is not None
    }
    years |= {report.start.earliest.year for report in reports if report.start is not None}
    unknown = sorted(year for year in years if year not in problem.calendar.announced)
    if not unknown:
        return ()
    return (_NOT_ANNOUNCED.format(years="、".join(map(str, unknown))),)
