"""A project's need given in words on the command line, read as a row of the projects ledger."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

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
    cells = {"project_id": NEED_ID, "project_name": "need"}
    for pair in shlex.split(text):
        name, sign, value = pair.partition("=")
        if not sign or not value:
            raise InputError([_not_a_pair(pair)])
        unit = _AREA_UNITS.get(header_key(name))
        if unit is None:
            cells[name] = value
        else:
            with_unit = value if not _is_plain(value) else value + unit
            cells |= {"land_min_mu": with_unit, "floor_min_m2": with_unit}
    grid = Grid(sheet="", rows=[list(cells), list(cells.values())], merged=(), is_aside=False)
    need = read_ledger(Path("--need"), "projects", header_row=1, grids=[grid])
    wrong = [f for f in need.faults if f.severity == "error" or f.code == "unknown-header"]
    if wrong:
        raise InputError(wrong)
    return need


def _is_plain(value: str) -> bool:
    return all(character.isdigit() or character in ".-~" for character in value)


def _not_a_pair(pair: str) -> Fault:
    return problem_fault(
        "not-a-need",
        pair,
        Text("列名=数值，例如 area_mu=30", "column=value, e.g. area_mu=30"),
        Text("补上等号和数值，多项之间用空格", "add the sign and the value; separate several by blanks"),
    )
