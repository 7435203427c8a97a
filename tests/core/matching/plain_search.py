"""The search of `_search.py` said again for reading: everything is added up anew from who takes what.

No books are kept from move to move. What a step costs is the difference of two objectives, each summed over
all resources by NumPy, and who draws on a resource stands in a plain list. It is handed the random numbers,
so that it makes the very moves of the search. A thousand times slower, on purpose.
"""

from dataclasses import dataclass, field

import numpy as np

from yinfeng.core.matching._search import (
    CHAIN,
    HEAVIEST,
    LEAST_SETTLING,
    OPTIONS,
    OVERDRAWN,
    RISE,
    SETTLINGS,
    Arena,
    Schedule,
)
from yinfeng.core.matching.problem import Bools, Floats, Ints

Link = tuple[int, int, int]
"""A project of a chain, the candidate it had and the one it gets; -1 for none."""


def drawn_by(arena: Arena) -> Floats:
    """Give what each candidate draws from each resource; shape (K, R)."""
    amount = np.zeros((len(arena.value), len(arena.capacity)))
    candidate = np.repeat(np.arange(len(arena.value)), np.diff(arena.use_start))
    amount[candidate, arena.use_resource] = arena.use_amount
    return amount


def resources_of(arena: Arena, k: int) -> list[int]:
    """List what a candidate draws on, in the order of its uses."""
    return arena.use_resource[arena.use_start[k] : arena.use_start[k + 1]].tolist() if k >= 0 else []


def left_by(arena: Arena, chosen: Ints) -> Floats:
    """Give what a plan leaves of each resource; shape (R,)."""
    return np.asarray(arena.capacity - drawn_by(arena)[chosen[chosen >= 0]].sum(axis=0))


def worth_of(arena: Arena, chosen: Ints) -> int:
    return int(arena.value[chosen[chosen >= 0]].sum())


def options_within(arena: Arena, width: float) -> Ints:
    """Count the first candidates of each project no farther than ``width`` from the best it can have."""
    count = []
    for i, (first, last) in enumerate(zip(arena.start[:-1], arena.start[1:], strict=True)):
        margin = arena.margin[first:last][:OPTIONS]
        can_have = margin if arena.required[i] else np.append(margin, 0.0)
        near = can_have.max(initial=-np.inf) - margin <= width
        count.append(len(margin) if near.all() else int(near.argmin()))
    return np.array(count, dtype=np.int64)


def mended(arena: Arena, chosen: Ints, order: Ints, floor: float) -> Ints:
    """Leave out who overdraws, last of the order first; then place in order who still fits."""
    chosen = chosen.copy()
    for i in reversed(order.tolist()):
        left = left_by(arena, chosen)
        if any(left[r] < 0 for r in resources_of(arena, int(chosen[i]))):
            chosen[i] = -1
    for i in order[chosen[order] < 0]:
        k = np.arange(arena.start[i], arena.start[i + 1])
        fits = (drawn_by(arena)[k] <= np.maximum(0, left_by(arena, chosen))).all(axis=1)
        wanted = np.logical_and.accumulate((arena.margin[k] >= floor) | arena.required[i])
        if (fits & wanted).any():
            chosen[i] = k[fits & wanted][0]
    return chosen


