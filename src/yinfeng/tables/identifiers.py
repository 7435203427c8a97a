"""Codes: credit codes of firms, industry codes, and the office's own ids."""

import re
from typing import Final

from yinfeng.core.text import Text
from yinfeng.tables.spelling import Unreadable, fold

_BLANKS_AND_DASHES: Final = re.compile(r"[\s\-]")
_EXCEL_DIGITS: Final = 15  # Excel keeps no more digits of a number

# GB 32100-2015: no I, O, S, V, Z.
_USCC_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE: Final = {sign: value for value, sign in enumerate(_USCC_SIGNS)}
_USCC_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_USCC_LENGTH: Final = 18
_USCC: Final = Text("18 位统一社会信用代码", "a unified social credit code of 18 characters")

# GB/T 4754-2017: the last division of each section.
_LAST_DIVISION: Final = (
    ("A", 5), ("B", 12), ("C", 43), ("D", 46), ("E", 50), ("F", 52), ("G", 60),
    ("H", 62), ("I", 65), ("J", 69), ("K", 70), ("L", 72), ("M", 75), ("N", 79),
    ("O", 82), ("P", 83), ("Q", 85), ("R", 90), ("S", 96), ("T", 97),
)  # fmt: skip
_SECTION: Final = {
    f"{division:02}": section
    for (section, last), (_, before) in zip(_LAST_DIVISION, (("", 0), *_LAST_DIVISION), strict=False)
    for division in range(before + 1, last + 1)
}
# A name may follow; after a lone letter it needs a gap, for T恤 is no section.
_INDUSTRY: Final = re.compile(
    "(?:([A-T])?([0-9]{2,4})(?=[ :(一-鿿]|$)|([A-T])(?=[ :(]|$))(.*)", re.IGNORECASE
)
_SECOND_CODE: Final = re.compile("[0-9]{2}")
_INDUSTRY_CODE: Final = Text("国民经济行业代码（GB/T 4754-2017）", "an industry code of GB/T 4754-2017")


def parse_uscc(raw: object) -> str:
    """Read a unified social credit code and verify its check character (GB 32100-2015). Raises Unreadable."""
    if not isinstance(raw, str):
        raise Unreadable(_USCC, _AS_TEXT)
    code = _BLANKS_AND_DASHES.sub("", fold(raw)).upper()
    if len(code) != _USCC_LENGTH:
        raise Unreadable(
            _USCC,
            Text(
                f"现有 {len(code)} 位，对照营业执照改正", f"it has {len(code)}; check it against the licence"
            ),
        )
    for place, sign in enumerate(code, start=1):
        if sign not in _USCC_VALUE or (3 <= place <= 8 and not sign.isdigit()):
            raise Unreadable(
                _USCC,
                Text(
                    f"第 {place} 位不能是“{sign}”，对照营业执照改正",
                    f'character {place} cannot be "{sign}"; check it against the licence',
                ),
            )
    check = _uscc_check(code)
    if code[-1] != check:
        raise Unreadable(
            Text(f"校验码为“{check}”的统一社会信用代码", f'a unified social credit code ending in "{check}"'),
            Text(
                f"末位校验码应为“{check}”，不是“{code[-1]}”：有一位抄错了，对照营业执照改正",
                f'the check character should be "{check}", not "{code[-1]}": check each against the licence',
            ),
        )
    return code


def _uscc_check(code: str) -> str:
    total = sum(_USCC_VALUE[sign] * weight for sign, weight in zip(code, _USCC_WEIGHTS, strict=False))
    return _USCC_SIGNS[-total % 31]


def parse_industry(raw: object) -> str:
    """Read an industry code, with or without its name, as ``C3024``, ``C30`` or ``C``.

    The letter follows from the division. Whether the class exists is not looked up. Raises Unreadable.
    """
    if isinstance(raw, str):
        text = fold(raw)
    else:
        text = _whole_number(raw, _INDUSTRY_CODE)
        if len(text) in (1, 3):  # a number cell drops the zero of 0111
            raise _lost_zero(text)
    found = _INDUSTRY.fullmatch(text)
    if not found or _SECOND_CODE.search(found[4]):
        raise Unreadable(
            _INDUSTRY_CODE, Text("写代码，例如 C3024 或 3024", "write the code, e.g. C3024 or 3024")
        )
    letter, digits, alone, _ = found.groups()
    if alone:
        return str(alone).upper()
    section = _SECTION.get(digits[:2])
    if section is None:
        raise Unreadable(
            _INDUSTRY_CODE,
            Text(
                f"没有 {digits[:2]} 这个大类，大类为 01 至 97",
                f"there is no division {digits[:2]}; they are 01 to 97",
            ),
        )
    code = section + digits
    if letter and letter.upper() != section:
        raise Unreadable(
            _INDUSTRY_CODE,
            Text(
                f"大类 {digits[:2]} 属于门类 {section}，不是 {letter.upper()}：写 {code}，或改正数字",
                f"division {digits[:2]} is in section {section}, not {letter.upper()}: "
                f"write {code} or mend the digits",
            ),
        )
    return code


def _lost_zero(digits: str) -> Unreadable:
    short, long = digits, "0" + digits
    readings = [_SECTION[code[:2]] + code for code in (short, long) if code[:2] in _SECTION]
    return Unreadable(
        _INDUSTRY_CODE,
        Text(
            f"数字单元格会丢掉开头的 0：写成文本 {' 或 '.join(readings)}",
            f"a number cell drops a leading 0: write it as text, {' or '.join(readings)}",
        ),
    )


def parse_id(raw: object) -> str:
    """Read an id: folded, without blanks; the number 140100.0 is ``140100``. Raises Unreadable."""
    expected = Text("编号", "an id")
    if not isinstance(raw, str):
        return _whole_number(raw, expected)
    text = raw if raw.isascii() and raw.isalnum() else fold(raw).replace(" ", "")
    if not text:
        raise Unreadable(expected, Text("填上编号", "fill in the id"))
    return text


_AS_TEXT: Final = Text(
    f"Excel 的数字只保留 {_EXCEL_DIGITS} 位：把单元格设为文本后重填",
    f"Excel keeps {_EXCEL_DIGITS} digits of a number: format the cell as text and type it again",
)


def _whole_number(raw: object, expected: Text) -> str:
    """Write the number of a cell as the code it stands for."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not raw >= 0 or raw % 1:
        raise Unreadable(
            expected, Text("把单元格设为文本后重填", "format the cell as text and type it again")
        )
    if raw >= 10**_EXCEL_DIGITS:
        raise Unreadable(expected, _AS_TEXT)
    return str(int(raw))
