from dataclasses import replace
from fractions import Fraction

import pytest

from tests.bulletins.issues import FLAG, ISSUE, LISTED, STARTED, figure, start_rate, with_third_started
from yinfeng.bulletins.figure_words import formula, said, said_side, with_sides, yuan
from yinfeng.bulletins.issue import restated
from yinfeng.bulletins.paper import compose
from yinfeng.core.figures import Side
from yinfeng.core.text import Text


def test_sentences_are_filled_from_figures() -> None:
    paper = compose(ISSUE, "zh")
    assert paper.title == "甲开发区2024年上半年亮点"
    assert [line.text for line in paper.lines] == [
        "上半年3个新建项目已开工2个，开工率66.7%。",
        "签约额2.75亿元，进出口总额〔暂缺〕〔注1〕。",
    ]
    assert [(note.number, note.text, note.is_warning) for note in paper.notes] == [
        (1, "进出口总额：台账中没有这项数字的行，不填数。", True)
    ]
    assert [line.text for line in compose(ISSUE, "en").lines] == [
        "Of 3 projects 2 have started, 66.7%.",
        "275 million yuan signed; imports and exports 〔not available〕〔note 1〕.",
    ]


def test_the_form_whose_condition_holds_is_printed() -> None:
    assert compose(with_third_started(), "zh").lines[0].text == "上半年3个新建项目全部开工。"


def test_a_figure_that_disagrees_with_a_printed_one_is_flagged_in_text_note_and_annex() -> None:
    paper = compose(replace(ISSUE, printed=(FLAG,)), "zh")
    flagged = [piece.text for piece in paper.lines[0].pieces if piece.look == "flagged"]
    said_of = "新建项目开工率：台账为 2 ÷ 3 = 66.7%，已公布 76.7%（某报），不符。本简报以台账为准，请核实。"
    assert flagged == ["3", "2", "66.7%"]
    assert paper.lines[0].text.endswith("66.7%〔注1〕。")
    assert (paper.notes[0].text, paper.notes[0].is_warning) == (said_of, True)
    assert paper.annex[0].warnings == (said_of,)


def test_a_figure_that_cannot_be_given_says_why_instead_of_a_number() -> None:
    refused = figure(
        "trade",
        "进出口总额",
        "amount",
        None,
        None,
        None,
        2,
        unit="亿元",
        notes=(Text("基数过小", "tiny base"),),
    )
    paper = compose(replace(ISSUE, figures=(*ISSUE.figures, refused)), "zh")
    assert paper.lines[1].text == "签约额2.75亿元，进出口总额〔暂缺〕〔注1〕。"
    assert paper.notes[0].text == "进出口总额：不能给出，基数过小。"


def test_reservations_of_a_figure_are_notes_and_no_warnings() -> None:
    noted = start_rate(STARTED, LISTED, Text("其中 1 个没有登记佐证", "1 without evidence"))
    paper = compose(replace(ISSUE, figures=(noted, ISSUE.figures[1])), "zh")
    assert (paper.notes[0].text, paper.notes[0].is_warning) == (
        "新建项目开工率：其中 1 个没有登记佐证。",
        False,
    )
    assert ("说明", "其中 1 个没有登记佐证") in paper.annex[0].facts


def test_the_annex_gives_definition_formula_rule_and_rows() -> None:
    item = compose(ISSUE, "zh").annex[0]
    assert (item.number, item.title) == (1, "新建项目开工率")
    assert item.facts == (
        ("定义", "新建项目开工率的定义"),
        ("期间", "2024年上半年 (2024H1)"),
        ("算式", "2 ÷ 3 = 66.7%"),
        ("口径", "开工率的分母：新建（开发区自定；某文件；2018-01-01起）"),
    )
    assert [(row.row, row.part, row.is_left_out) for row in item.rows] == [
        ("年度项目 A", "分子、分母", False),
        ("年度项目 B", "分子、分母", False),
        ("年度项目 C", "仅分母", True),
    ]
    assert item.rows[0].text == "项目名称：甲一；开工日期：2024-03-01"


def test_rows_are_printed_once_and_pointed_to_afterwards() -> None:
    twice = figure(
        "trade", "进出口总额", "count", Side(Fraction(2), STARTED), None, Fraction(2), 0, unit="个"
    )
    item = compose(replace(ISSUE, figures=(*ISSUE.figures, twice)), "zh").annex[2]
    assert (item.rows, item.elsewhere) == ((), "2 行已列在第 1 项：A、B。")


def test_made_up_rows_mark_their_sentence_their_row_and_the_paper() -> None:
    rows = tuple(replace(one, synthetic=("全部",)) if one.row == "year_plan:C" else one for one in ISSUE.rows)
    paper = compose(replace(ISSUE, rows=rows), "zh")
    assert [line.text.endswith("〔合成〕") for line in paper.lines] == [True, False]
    assert [row.mark for row in paper.annex[0].rows] == ["", "", "〔合成〕"]
    assert paper.synthetic.startswith("标有〔合成〕")
    assert compose(ISSUE, "zh").synthetic == ""
    partly = tuple(replace(one, synthetic=("期间",)) for one in ISSUE.rows)
    assert compose(replace(ISSUE, rows=partly), "en").annex[0].rows[0].mark == "〔synthetic: 期间〕"


def test_a_restated_paper_says_which_sentence_what_it_was_and_which_row_changed() -> None:
    paper = compose(restated(ISSUE, with_third_started(), with_sides), "zh")
    assert paper.byline == "甲开发区　2024年8月1日（第2版，更正）"
    assert paper.correction == (
        "更正说明",
        "2024年8月1日更正（第1版改为第2版）：台账行在上一版定稿后有变动。",
        "S1　新建项目开工率：原为 66.7%（2/3），更正为 100.0%（3/3）。",
        "改动的行　年度项目 C：开工日期 （空）→2024-06-30。",
    )
    assert compose(ISSUE, "zh").correction == ()


def test_the_old_value_stands_beside_the_new_one() -> None:
    two_of_two = replace(
        with_third_started(), figures=(start_rate(STARTED, (*LISTED, "year_plan:D")), ISSUE.figures[1])
    )
    line = compose(restated(ISSUE, two_of_two, with_sides), "zh").lines[0]
    assert line.text == "上半年4个新建项目已开工2个，开工率50.0%〔更正，原66.7%（2/3）〕。"


@pytest.mark.parametrize(
    ("yi", "decimals", "words"),
    [
        (Fraction("93.61"), 2, "9.361 billion yuan"),
        (Fraction("7.58"), 2, "758 million yuan"),
        (Fraction(100), 0, "10 billion yuan"),
        (Fraction("0.05"), 2, "5 million yuan"),
        (Fraction("7.5812"), 4, "758.12 million yuan"),
    ],
)
def test_money_is_said_in_english_units(yi: Fraction, decimals: int, words: str) -> None:
    assert yuan(yi, decimals) == words


def test_sides_of_money_bear_their_unit_and_counts_none() -> None:
    above, below = Side(Fraction("93.61"), ("signings:2",)), Side(Fraction(100), ("targets:2",))
    completion = figure("signed-amount-completion", "完成率", "share", above, below, above.value / 100, 2)
    assert said_side(completion, "denominator").zh == "100亿元"
    assert formula(completion).zh == "93.61亿元 ÷ 100亿元 = 93.61%"
    assert said_side(ISSUE.figures[0], "denominator").zh == "3"
    lead = figure("signed-amount-lead", "超时序", "points", None, None, Fraction("0.436"), 1)
    assert said(lead) == Text("+43.6个百分点", "+43.6 percentage points")
