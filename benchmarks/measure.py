"""Run measurements one at a time, each in a process of its own: clean memory, and its own account of time."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import product
from pathlib import Path

from benchmarks import results
from benchmarks.figure import OURS, Figure, Measurement, Outcome, Task

HARD_FACTOR, HARD_S = 2.0, 300.0
"""A process is ended at so many times its limit and so many seconds more: peers overrun their clocks."""
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Libraries that would otherwise take the second core for nothing."""
ROOT = results.HERE.parent


def tasks(
    figure: Figure,
    sizes: tuple[str, ...],
    seeds: tuple[int, ...],
    repeats: int,
    peers: tuple[str, ...] = (),
    limit_s: float | None = None,
) -> Iterator[Task]:
    """List what is to be measured; those of one instance are interleaved, each repeat beginning elsewhere.

    peers: parts of names; empty for all.
    """
    every = [one for size in sizes for one in figure.expand(size)]
    for size, seed, repeat in product(every, seeds, range(repeats)):
        asked = [name for name in figure.peers(size) if not peers or any(part in name for part in peers)]
        turn = repeat % max(1, len(asked))
        for peer in asked[turn:] + asked[:turn]:
            yield Task(figure.id, size, seed, peer, repeat, limit_s or figure.limit_s)


def run(
    todo: Iterator[Task], tell: Callable[[str], None], *, again: bool = False, folder: Path = results.RESULTS
) -> list[Measurement]:
    """Take the measurements that are missing, and keep each as soon as it is there."""
    rows, prepared = [], set()
    known: dict[str, set[tuple[object, ...]]] = {}
    for task in todo:
        done = known.setdefault(task.figure, set() if again else results.measured(task.figure, folder))
        if (task.figure, task.size, task.seed, task.peer, task.repeat, results.commit()) in done:
            continue
        instance = task.figure, task.size, task.seed
        if instance not in prepared:
            prepared.add(instance)
            ready, _ = in_a_process(task, prepare=True)
            if ready.status != "done":
                tell(f"{task.figure} {task.size} seed {task.seed}: {ready.status}: {ready.more.get('why')}")
                continue
        load = os.getloadavg()[0]
        outcome, process = in_a_process(task)
        row = results.complete(task, outcome, process, load)
        results.append(row, folder)
        rows.append(row)
        tell(line(row))
    return rows


def in_a_process(task: Task, *, prepare: bool = False) -> tuple[Outcome, tuple[float, float, float]]:
    """Take one measurement; also wall clock [s], processor time [s] and peak memory [MB] of its process."""
    with tempfile.TemporaryDirectory() as name:
        answer, errors = Path(name) / "answer.json", Path(name) / "errors"
        asked = json.dumps({**asdict(task), **({"prepare": True} if prepare else {})})
        started = time.perf_counter()
        with errors.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.child", asked, str(answer)],
                cwd=ROOT,
                env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
            until = None if prepare else started + HARD_FACTOR * task.limit_s + HARD_S
            used, killed = _wait(process, until)
        wall = time.perf_counter() - started
        if answer.exists():
            outcome = Outcome(**json.loads(answer.read_text("utf-8")))
        elif killed:
            outcome = Outcome("killed", wall_s=wall, more={"why": "ended long past its limit"})
        else:
            outcome = Outcome("failed", more={"why": errors.read_text("utf-8", "replace")[-2000:]})
    return outcome, (wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _wait(process: "subprocess.Popen[bytes]", until: float | None) -> tuple[resource.struct_rusage, bool]:
    """Wait for the process, and end it and its children at ``until``; also what it used."""
    killed = False
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return used, killed
        if until is not None and not killed and time.perf_counter() > until:
            os.killpg(process.pid, signal.SIGKILL)
            killed = True
        time.sleep(0.02)


def line(row: Measurement) -> str:
    """Say in a line what was measured."""
    parts = [f"{row.figure} {row.size} seed {row.seed} #{row.repeat} {row.peer}: {row.status}"]
    if row.wall_s is not None:
        parts.append(f"{row.wall_s:.3f} s wall")
    if row.cpu_s is not None:
        parts.append(f"{row.cpu_s:.3f} s CPU")
    parts += [f"{name} {value:,.0f}" for name, value in (("value", row.value), ("bound", row.bound)) if value]
    if row.gap is not None:
        parts.append(f"gap {row.gap:.4%}")
    parts.append(f"{row.peak_mb:,.0f} MB")
    if row.status in {"skipped", "failed", "broken"}:
        parts.append(str(row.more.get("why", "")).strip().splitlines()[-1] if row.more.get("why") else "")
    return ", ".join(parts)


def is_ours(peer: str) -> bool:
    """Tell whether a name is Yinfeng's."""
    return peer.startswith(OURS)
