"""Coordinates of the rows of a ledger: both or none, in China, not swapped, converted to WGS84."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import shapely

from yinfeng.core.text import Text
from yinfeng.tables import coordinates
from yinfeng.tables.columns import Finding, Refusal
from yinfeng.tables.coordinates import Point, System
from yinfeng.tables.layout import HEADER, Layout
from yinfeng.tables.quantities import is_blank
from yinfeng.tables.sheets import Cell, written
from yinfeng.tables.spelling import Unreadable

Placed = tuple[str, Finding]
"""A finding and the column it concerns."""

COORDINATE_TYPES: Final = frozenset({"longitude", "latitude", "polygon"})

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


def read_coordinates(
    found: Layout,
    cells: Mapping[str, Sequence[Cell]],
    systems: Sequence[str | None],
    refused_systems: Iterable[int],
) -> tuple[dict[str, pa.Array], list[Placed]]:
    """Read longitude, latitude and boundary of the rows; give them by name, and what was found.

    systems: codes of the column of coordinate systems. refused_systems: positions where it was written and
    refused.
    """
    written_system = next(
        (h.system for name in ("longitude", "latitude") for h in found.headings.get(name, ())), ""
    )
    systems = [system or written_system or None for system in systems]
    for at in refused_systems:  # told already; the row is refused whatever its coordinates are
        systems[at] = systems[at] or "cgcs2000"
    silent = []
    if "coordinate_system" not in found.headings and not any(systems):
        silent = [name for name in ("longitude", "boundary") if name in found.headings and found.rows][:1]
        systems = ["cgcs2000"] * len(systems)
    read = read_positions(cells["longitude"], cells["latitude"], systems)
    arrays = {"longitude": read.longitude, "latitude": read.latitude}
    findings = [*((name, Finding(HEADER, "", NO_SYSTEM)) for name in silent), *read.findings]
    if "boundary" in cells:
        arrays["boundary"], boundary_findings = read_boundaries(cells["boundary"], systems)
        findings += boundary_findings
    return arrays, findings


def read_positions(
    longitudes: Sequence[Cell], latitudes: Sequence[Cell], systems: Sequence[str | None]
) -> Positions:
    """Read longitudes and latitudes row by row; a pair that cannot be right is left out with a warning.

    systems: codes of the choice set ``coordinate_system``; a pair without one is read as CGCS2000, with a
    warning.
    """
    degrees = np.array([_numbers(longitudes), _numbers(latitudes)])
    findings: list[Placed] = []
    is_written = np.array([a != "" or b != "" for a, b in zip(longitudes, latitudes, strict=True)], np.bool_)
    for at in np.flatnonzero(is_written & ~coordinates.are_in_china(*degrees)).tolist():
        degrees[:, at], finding = _read_pair(longitudes[at], latitudes[at])
        if finding is not None:
            name, refusal = finding
            both = f"{written(longitudes[at])}, {written(latitudes[at])}"
            findings.append((name, Finding(at, both.strip(", "), refusal)))
    is_there = np.isfinite(degrees[0])
    findings += (
        ("coordinate_system", Finding(at, "", NO_SYSTEM))
        for at in np.flatnonzero(is_there).tolist()
        if systems[at] is None
    )
    codes = np.array([_system(system) for system in systems], np.str_)
    for code in set(codes.tolist()):
        these = is_there & (codes == code)
        degrees[:, these] = coordinates.to_wgs84(degrees[0, these], degrees[1, these], _system(code))
    east, north = (pa.array(row, mask=~is_there) for row in degrees)
    return Positions(east, north, tuple(findings))


def _numbers(cells: Sequence[Cell]) -> list[float]:
    return [cell if type(cell) is float else math.nan for cell in cells]


def read_boundaries(
    cells: Sequence[Cell], systems: Sequence[str | None]
) -> tuple[pa.Array, tuple[Placed, ...]]:
    """Read boundaries as WKT in WGS84, null where blank; one that cannot be read refuses its row."""
    shapes: list[str | None] = []
    findings: list[Placed] = []
    for at, (cell, system) in enumerate(zip(cells, systems, strict=True)):
        shape = None
        if cell != "" and not is_blank(cell):
            try:
                east, north = np.array(coordinates.parse_polygon(cell)).T
                ring = list(zip(*coordinates.to_wgs84(east, north, _system(system)), strict=True))
                shape = shapely.to_wkt(shapely.Polygon(ring), rounding_precision=7)
            except Unreadable as error:
                refusal = Refusal("not-a-boundary", error.expected, error.fix)
                findings.append(("boundary", Finding(at, written(cell), refusal)))
            if shape is not None and not all(coordinates.is_in_china(*corner) for corner in ring):
                shape = None
                findings.append(("boundary", Finding(at, written(cell), _OUTSIDE)))
        shapes.append(shape)
    return pa.array(shapes, pa.string()), tuple(findings)


_NOWHERE: Final = (math.nan, math.nan)


def _read_pair(longitude: Cell, latitude: Cell) -> tuple[Point, tuple[str, Refusal] | None]:
    """Read a pair as it is written; nowhere, with a column and a refusal, where it cannot be right."""
    if is_blank(longitude) and is_blank(latitude):
        return _NOWHERE, None
    if is_blank(longitude):
        return _NOWHERE, ("longitude", _HALF)
    if is_blank(latitude):
        return _NOWHERE, ("latitude", _HALF)
    degrees = []
    for column, cell in (("longitude", longitude), ("latitude", latitude)):
        try:
            degrees.append(coordinates.parse_degrees(cell))
        except Unreadable as error:
            return _NOWHERE, (column, Refusal("not-a-coordinate", error.expected, error.fix, "warning"))
    if coordinates.is_swapped(*degrees):
        return _NOWHERE, ("longitude", _SWAPPED)
    if not coordinates.is_in_china(*degrees):
        return _NOWHERE, ("longitude", _OUTSIDE)
    return (degrees[0], degrees[1]), None


def _system(code: str | None) -> System:
    match code:
        case "wgs84" | "gcj02" | "bd09":
            return code
        case _:
            return "cgcs2000"
