"""What is known of a zone: projects, places, lines, quotas, firms, decisions, as arrays in engine units.

Numbers are whole: m², mm, kg, kVA, yuan, kg a year, m³ a year, kg of steam an hour, days since
0001-01-01 for dates, 1 and 0 for yes and no. What the ledger does not say is not known, never 0.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np

from yinfeng.core.matching.problem import Bools, Ints

Kind = Literal["land", "building"]
KINDS: Final[tuple[Kind, Kind]] = ("land", "building")

NOT_LOOKING: Final = frozenset({"placed", "dropped"})  # stages of projects that need no place
NO_LIMIT: Final = 2**53  # larger than any amount; stands for "no upper limit"


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column of whole numbers; ``value`` is 0 where ``known`` is False."""

    value: Ints  # (n,)
    known: Bools  # (n,)

    @classmethod
    def of(cls, values: list[int | None]) -> "Numbers":
        """Build from a list in which None is not known."""
        return cls(
            np.array([0 if v is None else v for v in values], dtype=np.int64),
            np.array([v is not None for v in values], dtype=np.bool_),
        )

    def or_else(self, default: int) -> Ints:
        """Give the values with ``default`` where not known, shape (n,)."""
        return np.where(self.known, self.value, default)

    def take(self, index: Ints) -> "Numbers":
        """Give the rows at ``index``."""
        return Numbers(self.value[index], self.known[index])


@dataclass(frozen=True, eq=False)
class Keys:
    """A column of values that are compared, not measured: each distinct value once, and where it stands.

    What most rows leave blank or repeat takes 8 bytes a row so; row and loop read it as a tuple of values.
    """

    index: Ints  # (n,) into `distinct`
    distinct: tuple[Any, ...]  # None stands for not known

    @classmethod
    def of(cls, values: Iterable[Hashable]) -> "Keys":
        """Build from the values in order."""
        every = tuple(values)
        order = {value: at for at, value in enumerate(dict.fromkeys(every))}
        return cls(np.fromiter(map(order.__getitem__, every), np.int64, len(every)), tuple(order))

    @classmethod
    def pick(cls, values: Sequence[Hashable], at: Ints) -> "Keys":
        """Build what `of` gives for ``values[at[0]], values[at[1]]``…, hashing each of ``values`` only once.

        at: shape (n,), positions in ``values``, which may hold a value twice, or one that no row has.
        """
        merged = cls.of(values)
        at = merged.index[at]
        first = np.full(len(merged.distinct), len(at), dtype=np.int64)  # row where each first appears
        first[at[::-1]] = np.arange(len(at) - 1, -1, -1, dtype=np.int64)
        order = np.argsort(first, kind="stable")[: int((first < len(at)).sum())]
        rank = np.empty(len(first), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return cls(rank[at], tuple(merged.distinct[u] for u in order.tolist()))

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, row: int) -> Any:
        return self.distinct[self.index[row]]

    def __iter__(self) -> Iterator[Any]:
        return map(self.distinct.__getitem__, self.index.tolist())

    def take(self, rows: Ints) -> "Keys":
        """Give the rows at ``rows``."""
        used, index = np.unique(self.index[rows], return_inverse=True)
        return Keys(index.reshape(len(rows)), tuple(self.distinct[u] for u in used.tolist()))


@dataclass(frozen=True, eq=False)
class Projects:
    """Projects looking for a place, sorted by id."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    required: Bools  # (n,) the plan must place it
    number: Mapping[str, Numbers]  # by ledger column
    key: Mapping[str, Keys]  # by ledger column
    products: Keys  # tuple[str, ...]
    processes: Keys  # tuple[str, ...]
    by_products: Keys  # Mapping[str, int]: name → kg a year it would use
    current: Keys  # tuple[str, ...]: places it holds in the present plan

    def __len__(self) -> int:
        return len(self.id)

    def take(self, index: Ints) -> "Projects":
        """Give the projects at ``index``, in that order."""
        rows = [int(i) for i in index]
        return Projects(
            id=tuple(self.id[i] for i in rows),
            name=tuple(self.name[i] for i in rows),
            required=self.required[index],
            number={c: numbers.take(index) for c, numbers in self.number.items()},
            key={c: keys.take(index) for c, keys in self.key.items()},
            products=self.products.take(index),
            processes=self.processes.take(index),
            by_products=self.by_products.take(index),
            current=self.current.take(index),
        )


@dataclass(frozen=True, eq=False)
class Places:
    """Land parcels and buildings, sorted by id."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    kind: Keys  # Kind
    zone: Keys  # str
    substation: Keys  # str | None
    owner: Keys  # str | None
    divisible: Bools  # (m,)
    number: Mapping[str, Numbers]  # by ledger column; area_m2 is what is still free
    key: Mapping[str, Keys]
    adjacent: Keys  # frozenset[str]: ids of parcels it can be bundled with
    shared: Keys  # frozenset[str]: columns a bundle has if one part has them
    bundle_substation: Keys  # str | None

    def __len__(self) -> int:
        return len(self.id)

    def take(self, index: Ints) -> "Places":
        """Give the places at ``index``, in that order."""
        rows = index.tolist()
        return Places(
            id=tuple(self.id[j] for j in rows),
            name=tuple(self.name[j] for j in rows),
            kind=self.kind.take(index),
            zone=self.zone.take(index),
            substation=self.substation.take(index),
            owner=self.owner.take(index),
            divisible=self.divisible[index],
            number={c: numbers.take(index) for c, numbers in self.number.items()},
            key={c: keys.take(index) for c, keys in self.key.items()},
            adjacent=self.adjacent.take(index),
            shared=self.shared.take(index),
            bundle_substation=self.bundle_substation.take(index),
        )

    @cached_property
    def at(self) -> Mapping[str, int]:
        """Position of each place by its id."""
        return {name: j for j, name in enumerate(self.id)}