@dataclass(eq=False)
class Search:
    """A plan under way, and what the search came to."""

    arena: Arena
    chosen: Ints  # (n,)
    best: Ints  # (n,)
    best_value: int
    weight: Floats  # (R,)
    accepted: int = 0
    improved: int = 0
    work: int = 0
    drawn: Floats = field(init=False)  # (R,) what a unit drawn earns
    over: Floats = field(init=False)  # (R,) what a unit overdrawn costs
    drawers: list[list[int]] = field(
        init=False
    )  # who draws on each resource, in the order they are looked at

    def __post_init__(self) -> None:
        self.amount = drawn_by(self.arena)
        self.drawers = [[] for _ in self.arena.capacity]
        for i, k in enumerate(self.chosen.tolist()):
            for r in resources_of(self.arena, k):
                self.drawers[r].append(i)

    def left(self, chosen: Ints) -> Floats:
        return np.asarray(self.arena.capacity - self.amount[chosen[chosen >= 0]].sum(axis=0))

    def objective(self, chosen: Ints) -> float:
        """Give E of docs/explanation/search.md."""
        left = self.left(chosen)
        margins = self.arena.margin[chosen[chosen >= 0]].sum()
        return float(self.drawn @ left + self.over @ np.maximum(0.0, -left) - margins)

    def anneal(self, some: Ints, count: Ints, schedule: Schedule, draws: Floats) -> None:
        """Make a move for each row of ``draws``: for what is allowed, the project, and the choice (two)."""
        heat = 0.0
        for move, (luck, project, *choice) in enumerate(draws.tolist()):
            if move % max(len(self.chosen) // SETTLINGS, LEAST_SETTLING) == 0:
                heat = self.settle(schedule, move / schedule.moves)
            allowed = -heat * np.log(1.0 - luck)
            i = int(some[int(project)])
            n_options = int(count[i]) + int(not self.arena.required[i])
            at = int(n_options * choice[0] * choice[1])
            k = int(self.arena.start[i]) + at if at < count[i] else -1
            cost, links, looked = self.chain(i, k, count, schedule.seen, allowed)
            self.work += looked
            if links and cost <= allowed:
                self.make(links)

    def settle(self, schedule: Schedule, progress: float) -> float:
        """Let the weights rise and fall; give the temperature."""
        arena, over = self.arena, self.left(self.chosen) < 0
        share, heat = (first + (last - first) * progress for first, last in (schedule.share, schedule.heat))
        binding = max(10, int((arena.price > 0).sum()))
        self.weight = np.where(over, self.weight * RISE, self.weight / RISE ** (OVERDRAWN / binding))
        self.weight = np.clip(self.weight, schedule.lightest, max(HEAVIEST, schedule.lightest))
        self.over = np.maximum(self.weight, 1 - share) * arena.penalty
        self.drawn = (1 - share) * arena.price
        return heat

    def chain(self, i: int, k: int, count: Ints, seen: int, allowed: float) -> tuple[float, list[Link], int]:
        """Give project i another candidate and send others away until that costs what is allowed."""
        if k == self.chosen[i]:
            return 0.0, [], 1
        links, work = [(i, int(self.chosen[i]), k)], 2
        begin, chosen = self.objective(self.chosen), self.chosen.copy()
        chosen[i] = k
        while (cost := self.objective(chosen) - begin) > allowed and len(links) < CHAIN and k >= 0:
            left = self.left(chosen)
            full = [r for r in resources_of(self.arena, k) if left[r] < 0 and self.drawers[r]]
            if not full:
                break
            worst = max(full, key=lambda r: -left[r] * self.over[r])
            moved = [link[0] for link in links]
            j, k, looked = self.sent_away(chosen, worst, moved, count, seen, allowed - cost)
            work += looked
            if j < 0:
                break
            links.append((j, int(chosen[j]), k))
            chosen[j] = k
        return cost, links, work

    def sent_away(
        self, chosen: Ints, r: int, moved: list[int], count: Ints, seen: int, most: float
    ) -> tuple[int, int, int]:
        """Choose who leaves a resource at least cost, and for what; those looked at come last from now on."""
        arena, begin, work = self.arena, self.objective(chosen), 0
        least, leaver, goal = np.inf, -1, -1
        looked_at = self.drawers[r][:seen]
        self.drawers[r] = self.drawers[r][seen:] + looked_at
        for j in looked_at:
            work += 1
            if j in moved:
                continue
            k, first = int(chosen[j]), int(arena.start[j])
            best = arena.margin[first] if arena.required[j] else max(arena.margin[first], 0.0)
            relieved = min(self.amount[k, r], -self.left(chosen)[r]) * self.over[r]
            if arena.margin[k] - best + self.drawn[r] * self.amount[k, r] - relieved >= min(least, most):
                continue
            work += (1 + int(count[j])) * len(resources_of(arena, k))
            without = chosen.copy()
            without[j] = -1
            freed = self.objective(without) - begin
            if not arena.required[j] and freed < least:
                least, leaver, goal = freed, j, -1
            for other in range(first, first + int(count[j])):
                instead = without.copy()
                instead[j] = other
                cost = self.objective(instead) - begin
                if other != k and cost < least and not self.is_given_up(without, other, least - freed):
                    least, leaver, goal = cost, j, other
        return leaver, goal, work

    def costs_by_use(self, chosen: Ints, k: int) -> tuple[Floats, Bools]:
        """Give what drawing a candidate costs up to each of its uses, and which of them overdraw."""
        uses = resources_of(self.arena, k)
        amount, left = self.amount[k, uses], self.left(chosen)[uses]
        overdrawn = np.clip(amount - left, 0.0, amount)
        cost = np.cumsum(self.over[uses] * overdrawn - self.drawn[uses] * amount) - self.arena.margin[k]
        return cost, overdrawn > 0

    def is_given_up(self, chosen: Ints, k: int, most: float) -> bool:
        """Tell whether a candidate, drawn use by use, comes to cost more than ``most`` as it overdraws."""
        cost, overdraws = self.costs_by_use(chosen, k)
        return bool((cost[overdraws] > most).any())

    def make(self, links: list[Link]) -> None:
        """Make a chain's moves, and keep the plan where it holds and is the best so far."""
        self.accepted += 1
        for i, before, after in links:
            for r in resources_of(self.arena, before):
                self.drawers[r].remove(i)
            for r in resources_of(self.arena, after):
                self.drawers[r].append(i)
            self.chosen[i] = after
        if (self.left(self.chosen) >= 0).all() and worth_of(self.arena, self.chosen) > self.best_value:
            self.improved += 1
            self.best, self.best_value = self.chosen.copy(), worth_of(self.arena, self.chosen)


def homes(arena: Arena, crowd: Ints, projects: Ints, looked_at: int) -> Ints:
    """Give the most crowded resource of each first candidate, the lower of equals; (projects, looked_at)."""
    home = np.full((len(projects), looked_at), -1)
    for at, i in enumerate(projects.tolist()):
        for k in range(arena.start[i], arena.start[i + 1])[:looked_at]:
            home[at, k - arena.start[i]] = min(
                resources_of(arena, k), key=lambda r: (-crowd[r], r), default=0
            )
    return home


def votes_on(arena: Arena, block: Ints) -> list[list[int]]:
    """List for each resource the block of everyone whose options draw on it, once for each such option."""
    votes: list[list[int]] = [[] for _ in arena.capacity]
    for i in range(len(block)):
        for k in range(arena.start[i], arena.start[i + 1])[:OPTIONS]:
            for r in resources_of(arena, k):
                votes[r].append(int(block[i]))
    return votes
