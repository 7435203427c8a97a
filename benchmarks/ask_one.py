"""B9: one need against a million places, one place against a hundred thousand projects."""

import time
from collections.abc import Callable
from statistics import median, quantiles

import numpy as np

from benchmarks import ours, shown
from benchmarks.figure import OURS, Figure, Outcome, Rows, Stopwatch, Task
from benchmarks.instances import Question, offers, question, sides
from yinfeng.core.matching.facts import Facts

PROJECTS_PER_PLACE = 0.1
ASKED = 20
"""Needs, or places, asked one after another; the median is shown, and the first by itself."""
FIND, TAKERS = f"{OURS} find", f"{OURS} takers"


def _sides(size: str) -> tuple[int, int]:
    """Give projects and places; a size is a number of places here."""
    if "x" in size:
        return sides(size)
    places, _ = sides(size)
    return max(1, round(places * PROJECTS_PER_PLACE)), places


def _asked(size: str, seed: int) -> tuple[Question, ours.Mapping]:
    return question(*_sides(size), seed), offers(*_sides(size), seed)


def measure(task: Task) -> Outcome:
    """Take one measurement: many questions to one process."""
    (facts, policy), on_offer = _asked(task.size, task.seed)
    ask: Callable[[int], object]
    with Stopwatch() as preparing:
        if task.peer == FIND:
            ready = ours.our_find_ready(facts, on_offer, policy)
            step = max(1, len(facts.projects) // ASKED)

            def ask(n: int) -> object:
                return ours.our_find(ready, facts, n * step % len(facts.projects))
        else:
            prepared = ours.our_takers_ready(facts, on_offer, policy)
            vacant = _vacant(facts)
            step = max(1, len(vacant) // ASKED)

            def ask(n: int) -> object:
                return ours.our_takers(prepared, facts.places.id[vacant[n * step % len(vacant)]])

    with Stopwatch() as first:
        ask(0)
    each = []
    with Stopwatch() as watch:
        for n in range(ASKED):
            started = time.perf_counter()
            ask(n)
            each.append(time.perf_counter() - started)
    return Outcome(
        "done",
        median(each),
        watch.cpu_s / ASKED,
        more={
            "prepare_s": preparing.wall_s,
            "first_s": first.wall_s,
            "p90_s": quantiles(each, n=10)[-1],
            "most_s": max(each),
        },
    )


def _vacant(facts: Facts) -> list[int]:
    status = facts.places.key["status"]
    is_vacant = np.array([name[0] == "vacant" for name in status.distinct], dtype=np.bool_)
    vacant: list[int] = np.flatnonzero(is_vacant[status.index]).tolist()
    return vacant


def table(rows: Rows) -> str:
    """Show milliseconds by size and question."""

    def ms(group: Rows, name: str) -> str:
        value = shown.middle(group, lambda row: row.more.get(name) if name else row.wall_s)
        return "–" if value is None else f"{1000 * value:,.1f}"

    return shown.markdown(
        [
            "places",
            "projects",
            "question",
            "median [ms]",
            "nine in ten within",
            "longest",
            "first call",
            "prepared once",
            "MB",
            "",
        ],
        [
            [
                size,
                f"{_sides(size)[0]:,}",
                peer.removeprefix(f"{OURS} "),
                *(ms(group, name) for name in ("", "p90_s", "most_s", "first_s", "prepare_s")),
                shown.megabytes(group),
                shown.remark(group),
            ]
            for (size, peer), group in shown.by_peer(rows).items()
        ],
    )


FIGURE = Figure(
    id="B9",
    title="One question",
    sizes=("10k", "100k", "1M"),
    seeds=(11,),
    limit_s=300,
    peers=lambda size: (FIND, TAKERS),
    measure=measure,
    table=table,
    prepare=lambda task: _asked(task.size, task.seed) and None,
)
