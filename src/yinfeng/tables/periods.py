"""Periods as people write them: 2024H1, 2024年上半年, 2024年1-8月, 截至2024年8月底, 2024年前三季度."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from yinfeng.core.period import Period, last_day, months_of, year_to
from yinfeng.core.text import Text
from yinfeng.tables.dates import parse as parse_day
from yinfeng.tables.spelling import Unreadable, fold

_YEAR: Final = r"((?:19|20)[0-9]{2})"
_QUARTER: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_UP_TO: Final = re.compile("^(?:截至|截止|至|到)(?:到)?|(?:底|末|止)$")
_EXPECTED: Final = Text("一段时间", "a period")
_FIX: Final = Text(
    "写成 2024、2024H1、2024年上半年、2024年1-8月、2024年8月或 2024-08-31",
    "write 2024, 2024H1, 2024Q3, 2024-01..2024-08, 2024-08 or 2024-08-31",
)

_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Period]], ...]] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (rf"{_YEAR}(?:年度?|全年|年全年)?", lambda m: months_of(int(m[1]), 1, 12)),
        (rf"{_YEAR}年?(?:上半年|h1)", lambda m: months_of(int(m[1]), 1, 6)),
        (rf"{_YEAR}年?(?:下半年|h2)", lambda m: months_of(int(m[1]), 7, 12)),
        (
            rf"{_YEAR}年?(?:q([1-4])|第?([一二三四1-4])季度)",
            lambda m: _quarter(int(m[1]), _QUARTER[m[2] or m[3]]),
        ),
        (rf"{_YEAR}年?前([二三23])个?季度", lambda m: months_of(int(m[1]), 1, 3 * _QUARTER[m[2]])),
        (
            rf"{_YEAR}年?([0-9]{{1,2}})月?(?:-|—+|~|至|到)([0-9]{{1,2}})月份?",
            lambda m: months_of(int(m[1]), int(m[2]), int(m[3])),
        ),
        (
            rf"{_YEAR}-([0-9]{{1,2}})\.\.{_YEAR}-([0-9]{{1,2}})",
            lambda m: Period(date(int(m[1]), int(m[2]), 1), months_of(int(m[3]), int(m[4]), int(m[4])).end),
        ),
        (
            rf"{_YEAR}(?:年|-|/|\.)([0-9]{{1,2}})(?:月份?)?",
            lambda m: months_of(int(m[1]), int(m[2]), int(m[2])),
        ),
    )
)


def parse_period(raw: object) -> Period:
    """Read a period; a single day means its year up to that day. Raises Unreadable."""
    if isinstance(raw, str):
        text = fold(raw).lower().replace(" ", "")
        is_up_to = bool(_UP_TO.search(text))
        text = _UP_TO.sub("", text)
        for form, make in _FORMS:
            found = form.fullmatch(text)
            if found:
                period = _made(found, make)
                return year_to(period.end) if is_up_to else period
        raw = text
    try:
        day = parse_day(raw)
    except Unreadable as error:
        raise Unreadable(_EXPECTED, _FIX) from error
    if day.precision == "year":
        return months_of(day.on.year, 1, 12)
    if day.precision == "month":
        return months_of(day.on.year, day.on.month, day.on.month)
    return year_to(day.on)


def _made(found: re.Match[str], make: Callable[[re.Match[str]], Period]) -> Period:
    try:
        period = make(found)
    except (ValueError, IndexError) as error:  # month 13
        raise Unreadable(_EXPECTED, _FIX) from error
    if period.start > period.end:
        raise Unreadable(_EXPECTED, _FIX)
    return period


def _quarter(year: int, number: int) -> Period:
    last = 3 * number
    return Period(date(year, last - 2, 1), date(year, last, last_day(year, last)))
