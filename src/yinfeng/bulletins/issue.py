"""An issue of a bulletin: its figures with the rows and rules they were counted by, which can be frozen."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from yinfeng.bulletins.template import Template
from yinfeng.core.figures import Figure
from yinfeng.core.text import Text

ShowFigure = Callable[[Figure | None], Text]
"""Says a figure in both languages, also one that cannot be given."""
Cell = tuple[Text, Text]
"""A column's label and what the row has in it."""


@dataclass(frozen=True, slots=True)
class RowContent:
    """A row of a ledger as it was when the issue was made."""

    row: str
    """``ledger:id``."""
    ledger: Text
    cells: tuple[Cell, ...]
    synthetic: tuple[str, ...] = ()
    """Names of its made-up fields; 全部: all of them."""

    @property
    def hash(self) -> str:
        """What tells two contents apart: of the ledger, the cells and what is made up."""
        told = [self.ledger.zh, [[label.zh, text.zh] for label, text in self.cells], list(self.synthetic)]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class UsedRule:
    """A rulebook entry that decided something in a figure."""

    key: str
    title: Text
    value: Text
    unit: Text
    valid_from: date
    basis: Text
    is_sourced: bool
    source: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure that was published before, which is not what the rows say."""

    code: str
    printed: str
    verdict: Text
    note: Text
    source: str
    row: str
    """Row of the ledger of published figures; empty where it stood in a text."""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that is not what it was."""

    code: str
    title: Text
    sentences: tuple[str, ...]
    """Ids of the sentences it stands in."""
    old: Text
    new: Text


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row added, removed, or with other cells; of each cell its label, what it held and what it holds."""

    row: str
    ledger: Text
    kind: str
    cells: tuple[tuple[Text, Text, Text], ...]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rulebook entry that is not what it was."""

    key: str
    title: Text
    old: Text
    new: Text


