"""How far ahead the re-check date of a place may be set: the rulebook says how long what was seen holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.places.freshness import recheck_days

COLUMN: Final = "recheck_on"
LABEL: Final = Text("复核日期", "Recheck on")
FIX: Final = Text(
    "写这一天或更早的日期；到现场看过，才能再往后推",
    "give that day or an earlier one; once the place is seen on site it can be later",
)
_NO_LATER: Final = Text(
    "{last} 或更早的日期（{key} 的核实日期是 {seen}，规则库 verified.recheck_days 为 {days} 天）",
    "{last} or an earlier day ({key} was verified on {seen}; the rulebook's verified.recheck_days is {days})",
)
_NO_LATER_UNSEEN: Final = Text(
    "{last} 或更早的日期（{key} 还没有到现场核实，规则库 verified.recheck_days 为 {days} 天）",
    "{last} or an earlier day ({key} was never verified on site; "
    "the rulebook's verified.recheck_days is {days})",
)


_REASON: Final = Text("复核日期 {found} 太晚，应为 {expected}", "re-check date {found}: expected {expected}")


def reason(key: str, verified_on: date | None, recheck_on: date | None) -> Text | None:
    """Say in a sentence why a re-check date is not taken; None where it is."""
    said = expected(key, verified_on, recheck_on)
    return None if said is None else _REASON.format(found=recheck_on, expected=said)


def expected(key: str, verified_on: date | None, recheck_on: date | None) -> Text | None:
    """Say what is expected in the place of a re-check date that is too late; None where it is not."""
    if recheck_on is None:
        return None
    today = timezone.localdate()
    days = recheck_days(today)
    last = (verified_on or today) + timedelta(days)
    if recheck_on <= last:
        return None
    said = _NO_LATER if verified_on else _NO_LATER_UNSEEN
    return said.format(last=last, key=key, seen=verified_on, days=days)


def refuse_too_late(writes: Iterable[tuple[str, Mapping[str, Any], Any]]) -> None:
    """Raise InputError for every re-check date of places that is set and too late.

    writes: key, columns with their new values, the record held or None.
    """
    faults = list(_faults(writes))
    if faults:
        raise InputError(faults)


def _faults(writes: Iterable[tuple[str, Mapping[str, Any], Any]]) -> Iterator[Fault]:
    for key, values, record in writes:
        wanted = values.get(COLUMN)
        if wanted == getattr(record, COLUMN, None):
            continue
        seen = values.get("verified_on", getattr(record, "verified_on", None))
        said = expected(key, seen, wanted)
        if said is not None:
            fault = problem_fault("recheck-too-late", wanted, said, FIX)
            yield replace(fault, column=COLUMN, label=LABEL)
