from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine as calamine
from click.testing import CliRunner, Result

from yinfeng.cli.main import commands
from yinfeng.core.errors import InputError
from yinfeng.tables.write import Sheet, write_workbook

PLAN = [
    {"项目编号": "A1", "项目名称": "甲", "类型": "新建", "开工时间": "2024-03-10", "入统情况": "未入统"},
    {
        "项目编号": "A2",
        "项目名称": "乙",
        "类型": "新建",
        "计划开工时间": "2024-03",
        "存在问题": "用地未批",
        "解决单位": "自然资源局",
        "责任单位": "招商局",
    },
    {"项目编号": "A3", "项目名称": "丙", "类型": "续建", "是否复工": "是"},
]
PRINTED = [
    {"指标": "开工率", "公布值": "50%"},
    {"指标": "续建项目复工率", "公布值": "90%", "来源": "某报"},
]


def save(path: Path, **sheets: Sequence[Mapping[str, Any]]) -> Path:
    written = []
    for name, rows in sheets.items():
        headers = list(dict.fromkeys(header for row in rows for header in row))
        written.append(Sheet(name, headers, [[row.get(header) for header in headers] for row in rows]))
    write_workbook(path, written)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(commands, ["progress", *map(str, arguments), "--on", "2024-06-30"])


def lines(result: Result) -> list[str]:
    return [" ".join(line.split()) for line in result.output.splitlines() if line.strip()]


def test_figures_then_what_is_stuck_then_what_was_printed_wrongly(tmp_path: Path) -> None:
    result = run(save(tmp_path / "a.xlsx", 年度项目=PLAN, 已公布数字=PRINTED))
    assert result.exit_code == 0
    assert lines(result) == [
        "（未写开发区） 2024H1",
        "新建项目开工率 1/2 50.0%",
        "续建项目复工率 1/1 100.0%",
        "入统率 0/1 0.00%",
        "年度项目数 3 个",
        "新建项目开工率：其中 1 个没有登记佐证",
        "卡住的项目（2）",
        "[红] 甲 开工：开工超过 3 个月未入统",
        "[红] 乙 未开工：计划 2024-03 开工，已有 4 个月未开工；用地未批（自然资源局）；责任：招商局",
        "公布数核对：2 个中 1 个一致",
        "续建项目复工率 公布 90%：不符。按台账的行为 100%，公布数差 -10 个百分点",
    ]


def test_the_workbook_opens_every_figure_into_its_rows(tmp_path: Path) -> None:
    output = tmp_path / "结果.xlsx"
    run(save(tmp_path / "a.xlsx", 年度项目=PLAN, 已公布数字=PRINTED), "-o", output)
    book = calamine.CalamineWorkbook.from_path(output)
    assert book.sheet_names == ["总览", "项目", "结构", "公布数核对", "明细", "未读入", "依据"]
    figures = book.get_sheet_by_name("总览").to_python()
    assert figures[2][:6] == ["（未写开发区）", "新建项目开工率", "50.0%", 1.0, 2.0, "2024H1"]
    details = book.get_sheet_by_name("明细").to_python()
    assert details[1] == [
        "（未写开发区）", "新建项目开工率", "分子", "年度项目 第 2 行", "",
        "项目编号 A1；项目名称 甲；建设性质 新建；开工日期 2024-03-10；是否入统 否",
    ]  # fmt: skip
    assert [row[3] for row in details if row[1:3] == ["新建项目开工率", "分母"]] == [
        "年度项目 第 2 行",
        "年度项目 第 3 行",
    ]
    checked = book.get_sheet_by_name("公布数核对").to_python()
    assert [row[6] for row in checked[2:]] == ["不符", "一致"]


def test_in_english(tmp_path: Path) -> None:
    result = run(save(tmp_path / "a.xlsx", 年度项目=PLAN), "--lang", "en")
    assert lines(result)[1] == "Start rate of new-build projects 1/2 50.0%"
    output = tmp_path / "out.xlsx"
    run(save(tmp_path / "a.xlsx", 年度项目=PLAN), "--lang", "en", "-o", output)
    assert calamine.CalamineWorkbook.from_path(output).sheet_names[:2] == ["Overview", "Projects"]


def test_rows_not_read_are_told_first(tmp_path: Path) -> None:
    plan = [*PLAN, {"项目编号": "A4", "项目名称": "丁", "类型": "新建", "开工时间": "明年"}]
    result = run(save(tmp_path / "a.xlsx", 年度项目=plan))
    assert lines(result)[0] == "有 1 行未读入，没有计入下面的数；见工作簿“未读入”"


def test_nothing_to_count_is_an_error(tmp_path: Path) -> None:
    for rows in ([{"姓名": "张三", "电话": "123"}], [{"类型": "新建", "备注": "没有名称"}]):
        result = run(save(tmp_path / "a.xlsx", 表=rows))
        assert isinstance(result.exception, InputError)


def test_a_ledger_is_never_overwritten(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", 年度项目=PLAN)
    result = run(path, "-o", path)
    assert isinstance(result.exception, InputError)
    assert [fault.code for fault in result.exception.faults] == ["would-overwrite"]


def test_a_column_filled_from_the_command_line(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", 年度项目=PLAN)
    result = run(path, "--set", "year_plan.开发区=临汾经济开发区")
    assert lines(result)[0] == "临汾经济开发区 2024H1"


def test_a_rate_asked_for_and_the_rate_reached_are_both_in_per_cent(tmp_path: Path) -> None:
    target = [{"指标": "规上工业增加值增速", "期间": "2024", "目标值": "15%", "完成值": "12%"}]
    result = run(save(tmp_path / "a.xlsx", 目标任务=target), "-o", tmp_path / "out.xlsx")
    assert "规上工业增加值增速高于目标 -3.00 个百分点" in lines(result)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["目标任务"]
    (row,) = [row for row in sheet.iter_rows(values_only=True) if row[1] == "规上工业增加值增速"]
    assert row[2:4] == (15, 12)
