"""What was worked out already, for other projects or under another template, and is not worked out again."""

from dataclasses import dataclass, field

from yinfeng.core.approvals.needed import Need
from yinfeng.core.approvals.network import Node
from yinfeng.core.approvals.result import Standing
from yinfeng.core.approvals.standing import Pace

Key = tuple[object, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Memory:
    """Results by the identity of what they were worked out from.

    It serves answers for one day, one calendar, one set of rules and the same rows; templates and rows must
    live as long as it does. Needs and paces live in it: what has no name that lasts is kept here first.
    """

    needs: dict[Key, Need] = field(default_factory=dict)
    """By item, what may replace it, the project's zone and the facts that decide it."""
    told: dict[Key, Need] = field(default_factory=dict)
    """By need and row: what the ledger makes of it."""
    paces: dict[Key, Pace] = field(default_factory=dict)
    """By item, need, row and requests."""
    standings: dict[Key, Standing] = field(default_factory=dict)
    """By need, pace, rows, state and the items waited for."""
    nodes: dict[Key, Node] = field(default_factory=dict)
    """By need, pace and whether all unanswered items are taken as needed."""
