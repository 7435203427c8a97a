import re
import time
from dataclasses import replace

import pytest

from tests.bulletins.packs import HALL, PACK, PARCEL
from tests.bulletins.pdf_reading import Font, read_fonts, read_pages
from yinfeng.bulletins.pack import Fact, FactGroup, Pack
from yinfeng.bulletins.pack_pages import pack_data, response_pack
from yinfeng.core.errors import InputError
from yinfeng.core.text import Lang, Text

HAN = re.compile("[\u3400-\u9fff]")
MARK = "〔合成〕"
SURE_PARCEL = replace(PARCEL, is_synthetic=False)
SURE_HALL = replace(HALL, groups=HALL.groups[:1])


def pages(pack: Pack, lang: Lang = "zh") -> list[str]:
    return read_pages(response_pack(pack, lang))


def tight(words: str) -> str:
    return re.sub(r"\s", "", words)


def fifty_facts() -> tuple[FactGroup, ...]:
    """Make 50 facts in five groups, with blanks and shortfalls among them."""
    return tuple(
        FactGroup(
            Text(f"第 {group} 组", f"Group {group}"),
            tuple(
                Fact(
                    Text(f"第 {group}-{row} 项指标的名称", f"Indicator number {group}-{row} with its label"),
                    None if row == 3 else Text(f"{row * 1234:,} 立方米每年", f"{row * 1234:,} m³ a year"),
                    Text(f"差 {row}", f"{row} short") if row == 7 else None,
                )
                for row in range(10)
            ),
        )
        for group in range(5)
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_pack_has_an_opening_a_comparison_and_a_page_for_each_place(lang: Lang) -> None:
    found = pages(PACK, lang)
    page = Text("第{page}页，共4页", "Page{page}of4")
    assert [page.format(page=number).of(lang) in text for number, text in enumerate(found, 1)] == [True] * 4
    assert [tight(PACK.title.of(lang)) in text for text in found] == [True, False, False, False]
    assert [tight(HALL.reasons[1].of(lang)) in text for text in found] == [False, False, True, False]
    assert [tight(PARCEL.reasons[0].of(lang)) in text for text in found] == [False, False, False, True]
    for text in found:
        assert tight(PACK.zone.of(lang)) in text
        assert PACK.reference in text
        assert tight(PACK.seal.of(lang)) in text
        assert "2024-03-05" in text


def test_a_short_comparison_stands_on_the_first_page() -> None:
    found = pages(replace(PACK, places=(SURE_PARCEL, SURE_PARCEL)))
    assert len(found) == 3
    assert "场地比较" in found[0]


def test_facts_stand_side_by_side_and_a_shortfall_has_its_words_and_sign() -> None:
    comparison = pages(PACK)[1]
    assert "可用电力2,500kVA▲差500kVA5,000kVA" in comparison
    assert "净高10.5m—" in comparison, "a fact that a parcel has not is a dash"
    assert "地面荷载未填写—" in comparison, "a fact left blank is named so"
    assert "不足之处▲可用电力2,500kVA，需要3,000kVA，差500kVA✓未发现不足" in comparison


def test_english_pages_hold_chinese_only_in_names_of_the_ledgers() -> None:
    names = {HALL.name, PARCEL.name, HALL.zone_name, *HALL.chain_neighbours}
    known = re.compile("|".join(re.escape(name) for name in names))
    assert [HAN.findall(known.sub("", text)) for text in pages(PACK, "en")] == [[]] * 4


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "*[",
        "]*_$x$`y`",
        "= h <a> @b // /* \\u{41}",
        "-- ~ '\"...",
        "{{page}} {name}",
        "{count}",
    ],
)
def test_a_name_prints_as_itself(name: str, lang: Lang) -> None:
    place = replace(SURE_PARCEL, name=name, id=name, zone_name=name, reasons=(name,))
    found = pages(replace(PACK, title=name, zone=name, answers=name, contact=(name,), places=(place,)), lang)
    assert found[0].count(tight(name)) == 8, "head, title, for whom, contact, legend twice, table twice"
    assert found[1].count(tight(name)) == 5, "running head, heading, zone, id, reason"


def test_made_up_data_are_marked_wherever_they_show() -> None:
    assert [text.count(MARK) > 0 for text in pages(PACK)] == [True] * 4
    sure = pages(replace(PACK, places=(SURE_HALL, SURE_PARCEL)))
    assert [text.count(MARK) for text in sure] == [0] * len(sure)
    mixed = pages(replace(PACK, places=(SURE_HALL, PARCEL)))
    assert f"{PARCEL.name}{MARK}" in mixed[0]
    assert f"{HALL.name}{MARK}" not in mixed[0]
    assert [text.count(MARK) > 0 for text in mixed] == [True, True, False, True]


