"""How measurements are shown: medians, ratios, and tables in Markdown."""

from collections.abc import Callable, Iterable
from statistics import median

from benchmarks.figure import Measurement, Rows


def markdown(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Give a table."""
    head = list(header)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def by_peer(rows: Rows) -> dict[tuple[str, str], Rows]:
    """Group by size and peer, in the order first met of sizes, then of peers."""
    groups: dict[tuple[str, str], Rows] = {}
    sizes = list(dict.fromkeys(row.size for row in rows))
    for row in sorted(rows, key=lambda row: sizes.index(row.size)):
        groups.setdefault((row.size, row.peer), []).append(row)
    return groups


def middle(rows: Rows, of: Callable[[Measurement], float | None]) -> float | None:
    """Give the median of what is known."""
    known = [value for row in rows if (value := of(row)) is not None]
    return median(known) if known else None


def seconds(value: float | None, limit_s: float | None = None) -> str:
    """Write seconds; where there are none, the limit that was not enough."""
    if value is None:
        return f"> {limit_s:,.0f}" if limit_s is not None else "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2g}"


def percent(share: float | None, digits: int = 3) -> str:
    """Write a share in per cent."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def times(value: float | None, ours: float | None) -> str:
    """Write how many times as long something took as ours."""
    return "–" if not value or not ours else f"{value / ours:,.1f} ×"


def megabytes(rows: Rows) -> str:
    """Write the largest peak of the processes."""
    return f"{max(row.peak_mb for row in rows):,.0f}"


def remark(rows: Rows) -> str:
    """Say what did not end well, and how often."""
    wrong = [row for row in rows if row.status not in {"done", "limit"}]
    said = dict.fromkeys(row.status for row in wrong)
    return ", ".join(f"{word} {sum(row.status == word for row in wrong)} of {len(rows)}" for word in said)


def provenance(rows: Rows) -> str:
    """Say when, on what and with what the rows were measured."""
    days = sorted({row.measured_on[:10] for row in rows})
    loads = [load for row in rows for load in (row.load_before, row.load_after)]
    repeats = len({row.repeat for row in rows})
    seeds = sorted({row.seed for row in rows})
    software: dict[str, set[str]] = {}
    for row in rows:
        for name, version in row.versions.items():
            software.setdefault(name, set()).add(version)
    used = ", ".join(f"{name} {'/'.join(sorted(found))}" for name, found in software.items())
    return (
        f"Measured {' to '.join(dict.fromkeys((days[0], days[-1])))} at "
        f"{', '.join(sorted({row.commit for row in rows}))}; "
        f"{'; '.join(sorted({row.machine for row in rows}))}; load {min(loads):.1f}–{max(loads):.1f}; "
        f"seeds {', '.join(map(str, seeds))}, {repeats} repeats, medians. {used}."
    )
