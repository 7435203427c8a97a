"""An import as its pages show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.core.paginator import Page, Paginator

from yinfeng.core.errors import Fault
from yinfeng.core.text import Text
from yinfeng.tables.difference_cells import columns_of
from yinfeng.tables.difference_sheets import NOTHING, OUTCOME, shown
from yinfeng.tables.schema import QUOTA_UNIT, Column
from yinfeng.web.accounts.models import User
from yinfeng.web.imports import own
from yinfeng.web.imports.held import names_of
from yinfeng.web.imports.lines import change_of, fault_of
from yinfeng.web.imports.models import Batch, Found, Line
from yinfeng.web.language import current, say
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.zones.models import Quota
from yinfeng.web.zones.policy import scope

PAGE_ROWS: Final = 50
TABS: Final = (
    "created",
    "updated",
    "removed",
    "conflicting",
    "refused",
    "skipped",
    "unchanged",
    "warnings",
    "moved",
)
"""Tabs of a compared import, in the order shown; those without a row are not."""

_LABEL: Final[Mapping[str, Text]] = {
    **{str(outcome): label for outcome, label in OUTCOME.items()},
    "warnings": Text("提示", "Warnings"),
    "moved": Text("与上次不同", "Different from before"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab with its number of rows."""

    name: str
    label: Text
    n: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell before and after, as people read it."""

    label: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Maybe:
    """A record that a row may be."""

    key: str
    name: str
    link: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A row of an import, as people read it."""

    row: int
    key: str
    name: str
    link: str
    outcome: str
    label: Text
    cells: Sequence[Cell]
    reasons: Sequence[Text]
    faults: Sequence[Fault]
    maybes: Sequence[Maybe]
    decision: str | None


def tabs(batch: Batch, chosen: str) -> list[Tab]:
    """Give the tabs of an import; the one chosen is open, else the first that needs somebody."""
    numbers = {name: batch.counts.get(name, 0) for name in TABS}
    there = [name for name in TABS if numbers[name]]
    first = next((name for name in ("moved", "conflicting", *TABS) if name in there), "")
    is_open = chosen if chosen in there else first
    return [Tab(name, _LABEL[name], numbers[name], name == is_open) for name in there]


def page_of_lines(batch: Batch, tab: str, number: object) -> Page:
    """Give a page of the rows of a tab."""
    lines = batch.lines.order_by("row", "pk")
    lines = lines.filter(is_moved=True) if tab == "moved" else lines.filter(outcome=tab)
    return Paginator(lines, PAGE_ROWS).get_page(number)


def page_of_warnings(batch: Batch, number: object) -> Page:
    """Give a page of the warnings."""
    return Paginator(batch.found.filter(severity="warning").order_by("row", "pk"), PAGE_ROWS).get_page(number)


def lines_shown(batch: Batch, lines: Iterable[Line], by: User) -> list[ShownLine]:
    """Give rows as people read them."""
    lines = list(lines)
    rows = [line.row for line in lines if line.outcome == "refused"]
    faults: dict[int, list[Fault]] = {}
    for found in batch.found.filter(severity="error", row__in=rows).order_by("pk"):
        faults.setdefault(found.row, []).append(fault_of(found, batch.file_name))
    maybes = {key for line in lines for key in line.told["matches"]}
    names = names_of(batch.ledger, sorted(maybes))
    resources = _resources(batch, lines)
    may_view = bool(scope(by, "view", batch.ledger))
    return [_line_shown(batch, line, faults, names, resources, may_view) for line in lines]


def faults_shown(found: Iterable[Found], batch: Batch) -> list[Fault]:
    """Give faults that were kept."""
    return [fault_of(one, batch.file_name) for one in found]


def file_faults(batch: Batch) -> list[Fault]:
    """Give what is wrong with the file as a whole."""
    return faults_shown(batch.found.filter(severity="error", row=0).order_by("pk"), batch)


def _line_shown(
    batch: Batch,
    line: Line,
    faults: Mapping[int, Sequence[Fault]],
    names: Mapping[str, str],
    resources: Mapping[str, str],
    may_view: bool,
) -> ShownLine:
    change = change_of(batch.ledger, line)
    is_held = (change.version is not None and line.outcome != "removed") or batch.state == Batch.State.DONE
    maybes = [Maybe(key, names.get(key, ""), record_address(batch.ledger, key)) for key in change.matches]
    decision = batch.decisions.get(str(line.row))
    cells = [
        _cell(columns_of(batch.ledger)[one.column], one.before, one.after, resources.get(line.key, ""))
        for one in change.cells
    ]
    cells += [
        Cell(own.label(name), _plain(was), _plain(becomes)) for name, (was, becomes) in line.own.items()
    ]
    return ShownLine(
        row=line.row,
        key=line.key,
        name=line.name,
        link=record_address(batch.ledger, line.key) if is_held and line.key and may_view else "",
        outcome=line.outcome,
        label=OUTCOME[line.outcome],
        cells=cells,
        reasons=change.reasons,
        faults=faults.get(line.row, ()),
        maybes=maybes,
        decision=decision,
    )


def _cell(column: Column, before: Any, after: Any, resource: str) -> Cell:
    lang = current()
    if column.type == "quota_amount":
        column = replace(column, unit=QUOTA_UNIT.get(resource, ""))
    return Cell(column.label, shown(column, before, lang), shown(column, after, lang))


def _plain(value: Any) -> str:
    return NOTHING if value is None else say(value)


def _resources(batch: Batch, lines: Sequence[Line]) -> dict[str, str]:
    """Give the resource of each quota: its amounts have the unit of that."""
    if batch.ledger != "quotas":
        return {}
    found = dict(
        Quota.objects.filter(quota_id__in=[line.key for line in lines]).values_list("quota_id", "resource")
    )
    for line in lines:
        for name, was, becomes in line.told["cells"]:
            if name == "resource":
                found[line.key] = becomes or was
    return found
