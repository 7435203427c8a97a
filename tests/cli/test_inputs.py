"""What matching commands refuse: overwriting a ledger, names of nothing, settings that say nothing."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from yinfeng.cli.main import commands
from yinfeng.core.errors import InputError

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "newspaper" / "2024-02"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def faults(result: Result) -> list[tuple[str, str]]:
    """Codes and what was found."""
    assert isinstance(result.exception, InputError), result.output
    return [(fault.code, fault.found) for fault in result.exception.faults]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the newspaper's ledgers."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "ledgers"))


@pytest.mark.parametrize("command", [("match",), ("find", "--project", "P3"), ("takers", "--place", "L1")])
def test_a_ledger_is_never_overwritten(folder: Path, command: tuple[str, ...]) -> None:
    target = folder / "places.xlsx"
    before = target.read_bytes()
    result = run(*command, "--ledgers", folder, "-o", target)
    assert faults(result) == [("would-overwrite", str(target))]
    assert target.read_bytes() == before


def test_made_up_ledgers_never_replace_others(folder: Path) -> None:
    before = (folder / "zones.xlsx").read_bytes()
    result = run("generate", "--projects", 2, "--places", 2, "-o", folder)
    assert [code for code, _ in faults(result)] == ["would-overwrite"]
    assert (folder / "zones.xlsx").read_bytes() == before


def test_names_of_nothing_are_said(folder: Path, tmp_path: Path) -> None:
    assert faults(run("match", "--ledgers", tmp_path / "no")) == [("not-there", str(tmp_path / "no"))]
    assert faults(run("why", "P3", "--plan", tmp_path / "no.xlsx")) == [
        ("not-there", str(tmp_path / "no.xlsx"))
    ]
    ledger = folder / "zones.xlsx"
    assert faults(run("why", "P3", "--plan", ledger)) == [("not-a-plan", str(ledger))]
    saved = run("match", "--ledgers", folder, "--save-problem", ledger, "-o", tmp_path / "plan.xlsx")
    assert faults(saved) == [("not-a-folder", str(ledger))]


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ("", [("not-a-need", "")]),
        ("面积=30亩 面积=50亩", [("said-twice", "面积=50亩")]),
        ("颜色=红 面积=30亩", [("unknown-header", "颜色")]),
        ("面积", [("not-a-need", "面积")]),
    ],
)
def test_a_need_says_each_thing_once(need: str, expected: list[tuple[str, str]]) -> None:
    result = run("find", "--places", EXAMPLE / "places.xlsx", "--need", need)
    assert faults(result) == expected
    assert isinstance(result.exception, InputError)
    assert all(fault.cell == "" for fault in result.exception.faults)


def test_a_need_of_nothing_spatial_says_so() -> None:
    result = run("find", "--places", EXAMPLE / "places.xlsx", "--need", "净高=9", "--near", 1)
    assert "项目没有填用地或厂房的需求" in result.output


def test_a_blank_column_can_be_given_a_value(tmp_path: Path) -> None:
    places, projects = tmp_path / "places.csv", tmp_path / "projects.csv"
    places.write_text("场地编号,类型,面积,规划用途,状态\nL1,厂房,6000,工业用地,闲置\n", encoding="utf-8")
    projects.write_text("项目编号,项目名称,厂房需求下限,年税收\nA,甲,5000,100\n", encoding="utf-8")
    given = ("--places", places, "--projects", projects, "-o", tmp_path / "plan.xlsx")
    result = run("match", *given, "--set", "places.开发区编号=Z9")
    assert (result.exit_code, result.exception) == (0, None)
    again = run("why", "A", "--plan", tmp_path / "plan.xlsx")
    assert "落位 L1" in again.output
    assert faults(run("match", *given, "--set", "开发区编号=Z9")) == [
        ("not-a-setting", "--set 开发区编号=Z9")
    ]


def test_empty_ledgers_are_said_to_be_empty(tmp_path: Path) -> None:
    projects = tmp_path / "projects.csv"
    projects.write_text("项目编号,项目名称,阶段\nA,甲,已落地\n", encoding="utf-8")
    result = run("match", "--ledgers", EXAMPLE, "--projects", projects, "-o", tmp_path / "plan.xlsx")
    assert result.exit_code == 0
    assert "台账中没有要找场地的项目" in result.output


@pytest.mark.parametrize("option", [("--time-limit", "nan"), ("--time-limit", "0"), ("--method", "best")])
def test_options_out_of_range_are_usage_errors(option: tuple[str, str], tmp_path: Path) -> None:
    assert run("match", "--ledgers", EXAMPLE, "-o", tmp_path / "plan.xlsx", *option).exit_code == 2
