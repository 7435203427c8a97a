"""What would change: exact losses, costs of overrides, more of a resource, clashing groups, new plans.

Every answer solves again. Where either plan is not proven best, the answer is an interval.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from yinfeng.core.matching.facts import Facts, Override
from yinfeng.core.matching.model import Model, build
from yinfeng.core.matching.offers import parts_of
from yinfeng.core.matching.problem import Bools, Ints, Problem
from yinfeng.core.matching.restrict import Change, keep, only, pin
from yinfeng.core.matching.result import Result, Status
from yinfeng.core.matching.revise import Answered, prepare, revise
from yinfeng.core.matching.solve import Beginning, solve


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference in yuan a year that lies between two proven ends."""

    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        """Tell whether both ends meet."""
        return self.low == self.high


def difference(with_it: Result, without_it: Result) -> Interval:
    """Give what ``with_it`` is worth more than ``without_it``, as far as both are proven."""
    return Interval(with_it.value - without_it.bound, with_it.bound - without_it.value)


def loss_of(problem: Problem, result: Result, candidate: int, *, time_limit_s: float) -> Interval | None:
    """Give what the best plan loses if a candidate must be taken; None where it cannot be taken at all."""
    pinned, _ = pin(problem, candidate)
    other = solve(pinned, time_limit_s=time_limit_s, begin=Beginning(result.price))
    if other.status is Status.INFEASIBLE or not other.complete:
        return None
    lost = difference(result, other)
    return Interval(max(0, lost.low), max(0, lost.high))


CHECK_MOVES: Final = 30_000
"""Moves of the search that checks a price in a large problem: the plan hardly changes."""

# One standard unit more, in engine units: 1 mu, 1,000 m², 1 MVA, 1,000 tce, 100 t of water a day, 1 t.
_STANDARD: Final = {
    "kva": 1_000,
    "tce": 1_000_000,
    "t_per_d": 36_500,
    "m3_per_yr": 10_000,
    "t_per_h": 1_000,
    "t_per_yr": 1_000,
    "count": 1,
}


def standard_unit(model: Model, resource: int) -> int:
    """Give one standard unit of a resource in engine units; of a place that cannot be divided, the whole."""
    what = model.resources[resource]
    if what.kind != "area":
        return _STANDARD[what.unit]
    j = model.facts.places.at[what.of]
    if not model.facts.places.divisible[j]:
        return int(model.problem.capacity[resource])
    return 667 if model.facts.places.kind[j] == "land" else 1_000


@dataclass(frozen=True, slots=True)
class Scarcity:
    """What more of a resource would be worth."""

    resource: int
    price: float  # yuan a year per engine unit, in the relaxed problem
    unit: int  # one standard unit, in engine units
    gain: Interval | None = None  # of one standard unit more: change of the best plan's value, proven
    price_after: float | None = None  # the price when there is one standard unit more

    @property
    def is_hidden(self) -> bool:
        """Tell whether the gaps of the two plans are larger than what one unit is worth by price."""
        return self.gain is not None and self.gain.high - self.gain.low > self.price * self.unit


def scarcities(
    model: Model,
    result: Result,
    *,
    most: int = 20,
    checked: int = 8,
    time_limit_s: float = 1.0,
    until: float = math.inf,
) -> tuple[Scarcity, ...]:
    """List the dearest resources by price of a standard unit; the first ``checked`` are asked again.

    Each of these gets the proven change of the best plan's value with one unit more, and the price that then
    holds: between the two prices lies what the unit is worth in the relaxed problem. time_limit_s: wall clock
    of one solution [s]. until: reading of `time.monotonic` after which none begins.
    """
    priced = np.flatnonzero(result.price > 0)
    units = np.zeros(model.problem.n_resources, dtype=np.int64)
    units[priced] = [standard_unit(model, r) for r in priced.tolist()]
    worth = result.price * units
    order = [int(r) for r in np.argsort(-worth, kind="stable")[:most] if worth[r] >= 1]
    if not order or checked == 0:
        return tuple(Scarcity(r, float(result.price[r]), int(units[r])) for r in order)
    old = prepare(model.problem, result)
    return tuple(
        _checked(old, r, int(units[r]), time_limit_s)
        if rank < checked and time.monotonic() < until
        else Scarcity(r, float(result.price[r]), int(units[r]))
        for rank, r in enumerate(order)
    )


def _checked(old: Answered, resource: int, unit: int, time_limit_s: float) -> Scarcity:
    more = Change(capacity={resource: int(old.problem.capacity[resource]) + unit})
    result = revise(old, more, moves=CHECK_MOVES, time_limit_s=time_limit_s).result
    gained = difference(result, old.result)
    return Scarcity(
        resource,
        float(old.result.price[resource]),
        unit,
        Interval(max(0, gained.low), max(0, gained.high)),
        float(result.price[resource]),
    )


@dataclass(frozen=True, slots=True)
class OverrideCost:
    """What a decision of people costs the plan."""

    override: Override
    cost: Interval | None  # None where the time was up before it could be found


