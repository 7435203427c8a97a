"""Write the tables of the reference page from the results, between the markers of each figure."""

import re
from pathlib import Path

from benchmarks import results, shown
from benchmarks.figures import MODULES, load

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "performance.md"


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
    return f"{load(name).table(rows)}\n\n{shown.provenance(rows)}"


def has_marker(text: str, name: str) -> bool:
    """Tell whether the page has a place for a figure."""
    return f"<!-- bench:{name} -->" in text


def between(text: str, name: str, content: str) -> str:
    """Put content between a figure's markers."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return found.sub(lambda _: f"{begin}\n\n{content}\n\n{end}", text, count=1)
