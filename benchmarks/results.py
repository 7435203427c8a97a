"""Measurements as JSON lines, one file a figure, and with what they were taken."""

import json
import os
import platform
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path

from benchmarks.figure import Measurement, Outcome, Rows, Task

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
PACKAGES = ("numpy", "scipy", "numba", "highspy", "pyarrow", "ortools", "polars", "duckdb")


def append(row: Measurement, folder: Path = RESULTS) -> None:
    """Add one measurement to its figure's file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{row.figure}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def read(figure: str, folder: Path = RESULTS) -> Rows:
    """Read a figure's measurements; a last line cut off by a crash is left out."""
    path = folder / f"{figure}.jsonl"
    if not path.exists():
        return []
    rows = []
    for line in path.read_text("utf-8").splitlines():
        try:
            rows.append(Measurement(**json.loads(line)))
        except json.JSONDecodeError:
            continue
    return rows


def measured(figure: str, folder: Path = RESULTS) -> set[tuple[object, ...]]:
    """Give the keys of what need not be measured again; what failed or was skipped is tried again."""
    return {row.key for row in read(figure, folder) if row.status not in {"failed", "skipped"}}


def latest(rows: Rows, commit: str | None = None) -> Rows:
    """Keep, of each size, the rows of one commit: the one asked for, else the last that was measured.

    Of a measurement that was taken again the last one counts.
    """
    last = {row.size: row.commit for row in rows}
    kept = {row.key: row for row in rows if row.commit == (commit or last[row.size])}
    return list(kept.values())


def complete(task: Task, outcome: Outcome, process: tuple[float, float, float], load: float) -> Measurement:
    """Lay beside an outcome what it was measured with.

    process: wall clock [s], processor time [s] and peak memory [MB] of the whole process.
    """
    wall_s, cpu_s, peak_mb = process
    return Measurement(
        **asdict(task),
        **asdict(outcome),
        process_wall_s=round(wall_s, 3),
        process_cpu_s=round(cpu_s, 3),
        peak_mb=round(peak_mb, 1),
        load_before=round(load, 2),
        load_after=round(os.getloadavg()[0], 2),
        measured_on=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(),
        machine=machine(),
        versions=versions(),
    )


@cache
def commit() -> str:
    """Name the commit that is measured, with a "+" where files differ from it."""
    head = _git("rev-parse", "--short=10", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", "src", "benchmarks")
    return f"{head}+" if changed else head


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=HERE, capture_output=True, text=True, check=False)
    return done.stdout.strip() or ("unknown" if arguments[0] == "rev-parse" else "")


@cache
def machine() -> str:
    """Say on what is measured: processor, cores that may be used, memory."""
    processor = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        processor = named[0].split(":", 1)[1].strip() if named else processor
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{processor}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB"


@cache
def versions() -> dict[str, str]:
    """Give the versions that decide a figure."""
    import benchmarks.peers  # noqa: F401 (their packages lie in a folder of their own)

    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
