"""Quantities as people write them: number, unit, strength and range, read whole or refused."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from yinfeng.core.text import Text
from yinfeng.tables.numerals import CHINESE_SIGNS, MAGNITUDES, leading_number
from yinfeng.tables.spelling import Unreadable, fold
from yinfeng.tables.unit_spellings import UNITS, Unit

__all__ = ["UNITS", "Quantity", "Strength", "is_blank", "parse"]

Strength = Literal["=", ">", ">=", "<", "<=", "<~"]
"""How a value binds; ``<~`` is just under (近50家)."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in the unit asked for, with what was written."""

    value: float
    """The lower end of a range."""
    high: float | None
    """Upper end of a range, else None."""
    strength: Strength
    """Of a range: whether its lower end itself is meant (``>`` where not), else ``=``."""
    raw: str


_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?")
_DIGITS_AND_UNIT: Final = re.compile(
    r"([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,15}))?(?: ?([^\s0-9.,].*))?"
)
_GREATEST: Final = 1e300
_LONGEST: Final = 100  # signs; a longer cell is prose

_WORDS_BEFORE: Final[tuple[tuple[Strength, str], ...]] = (
    (">=", "大于或等于 大于或者等于 大于等于 不低于 不少于 不小于 不短于 至少 最少 最低"),
    (">=", "≥ >= ≧ ⩾ atleast nolessthan"),
    ("<=", "小于或等于 小于或者等于 小于等于 不超过 不大于 不高于 不多于 不长于 至多 最多 最高"),
    ("<=", "≤ <= ≦ ⩽ upto atmost nomorethan"),
    (">", "超过 超 过 多于 大于 高于 逾 突破 > over morethan greaterthan above"),
    ("<", "小于 低于 不足 不到 少于 不满 < under lessthan below"),
    ("<~", "接近 将近 近 nearly almost"),
)
_BEFORE: Final = {word: strength for strength, words in _WORDS_BEFORE for word in words.split()}
_WORDS_AFTER: Final[tuple[tuple[Strength, str], ...]] = (
    (">=", "以上 及以上 或以上 (含)以上 以上(含)"),
    ("<=", "以下 及以下 或以下 以内 之内 (含)以下 以下(含)"),
    (">", "有余 多 余"),
)
_AFTER: Final = {word: strength for strength, words in _WORDS_AFTER for word in words.split()}


