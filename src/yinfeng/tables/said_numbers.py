"""Numbers in running Chinese text: each with its unit, the words on both sides, and how exact it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_WIDE: Final = str.maketrans(
    "０１２３４５６７８９％．，＋－（）／：", "0123456789%.,+-()/:"
)  # one sign for one: places in the text stay
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z.])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?![0-9])")
_UNIT: Final = re.compile(
    r"\s*(?P<more>多|余|来)?\s*(?:"
    r"(?P<points>个?百分点)|(?P<percent>%)|"
    r"(?P<scale>万亿|千亿|百亿|十亿|亿|千万|百万|万|千)?(?P<more2>多|余)?"
    r"(?P<name>美元|欧元|港元|日元|元|平方公里|平方千米|平方米|公里|公顷|亩|千瓦时|千瓦|吨标准煤|吨|立方米|"
    r"[a-zA-Z]{1,4}(?![a-zA-Z])|[个项家户宗条套台次人名栋座处起批件省市县所支只笔倍天辆])?"
    r")(?P<beyond>以上|左右|以下|以内|上下)?"
)
_SCALE: Final = {
    "": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十亿": 10**9,
    "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
}  # fmt: skip
_YUAN_PER_YI: Final = 10**8
_CURRENCIES: Final = frozenset({"元", "美元", "欧元", "港元", "日元"})
_NOT_A_QUANTITY: Final = re.compile(
    r"^\s*(?:年(?!产)|月(?!产)|日(?![元均产])|号|时(?!序)|点(?!火)|期(?!间)|届|个?(?:月|工作日|小时|星期|季度|年头)|[-~—至到]\s*[0-9]+\s*(?:月|日|年))"
)
_ORDINAL: Final = re.compile(r"(?:第|〔|\[|[0-9]年|[0-9]月)\s*$")
_INEXACT: Final = re.compile(
    r"(?:超过|超|逾|突破|不低于|不少于|(?<![附临最])近|(?<![签合履条公])约|不到|不足|接近|至少|至多)\s*$"
)
_STOP: Final = '，,。;；：:、!！?？()\n\r\t《》“”"【】'
"""What ends the words that belong to a number."""


@dataclass(frozen=True, slots=True)
class Said:
    """A number as a text says it: money in 亿元, per cent as shares, else as it stands."""

    start: int
    end: int
    """Behind its unit."""
    value: Fraction
    step: Fraction
    """One in its last place, in the same unit as the value."""
    dimension: str
    """share, points, ``元``, or the unit as written, such as ``个``; empty without one."""
    raw: str
    is_exact: bool
    """Whether it stands without 超, 近, 余 and such."""
    before: str
    """The words in front of it, from the stop or number before."""
    after: str
    """The words behind it, up to the next stop or number."""
    runs_on: bool
    """Whether the words behind it lead on to another number without a stop."""

    @property
    def is_rate(self) -> bool:
        """Whether it is a per cent or a number of percentage points."""
        return self.dimension in ("share", "points")


def plain(text: str) -> str:
    """Give a text with full-width digits, per cent signs and brackets made plain; places stay the same."""
    return text.translate(_WIDE)


def numbers_in(text: str) -> list[Said]:
    """Find the numbers of a text that `plain` gave, in order; dates and ordinals are left out."""
    spans = list(_spans(text))
    found = []
    for place, (number, unit) in enumerate(spans):
        last = spans[place - 1][1].end() if place else 0
        following = spans[place + 1][0].start() if place + 1 < len(spans) else len(text)
        before = _back_to_stop(text[last : number.start()])
        gap = text[unit.end() : following]
        after = _up_to_stop(gap)
        runs_on = place + 1 < len(spans) and len(after) == len(gap)
        found.append(_said(text, number, unit, before, after, runs_on))
    return found


def _spans(text: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    for number in _NUMBER.finditer(text):
        ahead = text[number.end() : number.end() + 12]
        if _NOT_A_QUANTITY.match(ahead) or _ORDINAL.search(text[max(0, number.start() - 6) : number.start()]):
            continue
        if _is_range_of_days(text, number):
            continue
        unit = _UNIT.match(text, number.end())
        if unit is not None:
            yield number, unit


def _is_range_of_days(text: str, number: re.Match[str]) -> bool:
    """Say whether it is the second number of ``1-6月`` or ``2024-06``."""
    return bool(re.search(r"[0-9]\s*[-~—至到]\s*$", text[: number.start()])) and bool(
        re.match(r"\s*(?:月|日|年|-)|$", text[number.end() :])
    )


def _back_to_stop(words: str) -> str:
    at = max((words.rfind(sign) for sign in _STOP), default=-1)
    return words[at + 1 :].strip()


def _up_to_stop(words: str) -> str:
    ends = [at for sign in _STOP if (at := words.find(sign)) >= 0]
    return words[: min(ends)] if ends else words


def _said(
    text: str, number: re.Match[str], unit: re.Match[str], before: str, after: str, runs_on: bool
) -> Said:
    digits = number[0].replace(",", "")
    value, step = Fraction(digits), Fraction(1, 10 ** len(digits.partition(".")[2]))
    if re.search(r"(?<![0-9年月日])[-−]$", text[: number.start()]):
        value, before = -value, before[:-1]
    scale, name = unit["scale"] or "", unit["name"] or ""
    if unit["percent"] or unit["points"]:
        dimension, factor = "share" if unit["percent"] else "points", Fraction(1, 100)
    elif name in _CURRENCIES or (scale.endswith("亿") and not name):
        dimension, factor = name or "元", Fraction(_SCALE[scale], _YUAN_PER_YI)
    else:
        dimension, factor = name, Fraction(_SCALE[scale])
    inexact = unit["more"] or unit["more2"] or unit["beyond"] or _INEXACT.search(before)
    raw = text[number.start() : unit.end()].strip()
    return Said(
        number.start(), unit.end(), value * factor, step * factor, dimension, raw,
        not inexact, before, after.strip(), runs_on,
    )  # fmt: skip
