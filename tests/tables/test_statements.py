from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.figures import rounded
from yinfeng.tables.said_numbers import numbers_in, plain
from yinfeng.tables.statements import Statement, statements_in

PAGE = """上半年，临汾经济开发区规上工业增加值完成7.58亿元，增速27.65%。
工业投资上半年完成10.83亿元，增速8.94%。
上半年，全区19个新建项目需办理前期手续40项，已办理35项，办结率87.5%。
19个新建项目已开工18个，开工率达94.7%，17个续建项目全部复工；
上半年，全区签约项目11个，签约额93.61亿元，完成市级签约100亿元目标任务的93.61%，推动了一批好项目相继落户；
赴全国11省19市精准对接项目31个，签订合作协议7个。"""


def said(text: str) -> list[tuple[str, str, str, str]]:
    """Give for each rate what was printed, what it was divided from and what is said of it."""
    return [
        (
            found.printed.raw,
            found.numerator.raw if found.numerator else "",
            found.denominator.raw if found.denominator else "",
            found.check.verdict,
        )
        for found in statements_in(text)
    ]


def only(text: str) -> Statement:
    (found,) = statements_in(text)
    return found


def test_the_page_agrees_with_itself_and_its_growth_cannot_be_checked() -> None:
    assert said(PAGE) == [
        ("27.65%", "", "", "unknown"),
        ("8.94%", "", "", "unknown"),
        ("87.5%", "35项", "40项", "agrees"),
        ("94.7%", "18个", "19个", "agrees"),
        ("93.61%", "93.61亿元", "100亿元", "agrees"),
    ]
    assert [found.line for found in statements_in(PAGE)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "above", "below", "verdict"),
    [
        # Yuncheng 2023: a rate really published wrong
        ("签约项目40个，总投资100.2亿元，已开工33个，开工率82.5%", "33个", "40个", "agrees"),
        ("签约40个，总投资100.2亿元；到位资金21.66亿元，到位率21.16%", "21.66亿元", "100.2亿元", "wrong"),
        ("签约总额100.2亿元。到位资金21.66亿元，到位率21.16%。", "21.66亿元", "100.2亿元", "wrong"),
        # Taiyuan: cut off or rounded up from parts that were rounded themselves
        ("预期年产值418.12亿元，实际年产值301.7亿元，达效率72.17%", "301.7亿元", "418.12亿元", "rounding"),
        ("预期年产值418.12亿元，实际年产值301.7亿元，达效率72.16%", "301.7亿元", "418.12亿元", "agrees"),
        ("签约项目94个，开工82个，开工率87.24%", "82个", "94个", "rounding"),
        # the list of starts is no part of the list of signings
        ("签约94个、已开工82个，开工项目107个，签约项目开工率为87.32%", "82个", "94个", "wrong"),
        ("工业投资完成10.83亿元，占全年目标10亿元的比重为108.5%", "10.83亿元", "10亿元", "wrong"),
        # the target behind the rate
        ("目标完成率为93.71%，签约额93.61亿元，目标100亿元", "93.61亿元", "100亿元", "wrong"),
        ("累计完成投资23.5亿元，占年度投资计划的47%，年度计划投资50亿元", "23.5亿元", "50亿元", "agrees"),
        ("工业投资完成10.83亿元，完成率达108.5%（目标10亿元）", "10.83亿元", "10亿元", "wrong"),
        # a wrong rate in the page's own words
        ("19个新建项目已开工18个，开工率达95.7%", "18个", "19个", "wrong"),
        ("需办理前期手续40项，已办理35项，办结率88%", "35项", "40项", "agrees"),
        ("需办理前期手续40项，已办理35项，办结率88.5%", "35项", "40项", "wrong"),
        ("签约额93.61亿元，完成市级签约100亿元目标任务的93.9%", "93.61亿元", "100亿元", "wrong"),
        ("签约额93.61亿元，完成市级签约100亿元目标任务的96.31%", "93.61亿元", "100亿元", "wrong"),
        ("年计划投资232.2亿元，完成投资144.95亿元，完成年计划的62.42%", "144.95亿元", "232.2亿元", "agrees"),
        ("全年目标1000000万元，上半年完成93.61亿元，完成率93.6%", "93.61亿元", "1000000万元", "agrees"),
        ("年度目标120亿元，已完成78.3亿元，占年度目标的65.25%", "78.3亿元", "120亿元", "agrees"),
        # two lists in one sentence: the words tell which
        ("共有新建项目30个、续建项目17个，新建项目已开工27个，开工率95%", "27个", "30个", "wrong"),
        ("新建19个、续建17个，新建项目开工18个，开工率94.7%", "18个", "19个", "agrees"),
        ("17个续建项目全部复工，复工率100%", "17个", "17个", "agrees"),
        ("36个项目中，新建项目19个，占比52.8%", "19个", "36个", "agrees"),
        ("计划项目120个，计划投资180亿元，完成131.4亿元，占年计划的73%", "131.4亿元", "180亿元", "agrees"),
        ("规上工业企业52家，其中盈利企业41家，盈利面78.8%", "41家", "52家", "agrees"),
        ("需办事项40项，办结35项，未办结5项，办结率87.5%", "35项", "40项", "agrees"),
        ("19个新建项目开工率达94.7%，其中18个已开工", "18个", "19个", "agrees"),
        # told in brackets
        ("开工率94.7%（18/19）", "18", "19", "agrees"),
        ("全区项目开工率94.7％（已开工18个、共19个）", "18个", "19个", "agrees"),
        ("履约率为95.3％，（履约101个／签约106个）", "101个", "106个", "agrees"),
        ("办结率87.5%（40项中35项）", "35项", "40项", "agrees"),
        # spaces and full-width digits as they come out of Word
        ("签约项目 ４０ 个，已开工 ３３ 个，开工率 ８２．５ ％", "33 个", "40 个", "agrees"),
        # growth only from two levels of the sentence
        ("工业投资由上年同期的9.94亿元增加到10.83亿元，增长8.94%", "10.83亿元", "9.94亿元", "rounding"),
        ("签约额同比增长12.5%，由83.21亿元增至93.61亿元", "93.61亿元", "83.21亿元", "agrees"),
        ("税收由去年同期的10亿元降至9亿元，下降12%", "9亿元", "10亿元", "wrong"),
    ],
)  # fmt: skip
def test_a_rate_is_worked_out_from_its_sentence(text: str, above: str, below: str, verdict: str) -> None:
    found = statements_in(text)[-1]
    assert found.numerator is not None
    assert found.denominator is not None
    assert (found.numerator.raw, found.denominator.raw, found.check.verdict) == (above, below, verdict)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("规上工业增加值完成7.58亿元，增速27.65%。", "同一句中没有上年同期数"),
        ("全市固废综合利用率达68%", "同一句中没有能相除的分子和分母"),
        ("新建项目19个，办结率87.5%", "同一句中没有能相除的分子和分母"),
        ("19个项目需办理40项手续，尚未办结5项，办结率87.5%", "同一句中没有能相除的分子和分母"),
        ("签约项目超过40个，开工33个，开工率82.5%", "分子或分母不是精确数：40个"),
        ("签约项目40多个，开工33个，开工率82.5%", "分子或分母不是精确数：40多个"),
        ("共需办理40项，剩余5项，办结率87.5%", "同一句中没有能相除的分子和分母"),
        ("新建项目19个，开工率94.7%，17个续建项目全部复工", "同一句中没有能相除的分子和分母"),
        ("完成率62.4%，超时序进度3.5个百分点", "同一句中没有时序进度"),
        ("2024年6月30日前，第34期简报的20个工作日内办结率87.5%", "同一句中没有能相除的分子和分母"),
    ],
)
def test_what_a_sentence_does_not_tell_is_not_guessed(text: str, why: str) -> None:
    found = statements_in(text)[-1]
    assert (found.check.verdict, found.numerator, found.note.zh) == ("unknown", None, why)


