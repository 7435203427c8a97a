"""Draft notices: the facts of the rows, blanks for what is not known, never for a building."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import docx
import pytest

from yinfeng.bulletins.notices import BLANK, MARK, UNCHECKED, draft, drafts
from yinfeng.core.errors import InputError
from yinfeng.tables.books import read_books
from yinfeng.tables.idleness import WANTED, Idleness, judge_books
from yinfeng.tables.write import Sheet, write_workbook

PARCEL = {
    "电子监管号": "A1", "项目名称": "一号地", "土地使用权人": "甲公司", "面积（公顷）": 6,
    "土地用途": "工业用地", "供地方式": "挂牌出让", "成交价格（万元）": 1668, "约定开工时间": "2023-07-21",
}  # fmt: skip
PLANT = {"场地编号": "L1", "开发区编号": "Z9", "类型": "厂房", "状态": "闲置", "闲置起始": "2013-12"}
DETERMINED = [
    ("调查通知书", "2024-08-01"),
    ("答复", "2024-08-20"),
    ("认定", "2024-10-08"),
    ("公示", "2024-10-10"),
]


def answered(folder: Path, on: str, happened: Sequence[tuple[str, str]] = (), **facts: object) -> Idleness:
    sheets: dict[str, list[Mapping[str, object]]] = {"land_supply": [{**PARCEL, **facts}], "places": [PLANT]}
    if happened:
        sheets["land_events"] = [{"宗地编号": "A1", "事件": kind, "日期": day} for kind, day in happened]
    write_workbook(
        folder / "book.xlsx",
        [Sheet(name, list(rows[0]), [list(row.values()) for row in rows]) for name, rows in sheets.items()],
    )
    return judge_books(read_books([folder / "book.xlsx"], WANTED), "shanxi", date.fromisoformat(on))


def text_of(content: bytes) -> str:
    paper = docx.Document(io.BytesIO(content))
    assert paper.sections[0].header.paragraphs[0].text == MARK
    cells = [" | ".join(cell.text for cell in row.cells) for table in paper.tables for row in table.rows]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def test_the_notice_of_investigation(tmp_path: Path) -> None:
    (paper,) = drafts(answered(tmp_path, "2024-07-21"))
    assert paper.file_name == "闲置土地调查通知书-A1.docx"
    text = text_of(paper.content)
    for said in (
        f"甲公司（地址：{BLANK}）：",
        "《闲置土地处置办法》（国土资源部令第53号）第五条、第六条",
        "该宗地应于2023年7月21日动工开发。截至2024年7月21日，没有达到法定动工标准的记录，"
        "自应动工之日起已过366天；自2024年7月21日起未动工开发满一年，"
        "符合《闲置土地处置办法》（国土资源部令第53号）第二条第一款规定的情形。",
        "请自收到本通知书之日起30日内",
        "电子监管号（合同编号） | A1",
        "面积 | 6公顷",
        "出让（划拨）价款 | 1,668万元",
        f"土地坐落 | {BLANK}",
        "数据行 land_supply:A1。",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("on", "events", "title", "said"),
    [
        ("2024-09-01", DETERMINED[:2], "闲置土地认定书", "送达，你单位2024年8月20日答复"),
        (
            "2024-10-20",
            DETERMINED,
            "听证权利告知书",
            "征缴土地闲置费（金额333.6万元，即人民币3,336,000.00元）",
        ),
        (
            "2024-11-20",
            [*DETERMINED, ("听证告知", "2024-11-01")],
            "征缴土地闲置费决定书",
            "按出让（划拨）价款1,668万元的20%征缴土地闲置费，金额333.6万元",
        ),
        ("2025-08-01", DETERMINED, "听证权利告知书", "无偿收回国有建设用地使用权"),
        (
            "2025-08-01",
            [*DETERMINED, ("听证告知", "2025-07-01")],
            "收回国有建设用地使用权决定书",
            f"抄送：抵押权人{BLANK}",
        ),
    ],
)
def test_the_paper_follows_the_step(
    tmp_path: Path, on: str, events: list[tuple[str, str]], title: str, said: str
) -> None:
    (paper,) = drafts(answered(tmp_path, on, events))
    assert paper.title == title
    assert said in text_of(paper.content)


def test_what_was_not_read_in_the_law_is_marked(tmp_path: Path) -> None:
    (paper,) = drafts(answered(tmp_path, "2024-11-20", [*DETERMINED, ("听证告知", "2024-11-01")]))
    text = text_of(paper.content)
    assert f"30日{UNCHECKED}内缴纳（第十七条{UNCHECKED}）" in text
    assert f"第十四条第（一）项{UNCHECKED}" not in text


def test_a_stalled_parcel_may_be_found_idle(tmp_path: Path) -> None:
    facts = {
        "实际开工时间": "2022-01-10", "停工日期": "2023-03-01", "已动工面积（公顷）": 1.5,
        "总投资额（万元）": 1000, "已投资额（万元）": 300,
    }  # fmt: skip
    (paper,) = drafts(answered(tmp_path, "2024-03-01", **facts))
    text = text_of(paper.content)
    assert "的25.00%，不足三分之一；已投资额占总投资额（均不含土地价款和税费）的30.00%。" in text
    assert "第二条第二款，可以认定为闲置土地" in text


@pytest.mark.parametrize(
    ("on", "facts", "events"),
    [
        ("2024-07-20", {}, []),  # the year is not full
        ("2024-07-21", {"实际竣工时间": "2013-06-01"}, []),  # built
        ("2024-07-21", {"场地编号": "L1"}, []),  # a finished building stands on it
        ("2024-07-21", {"未动工原因": "规划修改"}, []),  # excused
        ("2024-08-02", {}, [("调查通知书", "2024-08-01")]),  # the holder's turn
    ],
)
def test_no_paper_where_none_is_due(
    tmp_path: Path, on: str, facts: Mapping[str, object], events: list[tuple[str, str]]
) -> None:
    answer = answered(tmp_path, on, events, **facts)
    assert list(drafts(answer)) == []
    with pytest.raises(InputError) as raised:
        draft(answer, answer.result.parcels[0])
    assert raised.value.faults[0].code == "no-notice"


def test_never_for_a_building(tmp_path: Path) -> None:
    answer = answered(tmp_path, "2024-07-21")
    with pytest.raises(InputError):
        draft(answer, answer.result.places[0])
    with pytest.raises(InputError) as raised:
        list(drafts(answer, ("L1",)))
    assert "厂房不发闲置土地文书" in raised.value.faults[0].expected.zh
