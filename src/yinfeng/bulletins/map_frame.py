"""Paper laid on the ground: which scale shows all points, and where on the paper each of them falls."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Point = tuple[float, float]
"""Longitude and latitude in degrees (CGCS2000 or WGS84), east and north positive."""
Spot = tuple[float, float]
"""Millimetres on the paper, right and down from its upper left corner."""

# Ellipsoid of WGS84; that of CGCS2000 differs by a tenth of a millimetre.
_AXIS_M: Final = 6_378_137.0
_ECCENTRICITY2: Final = 0.006_694_379_990_14

_LARGEST_SCALE: Final = 2_000
"""Denominator below which no map goes: a single point has no extent of its own."""
_SCALE_STEPS: Final = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_LENGTH_STEPS: Final = (1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A sheet of paper whose middle lies on a point of the ground, north up, at one scale."""

    middle: Point
    denominator: int
    """Metres of ground in a metre of paper."""
    width_mm: float
    height_mm: float

    def spot(self, point: Point) -> Spot:
        """Give where a point of the ground falls on the paper."""
        east_mm, north_mm = self._mm_per_degree()
        return (
            self.width_mm / 2 + (point[0] - self.middle[0]) * east_mm,
            self.height_mm / 2 - (point[1] - self.middle[1]) * north_mm,
        )

    def point(self, spot: Spot) -> Point:
        """Give which point of the ground a spot of the paper shows."""
        east_mm, north_mm = self._mm_per_degree()
        return (
            self.middle[0] + (spot[0] - self.width_mm / 2) / east_mm,
            self.middle[1] - (spot[1] - self.height_mm / 2) / north_mm,
        )

    def mm(self, ground_m: float) -> float:
        """Give the length on paper of a length on the ground."""
        return ground_m * 1000 / self.denominator

    def _mm_per_degree(self) -> tuple[float, float]:
        east_m, north_m = metres_per_degree(self.middle[1])
        return self.mm(east_m), self.mm(north_m)


def fit_frame(points: Iterable[Point], *, width_mm: float, height_mm: float, margin_mm: float) -> Frame:
    """Choose the largest round scale that shows all points within the margins; at least one point.

    East and north are true to scale at the middle latitude; over 1 degree of latitude, east-west lengths
    at the edges of the paper are off by under 1 in 100.
    """
    longitudes, latitudes = zip(*points, strict=True)
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    middle = ((west + east) / 2, (south + north) / 2)
    east_m, north_m = metres_per_degree(middle[1])
    needed = 1000 * max(
        (east - west) * east_m / (width_mm - 2 * margin_mm),
        (north - south) * north_m / (height_mm - 2 * margin_mm),
    )
    return Frame(middle, round(_round_up(max(needed, _LARGEST_SCALE))), width_mm, height_mm)


def metres_per_degree(latitude: float) -> tuple[float, float]:
    """Give the length in metres of a degree east and of a degree north at a latitude, on the ellipsoid.

    Source: radii of curvature in the prime vertical and in the meridian; Torge (2001), Geodesy, ch. 4.
    """
    phi = math.radians(latitude)
    bend = math.sqrt(1 - _ECCENTRICITY2 * math.sin(phi) ** 2)
    prime_vertical_m = _AXIS_M / bend
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY2) / bend**3
    return math.radians(prime_vertical_m * math.cos(phi)), math.radians(meridian_m)


def round_length(at_most: float) -> float:
    """Give the greatest of 1, 2, 5, 10, 20, 50 … (and of 0.5, 0.2, 0.1 …) that is not above a length."""
    power = 10.0 ** math.floor(math.log10(at_most))
    return max(step * power for step in _LENGTH_STEPS if step * power <= at_most)


def _round_up(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    steps = (*(step * power for step in _SCALE_STEPS), 10 * power)
    return next(step for step in steps if step >= least)
