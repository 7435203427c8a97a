"""``yinfeng audit``: see whether the trail is as it was written."""

import sys

import click

from yinfeng.core.text import Lang, Text
from yinfeng.web.audit.actions import check

_EXIT_DATA = 10  # as every command ends that finds wrong data


@click.group("audit")
def group() -> None:
    """审计记录 · the audit trail."""


@group.command()
@click.option("--anchor", default="", help="另处留存的摘要 · hash that was noted elsewhere")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", envvar="YINFENG_LANG")
def verify(anchor: str, lang: Lang) -> None:
    """核验全部记录：有改动、删除、伪造则逐条列出 · check every entry; names whatever was changed."""
    verdict = check(anchor.strip().lower())
    for fault in verdict.faults:
        click.echo(fault.of(lang), err=True)
    state = Text("完整", "whole") if not verdict.faults else Text("有 {n} 处问题", "{n} faults")
    text = Text("审计记录 {entries} 条，{state}", "audit trail of {entries} entries: {state}").format(
        entries=verdict.entries, state=state.format(n=len(verdict.faults))
    )
    click.echo(text.of(lang))
    head = Text(
        "最后一条的摘要：{head}（请留存在系统之外，下次用 --anchor 核对）",
        "hash of the last entry: {head} (note it outside the system; give it to --anchor next time)",
    )
    click.echo(head.format(head=verdict.head).of(lang))
    if verdict.faults:
        sys.exit(_EXIT_DATA)
