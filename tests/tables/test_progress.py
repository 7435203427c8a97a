from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yinfeng.core.errors import InputError
from yinfeng.core.figures import shown
from yinfeng.core.period import year_to
from yinfeng.core.progress.rules import KEYS
from yinfeng.core.rulebook import Rules
from yinfeng.tables.books import Books, read_books
from yinfeng.tables.progress import WANTED, faults_of, figures_of, read_dispatch
from yinfeng.tables.progress_rules import progress_rules
from yinfeng.tables.rulebook import names, read_rules
from yinfeng.tables.write import Sheet, write_workbook

ON = date(2024, 6, 30)
Rows = Sequence[Mapping[str, Any]]


def books(folder: Path, **sheets: Rows) -> Books:
    path = folder / "台账.xlsx"
    written = []
    for name, rows in sheets.items():
        headers = list(dict.fromkeys(header for row in rows for header in row))
        written.append(Sheet(name, headers, [[row.get(header) for header in headers] for row in rows]))
    write_workbook(path, written)
    return read_books([path], WANTED)


def rules() -> Rules:
    return read_rules("shanxi", ON, KEYS)


@pytest.mark.parametrize("name", names())
def test_every_bundled_rulebook_can_be_taken(name: str) -> None:
    assert progress_rules(read_rules(name, ON, KEYS)).decimals["default"] == 2


@pytest.mark.parametrize(
    ("key", "value"), [("progress.parts", "twice"), ("progress.decimals", {}), ("progress.lights.sanya", 5)]
)
def test_an_entry_of_another_shape_is_named(key: str, value: object) -> None:
    held = rules()
    wrong = replace(held, entries={**held.entries, key: replace(held.entries[key], value=value)})
    with pytest.raises(InputError) as caught:
        progress_rules(wrong)
    assert [fault.code for fault in caught.value.faults] == ["rulebook-value"]


def test_rows_of_other_ledgers_go_by_name_and_by_id(tmp_path: Path) -> None:
    read = books(
        tmp_path,
        年度项目=[
            {"项目编号": "P1", "项目名称": "甲 项目", "类型": "新建"},
            {"项目编号": "P2", "项目名称": "乙", "类型": "新建"},
        ],
        进展事件=[
            {"项目名称": "甲项目", "事件": "开工", "日期": "2024-03-01"},
            {"项目名称": "丙", "事件": "开工", "日期": "2024-03-01"},
        ],
    )
    dispatch = read_dispatch(read.ledgers)
    assert [event.project for event in dispatch.problem.events] == ["P1"]
    assert [(fault.code, fault.cell, fault.found) for fault in dispatch.faults] == [
        ("unknown-project", "A3", "丙")
    ]
    figure = figures_of(read.ledgers, rules(), period=year_to(ON))[0]
    assert (figure.code, shown(figure), figure.zone) == ("start-rate", "50.0%", "")
    assert figure.numerator is not None
    assert figure.numerator.rows == ("year_plan:P1",)
    assert dispatch.rows["year_plan:P1"]["project_name"] == "甲 项目"


def test_zones_by_id_or_name_and_rows_without_one(tmp_path: Path) -> None:
    read = books(
        tmp_path,
        开发区=[{"开发区编号": "Z10", "开发区名称": "临汾经济开发区", "类别": "开发区"}],
        年度项目=[{"项目名称": "甲", "类型": "新建", "开发区": "Z10", "是否开工": "是"}],
        签约=[{"项目名称": "乙", "签约额": "1亿元", "开发区": "临汾经济开发区"}],
        目标任务=[{"指标": "签约额", "目标值": "2亿元", "年度": 2024}],
    )
    dispatch = read_dispatch(read.ledgers)
    assert {row.zone for row in (*dispatch.problem.projects, *dispatch.problem.targets)} == {"临汾经济开发区"}
    for zone in ("Z10", "临汾经济开发区", ""):
        found = {f.code: shown(f) for f in figures_of(read.ledgers, rules(), period=year_to(ON), zone=zone)}
        assert (found["start-rate"], found["signed-amount-completion"]) == ("100.0%", "50.00%")
    assert faults_of(read.faults, dispatch) == ()


def test_two_zones_stay_apart(tmp_path: Path) -> None:
    read = books(
        tmp_path,
        年度项目=[
            {"项目名称": "甲", "类型": "新建", "开发区": "A区", "是否开工": "是"},
            {"项目名称": "乙", "类型": "新建", "开发区": "B区", "是否开工": "否"},
        ],
    )
    shares = [
        shown(figures_of(read.ledgers, rules(), period=year_to(ON), zone=zone)[0]) for zone in ("A区", "B区")
    ]
    assert shares == ["100.0%", "0.0%"]


def test_numbers_that_cannot_be_read_are_named_with_their_cell(tmp_path: Path) -> None:
    read = books(
        tmp_path,
        目标任务=[
            {"指标": "签约额", "目标值": "100", "年度": 2024},
            {"指标": "签约项目数", "目标值": "20", "年度": "今年"},
        ],
        已公布数字=[{"指标": "开工率", "公布值": "很高"}],
    )
    dispatch = read_dispatch(read.ledgers)
    assert [(fault.cell, fault.column, fault.severity) for fault in dispatch.faults] == [
        ("B2", "target", "error"),
        ("C3", "period", "error"),
        ("B2", "printed", "error"),
    ]


def test_a_unit_in_the_header_or_beside_the_number(tmp_path: Path) -> None:
    for row in (
        {"指标": "签约额", "目标值（亿元）": 100},
        {"指标": "签约额", "目标值": 100, "单位": "亿元"},
        {"指标": "签约额", "目标值": "1000000万元"},
    ):
        dispatch = read_dispatch(books(tmp_path, 目标任务=[row]).ledgers)
        assert [target.target for target in dispatch.problem.targets] == [100]


def test_one_column_of_starts_and_resumptions(tmp_path: Path) -> None:
    read = books(
        tmp_path,
        年度项目=[
            {"项目名称": "甲", "建设性质": "新建", "开（复）工情况": "是"},
            {"项目名称": "乙", "建设性质": "续建", "开（复）工情况": "是"},
            {"项目名称": "丙", "建设性质": "续建", "开（复）工情况": "未复工"},
        ],
    )
    found = {f.code: shown(f) for f in figures_of(read.ledgers, rules(), period=year_to(ON))}
    assert (found["start-rate"], found["resumption-rate"]) == ("100.0%", "50.0%")
