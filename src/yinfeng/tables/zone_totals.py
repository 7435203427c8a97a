"""Figures of a plan by zone; what lies in a zone, in its parent and in a region counts once in each sum."""

from dataclasses import dataclass

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
    return tuple(_sum(plan, zone, {zone}) for zone in sorted(set(plan.model.facts.places.zone)))


def covering_totals(plan: Plan) -> tuple[ZoneTotals, ...]:
    """Sum for every zone and region that covers others what lies in it at any depth.

    These sums overlap one another and must not be added up.
    """
    facts = plan.model.facts
    inside: dict[str, set[str]] = {}
    for zone in set(facts.places.zone):
        for cover in facts.zones[zone].within:
            inside.setdefault(cover, set()).add(zone)
    return tuple(_sum(plan, cover, zones) for cover, zones in sorted(inside.items()) if zones != {cover})


def _sum(plan: Plan, name: str, zones: set[str]) -> ZoneTotals:
    places = plan.model.facts.places
    here = [report for report in plan.places if places.zone[report.place] in zones]
    projects = {i for report in here for i in report.takers}
    return ZoneTotals(
        zone=name,
        places=len(here),
        free_m2=sum(report.free for report in here),
        taken_m2=sum(report.used for report in here),
        projects=len(projects),
        yuan=sum(sum(plan.projects[i].components) for i in projects),
    )
