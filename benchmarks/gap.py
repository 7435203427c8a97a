"""B4: the generalised assignment problem of the literature: distance to the best cost known.

Agents are places with one capacity, jobs are projects that must all be placed, cost is minimised.
Instances: OR-Library (Beasley, Chu, Cattrysse) and Yagiura; see SOURCE.md beside the data.
"""

import csv
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks import ours, shown
from benchmarks.figure import OURS, Figure, Measurement, Outcome, Rows, Stopwatch, Task
from benchmarks.plan_gap import MIP, measure_peer
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.result import Status

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
FOLDER = Path(os.environ.get("YINFENG_DATA", str(DATA)))
LARGE_TYPES, LARGE_JOBS = "cde", 400
"""The instances of the figure: types C, D and E with so many jobs and more."""


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


def named(group: str) -> tuple[str, ...]:
    """Give the instances of a group ("large", "small", "all"), or those whose names hold the text."""
    every = instances(FOLDER)
    large = [one.name for one in every if one.jobs >= LARGE_JOBS and Path(one.name).name[0] in LARGE_TYPES]
    if group == "large":
        return tuple(large)
    return tuple(
        one.name
        for one in every
        if group == "all" or (group == "small" and one.name not in large) or group in one.name
    )


def _instance(name: str) -> Instance:
    return next(one for one in instances(FOLDER) if one.name == name)


def measure(task: Task) -> Outcome:
    """Take one measurement."""
    instance = _instance(task.size)
    problem = load(instance.path)
    outcome = _ours(problem, task.limit_s) if task.peer == OURS else measure_peer(problem, task)
    if outcome.value is None:
        return outcome
    return replace(outcome, more={**outcome.more, "best_known": instance.best_known})


def _ours(problem: Problem, limit_s: float) -> Outcome:
    ours.warm_up()
    with Stopwatch() as watch:
        result = ours.our_plan(problem, limit_s)
    broken = ours.faults(problem, result)
    return Outcome(
        "broken" if broken else "done" if result.status is Status.OPTIMAL else "limit",
        watch.wall_s,
        watch.cpu_s,
        result.value if result.complete else None,
        result.bound,
        result.gap if result.complete else None,
        more={"why": broken, "solver": f"{result.status} {result.method}"},
    )


def table(rows: Rows) -> str:
    """Show cost over the best known by instance and solver, then mean and worst."""
    columns = list(dict.fromkeys(row.peer for row in rows))
    groups = shown.by_peer(rows)
    sizes = list(dict.fromkeys(row.size for row in rows))
    gaps = {key: shown.middle(group, _above) for key, group in groups.items()}
    lines = [[size, *(shown.percent(gaps.get((size, peer))) for peer in columns)] for size in sizes]
    for word, of in (("mean", lambda known: sum(known) / len(known)), ("worst", max)):
        known = {peer: [g for size in sizes if (g := gaps.get((size, peer))) is not None] for peer in columns}
        lines.append(
            [f"**{word}**", *(shown.percent(of(k) if (k := known[peer]) else None) for peer in columns)]
        )
    plans = [
        f"{sum(gaps.get((size, peer)) is not None for size in sizes)} of {len(sizes)}" for peer in columns
    ]
    return shown.markdown(["instance", *columns], [*lines, ["with a plan", *plans]])


def _above(row: Measurement) -> float | None:
    """Give the cost over the best known; values are costs with the sign turned."""
    return None if row.value is None else -row.value / row.more["best_known"] - 1


FIGURE = Figure(
    id="B4",
    title="Instances of the literature",
    sizes=("large",),
    seeds=(0,),
    limit_s=60,
    peers=lambda size: (OURS, *MIP),
    measure=measure,
    table=table,
    expand=named,
)