def test_a_made_up_fact_is_marked_in_its_cell() -> None:
    found = pages(PACK)
    assert [f"4吨/时{MARK}" in text for text in found] == [False, True, True, False]


def test_four_places_with_fifty_facts_and_long_names_stay_on_their_pages() -> None:
    long = "神池经济技术开发区东部拓展片区第十二号标准化智能制造产业园" * 4
    crowded = replace(HALL, name=long, zone_name="Q" * 90, groups=fifty_facts(), reasons=HALL.reasons * 4)
    unbroken = replace(crowded, name="W" * 120)
    pack = replace(PACK, places=(crowded, unbroken, PARCEL, replace(PARCEL, point=None)), need=PACK.need * 2)
    for lang in ("zh", "en"):
        pdf = response_pack(pack, lang)
        found = read_pages(pdf)
        assert len(found) <= 14
        assert read_fonts(pdf) == [Font("NotoSansSC-Regular", True), Font("NotoSerifSC-Regular", True)]
        assert all(PACK.reference in text for text in found)
        assert found[0].count("W" * 120) == 1, "it breaks into lines and loses no letter"


def test_places_without_a_position_are_named_as_such() -> None:
    nowhere = replace(PARCEL, point=None)
    assert "未登记坐标，图中未标出" in pages(replace(PACK, places=(HALL, nowhere)))[0]
    assert "所选场地均未登记坐标，无法绘制位置图。" in pages(replace(PACK, places=(nowhere,)))[0]


def test_what_is_missing_leaves_no_gap() -> None:
    bare = replace(SURE_PARCEL, groups=(), reasons=(), terms=(), leading_industries=(), verified_on=None)
    pack = replace(
        PACK, places=(bare,), need=(), contact=(), seal=None, share_expires_on=None, zone_outlines=()
    )
    opening, place = pages(pack)
    assert "您的需求未填写" in opening
    assert "符合之处未列出不足之处✓未发现不足" in place
    assert "尚未现场核实" in place


def test_facts_line_up_by_group_and_label_in_the_order_they_first_appear_and_terms_last() -> None:
    rent = Fact(Text("租金", "Rent"), "8")
    first = replace(
        PARCEL, groups=(FactGroup(Text("甲", "A"), (Fact(Text("一", "one"), "1"),)),), terms=(rent,)
    )
    second = replace(
        PARCEL,
        groups=(
            FactGroup(Text("乙", "B"), (Fact(Text("三", "three"), "3"),)),
            FactGroup(Text("甲", "A"), (Fact(Text("二", "two"), None), Fact(Text("一", "one"), "11"))),
        ),
        terms=(),
    )

    def cell(label: str, value: str | None) -> dict[str, object]:
        return {"label": label, "value": value, "lack": None, "is_synthetic": False}

    assert pack_data(replace(PACK, places=(first, second)), "en")["comparison"] == [
        {
            "title": "A",
            "rows": [
                {"label": "one", "cells": [cell("one", "1"), cell("one", "11")]},
                {"label": "two", "cells": [None, cell("two", None)]},
            ],
        },
        {"title": "B", "rows": [{"label": "three", "cells": [None, cell("three", "3")]}]},
        {"title": "Terms", "rows": [{"label": "Rent", "cells": [cell("Rent", "8"), None]}]},
    ]


def test_every_fault_of_a_pack_is_named_at_once() -> None:
    astray = replace(PARCEL, point=(39.3, 112.4))
    unknown = replace(HALL, outline=(((112.4, float("nan")), (112.5, 39.3), (112.5, 39.4)),))
    with pytest.raises(InputError) as refused:
        response_pack(replace(PACK, places=(astray, unknown, HALL, HALL, HALL)), "zh")
    assert [(fault.code, fault.found) for fault in refused.value.faults] == [
        ("places-per-pack", "5"),
        ("position-off-the-earth", "L2: 39.3, 112.4"),
        ("position-off-the-earth", "B4: 112.4, nan"),
    ]
    with pytest.raises(InputError, match="1 to 4 places"):
        response_pack(replace(PACK, places=()), "zh")


def test_a_pack_is_made_within_two_seconds() -> None:
    pack = replace(PACK, places=(replace(HALL, groups=fifty_facts()),) * 4)
    started = time.perf_counter()
    response_pack(pack, "zh")
    assert time.perf_counter() - started < 2
