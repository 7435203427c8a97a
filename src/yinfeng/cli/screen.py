"""What matching commands show on the screen."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table
from rich.text import Text as Line

from yinfeng.cli.console import console, errors, show_faults
from yinfeng.core.matching.explain import Outcome, ProjectReport, unknown_needs
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.offers import JOINT, parts_of
from yinfeng.core.matching.rank import Fit
from yinfeng.core.matching.result import Status
from yinfeng.core.matching.value import TITLE, Component
from yinfeng.core.text import Lang, Text
from yinfeng.tables.plan_reasons import OUTCOME, is_synthetic, place_reason, project_reasons
from yinfeng.tables.plan_sheets import STATUS, all_faults
from yinfeng.tables.planning import Plan
from yinfeng.tables.reasons import (
    amount,
    gain,
    joined,
    listed,
    miss,
    owner_notes,
    quota_note,
    resource,
    wan,
)
from yinfeng.tables.visits import rests_on

_MOST_ROWS = 40
_MOST_FITS = 20
_SHOWN_TOPICS = frozenset({"owner", "waiver", "quota"})
_INDENT = " " * 6
SYNTHETIC_MARK = Text("〔合成〕", "〔synthetic〕")
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
    if any(is_synthetic(plan, report) for report in plan.projects):
        note = Text(
            f"{SYNTHETIC_MARK.zh} 用到合成（编造）的字段，列名见工作簿“合成字段”",
            f'{SYNTHETIC_MARK.en} rests on made-up fields, named in the workbook under "Synthetic fields"',
        )
        console.print(f"\n[yellow]{note.of(lang)}[/yellow]")


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
        codes = listed(m.code for m in refused_pin.misses)
        unknown = Text("台账中没有这样的项目或场地", "no such project or place in the ledgers")
        why = Text("违反 {codes}", "breaks {codes}").format(codes=codes) if refused_pin.misses else unknown
        text = Text("指定未采纳：{pin}，{why}", "pin not kept: {pin}, {why}").format(
            pin=f"{pin.project} → {'+'.join(pin.places)}", why=why
        )
        console.print(f"[red]{escape(text.of(lang))}[/red]")


def _show_standing(plan: Plan, lang: Lang) -> None:
    result, problem = plan.result, plan.model.problem
    if not problem.n_projects:
        empty = Text("台账中没有要找场地的项目", "no project in the ledgers is looking for a place")
        console.print(f"[yellow]{empty.of(lang)}[/yellow]")
    if not len(plan.model.facts.places):
        empty = Text("台账中没有场地", "no place in the ledgers")
        console.print(f"[yellow]{empty.of(lang)}[/yellow]")
    placed = int((result.chosen >= 0).sum())
    text = Text(
        "{status}：{placed}/{n} 个项目落位，价值 {value} 万元/年；不可能超过 {bound}，差距 {gap}",
        "{status}: {placed} of {n} projects placed, worth {value} ×10k yuan/yr; bound {bound}, gap {gap}",
    ).format(
        status=STATUS[result.status],
        placed=placed,
        n=problem.n_projects,
        value=wan(result.value),
        bound=wan(result.bound),
        gap=f"{result.gap:.2%}",
    )
    console.print(f"\n[bold]{escape(text.of(lang))}[/bold]")


def _show_clash(plan: Plan, lang: Lang) -> None:
    ids = plan.model.problem.project_id
    if plan.result.clash_is_smallest:
        name = Text("最小的冲突组", "the smallest clashing set")
    elif plan.result.clash_is_narrow:
        name = Text("冲突组（去掉任何一个都可安排）", "a clashing set (without any one of them the rest fit)")
    else:
        name = Text(
            "冲突组（时间不够，其中一部分也可能冲突）",
            "a clashing set (a part of it may clash too; the time did not suffice to tell)",
        )
    console.print(f"[red]{name.of(lang)}：{escape('、'.join(ids[i] for i in plan.result.clash))}[/red]")


def _table(*columns: Text | tuple[Text, str], lang: Lang, title: Text) -> Table:
    table = Table(
        title=title.of(lang), title_justify="left", title_style="bold", header_style="bold", pad_edge=False
    )
    for column in columns:
        text, justify = column if isinstance(column, tuple) else (column, "left")
        table.add_column(text.of(lang), justify=justify, overflow="fold")  # type: ignore[arg-type]
    return table


def _show_placed(plan: Plan, lang: Lang) -> None:
    placed = [report for report in plan.projects if report.outcome is Outcome.PLACED]
    placed.sort(key=lambda report: -sum(report.components))
    _head(Text("落位（万元/年）", "Placed (×10k yuan/yr)"), lang)
    facts = plan.model.facts
    for report in placed[:_MOST_ROWS]:
        table, k = plan.model.candidate(report.candidate)
        offer = table.offers.id[int(table.offer[k])]
        names = JOINT.join(facts.places.name[facts.places.id.index(p)] for p in parts_of(offer))
        takes = Text("取用 {area}", "takes {area}").format(area=amount(int(table.area[k]), "m2"))
        parts = _components(report.components, lang)
        notes = [r.sentence.of(lang) for r in project_reasons(plan, report) if r.topic.en in _SHOWN_TOPICS]
        _item(
            _named(plan, report, lang),
            f"→ {offer} {names}  [bold]{wan(sum(report.components))}[/bold]",
            joined([takes.of(lang), *parts, *notes], lang),
        )
    _more(len(placed) - _MOST_ROWS, lang)


def _named(plan: Plan, report: ProjectReport, lang: Lang) -> str:
    """Name a project; one that rests on made-up fields carries the mark."""
    projects = plan.model.facts.projects
    mark = SYNTHETIC_MARK.of(lang) if is_synthetic(plan, report) else ""
    return f"{projects.id[report.project]} {projects.name[report.project]}{mark}"


def _head(text: Text, lang: Lang) -> None:
    console.print(f"\n[bold]{escape(text.of(lang))}[/bold]")


def _item(name: str, rest: str, why: str) -> None:
    """Print a line and, indented below it, why."""
    console.print(f"  {escape(name)} {rest}")
    for line in Line(why).wrap(console, console.width - len(_INDENT)):
        console.print(f"{_INDENT}[dim]{escape(line.plain.rstrip())}[/dim]", soft_wrap=True)


def _more(left: int, lang: Lang) -> None:
    if left > 0:
        console.print(Text(f"  另有 {left} 行，见工作簿", f"  {left} more in the workbook").of(lang))


def _components(components: Sequence[int], lang: Lang) -> list[str]:
    return [f"{TITLE[c].of(lang)} {wan(yuan)}" for c, yuan in zip(Component, components, strict=True) if yuan]


def _show_left_out(plan: Plan, lang: Lang) -> None:
    left_out = [report for report in plan.projects if report.outcome is not Outcome.PLACED]
    if not left_out:
        return
    _head(Text("未落位：为什么，改什么", "Left out: why, and what would have to change"), lang)
    for report in left_out[:_MOST_ROWS]:
        reasons = [r for r in project_reasons(plan, report) if r.yuan is None][:2]
        _item(
            _named(plan, report, lang),
            f"[bold]{OUTCOME[report.outcome].of(lang)}[/bold]",
            "\n".join(r.sentence.of(lang) for r in reasons),
        )
    _more(len(left_out) - _MOST_ROWS, lang)


def _show_empty(plan: Plan, lang: Lang) -> None:
    empty = [report for report in plan.places if not report.takers]
    if not empty:
        return
    _head(Text("仍空着的场地", "Places left empty"), lang)
    places = plan.model.facts.places
    for report in empty[:_MOST_ROWS]:
        name = escape(f"{places.id[report.place]} {places.name[report.place]}")
        why = escape(place_reason(plan, report).of(lang))
        console.print(f"  {name} [dim]{why}[/dim]")
    _more(len(empty) - _MOST_ROWS, lang)


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
            gain(scarce, what.unit).of(lang),
        )
    console.print(table)


def show_why(plan: Plan, project: int, lang: Lang) -> None:
    """Show every reason for one project."""
    report = plan.projects[project]
    facts = plan.model.facts
    where = plan.model.offer_of(report.candidate) if report.outcome is Outcome.PLACED else ""
    named = _named(plan, report, lang)
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


def show_fits(
    model: Model,
    fits: Sequence[Fit],
    title: Text,
    lang: Lang,
    *,
    by_project: bool,
    synthetic: frozenset[str],
) -> None:
    """Show a ranking of offers for a project, or of projects for a place.

    synthetic: ids of projects and places whose rows hold made-up fields.
    """
    _head(title, lang)
    groups = (
        (_MOST_FITS, [fit for fit in fits if fit.passes]),
        (_MOST_FITS, [fit for fit in fits if fit.is_open]),
        (len(fits), [fit for fit in fits if not fit.passes and not fit.is_open]),
    )
    for most, group in groups:
        for rank, fit in enumerate(group[:most], start=1):
            mark = SYNTHETIC_MARK.of(lang) if rests_on(model, fit, synthetic) else ""
            _show_fit(model, fit, rank, mark, lang, by_project=by_project)
        _more(len(group) - most, lang)


def _show_fit(model: Model, fit: Fit, rank: int, mark: str, lang: Lang, *, by_project: bool) -> None:
    facts = model.facts
    if by_project:
        name = f"{facts.projects.id[fit.project]} {facts.projects.name[fit.project]}"
        name += f"（{fit.offer}）" if len(parts_of(fit.offer)) > 1 else ""
    else:
        parts = [facts.places.name[facts.places.id.index(p)] for p in parts_of(fit.offer)]
        name = f"{fit.offer} {' + '.join(parts)}"
    if fit.passes:
        worth = f"[bold]{wan(fit.value)} {UNIT.of(lang)}[/bold]"
    else:
        worth = "[yellow]?[/yellow]" if fit.is_open else "[red]✗[/red]"
    _item(f"{rank}. {name}{mark}", worth, _fit_text(model, fit, lang))


def _fit_text(model: Model, fit: Fit, lang: Lang) -> str:
    if fit.misses:
        lacking = (Text("待补：", "open: ") if fit.is_open else Text("不合：", "fails: ")).of(lang)
        said = (miss(model, fit.project, fit.kind, fit.offer, missed) for missed in fit.misses)
        return lacking + joined((text.of(lang) for text in said), lang)
    table = model.candidates[fit.kind]
    takes = Text("取用 {area}", "takes {area}").format(area=amount(int(table.area[fit.row]), "m2"))
    notes = owner_notes(model, fit.offer)
    unknown = unknown_needs(model, table, fit.row)
    notes += [quota_note(unknown)] if unknown else []
    parts = _components(table.components[fit.row].tolist(), lang)
    return joined([takes.of(lang), *parts, *(note.of(lang) for note in notes)], lang)
