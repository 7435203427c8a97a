"""The commands on ledgers: ``check`` reads them and names every fault, ``template`` writes blank forms."""

import gc
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from yinfeng.cli.language import lang_option
from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Lang, Text

if TYPE_CHECKING:
    from yinfeng.tables.read import Ledger

EXIT_DATA: Final = 10
SHOWN: Final = 50
"""Faults printed unless all are asked for."""

_LEDGERS: Final = (
    "zones", "firms", "places", "projects", "quotas", "pins", "land_supply", "land_events", "asset_steps",
    "procedures", "approval_facts", "correction_requests", "area_evaluations",
    "year_plan", "phases", "milestones", "rounds", "signings", "targets", "trips", "contacts", "statistics",
    "printed_figures",
)  # fmt: skip
_COLUMNS: Final = (
    Text("文件", "file"),
    Text("工作表", "sheet"),
    Text("台账", "ledger"),
    Text("读到行", "rows"),
    Text("合格", "good"),
    Text("退回", "refused"),
    Text("提示", "warnings"),
)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--ledger", type=click.Choice(_LEDGERS), help="哪种台账；不写则按表头判断 · which ledger [guessed]"
)
@click.option("--sheet", help="工作表名 · name of the sheet [best fit]")
@click.option("--header-row", type=click.IntRange(1), help="表头在第几行 · first header row [found]")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="列名=值",
    help="给缺列或空白一个值 · value for blanks, name=value",
)
@click.option("--all-or-nothing", is_flag=True, help="有一处错误就整个不读 · any error refuses the file")
@click.option(
    "--zones", type=click.Path(path_type=Path), help="核对用的开发区台账 · ledger of zones to check against"
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="退回行写到哪里 · where refused rows go"
)
@click.option(
    "--all", "show_all", is_flag=True, help=f"列出全部问题，而不是前 {SHOWN} 条 · print every fault"
)
@lang_option
def check(
    files: tuple[Path, ...],
    ledger: str | None,
    sheet: str | None,
    header_row: int | None,
    settings: tuple[str, ...],
    all_or_nothing: bool,
    zones: Path | None,
    output: Path | None,
    show_all: bool,
    lang: Lang,
) -> None:
    """检查台账，逐格列出问题，把有错的行写成可修改后再读的工作簿 · check ledgers, name every fault."""
    # One check is the whole life of this process: collecting garbage meanwhile costs a third of the time.
    gc.disable()
    defaults = _defaults(settings)
    paths = [*files, *([zones] if zones else [])]
    read: dict[Path, Ledger] = {}
    failures: list[Fault] = []
    for path in paths:
        try:
            chosen = "zones" if path == zones else ledger
            read[path] = _read(path, chosen, sheet, header_row, defaults, all_or_nothing)
        except InputError as error:
            failures += error.faults
    if ledger is None:
        _check_settings(defaults, read.values())
    faults = [*failures, *(fault for one in read.values() for fault in one.faults), *_references(read)]
    _print_summary(read, lang)
    _print_faults(faults, lang, show_all=show_all)
    written = _write_refused(read, output, lang)
    for path, target in written.items():
        click.echo(Text(f"{path.name} 的退回行：{target}", f"refused rows of {path.name}: {target}").of(lang))
    if any(fault.severity == "error" for fault in faults):
        sys.exit(EXIT_DATA)


@click.command()
@click.argument("ledger", type=click.Choice([*_LEDGERS, "all"]))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="写到的文件，all 时为文件夹 · file, or folder for all",
)
@lang_option
def template(ledger: str, output: Path, lang: Lang) -> None:
    """写出空白台账（带下拉单、单位和示例行） · write a blank form with drop-downs, units and an example."""
    from yinfeng.tables.template import write_template

    targets = {ledger: output}
    if ledger == "all":
        _make_folder(output)
        targets = {name: output / f"{name}.xlsx" for name in _LEDGERS}
    there = [target for target in targets.values() if target.exists()]
    if there:
        raise InputError([_is_there(target) for target in there])
    for name, target in targets.items():
        write_template(target, name, lang=lang)
        click.echo(str(target))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        expected = Text("可以新建的文件夹", "a folder that can be made")
        fix = Text("换一个位置", "choose another place")
        raise InputError([problem_fault("cannot-write", folder, expected, fix)]) from error


def _is_there(target: Path) -> Fault:
    expected = Text(
        "还没有的文件（已有的可能填过，不覆盖）", "a file that is not there (it may have been filled in)"
    )
    fix = Text("换一个名称或文件夹，或先删去它", "choose another name or folder, or delete it first")
    return problem_fault("file-exists", target, expected, fix)


