"""B2: the gap proven for all feasible pairs after a minute, from the facts on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks import ours, shown
from benchmarks.figure import OURS, Figure, Outcome, Rows, Stopwatch, Task
from benchmarks.instances import Question, question, short_problem, sides
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.result import Progress

if TYPE_CHECKING:
    from benchmarks.peers.program import Planned

MIP = ("HiGHS MIP", "CP-SAT", "SCIP")
MOST_PROJECTS = {"HiGHS MIP": 20_000, "CP-SAT": 2_000, "SCIP": 20_000}
"""Projects above which a solver is not asked: CP-SAT takes gigabytes above some 100,000 candidates."""


def peers(size: str) -> tuple[str, ...]:
    """List who is asked at a size."""
    projects, _ = sides(size)
    return (OURS, *(name for name in MIP if projects <= MOST_PROJECTS[name]))


def measure(task: Task) -> Outcome:
    """Take one measurement."""
    if task.peer == OURS:
        return _ours(question(*sides(task.size), task.seed), task.limit_s)
    return measure_peer(short_problem(*sides(task.size), task.seed), task)


def _ours(asked: Question, limit_s: float) -> Outcome:
    ours.warm_up()
    trace: list[tuple[float, int | None, int | None]] = []
    watch = Stopwatch()

    def told(progress: Progress) -> bool:
        trace.append((watch.lap()[0], progress.bound, progress.value))
        return True

    with watch:
        problem, result, build_s = ours.our_answer(*asked, limit_s, told)
    trace.append((watch.wall_s, result.bound, result.value))
    return ours.outcome(
        problem,
        result,
        watch,
        build_s=build_s,
        trace=thinned(trace),
        solver=f"{result.status} {result.method}",
        placed=int((result.chosen >= 0).sum()),
        candidates=problem.n_candidates,
    )


def thinned(trace: list[tuple[float, int | None, int | None]]) -> list[tuple[float, int | None, int | None]]:
    """Keep the entries at which bound or value changed, and the last."""
    kept = [
        now for before, now in zip([None, *trace], trace, strict=False) if not before or before[1:] != now[1:]
    ]
    return kept if not trace or kept[-1] == trace[-1] else [*kept, trace[-1]]


def measure_peer(problem: Problem, task: Task) -> Outcome:
    """Let another solver plan, and look at its plan as at our own."""
    solver = _solver(task.peer)
    with Stopwatch() as watch:
        found = solver(problem, task.limit_s)
    if found.chosen is None:
        return Outcome("limit", watch.wall_s, watch.cpu_s, bound=found.bound, more={"trace": []})
    result = ours.peer_result(problem, found.chosen, found.bound)
    broken = ours.faults(problem, result)
    return Outcome(
        "broken" if broken else found.status,
        watch.wall_s,
        watch.cpu_s,
        result.value,
        found.bound,
        None if found.bound is None else result.gap,
        more={"why": broken, "trace": found.trace, "placed": int((found.chosen >= 0).sum())},
    )


def _solver(peer: str) -> Callable[[Problem, float], "Planned"]:
    """Import a solver, which takes seconds, before the clock runs."""
    if peer == "HiGHS MIP":
        from benchmarks.peers.highs import planned

        return planned
    from benchmarks.peers import ortools_peers

    return {"CP-SAT": ortools_peers.cp_sat, "SCIP": ortools_peers.scip}[peer]


def table(rows: Rows) -> str:
    """Show plans and gaps by size and method; a peer's plan is also held to the bound for all pairs."""
    bound = {}
    for row in rows:
        if row.peer == OURS and row.bound is not None:
            known = bound.get((row.size, row.seed), row.bound)
            bound[row.size, row.seed] = min(known, row.bound)
    lines = []
    for (size, peer), group in shown.by_peer(rows).items():
        to_all = [
            1 - row.value / bound[row.size, row.seed]
            for row in group
            if row.value is not None and (row.size, row.seed) in bound
        ]
        own = [row.gap for row in group if row.gap is not None]
        lines.append(
            [
                size,
                peer,
                shown.percent(shown.median(to_all) if to_all else None),
                shown.percent(max(to_all, default=None)),
                shown.percent(shown.median(own) if own else None),
                str(sum(row.value is not None for row in group)) + f" of {len(group)}",
                shown.seconds(shown.middle(group, lambda row: row.wall_s)),
                shown.seconds(shown.middle(group, lambda row: row.cpu_s)),
                shown.megabytes(group),
                shown.remark(group),
            ]
        )
    return shown.markdown(
        ["projects", "method", "plan below the bound for all pairs, median", "worst", "own gap", "plans",
         "wall [s]", "CPU [s]", "MB", ""],
        lines,
    )  # fmt: skip


def prepare(task: Task) -> None:
    """Make both forms of the instance."""
    question(*sides(task.size), task.seed)
    if len(peers(task.size)) > 1:
        short_problem(*sides(task.size), task.seed)


FIGURE = Figure(
    id="B2",
    title="A plan",
    sizes=("1k", "10k", "100k"),
    seeds=(11, 12, 13),
    limit_s=60,
    peers=peers,
    measure=measure,
    table=table,
    prepare=prepare,
)
