"""The units of ledger columns and every spelling people use for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from yinfeng.core.text import Text
from yinfeng.core.units import (
    DAYS_PER_YEAR,
    KG_PER_T,
    M2_PER_HECTARE,
    M2_PER_MU,
    MM_PER_M,
    MONTHS_PER_YEAR,
    YUAN_PER_WAN,
)
from yinfeng.tables.numerals import MAGNITUDES

Spellings = Mapping[str, Fraction]

KN_PER_T: Final = Fraction("9.80665")  # standard gravity


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a column: its words for messages and what each spelling comes to in it."""

    label: Text
    kind: Text
    """The dimension with its usual spellings, as a message says it."""
    example: Text
    spellings: Mapping[str, tuple[Fraction, str]]
    """Folded, lower-case spelling without blanks → factor to this unit, and the spelling without 万, 亿 …"""
    is_money: bool = False
    """Whether a lone 万 or 亿 means 万元 or 亿元 (per what the column is per)."""


def _spelled(factors: Mapping[str, Fraction | int]) -> dict[str, Fraction]:
    """Split "亩 mu" → 亩, mu, each with the factor."""
    return {word: Fraction(factor) for words, factor in factors.items() for word in words.split()}


def _per(upper: Spellings, lower: Spellings, *, bare: bool = False) -> dict[str, Fraction]:
    """Spell one unit per another: 元/亩; ``bare``: the lower may be left out at factor 1."""
    spelled = {f"{a}/{b}": x / y for a, x in upper.items() for b, y in lower.items()}
    return (dict(upper) | spelled) if bare else spelled


_AREA: Final = _spelled(
    {
        "m2 平方米 平米 平方 平 sqm sq.m squaremetres squaremeters": 1,
        "亩 mu": M2_PER_MU,
        "公顷 ha hm2 hectare hectares": M2_PER_HECTARE,
        "平方公里 km2 平方千米 sqkm": 10**6,
    }
)
_MONEY: Final = _spelled({"元 元人民币 圆 yuan rmb cny": 1, "×10kyuan": YUAN_PER_WAN})
_LENGTH: Final = _spelled(
    {
        "米 m 公尺 metre metres meter meters": 1,
        "公里 千米 km": 1_000,
        "分米 dm": Fraction(1, 10),
        "厘米 公分 cm": Fraction(1, 100),
        "毫米 mm": Fraction(1, MM_PER_M),
    }
)
_MASS: Final = _spelled({"吨 t 公吨 tonne tonnes": 1, "公斤 千克 kg": Fraction(1, KG_PER_T)})
_FORCE: Final = _spelled({"kn 千牛": 1 / KN_PER_T, "kg 公斤 千克": Fraction(1, KG_PER_T), "t 吨": 1})
_SQUARE_METRE: Final = {word: size for word, size in _AREA.items() if size == 1}
_APPARENT_POWER: Final = _spelled({"kva 千伏安": 1, "mva 兆伏安": 1_000, "va 伏安": Fraction(1, 1_000)})
_COAL: Final = _spelled(
    {
        "吨标准煤 吨标煤 tce": 1,
        "公斤标准煤 千克标准煤 kgce": Fraction(1, KG_PER_T),
    }
)
_VOLUME: Final = _spelled({"m3 立方米 立方 方 标方 标准立方米 nm3 标立方米": 1})
_WORK: Final = _spelled(
    {"千瓦时 度 度电 kwh kw·h kw.h 千瓦·时 千瓦小时": 1, "兆瓦时 mwh": 1_000, "吉瓦时 gwh": 10**6}
)
_WATER: Final = _spelled({"吨 t 公吨 m3 立方米 立方 方": 1})
_STEAM: Final = _spelled({"吨 t 蒸吨 吨蒸汽 t蒸汽": 1, "公斤 千克 kg": Fraction(1, KG_PER_T)})
# How long each period is, in years, days, months.
_IN_YEARS: Final = _spelled(
    {
        "年 a y yr year 每年": 1,
        "月 个月 month": Fraction(1, MONTHS_PER_YEAR),
        "天 日 d day": Fraction(1, DAYS_PER_YEAR),
    }
)
_IN_DAYS: Final = {word: years * DAYS_PER_YEAR for word, years in _IN_YEARS.items()}
_IN_MONTHS: Final = {word: years * MONTHS_PER_YEAR for word, years in _IN_YEARS.items()}
_YEAR: Final = {word: years for word, years in _IN_YEARS.items() if years == 1}
_HOUR: Final = _spelled({"小时 时 h hour": 1})
_RENT: Final = _per(_per(_MONEY, _AREA), _IN_MONTHS) | _per(_per(_MONEY, _IN_MONTHS), _AREA)
_DURATION: Final = _spelled(
    {"年 周年 a year years yr": 1, "月 个月 month months": Fraction(1, MONTHS_PER_YEAR)}
)
_COUNTERS: Final = _spelled(
    {"项 个 家 条 人 台 户 座 件 处 幢 栋 间 套 次 名 宗 块 层 只 辆 所 批 份 种 类 期": 1}
)
_SHARE: Final = _spelled({"%": Fraction(1, 100), "‰": Fraction(1, 1_000), "成": Fraction(1, 10)})


