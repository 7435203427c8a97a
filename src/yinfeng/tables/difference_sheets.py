"""Cells and differences in words, and the workbook of what an import or its undoing changed."""

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import shapely

from yinfeng.core.text import Lang, Text
from yinfeng.core.units import M2_PER_MU
from yinfeng.tables import schema as schemas
from yinfeng.tables.coordinates import distance_km
from yinfeng.tables.difference import WRITING, Difference, Outcome, RowChange, counts
from yinfeng.tables.difference_cells import Bounded, Value, columns_of, is_blank
from yinfeng.tables.quantities import Strength
from yinfeng.tables.schema import HEADER_UNIT, QUANTITY_TYPES, Column, choice_label
from yinfeng.tables.write import Sheet, write_workbook

NOTHING: Final = "—"
MOST_ROWS: Final = 1_000_000
"""Rows on one sheet, fewer than Excel's 1,048,576; more go on a further sheet."""

OUTCOME: Final[Mapping[Outcome, Text]] = {
    "created": Text("新增", "created"),
    "updated": Text("更新", "updated"),
    "removed": Text("删除", "removed"),
    "unchanged": Text("无变化", "unchanged"),
    "conflicting": Text("待决定", "to be decided"),
    "refused": Text("退回", "refused"),
    "skipped": Text("跳过", "skipped"),
}

_YES: Final = Text("是", "yes")
_NO: Final = Text("否", "no")
_BOUND: Final[Mapping[Strength, Text]] = {
    "=": Text("", ""),
    ">": Text("超过 ", "over "),
    ">=": Text("不少于 ", "at least "),
    "<": Text("不到 ", "under "),
    "<=": Text("不超过 ", "at most "),
    "<~": Text("近 ", "nearly "),
}
_POLYGON: Final = Text("多边形，{n} 点，约 {mu} 亩", "polygon, {n} points, about {mu} mu")
_COMMA: Final = Text("、", ", ")
_NEARBY_DEG: Final = 0.01
_WIDTHS: Final = (8, 18, 10, 20, 40, 40)


def shown(column: Column, value: Value, lang: Lang) -> str:
    """Say a cell as people read it, with its unit; nothing is a dash.

    The unit of a quota's amounts follows its resource: give the column with the unit of `QUOTA_UNIT`.
    """
    if is_blank(value):
        return NOTHING
    match value:
        case bool():
            return (_YES if value else _NO).of(lang)
        case Bounded(least, strength, most):
            high = "" if most is None else f"–{_number(most)}"
            return _with_unit(f"{_BOUND[strength].of(lang)}{_number(least)}{high}", column, lang)
        case float() | int():
            return (
                _with_unit(_number(value), column, lang) if column.type in QUANTITY_TYPES else f"{value:.10g}"
            )
        case datetime.date():
            return value.isoformat()
        case list():
            return _COMMA.of(lang).join(_item(column, item, lang) for item in value)
        case str() if column.type == "polygon":
            return _boundary(value).of(lang)
    return _item(column, value, lang)


def difference_sheets(difference: Difference, lang: Lang) -> list[Sheet]:
    """Lay out the rows a difference writes, and no others: each row, and each cell of an updated one.

    Created and removed rows have a sheet of their own, a column for each column that any of them fills.
    """
    written = [change for change in difference.changes if change.outcome in WRITING]
    columns = columns_of(difference.ledger)
    return [
        _row_sheet(difference, written, lang),
        *_cell_sheets(columns, written, lang),
        *(
            _whole_sheet(title, columns, rows, lang)
            for title, outcome in ((OUTCOME["created"], "created"), (OUTCOME["removed"], "removed"))
            if (rows := [change for change in written if change.outcome == outcome])
        ),
    ]


def write_difference(path: str | os.PathLike[str], difference: Difference, *, lang: Lang = "zh") -> None:
    """Write the workbook of what was changed; see `difference_sheets`.

    Raises InputError where the name does not end in .xlsx or the file cannot be written.
    """
    write_workbook(path, difference_sheets(difference, lang))


