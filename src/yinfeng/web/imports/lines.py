"""What becomes of each row, as it is kept, shown and written."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from yinfeng.core.errors import Fault
from yinfeng.core.text import Text
from yinfeng.tables import difference as differences
from yinfeng.tables.difference import WRITING, Difference, RowChange
from yinfeng.tables.difference_cells import columns_of, put
from yinfeng.web.imports import own
from yinfeng.web.imports.effects import Compared
from yinfeng.web.imports.models import Batch, Found, Line
from yinfeng.web.ledgers import referrers
from yinfeng.web.ledgers.actions import Write


def lines_of(batch: Batch, compared: Compared) -> list[Line]:
    """Give what is kept of a comparison, a line for each row."""
    return [
        Line(
            batch=batch,
            row=effect.change.row,
            outcome=effect.change.outcome,
            key=effect.change.key,
            name=compared.names.get(effect.change.key) or compared.unread.get(effect.change.row, ""),
            told=differences.to_json(compared.ledger, effect.change),
            own={name: [own.to_json(value) for value in pair] for name, pair in effect.own.items()},
            raws={name: list(pair) for name, pair in effect.raws.items()},
        )
        for effect in compared.effects
    ]


def change_of(ledger: str, line: Line) -> RowChange:
    """Give the change of a line as it was compared."""
    return differences.from_json(ledger, line.told)


def difference_of(ledger: str, lines: Iterable[Line]) -> Difference:
    """Give the difference that lines were made of."""
    return Difference(ledger, tuple(change_of(ledger, line) for line in lines))


def digest_of(batch: Batch) -> str:
    """Give the SHA-256 of all that the lines kept of an import write: rows, cells, versions, what is beside.

    Of the lines as the database gives them back: 1e16 may have become 10000000000000000 there.
    """
    names = ("outcome", "key", "told__key", "told__version", "told__cells", "own", "raws")
    written = batch.lines.filter(outcome__in=WRITING).order_by("pk").values_list(*names)
    text = json.dumps([batch.ledger, *map(list, written)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def sign_of(line: Line) -> object:
    """Give what makes a line the same as one shown before."""
    return line.outcome, line.key, line.told["cells"], line.own


def writes_of(ledger: str, lines: Sequence[Line]) -> list[Write]:
    """Give the writes of lines in their order, then what is deleted: who names others goes first."""
    writes = [_write(ledger, line) for line in lines if line.outcome in WRITING]
    gone = [write.key for write in writes if write.doing == "delete"]
    depth = referrers.depths(ledger, gone) if gone else {}
    return sorted(writes, key=lambda write: (write.doing == "delete", -depth.get(write.key, 0)))


def found_of(batch: Batch, faults: Iterable[Fault]) -> list[Found]:
    """Give faults as they are kept."""
    return [
        Found(batch=batch, severity=fault.severity, row=_row_of(fault), told=_fault_to_json(fault))
        for fault in faults
    ]


def fault_of(found: Found, file: str) -> Fault:
    """Give a fault that was kept."""
    told: Mapping[str, Any] = found.told
    label, expected, fix = (Text(*told[name]) for name in ("label", "expected", "fix"))
    sheet, cell, column = (told[name] for name in ("sheet", "cell", "column"))
    return Fault(told["code"], file, sheet, cell, column, label, told["found"], expected, fix, found.severity)


def _write(ledger: str, line: Line) -> Write:
    change = change_of(ledger, line)
    if change.outcome == "removed":
        return Write("delete", line.key, {}, change.version)
    values = _values(ledger, line, change)
    if change.outcome == "created":
        return Write("add", "", values)
    return Write("change", line.key, values, change.version)


def _values(ledger: str, line: Line, change: RowChange) -> dict[str, Any]:
    columns = columns_of(ledger)
    values: dict[str, Any] = {}
    for one in change.cells:
        put(values, columns[one.column], one.after)
        values[f"{one.column}.raw"] = line.raws.get(one.column, (None, None))[1]
    return values | {name: own.from_json(name, pair[1]) for name, pair in line.own.items()}


def _fault_to_json(fault: Fault) -> dict[str, Any]:
    texts = {"label": fault.label, "expected": fault.expected, "fix": fault.fix}
    told = {name: getattr(fault, name) for name in ("code", "sheet", "cell", "column", "found")}
    return told | {name: [text.zh, text.en] for name, text in texts.items()}


def _row_of(fault: Fault) -> int:
    return int(fault.cell.lstrip(ascii_uppercase) or 0)
