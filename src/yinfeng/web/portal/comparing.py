"""Places side by side: the same facts in one row, and whether they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yinfeng.bulletins.pack import Fact, FactGroup
from yinfeng.core.text import Text
from yinfeng.web.portal import facts
from yinfeng.web.portal.public import PublicPlace

_TERMS: Final = Text("供应条件", "Terms")


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of all places; None where a place has no such fact, as a parcel has no clear height."""

    label: Text
    cells: tuple[Fact | None, ...]

    @property
    def differs(self) -> bool:
        """Tell whether the places are not alike in it."""
        return len({None if cell is None else cell.value for cell in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together."""

    title: Text
    rows: tuple[Row, ...]


def side_by_side(places: Sequence[PublicPlace]) -> tuple[Group, ...]:
    """Line up the facts of places by group and label, in the order they first appear."""
    columns = [_by_title(place) for place in places]
    titles = dict.fromkeys(title for column in columns for title in column)
    return tuple(Group(title, _rows([column.get(title, {}) for column in columns])) for title in titles)


def _by_title(place: PublicPlace) -> dict[Text, dict[Text, Fact]]:
    groups = [FactGroup(_TERMS, facts.terms(place)), *facts.groups(place)]
    return {group.title: {fact.label: fact for fact in group.facts} for group in groups}


def _rows(columns: Sequence[dict[Text, Fact]]) -> tuple[Row, ...]:
    labels = dict.fromkeys(label for column in columns for label in column)
    return tuple(Row(label, tuple(column.get(label) for column in columns)) for label in labels)
