"""A parcel in plain sight: agreed start 21 July 2023, with only what a test says being special."""

from dataclasses import replace
from datetime import date
from typing import Any

from yinfeng.core.idleness.clock import judge
from yinfeng.core.idleness.problem import Event, Parcel
from yinfeng.core.idleness.result import LandAnswer
from yinfeng.core.idleness.rules import EfficiencyRules, LandRules
from yinfeng.tables.idleness_rules import efficiency_rules, land_rules, read_idleness_rules
from yinfeng.tables.rulebook import read_working_days

_READ = read_idleness_rules("shanxi", date(2026, 1, 1))
LAND: LandRules = land_rules(_READ)
EFFICIENCY: EfficiencyRules = efficiency_rules(_READ)
CALENDAR = read_working_days("shanxi", date(2026, 1, 1))

START = date(2023, 7, 21)
PARCEL = Parcel(id="A1", name="一号地", area_ha=6.0, price_wan=1668.0, start_on=START)


def parcel(*events: Event, **facts: Any) -> Parcel:
    return replace(PARCEL, events=events, **facts)


def event(kind: str, on: str, until: str | None = None, **facts: Any) -> Event:
    end = None if until is None else date.fromisoformat(until)
    id_ = facts.pop("id", f"{kind}@{on}")
    return Event(id=id_, kind=kind, on=date.fromisoformat(on), until=end, **facts)


def judged(on: str, *events: Event, **facts: Any) -> LandAnswer:
    return judge(parcel(*events, **facts), date.fromisoformat(on), LAND, CALENDAR)


def reasons(answer: LandAnswer) -> list[str]:
    return [reason.code for reason in answer.reasons]
