"""The command whatif as a user types it, on the newspaper's zones."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from yinfeng.cli.main import commands, main

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "newspaper" / "2024-02"
ON_THE_DAY = ("--ledgers", str(EXAMPLE), "--as-of", "2024-02-29")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["whatif", *arguments])


def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """Give what is said of wrong input, as the command's main function says it."""
    monkeypatch.setattr("sys.argv", ["yinfeng", "whatif", *ON_THE_DAY, *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 10
    return capsys.readouterr().err


def test_a_quota_cut_says_what_it_costs_and_who_moves() -> None:
    result = run(*ON_THE_DAY, "--quota", "Q11=-10MVA")
    assert (result.exit_code, result.exception) == (0, None)
    assert "总量 63,000 → 53,000 kVA" in result.output
    assert "最好方案的价值变化：-2,084.1 万元/年" in result.output
    assert "P17" in result.output
    assert "电力配额更紧" in result.output


@pytest.mark.parametrize(
    "quota", ["Q11=53MVA", "Q11==53000", "临-B 110kV 站:电力=-10000kVA", "临-B 110kV 站 power=-10MVA"]
)
def test_a_quota_may_be_written_in_several_ways(quota: str) -> None:
    assert "总量 63,000 → 53,000 kVA" in run(*ON_THE_DAY, "--quota", quota).output


def test_a_share_is_of_the_total() -> None:
    assert "总量 180,000 → 144,000 吨标准煤/年" in run(*ON_THE_DAY, "--quota", "Q1=-20%").output


def test_a_plan_workbook_is_begun_from_and_an_answer_written(tmp_path: Path) -> None:
    plan, answer = tmp_path / "plan.xlsx", tmp_path / "answer.xlsx"
    made = CliRunner().invoke(commands, ["match", *ON_THE_DAY, "-o", str(plan)])
    assert made.exit_code == 0
    result = run("--plan", str(plan), "--withdraw", "P3", "-o", str(answer))
    assert (result.exit_code, result.exception) == (0, None)
    assert "原方案：价值 28,492.9" in result.output
    book = openpyxl.load_workbook(answer)
    assert book.sheetnames == ["谁动了", "价格", "依据"]
    cells = [row for row in book["谁动了"].iter_rows(values_only=True) if row[0] == "P3"]
    assert [(row[2], row[4]) for row in cells] == [("撤回", "无")]


def test_pins_bars_and_other_needs_are_kept() -> None:
    pinned = run(*ON_THE_DAY, "--pin", "P3@SB02", "--lang", "en")
    assert "P3 pinned at SB02" in pinned.output
    assert "-203.0 ×10k yuan/yr" in pinned.output
    barred = run(*ON_THE_DAY, "--bar", "P3@L1", "--lang", "en")
    assert "P3 barred from L1" in barred.output
    changed = run(*ON_THE_DAY, "--change", "P3 净高需求=40", "--lang", "en")
    assert "P3 with other needs" in changed.output
    assert "moves L1 (30,000 m² (45 mu))" in changed.output


def test_pins_that_clash_have_no_plan() -> None:
    result = run(*ON_THE_DAY, "--pin", "P3@SB01", "--pin", "S01@SB01")
    assert result.exit_code == 11
    assert "P3、S01" in result.output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "至少一处改变"),
        (("--quota", "Q99=+1"), "Q99"),
        (("--quota", "Q1"), "Q1=+20MVA"),
        (("--quota", "Q1=-20亩"), "标准煤"),
        (("--quota", "Q1=-200%"), "不小于 0"),
        (("--quota", "Q1=+1", "--quota", "Q1=+2"), "每个编号只改一次"),
        (("--withdraw", "P99"), "P99"),
        (("--pin", "P3"), "X3@A1"),
        (("--pin", "P3@L99"), "L99"),
        (("--pin", "P3@SB02", "--withdraw", "P3"), "没有撤回的项目"),
        (("--pin", "P3@SB08"), "违反"),
        (("--bar", "P99@L1"), "P99"),
        (("--change", "P3 foo=2"), "foo"),
        (("--change", "面积=20亩"), "项目编号"),
        (("--change", "P3"), "列名=数值"),
        (("--change", "P3 净高需求=高"), "高"),
    ],
)
def test_wrong_input_is_told(
    arguments: tuple[str, ...],
    expected: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert expected in said(capsys, monkeypatch, *arguments)


def test_every_wrong_part_is_told_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = said(capsys, monkeypatch, "--withdraw", "P98", "--quota", "Q99=+1", "--bar", "P97@L1")
    assert [name in errors for name in ("P98", "Q99", "P97")] == [True, True, True]
