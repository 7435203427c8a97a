"""What the command ``bulletin`` shows: the paper's text with its flags, or what is said of a text's rates."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.markup import escape

from yinfeng.cli.console import console
from yinfeng.core.figures import rounded
from yinfeng.core.progress.printed import VERDICT
from yinfeng.core.text import Lang, Text

if TYPE_CHECKING:
    from yinfeng.bulletins.paper import Paper
    from yinfeng.core.progress.printed import Comparison
    from yinfeng.tables.statements import Statement

_STYLE: Final = {"flagged": "bold red", "missing": "bold red", "mark": "red", "figure": "bold", "plain": ""}
_COLOUR: Final = {
    "agrees": "green",
    "rounding": "yellow",
    "scope": "yellow",
    "wrong": "bold red",
    "unknown": "dim",
}


def show_paper(paper: "Paper") -> None:
    """Print the sentences with their marks, then corrections and notes."""
    console.print(f"[bold]{escape(paper.title)}[/bold]")
    for text in paper.correction:
        console.print(f"[red]{escape(text)}[/red]")
    for line in paper.lines:
        shown = "".join(_styled(piece.text, _STYLE[piece.look]) for piece in line.pieces)
        console.print(f"  {shown}")
    for note in paper.notes:
        text = f"{paper.words['note']}{note.number} {note.text}"
        console.print(_styled(text, "red" if note.is_warning else "dim"))
    rows = sum(len(item.rows) for item in paper.annex)
    total = Text(
        "{n} 个数字，附件列出所依据的 {rows} 行", "{n} figures; the annex lists the {rows} rows they rest on"
    )
    console.print(total.format(n=len(paper.annex), rows=rows).of(paper.lang))


def _styled(text: str, style: str) -> str:
    return f"[{style}]{escape(text)}[/{style}]" if style else escape(text)


def show_statements(found: Sequence["Statement"], lang: Lang) -> None:
    """Print every rate of a text with what its own numbers come to, and how many are wrong."""
    for one in found:
        verdict = one.check.verdict
        label = VERDICT[verdict].of(lang)
        line = Text(f"第{one.line}行", f"line {one.line}").of(lang)
        console.print(
            f"{escape(line)} [{_COLOUR[verdict]}]{escape(label)}[/{_COLOUR[verdict]}] "
            f"{escape(one.phrase)}{escape(worked_out(one, lang))}"
        )
    total = Text(
        "{n} 个比率：{agrees} 个一致，{rounding} 个末位舍入不符，{wrong} 个不符，{unknown} 个文中无从核对",
        "{n} rates: {agrees} agree, {rounding} differ by rounding, {wrong} wrong, {unknown} not to be told",
    )
    counts = {
        name: sum(one.check.verdict == name for one in found)
        for name in ("agrees", "rounding", "wrong", "unknown")
    }
    console.print(total.format(n=len(found), **counts).of(lang))


def worked_out(one: "Statement", lang: Lang) -> str:
    """Say what a rate comes to by the numbers of its sentence, or why it cannot be worked out."""
    note = one.note.of(lang)
    if one.check.value is None or one.numerator is None or one.denominator is None:
        return Text(f"（{note}）", f" ({note})").of(lang)
    places = max(2, _places(one))
    value = f"{rounded(one.check.value * 100, places)}"
    sign = {"points": " − ", "growth": " ÷ "}.get(one.kind, " ÷ ")
    less = " − 1" if one.kind == "growth" else ""
    unit = Text("个百分点", " points").of(lang) if one.kind == "points" else "%"
    sides = f"{one.numerator.raw}{sign}{one.denominator.raw}{less} = {value}{unit}"
    return Text(f"：{sides}", f": {sides}").of(lang) + (
        Text(f"（{note}）", f" ({note})").of(lang) if note else ""
    )


def _places(one: "Statement") -> int:
    return len(one.printed.raw.partition(".")[2].rstrip("%个百分点 "))


def show_comparisons(found: Sequence["Comparison"], lang: Lang) -> None:
    """Print every figure a text states that the rows can be held against."""
    from yinfeng.bulletins.figure_words import with_sides
    from yinfeng.bulletins.gather import title_of

    console.print(Text("与台账核对", "Held against the rows").of(lang))
    for one in found:
        verdict = one.by_rows.verdict
        label = VERDICT[verdict].of(lang)
        title = (one.figure.title if one.figure is not None else title_of(one.printed.indicator)).of(lang)
        rows = with_sides(one.figure).of(lang) if one.figure is not None else "—"
        said = Text(
            "{title}：文中 {printed}，台账 {rows}", "{title}: the text has {printed}, the rows {rows}"
        )
        text = said.format(title=title, printed=one.printed.printed.raw, rows=rows).of(lang)
        console.print(f"  [{_COLOUR[verdict]}]{escape(label)}[/{_COLOUR[verdict]}] {escape(text)}")
