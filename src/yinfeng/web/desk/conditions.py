"""What a list is narrowed by, in words: above the list, in its forms, on an export's second sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from yinfeng.core.text import Text
from yinfeng.tables.schema import HEADER_UNIT, Column
from yinfeng.tables.spelling import Unreadable
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.facets import UNKNOWN, facet_label, label_of
from yinfeng.web.desk.list_state import FROM, TO, State, ranged, without
from yinfeng.web.ledgers.attention import ATTENTION
from yinfeng.web.ledgers.queries import all_columns
from yinfeng.web.ledgers.ranges import BLANK, read_range
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.ledgers.zone_tree import ZoneTree
from yinfeng.web.zones.policy import Scope

NAMED_ZONES = 3


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that keeps rows away, and the address of the list without it."""

    label: Text
    value: Text | str
    without: str


@dataclass(frozen=True, slots=True)
class RangeField:
    """A range as a form shows it."""

    name: str
    label: Text
    unit: Text
    low: str
    high: str
    low_name: str
    high_name: str
    is_date: bool
    is_blank: bool
    """Only what is not known is asked for."""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that a list may show."""

    name: str
    label: Text
    is_shown: bool


def conditions(state: State, tree: ZoneTree) -> tuple[Condition, ...]:
    """Give what a list is narrowed by, in the order of its forms."""
    found = []
    if state.search:
        found.append(Condition(Text("搜索", "Search"), state.search, without(state, "search")))
    for name, values in state.chosen.items():
        found += [
            Condition(
                facet_label(state.ledger, name),
                label_of(state.ledger, name, value, tree),
                without(state, name, value),
            )
            for value in values
        ]
    known = all_columns(state.ledger)
    for name, text in state.ranges.items():
        found.append(Condition(known[name].label, _range_text(known[name], text), without(state, name)))
    if state.keeper:
        keeper = User.objects.filter(username=state.keeper).first()
        label = known["keeper_id"].label
        found.append(Condition(label, str(keeper or state.keeper), without(state, "keeper")))
    for name in state.named:
        label = ATTENTION[state.ledger][name].label
        found.append(Condition(Text("提醒", "Attention"), label, without(state, "named", name)))
    if state.box:
        label = Text("地图视野", "Map view")
        found.append(Condition(label, Text("视野内", "in view"), without(state, "box")))
    if state.area:
        label = Text("地图范围", "Drawn area")
        found.append(Condition(label, Text("范围内", "inside it"), without(state, "area")))
    return tuple(found)


def scope_text(where: Scope, tree: ZoneTree) -> Text:
    """Say which zones a list covers for its reader."""
    if where.everywhere:
        return Text("全部开发区", "all zones")
    tops = [zone for zone in tree.names if zone in where.zones and tree.above.get(zone) not in where.zones]
    names = [tree.names[zone] for zone in tops[:NAMED_ZONES]]
    more = len(tops) - len(names)
    zh = "、".join(names) + (f" 等 {len(tops)} 个" if more else "") + "（含下级）"
    en = ", ".join(names) + (f" and {more} more" if more else "") + " (with those below)"
    return Text(zh, en)


def range_fields(state: State, always: Iterable[str]) -> tuple[RangeField, ...]:
    """Give the ranges that a form shows: those that a list always offers, and those in force."""
    known = ranged(state.ledger)
    names = dict.fromkeys([*always, *state.ranges])
    return tuple(_range_field(known[name], state.ranges.get(name, "")) for name in names)


def column_choices(state: State) -> tuple[ColumnChoice, ...]:
    """Give the columns to choose from: those shown in their order, then the others in the dictionary's."""
    known = all_columns(state.ledger)
    shown = state.columns or HELD[state.ledger].columns
    names = dict.fromkeys([*shown, *known])
    return tuple(ColumnChoice(name, known[name].label, name in shown) for name in names)


def _range_field(column: Column, text: str) -> RangeField:
    low, high = _ends(column, text)
    return RangeField(
        column.name,
        column.label,
        HEADER_UNIT.get(column.unit, Text("", "")),
        low,
        high,
        column.name + FROM,
        column.name + TO,
        column.type == "date",
        text == BLANK,
    )


def _ends(column: Column, text: str) -> tuple[str, str]:
    """Give what stands in the two fields of a range; one that is said in words is shown as numbers."""
    low, to, high = text.partition("..")
    if to or not text:
        return low, high
    try:
        found = read_range(column, text)
    except Unreadable:
        return text, ""
    return _typed(found.low), _typed(found.high)


def _typed(end: float | date | None) -> str:
    return f"{end:.12g}" if isinstance(end, float) else str(end or "")


def _range_text(column: Column, text: str) -> Text | str:
    if text == BLANK:
        return UNKNOWN
    unit = HEADER_UNIT.get(column.unit, Text("", "")) if _is_bare(text) else Text("", "")
    low, to, high = text.partition("..")
    if to and not low:
        return Text(f"≤ {high} {unit.zh}".rstrip(), f"≤ {high} {unit.en}".rstrip())
    if to and not high:
        return Text(f"≥ {low} {unit.zh}".rstrip(), f"≥ {low} {unit.en}".rstrip())
    said = f"{low} – {high}" if to else text
    return Text(f"{said} {unit.zh}".rstrip(), f"{said} {unit.en}".rstrip())


def _is_bare(text: str) -> bool:
    return not any(sign.isalpha() for sign in text)
