"""The question: parcels with contract and events, places with what is known of their use, a date."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from yinfeng.core.idleness.rules import EfficiencyRules, LandRules
from yinfeng.core.working_days import WorkingDays


class EventKind(StrEnum):
    """What can happen to a parcel; the words of the choice set ``land_event``."""

    DELIVERED = "delivered"
    PERMIT = "permit"
    PIT_DONE = "pit_done"
    PILES_DONE = "piles_done"
    THIRD_DONE = "third_done"
    FOUNDATION = "foundation"
    STARTED = "started"
    STOPPED = "stopped"
    RESUMED = "resumed"
    COMPLETED = "completed"
    DELAY = "delay"
    EXTENSION = "extension"
    TEMPORARY_USE = "temporary_use"
    SUSPECTED = "suspected"
    INVESTIGATION = "investigation"
    REPLY = "reply"
    DETERMINATION = "determination"
    PUBLICATION = "publication"
    WITHDRAWAL = "withdrawal"
    DISPOSAL_PLAN = "disposal_plan"
    HEARING_NOTICE = "hearing_notice"
    HEARING_REQUEST = "hearing_request"
    HEARING = "hearing"
    FEE_DECISION = "fee_decision"
    FEE_PAID = "fee_paid"
    RECOVERY_DECISION = "recovery_decision"
    HANDED_BACK = "handed_back"
    PAID_RECOVERY = "paid_recovery"
    SWAP = "swap"
    REPLANNED = "replanned"
    CLEARED = "cleared"
    HALTED = "halted"
    PROHIBITED = "prohibited"
    UNSAFE = "unsafe"
    PLAN_NEEDS = "plan_needs"
    EXTENSIVE_USE = "extensive_use"
    LAPSED = "lapsed"


class Foundation(StrEnum):
    """The kinds of foundation that art. 30 tells apart; the words of the choice set ``foundation``."""

    DEEP_PIT = "deep_pit"
    PILE = "pile"
    OTHER = "other"


LATE_DELIVERY = "late_delivery"
"""The cause that shifts the agreed start itself: the holder had no land to start on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a parcel or a place."""

    id: str
    kind: str
    on: date
    until: date | None = None
    """The day a span ends and the clock runs again, or the new start of an extension; None: not known."""
    cause: str | None = None
    is_verified: bool | None = None
    """Whether the bureau found the cause to be true; None: not yet looked at."""
    share: float | None = None
    """How much of the foundation is done [%]."""
    amount_wan: float | None = None
    document: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One contract of land as the ledger has it; what the ledger does not say is None."""

    id: str
    name: str = ""
    zone: str | None = None
    holder: str | None = None
    area_ha: float | None = None
    due_area_ha: float | None = None
    """Area that should be under construction; None: all of it."""
    built_area_ha: float | None = None
    total_wan: float | None = None
    invested_wan: float | None = None
    price_wan: float | None = None
    fees_wan: float | None = None
    includes_land: bool = False
    """Whether both investments hold the land price and fees, which the law leaves out."""
    deliver_on: date | None = None
    delivered_on: date | None = None
    start_on: date | None = None
    complete_on: date | None = None
    started_on: date | None = None
    completed_on: date | None = None
    permit_on: date | None = None
    foundation: str | None = None
    foundation_share: float | None = None
    foundation_on: date | None = None
    stopped_on: date | None = None
    cause: str | None = None
    cause_since: date | None = None
    cause_until: date | None = None
    output_wan_mu: float | None = None
    output_floor_wan_mu: float | None = None
    building: str | None = None
    """Id of a finished building that stands on it, by the ledger of places."""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One row of the ledger of places."""

    id: str
    name: str = ""
    zone: str | None = None
    kind: str = "building"
    status: str | None = None
    owner_kind: str | None = None
    idle_since: date | None = None
    area_m2: float | None = None
    returned_on: date | None = None
    """Since when its story says that all of it is back in use."""
    contract: Parcel | None = None
    """The contract of the land it stands on, where the ledgers name one."""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is asked: the state of every parcel and place on a date."""

    on: date
    land: LandRules
    efficiency: EfficiencyRules
    calendar: WorkingDays
    parcels: tuple[Parcel, ...] = ()
    places: tuple[Place, ...] = field(default=())
