"""The facets beside a list: every value with how many rows it would leave, the facet's own choice apart."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from yinfeng.core.text import Text
from yinfeng.tables import schema
from yinfeng.web.desk.list_state import State, but
from yinfeng.web.ledgers.queries import Filter, all_columns
from yinfeng.web.ledgers.ranges import BLANK
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.ledgers.zone_tree import ZoneTree

UNKNOWN: Final = Text("未知", "Not known")
YES, NO = Text("是", "Yes"), Text("否", "No")
_ZONE: Final = Text("开发区", "Zone")  # the name is shown, not the id


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet."""

    value: str
    label: Text | str
    rows: int
    is_chosen: bool
    depth: int = 0
    """How many zones of the list it lies in."""

    @property
    def grouped(self) -> str:
        """Give the number of rows with its digits grouped."""
        return f"{self.rows:,}"


@dataclass(frozen=True, slots=True)
class Facet:
    """A column to narrow a list by."""

    name: str
    label: Text
    options: tuple[Option, ...]
    clear: str
    """Address of the list without what is chosen here; empty where nothing is."""


def with_lower_zones(asked: Filter, tree: ZoneTree) -> Filter:
    """Give a filter by zones that takes in the zones below them."""
    zones = asked.chosen.get("zone_id")
    if not zones:
        return asked
    return replace(asked, chosen={**asked.chosen, "zone_id": tuple(sorted(tree.with_those_below(zones)))})


def facets(state: State, counts: Mapping[str, Counter[str]], tree: ZoneTree) -> tuple[Facet, ...]:
    """Lay out the facets of a list."""
    return tuple(_facet(state, name, tally, tree) for name, tally in counts.items())


def label_of(ledger: str, name: str, value: str, tree: ZoneTree) -> Text | str:
    """Give a value of a facet as people know it."""
    column = all_columns(ledger)[name]
    if value == BLANK:
        return UNKNOWN
    if column.type == "bool":
        return YES if value == "yes" else NO
    if column.type == "choice":
        return schema.choice_label(column.target, value)
    return tree.names.get(value, value) if column.target == "zones" else value


def facet_label(ledger: str, name: str) -> Text:
    """Give the name of a facet."""
    is_zone = name == "zone_id" and HELD[ledger].key != "zone_id"
    return _ZONE if is_zone else all_columns(ledger)[name].label


def _facet(state: State, name: str, tally: Counter[str], tree: ZoneTree) -> Facet:
    chosen = state.chosen.get(name, ())
    column = all_columns(state.ledger)[name]
    if column.target == "zones":
        tally, values = _by_zone(tally, tree)
    else:
        values = _ordered(column.target, column.type, tally)
    shown = [value for value in values if tally[value]] + [value for value in chosen if not tally[value]]
    shown.sort(key=lambda value: value == BLANK)
    depth = {zone: len(tree.with_those_above(zone)) - 1 for zone in shown} if column.target == "zones" else {}
    options = tuple(
        Option(
            value,
            label_of(state.ledger, name, value, tree),
            tally[value],
            value in chosen,
            depth.get(value, 0),
        )
        for value in shown
    )
    rest = {key: kept for key, kept in state.chosen.items() if key != name}
    clear = but(state, chosen=rest) if chosen else ""
    return Facet(name, facet_label(state.ledger, name), options, clear)


def _by_zone(tally: Counter[str], tree: ZoneTree) -> tuple[Counter[str], list[str]]:
    """Count each zone with those below it, in the order of the tree."""
    totals: Counter[str] = Counter()
    for zone, rows in tally.items():
        for upper in tree.with_those_above(zone):
            totals[upper] += rows
    unseen = sorted(zone for zone in totals if zone not in tree.names)
    return totals, [*tree.names, *unseen]


def _ordered(target: str, kind: str, tally: Counter[str]) -> list[str]:
    if kind == "choice":
        codes = [choice.code for choice in schema.choices(target)]
    else:
        codes = ["yes", "no"] if kind == "bool" else []
    return codes + [value for value, _ in tally.most_common() if value not in codes]
