"""The answer for every zone: figures, projects with their lamps, and what was printed of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from yinfeng.core.figures import Figure
from yinfeng.core.period import Period
from yinfeng.core.progress.balance import Share
from yinfeng.core.progress.batches import Cohort
from yinfeng.core.progress.credit import Credit
from yinfeng.core.progress.funnel import TripLine
from yinfeng.core.progress.lights import Light
from yinfeng.core.progress.printed import Comparison
from yinfeng.core.progress.rates import OpenItem
from yinfeng.core.progress.rules import Color
from yinfeng.core.progress.schedule import TargetLine, is_tiny_base
from yinfeng.core.progress.standing import Standing


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project with what stands in its way."""

    standing: Standing
    lights: tuple[Light, ...]
    color: Color | None
    open_items: tuple[OpenItem, ...]


@dataclass(frozen=True, slots=True)
class ZoneResult:
    """All that is said of one zone."""

    zone: str
    figures: tuple[Figure, ...]
    others: tuple[Figure, ...]
    """Rates of three batches by the other reading of the newest round."""
    projects: tuple[ProjectLine, ...]
    open_items: tuple[OpenItem, ...]
    cohorts: tuple[Cohort, ...]
    targets: tuple[TargetLine, ...]
    trips: tuple[TripLine, ...]
    credits: tuple[Credit, ...]
    balance: tuple[Share, ...]
    comparisons: tuple[Comparison, ...]

    def figure(self, code: str) -> Figure | None:
        """Give a figure by code; None where there are no rows for it."""
        return next((one for one in self.figures if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Result:
    """The answer for every zone that the ledgers name."""

    period: Period
    zones: tuple[ZoneResult, ...]

    @property
    def disagreements(self) -> tuple[Comparison, ...]:
        """Printed figures that are not what rows or their own parts say."""
        return tuple(
            one
            for zone in self.zones
            for one in zone.comparisons
            if one.verdict in ("wrong", "rounding", "scope") or any(p.verdict == "wrong" for p in one.parts)
        )


def ranks(zones: Sequence[ZoneResult], code: str, growth_limit: Fraction) -> dict[str, int]:
    """Rank zones by a share or growth, the greatest first; equals share a rank, tiny bases have none."""
    values = {
        zone.zone: figure.value
        for zone in zones
        if (figure := zone.figure(code)) is not None
        and figure.value is not None
        and figure.kind in ("share", "growth", "points")
        and not is_tiny_base(figure, growth_limit)
    }
    if len(values) < 2:
        return {}
    return {zone: 1 + sum(other > value for other in values.values()) for zone, value in values.items()}
