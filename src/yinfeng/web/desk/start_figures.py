"""The zone's figures, each with the list of the rows behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Sum

from yinfeng.core.matching.facts import NOT_LOOKING
from yinfeng.core.text import Text
from yinfeng.core.units import M2_PER_MU
from yinfeng.tables.schema import HEADER_UNIT, QUOTA_UNIT, choice_label, choices
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.facets import UNKNOWN
from yinfeng.web.desk.start_lines import list_link
from yinfeng.web.desk.start_places import Group
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.attention import IDLE
from yinfeng.web.ledgers.ranges import BLANK
from yinfeng.web.ledgers.zone_tree import ZoneTree
from yinfeng.web.projects.models import Project
from yinfeng.web.zones.models import Quota
from yinfeng.web.zones.policy import visible

WAN_PER_YI: Final = 10_000
KINDS: Final = ("land", "building")
_ARRANGED: Final = ("reserved", "in_use")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the rows behind it."""

    count: int
    link: str
    area_m2: float = 0.0

    @property
    def area_mu(self) -> float:
        """The area in mu."""
        return self.area_m2 / float(M2_PER_MU)


@dataclass(frozen=True, slots=True)
class PlaceState:
    """Places in one state: land, buildings and lines."""

    label: Text
    land: Figure
    building: Figure
    line: Figure


