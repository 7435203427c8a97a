"""What a list shows, as its address says it: the same address gives the same screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from yinfeng.core.errors import Fault
from yinfeng.core.text import Text
from yinfeng.tables.coordinates import parse_polygon
from yinfeng.tables.schema import QUANTITY_TYPES, Column
from yinfeng.tables.spelling import Unreadable
from yinfeng.web.ledgers.attention import ATTENTION
from yinfeng.web.ledgers.queries import Filter, Point, all_columns, sortable
from yinfeng.web.ledgers.ranges import Range, read_range
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.ledgers.search import words

SIZES: Final = (25, 50, 100)
SHOWS: Final = ("list", "map", "both")
FROM, TO = ".from", ".to"
"""What a form calls the two ends of a range; an address has them in one: ``area_m2=5000..20000``."""
LONGEST_SEARCH: Final = 200
MOST_CORNERS: Final = 200
_RANGED_TYPES: Final = QUANTITY_TYPES | {"date"}


@dataclass(frozen=True, slots=True)
class State:
    """A list as it is asked for; what was left out stands at what a list shows by itself."""

    ledger: str
    search: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet → values; "-" for what is not known."""
    ranges: Mapping[str, str] = field(default_factory=dict)
    """Column → range as it was typed."""
    box: str = ""
    """West, south, east, north in degrees, of the map beside the list."""
    area: str = ""
    """A drawn area as well-known text."""
    keeper: str = ""
    """Username of whom the rows are kept by."""
    named: tuple[str, ...] = ()
    """Conditions of `attention.ATTENTION`, by name."""
    columns: tuple[str, ...] = ()
    """In their order; empty: those of the ledger."""
    sort: str = ""
    """Column, "-" before it for the other way; empty: by id."""
    page: int = 1
    size: int = SIZES[0]
    show: str = SHOWS[0]
    view: str = ""
    """Number of the saved view it began with; "0": none, also where a role has a first screen."""

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """Give the columns to show."""
        known = all_columns(self.ledger)
        return tuple(known[name] for name in self.columns or HELD[self.ledger].columns)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything keeps rows away."""
        return bool(
            self.search or self.chosen or self.ranges or self.box or self.area or self.keeper or self.named
        )


def ranged(ledger: str) -> dict[str, Column]:
    """Give the columns that can be asked for by range."""
    return {name: column for name, column in all_columns(ledger).items() if column.type in _RANGED_TYPES}


def read(ledger: str, asked: QueryDict) -> State:
    """Read an address; what it does not know is left out, so that old links keep working."""
    known = all_columns(ledger)
    sort = asked.get("sort", "")
    is_sortable = sort.removeprefix("-") in known and sortable(known[sort.removeprefix("-")])
    columns = tuple(dict.fromkeys(name for name in _columns(asked) if name in known))
    return State(
        ledger,
        search=asked.get("q", "").strip()[:LONGEST_SEARCH],
        chosen=_chosen(ledger, asked),
        ranges=_ranges(ledger, asked),
        box=asked.get("bbox", "") if "longitude" in known else "",
        area=asked.get("area", "") if "longitude" in known else "",
        keeper=asked.get("kept_by", "")[:150] if "keeper_id" in known else "",
        named=tuple(dict.fromkeys(n for n in asked.getlist("is") if n in ATTENTION.get(ledger, {}))),
        columns=() if columns == HELD[ledger].columns else columns,
        sort="" if not is_sortable or sort == HELD[ledger].key else sort,
        page=max(1, _whole(asked.get("page"), 1)),
        size=size if (size := _whole(asked.get("size"), SIZES[0])) in SIZES else SIZES[0],
        show=show if ledger == "places" and (show := asked.get("show", "")) in SHOWS else SHOWS[0],
        view=str(view) if (view := _whole(asked.get("view"), -1)) >= 0 else "",
    )


def written(state: State) -> str:
    """Give the address of a state, without its "?": the shortest that `read` reads as the same state."""
    pairs: list[tuple[str, str]] = [("q", state.search)]
    pairs += [(name, value) for name, values in state.chosen.items() for value in values]
    pairs += state.ranges.items()
    pairs += [("kept_by", state.keeper), *(("is", name) for name in state.named)]
    pairs += [
        ("bbox", state.box),
        ("area", state.area),
        ("columns", ",".join(state.columns)),
        ("sort", state.sort),
        ("size", "" if state.size == SIZES[0] else str(state.size)),
        ("show", "" if state.show == SHOWS[0] else state.show),
        ("view", state.view),
        ("page", "" if state.page == 1 else str(state.page)),
    ]
    return urlencode([pair for pair in pairs if pair[1]], safe=",.:")


def but(state: State, **changes: Any) -> str:
    """Give the address of a state with something changed, on its first page unless a page is named."""
    return "?" + written(replace(state, **({"page": 1} | changes)))


def without(state: State, name: str, value: str = "") -> str:
    """Give the address of a state with one condition taken away."""
    if name in state.ranges:
        return but(state, ranges={key: text for key, text in state.ranges.items() if key != name})
    if name in state.chosen:
        left = tuple(one for one in state.chosen[name] if one != value)
        others = {key: values for key, values in state.chosen.items() if key != name}
        return but(state, chosen=others | ({name: left} if left else {}))
    if name == "named":
        return but(state, named=tuple(one for one in state.named if one != value))
    return but(state, **{name: ""})


def as_filter(state: State) -> tuple[Filter, tuple[Fault, ...]]:
    """Give the filter of a state, and what of it cannot be read: then nothing may be listed."""
    faults: list[Fault] = []
    ranges: dict[str, Range] = {}
    known = all_columns(state.ledger)
    for name, text in state.ranges.items():
        try:
            ranges[name] = read_range(known[name], text)
        except Unreadable as error:
            faults.append(_fault(name, known[name].label, text, error))
    box: tuple[float, float, float, float] | None = None
    area: tuple[Point, ...] = ()
    try:
        box = _box(state.box)
        area = _area(state.area)
    except Unreadable as error:
        faults.append(_fault("area", Text("地图范围", "Area on the map"), state.area or state.box, error))
    asked = Filter(words(state.search), state.chosen, ranges, box, area, state.keeper, state.named)
    return asked, tuple(faults)


def _fault(name: str, label: Text, found: str, error: Unreadable) -> Fault:
    return Fault("not-a-filter", "", "", "", name, label, found[:80], error.expected, error.fix)


def _chosen(ledger: str, asked: QueryDict) -> dict[str, tuple[str, ...]]:
    return {
        facet: tuple(dict.fromkeys(values))
        for facet in HELD[ledger].facets
        if (values := [value for value in asked.getlist(facet) if value])
    }


def _ranges(ledger: str, asked: QueryDict) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ranged(ledger):
        low, high = asked.get(name + FROM, "").strip(), asked.get(name + TO, "").strip()
        text = f"{low}..{high}" if low or high else asked.get(name, "").strip()
        if text:
            found[name] = text
    return found


def _columns(asked: QueryDict) -> list[str]:
    return [name for part in asked.getlist("columns") for name in part.split(",")]


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


_BOX: Final = Unreadable(
    Text("西,南,东,北 四个度数", "west,south,east,north in degrees"),
    Text("在地图上重新选", "choose it on the map"),
)


def _box(text: str) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError as error:
        raise _BOX from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _BOX
    return west, south, east, north


def _area(text: str) -> tuple[Point, ...]:
    if not text:
        return ()
    ring = parse_polygon(text)
    if len(ring) > MOST_CORNERS:
        expected = Text(f"不超过 {MOST_CORNERS} 个角点", f"at most {MOST_CORNERS} corners")
        raise Unreadable(expected, Text("画得简单些", "draw it more simply"))
    return ring
