"""``python -m benchmarks run``: measure figures beside peers; ``tables``, ``pictures``: show the results.

The other commands time single commands of Yinfeng and print what they took.
"""

import click

from benchmarks import measure, pictures, tables
from benchmarks.approvals import approvals
from benchmarks.commands import check
from benchmarks.figures import MODULES, load
from benchmarks.idleness import idleness
from benchmarks.site import site


@click.group()
def benchmarks() -> None:
    """Measure, and show what was measured."""


def _words(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for value in values for word in value.split())


@benchmarks.command()
@click.argument("figures", nargs=-1, callback=_words)
@click.option(
    "--size", "--sizes", "sizes", multiple=True, callback=_words, help="As 200, 10k, 1M or 200x400."
)
@click.option("--seed", "seeds", multiple=True, type=int, help="Of the generator; 1 to 10 are for tuning.")
@click.option("--repeats", default=3, show_default=True)
@click.option("--peer", "peers", multiple=True, help="Part of a name; all unless given.")
@click.option("--seconds", "limit_s", type=float, help="Wall clock of each; the figure's own unless given.")
@click.option("--again", is_flag=True, help="Measure also what was measured at this commit.")
@click.option("--list", "only_list", is_flag=True, help="Say what would be measured.")
def run(
    figures: tuple[str, ...],
    sizes: tuple[str, ...],
    seeds: tuple[int, ...],
    repeats: int,
    peers: tuple[str, ...],
    limit_s: float | None,
    again: bool,
    only_list: bool,
) -> None:
    """Measure FIGURES (all unless given); what was measured at this commit is not measured again."""
    unknown = [name for name in figures if name not in MODULES]
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: there are {', '.join(MODULES)}")
    for name in figures or MODULES:
        figure = load(name)
        todo = measure.tasks(figure, sizes or figure.sizes, seeds or figure.seeds, repeats, peers, limit_s)
        if only_list:
            for task in todo:
                click.echo(f"{name} {task.size} seed {task.seed} #{task.repeat} {task.peer}")
        else:
            measure.run(todo, click.echo, again=again)


@benchmarks.command("tables")
@click.option("--commit", help="Show what was measured at this commit; the last of each size unless given.")
def write_tables(commit: str | None) -> None:
    """Write the tables of docs/reference/performance.md."""
    click.echo("tables: " + (", ".join(tables.write(commit=commit)) or "nothing was measured"))


@benchmarks.command("pictures")
@click.option("--commit", help="Show what was measured at this commit; the last of each size unless given.")
def draw_pictures(commit: str | None) -> None:
    """Draw the pictures of docs/images."""
    for path in pictures.draw(commit=commit):
        click.echo(path.name)


for command in (check, idleness, site, approvals):
    benchmarks.add_command(command)

if __name__ == "__main__":
    benchmarks()
