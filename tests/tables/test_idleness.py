"""Ledgers of land, places, events and stories become answers; real contracts of 2019 among them."""

import collections
import re
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from yinfeng.core.errors import InputError
from yinfeng.core.text import Lang
from yinfeng.tables.books import Books, read_books
from yinfeng.tables.idleness import NEEDED, WANTED, Idleness, judge_books
from yinfeng.tables.idleness_lines import by_urgency, place_line, step_line
from yinfeng.tables.idleness_rules import efficiency_rules, land_rules, read_idleness_rules
from yinfeng.tables.idleness_sheets import idleness_sheets
from yinfeng.tables.idleness_words import ACTOR, STEP, article, article_text
from yinfeng.tables.rules_sheet import rules_sheet
from yinfeng.tables.write import Sheet, write_workbook

ON = date(2024, 9, 20)
LAND = [
    {"宗地编号": "G01", "地块名称": "一号地", "所属园区": "Z9", "受让人": "甲公司", "面积（亩）": 90,
     "成交价（万元）": 1668, "约定动工日期": "2023-07-21"},
    {"宗地编号": "G02", "地块名称": "二号地", "所属园区": "Z9", "受让人": "乙公司", "面积（亩）": 60,
     "成交价（万元）": 900, "约定动工日期": "2022-01-01"},
    {"宗地编号": "G03", "地块名称": "三号地", "所属园区": "Z9", "受让人": "丙公司", "面积（亩）": 30,
     "成交价（万元）": 500, "约定动工日期": "2025-01-01"},
]  # fmt: skip
EVENTS = [
    {"宗地编号": "G01", "事件": "调查通知书", "日期": "2024-08-01"},
    {"宗地编号": "G01", "事件": "答复", "日期": "2024-08-20"},
    {"宗地编号": "G01", "事件": "认定书", "日期": "2024-09-10"},
]
PLACES = [
    {"场地编号": "L1", "场地名称": "闲置厂房", "所属园区": "Z9", "类型": "厂房", "面积": 30000,
     "状态": "闲置", "闲置起始": "2013-12"},
    {"场地编号": "L2", "场地名称": "净地", "所属园区": "Z9", "类型": "地块", "面积": 9000,
     "产权类别": "企业"},
]  # fmt: skip

Rows = Sequence[Mapping[str, object]]


def read(folder: Path, **sheets: Rows) -> Books:
    made = []
    for name, rows in sheets.items():
        headers = list(dict.fromkeys(column for row in rows for column in row))
        made.append(Sheet(name, headers, [[row.get(column) for column in headers] for row in rows]))
    write_workbook(folder / "book.xlsx", made)
    return read_books([folder / "book.xlsx"], WANTED, needed=NEEDED)


@pytest.fixture
def answer(tmp_path: Path) -> Idleness:
    return judge_books(read(tmp_path, land_supply=LAND, land_events=EVENTS, places=PLACES), "shanxi", ON)


def codes(books: Books) -> list[tuple[str, str, str]]:
    return [(fault.cell, fault.code, fault.severity) for fault in books.faults]


def test_headers_of_their_own_are_understood(answer: Idleness) -> None:
    assert answer.faults == ()
    one = answer.parcels["G01"]
    assert (one.name, one.zone, one.holder, one.price_wan) == ("一号地", "Z9", "甲公司", 1668.0)
    assert one.area_ha == pytest.approx(6)
    assert {one.id: one.land.state.value for one in answer.answers} == {
        "G01": "idle_1",
        "G02": "idle_2",
        "G03": "not_due",
        "L1": "not_applicable",
        "L2": "unclear",
    }


