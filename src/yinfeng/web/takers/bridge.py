"""From the database to the engine: one place, what stands in it and beside it, and all who look for a place.

Who looks, and the firms, are kept ready between questions and read again when a ledger has changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

import numpy as np
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from yinfeng.core.matching.facts import NOT_LOOKING, Facts, Firm
from yinfeng.core.matching.model import Model, build
from yinfeng.core.matching.offers import all_offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.takers import Asking, find_takers, prepare_places, prepare_projects
from yinfeng.tables.adjacency import touching
from yinfeng.tables.entry import read_entry
from yinfeng.tables.matching import facts_of
from yinfeng.tables.policy import read_policy
from yinfeng.web.accounts.models import User
from yinfeng.web.leads.models import Lead
from yinfeng.web.ledgers.bridge import Row, rows_of
from yinfeng.web.ledgers.registry import HELD, columns
from yinfeng.web.places.freshness import rulebook_name
from yinfeng.web.places.models import Place
from yinfeng.web.zones.policy import scope, visible

_KEPT: Final = ("zones", "firms", "projects")
_OF_PROJECT: Final = ("zone_id", "stage", "synthetic")
_OF_FIRM: Final = ("firm_id", "firm_name", "zone_id", "industry_code", "products", "seeks_space")
_STEPS: Final = 2  # a bundle has three parcels at most, so its others are two steps away at most


@dataclass(frozen=True, eq=False)
class Lookers:
    """All who look for a place, and what their worth in a zone depends on."""

    policy: Policy
    facts: Facts  # no places
    asking: Asking  # the same projects, ready to be asked about a place
    projects: Mapping[str, Row]  # id → zone_id, stage, synthetic
    firms: Mapping[str, Row]  # id → what `visits.firms_to_ask` looks at, and zone_id
    zone_rows: Sequence[Row]


@dataclass(frozen=True, eq=False)
class Question:
    """A place with those who may be asked about it."""

    projects: Model
    """Of the projects that could take it or come nearest, among those that its reader may see."""
    leads: Model
    """Of the leads, each as a project by its number."""
    lookers: Lookers
    looking: int
    """Projects and leads that were judged."""


def question(place: Place, by: User, *, near: int) -> Question:
    """Pose who could take a place, as far as somebody may see those who look; near: near misses wanted."""
    lookers = _lookers(_stamp(), timezone.localdate())
    own = facts_of(
        {"zones": list(lookers.zone_rows), "places": rows_around(place), "projects": []}, lookers.policy
    )
    own = replace(own, firms=tuple(_firms_of_zone(own, lookers.facts.firms, place.zone_id)))
    asking = facts_of({"zones": [], "places": [], "projects": lead_rows(by)}, lookers.policy)
    seen = _seen_by(lookers, by)
    found = find_takers(seen, prepare_places(own, all_offers(own), lookers.policy), place.place_id, near=near)
    named = np.array(sorted(taker.project for taker in found), dtype=np.int64)
    return Question(
        projects=build(replace(own, projects=seen.projects.take(named)), lookers.policy),
        leads=build(replace(own, projects=asking.projects), lookers.policy),
        lookers=lookers,
        looking=len(seen.projects) + len(asking.projects),
    )


def rows_around(place: Place) -> list[Row]:
    """Give a place, the lines that stand in it, and the parcels it can be bundled with, as rows."""
    wanted = Q(place_id__in={place.place_id} | _bundled_with(place)) | Q(part_of=place.place_id, kind="line")
    return rows_of("places", Place.objects.filter(wanted).order_by("place_id"))


def lead_rows(by: User) -> list[Row]:
    """Give the open leads that say what they need as rows of the projects ledger, known by their numbers."""
    leads = open_leads(by).exclude(need={})
    return [_lead_row(number, name, tuple(sorted(need.items()))) for number, name, need in _told(leads)]


def open_leads(by: User) -> "QuerySet[Lead]":
    """Give the leads a user may see that nobody made a project of."""
    states = (Lead.State.NEW, Lead.State.ANSWERED, Lead.State.VISIT)
    return visible(by, "leads", Lead.objects.filter(state__in=states, project=None)).order_by("number")


def _told(leads: "QuerySet[Lead]") -> Iterable[tuple[str, str, dict[str, str]]]:
    return leads.values_list("number", "firm_name", "need")


@lru_cache(maxsize=1_000)
def _lead_row(number: str, name: str, need: tuple[tuple[str, str], ...]) -> Row:
    """Read what a lead said as a row; what cannot be read is as if it had not been said."""
    blank: Row = {column.name: None for column in columns("projects")}
    blank |= {f"{name}.{part}": None for name in blank for part in ("raw", "strength", "high")}
    told = {column: text for column, text in need if column in blank}
    read = read_entry("projects", told).values
    return blank | dict(read) | {"project_id": number, "project_name": name or number, "stage": "lead"}


def _stamp() -> tuple[object, ...]:
    """Give what changes when a ledger that `Lookers` are made of does."""
    tables = (HELD[ledger].model._default_manager for ledger in _KEPT)
    return tuple(tuple(t.aggregate(Count("pk"), Max("pk"), Max("changed_at")).values()) for t in tables)


@lru_cache(maxsize=1)
def _lookers(_stamped: tuple[object, ...], day: date) -> Lookers:
    rows = {ledger: rows_of(ledger, _all(ledger)) for ledger in _KEPT}
    rows["projects"] = [row for row in rows["projects"] if row["stage"] not in NOT_LOOKING]
    policy = read_policy(rulebook_name(), day)
    facts = facts_of({**rows, "places": []}, policy)
    return Lookers(
        policy=policy,
        facts=facts,
        asking=prepare_projects(facts.projects, policy),
        projects={row["project_id"]: _only(row, _OF_PROJECT) for row in rows["projects"]},
        firms={row["firm_id"]: _only(row, _OF_FIRM) for row in rows["firms"]},
        zone_rows=rows["zones"],
    )


def _only(row: Row, names: Sequence[str]) -> Row:
    return {name: row[name] for name in names}


def _all(ledger: str) -> "QuerySet[Any]":
    return HELD[ledger].model._default_manager.order_by(HELD[ledger].key)


def _seen_by(lookers: Lookers, by: User) -> Asking:
    """Keep the projects that somebody may see."""
    where, projects = scope(by, "view", "projects"), lookers.facts.projects
    seen = [i for i, key in enumerate(projects.id) if where.covers(lookers.projects[key]["zone_id"])]
    if len(seen) == len(projects):
        return lookers.asking
    return prepare_projects(projects.take(np.array(seen, dtype=np.int64)), lookers.policy)


def _firms_of_zone(facts: Facts, firms: Iterable[Firm], zone: str) -> Iterable[Firm]:
    """Keep the firms of the place's top-level zone: no others have to do with its worth."""
    root = facts.zones[zone].root
    return (firm for firm in firms if firm.zone in facts.zones and facts.zones[firm.zone].root == root)


def _bundled_with(place: Place) -> set[str]:
    """Give the parcels of the same holder in the same zone that hang together with a parcel."""
    if place.kind != "land" or not place.owner:
        return set()
    parcels = Place.objects.filter(kind="land", zone=place.zone_id, owner=place.owner)
    told = {
        key: (near, shape) for key, near, shape in parcels.values_list("place_id", "adjacent_to", "boundary")
    }
    shapes = {key: shape for key, (_, shape) in told.items() if shape}
    touches = touching(shapes) if len(shapes) > 1 else {}
    beside: dict[str, set[str]] = {key: set(touches.get(key, ())) for key in told}
    for key, (near, _) in told.items():
        for other in near:
            if other in beside:
                beside[key].add(other)
                beside[other].add(key)
    reached = {place.place_id}
    for _ in range(_STEPS):
        reached |= {other for key in reached for other in beside[key]}
    return reached
