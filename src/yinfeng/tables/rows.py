"""Rows of a table by id, made when they are asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from yinfeng.tables.fact_columns import Row


@dataclass(frozen=True, eq=False, slots=True)
class Rows(Mapping[str, Row]):
    """Rows of a table by id, without the raw texts."""

    table: pa.Table
    _at: Mapping[str, int]
    _columns: dict[str, list[Any]]
    """Columns that a row was asked for."""

    @classmethod
    def of(cls, table: pa.Table, key: str) -> "Rows":
        """Give the rows of a table by what its column ``key`` holds."""
        kept = table.select([name for name in table.column_names if not name.endswith(".raw")])
        return cls(kept, {str(name): at for at, name in enumerate(table.column(key).to_pylist())}, {})

    def __getitem__(self, key: str) -> Row:
        return _Row(self, self._at[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)

    def column(self, name: str) -> list[Any]:
        """Give a column of the table; raises KeyError where it has none of this name."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = self.table.column(name).to_pylist()
        return found


@dataclass(frozen=True, eq=False, slots=True)
class _Row(Mapping[str, Any]):
    _rows: Rows
    _at: int

    def __getitem__(self, name: str) -> Any:
        return self._rows.column(name)[self._at]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows.table.column_names)

    def __len__(self) -> int:
        return len(self._rows.table.column_names)
