"""The command idleness as people use it: right files, wrong files, papers."""

from pathlib import Path

import pytest
import python_calamine
from click.testing import CliRunner, Result

from yinfeng.cli.main import commands
from yinfeng.core.errors import InputError

LAND = """宗地编号,地块名称,面积（亩）,成交价（万元）,约定动工日期
G01,一号地,90,1668,2023-07-21
G02,二号地,30,600,2023-07-22
"""


def run(*arguments: object) -> Result:
    given = ["idleness", *(str(argument) for argument in arguments)]
    return CliRunner().invoke(commands, given, env={"COLUMNS": "110"})


def lines(result: Result) -> list[str]:
    return [" ".join(line.split()) for line in result.output.splitlines()]


@pytest.fixture
def land(tmp_path: Path) -> Path:
    path = tmp_path / "land.csv"
    path.write_text(LAND, "utf-8")
    return path


def test_on_the_anniversary(land: Path, tmp_path: Path) -> None:
    result = run(land, "--on", "2024-07-21", "-o", tmp_path / "out.xlsx", "--notices", tmp_path / "papers")
    assert result.exit_code == 0
    said = lines(result)
    assert said[0] == "按 2024-07-21 计算，规则库 shanxi"
    assert "未注明 闲置土地（53号令） 涉嫌闲置，未动工满一年 1 6.00" in said
    assert "未注明 闲置土地（53号令） 临近闲置 1 2.00" in said
    assert said[-1] == f"1 份文书草稿已写入 {tmp_path / 'papers'}"
    assert [path.name for path in (tmp_path / "papers").iterdir()] == ["闲置土地调查通知书-G01.docx"]
    assert (tmp_path / "out.xlsx").is_file()


def test_the_plant_of_shuozhou(tmp_path: Path) -> None:
    places = Path(__file__).parents[2] / "examples" / "newspaper" / "2024-02" / "places.xlsx"
    result = run(places, "--on", "2024-02-29", "--notices", tmp_path / "papers")
    assert result.exit_code == 0
    assert (
        "L1 原粉煤灰硅酸钙板、涂装板闲置厂房 停产、半停产一年以上：符合（2013-12-01 起停产）；53号令不适用"
    ) in lines(result)
    assert list((tmp_path / "papers").iterdir()) == []
    refused = run(places, "--on", "2024-02-29", "--notices", tmp_path / "papers", "--only", "L1")
    assert isinstance(refused.exception, InputError)
    assert refused.exception.faults[0].code == "no-notice"


def test_english(land: Path) -> None:
    said = lines(run(land, "--on", "2024-07-21", "--lang", "en"))
    assert said[0] == "as of 2024-07-21, rulebook shanxi"
    assert "not stated idle land (Order 53) suspected: idle over one year 1 6.00" in said


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n"])
def test_files_that_are_no_ledger(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content, "utf-8")
    assert isinstance(run(path).exception, InputError)


def test_usage(land: Path) -> None:
    assert run(land, "--on", "2024-13-01").exit_code == 2
    assert run(land, "--only", "G01").exit_code == 2
    assert run().exit_code == 2


def test_an_empty_form(tmp_path: Path) -> None:
    path = tmp_path / "land.csv"
    path.write_text("电子监管号,面积,约定开工时间\n", "utf-8")
    result = run(path, "--on", "2024-07-21")
    assert (result.exit_code, lines(result)[1]) == (0, "台账中没有宗地或场地")


def test_before_the_order_was_in_force(land: Path) -> None:
    result = run(land, "--on", "2010-01-01")
    assert isinstance(result.exception, InputError)
    assert result.exception.faults[0].code == "rulebook-too-early"


def test_rows_left_out_are_counted_and_the_sum_of_all_zones_says_so(land: Path, tmp_path: Path) -> None:
    (land.parent / "events.csv").write_text(
        "宗地编号,事件,日期\nG09,停工,2024-01-01\nG01,改天,2024-01-01\n", "utf-8"
    )
    (land.parent / "steps.csv").write_text(
        "场地编号,开发区,环节,日期,面积\nG01,Z9,恢复使用,2024-07-01,600\nG02,Z8,恢复使用,2024-07-02,400\n",
        "utf-8",
    )
    out = tmp_path / "out.xlsx"
    result = run(land, land.parent / "events.csv", land.parent / "steps.csv", "--on", "2024-07-21", "-o", out)
    assert "有 2 行未读入，见工作簿“未读入”" in lines(result)
    sheet = python_calamine.CalamineWorkbook.from_path(str(out)).get_sheet_by_name("指标")
    returned = [row for row in sheet.to_python() if row[1] == "盘活面积"]
    assert [(row[0], row[2]) for row in returned] == [("全部", "1,000"), ("Z8", "400"), ("Z9", "600")]
