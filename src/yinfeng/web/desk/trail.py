"""What an entry of the trail changed, in the words of the ledgers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from yinfeng.core.text import Lang, Text
from yinfeng.tables.difference_cells import cell, columns_of
from yinfeng.tables.difference_sheets import shown
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import changes
from yinfeng.web.zones.policy import LEDGERS, ROLE_LABEL

_NOTHING: Final = "–"
_FIELD: Final[Mapping[str, Text]] = {
    "username": Text("用户名", "User name"),
    "first_name": Text("姓名", "Name"),
    "department": Text("部门", "Department"),
    "phone": Text("电话", "Phone"),
    "email": Text("电子邮箱", "E-mail"),
    "role": Text("角色", "Role"),
    "zone_id": Text("开发区", "Zone"),
    "sessions": Text("登录数", "Sessions"),
    "keeper_id": Text("责任人", "Keeper"),
    "recheck_on": Text("复核日期", "To be checked again on"),
    "is_released": Text("公开发布", "Released to the public"),
    "query": Text("查询条件", "Query"),
    "rows": Text("行数", "Rows"),
    "of": Text("范围内总行数", "Rows in scope"),
    "kind": Text("文件类型", "Kind of file"),
    "cleared": Text("已删去", "Cleared"),
}


def differences(entry: Entry, lang: Lang) -> Iterator[tuple[str, str, str]]:
    """Give the columns an entry changed: label, value before, value after."""
    changed = changes(entry)
    before = {name: pair[0] for name, pair in changed.items()}
    after = {name: pair[1] for name, pair in changed.items()}
    columns = columns_of(entry.kind) if entry.kind in LEDGERS else {}
    names = sorted(
        {name.partition(".")[0] if name.partition(".")[0] in columns else name for name in changed}
    )
    for name in names:
        if name in columns:
            column = columns[name]
            values = [shown(column, cell(row, column), lang) for row in (before, after)]
            yield column.label.of(lang), values[0], values[1]
        else:
            label = _FIELD.get(name, Text(name, name)).of(lang)
            yield label, _said(before.get(name), lang), _said(after.get(name), lang)


def _said(value: Any, lang: Lang) -> str:
    match value:
        case None | "":
            return _NOTHING
        case bool():
            return Text("是", "yes").of(lang) if value else Text("否", "no").of(lang)
        case str() if value in ROLE_LABEL:
            return ROLE_LABEL[value].of(lang)
        case list():
            return "、".join(_said(one, lang) for one in value)
    return str(value)
