"""The paper as Word and as PDF: what stands on it is what the issue says."""

import io
import re
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tests.bulletins.issues import FLAG, ISSUE, with_third_started
from tests.bulletins.pdf_reading import Font, read_fonts, read_pages
from yinfeng.bulletins.bulletin_pages import bulletin_pdf
from yinfeng.bulletins.bulletin_word import bulletin_word
from yinfeng.bulletins.figure_words import with_sides
from yinfeng.bulletins.issue import restated
from yinfeng.bulletins.paper import Paper, compose
from yinfeng.bulletins.word import read_words
from yinfeng.core.text import Lang

FLAGGED = replace(ISSUE, printed=(FLAG,))
CORRECTED = restated(ISSUE, with_third_started(), with_sides)


def in_word(paper: Paper) -> bytes:
    return bulletin_word(paper, made_on=ISSUE.made_on)


def tight(words: str) -> str:
    return re.sub(r"\s", "", words)


@pytest.mark.parametrize("issue", [ISSUE, FLAGGED, CORRECTED])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_papers_hold_every_sentence_note_and_row(issue: object, lang: Lang) -> None:
    paper = compose(issue, lang)  # type: ignore[arg-type]
    word = tight(read_words(in_word(paper)))
    pdf = "".join(read_pages(bulletin_pdf(paper, made_on=ISSUE.made_on)))
    told = [paper.title, paper.byline, *paper.correction, *(line.text for line in paper.lines)]
    told += [note.text for note in paper.notes]
    for item in paper.annex:
        told += [
            item.title,
            *(words for fact in item.facts for words in fact),
            *item.warnings,
            item.elsewhere,
        ]
        told += [words for row in item.rows for words in (row.row, row.text, row.part)]
    assert [words for words in told if tight(words) not in word] == []
    assert [words for words in told if tight(words) not in pdf] == []


def test_the_word_file_looks_like_an_official_paper() -> None:
    paper = docx.Document(io.BytesIO(in_word(compose(ISSUE, "zh"))))
    section = paper.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one / Mm(1)) for one in (section.page_width, section.page_height, *margins)] == [
        210, 297, 37, 35, 28, 26,
    ]  # fmt: skip
    title, _, body, *_ = paper.paragraphs
    fonts = [p.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) for p in (title, body)]
    assert fonts == ["方正小标宋_GBK", "仿宋_GB2312"]
    assert (title.runs[0].font.size, body.runs[0].font.size) == (Pt(22), Pt(16))
    assert (body.paragraph_format.line_spacing, body.paragraph_format.first_line_indent) == (Pt(28), Pt(32))


def test_the_word_file_declares_what_stands_in_for_a_font() -> None:
    with zipfile.ZipFile(io.BytesIO(in_word(compose(ISSUE, "zh")))) as parts:
        table = parts.read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in table


def test_a_flag_is_red_in_word() -> None:
    paper = docx.Document(io.BytesIO(in_word(compose(FLAGGED, "zh"))))
    red = [
        run.text
        for run in paper.paragraphs[2].runs
        if run.font.color is not None and str(run.font.color.rgb) == "C00000"
    ]
    assert red == ["3", "2", "66.7%", "〔注1〕"]


def test_the_pdf_has_its_chinese_fonts_inside() -> None:
    assert read_fonts(bulletin_pdf(compose(FLAGGED, "zh"), made_on=ISSUE.made_on)) == [
        Font("NotoSansSC-Regular", is_embedded=True),
        Font("NotoSerifSC-Regular", is_embedded=True),
    ]


def test_the_same_issue_gives_the_same_bytes() -> None:
    first, second = compose(ISSUE, "zh"), compose(ISSUE, "zh")
    assert in_word(first) == in_word(second)
    assert bulletin_pdf(first, made_on=ISSUE.made_on) == bulletin_pdf(second, made_on=ISSUE.made_on)


@pytest.mark.parametrize("name", ['#panic("x")', "*[_$x$`y`", "<w:p>&amp;", "= 甲 @b // /*"])
def test_a_name_prints_as_itself(name: str) -> None:
    paper = compose(replace(ISSUE, zone=name), "zh")
    assert tight(name) in read_pages(bulletin_pdf(paper, made_on=ISSUE.made_on))[0]
    assert name in read_words(in_word(paper))


def test_words_of_a_table_are_read_a_line_a_row() -> None:
    words = read_words(in_word(compose(ISSUE, "zh"))).splitlines()
    assert "年度项目 C\t项目名称：丙三\t仅分母" in words
    with pytest.raises(ValueError, match="no Word file"):
        read_words(b"PK\x03\x04")
