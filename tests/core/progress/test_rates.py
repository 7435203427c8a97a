from dataclasses import replace
from datetime import date

from tests.core.progress.rules import national
from yinfeng.core.figures import Figure
from yinfeng.core.period import year_to
from yinfeng.core.progress.problem import Problem, Procedure, Project
from yinfeng.core.progress.rates import open_items
from yinfeng.core.progress.rules import Needed
from yinfeng.core.progress.scope import Scope, scope_of
from yinfeng.core.progress.solve import figures

NEW = Project(row="year_plan:N", project="N", name="甲", list_kind="new", said={"started": True})
OLD = Project(row="year_plan:O", project="O", name="乙", list_kind="continuing")
ITEMS = (
    Procedure(row="procedures:2", project="N", item="备案", done_on=date(2024, 1, 5), desk="审批局"),
    Procedure(row="procedures:3", project="N", item="环评", done_on=date(2024, 7, 5), desk="生态环境局"),
    Procedure(row="procedures:4", project="N", item="能评", is_needed=False),
    Procedure(row="procedures:5", project="N", item="规划许可", is_needed=True, is_done=True),
    Procedure(row="procedures:6", project="O", item="环评", is_needed=True),
)


def scope(needed: Needed | None = None) -> Scope:
    rules = national()
    problem = Problem(projects=(NEW, OLD), procedures=ITEMS)
    return scope_of(problem, replace(rules, needed=needed or rules.needed), year_to(date(2024, 6, 30)))


def rate(of: Scope) -> tuple[tuple[str, ...], tuple[str, ...], Figure]:
    figure = next(one for one in figures(of) if one.code == "procedures-rate")
    assert figure.numerator is not None
    assert figure.denominator is not None
    return figure.numerator.rows, figure.denominator.rows, figure


def test_procedures_by_item_of_new_build_projects() -> None:
    done, needed, figure = rate(scope())
    assert done == ("procedures:2", "procedures:5")
    assert needed == ("procedures:2", "procedures:3", "procedures:5")
    assert figure.entries == ("progress.procedures.needed",)
    assert [note.zh for note in figure.notes] == ["有 1 个项目带着未办结手续开工：甲"]
    assert [(one.procedure.item, one.procedure.desk, one.has_started) for one in open_items(scope())] == [
        ("环评", "生态环境局", True)
    ]


def test_what_counts_as_needed_is_the_rulebooks() -> None:
    assert rate(scope(Needed(frozenset({"new"}), blank=False)))[1] == ("procedures:5",)
    assert rate(scope(Needed(frozenset(), blank=True)))[1] == tuple(f"procedures:{n}" for n in (2, 3, 5, 6))


def test_items_of_no_plan_all_count() -> None:
    alone = scope_of(Problem(procedures=ITEMS), national(), year_to(date(2024, 6, 30)))
    assert rate(alone)[1] == tuple(f"procedures:{n}" for n in (2, 3, 5, 6))
