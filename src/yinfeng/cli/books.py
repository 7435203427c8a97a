"""What the commands share that read several ledgers from files and answer for a day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from yinfeng.cli.inputs import columns_of, refuse_overwriting
from yinfeng.cli.language import lang_option
from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Lang, Text

if TYPE_CHECKING:
    from yinfeng.core.errors import Fault
    from yinfeng.tables.books import Books
    from yinfeng.tables.write import Sheet

_ENDINGS: Final = (".xlsx", ".xls", ".csv", ".parquet")


@dataclass(frozen=True)
class Asked:
    """What such a command was asked with."""

    files: tuple[Path, ...]
    on: date
    rulebook: str
    output: Path | None
    columns: Mapping[str, Mapping[str, str]]  # ledger → column → value where the ledger leaves it blank
    lang: Lang


def book_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its files, day, rulebook, output and language; `asked_from` takes them together."""
    for option in (
        lang_option,
        click.option("-o", "--output", type=click.Path(path_type=Path), help="结果工作簿 · write a workbook"),
        click.option(
            "--set",
            "columns",
            multiple=True,
            metavar="台账.列名=值",
            help="给一本台账的空白列一个值 · a value where a ledger leaves a column blank",
        ),
        click.option(
            "--rulebook", default="shanxi", show_default=True, help="规则库名称或 .toml 文件 · rulebook"
        ),
        click.option(
            "--on",
            type=click.DateTime(["%Y-%m-%d"]),
            default=None,
            help="按哪一天计算，如 2024-06-30 · the day asked about [今天 today]",
        ),
        click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


def asked_from(options: Mapping[str, Any]) -> Asked:
    """Take the options of `book_options` together."""
    from yinfeng.tables.read import by_column
    from yinfeng.tables.schema import LEDGERS

    on = options["on"]
    columns = columns_of(options["columns"], LEDGERS)
    return Asked(
        files=ledger_files(options["files"]),
        on=on.date() if on else date.today(),
        rulebook=options["rulebook"],
        output=options["output"],
        columns={ledger: by_column(of, ledger) for ledger, of in columns.items()},
        lang=options["lang"],
    )


def ledger_files(named: Sequence[Path]) -> tuple[Path, ...]:
    """List the files named, and the ledgers in folders named; raises InputError for a folder without any."""
    files: list[Path] = []
    for path in named:
        inside = sorted(one for one in path.iterdir() if _is_ledger(one)) if path.is_dir() else [path]
        if not inside:
            expected = Text("放着台账（.xlsx 等）的文件夹", "a folder that holds ledgers (.xlsx …)")
            fix = Text("写明台账文件或它们的文件夹", "name the ledgers, or their folder")
            raise InputError([problem_fault("no-ledger", str(path.absolute()), expected, fix)])
        files += inside
    return tuple(dict.fromkeys(files))


def _is_ledger(path: Path) -> bool:
    # ~$ begins the names of the files by which Excel locks an open workbook
    return path.suffix.lower() in _ENDINGS and not path.name.startswith("~$")


def read_for(asked: Asked, wanted: Sequence[str], *, needed: Sequence[str] = ()) -> "Books":
    """Read the files asked with; see `tables.books.read_books`."""
    from yinfeng.tables.books import read_books

    return read_books(asked.files, wanted, needed=needed, defaults=asked.columns)


def show_unread(books: "Books", lang: Lang) -> None:
    """Show the first faults of what was read, errors before warnings, and how many more there are."""
    from rich.markup import escape

    from yinfeng.cli.console import console, show_faults

    # Rows that name what no other ledger has are left out after the ledgers were read one by one.
    refused = len({row for fault in books.faults if (row := _row_of(fault)) is not None})
    if refused:
        text = Text(
            f"有 {refused} 行未读入，见工作簿“未读入”",
            f'{refused} rows were not read, see the sheet "Refused"',
        )
        console.print(f"[yellow]{escape(text.of(lang))}[/yellow]")
    show_faults(books.faults, lang)


def _row_of(fault: "Fault") -> tuple[str, str, str] | None:
    """Give the row an error stands in; None for a warning and for what is said of a whole file."""
    number = fault.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return (fault.file, fault.sheet, number) if fault.severity == "error" and number else None


def write_answer(asked: Asked, sheets: Sequence["Sheet"]) -> None:
    """Write the workbook asked for, never over one of the files read, and say where it is."""
    from yinfeng.tables.write import write_workbook

    if asked.output is None:
        return
    refuse_overwriting(asked.output, asked.files)
    write_workbook(asked.output, sheets)
    click.echo(Text(f"已写入 {asked.output}", f"written to {asked.output}").of(asked.lang))
