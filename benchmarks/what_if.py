"""B6: a changed quota or changed projects: from the plan before to a new proven plan."""

import numpy as np

from benchmarks import ours, shown
from benchmarks.figure import OURS, Figure, Outcome, Rows, Stopwatch, Task
from benchmarks.instances import short_problem, sides
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.result import Result

CHANGES = ("quota", "projects")
SHARE = 0.2
"""Of a quota that is taken away: of the one that costs most, price times capacity."""
CHANGED = 0.01
"""Share of projects withdrawn, and as many whose value rises by a tenth."""
BEFORE_S = 60.0


def measure(task: Task) -> Outcome:
    """Take one measurement; the plan before the change is not timed."""
    problem = short_problem(*sides(task.size), task.seed)
    how, change = task.peer.removeprefix(f"{OURS} ").split(", ")
    ours.warm_up()
    before = ours.our_plan(problem, BEFORE_S)
    difference = differing(problem, before, change, task.seed)
    if how == "warm":
        ready = ours.our_what_if_ready(problem, before)
        # The first question of a session loads kernels; another one comes at once.
        ours.our_what_if(ready, problem, differing(problem, before, change, task.seed + 1), task.limit_s)
        with Stopwatch() as watch:
            made, result = ours.our_what_if(ready, problem, difference, task.limit_s)
        changed = made()
    else:
        changed = ours.changed(problem, difference)
        with Stopwatch() as watch:
            result = ours.our_plan(changed, task.limit_s)
    return ours.outcome(changed, result, watch)


def differing(problem: Problem, before: Result, change: str, seed: int) -> ours.Difference:
    """Say what changes: a fifth less of the dearest quota, or projects drawn by the seed."""
    if change == "quota":
        is_quota = np.array([name.startswith("quota:") for name in problem.resource_id])
        dearest = int(np.argmax(np.where(is_quota, before.price * problem.capacity, -1.0)))
        return ours.Difference({dearest: int(problem.capacity[dearest] * (1 - SHARE))}, {})
    n = max(1, int(problem.n_projects * CHANGED))
    drawn = np.random.default_rng(seed).permutation(problem.n_projects).tolist()
    values = {i: problem.value[problem.start[i] : problem.start[i + 1]] for i in drawn[: 2 * n]}
    withdrawn = {i: np.zeros_like(values[i]) for i in drawn[:n]}
    return ours.Difference({}, withdrawn | {i: values[i] + values[i] // 10 for i in drawn[n : 2 * n]})


def table(rows: Rows) -> str:
    """Show warm beside cold by size and change."""
    groups = shown.by_peer(rows)
    lines = []
    for size in dict.fromkeys(row.size for row in rows):
        for change in CHANGES:
            warm, cold = (groups.get((size, f"{OURS} {how}, {change}"), []) for how in ("warm", "cold"))
            apart = [
                one.value / other.value - 1
                for one in warm
                for other in cold
                if one.value and other.value and (one.seed, one.repeat) == (other.seed, other.repeat)
            ]
            for how, group in (("warm", warm), ("cold", cold)):
                if group:
                    lines.append(
                        [
                            size,
                            change,
                            how,
                            shown.seconds(shown.middle(group, lambda row: row.wall_s)),
                            shown.seconds(shown.middle(group, lambda row: row.cpu_s)),
                            shown.percent(shown.middle(group, lambda row: row.gap)),
                            shown.percent(min(apart)) if how == "warm" and apart else "",
                            shown.remark(group),
                        ]
                    )
    return shown.markdown(
        ["projects", "change", "start", "wall [s]", "CPU [s]", "gap", "value against cold, worst", ""], lines
    )


FIGURE = Figure(
    id="B6",
    title="What if",
    sizes=("1k", "10k"),
    seeds=(11, 12, 13),
    limit_s=60,
    peers=lambda size: tuple(f"{OURS} {how}, {change}" for change in CHANGES for how in ("warm", "cold")),
    measure=measure,
    table=table,
    prepare=lambda task: short_problem(*sides(task.size), task.seed) and None,
)
