from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from yinfeng.cli.ledgers import SHOWN
from yinfeng.cli.main import commands
from yinfeng.core.errors import InputError
from yinfeng.tables.read import read_ledger
from yinfeng.tables.schema import LEDGERS

HEADER = ["场地编号", "场地名称", "开发区编号", "类型", "面积", "净高"]


def save(path: Path, *rows: Sequence[object], header: Sequence[object] = HEADER) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for row in (header, *rows):
        sheet.append(list(row))
    book.save(path)
    return path


def run(*arguments: object) -> Result:
    # A narrow terminal must not fold the lines people search in.
    return CliRunner().invoke(commands, [str(argument) for argument in arguments], env={"COLUMNS": "80"})


def lines(result: Result) -> list[str]:
    return [" ".join(line.split()) for line in result.output.splitlines()]


def test_a_clean_ledger(tmp_path: Path) -> None:
    path = save(tmp_path / "places.xlsx", ["L1", "一号", "Z9", "厂房", 1000, 9])
    result = run("check", path)
    assert lines(result) == ["文件 工作表 台账 读到行 合格 退回 提示", "places.xlsx 台账 场地 1 1 0 0"]
    assert result.exit_code == 0
    assert list(tmp_path.iterdir()) == [path]


def test_warnings_alone_do_not_fail(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", ["L1", "一号", "Z9", "厂房", 1000, 9, "x"], header=[*HEADER, "旁注"])
    result = run("check", path, "--lang", "en")
    assert lines(result) == [
        "file sheet ledger rows good refused warnings",
        "a.xlsx 台账 Places 1 1 0 1",
        'warning a.xlsx 台账!G1: found "旁注", expected a column that is known (this one is not read); '
        "use a name of the dictionary, or let it be",
    ]
    assert result.exit_code == 0


def test_refused_rows_are_printed_and_written_beside_the_file(tmp_path: Path) -> None:
    path = save(
        tmp_path / "places.xlsx", ["L1", "一号", "Z9", "厂房", 1000, 9], ["L2", "二号", "Z9", "厂房", 1000, 1]
    )
    result = run("check", path)
    assert lines(result)[1:] == [
        "places.xlsx 台账 场地 2 1 1 0",
        "错误 places.xlsx 台账!F3 净高 [clear_height_m]：填的是“1”，应为2 至 80 米；核对数值和单位",
        f"places.xlsx 的退回行：{tmp_path / 'places-待修改.xlsx'}",
    ]
    assert result.exit_code == 10
    assert [row.row for row in read_ledger(tmp_path / "places-待修改.xlsx", "places").refused] == [2]


def test_the_refused_rows_go_where_they_are_asked_to(tmp_path: Path) -> None:
    path = save(tmp_path / "places.xlsx", ["L2", "二号", "Z9", "厂房", 1000, 1])
    assert run("check", path, "-o", tmp_path / "bad.xlsx").exit_code == 10
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.xlsx", "places.xlsx"]


def test_many_faults_are_counted_not_printed(tmp_path: Path) -> None:
    rows = [[f"L{n}", "x", "Z9", "厂房", 1000, 1] for n in range(SHOWN + 7)]
    path = save(tmp_path / "places.xlsx", *rows)
    result = run("check", path)
    assert sum(line.startswith("错误 ") for line in lines(result)) == SHOWN
    assert "还有 7 条，用 --all 列出" in lines(result)
    every = run("check", path, "--all")
    assert sum(line.startswith("错误 ") for line in lines(every)) == SHOWN + 7
    assert not any("--all" in line for line in lines(every))


def test_all_or_nothing(tmp_path: Path) -> None:
    path = save(
        tmp_path / "places.xlsx", ["L1", "一号", "Z9", "厂房", 1000, 9], ["L2", "二号", "Z9", "厂房", 1000, 1]
    )
    result = run("check", path, "--all-or-nothing")
    assert [line.split("：")[0] for line in lines(result)] == [
        "错误 places.xlsx 台账!F3 净高 [clear_height_m]"
    ]
    assert result.exit_code == 10
    assert list(tmp_path.iterdir()) == [path]


def test_settings_sheet_and_header_row_reach_the_reader(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", ["L1", 30, "x"], header=["编号", "面积", "净高度"])
    assert run("check", path, "--ledger", "places").exit_code == 10
    good = run(
        "check", path, "--ledger", "places", "--set", "kind=地块", "--set", "zone_id=Z1", "--sheet", "台账"
    )
    assert good.exit_code == 0
    assert run("check", path, "--sheet", "别的").exit_code == 10
    assert run("check", path, "--ledger", "places", "--header-row", "2").exit_code == 10
    assert run("check", path, "--set", "kind").exit_code == 2


def test_files_named_together_are_checked_together(tmp_path: Path) -> None:
    places = save(tmp_path / "places.xlsx", ["L1", "一号", "Z8", "厂房", 1000, 9])
    zones = save(
        tmp_path / "zones.xlsx", ["Z9", "朔州", "开发区"], header=["开发区编号", "开发区名称", "类别"]
    )
    assert run("check", places).exit_code == 0
    for result in (run("check", places, zones), run("check", places, "--zones", zones)):
        assert result.exit_code == 10
        assert [line for line in lines(result) if line.startswith("错误")] == [
            "错误 places.xlsx 台账!C2 开发区编号 [zone_id]：填的是“Z8”，应为开发区台账中有的编号；"
            "改编号，或在那本台账中补上"
        ]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    good = save(tmp_path / "places.xlsx", ["L1", "一号", "Z9", "厂房", 1000, 9])
    (tmp_path / "page.xls").write_text("<html>", "utf-8")
    result = run("check", tmp_path / "page.xls", good, tmp_path / "none.xlsx")
    assert result.exit_code == 10
    assert [line.split("：")[0] for line in lines(result)] == [
        "文件 工作表 台账 读到行 合格 退回 提示",
        "places.xlsx 台账 场地 1 1 0 0",
        "错误 page.xls",
        "错误 none.xlsx",
    ]


def test_square_brackets_in_a_file_are_not_markup(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", ["L1", "一号", "Z9", "[red]厂[/red]", 1000, 9])
    assert "填的是“[red]厂[/red]”" in run("check", path).output


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_templates_are_written_and_pass_their_own_check(tmp_path: Path, lang: str) -> None:
    result = run("template", "all", "-o", tmp_path / "forms", "--lang", lang)
    assert result.exit_code == 0
    forms = sorted((tmp_path / "forms").iterdir())
    assert [form.stem for form in forms] == sorted(LEDGERS)
    checked = run("check", *forms, "--lang", lang)
    assert checked.exit_code == 0
    assert len(lines(checked)) == 1 + len(forms)


def test_one_template(tmp_path: Path) -> None:
    result = run("template", "places", "-o", tmp_path / "p.xlsx")
    assert (result.exit_code, result.output) == (0, f"{tmp_path / 'p.xlsx'}\n")
    assert run("template", "nothing", "-o", tmp_path / "p.xlsx").exit_code == 2


@pytest.mark.parametrize("name", ["zone_id", "开发区编号", "Zone id", "所属园区"])
def test_a_value_for_all_rows_is_set_by_name_label_or_alias(tmp_path: Path, name: str) -> None:
    path = save(
        tmp_path / "a.xlsx", ["L1", "一号", "厂房", 30], header=["场地编号", "场地名称", "类型", "面积"]
    )
    assert lines(run("check", path, "--set", f"{name}=Z9"))[1:] == ["a.xlsx 台账 场地 1 1 0 0"]
    assert lines(run("check", path, "--ledger", "places", "--set", f"{name}=Z9"))[1:] == [
        "a.xlsx 台账 场地 1 1 0 0"
    ]


def test_a_value_for_a_column_no_ledger_has_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", ["L1", "一号", "Z9", "厂房", 1000, 9])
    result = run("check", path, "--set", "颜色=红")
    assert isinstance(result.exception, InputError)
    assert [fault.code for fault in result.exception.faults] == ["unknown-default"]


def test_a_form_never_replaces_a_file(tmp_path: Path) -> None:
    path = save(tmp_path / "places.xlsx", ["L1", "一号", "Z9", "厂房", 1000, 9])
    before = path.read_bytes()
    for arguments in (("places", "-o", path), ("all", "-o", tmp_path)):
        result = run("template", *arguments)
        assert isinstance(result.exception, InputError)
        assert [fault.code for fault in result.exception.faults] == ["file-exists"]
    assert [path.read_bytes()] == [before]
    assert list(tmp_path.iterdir()) == [path]


def test_refused_rows_never_replace_a_ledger(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", ["L1", "一号", "Z9", "厂房", 1000, 1])
    before = path.read_bytes()
    result = run("check", path, "-o", tmp_path / "." / "a.xlsx")
    assert isinstance(result.exception, InputError)
    assert [fault.code for fault in result.exception.faults] == ["output-is-input"]
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    result = run("template", "all", "-o", tmp_path / "file" / "台账")
    assert isinstance(result.exception, InputError)
    assert [fault.code for fault in result.exception.faults] == ["cannot-write"]
