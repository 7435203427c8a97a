"""The worked cases of approvals: what each expects stands in the cells of the answer's workbook."""

from datetime import date
from pathlib import Path

import pytest

from tests.cases.reading import Case, cases, ledgers_of
from yinfeng.core.approvals.solve import solve
from yinfeng.tables.approval_sheets import approval_sheets
from yinfeng.tables.approval_template import read_basis, read_layers
from yinfeng.tables.approvals import to_problem
from yinfeng.tables.rulebook import read_working_days

Rows = dict[tuple[str, str], dict[str, object]]


def rows_of(case: Case, folder: Path) -> Rows:
    """Give the rows of the answer: by project and item, and of the project as a whole under 总览."""
    basis = read_basis(read_layers(case.rulebook), case.rulebook, case.on)
    calendar = read_working_days(case.rulebook, case.on)
    read = to_problem(ledgers_of(case, folder), basis, calendar, case.on)
    assert read.faults == ()
    sheets = {
        sheet.title: sheet
        for sheet in approval_sheets(solve(read.problem), basis, (), "zh", synthetic=read.synthetic)
    }
    rows: Rows = {}
    for title in ("总览", "事项", "不需要"):
        for cells in sheets[title].rows:
            row = dict(zip(sheets[title].headers, cells, strict=False))
            name = str(row.get("项目名称") or row["项目编号"])
            rows[name, str(row.get("事项", "总览"))] = row
    return rows


@pytest.mark.parametrize("case", cases("approvals"), ids=lambda case: case.id)
def test_case(case: Case, tmp_path: Path) -> None:
    rows = rows_of(case, tmp_path)
    expected = {
        (project, item, header): value
        for project, items in case.expect.items()
        for item, cells in items.items()
        for header, value in cells.items()
    }
    found = {(project, item, header): cell(rows[project, item][header]) for project, item, header in expected}
    assert found == expected


def cell(value: object) -> object:
    return value if isinstance(value, int | float | date) else str(value or "")
