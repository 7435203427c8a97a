"""Who may do what to which row of a file, said in words where it is not allowed."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from yinfeng.core.text import Text
from yinfeng.tables import schema
from yinfeng.tables.difference import Action
from yinfeng.tables.difference_cells import Row
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.imports.held import HeldRows
from yinfeng.web.ledgers import moving
from yinfeng.web.ledgers.actions import NEEDS_RIGHT, decisions
from yinfeng.web.zones.policy import Scope, scope

_RIGHT: Final[Mapping[Action, str]] = {"add": "add", "change": "change", "remove": "delete"}
_DOING: Final[Mapping[str, Text]] = {
    "add": Text("新增", "add"),
    "change": Text("修改", "change"),
    "delete": Text("删除", "delete"),
    "import": Text("导入", "import"),
    "restore": Text("恢复", "restore"),
    "release": Text("对外发布", "release"),
    "decide": Text("决定", "decide"),
}
OUTSIDE: Final = Text("编号已被您无权查看的开发区使用", "the id is used in a zone you have no right in")
_NOT_IN_ZONE: Final = Text(
    "属于开发区 {zone}，您在那里没有权限", "belongs to zone {zone}, in which you have no right"
)
_NO_RIGHT: Final = Text(
    "您没有{doing}{ledger}的权限（开发区 {zone}）", "you have no right to {doing} {ledger} in zone {zone}"
)
_NO_DECISION: Final = Text(
    "填写“{column}”要有“{doing}”的权限（开发区 {zone}）",
    'filling in "{column}" takes the right to {doing} in zone {zone}',
)
_NO_ZONE: Final = Text("无", "none")

May = Callable[[Action, str, Row], Text | None]


def asking(ledger: str, held: HeldRows, *, by: User, extra: str) -> May:
    """Give the function that tells why something may not be done to a row; None where it may.

    extra: right that each row takes beside that to add, change or delete it: "import", or "restore".
    """
    visible = scope(by, "view", ledger)
    scopes = {right: scope(by, right, ledger) for right in (*_RIGHT.values(), extra)}
    deciding = {right: scope(by, right, ledger) for right in NEEDS_RIGHT.values()}

    open_about = cache(moving.under_way)

    def may(action: Action, key: str, row: Row) -> Text | None:
        if key in held.outside:
            return OUTSIDE
        zone = held.zone(row)
        if not visible.covers(zone):
            return _NOT_IN_ZONE.format(zone=zone)
        for right in (_RIGHT[action], extra):
            if not scopes[right].covers(zone):
                return _NO_RIGHT.format(
                    doing=_DOING[right], ledger=LEDGER_LABEL[ledger], zone=zone or _NO_ZONE
                )
        before = held.rows[key].values if key in held.rows else {}
        if ledger == "places" and before and action == "change" and zone != held.zone(before):
            stays_reserved = moving.is_reserved(before) and moving.is_reserved(row)
            why_not = moving.why_not(key, stays_reserved=stays_reserved, open_about=open_about())
            if why_not is not None:
                return why_not
        return None if action == "remove" else _undecided(ledger, row, before, deciding, zone)

    return may


def _undecided(
    ledger: str, row: Row, before: Row, deciding: Mapping[str, Scope], zone: str | None
) -> Text | None:
    """Say which column's change is a decision that is not the user's."""
    for column, right in decisions(ledger, before, row).items():
        if not deciding[right].covers(zone):
            label: Any = next(
                (one.label for one in schema.load(ledger).columns if one.name == column), Text(column, column)
            )
            return _NO_DECISION.format(column=label, doing=_DOING[right], zone=zone or _NO_ZONE)
    return None
