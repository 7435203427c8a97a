"""Reading ledgers: which rows match, how many there are of each kind, in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, reduce
from itertools import pairwise
from typing import Any, Final

from django.db import models
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import NullIf
from django.utils import timezone

from yinfeng.core.text import Text
from yinfeng.tables import schema
from yinfeng.tables.outlines import lie_in
from yinfeng.tables.schema import LIST_TYPES, QUANTITY_TYPES, Column
from yinfeng.web.ledgers.attention import ATTENTION
from yinfeng.web.ledgers.ranges import BLANK, Range
from yinfeng.web.ledgers.registry import HELD, attribute, columns
from yinfeng.web.zones.models import Zone
from yinfeng.web.zones.policy import Scope, within

OWN_COLUMNS: Final[Mapping[str, Column]] = {
    name: Column(name, label, (), kind, "", False, False, None, None, target, "", Text("", ""), "")
    for name, label, kind, target in (
        ("zone_id", Text("开发区", "Zone"), "ref", "zones"),
        ("keeper_id", Text("责任人", "Keeper"), "keeper", ""),
        ("recheck_on", Text("复核期限", "Recheck by"), "date", ""),
        ("is_released", Text("对外公开", "Public"), "bool", ""),
    )
}
"""Fields kept beside the dictionary's columns, as lists show them."""

