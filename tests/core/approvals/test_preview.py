from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from tests.core.approvals.building import item, problem, project, row, template
from tests.core.approvals.test_solve import REQUESTS, ROWS
from yinfeng.core.approvals.conditions import Fact
from yinfeng.core.approvals.memory import Memory
from yinfeng.core.approvals.preview import compare
from yinfeng.core.approvals.problem import Problem
from yinfeng.core.approvals.solve import solve
from yinfeng.core.approvals.template import Item, sharing


def asked(*items: Item) -> Problem:
    started = project({}, id="P2", name="P2", started_on=date(2024, 1, 2))
    done = [
        row(one.key, number, project="P2", decided_on=date(2024, 1, 1)) for number, one in enumerate(items)
    ]
    return problem(template(*items), projects=[project({}), started], rows=done)


OLD = (item("a", days=5), item("b", needs=("a",)))


def test_nothing_changes_with_the_same_template() -> None:
    effects = compare(solve(asked(*OLD)), solve(asked(*OLD)))
    assert [effect.is_touched for effect in effects] == [False, False]


@settings(deadline=None)
@given(ROWS, REQUESTS)
def test_what_is_remembered_changes_no_answer(rows: list, requests: list) -> None:  # type: ignore[type-arg]
    projects = [project({}), project(id="P2", name="P2"), project({"own_water": True}, id="P3", name="P3")]
    rows = [replace(row, project=f"P{n % 3 + 1}") for n, row in enumerate(rows)]
    wet = item("c", needs=("a",), days=9, when=Fact("own_water", "is", True))
    old = problem(template(*OLD, wet), projects=projects, rows=rows, requests=requests)
    new = template(item("a", days=5), item("b", needs=("a", "c"), days=4), item("c", needs=("a",), days=9))
    changed = replace(old, template=sharing(new, old.template))
    memory = Memory()
    assert solve(old, memory).projects == solve(old).projects
    assert solve(changed, memory).projects == solve(replace(old, template=new)).projects


def test_items_come_go_and_change_and_the_start_moves() -> None:
    new = (item("b", needs=("c",), days=10), item("c", days=3))
    first, second = compare(solve(asked(*OLD)), solve(asked(*new)))
    assert [(one.key, one.change) for one in first.items] == [("c", "comes"), ("b", "changes"), ("a", "goes")]
    assert first.starts == (date(2024, 4, 19), date(2024, 4, 3))
    assert first.days_later == -16
    assert second.starts == (None, None)