def test_what_is_most_urgent_comes_first(answer: Idleness) -> None:
    assert [(one.id, step.code) for one, step in by_urgency(answer)] == [
        ("G02", "investigate"),  # overdue since 31 January 2023
        ("G01", "publish"),  # promptly
        ("G03", "start"),
        ("L2", "bring_contract"),
    ]
    one, step = by_urgency(answer)[0]
    assert step_line(answer, one, step).zh == (
        "G02 二号地 涉嫌闲置，未动工满两年：2023-01-31 已过 598 天，"
        "自然资源主管部门开展调查核实，发出《闲置土地调查通知书》（第五条）"
    )
    assert place_line(answer, answer.result.places[0]).zh == (
        "L1 闲置厂房 停产、半停产一年以上：符合（2013-12-01 起停产）；53号令不适用"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook(answer: Idleness, lang: Lang) -> None:
    sheets = {sheet.title: sheet for sheet in idleness_sheets(answer, lang)}
    names = {
        "zh": ["先办", "宗地", "场地", "盘活记录", "汇总", "指标", "未读入", "依据"],
        "en": ["To do first", "Parcels", "Places", "Stories", "Summary", "Figures", "Refused", "Basis"],
    }
    assert list(sheets) == names[lang]
    for sheet in sheets.values():
        assert {len(row) for row in sheet.rows} <= {len(sheet.headers)}
    parcels = sheets[names[lang][1]].rows
    assert [row[0] for row in parcels] == ["G01", "G02", "G03"]
    assert [row[19] for row in parcels] == [333.6, None, None]  # the fee, between one and two years only


def test_sums_by_zone_and_state_keep_their_rows(answer: Idleness) -> None:
    assert [(line.regime, line.state, line.count, line.area_m2, line.rows) for line in answer.lines] == [
        ("land", "not_due", 1, Fraction(20000), ("G03",)),
        ("land", "idle_1", 1, Fraction(60000), ("G01",)),
        ("land", "idle_2", 1, Fraction(40000), ("G02",)),
        ("efficiency", "low_efficiency", 1, Fraction(30000), ("L1",)),
    ]
    number, area = answer.figures
    assert (number.code, number.value, area.code, area.value) == ("idle-parcels", 2, "idle-area", 10)
    assert number.numerator is not None
    assert number.numerator.rows == ("land_supply:G01", "land_supply:G02")


def test_rows_that_cannot_be_are_named_by_cell(tmp_path: Path) -> None:
    books = read(
        tmp_path,
        land_supply=[
            {"电子监管号": "A1", "面积": 1, "约定开工时间": "2023-13-01"},
            {"电子监管号": "A2", "面积": 1, "约定开工时间": "2023-01-01", "约定竣工时间": "2022-01-01"},
        ],
        land_events=[
            {"宗地编号": "A9", "事件": "停工", "日期": "2024-01-01", "至": None, "完成比例": None},
            {"宗地编号": "A2", "事件": "延期", "日期": "2024-01-01"},
            {"宗地编号": "A2", "事件": "基础进度", "日期": "2024-01-01"},
            {"宗地编号": "A2", "事件": "停工", "日期": "2024-01-01", "至": "2023-12-31"},
            {"宗地编号": "A2", "事件": "延误", "日期": "2024-01-01", "至": "2024-02-01"},
        ],
    )
    assert codes(books) == [
        ("C2", "not-a-date", "error"),
        ("A2", "unknown-id", "error"),
        ("D3", "extension-without-date", "error"),
        ("E4", "foundation-without-share", "error"),
        ("D5", "ends-before-it-begins", "error"),
        ("D3", "dates-contradict", "warning"),
        ("6", "delay-without-cause", "warning"),
    ]
    states = {one.id: one.land.state.value for one in judge_books(books, "shanxi", ON).answers}
    assert states == {"A2": "idle_1"}  # the row with a bad date is refused, the other is answered


def test_a_return_to_use_needs_its_area(tmp_path: Path) -> None:
    steps = [{"场地编号": "L1", "环节": "恢复使用", "日期": "2024-07-01"},
             {"场地编号": "L9", "环节": "推介", "日期": "2024-07-01"}]  # fmt: skip
    books = read(tmp_path, places=PLACES, asset_steps=steps)
    assert codes(books) == [("2", "return-without-area", "warning"), ("A3", "unknown-id", "warning")]
    (zone,) = [f for f in judge_books(books, "shanxi", ON).figures if f.zone == "Z9"]
    assert (zone.code, zone.value) == ("area-returned", 0)


@pytest.mark.parametrize("rulebook", ["national", "shanxi"])
def test_the_bundled_rulebooks_hold_both_regimes(rulebook: str) -> None:
    rules = read_idleness_rules(rulebook, date(2018, 1, 1))
    land, efficiency = land_rules(rules), efficiency_rules(rules)
    assert (land.idle_months, land.fee_share, land.area_share) == (12, Fraction(1, 5), Fraction(1, 3))
    assert len(efficiency.tests) == 7
    assert sorted(land.unsourced) == [
        "idle_land.articles_unchecked", "idle_land.delivery_shifts_start", "idle_land.excuse.petitions",
        "idle_land.excuse.seizure", "idle_land.fee_on_stalled", "idle_land.hand_back_days",
        "idle_land.handover_months", "idle_land.hearing_days", "idle_land.hearing_request_days",
        "idle_land.payment_days",
    ]  # fmt: skip


def test_a_zone_may_change_a_threshold_and_a_wrong_shape_is_told(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    entry = (
        '[about]\nname = "own"\ninherits = "national"\n[[entry]]\nkey = "idle_land.due_soon_days"\n'
        'value = {value}\nunit = "days"\nvalid_from = 2024-01-01\nbasis = "policy"\nsource = "-"\n'
        'zh = "-"\nen = "-"\n'
    )
    own.write_text(entry.replace("{value}", "30"), "utf-8")
    assert land_rules(read_idleness_rules(str(own), ON)).due_soon_days == 30
    own.write_text(entry.replace("{value}", '"soon"'), "utf-8")
    with pytest.raises(InputError) as raised:
        land_rules(read_idleness_rules(str(own), ON))
    assert raised.value.faults[0].code == "rulebook-value"


@pytest.mark.parametrize(
    ("number", "zh"),
    [("5", "第五条"), ("14(1)", "第十四条第（一）项"), ("8(1)(6)", "第八条第一款第（六）项"),
     ("8(2)", "第八条第二款"), ("26", "第二十六条"), ("30", "第三十条"), ("11", "第十一条")],
)  # fmt: skip
def test_articles_are_written_as_papers_do(number: str, zh: str) -> None:
    assert article_text(number).zh == zh


def test_every_step_has_words_and_its_article(answer: Idleness) -> None:
    without = {code for code in STEP if article(code, answer.land) is None}
    assert without == {"watch", "bring_contract"}
    assert len(ACTOR) == 4


RESULTS_ON_2021_07_21 = {"idle_1": 24, "idle_2": 3, "late": 2, "due_soon": 1}


def test_real_contracts(data_dir: Path) -> None:
    path = data_dir / "land_records" / "jieguo_output_2019.psv"
    books = read_books([path], WANTED, needed=NEEDED)
    answer = judge_books(books, "shanxi", date(2021, 7, 21))
    found = collections.Counter(one.land.state.value for one in answer.result.parcels)
    assert found == RESULTS_ON_2021_07_21
    # 清远市德拉尼家居, agreed for 21 July 2020: the year is full on this very day.
    first = {one.id: one.land for one in answer.result.parcels}["4418272019B00376"]
    assert (first.state, first.one_year_on, first.fee_wan) == ("idle_1", date(2021, 7, 21), Fraction("333.6"))
    before = judge_books(books, "shanxi", date(2021, 7, 20))
    assert {one.id: one.land.state.value for one in before.result.parcels}["4418272019B00376"] == "due_soon"


def test_real_notices_and_contracts_in_one_file(data_dir: Path) -> None:
    path = data_dir / "land_records" / "concat_output_2019.psv"
    answer = judge_books(read_books([path], WANTED, needed=NEEDED), "shanxi", date(2021, 7, 21))
    found = collections.Counter(one.land.state.value for one in answer.result.parcels)
    assert found == {"idle_1": 16, "unclear": 5, "late": 3, "due_soon": 2, "idle_2": 2, "not_due": 1}


def test_values_and_units_of_the_basis_are_in_chinese_on_a_chinese_sheet() -> None:
    sheet = rules_sheet(read_idleness_rules("shanxi", ON), "zh")
    value, unit = sheet.headers.index("取值"), sheet.headers.index("单位")
    english = [row[0] for row in sheet.rows if re.search("[a-z]{2,}", f"{row[value]} {row[unit]}")]
    assert english == []
