from datetime import date, timedelta
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.approvals.building import ON, calendar
from yinfeng.core.approvals.clock import advance
from yinfeng.core.approvals.network import Node, critical, path_to, schedule
from yinfeng.core.approvals.reference import latest_end
from yinfeng.core.approvals.template import Span

DAYS = calendar({date(2024, 4, 4), date(2024, 4, 5)}, {date(2024, 4, 7)})


def taking(span: Span, begin: date) -> date:
    return advance(begin, span, DAYS)


@st.composite
def networks(draw: st.DrawFn) -> list[Node]:
    """Up to eight nodes, each needing some before it; some take no part, some are under way."""
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, 8))):
        needs = tuple(f"n{n}" for n in range(number) if draw(st.booleans()))
        span = Span(draw(st.integers(0, 30)), draw(st.sampled_from(["working", "calendar"])))
        finish = partial(taking, span) if draw(st.integers(0, 4)) else None
        nodes.append(Node(f"n{number}", needs, finish, is_cut=draw(st.integers(0, 5)) == 0))
    return nodes


@settings(deadline=None)
@given(networks(), st.data())
def test_the_schedule_equals_the_latest_of_every_way(nodes: list[Node], data: st.DataObject) -> None:
    gates = [node.key for node in nodes if data.draw(st.booleans())] or [nodes[-1].key]
    timed = schedule(nodes, ON)
    by_key = {node.key: node for node in nodes}
    assert max(timed[gate].end for gate in gates) == latest_end(gates, by_key, ON)


@settings(deadline=None)
@given(networks(), st.data())
def test_the_path_alone_takes_as_long_as_the_whole(nodes: list[Node], data: st.DataObject) -> None:
    gates = [node.key for node in nodes if data.draw(st.booleans())] or [nodes[-1].key]
    timed, by_key = schedule(nodes, ON), {node.key: node for node in nodes}
    day = ON
    for key in path_to(gates, by_key, timed):
        finish = by_key[key].finish
        assert finish is not None
        day = finish(day)
    assert day == max(timed[gate].end for gate in gates)


@settings(deadline=None)
@given(networks())
def test_every_item_of_the_path_is_critical(nodes: list[Node]) -> None:
    gates = [node.key for node in nodes]
    timed, by_key = schedule(nodes, ON), {node.key: node for node in nodes}
    assert set(path_to(gates, by_key, timed)) <= critical(gates, by_key, timed)


def test_two_branches_run_beside_each_other() -> None:
    days = {"a": 1, "b": 10, "c": 3, "d": 2}
    needs = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}
    nodes = [Node(k, needs[k], lambda begin, n=n: begin + timedelta(days=n)) for k, n in days.items()]  # type: ignore[misc]
    timed = schedule(nodes, ON)
    assert timed["d"].end == ON + timedelta(days=13)
    by_key = {node.key: node for node in nodes}
    assert path_to(["d"], by_key, timed) == ("a", "b", "d")
    assert critical(["d"], by_key, timed) == {"a", "b", "d"}
