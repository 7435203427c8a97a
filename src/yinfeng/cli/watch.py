"""Watching a search: how it stands every few seconds; Ctrl-C ends it with the best so far."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from yinfeng.cli.console import errors
from yinfeng.cli.screen import UNIT as WAN_A_YEAR
from yinfeng.core.matching.result import Progress
from yinfeng.core.text import Lang, Text
from yinfeng.tables.reasons import number, wan

_EVERY_S = 2.0


@contextmanager
def watching(lang: Lang, *, in_yuan: bool) -> Iterator[Callable[[Progress], bool]]:
    """Give what a search reports to; the first Ctrl-C ends the search, a second one the command.

    in_yuan: values are yuan a year and shown in 万元, else they are shown as they are.
    """
    stopped = False
    told_at = time.monotonic()
    before = signal.getsignal(signal.SIGINT)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        signal.signal(signal.SIGINT, before)
        text = Text("正在停止，写出到目前为止最好的方案…", "stopping; the best plan so far will be written…")
        errors.print(f"[yellow]{text.of(lang)}[/yellow]")

    def told(progress: Progress) -> bool:
        nonlocal told_at
        if time.monotonic() - told_at >= _EVERY_S:
            told_at = time.monotonic()
            errors.print(f"[dim]      {_said(progress, lang, in_yuan)}[/dim]", soft_wrap=True)
        return not stopped

    signal.signal(signal.SIGINT, stop)
    try:
        yield told
    finally:
        signal.signal(signal.SIGINT, before)


def _said(progress: Progress, lang: Lang, in_yuan: bool) -> str:
    show = (lambda yuan: f"{wan(yuan)} {WAN_A_YEAR.of(lang)}") if in_yuan else number
    standing = Text("方案 {value}，界 {bound}，差距 {gap}", "plan {value}, bound {bound}, gap {gap}").format(
        value="—" if progress.value is None else show(progress.value),
        bound="—" if progress.bound is None else show(progress.bound),
        gap="—" if progress.gap is None else f"{progress.gap:.2%}",
    )
    if progress.most_passes:
        text = Text(
            "{s} 秒：求价格，第 {n}/{most} 遍；{standing}",
            "{s} s: finding prices, pass {n} of {most}; {standing}",
        )
    elif progress.passes:  # of joins, which end when their prices are good
        text = Text("{s} 秒：求价格，第 {n} 遍；{standing}", "{s} s: finding prices, pass {n}; {standing}")
    else:
        text = Text("{s} 秒：{standing}", "{s} s: {standing}")
    return text.format(
        s=f"{progress.seconds:.0f}", n=progress.passes, most=progress.most_passes, standing=standing
    ).of(lang)
