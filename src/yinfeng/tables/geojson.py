"""Boundaries and points as GeoJSON text, many at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely


@dataclass(frozen=True, slots=True)
class Located:
    """A thing on a map: its outline if there is one, else its point, else nothing."""

    properties: Mapping[str, Any]
    boundary: str | None
    """Well-known text in WGS84, as ledgers hold it."""
    longitude: float | None
    latitude: float | None


def feature_collection(things: Sequence[Located], *, next_address: str = "") -> str:
    """Write things as a GeoJSON FeatureCollection without blanks.

    next_address: where the rest is; stands as ``next`` beside the features.
    """
    shapes = shapely.from_wkt([thing.boundary or None for thing in things], on_invalid="ignore")
    outlines = shapely.to_geojson(np.asarray(shapes, dtype=object))
    features = ",".join(
        f'{{"type":"Feature","geometry":{outline or _point(thing)},"properties":{_json(thing.properties)}}}'
        for thing, outline in zip(things, outlines, strict=True)
    )
    more = f',"next":{_json(next_address)}' if next_address else ""
    return f'{{"type":"FeatureCollection","features":[{features}]{more}}}'


def _point(thing: Located) -> str:
    if thing.longitude is None or thing.latitude is None:
        return "null"
    return f'{{"type":"Point","coordinates":[{thing.longitude!r},{thing.latitude!r}]}}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
