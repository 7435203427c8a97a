"""The only door to python-docx: blocks of an official paper go in, a Word file comes out."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import nsmap, qn
from docx.shared import Mm, Pt, RGBColor

Look = Literal["title", "subtitle", "number", "address", "heading", "body", "right", "note"]
Colour = Literal["", "red", "grey"]

_A4: Final = (210, 297)
_MARGINS_MM: Final = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
"""As GB/T 9704-2012 has the paper of authorities."""
_BODY_PT, _LINE_PT, _TITLE_PT, _SMALL_PT = 16, 28, 22, 12
_FANGSONG: Final = "仿宋_GB2312"
_FONT: Final[dict[str, str]] = {
    "title": "方正小标宋_GBK",
    "subtitle": "楷体_GB2312",
    "heading": "黑体",
    "note": "宋体",
}
"""East Asian font by look; every other is FangSong. Where one is not installed, Word takes 宋体."""
_LATIN: Final = "Times New Roman"
_RED: Final = RGBColor(0xC0, 0x00, 0x00)
_COLOUR: Final[dict[str, RGBColor | None]] = {"": None, "red": _RED, "grey": RGBColor(0x60, 0x60, 0x60)}
_STAND_INS: Final = {
    "仿宋_GB2312": "仿宋",
    "方正小标宋_GBK": "方正小标宋简体",
    "楷体_GB2312": "楷体",
    "黑体": "SimHei",
    "宋体": "SimSun",
}
"""What is taken where a font is not installed, as the file itself declares."""
_ALIGNED: Final = {
    "title": WD_ALIGN_PARAGRAPH.CENTER,
    "subtitle": WD_ALIGN_PARAGRAPH.CENTER,
    "number": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_INDENTED: Final = frozenset({"heading", "body"})


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a paragraph in a colour of its own."""

    text: str
    colour: Colour = ""
    is_raised: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; one of several runs where it is not all alike."""

    text: str | tuple[Run, ...]
    look: Look = "body"
    begins_page: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first row heads it, on every page, where ``has_header``."""

    rows: tuple[tuple[str | Run, ...], ...]
    widths_mm: tuple[int, ...]
    has_header: bool = False
    size_pt: float = 14


Block = Line | Grid


def word(blocks: Sequence[Block], *, made_on: date, title: str, mark: str = "") -> bytes:
    """Lay out blocks as an official paper on A4; the same blocks give the same bytes on any day.

    mark: printed in red at the head of every page, such as 草稿 DRAFT.
    """
    paper = docx.Document()
    _set_up(paper, mark)
    for block in blocks:
        if isinstance(block, Line):
            _write_line(paper.add_paragraph(), block)
        else:
            _write_grid(paper, block)
    properties = paper.core_properties
    moment = datetime(made_on.year, made_on.month, made_on.day)
    properties.title, properties.author, properties.comments = title, "", mark
    properties.created = properties.modified = moment
    content = io.BytesIO()
    paper.save(content)
    return _dated(content.getvalue(), made_on)


def _set_up(paper: Any, mark: str) -> None:
    section = paper.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(_A4[0]), Mm(_A4[1])
    for name, millimetres in _MARGINS_MM.items():
        setattr(section, name, Mm(millimetres))
    defaults = paper.styles.element.find(qn("w:docDefaults"))
    for fonts in [] if defaults is None else list(defaults.iter(qn("w:rFonts"))):
        fonts.getparent().remove(fonts)  # the theme's fonts would win over those named below
    _declare_fonts(paper)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = _LATIN, Pt(_BODY_PT)
    _name_fonts(style.element.get_or_add_rPr().get_or_add_rFonts(), _FANGSONG)
    if mark:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write_run(head, mark, "黑体", _SMALL_PT, colour=_RED)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write_run(foot, "— ", "宋体", 14)
    _write_page_number(foot)
    _write_run(foot, " —", "宋体", 14)


