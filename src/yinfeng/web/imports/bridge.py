"""From a file and the records held to what becomes of each row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from yinfeng.core.errors import Fault, Severity
from yinfeng.core.text import Text
from yinfeng.tables import difference as differences
from yinfeng.tables.bounds import column_index
from yinfeng.tables.difference import WRITING, Difference, Options
from yinfeng.tables.read import Ledger
from yinfeng.tables.sheets import written
from yinfeng.web.accounts.models import User
from yinfeng.web.imports import beside, filling, held, reading, rights
from yinfeng.web.imports.effects import Compared, Effect
from yinfeng.web.imports.held import HeldRows
from yinfeng.web.imports.models import Batch
from yinfeng.web.imports.originals import path_of
from yinfeng.web.imports.reading import ReadFile, Reading, Taken
from yinfeng.web.ledgers.bridge import key_of
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.zones.models import Zone

_TELLS_ZONE: Final = ("zone_id", "scope_kind", "scope", "project_id", "place_id", "action")
_TELLS_KEY: Final = ("project_id", "place_id")  # of pins, which have no column of their own for it
_MEND_ROW: Final = Text("改好后再导入这一行", "mend the row and import it again")
_DECIDE: Final = Text("在“待决定”中选定，再比对一次", "decide it under “to be decided” and compare again")
_NOTHING: Final = Text("", "")


def reading_of(batch: Batch) -> Reading:
    """Give how the file of an import is to be read."""
    columns = tuple(Taken(**one) for one in batch.columns)
    return Reading(batch.ledger, reading.outline_from_json(batch.outline), columns, batch.defaults)


def read_file(batch: Batch) -> ReadFile:
    """Read the file of an import as it is set up. Raises InputError where it cannot be used."""
    return reading.read(path_of(batch.sha256, batch.file_name), reading_of(batch))


def compare_file(batch: Batch, file: ReadFile, *, by: User) -> Compared:
    """Say what a file would change."""
    name, ledger = batch.ledger, file.ledger
    options = Options(batch.mode, batch.otherwise, batch.blank, batch.key or None)
    decisions = {int(row): key for row, key in batch.decisions.items()}
    references = list(reading.iterate_named(ledger))
    places = [one for target, one in references if target == "places"]
    named = [*_keys_named(ledger, references), *decisions.values()]
    rows = held.held_rows(name, named, places, by=by)
    keys: Mapping[int, str] = {}
    if options.key is not None or batch.defaults:  # which rows are held is known once they are looked for
        found = differences.compare(ledger, rows.rows, options, _anything, decisions=decisions)
        keys = {change.row: change.key for change in found.changes if change.version is not None}
        rows = held.held_rows(name, [*named, *keys.values()], places, by=by)
    ledger = filling.only_blanks(file, keys, rows, list(batch.defaults))
    may = rights.asking(name, rows, by=by, extra="import")
    others = held.others(name, references, by=by)
    told = differences.compare(ledger, rows.rows, options, may, decisions=decisions, others=others)
    effects = _effects(_hide_outside(told, rows), file, rows)
    effects = beside.with_own(effects, file, rows, clears=batch.blank == "clear", may=may, by=by)
    faults = (*ledger.faults, *_reasons(effects, ledger))
    return Compared(name, tuple(effects), faults, names(name, effects), _ids_as_written(ledger))


def names(ledger: str, effects: Iterable[Effect]) -> dict[str, str]:
    """Give how people know the records: as they are named, or will be."""
    known = held.names_of(
        ledger, [effect.change.key for effect in effects if effect.change.version is not None]
    )
    name = HELD[ledger].name
    for effect in effects:
        named = next((one.after or one.before for one in effect.change.cells if one.column == name), None)
        if named and effect.change.key not in known:
            known[effect.change.key] = str(named)
    return known


def reason_fault(effect: Effect, reason: Text, severity: Severity, file: str = "", sheet: str = "") -> Fault:
    """Say as a fault why a row is not taken, or what to mind about it."""
    fix = _NOTHING if severity == "warning" else _DECIDE if effect.change.matches else _MEND_ROW
    cell = str(effect.change.row)
    return Fault("row-refused", file, sheet, cell, "", _NOTHING, effect.change.key, reason, fix, severity)


def _keys_named(ledger: Ledger, references: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the ids of the ledger itself that a file names: its rows' own, and those they refer to."""
    told = [ledger.schema.key] if ledger.schema.key is not None else list(_TELLS_KEY)
    yield from (key_of(ledger.schema.name, row) for row in ledger.table.select(told).to_pylist())
    yield from (one for target, one in references if target == ledger.schema.name)


def _anything(*_: object) -> None:
    """Allow everything: for a comparison that only finds records."""


def _hide_outside(told: Difference, rows: HeldRows) -> Difference:
    """Say of rows that meet a record out of sight no more than that its id is used."""
    changes = (
        replace(change, outcome="refused", cells=(), reasons=(rights.OUTSIDE,), matches=(), version=None)
        if change.key in rows.outside or rows.outside & set(change.matches)
        else change
        for change in told.changes
    )
    return replace(told, changes=tuple(changes))


def _effects(told: Difference, file: ReadFile, rows: HeldRows) -> list[Effect]:
    raws = beside.raws_of(file)
    zones = _zones_in_file(file, rows)
    effects = []
    for change in told.changes:
        before = rows.rows[change.key].values if change.version is not None else {}
        found = {zones.get(change.row), rows.zone(before) if before else None}
        pairs = beside.raw_pairs(change, raws, before)
        of_row = tuple(sorted(zone for zone in found if zone))
        effects.append(Effect(change, of_row, raws=pairs))
    return effects


def _zones_in_file(file: ReadFile, rows: HeldRows) -> Mapping[int, str | None]:
    """Give the zone of each row of a file; of those refused when they were read, if it is a zone at all."""
    ledger = file.ledger
    told = [name for name in _TELLS_ZONE if name in ledger.table.column_names]
    good = ledger.table.select(["row", *told]).to_pylist()
    zones = {row["row"]: rows.zone(row) for row in good}
    letters = ledger.source.letters.get("zone_id")
    if letters and ledger.refused:
        known = set(Zone.objects.values_list("zone_id", flat=True))
        texts = ((one.row, str(one.cells[column_index(letters)]).strip()) for one in ledger.refused)
        zones |= {row: text if text in known else None for row, text in texts}
    return zones


def _ids_as_written(ledger: Ledger) -> dict[int, str]:
    """Give the ids of rows that could not be read, as they stand in the file."""
    letters = ledger.source.letters.get(ledger.schema.key or "")
    return {one.row: written(one.cells[column_index(letters)]) for one in ledger.refused} if letters else {}


def _reasons(effects: Iterable[Effect], ledger: Ledger) -> Iterator[Fault]:
    """Say as faults why rows are not taken that could be read, and what to mind about those that are."""
    unread = {refused.row for refused in ledger.refused}
    where = (ledger.source.file, ledger.source.sheet)
    for effect in effects:
        change = effect.change
        if change.row in unread:
            continue
        if change.outcome in WRITING | {"refused", "conflicting"}:
            severity: Severity = "warning" if change.outcome in WRITING else "error"
            yield from (reason_fault(effect, reason, severity, *where) for reason in change.reasons)
