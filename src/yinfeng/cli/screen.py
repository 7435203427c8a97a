"""What matching commands show on the screen."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from yinfeng.core.errors import Fault
from yinfeng.core.matching.explain import Outcome
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.rank import Fit
from yinfeng.core.matching.result import Status
from yinfeng.core.matching.value import TITLE, Component
from yinfeng.core.text import Lang, Text
from yinfeng.tables.plan_reasons import OUTCOME, place_reason, project_reasons
from yinfeng.tables.plan_sheets import STATUS, all_faults
from yinfeng.tables.planning import Plan
from yinfeng.tables.reasons import amount, interval, miss, resource, wan

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

_MOST_ROWS = 40
_MOST_FAULTS = 8
UNIT = Text("万元/年", "×10k yuan/yr")


def say_step(number: int, of: int, text: Text, lang: Lang) -> None:
    """Say which step is being done, on the error stream."""
    errors.print(f"[dim]{escape(f'[{number}/{of}]')} {escape(text.of(lang))}[/dim]")


def show_plan(plan: Plan, lang: Lang) -> None:
    """Show a plan in brief: how good, who goes where, who does not and why, what is scarce."""
    _show_faults(plan, lang)
    _show_standing(plan, lang)
    if plan.result.status is Status.INFEASIBLE:
        _show_clash(plan, lang)
        return
    _show_placed(plan, lang)
    _show_left_out(plan, lang)
    _show_empty(plan, lang)
    _show_scarce(plan, lang)


def _show_faults(plan: Plan, lang: Lang) -> None:
    faults = all_faults(plan)
    refused = sum(len(ledger.refused) for ledger in plan.ledgers.values())
    if refused:
        text = Text(
            f"有 {refused} 行未读入，见工作簿“未读入”",
            f'{refused} rows were not read, see the sheet "Refused"',
        )
        console.print(f"[yellow]{escape(text.of(lang))}[/yellow]")
    show_faults([fault for fault in faults if fault.severity == "error"], lang)
    for refused_pin in plan.model.refused_pins:
        pin = refused_pin.pin
        codes = "、".join(m.code for m in refused_pin.misses) or "?"
        text = Text(
            f"指定未采纳：{pin.project} → {'+'.join(pin.places)}，违反 {codes}",
            f"pin not kept: {pin.project} → {'+'.join(pin.places)}, breaks {codes}",
        )
        console.print(f"[red]{escape(text.of(lang))}[/red]")


def show_faults(faults: Sequence[Fault], lang: Lang) -> None:
    """Show the first faults, and how many more there are."""
    for fault in faults[:_MOST_FAULTS]:
        console.print(f"  {escape(fault.say(lang))}")
    if len(faults) > _MOST_FAULTS:
        more = Text("  另有 {n} 处", "  and {n} more").format(n=len(faults) - _MOST_FAULTS)
        console.print(more.of(lang))


def _show_standing(plan: Plan, lang: Lang) -> None:
    result, problem = plan.result, plan.model.problem
    placed = int((result.chosen >= 0).sum())
    text = Text(
        "{status}：{placed}/{n} 个项目落位，价值 {value} 万元/年；不可能超过 {bound}，差距 {gap}（{left}）",
        "{status}: {placed} of {n} projects placed, worth {value} ×10k yuan/yr; bound {bound}, gap {gap} ({left})",
    ).format(
        status=STATUS[result.status],
        placed=placed,
        n=problem.n_projects,
        value=wan(result.value),
        bound=wan(result.bound),
        gap=f"{result.gap:.2%}",
        left=wan(result.bound - result.value),
    )
    console.print(f"\n[bold]{escape(text.of(lang))}[/bold]")


def _show_clash(plan: Plan, lang: Lang) -> None:
    ids = plan.model.problem.project_id
    smallest = Text("最小的冲突组", "the smallest clashing set")
    irreducible = Text(
        "冲突组（去掉任何一个都可安排）", "a clashing set (without any one of them the rest fit)"
    )
    name = smallest if plan.result.clash_is_smallest else irreducible
    console.print(f"[red]{name.of(lang)}：{escape('、'.join(ids[i] for i in plan.result.clash))}[/red]")


def _table(*columns: Text | tuple[Text, str], lang: Lang, title: Text) -> Table:
    table = Table(
        title=title.of(lang), title_justify="left", title_style="bold", header_style="bold", pad_edge=False
    )
    for column in columns:
        text, justify = column if isinstance(column, tuple) else (column, "left")
        table.add_column(text.of(lang), justify=justify, overflow="fold")  # type: ignore[arg-type]
    return table


def _print(table: Table, left: int, lang: Lang) -> None:
    console.print(table)
    if left > 0:
        console.print(Text(f"  另有 {left} 行，见工作簿", f"  {left} more in the workbook").of(lang))


def _show_placed(plan: Plan, lang: Lang) -> None:
    placed = [report for report in plan.projects if report.outcome is Outcome.PLACED]
    placed.sort(key=lambda report: -sum(report.components))
    table = _table(
        Text("项目", "Project"),
        Text("场地", "Place"),
        Text("取用", "Takes"),
        (UNIT, "right"),
        Text("为什么", "Why"),
        lang=lang,
        title=Text("落位", "Placed"),
    )
    facts = plan.model.facts
    for report in placed[:_MOST_ROWS]:
        rows, k = plan.model.candidate(report.candidate)
        offer = rows.offers.id[int(rows.offer[k])]
        names = " + ".join(facts.places.name[facts.places.id.index(p)] for p in offer.split("+"))
        parts = [
            f"{TITLE[c].of(lang)} {wan(yuan)}"
            for c, yuan in zip(Component, report.components, strict=True)
            if yuan
        ]
        ask = [r for r in project_reasons(plan, report) if r.topic.en in {"owner", "waiver"}]
        why = "；".join(parts + [r.sentence.of(lang) for r in ask])
        table.add_row(
            escape(f"{facts.projects.id[report.project]} {facts.projects.name[report.project]}"),
            escape(f"{offer} {names}"),
            amount(int(rows.area[k]), "m2").of(lang),
            wan(sum(report.components)),
            escape(why),
        )
    _print(table, len(placed) - _MOST_ROWS, lang)


def _show_left_out(plan: Plan, lang: Lang) -> None:
    left_out = [report for report in plan.projects if report.outcome is not Outcome.PLACED]
    if not left_out:
        return
    table = _table(
        Text("项目", "Project"),
        Text("结果", "Outcome"),
        Text("为什么，改什么", "Why, and what would have to change"),
        lang=lang,
        title=Text("未落位", "Left out"),
    )
    facts = plan.model.facts
    for report in left_out[:_MOST_ROWS]:
        reasons = [r for r in project_reasons(plan, report) if r.yuan is None][:2]
        table.add_row(
            escape(f"{facts.projects.id[report.project]} {facts.projects.name[report.project]}"),
            OUTCOME[report.outcome].of(lang),
            escape("\n".join(r.sentence.of(lang) for r in reasons)),
        )
    _print(table, len(left_out) - _MOST_ROWS, lang)


def _show_empty(plan: Plan, lang: Lang) -> None:
    empty = [report for report in plan.places if not report.takers]
    if not empty:
        return
    table = _table(
        Text("场地", "Place"),
        Text("为什么空着", "Why it stands empty"),
        lang=lang,
        title=Text("仍空着的场地", "Places left empty"),
    )
    places = plan.model.facts.places
    for report in empty[:_MOST_ROWS]:
        table.add_row(
            escape(f"{places.id[report.place]} {places.name[report.place]}"),
            escape(place_reason(plan, report).of(lang)),
        )
    _print(table, len(empty) - _MOST_ROWS, lang)


def _show_scarce(plan: Plan, lang: Lang) -> None:
    if not plan.scarcities:
        return
    table = _table(
        Text("紧缺资源", "Scarce"),
        Text("再增加", "One more"),
        (Text("按松弛问题的价格（万元/年）", "By price (×10k yuan/yr)"), "right"),
        Text("重新求解的增加", "By solving again"),
        lang=lang,
        title=Text("什么最紧", "What is scarce"),
    )
    for scarce in plan.scarcities[:8]:
        what = plan.model.resources[scarce.resource]
        table.add_row(
            escape(resource(plan.model, what).of(lang)),
            amount(scarce.unit, what.unit).of(lang),
            wan(scarce.price * scarce.unit),
            interval(scarce.gain).of(lang) if scarce.gain else "",
        )
    console.print(table)


def show_why(plan: Plan, project: int, lang: Lang) -> None:
    """Show every reason for one project."""
    report = plan.projects[project]
    facts = plan.model.facts
    where = plan.model.offer_of(report.candidate) if report.outcome is Outcome.PLACED else ""
    named = f"{facts.projects.id[project]} {facts.projects.name[project]}"
    head = f"{named}：{OUTCOME[report.outcome].of(lang)} {where}"
    table = _table(
        Text("方面", "Topic"), (UNIT, "right"), Text("理由", "Reason"), lang=lang, title=Text(head, head)
    )
    for reason in project_reasons(plan, report):
        table.add_row(
            reason.topic.of(lang),
            "" if reason.yuan is None else wan(reason.yuan),
            escape(reason.sentence.of(lang)),
        )
    console.print(table)
    for group in plan.clashes:
        if project in group:
            ids = "、".join(facts.projects.id[i] for i in group)
            text = Text(
                f"与它争用、不能同时安排的一组：{ids}",
                f"competes in a group that cannot all be placed: {ids}",
            )
            console.print(escape(text.of(lang)))


def show_fits(model: Model, fits: Sequence[Fit], title: Text, lang: Lang, *, by_project: bool) -> None:
    """Show a ranking of offers for a project, or of projects for a place."""
    table = _table(
        Text("项目", "Project") if by_project else Text("场地", "Place"),
        (UNIT, "right"),
        Text("合在哪里，差在哪里", "What fits, what is missing"),
        lang=lang,
        title=title,
    )
    facts = model.facts
    for fit in fits:
        if by_project:
            name = f"{facts.projects.id[fit.project]} {facts.projects.name[fit.project]}"
            name += "" if "+" not in fit.offer else f"（{fit.offer}）"
        else:
            parts = [facts.places.name[facts.places.id.index(p)] for p in fit.offer.split("+")]
            name = f"{fit.offer} {' + '.join(parts)}"
        table.add_row(
            escape(name), "" if fit.row < 0 else wan(fit.value), escape(_fit_text(model, fit, lang))
        )
    console.print(table)


def _fit_text(model: Model, fit: Fit, lang: Lang) -> str:
    if fit.misses:
        lacking = Text("不合：", "fails: ").of(lang)
        return lacking + "；".join(
            miss(model, fit.project, fit.kind, fit.offer, m).of(lang) for m in fit.misses
        )
    table = model.candidates[fit.kind]
    parts = [
        f"{TITLE[c].of(lang)} {wan(yuan)}"
        for c, yuan in zip(Component, table.components[fit.row].tolist(), strict=True)
        if yuan
    ]
    takes = Text("取用 {area}", "takes {area}").format(area=amount(int(table.area[fit.row]), "m2")).of(lang)
    return "；".join([takes, *parts])
