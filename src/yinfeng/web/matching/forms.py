"""What a page asks of the engine, read from its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text

LONGEST_S: Final = 600.0
_MOST_DIGITS: Final = 9
_TRY: Final = "try:"


@dataclass(frozen=True, slots=True)
class Asked:
    """The settings of a run as its form gives them."""

    title: str
    zones: tuple[str, ...]
    rulebook: str
    as_of: date
    with_pins: bool
    time_limit_s: float
    seed: int


def read_run(told: QueryDict) -> Asked:
    """Read the form of a new run; raises InputError with every fault."""
    faults: list[Fault] = []
    as_of = _read(
        told.get("as_of", ""), parse_date, Text("编制日期，如 2024-02-29", "a date like 2024-02-29"), faults
    )
    limit = _read(
        told.get("time_limit_s", "30"), _seconds, Text("1–600 的秒数", "seconds from 1 to 600"), faults
    )
    seed = _read(
        told.get("seed", "0"),
        _seed,
        Text("不超过九位的整数", "a whole number of at most nine digits"),
        faults,
    )
    if faults:
        raise InputError(faults)
    return Asked(
        title=told.get("title", "").strip()[:200],
        zones=tuple(told.getlist("zones")),
        rulebook=told.get("rulebook", "shanxi"),
        as_of=as_of or timezone.localdate(),
        with_pins=told.get("with_pins") == "on",
        time_limit_s=limit,
        seed=seed,
    )


def read_tried(told: QueryDict) -> list[Mapping[str, Any]]:
    """Read the pins and bars that a plan's page tries: fields ``try:PROJECT|PLACES`` with "pin" or "bar"."""
    tried: list[Mapping[str, Any]] = []
    for name, action in told.items():
        if name.startswith(_TRY) and action in ("pin", "bar"):
            project, _, places = name.removeprefix(_TRY).partition("|")
            tried.append({"project": project, "places": places.split(" + "), "action": action})
    return tried


def _seed(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(text)
    return int(text)


def _seconds(text: str) -> float:
    value = float(text)
    if not 1 <= value <= LONGEST_S:
        raise ValueError(text)
    return value


def _read(text: str, parse: Any, expected: Text, faults: list[Fault]) -> Any:
    try:
        value = parse(text)
    except ValueError:
        value = None
    if value is None and text:
        faults.append(
            problem_fault("not-read", text, expected, Text("改正后再提交", "correct it and send again"))
        )
    return value