def test_a_lead_is_held_against_the_share_of_the_year_that_the_sentence_states() -> None:
    found = statements_in("完成率56.6%，时序进度50%，超时序6.6个百分点。")[-1]
    assert (found.kind, found.check.verdict, found.check.value) == ("points", "agrees", Fraction(66, 1000))
    assert statements_in("完成率46.6%，时序进度50%，落后时序4.4个百分点。")[-1].check.verdict == "wrong"


@pytest.mark.parametrize(
    ("text", "above", "below", "verdict"),
    [
        ("项目数比去年的20个增加5个，增长20%", "(20个+5个)", "20个", "wrong"),
        ("税收12.5亿元，同比增加2.5亿元，增长25%", "12.5亿元", "(12.5亿元-2.5亿元)", "agrees"),
        ("税收7.5亿元，同比减少2.5亿元，下降25%", "7.5亿元", "(7.5亿元+2.5亿元)", "agrees"),
        ("税收12.50亿元，比上年同期的10.00亿元增加2.50亿元，增长26%", "12.50亿元", "10.00亿元", "wrong"),
        ("亩均税收25万元，比上年提高5万元，增长25%", "25万元", "(25万元-5万元)", "agrees"),
        ("新增规上企业5家，上年同期4家，同比增长25%", "5家", "4家", "agrees"),
        ("税收12.5亿元，同比增加2.5亿元，增长25%，投资增加3亿元，增长10%", "", "", "unknown"),
    ],
)
def test_a_growth_by_an_amount_is_read_as_level_and_base(
    text: str, above: str, below: str, verdict: str
) -> None:
    found = said(text)[-1]
    assert found[1:] == (above, below, verdict)


