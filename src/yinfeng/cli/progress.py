"""The command ``progress``: the figures of a dispatch table, what is stuck, and what was printed wrongly."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from yinfeng.cli.books import asked_from, book_options, read_for, write_answer
from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Lang, Text

if TYPE_CHECKING:
    from yinfeng.core.errors import Fault
    from yinfeng.core.progress.result import ProjectLine, Result, ZoneResult

_MOST_ROWS = 20
_MOST_ZONES = 12
_COLON = Text("：", ": ")


@click.command(short_help="项目进展和各项指标 · figures of a dispatch table")
@book_options
def progress(**options: Any) -> None:
    """按调度台账计算各项指标，列出卡住的项目，核对已公布的数字 · figures, what is stuck, what was printed.

    FILES 是台账：年度项目、分期、进展事件、三个一批、签约、目标任务、招商活动、对接项目、统计指标、
    已公布数字、前期手续，有几种给几种，可在同一个工作簿里；空白表用 yinfeng template 生成。
    """
    from yinfeng.core.period import year_to
    from yinfeng.core.progress.rules import KEYS
    from yinfeng.core.progress.solve import solve
    from yinfeng.tables.progress import NEEDED, WANTED, faults_of, read_dispatch
    from yinfeng.tables.progress_rules import progress_rules
    from yinfeng.tables.progress_sheets import progress_sheets
    from yinfeng.tables.rulebook import begins_later, read_rules

    asked = asked_from(options)
    rules = read_rules(asked.rulebook, asked.on, KEYS)
    thresholds = progress_rules(rules)
    later = begins_later(asked.rulebook, asked.on, KEYS)
    if later is not None:
        note = Text(
            f"规则库 {asked.rulebook} 的条目自 {later} 起有效，这一天按它所继承的规则库计算",
            f"rulebook {asked.rulebook} holds from {later} on: this day goes by the one it inherits",
        )
        click.echo(note.of(asked.lang), err=True)
    books = read_for(asked, WANTED, needed=NEEDED)
    dispatch = read_dispatch(books.ledgers)
    faults = faults_of(books.faults, dispatch)
    result = solve(dispatch.problem, thresholds, year_to(asked.on))
    if not any(zone.figures or zone.comparisons or zone.projects for zone in result.zones):
        raise InputError([*faults, _nothing()])
    refused = sum(len(ledger.refused) for ledger in books.ledgers.values())
    _show(result, refused, faults, asked.lang)
    write_answer(asked, progress_sheets(result, dispatch, rules, faults, asked.lang))


def _nothing() -> "Fault":
    expected = Text("可以计算的行", "rows that something can be counted from")
    fix = Text(
        "核对表头和内容；空白表用 yinfeng template year_plan -o 年度项目.xlsx 生成",
        "check headers and content; yinfeng template year_plan -o plan.xlsx writes a blank form",
    )
    return problem_fault("nothing-to-count", "", expected, fix)


def _show(result: "Result", refused: int, faults: Sequence["Fault"], lang: Lang) -> None:
    from yinfeng.cli.console import console, show_faults

    errors = [fault for fault in faults if fault.severity == "error"]
    if refused:
        text = Text(
            f"有 {refused} 行未读入，没有计入下面的数；见工作簿“未读入”",
            f'{refused} rows were not read and are in none of the figures; see the sheet "Refused"',
        )
        console.print(f"[yellow]{text.of(lang)}[/yellow]")
    show_faults(errors, lang)
    for zone in result.zones[:_MOST_ZONES]:
        _show_zone(result, zone, lang)
    left = len(result.zones) - _MOST_ZONES
    if left > 0:
        console.print(Text(f"另有 {left} 个开发区，见工作簿", f"{left} more zones in the workbook").of(lang))
    warnings = len(faults) - len(errors)
    if warnings:
        text = Text(
            f"另有 {warnings} 条提示，见工作簿“未读入”", f'{warnings} warnings, see the sheet "Refused"'
        )
        console.print(f"\n[dim]{text.of(lang)}[/dim]")


def _show_zone(result: "Result", zone: "ZoneResult", lang: Lang) -> None:
    from rich.markup import escape

    from yinfeng.cli.console import console
    from yinfeng.tables.progress_words import zone_label

    head = f"{zone_label(zone.zone).of(lang)}  {result.period.label}"
    console.print(f"\n[bold]{escape(head)}[/bold]")
    _show_figures(zone, lang)
    _show_stuck(zone, lang)
    _show_printed(zone, lang)


_NO_REASON: Final = Text(
    "没有写计划开工日期和存在问题", "neither the planned start nor an obstacle is written down"
)


def _show_figures(zone: "ZoneResult", lang: Lang) -> None:
    from rich.table import Table

    from yinfeng.cli.console import console
    from yinfeng.tables.progress_words import parts_of, value_of

    if not zone.figures:
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(justify="right")
    table.add_column(justify="right", style="bold")
    for figure in zone.figures:
        table.add_row(f"  {figure.title.of(lang)}", parts_of(figure), value_of(figure).of(lang))
    console.print(table)
    seen: set[str] = set()
    for figure in zone.figures:
        for note in figure.notes:
            if note.zh not in seen:
                seen.add(note.zh)
                console.print(
                    f"    {figure.title.of(lang)}{_COLON.of(lang)}{note.of(lang)}",
                    style="dim",
                    markup=False,
                    soft_wrap=True,
                )


def _show_stuck(zone: "ZoneResult", lang: Lang) -> None:
    stuck = [line for line in zone.projects if _is_stuck(line)]
    stuck.sort(key=lambda line: {"red": 0, "yellow": 1, "green": 3, None: 2}[line.color])
    if stuck:
        _lines(
            Text(f"卡住的项目（{len(stuck)}）", f"Stuck ({len(stuck)})"),
            [_stuck(line, lang) for line in stuck],
            lang,
        )
    if zone.open_items:
        _lines(
            Text(f"未办结手续（{len(zone.open_items)} 项）", f"Open procedures ({len(zone.open_items)})"),
            [
                f"{one.project_name}{_COLON.of(lang)}{one.procedure.item}"
                + (f"（{one.procedure.desk}）" if one.procedure.desk else "")
                + (Text("，项目已开工", ", the project has started").of(lang) if one.has_started else "")
                for one in zone.open_items
            ],
            lang,
        )


def _is_stuck(line: "ProjectLine") -> bool:
    standing = line.standing
    not_begun = standing.project.list_kind == "new" and not standing.has("started")
    is_over = standing.stage == "dropped"
    return not is_over and (line.color in ("red", "yellow") or bool(standing.project.obstacle) or not_begun)


def _stuck(line: "ProjectLine", lang: Lang) -> str:
    from yinfeng.core.progress.lights import COLOR_LABEL
    from yinfeng.tables.progress_words import stage_of, who_of

    project = line.standing.project
    lamp = COLOR_LABEL[line.color].of(lang) if line.color else "—"
    why = [light.why.of(lang) for light in line.lights if light.color in ("red", "yellow")]
    if (
        line.standing.stage
        and not line.standing.has("started")
        and not any(light.about.zh == "开工" for light in line.lights)
    ):
        why.append(Text("未开工", "not started").of(lang))
    if line.standing.claims("started"):
        why.append(Text("报称已开工，没有认可的佐证", "claims to have started, without evidence").of(lang))
    if project.obstacle:
        desk = f"（{project.obstacle_desk}）" if project.obstacle_desk else ""
        why.append(project.obstacle + desk)
    if line.open_items and not line.standing.has("started"):
        n = len(line.open_items)
        why.append(Text(f"{n} 项手续未办结", f"{n} procedures open").of(lang))
    if not why:
        planned = project.start_planned_on
        due = (
            _NO_REASON
            if planned is None
            else Text(f"计划 {planned:%Y-%m} 开工", f"to start in {planned:%Y-%m}")
        )
        why.append(due.of(lang))
    who = who_of(line)
    parts = [*why, *([Text(f"责任：{who}", f"answers: {who}").of(lang)] if who else [])]
    told = Text("；", "; ").of(lang).join(parts)
    return f"[{lamp}] {project.name} {stage_of(line).of(lang)}{_COLON.of(lang)}{told}"


def _show_printed(zone: "ZoneResult", lang: Lang) -> None:
    from yinfeng.cli.console import console
    from yinfeng.tables.progress_words import comparison_of, indicator_label, verdict_of

    if not zone.comparisons:
        return
    agree = [one for one in zone.comparisons if verdict_of(one).zh == "一致"]
    others = [one for one in zone.comparisons if one not in agree]
    head = Text(
        f"公布数核对：{len(zone.comparisons)} 个中 {len(agree)} 个一致",
        f"Printed figures: {len(agree)} of {len(zone.comparisons)} agree",
    )
    console.print(f"\n  [bold]{head.of(lang)}[/bold]")
    for one in others[:_MOST_ROWS]:
        title = one.figure.title if one.figure is not None else indicator_label(one.printed.indicator)
        said = Text(
            "{title} 公布 {raw}：{verdict}。{why}", "{title}, printed {raw}: {verdict}. {why}"
        ).format(title=title, raw=one.printed.printed.raw, verdict=verdict_of(one), why=comparison_of(one))
        style = "red" if one.verdict == "wrong" else "yellow"
        console.print(f"    {said.of(lang)}", style=style, markup=False, soft_wrap=True)


def _lines(head: Text, lines: Sequence[str], lang: Lang) -> None:
    from yinfeng.cli.console import console

    console.print(f"\n  [bold]{head.of(lang)}[/bold]")
    for line in lines[:_MOST_ROWS]:
        console.print(f"    {line}", markup=False, soft_wrap=True)
    if len(lines) > _MOST_ROWS:
        more = Text(
            f"    另有 {len(lines) - _MOST_ROWS} 条，见工作簿",
            f"    {len(lines) - _MOST_ROWS} more in the workbook",
        )
        console.print(more.of(lang))
