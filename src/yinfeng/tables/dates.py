"""Dates as people write them and as Excel keeps them."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, NoReturn

from yinfeng.core.text import Text
from yinfeng.tables.spelling import Unreadable, fold

Precision = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Day:
    """A date with how exactly it was given; a month or a year stands on its first day."""

    on: date
    precision: Precision
    raw: str


FOUNDING: Final = date(1949, 10, 1)
LATEST: Final = date(2199, 12, 31)

NOT_YET: Final = frozenset(
    {
        "未约定", "暂未约定", "没有约定", "约定不明", "约定不明确", "未规定", "至今", "未消除", "尚未消除",
        "未开工", "尚未开工", "未动工", "尚未动工", "未竣工", "尚未竣工", "未完工", "尚未完工", "未交地",
        "尚未交地", "未申报", "未受理", "未办理", "尚未办理", "办理中", "在办", "未办结", "尚未办结",
    }
)  # fmt: skip
"""What people write in a column of dates of something that has not been agreed or has not happened."""

_EXPECTED: Final = Text("日期", "a date")
_WRITE_ISO: Final = Text("写成 2019-06-01 或 2019年6月1日", "write it as 2019-06-01 or 2019年6月1日")

_NOW_IS_BLANK: Final = Text("现在就可以，则留空或写今天的日期", "leave it blank, or write today's date")

_EXCEL_EPOCH: Final = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # 1954-10-03 to 2119-01-11

# Dates that programs put where nothing was typed.
_PLACEHOLDERS: Final = frozenset(
    {
        date(1, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1901, 1, 1),
        date(1970, 1, 1), date(2099, 12, 31), date(9999, 12, 31),
    }
)  # fmt: skip
_ZERO_DATES: Final = frozenset({(1900, 1, 0), (0, 0, 0)})

_TIME: Final = (
    r"(?:[ T]?(?:[01]?[0-9]|2[0-4])[:时点](?:[0-5]?[0-9](?:[:分](?:[0-5]?[0-9](?:\.[0-9]+)?秒?)?)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_DAY: Final = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}})(?![0-9]){_TIME}")
_DAY_IN_WORDS: Final = re.compile(
    rf"([0-9]{{4}}) ?年 ?([0-9]{{1,2}}) ?月 ?([0-9]{{1,2}}) ?(?:[日号]|(?![0-9])){_TIME}"
)
_COMPACT: Final = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH: Final = re.compile("([0-9]{4})(?:[-/.]| ?年 ?)([0-9]{1,2})(?: ?月份?)?")
_COMPACT_MONTH: Final = re.compile("((?:19|20)[0-9]{2})(0[1-9]|1[0-2])")
_YEAR: Final = re.compile("([0-9]{4}) ?年?")
_NOW: Final = re.compile(
    "即时|即日起?|立即|随时|现在|现房|现货|现状|目前|已具备|已交付|已可用|可?立即.{0,4}|可?随时.{0,4}|now|immediately",
    re.IGNORECASE,
)
_ROUGHLY: Final = re.compile("([0-9]{4}) ?年.*(?:初|中|底|末|前|后|上半年|下半年|季度|旬|至今|以来|左右)")
_SHORT_YEAR: Final = re.compile(
    "'?([0-9]{2})(?:[-/.]| ?年 ?)[0-9]{1,2}(?:(?:[-/.]| ?月 ?)[0-9]{1,2} ?[日号]?| ?月)?"
)


def parse(raw: object, *, earliest: date = FOUNDING) -> Day:
    """Read a date; the time of day is dropped.

    A number is an Excel serial (20000..80000), 20190601, a year, or a year and month (2013.03).
    Placeholders such as 1900-01-01 and dates before ``earliest`` are refused. Raises Unreadable.
    """
    if isinstance(raw, str):
        return _from_text(raw, earliest)
    if isinstance(raw, date):
        on = raw.date() if isinstance(raw, datetime) else raw
        return Day(_checked(on, earliest), "day", str(raw))
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise Unreadable(_EXPECTED, _WRITE_ISO)
    return _from_number(raw, earliest)


def _from_text(raw: str, earliest: date) -> Day:
    text = fold(raw)
    if found := _DAY.fullmatch(text):
        return _day(found[1], found[3], found[4], raw, earliest)
    if found := _DAY_IN_WORDS.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(found[1], found[2], found[3], raw, earliest)
    if found := _MONTH.fullmatch(text):
        return _month(int(found[1]), int(found[2]), raw, earliest)
    if found := _YEAR.fullmatch(text):
        return _year(int(found[1]), raw, earliest)
    if found := _SHORT_YEAR.fullmatch(text):
        raise Unreadable(
            Text("四位数年份的日期", "a date with a year of four digits"),
            Text(
                f"两位数年份不知是 19{found[1]} 年还是 20{found[1]} 年，写全四位",
                f"a year of two digits may be 19{found[1]} or 20{found[1]}: write all four",
            ),
        )
    if found := _COMPACT_MONTH.fullmatch(text):
        raise _without_mark(found)
    if _NOW.fullmatch(text):
        raise Unreadable(_EXPECTED, _NOW_IS_BLANK)
    if found := _ROUGHLY.fullmatch(text):
        raise Unreadable(
            Text("确定的年月", "a definite month"),
            Text(f"写到月，例如 {found[1]}-06", f"write year and month, e.g. {found[1]}-06"),
        )
    raise Unreadable(_EXPECTED, _WRITE_ISO)


def _without_mark(found: re.Match[str]) -> Unreadable:
    # 201106 may be June 2011 or 6 November 2020.
    write = f"{found[1]}-{found[2]}"
    return Unreadable(_EXPECTED, Text(f"若是年月，写成 {write}", f"if it is a month, write it as {write}"))


def _from_number(number: float, earliest: date) -> Day:
    raw = str(number).removesuffix(".0")
    if _FIRST_SERIAL <= number < _LAST_SERIAL + 1:
        return Day(_checked(_EXCEL_EPOCH + timedelta(days=int(number)), earliest), "day", raw)
    whole, _, decimals = raw.partition(".")
    if found := _COMPACT.fullmatch(raw):
        return _day(found[1], found[2], found[3], raw, earliest)
    if found := _COMPACT_MONTH.fullmatch(raw):
        raise _without_mark(found)
    if len(whole) != 4 or len(decimals) > 2:
        raise Unreadable(_EXPECTED, _WRITE_ISO)
    if not decimals:
        return _year(int(whole), raw, earliest)
    if decimals == "1":
        raise Unreadable(
            Text("写成文本的年月", "a month written as text"),
            Text(
                f"数字会丢掉末尾的 0，{raw} 可能是 1 月或 10 月：写成 {whole}-01 或 {whole}-10",
                f"a number drops its last 0, {raw} may be January or October: write {whole}-01 or {whole}-10",
            ),
        )
    return _month(int(whole), int(decimals), raw, earliest)


def _day(year: str, month: str, day: str, raw: str, earliest: date) -> Day:
    parts = int(year), int(month), int(day)
    if parts in _ZERO_DATES:
        _refuse_placeholder()
    return Day(_checked(_existing(*parts), earliest), "day", raw)


def _month(year: int, month: int, raw: str, earliest: date) -> Day:
    if not 1 <= month <= 12:
        raise Unreadable(
            Text("存在的年月", "a month that exists"),
            Text(f"没有 {year} 年 {month} 月，改正它", f"there is no month {month}; mend it"),
        )
    on = _existing(year, month, 1)
    if (year, month) == (earliest.year, earliest.month):  # the month the first day allowed lies in
        return Day(on, "month", raw)
    return Day(_checked_span(on, earliest), "month", raw)


def _year(year: int, raw: str, earliest: date) -> Day:
    on = _existing(year, 1, 1)
    if year == earliest.year:
        return Day(on, "year", raw)
    return Day(_checked_span(on, earliest), "year", raw)


def _existing(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(
            Text("存在的日期", "a date that exists"),
            Text(
                f"没有 {year}-{month:02}-{day:02} 这一天，改正它",
                f"there is no {year}-{month:02}-{day:02}; mend it",
            ),
        ) from None


def _checked(on: date, earliest: date) -> date:
    if on in _PLACEHOLDERS:
        _refuse_placeholder()
    return _checked_span(on, earliest)


def _checked_span(on: date, earliest: date) -> date:
    if not earliest <= on <= LATEST:
        raise Unreadable(
            Text(f"{earliest} 至 {LATEST} 之间的日期", f"a date from {earliest} to {LATEST}"),
            Text("改正年份；不知道就留空", "mend the year, or leave the cell blank if it is not known"),
        )
    return on


def _refuse_placeholder() -> NoReturn:
    raise Unreadable(
        Text("真实日期，不是占位日期", "a date; this is a placeholder, not a date"),
        Text("写真实日期；不知道就留空", "write the true date, or leave the cell blank if it is not known"),
    )
