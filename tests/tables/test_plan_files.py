"""A plan is written as a workbook or, of any length, as a folder of Parquet files."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from yinfeng.core.errors import InputError
from yinfeng.tables import plan_files
from yinfeng.tables.plan_files import check_output, write_plan
from yinfeng.tables.write import Sheet

SHEETS = {
    "plan": Sheet("方案", ["项目编号", "价值"], [["X1", 1], ["X2", 2.5], ["X3", None]]),
    "replans": Sheet("重新编制", ["项目编号"], []),
    "basis": Sheet("依据", ["事项", "数"], [["状态", "OPTIMAL"], ["价值", 3.5]]),
}


def test_a_name_that_ends_in_parquet_is_a_folder_with_a_file_for_each_sheet(tmp_path: Path) -> None:
    assert write_plan(tmp_path / "plan.parquet", SHEETS) == tmp_path / "plan.parquet"
    assert sorted(file.name for file in (tmp_path / "plan.parquet").iterdir()) == [
        "basis.parquet",
        "plan.parquet",
        "replans.parquet",
    ]
    plan = pq.read_table(tmp_path / "plan.parquet" / "plan.parquet")
    assert plan.to_pydict() == {"项目编号": ["X1", "X2", "X3"], "价值": [1.0, 2.5, None]}
    basis = pq.read_table(tmp_path / "plan.parquet" / "basis.parquet")
    assert basis.to_pydict() == {"事项": ["状态", "价值"], "数": ["OPTIMAL", "3.5"]}


def test_a_plan_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan.parquet", SHEETS)
    write_plan(tmp_path / "plan.parquet", {"basis": SHEETS["basis"]})
    assert [file.name for file in (tmp_path / "plan.parquet").iterdir()] == ["basis.parquet"]


def test_a_sheet_too_long_for_a_workbook_is_written_to_a_folder_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_files, "MOST_ROWS", 2)
    (tmp_path / "plan.parquet").write_text("anything")
    assert write_plan(tmp_path / "plan.xlsx", SHEETS) == tmp_path / "plan-2.parquet"
    monkeypatch.setattr(plan_files, "MOST_ROWS", 3)
    assert write_plan(tmp_path / "plan.xlsx", SHEETS) == tmp_path / "plan.xlsx"


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "ledgers.parquet"
    folder.mkdir()
    check_output(folder)
    (folder / "places.parquet").write_text("a ledger")
    for refused in (folder, folder / "places.parquet"):
        with pytest.raises(InputError) as caught:
            check_output(refused)
        assert caught.value.faults[0].code == "would-overwrite"


def test_names_that_no_program_would_open_are_refused_before_the_plan_is_made() -> None:
    with pytest.raises(InputError) as caught:
        check_output(Path("plan.csv"))
    assert caught.value.faults[0].code == "not-xlsx"
    check_output(Path("plan.xlsx"))


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_plan(tmp_path / "nowhere" / "plan.parquet", SHEETS)
    assert caught.value.faults[0].code == "cannot-write"
