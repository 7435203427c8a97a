"""One page of a list: its rows, their cells, its headers and facets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

from yinfeng.tables.schema import Column
from yinfeng.web.desk import cells
from yinfeng.web.desk.asked import Asked
from yinfeng.web.desk.cells import Cell
from yinfeng.web.desk.facets import Facet, facets
from yinfeng.web.desk.list_state import State, but
from yinfeng.web.language import current
from yinfeng.web.ledgers.addresses import KeyConverter
from yinfeng.web.ledgers.facet_counts import facet_counts
from yinfeng.web.ledgers.queries import sortable
from yinfeng.web.ledgers.registry import HELD

_in_address: Final = KeyConverter().to_url


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    key: str
    version: int
    link: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a column of a list."""

    name: str
    label: str
    link: str
    """Address that sorts by it, the other way if it is sorted by already; empty where it cannot be."""
    direction: str
    """"ascending", "descending" or empty, as aria-sort has it."""
    is_number: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A list page."""

    asked: Asked
    total: int
    """Rows that match."""
    last_page: int
    rows: tuple[Row, ...]
    headers: tuple[Header, ...]
    facets: tuple[Facet, ...]

    @property
    def first(self) -> int:
        """Number of the first row shown; 0 where there is none."""
        return (self.asked.state.page - 1) * self.asked.state.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def listing(asked: Asked) -> Listing:
    """Give a page of a list with its facets: one query counts, one reads the rows."""
    state, ledger = asked.state, asked.state.ledger
    total, counts = facet_counts(ledger, asked.before_facets, asked.filter)
    last_page = max(1, -(-total // state.size))
    if state.page > last_page:
        state = replace(state, page=last_page)
        asked = replace(asked, state=state)
    return Listing(
        asked,
        total,
        last_page,
        _rows(asked),
        tuple(_header(state, column) for column in state.shown_columns),
        facets(state, counts, asked.tree),
    )


def link_of(ledger: str, key: str) -> str:
    """Give the address of a record's page; without a look through all addresses, for thousands at once."""
    return f"/desk/{ledger}/{quote(_in_address(key), safe='~')}/"


def _rows(asked: Asked) -> tuple[Row, ...]:
    state, columns = asked.state, asked.state.shown_columns
    start = (state.page - 1) * state.size
    fields = cells.attributes(state.ledger, columns)
    found = list(asked.rows.values_list(*fields)[start : start + state.size])
    names = cells.names_for(asked.user, state.ledger, columns, found, asked.tree)
    return tuple(_row(state.ledger, columns, row, names) for row in found)


def _row(ledger: str, columns: Sequence[Column], row: Sequence[Any], names: cells.Names) -> Row:
    key, version = row[:2]
    return Row(key, version, link_of(ledger, key), cells.shown_row(columns, row, names, current()))


def _header(state: State, column: Column) -> Header:
    direction = ""
    sort = state.sort or HELD[state.ledger].key
    if sort.removeprefix("-") == column.name:
        direction = "descending" if sort.startswith("-") else "ascending"
    other = f"-{column.name}" if direction == "ascending" else column.name
    link = but(state, sort="" if other == HELD[state.ledger].key else other) if sortable(column) else ""
    return Header(
        column.name,
        cells.heading(state.ledger, column.name, current()),
        link,
        direction,
        column.type in cells.NUMBERS,
    )
