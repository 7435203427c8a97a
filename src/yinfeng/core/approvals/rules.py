"""The figures of a rulebook that every clock of an approval uses."""

from dataclasses import dataclass

from yinfeng.core.approvals.template import Span


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """What the general law on permits and the zone's own choices say."""

    notice: Span
    """Time to ask, once, for what is missing; afterwards the file counts as accepted."""
    joint: Span
    """Time for several agencies together."""
    joint_extension_days: int
    excluded: frozenset[str]
    """Kinds of request whose time is not counted."""
    stops_after_acceptance: bool
    """Whether a correction asked for after acceptance stops the clock."""
    stops_after_notice: bool
    """Whether one asked for after the time of notice does."""
    rolls: bool
    """Whether a time in plain days that ends on a day off ends on the next working day."""
    soon_days: int
    """How long before its end a decision is named as lapsing soon."""
