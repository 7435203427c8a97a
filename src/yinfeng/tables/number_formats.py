"""What a workbook shows that its cells do not hold: the zeros and the units of number formats.

A cell that holds 30 and shows 30亩 is read as 30亩, one that holds 1 and shows 001 as 001.
"""

import re
import zipfile
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree

_STYLES: Final = "xl/styles.xml"
_ZEROS: Final = re.compile("0{2,}")
_WITH_WORD: Final = re.compile(r'[#,]*[0#]+(?:\.[0#]+)?[ _\\]*"([^"]*[^\W\d_][^"]*)"(?:;.*)?')


def telling_formats(book: zipfile.ZipFile) -> dict[int, str]:
    """Give the formats that show zeros or words, by the style index cells have."""
    if _STYLES not in book.namelist():
        return {}
    styles = ElementTree.fromstring(book.read(_STYLES))
    code_of = {
        one.get("numFmtId"): one.get("formatCode", "") for one in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    formats = (code_of.get(one.get("numFmtId"), "") for one in styles.iterfind("{*}cellXfs/{*}xf"))
    return {index: code for index, code in enumerate(formats) if _tells(code)}


def find_cells(piece: bytes, formats: Mapping[int, str]) -> dict[str, str]:
    """Give the formats of the cells of a piece of a sheet's XML, by address."""
    if not formats:
        return {}
    indexes = "|".join(map(str, formats)).encode()
    cell = re.compile(
        rb"""<(?:\w+:)?c\s(?=[^>]*?\br=["']([A-Z]{1,3}\d{1,7})["'])[^>]*?\bs=["'](%b)["'][^>]*[^/]>"""
        % indexes
    )
    return {address.decode(): formats[int(index)] for address, index in cell.findall(piece)}


def as_shown(number: float, code: str) -> str:
    """Write a number with the zeros or the word its format shows."""
    word = _WITH_WORD.fullmatch(code)
    text = str(int(number)) if number.is_integer() else repr(number)
    return f"{text}{word[1].strip()}" if word else text.zfill(len(code))


def _tells(code: str) -> bool:
    return bool(_ZEROS.fullmatch(code) or _WITH_WORD.fullmatch(code))
