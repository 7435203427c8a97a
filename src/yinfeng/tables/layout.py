"""Where in a file a ledger stands: which sheet, which header, which column is which, which rows hold data."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Final

from yinfeng.core.errors import Fault, InputError
from yinfeng.core.text import Text
from yinfeng.tables import schema as schemas
from yinfeng.tables.bounds import column_letters, file_fault
from yinfeng.tables.headers import (
    LAST_RANK,
    REASON_HEADERS,
    Headers,
    Heading,
    find_headers,
    nearest_name,
    strange_unit,
)
from yinfeng.tables.schema import Column, Schema
from yinfeng.tables.sheets import Cell, Grid, written
from yinfeng.tables.spelling import fold, header_key

EXAMPLE_MARKS: Final = ("示例", "Example")
"""A row whose first filled cell begins so is an example of a form, not data."""

HEADER: Final = -1
"""The place of a finding about a whole column: its header."""

_TOTALS: Final = frozenset(
    map(
        header_key,
        ("合计", "总计", "小计", "共计", "合计数", "总计数", "total", "subtotal", "grand total", "sum"),
    )
)
_SECTION: Final = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．]")
_FOOTER: Final = re.compile(
    r"(?:注|备注|说明|附注|填表人|制表人?|审核人?|复核人?|填报人|填报单位|填报日期|填表日期|制表日期|数据来源)\s*[:：]"
)
_RUNNING_NUMBERS: Final = frozenset(map(header_key, ("序号", "序", "行号", "No.", "no")))
_COORDINATES: Final = frozenset({"longitude", "latitude"})
_BOTH_COORDINATES: Final = frozenset(
    map(header_key, ("经纬度", "坐标", "地理坐标", "经纬度坐标", "中心坐标"))
)
_SYSTEM_ORDER: Final = ("wgs84", "cgcs2000", "", "gcj02", "bd09")
_WORDS_OF_THE_FORM: Final = frozenset({"choice", "choices", "bool"})
"""Types whose example a form writes in the words of its language."""
_NOTHING_TO_DO: Final = Text("不用处理", "nothing need be done")
_MARKED_EXAMPLE: Final = Text(
    "一行数据（首格写着“示例”的行当作示例，不读）",
    'a row of data (one that begins with "Example" is not read)',
)
_REPLACE_MARK: Final = Text(
    "如果是自己的数据，把首格的“示例”换成编号或名称",
    "if it is your own, put its id or name in the place of that word",
)
_FIX_HEADER: Final = Text("改成字典中的列名，或不管它", "use a name of the dictionary, or let it be")


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """One ledger found in one sheet: its columns by dictionary name and its data rows."""

    file: str
    schema: Schema
    grid: Grid
    headers: Headers
    headings: Mapping[str, tuple[Heading, ...]]
    """Headings of each column that is there, the one to be read first in front."""
    rows: tuple[int, ...]
    """0-based rows of the grid that hold data."""
    columns: tuple[tuple[Cell, ...], ...]
    """Cells of the data rows by column of the sheet: ``columns[j][at]``."""
    faults: tuple[Fault, ...]
    """Warnings about the sheet as a whole: headers not understood, rows left out."""

    def address(self, at: int, column: str) -> str:
        """Give the address of a cell as Excel shows it; the row number alone where the column is not there.

        at: position among the data rows, or `HEADER`.
        """
        headings: Sequence[Heading] = self.headings.get(column, ())
        if at == HEADER:
            return headings[0].cell
        if len(headings) > 1:
            headings = [heading for heading in headings if self.columns[heading.at][at] != ""] or headings
        return f"{headings[0].letters if headings else ''}{self.rows[at] + 1}"


def lay_out(
    path: Path, grids: Sequence[Grid], schema: Schema, header_row: int | None, defaults: Mapping[str, str]
) -> Layout:
    """Find a ledger in a file's sheets. Raises InputError where it is not there or lacks required columns."""
    grid, headers = _best_sheet(path, grids, schema, header_row)
    headings = _by_column(headers)
    _check_columns(path, grid, schema, headers, defaults)
    rows, faults = _data_rows(path, grid, headers, schema)
    faults = [*_other_sheets(path, grids, grid, schema), *faults]
    _fill_merged(grid, headers)
    columns = tuple(zip_longest(*(grid.rows[row] for row in rows), fillvalue=""))
    width = max((heading.at for heading in headers.headings), default=0) + 1
    columns += (("",) * len(rows),) * (width - len(columns))
    layout = Layout(path.name, schema, grid, headers, headings, tuple(rows), columns, ())
    return replace(layout, faults=(*_unknown_headers(layout), *faults))


