"""Where commands print: the two streams, and the faults of what was read."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from yinfeng.core.errors import Fault
from yinfeng.core.text import Lang, Text

# Piped output has no width of its own; a terminal's is found.
_PIPED_WIDTH = None if sys.stdout.isatty() else 110
console = Console(highlight=False, width=_PIPED_WIDTH)
errors = Console(stderr=True, highlight=False)

_MOST_FAULTS = 8


def show_faults(faults: Sequence[Fault], lang: Lang) -> None:
    """Show the first faults, and how many more there are."""
    for fault in faults[:_MOST_FAULTS]:
        console.print(f"  {escape(fault.say(lang))}")
    if len(faults) > _MOST_FAULTS:
        more = Text("  另有 {n} 处", "  and {n} more").format(n=len(faults) - _MOST_FAULTS)
        console.print(more.of(lang))
