"""Draw what was measured: time against size, the gap as time goes on, and ratios of time."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import benchmarks.peers  # noqa: F401 (matplotlib lies with them)
from benchmarks import results
from benchmarks.bound import optimum, reached
from benchmarks.figure import OURS, Rows
from benchmarks.instances import sides

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
STYLE = {
    "figure.figsize": (7.2, 4.2), "figure.dpi": 150, "savefig.bbox": "tight", "font.size": 9,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#dddddd",
    "grid.linewidth": 0.6, "lines.linewidth": 1.5, "lines.markersize": 5, "legend.frameon": False,
    "svg.hashsalt": "yinfeng",
}  # fmt: skip
OURS_COLOUR = "#b5261e"
GREYS = ("#1f3b57", "#5b7f9f", "#8a8a8a", "#b59a57", "#6a8f5f", "#9b6b8f")
MARKS = "osD^vP"


def draw(folder: Path = IMAGES, source: Path = results.RESULTS, commit: str | None = None) -> list[Path]:
    """Draw every picture there are measurements for; returns the files."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    with mpl.rc_context(STYLE):
        for name, figure in _pictures(plt, source, commit):
            for ending, metadata in (("svg", {"Date": None}), ("png", {})):
                path = folder / f"bench-{name}.{ending}"
                figure.savefig(path, metadata=metadata)
                written.append(path)
            plt.close(figure)
    return written


def _pictures(plt: Any, source: Path, commit: str | None) -> Iterator[tuple[str, Any]]:
    def rows_of(name: str) -> Rows:
        return results.latest(results.read(name, source), commit)

    bounds, plans, joins = rows_of("B1"), rows_of("B2"), rows_of("B5")
    for name, series, what in (
        ("bound", bound_times(bounds), "seconds to a bound within 0.01 % of the optimum"),
        ("join", wall_times(joins), "seconds to every project's 50 best places"),
    ):
        if series:
            yield name, _against_size(plt, series, what)
            yield f"{name}-ratio", _ratios(plt, series)
    gaps = {size: traces for size in _sizes(plans) if (traces := gap_traces(plans, size))}
    if gaps:
        yield "gap", _gap_over_time(plt, gaps)


Series = dict[str, list[tuple[str, float]]]
"""Method → size and seconds, by size."""


def _sizes(rows: Rows) -> list[str]:
    return sorted({row.size for row in rows}, key=sides)


def wall_times(rows: Rows) -> Series:
    """Give the median wall clock of each method by size."""
    series: Series = {}
    for size in _sizes(rows):
        for peer in dict.fromkeys(row.peer for row in rows if row.size == size):
            walls = [
                r.wall_s for r in rows if (r.size, r.peer) == (size, peer) and r.wall_s and r.status == "done"
            ]
            if walls:
                series.setdefault(peer, []).append((size, median(walls)))
    return series


def bound_times(rows: Rows) -> Series:
    """Give the median time to a near enough bound of each method by size."""
    series: Series = {}
    for size in _sizes(rows):
        at = [row for row in rows if row.size == size]
        best = {}
        for seed in {row.seed for row in at}:
            least, _ = optimum([row for row in at if row.seed == seed])
            if least is not None:
                best[size, seed] = least
        for peer in dict.fromkeys(row.peer for row in at):
            walls, _, _ = reached([row for row in at if row.peer == peer], best)
            if walls:
                series.setdefault(peer, []).append((size, median(walls)))
    return series


def gap_traces(rows: Rows, size: str) -> dict[str, list[tuple[float, float]]]:
    """Give, of the first seed and repeat, how far each method's plan is below the bound for all pairs.

    Of Yinfeng the gap proven at that moment; of a peer its plan against Yinfeng's last bound.
    """
    at = [row for row in rows if row.size == size]
    if not at:
        return {}
    first = min((row.seed, row.repeat) for row in at)
    mine = [row for row in at if (row.seed, row.repeat) == first]
    last = next((row.bound for row in mine if row.peer == OURS and row.bound), None)
    traces: dict[str, list[tuple[float, float]]] = {}
    for row in mine:
        if row.peer == OURS:
            points = [
                (s, 1 - value / bound) for s, bound, value in row.more.get("trace", []) if bound and value
            ]
        else:
            points = [(s, 1 - value / last) for s, value in row.more.get("trace", []) if last]
        if points:
            traces[row.peer] = points
    return traces


def _look(peer: str, at: int) -> dict[str, Any]:
    if peer.startswith(OURS):
        return {"color": OURS_COLOUR, "marker": MARKS[0], "label": peer, "zorder": 3}
    return {"color": GREYS[at % len(GREYS)], "marker": MARKS[at % len(MARKS)], "label": peer}


def _against_size(plt: Any, series: Series, what: str) -> Any:
    figure, axes = plt.subplots()
    for at, (peer, points) in enumerate(series.items()):
        axes.plot([sides(size)[0] for size, _ in points], [s for _, s in points], **_look(peer, at))
    axes.set(xscale="log", yscale="log", xlabel="projects", ylabel=what)
    axes.legend()
    return figure


def _ratios(plt: Any, series: Series) -> Any:
    ours = dict(series.get(OURS, []))
    bars = [
        (f"{peer}, {size}", seconds / ours[size])
        for peer, points in series.items()
        if peer != OURS
        for size, seconds in points
        if size in ours
    ]
    figure, axes = plt.subplots(figsize=(7.2, 0.6 + 0.35 * max(1, len(bars))))
    axes.barh([name for name, _ in bars], [ratio for _, ratio in bars], color=GREYS[1], height=0.6)
    for at, (_, ratio) in enumerate(bars):
        axes.text(ratio, at, f" {ratio:,.1f} ×", va="center")
    axes.axvline(1, color=OURS_COLOUR)
    axes.set(xscale="log", xlabel="wall clock over Yinfeng's (line: as long as Yinfeng)")
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.15)
    return figure


def _gap_over_time(plt: Any, gaps: dict[str, dict[str, list[tuple[float, float]]]]) -> Any:
    figure, every = plt.subplots(1, len(gaps), figsize=(3.6 * max(2, len(gaps)), 3.6), squeeze=False)
    for axes, (size, traces) in zip(every[0], gaps.items(), strict=True):
        for at, (peer, points) in enumerate(traces.items()):
            look = {**_look(peer, at), "marker": "", "drawstyle": "steps-post"}
            axes.plot([s for s, _ in points], [100 * max(gap, 1e-5) for _, gap in points], **look)
        axes.set(xscale="log", yscale="log", xlabel="seconds", title=f"{size} projects")
        axes.legend()
    every[0][0].set_ylabel("plan below the bound for all pairs [%]")
    return figure
