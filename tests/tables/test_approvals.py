from datetime import date
from pathlib import Path

import pytest

from yinfeng.core.approvals.problem import Problem
from yinfeng.core.approvals.solve import solve
from yinfeng.core.approvals.states import ItemState
from yinfeng.tables.approval_sheets import approval_sheets, pressing
from yinfeng.tables.approval_template import Basis, read_basis, read_layers
from yinfeng.tables.approval_words import why
from yinfeng.tables.approvals import LEDGERS, Read, previewed, to_problem
from yinfeng.tables.books import read_books
from yinfeng.tables.rulebook import read_working_days
from yinfeng.tables.write import Sheet, write_workbook

DAY = date(2024, 6, 28)
Rows = list[dict[str, object]]


@pytest.fixture(scope="module")
def basis() -> Basis:
    return read_basis(read_layers("shanxi"), "shanxi", DAY)


def read(folder: Path, basis: Basis, **ledgers: Rows) -> Read:
    sheets = []
    for name, rows in ledgers.items():
        headers = list(dict.fromkeys(header for row in rows for header in row))
        sheets.append(Sheet(name, headers, [[row.get(header) for header in headers] for row in rows]))
    write_workbook(folder / "book.xlsx", sheets)
    books = read_books([folder / "book.xlsx"], LEDGERS)
    return to_problem(books.ledgers, basis, read_working_days("shanxi", DAY), DAY)


def test_ids_and_names_mean_one_project(tmp_path: Path, basis: Basis) -> None:
    problem = read(
        tmp_path,
        basis,
        procedures=[
            {"项目编号": "P3", "项目名称": "硅酸钙板", "手续名称": "备案"},
            {"项目名称": " 硅酸钙板 ", "手续名称": "环评"},
            {"项目名称": "别的", "手续名称": "环评"},
        ],
        approval_facts=[{"项目名称": "硅酸钙板", "立项方式": "备案"}],
    ).problem
    assert [(one.id, one.name, one.has_facts) for one in problem.projects] == [
        ("P3", "硅酸钙板", True),
        ("别的", "别的", False),
    ]
    assert [row.project for row in problem.applications] == ["P3", "P3", "别的"]


def test_a_row_without_a_project_is_named(tmp_path: Path, basis: Basis) -> None:
    found = read(
        tmp_path,
        basis,
        procedures=[{"项目名称": "", "手续名称": "备案"}, {"项目名称": "甲", "手续名称": "环评"}],
    )
    assert [(fault.code, fault.cell) for fault in found.faults] == [("no-project", "2")]
    assert [row.name for row in found.problem.applications] == ["环评"]


def test_a_second_row_of_facts_is_named_and_the_first_used(tmp_path: Path, basis: Basis) -> None:
    facts: Rows = [{"项目名称": "甲", "立项方式": "备案"}, {"项目名称": "甲", "立项方式": "核准"}]
    found = read(tmp_path, basis, approval_facts=facts)
    assert [fault.code for fault in found.faults] == ["repeated-project"]
    assert [one.known for one in found.problem.projects] == [{"record_kind": "filing"}]


def test_quantities_with_their_units(tmp_path: Path, basis: Basis) -> None:
    facts: Rows = [
        {"项目名称": "甲", "征占地面积": "90亩", "挖填土石方总量": "4.2万方", "年用电量": "480万度"}
    ]
    (project,) = read(tmp_path, basis, approval_facts=facts).problem.projects
    known = {fact: round(float(value), 6) for fact, value in project.known.items()}
    assert known == {"land_ha": 6.0, "earth_m3": 42_000.0, "energy_kwh": 4_800_000.0}


def test_energy_may_come_from_the_ledger_of_projects(tmp_path: Path, basis: Basis) -> None:
    found = read(
        tmp_path,
        basis,
        approval_facts=[{"项目编号": "P1", "立项方式": "备案"}],
        projects=[{"项目编号": "P1", "项目名称": "甲", "年综合能耗": 4000, "承办开发区": "Z9"}],
    )
    (project,) = found.problem.projects
    assert (project.known["energy_tce"], project.zone, project.name) == (4000, "Z9", "甲")


def test_the_start_may_come_from_the_years_plan(tmp_path: Path, basis: Basis) -> None:
    """By name or id; the facts go before it; a project of the plan alone has no procedures to judge."""
    found = read(
        tmp_path,
        basis,
        procedures=[{"项目名称": name, "手续名称": "施工许可证"} for name in ("甲", "乙")],
        approval_facts=[{"项目名称": "乙", "实际开工日期": "2024-03-01"}],
        year_plan=[{"项目名称": name, "开工日期": "2024-02-01"} for name in ("甲", "乙", "丙")],
    )
    assert {one.name: one.started_on for one in found.problem.projects} == {
        "甲": date(2024, 2, 1),
        "乙": date(2024, 3, 1),
    }


