"""Build the newspaper's workbooks from ``rows/*.csv``, or with ``--check`` compare them cell by cell.

A column ``台账`` in a ledger's rows names the dates a row belongs to; it is not written.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import python_calamine
import xlsxwriter

from yinfeng.tables import schema

HERE: Final = Path(__file__).resolve().parent
ROWS: Final = HERE / "rows"
DATES: Final = {
    "2024-02": ("zones", "firms", "quotas", "places", "projects"),
    "2024-06": (
        "zones", "year_plan", "milestones", "procedures", "signings", "targets", "trips", "contacts",
        "statistics", "printed_figures",
    ),
    "2024-08": ("zones", "firms", "quotas", "places", "projects"),
}  # fmt: skip
SHARED: Final = (
    "zones",
    "firms",
    "quotas",
)  # one file of rows, each naming its dates; the others have one a date
DATES_COLUMN: Final = "台账"
FACTS_NUMBERS: Final = frozenset({"数值", "数值上限"})
_CREATED: Final = datetime(2024, 2, 29)  # the same rows give the same bytes

Cells = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Book:
    """One workbook of one sheet: what its cells hold, as text."""

    path: Path
    sheet: str
    headers: tuple[str, ...]
    comments: tuple[str, ...]  # by header, empty where there is none
    numeric: tuple[bool, ...]  # by header: whether plain numbers are written as numbers
    rows: Cells


def books() -> Iterator[Book]:
    """Lay out every workbook of the example."""
    yield _facts()
    for date, ledgers in DATES.items():
        for ledger in ledgers:
            yield _ledger(date, ledger)


def _facts() -> Book:
    headers, rows = _read(ROWS / "facts.csv")
    numeric = tuple(header in FACTS_NUMBERS for header in headers)
    return Book(HERE / "facts.xlsx", "事实", headers, ("",) * len(headers), numeric, rows)


def _ledger(date: str, ledger: str) -> Book:
    name = ledger if ledger in SHARED else f"{ledger}-{date}"
    labels, rows = _read(ROWS / f"{name}.csv")
    if ledger in SHARED:
        at = labels.index(DATES_COLUMN)
        rows = tuple(row[:at] + row[at + 1 :] for row in rows if date in row[at].split("、"))
        labels = labels[:at] + labels[at + 1 :]
    form = schema.load(ledger)
    by_label = {column.label.zh: column for column in form.columns}
    columns = [by_label[label] for label in labels]
    return Book(
        path=HERE / date / f"{ledger}.xlsx",
        sheet=form.label.zh,
        headers=tuple(schema.header(column) for column in columns),
        comments=tuple(column.meaning.zh for column in columns),
        numeric=tuple(column.type in schema.QUANTITY_TYPES for column in columns),
        rows=rows,
    )


def _read(path: Path) -> tuple[tuple[str, ...], Cells]:
    with path.open(encoding="utf-8", newline="") as file:
        headers, *rows = csv.reader(file)
    return tuple(headers), tuple(map(tuple, rows))


def write(book: Book) -> None:
    """Write a workbook anew."""
    book.path.parent.mkdir(exist_ok=True)
    with xlsxwriter.Workbook(book.path) as workbook:
        workbook.set_properties({"created": _CREATED})
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = workbook.add_worksheet(book.sheet)
        sheet.freeze_panes(1, 2)
        for at, header in enumerate(book.headers):
            longest = max([len(header), *(len(row[at]) for row in book.rows)])
            sheet.set_column(at, at, min(40, 2 * longest + 2))
            sheet.write_string(0, at, header, bold)
            if book.comments[at]:
                sheet.write_comment(0, at, book.comments[at])
        for number, row in enumerate(book.rows, start=1):
            for at, value in enumerate(_values(book, row)):
                if isinstance(value, float):
                    sheet.write_number(number, at, value)
                elif value:
                    sheet.write_string(number, at, value)


def differs(book: Book) -> bool:
    """Tell whether a workbook is not there or holds other cells than the rows."""
    if not book.path.is_file():
        return True
    found = python_calamine.load_workbook(book.path).get_sheet_by_name(book.sheet).to_python()
    expected = [book.headers, *(_values(book, row) for row in book.rows)]
    return [_trimmed(row) for row in found] != [_trimmed(row) for row in expected]


def _values(book: Book, row: tuple[str, ...]) -> list[str | float]:
    """Give a row's cells as they stand in the workbook."""
    pairs = zip(row, book.numeric, strict=True)
    return [float(text) if numeric and _is_number(text) else text for text, numeric in pairs]


def _trimmed(row: Sequence[object]) -> list[object]:
    """Drop the blank cells at the end: a sheet is as wide as its widest row."""
    filled = [at for at, value in enumerate(row) if value != ""]
    return list(row[: max(filled, default=-1) + 1])


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit()


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("用法 · usage: build.py [--check]")
        return 2
    if not arguments:
        for book in books():
            write(book)
        return 0
    stale = [book.path.relative_to(HERE) for book in books() if differs(book)]
    for path in stale:
        print(f"与 rows/ 不一致，请运行 make fix · differs from rows/, run make fix: {path}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
