"""What small forms send, read with the fault a person can mend."""

from datetime import date
from typing import Final

from django.utils.dateparse import parse_date

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text

_MOST_DIGITS: Final = 9


def read_date(text: str) -> date | None:
    """Read a day; blank is None. Raises InputError."""
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        expected = Text("日期，如 2024-02-29", "a date like 2024-02-29")
        fix = Text("改正后再提交", "correct it and send again")
        raise InputError([problem_fault("not-a-date", text, expected, fix)])
    return day


def read_version(text: str) -> int:
    """Read the version a form was made from; what is no number fits no version."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0
