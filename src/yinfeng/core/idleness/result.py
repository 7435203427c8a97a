"""The answer: the state of each parcel and place, why, and who must do what by when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction


class LandState(StrEnum):
    """How a parcel stands under Order 53."""

    NOT_DUE = "not_due"
    LATE = "late"
    DUE_SOON = "due_soon"
    EXCUSED = "excused"
    IDLE_1 = "idle_1"
    IDLE_2 = "idle_2"
    STARTED = "started"
    HALTED = "halted"
    STALLED = "stalled"
    BUILT = "built"
    DISPOSED = "disposed"
    UNCLEAR = "unclear"
    NOT_APPLICABLE = "not_applicable"


class Actor(StrEnum):
    """Who must take the next step."""

    HOLDER = "holder"
    BUREAU = "bureau"
    GOVERNMENT = "government"
    ZONE = "zone"


class Verdict(StrEnum):
    """How a test came out."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """The next step of the procedure."""

    code: str
    actor: Actor
    due_on: date | None = None
    """Last day; None where the law names none."""
    since: date | None = None
    """The day the limit is counted from."""
    row: str = ""
    """The event the limit is counted from."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason by code, with what fills its sentence."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    row: str = ""


@dataclass(frozen=True, slots=True)
class Stall:
    """The second test of art. 2: started, then stopped."""

    since: date
    one_year_on: date | None
    """First day the stop has lasted its year; None while an excuse without an end stops the clock."""
    area: Fraction | None
    """Area built of the area that should be under construction."""
    investment: Fraction | None
    """Invested of total, both without land price and fees."""
    area_is_short: Verdict
    investment_is_short: Verdict
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class LandAnswer:
    """One parcel under Order 53."""

    id: str
    state: LandState
    start_on: date | None = None
    """The start the clock runs from."""
    start_basis: str = ""
    """``contract``, ``extension``, ``delivery`` (shifted), ``handover`` or ``agreed_handover``."""
    started_on: date | None = None
    is_legal_start: bool = False
    one_year_on: date | None = None
    """First day that is idle over a year; None where unknown or stopped without an end."""
    two_years_on: date | None = None
    excused_until: date | None = None
    """First day the clock runs again, or the parcel becomes idle; ``date.max``: not known."""
    elapsed_days: int = 0
    """Since the start it runs from."""
    excused_days: int = 0
    stall: Stall | None = None
    fee_wan: Fraction | None = None
    step: Step | None = None
    reasons: tuple[Reason, ...] = ()
    entries: tuple[str, ...] = ()
    """Keys of the rulebook entries that decided."""
    rows: tuple[str, ...] = ()
    """Ids of the events that decided."""

    @property
    def idle_days(self) -> int:
        """Days after the start that count on the holder."""
        return self.elapsed_days - self.excused_days


class PlaceState(StrEnum):
    """How a place stands under the local list of low-efficiency tests."""

    LOW_EFFICIENCY = "low_efficiency"
    NONE_MET = "none_met"
    UNKNOWN = "unknown"
    IN_USE = "in_use"
    RETURNED = "returned"
    NOT_LOOKED_AT = "not_looked_at"


@dataclass(frozen=True, slots=True)
class Test:
    """One test of the list."""

    code: str
    verdict: Verdict
    since: date | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    row: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAnswer:
    """One place or parcel under the low-efficiency list."""

    id: str
    state: PlaceState
    tests: tuple[Test, ...] = ()
    reasons: tuple[Reason, ...] = ()
    entries: tuple[str, ...] = ()

    @property
    def met(self) -> tuple[Test, ...]:
        """The tests that are met."""
        return tuple(test for test in self.tests if test.verdict == Verdict.YES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One parcel or place under both regimes."""

    id: str
    is_parcel: bool
    land: LandAnswer
    efficiency: PlaceAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Every parcel and place, in the order of their ids."""

    on: date
    parcels: tuple[Answer, ...]
    places: tuple[Answer, ...]