def best_ledger(grids: Sequence[Grid], among: Sequence[str] = schemas.LEDGERS) -> str | None:
    """Tell which ledger the sheets fit best: most columns, then most required ones; None where none fits."""
    fits = []
    for order, ledger in enumerate(among):
        schema = schemas.load(ledger)
        required = {column.name for column in schema.columns if column.required}
        for grid in grids:
            headers = find_headers(grid, schema)
            if headers:
                named = {heading.column for heading in headers.known}
                fits.append((not grid.is_aside, len(named) + len(named & required), -order, ledger))
    return max(fits)[-1] if fits else None


def _other_sheets(path: Path, grids: Sequence[Grid], chosen: Grid, schema: Schema) -> Iterator[Fault]:
    """Name the sheets that hold the ledger too and are not read."""
    required = {column.name for column in schema.columns if column.required}
    for grid in grids:
        headers = None if grid is chosen or grid.is_aside else find_headers(grid, schema)
        if headers and required <= {heading.column for heading in headers.known}:
            rows = len(_data_rows(path, grid, headers, schema)[0])
            expected = Text(
                f"一张工作表（这张也有 {rows:,} 行，没有读）", f"one sheet ({rows:,} rows here too, not read)"
            )
            fix = Text(
                "合并到一张工作表，或用 --sheet 逐张检查", "put them in one, or check each with --sheet"
            )
            nowhere = Text("", "")
            yield Fault("other-sheet", path.name, grid.sheet, "", "", nowhere, "", expected, fix, "warning")


def _best_sheet(
    path: Path, grids: Sequence[Grid], schema: Schema, header_row: int | None
) -> tuple[Grid, Headers]:
    found = [(grid, headers) for grid in grids if (headers := find_headers(grid, schema, header_row))]
    if not found:
        raise InputError([_no_header(path, grids, schema, header_row)])
    return max(found, key=lambda pair: (not pair[0].is_aside, pair[1].fit))


def _no_header(path: Path, grids: Sequence[Grid], schema: Schema, header_row: int | None) -> Fault:
    expected = Text("“{ledger}”台账的表头", 'the headers of the ledger "{ledger}"').format(
        ledger=schema.label
    )
    other = best_ledger(grids)
    if header_row is not None:
        fix = Text(
            f"核对 --header-row：第 {header_row} 行不是", f"check --header-row: row {header_row} has none"
        )
    elif other is not None and other != schema.name:
        label = schemas.LEDGER_LABEL[other]
        fix = Text(
            "看来这是“{label}”台账，核对文件", 'this seems to be the ledger "{label}": check the file'
        ).format(label=label)
    else:
        fix = Text(
            f"表头放在前 30 行内；空白表用 yinfeng template {schema.name} 生成",
            f"put the headers in the first 30 rows; yinfeng template {schema.name} writes a blank form",
        )
    return file_fault(
        path, "no-header", "", expected, fix, "、".join(grid.sheet for grid in grids if grid.sheet)
    )


def _by_column(headers: Headers) -> dict[str, tuple[Heading, ...]]:
    by_column: dict[str, tuple[Heading, ...]] = {}
    for heading in sorted(headers.known, key=lambda heading: (heading.rank, heading.at)):
        if heading.rank < LAST_RANK or heading.column not in by_column:
            by_column[heading.column] = (*by_column.get(heading.column, ()), heading)
    systems = [heading.system for name in _COORDINATES for heading in by_column.get(name, ())]
    best = min(systems, key=_SYSTEM_ORDER.index, default="")
    for name in _COORDINATES & by_column.keys():
        by_column[name] = tuple(h for h in by_column[name] if h.system == best) or by_column[name]
    return by_column