def _unit(
    label: Text,
    kind: Text,
    example: Text,
    known: Spellings,
    size: Fraction | int = 1,
    *,
    magnitudes: bool = True,
    is_money: bool = False,
    after_magnitude: Spellings = MappingProxyType({}),
) -> Unit:
    """Lay out a unit of ``size`` base units.

    after_magnitude: what may follow a 万 or 亿 that stands for 万元 or 亿元, with its value in base units.
    """
    words = {"": Fraction(size), **known} if not is_money else dict(known)
    spellings = {word: (factor / size, word) for word, factor in words.items()}
    if magnitudes:
        alike: dict[tuple[int, int], list[str]] = {}  # most words are synonyms: a size is reckoned once
        for word, factor in words.items():
            alike.setdefault((factor.numerator, factor.denominator), []).append(word)
        for mark, times in MAGNITUDES.items():
            for (over, under), synonyms in alike.items():
                worth = Fraction(over, under) * times / size
                for word in synonyms:
                    spellings.setdefault(mark + word, (worth, word))
    for mark in ("万", "百万", "千万", "亿", "十亿", "百亿", "千亿", "万亿"):
        for word, factor in after_magnitude.items():
            spellings.setdefault(mark + word, (factor * MAGNITUDES[mark] / size, word))
    if is_money:
        spellings[""] = (Fraction(1), "")
    return Unit(label, kind, example, MappingProxyType(spellings), is_money)


_AREA_KIND: Final = Text("面积（亩、㎡ 或公顷）", "an area (mu, m² or ha)")
_LENGTH_KIND: Final = Text("长度（米、厘米、毫米或公里）", "a length (m, cm, mm or km)")
_DURATION_KIND: Final = Text("时长（年或个月）", "a length of time (years or months)")
_BARE_MONEY: Final = MappingProxyType({"": Fraction(1)})
_BARE_PER_AREA: Final = MappingProxyType(
    {f"/{area}": 1 / size for area, size in _AREA.items()} | {"": 1 / M2_PER_MU}
)