def test_points_by_which_a_rate_rose_are_held_against_both_rates() -> None:
    found = statements_in("开工率由去年的85%提高到94.7%，提高8.7个百分点。")[-1]
    assert (found.check.verdict, found.check.value) == ("wrong", Fraction(97, 1000))
    assert said("占比由去年的85%下降到80%，下降5个百分点。")[-1][3] == "agrees"
    assert said("开工率94.7%，比全市平均水平90.2%高5.5个百分点。")[-1][3] == "wrong"
    assert said("开工率90.2%，比全市平均水平94.7%低4.5个百分点。")[-1][3] == "agrees"


def test_a_rate_that_is_not_exact_says_so() -> None:
    assert only("19个新建项目中18个实现开工，开工率超过94%。").note.zh == "94% 不是精确数"


def test_names_said_respectively_go_to_their_rates() -> None:
    text = (
        "共签约项目106个，已履约101个、开工93个、投产60个，履约率、开工率、投产率分别为95.28%、87.74%、70%。"
    )
    found = statements_in(text)
    assert [(one.name, one.check.verdict) for one in found] == [
        ("履约率", "agrees"),
        ("开工率", "agrees"),
        ("投产率", "wrong"),
    ]
    assert found[0].note.zh == ""
    assert found[1].note.zh == "可作分母的数不止一个，按 106个 计相符，口径请核实"
    assert found[2].note.zh == (
        "可作分母的数不止一个，哪个都不符：60个/106个 = 56.60%；60个/101个 = 59.41%；60个/93个 = 64.52%"
    )


def test_a_new_paragraph_lends_no_denominator() -> None:
    assert only("签约总额100.2亿元。\n到位资金21.66亿元，到位率21.16%。").check.verdict == "unknown"


def test_money_is_compared_in_one_unit_and_currencies_are_kept_apart() -> None:
    found = numbers_in(
        plain("2024年第3期：签约9361万元、1.2万亿元、3亿美元，用地30亩，19个，56GW，1-6月，3个月")
    )
    assert [(one.value, one.dimension) for one in found] == [
        (Fraction(9361, 10000), "元"),
        (12000, "元"),
        (3, "美元"),
        (30, "亩"),
        (19, "个"),
        (56, "GW"),
    ]


@given(st.integers(1, 400), st.integers(0, 400), st.integers(0, 3), st.integers(-30, 30))
def test_a_printed_rate_agrees_exactly_where_it_is_the_rounded_one(
    whole: int, part: int, decimals: int, off: int
) -> None:
    part = min(part, whole)
    printed = rounded(Fraction(part, whole) * 100, decimals) + rounded(Fraction(off, 10**decimals), decimals)
    if printed < 0:
        return
    found = only(f"全年安排项目{whole}个，已开工{part}个，开工率{printed}%。")
    expected = "agrees" if off == 0 else found.check.verdict
    assert found.check.verdict == expected
    if abs(off) > 1:
        assert found.check.verdict == "wrong"
