"""From an issue to a paper in one language: sentences with their marks, notes, and an annex of rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from yinfeng.bulletins.correcting import correction_lines, replaced
from yinfeng.bulletins.figure_words import MISSING, formula, said, said_number, said_side, said_size
from yinfeng.bulletins.gather import title_of
from yinfeng.bulletins.issue import Issue, RowContent, UsedRule, rows_of
from yinfeng.bulletins.template import Mark, Sentence, pieces
from yinfeng.core.figures import Figure
from yinfeng.core.rulebook import UNSOURCED
from yinfeng.core.text import Lang, Text

Look = Literal["plain", "figure", "flagged", "missing", "mark"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence that looks alike."""

    text: str
    look: Look = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the paper."""

    id: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Its words in full."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Note:
    """What is said of a figure below the text."""

    number: int
    text: str
    is_warning: bool


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """A row that makes a figure."""

    row: str
    text: str
    part: str
    """Whether it counts in the numerator, in the denominator, or in both."""
    is_left_out: bool
    """Whether it is of the denominator alone: what is not done yet."""
    mark: str
    """〔合成〕 where it is made up, with the fields where only some are; else empty."""


@dataclass(frozen=True, slots=True)
class AnnexItem:
    """One figure with all that it was worked out from."""

    number: int
    title: str
    facts: tuple[tuple[str, str], ...]
    """Label and words: definition, period, formula, rules."""
    warnings: tuple[str, ...]
    rows: tuple[AnnexRow, ...]
    elsewhere: str
    """Rows shown under another figure, by number of that figure."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A bulletin in one language, ready to be laid out."""

    lang: Lang
    title: str
    byline: str
    correction: tuple[str, ...]
    """Empty where nothing was corrected; else its heading first."""
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    synthetic: str
    """What is said of made-up rows; empty where there are none."""
    annex: tuple[AnnexItem, ...]
    words: dict[str, str]


