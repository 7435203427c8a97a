"""The command ``yinfeng``: exit codes 0 done, 2 usage, 10 data, 11 infeasible, 12 stopped."""

import sys

import click

import yinfeng
from yinfeng.cli.ledgers import check, template
from yinfeng.core.errors import InputError

EXIT_DATA = 10


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(yinfeng.__version__, prog_name="yinfeng")
def commands() -> None:
    """引凤：为项目找地方，为闲置场地找项目 · places for projects, projects for idle places."""


for command in (check, template):
    commands.add_command(command)


def main() -> None:
    """Run the command line."""
    try:
        commands()
    except InputError as error:
        for fault in error.faults:
            click.echo(fault.say("zh"), err=True)
        sys.exit(EXIT_DATA)
