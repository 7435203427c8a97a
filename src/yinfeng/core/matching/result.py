"""The answer: which candidate each project takes, how good it is, and the proof."""

from dataclasses import dataclass
from enum import StrEnum

from yinfeng.core.matching.problem import Floats, Ints


class Status(StrEnum):
    """What a result claims of itself."""

    OPTIMAL = "OPTIMAL"  # proven: value is the best possible
    FEASIBLE = "FEASIBLE"  # the method ended by itself; the gap is proven
    STOPPED = "STOPPED"  # the clock or a cancel ended it; best plan and valid bound
    INFEASIBLE = "INFEASIBLE"  # the required projects cannot all be placed


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known while a solve runs."""

    phase: str  # "prices", "search", "branch", "exact" or "cuts"
    bound: int | None  # no plan is worth more; None while unknown
    value: int | None  # worth of the best plan so far; None while there is none
    seconds: float  # since the solve began
    passes: int = 0  # dual passes done
    most_passes: int = 0  # dual passes there may be; 0 where prices are not found by passes

    @property
    def gap(self) -> float | None:
        """Proven relative distance to the best possible so far; None while either side is unknown."""
        if self.bound is None or self.value is None:
            return None
        return relative_gap(self.bound, self.value)


@dataclass(frozen=True, eq=False)
class Result:
    """A plan with its proof. ``value <= best possible <= bound`` always.

    With Status.INFEASIBLE there is no plan: ``chosen`` is all -1 and ``clash`` names a set of required
    projects that cannot be placed together. A STOPPED result whose required projects are not all
    placed has ``complete`` False: no plan was found in time, the bound is still valid.
    """

    status: Status
    chosen: Ints  # (n,) candidate of each project, -1 where it is left out
    value: int  # sum of the chosen candidates' values
    bound: int  # no plan is worth more
    price: Floats  # (R,) Lagrange multipliers >= 0, value per unit of each resource
    method: (
        str  # what the proof rests on: "exact", "fast" (the prices), "exact+fast"; "+covers" if on those too
    )
    passes: int  # dual passes, a measure of work that does not depend on the clock
    moves: int  # local-search moves tried
    seconds: float
    clash: tuple[int, ...] = ()  # project indices of a clashing set
    clash_is_smallest: bool = False  # no smaller set clashes
    clash_is_narrow: bool = False  # no part of it clashes; else the time did not suffice to tell
    complete: bool = True  # every required project is placed

    @property
    def gap(self) -> float:
        """Proven relative distance to the best possible: (bound - value) / |bound|, 0 where they meet."""
        return relative_gap(self.bound, self.value)


def relative_gap(bound: int, value: int) -> float:
    """Give (bound - value) / |bound|, with 1 in place of a bound of 0."""
    return (bound - value) / max(1, abs(bound))