def _any_of(words: Iterable[str]) -> str:
    """Give a pattern of the words that tries the longer ones first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NUMBER_START: Final = rf"(?=[+\-.0-9负¥{CHINESE_SIGNS}])"
_BEFORE_NUMBER: Final = re.compile(f"({_any_of(_BEFORE)}){_NUMBER_START}")
_AFTER_NUMBER: Final = re.compile(f"(.+?)({_any_of(_AFTER)})")
_LONE_MAGNITUDE: Final = re.compile("[百千万亿]")
_MANY_HUNDREDS: Final = re.compile("[百千万亿][多余]")
_MANY: Final = re.compile(f"((?:{_any_of(MAGNITUDES)})?)[多余](.*)")
_COUNTED_MAGNITUDE: Final = re.compile(f"(?<=[0-9{CHINESE_SIGNS}])个(?=[百千万亿])")  # 1个亿
_ADDS_NOTHING: Final = re.compile("^(?:共计|总计|合计|达到|共|计|达|为)")
_TO: Final = re.compile(rf"(?:至|到|~|-|—+|to){_NUMBER_START}")
_AROUND_RANGE: Final = re.compile("^(?:介于|从|由|在)|(?:之间|不等)$")
_TRAILING_MAGNITUDE: Final = re.compile("[百千万亿]+$")
_AND: Final = re.compile("并且|且|,?并|,|and|(?<=以上)(?=.)")
_ABOUT: Final = re.compile(
    "大约|大概|约为|约|左右|上下|前后|多半|估计|≈|^~|来(?=[亩个家项万亿])|about|around|approximately|approx\\.?|roughly"
)
_BRACKETED: Final = re.compile(r"[(\[【].*?[)\]】]")
_ENDS_IN_NUMBER: Final = re.compile("[0-9百千万亿]$")
_FOREIGN_MONEY: Final = re.compile("[美欧日港外][元币]|usd|eur|hkd|jpy")
_BLANK_BETWEEN_WORDS: Final = re.compile(r" (?![0-9.])|(?<![0-9.]) ")
_JOINS_OF_UNIT: Final = re.compile("[·・.*×/]+")
_SIGNS_OF_UNIT: Final = re.compile(r"[()^]")
_SHARE_OF: Final = re.compile("([百千])分之((?:(?![百千]分之|[至到~以并且,—-]).)+)")
_YUAN_FIRST: Final = re.compile("人民币(?=[0-9])")
_ANOTHER_NUMBER: Final = re.compile("(?<![mk])[0-9]")  # but m2, m3
_ANY_NUMBER: Final = re.compile(f"[0-9{CHINESE_SIGNS}]")
_EACH_FIRST: Final = re.compile(r"每(亩|平方米|平米|公顷|m2|年|月|天|日|小时)([^每]+)")
# Folding would turn 10² into 102, ①5 into 15, and 20-30 with a soft hyphen into 2030.
_HIDDEN_DIGIT: Final = re.compile("[0-9０-９][²³¹⁰⁴-⁹₀-₉]|[①-⓿❶-➓㊀-㊉\u00ad]")
_REAL_POWER: Final = re.compile("(?:kw|千瓦|mw|兆瓦)(?!h|时)")

_NOT_GIVEN: Final = frozenset(
    {
        "", "待定", "待补充", "待核实", "待填", "待答", "待确认", "待确定", "未定", "未知", "未填", "未明确",
        "暂未确定", "不详", "不明", "不明确", "不清楚",
        "无", "暂无", "没有", "空", "空白", "n/a", "na", "null", "none", "nil", "tbd", "unknown",
    }
)  # fmt: skip
_ONLY_MARKS: Final = re.compile(r"[-—–/\\_.·*]*")


def is_blank(raw: object) -> bool:
    """Say whether a cell means "not given": None, blank, ``待定``, ``/``, ``无``, ``N/A`` …; 0 does not."""
    if raw is None:
        return True
    if not isinstance(raw, str) or _PLAIN.fullmatch(raw):
        return False
    text = fold(raw).lower()
    return text in _NOT_GIVEN or _ONLY_MARKS.fullmatch(text) is not None


def parse(raw: object, unit: str) -> Quantity:
    """Read a quantity; a bare number is in ``unit``, a spelled unit is converted to it.

    unit: a key of `UNITS`; raises KeyError for another. A spelled unit without its period (``15万吨`` in a
    column of tonnes a year) takes the column's. A lone 万 or 亿 in a column of money means 万元 or 亿元.
    Per cent is read as a fraction. Raises Unreadable; never reads a part of what was written.
    """
    wanted = UNITS[unit]
    if type(raw) is float or type(raw) is int:
        return _bare(raw, wanted)
    if not isinstance(raw, str):
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return _bare(raw, wanted)
        raise _not_a_number(wanted)
    if _PLAIN.fullmatch(raw):
        return Quantity(float(raw) + 0.0, None, "=", raw)  # + 0.0: -0 is 0
    simple = _simple(raw, wanted)
    if simple is not None:
        return Quantity(simple, None, "=", raw)
    if len(raw) > _LONGEST or _HIDDEN_DIGIT.search(raw):
        raise _not_a_number(wanted)
    text = _YUAN_FIRST.sub("¥", _BLANK_BETWEEN_WORDS.sub("", fold(raw).lower()))
    text = _COUNTED_MAGNITUDE.sub("", text)
    simple = _simple(text, wanted)
    if simple is not None:
        return Quantity(simple, None, "=", raw)
    found = _worded(text, wanted)
    if found is None:
        raise _why_not(text, wanted)
    low, high, strength = found
    return Quantity(float(low), None if high is None else float(high), strength, raw)


def _simple(text: str, unit: Unit) -> float | None:
    """Read the common digits and unit (93.61亿元) without ado, rounded once; None for anything else."""
    found = _DIGITS_AND_UNIT.fullmatch(text)
    known = found and unit.spellings.get(found[3] or "")
    if not found or not known:
        return None
    decimals = found[2] or ""
    over, under = known[0].as_integer_ratio()
    return int(found[1].replace(",", "") + decimals) * over / (under * int("1" + "0" * len(decimals)))


def _bare(raw: float, unit: Unit) -> Quantity:
    if not -_GREATEST < raw < _GREATEST:  # also NaN
        raise _not_a_number(unit)
    return Quantity(float(raw) + 0.0, None, "=", str(raw).removesuffix(".0"))


@dataclass(frozen=True, slots=True)
class _End:
    """A number, the sign run it was written in, and the spelling of its unit."""

    number: Fraction
    numeral: str
    spelling: str

    def in_unit(self, unit: Unit) -> Fraction | None:
        if unit.is_money and not self.spelling and ("万" in self.numeral or "亿" in self.numeral):
            lone = unit.spellings.get("万")  # 五百万 in a column of 万元 is 500, as 500万 is
            return None if lone is None else self.number * lone[0] / MAGNITUDES["万"]
        known = _known(self.spelling, unit)
        return None if known is None else self.number * known[0]


def _end(text: str) -> _End | None:
    found = leading_number(text)
    if found is None:
        return _end_in_yuan(text[1:]) if text.startswith("¥") else None
    return _End(found[0], text[: len(text) - len(found[1])], found[1])


def _end_in_yuan(text: str) -> _End | None:
    """Read what follows a ¥: 5000 and 5000万 are yuan although 元 is not written."""
    end = _end(text)
    if end is None or (end.spelling and end.spelling not in MAGNITUDES):
        return end
    return _End(end.number, end.numeral, end.spelling + "元")


def _known(spelling: str, unit: Unit) -> tuple[Fraction, str] | None:
    """Find a spelling, if need be with its signs made alike: ``元/(㎡·月)`` as ``元/m2/月``."""
    known = unit.spellings.get(spelling)
    if known is None and spelling:
        spelling = _SIGNS_OF_UNIT.sub("", spelling).replace("每", "/").removesuffix("整")
        above, per, below = spelling.partition("/")
        known = unit.spellings.get(above + per + _JOINS_OF_UNIT.sub("/", below))
    return known


Reading = tuple[Fraction, Fraction | None, Strength]


def _worded(text: str, unit: Unit) -> Reading | None:
    """Read a quantity in words: bounded, a range, two bounds; None where it is none of them."""
    text = _EACH_FIRST.sub(r"\2/\1", _SHARE_OF.sub(_share, _ADDS_NOTHING.sub("", text)))
    bounded = _bounded(text)
    if bounded is not None:
        end, strength = bounded
        value = end.in_unit(unit)
        if value is not None:
            return value, None, strength
    return _range(text, unit) or _two_bounds(text, unit)


def _share(found: re.Match[str]) -> str:
    return found[2] + ("%" if found[1] == "百" else "‰")


def _bounded(text: str) -> tuple[_End, Strength] | None:
    """Read one end with the words that bind it: 超1000亿元, 100多项, 500亿元以上."""
    strengths: set[Strength] = set()
    if before := _BEFORE_NUMBER.match(text):
        strengths.add(_BEFORE[before[1]])
        text = text[before.end() :]
    if _LONE_MAGNITUDE.match(text) and (before or _MANY_HUNDREDS.match(text)):
        text = "一" + text  # 近百家, 千余亩
    if after := _AFTER_NUMBER.fullmatch(text):
        strengths.add(_AFTER[after[2]])
        text = after[1]
    end = _end(text)
    if end is None:
        return None
    if many := _MANY.fullmatch(end.spelling):
        strengths.add(">")
        end = _End(end.number, end.numeral, many[1] + many[2])
    if len(strengths) > 1:
        return None
    return end, strengths.pop() if strengths else "="


def _range(text: str, unit: Unit) -> Reading | None:
    """Read 20-100万元: the unit of the second end holds for the first where it has none."""
    text = _AROUND_RANGE.sub("", text)
    start = _end(text)
    to = start and _TO.search(text, len(start.numeral))
    if not to:
        return None
    low, high = _end(text[: to.start()]), _end(text[to.end() :])
    if low is None or high is None or (low.spelling and not high.spelling) or "¥" in text:
        return None
    upper = high.in_unit(unit)
    lower = _lower_end(low, high, unit)
    if lower is None or upper is None:
        return None
    return _ordered(lower, upper, ">=", "<=", unit)


def _lower_end(low: _End, high: _End, unit: Unit) -> Fraction | None:
    """Give the first end of a range in the column's unit, lending it what it leaves to the second."""
    if low.spelling:
        alone = low.in_unit(unit)
        if low.spelling not in MAGNITUDES:
            return alone
        known = _known(high.spelling, unit)  # 20万至100万元: the 元 is shared
        return known and _End(low.number, low.numeral, low.spelling + known[1]).in_unit(unit)
    shared = _TRAILING_MAGNITUDE.search(high.numeral)
    if shared and not low.numeral.endswith(shared[0]):
        # 三到五万 leaves the 万 to the second end; what 二十到三百万 leaves is anybody's guess.
        lent = low.number * MAGNITUDES[shared[0]]
        if len(low.numeral) > 1 or len(high.numeral) > 2 or lent >= high.number:
            return None
        low = _End(lent, low.numeral + shared[0], "")
    return _End(low.number, low.numeral, high.spelling).in_unit(unit)


