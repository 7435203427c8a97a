"""The command from ledgers to plan.xlsx: compiling (cold), and with what was compiled (warm)."""

import resource
import tempfile
from pathlib import Path

from benchmarks import shown
from benchmarks.commands import run
from benchmarks.figure import OURS, Figure, Outcome, Rows, Task
from benchmarks.instances import sides
from yinfeng.tables import synthetic

ENDED = (0, 12)
"""Exit codes of a plan: found, or found until the clock ended it."""


def measure(task: Task) -> Outcome:
    """Take one measurement; a warm start follows one that is not timed."""
    projects, places = sides(task.size)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        synthetic.write(folder, projects=projects, places=places, seed=task.seed)
        arguments = ["match", "--ledgers", ".", "--as-of", synthetic.AS_OF.isoformat()]
        compiled = str(folder / "compiled")
        if task.peer == f"{OURS} warm":
            run(arguments, folder, NUMBA_CACHE_DIR=compiled)
        wall, cpu, code = run(arguments, folder, NUMBA_CACHE_DIR=compiled)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Outcome("done" if code in ENDED else "failed", wall, cpu, more={"exit": code, "command_mb": peak})


def table(rows: Rows) -> str:
    """Show seconds by size and start."""
    return shown.markdown(
        ["projects", "start", "wall [s]", "CPU [s]", "MB", ""],
        [
            [
                size,
                peer.removeprefix(f"{OURS} "),
                shown.seconds(shown.middle(group, lambda row: row.wall_s)),
                shown.seconds(shown.middle(group, lambda row: row.cpu_s)),
                f"{max(row.more.get('command_mb', 0) for row in group):,.0f}",
                shown.remark(group),
            ]
            for (size, peer), group in shown.by_peer(rows).items()
        ],
    )


FIGURE = Figure(
    id="start",
    title="From files to plan.xlsx",
    sizes=("1k",),
    seeds=(11,),
    limit_s=120,
    peers=lambda size: (f"{OURS} cold", f"{OURS} warm"),
    measure=measure,
    table=table,
)
