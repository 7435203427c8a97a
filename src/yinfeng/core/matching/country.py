"""A country's prices and a first plan, district by district: no more than two are laid out at a time."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._beside import Lane, side_by_side
from yinfeng.core.matching.candidates import Promising, prepare
from yinfeng.core.matching.districts import District
from yinfeng.core.matching.excerpt import Excerpt, Whole
from yinfeng.core.matching.facts import KINDS, Kind
from yinfeng.core.matching.model import Model, build
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.priced import NEEDED, KeepGoing, Priced, bound_of, price_all_pairs
from yinfeng.core.matching.problem import Bools, Floats, Ints, Problem
from yinfeng.core.matching.result import Result
from yinfeng.core.matching.solve import CORES, Beginning, solve

PRICING: Final = 0.7
"""Share of a district's time that goes to its prices, at most; the rest to its plan."""
PLAN_S: Final = 30.0
"""Wall clock [s] that goes to the plan of a district at most."""
LANES: Final = 2
"""Districts worked out at a time."""
LISTED: Final = 16
"""Promising offers of each project of a district among which it is placed."""


class Taken(NamedTuple):
    """What each project takes; shape (n,)."""

    kind: Ints  # position in KINDS, -1 for nothing
    offer: Ints  # of that kind
    area: Ints  # m²
    value: Ints  # yuan a year

    @classmethod
    def nothing(cls, n: int) -> "Taken":
        """Let so many projects take nothing."""
        return cls(np.full(n, -1, dtype=np.int64), *(np.zeros(n, dtype=np.int64) for _ in range(3)))


@dataclass(frozen=True, eq=False)
class Country:
    """What was worked out in the districts."""

    priced: Priced  # bound and offers are those over all pairs of the whole
    taken: Taken


@dataclass(frozen=True, eq=False)
class _Done:
    """What was worked out in one district, numbered as in the whole."""

    project: Ints  # (n',) that look at it
    pairs: Promising  # of these, at its prices
    resource: Ints
    price: Floats
    passes: int
    joins: int
    taker: Ints  # projects that are placed
    taken: Taken  # what each of these takes


def work_through(
    whole: Whole,
    policy: Policy,
    districts: Sequence[District],
    most: int,
    keep_going: KeepGoing,
    *,
    time_limit_s: float,
) -> Country:
    """Find prices and a plan in one district after the other, two at a time.

    most: promising offers wanted of each project, no more than `priced.JOINED`. keep_going: told no bound,
    as there is one only in the end; asked in the caller's thread. time_limit_s: wall clock [s], shared out by
    the projects left.
    """
    began, passes = time.monotonic(), [0] * LANES
    whole.make_ready()

    def lane(number: int, mine: Sequence[District]) -> Lane[list[_Done]]:
        def run(ask: Callable[[], bool]) -> list[_Done]:
            done: list[_Done] = []
            left = sum(len(district.own) for district in mine)
            for district in mine:
                seconds = (time_limit_s - (time.monotonic() - began)) * len(district.own) / max(1, left)
                done.append(_worked_out(whole.excerpt(district), policy, most, ask, seconds))
                left -= len(district.own)
                passes[number] += done[-1].passes
            return done

        return Lane(run, lambda _: False)

    first, second = _shared_out(districts)
    both = side_by_side(lane(0, first), lane(1, second), lambda: keep_going(None, sum(passes)))
    return _together(whole, [done for some in both if some is not None for done in some], most)


def _shared_out(districts: Sequence[District]) -> tuple[list[District], list[District]]:
    """Give each of two lanes about as many projects, the large districts first."""
    lanes: tuple[list[District], list[District]] = [], []
    load = [0, 0]
    for district in sorted(districts, key=lambda district: -len(district.own)):
        at = load.index(min(load))
        lanes[at].append(district)
        load[at] += len(district.own)
    return lanes