def _check_columns(
    path: Path, grid: Grid, schema: Schema, headers: Headers, defaults: Mapping[str, str]
) -> None:
    faults = []
    names = {column.name for column in schema.columns}
    unknown = "、".join(name for name in defaults if name not in names)
    if unknown:
        expected = Text(f"“{schema.label.zh}”台账的列名", f'a column of the ledger "{schema.label.en}"')
        fix = Text(
            f"列名见 yinfeng template {schema.name} 写出的空白表",
            f"the form written by yinfeng template {schema.name} has the names",
        )
        faults.append(file_fault(path, "unknown-default", unknown, expected, fix))
    there = {heading.column for heading in headers.known} | defaults.keys()
    missing = [column for column in schema.columns if column.required and column.name not in there]
    if missing:
        expected = Text(
            "必填列 " + "、".join(f"{column.label.zh} [{column.name}]" for column in missing),
            "the required columns " + ", ".join(column.name for column in missing),
        )
        unread = "、".join(heading.text for heading in headers.headings if not heading.column)
        if unread:
            not_understood = Text("（没认出的表头：{unread}）", " (headers not understood: {unread})")
            said = not_understood.format(unread=unread)
            expected = Text(expected.zh + said.zh, expected.en + said.en)
        fix = _how_to_add(missing)
        faults.append(file_fault(path, "missing-columns", "", expected, fix, grid.sheet))
    if faults:
        raise InputError(faults)


def _how_to_add(missing: Sequence[Column]) -> Text:
    """Say how to give columns that are not there: ids are each row's own, others may be one for all."""
    ways = []
    if any(column.is_key for column in missing):
        ways.append(
            Text(
                "加一列自编、不变的编号（序号会变，不能代替）",
                "add a column of lasting ids of your own (a running number is none)",
            )
        )
    others = [column for column in missing if not column.is_key]
    if others:
        name = Text(others[0].label.zh, others[0].name)
        way = Text(
            "改表头或补列，或用 --set {name}=值 给全表一个值",
            "add the rest, or --set {name}=value for all rows",
        )
        ways.append(way.format(name=name))
    return Text("；".join(way.zh for way in ways), "; ".join(way.en for way in ways))


def _data_rows(path: Path, grid: Grid, headers: Headers, schema: Schema) -> tuple[list[int], list[Fault]]:
    rows, faults = [], []
    names = [fold(written(cell)) for cell in grid.rows[headers.rows[-1] - 1]]
    spread = {top for top, left, _, right in grid.merged if right > left}
    for row in range(headers.rows[-1], len(grid.rows)):
        cells = grid.rows[row]
        first = _first_filled(cells)
        if first is None:
            continue
        if isinstance(first, str) and first.lstrip().startswith(EXAMPLE_MARKS):
            if not _is_forms_example(cells, headers, schema):
                faults.append(
                    _row_left_out(path, grid, row, first, "example-row", _MARKED_EXAMPLE, _REPLACE_MARK)
                )
            continue
        left_out = _no_data(cells, first, names, is_spread=row in spread) if isinstance(first, str) else None
        if left_out is None:
            rows.append(row)
        else:
            faults.append(_row_left_out(path, grid, row, first, *left_out))
    return rows, faults


def _is_forms_example(cells: Sequence[Cell], headers: Headers, schema: Schema) -> bool:
    """Whether a row that is marked as an example says no more than the form's own."""
    for heading in headers.known:
        column = schema.column(heading.column)
        text = fold(written(cells[heading.at])) if heading.at < len(cells) else ""
        is_marked = not text or text.startswith(EXAMPLE_MARKS) or column.type in _WORDS_OF_THE_FORM
        if not is_marked and text != fold(column.example):
            return False
    return True


def _no_data(
    cells: Sequence[Cell], first: str, names: Sequence[str], *, is_spread: bool
) -> tuple[str, Text] | None:
    """Say why a row is no data, with a code; None for one that is.

    names: the lowest header row. is_spread: whether the row has cells merged across columns.
    """
    if header_key(first) in _TOTALS:
        return "total-row", Text("一行数据（合计行不读）", "a row of data (totals are not read)")
    text = fold(first)
    if _FOOTER.match(text):
        return "footer-row", Text("一行数据（表尾说明不读）", "a row of data (lines below are not read)")
    if (is_spread or _SECTION.match(text)) and len(_filled(cells)) == 1:
        return "section-row", Text("一行数据（分段标题不读）", "a row of data (titles between are not read)")
    if text in names and len(_filled(cells)) > 1 and set(_filled(cells)) <= set(enumerate(names)):
        return "repeated-header", Text("一行数据（重复的表头不读）", "a row of data (headers are not)")
    return None


