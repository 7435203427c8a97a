"""The limited resources of a zone: what each is, how much is left, and which quotas cover which offers.

They stand in blocks, in the order of their ids, so that millions of them need no object each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, overload

import numpy as np

from yinfeng.core.matching._rule_codes import combined
from yinfeng.core.matching.facts import Facts
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.problem import Bools, Ints

ResourceKind = Literal["area", "supply", "line", "quota", "by-product"]

# What a quota counts: the project's column and the unit people see.
QUOTA_NEED: Final[Mapping[str, tuple[str, str]]] = {
    "power": ("power_kva", "kva"),
    "energy": ("energy_tce_yr", "tce"),
    "water": ("water_t_d", "t_per_d"),
    "cod": ("cod_t_yr", "t_per_yr"),
    "nh3n": ("nh3n_t_yr", "t_per_yr"),
    "so2": ("so2_t_yr", "t_per_yr"),
    "nox": ("nox_t_yr", "t_per_yr"),
    "voc": ("voc_t_yr", "t_per_yr"),
}
# Supplies of a divisible place that its users share.
SUPPLIES: Final[Mapping[str, str]] = {
    "power_kva": "kva",
    "water_t_d": "t_per_d",
    "gas_m3_yr": "m3_per_yr",
    "steam_t_h": "t_per_h",
}


@dataclass(frozen=True, slots=True)
class Resource:
    """What a limited resource of the problem is."""

    id: str
    kind: ResourceKind
    of: str  # place, line or quota id; zone of a by-product
    what: str  # area_m2, a supply column, a quota's resource, a by-product's name, or "line"
    unit: str  # ledger unit that people see


@dataclass(frozen=True, eq=False)
class _Block:
    """Resources of one sort, one after the other."""

    prefix: str  # of their ids
    kind: ResourceKind
    what: str | tuple[str, ...]
    unit: str | tuple[str, ...]
    owner: Sequence[str]  # what they belong to: places, lines, quotas or zones
    row: Ints  # (size,) position of each in `owner`
    capacity: Ints  # (size,) >= 0

    def resource(self, at: int) -> Resource:
        of = self.owner[int(self.row[at])]
        what = self.what if isinstance(self.what, str) else self.what[at]
        unit = self.unit if isinstance(self.unit, str) else self.unit[at]
        name = f"{self.prefix}:{of}:{what}" if self.kind == "by-product" else f"{self.prefix}:{of}"
        return Resource(name, self.kind, of, what, unit)


@dataclass(frozen=True, eq=False)
class Resources(Sequence[Resource]):
    """All limited resources, in the order of their ids; each is made when it is looked at."""

    blocks: tuple[_Block, ...]
    capacity: Ints  # (R,)
    area: Ints  # (places,) resource of each place's area
    supply: Mapping[str, Ints]  # supply column → (places,), -1 where the place has no supply to share
    line: Ints  # (lines,)
    quota: Ints  # (quotas,)
    by_product: Mapping[tuple[str, str], int]  # (zone, by-product) → resource

    def __len__(self) -> int:
        return len(self.capacity)

    @overload
    def __getitem__(self, at: int) -> Resource: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Resource, ...]: ...
    def __getitem__(self, at: int | slice) -> Resource | tuple[Resource, ...]:
        if isinstance(at, slice):
            return tuple(self[r] for r in range(*at.indices(len(self))))
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        r = at % len(self)
        b = int(np.searchsorted(self._first, r, side="right")) - 1
        return self.blocks[b].resource(r - int(self._first[b]))

    @cached_property
    def _first(self) -> Ints:
        sizes = [len(block.row) for block in self.blocks]
        return np.cumsum([0, *sizes])[:-1]

    @cached_property
    def id(self) -> Sequence[str]:
        """Ids of the resources, made when they are looked at."""
        return _Ids(self)


@dataclass(frozen=True, eq=False)
class _Ids(Sequence[str]):
    resources: Resources

    def __len__(self) -> int:
        return len(self.resources)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        found = self.resources[at]
        return found.id if isinstance(found, Resource) else tuple(resource.id for resource in found)

    def __iter__(self) -> Iterator[str]:
        return (resource.id for resource in self.resources)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(other) == len(self) and all(map(str.__eq__, self, other))

    __hash__ = None  # type: ignore[assignment]


def list_resources(facts: Facts) -> Resources:
    """List every limited resource of a zone with what is left of it."""
    places, lines, quotas = facts.places, facts.lines, facts.quotas
    products = sorted(by_product_supply(facts).items(), key=lambda item: ":".join(item[0]))
    shared = {column: np.flatnonzero(places.divisible & places.number[column].known) for column in SUPPLIES}
    blocks = [
        _Block(
            "area",
            "area",
            "area_m2",
            "m2",
            places.id,
            np.arange(len(places)),
            places.number["area_m2"].value,
        ),
        _Block(
            "by-product",
            "by-product",
            tuple(name for (_, name), _ in products),
            "t_per_yr",
            tuple(root for (root, _), _ in products),
            np.arange(len(products)),
            np.array([amount for _, amount in products], dtype=np.int64),
        ),
        _Block(
            "line", "line", "line", "count", lines.id, np.arange(len(lines)), np.ones(len(lines), np.int64)
        ),
        _Block(
            "quota",
            "quota",
            tuple(quota.resource for quota in quotas),
            tuple(QUOTA_NEED[quota.resource][1] for quota in quotas),
            tuple(quota.id for quota in quotas),
            np.arange(len(quotas)),
            np.array([max(0, quota.capacity) for quota in quotas], dtype=np.int64),
        ),
        *(
            _Block(column, "supply", column, unit, places.id, row, places.number[column].value[row])
            for column, unit in SUPPLIES.items()
            for row in (shared[column],)
        ),
    ]
    blocks.sort(key=lambda block: block.prefix)
    first = dict(
        zip(
            (block.prefix for block in blocks),
            np.cumsum([0, *(len(block.row) for block in blocks)]).tolist(),
            strict=False,
        )
    )
    supply = {}
    for column, row in shared.items():
        supply[column] = np.full(len(places), -1, dtype=np.int64)
        supply[column][row] = first[column] + np.arange(len(row))
    return Resources(
        blocks=tuple(blocks),
        capacity=np.concatenate([block.capacity for block in blocks]),
        area=first["area"] + np.arange(len(places)),
        supply=supply,
        line=first["line"] + np.arange(len(lines)),
        quota=first["quota"] + np.arange(len(quotas)),
        by_product={key: first["by-product"] + at for at, (key, _) in enumerate(products)},
    )


def by_product_supply(facts: Facts) -> dict[tuple[str, str], int]:
    """Sum what the firms of each top-level zone have on offer: (zone, by-product) → kg a year."""
    supply: dict[tuple[str, str], int] = {}
    for firm in facts.firms:
        if firm.by_products and firm.zone in facts.zones:
            for name, amount in firm.by_products.items():
                place = facts.zones[firm.zone].root, name
                supply[place] = supply.get(place, 0) + amount
    return supply


@dataclass(frozen=True, eq=False)
class Cover:
    """Which quotas count what is used at each offer; offers under the same quotas are of one class."""

    of_offer: Ints  # (m,) class of each offer
    quota: Mapping[str, Ints]  # resource of the quota → (classes, depth) resource index, -1 for fewer

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return int(self.of_offer.max(initial=-1)) + 1

    def is_limited(self, resource: str) -> Bools:
        """Tell at which offers a quota counts what is used of a kind of resource, shape (m,)."""
        limited: Bools = np.any(self.quota[resource] >= 0, axis=1)
        at_offer: Bools = limited[self.of_offer]
        return at_offer

    def layers(self, resource: str) -> Iterator[Ints]:
        """Give the quotas of a kind, one for each offer at a time: (m,) resource index or -1."""
        for layer in self.quota[resource].T:
            yield layer[self.of_offer]


def cover(facts: Facts, offers: Offers, resources: Resources) -> Cover:
    """Find the quotas that cover each offer: its substation's, its zone's and those of the zones above."""
    within, substation = offers.key["within"], offers.substation
    of_offer, first = combined([within.index, substation.index], len(offers))
    by_scope: dict[tuple[str, str], list[int]] = {}
    for q, quota in enumerate(facts.quotas):
        by_scope.setdefault((quota.scope_kind, quota.scope), []).append(q)
    of_zone = [
        [q for zone in parts[0] for q in by_scope.get(("zone", zone), ())] for parts in within.distinct
    ]
    of_station = [
        by_scope.get(("substation", name), []) if name is not None else [] for name in substation.distinct
    ]
    n_quotas = max(1, len(facts.quotas))
    over = [_listed(of_zone, within.index[first]), _listed(of_station, substation.index[first])]
    of_class, quota_at = np.divmod(np.sort(np.concatenate([c * n_quotas + q for c, q in over])), n_quotas)
    kinds = {resource: position for position, resource in enumerate(QUOTA_NEED)}
    counts = np.array([kinds[quota.resource] for quota in facts.quotas], dtype=np.int64)
    padded = {}
    for position, resource in enumerate(QUOTA_NEED):
        mine = np.flatnonzero(counts[quota_at] == position)
        depth = np.bincount(of_class[mine], minlength=len(first))
        place = np.arange(len(mine)) - (np.cumsum(depth) - depth)[of_class[mine]]
        padded[resource] = np.full((len(first), int(depth.max(initial=0))), -1, dtype=np.int64)
        padded[resource][of_class[mine], place] = resources.quota[quota_at[mine]]
    return Cover(of_offer, padded)


def _listed(lists: Sequence[Sequence[int]], at: Ints) -> tuple[Ints, Ints]:
    """Write out the lists at ``at``, one after the other: of each entry its place in ``at``, and itself."""
    size = np.array([len(some) for some in lists], dtype=np.int64)
    flat = np.array([entry for some in lists for entry in some], dtype=np.int64)
    many = size[at]
    owner = np.repeat(np.arange(len(at)), many)
    place = np.arange(len(owner)) - (np.cumsum(many) - many)[owner]
    return owner, flat[(np.cumsum(size) - size)[at][owner] + place]
