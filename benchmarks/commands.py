"""The commands as a user runs them: a process each, from files to files, start-up included."""

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import numpy as np

from yinfeng.tables import schema, synthetic
from yinfeng.tables.write import Sheet, write_workbook

YINFENG = (sys.executable, "-c", "from yinfeng.cli.main import main; main()")
COLUMNS = 30  # of the ledger that is checked


def machine() -> str:
    """Say on what the figures were measured."""
    load = os.getloadavg()[0]
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}"
    )


def run(arguments: list[str], folder: Path, **environment: str) -> tuple[float, float, int]:
    """Run a command; gives wall clock [s], processor time [s] and exit code."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [*YINFENG, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, done.returncode


@click.command()
@click.option("--rows", default=50_000, show_default=True)
@click.option("--bad", default=0.02, show_default=True, help="Share of cells that cannot be read.")
def check(rows: int, bad: float) -> None:
    """Time ``yinfeng check`` on a made-up places ledger of 30 columns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_workbook(folder / "places.xlsx", [_places(rows, bad)])
        wall, cpu, code = run(["check", "places.xlsx"], folder)
    click.echo(f"{machine()}\ncheck {rows} rows x {COLUMNS} columns, {bad:.0%} bad cells: "
               f"{wall:.1f} s wall, {cpu:.1f} s CPU, exit {code}")  # fmt: skip


def _places(rows: int, bad: float) -> Sheet:
    """Make up a places ledger as people write it, with a share of its quantities spoilt."""
    table = synthetic.ledgers(projects=1, places=rows, seed=1)["places"].slice(0, rows)
    filled = [c for c in schema.load("places").columns if table.column(c.name).null_count < rows][:COLUMNS]
    values = [_written(table.column(column.name).to_pylist(), column) for column in filled]
    spoilt = np.random.default_rng(1).random((rows, len(filled))) < bad
    quantity = [column.type == "quantity" for column in filled]
    lines = [
        ["待核实的数" if spoilt[r, c] and quantity[c] else values[c][r] for c in range(len(filled))]
        for r in range(rows)
    ]
    return Sheet("场地", [schema.header(column) for column in filled], lines)


def _written(values: list[object], column: schema.Column) -> list[object]:
    if column.type == "bool":
        return [None if value is None else "是" if value else "否" for value in values]
    if column.type == "choice":
        words = {choice.code: choice.label.zh for choice in schema.choices(column.target)}
        return [words.get(str(value)) for value in values]
    return ["、".join(map(str, value)) if isinstance(value, list) else value for value in values]
