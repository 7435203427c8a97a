"""A map drawn from outlines and points alone: no base map, nothing fetched."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as Xml

from yinfeng.bulletins.map_frame import Frame, Point, Spot, fit_frame, round_length
from yinfeng.core.text import Lang, Text

Ring = tuple[Point, ...]
Outline = tuple[Ring, ...]
"""Outer and inner rings of one or several polygons; what an even number of rings encloses is a hole."""

INK: Final = "#17324d"
_ACCENT, _GRID, _GROUND, _PLOT, _PAPER = "#b3402e", "#c9d3dc", "#f6f8fa", "#e9c9b4", "#ffffff"
_FONT: Final = "Noto Sans SC"
_STRIP_MM: Final = 9.0
_MARGIN_SHARE: Final = 0.12
"""Of the shorter side of the map, left free round what is shown."""
_DISC_MM: Final = 2.7
_LETTER_MM: Final = 2.1
_BAR_WITH_MIDDLE_MM: Final = 20.0
_SPREAD_ROUNDS: Final = 80


@dataclass(frozen=True, slots=True)
class Mapped:
    """Something to find on the map by its number."""

    number: str
    outline: Outline | None
    point: Point | None


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A finished drawing: SVG whose units are millimetres of paper."""

    svg: str
    width_mm: float
    height_mm: float
    denominator: int
    """The map is at 1:denominator where it is printed at its own size."""
    latitude: float
    """Where its scale holds exactly."""


def draw_map(
    things: Sequence[Mapped],
    *,
    zones: Sequence[Outline] = (),
    width_mm: float,
    height_mm: float,
    lang: Lang,
) -> DrawnMap | None:
    """Draw places and zone boundaries with numbers, grid of degrees, north arrow and scale bar.

    Bar and arrow stand in a strip below the map, where they hide nothing; ``height_mm`` counts it in.
    The drawing holds numbers only, no names. None where nothing has a position.
    """
    places = [thing for thing in things if positions(thing.outline, thing.point)]
    if not places:
        return None
    points = [point for zone in zones for point in positions(zone, None)]
    points += [point for thing in places for point in positions(thing.outline, thing.point)]
    map_mm = height_mm - _STRIP_MM
    margin_mm = _MARGIN_SHARE * min(width_mm, map_mm)
    frame = fit_frame(points, width_mm=width_mm, height_mm=map_mm, margin_mm=margin_mm)
    svg = Xml.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width_mm:g} {height_mm:g}",
            "width": f"{width_mm:g}mm",
            "height": f"{height_mm:g}mm",
        },
    )
    _draw_ground(svg, frame)
    for zone in zones:
        _draw_outline(svg, frame, zone, fill="none", stroke=INK, dash="2 1", width_mm=0.35)
    for thing in places:
        if thing.outline:
            _draw_outline(svg, frame, thing.outline, fill=_PLOT, stroke=_ACCENT, width_mm=0.3)
    _draw_numbers(svg, frame, places)
    _rectangle(svg, (0.1, 0.1), frame.width_mm - 0.2, frame.height_mm - 0.2, fill="none", stroke=INK)
    _draw_north(svg, frame, lang)
    _draw_scale(svg, frame)
    return DrawnMap(Xml.tostring(svg, "unicode"), width_mm, height_mm, frame.denominator, frame.middle[1])


def positions(outline: Outline | None, point: Point | None) -> list[Point]:
    """Give every point of an outline, and the point itself."""
    corners = [corner for ring in outline or () for corner in ring]
    return [*corners, point] if point else corners


def _draw_ground(svg: Xml.Element, frame: Frame) -> None:
    """Fill the map and draw the grid of degrees with its figures."""
    _rectangle(svg, (0, 0), frame.width_mm, frame.height_mm, fill=_GROUND)
    (west, north), (east, south) = frame.point((0, 0)), frame.point((frame.width_mm, frame.height_mm))
    step = round_length((east - west) / 3)
    for longitude in _multiples(west, east, step):
        x, _ = frame.spot((longitude, south))
        _line(svg, (x, 0), (x, frame.height_mm), stroke=_GRID, width_mm=0.15)
        if 8 < x < frame.width_mm - 8:
            _write(svg, (x + 0.6, frame.height_mm - 0.9), _degrees(longitude, step, "E"), fill="#5b6b7a")
    for latitude in _multiples(south, north, step):
        _, y = frame.spot((west, latitude))
        _line(svg, (0, y), (frame.width_mm, y), stroke=_GRID, width_mm=0.15)
        if 4 < y < frame.height_mm - 5:
            _write(svg, (0.8, y - 0.6), _degrees(latitude, step, "N"), fill="#5b6b7a")


