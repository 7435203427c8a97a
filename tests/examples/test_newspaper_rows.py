"""The newspaper example says what the page says, marks what is made up, and its workbooks are its rows."""

import csv
import hashlib
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import load_workbook

from yinfeng.core.units import KG_PER_T, YUAN_PER_WAN
from yinfeng.tables import schema
from yinfeng.tables.quantities import parse
from yinfeng.tables.read import read_ledger

NEWSPAPER = Path(__file__).resolve().parents[2] / "examples" / "newspaper"
DATES = ("2024-02", "2024-08")
LEDGERS = ("zones", "firms", "places", "projects", "quotas")

SERIES = {"Z": 11, "K": 17, "F": 30, "P": 27, "G": 6, "L": 1, "N": 6, "W": 3, "I": 35, "T": 3, "J": 44}
"""How many facts of each series the page holds: zones, parks, firms, projects, groups, place, lines,
by-products, figures, promotion, mechanisms."""

NAMES_SHA256 = {
    # The persons the page names appear by office only; hashed, so that they do not appear here either.
    "2aae1e6b43e1869370a1ecd09c4af2c60fad9c17c362c28bcaf658517847d5ce",
    "179e0f14873038ba6a3694b2c307bc116bed47c9c24be9f3e9d7dd6a3f465658",
    "49419569527a89687ede030938bc670eaa1d5808029eec17ad7cc470a50ece6f",
    "571be0c8845508b09f0d394ed1e1a63f7b2f7edda15892f872154f3d8819786d",
    "dc55117f8dcfeeb7233730b89c3798508cffc0afad7d9abd56a77f088db0af0d",
    "17b6a65b2afd1b66f2e8a18183513243ca04d96d4a9369da287f2b02095ffa11",
}
NAME_LENGTHS = (2, 3)

LOST = {"I5", "I35", "R4"}
PARSED_UNIT = {
    # unit of the facts → unit asked of the quantity reader, and how many of the former make one of it
    "元": ("wan", YUAN_PER_WAN),
    "平方米/年": ("m2", 1),
    "吨/年": ("t_per_yr", 1),
    "比例": ("percent", 1),
    "年": ("years", 1),
    "家": ("count", 1),
    "项": ("count", 1),
    "个": ("count", 1),
}
NOT_QUANTITIES = {"K7", "K8", "K9", "I16.2", "I23.1", "I30"}  # 千亿元, 三大, 6大, 七大: words of a sentence
STRENGTH = {"range": "=", "?": "="}


def rows_of(name: str) -> list[dict[str, str]]:
    with (NEWSPAPER / "rows" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, str]]:
    return {row["编号"]: row for row in rows_of("facts")}


def number(facts: dict[str, dict[str, str]], fact: str) -> float:
    return float(facts[fact]["数值"])


def names(facts: dict[str, dict[str, str]], fact: str) -> list[str]:
    return facts[fact]["原文"].split("、")


def ledger_rows(date: str, ledger: str) -> list[dict[str, str]]:
    """Give the rows of a ledger at a date, by the dictionary's Chinese labels."""
    if ledger in {"places", "projects"}:
        return rows_of(f"{ledger}-{date}")
    rows = [row for row in rows_of(ledger) if date in row["台账"].split("、")]
    return [{label: cell for label, cell in row.items() if label != "台账"} for row in rows]


def workbook_cells(path: Path) -> list[str]:
    book = load_workbook(path)
    return [
        str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        for sheet in book.sheet_names
        for row in book.get_sheet_by_name(sheet).to_python()
        for cell in row
    ]


def test_every_fact_of_the_page_is_there_once() -> None:
    expected = {f"{series}{n}" for series, count in SERIES.items() for n in range(1, count + 1)}
    found = Counter(row["编号"] for row in rows_of("facts"))
    assert expected - found.keys() == set()
    assert {fact for fact, count in found.items() if count > 1} == set()


def test_details_belong_to_a_fact(facts: dict[str, dict[str, str]]) -> None:
    assert {fact for fact in facts if "." in fact and fact.split(".")[0] not in facts} == set()


