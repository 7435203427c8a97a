"""The door for other solvers' problems: four tables of whole numbers in, a plan and its proof out."""

import codecs
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

import yinfeng
from yinfeng.core.errors import Fault, InputError
from yinfeng.core.matching.problem import LARGEST, Bools, Ints, Problem
from yinfeng.core.matching.result import Result, Status
from yinfeng.core.text import Text

Sense = Literal["max", "min"]

Kind = Literal["id", "known", "number", "amount", "flag"]
COLUMNS: Final = MappingProxyType(
    {
        "projects": {"id": "id", "required": "flag"},
        "candidates": {"id": "id", "project": "known", "value": "number"},
        "uses": {"candidate": "known", "resource": "known", "amount": "amount"},
        "resources": {"id": "id", "capacity": "amount"},
    }
)
"""Columns of each table and what they hold; "known" is an id of another table."""

MOST_FAULTS: Final = 1_000
"""Faults of one kind named in one column; the last one says how many more there are."""

PART: Final = 2**24
"""Bytes of a file whose encoding is looked at in one go."""

_WHOLE: Final = r"^-?[0-9]{1,18}$"
_NO_LABEL: Final = Text("", "")


@dataclass(frozen=True, slots=True)
class _Table:
    """One table as read: text columns and where each row stands in its file."""

    file: str
    columns: dict[str, pa.Array]  # trimmed text
    row: Ints  # (rows,) number as an editor shows it


READING: Final = MappingProxyType({".csv": 8, ".parquet": 40})
"""Bytes of memory that reading a byte of a table takes at most, by kind of file."""


def file_bytes(folder: Path) -> int:
    """Estimate the memory it takes to read a problem; 0 for tables that are missing."""
    files = [folder / f"{name}{suffix}" for name in COLUMNS for suffix in READING]
    return sum(READING[file.suffix] * file.stat().st_size for file in files if file.is_file())


def read_problem(folder: Path, *, sense: Sense = "max") -> Problem:
    """Read projects, candidates, uses and resources, each as .csv or .parquet (a .csv goes first).

    sense: "min" reads values as costs. Ids are text: ``007`` and ``7`` differ. Raises InputError with every
    fault: file, row, what was found, what is expected.
    """
    faults: list[Fault] = []
    tables = {name: _read(folder, name, faults) for name in COLUMNS}
    if any(table is None for table in tables.values()):
        raise InputError(faults)
    projects, candidates, uses, resources = (table for table in tables.values() if table is not None)
    project_id, candidate_id, resource_id = (
        _ids(table, faults) for table in (projects, candidates, resources)
    )
    required = _whole(projects, "required", faults)
    value = _whole(candidates, "value", faults)
    amount = _whole(uses, "amount", faults)
    capacity = _whole(resources, "capacity", faults)
    project = _known(candidates, "project", project_id, faults)
    use_candidate = _known(uses, "candidate", candidate_id, faults)
    use_resource = _known(uses, "resource", resource_id, faults)
    if faults:
        raise InputError(faults)
    return Problem.of_arrays(
        project_id=project_id.to_pylist(),
        required=required == 1,
        candidate_id=candidate_id.to_pylist(),
        project=project,
        value=-value if sense == "min" else value,
        use_candidate=use_candidate,
        use_resource=use_resource,
        use_amount=amount,
        resource_id=resource_id.to_pylist(),
        capacity=capacity,
    )


