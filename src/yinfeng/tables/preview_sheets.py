"""What a changed template does, as sheets of a workbook."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from yinfeng.core.approvals.preview import ItemEffect, ProjectEffect
from yinfeng.core.approvals.result import ProjectReport, Standing
from yinfeng.core.errors import Fault
from yinfeng.core.rulebook import Entry
from yinfeng.core.text import Lang, Text
from yinfeng.tables import approval_words as words
from yinfeng.tables.approval_sheets import general_rules
from yinfeng.tables.approval_template import ITEM, REPLACE, Basis
from yinfeng.tables.faults_sheet import faults_sheet
from yinfeng.tables.rule_words import shown_value
from yinfeng.tables.rules_sheet import rules_sheet
from yinfeng.tables.write import Sheet

CHANGE: Final[Mapping[str, Text]] = {
    "comes": Text("新增", "comes"),
    "goes": Text("去掉", "goes"),
    "changes": Text("改变", "changes"),
}


def preview_sheets(
    effects: Sequence[ProjectEffect], before: Basis, after: Basis, faults: Iterable[Fault], lang: Lang
) -> list[Sheet]:
    """Lay out what a change does: by project, by item, and what is changed in the template."""
    return [
        _projects(effects, lang),
        _items(effects, lang),
        _entries(before, after, lang),
        faults_sheet(faults, lang),
        rules_sheet(general_rules(after), lang),
    ]


def changed_entries(before: Basis, after: Basis) -> list[tuple[Entry | None, Entry | None]]:
    """Give the entries that differ, each as it was and as it would be."""
    old_ones, new_ones = before.entries.entries, after.entries.entries
    keys = sorted(old_ones.keys() | new_ones.keys())
    pairs = [(old_ones.get(key), new_ones.get(key)) for key in keys]
    return [(old, new) for old, new in pairs if old != new]


def _projects(effects: Sequence[ProjectEffect], lang: Lang) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("新增事项", "Items that come"),
        Text("去掉事项", "Items that go"),
        Text("改变事项", "Items that change"),
        Text("最早可依法开工（现在）", "Earliest lawful start now"),
        Text("最早可依法开工（改后）", "Earliest lawful start after"),
        Text("推迟天数", "Days later"),
        Text("关键线路（改后）", "Critical path after"),
    ]
    rows = [
        [
            effect.project.id,
            effect.project.name,
            *(_named(effect, change).of(lang) for change in CHANGE),
            effect.starts[0],
            effect.starts[1],
            effect.days_later,
            words.path_text(effect.after).of(lang),
        ]
        for effect in effects
        if effect.is_touched
    ]
    touched = len(rows)
    note = Text(
        f"共 {len(effects)} 个项目，受影响 {touched} 个；未列出的没有变化",
        f"{len(effects)} projects, {touched} touched; those not listed do not change",
    )
    title = Text("影响", "Effect").of(lang)
    named = [header.of(lang) for header in headers]
    return Sheet(title, named, rows, [12, 26, 30, 30, 40, 14, 14, 9, 60], notes=[note.of(lang)])


def _named(effect: ProjectEffect, change: str) -> Text:
    return words.listed(_title(one) for one in effect.items if one.change == change)


def _title(effect: ItemEffect) -> Text:
    standing = effect.after or effect.before
    return standing.title if standing is not None else Text(effect.key, effect.key)


def _items(effects: Sequence[ProjectEffect], lang: Lang) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("事项", "Item"),
        Text("变化", "Change"),
        *(
            Text(f"{title.zh}（{when.zh}）", f"{title.en} ({when.en})")
            for title in (
                Text("状态", "State"),
                Text("时限", "Time"),
                Text("到期", "Due"),
                Text("最早办结", "Earliest end"),
                Text("为什么", "Why"),
            )
            for when in (Text("现在", "now"), Text("改后", "after"))
        ),
    ]
    rows = []
    for effect in effects:
        for one in effect.items:
            pairs = zip(_side(one.before, effect.before), _side(one.after, effect.after), strict=True)
            cells = [cell for pair in pairs for cell in pair]
            rows.append([effect.project.id, effect.project.name, _title(one), CHANGE[one.change], *cells])
    shown = [[cell.of(lang) if isinstance(cell, Text) else cell for cell in row] for row in rows]
    return Sheet(Text("事项变化", "Items").of(lang), [header.of(lang) for header in headers], shown)


def _side(standing: Standing | None, report: ProjectReport) -> list[object]:
    if standing is None:
        return [None] * 5
    step = report.start.steps.get(standing.key) if report.start else None
    return [
        words.state_of(standing),
        words.legal_time(standing),
        standing.due,
        step.end if step else None,
        words.why(standing.need),
    ]


def _entries(before: Basis, after: Basis, lang: Lang) -> Sheet:
    headers = [
        Text("条目", "Entry"),
        Text("名称", "Title"),
        Text("现在", "Now"),
        Text("改后", "After"),
        Text("生效日期", "Valid from"),
        Text("出处", "Source"),
    ]
    rows = [
        [
            one.key,
            one.title.of(lang),
            _said(old, before),
            _said(new, after),
            one.valid_from,
            one.source,
        ]
        for old, new in changed_entries(before, after)
        if (one := new or old) is not None
    ]
    shown = [[cell.of(lang) if isinstance(cell, Text) else cell for cell in row] for row in rows]
    return Sheet(Text("模板变化", "Template").of(lang), [header.of(lang) for header in headers], shown)


def _said(entry: Entry | None, basis: Basis) -> Text | str | None:
    """Say an entry's value: an item or a replacement in words, anything else as it stands."""
    if entry is None:
        return None
    template = basis.template
    titles = {item.key: item.title for item in template.items}
    item = next((item for item in template.items if item.entry == entry.key), None)
    if item is not None:
        return words.item_text(item, titles)
    of_all = (one for many in template.replacements.values() for one in many)
    replacement = next((one for one in of_all if one.entry == entry.key), None)
    if replacement is not None:
        return words.replacement_text(replacement, titles)
    if entry.key.startswith((ITEM, REPLACE)):
        return Text("撤销", "withdrawn")
    return shown_value(entry.value)
