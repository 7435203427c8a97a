"""Parcels and places of each zone by state, with their area and rows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import Figure, count, total
from yinfeng.core.idleness.course import exact
from yinfeng.core.idleness.problem import Parcel, Place
from yinfeng.core.idleness.procedure import IDLE
from yinfeng.core.idleness.result import LandState, PlaceState, Result
from yinfeng.core.text import Text
from yinfeng.core.units import M2_PER_HECTARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the summary: what is in a state in a zone."""

    zone: str
    regime: str
    """``land`` or ``efficiency``."""
    state: str
    count: int
    area_m2: Fraction
    without_area: int
    rows: tuple[str, ...]


def by_state(result: Result, parcels: Mapping[str, Parcel], places: Mapping[str, Place]) -> tuple[Line, ...]:
    """Count parcels by their state under Order 53, and places by the low-efficiency list."""
    rows: dict[tuple[str, str, str], list[tuple[str, float | None]]] = {}
    for answer in result.parcels:
        parcel = parcels[answer.id]
        area = None if parcel.area_ha is None else parcel.area_ha * M2_PER_HECTARE
        rows.setdefault((parcel.zone or "", "land", answer.land.state), []).append((answer.id, area))
    for answer in result.places:
        if answer.efficiency.state != PlaceState.NOT_LOOKED_AT:
            place = places[answer.id]
            key = (place.zone or "", "efficiency", answer.efficiency.state)
            rows.setdefault(key, []).append((answer.id, place.area_m2))
    order = {state: at for at, state in enumerate([*LandState, *PlaceState])}
    keys = sorted(rows, key=lambda key: (key[0], key[1] != "land", order[_state(key)]))
    return tuple(_line(key, rows[key]) for key in keys)


def _state(key: tuple[str, str, str]) -> LandState | PlaceState:
    return LandState(key[2]) if key[1] == "land" else PlaceState(key[2])


def _line(key: tuple[str, str, str], rows: list[tuple[str, float | None]]) -> Line:
    zone, regime, state = key
    return Line(
        zone=zone,
        regime=regime,
        state=state,
        count=len(rows),
        area_m2=_sum([area for _, area in rows if area is not None]),
        without_area=sum(area is None for _, area in rows),
        rows=tuple(id_ for id_, _ in rows),
    )


def _sum(areas: Iterable[float]) -> Fraction:
    """Add up exactly, each distinct area once: areas repeat, and fractions are slow."""
    return sum((exact(area) * number for area, number in Counter(areas).items()), Fraction())


_IDLE_TITLE: Final = Text("涉嫌闲置和可认定闲置的宗地", "Parcels suspected or that may be found idle")


def idle_figures(result: Result, parcels: Mapping[str, Parcel], on: date) -> tuple[Figure, ...]:
    """Give each zone's number and area of parcels idle by either test of Order 53, with their rows."""
    zones: dict[str, list[Parcel]] = {}
    for answer in result.parcels:
        own = zones.setdefault(parcels[answer.id].zone or "", [])
        if answer.land.state in IDLE:
            own.append(parcels[answer.id])
    return tuple(figure for zone, own in sorted(zones.items()) for figure in _figures(zone, own, on))


def _figures(zone: str, parcels: list[Parcel], on: date) -> Iterable[Figure]:
    definition = Text(
        f"{on} 未动工满一年、满两年，或中止满一年且比例不足的宗地（53号令第二条）",
        f"parcels that on {on} are not started for a year or two, or stalled and short (Order 53 art. 2)",
    )
    rows = [f"land_supply:{parcel.id}" for parcel in parcels]
    counted = count(rows)
    yield Figure(
        code="idle-parcels", title=_IDLE_TITLE, definition=definition, zone=zone, period=on.isoformat(),
        kind="count", unit=Text("宗", "parcels"), numerator=counted, value=counted.value, decimals=0,
    )  # fmt: skip
    with_area = [(row, p.area_ha) for row, p in zip(rows, parcels, strict=True) if p.area_ha is not None]
    area = total([(row, exact(area_ha)) for row, area_ha in with_area])
    yield Figure(
        code="idle-area", title=Text(f"{_IDLE_TITLE.zh}面积", f"{_IDLE_TITLE.en}, area"),
        definition=definition, zone=zone, period=on.isoformat(), kind="amount", unit=Text("公顷", "ha"),
        numerator=area, value=area.value, decimals=4,
    )  # fmt: skip
