"""Several ledgers from one workbook: which sheet is which, and what is said of the others."""

from pathlib import Path

import pytest

from yinfeng.core.errors import InputError
from yinfeng.tables import schema as schemas
from yinfeng.tables.books import read_books
from yinfeng.tables.write import Sheet, write_workbook

ZONES = Sheet("开发区", ["开发区编号", "开发区名称", "类别"], [["Z9", "朔州经济开发区", "开发区"]])
FIRMS = Sheet("名录", ["企业编号", "企业名称", "所在开发区"], [["F1", "甲厂", "Z9"], ["F2", "乙厂", "Z8"]])
MEETING = Sheet("会议", ["时间", "地点"], [["周五", "三楼"]])
WANTED = ("zones", "firms")


def book(tmp_path: Path, *sheets: Sheet, name: str = "book.xlsx") -> Path:
    path = tmp_path / name
    write_workbook(path, sheets)
    return path


def codes(paths: list[Path], needed: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_books(paths, WANTED, needed=needed)
    return [fault.code for fault in caught.value.faults]


def test_each_sheet_is_read_as_the_ledger_it_holds(tmp_path: Path) -> None:
    books = read_books([book(tmp_path, ZONES, FIRMS, MEETING)], WANTED)
    assert {name: ledger.table.num_rows for name, ledger in books.ledgers.items()} == {"zones": 1, "firms": 2}
    assert [(f.severity, f.code, f.sheet, f.found) for f in books.faults if f.code != "unknown-header"] == [
        ("error", "unknown-id", "名录", "Z8"),
        ("warning", "not-a-ledger", "会议", ""),
    ]


def test_several_files_are_read_together(tmp_path: Path) -> None:
    paths = [book(tmp_path, ZONES, name="a.xlsx"), book(tmp_path, FIRMS, name="b.xlsx")]
    assert set(read_books(paths, WANTED).ledgers) == {"zones", "firms"}


def test_a_sheet_by_its_ledgers_name_is_read_even_where_columns_lack(tmp_path: Path) -> None:
    lacking = Sheet("企业", ["企业编号", "所在开发区", "信用代码"], [["F1", "Z9", ""]])
    assert codes([book(tmp_path, ZONES, lacking)]) == ["missing-columns"]


def test_a_value_for_a_column_that_is_not_there(tmp_path: Path) -> None:
    lacking = Sheet("企业", ["企业编号", "所在开发区", "信用代码"], [["F1", "Z9", ""]])
    path = book(tmp_path, lacking)
    books = read_books([path], WANTED, defaults={"firms": {"firm_name": "甲厂"}})
    assert books.ledgers["firms"].table.column("firm_name").to_pylist() == ["甲厂"]


def test_what_cannot_be_used_is_refused(tmp_path: Path) -> None:
    assert codes([book(tmp_path, ZONES), tmp_path / "none.xlsx"]) == ["no-file"]
    assert codes([book(tmp_path, ZONES, name="a.xlsx"), book(tmp_path, ZONES, name="b.xlsx")]) == [
        "ledger-twice"
    ]
    assert codes([book(tmp_path, MEETING)], needed=("firms",)) == ["not-a-ledger", "no-ledger"]


def test_columns_that_every_table_has_make_no_ledger(tmp_path: Path) -> None:
    """The page's facts, say: numbered, with source and note, and nothing that a permit rests on."""
    facts = Sheet("事实", ["编号", "对象", "来源", "备注"], [["E1", "版面", "M1", ""]])
    path = book(tmp_path, facts)
    with pytest.raises(InputError) as caught:
        read_books([path], ("approval_facts",), needed=("approval_facts",))
    assert [fault.code for fault in caught.value.faults] == ["not-a-ledger", "no-ledger"]
    named = book(tmp_path, Sheet("审批条件", ["编号", "备注"], [["P1", ""]]), name="named.xlsx")
    assert set(read_books([named], ("approval_facts",)).ledgers) == {"approval_facts"}


def test_a_file_without_sheets_may_bear_the_ledgers_name(tmp_path: Path) -> None:
    path = tmp_path / "审批条件.csv"
    path.write_text("编号,备注\nP1,\n", "utf-8")
    assert set(read_books([path], ("approval_facts",)).ledgers) == {"approval_facts"}


def test_a_sheet_that_bears_another_ledgers_name_is_left_alone(tmp_path: Path) -> None:
    plan = Sheet("年度项目", ["项目编号", "建设性质", "开工日期"], [["P1", "续建", ""]])
    facts = Sheet("审批条件", ["项目编号", "建设方式"], [["P1", "新建"]])
    books = read_books([book(tmp_path, plan, facts)], ("approval_facts",))
    assert books.ledgers["approval_facts"].table.num_rows == 1
    assert books.faults == ()
    alone = book(tmp_path, plan, name="plan.xlsx")
    assert codes([alone], needed=("firms",)) == ["ledger-not-used", "no-ledger"]


def test_the_form_of_another_ledger_is_not_taken_for_one_that_is_wanted(tmp_path: Path) -> None:
    """A folder of all forms is read by every command, and 企业 has columns enough to look like a plan."""
    paths = []
    for name in ("firms", "projects", "approval_facts", "year_plan"):
        schema = schemas.load(name)
        row = [column.example if name == "year_plan" else "" for column in schema.columns]
        sheet = Sheet(schema.label.zh, [column.label.zh for column in schema.columns], [row])
        paths.append(book(tmp_path, sheet, name=f"{name}.xlsx"))
    books = read_books(paths, ("year_plan", "procedures"))
    assert set(books.ledgers) == {"year_plan"}
    assert [f.code for f in books.faults if f.code in ("not-a-ledger", "ledger-not-used")] == []
    plan = Sheet("项目", ["项目名称", "建设性质", "是否开工", "是否复工"], [["甲", "新建", "是", ""]])
    named_alike = book(tmp_path, plan, name="plan.xlsx")
    assert set(read_books([named_alike], ("year_plan",)).ledgers) == {"year_plan"}
