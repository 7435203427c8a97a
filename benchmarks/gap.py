"""The generalised assignment problem of the literature: distance to the best cost known.

Agents are places with one capacity, jobs are projects that must all be placed, cost is minimised.
Instances: OR-Library (Beasley, Chu, Cattrysse) and Yagiura; see SOURCE.md beside the data.
"""

import csv
import os
import platform
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from yinfeng.core.matching.check import check
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.result import Result
from yinfeng.core.matching.solve import solve

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Instance:
    """One file and the best cost known for it."""

    name: str
    path: Path
    agents: int
    jobs: int
    best_known: int
    is_proven: bool


def instances(folder: Path) -> list[Instance]:
    """List the instances under the folder of the published data, smallest first."""
    with (folder / "gap" / "best_known_checked.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = [
        Instance(
            name=row["path"],
            path=folder / "gap" / "instances" / row["path"],
            agents=int(row["agents"]),
            jobs=int(row["jobs"]),
            best_known=int(row["best_known_used"]),
            is_proven=row["proven_optimum"] != "",
        )
        for row in rows
    ]
    return sorted(found, key=lambda instance: (instance.agents * instance.jobs, instance.name))


def load(path: Path) -> Problem:
    """Read an instance: m and n, m rows of n costs, m rows of n amounts, m capacities; value is -cost."""
    numbers = np.array(path.read_text().split(), dtype=np.int64)
    m, n = (int(size) for size in numbers[:2])
    cost, amount = numbers[2 : 2 + 2 * m * n].reshape(2, m, n)
    job, agent = np.divmod(np.arange(m * n), m)
    return Problem.of_arrays(
        project_id=[f"job{i:05d}" for i in range(n)],
        required=np.ones(n, dtype=np.bool_),
        candidate_id=[f"job{i:05d}-agent{j:03d}" for i in range(n) for j in range(m)],
        project=job,
        value=-cost[agent, job],
        use_candidate=np.arange(m * n),
        use_resource=agent,
        use_amount=amount[agent, job],
        resource_id=[f"agent{j:03d}" for j in range(m)],
        capacity=numbers[2 + 2 * m * n : 2 + 2 * m * n + m],
    )


@click.command()
@click.option("--seconds", default=20.0, show_default=True, help="Wall clock for each instance.")
@click.option("--method", default="auto", type=click.Choice(["auto", "exact", "fast"]), show_default=True)
@click.option("--only", default="", help="Part of the names to run.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=os.environ.get("YINFENG_DATA", str(DATA)),
    show_default=True,
)
def gap(seconds: float, method: str, only: str, data: Path) -> None:
    """Print the gap to the best cost known, and the gap we prove ourselves."""
    chosen = [instance for instance in instances(data) if only in instance.name]
    solve(load(chosen[0].path), time_limit_s=seconds)  # compiling is not measured
    click.echo(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{method}, {seconds} s"
    )
    click.echo(
        f"{'instance':24}{'cost':>9}{'bound':>9}{'best':>9}{'gap %':>8}{'proven %':>10}{'s':>7}  status"
    )
    gaps = []
    for instance in chosen:
        problem = load(instance.path)
        result = solve(problem, method=method, time_limit_s=seconds)  # type: ignore[arg-type]
        broken = check(problem, result)
        if broken:
            raise click.ClickException(f"{instance.name}: {broken[0].en}")
        click.echo(_line(instance, result))
        if result.complete:
            gaps.append(_percent(-result.value, instance.best_known))
    click.echo(
        f"mean gap {np.mean(gaps):.3f} %, largest {max(gaps):.3f} %, {len(gaps)} of {len(chosen)} with a plan"
    )


def _line(instance: Instance, result: Result) -> str:
    cost, bound = -result.value, -result.bound
    if not result.complete:
        return f"{instance.name:24}{'none':>9}{bound:9}{instance.best_known:9}  {result.status}"
    to_best, proven = _percent(cost, instance.best_known), _percent(cost, bound)
    return (
        f"{instance.name:24}{cost:9}{bound:9}{instance.best_known:9}"
        f"{to_best:8.3f}{proven:10.3f}{result.seconds:7.1f}  {result.status} {result.method}"
    )


def _percent(cost: int, least: int) -> float:
    return 100 * (cost - least) / least
