"""Figures of a plan by zone; what lies in a zone, in its parent and in a region counts once in each sum."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from yinfeng.core.matching.vacancies import PlaceReport
from yinfeng.tables.planning import Plan


@dataclass(frozen=True, slots=True)
class ZoneTotals:
    """What a plan does in a zone."""

    zone: str
    places: int
    free_m2: int
    taken_m2: int
    projects: int  # of a bundle or of a share each once
    yuan: int  # a year


def own_totals(plan: Plan) -> tuple[ZoneTotals, ...]:
    """Sum by the zone each place names itself, the smallest it lies in: these sums may be added up."""
    by_zone = _by_zone(plan)
    return tuple(_sum(plan, by_zone, zone, {zone}) for zone in sorted(set(plan.model.facts.places.zone)))


def covering_totals(plan: Plan) -> tuple[ZoneTotals, ...]:
    """Sum for every zone and region that covers others what lies in it at any depth.

    These sums overlap one another and must not be added up.
    """
    facts = plan.model.facts
    inside: dict[str, set[str]] = {}
    for zone in set(facts.places.zone):
        for cover in facts.zones[zone].within:
            inside.setdefault(cover, set()).add(zone)
    by_zone = _by_zone(plan)
    return tuple(
        _sum(plan, by_zone, cover, zones) for cover, zones in sorted(inside.items()) if zones != {cover}
    )


def _by_zone(plan: Plan) -> dict[str, list[PlaceReport]]:
    found: dict[str, list[PlaceReport]] = {}
    zones = list(plan.model.facts.places.zone)
    for report in plan.places:
        found.setdefault(zones[report.place], []).append(report)
    return found


def _sum(
    plan: Plan, by_zone: Mapping[str, Sequence[PlaceReport]], name: str, zones: Collection[str]
) -> ZoneTotals:
    here = [report for zone in zones for report in by_zone.get(zone, ())]
    projects = {i for report in here for i in report.takers}
    return ZoneTotals(
        zone=name,
        places=len(here),
        free_m2=sum(report.free for report in here),
        taken_m2=sum(report.used for report in here),
        projects=len(projects),
        yuan=sum(sum(plan.projects[i].components) for i in projects),
    )
