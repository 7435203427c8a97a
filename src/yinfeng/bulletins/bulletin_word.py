"""A bulletin as a Word file, with the look of an official paper; the annex in smaller type."""

from datetime import date
from typing import Final

from yinfeng.bulletins.paper import AnnexItem, AnnexRow, Paper, Piece
from yinfeng.bulletins.word import Block, Colour, Grid, Line, Run, word

_COLOUR: Final[dict[str, Colour]] = {
    "plain": "", "figure": "", "flagged": "red", "missing": "red", "mark": "red",
}  # fmt: skip
_WIDTHS_MM: Final = (30, 106, 20)
_ROW_PT: Final = 10.5


def bulletin_word(paper: Paper, *, made_on: date) -> bytes:
    """Lay a paper out as .docx; the same paper gives the same bytes."""
    blocks: list[Block] = [Line(paper.title, "title"), Line(paper.byline, "subtitle")]
    for number, text in enumerate(paper.correction):
        blocks.append(Line((Run(text, "red"),), "heading" if number == 0 else "note"))
    blocks += [Line(tuple(_run(piece) for piece in line.pieces)) for line in paper.lines]
    blocks += [
        Line(
            (Run(f"{paper.words['note']}{note.number}　{note.text}", "red" if note.is_warning else ""),),
            "note",
        )
        for note in paper.notes
    ]
    if paper.synthetic:
        blocks.append(Line((Run(paper.synthetic, "red"),), "note"))
    blocks.append(Line(paper.words["annex"], "heading", begins_page=True))
    blocks.append(Line(paper.words["annex_note"], "note"))
    for item in paper.annex:
        blocks += _annex(paper, item)
    return word(blocks, made_on=made_on, title=paper.title)


def _run(piece: Piece) -> Run:
    return Run(piece.text, _COLOUR[piece.look], is_raised=piece.look == "mark")


def _annex(paper: Paper, item: AnnexItem) -> list[Block]:
    blocks: list[Block] = [Line(f"{item.number}　{item.title}", "heading")]
    blocks += [Line(f"{label}　{said}", "note") for label, said in item.facts]
    blocks += [Line((Run(text, "red"),), "note") for text in item.warnings]
    if item.rows:
        head = (paper.words["row"], paper.words["content"], paper.words["part"])
        rows = tuple(_row(row) for row in item.rows)
        blocks.append(Grid((head, *rows), _WIDTHS_MM, has_header=True, size_pt=_ROW_PT))
    if item.elsewhere:
        blocks.append(Line(item.elsewhere, "note"))
    return blocks


def _row(row: AnnexRow) -> tuple[str | Run, ...]:
    return row.row + row.mark, row.text, Run(row.part, "red" if row.is_left_out else "")
