"""The question a response pack answers: an investor's need and the places chosen for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from yinfeng.bulletins.drawn_map import Outline, positions
from yinfeng.bulletins.map_frame import Point
from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text

Words = Text | str
"""A sentence of the product in both languages, or words of a ledger as they were written."""

MOST_PLACES: Final = 4
"""As many as fit side by side on A4."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of a need or a place, with its unit in its value."""

    label: Text
    value: Words | None
    """None where the ledger does not say; it is printed as not stated, never left out."""
    lack: Text | None = None
    """Where the value falls short of the need: by how much, in words."""
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts that belong together, such as the utilities."""

    title: Text
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPlace:
    """A place as the investor is to see it."""

    id: str
    name: str
    zone_name: str
    kind: Text
    fit: Text
    """How well it answers the need, in one sentence."""
    groups: tuple[FactGroup, ...]
    reasons: tuple[Words, ...]
    """What fits, a sentence each."""
    shortfalls: tuple[Words, ...]
    """What lacks, a sentence each, with the amount missing."""
    terms: tuple[Fact, ...]
    """Rent, price, date of handover and the like."""
    verified_on: date | None
    """When somebody last checked it on site; None where it never was."""
    leading_industries: tuple[Words, ...]
    chain_neighbours: tuple[Words, ...]
    """Firms of the zone before or after it in the chain of industry."""
    is_synthetic: bool
    """Whether its row holds made-up fields."""
    outline: Outline | None
    point: Point | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The question of `response_pack`: one investor's need and one to four places."""

    title: Words
    zone: Words
    """Who gives the pack; stands at the head of every page."""
    made_on: date
    answers: Words
    """Who it answers."""
    need: tuple[Fact, ...]
    places: tuple[PackedPlace, ...]
    zone_outlines: tuple[Outline, ...] = ()
    contact: tuple[Words, ...]
    reference: str
    share_address: str
    share_expires_on: date | None = None
    seal: Words | None = None
    """A line that proves the pack later, such as the head of the audit chain; printed on every page."""


def check_pack(pack: Pack) -> None:
    """Raise `InputError` with every fault: the number of places, a position that is not on the earth."""
    if faults := [*_count_faults(pack), *_position_faults(pack)]:
        raise InputError(faults)


def _count_faults(pack: Pack) -> Iterator[Fault]:
    if not 1 <= len(pack.places) <= MOST_PLACES:
        yield problem_fault(
            "places-per-pack",
            len(pack.places),
            Text(f"1 到 {MOST_PLACES} 个场地", f"1 to {MOST_PLACES} places"),
            Text("请增减所选场地", "choose more or fewer places"),
        )


def _position_faults(pack: Pack) -> Iterator[Fault]:
    shown = [("zone_outlines", positions(outline, None)) for outline in pack.zone_outlines]
    shown += [(place.id, positions(place.outline, place.point)) for place in pack.places]
    for name, points in shown:
        for longitude, latitude in points:
            if not (abs(longitude) <= 180 and abs(latitude) < 90):
                yield problem_fault(
                    "position-off-the-earth",
                    f"{name}: {longitude}, {latitude}",
                    Text("以度为单位的经度和纬度", "longitude and latitude in degrees"),
                    Text("请更正台账中的坐标", "mend the coordinates in the ledger"),
                )