Point = tuple[float, float]
_UNSORTED: Final = LIST_TYPES | {"amounts", "polygon"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows of a ledger are asked for."""

    words: tuple[str, ...] = ()
    """Folded; each must be found."""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet → values, any of which will do; `BLANK` for what is not known."""
    ranges: Mapping[str, Range] = field(default_factory=dict)
    box: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees."""
    area: tuple[Point, ...] = ()
    """Corners of a drawn area, longitude and latitude, the first repeated as the last."""
    keeper: str = ""
    """Username of whom the rows are kept by; empty: whoever."""
    named: tuple[str, ...] = ()
    """Conditions of `attention.ATTENTION`; all must hold."""


@cache
def all_columns(ledger: str) -> Mapping[str, Column]:
    """Give the columns a list can show, by name: the dictionary's, then the own fields and the zone."""
    told = {column.name: column for column in columns(ledger)}
    beside = dict.fromkeys((*HELD[ledger].own, HELD[ledger].zone))
    return told | {name: OWN_COLUMNS[name] for name in beside if name not in told}


def rows_within(ledger: str, where: Scope) -> "QuerySet[Any]":
    """Give the records of a ledger in a scope."""
    return within(HELD[ledger].model._default_manager.all(), where, HELD[ledger].zone)


def matching(ledger: str, rows: "QuerySet[Any]", asked: Filter) -> "QuerySet[Any]":
    """Keep the rows that are asked for."""
    return chosen(ledger, before_facets(ledger, rows, asked), asked)


def chosen(ledger: str, rows: "QuerySet[Any]", asked: Filter) -> "QuerySet[Any]":
    """Keep the rows whose facets have the values chosen."""
    for name, values in asked.chosen.items():
        rows = rows.filter(_is_any(ledger, attribute(ledger, name), values))
    return rows


def before_facets(ledger: str, rows: "QuerySet[Any]", asked: Filter) -> "QuerySet[Any]":
    """Keep the rows that are asked for but for the facets chosen: what facets are counted over."""
    for word in asked.words:
        rows = rows.filter(search__contains=word)
    for name, wanted in asked.ranges.items():
        rows = rows.filter(_lies_in(attribute(ledger, name), wanted))
    if asked.keeper:
        rows = rows.filter(keeper_id=asked.keeper)
    for name in asked.named:
        rows = rows.filter(ATTENTION[ledger][name].keeps(timezone.localdate()))
    if asked.box is not None:
        west, south, east, north = asked.box
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        rows = rows.filter(_in_box(*asked.box) | _outlined_in(rows, corners))
    if asked.area:
        rows = _in_area(rows, asked.area)
    return rows


def sortable(column: Column) -> bool:
    """Tell whether rows can be sorted by a column."""
    return column.type not in _UNSORTED


def order(ledger: str, sort: str) -> list[OrderBy | str]:
    """Give the order of rows by a column, "-" before its name for the other way, ties by key.

    Names go by pinyin, choices as their dictionary lists them; what is not known comes last either way.
    """
    name, key = sort.removeprefix("-"), HELD[ledger].key
    if name == key or not name:
        return ["-" + key if sort.startswith("-") else key]
    by = _sorted_by(ledger, name)
    return [by.desc(nulls_last=True) if sort.startswith("-") else by.asc(nulls_last=True), key]


def _sorted_by(ledger: str, name: str) -> Any:
    column, held = all_columns(ledger)[name], HELD[ledger]
    if name == held.name:
        return F("search")
    if column.type == "choice":
        codes = [choice.code for choice in schema.choices(column.target)]
        whens = [When(**{name: code}, then=Value(at)) for at, code in enumerate(codes)]
        return Case(*whens, output_field=IntegerField(null=True))
    reference = held.model._meta.get_field(attribute(ledger, name))
    if reference.related_model is Zone:
        return F(f"{reference.name}__search")
    if column.type in QUANTITY_TYPES | {"date", "bool", "longitude", "latitude"}:
        return F(attribute(ledger, name))
    return NullIf(F(attribute(ledger, name)), Value(""))


def _is_any(ledger: str, name: str, values: Sequence[str]) -> Q:
    field = HELD[ledger].model._meta.get_field(name)
    is_flag = isinstance(field, models.BooleanField)
    known = [value == "yes" if is_flag else value for value in values if value != BLANK]
    wanted = Q(**{f"{name}__in": known})
    if BLANK not in values:
        return wanted
    return wanted | (Q(**{f"{name}__isnull": True}) if field.null else Q(**{name: ""}))


def _lies_in(name: str, wanted: Range) -> Q:
    if wanted.is_blank:
        return Q(**{f"{name}__isnull": True})
    lies = Q(**{f"{name}__isnull": False})
    if wanted.low is not None:
        lies &= Q(**{f"{name}__gte": wanted.low})
    if wanted.high is not None:
        lies &= Q(**{f"{name}__lte": _end_of(wanted.high)})
    return lies


def _end_of(high: float | date) -> float | date:
    # 20亩 is 13333.333… m²: the end itself belongs to the range whatever its last digit.
    return high * (1 + 1e-12) if isinstance(high, float) and high > 0 else high


def _in_area(rows: "QuerySet[Any]", ring: Sequence[Point]) -> "QuerySet[Any]":
    """Keep what lies in a polygon: a ray to the east crosses its edges an odd number of times."""
    edges = [edge for edge in pairwise(ring) if edge[0][1] != edge[1][1]]
    crossings: Combinable = reduce(lambda total, edge: total + edge, map(_crosses, edges))
    inside = _in_box(*_box_around(ring)) & Q(crossings=1)
    return rows.annotate(crossings=crossings % 2).filter(inside | _outlined_in(rows, ring))


def _in_box(west: float, south: float, east: float, north: float) -> Q:
    return Q(longitude__range=(west, east), latitude__range=(south, north))


def _box_around(ring: Sequence[Point]) -> tuple[float, float, float, float]:
    longitudes, latitudes = zip(*ring, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _outlined_in(rows: "QuerySet[Any]", ring: Sequence[Point]) -> Q:
    """Give what has an outline and no point, and lies in a polygon by its middle; one query."""
    if not any(field.name == "boundary" for field in rows.model._meta.get_fields()):
        return Q(pk__in=[])
    outlines = dict(rows.order_by().filter(longitude=None).exclude(boundary="").values_list("pk", "boundary"))
    inside = lie_in(list(outlines.values()), ring)
    return Q(pk__in=[key for key, is_inside in zip(outlines, inside, strict=True) if is_inside])


def _crosses(edge: tuple[Point, Point]) -> Any:
    (x, y), (far_x, far_y) = sorted(edge, key=lambda corner: corner[1])
    slope = (far_x - x) / (far_y - y)
    is_west = Q(longitude__lt=F("latitude") * Value(slope) + Value(x - y * slope))
    return Case(
        When(Q(latitude__gte=y, latitude__lt=far_y) & is_west, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
