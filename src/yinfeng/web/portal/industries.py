"""Industries by name: the divisions of GB/T 4754-2017 that come to zones, found by what somebody makes."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from yinfeng.core.text import Text
from yinfeng.tables.spelling import fold

_CODE: Final = re.compile("([A-T])([0-9]{2,4})(?![0-9A-Za-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Industry:
    """A division with the words people use for what it makes."""

    code: str
    name: Text
    words: tuple[str, ...]

    @property
    def label(self) -> Text:
        """Its code with its name, as the form suggests it."""
        return Text(f"{self.code} {self.name.zh}", f"{self.code} {self.name.en}")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was made of the words somebody wrote."""

    code: str
    """Code of the industry; empty where no one industry was recognised."""
    suggestions: tuple[Industry, ...]
    """Industries whose words were found, the likeliest first."""


@cache
def industries() -> tuple[Industry, ...]:
    """Give the industries, by code."""
    file = resources.files("yinfeng.web.portal") / "industries.csv"
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    return tuple(
        Industry(
            row["code"],
            Text(row["zh"], row["en"]),
            tuple(f"{row['words_zh']}|{row['words_en']}".lower().split("|")),
        )
        for row in rows
    )


def name_of(code: str) -> Text:
    """Name the industry of a code; the code itself where the list has none."""
    return next((one.name for one in industries() if code.startswith(one.code)), Text(code, code))


def recognise(made: str) -> Recognised:
    """Find the industry of what somebody makes: by its code if one is written, else by its words.

    The longest word found decides, since “铝型材” says more than “铝”.
    """
    text = fold(made).lower()
    code = _CODE.match(text)
    if code:
        return Recognised(code[0].upper(), ())
    found = [
        (max((len(word) for word in one.words if _says(text, word)), default=0), one) for one in industries()
    ]
    found += [(len(one.name.zh), one) for one in industries() if one.name.zh in text]
    likely = sorted((pair for pair in found if pair[0]), key=lambda pair: (-pair[0], pair[1].code))
    suggestions = tuple(dict.fromkeys(one for _, one in likely))
    is_clear = len(suggestions) == 1 or (len(likely) > 1 and likely[0][0] > likely[1][0])
    return Recognised(suggestions[0].code if suggestions and is_clear else "", suggestions[:4])


def _says(text: str, word: str) -> bool:
    """Tell whether a word stands in a text: a Chinese one anywhere, an English one where a word begins."""
    return re.search(rf"\b{re.escape(word)}", text) is not None if word.isascii() else word in text
