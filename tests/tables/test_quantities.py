import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.text import Text
from yinfeng.tables.quantities import UNITS, Quantity, is_blank, parse
from yinfeng.tables.spelling import Unreadable


def refusal(raw: object, unit: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw, unit)
    return caught.value


@pytest.mark.parametrize(
    ("raw", "unit", "value"),
    [
        ("1000 万平方米", "m2", 10_000_000),
        ("1.2万㎡", "m2", 12_000),
        ("1.2 万 m²", "m2", 12_000),
        ("2公顷", "m2", 20_000),
        ("30亩", "m2", 20_000),
        ("30亩", "ha", 2),
        ("42330平方米", "ha", 4.233),
        ("30 mu", "mu", 30),
        ("30（亩）", "mu", 30),
        ("二十亩", "mu", 20),
        ("1平方公里", "ha", 100),
        ("93.61亿元", "wan", 936_100),
        ("5000元", "wan", 0.5),
        ("1,400 ×10k yuan", "wan", 1_400),
        ("50 ×10k yuan/mu", "wan_per_mu", 50),
        ("￥5000", "wan", 0.5),
        ("¥5000万", "wan", 5_000),
        ("人民币5000万元整", "wan", 5_000),
        ("1亿2000万元", "wan", 12_000),
        ("3亿5千万元", "wan", 35_000),
        ("1亿2000万5000元", "wan", 12_000.5),
        ("500万", "wan", 500),
        ("五百万", "wan", 500),
        ("五百万元", "wan", 500),
        ("600万元/年", "wan", 600),
        ("300万元/亩", "wan_per_mu", 300),
        ("300万/亩", "wan_per_mu", 300),
        ("每亩300万元", "wan_per_mu", 300),
        ("4500元/平方米", "wan_per_mu", 300),
        ("4500万元/公顷", "wan_per_mu", 300),
        ("0万元/公顷", "wan_per_mu", 0),
        ("8元/㎡·月", "yuan_m2_month", 8),
        ("8元/㎡/月", "yuan_m2_month", 8),
        ("8元/(㎡·月)", "yuan_m2_month", 8),
        ("8元/月/平米", "yuan_m2_month", 8),
        ("8元每平方米每月", "yuan_m2_month", 8),
        ("96元/平方米·年", "yuan_m2_month", 8),
        ("0.5元/㎡/天", "yuan_m2_month", 0.5 * 365 / 12),
        ("10.5米", "m", 10.5),
        ("10.5M", "m", 10.5),
        ("1050cm", "m", 10.5),
        ("10500毫米", "m", 10.5),
        ("12公里", "km", 12),
        ("500米", "km", 0.5),
        ("15 万吨", "t", 150_000),
        ("10t", "t", 10),
        ("500kg", "t", 0.5),
        ("3kN/㎡", "t_m2", float(Fraction(3) / Fraction("9.80665"))),
        ("9.80665kPa", "t_m2", 1),
        ("3吨/平方米", "t_m2", 3),
        ("500公斤/㎡", "t_m2", 0.5),
        ("2.5MVA", "kva", 2_500),
        ("2000千伏安", "kva", 2_000),
        ("五百千伏安", "kva", 500),
        ("1.2万kVA", "kva", 12_000),
        ("4000吨标准煤/年", "tce", 4_000),
        ("1.5万tce", "tce", 15_000),
        ("15万吨/年", "t_per_yr", 150_000),
        ("15万吨", "t_per_yr", 150_000),
        ("100kg/d", "t_per_yr", 36.5),
        ("300立方米/天", "t_per_d", 300),
        ("300吨/日", "t_per_d", 300),
        ("36.5万吨/年", "t_per_d", 1_000),
        ("500万方/年", "m3_per_yr", 5_000_000),
        ("1000Nm³/d", "m3_per_yr", 365_000),
        ("20t/h", "t_per_h", 20),
        ("20蒸吨", "t_per_h", 20),
        ("40年", "years", 40),
        ("18个月", "years", 1.5),
        ("1.5年", "months", 18),
        ("27.65%", "percent", 0.2765),
        ("27.65％", "percent", 0.2765),
        ("百分之二十", "percent", 0.2),
        ("千分之五", "percent", 0.005),
        ("5‰", "percent", 0.005),
        ("三成", "percent", 0.3),
        ("0.2765", "percent", 0.2765),
        ("7家", "count", 7),
        ("1.2万人", "count", 12_000),
        ("0", "m2", 0),
        ("1,200", "count", 1_200),
        ("1，200", "count", 1_200),
        ("1,234,567.8", "count", 1_234_567.8),
        ("１２００．５", "count", 1_200.5),
        ("2.2E+2", "ha", 220),
        ("2.5e-1公顷", "ha", 0.25),
        ("\n 12.5\u200b", "count", 12.5),
        ("-5", "count", -5),
        ("-0", "count", 0),
        ("−5", "count", -5),
        ("负五", "count", -5),
        ("共计30亩", "mu", 30),
    ],
)
def test_reads_numbers_with_their_units(raw: str, unit: str, value: float) -> None:
    assert parse(raw, unit) == Quantity(value, None, "=", raw)


