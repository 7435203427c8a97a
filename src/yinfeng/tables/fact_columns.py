"""A ledger's columns, from a table or from rows, as columns of facts; Python sees distinct values only."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yinfeng.core.matching.facts import Keys, Numbers
from yinfeng.core.matching.problem import Bools, Ints
from yinfeng.core.units import all_to_engine
from yinfeng.tables import schema
from yinfeng.tables.held import fields

Row = Mapping[str, Any]

_EPOCH: Final = 719_163  # 1970-01-01, from which Arrow counts days, in days since 0001-01-01


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """Some rows of a ledger in some order, column by column: ``columns("place_id")``."""

    column: Callable[[str], pa.Array]  # of all rows of the ledger
    at: Ints  # (n,) the rows taken
    is_all: bool  # `at` counts all rows in their order

    def __len__(self) -> int:
        return len(self.at)

    def __call__(self, name: str) -> pa.Array:
        """Give a column, made anew each time; raises KeyError where the ledger has none of this name."""
        whole = self.column(name)
        return whole if self.is_all else whole.take(pa.array(self.at))

    def where(self, keep: Bools) -> "Columns":
        """Give the rows that are True in ``keep``, shape (n,)."""
        return self if keep.all() else replace(self, at=self.at[keep], is_all=False)

    def sorted_by(self, key: str) -> "Columns":
        """Give the rows in the order of a column of texts, by code points."""
        order = pc.sort_indices(self(key)).to_numpy().astype(np.int64)
        is_sorted = bool((order[1:] > order[:-1]).all())
        return self if is_sorted else replace(self, at=self.at[order], is_all=False)

    def rows(self, names: Sequence[str]) -> list[Row]:
        """Give the rows as dicts of some columns; for ledgers of few rows."""
        values = [self(name).to_pylist() for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def columns_of_table(table: pa.Table) -> Columns:
    """Give the columns of a table like that of `read.Ledger`."""
    return Columns(lambda name: table[name].combine_chunks(), np.arange(table.num_rows), is_all=True)


def columns_of_rows(ledger: str, rows: Sequence[Row]) -> Columns:
    """Give the columns of rows as `read.Ledger` would hold them; one not asked for may be missing."""
    types = dict(fields(schema.load(ledger)))

    def column(name: str) -> pa.Array:
        return pa.array([row[name] for row in rows], types[name])

    return Columns(column, np.arange(len(rows)), is_all=True)


def texts(values: pa.Array) -> tuple[Any, ...]:
    """Give the texts, None where blank."""
    return tuple(values.to_pylist())


def known(values: pa.Array) -> Bools:
    """Tell what is not blank, shape (n,)."""
    is_known: Bools = values.is_valid().to_numpy(zero_copy_only=False)
    return is_known


def words(values: pa.Array, *wanted: str) -> Bools:
    """Tell where one of some words stands, shape (n,)."""
    is_one: Bools = pc.is_in(values, pa.array(wanted, pa.string())).to_numpy(zero_copy_only=False)
    return is_one


def quantities(values: pa.Array, unit: str) -> Numbers:
    """Give quantities as the engine's whole numbers; unit: that of the ledger's column."""
    is_known = known(values)
    whole = np.zeros(len(values), dtype=np.int64)
    whole[is_known] = all_to_engine(values.drop_null().to_numpy(zero_copy_only=False), unit)
    return Numbers(whole, is_known)


def flags(values: pa.Array) -> Numbers:
    """Give 1 for yes and 0 for no."""
    is_yes = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return Numbers(is_yes.astype(np.int64), known(values))


def days(values: pa.Array) -> Numbers:
    """Give dates as days since 0001-01-01."""
    is_known = known(values)
    ordinals = np.zeros(len(values), dtype=np.int64)
    ordinals[is_known] = values.drop_null().cast(pa.int32()).to_numpy().astype(np.int64) + _EPOCH
    return Numbers(ordinals, is_known)


def keys(values: pa.Array) -> Keys:
    """Give texts or dates as keys, None where blank."""
    encoded = pc.dictionary_encode(values, null_encoding="encode")
    return Keys(encoded.indices.to_numpy().astype(np.int64), tuple(encoded.dictionary.to_pylist()))


def list_keys(values: pa.Array) -> Keys:
    """Give lists of texts as keys, each a tuple, None where blank."""
    items = keys(values.flatten())
    lengths = np.asarray(pc.fill_null(pc.list_value_length(values), 0)).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    # Lists have no dictionaries in Arrow: each is told by the numbers of its items.
    numbers = pa.ListArray.from_arrays(pa.array(offsets), pa.array(items.index).cast(pa.string()))
    joined = pc.if_else(values.is_valid(), pc.binary_join(numbers, ","), None)
    found = keys(joined)
    return Keys(found.index, tuple(_listed(text, items) for text in found.distinct))


def _listed(numbers: str | None, items: Keys) -> tuple[str | None, ...] | None:
    if not numbers:
        return None if numbers is None else ()
    return tuple(items.distinct[int(number)] for number in numbers.split(","))


def mapped(of: Keys, to: Callable[[Any], Hashable]) -> Keys:
    """Give what a function makes of each distinct key."""
    return Keys.pick([to(key) for key in of.distinct], of.index)


def crossed(to: Callable[..., Hashable], *of: Keys) -> Keys:
    """Give what a function makes of the keys of several columns, once for all rows that have the same."""
    code = np.zeros(len(of[0]), dtype=np.int64)
    for column in of:
        code = code * max(1, len(column.distinct)) + column.index
    found = keys(pa.array(code))
    return Keys.pick([to(*_parted(each, of)) for each in found.distinct], found.index)


def _parted(code: int, of: Sequence[Keys]) -> list[Any]:
    values = []
    for column in reversed(of):
        code, at = divmod(code, max(1, len(column.distinct)))
        values.append(column.distinct[at])
    return values[::-1]
