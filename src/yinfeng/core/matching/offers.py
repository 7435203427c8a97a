"""What a project can take: places, and bundles of adjacent parcels of one holder.

A share of a divisible place is not an offer of its own: how much is taken is decided per candidate.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations
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
    substation: Keys  # str | None
    divisible: Bools  # (m,) a share can be taken
    number: Mapping[str, Numbers]
    key: Mapping[str, Keys]  # of each offer, the tuple of its parts' keys

    def __len__(self) -> int:
        return len(self.id)

    @cached_property
    def at(self) -> Mapping[str, int]:
        """Position of each offer by its id."""
        return {name: o for o, name in enumerate(self.id)}

    @property
    def is_bundle(self) -> Bools:
        """Tell which offers are bundles, shape (m,)."""
        return self.parts[:, 1] >= 0

    def take(self, index: Ints) -> "Offers":
        """Give the offers at ``index``, in that order."""
        return Offers(
            kind=self.kind,
            id=tuple(self.id[int(i)] for i in index),
            parts=self.parts[index],
            substation=self.substation.take(index),
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
    single = np.flatnonzero(np.array([k == kind for k in places.kind.distinct], np.bool_)[places.kind.index])
    bundles = _bundles(places) if kind == "land" else []
    parts = np.full((len(single) + len(bundles), MAX_PARTS), -1, dtype=np.int64)
    parts[: len(single), 0] = single
    for row, group in enumerate(bundles, start=len(single)):
        parts[row, : len(group)] = group
    ids = map(places.id.__getitem__, single.tolist())
    return Offers(
        kind=kind,
        id=(*ids, *(JOINT.join(places.id[j] for j in group) for group in bundles)),
        parts=parts,
        substation=_followed(places.substation, single, [_substation(places, group) for group in bundles]),
        divisible=np.concatenate([places.divisible[single], np.zeros(len(bundles), dtype=np.bool_)]),
        number={column: _combine(places, column, single, bundles) for column in places.number},
        key={
            column: _followed(
                Keys(keys.index, tuple((key,) for key in keys.distinct)),
                single,
                [tuple(keys[j] for j in group) for group in bundles],
            )
            for column, keys in places.key.items()
        },
    )


def _followed(keys: Keys, rows: Ints, values: Sequence[Hashable]) -> Keys:
    """Give the keys at ``rows``, and after them ``values``."""
    last = len(keys.distinct) + np.arange(len(values), dtype=np.int64)
    return Keys.pick([*keys.distinct, *values], np.concatenate([keys.index[rows], last]))


def _bundles(places: Places) -> list[tuple[int, ...]]:
    """List pairs and triples of parcels that hang together, belong to one holder and lie in one zone."""
    has_others = np.array([bool(others) for others in places.adjacent.distinct], dtype=np.bool_)
    beside = np.flatnonzero(has_others[places.adjacent.index]).tolist()
    named = frozenset(chain.from_iterable(places.adjacent.distinct))
    at = {place: j for j, place in enumerate(places.id) if place in named}
    near: dict[int, set[int]] = {}
    for j in beside:
        for other in places.adjacent[j]:
            k = at.get(other)
            if k is not None and k != j and _same_holder(places, j, k):
                near.setdefault(j, set()).add(k)
                near.setdefault(k, set()).add(j)
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
    own: set[str | None] = {places.substation[j] for j in group}
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


def _combine(places: Places, column: str, single: Ints, bundles: list[tuple[int, ...]]) -> Numbers:
    """Give a column of single places, then combined over the parts of each bundle."""
    alone = places.number[column].take(single)
    joint = Numbers.of([_combined(places, column, group) for group in bundles])
    return Numbers(np.concatenate([alone.value, joint.value]), np.concatenate([alone.known, joint.known]))


def _combined(places: Places, column: str, group: tuple[int, ...]) -> int | None:
    """Combine a column over the parts: areas add up, everything else must hold on every part."""
    numbers = places.number[column]
    known = [int(numbers.value[j]) for j in group if numbers.known[j]]
    is_shared = any(column in places.shared[j] for j in group)
    if column in _ADDED:
        return sum(known) if len(known) == len(group) else None
    if not known or (len(known) < len(group) and column not in _WHERE_STATED and not is_shared):
        return None
    if column in _HIGHEST_HOLDS:
        return min(known) if is_shared else max(known)
    return max(known) if is_shared else min(known)