def test_a_date_out_of_reach_is_named(tmp_path: Path, basis: Basis) -> None:
    found = read(
        tmp_path, basis, procedures=[{"项目名称": "甲", "手续名称": "环评", "申报日期": date(1955, 1, 1)}]
    )
    assert [fault.code for fault in found.faults] == ["date-too-far"]


def forty(done: int) -> Rows:
    """Forty needed rows, so many of them done: the figure a zone printed."""
    rows: Rows = [
        {"项目名称": f"项目{n % 19}", "手续名称": f"手续{n}", "办理状态": "已办结" if n < done else "办理中"}
        for n in range(40)
    ]
    return [*rows, {"项目名称": "项目0", "手续名称": "不用办的", "办理状态": "不涉及"}]


def test_the_printed_rate_comes_from_rows(tmp_path: Path, basis: Basis) -> None:
    result = solve(read(tmp_path, basis, procedures=forty(35)).problem)
    assert (result.by_ledger.done, result.by_ledger.needed) == (35, 40)
    assert len(result.projects) == 19
    assert {standing.key for _, standing in pressing(result)} == {f"手续{n}" for n in range(35, 40)}


def test_the_sheets_of_an_answer(tmp_path: Path, basis: Basis) -> None:
    found = read(tmp_path, basis, procedures=forty(35))
    for lang in ("zh", "en"):
        sheets = approval_sheets(solve(found.problem), basis, (), lang, synthetic=found.synthetic)
        assert all(len(row) == len(sheet.headers) for sheet in sheets for row in sheet.rows), lang
    assert [sheet.title for sheet in sheets] == [
        "Overview", "Items", "Not needed", "Next steps", "To be answered", "To be checked", "Replacements",
        "Refused", "Template", "Basis",
    ]  # fmt: skip


def _problem(tmp_path: Path, basis: Basis) -> Problem:
    return read(
        tmp_path,
        basis,
        approval_facts=[{"项目名称": "甲", "立项方式": "备案", "建设方式": "新建", "土地已取得": "是"}],
        procedures=[{"项目名称": "甲", "手续名称": "人防审批", "申报日期": date(2024, 5, 6)}],
    ).problem


def test_a_new_item_is_found_in_rows_that_were_unknown(tmp_path: Path, basis: Basis) -> None:
    change = tmp_path / "change.toml"
    change.write_text(
        """
[[entry]]
key = "approvals.item.shelter"
unit = "item"
valid_from = 2024-01-01
basis = "policy"
source = "本单位"
zh = "防空地下室"
en = "shelter"
[entry.value]
stage = 2
agency = { zh = "人防办", en = "office" }
aliases = ["人防审批"]
limit = { days = 20, kind = "working" }
gate = "start"
""",
        "utf-8",
    )
    after = read_basis(read_layers("shanxi", [change]), "shanxi", DAY)
    (effect,) = previewed(_problem(tmp_path, basis), after)
    assert [(one.key, one.change) for one in effect.items] == [("shelter", "comes"), ("人防审批", "goes")]
    new = effect.items[0].after
    assert new is not None
    assert (new.state, new.due) == (ItemState.LATE, date(2024, 5, 31))


def test_an_evaluation_that_ended_is_named_in_words(tmp_path: Path, basis: Basis) -> None:
    facts = {"项目名称": "甲", "开发区": "Z9", "立项方式": "备案", "建设方式": "新建", "水土流失易发区": "是"}
    found = read(
        tmp_path,
        basis,
        approval_facts=[facts],
        area_evaluations=[{"开发区": "Z9", "评估类别": "水土保持", "有效期至": "2024-06-27"}],
    )
    result = solve(found.problem)
    assert [finding.sentence.zh for finding in result.projects[0].findings] == [
        "区域评估（水土保持区域评估）已于 2024-06-27 到期，不再替代"
    ]
    needs = {standing.key: standing.need for standing in result.projects[0].standings}
    assert why(needs["discharge_permit"]).zh == "排污许可类别：待答"


def test_another_form_than_the_facts_say_is_named(tmp_path: Path, basis: Basis) -> None:
    found = read(
        tmp_path,
        basis,
        procedures=[
            {"项目名称": "甲", "手续名称": "环评报告书", "申报日期": "2024-05-06"},
            {"项目名称": "乙", "手续名称": "环评报告表", "申报日期": "2024-05-06"},
        ],
        approval_facts=[
            {"项目名称": "甲", "立项方式": "备案", "环评类别": "报告表"},
            {"项目名称": "乙", "立项方式": "备案", "环评类别": ""},
        ],
    )
    second, first = solve(found.problem).projects
    assert [(one.code, one.sentence.zh) for one in first.findings] == [
        ("form-differs", "台账写“环评报告书”，按条件是报告表：按报告表的时限算，请核对")
    ]
    assert second.findings == ()