@pytest.mark.parametrize(
    ("raw", "unit", "value", "strength"),
    [
        ("100多项", "count", 100, ">"),
        ("100余", "count", 100, ">"),
        ("十多", "count", 10, ">"),
        ("三万多亩", "mu", 30_000, ">"),
        ("2亿多元", "wan", 20_000, ">"),
        ("10多万元", "wan", 10, ">"),
        ("30亩多", "mu", 30, ">"),
        ("超1000亿元", "wan", 10_000_000, ">"),
        ("超过30亩", "mu", 30, ">"),
        ("多于30亩", "mu", 30, ">"),
        ("大于1.3", "count", 1.3, ">"),
        ("＞1.3", "count", 1.3, ">"),
        ("more than 30 mu", "mu", 30, ">"),
        ("500亿元以上", "wan", 5_000_000, ">="),
        ("不低于2000万元", "wan", 2_000, ">="),
        ("每亩不低于300万元", "wan_per_mu", 300, ">="),
        ("不少于5", "count", 5, ">="),
        ("至少5", "count", 5, ">="),
        ("至少5家以上", "count", 5, ">="),
        ("大于或等于1.3", "count", 1.3, ">="),
        ("大于等于1.3", "count", 1.3, ">="),
        ("≥1.3", "count", 1.3, ">="),
        (">=1.3", "count", 1.3, ">="),
        ("不低于百分之二十", "percent", 0.2, ">="),
        ("不超过50亩", "mu", 50, "<="),
        ("至多50亩", "mu", 50, "<="),
        ("50亩以下", "mu", 50, "<="),
        ("50亩以内", "mu", 50, "<="),
        ("小于或等于1.3", "count", 1.3, "<="),
        ("≤1.3", "count", 1.3, "<="),
        ("小于1.3", "count", 1.3, "<"),
        ("低于5米", "m", 5, "<"),
        ("不足5亩", "mu", 5, "<"),
        ("少于5家", "count", 5, "<"),
        ("近50家", "count", 50, "<~"),
        ("近百家", "count", 100, "<~"),
        ("超百亿元", "wan", 1_000_000, ">"),
        ("千余亩", "mu", 1_000, ">"),
        ("30亩余", "mu", 30, ">"),
        ("接近50家", "count", 50, "<~"),
    ],
)
def test_reads_strengths(raw: str, unit: str, value: float, strength: str) -> None:
    assert parse(raw, unit) == Quantity(value, None, strength, raw)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "unit", "low", "high", "strength"),
    [
        ("20万元至100万元", "wan", 20, 100, "="),
        ("20-100万元", "wan", 20, 100, "="),
        ("20万至100万元", "wan", 20, 100, "="),
        ("5千-1万元", "wan", 0.5, 1, "="),
        ("1万-2万千伏安", "kva", 10_000, 20_000, "="),
        ("30~50亩", "m2", 20_000, float(Fraction(100_000, 3)), "="),
        ("30～50亩", "mu", 30, 50, "="),
        ("30——50亩", "mu", 30, 50, "="),
        ("30 - 50 亩", "mu", 30, 50, "="),
        ("30亩到50亩", "mu", 30, 50, "="),
        ("30至50亩之间", "mu", 30, 50, "="),
        ("三十到五十亩", "mu", 30, 50, "="),
        ("三到五万元", "wan", 3, 5, "="),
        ("三百到五百亩", "mu", 300, 500, "="),
        ("百分之二十至百分之三十", "percent", 0.2, 0.3, "="),
        ("10-20%", "percent", 0.1, 0.2, "="),
        ("1.2－1.5", "count", 1.2, 1.5, "="),
        ("-5--3", "count", -5, -3, "="),
        ("20-20", "count", 20, None, "="),
        ("大于或等于1.3并且小于或等于1.5", "count", 1.3, 1.5, "="),
        ("大于或等于1.3并且小于或等于1.3", "count", 1.3, None, "="),
        ("大于1并且小于1.1", "count", 1, 1.1, ">"),
        ("≤50亩且≥30亩", "mu", 30, 50, "="),
        ("30亩以上50亩以下", "mu", 30, 50, "="),
        ("不低于30亩，不超过50亩", "mu", 30, 50, "="),
    ],
)
def test_reads_ranges(raw: str, unit: str, low: float, high: float | None, strength: str) -> None:
    assert parse(raw, unit) == Quantity(low, high, strength, raw)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "text"), [(30, "30"), (30.0, "30"), (12.5, "12.5"), (-3, "-3"), (0, "0"), (0.1, "0.1")]
)
def test_number_cells_are_in_the_unit_of_the_column(raw: float, text: str) -> None:
    assert parse(raw, "mu") == Quantity(float(raw), None, "=", text)


