"""What is wrong with an input: every fault at once, each with place, found, expected and fix."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from yinfeng.core.text import Lang, Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an input: where it is, what was found, what is expected, how to mend it.

    An ``error`` refuses its row (or, without ``cell``, the file); a ``warning`` does not.
    """

    code: str
    """Stable short name of the kind of fault, e.g. ``not-a-number``."""
    file: str
    sheet: str
    """Sheet of the workbook; empty for CSV and Parquet."""
    cell: str
    """Address as Excel shows it (``C14``); ``14`` for a whole row, empty for the whole file."""
    column: str
    """Name in the data dictionary; empty where no column is concerned."""
    label: Text
    """The column's name as people see it."""
    found: str
    """The raw text found."""
    expected: Text
    fix: Text
    severity: Severity = "error"

    def say(self, lang: Lang) -> str:
        """Say the fault in one line."""
        place = self.file + (f" {self.sheet}!{self.cell}" if self.sheet else f" {self.cell}").rstrip("! ")
        label = self.label.of(lang)
        name = f"{label} [{self.column}]" if self.column and self.column != label else label
        where = " ".join(part for part in (place, name) if part)
        first = self.expected.zh[:1]
        gap = " " if first.isascii() and first.isalpha() else ""  # 应为 Parquet, 应为日期
        found = Text(f"填的是“{self.found}”，应为{gap}", f'found "{self.found}", expected ').of(lang)
        if not self.found:
            found = Text(f"需要{gap}", "needed: ").of(lang)
        colon, pause = Text("：", ": ").of(lang), Text("；", "; ").of(lang)
        said = f"{found}{self.expected.of(lang)}{pause}{self.fix.of(lang)}"
        return f"{where}{colon}{said}" if where else said


class InputError(Exception):
    """The input cannot be used; carries every fault found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.say("en") for fault in self.faults))


def problem_fault(code: str, found: object, expected: Text, fix: Text) -> Fault:
    """Make the fault of an input that is not a file: an argument, an array, a clash of settings."""
    return Fault(code, "", "", "", "", Text("", ""), str(found), expected, fix)
