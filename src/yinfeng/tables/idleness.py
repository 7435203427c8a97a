"""Ledgers → the question of idleness, and the answer with everything its pages need."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from yinfeng.core.errors import Fault
from yinfeng.core.figures import Figure
from yinfeng.core.idleness.problem import Event, Parcel, Place, Problem
from yinfeng.core.idleness.result import Answer, Result
from yinfeng.core.idleness.rules import LandRules
from yinfeng.core.idleness.solve import solve
from yinfeng.core.idleness.story import AssetStep, Story, returned_area, tell
from yinfeng.core.idleness.summary import Line, by_state, idle_figures
from yinfeng.core.rulebook import Rules
from yinfeng.core.units import M2_PER_HECTARE
from yinfeng.core.working_days import WorkingDays
from yinfeng.tables.books import Books
from yinfeng.tables.idleness_rules import efficiency_rules, land_rules, read_idleness_rules
from yinfeng.tables.read import Ledger
from yinfeng.tables.rulebook import read_working_days

WANTED: Final = ("places", "land_supply", "land_events", "asset_steps", "zones")
NEEDED: Final = ("places", "land_supply", "asset_steps")
"""At least one of these must be there."""

_PARCEL: Final[Mapping[str, str]] = {
    "id": "supervision_no",
    "zone": "zone_id",
    "holder": "holder",
    "area_ha": "area_ha",
    "due_area_ha": "due_area_ha",
    "built_area_ha": "built_area_ha",
    "total_wan": "total_investment_wan",
    "invested_wan": "invested_wan",
    "price_wan": "price_wan",
    "fees_wan": "land_fees_wan",
    "deliver_on": "deliver_on",
    "delivered_on": "delivered_on",
    "start_on": "start_on",
    "complete_on": "complete_on",
    "started_on": "started_on",
    "completed_on": "completed_on",
    "permit_on": "permit_on",
    "foundation": "foundation_kind",
    "foundation_share": "foundation_share",
    "foundation_on": "foundation_on",
    "stopped_on": "stopped_on",
    "cause": "idle_cause",
    "cause_since": "cause_since",
    "cause_until": "cause_until",
    "output_wan_mu": "output_wan_mu",
    "output_floor_wan_mu": "output_floor_wan_mu",
}
"""Field of a parcel → column of the ledger of land supply, where it is taken as it stands."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Idleness:
    """What is asked and answered, with the rows it rests on."""

    on: date
    since: date
    """First day of the period of the area returned to use."""
    rules: Rules
    land: LandRules
    calendar: WorkingDays
    result: Result
    parcels: Mapping[str, Parcel]
    places: Mapping[str, Place]
    stories: tuple[Story, ...]
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    ledgers: Mapping[str, Ledger]
    faults: tuple[Fault, ...]
    zone_names: Mapping[str, str]
    positions: Mapping[str, int]
    """Parcel → position of its row in the ledger of land supply."""

    def contract(self, id_: str) -> Mapping[str, Any]:
        """Give a parcel's row as the ledger of land supply has it."""
        table = self.ledgers["land_supply"].table
        return dict(table.slice(self.positions[id_], 1).to_pylist()[0])

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Parcels first, then places."""
        return (*self.result.parcels, *self.result.places)

    def subject(self, answer: Answer) -> Parcel | Place:
        """Give what an answer is about."""
        return self.parcels[answer.id] if answer.is_parcel else self.places[answer.id]


def judge_books(books: Books, rulebook: str, on: date, *, since: date | None = None) -> Idleness:
    """Answer for the ledgers of land and places on a day. Raises InputError where the rulebook lacks entries.

    since: first day of the period whose area returned to use is summed; the first of the year where None.
    """
    rules = read_idleness_rules(rulebook, on)
    land, calendar = land_rules(rules), read_working_days(rulebook, on)
    since = since or date(on.year, 1, 1)
    with _uncollected():
        ledgers = books.ledgers
        steps = asset_steps(ledgers)
        events = _events(ledgers)
        parcels = _parcels(ledgers, events)
        stories = _stories(steps, ledgers, on)
        places = _places(ledgers, events, parcels, stories)
        result = solve(
            Problem(
                on=on,
                land=land,
                efficiency=efficiency_rules(rules),
                calendar=calendar,
                parcels=tuple(parcels.values()),
                places=tuple(places.values()),
            )
        )
        return Idleness(
            on=on,
            since=since,
            rules=rules,
            land=land,
            calendar=calendar,
            result=result,
            parcels=parcels,
            places=places,
            stories=stories,
            lines=by_state(result, parcels, places),
            figures=(*idle_figures(result, parcels, on), *_returned(steps, since, on)),
            ledgers=ledgers,
            faults=books.faults,
            zone_names=_zone_names(ledgers),
            positions={id_: at for at, id_ in enumerate(parcels)},
        )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave garbage lie: among so many rows that stay, looking for it costs more than the clocks."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _column(ledger: Ledger, name: str) -> list[Any]:
    values: list[Any] = ledger.table.column(name).to_pylist()
    return values


def _per_cent(share: float | None) -> float | None:
    """Give a share in per cent: 40, 40% and a cell of Excel that shows 40% (0.4) are the same."""
    return share if share is None or share > 1 else share * 100


def _events(ledgers: Mapping[str, Ledger]) -> dict[str, tuple[Event, ...]]:
    """Give the events by the parcel or place they name."""
    ledger = ledgers.get("land_events")
    if ledger is None:
        return {}
    names = (
        "event_id", "row", "parcel_id", "event", "happened_on", "until_on", "cause", "cause_verified",
        "foundation_share", "amount_wan", "document", "decided_by",
    )  # fmt: skip
    by_subject: dict[str, list[Event]] = {}
    for id_, row, subject, kind, on, until, cause, verified, share, amount, document, by in zip(
        *(_column(ledger, name) for name in names), strict=True
    ):
        event = Event(
            id=id_ or f"#{row}", kind=kind, on=on, until=until, cause=cause, is_verified=verified,
            share=_per_cent(share), amount_wan=amount, document=document, by=by,
        )  # fmt: skip
        by_subject.setdefault(subject, []).append(event)
    return {subject: tuple(events) for subject, events in by_subject.items()}


def _parcels(ledgers: Mapping[str, Ledger], events: Mapping[str, tuple[Event, ...]]) -> dict[str, Parcel]:
    ledger = ledgers.get("land_supply")
    if ledger is None:
        return {}
    kinds = _kinds(ledgers)
    columns = [_column(ledger, name) for name in _PARCEL.values()]
    extra = [
        _column(ledger, name) for name in ("project_name", "location", "investment_has_land", "place_id")
    ]
    parcels: dict[str, Parcel] = {}
    fields = tuple(_PARCEL)
    for cells, name, location, has_land, place in zip(zip(*columns, strict=True), *extra, strict=True):
        own = events.get(cells[0], ())
        kind = kinds.get(place, "") if place else ""
        if kind == "land":
            own = (*own, *events.get(place, ()))
        values = dict(zip(fields, cells, strict=True))
        values["foundation_share"] = _per_cent(values["foundation_share"])
        parcels[cells[0]] = Parcel(
            **values,
            name=name or location or "",
            includes_land=bool(has_land),
            building=place if kind == "building" else None,
            events=own,
        )
    return parcels


def _kinds(ledgers: Mapping[str, Ledger]) -> dict[str, str]:
    """Give the kind of each place; a line stands in a building."""
    if "places" not in ledgers:
        return {}
    places = ledgers["places"]
    kinds = zip(_column(places, "place_id"), _column(places, "kind"), strict=True)
    return {place: "building" if kind == "line" else kind for place, kind in kinds}


def _places(
    ledgers: Mapping[str, Ledger],
    events: Mapping[str, tuple[Event, ...]],
    parcels: Mapping[str, Parcel],
    stories: Iterable[Story],
) -> dict[str, Place]:
    ledger = ledgers.get("places")
    if ledger is None:
        return {}
    contract_of: dict[str, Parcel] = {}
    if "land_supply" in ledgers:
        supply = ledgers["land_supply"]
        for place, number in zip(_column(supply, "place_id"), _column(supply, "supervision_no"), strict=True):
            if place is not None:
                contract_of[place] = parcels[number]
    story_of = {story.asset: story for story in stories}
    names = (
        "place_id", "place_name", "zone_id", "kind", "status", "owner_kind", "idle_since", "area_m2",
    )  # fmt: skip
    places: dict[str, Place] = {}
    for id_, name, zone, kind, status, owner, idle, area in zip(
        *(_column(ledger, column) for column in names), strict=True
    ):
        story = story_of.get(id_)
        is_back = story is not None and story.state == "returned"
        if story is not None and area is not None:
            is_back = is_back and story.returned_m2 >= area
        places[id_] = Place(
            id=id_, name=name or id_, zone=zone, kind=kind, status=status, owner_kind=owner,
            idle_since=idle or (story.idle_since if story is not None else None), area_m2=area,
            contract=contract_of.get(id_), events=events.get(id_, ()),
            returned_on=story.returned_on if story is not None and is_back else None,
        )  # fmt: skip
    return places


def asset_steps(ledgers: Mapping[str, Ledger]) -> tuple[AssetStep, ...]:
    """Give the rows of the stories of idle assets; a zone left blank is that of the place."""
    ledger = ledgers.get("asset_steps")
    if ledger is None:
        return ()
    zones: dict[str, str] = {}
    if "places" in ledgers:
        places = ledgers["places"]
        zones = dict(zip(_column(places, "place_id"), _column(places, "zone_id"), strict=True))
    names = (
        "step_id", "row", "place_id", "place_name", "zone_id", "step", "happened_on", "party", "area_m2",
        "way", "document",
    )  # fmt: skip
    return tuple(
        AssetStep(
            id=id_ or f"#{row}",
            asset=asset,
            name=name,
            zone=zone or zones.get(asset),
            kind=kind,
            on=on,
            party=party,
            area_m2=area,
            way=way,
            document=document,
        )
        for id_, row, asset, name, zone, kind, on, party, area, way, document in zip(
            *(_column(ledger, column) for column in names), strict=True
        )
    )


def _stories(steps: tuple[AssetStep, ...], ledgers: Mapping[str, Ledger], on: date) -> tuple[Story, ...]:
    areas: dict[str, float] = {}
    idle: dict[str, date] = {}
    if "places" in ledgers:
        places = ledgers["places"]
        rows = zip(*(_column(places, c) for c in ("place_id", "area_m2", "idle_since")), strict=True)
        for id_, area, since in rows:
            areas |= {id_: area} if area is not None else {}
            idle |= {id_: since} if since is not None else {}
    if "land_supply" in ledgers:
        land = ledgers["land_supply"]
        for id_, area in zip(_column(land, "supervision_no"), _column(land, "area_ha"), strict=True):
            areas.setdefault(id_, area * M2_PER_HECTARE)
    return tell(steps, on, areas, idle)


def _returned(steps: tuple[AssetStep, ...], since: date, on: date) -> Iterator[Figure]:
    """Sum the area returned in each zone, and in all where there are several."""
    if not steps:
        return
    period = f"{since}–{on}"
    zones = sorted({step.zone or "" for step in steps})
    if len(zones) > 1:
        yield returned_area(steps, zone=None, start=since, end=on, period=period)
    for zone in zones:
        own = [step for step in steps if (step.zone or "") == zone]
        yield returned_area(own, zone=zone or None, start=since, end=on, period=period)


def _zone_names(ledgers: Mapping[str, Ledger]) -> dict[str, str]:
    if "zones" not in ledgers:
        return {}
    zones = ledgers["zones"]
    return dict(zip(_column(zones, "zone_id"), _column(zones, "zone_name"), strict=True))
