"""The earliest lawful start of a project, what makes it so late, and what it rests on."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final

from yinfeng.core.approvals import network
from yinfeng.core.approvals.clock import advance
from yinfeng.core.approvals.memory import Memory
from yinfeng.core.approvals.needed import Need, Way, gate_of, limit_of
from yinfeng.core.approvals.network import Finish, Node
from yinfeng.core.approvals.problem import Problem, Project
from yinfeng.core.approvals.result import Start, Step
from yinfeng.core.approvals.standing import Pace
from yinfeng.core.approvals.states import ItemState
from yinfeng.core.approvals.template import LAST_STAGE_BEFORE_WORKS, Item, Limit, Span
from yinfeng.core.text import Text

_TO_DO: Final = (None, ItemState.REFUSED, ItemState.LAPSED)
_JOIN: Final = Text("、", ", ")

_NO_LIMIT: Final = Text("没有法定时限，按当天完成算：{items}", "no legal time, counted as no day: {items}")
_LATE: Final = Text("已逾期，按今天办结算：{items}", "late, counted as done today: {items}")
_STOPPED: Final = Text(
    "停表，按今天补齐、恢复计时算：{items}", "clock stopped, counted as resumed today: {items}"
)
_AGAIN: Final = Text("未通过或已失效，按今天重新申报算：{items}",
                     "refused or lapsed, counted as applied for again: {items}")  # fmt: skip
_OPEN: Final = Text("是否需要待答，未计入：{items}", "not counted, being unanswered: {items}")
_UNSOURCED: Final = Text("时限出处待核：{items}", "time whose source is to be checked: {items}")
_ONLY_LISTED: Final = Text(
    "没有审批条件，只看台账列出的事项", "no facts are given: only the items the ledger lists are looked at"
)


def start_of(
    problem: Problem,
    project: Project,
    needs: Mapping[str, Need],
    paces: Mapping[str, Pace],
    memory: Memory,
) -> Start | None:
    """Give the earliest lawful start; None where works began or no item is known that leads to it."""
    on = problem.on
    if project.started_on is not None and project.started_on <= on:
        return None
    network_items = [item for item in problem.template.items if item.stage <= LAST_STAGE_BEFORE_WORKS]
    items = [item for item in network_items if item.key in needs]
    gates = [item.key for item in items if _is_gate(item, needs[item.key])]
    if not gates:
        return None
    sure = _nodes(network_items, needs, paces, problem, memory, all_needed=False)
    nodes = {node.key: node for node in sure}
    timed = network.schedule(sure, on)
    earliest = max((timed[gate].end for gate in gates), default=on)
    latest = earliest
    if any(needs[item.key].asked for item in items):
        full = _nodes(network_items, needs, paces, problem, memory, all_needed=True)
        times = network.schedule(full, on)
        latest = max((times[gate].end for gate in gates), default=on)
    path = network.path_to(gates, nodes, timed)
    before = _before(gates, nodes)
    open_steps = {
        key: Step(key, timed[key].begin, timed[key].end) for key in before if nodes[key].finish is not None
    }
    return Start(
        earliest=earliest,
        if_all_needed=latest,
        path=tuple(open_steps[key] for key in path),
        critical=network.critical(gates, nodes, timed),
        steps=open_steps,
        rests_on=_rests_on(items, needs, paces, set(before), is_whole=project.has_facts),
    )


def _is_gate(item: Item, need: Need) -> bool:
    return need.holds is not False and gate_of(item, need) == "start"


def _before(gates: list[str], nodes: Mapping[str, Node]) -> list[str]:
    """Name every item that the gates need, near or far, with themselves."""
    seen: list[str] = []
    left = list(gates)
    while left:
        key = left.pop()
        if key in nodes and key not in seen:
            seen.append(key)
            left += nodes[key].needs
    return seen


def _nodes(
    items: list[Item],
    needs: Mapping[str, Need],
    paces: Mapping[str, Pace],
    problem: Problem,
    memory: Memory,
    *,
    all_needed: bool,
) -> list[Node]:
    nodes = []
    for item in items:
        need, pace = needs.get(item.key), paces.get(item.key)
        if need is None or pace is None:  # the ledger does not have it: what it needs counts instead
            nodes.append(Node(item.key, item.needs, None))
            continue
        name = (id(item), id(need), id(pace), all_needed)
        node = memory.nodes.get(name)
        if node is None:
            node = memory.nodes[name] = _node(item, need, pace, problem, all_needed=all_needed)
        nodes.append(node)
    return nodes


def _node(item: Item, need: Need, pace: Pace, problem: Problem, *, all_needed: bool) -> Node:
    state = pace.state
    if state is ItemState.DECIDED:
        return Node(item.key, (), None, is_cut=True)
    if state in _TO_DO:
        wanted = need.holds or (need.holds is None and all_needed)
        is_there = need.way is Way.AREA and state is None
        if not wanted or is_there:
            return Node(item.key, (), None, is_cut=True)
        return Node(item.key, item.needs, _taking(item, need, problem, longest=all_needed))
    return Node(item.key, (), partial(_never_before, _running_end(item, need, pace, problem)), is_cut=True)


def _never_before(end: date, begin: date) -> date:
    return max(end, begin)


def _running_end(item: Item, need: Need, pace: Pace, problem: Problem) -> date:
    """Give when an item under way ends at the limit of the law, never before the day asked for."""
    on = problem.on
    if state_is_stopped := pace.state is ItemState.CORRECTING:
        resumed = pace.clock.if_resumed if pace.clock else None
        if resumed is not None:
            return max(resumed, on)
    if pace.due is not None and not state_is_stopped:
        return max(pace.due, on)
    if pace.limit is not None:
        return advance(on, pace.limit.span, problem.calendar, rolls=problem.rules.rolls)
    return on


def _taking(item: Item, need: Need, problem: Problem, *, longest: bool) -> Finish:
    limit = limit_of(item, need, longest=longest)
    spans = [span for span in (limit.span if limit else None, item.least) if span is not None and span.days]
    return partial(_after_spans, spans, problem)


def _after_spans(spans: list[Span], problem: Problem, begin: date) -> date:
    ends = (advance(begin, span, problem.calendar, rolls=problem.rules.rolls) for span in spans)
    return max(ends, default=begin)


def _rests_on(
    items: list[Item],
    needs: Mapping[str, Need],
    paces: Mapping[str, Pace],
    on_the_way: set[str],
    *,
    is_whole: bool,
) -> tuple[Text, ...]:
    said: list[Text] = [] if is_whole else [_ONLY_LISTED]
    groups: dict[Text, list[Text]] = {}
    for item in items:
        if item.key in on_the_way:
            for sentence in _reservations(item, needs[item.key], paces[item.key]):
                groups.setdefault(sentence, []).append(item.title)
    said += [
        sentence.format(items=joined(groups[sentence]))
        for sentence in (_LATE, _STOPPED, _AGAIN, _NO_LIMIT, _UNSOURCED, _OPEN)
        if sentence in groups
    ]
    return tuple(said)


def _reservations(item: Item, need: Need, pace: Pace) -> list[Text]:
    if pace.state is ItemState.DECIDED or need.holds is False:
        return []
    if need.holds is None and pace.state is None:
        return [_OPEN]
    if need.way is Way.AREA and pace.state is None:
        return []
    said = []
    if pace.state is ItemState.LATE:
        said.append(_LATE)
    if pace.state is ItemState.CORRECTING:
        said.append(_STOPPED)
    if pace.state in (ItemState.REFUSED, ItemState.LAPSED):
        said.append(_AGAIN)
    limit = limit_of(item, need, longest=True)
    if limit is None and item.least is None:
        said.append(_NO_LIMIT)
    if limit is not None and _is_assumed(item, need, limit):
        said.append(_UNSOURCED)
    return said


def _is_assumed(item: Item, need: Need, limit: Limit) -> bool:
    if limit.from_ is not None:
        return limit.from_.basis == "assumption"
    if need.way is Way.COMMITMENT and need.replacement is not None:
        return need.replacement.basis == "assumption"
    return item.basis == "assumption"


def joined(titles: list[Text]) -> Text:
    """List titles in one line."""
    return Text(_JOIN.zh.join(t.zh for t in titles), _JOIN.en.join(t.en for t in titles))