def write_problem(folder: Path, problem: Problem) -> None:
    """Write a problem as the four CSV files that `read_problem` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    project_id, candidate_id, resource_id = (
        pa.array(names, pa.string())
        for names in (problem.project_id, problem.candidate_id, problem.resource_id)
    )
    tables = {
        "projects": {"id": project_id, "required": problem.required.astype(np.int64)},
        "candidates": {
            "id": candidate_id,
            "project": project_id.take(pa.array(problem.project)),
            "value": problem.value,
        },
        "uses": {
            "candidate": candidate_id.take(pa.array(problem.use_candidate)),
            "resource": resource_id.take(pa.array(problem.use_resource)),
            "amount": problem.use_amount,
        },
        "resources": {"id": resource_id, "capacity": problem.capacity},
    }
    for name, columns in tables.items():
        _write_csv(folder / f"{name}.csv", pa.table(columns))


def write_result(
    folder: Path, problem: Problem, result: Result, *, sense: Sense = "max", seed: int = 0
) -> None:
    """Write plan.csv (the projects placed) and result.json.

    sense: "min" reports cost, its lower bound, and their gap as a share of the cost. Prices are per unit of a
    resource and never negative. Value and gap are null where no plan was found; the bound too where none
    exists.
    """
    folder.mkdir(parents=True, exist_ok=True)
    placed = np.flatnonzero(result.chosen >= 0)
    plan = {
        "project": [problem.project_id[i] for i in placed.tolist()],
        "candidate": [problem.candidate_id[k] for k in result.chosen[placed].tolist()],
    }
    schema = pa.schema([("project", pa.string()), ("candidate", pa.string())])
    _write_csv(folder / "plan.csv", pa.table(plan, schema=schema))
    text = json.dumps(_summary(problem, result, sense, seed), ensure_ascii=False, indent=2)
    (folder / "result.json").write_text(text + "\n", encoding="utf-8")


def _summary(problem: Problem, result: Result, sense: Sense, seed: int) -> dict[str, Any]:
    has_plan, sign = result.complete, -1 if sense == "min" else 1
    value, bound = sign * result.value, sign * result.bound
    gap = (value - bound) / max(1, abs(value)) if sense == "min" else result.gap
    return {
        "status": result.status.value,
        "value": value if has_plan else None,
        "bound": None if result.status is Status.INFEASIBLE else bound,
        "gap": gap if has_plan else None,
        "sense": sense,
        "clash": [problem.project_id[i] for i in result.clash],
        "clash_is_smallest": result.clash_is_smallest,
        "prices": dict(zip(problem.resource_id, result.price.tolist(), strict=True)),
        "seconds": round(result.seconds, 3),
        "method": result.method,
        "seed": seed,
        "version": yinfeng.__version__,
    }


def _write_csv(path: Path, table: pa.Table) -> None:
    pa.csv.write_csv(table, path, pa.csv.WriteOptions(quoting_style="needed"))


def _read(folder: Path, name: str, faults: list[Fault]) -> _Table | None:
    """Read one table; None, with a fault, if it is missing, unreadable or has a column not just once."""
    path = folder / f"{name}.csv"
    if not path.is_file() and (folder / f"{name}.parquet").is_file():
        path = folder / f"{name}.parquet"
    if not path.is_file():
        faults.append(_missing_file(path, name))
        return None
    try:
        foreign = _not_utf8(path) if path.suffix == ".csv" else None
        if foreign is not None:  # Arrow stumbles over its header, and over rows of the wrong length
            faults.append(foreign)
            return None
        table, row = _read_csv(path, faults) if path.suffix == ".csv" else _read_parquet(path)
    except (pa.ArrowInvalid, OSError, csv.Error) as error:
        faults.append(_unreadable(path, error))
        return None
    wrong = [column for column in COLUMNS[name] if table.column_names.count(column) != 1]
    faults += [_not_one_column(path, column, table.column_names) for column in wrong]
    if wrong:
        return None
    columns = {column: _as_text(path, column, table[column], faults) for column in COLUMNS[name]}
    texts = {column: text for column, text in columns.items() if text is not None}
    return _Table(path.name, texts, row) if len(texts) == len(columns) else None


def _not_utf8(path: Path) -> Fault | None:
    """Give the fault of a file that is not UTF-8, with the first line that is not; None of one that is."""
    decoder, line, part = codecs.getincrementaldecoder("utf-8")(), 1, b" "
    with path.open("rb") as file:
        while part:
            part = file.read(PART)
            try:
                decoder.decode(part, final=not part)
            except UnicodeDecodeError as error:
                return _foreign(path, line + error.object[: error.start].count(b"\n"))
            line += part.count(b"\n")
    return None


def _read_csv(path: Path, faults: list[Fault]) -> tuple[pa.Table, Ints]:
    """Read every column as text. A row with too many or too few cells is a fault and is left out.

    Blank rows are left out too, but counted: faults name the lines of the file.
    """
    ragged: list[int] = []

    def skip(row: Any) -> str:
        ragged.append(row.number)
        if row.text.strip():
            faults.append(_ragged(path, row.number, row.actual_columns, row.expected_columns))
        return "skip"

    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = csv.reader(file)
        names = [name.strip() for name in next(filter(None, lines), [""])]
        first = lines.line_num + 1
        has_rows = any(lines)
    if not has_rows:
        none = [pa.array([], pa.string())] * len(names)
        return pa.Table.from_arrays(none, names=names), np.zeros(0, dtype=np.int64)
    table = pa.csv.read_csv(
        path,
        read_options=pa.csv.ReadOptions(use_threads=False, column_names=names, skip_rows=first - 1),
        parse_options=pa.csv.ParseOptions(invalid_row_handler=skip, ignore_empty_lines=False),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    numbers = np.arange(first, first + table.num_rows + len(ragged), dtype=np.int64)
    numbers = np.delete(numbers, np.array(ragged, dtype=np.int64) - first)
    filled = np.zeros(table.num_rows, dtype=np.bool_)
    for column in table.columns:
        filled |= pc.not_equal(pc.utf8_trim_whitespace(column), "").to_numpy()
    return (table, numbers) if filled.all() else (table.filter(pa.array(filled)), numbers[filled])


def _read_parquet(path: Path) -> tuple[pa.Table, Ints]:
    table = pa.parquet.read_table(path)
    return table, np.arange(1, 1 + table.num_rows, dtype=np.int64)


def _as_text(path: Path, column: str, cells: pa.ChunkedArray, faults: list[Fault]) -> pa.Array | None:
    """Give a column as trimmed text; null becomes empty, a fraction keeps its point and is refused later.

    None, with a fault, where it holds what is no text.
    """
    if pa.types.is_boolean(cells.type):
        cells = cells.cast(pa.int8())
    try:
        text = cells.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        faults.append(_no_text(path, column, str(cells.type)))
        return None
    if pa.types.is_floating(cells.type):
        text = _without_exponents(cells.cast(pa.float64()), text)
    text = pc.utf8_trim_whitespace(text.fill_null(""))
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


def _without_exponents(number: pa.ChunkedArray, text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write whole numbers digit by digit: as text, 10 to the 10 is 1e+10."""
    is_whole = pc.and_(pc.equal(pc.trunc(number), number), pc.less_equal(pc.abs(number), float(LARGEST)))
    return pc.if_else(is_whole, pc.if_else(is_whole, number, 0.0).cast(pa.int64()).cast(pa.string()), text)


