"""Rows that are held elsewhere, as ledgers; and ledgers frozen to files, to be read again as they were."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from yinfeng.tables import schema as schemas
from yinfeng.tables.columns import ARROW_TYPE
from yinfeng.tables.read import Ledger, Source
from yinfeng.tables.schema import QUANTITY_TYPES, Schema
from yinfeng.tables.sheets import sha256

_OTHER_TYPES: Final[Mapping[str, pa.DataType]] = {
    "date": pa.date32(),
    "longitude": pa.float64(),
    "latitude": pa.float64(),
    **dict.fromkeys(QUANTITY_TYPES, pa.float64()),
}


def ledger_of(name: str, rows: Iterable[Mapping[str, Any]], *, source: str = "") -> Ledger:
    """Give rows as a ledger, as if they had been read without a fault.

    rows: column → value as `tables.read` gives them; what a row does not name is blank. source: where they
    come from, as the plan names it. Raises KeyError for an unknown ledger.
    """
    schema = schemas.load(name)
    numbered = [{**row, "row": at} for at, row in enumerate(rows, start=1)]
    table = pa.Table.from_pylist(numbered, schema=pa.schema([*fields(schema), ("row", pa.int32())]))
    return _as_read(schema, table, source or name, "")


def freeze(ledger: Ledger, path: Path) -> str:
    """Write a ledger's rows to a Parquet file and give the file's SHA-256."""
    pq.write_table(ledger.table, path, compression="zstd")
    return sha256(path)


def thaw(name: str, path: Path) -> Ledger:
    """Read a ledger that was frozen."""
    return _as_read(schemas.load(name), pq.read_table(path), path.name, sha256(path))


def fields(schema: Schema) -> list[tuple[str, pa.DataType]]:
    """Give the names and types of the columns of a ledger's table, without that of the row number."""
    fields: list[tuple[str, pa.DataType]] = []
    for column in schema.columns:
        name, kind = column.name, _OTHER_TYPES.get(column.type, ARROW_TYPE.get(column.type, pa.string()))
        fields.append((name, kind))
        if column.type in QUANTITY_TYPES:
            said = {"raw": pa.string(), "strength": pa.string(), "high": pa.float64()}
            fields += [(f"{name}.{part}", of) for part, of in said.items()]
        elif column.type == "date":
            fields.append((f"{name}.raw", pa.string()))
    return fields


def _as_read(schema: Schema, table: pa.Table, file: str, digest: str) -> Ledger:
    source = Source(
        file=file, sheet="", sha256=digest, header_rows=(), mapping={}, headers=(), letters={}, ignored=()
    )
    return Ledger(schema=schema, table=table, faults=(), refused=(), source=source)