WORDS: Final = {
    "note": Text("注", "Note "),
    "annex": Text("附件　数字来源", "Annex: where the figures come from"),
    "annex_note": Text(
        "正文每个数字均由下列台账行得出，未手工填写。",
        "Every figure is worked out from the rows below; none was typed.",
    ),
    "row": Text("台账行", "Row"),
    "content": Text("内容", "What it says"),
    "part": Text("计入", "Counts in"),
    "mark": Text("〔合成〕", "〔synthetic〕"),
    "page": Text("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
}  # fmt: skip
_NOTE: Final = Text("〔注{n}〕", "〔note {n}〕")
_MADE_UP: Final = Text(
    "标有〔合成〕的句子和行含编造的数据，仅供演示，不得作为决策依据。",
    "Sentences and rows marked 〔synthetic〕 hold made-up data, for demonstration only.",
)
_NO_ROW: Final = Text(
    "{title}：台账中没有这项数字的行，不填数。",
    "{title}: no row of the ledgers gives it, so no number is printed.",
)
_NO_VALUE: Final = Text("{title}：不能给出，{why}。", "{title}: it cannot be given: {why}.")
_FLAG: Final = Text(
    "{title}：台账为 {rows}，已公布 {printed}{source}，{verdict}{more}。本简报以台账为准，请核实。",
    "{title}: the rows give {rows}, published was {printed}{source}: {verdict}{more}. "
    "The rows stand; to be checked.",
)
_RESERVE: Final = Text("{title}：{said}。", "{title}: {said}.")


def compose(issue: Issue, lang: Lang) -> Paper:
    """Write an issue out in one language."""
    chosen = tuple(_chosen(issue))
    writer = _Writer(issue, lang, chosen)
    lines = tuple(writer.line(sentence) for sentence in chosen)
    words = {name: text.of(lang) for name, text in WORDS.items()}
    title = writer.words(issue.template.title.of(lang))
    byline = Text(
        f"{issue.zone}　{issue.made_on:%Y}年{issue.made_on.month}月{issue.made_on.day}日",
        f"{issue.zone}, {issue.made_on}",
    )
    if issue.edition > 1:
        number = Text(f"（第{issue.edition}版，更正）", f" (edition {issue.edition}, corrected)")
        byline = Text(byline.zh + number.zh, byline.en + number.en)
    return Paper(
        lang=lang,
        title=title,
        byline=byline.of(lang),
        correction=tuple(line.of(lang) for line in correction_lines(issue)),
        lines=lines,
        notes=tuple(writer.notes),
        synthetic=_MADE_UP.of(lang) if issue.is_synthetic else "",
        annex=tuple(_annex(issue, lang)),
        words=words,
    )


def _chosen(issue: Issue) -> Iterator[Sentence]:
    """Yield one form of each sentence, in the order of the template."""
    forms: dict[str, list[Sentence]] = {}
    for sentence in issue.template.sentences:
        forms.setdefault(sentence.id, []).append(sentence)
    for alike in forms.values():
        yield next(one for one in alike if one.when is None or _holds(issue.figure(one.when[0]), one.when[1]))


def _holds(figure: Figure | None, what: str) -> bool:
    value = None if figure is None else figure.value
    if what in ("known", "unknown"):
        return (value is not None) == (what == "known")
    if value is None:
        return False
    return {"full": value >= 1, "zero": value == 0, "falls": value < 0}[what]


class _Writer:
    """Writes sentences one after another, and numbers the notes as figures first need them."""

    def __init__(self, issue: Issue, lang: Lang, chosen: Sequence[Sentence]) -> None:
        self.issue, self.lang = issue, lang
        self.notes: list[Note] = []
        self._noted_at = _note_places(chosen, lang)
        self._synthetic = {row.row for row in issue.rows if row.synthetic}

    def words(self, text: str) -> str:
        """Write a text that names no figure."""
        return "".join(piece if isinstance(piece, str) else self._word(piece) for piece in pieces(text))

    def line(self, sentence: Sentence) -> Line:
        written: list[Piece] = []
        is_synthetic = False
        for at, piece in enumerate(pieces(sentence.text.of(self.lang))):
            if isinstance(piece, str):
                written.append(Piece(piece))
            elif piece.is_word:
                written.append(Piece(self._word(piece)))
            else:
                figure = self.issue.figure(piece.name)
                written += self._figure(
                    piece, figure, notes_here=self._noted_at[piece.name] == (sentence.id, at)
                )
                is_synthetic |= figure is not None and not self._synthetic.isdisjoint(rows_of(figure))
        if is_synthetic:
            written.append(Piece(WORDS["mark"].of(self.lang), "mark"))
        return Line(sentence.id, tuple(written))

    def _word(self, mark: Mark) -> str:
        if mark.name == "zone":
            return self.issue.zone
        full = mark.part == "full"
        return (self.issue.period_full if full else self.issue.period_words).of(self.lang)

    def _figure(self, mark: Mark, figure: Figure | None, *, notes_here: bool) -> Iterator[Piece]:
        ways = {"": said, "number": said_number, "size": said_size}
        text = ways.get(mark.part, lambda one: said_side(one, mark.part))(figure)
        is_flagged = any(one.code == mark.name for one in self.issue.printed)
        look: Look = "missing" if text == MISSING else "flagged" if is_flagged else "figure"
        yield Piece(text.of(self.lang), look)
        was = replaced(self.issue, mark)
        if was is not None:
            yield Piece(was.of(self.lang), "mark")
        if notes_here:
            for said_of, is_warning in _said_of(self.issue, mark.name, figure):
                self.notes.append(Note(len(self.notes) + 1, said_of.of(self.lang), is_warning))
                yield Piece(_NOTE.format(n=len(self.notes)).of(self.lang), "mark")


def _note_places(chosen: Sequence[Sentence], lang: Lang) -> dict[str, tuple[str, int]]:
    """Say where each figure has its notes: at its value where the text has it, else at its last side."""
    places: dict[str, tuple[str, int]] = {}
    valued: set[str] = set()
    for sentence in chosen:
        for at, piece in enumerate(pieces(sentence.text.of(lang))):
            if isinstance(piece, Mark) and not piece.is_word and piece.name not in valued:
                places[piece.name] = (sentence.id, at)
                if piece.part in ("", "number", "size"):
                    valued.add(piece.name)
    return places


def _said_of(issue: Issue, code: str, figure: Figure | None) -> Iterator[tuple[Text, bool]]:
    """Yield what a reader must be told of a figure, warnings first."""
    if figure is None:
        yield _NO_ROW.format(title=title_of(code)), True
        return
    if figure.value is None:
        why = Text("；".join(n.zh for n in figure.notes), "; ".join(n.en for n in figure.notes))
        yield _NO_VALUE.format(title=figure.title, why=why), True
        return
    for text in _flags(issue, figure):
        yield text, True
    for note in figure.notes:
        yield _RESERVE.format(title=figure.title, said=note), False


def _flags(issue: Issue, figure: Figure) -> Iterator[Text]:
    for one in issue.printed:
        if one.code == figure.code:
            source = Text(f"（{one.source}）", f" ({one.source})") if one.source else Text("", "")
            more = Text(f"，{one.note.zh}", f", {one.note.en}") if one.note.zh else Text("", "")
            yield _FLAG.format(
                title=figure.title, rows=_rows_say(figure), printed=one.printed, source=source,
                verdict=one.verdict, more=more,
            )  # fmt: skip


def _rows_say(figure: Figure) -> Text:
    return formula(figure) if figure.kind == "share" else said(figure)


def _annex(issue: Issue, lang: Lang) -> Iterator[AnnexItem]:
    contents = {row.row: row for row in issue.rows}
    shown_under: dict[str, int] = {}
    codes = [code for code in issue.template.codes() if issue.figure(code) is not None]
    for number, code in enumerate(codes, start=1):
        figure = issue.figure(code)
        assert figure is not None
        new = [row for row in rows_of(figure) if row not in shown_under and row in contents]
        before = [row for row in rows_of(figure) if row in shown_under]
        warnings = [text.of(lang) for text in _flags(issue, figure)]
        yield AnnexItem(
            number=number,
            title=figure.title.of(lang),
            facts=tuple(_facts(issue, figure, lang)),
            warnings=tuple(warnings),
            rows=tuple(_annex_row(contents[row], figure, lang) for row in new),
            elsewhere=_elsewhere(before, shown_under, lang),
        )
        shown_under |= dict.fromkeys(new, number)


def _facts(issue: Issue, figure: Figure, lang: Lang) -> Iterator[tuple[str, str]]:
    yield Text("定义", "Definition").of(lang), figure.definition.of(lang)
    yield Text("期间", "Period").of(lang), f"{issue.period_full.of(lang)} ({figure.period})"
    yield Text("算式", "Formula").of(lang), formula(figure).of(lang)
    for note in figure.notes:
        yield Text("说明", "Note").of(lang), note.of(lang)
    for rule in issue.rules:
        if rule.key in figure.entries:
            yield Text("口径", "Rule").of(lang), _rule_said(rule, lang)


def _rule_said(rule: UsedRule, lang: Lang) -> str:
    unsourced = "" if rule.is_sourced else f"〔{UNSOURCED.of(lang)}〕"
    value, basis = rule.value.of(lang) or Text("无", "none").of(lang), rule.basis.of(lang)
    told = Text(
        f"{rule.title.zh}：{value}（{basis}；{rule.source}；{rule.valid_from}起）",
        f"{rule.title.en}: {value} ({basis}; {rule.source}; from {rule.valid_from})",
    )
    return told.of(lang) + unsourced


def _annex_row(content: RowContent, figure: Figure, lang: Lang) -> AnnexRow:
    colon, stop = Text("：", ": ").of(lang), Text("；", "; ").of(lang)
    cells = stop.join(f"{label.of(lang)}{colon}{text.of(lang)}" for label, text in content.cells)
    part, is_left_out = _part(content.row, figure)
    return AnnexRow(
        row=f"{content.ledger.of(lang)} {content.row.partition(':')[2]}",
        text=cells,
        part=part.of(lang),
        is_left_out=is_left_out,
        mark=_mark(content.synthetic).of(lang),
    )


def _mark(synthetic: Sequence[str]) -> Text:
    if not synthetic:
        return Text("", "")
    if "全部" in synthetic:
        return WORDS["mark"]
    fields = "、".join(synthetic)
    return Text(f"〔合成：{fields}〕", f"〔synthetic: {fields}〕")


def _part(row: str, figure: Figure) -> tuple[Text, bool]:
    above = figure.numerator is not None and row in figure.numerator.rows
    below = figure.denominator is not None and row in figure.denominator.rows
    if figure.denominator is None:
        return Text("√", "yes"), False
    if above and below:
        return Text("分子、分母", "both"), False
    if above:
        return Text("分子", "numerator"), False
    is_part = figure.numerator is not None and not set(figure.numerator.rows).isdisjoint(
        figure.denominator.rows
    )
    return Text("仅分母", "denominator only") if is_part else Text("分母", "denominator"), is_part


def _elsewhere(rows: Sequence[str], shown_under: dict[str, int], lang: Lang) -> str:
    if not rows:
        return ""
    by_item: dict[int, list[str]] = {}
    for row in rows:
        by_item.setdefault(shown_under[row], []).append(row.partition(":")[2])
    told = [
        Text(
            f"{len(ids)} 行已列在第 {item} 项：{'、'.join(ids)}",
            f"{len(ids)} rows stand under item {item}: {', '.join(ids)}",
        ).of(lang)
        for item, ids in by_item.items()
    ]
    return Text("。", ". ").of(lang).join(told) + Text("。", ".").of(lang)
