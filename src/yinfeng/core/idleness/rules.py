"""The thresholds of both regimes, as a rulebook gives them for a date."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class LandRules:
    """Idle land: Order 53 of 2012 and the laws it rests on."""

    idle_months: int
    recovery_months: int
    stalled_months: int
    area_share: Fraction
    investment_share: Fraction
    fee_share: Fraction
    start_share: Mapping[str, Fraction]
    """Foundation kind → share of it that makes a start."""
    strictest_share: Fraction
    """What is asked where the kind of foundation is not written."""
    handover_months: int
    """After actual handover, where the contract names no start."""
    delivery_shifts_start: bool
    """Whether land handed over late moves the agreed start by as many days."""
    extension_months: int
    temporary_months: int
    due_soon_days: int
    investigation_days: int
    reply_days: int
    hearing_request_days: int
    """Working days."""
    hearing_days: int
    """Working days."""
    payment_days: int
    hand_back_days: int
    fee_on_stalled: bool
    """Whether the fee and recovery of art. 14 also meet land started and stalled."""
    excuses: Mapping[str, str]
    """Cause that does not count on the holder → article."""
    excuse_entries: Mapping[str, str]
    """The same causes → key of the rulebook entry."""
    articles: Mapping[str, str]
    """Step of the procedure → article."""
    unchecked_steps: frozenset[str]
    """Steps whose article was not read in the text of the order."""
    unsourced: frozenset[str]
    """Keys of entries whose source was not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EfficiencyRules:
    """Low-efficiency land and buildings: a local list of tests, any of which suffices."""

    overdue_months: int
    completed_months: int
    intensity_share: Fraction
    output_share: Fraction
    halted_months: int
    tests: tuple[str, ...]
    """Codes of the tests of this jurisdiction's list."""
    unsourced: frozenset[str]
