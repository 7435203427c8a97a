"""Outlines of places as ledgers hold them: well-known text in WGS84."""

from collections.abc import Sequence

import numpy as np
import shapely

from yinfeng.tables.coordinates import Point


def lie_in(outlines: Sequence[str], ring: Sequence[Point]) -> list[bool]:
    """Say of each outline whether its middle lies in an area.

    ring: corners of the area, the first repeated as the last. What is no outline lies nowhere.
    """
    shapes = shapely.from_wkt(np.asarray(outlines, dtype=object), on_invalid="ignore")
    inside: list[bool] = shapely.contains(shapely.Polygon(ring), shapely.centroid(shapes)).tolist()
    return inside
