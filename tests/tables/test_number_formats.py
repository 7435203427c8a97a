from pathlib import Path

import openpyxl
import pytest

from yinfeng.tables.number_formats import as_shown
from yinfeng.tables.sheets import read_grids


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (30.0, '0.00"亩"', "30亩"),
        (1234.5, '#,##0.0" 平方米"', "1234.5平方米"),
        (7.0, "000", "007"),
        (1234.0, "000", "1234"),
    ],
)
def test_a_number_is_written_as_it_is_shown(number: float, code: str, text: str) -> None:
    assert as_shown(number, code) == text


def test_cells_are_read_as_they_are_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    formats = ["000", '0.00"亩"', "#,##0.00", "0", '"共"0', "yyyy-mm-dd", "General"]
    sheet.append([12] * len(formats))
    for cell, code in zip(sheet[1], formats, strict=True):
        cell.number_format = code
    sheet["A2"].number_format = "000"
    book.save(tmp_path / "a.xlsx")
    (grid,) = read_grids(tmp_path / "a.xlsx")
    shown = grid.rows[0]
    assert [shown[0], shown[1], shown[2], shown[3], shown[4], shown[6]] == [
        "012",
        "12亩",
        12.0,
        12.0,
        12.0,
        12.0,
    ]
