"""Taking back what an import wrote: what can be, and what has changed since or is used elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from yinfeng.core.errors import Fault
from yinfeng.core.text import Text
from yinfeng.tables import difference as differences
from yinfeng.tables.difference import WRITING, RowChange
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.imports import beside, own, rights
from yinfeng.web.imports.bridge import names, reason_fault
from yinfeng.web.imports.effects import Compared, Effect, Pair
from yinfeng.web.imports.held import HeldRows, held_rows
from yinfeng.web.imports.lines import difference_of
from yinfeng.web.imports.models import Batch, Line
from yinfeng.web.ledgers import referrers
from yinfeng.web.ledgers.referrers import Reference
from yinfeng.web.zones.policy import scope

_SINCE: Final = Text("“{column}”后来又改过", '"{column}" was changed since')
_NAMED: Final = Text("{ledger} {key} 的“{column}”用到它", '{ledger} {key} names it as "{column}"')
_HELD_BY_OTHERS: Final = Text(
    "撮合、走访、线索、方案或用户权限用到它", "a deal, a visit, a lead, a plan or a user's role names it"
)
_NAMED_OUTSIDE: Final = Text("您无权查看的记录用到它", "a record that you may not see names it")
_LABEL: Final[Mapping[str, Text]] = {"is_released": Text("对外发布", "Released")}


def compare_undo(batch: Batch, *, by: User) -> Compared:
    """Say how to take back what an import wrote."""
    ledger = batch.ledger
    written = list(batch.undo_of.lines.filter(outcome__in=WRITING).order_by("row"))
    committed = difference_of(ledger, written)
    rows = held_rows(ledger, [change.key for change in committed.changes], (), by=by)
    told = differences.undo(committed, rows.rows, rights.asking(ledger, rows, by=by, extra="restore"))
    gone = [change.key for change in told.changes if change.outcome == "removed"]
    uses = referrers.of(ledger, gone)
    others = referrers.held_by_others(ledger, gone)
    going = {change.key: change for change in told.changes if change.outcome in WRITING}
    now = beside.own_values(ledger, [change.key for change in committed.changes])
    lines = {line.row: line for line in written}
    effects = []
    for change in told.changes:
        still = [one for one in uses.get(change.key, ()) if not _goes_too(one, ledger, going)]
        said = _said(still, by) + ([_HELD_BY_OTHERS] if change.key in others else [])
        effects.append(_undone(rows, change, lines[change.row], now.get(change.key, {}), said))
    return Compared(ledger, tuple(effects), tuple(_faults(effects)), names(ledger, effects))


def _undone(
    rows: HeldRows, change: RowChange, line: Line, now: Mapping[str, Any], uses: Sequence[Text]
) -> Effect:
    before = rows.rows[change.key].values if change.version is not None else {}
    zone = rows.zone(before) if before else None
    zones = (zone,) if zone else ()
    pairs = {name: tuple(own.from_json(name, value) for value in pair) for name, pair in line.own.items()}
    back: dict[str, Pair] = {name: (pair[1], pair[0]) for name, pair in pairs.items()}
    reasons = [*_own_since(change, pairs, now), *uses] if change.outcome in WRITING else []
    late = beside.late_recheck(rows, change, back) if change.outcome == "updated" else None
    reasons += [] if late is None else [late]
    if reasons:
        change = replace(change, outcome="refused", reasons=tuple(reasons))
    if change.outcome not in WRITING:
        return Effect(change, zones)
    raws: dict[str, Pair] = {name: (pair[1], pair[0]) for name, pair in line.raws.items()}
    return Effect(change, zones, back if change.outcome == "updated" else {}, raws)


def _own_since(change: RowChange, pairs: Mapping[str, Any], now: Mapping[str, Any]) -> list[Text]:
    """Name the fields beside the dictionary that hold something else than was written."""
    names_told = now if change.outcome == "removed" else pairs
    left = {name: pairs[name][1] if name in pairs else None for name in names_told}
    changed = [name for name in left if not beside.is_same_own(now.get(name), left[name])]
    return [_SINCE.format(column=_LABEL[name] if name in _LABEL else own.label(name)) for name in changed]


def _goes_too(use: Reference, ledger: str, going: Mapping[str, RowChange]) -> bool:
    """Tell whether a reference is taken back by the same undo."""
    change = going.get(use.key) if use.ledger == ledger else None
    if change is None:
        return False
    return change.outcome == "removed" or any(one.column == use.column.name for one in change.cells)


def _said(uses: Sequence[Reference], by: User) -> list[Text]:
    said = []
    for use in uses:
        is_visible = scope(by, "view", use.ledger).covers(use.zone)
        text = _NAMED.format(ledger=LEDGER_LABEL[use.ledger], key=use.key, column=use.column.label)
        said.append(text if is_visible else _NAMED_OUTSIDE)
    return list(dict.fromkeys(said))


def _faults(effects: Sequence[Effect]) -> list[Fault]:
    return [
        reason_fault(effect, reason, "error")
        for effect in effects
        if effect.change.outcome == "refused"
        for reason in effect.change.reasons
    ]
