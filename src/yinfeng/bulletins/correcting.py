"""What a restated issue says of its corrections: which sentence, old and new figure, which rows changed."""

from collections.abc import Iterator
from typing import Final

from yinfeng.bulletins.issue import Correction, Issue, RowChange
from yinfeng.bulletins.template import Mark
from yinfeng.core.text import Text

HEADING: Final = Text("更正说明", "Corrections")
_KIND: Final = {
    "changed": Text("改动", "changed"),
    "added": Text("新增", "added"),
    "removed": Text("删除", "removed"),
}
_LONGEST: Final = 4
"""Cells named of a row that was added or removed: enough to know which it was."""


def correction_lines(issue: Issue) -> Iterator[Text]:
    """Yield the heading and every correction, the newest first; nothing for a first edition."""
    if not issue.corrections:
        return
    yield HEADING
    for one in reversed(issue.corrections):
        yield from _told(one)


def _told(one: Correction) -> Iterator[Text]:
    yield Text(
        f"{_day(one)}更正（第{one.edition - 1}版改为第{one.edition}版）：台账行在上一版定稿后有变动。",
        f"Corrected on {one.made_on} (edition {one.edition - 1} to {one.edition}): rows changed since.",
    )
    for figure in one.figures:
        where = "、".join(figure.sentences)
        yield Text(
            f"{where}　{figure.title.zh}：原为 {figure.old.zh}，更正为 {figure.new.zh}。",
            f"{where} {figure.title.en}: was {figure.old.en}, is {figure.new.en}.",
        )
    if not one.figures:
        yield Text(
            "正文数字未变，仅附件中的行有变动。", "No figure of the text changed, only rows of the annex."
        )
    for row in one.rows:
        yield _row_told(row)
    for rule in one.rules:
        yield Text(
            f"口径变动　{rule.title.zh}：原为 {rule.old.zh}，现为 {rule.new.zh}。",
            f"Rule changed, {rule.title.en}: was {rule.old.en}, is {rule.new.en}.",
        )


def _row_told(row: RowChange) -> Text:
    kind, key = _KIND[row.kind], row.row.partition(":")[2]
    cells = row.cells if row.kind == "changed" else row.cells[:_LONGEST]
    if row.kind == "changed":
        zh = "；".join(f"{label.zh} {old.zh}→{new.zh}" for label, old, new in cells)
        en = "; ".join(f"{label.en} {old.en} → {new.en}" for label, old, new in cells)
    else:
        at = 2 if row.kind == "added" else 1
        zh = "；".join(f"{cell[0].zh} {cell[at].zh}" for cell in cells)
        en = "; ".join(f"{cell[0].en} {cell[at].en}" for cell in cells)
    return Text(
        f"{kind.zh}的行　{row.ledger.zh} {key}：{zh}。", f"Row {kind.en}, {row.ledger.en} {key}: {en}."
    )


def _day(one: Correction) -> str:
    return f"{one.made_on.year}年{one.made_on.month}月{one.made_on.day}日"


def replaced(issue: Issue, mark: Mark) -> Text | None:
    """Say what a figure was before the last correction, where its value stands in a sentence."""
    if not issue.corrections or mark.part not in ("", "number", "size"):
        return None
    for figure in issue.corrections[-1].figures:
        if figure.code == mark.name:
            return Text(f"〔更正，原{figure.old.zh}〕", f"〔corrected, was {figure.old.en}〕")
    return None
