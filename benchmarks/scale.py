"""B3: a million projects and two million places, from the facts to a plan proven for all pairs."""

from benchmarks import ours, shown
from benchmarks.figure import OURS, Figure, Outcome, Rows, Stopwatch, Task
from benchmarks.instances import question, sides
from yinfeng.core.matching.result import Progress


def measure(task: Task) -> Outcome:
    """Take one measurement."""
    facts, policy = question(*sides(task.size), task.seed)
    ours.warm_up()
    trace: list[tuple[float, int | None, int | None]] = []
    watch = Stopwatch()

    def told(progress: Progress) -> bool:
        trace.append((watch.lap()[0], progress.bound, progress.value))
        return True

    with watch:
        problem, result, build_s = ours.our_answer(facts, policy, task.limit_s, told)
    return ours.outcome(problem, result, watch, build_s=build_s, trace=trace, candidates=problem.n_candidates)


def table(rows: Rows) -> str:
    """Show time, memory and gap by size."""
    return shown.markdown(
        ["projects", "wall [s]", "CPU [s]", "MB", "value", "bound for all pairs", "gap", ""],
        [
            [
                size,
                shown.seconds(shown.middle(group, lambda row: row.wall_s)),
                shown.seconds(shown.middle(group, lambda row: row.cpu_s)),
                shown.megabytes(group),
                *(f"{row.value:,.0f}" if row.value else "–" for row in group[-1:]),
                *(f"{row.bound:,.0f}" if row.bound else "–" for row in group[-1:]),
                shown.percent(shown.middle(group, lambda row: row.gap)),
                shown.remark(group),
            ]
            for (size, _), group in shown.by_peer(rows).items()
        ],
    )


FIGURE = Figure(
    id="B3",
    title="A country",
    sizes=("1M",),
    seeds=(11,),
    limit_s=180,
    peers=lambda size: (OURS,),
    measure=measure,
    table=table,
    prepare=lambda task: question(*sides(task.size), task.seed) and None,
)
