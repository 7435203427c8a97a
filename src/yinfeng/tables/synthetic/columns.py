"""Made-up values as the columns that a read ledger holds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from yinfeng.tables import schema as schemas
from yinfeng.tables.sheets import written
from yinfeng.tables.synthetic.draws import Bools, Floats, Ints

Columns = Mapping[str, pa.Array]
"""Columns of a ledger by name; those of its dictionary that are left out are blank."""

FIRST_ROW: Final = 2
"""Row of the sheet in which the first entry stands, below the header."""

ALL: Final = "全部"
"""In the column of made-up fields: the whole row is."""

_EPOCH: Final = date(1970, 1, 1).toordinal()  # of Arrow dates
_TEXTS: Final = pa.list_(pa.string())
_TYPE: Final[Mapping[str, pa.DataType]] = {
    "bool": pa.bool_(),
    "date": pa.date32(),
    "longitude": pa.float64(),
    "latitude": pa.float64(),
    "amounts": pa.list_(pa.struct([("name", pa.string()), ("amount", pa.float64())])),
    **dict.fromkeys(schemas.LIST_TYPES, _TEXTS),
    **dict.fromkeys(schemas.QUANTITY_TYPES, pa.float64()),
}


def numbers(values: Floats | Ints, known: Bools | None = None) -> pa.Array:
    """Give numbers in the unit of their column, blank where not known."""
    return pa.array(values.astype(np.float64), mask=None if known is None else ~known)


def flags(values: Bools, known: Bools | None = None) -> pa.Array:
    """Give yes and no, blank where not known."""
    return pa.array(values, mask=None if known is None else ~known)


def days(ordinals: Ints, known: Bools) -> pa.Array:
    """Give dates from days since 0001-01-01, blank where not known."""
    return pa.array((ordinals - _EPOCH).astype(np.int32), pa.int32(), mask=~known).cast(pa.date32())


def words(entries: Sequence[str | None], at: Ints) -> pa.Array:
    """Give the entry at each position."""
    return pa.array(entries, pa.string()).take(pa.array(at))


def lists(entries: Sequence[Sequence[str] | None], at: Ints) -> pa.Array:
    """Give the list at each position."""
    return pa.array(entries, _TEXTS).take(pa.array(at))


def amounts(rows: Sequence[Mapping[str, float] | None]) -> pa.Array:
    """Give named amounts in tonnes a year, blank where there are none."""
    named = [row and [{"name": name, "amount": amount} for name, amount in row.items()] for row in rows]
    return pa.array(named, _TYPE["amounts"])


def ids(prefix: str, n: int) -> list[str]:
    """Give ids whose order as text is their order."""
    digits = len(str(n))
    return [f"{prefix}{number:0{digits}}" for number in range(1, n + 1)]


def as_ledger(name: str, columns: Columns) -> pa.Table:
    """Lay columns out as `read.Ledger.table` has them, every row marked as made up."""
    n = len(next(iter(columns.values())))
    columns = {**columns, "synthetic": pa.array([[ALL]] * n, _TEXTS)}
    arrays: dict[str, pa.Array] = {}
    for column in schemas.load(name).columns:
        blank = pa.nulls(n, _TYPE.get(column.type, pa.string()))
        arrays[column.name] = columns.get(column.name, blank)
        if column.type in schemas.QUANTITY_TYPES | {"date"}:
            arrays[f"{column.name}.raw"] = _raw(arrays[column.name])
        if column.type in schemas.QUANTITY_TYPES:
            is_blank = np.asarray(arrays[column.name].is_null())
            arrays[f"{column.name}.strength"] = words(["=", None], is_blank.astype(np.int64))
            arrays[f"{column.name}.high"] = pa.nulls(n, pa.float64())
    return pa.table(arrays | {"row": pa.array(np.arange(FIRST_ROW, FIRST_ROW + n), pa.int32())})


def _raw(values: pa.Array) -> pa.Array:
    """Give the values as a sheet shows them."""
    encoded = values.dictionary_encode()
    texts = pa.array([written(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return texts.take(encoded.indices)
