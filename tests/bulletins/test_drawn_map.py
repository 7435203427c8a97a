import itertools
import math
from xml.etree import ElementTree as Xml

import pytest

from tests.bulletins.packs import PLOT, ZONE
from yinfeng.bulletins.drawn_map import DrawnMap, Mapped, Outline, draw_map, scale_figure
from yinfeng.core.text import Lang
from yinfeng.tables.coordinates import distance_km

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*things: Mapped, zones: tuple[Outline, ...] = (), lang: Lang = "zh") -> DrawnMap:
    found = draw_map(things, zones=zones, width_mm=104, height_mm=70, lang=lang)
    assert found is not None
    return found


def parts(found: DrawnMap, tag: str) -> list[Xml.Element]:
    return Xml.fromstring(found.svg).findall(SVG + tag)


def written(found: DrawnMap) -> list[str]:
    return [text.text or "" for text in parts(found, "text")]


def outline_spots(found: DrawnMap, fill: str) -> list[list[tuple[float, float]]]:
    """Give the corners in millimetres of each outline filled so."""
    paths = [path.attrib["d"] for path in parts(found, "path") if path.attrib.get("fill-rule")
             and path.attrib["fill"] == fill]  # fmt: skip
    corners = [path.strip("MZ ").split(" L") for path in paths]
    return [[(float(x), float(y)) for x, y in (corner.split() for corner in ring)] for ring in corners]


def number_discs(found: DrawnMap) -> list[tuple[float, float]]:
    discs = [disc.attrib for disc in parts(found, "circle")]
    return [(float(disc["cx"]), float(disc["cy"])) for disc in discs if disc["r"] == "2.7"]


@pytest.mark.parametrize("latitude", [18.3, 39.3, 53.4])
def test_lengths_on_paper_agree_with_the_scale_wherever_the_zone_lies(latitude: float) -> None:
    plot = (((112.0, latitude), (112.02, latitude), (112.02, latitude + 0.01), (112.0, latitude + 0.01)),)
    found = drawn(Mapped("1", plot, None))
    west_south, east_south, east_north, _ = outline_spots(found, "#e9c9b4")[0]
    for ends, ground in (((west_south, east_south), plot[0][:2]), ((east_south, east_north), plot[0][1:3])):
        ground_m = 1000 * distance_km(*ground[0], *ground[1])
        # A sphere of mean radius is up to 0.6 % off the ellipsoid.
        assert math.dist(*ends) * found.denominator / 1000 == pytest.approx(ground_m, rel=0.006)


def test_the_bar_is_as_long_as_it_says() -> None:
    found = drawn(Mapped("1", PLOT, None), zones=(ZONE,))
    halves = [float(bar.attrib["width"]) for bar in parts(found, "rect") if bar.attrib["height"] == "1.20"]
    assert found.denominator == 120_000
    assert [text for text in written(found) if "km" in text or ":" in text] == ["2 km", "1:120 000"]
    assert sum(halves) == pytest.approx(2_000 * 1000 / 120_000, abs=0.01)


@pytest.mark.parametrize(
    ("length_m", "whole_m", "figure"), [(500, 500, "500 m"), (1000, 1000, "1 km"), (2500, 5000, "2.5 km")]
)
def test_a_bar_counts_in_metres_below_a_kilometre(length_m: float, whole_m: float, figure: str) -> None:
    assert scale_figure(length_m, whole_m, with_unit=True) == figure


def test_north_is_named_in_the_language_of_the_reader() -> None:
    assert [lang for lang in ("zh", "en") if "北" in written(drawn(Mapped("1", PLOT, None), lang=lang))] == [
        "zh"
    ]
    assert "N" in written(drawn(Mapped("1", PLOT, None), lang="en"))


def test_numbers_of_places_on_one_spot_do_not_cover_each_other() -> None:
    here = (112.43, 39.33)
    found = drawn(*(Mapped(str(number), None, here) for number in range(1, 5)))
    discs = number_discs(found)
    assert len(discs) == 4
    assert min(math.dist(*pair) for pair in itertools.combinations(discs, 2)) > 2 * 2.7
    assert [text for text in written(found) if text.isdigit() and len(text) == 1 and text != "0"] == list(
        "1234"
    )


def test_a_number_stands_on_its_place_where_the_place_is_large_and_beside_it_where_small() -> None:
    large, small = drawn(Mapped("1", PLOT, None)), drawn(Mapped("1", PLOT, None), zones=(ZONE,))
    for found, is_inside in ((large, True), (small, False)):
        across, down = zip(*outline_spots(found, "#e9c9b4")[0], strict=True)
        ((x, y),) = number_discs(found)
        assert (min(across) < x < max(across) and min(down) < y < max(down)) is is_inside


def test_a_hole_is_left_open() -> None:
    hole = (
        ((112.0, 39.0), (112.1, 39.0), (112.1, 39.1)),
        ((112.05, 39.02), (112.08, 39.02), (112.08, 39.05)),
    )
    (path,) = [
        path for path in parts(drawn(Mapped("1", hole, None)), "path") if path.get("fill") == "#e9c9b4"
    ]
    assert (path.attrib["fill-rule"], path.attrib["d"].count("Z")) == ("evenodd", 2)


def test_what_has_no_position_is_not_drawn() -> None:
    found = drawn(Mapped("1", None, None), Mapped("2", None, (112.43, 39.33)))
    assert len(number_discs(found)) == 1
    assert draw_map([Mapped("1", None, None), Mapped("2", (), None)], zones=(ZONE,), width_mm=104,
                    height_mm=70, lang="zh") is None  # fmt: skip
