"""Write the tables of the reference page from the results, between the markers of each figure."""

import re
from pathlib import Path

from benchmarks import results, shown
from benchmarks.figures import MODULES, load

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "performance.md"

IMAGES = PAGE.parent.parent / "images"
PICTURES = {
    "B1": (("bench-bound.svg", "Seconds to a bound by size"), ("bench-bound-ratio.svg", "Ratios of time")),
    "B2": (("bench-gap.svg", "The gap as time goes on"),),
    "B5": (("bench-join.svg", "Seconds for the join by size"), ("bench-join-ratio.svg", "Ratios of time")),
}


def write(page: Path = PAGE, folder: Path = results.RESULTS, commit: str | None = None) -> list[str]:
    """Bring the page up to date; returns the figures that were written. Others stay as they are."""
    text, written = page.read_text("utf-8"), []
    for name in MODULES:
        rows = results.latest(results.read(name, folder), commit)
        if rows and has_marker(text, name):
            text = between(text, name, rendered(name, rows))
            written.append(name)
    page.write_text(text, "utf-8")
    return written


def rendered(name: str, rows: list[results.Measurement]) -> str:
    """Give a figure's table and what it was measured with."""
    parts = [load(name).table(rows), shown.provenance(rows)]
    drawn = [(file, said) for file, said in PICTURES.get(name, ()) if (IMAGES / file).exists()]
    parts += [f"![{said}](../images/{file})" for file, said in drawn]
    return "\n\n".join(parts)


def has_marker(text: str, name: str) -> bool:
    """Tell whether the page has a place for a figure."""
    return f"<!-- bench:{name} -->" in text


def between(text: str, name: str, content: str) -> str:
    """Put content between a figure's markers."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return found.sub(lambda _: f"{begin}\n\n{content}\n\n{end}", text, count=1)
