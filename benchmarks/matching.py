"""An oracle: pure matching without quotas, where SciPy gives the exact optimum."""

import numpy as np

from benchmarks import ours, shown
from benchmarks.figure import OURS, Figure, Outcome, Rows, Stopwatch, Task
from benchmarks.instances import kept, sides
from yinfeng.core.matching.problem import Problem

CHOICES = 50
"""Places that each project may take."""


def pure(n: int, m: int, seed: int) -> Problem:
    """Make up a matching: each project may take up to `CHOICES` places, each place takes one project."""
    draw = np.random.default_rng(seed)
    each = min(CHOICES, m)
    place = np.concatenate([draw.choice(m, each, replace=False) for _ in range(n)])
    k, digits = n * each, len(str(n * each))
    return Problem.of_arrays(
        project_id=[f"p{i:0{digits}}" for i in range(n)],
        required=np.zeros(n, dtype=np.bool_),
        candidate_id=[f"c{c:0{digits}}" for c in range(k)],
        project=np.repeat(np.arange(n), each),
        value=draw.integers(1, 1_000_000, k),
        use_candidate=np.arange(k),
        use_resource=place,
        use_amount=np.ones(k, dtype=np.int64),
        resource_id=[f"r{r:0{digits}}" for r in range(m)],
        capacity=np.ones(m, dtype=np.int64),
    )


def _pure(task: Task) -> Problem:
    n, m = sides(task.size)
    return kept(f"pure-{n}x{m}-{task.seed}", lambda: pure(n, m, task.seed))


def measure(task: Task) -> Outcome:
    """Take one measurement."""
    problem = _pure(task)
    if task.peer == OURS:
        ours.warm_up()
        with Stopwatch() as watch:
            result = ours.our_plan(problem, task.limit_s)
    else:
        from benchmarks.peers.scipy_matching import matched

        with Stopwatch() as watch:
            found = matched(problem)
        assert found.chosen is not None
        result = ours.peer_result(problem, found.chosen, found.bound)
    return ours.outcome(problem, result, watch)


def table(rows: Rows) -> str:
    """Show value and bound against the optimum."""
    optimum = {(row.size, row.seed): row.value for row in rows if row.peer == "SciPy" and row.value}

    def apart(group: Rows, name: str) -> str:
        shares = [
            getattr(row, name) / optimum[row.size, row.seed] - 1
            for row in group
            if getattr(row, name) and (row.size, row.seed) in optimum
        ]
        return shown.percent(shown.median(shares) if shares else None, 4)

    return shown.markdown(
        ["projects", "method", "value against the optimum", "bound against it", "wall [s]", "CPU [s]", ""],
        [
            [
                size,
                peer,
                apart(group, "value"),
                apart(group, "bound"),
                shown.seconds(shown.middle(group, lambda row: row.wall_s)),
                shown.seconds(shown.middle(group, lambda row: row.cpu_s)),
                shown.remark(group),
            ]
            for (size, peer), group in shown.by_peer(rows).items()
        ],
    )


FIGURE = Figure(
    id="oracle",
    title="An oracle",
    sizes=("1k", "10k"),
    seeds=(11,),
    limit_s=60,
    peers=lambda size: (OURS, "SciPy"),
    measure=measure,
    table=table,
    prepare=lambda task: _pure(task) and None,
)