def _row_sheet(difference: Difference, written: Iterable[RowChange], lang: Lang) -> Sheet:
    headers = (
        Text("行", "Row"),
        Text("编号", "Id"),
        Text("结果", "Outcome"),
        Text("改动格数", "Cells"),
        Text("提示", "Notes"),
    )
    rows = [
        [
            change.row or None,
            change.key,
            OUTCOME[change.outcome].of(lang),
            len(change.cells),
            "\n".join(reason.of(lang) for reason in change.reasons),
        ]
        for change in written
    ]
    number = counts(difference)
    total = _COMMA.of(lang).join(
        f"{said.of(lang)} {number[outcome]:,}" for outcome, said in OUTCOME.items() if number[outcome]
    )
    title = Text("结果", "Outcome")
    return Sheet(title.of(lang), [one.of(lang) for one in headers], rows, (8, 18, 10, 10, 60), [total])


def _cell_sheets(columns: Mapping[str, Column], written: Iterable[RowChange], lang: Lang) -> Iterator[Sheet]:
    headers = (
        Text("行", "Row"),
        Text("编号", "Id"),
        Text("结果", "Outcome"),
        Text("列", "Column"),
        Text("原值", "Before"),
        Text("新值", "After"),
    )
    rows = [
        [
            change.row or None,
            change.key,
            OUTCOME[change.outcome].of(lang),
            columns[one.column].label.of(lang),
            shown(columns[one.column], one.before, lang),
            shown(columns[one.column], one.after, lang),
        ]
        for change in written
        if change.outcome == "updated"
        for one in change.cells
    ]
    title = Text("逐格", "Cells").of(lang)
    for first in range(0, max(1, len(rows)), MOST_ROWS):
        yield Sheet(title, [one.of(lang) for one in headers], rows[first : first + MOST_ROWS], _WIDTHS)


def _whole_sheet(
    title: Text, columns: Mapping[str, Column], changes: Sequence[RowChange], lang: Lang
) -> Sheet:
    """Lay out whole rows, numbers and dates as they are."""
    filled = {one.column for change in changes for one in change.cells}
    names = [name for name in columns if name in filled]
    rows = []
    for change in changes:
        values = {
            one.column: one.before if change.outcome == "removed" else one.after for one in change.cells
        }
        rows.append([_workbook_cell(columns[name], values.get(name), lang) for name in names])
    return Sheet(title.of(lang), [schemas.header(columns[name], lang) for name in names], rows)


def _workbook_cell(column: Column, value: Value, lang: Lang) -> object:
    if is_blank(value):
        return None
    is_plain = isinstance(value, float | int | datetime.date) and not isinstance(value, bool)
    return value if is_plain or column.type == "polygon" else shown(column, value, lang)


def _item(column: Column, item: Any, lang: Lang) -> str:
    if column.type in {"choice", "choices"}:
        return choice_label(column.target, item).of(lang)
    if isinstance(item, Mapping):
        return f"{item['name']} {_with_unit(_number(item['amount']), column, lang)}"
    return str(item)


def _number(value: float) -> str:
    """Write a number with thousands grouped and as many digits as Excel keeps of it."""
    whole = f"{value:,.12g}"
    return whole if "e" not in whole else f"{value:,.0f}" if abs(value) >= 1 else f"{value:.12f}".rstrip("0")


def _with_unit(number: str, column: Column, lang: Lang) -> str:
    unit = HEADER_UNIT.get(column.unit)
    return number if unit is None else f"{number} {unit.of(lang)}"


def _boundary(wkt: str) -> Text:
    """Tell how many corners a boundary in degrees has, and its area as on a plane at its middle."""
    shape = shapely.from_wkt(wkt)
    x, y = shape.centroid.x, shape.centroid.y
    east_km = distance_km(x, y, x + _NEARBY_DEG, y) / _NEARBY_DEG
    north_km = distance_km(x, y, x, y + _NEARBY_DEG) / _NEARBY_DEG
    area_m2 = shape.area * east_km * north_km * 1e6
    corners = shapely.get_num_coordinates(shape) - shapely.get_num_interior_rings(shape) - 1
    return _POLYGON.format(n=corners, mu=f"{area_m2 / float(M2_PER_MU):,.0f}")
