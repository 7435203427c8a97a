from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from yinfeng.cli.main import commands
from yinfeng.core.errors import InputError
from yinfeng.tables.write import Sheet, write_workbook

CHANGE = """
[[entry]]
key = "approvals.item.construction_permit"
unit = "item"
valid_from = 2024-06-01
basis = "policy"
source = "试点"
zh = "施工许可证"
en = "construction permit"
[entry.value]
stage = 3
agency = { zh = "审批局", en = "zone office" }
aliases = ["施工许可"]
limit = { days = 3, kind = "working" }
gate = "start"
"""


def run(*arguments: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(commands, [str(one) for one in arguments], input=answer, catch_exceptions=True)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    rows: list[list[object]] = [
        ["甲", "备案", "已取得", None, None],
        ["甲", "环评报告表", None, date(2024, 5, 6), "市局"],
        ["乙", "施工许可证", "再说", None, None],
        ["甲", "施工许可", "尚未办理", None, None],
    ]
    path = tmp_path / "projects.xlsx"
    write_workbook(
        path, [Sheet("前期手续", ["项目名称", "手续名称", "办理状态", "申报日期", "责任单位"], rows)]
    )
    return path


@pytest.fixture
def change(tmp_path: Path) -> Path:
    path = tmp_path / "change.toml"
    path.write_text(CHANGE, "utf-8")
    return path


def test_the_answer_on_screen_and_as_workbook(book: Path, tmp_path: Path) -> None:
    output = tmp_path / "answer.xlsx"
    result = run("approvals", book, "--on", "2024-06-30", "-o", output)
    assert result.exit_code == 0
    assert "台账：需办 4 项，已办 1 项，办结率 25.0%" in result.output
    assert "逾期 25 日（自然日）" in result.output
    assert CalamineWorkbook.from_path(output).sheet_names == [
        "总览", "事项", "不需要", "下一步", "待答", "核对", "替代", "未读入", "模板", "依据",
    ]  # fmt: skip


def test_english(book: Path) -> None:
    result = run("approvals", book, "--on", "2024-06-30", "--lang", "en")
    assert "ledger: 4 needed, 1 done, 25.0%" in result.output


def test_a_preview_changes_nothing(book: Path, change: Path, tmp_path: Path) -> None:
    output = tmp_path / "effect.xlsx"
    result = run("approvals", book, "--on", "2024-06-30", "--preview", change, "-o", output)
    assert "改动 1 条；2 个项目，受影响 2 个" in result.output
    assert CalamineWorkbook.from_path(output).sheet_names[:3] == ["影响", "事项变化", "模板变化"]


def test_a_preview_before_the_change_begins_is_refused(book: Path, change: Path) -> None:
    result = run("approvals", book, "--on", "2024-05-31", "--preview", change)
    assert isinstance(result.exception, InputError)
    assert [fault.code for fault in result.exception.faults] == ["change-not-begun"]


def test_apply_asks_first_and_rolls_back_to_the_same_answer(book: Path, change: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    ask = ("approvals", book, "--on", "2024-06-30", "--templates", store)
    told = ("--on", "2024-06-30", "--templates", store, "--by", "张", "--reason", "试")
    before = run(*ask).output
    assert "没有应用" in run("approval-template", "apply", change, book, *told, answer="n\n").output
    assert run(*ask).output == before
    assert "已应用为 v0001.toml" in run("approval-template", "apply", change, book, *told, "--yes").output
    assert run(*ask).output != before
    assert "v0001.toml" in run("approval-template", "list", "--templates", store).output
    undone = run("approval-template", "rollback", "--templates", store, "--by", "李", "--reason", "错")
    assert "已回退 v0001.toml" in undone.output
    assert run(*ask).output == before


def test_the_result_is_never_written_over_a_ledger(book: Path) -> None:
    assert isinstance(run("approvals", book, "-o", book).exception, InputError)
