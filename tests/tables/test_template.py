import zipfile
from pathlib import Path

import openpyxl
import pytest

from yinfeng.core.errors import InputError
from yinfeng.core.text import Lang
from yinfeng.tables import schema
from yinfeng.tables.read import guess_ledger, read_ledger
from yinfeng.tables.template import write_template


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("ledger", schema.LEDGERS)
def test_a_blank_form_reads_as_no_rows_and_no_faults(tmp_path: Path, ledger: str, lang: Lang) -> None:
    path = tmp_path / "form.xlsx"
    write_template(path, ledger, lang=lang)
    assert guess_ledger(path) == ledger
    read = read_ledger(path, ledger)
    assert (read.table.num_rows, read.faults, read.refused) == (0, (), ())
    assert set(read.source.mapping.values()) == {column.name for column in schema.load(ledger).columns}


@pytest.mark.parametrize("ledger", schema.LEDGERS)
def test_the_example_row_is_itself_a_good_row(tmp_path: Path, ledger: str) -> None:
    path = tmp_path / "form.xlsx"
    write_template(path, ledger)
    book = openpyxl.load_workbook(path)
    form = book[schema.load(ledger).label.zh]
    form["A2"] = schema.load(ledger).columns[0].example
    book.save(path)
    read = read_ledger(path, ledger)
    assert [fault for fault in read.faults if fault.severity == "error"] == []
    assert read.table.num_rows == 1


def test_the_form_of_places(tmp_path: Path) -> None:
    path = tmp_path / "places.xlsx"
    write_template(path, "places")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["场地", "说明", "选项"]
    assert [book[name].sheet_state for name in book.sheetnames] == ["visible", "visible", "hidden"]
    form = book["场地"]
    assert [form["A1"].value, form["D1"].value, form["N1"].value] == ["场地编号*", "类型*", "面积（平方米）"]
    assert form["A2"].value == "示例 L1"
    assert form["N1"].comment.text == (
        "地块填土地面积，厂房填建筑面积；不带单位的数按平方米\n1 – 20,000,000\n例：12000"
    )
    rules = {str(rule.sqref): rule.formula1 for rule in form.data_validations.dataValidation}
    assert rules["D2:D5001"] == "'选项'!$D$1:$D$3"
    assert [cell.value for cell in book["选项"]["D"][:3]] == ["地块", "厂房", "生产线"]
    assert [cell.value for cell in book["说明"][2]][:6] == ["场地编号", "place_id", "编号", None, None, "是"]
    # Excel allows 255 signs in a list written into the rule itself.
    assert all(len(formula) < 255 for formula in rules.values())


def test_every_drop_down_word_is_read(tmp_path: Path) -> None:
    path = tmp_path / "places.xlsx"
    write_template(path, "places")
    words = openpyxl.load_workbook(path)["选项"]
    for index, column in enumerate(schema.load("places").columns):
        if column.type == "choice":
            listed = [
                words.cell(row, index + 1).value for row in range(1, len(schema.choices(column.target)) + 1)
            ]
            assert listed == [choice.label.zh for choice in schema.choices(column.target)]


def test_a_form_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_template(tmp_path / "none" / "a.xlsx", "zones")


def test_the_form_is_a_plain_workbook(tmp_path: Path) -> None:
    write_template(tmp_path / "a.xlsx", "pins")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert not [name for name in book.namelist() if name.endswith(".bin")]


def test_the_english_form_shows_english_examples(tmp_path: Path) -> None:
    write_template(tmp_path / "places.xlsx", "places", lang="en")
    form = openpyxl.load_workbook(tmp_path / "places.xlsx")["Places"]
    shown = {cell.value: form.cell(2, cell.column).value for cell in form[1]}
    assert (shown["Kind*"], shown["Status"], shown["Rail siding"]) == ("building", "vacant", "no")


def test_an_example_row_typed_over_is_named(tmp_path: Path) -> None:
    """The first cell still says 示例; the rest is somebody's data, and must not vanish without a word."""
    path = tmp_path / "year_plan.csv"
    path.write_text("项目编号,项目名称,建设性质\n示例 LN01,甲厂,新建\nLN02,乙厂,新建\n", "utf-8")
    ledger = read_ledger(path, "year_plan")
    assert ledger.table["project_name"].to_pylist() == ["乙厂"]
    assert [(f.code, f.cell, f.severity) for f in ledger.faults] == [("example-row", "2", "warning")]
