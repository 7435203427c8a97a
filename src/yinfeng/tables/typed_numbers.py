"""Numbers of targets and published figures: 94.7%, 93.61亿元, 31个, 6.6个百分点, each by its indicator."""

import re
from fractions import Fraction
from typing import Final

from yinfeng.core.progress.problem import Typed
from yinfeng.core.text import Text
from yinfeng.tables.columns import find_choice
from yinfeng.tables.quantities import UNITS, Written, parse_written
from yinfeng.tables.spelling import Unreadable, fold

WAN_PER_YI: Final = 10_000

_COUNTS: Final = frozenset(
    {
        "signed-count", "trips", "trip-provinces", "trip-cities", "contacts", "agreements", "landed",
        "planned-projects",
    }
)  # fmt: skip
_AMOUNTS: Final = frozenset(
    {
        "signed-amount", "total-investment", "planned-investment", "done-investment", "output-at-capacity",
        "induced-output", "industrial-value-added", "industrial-investment", "fixed-investment", "trade",
        "industrial-output", "tax", "foreign-capital",
    }
)  # fmt: skip
_ENDS: Final = (
    (re.compile("(?:目标)?(?:任务)?完成率$"), "completion"),
    (re.compile("(?:的)?(?:同比)?(?:增速|增长率|增幅|同比增长)$"), "growth"),
    (re.compile("(?:超时序|超序时|快于时序|超进度|领先时序|超时序进度|超序时进度)(?:进度)?$"), "lead"),
)
_REMARK: Final = re.compile(r"\(.*?\)|^(?:19|20)[0-9]{2}年(?:度|上半年|全年)?")
_PER_CENT: Final = re.compile("^(?:%|个?百分点|pp)$")
_BEHIND: Final = re.compile("落后|慢于|低于|滞后|负|^-|−")
_FALLING: Final = re.compile("^(?:同比)?(?:下降|减少|降低|回落)")
_GROWING: Final = re.compile("^(?:同比)?(?:增长|增加|提高|上升|增速)")
_A_NUMBER: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_ALL: Final = frozenset({"全部", "全", "全部完成", "全部复工", "全部开工", "all"})
_NO_UNIT_WORDS: Final = frozenset({"", "-", "/", "无"})

_MONEY: Final = UNITS["wan"].spellings
_COUNTERS: Final = UNITS["count"].spellings


def indicator_code(text: str) -> str:
    """Give the code of an indicator that people name; a name that is not known stays as it is, folded."""
    folded = fold(text)
    for name in (folded, _REMARK.sub("", folded).strip()):
        known = find_choice("progress_indicator", name)
        if known is not None:
            return known
        for end, suffix in _ENDS:
            base = end.sub("", name)
            if base != name:
                whole = find_choice("progress_indicator", base)
                if whole is not None:
                    return f"{whole}-{suffix}"
    return _REMARK.sub("", folded).strip() or folded


def kind_of(code: str, *texts: str) -> str:
    """Say what kind of number an indicator is: by its code, else by how its values are written."""
    for suffix, kind in (
        ("-rate", "share"),
        ("-completion", "share"),
        ("-lead", "points"),
        ("-growth", "growth"),
    ):
        if code.endswith(suffix):
            return kind
    if code in _COUNTS or code in _AMOUNTS:
        return "count" if code in _COUNTS else "amount"
    told = " ".join(fold(text) for text in texts if text)
    if "百分点" in told:
        return "points"
    if "%" in told:
        return "growth" if re.search("增速|增长|增幅", code) else "share"
    if re.search("[元亿万]", told):
        return "amount"
    return "share" if code.endswith("率") else "count"


def read_number(raw: str, kind: str, unit: str = "") -> Typed:
    """Read a number of an indicator: shares as fractions, money in 亿元, else as it stands.

    unit: the unit written beside it, for numbers that bear none. Raises Unreadable.
    """
    text = fold(raw).replace(" ", "")
    if kind in ("share", "points", "growth"):
        return _per_cent(text, kind, fold(unit), raw)
    written = parse_written(text)
    factor = _factor(written, kind, fold(unit).lower())
    return Typed(
        written.number * factor, written.step * factor, written.strength, raw, is_money=kind == "amount"
    )


def read_sides(numerator: str, denominator: str, unit: str = "") -> tuple[Typed | None, Typed | None]:
    """Read a printed numerator and denominator; a unit that one of them bears holds for the other too.

    Raises Unreadable.
    """
    texts = [fold(text).replace(" ", "") for text in (numerator, denominator)]
    units = [
        fold(unit).lower(),
        *(parse_written(text).spelling for text in texts if text and "%" not in text),
    ]
    money = next((word for word in units if word and word in _MONEY), "")
    return tuple(_side(text, money) if text else None for text in texts)  # type: ignore[return-value]


def _side(text: str, money: str) -> Typed:
    if "%" in text:
        return _per_cent(text, "share", "%", text)
    return read_number(text, "amount" if money else "count", money)


def _per_cent(text: str, kind: str, unit: str, raw: str) -> Typed:
    if text in _ALL:
        return Typed(Fraction(1), Fraction(1, 100), "=", raw)
    if kind == "points":
        number = _A_NUMBER.search(text)
        if number is None:
            raise _unreadable("6.6个百分点")
        written = parse_written(number[0])
        sign = -1 if _BEHIND.search(text) else 1
        return Typed(sign * written.number / 100, written.step / 100, "=", raw)
    sign = -1 if _FALLING.search(text) else 1
    written = parse_written(_GROWING.sub("", _FALLING.sub("", text)))
    is_per_cent = bool(_PER_CENT.match(written.spelling)) or _PER_CENT.match(unit) is not None
    if written.spelling and not is_per_cent:
        raise _unreadable("94.7%")
    # a cell shown as 94.7% holds 0.947
    is_share = not is_per_cent and abs(written.number) <= 1
    over = 1 if is_share else 100
    return Typed(sign * written.number / over, written.step / over, written.strength, raw)


def _factor(written: Written, kind: str, unit: str) -> Fraction:
    spelling = written.spelling or ("" if unit in _NO_UNIT_WORDS else unit)
    if kind == "amount":
        known = _MONEY.get(spelling) if spelling else None
        if known is None:
            raise _unreadable("93.61亿元", Text("，写明单位", ", with its unit"))
        return known[0] / WAN_PER_YI
    known = _COUNTERS.get(spelling)
    if known is None and (any(sign.isdigit() for sign in spelling) or spelling in _MONEY):
        raise _unreadable("31个")
    return known[0] if known is not None else Fraction(1)


def _unreadable(example: str, more: Text | None = None) -> Unreadable:
    extra = more or Text("", "")
    return Unreadable(
        Text(f"一个数{extra.zh}", f"a number{extra.en}"), Text(f"写成 {example}", f"write {example}")
    )
