from datetime import date

from tests.core.approvals.building import item, problem, project, row, template
from yinfeng.core.approvals.preview import compare
from yinfeng.core.approvals.problem import Problem
from yinfeng.core.approvals.solve import solve
from yinfeng.core.approvals.template import Item


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


def test_items_come_go_and_change_and_the_start_moves() -> None:
    new = (item("b", needs=("c",), days=10), item("c", days=3))
    first, second = compare(solve(asked(*OLD)), solve(asked(*new)))
    assert [(one.key, one.change) for one in first.items] == [("c", "comes"), ("b", "changes"), ("a", "goes")]
    assert first.starts == (date(2024, 4, 19), date(2024, 4, 3))
    assert first.days_later == -16
    assert second.starts == (None, None)