def _two_bounds(text: str, unit: Unit) -> Reading | None:
    """Read 大于或等于1.3并且小于或等于1.5, in either order."""
    bounds = [_bounded(part) for part in _AND.split(text)]
    if len(bounds) != 2 or bounds[0] is None or bounds[1] is None:
        return None
    lower, upper = sorted((bounds[0], bounds[1]), key=lambda bound: bound[1] not in (">", ">="))
    low, high = lower[0].in_unit(unit), upper[0].in_unit(unit)
    if lower[1] not in (">", ">=") or upper[1] not in ("<", "<=") or low is None or high is None:
        return None
    if bool(lower[0].spelling) != bool(upper[0].spelling):
        return None
    return _ordered(low, high, lower[1], upper[1], unit)


def _ordered(low: Fraction, high: Fraction, at_low: Strength, at_high: Strength, unit: Unit) -> Reading:
    """Give the range, or the number where both ends are the same; refuse an empty one."""
    if low == high and at_low == ">=" and at_high == "<=":
        return low, None, "="
    if low == high:
        raise Unreadable(
            Text("两端不同的范围", "a range whose ends differ"),
            Text(f"只写一个数，例如 {unit.example.zh}", f"write one number, e.g. {unit.example.en}"),
        )
    if low > high:
        raise Unreadable(
            Text("从小到大的范围", "a range from the smaller to the greater"),
            Text(
                f"把两端按从小到大写：{_typed(float(high))}-{_typed(float(low))}{unit.label.zh}",
                f"write the smaller end first: {_typed(float(high))}-{_typed(float(low))} {unit.label.en}",
            ),
        )
    return low, high, ">" if at_low == ">" else "="


