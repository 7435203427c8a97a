from datetime import date

from yinfeng.core.period import months_of
from yinfeng.tables.stated_figures import printed_in

PERIOD = months_of(2024, 1, 6)
PAGE = """上半年，临汾经济开发区规上工业增加值完成7.58亿元，增速27.65%。
工业投资上半年完成10.83亿元，增速8.94%。
上半年，全区19个新建项目需办理前期手续40项，已办理35项，办结率87.5%。
19个新建项目已开工18个，开工率达94.7%，17个续建项目全部复工；
上半年，全区签约项目11个，签约额93.61亿元，完成市级签约100亿元目标任务的93.61%。
带领招商小分队，赴全国11省19市精准对接项目31个，签订合作协议7个。"""


def stated(text: str) -> dict[str, str]:
    found = printed_in(text, source="旧文", zone="甲", period=PERIOD)
    return {one.indicator: one.printed.raw for one in found}


def test_the_page_states_its_figures() -> None:
    assert stated(PAGE) == {
        "industrial-value-added": "7.58亿元",
        "industrial-value-added-growth": "27.65%",
        "industrial-investment": "10.83亿元",
        "industrial-investment-growth": "8.94%",
        "procedures-rate": "87.5%",
        "start-rate": "94.7%",
        "signed-count": "11个",
        "signed-amount": "93.61亿元",
        "signed-amount-completion": "93.61%",
        "trip-provinces": "11省",
        "trip-cities": "19市",
        "contacts": "31个",
        "agreements": "7个",
    }


def test_a_stated_rate_brings_its_two_sides() -> None:
    (rate,) = [
        one
        for one in printed_in(PAGE, source="旧文", zone="甲", period=PERIOD)
        if one.indicator == "start-rate"
    ]
    assert rate.numerator is not None
    assert rate.denominator is not None
    assert (rate.numerator.raw, rate.denominator.raw, rate.source, rate.zone) == (
        "18个",
        "19个",
        "旧文",
        "甲",
    )
    assert (rate.start, rate.end, rate.row) == (date(2024, 1, 1), date(2024, 6, 30), "text:4")


def test_what_names_no_indicator_is_left_out() -> None:
    assert stated("今年以来，引进50多家企业，总面积30亩，8个产业类项目，综合利用率68%。") == {}
