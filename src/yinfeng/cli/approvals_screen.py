"""What the commands on approvals show on the screen."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rich.markup import escape
from rich.table import Table

from yinfeng.cli.console import console
from yinfeng.core.approvals.preview import ProjectEffect
from yinfeng.core.approvals.result import ProjectReport, Result, Tally
from yinfeng.core.approvals.states import ItemState
from yinfeng.core.text import Lang, Text
from yinfeng.tables import approval_words as words
from yinfeng.tables.approval_sheets import pressing
from yinfeng.tables.approval_template import Basis
from yinfeng.tables.preview_sheets import CHANGE, changed_entries

_MOST: Final = 20
_FEW: Final = 10


def show_result(result: Result, lang: Lang) -> None:
    """Show an answer in brief: done of needed, what is pressing and whose it is, when works may start."""
    _show_tallies(result, lang)
    _show_pressing(result, lang)
    _show_starts(result, lang)
    _show_counts(result, lang)


def _share(tally: Tally) -> str:
    share = words.rate(tally)
    return "—" if share is None else f"{share:.1%}"


def _show_tallies(result: Result, lang: Lang) -> None:
    head = Text(
        f"{result.on}：{len(result.projects)} 个项目", f"{result.on}: {len(result.projects)} projects"
    )
    console.print(f"\n[bold]{escape(head.of(lang))}[/bold]")
    if not result.projects:
        empty = Text("台账中没有行：填好前期手续或审批条件再算", "no rows in the ledgers yet").of(lang)
        console.print(f"[yellow]{empty}[/yellow]")
    tally = result.by_ledger
    if tally.needed:
        console.print(
            Text(
                f"台账：需办 {tally.needed} 项，已办 {tally.done} 项，办结率 {_share(tally)}",
                f"ledger: {tally.needed} needed, {tally.done} done, {_share(tally)}",
            ).of(lang)
        )
    if result.by_rule is not None:
        tally = result.by_rule
        console.print(
            Text(
                f"按条件：开工前需办 {tally.needed} 项，已办 {tally.done} 项，{_share(tally)}",
                f"by the facts: {tally.needed} needed before the works, {tally.done} done, {_share(tally)}",
            ).of(lang)
        )
    for note in result.rests_on:
        console.print(f"[yellow]{escape(note.of(lang))}[/yellow]")


def _show_pressing(result: Result, lang: Lang) -> None:
    moves = pressing(result)
    if not moves:
        return
    table = Table(title=Text("没有办结的，在谁手里", "Not done, and whose move it is").of(lang),
                  title_justify="left", title_style="bold", header_style="bold", pad_edge=False)  # fmt: skip
    for header in (
        Text("项目", "Project"), Text("事项", "Item"), Text("状态", "State"), Text("在谁手里", "Desk"),
        Text("时间", "Time"), Text("到期", "Due"),
    ):  # fmt: skip
        table.add_column(header.of(lang), overflow="fold")
    for report, standing in moves[:_MOST]:
        mark = "red" if standing.state in (ItemState.LATE, ItemState.LAPSED, ItemState.REFUSED) else ""
        table.add_row(
            *(
                escape(cell)
                for cell in (
                    report.project.name,
                    standing.title.of(lang),
                    words.state_of(standing).of(lang),
                    standing.desk.of(lang),
                    words.timing(standing).of(lang),
                    str(standing.due or ""),
                )
            ),
            style=mark,
        )
    console.print(table)
    if len(moves) > _MOST:
        rest = len(moves) - _MOST
        console.print(Text(f"  另有 {rest} 项，见工作簿“下一步”", f"  {rest} more in the workbook").of(lang))


def _show_starts(result: Result, lang: Lang) -> None:
    starts = [report for report in result.projects if report.start is not None]
    if not starts:
        return
    head = Text("最早可依法开工（用满法定时限）", "Earliest lawful start, all legal time used").of(lang)
    console.print(f"\n[bold]{escape(head)}[/bold]")
    for report in sorted(starts, key=_earliest)[:_FEW]:
        _show_start(report, lang)
    if len(starts) > _FEW:
        rest = len(starts) - _FEW
        console.print(
            Text(f"  另有 {rest} 个项目，见工作簿“总览”", f"  {rest} more in the workbook").of(lang)
        )


def _earliest(report: ProjectReport) -> tuple[str, str]:
    return str(report.start.earliest if report.start else ""), report.project.id


def _show_start(report: ProjectReport, lang: Lang) -> None:
    start = report.start
    if start is None:
        return
    line = f"  {report.project.name}  {words.start_text(report).of(lang)}"
    if start.if_all_needed != start.earliest:
        line += Text(
            f"（待答都需要时 {start.if_all_needed}）",
            f" ({start.if_all_needed} if all unanswered are needed)",
        ).of(lang)
    console.print(escape(line))
    path = words.path_text(report).of(lang)
    if path:
        console.print(f"      [dim]{escape(path)}[/dim]", soft_wrap=True)
    for note in start.rests_on:
        console.print(f"      [dim]{escape(note.of(lang))}[/dim]", soft_wrap=True)


def _show_counts(result: Result, lang: Lang) -> None:
    """Say how much is to be answered and checked, with the first of each."""
    questions = Counter(question.fact for report in result.projects for question in report.questions)
    if questions:
        asked = "、".join(f"{words.fact_label(fact).of(lang)} {n}" for fact, n in questions.most_common(_FEW))
        text = Text(f"待答的条件（不猜）：{asked}", f"facts to be answered: {asked}").of(lang)
        console.print(f"\n[yellow]{escape(text)}[/yellow]", soft_wrap=True)
    findings = [(report, finding) for report in result.projects for finding in report.findings]
    if findings:
        head = Text(f"核对 {len(findings)} 处", f"{len(findings)} to be checked").of(lang)
        console.print(f"\n[bold]{escape(head)}[/bold]")
    for report, finding in findings[:_FEW]:
        titles = {standing.key: standing.title for standing in report.standings}
        item = titles.get(finding.item, Text(finding.item, finding.item)).of(lang)
        where = f"{report.project.name} {item}".strip()
        console.print(escape(f"  {where}：{finding.sentence.of(lang)}"), soft_wrap=True)
    if len(findings) > _FEW:
        rest = len(findings) - _FEW
        console.print(Text(f"  另有 {rest} 处，见工作簿“核对”", f"  {rest} more in the workbook").of(lang))


def show_effects(effects: Sequence[ProjectEffect], before: Basis, after: Basis, lang: Lang) -> None:
    """Show what a change does: to the template, and to each project it touches."""
    changed = changed_entries(before, after)
    touched = [effect for effect in effects if effect.is_touched]
    head = Text(
        f"改动 {len(changed)} 条；{len(effects)} 个项目，受影响 {len(touched)} 个",
        f"{len(changed)} entries change; {len(touched)} of {len(effects)} projects are touched",
    )
    console.print(f"\n[bold]{escape(head.of(lang))}[/bold]")
    for old, new in changed[:_FEW]:
        entry = new or old
        if entry is not None:
            console.print(escape(f"  {entry.title.of(lang)}（{entry.key}，{entry.valid_from}）"))
    for effect in touched[:_MOST]:
        console.print(escape(f"  {effect.project.name}：{_effect(effect).of(lang)}"), soft_wrap=True)
    if len(touched) > _MOST:
        rest = len(touched) - _MOST
        console.print(
            Text(f"  另有 {rest} 个项目，用 -o 写成工作簿", f"  {rest} more; -o writes them").of(lang)
        )


def _effect(effect: ProjectEffect) -> Text:
    parts = []
    for change, label in CHANGE.items():
        titles = [
            standing.title
            for one in effect.items
            if one.change == change and (standing := one.after or one.before)
        ]
        if titles:
            parts.append(
                Text("{label} {items}", "{items} {label}").format(label=label, items=words.listed(titles))
            )
    before, after = effect.starts
    if before != after:
        later = effect.days_later
        days = Text("", "") if later is None else Text(f"（{later:+} 天）", f" ({later:+} days)")
        parts.append(
            Text("开工 {before} → {after}{days}", "start {before} → {after}{days}").format(
                before=before, after=after, days=days
            )
        )
    return words.joined(parts)