@pytest.mark.parametrize(
    "raw", ["", " ", "待定", "/", "-", "—", "——", "－", "无", "暂无", "N/A", "n/a", "\u3000", None]
)
def test_says_which_cells_mean_not_given(raw: object) -> None:
    assert is_blank(raw)


@pytest.mark.parametrize("raw", [0, 0.0, "0", "零", "-5", "30亩", "0.0", False, "无锡", "#N/A"])
def test_zero_and_words_are_given(raw: object) -> None:
    assert not is_blank(raw)


A_NUMBER_OF_MU = Text("一个数（亩）", "a number of mu")
MU_WITH_UNIT = Text("写成数，可带单位，例如 30亩", "write a number, with its unit if you like, e.g. 30 mu")
AN_AREA = Text("面积（亩、㎡ 或公顷）", "an area (mu, m² or ha)")
ORDER = Text("从小到大的范围", "a range from the smaller to the greater")


@pytest.mark.parametrize(
    ("raw", "unit", "expected", "fix"),
    [
        ("三十亩左右", "mu", A_NUMBER_OF_MU, Text("写 30", "write 30")),
        ("约30亩", "mu", A_NUMBER_OF_MU, Text("写 30", "write 30")),
        ("约 2 公顷", "mu", A_NUMBER_OF_MU, Text("写 30", "write 30")),
        ("30-50亩上下", "mu", A_NUMBER_OF_MU, Text("写 30-50", "write 30-50")),
        (
            "30亩（含代征5亩）",
            "mu",
            A_NUMBER_OF_MU,
            Text("只写 30，把“(含代征5亩)”写到备注里", 'write only 30 and put "(含代征5亩)" in the notes'),
        ),
        ("待定", "mu", A_NUMBER_OF_MU, Text("不知道就留空", "leave the cell blank if it is not known")),
        (
            "20000㎡（约30亩）",
            "mu",
            A_NUMBER_OF_MU,
            Text("只写 30，把“(约30亩)”写到备注里", 'write only 30 and put "(约30亩)" in the notes'),
        ),
        ("30（公斤）", "mu", AN_AREA, MU_WITH_UNIT),
        ("几十亩", "mu", A_NUMBER_OF_MU, MU_WITH_UNIT),
        ("约30", "m", Text("一个数（米）", "a number of metres"), Text("写 30", "write 30")),
        ("30公斤", "mu", AN_AREA, MU_WITH_UNIT),
        ("30立方米", "mu", AN_AREA, MU_WITH_UNIT),
        ("30m3", "mu", AN_AREA, MU_WITH_UNIT),
        (
            "50-30",
            "mu",
            ORDER,
            Text("把两端按从小到大写：30-50亩", "write the smaller end first: 30-50 mu"),
        ),
        (
            "大于1并且小于1",
            "mu",
            Text("两端不同的范围", "a range whose ends differ"),
            Text("只写一个数，例如 30亩", "write one number, e.g. 30 mu"),
        ),
        (
            "充足",
            "mu",
            Text("一个数（亩）", "a number of mu"),
            Text(
                "写成数，可带单位，例如 30亩；不知道就留空",
                "write a number, with its unit if you like, e.g. 30 mu; "
                "leave the cell blank if it is not known",
            ),
        ),
        (
            "500kW",
            "kva",
            Text("用电容量（kVA 或 MVA）", "a power capacity (kVA or MVA)"),
            Text(
                "kW 不是 kVA：写 kVA，或用 kW 除以功率因数",
                "kW is not kVA: give kVA, or divide the kW by the power factor",
            ),
        ),
        (
            "8元/㎡",
            "yuan_m2_month",
            Text(
                "租金（元/㎡·月、元/㎡·天或元/㎡·年）", "a rent (yuan/m2/month, yuan/m2/day or yuan/m2/year)"
            ),
            Text(
                "写成数，可带单位，例如 8元/㎡·月",
                "write a number, with its unit if you like, e.g. 8 yuan/m2/month",
            ),
        ),
    ],
)
def test_says_what_is_expected_and_how_to_mend(raw: str, unit: str, expected: Text, fix: Text) -> None:
    fault = refusal(raw, unit)
    assert (fault.expected, fault.fix) == (expected, fix)


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        (math.nan, "mu"), (math.inf, "mu"), (10**400, "mu"), (True, "mu"), (None, "mu"), ("nan", "mu"),
        ("inf", "mu"),
        ("1e999", "mu"), ("1e99999999999", "mu"), ("9" * 5_000, "mu"), ("九" * 5_000, "mu"),
        ("30" + " " * 500 + "x", "mu"),
        ("30亩 (含代征5亩) 50", "mu"), ("30 50", "mu"), ("12 345", "count"), ("1,2000", "count"), ("1,5",
        "count"),
        ("5.", "count"), ("1.2.3", "count"), ("10²", "count"), ("20\u00ad30", "count"),
        ("3kN·㎡", "t_m2"), ("一到一百亩", "mu"), ("①5", "count"), ("2½", "count"), ("３０²",
        "count"),
        ("三五家", "count"), ("三四十亩", "mu"), ("数十家", "count"), ("十几家", "count"), ("百家", "count"),
        ("一十十", "count"), ("一百百", "count"), ("3万5", "count"), ("1.2万5000", "count"),
        ("三万零", "count"),
        ("近50家以上", "count"), ("超过50以下", "count"), ("30亩-50", "mu"), ("大于30并且小于50亩", "m2"),
        ("大于30并且大于50", "count"), ("30-50-70", "count"), ("¥20-100万", "wan"), ("二十到三百万元", "wan"),
        ("5千", "wan"), ("500万美元", "wan"), ("三万", "yuan_m2_month"), ("2万元/亩·年", "wan_per_mu"),
        ("30家", "mu"), ("30亩", "count"), ("20%", "count"), ("2.5个百分点", "percent"), ("4000吨", "tce"),
        ("50m³/h", "t_per_d"), ("2019-06-01", "count"), ("#REF!", "mu"), ("=1+1", "mu"), ("30亩、50亩", "mu"),
        ("±5", "m"), ("3*5", "m"), ("10/20", "t"), ("0x10", "count"), ("1_000", "count"), ("٣", "count"),
    ],
)  # fmt: skip
def test_refuses_rather_than_reading_a_part(raw: object, unit: str) -> None:
    refusal(raw, unit)


