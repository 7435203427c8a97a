"""``python -m benchmarks NAME``: run one benchmark and print its table; without a name, all of them."""

import click

from benchmarks.approvals import approvals
from benchmarks.commands import check, plan
from benchmarks.gap import gap
from benchmarks.idleness import idleness
from benchmarks.match import match
from benchmarks.site import site


@click.group(invoke_without_command=True)
@click.pass_context
def benchmarks(context: click.Context) -> None:
    """Run a benchmark, or all of them."""
    if context.invoked_subcommand is None:
        for command in (check, plan, match, gap, idleness, site, approvals):
            context.invoke(command)


for command in (check, plan, match, gap, idleness, site, approvals):
    benchmarks.add_command(command)

if __name__ == "__main__":
    benchmarks()
