"""Coordinates in the four systems used in China, their spelling, and boundaries."""

import math
import re
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from yinfeng.core.text import Text
from yinfeng.tables.spelling import Unreadable, fold

System = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
Point = tuple[float, float]
"""Longitude and latitude in degrees, east and north positive."""
Array = NDArray[np.float64]
Degrees = float | Array
Points = tuple[Array, Array]
"""Longitudes and latitudes in degrees."""

_WEST, _EAST, _SOUTH, _NORTH = 73.4, 135.1, 3.8, 53.6
_EARTH_RADIUS_KM: Final = 6371.0088  # mean radius, IUGG

# GCJ-02 shifts on the ellipsoid of Krasovsky (1940).
_GCJ_AXIS_M: Final = 6_378_245.0
_GCJ_ECCENTRICITY2: Final = 0.00669342162296594323
_BD_TURN: Final = math.pi * 3000 / 180
_CLOSE_DEG: Final = 1e-10
_MOST_STEPS: Final = 30


def to_wgs84(longitudes: Degrees, latitudes: Degrees, system: System) -> Points:
    """Convert to WGS84. CGCS2000 equals WGS84 within decimetres and is taken as it stands.

    GCJ-02 is undone by iteration to 1e-9 degrees; outside China it is no shift. BD-09 goes by way of GCJ-02.
    """
    points = np.asarray(longitudes, np.float64), np.asarray(latitudes, np.float64)
    if system == "gcj02":
        return _gcj02_to_wgs84(*points)
    if system == "bd09":
        return _gcj02_to_wgs84(*_bd09_to_gcj02(*points))
    return points


def from_wgs84(longitudes: Degrees, latitudes: Degrees, system: System) -> Points:
    """Convert from WGS84; see `to_wgs84`."""
    points = np.asarray(longitudes, np.float64), np.asarray(latitudes, np.float64)
    if system == "gcj02":
        return _wgs84_to_gcj02(*points)
    if system == "bd09":
        return _gcj02_to_bd09(*_wgs84_to_gcj02(*points))
    return points


def is_in_china(longitude: float, latitude: float) -> bool:
    """Say whether a point lies in the box around China (73.4..135.1 E, 3.8..53.6 N)."""
    return _WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH


def are_in_china(longitudes: Array, latitudes: Array) -> NDArray[np.bool_]:
    """Say of each point whether it lies in the box around China; see `is_in_china`."""
    return (longitudes >= _WEST) & (longitudes <= _EAST) & (latitudes >= _SOUTH) & (latitudes <= _NORTH)


def is_swapped(longitude: float, latitude: float) -> bool:
    """Say whether a point lies in China only with its two numbers exchanged."""
    return not is_in_china(longitude, latitude) and is_in_china(latitude, longitude)


def distance_km(longitude_a: float, latitude_a: float, longitude_b: float, latitude_b: float) -> float:
    """Give the great-circle distance of two points (haversine, mean radius)."""
    phi_a, phi_b = math.radians(latitude_a), math.radians(latitude_b)
    half_phi = (phi_b - phi_a) / 2
    half_lambda = math.radians(longitude_b - longitude_a) / 2
    chord = math.sin(half_phi) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lambda) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def _wgs84_to_gcj02(longitudes: Array, latitudes: Array) -> Points:
    east, north = _gcj02_shift(longitudes, latitudes)
    inside = are_in_china(longitudes, latitudes)
    return longitudes + np.where(inside, east, 0.0), latitudes + np.where(inside, north, 0.0)


def _gcj02_to_wgs84(longitudes: Array, latitudes: Array) -> Points:
    """Find the points whose shift leads here: the shift changes so slowly that repeating it converges."""
    found = longitudes, latitudes
    for _ in range(_MOST_STEPS):
        east, north = _gcj02_shift(*found)
        before, found = found, (longitudes - east, latitudes - north)
        if _farthest(found[0] - before[0], found[1] - before[1]) < _CLOSE_DEG:
            break
    inside = are_in_china(longitudes, latitudes)
    return np.where(inside, found[0], longitudes), np.where(inside, found[1], latitudes)


def _farthest(east: Array, north: Array) -> float:
    return max(float(np.max(np.abs(east), initial=0.0)), float(np.max(np.abs(north), initial=0.0)))


def _gcj02_shift(longitudes: Array, latitudes: Array) -> Points:
    """Give the shift of GCJ-02 in degrees at WGS84 points (the formula in public use since 2010)."""
    x, y = longitudes - 105.0, latitudes - 35.0
    root = np.sqrt(np.abs(x))
    waves = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    phi = np.radians(latitudes)
    flattening = 1 - _GCJ_ECCENTRICITY2 * np.sin(phi) ** 2
    meridian_m = _GCJ_AXIS_M * (1 - _GCJ_ECCENTRICITY2) / flattening**1.5
    parallel_m = _GCJ_AXIS_M / np.sqrt(flattening) * np.cos(phi)
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)