@dataclass(frozen=True, slots=True)
class Correction:
    """What a restatement changed, and the day it was made."""

    made_on: date
    edition: int
    """The edition it led to."""
    figures: tuple[FigureChange, ...]
    rows: tuple[RowChange, ...]
    rules: tuple[RuleChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """All that a paper is printed from."""

    template: Template
    zone: str
    period: str
    period_words: Text
    """上半年, as sentences have it."""
    period_full: Text
    """2024年上半年."""
    rulebook: str
    made_on: date
    figures: tuple[Figure, ...]
    rows: tuple[RowContent, ...]
    rules: tuple[UsedRule, ...]
    printed: tuple[Printed, ...] = ()
    edition: int = 1
    corrections: tuple[Correction, ...] = field(default=())
    """Oldest first."""

    def figure(self, code: str) -> Figure | None:
        """Give a figure by code; None where no row gives it."""
        return next((figure for figure in self.figures if figure.code == code), None)

    @property
    def is_synthetic(self) -> bool:
        """Whether any of its rows holds made-up data."""
        return any(row.synthetic for row in self.rows)


def rows_of(figure: Figure) -> tuple[str, ...]:
    """List the rows of a figure, those of the denominator first, each once."""
    sides = [side for side in (figure.denominator, figure.numerator) if side is not None]
    return tuple(dict.fromkeys(row for side in sides for row in side.rows))


def restated(old: Issue, new: Issue, shown: ShowFigure) -> Issue:
    """Give the issue to print again: the old one where nothing changed, else the new one with what changed.

    shown: says a figure in both languages. Rows whose id is a row number may have moved: they count as the
    same where their content is the same.
    """
    rows = tuple(_row_changes(old.rows, new.rows))
    rules = tuple(_rule_changes(old.rules, new.rules))
    figures = tuple(_figure_changes(old, new, shown))
    if not (rows or rules or figures):
        return old
    correction = Correction(new.made_on, old.edition + 1, figures, rows, rules)
    return replace(new, edition=old.edition + 1, corrections=(*old.corrections, correction))


def _row_changes(old: Sequence[RowContent], new: Sequence[RowContent]) -> list[RowChange]:
    before, after = _unmoved(old, new)
    pairs = _pairs(before, after)
    changes = [_changed(before[row], after[other]) for row, other in pairs.items()]
    changes += [_one_sided(one, "removed") for row, one in before.items() if row not in pairs]
    changes += [_one_sided(one, "added") for row, one in after.items() if row not in pairs.values()]
    return changes


def _pairs(before: Mapping[str, RowContent], after: Mapping[str, RowContent]) -> dict[str, str]:
    """Say which row became which: by id; by what they have in common where the id is a row number."""
    pairs = {row: row for row in before if row in after and not _is_numbered(row)}
    free = [row for row in after if _is_numbered(row)]
    for row, one in before.items():
        alike = [
            (_in_common(one, after[other]), other) for other in free if after[other].ledger == one.ledger
        ]
        share, other = max(alike, default=(0.0, ""), key=lambda pair: pair[0])
        if _is_numbered(row) and share >= _ALIKE:
            pairs[row] = other
            free.remove(other)
    return pairs


def _is_numbered(row: str) -> bool:
    return row.partition(":")[2].isdigit()


def _in_common(one: RowContent, other: RowContent) -> float:
    held, holds = set(one.cells), set(other.cells)
    return len(held & holds) / max(len(held), len(holds), 1)


_ALIKE: Final = 0.6
"""Share of the cells that two contents have in common where one row became the other."""


def _unmoved(
    old: Sequence[RowContent], new: Sequence[RowContent]
) -> tuple[dict[str, RowContent], dict[str, RowContent]]:
    """Leave out the rows whose content is in both, under whatever row number."""
    before, after = {one.row: one for one in old}, {one.row: one for one in new}
    for row in [row for row in before if row in after and before[row].hash == after[row].hash]:
        del before[row], after[row]
    by_hash = {one.hash: row for row, one in after.items()}
    for row, one in list(before.items()):
        moved = by_hash.pop(one.hash, None)
        if moved is not None:
            del before[row], after[moved]
    return before, after


def _changed(old: RowContent, new: RowContent) -> RowChange:
    held, holds = ({label.zh: (label, text) for label, text in one.cells} for one in (old, new))
    cells = [
        ((holds.get(name) or held[name])[0], held.get(name, _BLANK)[1], holds.get(name, _BLANK)[1])
        for name in dict.fromkeys([*held, *holds])
        if held.get(name, _BLANK)[1] != holds.get(name, _BLANK)[1]
    ]
    if old.synthetic != new.synthetic:
        cells.append(
            (_SYNTHETIC, Text(*["、".join(old.synthetic)] * 2), Text(*["、".join(new.synthetic)] * 2))
        )
    return RowChange(new.row, new.ledger, "changed", tuple(cells))


def _one_sided(one: RowContent, kind: str) -> RowChange:
    nothing = _BLANK[1]
    cells = [
        (label, nothing, text) if kind == "added" else (label, text, nothing) for label, text in one.cells
    ]
    return RowChange(one.row, one.ledger, kind, tuple(cells))


_BLANK: Final = (Text("", ""), Text("（空）", "(blank)"))
_SYNTHETIC: Final = Text("合成字段", "synthetic fields")


def _rule_changes(old: Sequence[UsedRule], new: Sequence[UsedRule]) -> list[RuleChange]:
    held, holds = {one.key: one for one in old}, {one.key: one for one in new}
    return [
        RuleChange(key, holds[key].title, held[key].value, holds[key].value)
        for key in held
        if key in holds and held[key].value != holds[key].value
    ]


def _figure_changes(old: Issue, new: Issue, shown: ShowFigure) -> list[FigureChange]:
    changes = []
    for code in old.template.codes():
        before, after = old.figure(code), new.figure(code)
        if _worth(before) != _worth(after):
            title = (after or before or _NO_FIGURE).title
            sentences = tuple(
                dict.fromkeys(
                    sentence.id
                    for sentence in old.template.sentences
                    if any(mark.name == code for mark in sentence.marks("zh"))
                )
            )
            changes.append(FigureChange(code, title, sentences, shown(before), shown(after)))
    return changes


def _worth(figure: Figure | None) -> tuple[object, ...]:
    if figure is None:
        return ()
    sides = (figure.numerator, figure.denominator)
    return (figure.value, *(side.value if side is not None else None for side in sides))


_NO_FIGURE: Final = Figure(
    code="", title=Text("", ""), definition=Text("", ""), zone="", period="", kind="count", unit=Text("", ""),
    numerator=None, value=None, decimals=0,
)  # fmt: skip