def may_be_no_data(first: str, names: Container[str]) -> bool:
    """Say whether a row may be no data by its first filled cell; sure only with the whole row.

    names: the header's cells, folded.
    """
    text = fold(first)
    is_marked = first.lstrip().startswith(EXAMPLE_MARKS)
    is_title = _FOOTER.match(text) or _SECTION.match(text)
    return is_marked or header_key(first) in _TOTALS or bool(is_title) or text in names


def _filled(cells: Sequence[Cell]) -> list[tuple[int, str]]:
    folded = ((at, fold(written(cell))) for at, cell in enumerate(cells))
    return [(at, text) for at, text in folded if text]


def _first_filled(cells: Sequence[Cell]) -> Cell | None:
    return next(
        (cell for cell in cells if cell != "" and not (isinstance(cell, str) and cell.isspace())), None
    )


def _row_left_out(
    path: Path, grid: Grid, row: int, found: Cell, code: str, expected: Text, fix: Text = _NOTHING_TO_DO
) -> Fault:
    nowhere = Text("", "")
    return Fault(
        code, path.name, grid.sheet, str(row + 1), "", nowhere, written(found), expected, fix, "warning"
    )


def _fill_merged(grid: Grid, headers: Headers) -> None:
    """Give every cell of a column merged downwards the value shown across all of them."""
    for top, left, bottom, _ in grid.merged:
        if top >= headers.rows[-1]:
            for row in range(top + 1, min(bottom + 1, len(grid.rows))):
                grid.rows[row][left] = grid.rows[top][left]


def _unknown_headers(layout: Layout) -> Iterator[Fault]:
    read = {heading.at for headings in layout.headings.values() for heading in headings}
    for heading in layout.headers.headings:
        if heading.at not in read and fold(heading.text) not in REASON_HEADERS:
            fix = _FIX_HEADER if heading.column else _how_to_name(heading.text, layout.schema)
            expected = Text("认得的列名（此列不读）", "a column that is known (this one is not read)")
            yield _sheet_warning(layout, "unknown-header", heading.cell, heading.text, expected, fix)
    headed = {heading.at for heading in layout.headers.headings}
    for at, cells in enumerate(layout.columns):
        stray = next((row for row, cell in zip(layout.rows, cells, strict=True) if cell != ""), None)
        if at not in headed and stray is not None:
            yield _value_without_header(layout, stray, at)


def _how_to_name(text: str, schema: Schema) -> Text:
    strange = strange_unit(text, schema)
    if strange is not None:
        unit, own = strange
        return Text(
            "“{unit}”不能换算成{own}：换算后改表头", 'give it in {own}, "{unit}" cannot be converted'
        ).format(unit=unit, own=own)
    if header_key(text) in _BOTH_COORDINATES:
        return Text("分成经度、纬度两列", "divide it into the columns longitude and latitude")
    # A running number looks like an id and is none: it changes when rows are sorted.
    near = None if header_key(text) in _RUNNING_NUMBERS else nearest_name(text, schema)
    return Text("是否应为“{near}”？", 'perhaps "{near}"?').format(near=near) if near else _FIX_HEADER


def _value_without_header(layout: Layout, row: int, at: int) -> Fault:
    fix = Text("给这一列加表头，或删去它", "give the column a header or delete it")
    if not layout.grid.sheet and at >= len(layout.headers.headings):
        fix = Text(
            "本行单元格多于表头：内容中的分隔符要加引号",
            "the row has more cells than headers: quote the delimiter",
        )
    expected = Text("有表头的列中的内容（此处不读）", "a value under a header (this one is not read)")
    address = f"{column_letters(at)}{row + 1}"
    found = written(layout.grid.rows[row][at])
    return _sheet_warning(layout, "value-without-header", address, found, expected, fix)


def _sheet_warning(layout: Layout, code: str, cell: str, found: str, expected: Text, fix: Text) -> Fault:
    nowhere = Text("", "")
    return Fault(code, layout.file, layout.grid.sheet, cell, "", nowhere, found, expected, fix, "warning")
