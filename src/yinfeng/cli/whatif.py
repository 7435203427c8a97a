"""The command ``whatif``: ask a plan what a change would do."""

import sys
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from yinfeng.cli.inputs import (
    ledger_options,
    names_ledgers,
    read_inputs,
    read_policy,
    refuse_overwriting,
    settings_from,
)
from yinfeng.cli.matching import EXIT_INFEASIBLE, EXIT_STOPPED, memory_of, plan_option, with_solver_options
from yinfeng.core.text import Lang, Text

_MOST_ROWS = 40
_INDENT = " " * 6


@click.command(short_help="如果改变，会怎样 · what a change would do")
@ledger_options
@plan_option
@with_solver_options
@click.option(
    "--quota",
    multiple=True,
    help="配额的改变，如 Q1=+20MVA、Q1=-20%、Z9:能耗=500 · a quota more, less or set anew",
)
@click.option("--withdraw", multiple=True, help="撤回的项目 · a project that is withdrawn")
@click.option("--pin", multiple=True, help="指定，如 X3@A1 · pin a project to a place")
@click.option("--bar", multiple=True, help="禁止，如 X3@A1 · bar a project from a place")
@click.option(
    "--change",
    multiple=True,
    help='项目的需求改变，如 "X3 面积=20亩 净高需求=9" · a project with other needs',
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="写成工作簿 · write a workbook")
def whatif(plan_file: Path, output: Path | None, **options: Any) -> None:
    """如果配额、项目或指定改变：新方案、谁动了、为什么 · the new plan, who moves and why."""
    from yinfeng.cli.screen import say_step
    from yinfeng.cli.watch import watching
    from yinfeng.tables.suppositions import Words
    from yinfeng.tables.whatif import ask, sheets
    from yinfeng.tables.write import write_workbook

    settings = settings_from(options, plan=plan_file)
    if output is not None:
        refuse_overwriting(output, [*settings.files.values(), plan_file])
    lang = settings.lang
    words = Words(
        quotas=options["quota"],
        withdraw=options["withdraw"],
        pins=options["pin"],
        bars=options["bar"],
        changes=options["change"],
    )
    steps = iter(range(2, 5))
    say_step(1, 4, Text("读台账", "Reading the ledgers"), lang)
    ledgers, _ = read_inputs(settings, ("projects", "places"))
    with watching(lang, in_yuan=True) as progress:
        answer = ask(
            ledgers,
            read_policy(settings),
            words,
            plan=plan_file if plan_file.exists() and not names_ledgers(options) else None,
            time_limit_s=options["time_limit_s"],
            seed=options["seed"],
            memory=memory_of(options),
            step=lambda text: say_step(next(steps), 4, text, lang),
            progress=progress,
        )
    _show(answer, lang)
    if output is not None:
        write_workbook(output, sheets(answer, settings.shown(output.parent.absolute()), lang))
        click.echo(str(output))
    if answer.after.status == "INFEASIBLE":
        sys.exit(EXIT_INFEASIBLE)
    if answer.after.status == "STOPPED":
        sys.exit(EXIT_STOPPED)


def _show(answer: Any, lang: Lang) -> None:
    from yinfeng.cli.console import console
    from yinfeng.tables.whatif import place_in_words, price_in_words, summary

    def head(text: Text) -> None:
        console.print(f"\n[bold]{escape(text.of(lang))}[/bold]")

    if answer.after.status == "INFEASIBLE":
        ids = "、".join(answer.model.problem.project_id[i] for i in answer.after.clash)
        clash = Text(f"必须安排的项目不能同时安排：{ids}", f"these cannot all be placed: {ids}")
        console.print(f"[red]{escape(clash.of(lang))}[/red]")
        return
    for line in summary(answer):
        console.print(escape(line.of(lang)))
    projects = answer.model.facts.projects
    head(Text(f"谁动了：{len(answer.moves)} 个项目", f"What moves: {len(answer.moves)} projects"))
    for move in answer.moves[:_MOST_ROWS]:
        name = f"{projects.id[move.project]} {projects.name[move.project]}"
        before, after = (place_in_words(answer.model, place).of(lang) for place in (move.before, move.after))
        console.print(f"  {escape(name)} [bold]{move.what.of(lang)}[/bold] {escape(f'{before} → {after}')}")
        console.print(f"{_INDENT}[dim]{escape(move.why.of(lang))}[/dim]", soft_wrap=True)
    left = len(answer.moves) - _MOST_ROWS
    if left > 0:
        console.print(Text(f"  另有 {left} 行，见工作簿", f"  {left} more in the workbook").of(lang))
    if answer.prices:
        head(Text("价格变化最大的（松弛问题）", "Prices that changed most (relaxed problem)"))
        for change in answer.prices:
            what, before, after = (text.of(lang) for text in price_in_words(answer.model, change))
            console.print(f"  {escape(what)}  {escape(before)} → {escape(after)}", soft_wrap=True)
