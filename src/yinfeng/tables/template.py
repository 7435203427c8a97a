"""Blank forms: one sheet to fill in, with units, drop-downs and an example row, and one that explains it."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from yinfeng.core.text import Lang, Text
from yinfeng.tables import schema as schemas
from yinfeng.tables.bounds import column_letters
from yinfeng.tables.columns import find_choice
from yinfeng.tables.layout import EXAMPLE_MARKS
from yinfeng.tables.schema import HEADER_UNIT, Column, Schema, header
from yinfeng.tables.write import HEADER_STYLE, check_workbook_name, replaced, row_height, text_width

FORM_ROWS: Final = 5_000
"""Rows below the header that carry the drop-downs and formats; more may be filled in."""

_REQUIRED_STYLE: Final = {**HEADER_STYLE, "bg_color": "#FCE4D6"}
_EXAMPLE_STYLE: Final = {"italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2"}
_TEXT_TYPES: Final = frozenset(
    {"id", "ref", "refs", "uscc", "code", "codes", "list", "text", "amounts", "polygon"}
)
_EXPLANATION: Final = Text("说明", "Notes")
_LISTS: Final = Text("选项", "Choices")
_YES_NO: Final = Text("是或否", "yes or no")
_LEAST_WIDTH, _MOST_WIDTH = 10, 34

_KIND_LABEL: Final = {
    "id": Text("编号", "id"),
    "ref": Text("编号", "id"),
    "refs": Text("编号，可多个", "ids"),
    "text": Text("文字", "text"),
    "list": Text("文字，可多个", "texts"),
    "choice": Text("选一个", "one of"),
    "choices": Text("可选多个", "any of"),
    "bool": _YES_NO,
    "date": Text("日期", "date"),
    "quantity": Text("数量", "quantity"),
    "quota_amount": Text("数量", "quantity"),
    "percent": Text("百分数", "per cent"),
    "amounts": Text("名称加数量，可多个", "names with amounts"),
    "uscc": Text("信用代码", "credit code"),
    "code": Text("行业代码", "industry code"),
    "codes": Text("行业代码，可多个", "industry codes"),
    "longitude": Text("度", "degrees"),
    "latitude": Text("度", "degrees"),
    "polygon": Text("坐标串", "list of points"),
}


def write_template(path: str | os.PathLike[str], ledger: str, *, lang: Lang = "zh") -> None:
    """Write the blank form of a ledger; read back as it is, it holds no rows and no faults.

    The example row begins with 示例 (or Example), by which reading skips it. Raises InputError where the name
    does not end in .xlsx or the file cannot be written.
    """
    schema = schemas.load(ledger)
    check_workbook_name(path)
    with replaced(Path(path)) as part:
        book = xlsxwriter.Workbook(part)
        form = book.add_worksheet(schema.label.of(lang))
        _write_explanation(book, schema, lang)
        lists = book.add_worksheet(_LISTS.of(lang))
        lists.hide()
        for index, column in enumerate(schema.columns):
            _write_column(book, form, lists, index, column, lang)
        _write_example(book, form, schema, lang)
        form.freeze_panes(1, 1)
        book.close()


def explained(schema: Schema, lang: Lang) -> Iterator[tuple[str, ...]]:
    """Yield a ledger's columns as rows of text, in the order of `EXPLAINED_HEADERS`."""
    for column in schema.columns:
        unit = HEADER_UNIT.get(column.unit)
        yield (
            column.label.of(lang),
            column.name,
            _KIND_LABEL[column.type].of(lang),
            unit.of(lang) if unit else "",
            allowed(column, lang),
            Text("是", "yes").of(lang) if column.required else "",
            _example(column, lang),
            column.meaning.of(lang),
            column.source,
        )


EXPLAINED_HEADERS: Final = (
    Text("列名", "Column"),
    Text("字段名", "Name"),
    Text("填法", "Kind"),
    Text("单位", "Unit"),
    Text("范围或选项", "Range or choices"),
    Text("必填", "Required"),
    Text("示例", "Example"),
    Text("含义", "Meaning"),
    Text("依据", "Source"),
)


