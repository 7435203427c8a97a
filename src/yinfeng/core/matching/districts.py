"""A country cut into districts: zones that few projects look beyond, so that each can be priced by itself.

What no two districts share (places, quotas, by-products) has its price in one of them alone. A project that
looks at several belongs to one and is a guest of the others, which say what they would be worth to it. So
prices found district by district prove a bound for the whole: see docs/explanation/priced-joins.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

import numpy as np

from yinfeng.core.matching._rule_codes import passes_of
from yinfeng.core.matching._ties import grown_together
from yinfeng.core.matching.facts import Facts
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Ints
from yinfeng.core.matching.rules import BY_CODE

WANTED: Final = "M19"
"""The rule on the zones a project wants or excludes."""
DISTRICT: Final = 50_000
"""Projects of a district at most, about, where zones are that small."""
FEW_ZONES: Final = 12
"""Zones up to which a project that looks at all of them ties them together."""
GOLDEN: Final = 0.6180339887498949
"""Multiples of it spread evenly: those who look at several districts go by turns to each."""


@dataclass(frozen=True, eq=False)
class District:
    """Some zones, and who looks at them."""

    places: Ints  # rising
    own: Ints  # projects that belong to it, rising
    guests: Ints  # projects that look at it too but belong to another, rising


def cut(facts: Facts, policy: Policy, *, size: int = DISTRICT) -> list[District]:
    """Cut a country into districts.

    size: projects of a district at most, about. Every project belongs to one district and is a guest of all
    others where the rule on wanted zones lets it go.
    """
    unit_of, n_units = _units(facts)
    wishes = facts.projects.key["zones"]
    looks = _looks(facts, policy, unit_of)
    asking = np.bincount(wishes.index, minlength=len(looks))
    district = _grouped(looks, asking, n_units, size)
    reached = [np.unique(district[look]) for look in looks]
    home = _homes(wishes.index, [district[look] for look in looks])
    many = np.flatnonzero(np.array([len(some) > 1 for some in reached], dtype=np.bool_)[wishes.index])
    there = [reached[w] for w in wishes.index[many].tolist()]
    guest = np.repeat(many, [len(some) for some in there])
    host = np.concatenate([np.zeros(0, dtype=np.int64), *there])
    guest, host = guest[host != home[guest]], host[host != home[guest]]
    of_place = district[unit_of[facts.places.key["within"].index]]
    return [
        District(np.flatnonzero(of_place == d), np.flatnonzero(home == d), guest[host == d])
        for d in range(int(district.max(initial=-1)) + 1)
    ]


def _units(facts: Facts) -> tuple[Ints, int]:
    """Give the unit of each distinct ``within`` of places, and how many units there are.

    Zones of a unit share a quota or by-products, so that no district may cut between them.
    """
    within, root = facts.places.key["within"], facts.places.key["root"]
    n = len(within.distinct)
    first: dict[object, int] = {}
    low, high = [], []

    def tie(what: object, w: int) -> None:
        low.append(first.setdefault(what, w))
        high.append(w)

    counted = {(quota.scope_kind, quota.scope) for quota in facts.quotas}
    for w, names in enumerate(within.distinct):
        for name in names:
            if ("zone", name) in counted:
                tie(("zone", name), w)
    stations = [str(s) if ("substation", s) in counted else None for s in facts.places.substation.distinct]
    for what, key in ((root.distinct, root.index), (stations, facts.places.substation.index)):
        for pair in np.unique(key * max(1, n) + within.index).tolist():
            if what[pair // n] is not None:
                tie((what is stations, what[pair // n]), pair % n)
    ties = np.array(low, dtype=np.int64), np.array(high, dtype=np.int64)
    group = grown_together(*ties, np.ones(len(low)), np.ones(n), np.inf)
    distinct, unit = np.unique(group, return_inverse=True)
    return unit.reshape(n), len(distinct)


def _looks(facts: Facts, policy: Policy, unit_of: Ints) -> list[Ints]:
    """Give the units at which each wish and exclusion of zones looks, as the rule on wanted zones judges."""
    wishes, within = facts.projects.key["zones"].distinct, facts.places.key["within"].distinct
    passes = passes_of(BY_CODE[WANTED], wishes, within, policy)
    return [np.unique(unit_of[there]) for there in passes]


def _grouped(looks: Sequence[Ints], asking: Ints, n_units: int, size: int) -> Ints:
    """Give the district of each unit: those between which many projects have a choice grow together."""
    members, ties = np.zeros(n_units), dict[tuple[int, int], int]()
    for look, n in zip(looks, asking.tolist(), strict=True):
        members[look] += n / max(1, len(look))
        if len(look) <= FEW_ZONES:
            for pair in combinations(look.tolist(), 2):
                ties[pair] = ties.get(pair, 0) + n
    low, high = (
        (np.array(side, dtype=np.int64) for side in zip(*sorted(ties), strict=True))
        if ties
        else 2 * (np.zeros(0, dtype=np.int64),)
    )
    strength = np.array([ties[pair] for pair in sorted(ties)], dtype=np.float64)
    group = grown_together(low, high, strength, members, size)
    # What did not grow is put together in the order of the units.
    district, filled, number = np.full(n_units, -1, dtype=np.int64), np.inf, -1
    total = np.bincount(group, weights=members, minlength=n_units)
    for unit in np.unique(group).tolist():
        if filled + total[unit] > size:
            number, filled = number + 1, 0.0
        district[unit], filled = number, filled + total[unit]
    return district[group]


def _homes(wish: Ints, reached: Sequence[Ints]) -> Ints:
    """Give the district of each project: those who look at several are spread by how many units they see."""
    home = np.zeros(len(wish), dtype=np.int64)
    by_wish = np.argsort(wish, kind="stable")
    ends = np.searchsorted(wish[by_wish], np.arange(len(reached) + 1)).tolist()
    for (first, last), districts in zip(pairwise(ends), reached, strict=True):
        if len(districts):
            turn = (GOLDEN * np.arange(last - first)) % 1.0
            home[by_wish[first:last]] = np.sort(districts)[(turn * len(districts)).astype(np.int64)]
    return home
