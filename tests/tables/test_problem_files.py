"""The four files of a problem: what is read, what is refused and where, what is written."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import yinfeng
from yinfeng.core.errors import InputError
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.solve import solve
from yinfeng.tables.problem_files import MOST_FAULTS, read_problem, write_problem, write_result

GOOD = {
    "projects": "id,required\n007,1\n7,0\n",
    "candidates": "id,project,value\nb,7,-5\na,007,30\nc,7,20\n",
    "uses": "candidate,resource,amount\na,land,3\nc,land,2\nc,power,4\nc,power,1\n",
    "resources": "id,capacity\npower,9\nland,5\n",
}


def lay(folder: Path, **changed: str) -> Path:
    """Write the four files, some of them changed."""
    for name, text in (GOOD | changed).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def columns_of(problem: Problem) -> dict[str, object]:
    """Give a problem's columns as lists, to compare."""
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in vars(problem).items()
    }


def refused(folder: Path) -> list[tuple[str, str, str, str, str]]:
    """Give code, file, row, column and what was found of each fault."""
    with pytest.raises(InputError) as caught:
        read_problem(folder)
    return [(f.code, f.file, f.cell, f.column, f.found) for f in caught.value.faults]


def test_what_is_read(tmp_path: Path) -> None:
    assert columns_of(read_problem(lay(tmp_path))) == {
        "project_id": ("007", "7"),
        "required": [True, False],
        "start": [0, 1, 3],
        "candidate_id": ("a", "b", "c"),
        "value": [30, -5, 20],
        "use_start": [0, 1, 1, 3],
        "use_resource": [0, 0, 1],
        "use_amount": [3, 2, 5],
        "resource_id": ("land", "power"),
        "capacity": [5, 9],
    }


def test_marks_spaces_and_further_columns_do_no_harm(tmp_path: Path) -> None:
    text = "\ufeffid, required ,note\r\n007 ,1,a\r\n 7, 0,b\r\n"
    assert columns_of(read_problem(lay(tmp_path, projects=text))) == columns_of(read_problem(lay(tmp_path)))


def test_parquet_of_the_same_names(tmp_path: Path) -> None:
    expected = columns_of(read_problem(lay(tmp_path)))
    for name in GOOD:
        text = {"project", "id"}
        path = tmp_path / f"{name}.csv"
        types = pa.csv.ConvertOptions(column_types=dict.fromkeys(text, pa.string()))
        pa.parquet.write_table(pa.csv.read_csv(path, convert_options=types), tmp_path / f"{name}.parquet")
        path.unlink()
    assert columns_of(read_problem(tmp_path)) == expected


@pytest.mark.parametrize(
    ("ids", "found"),
    [([["007"], ["7"]], "list<element: string>"), ([b"007", b"\xff"], "binary")],
)
def test_a_parquet_column_that_is_no_text(tmp_path: Path, ids: list[object], found: str) -> None:
    (lay(tmp_path) / "projects.csv").unlink()
    pa.parquet.write_table(pa.table({"id": ids, "required": [1, 0]}), tmp_path / "projects.parquet")
    assert refused(tmp_path) == [("no-text", "projects.parquet", "", "id", found)]


def test_whole_numbers_in_a_parquet_column_of_floats(tmp_path: Path) -> None:
    def lay_values(values: list[float]) -> None:
        columns = {"id": ["b", "a", "c"], "project": ["7", "007", "7"], "value": values}
        pa.parquet.write_table(pa.table(columns), tmp_path / "candidates.parquet")

    (lay(tmp_path) / "candidates.csv").unlink()
    lay_values([-5.0, 3e10, 1e15])
    assert read_problem(tmp_path).value.tolist() == [3 * 10**10, -5, 10**15]
    lay_values([2.5, 1e16, float("nan")])
    assert refused(tmp_path) == [
        ("not-a-whole-number", "candidates.parquet", row, "value", value)
        for row, value in (("1", "2.5"), ("2", "1e+16"), ("3", "nan"))
    ]


def test_costs_are_values_turned_round(tmp_path: Path) -> None:
    assert read_problem(lay(tmp_path), sense="min").value.tolist() == [-30, 5, -20]


def test_every_fault_is_named_with_its_place(tmp_path: Path) -> None:
    lay(
        tmp_path,
        projects="id,required\n007,yes\n7,0\n7,2\n,1\n",
        candidates="id,project,value\na,007,1.5\nb,8,3\n",
        uses="candidate,resource,amount\na,land,-1\nz,land,1\na,gas,\n",
        resources="id,capacity\nland,1e3\npower,99999999999999999999\n",
    )
    assert refused(tmp_path) == [
        ("blank", "projects.csv", "5", "id", ""),
        ("duplicate-id", "projects.csv", "4", "id", "7"),
        ("not-a-whole-number", "projects.csv", "2", "required", "yes"),
        ("not-a-whole-number", "projects.csv", "4", "required", "2"),
        ("not-a-whole-number", "candidates.csv", "2", "value", "1.5"),
        ("not-a-whole-number", "uses.csv", "2", "amount", "-1"),
        ("not-a-whole-number", "uses.csv", "4", "amount", ""),
        ("not-a-whole-number", "resources.csv", "2", "capacity", "1e3"),
        ("not-a-whole-number", "resources.csv", "3", "capacity", "99999999999999999999"),
        ("unknown-id", "candidates.csv", "3", "project", "8"),
        ("unknown-id", "uses.csv", "3", "candidate", "z"),
        ("unknown-id", "uses.csv", "4", "resource", "gas"),
    ]