def allowed(column: Column, lang: Lang) -> str:
    """Say what a column may hold: its range, its choices, or the ledger it refers to."""
    if column.type in ("choice", "choices"):
        return (
            Text("、", ", ").of(lang).join(choice.label.of(lang) for choice in schemas.choices(column.target))
        )
    if column.target:
        label = schemas.LEDGER_LABEL[column.target]
        return Text(f"{label.zh}台账中的编号", f"an id in the ledger {label.en}").of(lang)
    low = "" if column.low is None else f"{column.low:,.12g}"
    high = "" if column.high is None else f"{column.high:,.12g}"
    if low and not high:
        return f"≥ {low}"
    return f"{low} – {high}" if low else ""


def _write_column(book: Any, form: Any, lists: Any, index: int, column: Column, lang: Lang) -> None:
    text = header(column, lang)
    style = _REQUIRED_STYLE if column.required else HEADER_STYLE
    form.write_string(0, index, text, book.add_format(style))
    note = "\n".join(
        filter(None, (column.meaning.of(lang), allowed(column, lang), _example_note(column, lang)))
    )
    if note:
        form.write_comment(0, index, note, {"x_scale": 2})
    width = min(_MOST_WIDTH, max(_LEAST_WIDTH, text_width(text) + 4, text_width(column.example) + 2))
    cell_format = "@" if column.type in _TEXT_TYPES else "yyyy-mm-dd" if column.type == "date" else "General"
    form.set_column(index, index, width, book.add_format({"num_format": cell_format}))
    words = _words(column, lang)
    if words:
        # A list in the rule itself may hold 255 signs: it points to a hidden sheet instead.
        lists.write_column(0, index, words)
        letters = column_letters(index)
        rule = {"validate": "list", "source": f"='{_LISTS.of(lang)}'!${letters}$1:${letters}${len(words)}"}
        # A warning, not a wall: synonyms are read too.
        form.data_validation(1, index, FORM_ROWS, index, rule | {"error_type": "information"})


def _words(column: Column, lang: Lang) -> Sequence[str]:
    if column.type == "choice":
        return [choice.label.of(lang) for choice in schemas.choices(column.target)]
    return Text("是|否", "yes|no").of(lang).split("|") if column.type == "bool" else ()


def _example_note(column: Column, lang: Lang) -> str:
    return Text("例：", "e.g. ").of(lang) + _example(column, lang) if column.example else ""


def _write_example(book: Any, form: Any, schema: Schema, lang: Lang) -> None:
    style = book.add_format(_EXAMPLE_STYLE)
    mark = EXAMPLE_MARKS[lang != "zh"]
    for index, column in enumerate(schema.columns):
        example = _example(column, lang)
        text = f"{mark} {example}".strip() if index == 0 else example
        form.write_string(1, index, text, style)


def _example(column: Column, lang: Lang) -> str:
    """Give the example; a word of a list in the form's language, as its drop-down has it."""
    if column.type == "bool" and column.example:
        return _words(column, lang)[column.example != "是"]
    if column.type == "choice" and column.example:
        code = find_choice(column.target, column.example)
        return next(choice.label.of(lang) for choice in schemas.choices(column.target) if choice.code == code)
    return column.example


def _write_explanation(book: Any, schema: Schema, lang: Lang) -> None:
    sheet = book.add_worksheet(_EXPLANATION.of(lang))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    widths = [44 if index in (4, 7) else 20 for index in range(len(EXPLAINED_HEADERS))]
    titles = [title.of(lang) for title in EXPLAINED_HEADERS]
    for index, title in enumerate(titles):
        sheet.write_string(0, index, title, book.add_format(HEADER_STYLE))
        sheet.set_column(index, index, widths[index])
    for row, cells in enumerate(explained(schema, lang), start=1):
        heights = (row_height(cell, width) for cell, width in zip(cells, widths, strict=True))
        sheet.set_row(row, max((height for height in heights if height is not None), default=None))
        for index, cell in enumerate(cells):
            sheet.write(row, index, cell or None, wrapped)
    sheet.freeze_panes(1, 1)
