"""The commands on approvals: ``approvals`` answers for a day, ``approval-template`` changes the template."""

import gc
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from yinfeng.cli.books import Asked, asked_from, book_options, read_for, show_unread, write_answer
from yinfeng.cli.language import lang_option
from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Lang, Text

if TYPE_CHECKING:
    from yinfeng.core.approvals.preview import ProjectEffect
    from yinfeng.tables.approval_template import Basis
    from yinfeng.tables.approvals import Read
    from yinfeng.tables.books import Books

_store_option = click.option(
    "--templates",
    "store",
    type=click.Path(path_type=Path),
    help="本单位的审批模板文件夹（已应用的改动） · folder of applied template changes",
)
_STORE: Final = click.option(
    "--templates",
    "store",
    type=click.Path(path_type=Path),
    required=True,
    help="本单位的审批模板文件夹 · folder of applied template changes",
)


@click.command()
@book_options
@_store_option
@click.option(
    "--preview",
    "change",
    type=click.Path(path_type=Path),
    help="只看这个改动的模板对每个项目的影响，不应用 · show what a changed template would do",
)
def approvals(**options: Any) -> None:
    """前期手续：办了什么、在谁手里、逾期没有、现在能报什么、最早何时可依法开工 · approvals of projects.

    文件里认得的台账：前期手续、审批条件、补正、区域评估、项目、年度项目、开发区。至少要有前期手续或审批条件。
    """
    gc.disable()  # the answer is the whole life of this process
    asked = asked_from(options)
    if options["change"] is not None:
        _preview(asked, options["store"], options["change"])
        return
    from yinfeng.cli.approvals_screen import show_result
    from yinfeng.core.approvals.solve import solve
    from yinfeng.tables.approval_sheets import approval_sheets
    from yinfeng.tables.approvals import faults_of

    basis = _basis(asked, options["store"], ())
    books, read = _read(asked, basis)
    result = solve(read.problem)
    faults = faults_of(books.faults, read)
    show_unread(replace(books, faults=faults), asked.lang)
    show_result(result, asked.lang)
    if asked.output is not None:
        write_answer(asked, approval_sheets(result, basis, faults, asked.lang, synthetic=read.synthetic))


@click.group("approval-template")
def approval_template() -> None:
    """审批模板的改动：先看影响，再应用，可以回退 · changes of the template of approvals."""


@approval_template.command("apply")
@click.argument("change", type=click.Path(path_type=Path))
@book_options
@_STORE
@click.option("--by", required=True, help="谁决定的 · who decided it")
@click.option("--reason", required=True, help="为什么 · why")
@click.option("--yes", "is_agreed", is_flag=True, help="看过影响，不再询问 · do not ask")
def apply_change(change: Path, by: str, reason: str, is_agreed: bool, **options: Any) -> None:
    """先列出对台账中每个项目的影响，同意后应用 · show the effect on every project, then apply."""
    from yinfeng.tables.template_store import apply

    asked = asked_from(options)
    _preview(asked, options["store"], change)
    question = Text("应用这个改动？", "Apply this change?").of(asked.lang)
    if not is_agreed and not click.confirm(question, default=False):
        click.echo(Text("没有应用", "not applied").of(asked.lang))
        return
    version = apply(options["store"], change, on=asked.on, by=by, reason=reason)
    undo = f"yinfeng approval-template rollback --templates {options['store']}"
    said = Text(f"已应用为 {version.name}；回退：{undo}", f"applied as {version.name}; undone by: {undo}")
    click.echo(said.of(asked.lang))


@approval_template.command("rollback")
@_STORE
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="记入日志的日期 · day for the log"
)
@click.option("--by", required=True, help="谁决定的 · who decided it")
@click.option("--reason", required=True, help="为什么 · why")
@lang_option
def rollback(store: Path, on: Any, by: str, reason: str, lang: Lang) -> None:
    """回退最近一次应用的改动，状态与应用之前逐字节相同 · take the last change off again."""
    from yinfeng.tables.template_store import read_store, roll_back

    version = roll_back(store, on=on.date() if on else date.today(), by=by, reason=reason)
    left = "、".join(one.name for one in read_store(store)) or Text("没有", "none").of(lang)
    click.echo(
        Text(f"已回退 {version.name}；仍在用的改动：{left}", f"{version.name} taken off; in use: {left}").of(
            lang
        )
    )


@approval_template.command("list")
@_STORE
@lang_option
def list_changes(store: Path, lang: Lang) -> None:
    """列出在用的改动和做过的每一步 · list the changes in use and everything done."""
    from yinfeng.tables.template_store import read_log, read_store

    active = read_store(store)
    names = "、".join(version.name for version in active) or Text("没有", "none").of(lang)
    click.echo(Text(f"在用的改动：{names}", f"in use: {names}").of(lang))
    for line in read_log(store):
        click.echo("  ".join(line[name] for name in ("day", "act", "version", "by", "reason")))


def _basis(asked: Asked, store: Path | None, changes: Sequence[Path]) -> "Basis":
    from yinfeng.tables.approval_template import read_basis, read_layers
    from yinfeng.tables.template_store import paths, read_store

    applied = paths(store, read_store(store)) if store is not None else []
    return read_basis(read_layers(asked.rulebook, [*applied, *changes]), asked.rulebook, asked.on)


def _read(asked: Asked, basis: "Basis") -> tuple["Books", "Read"]:
    from yinfeng.tables.approvals import LEDGERS, NEEDED, to_problem
    from yinfeng.tables.rulebook import read_working_days

    books = read_for(asked, LEDGERS, needed=NEEDED)
    calendar = read_working_days(asked.rulebook, asked.on)
    return books, to_problem(books.ledgers, basis, calendar, asked.on)


def _preview(asked: Asked, store: Path | None, change: Path) -> None:
    """Show what a change would do to every project, and write it where asked."""
    from yinfeng.cli.approvals_screen import show_effects
    from yinfeng.tables.approvals import faults_of, previewed
    from yinfeng.tables.preview_sheets import preview_sheets

    _check_begun(change, asked.on)
    before, after = _basis(asked, store, ()), _basis(asked, store, [change])
    books, read = _read(asked, before)
    effects: Sequence[ProjectEffect] = previewed(read.problem, after)
    faults = faults_of(books.faults, read)
    show_unread(replace(books, faults=faults), asked.lang)
    show_effects(effects, before, after, asked.lang)
    if asked.output is not None:
        write_answer(asked, preview_sheets(effects, before, after, faults, asked.lang))


def _check_begun(change: Path, on: date) -> None:
    """Refuse to preview a change on a day on which none of it holds: it would seem to do nothing."""
    from yinfeng.tables.approval_template import first_day, read_layers

    begins = first_day(read_layers(str(change))[0]) if change.is_file() else on
    if begins > on:
        expected = Text(
            f"不早于 {begins} 的日期：改动自那天起生效", f"a day from {begins} on, when it begins to hold"
        )
        fix = Text(f"用 --on {begins} 看影响", f"use --on {begins}")
        raise InputError([problem_fault("change-not-begun", f"--on {on}", expected, fix)])
