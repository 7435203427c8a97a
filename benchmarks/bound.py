"""B1: time to a proven bound within 0.01 % of the optimum of the linear program."""

from benchmarks import ours, shown
from benchmarks.figure import OURS, Figure, Outcome, Rows, Stopwatch, Task
from benchmarks.instances import short_problem, sides
from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.result import Progress

WITHIN = 1e-4
"""Share above the optimum at which a bound counts as found."""
EXACT = ("HiGHS simplex", "HiGHS IPX")
"""Methods whose optimum the others are held to."""
TOLERANCE = {"OR-Tools PDLP 1e-4": 1e-4, "OR-Tools PDLP 1e-3": 1e-3}
TOO_LARGE = {"HiGHS simplex": 20_000, "HiGHS IPX": 20_000, "HiGHS PDLP": 20_000}
"""Projects above which a method is not asked: it had given nothing at ten times fewer within the limit."""


def peers(size: str) -> tuple[str, ...]:
    """List who is asked at a size."""
    projects, _ = sides(size)
    every = (OURS, *TOLERANCE, *TOO_LARGE)
    return tuple(name for name in every if projects <= TOO_LARGE.get(name, projects))


def measure(task: Task) -> Outcome:
    """Take one measurement."""
    problem = short_problem(*sides(task.size), task.seed)
    return _ours(problem) if task.peer == OURS else _peer(problem, task)


def _ours(problem: Problem) -> Outcome:
    ours.warm_up()
    trace: list[tuple[float, float, int]] = []
    watch = Stopwatch()

    def told(progress: Progress) -> bool:
        if progress.bound is not None:
            trace.append((*watch.lap(), progress.bound))
        return True

    with watch:
        result = ours.our_bound(problem, told)
    trace.append((watch.wall_s, watch.cpu_s, result.bound))
    return Outcome("done", watch.wall_s, watch.cpu_s, bound=result.bound, more={"trace": trace})


def _peer(problem: Problem, task: Task) -> Outcome:
    from benchmarks.peers.program import dual_value

    if task.peer in TOLERANCE:
        from benchmarks.peers import ortools_peers

        with Stopwatch() as watch:
            found = ortools_peers.relaxed(problem, TOLERANCE[task.peer], task.limit_s)
    else:
        from benchmarks.peers import highs

        with Stopwatch() as watch:
            found = highs.relaxed(problem, task.peer, task.limit_s)
    bound = None if found.price is None else dual_value(problem, found.price)
    return Outcome(found.status, watch.wall_s, watch.cpu_s, value=found.value, bound=bound)


def optimum(rows: Rows) -> tuple[float | None, bool]:
    """Give the optimum of one instance and whether it is exact; else the least bound anybody proved."""
    for name in EXACT:
        values = [row.value for row in rows if row.peer == name and row.status == "done" and row.value]
        if values:
            return values[0], True
    bounds = [row.bound for row in rows if row.bound]
    return min(bounds, default=None), False


def reached(rows: Rows, best: dict[tuple[str, int], float]) -> tuple[list[float], list[float], list[float]]:
    """Give wall clock, processor time and distance of the measurements that reached a bound near enough.

    best: the optimum by size and seed. A peer counts when it ends by itself, however near it came.
    """
    walls, cpus, apart = [], [], []
    for row in rows:
        least = best.get((row.size, row.seed))
        if least is None or row.bound is None:
            continue
        apart.append(row.bound / least - 1)
        if row.peer == OURS:
            near = [(wall, cpu) for wall, cpu, bound in row.more["trace"] if bound <= least * (1 + WITHIN)]
            if near:
                walls.append(near[0][0])
                cpus.append(near[0][1])
        elif row.status == "done" and row.wall_s and row.cpu_s:
            walls.append(row.wall_s)
            cpus.append(row.cpu_s)
    return walls, cpus, apart


def table(rows: Rows) -> str:
    """Show time and distance by size and method."""
    best, exact = {}, {}
    for size, seed in {(row.size, row.seed) for row in rows}:
        of_one = [row for row in rows if (row.size, row.seed) == (size, seed)]
        least, exact[size] = optimum(of_one)
        if least is not None:
            best[size, seed] = least
    lines, ours_s = [], {}
    for (size, peer), group in shown.by_peer(rows).items():
        walls, cpus, apart = reached(group, best)
        wall, cpu = (shown.median(values) if values else None for values in (walls, cpus))
        if peer == OURS:
            ours_s[size] = wall
        lines.append((size, peer, wall, cpu, apart, group))
    return shown.markdown(
        ["projects", "method", "wall [s]", "CPU [s]", "× Yinfeng", "bound above the optimum", "MB", ""],
        [
            [
                size,
                peer,
                shown.seconds(wall, group[0].limit_s),
                shown.seconds(cpu),
                shown.times(wall, ours_s.get(size)),
                shown.percent(max(apart) if apart else None, 4) + ("" if exact[size] else " *"),
                shown.megabytes(group),
                shown.remark(group),
            ]
            for size, peer, wall, cpu, apart, group in lines
        ],
    ) + (
        ""
        if all(exact.values())
        else "\n\n\\* above the least bound of all: no method gave the optimum itself."
    )


FIGURE = Figure(
    id="B1",
    title="A bound",
    sizes=("1k", "10k", "100k"),
    seeds=(11,),
    limit_s=900,
    peers=peers,
    measure=measure,
    table=table,
    prepare=lambda task: short_problem(*sides(task.size), task.seed) and None,
)
