"""The command ``idleness``: land idle in law, buildings of low efficiency, and what comes next."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from yinfeng.cli.books import asked_from, book_options, read_for, show_unread, write_answer
from yinfeng.core.text import Lang, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yinfeng.bulletins.notices import Draft
    from yinfeng.tables.idleness import Idleness

SHOWN: Final = 10
"""Steps and figures printed; the workbook has all."""


@click.command()
@book_options
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="盘活面积从哪一天算起 · first day of the area returned to use [当年 1 月 1 日 1 January]",
)
@click.option(
    "--notices",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="把下一步要发的文书写成 Word 草稿，放到这个文件夹 · folder for the draft notices",
)
@click.option(
    "--only", multiple=True, metavar="编号", help="只为这些宗地写文书 · notices of these parcels only"
)
def idleness(since: datetime | None, notices: Path | None, only: tuple[str, ...], **options: Any) -> None:
    """闲置土地（53号令）和低效厂房：状态、下一步、期限、文书草稿 · idle land, low-efficiency buildings.

    FILES：供地、场地、宗地事件、盘活记录台账（xlsx、csv、psv 等，可在一个工作簿里） · ledgers of land
    supply, places, land events and stories of idle assets.
    """
    from yinfeng.tables.idleness import NEEDED, WANTED, judge_books
    from yinfeng.tables.idleness_sheets import idleness_sheets

    if only and notices is None:
        raise click.UsageError("--only 要与 --notices 一起用 · --only goes with --notices")
    asked = asked_from(options)
    books = read_for(asked, WANTED, needed=NEEDED)
    answer = judge_books(books, asked.rulebook, asked.on, since=since.date() if since else None)
    papers = None if notices is None else list(_drafts(answer, only))
    _show(answer, asked.lang)
    show_unread(books, asked.lang)
    if asked.output is not None:
        write_answer(asked, idleness_sheets(answer, asked.lang))
    if notices is not None and papers is not None:
        _write_notices(papers, notices, asked.lang)


def _show(answer: "Idleness", lang: Lang) -> None:
    from rich.markup import escape
    from rich.table import Table

    from yinfeng.cli.console import console
    from yinfeng.tables.idleness_lines import LAND_REGIME, LOCAL_LIST, states_label, zone_name

    title = Text("按 {on} 计算，规则库 {book}", "as of {on}, rulebook {book}").format(
        on=answer.on, book=answer.rules.name
    )
    console.print(title.of(lang))
    if not answer.answers:
        empty = Text("台账中没有宗地或场地", "no parcel and no place in the ledgers")
        console.print(f"[yellow]{empty.of(lang)}[/yellow]")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in (Text("开发区", "zone"), Text("看的是", "looked at by"), Text("状态", "state")):
        table.add_column(header.of(lang))
    for header in (Text("宗（处）", "number"), Text("公顷", "ha")):
        table.add_column(header.of(lang), justify="right")
    for line in answer.lines:
        is_land = line.regime == "land"
        table.add_row(
            escape(zone_name(answer, line.zone, lang)),
            (LAND_REGIME if is_land else LOCAL_LIST).of(lang),
            states_label(line.state, is_land=is_land).of(lang),
            f"{line.count:,}",
            f"{float(line.area_m2) / 10_000:,.2f}",
        )
    if answer.lines:
        console.print(table)
    _show_steps(answer, lang)
    _show_places(answer, lang)
    _show_figures(answer, lang)


def _show_steps(answer: "Idleness", lang: Lang) -> None:
    from rich.markup import escape

    from yinfeng.cli.console import console
    from yinfeng.tables.idleness_lines import by_urgency, step_line

    urgent = by_urgency(answer)
    if not urgent:
        return
    console.print(f"\n[bold]{Text('先办', 'To do first').of(lang)}[/bold]")
    for one, step in urgent[:SHOWN]:
        console.print(f"  {escape(step_line(answer, one, step).of(lang))}", soft_wrap=True)
    if len(urgent) > SHOWN:
        more = len(urgent) - SHOWN
        console.print(Text(f"  另有 {more:,} 项，见工作簿", f"  {more:,} more in the workbook").of(lang))


def _show_places(answer: "Idleness", lang: Lang) -> None:
    """Show the low-efficiency places, and that Order 53 has nothing to say of them."""
    from rich.markup import escape

    from yinfeng.cli.console import console
    from yinfeng.tables.idleness_lines import place_line

    low = [one for one in answer.answers if one.efficiency.met]
    if not low:
        return
    title = Text("低效厂房和用地（不征闲置费，不收回）", "Low-efficiency places (no fee, no recovery)")
    console.print(f"\n[bold]{title.of(lang)}[/bold]")
    for one in low[:SHOWN]:
        console.print(f"  {escape(place_line(answer, one).of(lang))}", soft_wrap=True)
    if len(low) > SHOWN:
        more = len(low) - SHOWN
        console.print(Text(f"  另有 {more:,} 处，见工作簿", f"  {more:,} more in the workbook").of(lang))


def _show_figures(answer: "Idleness", lang: Lang) -> None:
    from rich.markup import escape

    from yinfeng.cli.console import console
    from yinfeng.core.figures import shown
    from yinfeng.tables.idleness_lines import ALL_ZONES, zone_name

    if not answer.stories:
        return
    console.print(f"\n[bold]{Text('盘活', 'Returned to use').of(lang)}[/bold]")
    for figure in answer.figures:
        if figure.code == "area-returned":
            rows = "、".join(figure.numerator.rows) if figure.numerator else ""
            name = zone_name(answer, figure.zone, lang) if figure.zone else ALL_ZONES.of(lang)
            line = f"  {name} {figure.title.of(lang)} {shown(figure)} {figure.unit.of(lang)} {figure.period}"
            console.print(escape(f"{line}  {rows}"), soft_wrap=True)


def _drafts(answer: "Idleness", only: tuple[str, ...]) -> "Iterator[Draft]":
    from yinfeng.bulletins.notices import drafts

    return drafts(answer, only)


def _write_notices(papers: "list[Draft]", folder: Path, lang: Lang) -> None:
    from yinfeng.tables.write import replaced

    folder.mkdir(parents=True, exist_ok=True)
    for paper in papers:
        with replaced(folder / paper.file_name) as part:
            part.write_bytes(paper.content)
    said = Text("{n} 份文书草稿已写入 {folder}", "{n} draft notices written to {folder}")
    click.echo(said.format(n=len(papers), folder=folder).of(lang))
