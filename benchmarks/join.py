"""B5: every project's fifty best places among those that pass eleven rules, exactly."""

import hashlib

import numpy as np

from benchmarks import ours, shown
from benchmarks.figure import OURS, Figure, Outcome, Rows, Stopwatch, Task
from benchmarks.instances import Pairing, pairing, sides
from benchmarks.ours import Top

MOST = 50
PLACES_PER_PROJECT = 10
PEERS = ("Polars", "DuckDB")


def measure(task: Task) -> Outcome:
    """Take one measurement."""
    facts, offers, policy = pairing(*sides(task.size, PLACES_PER_PROJECT), task.seed)
    if task.peer == OURS:
        _ours(pairing(*ours.WARM_UP, 1))
        found, watch, ready_s = _ours(Pairing(facts, offers, policy))
    else:
        from benchmarks.peers import join_tables

        if task.peer == "Polars":
            from benchmarks.peers.polars_join import top
        else:
            from benchmarks.peers.duckdb_join import top
        held = join_tables.tables(facts, offers, policy)
        with Stopwatch() as watch:
            asked = join_tables.exploded(held)
            ready_s = watch.lap()[0]
            found = top(held, asked, policy.readiness_share_month, MOST)
    return Outcome(
        "done",
        watch.wall_s,
        watch.cpu_s,
        value=float(found.value.sum()),
        more={"pairs": len(found.project), "set": digest(found), "ready_s": ready_s},
    )


def _ours(asked: Pairing) -> tuple[Top, Stopwatch, float]:
    with Stopwatch() as watch:
        ready = ours.our_join_ready(*asked)
        ready_s = watch.lap()[0]
        found = ours.our_top(ready, *asked, most=MOST)
    return found, watch, ready_s


def digest(found: Top) -> str:
    """Give a hash of the pairs with their values, whatever their order."""
    order = np.lexsort((found.offer, found.project))
    columns = np.stack([np.asarray(column, dtype=np.int64)[order] for column in found])
    return hashlib.blake2b(columns.tobytes(), digest_size=16).hexdigest()


def table(rows: Rows) -> str:
    """Show time and memory by size and method, and whether all found the same pairs."""
    ours_s: dict[str, float | None] = {}
    lines = []
    for (size, peer), group in shown.by_peer(rows).items():
        wall = shown.middle(group, lambda row: row.wall_s)
        if peer == OURS:
            ours_s[size] = wall
        cpu = shown.middle(group, lambda row: row.cpu_s)
        lines.append((size, peer, wall, cpu, group))
    return shown.markdown(
        [
            "projects",
            "method",
            "wall [s]",
            "of it preparing",
            "CPU [s]",
            "× Yinfeng",
            "pairs",
            "same pairs as all others",
            "MB",
            "",
        ],
        [
            [
                size,
                peer,
                shown.seconds(wall, group[0].limit_s),
                shown.seconds(shown.middle(group, lambda row: row.more.get("ready_s"))),
                shown.seconds(cpu),
                shown.times(wall, ours_s.get(size)),
                f"{group[-1].more.get('pairs', 0):,}",
                "yes" if agrees(rows, group) else "NO",
                shown.megabytes(group),
                shown.remark(group),
            ]
            for size, peer, wall, cpu, group in lines
        ],
    )


def agrees(rows: Rows, group: Rows) -> bool:
    """Tell whether a group's pairs are those of everybody at the same size and seed."""
    sets: dict[tuple[str, int], set[str]] = {}
    for row in rows:
        if "set" in row.more:
            sets.setdefault((row.size, row.seed), set()).add(row.more["set"])
    return all(len(sets.get((row.size, row.seed), set())) == 1 for row in group)


FIGURE = Figure(
    id="B5",
    title="The join",
    sizes=("1k", "10k", "100k"),
    seeds=(11,),
    limit_s=600,
    peers=lambda size: (OURS, *PEERS),
    measure=measure,
    table=table,
    prepare=lambda task: pairing(*sides(task.size, PLACES_PER_PROJECT), task.seed) and None,
)
