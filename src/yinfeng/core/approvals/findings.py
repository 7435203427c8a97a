"""What in the rows does not agree with the law, the template, or itself."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from yinfeng.core.approvals.needed import Need, Way, gate_of
from yinfeng.core.approvals.problem import Application, Evaluation, Problem, Project, Request, row_order
from yinfeng.core.approvals.result import Finding, Standing
from yinfeng.core.approvals.standing import Pace
from yinfeng.core.approvals.start import joined
from yinfeng.core.approvals.states import ItemState
from yinfeng.core.approvals.template import Item, Kind
from yinfeng.core.text import Text

_UNKNOWN: Final = Text(
    "模板中没有“{name}”这一事项：照台账保留，不判断时限；可在模板的 aliases 中加上它",
    "the template has no item “{name}”: kept as written, no time judged; it can be added to the aliases",
)
_ORDER: Final = Text(
    "{late} {after} 早于 {early} {before}，核对日期", "{late} {after} is before {early} {before}"
)
_FUTURE: Final = Text(
    "写“已办结”，办结日期 {day} 却在 {on} 之后：按未办结算",
    "written as done, yet decided on {day}, after {on}: counted as not done",
)
_STATUS: Final = Text(
    "有办结日期 {day}，状态却写“未办理”：按已办结算",
    "decided on {day}, yet written as not begun: counted as done",
)
_RULE_YES: Final = Text(
    "台账写不需要，按条件需要：按需要算，请核对",
    "the ledger says not needed, the facts say needed: counted as needed",
)
_RULE_NO: Final = Text(
    "台账列为需要，按条件不需要：照台账保留", "listed as needed, the facts say it is not: kept"
)
_STRAY: Final = Text(
    "{day} 要求补正的“{name}”，前期手续台账里没有这一行：没有用上，补上这一行再算",
    "“{name}” was asked about on {day} and is not in the ledger of procedures: not used; add its row",
)
_FORM: Final = Text(
    "台账写“{name}”，按条件是{forms}：按{forms}的时限算，请核对",
    "written as “{name}”, the facts say {forms}: timed as {forms}",
)
_OUT_OF_ORDER: Final = Text(
    "已办结，而法定前置未办结：{items}", "done, while what the law asks for before it is not: {items}"
)
_STARTED_EARLY: Final = Text(
    "{day} 已开工，当时未办结的开工前事项：{items}", "works began on {day} with these not done: {items}"
)
_AREA_OVER: Final = Text(
    "区域评估（{title}）已于 {day} 到期，不再替代",
    "the area evaluation ({title}) ended on {day} and replaces nothing",
)
_NOT_ZONED: Final = Text(
    "不知道项目在哪个开发区，区域评估用不上",
    "the project's zone is not known; no area evaluation can be used",
)


def findings_of(
    problem: Problem,
    project: Project,
    needs: Mapping[str, Need],
    paces: Mapping[str, Pace],
    standings: Sequence[Standing],
    rows: Sequence[Application],
    strays: Sequence[Request],
    evaluations: Mapping[str, Sequence[Evaluation]],
) -> tuple[Finding, ...]:
    """Name everything that does not agree, in a fixed order.

    strays: requests about items the ledger of procedures does not have for the project.
    """
    found: list[Finding] = []
    for row in sorted(rows, key=lambda one: row_order(one.row)):
        found += _of_row(row, needs.get(row.item or row.name), problem.on)
    for request in sorted(strays, key=lambda one: row_order(one.row)):
        said = _STRAY.format(name=request.name, day=request.asked_on)
        found.append(Finding("request-without-item", said, (request.row,), request.name))
    titles = {item.key: item.title for item in problem.template.items}
    for standing in standings:
        found += _of_order(standing, needs, paces, titles)
    found += _of_start(problem, project, needs, paces)
    found += _of_evaluations(problem, project, needs, evaluations)
    return tuple(found)


def _of_row(row: Application, need: Need | None, on: date) -> Iterator[Finding]:
    if row.item is None:
        yield Finding("unknown-item", _UNKNOWN.format(name=row.name), (row.row,), row.name)
    key = row.item or row.name
    days = [
        (Text("申报", "applied"), row.applied_on),
        (Text("受理", "accepted"), row.accepted_on),
        (Text("办结", "decided"), row.decided_on),
        (Text("有效期至", "valid until"), row.valid_until),
    ]
    given = [(name, day) for name, day in days if day is not None]
    for (early, before), (late, after) in pairwise(given):
        if after < before:
            said = _ORDER.format(late=late, after=after, early=early, before=before)
            yield Finding("dates-out-of-order", said, (row.row,), key)
    if row.decided_on is not None and row.status == "done" and row.decided_on > on:
        yield Finding("decided-later", _FUTURE.format(day=row.decided_on, on=on), (row.row,), key)
    if row.decided_on is not None and row.status == "not_started" and row.decided_on <= on:
        yield Finding("status-and-date", _STATUS.format(day=row.decided_on), (row.row,), key)
    if need is not None and need.grounds and not need.asked:
        is_off = row.needed is False or row.status == "not_needed"
        if need.holds and is_off:
            yield Finding("needed-by-rule", _RULE_YES, (row.row,), key)
        elif need.holds is False and not is_off:
            yield Finding("not-needed-by-rule", _RULE_NO, (row.row,), key)
    forms = {variant.code: variant.title for variant in need.variants} if need is not None else {}
    if forms and row.form is not None and row.form not in forms:
        said = _FORM.format(name=row.name, forms=joined(list(forms.values())))
        yield Finding("form-differs", said, (row.row,), key)


def _of_order(
    standing: Standing, needs: Mapping[str, Need], paces: Mapping[str, Pace], titles: Mapping[str, Text]
) -> Iterator[Finding]:
    item, row = standing.item, standing.application
    if item is None or row is None or standing.state is not ItemState.DECIDED or row.decided_on is None:
        return
    missing = [titles[key] for key in item.needs if _was_open(key, row.decided_on, needs, paces)]
    if missing:
        said = _OUT_OF_ORDER.format(items=joined(missing))
        yield Finding("out-of-order", said, (row.row,), item.key)


def _was_open(key: str, day: date, needs: Mapping[str, Need], paces: Mapping[str, Pace]) -> bool:
    """Tell whether a needed item was not done by a day."""
    need, pace = needs.get(key), paces.get(key)
    if need is None or pace is None or not need.holds or (need.way is Way.AREA and pace.state is None):
        return False
    if pace.done_on is None:  # done on a day nobody wrote down is not held against it
        return pace.state is not ItemState.DECIDED
    return pace.done_on > day


def _of_start(
    problem: Problem, project: Project, needs: Mapping[str, Need], paces: Mapping[str, Pace]
) -> Iterator[Finding]:
    day = project.started_on
    if day is None or day > problem.on:
        return
    early = [item for item in problem.template.items if _is_open_gate(item, day, needs, paces)]
    if early:
        said = _STARTED_EARLY.format(day=day, items=joined([item.title for item in early]))
        yield Finding("started-early", said, project.rows)


def _is_open_gate(item: Item, day: date, needs: Mapping[str, Need], paces: Mapping[str, Pace]) -> bool:
    if item.kind is not Kind.PROCEDURE or item.key not in needs:
        return False
    return gate_of(item, needs[item.key]) == "start" and _was_open(item.key, day, needs, paces)


def _of_evaluations(
    problem: Problem,
    project: Project,
    needs: Mapping[str, Need],
    evaluations: Mapping[str, Sequence[Evaluation]],
) -> Iterator[Finding]:
    wanted = {
        replacement.evaluation: replacement.title
        for key, many in problem.template.replacements.items()
        for replacement in many
        if replacement.by == "area_evaluation" and key in needs and needs[key].holds is not False
    }
    if project.zone is None and wanted and problem.evaluations and project.has_facts:
        yield Finding("no-zone", _NOT_ZONED, project.rows)
    for kind in sorted(wanted.keys() & evaluations.keys()):
        many = evaluations[kind]
        if all(one.valid_until is not None and one.valid_until < problem.on for one in many):
            last = max(one.valid_until for one in many if one.valid_until is not None)
            said = _AREA_OVER.format(title=wanted[kind], day=last)
            yield Finding("area-evaluation-over", said, tuple(one.row for one in many))