def _defaults(settings: Sequence[str]) -> dict[str, str]:
    defaults = {}
    for setting in settings:
        name, mark, value = setting.partition("=")
        if not mark or not name.strip():
            raise click.BadParameter(f"{setting}: 写成 列名=值 · write name=value", param_hint="--set")
        defaults[name.strip()] = value.strip()
    return defaults


def _check_settings(settings: Mapping[str, str], read: Iterable["Ledger"]) -> None:
    """Raise InputError for a column that no ledger read has; a misspelt one would else go unnoticed."""
    from yinfeng.tables.read import by_column

    ledgers = list(read)
    for name in settings if ledgers else ():
        columns = [
            (ledger.schema, next(iter(by_column({name: ""}, ledger.schema.name)))) for ledger in ledgers
        ]
        if not any(column in {one.name for one in schema.columns} for schema, column in columns):
            expected = Text("所读台账的列名", "a column of the ledgers read")
            fix = Text(
                "列名见 yinfeng template 写出的空白表", "the forms written by yinfeng template have the names"
            )
            raise InputError([problem_fault("unknown-default", f"--set {name}", expected, fix)])


def _read(
    path: Path,
    ledger: str | None,
    sheet: str | None,
    header_row: int | None,
    defaults: Mapping[str, str],
    all_or_nothing: bool,
) -> "Ledger":
    from yinfeng.tables.read import by_column, guess_ledger, read_ledger
    from yinfeng.tables.schema import load
    from yinfeng.tables.sheets import read_grids

    grids = read_grids(path, sheet)
    name = ledger or guess_ledger(path, grids=grids)
    # With several files, a value is for the ledgers that have such a column.
    own = by_column(defaults, name)
    if ledger is None:
        own = {column.name: own[column.name] for column in load(name).columns if column.name in own}
    return read_ledger(
        path, name, header_row=header_row, defaults=own, all_or_nothing=all_or_nothing, grids=grids
    )


def _references(read: Mapping[Path, "Ledger"]) -> tuple[Fault, ...]:
    from yinfeng.tables.references import check_references

    ledgers: dict[str, Ledger] = {}
    for ledger in read.values():
        ledgers.setdefault(ledger.schema.name, ledger)
    return check_references(ledgers)


def _print_summary(read: Mapping[Path, "Ledger"], lang: Lang) -> None:
    from rich.console import Console
    from rich.table import Table

    if not read:
        return
    summary = Table(box=None, pad_edge=False, header_style="bold")
    for column in _COLUMNS:
        summary.add_column(column.of(lang), justify="right" if column in _COLUMNS[3:] else "left")
    for path, ledger in read.items():
        good, refused = ledger.table.num_rows, len(ledger.refused)
        warnings = sum(fault.severity == "warning" for fault in ledger.faults)
        counts = [f"{count:,}" for count in (good + refused, good, refused, warnings)]
        summary.add_row(path.name, ledger.source.sheet, ledger.schema.label.of(lang), *counts)
    Console().print(summary)


def _print_faults(faults: Sequence[Fault], lang: Lang, *, show_all: bool) -> None:
    from rich.console import Console

    console = Console(soft_wrap=True, highlight=False)
    # Errors first: they are what must be mended.
    ordered = sorted(faults, key=lambda fault: fault.severity != "error")
    shown = ordered if show_all else ordered[:SHOWN]
    for fault in shown:
        is_error = fault.severity == "error"
        mark = Text("错误", "error") if is_error else Text("提示", "warning")
        console.print(mark.of(lang), style="bold red" if is_error else "yellow", end=" ")
        console.print(fault.say(lang), markup=False)
    rest = len(ordered) - len(shown)
    if rest:
        click.echo(Text(f"还有 {rest:,} 条，用 --all 列出", f"{rest:,} more; --all prints them").of(lang))


def _write_refused(read: Mapping[Path, "Ledger"], output: Path | None, lang: Lang) -> dict[Path, Path]:
    bad = {path: ledger for path, ledger in read.items() if ledger.refused}
    if not bad:
        return {}
    from yinfeng.tables.refused import write_refused

    written: dict[Path, Path] = {}
    for path, ledger in bad.items():
        target = path.with_name(f"{path.stem}-{Text('待修改', 'to-mend').of(lang)}.xlsx")
        if output is not None:
            target = output if len(bad) == 1 else output.with_name(f"{output.stem}-{path.stem}.xlsx")
        if target.resolve() in {source.resolve() for source in read}:
            expected = Text("不是台账自己的文件", "a file other than the ledgers themselves")
            fix = Text("-o 换一个文件名", "give -o another name")
            raise InputError([problem_fault("output-is-input", target, expected, fix)])
        write_refused(target, ledger, lang=lang)
        written[path] = target
    return written
