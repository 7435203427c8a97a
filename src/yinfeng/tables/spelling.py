"""The ways people type the same text: widths, blanks, dashes, lists in one cell."""

import re
import unicodedata
from typing import Final

from yinfeng.core.text import Text


class Unreadable(Exception):  # noqa: N818 - reads as what the cell is
    """A cell cannot be read; says what is expected there and how to mend it."""

    def __init__(self, expected: Text, fix: Text) -> None:
        self.expected = expected
        self.fix = fix
        super().__init__(f"expected {expected.en}; {fix.en}")


# The long dash — stays: it is punctuation in prose and a range only between numbers.
_SAME_SIGN: Final = str.maketrans(dict.fromkeys("‐‑‒–−⁃", "-") | dict.fromkeys("〜∼˜", "~"))
# Blanks nobody sees: zero-width marks, direction marks, byte-order mark, soft hyphen, controls.
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]"
)
_BLANKS: Final = re.compile(r"\s+")
_NOT_IN_HEADERS: Final = re.compile(r"[\s_\-—*:]+")

_LIST_MARKS: Final = "、，,;；/／\n\r|｜"
_LIST_MARK: Final = re.compile(f"[{_LIST_MARKS}]")
_OPENING: Final = "（([【〔《“「{"
_CLOSING: Final = "）)]】〕》”」}"


def fold(text: str) -> str:
    """Give the text with one spelling per sign: NFKC, half width, single blanks, no unseen marks.

    A newline becomes a blank. ``至``, ``到`` and the long dash ``—`` are left for the parsers.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SAME_SIGN)
    text = _UNSEEN.sub("", text)
    return _BLANKS.sub(" ", text).strip()


def header_key(text: str) -> str:
    """Give what two spellings of one column header share: no case, blanks, ``_``, ``-``, ``*``, ``：``."""
    return _NOT_IN_HEADERS.sub("", fold(text).lower())


def split_list(text: str) -> tuple[str, ...]:
    """Split a cell at ``、，,;；/|`` and newlines: folded items in order, no blanks, no repeats.

    Marks inside brackets do not split, unless the brackets do not pair.
    """
    items = (fold(item) for item in _cut(text))
    return tuple(dict.fromkeys(item for item in items if item))


def _cut(text: str) -> list[str]:
    if not any(sign in text for sign in _OPENING):
        return _LIST_MARK.split(text)
    items = []
    start = depth = 0
    for place, sign in enumerate(text):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth < 0:
            break
        if depth == 0 and sign in _LIST_MARKS:
            items.append(text[start:place])
            start = place + 1
    return [*items, text[start:]] if depth == 0 else _LIST_MARK.split(text)