UNITS: Final[Mapping[str, Unit]] = MappingProxyType(
    {
        "m2": _unit(Text("平方米", "m²"), _AREA_KIND, Text("12000平方米", "12000 m2"), _AREA),
        "mu": _unit(Text("亩", "mu"), _AREA_KIND, Text("30亩", "30 mu"), _AREA, M2_PER_MU),
        "ha": _unit(Text("公顷", "hectares"), _AREA_KIND, Text("2公顷", "2 ha"), _AREA, M2_PER_HECTARE),
        "wan": _unit(
            Text("万元", "×10k yuan"),
            Text("人民币金额（元、万元或亿元）", "an amount of money (a bare number is ×10k yuan)"),
            Text("5000万元", "5000"),
            _per(_MONEY, _YEAR, bare=True),
            YUAN_PER_WAN,
            is_money=True,
            after_magnitude=_BARE_MONEY,
        ),
        "wan_per_mu": _unit(
            Text("万元/亩", "×10k yuan per mu"),
            Text(
                "单位面积金额（万元/亩、元/㎡ 或万元/公顷）",
                "an amount per area (a bare number is ×10k yuan per mu)",
            ),
            Text("300万元/亩", "300"),
            _per(_MONEY, _AREA),
            YUAN_PER_WAN / M2_PER_MU,
            is_money=True,
            after_magnitude=_BARE_PER_AREA,
        ),
        "yuan_m2_month": _unit(
            Text("元/㎡·月", "yuan per m² and month"),
            Text(
                "租金（元/㎡·月、元/㎡·天或元/㎡·年）", "a rent (yuan/m2/month, yuan/m2/day or yuan/m2/year)"
            ),
            Text("8元/㎡·月", "8 yuan/m2/month"),
            _RENT,
            is_money=True,
        ),
        "m": _unit(Text("米", "metres"), _LENGTH_KIND, Text("10.5米", "10.5 m"), _LENGTH),
        "km": _unit(Text("公里", "km"), _LENGTH_KIND, Text("12公里", "12 km"), _LENGTH, 1_000),
        "t": _unit(
            Text("吨", "tonnes"), Text("重量（吨或公斤）", "a weight (t or kg)"), Text("10吨", "10 t"), _MASS
        ),
        "t_m2": _unit(
            Text("吨/㎡", "tonnes per m²"),
            Text("荷载（吨/㎡、kg/㎡ 或 kN/㎡）", "a load (t/㎡, kg/㎡ or kN/㎡)"),
            Text("3吨/㎡", "3 t/m2"),
            _per(_FORCE, _SQUARE_METRE) | {"kpa": 1 / KN_PER_T},
        ),
        "kva": _unit(
            Text("kVA", "kVA"),
            Text("用电容量（kVA 或 MVA）", "a power capacity (kVA or MVA)"),
            Text("2500kVA", "2500kVA"),
            _APPARENT_POWER,
        ),
        "tce": _unit(
            Text("吨标准煤/年", "tonnes of coal equivalent a year (tce)"),
            Text("年能耗（吨标准煤或万吨标准煤）", "energy a year (tce or kgce)"),
            Text("4000吨标准煤", "4000 tce"),
            _per(_COAL, _YEAR, bare=True),
        ),
        "t_per_yr": _unit(
            Text("吨/年", "tonnes a year"),
            Text("年吨数（吨/年或万吨/年）", "tonnes a year (t/a or t/year)"),
            Text("15万吨/年", "150000 t/year"),
            _per(_MASS, _IN_YEARS, bare=True),
        ),
        "t_per_d": _unit(
            Text("吨/天", "tonnes a day"),
            Text("日水量（吨/天或立方米/天）", "water a day (t/d or m3/d)"),
            Text("300吨/天", "300 t/day"),
            _per(_WATER, _IN_DAYS, bare=True),
        ),
        "m3_per_yr": _unit(
            Text("立方米/年", "m³ a year"),
            Text("年气量（立方米/年或万方/年）", "gas a year (m3/a or m3/year)"),
            Text("500万方/年", "5000000 m3/year"),
            _per(_VOLUME, _IN_YEARS, bare=True),
        ),
        "m3": _unit(
            Text("立方米", "m³"),
            Text("体积（立方米或万立方米）", "a volume (m3)"),
            Text("42000立方米", "42000 m3"),
            _VOLUME,
        ),
        "kwh": _unit(
            Text("千瓦时/年", "kWh a year"),
            Text("年用电量（千瓦时或万千瓦时）", "power a year (kWh or MWh)"),
            Text("480万千瓦时", "4800000 kWh"),
            _per(_WORK, _YEAR, bare=True),
        ),
        "t_per_h": _unit(
            Text("吨/小时", "tonnes an hour"),
            Text("蒸汽量（吨/小时）", "steam an hour (t/h or kg/h)"),
            Text("20吨/小时", "20 t/h"),
            _per(_STEAM, _HOUR, bare=True),
        ),
        "years": _unit(Text("年", "years"), _DURATION_KIND, Text("40年", "40 years"), _DURATION),
        "months": _unit(
            Text("个月", "months"),
            _DURATION_KIND,
            Text("18个月", "18 months"),
            _DURATION,
            Fraction(1, MONTHS_PER_YEAR),
        ),
        "count": _unit(
            Text("个数", "things"),
            Text("一个不带度量单位的数", "a number without a unit of measure"),
            Text("12", "12"),
            _COUNTERS,
        ),
        "percent": _unit(
            Text("百分数", "per cent"),
            Text("百分数（27.65% 或 0.2765）", "a share (27.65% or 0.2765)"),
            Text("27.65%", "27.65%"),
            _SHARE,
            magnitudes=False,
        ),
    }
)
"""The units a column may have, by the key used in the data dictionaries."""