def test_unknown_units_of_columns_are_a_slip_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        parse("30", "acre")


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_every_example_is_readable(unit: str) -> None:
    example = UNITS[unit].example
    assert parse(example.zh, unit).strength == "="
    assert parse(example.en, unit).value == pytest.approx(parse(example.zh, unit).value)


@pytest.mark.parametrize("unit", UNITS)
def test_units_are_told_in_english_to_those_who_read_english(unit: str) -> None:
    told = UNITS[unit]
    assert [sign for sign in told.example.en + told.label.en + told.kind.en if sign >= "一"] == []


@given(
    st.sampled_from(
        [(unit, spelling) for unit in sorted(UNITS) for spelling in sorted(UNITS[unit].spellings)]
    ),
    st.integers(0, 10**9),
    st.integers(0, 6),
)
def test_every_spelling_is_read_exactly(case: tuple[str, str], digits: int, decimals: int) -> None:
    unit, spelling = case
    number = f"{digits // 10**decimals}.{digits % 10**decimals:0{decimals}}" if decimals else str(digits)
    if not spelling:
        assert parse(number, unit).value == float(number)
        return
    factor = UNITS[unit].spellings[spelling][0]
    assert parse(number + spelling, unit).value == float(Fraction(number) * factor)


@given(st.floats(min_value=1e-60, max_value=1e60) | st.floats(min_value=-1e60, max_value=-1e-60))
def test_written_floats_come_back(number: float) -> None:
    assert parse(repr(number), "mu").value == number


@given(
    st.text(alphabet="0123456789.,-~至到 亩万亿元百千十一二三点半约多以上不低于大小并且()/%ekVA", max_size=12)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse(text, "mu")
    except Unreadable:
        return
    assert math.isfinite(found.value)
    assert found.high is None or found.high > found.value


@pytest.mark.parametrize(("raw", "value"), [("1个亿", 10_000), ("2.5个亿元", 25_000), ("三个亿", 30_000)])
def test_reads_amounts_as_they_are_spoken(raw: str, value: float) -> None:
    assert parse(raw, "wan").value == value
