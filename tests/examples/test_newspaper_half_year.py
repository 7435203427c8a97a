"""The rows of the Linfen article make its figures; what is not made up stands on the page."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from yinfeng.core.figures import Figure, shown
from yinfeng.core.period import months_of
from yinfeng.core.progress.rules import KEYS
from yinfeng.tables import schema
from yinfeng.tables.books import Books, read_books
from yinfeng.tables.progress import NEEDED, WANTED, figures_of
from yinfeng.tables.rulebook import read_rules

NEWSPAPER = Path(__file__).resolve().parents[2] / "examples" / "newspaper"
FOLDER = NEWSPAPER / "2024-06"
PERIOD = months_of(2024, 1, 6)
LEDGERS = (
    "year_plan", "milestones", "procedures", "signings", "targets", "trips", "contacts", "statistics",
    "printed_figures",
)  # fmt: skip
SETS = ("year_plan", "signings", "contacts")

VALUE = {
    "industrial-value-added": "I1",
    "industrial-value-added-growth": "I2",
    "industrial-investment": "I3",
    "industrial-investment-growth": "I4",
    "procedures-rate": "I6",
    "start-rate": "I7",
    "signed-count": "I9",
    "signed-amount": "I10",
    "signed-amount-completion": "I12",
    "trip-provinces": "I13",
    "trip-cities": "I13.1",
    "contacts": "I14",
    "agreements": "I15",
}
"""Figure → the fact of the page that prints it."""
SIDES = {
    "procedures-rate": ("G2.3", "G2.2"),
    "start-rate": ("G2.1", "G2"),
    "resumption-rate": ("I8", "G3"),
    "signed-amount-completion": ("I10", "I11"),
    "agreement-rate": ("I15", "I14"),
}
"""Figure → the facts that print its numerator and denominator."""
YUAN_PER_YI = 100_000_000


def rows_of(name: str) -> list[dict[str, str]]:
    with (NEWSPAPER / "rows" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half_year(ledger: str) -> list[dict[str, str]]:
    return rows_of(f"{ledger}-2024-06")


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, str]]:
    return {row["编号"]: row for row in rows_of("facts")}


@pytest.fixture(scope="module")
def books() -> Books:
    return read_books(sorted(FOLDER.glob("*.xlsx")), WANTED, needed=NEEDED)


@pytest.fixture(scope="module")
def figures(books: Books) -> dict[str, Figure]:
    rules = read_rules("shanxi", PERIOD.end, KEYS)
    found = figures_of(books.ledgers, rules, period=PERIOD, zone="Z10")
    return {figure.code: figure for figure in found}


def number(facts: dict[str, dict[str, str]], fact: str) -> Fraction:
    """Give a fact's number; money in 亿元."""
    value = Fraction(facts[fact]["数值"])
    return value / YUAN_PER_YI if facts[fact]["单位"] == "元" else value


def test_ledgers_read_without_a_fault(books: Books) -> None:
    assert books.faults == ()
    assert {name: ledger.table.num_rows for name, ledger in books.ledgers.items() if name != "zones"} == {
        name: len(half_year(name)) for name in LEDGERS
    }


def test_every_value_is_the_one_the_page_prints(
    figures: dict[str, Figure], facts: dict[str, dict[str, str]]
) -> None:
    printed = {code: facts[fact]["原文数值"] for code, fact in VALUE.items()}
    counted = {
        code: shown(figures[code]) + ("亿元" if figures[code].kind == "amount" else "") for code in VALUE
    }
    counters = {"signed-count": "个", "contacts": "个", "agreements": "个", "trip-provinces": "省"}
    counters["trip-cities"] = "市"
    assert {code: text + counters.get(code, "") for code, text in counted.items()} == printed


def test_both_sides_of_every_rate_are_those_of_the_page(
    figures: dict[str, Figure], facts: dict[str, dict[str, str]]
) -> None:
    for code, (above, below) in SIDES.items():
        numerator, denominator = figures[code].numerator, figures[code].denominator
        assert numerator is not None
        assert denominator is not None
        assert (numerator.value, denominator.value) == (number(facts, above), number(facts, below)), code


def test_what_the_scan_lost_has_no_row(figures: dict[str, Figure], facts: dict[str, dict[str, str]]) -> None:
    assert facts["I5"]["强度"] == "▢"
    assert [code for code in figures if code.startswith("trade")] == []


def test_numbers_that_are_not_synthetic_are_on_the_page(facts: dict[str, dict[str, str]]) -> None:
    on_the_page = {row["原文数值"] for row in facts.values()} | {"94.7%", "18", "19", "35", "40"}
    for ledger in ("targets", "statistics", "printed_figures"):
        for row in half_year(ledger):
            made_up = row.get("合成字段", "").split("、")
            numbers = {
                label: cell
                for label, cell in row.items()
                if label in ("目标值", "本期值", "增速", "公布值", "分子", "分母")
                and cell
                and label not in made_up
            }
            assert set(numbers.values()) <= on_the_page, (ledger, row)
    printed = {row["指标"]: row["公布值"] for row in half_year("printed_figures")}
    assert printed["前期手续办结率"] == facts["I6"]["原文数值"]
    assert len(printed) == len(VALUE)


def test_all_other_rows_are_made_up_and_named_so() -> None:
    for ledger in ("year_plan", "milestones", "procedures", "signings", "trips", "contacts"):
        name = "活动名称" if ledger == "trips" else "项目名称"
        assert [
            row for row in half_year(ledger) if row["合成字段"] != "全部" or "合成" not in row[name]
        ] == []


def test_fields_that_are_made_up_are_there_and_filled() -> None:
    for ledger in ("targets", "statistics"):
        labels = {column.label.zh for column in schema.load(ledger).columns}
        for row in half_year(ledger):
            assert row["来源"]
            assert [f for f in row["合成字段"].split("、") if f and (f not in labels or not row[f])] == []


def test_the_four_sets_stay_apart(facts: dict[str, dict[str, str]]) -> None:
    names = {ledger: {row["项目名称"] for row in half_year(ledger)} for ledger in SETS}
    ids = {ledger: {row["项目编号"] for row in half_year(ledger)} for ledger in SETS}
    landed = {facts[f"P{n}"]["对象"] for n in range(8, 15)}
    every = [*names.values(), landed]
    assert sum(map(len, every)) == len(set().union(*every)) == 36 + 11 + 31 + 7
    assert sum(map(len, ids.values())) == len(set().union(*ids.values()))


def test_five_items_are_open_and_it_is_said_whose_they_are() -> None:
    needed = [row for row in half_year("procedures") if row["是否需要办理"] == "是"]
    still_open = [
        (row["项目编号"], row["手续名称"], row["责任单位"]) for row in needed if not row["办结日期"]
    ]
    assert (len(needed), len(needed) - len(still_open)) == (40, 35)
    assert still_open == [
        ("LN07", "水土保持方案审批", "农林水务部"),
        ("LN12", "节能审查", "经济发展部"),
        ("LN19", "环境影响评价审批", "行政审批部"),
        ("LN19", "建设工程规划许可证", "规划建设部"),
        ("LN19", "施工许可证", "规划建设部"),
    ]


def test_nothing_is_dated_after_the_half_year() -> None:
    late = [
        (ledger, cell)
        for ledger in LEDGERS
        for row in half_year(ledger)
        for cell in row.values()
        if cell[:5] == "2024-" and cell > "2024-06-30"
    ]
    assert late == []