def _gcj02_to_bd09(longitudes: Array, latitudes: Array) -> Points:
    radius = np.hypot(longitudes, latitudes) + 0.00002 * np.sin(latitudes * _BD_TURN)
    angle = np.arctan2(latitudes, longitudes) + 0.000003 * np.cos(longitudes * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _bd09_to_gcj02(longitudes: Array, latitudes: Array) -> Points:
    found = longitudes - 0.0065, latitudes - 0.006
    for _ in range(_MOST_STEPS):
        there = _gcj02_to_bd09(*found)
        off = longitudes - there[0], latitudes - there[1]
        found = found[0] + off[0], found[1] + off[1]
        if _farthest(*off) < _CLOSE_DEG:
            break
    return found


_DEGREES: Final = Text("度数，例如 112.43", "degrees, e.g. 112.43")
_WRITE_DEGREES: Final = Text("写成 112.43 或 112°25′48″", "write it as 112.43 or 112°25′48″")
_SIDE: Final = "东经|西经|北纬|南纬|[EWNS]"
_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
_SPELLED: Final = re.compile(
    rf"({_SIDE})?:? ?([+-])?({_NUMBER}) ?"
    rf"(?:[°度] ?(?:({_NUMBER}) ?['’′分] ?(?:({_NUMBER}) ?(?:[\"”″秒]|''|’’|′′) ?)?)?)? ?({_SIDE})?",
    re.IGNORECASE,
)
_NEGATIVE_SIDES: Final = frozenset({"西经", "南纬", "W", "S"})


def parse_degrees(raw: object) -> float:
    """Read a longitude or latitude: 112.43, 112.43E, 东经112.43, 112°25′48″E. Raises Unreadable."""
    if isinstance(raw, str):
        degrees = _spelled_degrees(fold(raw))
    elif isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw):
        degrees = float(raw)
    else:
        raise Unreadable(_DEGREES, _WRITE_DEGREES)
    if abs(degrees) >= 1_000:
        raise Unreadable(
            _DEGREES,
            Text(
                "这是投影坐标（米），换算成经纬度再填",
                "these are projected coordinates (metres): give degrees",
            ),
        )
    if abs(degrees) > 180:
        raise Unreadable(Text("-180 至 180 之间的度数", "degrees from -180 to 180"), _WRITE_DEGREES)
    return degrees


def _spelled_degrees(text: str) -> float:
    found = _SPELLED.fullmatch(text)
    if not found:
        raise Unreadable(_DEGREES, _WRITE_DEGREES)
    before, sign, degrees, minutes, seconds, after = found.groups()
    side = (before or after or "").upper()
    twice = (before and after) or (side and sign)
    minute, second = float(minutes or 0), float(seconds or 0)
    if twice or minute >= 60 or second >= 60 or (minutes and "." in degrees) or (seconds and "." in minutes):
        raise Unreadable(_DEGREES, _WRITE_DEGREES)
    size = float(degrees) + minute / 60 + second / 3600
    return -size if sign == "-" or side in _NEGATIVE_SIDES else size


_BOUNDARY: Final = Text(
    "边界：至少三个角点的“经度 纬度”，用分号分隔",
    'a boundary: at least three corners "longitude latitude", separated by ;',
)
_CORNER_END: Final = re.compile("[;；|\n\r]+")
_WITHIN_CORNER: Final = re.compile("[,、 ]+")


def parse_polygon(raw: object) -> tuple[Point, ...]:
    """Read a boundary as its corners, the first repeated as the last.

    Written as ``112.1 37.2; 112.2 37.2; 112.2 37.3`` or as WKT ``POLYGON``. Raises Unreadable for fewer than
    three corners, a hole, or a line that crosses itself.
    """
    text = raw if isinstance(raw, str) else ""
    corners = _wkt_corners(text) if text.strip().upper().startswith("POLYGON") else _listed_corners(text)
    ring = tuple(corners) if corners and corners[0] == corners[-1] else (*corners, *corners[:1])
    if len(set(ring)) < 3:
        raise Unreadable(_BOUNDARY, Text("补足角点", "give at least three different corners"))
    if not shapely.Polygon(ring).is_valid:
        raise Unreadable(
            Text("不自相交的边界", "a boundary that does not cross itself"),
            Text("按顺序沿边界依次写角点", "write the corners in their order along the boundary"),
        )
    return ring


def _listed_corners(text: str) -> list[Point]:
    corners = []
    for corner in _CORNER_END.split(text):
        numbers = _WITHIN_CORNER.split(fold(corner)) if corner.strip() else []
        if len(numbers) == 2:
            corners.append((parse_degrees(numbers[0]), parse_degrees(numbers[1])))
        elif numbers:
            raise Unreadable(
                _BOUNDARY,
                Text(
                    "写成 112.1 37.2; 112.2 37.2; 112.2 37.3",
                    "write it as 112.1 37.2; 112.2 37.2; 112.2 37.3",
                ),
            )
    return corners


def _wkt_corners(text: str) -> list[Point]:
    try:
        polygon = shapely.from_wkt(text)
    except shapely.GEOSException:
        polygon = None
    if not isinstance(polygon, shapely.Polygon) or polygon.is_empty or polygon.interiors:
        raise Unreadable(
            _BOUNDARY,
            Text("写成一个没有洞的 WKT POLYGON", "write one WKT POLYGON without holes"),
        )
    return [(parse_degrees(x), parse_degrees(y)) for x, y, *_ in polygon.exterior.coords]
