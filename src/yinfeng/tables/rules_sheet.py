"""The last sheet of an answer: the rulebook entries it rests on, each with its date, basis and source."""

from collections.abc import Iterable
from typing import Final

from yinfeng.core.rulebook import Entry, Rules
from yinfeng.core.text import Lang, Text
from yinfeng.tables.reasons import BASIS
from yinfeng.tables.rule_words import shown_value
from yinfeng.tables.write import Sheet

RULE_HEADERS: Final = (
    Text("项", "Item"),
    Text("取值", "Value"),
    Text("单位", "Unit"),
    Text("生效日期", "Valid from"),
    Text("性质", "Basis"),
    Text("出处", "Source"),
)


def rule_rows(entries: Iterable[Entry], lang: Lang) -> list[list[object]]:
    """Give each entry as a row below `RULE_HEADERS`."""
    return [
        [
            entry.title.of(lang),
            shown_value(entry.value).of(lang),
            entry.unit.of(lang),
            entry.valid_from.isoformat(),
            BASIS[entry.basis].of(lang),
            entry.source,
        ]
        for entry in entries
    ]


def rules_sheet(rules: Rules, lang: Lang) -> Sheet:
    """Lay out the entries of an answer, with their keys and the rulebook each stands in."""
    headers = [Text("条目", "Entry"), *RULE_HEADERS, Text("规则库", "Rulebook")]
    entries = list(rules.entries.values())
    rows = [
        [entry.key, *cells, entry.rulebook]
        for entry, cells in zip(entries, rule_rows(entries, lang), strict=True)
    ]
    title = Text("依据", "Basis").of(lang)
    note = Text(
        f"规则库 {rules.name}，{rules.on} 有效的条目",
        f"rulebook {rules.name}, entries that hold on {rules.on}",
    )
    return Sheet(title, [header.of(lang) for header in headers], rows, notes=[note.of(lang)])
