"""What becomes of the rows of a file, before it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from yinfeng.core.errors import Fault
from yinfeng.tables.difference import RowChange

Pair = tuple[Any, Any]
"""A value before and after."""

NONE: Final[Mapping[str, Pair]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one row, with what the dictionary does not tell."""

    change: RowChange
    zones: tuple[str, ...] = ()
    """Zones the row belongs to, as it is and as it would be."""
    own: Mapping[str, Pair] = field(default_factory=dict)
    """Field beside the dictionary → its values."""
    raws: Mapping[str, Pair] = field(default_factory=dict)
    """Column → how its value was written."""


@dataclass(frozen=True, eq=False, slots=True)
class Compared:
    """A file, or an undo, against what is held."""

    ledger: str
    effects: tuple[Effect, ...]
    faults: tuple[Fault, ...]
    names: Mapping[str, str]
    """Key → how people know the record."""
    unread: Mapping[int, str] = field(default_factory=dict)
    """Row that could not be read → its id as it is written."""