def test_every_fact_names_its_sentences(facts: dict[str, dict[str, str]]) -> None:
    assert [fact for fact, row in facts.items() if not row["句号"]] == []


def test_lost_facts_have_a_mark_and_no_value(facts: dict[str, dict[str, str]]) -> None:
    marked = {fact: row for fact, row in facts.items() if row["强度"] == "▢"}
    assert {fact for fact in marked if not fact.startswith("X")} == LOST
    assert {row["数值"] for row in marked.values()} == {""}


def test_both_readings_of_the_old_capacity_are_kept(facts: dict[str, dict[str, str]]) -> None:
    assert {facts[fact]["强度"] for fact in ("N1", "N2", "I32", "I32.1")} == {"?"}
    assert {facts[fact]["备注"][:3] for fact in ("N1", "N2", "I32", "I32.1")} == {"两读："}


def test_printed_rates_recompute(facts: dict[str, dict[str, str]]) -> None:
    assert number(facts, "I6") == number(facts, "G2.3") / number(facts, "G2.2")
    assert number(facts, "I7") == round(number(facts, "G2.1") / number(facts, "G2"), 3)
    assert number(facts, "I12") == number(facts, "I10") / number(facts, "I11")
    assert number(facts, "I8") == number(facts, "G3")
    assert number(facts, "I31.1") * KG_PER_T / number(facts, "I31") == 15.0


def test_counts_of_names_recompute(facts: dict[str, dict[str, str]]) -> None:
    assert len(names(facts, "Q1")) == number(facts, "I30")
    assert len(names(facts, "Q2")) == number(facts, "I30.1")
    assert len(names(facts, "Q3")) == number(facts, "I30.2")
    assert len(names(facts, "Z1.4")) == number(facts, "I23.1")
    assert len(names(facts, "Q4")) == number(facts, "I16.2")
    assert sum(fact in facts for fact in (f"P{n}" for n in range(18, 26))) == number(facts, "I16")
    assert len(names(facts, "Z2.2")) + len(names(facts, "Z2.3")) == 12


def test_printed_amounts_read_as_the_base_values(facts: dict[str, dict[str, str]]) -> None:
    read = {}
    for fact, row in facts.items():
        if row["数值"] and row["单位"] in PARSED_UNIT and fact not in NOT_QUANTITIES:
            unit, times = PARSED_UNIT[row["单位"]]
            found = parse(row["原文数值"].removeprefix("年产"), unit)
            high = "" if found.high is None else round(found.high * times, 6)
            read[fact] = (round(found.value * times, 6), high, found.strength)
    expected = {
        fact: (
            float(facts[fact]["数值"]),
            float(facts[fact]["数值上限"]) if facts[fact]["数值上限"] else "",
            STRENGTH.get(facts[fact]["强度"], facts[fact]["强度"]),
        )
        for fact in read
    }
    assert len(read) > 50
    assert read == expected


def test_persons_appear_by_office_only() -> None:
    texts = [
        path.read_text("utf-8") for suffix in ("csv", "md", "py") for path in NEWSPAPER.rglob(f"*.{suffix}")
    ]
    texts += ["\n".join(workbook_cells(path)) for path in NEWSPAPER.rglob("*.xlsx")]
    assert len(texts) > 20
    parts = {text[at : at + n] for text in texts for n in NAME_LENGTHS for at in range(len(text) - n + 1)}
    hashes = {hashlib.sha256(part.encode()).hexdigest() for part in parts if not part.isascii()}
    assert hashes & NAMES_SHA256 == set()


def test_february_knows_nothing_of_what_came_after() -> None:
    cells = [cell for ledger in LEDGERS for cell in workbook_cells(NEWSPAPER / "2024-02" / f"{ledger}.xlsx")]
    later = ("1000万", "1000 万", "15万吨", "15 万吨", "鑫石", "改造升级", "落地改造", "冷却")
    assert [cell for cell in cells if any(word in cell for word in later)] == []
    assert [cell for cell in cells if cell in {"F12", "N3", "B2", "150000", "10000000"}] == []


