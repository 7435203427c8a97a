"""Worked cases: rows as an official would type them, the day asked about, and what must come out."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yinfeng.core.errors import InputError
from yinfeng.tables.books import read_books
from yinfeng.tables.read import Ledger
from yinfeng.tables.schema import LEDGERS
from yinfeng.tables.write import Sheet, write_workbook

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Case:
    """One worked case."""

    room: str
    file: str
    title_zh: str
    title_en: str
    source: str
    on: date
    rulebook: str
    given: Mapping[str, Sequence[Mapping[str, Any]]]
    expect: Mapping[str, Any]

    @property
    def id(self) -> str:
        """How the case is called in a test's report."""
        return f"{self.file}: {self.title_en}"


def cases(room: str, root: Path = HERE) -> tuple[Case, ...]:
    """Read the cases of a room, in the order of files and lines; ValueError for one that lacks a part."""
    return tuple(_cases(room, root))


def _cases(room: str, root: Path) -> Iterator[Case]:
    for file in sorted((root / room).glob("*.toml")):
        for number, told in enumerate(tomllib.loads(file.read_text("utf-8"))["case"], start=1):
            lacking = {"title_zh", "title_en", "source", "on", "given", "expect"} - told.keys()
            unknown = told.keys() - {*Case.__dataclass_fields__}
            if lacking or unknown or told["given"].keys() - set(LEDGERS):
                given = ", ".join(told.get("given", ()))
                raise ValueError(
                    f"{file.name}, case {number}: lacks {lacking}, unknown {unknown}, given {given}"
                )
            yield Case(**{"room": room, "file": file.name, "rulebook": "shanxi"} | told)


def ledgers_of(case: Case, folder: Path) -> Mapping[str, Ledger]:
    """Read what is given as ledgers, through a workbook as its user would write it.

    Raises InputError where a cell of the case is wrong: a case must not rest on a row that was refused.
    """
    sheets = [_sheet(ledger, rows) for ledger, rows in case.given.items()]
    path = folder / "given.xlsx"
    write_workbook(path, sheets)
    books = read_books([path], tuple(case.given))
    errors = [fault for fault in books.faults if fault.severity == "error"]
    if errors:
        raise InputError(errors)
    return books.ledgers


def _sheet(ledger: str, rows: Sequence[Mapping[str, Any]]) -> Sheet:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    return Sheet(ledger, headers, [[row.get(name) for name in headers] for row in rows])