def _worked_out(here: Excerpt, policy: Policy, most: int, go_on: Callable[[], bool], seconds: float) -> _Done:
    """Price and plan one district in so many seconds of wall clock."""
    until = time.monotonic() + seconds
    prepared = prepare(here.facts, here.offers, policy, here.resources)
    priced = price_all_pairs(
        prepared,
        lambda _bound, _passes: go_on(),
        time_limit_s=PRICING * seconds,
        own=here.is_own,
        most_joins=NEEDED,
    )
    del prepared
    taker, taken = _placed(here, policy, priced, go_on, until)
    pairs = priced.pairs.first(most)
    return _Done(
        project=here.project,
        pairs=replace(pairs, offer=_in_whole(pairs.kind, pairs.offer, here.offer)),
        resource=here.resource,
        price=priced.price,
        passes=priced.passes,
        joins=priced.joins,
        taker=here.project[taker],
        taken=taken._replace(offer=_in_whole(taken.kind, taken.offer, here.offer)),
    )


def _together(whole: Whole, done: Sequence[_Done], most: int) -> Country:
    """Put together what was worked out in all districts."""
    n, price = len(whole.facts.projects), np.zeros(len(whole.resources))
    best, taken = np.full(n, -np.inf), Taken.nothing(n)
    for one in done:
        price[one.resource] = one.price
        best[one.project] = np.maximum(best[one.project], one.pairs.best)
        for all_, own in zip(taken, one.taken, strict=True):
            all_[one.taker] = own
    pairs = _all_of(done, best, most)
    bound = bound_of(pairs, price, whole.resources, whole.facts.projects.required)
    passes, joins = sum(one.passes for one in done), sum(one.joins for one in done)
    return Country(Priced(price, bound, pairs, passes, joins), taken)


def _placed(
    here: Excerpt, policy: Policy, priced: Priced, go_on: Callable[[], bool], until: float
) -> tuple[Ints, Taken]:
    """Find a plan of the projects that belong to a district: who is placed, and what each takes."""
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
            cores=CORES // LANES,
        )

    result = solved(model.problem)
    if not result.complete:  # what must be placed finds room elsewhere, or the whole says that it does not
        free = np.zeros_like(model.problem.required)
        result = solved(replace(model.problem, required=free))
    return _taken_of(model, result.chosen)


def _of(found: Promising, own: Bools) -> Promising:
    """Leave the offers of some projects alone."""
    size = np.diff(found.start)
    kept = np.repeat(own, size)
    start = np.concatenate([[0], np.cumsum(size * own)]).astype(np.int64)
    return replace(
        found, start=start, kind=found.kind[kept], offer=found.offer[kept], margin=found.margin[kept]
    )


def _taken_of(model: Model, chosen: Ints) -> tuple[Ints, Taken]:
    """Say who is placed, and what each takes."""
    taker = np.flatnonzero(chosen >= 0)
    kind, row = model.kind_of[chosen[taker]], model.row_of[chosen[taker]]
    taken = Taken.nothing(len(taker))._replace(kind=kind.astype(np.int64))
    for k, name in enumerate(KINDS):
        mine, table = kind == k, model.candidates[name]
        taken.offer[mine], taken.area[mine] = table.offer[row[mine]], table.area[row[mine]]
        taken.value[mine] = table.value[row[mine]]
    return taker, taken


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


def _in_whole(kind: Ints, offer: Ints, number: Mapping[Kind, Ints]) -> Ints:
    """Give the numbers in the whole of offers of a district."""
    found = np.zeros(len(offer), dtype=np.int64)
    for k, name in enumerate(KINDS):
        found[kind == k] = number[name][offer[kind == k]]
    return found


def _all_of(done: Sequence[_Done], best: Floats, most: int) -> Promising:
    """Put together the offers of every district, for each project those of greatest margin."""
    project = np.concatenate([np.repeat(one.project, np.diff(one.pairs.start)) for one in done])
    kind, offer, margin = (
        np.concatenate([getattr(one.pairs, name) for one in done]) for name in ("kind", "offer", "margin")
    )
    order = np.lexsort((offer, kind, -margin, project))
    start = np.searchsorted(project[order], np.arange(len(best) + 1)).astype(np.int64)
    looked_at = sum(one.pairs.looked_at for one in done)
    return Promising(start, kind[order], offer[order], margin[order], best, looked_at).first(most)