def override_costs(
    model: Model, result: Result, *, time_limit_s: float, until: float = math.inf
) -> tuple[OverrideCost, ...]:
    """Solve without each pin and bar in turn: value of the best plan without it less that with it.

    time_limit_s: wall clock of one solution [s]. until: reading of `time.monotonic` after which none begins.
    """
    refused = [refused.pin for refused in model.refused_pins]
    kept = [override for override in model.facts.overrides if override not in refused]
    return tuple(
        OverrideCost(
            override,
            _cost_of(model, result, override, time_limit_s) if time.monotonic() < until else None,
        )
        for override in kept
    )


def _cost_of(model: Model, result: Result, override: Override, time_limit_s: float) -> Interval:
    others = tuple(other for other in model.facts.overrides if other is not override)
    facts: Facts = replace(model.facts, overrides=others)
    without = solve(build(facts, model.policy).problem, time_limit_s=time_limit_s)
    gained = difference(without, result)
    return Interval(max(0, gained.low), max(0, gained.high))


def clashing_group(
    problem: Problem, project: int, *, time_limit_s: float, largest: int = 30
) -> tuple[int, ...]:
    """Find a group with ``project`` that cannot all be placed, none of whose members is idle in it.

    Follows from the project to the resources its candidates need, to the projects that can use them, and
    so on; then drops members while the rest still cannot be placed together. Empty where no group of at
    most ``largest`` is proven within the time.
    """
    until = time.monotonic() + time_limit_s
    group = _connected(problem, project, largest)
    if not group or not _cannot_all_be_placed(problem, group, until):
        return ()
    for member in list(group):
        rest = [i for i in group if i != member]
        if member != project and _cannot_all_be_placed(problem, rest, until):
            group = rest
    return tuple(sorted(group))


def _connected(problem: Problem, project: int, largest: int) -> list[int]:
    """Collect the projects that compete with this one, directly or through others."""
    by_resource: dict[int, set[int]] = {}
    resources_of: dict[int, set[int]] = {}
    for k, r in zip(
        problem.project[problem.use_candidate].tolist(), problem.use_resource.tolist(), strict=True
    ):
        by_resource.setdefault(r, set()).add(k)
        resources_of.setdefault(k, set()).add(r)
    group, queue = {project}, [project]
    while queue:
        for r in resources_of.get(queue.pop(), ()):
            for i in by_resource[r] - group:
                group.add(i)
                queue.append(i)
        if len(group) > largest:
            return []
    return sorted(group)


def _cannot_all_be_placed(problem: Problem, group: list[int], until: float) -> bool:
    left = until - time.monotonic()
    if left <= 0:
        return False
    answer = solve(only(problem, np.array(group)), method="exact", time_limit_s=left)
    return answer.status is Status.INFEASIBLE


@dataclass(frozen=True, eq=False)
class Replan:
    """One point of the trade-off between value and moves."""

    move_yuan: int | None  # cost of a move; None: nobody moves who need not
    chosen: Ints  # (n,) candidates of the problem
    value: int  # of the plan, moves not charged
    moved: tuple[int, ...]  # projects that leave their present place
    status: Status


def replans(
    model: Model, *, time_limit_s: float, progress: Callable[[int], None] | None = None
) -> tuple[Replan, ...]:
    """Solve again from the present plan: moves free, at the rulebook's cost, and nobody who need not."""
    problem = model.problem
    stays = staying(model)
    settled = np.array([bool(places) for places in model.facts.projects.current], dtype=np.bool_)
    points = []
    for n, move_yuan in enumerate((0, model.policy.move_yuan, None)):
        if progress is not None:
            progress(n)
        chosen, status = _replan(problem, stays, settled, move_yuan, time_limit_s)
        kept = (chosen >= 0) & stays[np.maximum(chosen, 0)]
        points.append(
            Replan(
                move_yuan,
                chosen,
                int(problem.value[chosen[chosen >= 0]].sum()),
                tuple(np.nonzero(settled & ~kept)[0].tolist()),
                status,
            )
        )
    return tuple(points)


def staying(model: Model) -> Bools:
    """Tell which candidates leave their project where it stands, shape (K,)."""
    current = [frozenset(places) for places in model.facts.projects.current]
    return np.array(
        [
            bool(current[i]) and frozenset(parts_of(model.offer_of(k))) == current[i]
            for k, i in enumerate(model.problem.project.tolist())
        ],
        dtype=np.bool_,
    )


def _replan(
    problem: Problem, stays: Bools, settled: Bools, move_yuan: int | None, time_limit_s: float
) -> tuple[Ints, Status]:
    if move_yuan is not None:
        charged = replace(problem, value=problem.value + np.where(stays, move_yuan, 0))
        result = solve(charged, time_limit_s=time_limit_s)
        return result.chosen, result.status
    # First as many as possible stay, then the best plan in which exactly these stay.
    most = solve(replace(problem, value=stays.astype(np.int64)), time_limit_s=time_limit_s)
    staying_projects = problem.project[[k for k in most.chosen.tolist() if k >= 0 and stays[k]]]
    required = problem.required.copy()
    required[staying_projects] = True
    held = np.zeros(problem.n_projects, dtype=np.bool_)
    held[staying_projects] = True
    smaller, index = keep(problem, ~held[problem.project] | stays, required)
    result = solve(smaller, time_limit_s=time_limit_s)
    return np.where(result.chosen >= 0, index[np.maximum(result.chosen, 0)], -1), result.status
