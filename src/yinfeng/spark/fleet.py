"""The parts of a problem on Spark's executors: every pass a map over them, what comes back in their order.

Parts are made from their blocks of projects by pure functions, so Spark can make any of them again: an
executor that is lost costs the time to join its projects anew, and the answer stays the same to the last bit.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from pyspark import RDD, Broadcast, SparkContext, StorageLevel

from yinfeng.core.matching.parts import Block, Ground, Part, Piece, Pooled, join_part, pool_part
from yinfeng.core.matching.problem import Bools
from yinfeng.core.matching.zonewise import Placed, Split, pieces_by_zone, plan_zone

S = TypeVar("S")
T = TypeVar("T")
X = TypeVar("X")


@dataclass(frozen=True, eq=False)
class SparkParts:
    """Parts that lie on executors: in memory, on disk where it does not suffice, made again where lost."""

    sc: SparkContext
    rdd: RDD[Part]

    def each(self, work: Callable[[Part, S], T], shared: S) -> list[T]:
        """Do the work on every part; the answers in the order of the parts."""
        return _each(self.sc, self.rdd, work, shared)


@dataclass(frozen=True, eq=False)
class SparkFleet:
    """Their pools: what `distributed.solve_in_parts` works on."""

    sc: SparkContext
    rdd: RDD[Pooled]

    def each(self, work: Callable[[Pooled, S], T], shared: S) -> list[T]:
        """Do the work on every part; the answers in the order of the parts."""
        return _each(self.sc, self.rdd, work, shared)

    def by_zone(self, split: Split) -> list[Placed]:
        """Bring the pieces of each zone together on one executor and plan it there; by zone."""
        with _shared(self.sc, split) as given:
            pieces = self.rdd.mapPartitions(partial(_pieces, given), preservesPartitioning=False)
            zones = pieces.groupByKey(self.rdd.getNumPartitions()).mapPartitions(partial(_plans, given))
            return [placed for _, placed in sorted(zones.collect(), key=lambda pair: pair[0])]

    def apart(self, work: Callable[[int, S], T], shared: S, turns: int) -> list[T]:
        """Do the work in each turn 0, 1 … apart from the others; the answers in that order."""
        return _each(self.sc, self.sc.parallelize(range(turns), turns), work, shared)


def spread(sc: SparkContext, blocks: list[Block], ground: Ground) -> SparkParts:
    """Send every block to an executor, which joins it."""
    given = sc.broadcast(ground)
    rdd = sc.parallelize(blocks, max(1, len(blocks))).mapPartitions(partial(_worked, join_part, given))
    return SparkParts(sc, rdd.persist(StorageLevel.MEMORY_AND_DISK))


def pool(parts: SparkParts, scarce: Bools) -> SparkFleet:
    """Keep of every part what the methods work on."""
    given = parts.sc.broadcast(scarce)
    rdd = parts.rdd.mapPartitions(partial(_worked, pool_part, given))
    return SparkFleet(parts.sc, rdd.persist(StorageLevel.MEMORY_AND_DISK))


def _each(sc: SparkContext, rdd: RDD[X], work: Callable[[X, S], T], shared: S) -> list[T]:
    with _shared(sc, shared) as given:
        answers: list[T] = rdd.mapPartitions(partial(_worked, work, given)).collect()
        return answers


@contextmanager
def _shared(sc: SparkContext, value: S) -> Iterator[Broadcast[S]]:
    """Send a value to every executor once, and take it back when the work is done."""
    given = sc.broadcast(value)
    try:
        yield given
    finally:
        given.destroy()


def _worked(work: Callable[[X, S], T], given: Broadcast[S], parts: Iterable[X]) -> Iterator[T]:
    return (work(part, given.value) for part in parts)


def _pieces(given: Broadcast[Split], parts: Iterable[Pooled]) -> Iterator[tuple[int, Piece]]:
    return (pair for part in parts for pair in pieces_by_zone(part, given.value))


def _plans(
    given: Broadcast[Split], zones: Iterable[tuple[int, Iterable[Piece]]]
) -> Iterator[tuple[int, Placed]]:
    return ((zone, plan_zone(zone, list(pieces), given.value)) for zone, pieces in zones)