def _write_line(paragraph: Any, line: Line) -> None:
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LINE_PT)
    paragraph.alignment = _ALIGNED.get(line.look, WD_ALIGN_PARAGRAPH.JUSTIFY)
    size = _BODY_PT
    if line.look == "title":
        size = _TITLE_PT
        shape.space_after, shape.line_spacing = Pt(_LINE_PT / 2), Pt(36)
    elif line.look == "note":
        size = _SMALL_PT
        shape.line_spacing = Pt(20)
    if line.look in _INDENTED:
        shape.first_line_indent = Pt(2 * _BODY_PT)
    if line.look == "heading":
        shape.keep_with_next = True
    if line.begins_page:
        shape.page_break_before = True
    for run in (Run(line.text),) if isinstance(line.text, str) else line.text:
        font = _FONT.get(line.look, _FANGSONG)
        _write_run(paragraph, run.text, font, size, _COLOUR[run.colour], is_raised=run.is_raised)


def _write_grid(paper: Any, grid: Grid) -> None:
    table = paper.add_table(rows=0, cols=len(grid.widths_mm), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, grid.widths_mm, strict=True):
        column.width = Mm(width)  # LibreOffice goes by the columns, Word by the cells
    for number, row in enumerate(grid.rows):
        is_head = grid.has_header and number == 0
        line = table.add_row()
        _keep_whole(line, is_head)
        for cell, content, width in zip(line.cells, row, grid.widths_mm, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = Run(content) if isinstance(content, str) else content
            font = "黑体" if is_head else _FANGSONG
            _write_run(paragraph, run.text, font, grid.size_pt, _COLOUR[run.colour])


def _keep_whole(line: Any, is_head: bool) -> None:
    """Let no page end inside a row, and a heading row stand on every page."""
    properties = line._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if is_head else [])):
        properties.append(OxmlElement(name))


def _declare_fonts(paper: Any) -> None:
    """Name in the file what stands in for each font that a machine may lack."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _STAND_INS.items()
    )
    table = f'<w:fonts xmlns:w="{nsmap["w"]}">{fonts}<w:font w:name="{_LATIN}"/></w:fonts>'
    for part in paper.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{table}'.encode()


def _write_run(
    paragraph: Any,
    text: str,
    font: str,
    size: float,
    colour: RGBColor | None = None,
    *,
    is_raised: bool = False,
) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = _LATIN, Pt(size)
    if is_raised:
        run.font.superscript = True
    if colour is not None:
        run.font.color.rgb = colour
    _name_fonts(run._element.get_or_add_rPr().get_or_add_rFonts(), font)


def _name_fonts(fonts: Any, east_asian: str) -> None:
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), _LATIN)
    fonts.set(qn("w:eastAsia"), east_asian)


def _write_page_number(paragraph: Any) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._element.append(mark)


def _dated(content: bytes, made_on: date) -> bytes:
    """Give every part of the file the same date, which the library takes from the clock."""
    stamp = (max(1980, made_on.year), made_on.month, made_on.day, 0, 0, 0)
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        for member in source.infolist():
            dated = zipfile.ZipInfo(member.filename, stamp)
            dated.compress_type = zipfile.ZIP_DEFLATED
            book.writestr(dated, source.read(member.filename))
    return target.getvalue()


def read_words(content: bytes) -> str:
    """Give the text of a Word file, a line for each paragraph and each row of a table, in reading order.

    Raises ValueError where it is no Word file.
    """
    try:
        paper = docx.Document(io.BytesIO(content))
    except (KeyError, ValueError, zipfile.BadZipFile, PackageNotFoundError) as error:
        raise ValueError("no Word file") from error
    lines = []
    for block in paper.iter_inner_content():
        if hasattr(block, "rows"):
            lines += ["\t".join(_cells(row)) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(lines)


def _cells(row: Any) -> list[str]:
    """Give a row's cells, a merged one once."""
    cells = {id(cell._tc): cell.text.replace("\n", " ") for cell in row.cells}
    return list(cells.values())
