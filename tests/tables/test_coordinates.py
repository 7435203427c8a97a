import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.text import Text
from yinfeng.tables.coordinates import (
    System,
    distance_km,
    from_wgs84,
    is_in_china,
    is_swapped,
    parse_degrees,
    parse_polygon,
    to_wgs84,
)
from yinfeng.tables.spelling import Unreadable

INSIDE = st.tuples(st.floats(74, 135), st.floats(4, 53.5))


def refusal(parse: object, raw: object) -> tuple[Text, Text]:
    with pytest.raises(Unreadable) as caught:
        parse(raw)  # type: ignore[operator]
    return caught.value.expected, caught.value.fix


@given(INSIDE, st.sampled_from(["wgs84", "cgcs2000", "gcj02", "bd09"]))
def test_conversions_come_back(point: tuple[float, float], system: System) -> None:
    back = to_wgs84(*from_wgs84(*point, system), system)
    assert max(abs(back[0] - point[0]), abs(back[1] - point[1])) < 1e-9


@given(INSIDE)
def test_cgcs2000_stands_as_it_is(point: tuple[float, float]) -> None:
    assert to_wgs84(*point, "cgcs2000") == point
    assert from_wgs84(*point, "cgcs2000") == point


@pytest.mark.parametrize("point", [(0.0, 51.5), (139.7, 35.7), (151.2, -33.9)])
def test_gcj02_is_no_shift_outside_china(point: tuple[float, float]) -> None:
    assert to_wgs84(*point, "gcj02") == point
    assert from_wgs84(*point, "gcj02") == point


def test_gcj02_agrees_with_published_pairs(data_dir: Path) -> None:
    with (data_dir / "zones_2018" / "shanxi_zones_2018_partial.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 21
    for row in rows:
        gcj02 = float(row["经度_GCJ02"]), float(row["纬度_GCJ02"])
        published = float(row["经度_WGS84"]), float(row["纬度_WGS84"])
        # The source takes the shift at the GCJ-02 point itself: one step, up to 3 m short of the inverse.
        there = from_wgs84(*gcj02, "gcj02")
        one_step = 2 * gcj02[0] - there[0], 2 * gcj02[1] - there[1]
        assert distance_km(*one_step, *published) * 1_000 < 0.1
        assert distance_km(*to_wgs84(*gcj02, "gcj02"), *published) * 1_000 < 3.1


def test_conversions_agree_with_the_worked_example_of_coordtransform() -> None:
    assert from_wgs84(116.404, 39.915, "gcj02") == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-9
    )
    baidu = to_wgs84(116.41036949371029, 39.92133699351021, "bd09")
    assert np.array(baidu) == pytest.approx(np.array(to_wgs84(116.404, 39.915, "gcj02")), abs=1e-9)


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_many_points_convert_as_each_alone(system: System) -> None:
    longitudes, latitudes = np.array([112.43, 0.0, 87.6, 121.5]), np.array([39.33, 51.5, 43.8, 31.2])
    alone = [to_wgs84(x, y, system) for x, y in zip(longitudes, latitudes, strict=True)]
    assert np.array(to_wgs84(longitudes, latitudes, system)) == pytest.approx(np.array(alone).T, abs=1e-9)


def test_china_and_swapped() -> None:
    assert is_in_china(112.43, 39.33)
    assert not is_in_china(39.33, 112.43)
    assert is_swapped(39.33, 112.43)
    assert not is_swapped(112.43, 39.33)
    assert not is_swapped(0, 0)


def test_distance() -> None:
    assert distance_km(112, 37, 112, 37) == 0
    assert distance_km(112, 37, 112, 38) == pytest.approx(math.pi * 6371.0088 / 180)
    assert distance_km(0, 0, 180, 0) == pytest.approx(math.pi * 6371.0088)


@pytest.mark.parametrize(
    ("raw", "degrees"),
    [
        (112.43, 112.43),
        (112, 112.0),
        ("112.43", 112.43),
        ("112.43E", 112.43),
        ("E112.43", 112.43),
        ("112.43°", 112.43),
        ("112.43° E", 112.43),
        ("东经112.43", 112.43),
        ("东经：112.43度", 112.43),
        ("北纬39.33°", 39.33),
        ("西经112.43", -112.43),
        ("39.33S", -39.33),
        ("-112.43", -112.43),
        ("112°25′48″E", 112.43),
        ("112°25'48\"", 112.43),
        ("112°25’48”", 112.43),
        ("112度25分48秒", 112.43),
        ("东经112度25.8分", 112.43),
        ("１１２．４３", 112.43),
    ],
)
def test_reads_degrees(raw: object, degrees: float) -> None:
    assert parse_degrees(raw) == pytest.approx(degrees, abs=1e-12)


DEGREES = Text("度数，例如 112.43", "degrees, e.g. 112.43")


@pytest.mark.parametrize("raw", [38412345.6, "38412345.6", "4112345.678", 412345])
def test_projected_coordinates_are_named(raw: object) -> None:
    fix = Text(
        "这是投影坐标（米），换算成经纬度再填", "these are projected coordinates (metres): give degrees"
    )
    assert refusal(parse_degrees, raw) == (DEGREES, fix)


@pytest.mark.parametrize(
    "raw",
    [
        "", "待定", "181", -200, "112°60′", "112°25′60″", "112.5°25′", "112°25.5′10″", "东经-112", "E112W",
        "112,43",
        "112.43, 39.33", "112°25′48″ 5", True, None, math.nan, math.inf,
    ],
)  # fmt: skip
def test_refuses_what_is_no_degree(raw: object) -> None:
    refusal(parse_degrees, raw)


TRIANGLE = ((112.1, 37.2), (112.2, 37.2), (112.2, 37.3), (112.1, 37.2))


@pytest.mark.parametrize(
    "raw",
    [
        "112.1 37.2; 112.2 37.2; 112.2 37.3",
        "112.1,37.2；112.2,37.2；112.2，37.3；",
        "112.1 37.2\n112.2 37.2\n112.2 37.3\n112.1 37.2",
        "112°6′E 37.2N; 112.2 37.2; 112.2 37.3",
        "POLYGON ((112.1 37.2, 112.2 37.2, 112.2 37.3, 112.1 37.2))",
        "polygon((112.1 37.2, 112.2 37.2, 112.2 37.3, 112.1 37.2))",
    ],
)
def test_reads_boundaries(raw: str) -> None:
    assert parse_polygon(raw) == TRIANGLE


CROSSING = (
    Text("不自相交的边界", "a boundary that does not cross itself"),
    Text("按顺序沿边界依次写角点", "write the corners in their order along the boundary"),
)


@pytest.mark.parametrize("raw", ["0 0; 1 1; 1 0; 0 1", "0 0; 1 1; 2 2", "POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))"])
def test_crossing_boundaries_are_refused(raw: str) -> None:
    assert refusal(parse_polygon, raw) == CROSSING


@pytest.mark.parametrize(
    "raw",
    [
        "", None, 5, "东至大路，西至河", "1 1; 2 2", "1 1; 2 2; 1 1", "1 1 1; 2 2 2; 3 1 1",
        "112.1 37.2 112.2 37.2",
        "POLYGON((0 0, 1 1", "POLYGON EMPTY", "POLYGON((0 0,9 0,9 9,0 0),(5 2,6 2,6 3,5 2))", "POINT(1 1)",
        "38412345 4112345; 38412445 4112345; 38412445 4112445",
    ],
)  # fmt: skip
def test_refuses_what_is_no_boundary(raw: object) -> None:
    refusal(parse_polygon, raw)
