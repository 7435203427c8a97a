"""Parcels that touch: found from their boundaries."""

from collections.abc import Mapping
from typing import Final

import shapely

# About 1 m and 5 m in degrees at the latitude of Shanxi: surveyed corners seldom coincide exactly,
# and two parcels that meet in a corner only cannot be worked as one.
_SLACK_DEG: Final = 1e-5
_SHORTEST_DEG: Final = 5e-5


def touching(boundaries: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Say which parcels share a stretch of boundary.

    boundaries: place id → polygon as WKT in degrees. Returns every id with the ids it touches.
    """
    ids = sorted(boundaries)
    shapes = [shapely.from_wkt(boundaries[place]) for place in ids]
    near: dict[str, set[str]] = {place: set() for place in ids}
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_SLACK_DEG)
    for a, b in pairs.T.tolist():
        if a < b and _common_length(shapes[a], shapes[b]) >= _SHORTEST_DEG:
            near[ids[a]].add(ids[b])
            near[ids[b]].add(ids[a])
    return {place: frozenset(others) for place, others in near.items()}


def _common_length(a: shapely.Geometry, b: shapely.Geometry) -> float:
    return float(shapely.length(shapely.intersection(shapely.buffer(a, _SLACK_DEG), shapely.boundary(b))))
