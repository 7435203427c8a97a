"""Idle land at scale: the clocks of very many parcels, and the command that reads them from a file."""

import gc
import random
import resource
import subprocess
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import click

from benchmarks.commands import YINFENG, machine
from yinfeng.core.idleness.problem import Event, EventKind, Parcel, Problem
from yinfeng.core.idleness.solve import solve
from yinfeng.tables.idleness_rules import efficiency_rules, land_rules, read_idleness_rules
from yinfeng.tables.rulebook import read_working_days
from yinfeng.tables.write import write_csv

ON = date(2024, 7, 21)
DAYS = 3_600
KINDS = (
    EventKind.DELAY, EventKind.STOPPED, EventKind.RESUMED, EventKind.PERMIT, EventKind.THIRD_DONE,
    EventKind.INVESTIGATION, EventKind.REPLY, EventKind.DETERMINATION, EventKind.EXTENSION,
)  # fmt: skip


@click.command()
@click.option("--parcels", default=100_000, show_default=True)
@click.option("--seed", default=0, show_default=True)
def idleness(parcels: int, seed: int) -> None:
    """Print how long the clocks of all parcels take, and the whole command from a CSV file."""
    click.echo(machine())
    made = make_up(parcels, seed)
    events = sum(len(one.events) for one in made)
    rules = read_idleness_rules("shanxi", ON)
    problem = Problem(
        on=ON, land=land_rules(rules), efficiency=efficiency_rules(rules),
        calendar=read_working_days("shanxi", ON), parcels=made,
    )  # fmt: skip
    gc.collect()
    gc.disable()
    start, cpu = time.perf_counter(), time.process_time()
    result = solve(problem)
    wall, spent = time.perf_counter() - start, time.process_time() - cpu
    gc.enable()
    idle = sum(one.land.state in ("idle_1", "idle_2") for one in result.parcels)
    click.echo(
        f"{parcels:,} parcels, {events:,} events, {idle:,} idle: "
        f"clocks {wall:.2f} s, of which the processor worked {spent:.2f} s"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "land.csv"
        write_ledger(path, made)
        start = time.perf_counter()
        subprocess.run(
            [*YINFENG, "idleness", str(path), "--on", ON.isoformat()], check=True, capture_output=True
        )
        took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    click.echo(f"yinfeng idleness land.csv, {parcels:,} rows: {took:.1f} s, peak {peak:,.0f} MB")


def make_up(parcels: int, seed: int) -> tuple[Parcel, ...]:
    """Make up parcels: half with nothing but a contract, the rest with up to six events."""
    chance = random.Random(seed)
    first = date(2015, 1, 1)

    def day() -> date:
        return first + timedelta(days=chance.randrange(DAYS))

    made = []
    for number in range(parcels):
        start = day()
        events = []
        for at in range(chance.choice((0, 0, 0, 1, 3, 6))):
            on = day()
            cause = chance.choice(("plan_change", "funds"))
            events.append(
                Event(
                    id=f"{number}-{at}",
                    kind=chance.choice(KINDS),
                    on=on,
                    until=on + timedelta(100),
                    cause=cause,
                )
            )
        is_started = chance.random() < 0.6
        made.append(
            Parcel(
                id=f"P{number:06}", start_on=start, area_ha=3.0, price_wan=100.0, events=tuple(events),
                started_on=start + timedelta(days=200) if is_started else None,
            )
        )  # fmt: skip
    return tuple(made)


def write_ledger(path: Path, parcels: tuple[Parcel, ...]) -> None:
    """Write the contracts as a ledger of land supply."""
    headers = ["电子监管号", "面积（公顷）", "成交价格（万元）", "约定开工时间", "实际开工时间"]
    rows = [[one.id, one.area_ha, one.price_wan, one.start_on, one.started_on or ""] for one in parcels]
    write_csv(path, headers, rows)