def _multiples(low: float, high: float, step: float) -> list[float]:
    return [step * count for count in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _degrees(degrees: float, step: float, side: str) -> str:
    decimals = max(0, -math.floor(math.log10(step)))
    return f"{degrees:.{decimals}f}°{side}"


def _draw_outline(
    svg: Xml.Element,
    frame: Frame,
    outline: Outline,
    *,
    fill: str,
    stroke: str,
    width_mm: float,
    dash: str = "none",
) -> None:
    rings = (" L".join(_pair(frame.spot(point)) for point in ring) for ring in outline if ring)
    style = {"fill": fill, "fill-rule": "evenodd", "stroke": stroke, "stroke-linejoin": "round"}
    style |= {"stroke-width": f"{width_mm:g}", "stroke-dasharray": dash}
    Xml.SubElement(svg, "path", {"d": " ".join(f"M{ring} Z" for ring in rings), **style})


def _draw_numbers(svg: Xml.Element, frame: Frame, places: Sequence[Mapped]) -> None:
    """Put each number on its place, or beside it with a line where it would hide it or another number."""
    anchors = [_anchor(frame, thing) for thing in places]
    wanted = [_label_spot(frame, thing, anchor) for thing, anchor in zip(places, anchors, strict=True)]
    discs = _spread(wanted, frame)
    for anchor, disc in zip(anchors, discs, strict=True):
        if math.dist(anchor, disc) > 0.5:
            _line(svg, anchor, disc, stroke=INK, width_mm=0.25)
            _disc(svg, anchor, 0.7, fill=_ACCENT)
    for thing, disc in zip(places, discs, strict=True):
        _disc(svg, disc, _DISC_MM, fill=INK)
        _write(svg, (disc[0], disc[1] + 1.1), thing.number, fill=_PAPER, size_mm=3.0, anchor="middle")


def _anchor(frame: Frame, thing: Mapped) -> Spot:
    """Give the spot of a thing's own point, else the middle of its outline's extent."""
    if thing.point:
        return frame.spot(thing.point)
    left, right, top, bottom = _extent(frame, thing)
    return (left + right) / 2, (top + bottom) / 2


def _label_spot(frame: Frame, thing: Mapped, anchor: Spot) -> Spot:
    """Choose the anchor itself where the outline is large enough to be seen round the number."""
    left, right, top, bottom = _extent(frame, thing)
    if min(right - left, bottom - top) >= 3 * _DISC_MM:
        return anchor
    return anchor[0] + 1.6 * _DISC_MM, anchor[1] - 1.6 * _DISC_MM


def _extent(frame: Frame, thing: Mapped) -> tuple[float, float, float, float]:
    across, down = zip(*(frame.spot(point) for point in positions(thing.outline, thing.point)), strict=True)
    return min(across), max(across), min(down), max(down)


def _spread(wanted: Sequence[Spot], frame: Frame) -> list[Spot]:
    """Push discs that overlap apart, little by little, and keep them on the map."""
    spots = list(wanted)
    apart = 2 * _DISC_MM + 0.6
    for _ in range(_SPREAD_ROUNDS):
        for first in range(len(spots)):
            for second in range(first + 1, len(spots)):
                spots[first], spots[second] = _pushed(spots[first], spots[second], apart)
        spots = [_kept_inside(spot, frame) for spot in spots]
    return spots


def _pushed(first: Spot, second: Spot, apart: float) -> tuple[Spot, Spot]:
    distance = math.dist(first, second)
    if distance >= apart:
        return first, second
    # Two discs on one spot part to left and right.
    turn = math.atan2(second[1] - first[1], second[0] - first[0]) if distance else 0.0
    half = (apart - distance) / 2
    across, down = half * math.cos(turn), half * math.sin(turn)
    return (first[0] - across, first[1] - down), (second[0] + across, second[1] + down)


def _kept_inside(spot: Spot, frame: Frame) -> Spot:
    edge = _DISC_MM + 0.5
    return (
        min(max(spot[0], edge), frame.width_mm - edge),
        min(max(spot[1], edge), frame.height_mm - edge),
    )


def _draw_north(svg: Xml.Element, frame: Frame, lang: Lang) -> None:
    x, top = frame.width_mm - 2.2, frame.height_mm + 1.6
    _path(svg, f"M{x:g} {top:g} l2 6 l-2 -1.4 Z", fill=INK)
    _path(svg, f"M{x:g} {top:g} l-2 6 l2 -1.4 Z", fill=_PAPER)
    _write(svg, (x - 5, top + 4), Text("北", "N").of(lang), fill=INK, size_mm=2.8, anchor="middle")


def _draw_scale(svg: Xml.Element, frame: Frame) -> None:
    """Draw the bar in two halves with its length, and the scale as a ratio."""
    length_m = round_length(frame.width_mm * 0.4 * frame.denominator / 1000)
    length_mm, top = frame.mm(length_m), frame.height_mm + 2.2
    left = 1.0
    _rectangle(svg, (left, top), length_mm / 2, 1.2, fill=INK, stroke=INK)
    _rectangle(svg, (left + length_mm / 2, top), length_mm / 2, 1.2, fill=_PAPER, stroke=INK)
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        if share == 0.5 and length_mm < _BAR_WITH_MIDDLE_MM:
            continue
        figure = scale_figure(share * length_m, length_m, with_unit=share == 1.0)
        _write(svg, (left + share * length_mm, top + 4.2), figure, fill=INK, size_mm=2.4, anchor=anchor)
    ratio = f"1:{frame.denominator:,}".replace(",", " ")
    _write(svg, (frame.width_mm - 11, top + 3.4), ratio, fill=INK, size_mm=2.6, anchor="end")


def scale_figure(length_m: float, whole_m: float, *, with_unit: bool) -> str:
    """Write a length of a scale bar in metres, or in kilometres where the whole bar has one or more."""
    figure, unit = (length_m / 1000, "km") if whole_m >= 1000 else (length_m, "m")
    return f"{figure:g} {unit}" if with_unit else f"{figure:g}"


def _pair(spot: Spot) -> str:
    return f"{spot[0]:.2f} {spot[1]:.2f}"


def _rectangle(
    svg: Xml.Element, corner: Spot, width_mm: float, height_mm: float, *, fill: str, stroke: str = "none"
) -> None:
    sizes = {"x": corner[0], "y": corner[1], "width": width_mm, "height": height_mm}
    style = {"fill": fill, "stroke": stroke, "stroke-width": "0.2"}
    Xml.SubElement(svg, "rect", {**{name: f"{size:.2f}" for name, size in sizes.items()}, **style})


def _line(svg: Xml.Element, start: Spot, end: Spot, *, stroke: str, width_mm: float) -> None:
    path = f"M{_pair(start)} L{_pair(end)}"
    Xml.SubElement(
        svg, "path", {"d": path, "stroke": stroke, "stroke-width": f"{width_mm:g}", "fill": "none"}
    )


def _path(svg: Xml.Element, path: str, *, fill: str) -> None:
    Xml.SubElement(svg, "path", {"d": path, "fill": fill, "stroke": INK, "stroke-width": "0.2"})


def _disc(svg: Xml.Element, middle: Spot, radius_mm: float, *, fill: str) -> None:
    place = {"cx": f"{middle[0]:.2f}", "cy": f"{middle[1]:.2f}", "r": f"{radius_mm:g}"}
    Xml.SubElement(svg, "circle", {**place, "fill": fill, "stroke": _PAPER, "stroke-width": "0.3"})


def _write(
    svg: Xml.Element,
    foot: Spot,
    words: str,
    *,
    fill: str,
    size_mm: float = _LETTER_MM,
    anchor: str = "start",
) -> None:
    place = {"x": f"{foot[0]:.2f}", "y": f"{foot[1]:.2f}", "text-anchor": anchor}
    style = {"font-family": _FONT, "font-size": f"{size_mm:g}", "fill": fill}
    Xml.SubElement(svg, "text", {**place, **style}).text = words