def _ids(table: _Table, faults: list[Fault]) -> pa.Array:
    """Give the ids; a blank or repeated one is a fault."""
    ids = table.columns["id"]
    blank = _mask(pc.equal(ids, ""))
    _, first = np.unique(_codes(ids, ids.unique()), return_index=True)
    repeated = np.ones(len(ids), dtype=np.bool_)
    repeated[first] = False
    faults += _faults(table, "id", "blank", blank, Text("编号", "an id"), Text("填上编号", "fill in the id"))
    faults += _faults(
        table,
        "id",
        "duplicate-id",
        repeated & ~blank,
        Text("每个编号只出现一次", "each id once"),
        Text("删去重复的行，或改用别的编号", "delete the repeated row or give it another id"),
    )
    return ids


def _known(table: _Table, column: str, ids: pa.Array, faults: list[Fault]) -> Ints:
    """Give the position of each id among the ids of its own table; an unknown one is a fault."""
    codes = _codes(table.columns[column], ids)
    faults += _faults(
        table,
        column,
        "unknown-id",
        codes < 0,
        Text("已列出的编号", "an id that is listed"),
        Text("补上所指的行，或改正编号", "add the row it names or correct the id"),
    )
    return codes


def _codes(column: pa.Array, ids: pa.Array) -> Ints:
    """Give the first position of each text among ids, -1 where there is none; shape (rows,)."""
    found: Ints = pc.index_in(column, value_set=ids).fill_null(-1).to_numpy(zero_copy_only=False)
    return found.astype(np.int64)


