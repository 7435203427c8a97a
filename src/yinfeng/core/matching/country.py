"""A country's prices and a first plan, district by district, so that only one is laid out at a time."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching.candidates import Promising, prepare
from yinfeng.core.matching.districts import District
from yinfeng.core.matching.excerpt import Excerpt, Whole
from yinfeng.core.matching.facts import KINDS, Kind
from yinfeng.core.matching.model import Model, build
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.priced import KeepGoing, Priced, bound_of, price_all_pairs
from yinfeng.core.matching.problem import Bools, Floats, Ints, Problem
from yinfeng.core.matching.result import Result
from yinfeng.core.matching.solve import Beginning, solve

PRICING: Final = 0.6
"""Share of a district's time that goes to its prices, at most; the rest to its plan."""
PLAN_S: Final = 30.0
"""Wall clock [s] that goes to the plan of a district at most;"""
LISTED: Final = 16
"""Promising offers of each project of a district among which it is placed."""


class Taken(NamedTuple):
    """What each project takes; shape (n,)."""

    kind: Ints  # position in KINDS, -1 for nothing
    offer: Ints  # of that kind
    area: Ints  # m²
    value: Ints  # yuan a year


@dataclass(frozen=True, eq=False)
class Country:
    """What was worked out in the districts."""

    priced: Priced  # bound and offers are those over all pairs of the whole
    taken: Taken


def work_through(
    whole: Whole,
    policy: Policy,
    districts: Sequence[District],
    most: int,
    keep_going: KeepGoing,
    *,
    time_limit_s: float,
) -> Country:
    """Find prices and a plan in one district after the other.

    most: promising offers wanted of each project, no more than `priced.JOINED`. keep_going: told no bound,
    as there is one only in the end. time_limit_s: wall clock [s], shared out by the projects left.
    """
    began, n = time.monotonic(), len(whole.facts.projects)
    price, best = np.zeros(len(whole.resources)), np.full(n, -np.inf)
    taken = Taken(np.full(n, -1, dtype=np.int64), *(np.zeros(n, dtype=np.int64) for _ in range(3)))
    passes, joins, left, stopped = 0, 0, n, False
    found: list[tuple[Ints, Promising]] = []

    def goes_on(_: int | None, done: int) -> bool:
        nonlocal stopped
        stopped = stopped or not keep_going(None, passes + done)
        return not stopped

    for district in districts:
        here = whole.excerpt(district)
        seconds = (time_limit_s - (time.monotonic() - began)) * len(district.own) / max(1, left)
        until = time.monotonic() + seconds
        prepared = prepare(here.facts, here.offers, policy, here.resources)
        priced = price_all_pairs(prepared, goes_on, time_limit_s=PRICING * seconds, own=here.is_own)
        del prepared
        passes, joins, left = passes + priced.passes, joins + priced.joins, left - len(district.own)
        price[here.resource] = priced.price
        best[here.project] = np.maximum(best[here.project], priced.pairs.best)
        found.append((here.project, _in_whole(priced.pairs.first(most), here.offer)))
        _take(taken, here, _placed(here, policy, priced, lambda: goes_on(None, 0), until))
    pairs = _all_of(found, best, most)
    bound = bound_of(pairs, price, whole.resources, whole.facts.projects.required)
    return Country(Priced(price, bound, pairs, passes, joins), taken)


def _placed(
    here: Excerpt, policy: Policy, priced: Priced, go_on: Callable[[], bool], until: float
) -> tuple[Model, Ints]:
    """Find a plan of the projects that belong to a district."""
    pairs = _of(priced.pairs.first(LISTED), here.is_own)
    project = np.repeat(np.arange(len(pairs.best)), np.diff(pairs.start))
    by_kind = {kind: (project[pairs.kind == k], pairs.offer[pairs.kind == k]) for k, kind in enumerate(KINDS)}
    model = build(here.facts, policy, offers=here.offers, pairs=by_kind)

    def solved(problem: Problem) -> Result:
        return solve(
            problem,
            method="fast",
            time_limit_s=min(max(0.0, until - time.monotonic()), PLAN_S),
            progress=lambda _: go_on(),
            begin=Beginning(price=priced.price, bound=priced.bound),
        )

    result = solved(model.problem)
    if not result.complete:  # what must be placed finds room elsewhere, or the whole says that it does not
        free = np.zeros_like(model.problem.required)
        result = solved(replace(model.problem, required=free))
    return model, result.chosen


def _of(found: Promising, own: Bools) -> Promising:
    """Leave the offers of some projects alone."""
    size = np.diff(found.start)
    kept = np.repeat(own, size)
    start = np.concatenate([[0], np.cumsum(size * own)]).astype(np.int64)
    return Promising(
        start, found.kind[kept], found.offer[kept], found.margin[kept], found.best, found.looked_at
    )


def _take(taken: Taken, here: Excerpt, placed: tuple[Model, Ints]) -> None:
    """Write down what the projects of a district take."""
    model, chosen = placed
    for k, kind in enumerate(KINDS):
        mine = np.flatnonzero((chosen >= 0) & (model.kind_of[chosen] == k))
        table, row, project = model.candidates[kind], model.row_of[chosen[mine]], here.project[mine]
        taken.kind[project], taken.offer[project] = k, here.offer[kind][table.offer[row]]
        taken.area[project], taken.value[project] = table.area[row], table.value[row]


def chosen_of(model: Model, taken: Taken) -> Ints:
    """Give the candidate of each project that is what it takes, -1 where there is none; shape (n,)."""
    project, chosen = model.problem.project, np.full(model.problem.n_projects, -1, dtype=np.int64)
    for k, kind in enumerate(KINDS):
        mine = np.flatnonzero((model.kind_of == k) & (taken.kind[project] == k))
        table, row, i = model.candidates[kind], model.row_of[mine], project[mine]
        same = (table.offer[row] == taken.offer[i]) & (table.area[row] == taken.area[i])
        same &= table.value[row] == taken.value[i]
        chosen[i[same][::-1]] = mine[same][::-1]  # the first of several
    return chosen


def _in_whole(found: Promising, offer: Mapping[Kind, Ints]) -> Promising:
    """Let offers be numbered as in the whole."""
    number = np.zeros(len(found.offer), dtype=np.int64)
    for k, kind in enumerate(KINDS):
        mine = found.kind == k
        number[mine] = offer[kind][found.offer[mine]]
    return Promising(found.start, found.kind, number, found.margin, found.best, found.looked_at)


def _all_of(found: Sequence[tuple[Ints, Promising]], best: Floats, most: int) -> Promising:
    """Put together the offers of every district, for each project those of greatest margin."""
    project = np.concatenate([np.repeat(whole, np.diff(pairs.start)) for whole, pairs in found])
    kind, offer, margin = (
        np.concatenate([getattr(pairs, name) for _, pairs in found]) for name in ("kind", "offer", "margin")
    )
    order = np.lexsort((offer, kind, -margin, project))
    start = np.searchsorted(project[order], np.arange(len(best) + 1)).astype(np.int64)
    looked_at = sum(pairs.looked_at for _, pairs in found)
    return Promising(start, kind[order], offer[order], margin[order], best, looked_at).first(most)
