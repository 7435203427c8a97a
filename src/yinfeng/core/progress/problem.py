"""What a zone's dispatch table holds, as numbers and dates. Money is in 亿元 (100 million yuan), exact.

Every record begins with ``row``, its id as ``ledger:id``; ``project`` is the id of a project, or its folded
name where the ledgers give no id; ``zone`` is empty where the ledgers name none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

Money = Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One line of a year's plan; without a project it is an aggregate of ``count`` projects."""

    row: str
    project: str
    name: str = ""
    zone: str = ""
    year: int | None = None
    list_kind: str = ""
    """new, continuing or reserve; empty where the ledger does not say."""
    parent: str = ""
    relation: str = ""
    """part of the parent, or follower of it."""
    firm: str = ""
    stage: str = ""
    dropped_reason: str = ""
    said: Mapping[str, bool] = field(default_factory=dict)
    """Event → yes or no, as a column of the plan says."""
    dates: Mapping[str, date] = field(default_factory=dict)
    """Event → its day, as a column of the plan says."""
    start_planned_on: date | None = None
    is_excused: bool = False
    """Whether a missed start has a good reason."""
    investment: Money = None
    planned: Money = None
    """Investment planned for the year."""
    planned_to_date: Money = None
    done: Money = None
    """Investment done in the year."""
    output: Money = None
    """Forecast of a year's output at capacity."""
    induced_output: Money = None
    actual_output: Money = None
    funds_required: Money = None
    funds_arrived: Money = None
    buildings_planned: Fraction | None = None
    buildings_done: Fraction | None = None
    procedures_needed: Fraction | None = None
    procedures_done: Fraction | None = None
    utilities_needed: tuple[str, ...] = ()
    utilities_in_place: tuple[str, ...] = ()
    obstacle: str = ""
    obstacle_desk: str = ""
    desk: str = ""
    person: str = ""
    origin: str = ""
    capital: str = ""
    nature: str = ""
    count: Fraction | None = None
    started_count: Fraction | None = None
    resumed_count: Fraction | None = None
    is_inexact: bool = False
    """Whether a number of the row was written with 超, 多, 近 …"""

    @property
    def is_aggregate(self) -> bool:
        """Whether it stands for several projects that are not listed."""
        return not self.project


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One phase of a project, with its own state."""

    row: str
    project: str
    phase: str = ""
    state: str
    state_on: date | None = None
    note: str = ""
    buildings_planned: Fraction | None = None
    buildings_done: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a project, with what shows it."""

    row: str
    project: str
    event: str
    on: date | None = None
    evidence: frozenset[str] = frozenset()
    evidence_no: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A line of a round of three batches: a project on one of its lists, or an aggregate of lists.

    counts (aggregates): signed, performed, signed_started, started, started_produced, produced,
    produced_attained → number of projects.
    """

    row: str
    round: str
    held_on: date | None = None
    batch: Literal["signed", "started", "produced", ""] = ""
    project: str = ""
    name: str = ""
    zone: str = ""
    investment: Money = None
    expected: Money = None
    actual: Money = None
    said: Mapping[str, bool] = field(default_factory=dict)
    dates: Mapping[str, date] = field(default_factory=dict)
    removed_on: date | None = None
    removed_reason: str = ""
    counts: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """An agreement signed, or an aggregate of ``count`` of them."""

    row: str
    project: str
    name: str = ""
    zone: str = ""
    on: date | None = None
    kind: str = ""
    """first, upgraded, increase, investor_changed; empty where the ledger does not say."""
    level: str = ""
    """framework or contract."""
    amount: Money = None
    added: Money = None
    arrived: Money = None
    credited_to: str = ""
    not_counted: str = ""
    """Why it is not recognised; empty where it is."""
    origin: str = ""
    capital: str = ""
    count: Fraction | None = None
    started_count: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is asked of a zone for a period; ``actual`` and ``completion`` where only it gives them."""

    row: str
    indicator: str
    zone: str = ""
    start: date | None = None
    end: date | None = None
    kind: str
    """count, amount, share, growth, points."""
    target: Fraction | None = None
    actual: Fraction | None = None
    completion: Fraction | None = None
    set_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A journey of promotion."""

    row: str
    trip: str
    name: str = ""
    zone: str = ""
    led_by: str = ""
    start_on: date | None = None
    end_on: date | None = None
    provinces: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    counts: Mapping[str, Fraction] = field(default_factory=dict)
    """provinces, cities, contacts, agreements, landed → number, where they are not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A project met on a trip, and what came of it."""

    row: str
    project: str
    name: str = ""
    zone: str = ""
    trip: str = ""
    on: date | None = None
    province: str = ""
    city: str = ""
    said: Mapping[str, bool] = field(default_factory=dict)
    """agreed, landed → yes or no."""
    dates: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A level of an indicator with its base of the year before, or its published growth."""

    row: str
    indicator: str
    zone: str = ""
    start: date | None = None
    end: date | None = None
    kind: str
    value: Fraction | None = None
    base: Fraction | None = None
    growth: Fraction | None = None
    price: str = ""
    """current or comparable; empty where the ledger does not say."""
    base_price: str = ""
    decimals: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A procedure before start, of one project."""

    row: str
    project: str
    item: str
    is_needed: bool | None = None
    done_on: date | None = None
    is_done: bool = False
    """Whether the ledger says done without a day."""
    desk: str = ""
    zone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A number as it was printed."""

    value: Fraction
    step: Fraction
    """One in the last printed place: 1/1000 for 94.7%."""
    strength: str
    raw: str
    is_money: bool = False
    """Whether it is money, in 亿元; what bears no unit is not known to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A figure that was published, to be compared with what the rows say."""

    row: str
    indicator: str
    zone: str = ""
    start: date | None = None
    end: date | None = None
    kind: str
    printed: Typed
    numerator: Typed | None = None
    denominator: Typed | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """All rows of a dispatch table."""

    projects: tuple[Project, ...] = ()
    phases: tuple[Phase, ...] = ()
    events: tuple[Event, ...] = ()
    listings: tuple[Listing, ...] = ()
    signings: tuple[Signing, ...] = ()
    targets: tuple[Target, ...] = ()
    trips: tuple[Trip, ...] = ()
    contacts: tuple[Contact, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    printed: tuple[Printed, ...] = ()
