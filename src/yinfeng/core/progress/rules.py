"""The thresholds and choices of a zone for counting its projects, as a rulebook gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

KEYS: Final = (
    "progress.start.kinds",
    "progress.resumption.kinds",
    "progress.parts",
    "progress.procedures.needed",
    "progress.evidence",
    "progress.evidence.strict",
    "progress.phases",
    "progress.batches.newest",
    "progress.batches.rates",
    "progress.batches.listed",
    "progress.batches.removal",
    "progress.credit",
    "progress.schedule.norm",
    "progress.growth.limit",
    "progress.growth.comparable",
    "progress.lights.rule",
    "progress.lights.gap",
    "progress.lights.yinchuan",
    "progress.lights.sanya",
    "progress.decimals",
)
"""The rulebook entries this room reads."""

Color = Literal["green", "yellow", "red"]


@dataclass(frozen=True, slots=True)
class Needed:
    """Which procedures count as needed (需办理)."""

    kinds: frozenset[str]
    """Those of projects of these kinds of the year's list; of all projects where it is empty."""
    blank: bool
    """Whether an item whose column says nothing counts as needed."""


@dataclass(frozen=True, slots=True)
class Lights:
    """How far behind lights which lamp; months and points as the named rule counts them."""

    rule: str
    """yinchuan or sanya."""
    gap: Color
    """Colour of a gap that the rule gives none: 0 to 10 points behind in Yinchuan's."""
    progress_yellow: Fraction
    progress_red: Fraction
    start_yellow_months: int
    start_red_months: int
    entry_yellow_months: int
    entry_red_months: int
    short_red: Fraction


@dataclass(frozen=True, slots=True)
class ProgressRules:
    """What a zone's rulebook says of counting; each field comes from the entry of `KEYS` beside it."""

    start_kinds: frozenset[str]  # progress.start.kinds
    resumption_kinds: frozenset[str]  # progress.resumption.kinds
    counts_parts: bool  # progress.parts
    needed: Needed  # progress.procedures.needed
    evidence: Mapping[str, tuple[frozenset[str], ...]]  # progress.evidence: any one set is enough
    strict: frozenset[str]  # progress.evidence.strict: events not counted without evidence
    phases: Literal["all", "any"]  # progress.phases: producing phases that make the project produce
    newest_out: bool  # progress.batches.newest
    chained: bool  # progress.batches.rates: lists or chain
    listed_is_event: bool  # progress.batches.listed
    removal_months: frozenset[int]  # progress.batches.removal: months whose removals leave the rates
    credit: Mapping[str, str]  # progress.credit: kind of signing → once, progress, added, moves
    norm: Literal["time", "plan"]  # progress.schedule.norm
    growth_limit: Fraction  # progress.growth.limit
    comparable_only: frozenset[str]  # progress.growth.comparable
    lights: Lights  # progress.lights.*
    decimals: Mapping[str, int]  # progress.decimals, with "default"

    def decimals_of(self, code: str) -> int:
        """Give how many decimals a figure is shown with."""
        return self.decimals.get(code, self.decimals["default"])
