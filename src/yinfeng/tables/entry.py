"""One row typed into a form: each text is read as the cell of a sheet would be, with the same faults."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from yinfeng.core.errors import Fault
from yinfeng.tables import columns, positions
from yinfeng.tables import schema as schemas
from yinfeng.tables.columns import Finding, ReadColumn
from yinfeng.tables.schema import Column

POSITION: Final = ("longitude", "latitude", "boundary", "coordinate_system")
"""Columns that are read together: the system says what the numbers of the others mean."""

_COORDINATE_TYPES: Final = frozenset({"longitude", "latitude", "polygon"})


@dataclass(frozen=True, slots=True)
class Entered:
    """A row, or a part of one, as it was typed and read."""

    values: Mapping[str, Any]
    """Columns with their values and qualifiers, as `read_ledger` gives them; those refused are left out."""
    faults: tuple[Fault, ...]
    """In the order of the dictionary; they name a column and no cell of a file."""

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that keep the row from being taken."""
        return tuple(fault for fault in self.faults if fault.severity == "error")


def read_entry(ledger: str, texts: Mapping[str, str]) -> Entered:
    """Read the texts typed for some or all columns of one row; columns that are not given are not read.

    texts: by column. A quota's amounts need its ``resource`` among them, a column of `POSITION` the others.
    """
    arrays: dict[str, pa.Array] = {}
    found: dict[str, list[Finding]] = {}
    for column in schemas.load(ledger).columns:
        if column.name in texts and column.type not in _COORDINATE_TYPES:
            read = _read(column, texts, arrays)
            arrays |= read.arrays
            found[column.name] = [*read.findings, *_blanks(column, read)]
    if any(name in texts for name in POSITION):
        _read_position(texts, arrays, found)
    faults = [
        _fault(column, finding)
        for column in schemas.load(ledger).columns
        for finding in found.get(column.name, ())
    ]
    refused = {fault.column for fault in faults if fault.severity == "error"}
    values = {
        name: array[0].as_py() for name, array in arrays.items() if name.partition(".")[0] not in refused
    }
    return Entered(values, tuple(faults))


def _read(column: Column, texts: Mapping[str, str], arrays: Mapping[str, pa.Array]) -> ReadColumn:
    cells = [texts[column.name]]
    if column.type == "quota_amount":
        resources = arrays["resource"].to_pylist() if "resource" in arrays else [None]
        return columns.read_quota_amounts(column, cells, resources)
    return columns.read_column(column, cells)


def _blanks(column: Column, read: ReadColumn) -> Iterator[Finding]:
    return (Finding(at, "", columns.required_blank(column)) for at in read.missing)


def _read_position(
    texts: Mapping[str, str], arrays: dict[str, pa.Array], found: dict[str, list[Finding]]
) -> None:
    """Read longitude, latitude and boundary into ``arrays``, what is wrong with them into ``found``."""
    systems = arrays["coordinate_system"].to_pylist() if "coordinate_system" in arrays else [None]
    read = positions.read_positions([texts.get("longitude", "")], [texts.get("latitude", "")], systems)
    findings = list(read.findings)
    if "longitude" in texts:
        arrays["longitude"], arrays["latitude"] = read.longitude, read.latitude
    if "boundary" in texts:
        arrays["boundary"], boundary_findings = positions.read_boundaries([texts["boundary"]], systems)
        findings += boundary_findings
    for name, finding in findings:
        found.setdefault(name, []).append(finding)


def _fault(column: Column, finding: Finding) -> Fault:
    refusal = finding.refusal
    return Fault(
        refusal.code,
        "",
        "",
        "",
        column.name,
        column.label,
        finding.found,
        refusal.expected,
        refusal.fix,
        refusal.severity,
    )
