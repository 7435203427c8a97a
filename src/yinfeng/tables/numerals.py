"""Numbers as people write them, Arabic and Chinese, read exactly."""

import re
from fractions import Fraction
from types import MappingProxyType
from typing import Final

MAGNITUDES: Final = MappingProxyType(
    {
        "百": 10**2,
        "千": 10**3,
        "万": 10**4,
        "十万": 10**5,
        "百万": 10**6,
        "千万": 10**7,
        "亿": 10**8,
        "十亿": 10**9,
        "百亿": 10**10,
        "千亿": 10**11,
        "万亿": 10**12,
    }
)
"""Words put between a number and its unit."""

_DIGITS: Final = MappingProxyType({sign: value for value, sign in enumerate("零一二三四五六七八九")})
_FORMAL: Final = str.maketrans("〇○两兩壹贰叁肆伍陆柒捌玖拾佰仟萬億", "零零二二一二三四五六七八九十百千万亿")
_PLACES: Final = (("亿", 10**8), ("万", 10**4), ("千", 10**3), ("百", 10**2), ("十", 10))

CHINESE_SIGNS: Final = "零〇○一二两兩三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億点半"
_CHINESE: Final = re.compile(f"负?[{CHINESE_SIGNS}]+")
# Two digits at most in the exponent: 1e999999999 must not be worked out.
_ARABIC: Final = re.compile(
    r"([+-]|负)?"
    r"((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?![0-9]))?(?:\.([0-9]+))?"
    r"(?:e([+-]?[0-9]{1,2})(?![0-9]))?"
)
_LOWER_PART: Final = re.compile(r"([百千万亿])([0-9]+(?:\.[0-9]+)?)")
_OWN_MAGNITUDE: Final = re.compile("[十百千]?万|[百千]")


def leading_number(text: str) -> tuple[Fraction, str] | None:
    """Read the number a folded, lower-case text without blanks begins with, and give what follows it.

    ``1亿2000万元`` gives 120,000,000 and ``元``, ``1.2万元`` 1.2 and ``万元``;
    None where no number stands first.
    """
    arabic = _ARABIC.match(text)
    if arabic and (arabic[2] or arabic[3]):
        return _with_lower_parts(_arabic(arabic), text[arabic.end() :])
    chinese = _CHINESE.match(text)
    if not chinese:
        return None
    numeral = chinese[0]
    value = read_chinese(numeral)
    if value is None and numeral.endswith("千"):  # 五百千伏安: it belongs to the unit
        numeral = numeral[:-1]
        value = read_chinese(numeral)
    return None if value is None else (value, text[len(numeral) :])


def _arabic(found: re.Match[str]) -> Fraction:
    sign, whole, decimals, exponent = found.groups()
    whole = (whole or "0").replace(",", "")
    value = Fraction(int(whole + decimals), 10 ** len(decimals)) if decimals else Fraction(int(whole))
    if exponent:
        value *= Fraction(10) ** int(exponent)
    return -value if sign in ("-", "负") else value


def _with_lower_parts(upper: Fraction, rest: str) -> tuple[Fraction, str]:
    """Add what follows in ``1亿2000万`` and ``1万2000``; give the number alone where that is unclear."""
    found = _LOWER_PART.match(rest)
    if not found or upper.denominator != 1:
        return upper, rest
    place = MAGNITUDES[found[1]]
    after = rest[found.end() :]
    lower, left = _with_lower_parts(Fraction(found[2]), after)
    if left == after:
        own = _OWN_MAGNITUDE.match(after)
        if own:
            lower, left = lower * MAGNITUDES[own[0]], after[own.end() :]
        elif lower < place // 10:  # 3万5 may be 30005 or 35000
            return upper, rest
    if lower >= place or left.startswith(("百", "千", "万", "亿")):
        return upper, rest
    return upper * place + lower, left


def read_chinese(text: str) -> Fraction | None:
    """Read a Chinese numeral, else None: ``一千二`` is 1200, ``一百零五`` 105, ``三点五万`` 35000."""
    text = text.translate(_FORMAL)
    if text.startswith("负"):
        value = read_chinese(text[1:])
        return None if value is None else -value
    if text == "半":
        return Fraction(1, 2)
    whole, point, decimals = text.partition("点")
    if point:
        return _with_decimals(whole, decimals)
    number = _whole(text)
    return None if number is None else Fraction(number)


def _with_decimals(whole: str, decimals: str) -> Fraction | None:
    digits = decimals.rstrip("百千万亿")
    magnitude = decimals[len(digits) :]
    number = _whole(whole)
    if number is None or not digits or any(sign not in _DIGITS for sign in digits):
        return None
    if magnitude and magnitude not in MAGNITUDES:
        return None
    fraction = Fraction(int("".join(str(_DIGITS[sign]) for sign in digits)), 10 ** len(digits))
    return (number + fraction) * MAGNITUDES.get(magnitude, 1)


def _whole(text: str) -> int | None:
    """Read a whole numeral by its largest place; the left of 十 may be left out."""
    for mark, size in _PLACES:
        left, found, right = text.rpartition(mark)
        if not found:
            continue
        above = 1 if mark == "十" and not left else _whole(left)
        below = _below(right, size)
        if above is None or below is None or not 0 < above < (size if size >= 10**4 else 10):
            return None
        return above * size + below
    if len(text) == 1:
        return _DIGITS.get(text)
    # 二零一九 is read sign by sign; 三五 may mean three to five.
    if len(text) > 2 and "零" in text[1:] and all(sign in _DIGITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    return None


def _below(text: str, size: int) -> int | None:
    """Read what follows a place: a lone digit counts its tenths (一千二), one after 零 counts ones."""
    if not text:
        return 0
    if len(text) == 1:
        digit = _DIGITS.get(text)
        return digit * (size // 10) if digit else None
    number = _whole(text.removeprefix("零"))
    return number if number is not None and number < size else None
