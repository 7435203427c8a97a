"""Plans zone by zone under agreed prices: who belongs to which zone, what each may draw, and its plan.

A project belongs to the zone of its best margin at the prices. A resource that only one zone draws on is
that zone's; one that several draw on (a region's quota, a shared substation) is split in proportion to what
their projects are expected to draw at the prices. So plans of different zones fit together whatever they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._factored import factor
from yinfeng.core.matching._improve import search
from yinfeng.core.matching._packed import pack
from yinfeng.core.matching._pool import margins, narrow, order_by_margin
from yinfeng.core.matching.bounds import lagrangian_bound
from yinfeng.core.matching.parts import Assembly, Piece, Pooled, _piece, assemble, expected
from yinfeng.core.matching.problem import Bools, Floats, Ints

WORK: Final = 1e8
"""Uses of candidates that the search of one zone looks at; what it leaves is left to that over all zones."""
PATIENCE: Final = 1
"""Rounds without progress after which it ends."""
MANY_ZONES: Final = -1
"""Stands for the zone of a resource that several zones draw on."""


class Demand(NamedTuple):
    """What the projects of a part that belong to a zone are expected to draw from resources of many zones."""

    zone: Ints  # (D,)
    resource: Ints  # (D,) of the whole
    amount: Floats  # (D,)


def home_of(pooled: Pooled, price: Floats) -> Ints:
    """Give the zone of each project's best margin at prices, shape (R,); -1 without a candidate; (n,)."""
    pool = pooled.pool
    margin = margins(pool, price[pooled.resource])
    home = np.full(len(pool.required), -1, dtype=np.int64)
    project = np.repeat(np.arange(len(pool.required)), np.diff(pool.start))
    order = np.lexsort((np.arange(len(margin)), -margin, project))
    some = np.flatnonzero(np.diff(pool.start) > 0)
    home[some] = pooled.zone[order[pool.start[some]]]
    return home


def demand_of(pooled: Pooled, shared: tuple[Floats, float, Bools]) -> Demand:
    """Give what each zone's projects are expected to draw from the resources of many zones.

    shared: prices (R,), temperature, and which resources are of many zones (R,).
    """
    price, heat, of_many = shared
    pool, own = pooled.pool, price[pooled.resource]
    asked = np.flatnonzero(of_many[pooled.resource])
    home = home_of(pooled, price)
    zones = np.unique(home[home >= 0]) if len(asked) else np.zeros(0, dtype=np.int64)
    project = np.repeat(np.arange(len(home)), np.diff(pool.start))
    amounts = [np.zeros(0)]
    for zone in zones.tolist():
        part = narrow(pool, np.flatnonzero(home[project] == zone))
        amounts.append(expected(pack(factor(part)), own, heat).usage[asked])
    return Demand(
        np.repeat(zones, len(asked)), np.tile(pooled.resource[asked], len(zones)), np.concatenate(amounts)
    )


@dataclass(frozen=True, eq=False)
class Split:
    """What each zone may draw."""

    price: Floats  # (R,)
    capacity: Ints  # (R,) of the whole
    zone: Ints  # (R,) the only zone that draws on it, or `MANY_ZONES`
    share: Mapping[int, tuple[Ints, Ints]]  # zone → resources of many zones, rising, and its share of each
    per_project: int  # most promising candidates of each project that a zone looks at
    seed: int


def split(
    price: Floats, capacity: Ints, zone: Ints, demands: Sequence[Demand], per_project: int, seed: int
) -> Split:
    """Share out the resources that several zones draw on, in whole numbers that sum to no more than all."""
    of = np.concatenate([demand.zone for demand in demands])
    resource = np.concatenate([demand.resource for demand in demands])
    amount = np.concatenate([demand.amount for demand in demands])
    total = np.zeros(len(capacity))
    np.add.at(total, resource, amount)
    share = {}
    for z in np.unique(of).tolist():
        mine = of == z
        asked, at = np.unique(resource[mine], return_inverse=True)
        drawn = np.bincount(at.reshape(int(mine.sum())), weights=amount[mine], minlength=len(asked))
        part = np.divide(drawn, total[asked], out=np.zeros(len(asked)), where=total[asked] > 0)
        # Floor of a share a little too small: the shares of all zones never sum to more than the whole.
        share[z] = asked, np.floor(capacity[asked] * part * (1 - 2.0**-40)).astype(np.int64)
    return Split(price, capacity, zone, share, per_project, seed)


def pieces_by_zone(pooled: Pooled, split_: Split) -> list[tuple[int, Piece]]:
    """Give, for each zone, the candidates there of the projects that belong to it."""
    pool = pooled.pool
    price = split_.price[pooled.resource]
    home = home_of(pooled, split_.price)
    project = np.repeat(np.arange(len(home)), np.diff(pool.start))
    order = order_by_margin(pool, margins(pool, price))
    at_home = pooled.zone[order] == home[project]
    before = np.concatenate([[0], np.cumsum(at_home)])
    rank = before[:-1] - before[pool.start[project]]
    kept = at_home & (rank < split_.per_project)
    return [
        (zone, _piece(pooled, order[kept & (home[project] == zone)]))
        for zone in np.unique(home[home >= 0]).tolist()
    ]


class Placed(NamedTuple):
    """Who takes what in a zone."""

    project: Ints  # (P,) among all
    candidate: Ints  # (P,) of the part of its project
    value: Ints  # (P,)
    moves: int


def plan_zone(zone: int, pieces: Sequence[Piece], split_: Split) -> Placed:
    """Find a plan of one zone within what it may draw."""
    assembly = assemble(pieces, _capacity_in(zone, split_))
    pool, price = assembly.pool, split_.price[assembly.resource]
    found = search(
        pool,
        price,
        None,
        work=WORK,
        effort=1.0,
        patience=PATIENCE,
        bound=lagrangian_bound(pool, price),
        good_enough=0.0,
        seed=split_.seed,
        keep_going=lambda _: True,
    )
    return placed(assembly, found.chosen, found.moves)


def placed(assembly: Assembly, chosen: Ints, moves: int) -> Placed:
    """Say who takes what in a plan over an assembly, shape (n,)."""
    rows = chosen[chosen >= 0]
    pool = assembly.pool
    return Placed(assembly.project[chosen >= 0], pool.origin[rows], pool.value[rows], moves)


def _capacity_in(zone: int, split_: Split) -> Ints:
    capacity = np.where(split_.zone == zone, split_.capacity, 0)
    if zone in split_.share:
        resource, share = split_.share[zone]
        capacity[resource] = share
    return capacity
