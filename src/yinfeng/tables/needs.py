"""A project's need given in words on the command line, read as a row of the projects ledger."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.read import Ledger, read_ledger
from yinfeng.tables.sheets import Grid
from yinfeng.tables.spelling import header_key

_AREA_UNITS: Final[Mapping[str, str]] = {
    header_key(name) + suffix: unit
    for name in ("area", "面积")
    for suffix, unit in (
        ("", "㎡"),
        ("mu", "亩"),
        ("m2", "㎡"),
        ("ha", "公顷"),
        ("亩", "亩"),
        ("公顷", "公顷"),
    )
}
NEED_ID: Final = "need"


def read_need(text: str) -> Ledger:
    """Read ``area_mu=30 clear_height_m=9``: column names, Chinese labels or aliases, a unit in name or value.

    ``area`` asks the same of land and of floor. Raises InputError with every fault.
    """
    return _read("--need", _cells(shlex.split(text), text))


def read_change(text: str) -> tuple[str, dict[str, Any]]:
    """Read ``X3 area_mu=20 power=2MVA``: a project's id and cells of its row that are to be different.

    Gives the cells as `matching.rows_of` does. Raises InputError with every fault.
    """
    name, *pairs = shlex.split(text) or [""]
    if not name or "=" in name:
        expected = Text("项目编号 列名=数值 …", "a project's id, then column=value …")
        fix = Text("先写项目编号，例如 X3 面积=20亩", "write the id first, e.g. X3 area_mu=20")
        raise InputError([problem_fault("not-a-change", text, expected, fix)])
    need = _read("--change", _cells(pairs, text))
    given = set(need.source.mapping.values()) - {"project_id", "project_name"}
    row = need.table.to_pylist()[0]
    return name, {key: row[key] for key in row if key.partition(".")[0] in given and not key.endswith(".raw")}


def _cells(pairs: Sequence[str], text: str) -> dict[str, str]:
    """Read pairs of column and value as cells of a row."""
    cells = {"project_id": NEED_ID, "project_name": "need"}
    faults: list[Fault] = []
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not value:
            faults.append(_not_a_pair(pair))
        elif header_key(name) in _AREA_UNITS:
            with_unit = value + _AREA_UNITS[header_key(name)] if _is_plain(value) else value
            faults += _added(cells, pair, {"land_min_mu": with_unit, "floor_min_m2": with_unit})
        else:
            faults += _added(cells, pair, {name: value})
    if len(cells) == 2 and not faults:
        faults.append(_not_a_pair(text))
    if faults:
        raise InputError(faults)
    return cells


def _read(option: str, cells: Mapping[str, str]) -> Ledger:
    grid = Grid(sheet="", rows=[list(cells), list(cells.values())], merged=(), is_aside=False)
    need = read_ledger(Path(option), "projects", header_row=1, grids=[grid])
    wrong = [fault for fault in need.faults if fault.severity == "error" or fault.code == "unknown-header"]
    if wrong:
        raise InputError(list({fault.found: _without_cell(fault) for fault in wrong}.values()))
    return need


def _added(cells: dict[str, str], pair: str, added: Mapping[str, str]) -> list[Fault]:
    """Add to the cells what a pair says; what was said before is a fault, never silently replaced."""
    if cells.keys() & added.keys():
        once = Text("每一列只写一次", "each column once")
        return [problem_fault("said-twice", pair, once, Text("删去其中一个", "delete one of them"))]
    cells |= added
    return []


def _without_cell(fault: Fault) -> Fault:
    """Leave out the address, which means nothing for words; an unknown column is to be corrected."""
    if fault.code == "unknown-header":
        expected = Text("项目台账的列名或中文名", "a column of the projects ledger, by name or label")
        return replace(
            fault, cell="", sheet="", expected=expected, fix=Text("改正列名", "correct the column")
        )
    return replace(fault, cell="", sheet="")


def _is_plain(value: str) -> bool:
    return all(character.isdigit() or character in ".-~" for character in value)


def _not_a_pair(pair: str) -> Fault:
    return problem_fault(
        "not-a-need",
        pair,
        Text("列名=数值，例如 area_mu=30", "column=value, e.g. area_mu=30"),
        Text("补上等号和数值，多项之间用空格", "add the sign and the value; separate several by blanks"),
    )
