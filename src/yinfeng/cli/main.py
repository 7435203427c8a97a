"""The command ``yinfeng``: exit codes 0 done, 2 usage, 10 data, 11 infeasible, 12 stopped."""

import os
import sys
from importlib.metadata import PackageNotFoundError, distribution

import click

import yinfeng
from yinfeng.cli.approvals import approval_template, approvals
from yinfeng.cli.bulletin import bulletin
from yinfeng.cli.idleness import idleness
from yinfeng.cli.ledgers import SHOWN, check, template
from yinfeng.cli.matching import find, match, takers, why
from yinfeng.cli.progress import progress
from yinfeng.cli.synthetic import generate
from yinfeng.cli.warm import compile_kernels
from yinfeng.cli.whatif import whatif
from yinfeng.core.errors import InputError
from yinfeng.core.text import Lang, Text

EXIT_DATA = 10


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(yinfeng.__version__, prog_name="yinfeng")
def commands() -> None:
    """引凤：为项目找地方，为闲置场地找项目 · places for projects, projects for idle places."""


for command in (
    match,
    find,
    takers,
    why,
    whatif,
    progress,
    approvals,
    approval_template,
    idleness,
    bulletin,
    check,
    template,
    generate,
    compile_kernels,
):
    commands.add_command(command)


def add_plugged_in() -> None:
    """Add what the package's entry points in the group ``yinfeng.commands`` name: the site's commands.

    By name, because the layers do not let the command line know the web.
    """
    try:
        plugs = distribution("yinfeng").entry_points.select(group="yinfeng.commands")
    except PackageNotFoundError:  # run from its files alone
        return
    for plug in plugs:
        for command in plug.load():
            commands.add_command(command)


add_plugged_in()


def main() -> None:
    """Run the command line; wrong data are told with place, found, expected and fix."""
    try:
        commands()
    except InputError as error:
        for fault in error.faults[:SHOWN]:
            click.echo(fault.say(_language()), err=True)
        rest = len(error.faults) - SHOWN
        if rest > 0:
            more = Text(
                f"还有 {rest:,} 处；yinfeng check --all 逐格列出", f"{rest:,} more; see yinfeng check --all"
            )
            click.echo(more.of(_language()), err=True)
        sys.exit(EXIT_DATA)


def _language() -> Lang:
    """Find the language asked for, also where a command ended before it could say."""
    arguments = sys.argv[1:]
    asked = [arguments[n + 1] for n, word in enumerate(arguments[:-1]) if word == "--lang"]
    asked += [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    asked.append(os.environ.get("YINFENG_LANG", "zh"))
    return "en" if asked[0] == "en" else "zh"