def test_rows_of_the_wrong_length(tmp_path: Path) -> None:
    lay(tmp_path, projects="id,required\n007,1\n7,0,9\n8\n9,x\n")
    assert refused(tmp_path) == [
        ("ragged-row", "projects.csv", "3", "", "3"),
        ("ragged-row", "projects.csv", "4", "", "1"),
        ("not-a-whole-number", "projects.csv", "5", "required", "x"),
        ("unknown-id", "candidates.csv", "2", "project", "7"),
        ("unknown-id", "candidates.csv", "4", "project", "7"),
    ]


def test_blank_rows_are_left_out_but_counted(tmp_path: Path) -> None:
    lay(tmp_path, projects="\nid,required\n\n007,1\n  \n,\n7\n\n8,x\n\n\n")
    assert refused(tmp_path) == [
        ("ragged-row", "projects.csv", "7", "", "1"),
        ("not-a-whole-number", "projects.csv", "9", "required", "x"),
        ("unknown-id", "candidates.csv", "2", "project", "7"),
        ("unknown-id", "candidates.csv", "4", "project", "7"),
    ]


def test_names_of_columns_in_quotes(tmp_path: Path) -> None:
    lay(tmp_path, projects='"id","name, short","two\nlines",required\n007,a,b,1\n7,"a, b",c,x\n')
    assert refused(tmp_path) == [("not-a-whole-number", "projects.csv", "4", "required", "x")]


def test_a_table_without_rows(tmp_path: Path) -> None:
    lay(tmp_path, candidates="id,project,value", uses="candidate,resource,amount\n")
    problem = read_problem(tmp_path)
    assert (problem.project_id, problem.n_candidates, len(problem.use_amount)) == (("007", "7"), 0, 0)


def test_a_column_that_is_there_twice(tmp_path: Path) -> None:
    lay(tmp_path, projects="id,required,required\n007,1,0\n7,0,0\n", resources="id,capacity,x,x\nland,5,,\n")
    assert refused(tmp_path) == [
        ("repeated-column", "projects.csv", "1", "required", "id, required, required")
    ]


def test_missing_files_and_columns(tmp_path: Path) -> None:
    lay(tmp_path, resources="name,capacity\nland,1\n")
    (tmp_path / "uses.csv").unlink()
    assert refused(tmp_path) == [
        ("missing-file", "uses.csv", "", "", ""),
        ("missing-column", "resources.csv", "1", "id", "name, capacity"),
    ]


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    lay(tmp_path)
    (tmp_path / "projects.csv").write_bytes(b"id,required\n\xff\xfe\xfa,1\n")
    assert [fault[:3] for fault in refused(tmp_path)] == [("unreadable", "projects.csv", "2")]


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
@pytest.mark.parametrize(
    ("text", "line"), [("id,required\n007,1\n7,0,0\n项目,0\n", "4"), ("id,required,名称\n007,1,a\n", "1")]
)
def test_a_file_in_another_encoding(tmp_path: Path, encoding: str, text: str, line: str) -> None:
    lay(tmp_path)
    (tmp_path / "projects.csv").write_bytes(text.encode(encoding))
    expected = line if encoding == "gbk" else "1"
    assert refused(tmp_path) == [("unreadable", "projects.csv", expected, "", "")]


def test_an_encoding_is_looked_at_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinfeng.tables.problem_files.PART", 2)
    lay(tmp_path, projects="id,required,名称\n007,1,项目\n7,0,\n")
    assert read_problem(tmp_path).project_id == ("007", "7")
    (tmp_path / "projects.csv").write_bytes("id,required,名称\n007,1,项".encode()[:-1])
    assert refused(tmp_path) == [("unreadable", "projects.csv", "2", "", "")]


def test_a_thousand_equal_faults_are_enough(tmp_path: Path) -> None:
    lay(tmp_path, resources="id,capacity\n" + "".join(f"r{r},x\n" for r in range(MOST_FAULTS + 5)))
    capacity = [fault for fault in refused(tmp_path) if fault[3] == "capacity"]
    assert (len(capacity), capacity[-1][-1]) == (MOST_FAULTS + 1, "… +5")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    problem = read_problem(lay(tmp_path))
    write_problem(tmp_path / "again", problem)
    assert columns_of(read_problem(tmp_path / "again")) == columns_of(problem)


@pytest.mark.parametrize(
    ("sense", "required_project_two", "value", "plan"),
    [("max", "0", 50, [["007", "a"], ["7", "c"]]), ("min", "1", 25, [["007", "a"], ["7", "b"]])],
)
def test_the_answer(
    tmp_path: Path, sense: str, required_project_two: str, value: int, plan: list[list[str]]
) -> None:
    lay(tmp_path, projects=f"id,required\n007,1\n7,{required_project_two}\n")
    problem = read_problem(tmp_path, sense=sense)  # type: ignore[arg-type]
    result = solve(problem, seed=3)
    write_result(tmp_path / "out", problem, result, sense=sense, seed=3)  # type: ignore[arg-type]
    with (tmp_path / "out" / "plan.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["project", "candidate"], *plan]
    answer = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert answer.pop("seconds") >= 0
    assert answer == {
        "status": "OPTIMAL",
        "value": value,
        "bound": value,
        "gap": 0.0,
        "sense": sense,
        "clash": [],
        "clash_is_smallest": False,
        "prices": {"land": 0.0, "power": 0.0},
        "method": "fast",
        "seed": 3,
        "version": yinfeng.__version__,
    }


def test_an_answer_without_a_plan(tmp_path: Path) -> None:
    problem = read_problem(lay(tmp_path, resources="id,capacity\npower,9\nland,2\n"))
    write_result(tmp_path, problem, solve(problem))
    answer = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert {name: answer[name] for name in ("status", "value", "bound", "gap", "clash")} == {
        "status": "INFEASIBLE",
        "value": None,
        "bound": None,
        "gap": None,
        "clash": ["007"],
    }