@dataclass(frozen=True, eq=False)
class Lines:
    """Left-over production lines that can still be taken over, sorted by id."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    building: tuple[str, ...]
    products: Keys  # tuple[str, ...]
    processes: Keys  # tuple[str, ...]
    value_yuan: Numbers  # replacement value
    upgrade_yuan: Numbers  # cost of the upgrade; not known: the rulebook's share

    def __len__(self) -> int:
        return len(self.id)

    def take(self, index: Ints) -> "Lines":
        """Give the lines at ``index``, in that order."""
        rows = index.tolist()
        return Lines(
            id=tuple(self.id[n] for n in rows),
            name=tuple(self.name[n] for n in rows),
            building=tuple(self.building[n] for n in rows),
            products=self.products.take(index),
            processes=self.processes.take(index),
            value_yuan=self.value_yuan.take(index),
            upgrade_yuan=self.upgrade_yuan.take(index),
        )


@dataclass(frozen=True, slots=True)
class Firm:
    """An existing firm of a zone."""

    id: str
    name: str
    zone: str
    industry: str  # GB/T 4754 code, empty where not known
    by_products: Mapping[str, int]  # name → kg a year on offer


@dataclass(frozen=True, slots=True)
class Zone:
    """A development zone, or a park inside one."""

    id: str
    name: str
    root: str  # the top-level zone it is part of
    within: tuple[str, ...]  # itself, then every zone and region that covers it


@dataclass(frozen=True, slots=True)
class Quota:
    """What a zone, region or substation may still give of one kind of resource."""

    id: str
    scope_kind: Literal["zone", "substation"]
    scope: str
    resource: str  # power, energy, water, cod, nh3n, so2, nox, voc
    capacity: int  # kVA, kg a year or m³ a year; what remains after existing users
    scope_name: str = ""  # as people write it, where scope is only for comparing


@dataclass(frozen=True, slots=True)
class Override:
    """A decision of people: a project must, or must not, be at a place."""

    project: str
    places: tuple[str, ...]
    action: Literal["pin", "bar"]
    by: str
    reason: str


@dataclass(frozen=True, eq=False)
class Facts:
    """All that a placement plan is made from."""

    projects: Projects
    places: Places
    lines: Lines
    firms: tuple[Firm, ...]
    zones: Mapping[str, Zone]
    quotas: tuple[Quota, ...]
    overrides: tuple[Override, ...]

    def __post_init__(self) -> None:
        """Tell apart by their ids only the projects that a place is reserved for, wherever they come from.

        All others share the key None: what is judged on distinct keys stays small.
        """
        reserved = {status[1] for status in self.places.key["status"].distinct}
        held = np.array([i for i, name in enumerate(self.projects.id) if name in reserved], dtype=np.int64)
        at = np.zeros(len(self.projects), dtype=np.int64)
        at[held] = np.arange(1, len(held) + 1)
        keys = Keys.pick([None, *(self.projects.id[i] for i in held.tolist())], at)
        object.__setattr__(self, "projects", replace(self.projects, key={**self.projects.key, "id": keys}))

    @cached_property
    def firms_in(self) -> Mapping[str, Sequence[Firm]]:
        """Firms of each top-level zone and of the zones in it."""
        found: dict[str, list[Firm]] = {}
        for firm in self.firms:
            if firm.zone in self.zones:
                found.setdefault(self.zones[firm.zone].root, []).append(firm)
        return found

    @cached_property
    def quota(self) -> Mapping[str, Quota]:
        """Quotas by id."""
        return {quota.id: quota for quota in reversed(self.quotas)}

    @cached_property
    def firm_name(self) -> Mapping[str, str]:
        """Name of each firm by its id."""
        return {firm.id: firm.name for firm in reversed(self.firms)}
