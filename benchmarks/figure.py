"""What a figure is: one question put to Yinfeng and its peers at several sizes."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

OURS = "Yinfeng"
"""Prefix of the names under which Yinfeng itself is measured."""


class SkippedError(Exception):
    """A measurement cannot be taken here: what is missing, in a sentence."""


@dataclass(frozen=True, slots=True)
class Task:
    """One measurement to take."""

    figure: str
    size: str
    seed: int
    peer: str
    repeat: int
    limit_s: float  # wall clock given to the method [s]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one measurement gave; seconds are those of the timed part only."""

    status: str
    """"done", "limit" (the clock ended it), "killed" (long past the clock), "skipped", "failed", "broken"."""
    wall_s: float | None = None
    cpu_s: float | None = None  # of all threads
    value: float | None = None  # of the plan
    bound: float | None = None
    gap: float | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # what only this figure knows


@dataclass(frozen=True, slots=True)
class Measurement:
    """A task with its outcome and all that it was measured with: one line of the results."""

    figure: str
    size: str
    seed: int
    peer: str
    repeat: int
    limit_s: float
    status: str
    wall_s: float | None
    cpu_s: float | None
    value: float | None
    bound: float | None
    gap: float | None
    more: Mapping[str, Any]
    process_wall_s: float
    process_cpu_s: float
    peak_mb: float
    load_before: float
    load_after: float
    measured_on: str
    commit: str
    machine: str
    versions: Mapping[str, str]

    @property
    def key(self) -> tuple[object, ...]:
        """What is not measured twice."""
        return self.figure, self.size, self.seed, self.peer, self.repeat, self.commit


Rows = list[Measurement]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what is measured, of whom, and how it is shown."""

    id: str
    title: str
    sizes: tuple[str, ...]  # measured unless others are asked for
    seeds: tuple[int, ...]
    limit_s: float
    peers: Callable[[str], tuple[str, ...]]  # by size, in the order of a table
    measure: Callable[[Task], Outcome]
    table: Callable[[Rows], str]  # Markdown of the rows of one commit a size
    prepare: Callable[[Task], None] = lambda task: None  # makes the instance, not timed
    expand: Callable[[str], tuple[str, ...]] = lambda size: (size,)  # a name of several sizes


class Stopwatch:
    """Wall clock and processor time [s] of a block; processor time is that of all threads."""

    wall_s = 0.0
    cpu_s = 0.0

    def __enter__(self) -> Self:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def lap(self) -> tuple[float, float]:
        """Give both times so far."""
        return time.perf_counter() - self._wall, time.process_time() - self._cpu

    def __exit__(self, *error: object) -> None:
        self.wall_s, self.cpu_s = self.lap()
