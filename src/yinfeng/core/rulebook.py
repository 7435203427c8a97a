"""Entries of a rulebook: every price and threshold with its date, basis and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yinfeng.core.text import Text

UNSOURCED = Text("出处待核", "source to be checked")
"""What is said beside a figure whose entry is an assumption."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was read: what people are shown when they ask where a number is from."""

    key: str
    value: Any
    """As TOML gives it: number, text, date, list or table."""
    unit: Text
    valid_from: date
    basis: str
    """law, standard, policy (the zone's own) or assumption (no source found)."""
    source: str
    title: Text
    rulebook: str
    """The rulebook it stands in, which may be one that the chosen rulebook inherits."""

    @property
    def is_sourced(self) -> bool:
        """Whether somebody can look the value up; an assumption is to be checked before it is relied on."""
        return self.basis != "assumption"


@dataclass(frozen=True, eq=False, slots=True)
class Rules:
    """The entries of a rulebook that hold on a day, by key."""

    name: str
    on: date
    entries: Mapping[str, Entry]

    def value(self, key: str) -> Any:
        """Give an entry's value; KeyError for a key that was not read."""
        return self.entries[key].value

    def unsourced(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Give those of the keys whose entry is an assumption."""
        return tuple(key for key in keys if not self.entries[key].is_sourced)
