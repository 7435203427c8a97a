"""The command that compiles the engine's kernels beforehand."""

import time

import click

from yinfeng.cli.language import lang_option
from yinfeng.core.text import Lang, Text


@click.command(name="compile", short_help="预先编译求解内核 · compile the kernels beforehand")
@lang_option
def compile_kernels(lang: Lang) -> None:
    """预先编译求解内核，免得第一份方案等它 · compile the kernels, so that no first plan waits for it."""
    from yinfeng.tables.warm import warm_up

    started = time.monotonic()
    warm_up()
    said = Text("求解内核已就绪，用时 {s} 秒", "the kernels are ready, {s} s")
    click.echo(said.format(s=f"{time.monotonic() - started:.0f}").of(lang))
