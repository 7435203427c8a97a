"""Coordinates of the rows of a ledger: both or none, in China, not swapped, converted to WGS84."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import shapely

from yinfeng.core.text import Text
from yinfeng.tables import coordinates
from yinfeng.tables.columns import Finding, Refusal
from yinfeng.tables.coordinates import Point, System
from yinfeng.tables.quantities import is_blank
from yinfeng.tables.sheets import Cell, written
from yinfeng.tables.spelling import Unreadable

Placed = tuple[str, Finding]
"""A finding and the column it concerns."""

_LEFT_OUT: Final = Text("改正后再用；本行保留，坐标留空", "mend it; the row stays, without its coordinate")
_HALF: Final = Refusal(
    "half-a-coordinate", Text("经度和纬度都填", "longitude and latitude, both"), _LEFT_OUT, "warning"
)
_OUTSIDE: Final = Refusal(
    "outside-china", Text("中国境内的坐标", "a coordinate in China"), _LEFT_OUT, "warning"
)
_SWAPPED: Final = Refusal(
    "swapped-coordinate",
    Text(
        "经度在前、纬度在后（看来两者填反了）",
        "longitude and latitude in their own columns (they seem swapped)",
    ),
    _LEFT_OUT,
    "warning",
)
NO_SYSTEM: Final = Refusal(
    "no-coordinate-system",
    Text("坐标系：WGS84、CGCS2000、GCJ-02 或 BD-09", "a coordinate system: WGS84, CGCS2000, GCJ-02 or BD-09"),
    Text("填上坐标系；现按 CGCS2000 读", "fill it in; read as CGCS2000"),
    "warning",
)


@dataclass(frozen=True, eq=False, slots=True)
class Positions:
    """Coordinates read, in WGS84 degrees, null where blank or not taken; and what was found."""

    longitude: pa.Array
    latitude: pa.Array
    findings: tuple[Placed, ...]


def read_positions(
    longitudes: Sequence[Cell], latitudes: Sequence[Cell], systems: Sequence[str | None]
) -> Positions:
    """Read longitudes and latitudes row by row; a pair that cannot be right is left out with a warning.

    systems: codes of the choice set ``coordinate_system``; a pair without one is read as CGCS2000, with a
    warning.
    """
    points: list[Point | None] = []
    findings: list[Placed] = []
    for at, (longitude, latitude, system) in enumerate(zip(longitudes, latitudes, systems, strict=True)):
        point = None
        if not (is_blank(longitude) and is_blank(latitude)):
            read = _read_pair(longitude, latitude)
            if isinstance(read, tuple):
                point = coordinates.to_wgs84(*read, _system(system))
                if system is None:
                    findings.append(("coordinate_system", Finding(at, "", NO_SYSTEM)))
            else:
                name, refusal = read.column, read.refusal
                findings.append((name, Finding(at, f"{written(longitude)}, {written(latitude)}", refusal)))
        points.append(point)
    return Positions(
        pa.array([None if p is None else p[0] for p in points], pa.float64()),
        pa.array([None if p is None else p[1] for p in points], pa.float64()),
        tuple(findings),
    )


def read_boundaries(
    cells: Sequence[Cell], systems: Sequence[str | None]
) -> tuple[pa.Array, tuple[Placed, ...]]:
    """Read boundaries as WKT in WGS84, null where blank; one that cannot be read refuses its row."""
    shapes: list[str | None] = []
    findings: list[Placed] = []
    for at, (cell, system) in enumerate(zip(cells, systems, strict=True)):
        shape = None
        if not is_blank(cell):
            try:
                ring = [
                    coordinates.to_wgs84(*corner, _system(system))
                    for corner in coordinates.parse_polygon(cell)
                ]
                shape = shapely.to_wkt(shapely.Polygon(ring), rounding_precision=7)
            except Unreadable as error:
                refusal = Refusal("not-a-boundary", error.expected, error.fix)
                findings.append(("boundary", Finding(at, written(cell), refusal)))
            if shape is not None and not all(coordinates.is_in_china(*corner) for corner in ring):
                shape = None
                findings.append(("boundary", Finding(at, written(cell), _OUTSIDE)))
        shapes.append(shape)
    return pa.array(shapes, pa.string()), tuple(findings)


@dataclass(frozen=True, slots=True)
class _Unusable:
    column: str
    refusal: Refusal


def _read_pair(longitude: Cell, latitude: Cell) -> Point | _Unusable:
    if is_blank(longitude):
        return _Unusable("longitude", _HALF)
    if is_blank(latitude):
        return _Unusable("latitude", _HALF)
    degrees = []
    for column, cell in (("longitude", longitude), ("latitude", latitude)):
        try:
            degrees.append(coordinates.parse_degrees(cell))
        except Unreadable as error:
            return _Unusable(column, Refusal("not-a-coordinate", error.expected, error.fix, "warning"))
    if coordinates.is_swapped(*degrees):
        return _Unusable("longitude", _SWAPPED)
    if not coordinates.is_in_china(*degrees):
        return _Unusable("longitude", _OUTSIDE)
    return degrees[0], degrees[1]


def _system(code: str | None) -> System:
    match code:
        case "wgs84" | "gcj02" | "bd09":
            return code
        case _:
            return "cgcs2000"