def test_february_dates_are_before_the_match_or_plans() -> None:
    plans = {"可交付日期", "需要日期"}
    late = [
        (label, cell)
        for ledger in LEDGERS
        for row in ledger_rows("2024-02", ledger)
        for label, cell in row.items()
        if label not in plans and cell[:5] == "2024-" and cell > "2024-02"
    ]
    assert late == []


def test_in_february_the_plant_is_idle_and_the_project_a_lead() -> None:
    plant = {row["场地编号"]: row for row in ledger_rows("2024-02", "places")}
    projects = {row["项目编号"]: row for row in ledger_rows("2024-02", "projects")}
    assert (plant["L1"]["状态"], plant["L1"]["产权人"], plant["L1"]["产权人意向"]) == ("闲置", "F14", "待询")
    assert {row["状态"] for row in plant.values() if row["所在厂房"] == "L1"} == {"闲置"}
    board = projects["P3"]
    assert (board["投资企业"], board["阶段"], board["意向开发区"], board["现在场地"]) == (
        "F13",
        "线索",
        "",
        "",
    )


def test_in_august_the_board_project_stands_in_the_plant() -> None:
    plant = {row["场地编号"]: row for row in ledger_rows("2024-08", "places")}["L1"]
    board = {row["项目编号"]: row for row in ledger_rows("2024-08", "projects")}["P3"]
    assert (plant["状态"], board["阶段"], board["投资企业"], board["现在场地"]) == (
        "在用",
        "已落地",
        "F12",
        "L1",
    )
    assert board["利用副产物"] == "粉煤灰 15万吨"


def test_nobody_has_decided_anything() -> None:
    assert rows_of("pins") == []


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("ledger", LEDGERS)
def test_synthetic_fields_are_there_and_filled(date: str, ledger: str) -> None:
    named_by_page = schema.load(ledger).columns[1].label.zh
    for row in ledger_rows(date, ledger):
        fields = row["合成字段"]
        if fields == "全部":
            assert ledger == "quotas" or "合成" in row[named_by_page], row
        else:
            assert row["来源"], row
            assert [field for field in fields.split("、") if field and not row[field]] == [], row


@pytest.mark.parametrize("date", DATES)
def test_numbers_that_are_not_synthetic_are_on_the_page(date: str) -> None:
    from_page = {
        (ledger, next(iter(row.values())), column.label.zh, row[column.label.zh])
        for ledger in LEDGERS
        for row in ledger_rows(date, ledger)
        for column in schema.load(ledger).columns
        if column.type in {*schema.QUANTITY_TYPES, "amounts"} and row.get(column.label.zh)
        if row["合成字段"] != "全部" and column.label.zh not in row["合成字段"].split("、")
    }
    expected = {("projects", "P2", "固定资产投资", "700000")}
    if date == "2024-08":
        expected |= {("projects", "P3", "利用副产物", "粉煤灰 15万吨")}
    assert from_page == expected


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("ledger", LEDGERS)
def test_ledgers_read_without_a_fault(date: str, ledger: str) -> None:
    found = read_ledger(NEWSPAPER / date / f"{ledger}.xlsx", ledger)
    assert (found.faults, found.refused, found.source.ignored) == ((), (), ())
    assert found.table.num_rows == len(ledger_rows(date, ledger))


def check(folder: Path) -> int:
    return subprocess.run(
        [sys.executable, folder / "build.py", "--check"], check=False, capture_output=True
    ).returncode


def test_workbooks_are_their_rows() -> None:
    assert check(NEWSPAPER) == 0


def test_a_changed_row_is_noticed(tmp_path: Path) -> None:
    copy = shutil.copytree(NEWSPAPER, tmp_path / "newspaper")
    quotas = copy / "rows" / "quotas.csv"
    quotas.write_text(quotas.read_text("utf-8").replace("180000", "180001"), "utf-8")
    assert check(copy) == 1
