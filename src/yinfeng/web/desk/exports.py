"""Exporting exactly what a list shows: its rows, its columns, its order."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

import yinfeng
from yinfeng.core.text import Lang, Text
from yinfeng.tables.schema import LEDGER_LABEL, Column
from yinfeng.tables.write import Sheet, write_csv, write_workbook
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.desk import cells, list_state
from yinfeng.web.desk.asked import Asked, ask
from yinfeng.web.desk.conditions import conditions, scope_text
from yinfeng.web.frame.address import address_of
from yinfeng.web.frame.reauth import CONFIRM, recently_confirmed
from yinfeng.web.language import current, say
from yinfeng.web.ledgers.queries import rows_within
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.zones.policy import Refused, scope

SCREENFUL_ROWS: Final = 1_000
"""As many rows need the right "export"; more need "export_all" and the password once more."""
_KINDS: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
_ZONE_NAME: Final = Text("所在开发区", "Zone")


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """An export before it is a file."""

    headers: tuple[str, ...]
    rows: list[tuple[object, ...]]
    of: int
    """Rows of the whole ledger that the user may export."""


@require_POST
def export(request: HttpRequest, ledger: str) -> HttpResponse:
    """Give a list as a file."""
    kind = "csv" if request.POST.get("kind") == "csv" else "xlsx"
    asked = ask(request.user, list_state.read(ledger, QueryDict(request.POST.get("query", ""))))
    back = f"/desk/{ledger}/?{list_state.written(asked.state)}"
    if asked.faults:
        return redirect(back)  # the list says what cannot be read
    asked = allowed(asked)
    if asked.rows.order_by().count() > SCREENFUL_ROWS and not recently_confirmed(request):
        return redirect(f"{CONFIRM}?{urlencode({'next': back})}")
    file = write(asked, kind, current(), address=address_of(request))
    name = f"{say(LEDGER_LABEL[ledger])}-{timezone.localdate().isoformat()}.{kind}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=_KINDS[kind])


def allowed(asked: Asked) -> Asked:
    """Keep of a list what its user may export. Raises `Refused`."""
    asked = _within(asked, "export")
    is_screenful = asked.rows.order_by()[: SCREENFUL_ROWS + 1].count() <= SCREENFUL_ROWS
    return asked if is_screenful else _within(asked, "export_all")


def write(asked: Asked, kind: str, lang: Lang, *, address: str = "") -> Any:
    """Write what is asked for to a file that goes when it is closed, and put the export on the trail."""
    content = table(asked, lang)
    state = asked.state
    after = {
        "query": list_state.written(replace(state, page=1, view="")),
        "rows": len(content.rows),
        "of": content.of,
        "kind": kind,
    }
    with tempfile.TemporaryDirectory(prefix="yinfeng-export-") as folder:
        path = Path(folder) / f"export.{kind}"
        if kind == "csv":
            write_csv(path, content.headers, content.rows)
        else:
            title = LEDGER_LABEL[state.ledger].of(lang)
            write_workbook(path, [Sheet(title, content.headers, content.rows), _about(asked, content, lang)])
        record(Act(action="export", kind=state.ledger, after=after), by=asked.user, address=address)
        return path.open("rb")  # still readable when its name is gone


def table(asked: Asked, lang: Lang) -> Table:
    """Give the headers and rows of an export; beside a zone's id stands its name."""
    state, columns = asked.state, asked.state.shown_columns
    found = list(asked.rows.values_list(*cells.attributes(state.ledger, columns)))
    keepers = [column for column in columns if column.type == "keeper"]
    names = cells.names_for(asked.user, state.ledger, columns, found if keepers else (), asked.tree)
    rows = [tuple(_cells(columns, row, names, lang)) for row in found]
    of = rows_within(state.ledger, asked.where).count()
    return Table(tuple(_headers(state.ledger, columns, lang)), rows, of)


def _within(asked: Asked, action: str) -> Asked:
    where = scope(asked.user, action, asked.state.ledger)
    if not where:
        raise Refused(action, asked.state.ledger)
    return replace(asked, where=where)


def _headers(ledger: str, columns: Sequence[Column], lang: Lang) -> Iterator[str]:
    for column in columns:
        yield cells.held_heading(ledger, column.name, lang)
        if _is_zone(column):
            yield _ZONE_NAME.of(lang)


def _cells(columns: Sequence[Column], row: Sequence[Any], names: cells.Names, lang: Lang) -> Iterator[object]:
    said = row[2]
    for column, value in zip(columns, row[cells.FIRST :], strict=True):
        yield cells.held(column, value, said, names, lang)
        if _is_zone(column):
            yield names["zones"].get(value)


def _is_zone(column: Column) -> bool:
    return column.name == "zone_id" and column.type == "ref"


def _about(asked: Asked, content: Table, lang: Lang) -> Sheet:
    """Say on a sheet of its own where a workbook comes from."""
    user, state = asked.user, asked.state
    sort = state.sort or next(iter(HELD[state.ledger].columns))  # a pin's key begins with its project
    way = Text("从大到小", "descending") if sort.startswith("-") else Text("从小到大", "ascending")
    lines = [
        (Text("导出人", "Exported by"), f"{user} ({user.get_username()})"),
        (Text("导出时间", "Exported at"), timezone.localtime().strftime("%Y-%m-%d %H:%M:%S")),
        (Text("台账", "Ledger"), LEDGER_LABEL[state.ledger].of(lang)),
        (Text("范围", "Scope"), scope_text(asked.where, asked.tree).of(lang)),
        (Text("行数", "Rows"), f"{len(content.rows):,} / {content.of:,}"),
        *((one.label, _said(one.value, lang)) for one in conditions(state, asked.tree)),
        (
            Text("排序", "Order"),
            f"{cells.heading(state.ledger, sort.removeprefix('-'), lang)} {way.of(lang)}",
        ),
        (Text("程序", "Program"), f"{Text('引凤', 'Yinfeng').of(lang)} {yinfeng.__version__}"),
    ]
    headers = (Text("项目", "What").of(lang), Text("内容", "Value").of(lang))
    return Sheet(Text("说明", "About").of(lang), headers, [(label.of(lang), value) for label, value in lines])


def _said(value: Text | str, lang: Lang) -> str:
    return value.of(lang) if isinstance(value, Text) else value
