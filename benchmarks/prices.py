"""B7: the prices of quotas against the exact duals of the linear program."""

import numpy as np

from benchmarks import ours, shown
from benchmarks.figure import OURS, Figure, Measurement, Outcome, Rows, Stopwatch, Task
from benchmarks.instances import short_problem, sides

EXACT = "HiGHS simplex"


def measure(task: Task) -> Outcome:
    """Take one measurement."""
    problem = short_problem(*sides(task.size), task.seed)
    quotas = [r for r, name in enumerate(problem.resource_id) if name.startswith("quota:")]
    if task.peer == OURS:
        ours.warm_up()
        with Stopwatch() as watch:
            price = ours.our_bound(problem, lambda progress: True).price
        return Outcome("done", watch.wall_s, watch.cpu_s, more={"price": price[quotas].tolist()})
    from benchmarks.peers import highs

    with Stopwatch() as watch:
        found = highs.relaxed(problem, EXACT, task.limit_s)
    if found.status != "done" or found.price is None:
        return Outcome(found.status, watch.wall_s, watch.cpu_s)
    worth = found.price * problem.capacity
    return Outcome(
        "done",
        watch.wall_s,
        watch.cpu_s,
        more={"price": found.price[quotas].tolist(), "weight": worth[quotas].tolist()},
    )


def compared(our: Measurement, exact: Measurement) -> tuple[float, float, int, int]:
    """Give correlation and mean error over mean price, and how many quotas bind in both, and in either.

    Prices of different quotas have different units (yuan per kVA, per kg, per m³), so each is first
    multiplied by the quota's capacity: what the whole quota costs.
    """
    mine, true = np.array(our.more["price"]), np.array(exact.more["price"])
    with np.errstate(divide="ignore", invalid="ignore"):
        capacity = np.where(true > 0, np.array(exact.more["weight"]) / true, 0.0)
    mine_yuan, true_yuan = mine * capacity, true * capacity
    priced = true > 0
    correlation = float(np.corrcoef(mine_yuan[priced], true_yuan[priced])[0, 1]) if priced.sum() > 1 else 1.0
    mean = max(true_yuan.sum(), 1e-9)
    return (
        correlation,
        float(np.abs(mine_yuan - true_yuan).sum() / mean),
        int(((mine > 0) & priced).sum()),
        int(((mine > 0) | priced).sum()),
    )


def table(rows: Rows) -> str:
    """Show by size and seed how near the prices come."""
    lines = []
    for size, seed in dict.fromkeys((row.size, row.seed) for row in rows):
        done = {row.peer: row for row in rows if (row.size, row.seed, row.status) == (size, seed, "done")}
        if OURS in done and EXACT in done:
            correlation, error, both, either = compared(done[OURS], done[EXACT])
            lines.append(
                [
                    size,
                    str(seed),
                    str(len(done[OURS].more["price"])),
                    f"{both} of {either}",
                    f"{correlation:.5f}",
                    shown.percent(error, 2),
                    shown.seconds(done[OURS].wall_s),
                    shown.seconds(done[EXACT].wall_s),
                ]
            )
    return shown.markdown(
        ["projects", "seed", "quotas", "priced by both", "correlation", "mean error",
         "Yinfeng [s]", "HiGHS simplex [s]"],
        lines,
    )  # fmt: skip


FIGURE = Figure(
    id="B7",
    title="Prices",
    sizes=("1k", "10k"),
    seeds=(11, 12, 13),
    limit_s=900,
    peers=lambda size: (OURS, EXACT),
    measure=measure,
    table=table,
    prepare=lambda task: short_problem(*sides(task.size), task.seed) and None,
)
