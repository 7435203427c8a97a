"""A Word file with the look of an official paper, the same bytes for the same blocks."""

import io
from datetime import date

import docx
from docx.oxml.ns import qn
from docx.shared import Pt

from yinfeng.bulletins.word import Grid, Line, word

BLOCKS = [
    Line("闲置土地调查通知书", "title"),
    Line("甲公司：", "address"),
    Line("一、宗地", "heading"),
    Grid((("项目", "内容"), ("面积", "6公顷")), (50, 100), has_header=True),
    Line("正文。"),
]


def made(mark: str = "草稿 DRAFT") -> bytes:
    return word(BLOCKS, made_on=date(2024, 7, 21), title="通知书", mark=mark)


def test_the_same_blocks_give_the_same_bytes() -> None:
    assert made() == made()


def test_the_page_is_that_of_official_papers() -> None:
    paper = docx.Document(io.BytesIO(made()))
    (section,) = paper.sections
    lengths = (
        section.page_width, section.page_height,
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin,
    )  # fmt: skip
    assert [round(length.mm) for length in lengths if length is not None] == [210, 297, 37, 35, 28, 26]
    assert section.header.paragraphs[0].text == "草稿 DRAFT"
    assert "PAGE" in section.footer._element.xml
    assert not section.different_first_page_header_footer  # the mark stands on every page


def test_body_and_title_name_their_chinese_fonts() -> None:
    paper = docx.Document(io.BytesIO(made()))
    fonts = {}
    for paragraph in paper.paragraphs:
        (run,) = paragraph.runs
        rfonts = run._element.rPr.rFonts
        fonts[run.text] = (rfonts.get(qn("w:eastAsia")), run.font.size)
    assert fonts == {
        "闲置土地调查通知书": ("方正小标宋_GBK", Pt(22)),
        "甲公司：": ("仿宋_GB2312", Pt(16)),
        "一、宗地": ("黑体", Pt(16)),
        "正文。": ("仿宋_GB2312", Pt(16)),
    }
    assert "asciiTheme" not in paper.styles.element.xml.split("</w:docDefaults>")[0]
    assert [[cell.text for cell in row.cells] for row in paper.tables[0].rows] == [
        ["项目", "内容"],
        ["面积", "6公顷"],
    ]


def test_without_a_mark_the_head_is_empty() -> None:
    assert docx.Document(io.BytesIO(made(""))).sections[0].header.paragraphs[0].text == ""


def test_a_table_is_as_wide_as_asked_in_word_and_in_libreoffice() -> None:
    (table,) = docx.Document(io.BytesIO(made())).tables
    assert [round(column.width.mm) for column in table.columns] == [50, 100]
    assert [round(cell.width.mm) for cell in table.rows[1].cells] == [50, 100]