@dataclass(frozen=True, slots=True)
class Stage:
    """Projects at one stage with their fixed investment."""

    label: Text
    count: int
    investment_yi: float
    """亿元 (10⁸ yuan)."""
    link: str


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a resource over the quotas of zones."""

    label: Text
    unit: Text
    quotas: int
    capacity: float
    left: float
    link: str

    @property
    def percent(self) -> int:
        """Share that is left [%], within 0 and 100."""
        return max(0, min(100, round(100 * self.left / self.capacity))) if self.capacity > 0 else 0


@dataclass(frozen=True, slots=True)
class ZoneFigures:
    """One zone with those below it."""

    name: str
    link: str
    idle_land: Figure
    idle_building: Figure
    released: Figure
    overdue: Figure
    projects: Stage


def place_states(groups: Iterable[Group]) -> tuple[PlaceState, ...]:
    """Give the places by state, what nobody noted last."""
    found = tuple(groups)
    codes = [(one.code, one.label) for one in choices("place_status")]
    rows = []
    for code, label in [*codes, ("", UNKNOWN)]:
        of = [group for group in found if group.status == code]
        if of:
            figures = [_places(of, kind, (code or BLANK,)) for kind in (*KINDS, "line")]
            rows.append(PlaceState(label, *figures))
    return tuple(rows)


def highlights(groups: Iterable[Group], day: date) -> dict[str, Figure]:
    """Give what is idle, what is shown to the public, and what was idle once and is arranged."""
    found = tuple(groups)
    released = [group for group in found if group.is_released]
    arranged = [group for group in found if group.status in _ARRANGED]
    reused = list_link("places", chosen={"status": _ARRANGED}, ranges={"idle_since": f"..{day}"})
    return {
        "idle_land": idle(found, "land"),
        "idle_building": idle(found, "building"),
        "released": Figure(
            sum(group.places for group in released), list_link("places", chosen={"is_released": ("yes",)})
        ),
        "reused": Figure(
            sum(group.once_idle for group in arranged), reused, sum(group.once_idle_m2 for group in arranged)
        ),
    }


def idle(groups: Iterable[Group], kind: str, zone: str = "") -> Figure:
    """Give what is free of the idle places of a kind."""
    of = [group for group in groups if group.kind == kind and group.status in IDLE]
    chosen = _of_zone(zone) | {"kind": (kind,), "status": IDLE}
    link = list_link("places", chosen=chosen)
    return Figure(sum(group.places for group in of), link, sum(group.free_m2 for group in of))


def stages(rows: Iterable[Mapping[str, Any]]) -> tuple[Stage, ...]:
    """Give the projects by stage; rows: as `project_rows` gives them."""
    found = tuple(rows)
    codes = [(one.code, one.label) for one in choices("project_stage")]
    return tuple(
        _stage(label, of, {"stage": (code or BLANK,)})
        for code, label in [*codes, ("", UNKNOWN)]
        if (of := [row for row in found if row["stage"] == code])
    )


def project_rows(user: User) -> list[Mapping[str, Any]]:
    """Count the projects a user may see by zone and stage; one query."""
    rows = visible(user, "projects", Project.objects.order_by()).values("zone_id", "stage")
    return list(rows.annotate(projects=Count("pk"), wan=Sum("fixed_investment_wan")))


def quotas_left(user: User) -> tuple[Left, ...]:
    """Give what is left of each resource, the scarcest first; one query."""
    rows = visible(user, "quotas", Quota.objects.filter(scope_kind="zone").order_by())
    found = []
    for row in rows.values("resource").annotate(n=Count("pk"), capacity=Sum("capacity"), used=Sum("used")):
        resource, capacity = row["resource"], row["capacity"] or 0.0
        chosen = {"scope_kind": ("zone",), "resource": (resource or BLANK,)}
        found.append(
            Left(
                label=choice_label("quota_resource", resource) if resource else UNKNOWN,
                unit=HEADER_UNIT.get(QUOTA_UNIT.get(resource, ""), Text("", "")),
                quotas=row["n"],
                capacity=capacity,
                left=capacity - (row["used"] or 0.0),
                link=list_link("quotas", chosen=chosen),
            )
        )
    return tuple(sorted(found, key=lambda left: left.percent))


def by_zone(
    tree: ZoneTree, groups: Iterable[Group], projects: Iterable[Mapping[str, Any]]
) -> tuple[ZoneFigures, ...]:
    """Give the figures of each zone with those below it, the most idle first; nothing for a single zone.

    Where all lies in one zone, its parts are shown.
    """
    shown = _rows_of(tree)
    of_places: dict[str, list[Group]] = {zone: [] for zone in shown.values()}
    of_projects: dict[str, list[Mapping[str, Any]]] = {zone: [] for zone in shown.values()}
    for group in groups:
        if group.zone_id in shown:
            of_places[shown[group.zone_id]].append(group)
    for row in projects:
        if row["zone_id"] in shown:
            of_projects[shown[row["zone_id"]]].append(row)
    rows = [
        _zone(zone, tree.names[zone], of_places[zone], of_projects[zone])
        for zone in of_places
        if of_places[zone] or of_projects[zone]
    ]
    rows.sort(key=lambda row: -row.idle_land.area_m2 - row.idle_building.area_m2)
    return tuple(rows) if len(rows) > 1 else ()


def _rows_of(tree: ZoneTree) -> dict[str, str]:
    """Give each zone the zone it is counted in: the highest; where that is one, those next below it."""
    chains = {zone: tree.with_those_above(zone) for zone in tree.names}
    tops = {chain[-1] for chain in chains.values()}
    at = 1 if len(tops) > 1 else 2
    return {zone: chain[-at] for zone, chain in chains.items() if len(chain) >= at}


def _zone(zone: str, name: str, places: list[Group], projects: list[Mapping[str, Any]]) -> ZoneFigures:
    in_zone = _of_zone(zone)
    released = sum(group.places for group in places if group.is_released)
    overdue = sum(group.asked["overdue"].count for group in places)
    return ZoneFigures(
        name=name,
        link=record_address("zones", zone),
        idle_land=idle(places, "land", zone),
        idle_building=idle(places, "building", zone),
        released=Figure(released, list_link("places", chosen=in_zone | {"is_released": ("yes",)})),
        overdue=Figure(overdue, list_link("places", chosen=in_zone, named=("overdue",))),
        projects=_stage(
            UNKNOWN, [row for row in projects if row["stage"] not in NOT_LOOKING], in_zone | _LOOKING
        ),
    )


_LOOKING: Final = {
    "stage": (*(one.code for one in choices("project_stage") if one.code not in NOT_LOOKING), BLANK)
}


def _of_zone(zone: str) -> dict[str, tuple[str, ...]]:
    return {"zone_id": (zone,)} if zone else {}


def _places(groups: Iterable[Group], kind: str, status: tuple[str, ...]) -> Figure:
    of = [group for group in groups if group.kind == kind]
    link = list_link("places", chosen={"kind": (kind,), "status": status})
    return Figure(sum(group.places for group in of), link, sum(group.area_m2 for group in of))


def _stage(label: Text, rows: Iterable[Mapping[str, Any]], chosen: Mapping[str, tuple[str, ...]]) -> Stage:
    of = tuple(rows)
    count = sum(row["projects"] for row in of)
    wan = sum(row["wan"] or 0.0 for row in of)
    return Stage(label, count, wan / WAN_PER_YI, list_link("projects", chosen=chosen))
