"""Which held row a row of a file stands for: by its key, by another column, or as people decided."""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from yinfeng.core.text import Text
from yinfeng.tables import schema as schemas
from yinfeng.tables.difference_cells import Row, Value, columns_of, is_blank
from yinfeng.tables.read import Ledger
from yinfeng.tables.schema import Column
from yinfeng.tables.spelling import header_key

NEW: Final = ""
"""The decision that a row is a record of its own."""

_Rule = tuple[Column, ...]
_Index = Mapping[Hashable, list[str]]
"""Keys of held rows by what they hold in the columns of a rule."""

_PIN_KEY: Final = ("project_id", "place_id")
_ALIKE: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        "zones": (("zone_name",),),
        "firms": (("uscc",), ("firm_name",)),
        "places": (("place_name", "zone_id"),),
        "projects": (("project_name", "firm"),),
    }
)
"""Columns that two rows share where they may be one record; the first of each also finds a row."""

_MOST_NAMED: Final = 5
_NOT_IN_NAMES: Final = re.compile(r"[\W_]+")

_BLANK: Final = Text("“{column}”空白，找不到原有的行", '"{column}" is blank: the held row cannot be found')
_SEVERAL: Final = Text("“{column}”相同的有 {n} 行：{keys}", 'the same "{column}" stands in {n} rows: {keys}')
_TAKEN: Final = Text("编号 {key} 已是另一行的编号", "the id {key} is that of another row")
_GONE: Final = Text("选定的 {key} 已经没有了", "the row chosen, {key}, is no longer there")
_MAY_BE: Final = Text(
    "可能就是已有的 {keys}：{columns}相同", "may be {keys}, which is held: the same {columns}"
)
_SAME_ROW: Final = Text("与第 {rows} 行相同，只用那一行", "the same as row {rows}, which is used")
_RIVALS: Final = Text("与第 {rows} 行指同一条记录", "stands for the same record as row {rows}")


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row that is held, and how often it was written."""

    values: Row
    version: int


@dataclass(frozen=True, slots=True)
class Match:
    """What a row of a file is taken for."""

    row: int
    """Row number in the sheet."""
    key: str
    """Of the held row it stands for, or its own."""
    reason: Text | None = None
    """Why nobody can tell, or why it is left out; None where all is clear."""
    matches: tuple[str, ...] = ()
    """Keys of the held rows it may be."""
    is_repeat: bool = False
    """Whether it is left out because a row before it says the same."""


def record_key(ledger: str, row: Row) -> str:
    """Give the key by which a row of a ledger is held.

    A pin has no id: it is the one decision on a project and a set of places, so that a bar in its stead
    changes it. The parts are joined by blanks, which no id can hold.
    """
    key = schemas.load(ledger).key
    if key is not None:
        return str(row[key])
    project, places = (row[part] for part in _PIN_KEY)
    return " ".join([project, *sorted(places)])


def key_columns(ledger: str) -> tuple[Column, ...]:
    """Give the columns by which the held rows of a ledger may be found, its own key first."""
    schema = schemas.load(ledger)
    others = (rule[0] for rule in _ALIKE.get(ledger, ()))
    return tuple(schema.column(name) for name in (schema.key, *others) if name is not None)


def match_rows(
    ledger: Ledger,
    columns: Mapping[str, list[Value]],
    held: Mapping[str, HeldRow],
    key: str | None,
    decisions: Mapping[int, str],
) -> list[Match]:
    """Say of each good row what it stands for.

    columns: cells of the columns in the file, by name. held: by `record_key`. key: column that finds the
    held rows; their own where None. decisions: by row of the sheet, the key of the held row it is, or `NEW`.
    """
    name = ledger.schema.name
    rule = None if key in {None, ledger.schema.key} else (columns_of(name)[key or ""],)
    index = _index(held, rule) if rule else {}
    rules = [tuple(columns_of(name)[one] for one in alike) for alike in _ALIKE.get(name, ())]
    likes: list[tuple[_Rule, _Index]] = []
    telling = {*_PIN_KEY, ledger.schema.key, key, *(column.name for alike in rules for column in alike)}
    told = {column: cells for column, cells in columns.items() if column in telling}
    matches = []
    for at, number in enumerate(ledger.table.column("row").to_pylist()):
        row = {column: cells[at] for column, cells in told.items()}
        match = Match(number, record_key(name, row))
        if number in decisions:
            match = _as_decided(match, decisions[number], held)
        else:
            match = _found(match, row, held, rule, index)
            if match.reason is None and match.key not in held:
                likes = likes or [(alike, _index(held, alike)) for alike in rules]
                match = _if_alike(match, row, likes)
        matches.append(match)
    return _without_rivals(matches, columns)


def listed(keys: Sequence[str]) -> str:
    """Name the first of many rows."""
    return "、".join(keys[:_MOST_NAMED]) + ("…" if len(keys) > _MOST_NAMED else "")


def _as_decided(match: Match, decision: str, held: Mapping[str, HeldRow]) -> Match:
    if decision == NEW:
        return _if_taken(match, held)
    if decision not in held:
        return replace(match, reason=_GONE.format(key=decision))
    return replace(match, key=decision)


def _found(match: Match, row: Row, held: Mapping[str, HeldRow], rule: _Rule | None, index: _Index) -> Match:
    if rule is None:
        return match
    label, mark = rule[0].label, _mark(rule, row)
    if mark is None:
        return replace(match, reason=_BLANK.format(column=label))
    hits = index.get(mark, [])
    if len(hits) > 1:
        reason = _SEVERAL.format(column=label, n=len(hits), keys=listed(hits))
        return replace(match, reason=reason, matches=tuple(hits))
    return replace(match, key=hits[0]) if hits else _if_taken(match, held)


def _if_taken(match: Match, held: Mapping[str, HeldRow]) -> Match:
    """Name the held row whose key a record of its own would take."""
    if match.key not in held:
        return match
    return replace(match, reason=_TAKEN.format(key=match.key), matches=(match.key,))


def _if_alike(match: Match, row: Row, likes: Iterable[tuple[_Rule, _Index]]) -> Match:
    """Name the held rows that a new row may well be."""
    for rule, index in likes:
        hits = index.get(_mark(rule, row), [])
        if hits:
            shared = Text("、".join(c.label.zh for c in rule), " and ".join(c.label.en for c in rule))
            reason = _MAY_BE.format(keys=listed(hits), columns=shared)
            return replace(match, reason=reason, matches=tuple(hits))
    return match


def _index(held: Mapping[str, HeldRow], rule: _Rule) -> _Index:
    index: dict[Hashable, list[str]] = {}
    for key, row in held.items():
        mark = _mark(rule, row.values)
        if mark is not None:
            index.setdefault(mark, []).append(key)
    return index


def _mark(rule: _Rule, row: Row) -> Hashable:
    """Give what a row holds in the columns of a rule; None where the first is blank."""
    values = [row.get(column.name) for column in rule]
    if is_blank(values[0]):
        return None
    return tuple(
        _name_mark(value) if column.type == "text" and value else value
        for column, value in zip(rule, values, strict=True)
    )


def _name_mark(name: str) -> str:
    """Give what two spellings of a name share: no case, width, blanks or punctuation."""
    mark = header_key(name)
    return mark if mark.isalnum() else _NOT_IN_NAMES.sub("", mark) or mark


def _without_rivals(matches: Sequence[Match], columns: Mapping[str, list[Value]]) -> list[Match]:
    """Leave out rows that stand for one record: the same row again is a repeat, rows that differ are not."""
    by_key: dict[str, list[int]] = {}
    for at, match in enumerate(matches):
        if match.reason is None:
            by_key.setdefault(match.key, []).append(at)
    result = list(matches)
    for ats in by_key.values():
        if len(ats) > 1:
            is_same = all(cells[at] == cells[ats[0]] for cells in columns.values() for at in ats)
            for at in ats[1:] if is_same else ats:
                others = ats[:1] if is_same else [other for other in ats if other != at]
                rows = listed([str(matches[other].row) for other in others])
                reason = (_SAME_ROW if is_same else _RIVALS).format(rows=rows)
                result[at] = replace(matches[at], reason=reason, is_repeat=is_same)
    return result