def _not_a_number(unit: Unit) -> Unreadable:
    return Unreadable(
        Text(f"一个数（{unit.label.zh}）", f"a number of {unit.label.en}"),
        Text(
            f"写成数，可带单位，例如 {unit.example.zh}",
            f"write a number, with its unit if you like, e.g. {unit.example.en}",
        ),
    )


def _why_not(text: str, unit: Unit) -> Unreadable:
    """Say what stands in the way, with the number to write where one can be seen."""
    number = _not_a_number(unit)
    if is_blank(text):
        return Unreadable(number.expected, Text("不知道就留空", "leave the cell blank if it is not known"))
    if _ABOUT.search(text) and (seen := _seen(_ABOUT.sub("", text), unit)):
        return Unreadable(number.expected, Text(f"写 {seen}", f"write {seen}"))
    if unit is UNITS["kva"] and _REAL_POWER.search(text):
        return Unreadable(
            unit.kind,
            Text(
                "kW 不是 kVA：写 kVA，或用 kW 除以功率因数",
                "kW is not kVA: give kVA, or divide the kW by the power factor",
            ),
        )
    if remark := _remark(text):
        seen = _seen(_BRACKETED.sub("", text), unit)
        if seen:
            return Unreadable(
                number.expected,
                Text(
                    f"只写 {seen}，把“{remark}”写到备注里",
                    f'write only {seen} and put "{remark}" in the notes',
                ),
            )
    end = _end(text)
    if end is not None and end.spelling and not _ANOTHER_NUMBER.search(end.spelling):
        return Unreadable(unit.kind, number.fix)
    if not _ANY_NUMBER.search(text):
        fix = Text("；不知道就留空", "; leave the cell blank if it is not known")
        return Unreadable(number.expected, Text(number.fix.zh + fix.zh, number.fix.en + fix.en))
    return number


def _remark(text: str) -> str | None:
    """Give a bracket that is no unit: it holds a number, or the unit stands before it."""
    found = _BRACKETED.search(text)
    if not found or _FOREIGN_MONEY.search(text):
        return None
    is_remark = _ANOTHER_NUMBER.search(found[0]) or not _ENDS_IN_NUMBER.search(text[: found.start()])
    return found[0] if is_remark else None


def _seen(text: str, unit: Unit) -> str | None:
    """Give the number or range a text holds in the column's unit, as one would type it."""
    try:
        found = _worded(text, unit)
    except Unreadable:
        return None
    if found is None or found[2] != "=":
        return None
    ends = [found[0]] if found[1] is None else [found[0], found[1]]
    return "-".join(_typed(float(end)) for end in ends)


def _typed(value: float) -> str:
    return str(int(value)) if value.is_integer() else f"{value:.10g}"


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it stands in a text, before any unit is taken into account."""

    number: Fraction
    step: Fraction
    """One in its last place: 1/100 for 93.61."""
    spelling: str
    """What follows the number, folded: its unit; empty where there is none."""
    strength: Strength


def parse_written(raw: object) -> Written:
    """Read a number exactly with what follows it, as a published figure is compared. Raises Unreadable."""
    text = str(raw).removesuffix(".0") if isinstance(raw, int | float) else str(raw)
    if len(text) > _LONGEST or _HIDDEN_DIGIT.search(text):
        raise _not_a_number(UNITS["count"])
    folded = _ADDS_NOTHING.sub("", _BLANK_BETWEEN_WORDS.sub("", fold(text).lower()))
    bounded = _bounded(folded)
    if bounded is None:
        raise _not_a_number(UNITS["count"])
    end, strength = bounded
    decimals = end.numeral.partition(".")[2]
    places = len(decimals) if decimals.isdigit() else 0
    return Written(end.number, Fraction(1, 10**places), end.spelling, strength)