def _whole(table: _Table, column: str, faults: list[Fault]) -> Ints:
    """Give a column of whole numbers, 0 where a cell is at fault; shape (rows,)."""
    text = table.columns[column]
    is_whole = pc.match_substring_regex(text, _WHOLE)
    number: Ints = pc.if_else(is_whole, text, "0").cast(pa.int64()).to_numpy()
    kind = next(columns[column] for name, columns in COLUMNS.items() if table.file.split(".")[0] == name)
    lowest = {"number": -LARGEST, "amount": 0, "flag": 0}[kind]
    highest = 1 if kind == "flag" else LARGEST
    expected = {
        "number": Text("绝对值不超过 10 的 15 次方的整数", "a whole number of at most 10^15 either way"),
        "amount": Text("0 到 10 的 15 次方之间的整数", "a whole number from 0 to 10^15"),
        "flag": Text("0 或 1", "0 or 1"),
    }[kind]
    wrong = ~_mask(is_whole) | (number < lowest) | (number > highest)
    fix = Text("改为整数；小数请换用更小的单位", "write a whole number; for fractions use a smaller unit")
    faults += _faults(table, column, "not-a-whole-number", wrong, expected, fix)
    return number


def _mask(flags: pa.Array) -> Bools:
    mask: Bools = flags.to_numpy(zero_copy_only=False)
    return mask.astype(np.bool_)


def _faults(
    table: _Table, column: str, code: str, wrong: Bools, expected: Text, fix: Text
) -> Iterator[Fault]:
    """Give a fault for each row that is wrong, the first `MOST_FAULTS` one by one."""
    rows = np.flatnonzero(wrong)
    for row in rows[:MOST_FAULTS]:
        found = table.columns[column][row].as_py()
        yield Fault(code, table.file, "", str(table.row[row]), column, _NO_LABEL, found, expected, fix)
    if len(rows) > MOST_FAULTS:
        more = str(len(rows) - MOST_FAULTS)
        yield Fault(
            code,
            table.file,
            "",
            "",
            column,
            _NO_LABEL,
            f"… +{more}",
            expected,
            Text(f"另有 {more} 行同样的错误", f"{more} more rows have the same fault"),
        )


def _missing_file(path: Path, name: str) -> Fault:
    return Fault(
        "missing-file",
        path.name,
        "",
        "",
        "",
        _NO_LABEL,
        "",
        Text(f"文件 {name}.csv 或 {name}.parquet", f"a file {name}.csv or {name}.parquet"),
        Text(f"列：{'、'.join(COLUMNS[name])}", f"columns: {', '.join(COLUMNS[name])}"),
    )


def _not_one_column(path: Path, column: str, found: list[str]) -> Fault:
    repeated = column in found
    return Fault(
        "repeated-column" if repeated else "missing-column",
        path.name,
        "",
        "1",
        column,
        _NO_LABEL,
        ", ".join(found),
        Text(f"只有一列 {column}", f"one column {column}")
        if repeated
        else Text(f"列 {column}", f"a column {column}"),
        Text("删去或改名多余的列", "delete the others or rename them")
        if repeated
        else Text("在首行写上列名", "name it in the first row"),
    )


def _no_text(path: Path, column: str, found: str) -> Fault:
    return Fault(
        "no-text",
        path.name,
        "",
        "",
        column,
        _NO_LABEL,
        found,
        Text("文字或整数的列", "a column of text or whole numbers"),
        Text("换成文字或整数后重新导出", "turn it into text or whole numbers and export the file again"),
    )


def _ragged(path: Path, row: int, found: int, expected: int) -> Fault:
    return Fault(
        "ragged-row",
        path.name,
        "",
        str(row),
        "",
        _NO_LABEL,
        str(found),
        Text(f"{expected} 个单元格", f"{expected} cells"),
        Text("补齐或删去多余的单元格", "fill in or delete cells"),
    )


def _foreign(path: Path, line: int) -> Fault:
    return Fault(
        "unreadable",
        path.name,
        "",
        str(line),
        "",
        _NO_LABEL,
        "",
        Text("UTF-8 编码的文字", "text in UTF-8"),
        Text("另存为“CSV UTF-8”（不是 GBK 等编码）", "save it as CSV UTF-8, not in GBK or another encoding"),
    )


def _unreadable(path: Path, error: Exception) -> Fault:
    return Fault(
        "unreadable",
        path.name,
        "",
        "",
        "",
        _NO_LABEL,
        str(error).splitlines()[0],
        Text("UTF-8 的 CSV 或 Parquet 表", "a table in CSV (UTF-8) or Parquet"),
        Text("重新导出该文件", "export the file again"),
    )
