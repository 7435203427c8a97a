"""Worked cases are read as an official writes them, and a case that lacks something is refused."""

from datetime import date
from pathlib import Path

import pytest

from tests.cases.reading import cases, ledgers_of
from yinfeng.core.errors import InputError

CASE = """
[[case]]
title_zh = "一个开发区"
title_en = "one zone"
source = "made up for this test"
on = 2024-06-30

[[case.given.zones]]
"开发区编号" = "Z9"
"开发区名称" = "朔州经济开发区"
"类别" = "开发区"

[case.expect]
Z9 = "zone"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "room").mkdir()
    (folder / "room" / "a.toml").write_text(text, "utf-8")
    return folder


def test_a_case_is_read_with_its_ledgers(tmp_path: Path) -> None:
    (case,) = cases("room", written(tmp_path, CASE))
    assert (case.id, case.on, case.rulebook) == ("a.toml: one zone", date(2024, 6, 30), "shanxi")
    zones = ledgers_of(case, tmp_path)["zones"].table
    assert dict(zip(zones["zone_id"].to_pylist(), zones["zone_kind"].to_pylist(), strict=True)) == case.expect


def test_a_case_that_lacks_something_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a.toml, case 1: lacks {'source'}"):
        cases("room", written(tmp_path, CASE.replace("source = ", "# ")))


def test_a_case_with_a_bad_cell_is_refused(tmp_path: Path) -> None:
    (case,) = cases("room", written(tmp_path, CASE.replace('"开发区"\n\n', '"乡镇"\n\n')))
    with pytest.raises(InputError, match="乡镇"):
        ledgers_of(case, tmp_path)
