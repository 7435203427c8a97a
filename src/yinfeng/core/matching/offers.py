"""What a project can take: places, and bundles of adjacent parcels of one holder.

A share of a divisible place is not an offer of its own: how much is taken is decided per candidate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from yinfeng.core.matching.facts import KINDS, Facts, Keys, Kind, Numbers, Places
from yinfeng.core.matching.problem import Bools, Ints
from yinfeng.core.matching.rules import RULES, Relation

MAX_PARTS = 3  # parcels in a bundle
JOINT: Final = " + "  # between the parts of a bundle's id; ids of places hold no blanks


@dataclass(frozen=True, eq=False)
class Offers:
    """Offers of one kind; a bundle's properties are what holds on every part of it."""

    kind: Kind
    id: tuple[str, ...]  # "L1", or "L2 + L3" for a bundle
    parts: Ints  # (m, MAX_PARTS) indices of places, -1 where there are fewer
    substation: tuple[str | None, ...]
    divisible: Bools  # (m,) a share can be taken
    number: Mapping[str, Numbers]
    key: Mapping[str, Keys]  # of each offer, the tuple of its parts' keys

    def __len__(self) -> int:
        return len(self.id)

    @property
    def is_bundle(self) -> Bools:
        """Tell which offers are bundles, shape (m,)."""
        return self.parts[:, 1] >= 0

    def take(self, index: Ints) -> "Offers":
        """Give the offers at ``index``, in that order."""
        rows = [int(i) for i in index]
        return Offers(
            kind=self.kind,
            id=tuple(self.id[i] for i in rows),
            parts=self.parts[index],
            substation=tuple(self.substation[i] for i in rows),
            divisible=self.divisible[index],
            number={c: numbers.take(index) for c, numbers in self.number.items()},
            key={c: keys.take(index) for c, keys in self.key.items()},
        )


def parts_of(offer: str) -> list[str]:
    """Give the ids of the places in an offer, from its id."""
    return offer.split(JOINT)


def all_offers(facts: Facts) -> dict[Kind, Offers]:
    """List what can be taken, by kind; bundles follow the single places."""
    return {kind: _offers(facts.places, kind) for kind in KINDS}


def _offers(places: Places, kind: Kind) -> Offers:
    singles = [(j,) for j in range(len(places)) if places.kind[j] == kind]
    bundles = _bundles(places) if kind == "land" else []
    groups: list[tuple[int, ...]] = [*singles, *bundles]
    parts = np.full((len(groups), MAX_PARTS), -1, dtype=np.int64)
    for row, group in enumerate(groups):
        parts[row, : len(group)] = group
    return Offers(
        kind=kind,
        id=tuple(JOINT.join(places.id[j] for j in group) for group in groups),
        parts=parts,
        substation=tuple(_substation(places, group) for group in groups),
        divisible=np.array([len(g) == 1 and bool(places.divisible[g[0]]) for g in groups], dtype=np.bool_),
        number={column: _combine(places, column, groups) for column in places.number},
        key={
            column: Keys.of(tuple(keys[j] for j in group) for group in groups)
            for column, keys in places.key.items()
        },
    )


def _bundles(places: Places) -> list[tuple[int, ...]]:
    """List pairs and triples of parcels that hang together, belong to one holder and lie in one zone."""
    at = {place: j for j, place in enumerate(places.id)}
    near: dict[int, set[int]] = {j: set() for j in range(len(places))}
    for j, others in enumerate(places.adjacent):
        for other in others:
            k = at.get(other)
            if k is not None and k != j and _same_holder(places, j, k):
                near[j].add(k)
                near[k].add(j)
    pairs = {(j, k) for j in near for k in near[j] if j < k}
    triples = {
        tuple(sorted({middle, a, b})) for middle in near for a, b in combinations(sorted(near[middle]), 2)
    }
    groups = sorted([*pairs, *triples])
    return [group for group in groups if _one_supply(places, group)]


def _same_holder(places: Places, j: int, k: int) -> bool:
    return (
        places.kind[j] == places.kind[k] == "land"
        and places.owner[j] is not None
        and places.owner[j] == places.owner[k]
        and places.zone[j] == places.zone[k]
    )


def _one_supply(places: Places, group: tuple[int, ...]) -> bool:
    """Under two substations the ledger must name which one serves, else the bundle is not offered."""
    return len({places.substation[j] for j in group}) == 1 or _substation(places, group) is not None


def _substation(places: Places, group: tuple[int, ...]) -> str | None:
    """Give the substation that serves: the only one, or the one of its own that the ledger names."""
    own = {places.substation[j] for j in group}
    if len(own) == 1:
        return own.pop()
    named = {places.bundle_substation[j] for j in group} & (own - {None})
    return named.pop() if len(named) == 1 else None


_ADDED = frozenset({"area_m2", "gross_area_m2"})
_HIGHEST_HOLDS = frozenset(
    rule.place for rule in RULES if rule.relation in {Relation.AT_MOST, Relation.PER_LAND}
)
# Asked of the parts that state them: a blank on one part does not lift another's.
_WHERE_STATED = frozenset(
    rule.place for rule in RULES if rule.relation is Relation.PER_LAND or rule.unknown_passes
)


def _combine(places: Places, column: str, groups: list[tuple[int, ...]]) -> Numbers:
    """Combine a column over the parts: areas add up, everything else must hold on every part."""
    numbers = places.number[column]
    values: list[int | None] = []
    for group in groups:
        known = [int(numbers.value[j]) for j in group if numbers.known[j]]
        is_shared = len(group) > 1 and any(column in places.shared[j] for j in group)
        if column in _ADDED:
            values.append(sum(known) if len(known) == len(group) else None)
        elif not known or (len(known) < len(group) and column not in _WHERE_STATED and not is_shared):
            values.append(None)
        elif column in _HIGHEST_HOLDS:
            values.append(min(known) if is_shared else max(known))
        else:
            values.append(max(known) if is_shared else min(known))
    return Numbers.of(values)
