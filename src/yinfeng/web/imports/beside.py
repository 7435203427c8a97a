"""What rows bring beside the values of the dictionary: how they were written, who keeps them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from yinfeng.core.text import Text
from yinfeng.tables.difference import WRITING, RowChange
from yinfeng.tables.difference_cells import Row
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.imports import own
from yinfeng.web.imports.effects import Effect, Pair
from yinfeng.web.imports.held import HeldRows, chunks
from yinfeng.web.imports.reading import ReadFile
from yinfeng.web.imports.rights import May
from yinfeng.web.ledgers import rechecking
from yinfeng.web.ledgers.bridge import said_of
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.zones.policy import Scope, scope

_NO_RIGHT: Final = Text(
    "填写“{column}”要有新增{ledger}的权限", 'filling in "{column}" takes the right to add {ledger}'
)
_BLANK: Final = (None, "", False)
_NUMBER: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*")


def raws_of(file: ReadFile) -> Mapping[str, Mapping[int, str]]:
    """Give column → row of the sheet → how its value was written, a bare number with its header's unit."""
    ledger = file.ledger
    numbers = ledger.table.column("row").to_pylist()
    raws: dict[str, Mapping[int, str]] = {}
    for name in ledger.table.column_names:
        column = ledger.table.column(name)
        if name.endswith(".raw") and column.null_count < len(numbers):
            pairs = zip(numbers, column.to_pylist(), strict=True)
            unit = file.units.get(name.removesuffix(".raw"), "")
            raws[name.removesuffix(".raw")] = {row: _with_unit(raw, unit) for row, raw in pairs if raw}
    return raws


def raw_pairs(change: RowChange, raws: Mapping[str, Mapping[int, str]], before: Row) -> dict[str, Pair]:
    """Give how changed cells were and will be written, where that tells more than their values."""
    pairs = {}
    for one in change.cells if change.outcome in WRITING else ():
        name = f"{one.column}.raw"
        value = getattr(one.after, "value", one.after)
        now = said_of({one.column: value, name: raws.get(one.column, {}).get(change.row)}).get(name)
        was = before.get(name)
        if now is not None or was is not None:
            pairs[one.column] = (was, now)
    return pairs


def with_own(
    effects: Sequence[Effect], file: ReadFile, rows: HeldRows, *, clears: bool, may: May, by: User
) -> list[Effect]:
    """Add the own columns of a file to what becomes of its rows; a row that only they change is updated.

    clears: whether a blank cell empties the field.
    """
    if not file.own_fields:
        return list(effects)
    where = scope(by, own.RIGHT, rows.ledger)
    held = own_values(
        rows.ledger, [effect.change.key for effect in effects if effect.change.version is not None]
    )
    result = []
    for effect in effects:
        before = held.get(effect.change.key, {})
        pairs = _own_pairs(file, effect.change.row, before, clears=clears)
        is_new = pairs and effect.change.outcome in ("created", "updated", "unchanged")
        result.append(_with_pairs(effect, pairs, rows, may, where) if is_new else effect)
    return result


def own_values(ledger: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Give the fields beside the dictionary of records by their keys of the registry."""
    held = HELD[ledger]
    values: dict[str, dict[str, Any]] = {}
    for chunk in chunks(keys) if held.own else ():
        found = held.model._default_manager.filter(**{f"{held.key}__in": chunk})
        for key, *own_held in found.values_list(held.key, *held.own):
            values[key] = dict(zip(held.own, own_held, strict=True))
    return values


def is_same_own(one: Any, other: Any) -> bool:
    """Say whether two values of an own field mean the same: nothing, no and blank do."""
    return one == other or (one in _BLANK and other in _BLANK)


def late_recheck(rows: HeldRows, change: RowChange, pairs: Mapping[str, Pair]) -> Text | None:
    """Say why the re-check date that a row would have is too late; None where it is not, or stays."""
    if rechecking.COLUMN not in pairs:
        return None
    before = rows.rows[change.key].values if change.version is not None else {}
    cells: Mapping[str, Any] = {one.column: one.after for one in change.cells}
    seen = cells.get("verified_on", before.get("verified_on"))
    return rechecking.reason(change.key, seen, pairs[rechecking.COLUMN][1])


def _with_unit(raw: str, unit: str) -> str:
    return f"{raw.removesuffix('.0')}{unit}" if unit and _NUMBER.fullmatch(raw) else raw


def _own_pairs(file: ReadFile, row: int, before: Mapping[str, Any], *, clears: bool) -> dict[str, Pair]:
    now = file.own.get(row, {})
    fields = file.own_fields if clears else tuple(now)
    pairs = {name: (before.get(name), now.get(name)) for name in fields}
    return {name: pair for name, pair in pairs.items() if not is_same_own(*pair)}


def _with_pairs(effect: Effect, pairs: Mapping[str, Pair], rows: HeldRows, may: May, where: Scope) -> Effect:
    change = effect.change
    reason = None
    if change.outcome == "unchanged":
        reason = may("change", change.key, rows.rows[change.key].values)
        change = replace(change, outcome="updated")
    if reason is None and not all(where.covers(zone) for zone in effect.zones or (None,)):
        reason = _NO_RIGHT.format(column=own.label(next(iter(pairs))), ledger=LEDGER_LABEL[rows.ledger])
    if reason is None:
        reason = late_recheck(rows, change, pairs)
    if reason is not None:
        return replace(
            effect, change=replace(change, outcome="refused", cells=(), reasons=(reason,)), raws={}
        )
    return replace(effect, change=change, own=pairs)
