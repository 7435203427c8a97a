"""Conditions on what is known of a project: they hold, do not hold, or wait for an answer, and say why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Relation = Literal["is", "in", "at_least", "below"]
Value = bool | str | float
Known = Mapping[str, Value]
"""What is known of a project, by fact; what is not there is not known."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One fact that decided a condition, or that it waits for."""

    fact: str
    value: Value | None
    """None: not known."""
    relation: Relation
    bound: Value | tuple[Value, ...]
    entry: str
    """Key of the rulebook entry the bound is from; empty for a plain word."""
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact against a bound."""

    fact: str
    relation: Relation
    bound: Value | tuple[Value, ...]
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts hold; with no part, always."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the parts holds."""

    parts: tuple["Condition", ...]


Condition = Fact | Every | Some
ALWAYS: Final = Every()

Verdict = tuple[bool | None, tuple[Ground, ...]]
"""Whether a condition holds (None: that depends on facts not known), and what it rests on."""


def judge(condition: Condition, known: Known) -> Verdict:
    """Tell whether a condition holds, with the facts that decide it or, undecided, those to be answered."""
    if isinstance(condition, Fact):
        ground = _ground(condition, known)
        return ground.holds, (ground,)
    if not condition.parts:
        return True, ()
    verdicts = [judge(part, known) for part in condition.parts]
    decisive = isinstance(condition, Some)  # one part of this kind decides alone
    for decided in (decisive, None):
        found = [grounds for holds, grounds in verdicts if holds is decided]
        if found:
            return decided, _joined(found)
    return not decisive, _joined([grounds for _, grounds in verdicts])


def facts_of(condition: Condition) -> frozenset[str]:
    """Name every fact a condition asks for."""
    if isinstance(condition, Fact):
        return frozenset({condition.fact})
    return frozenset().union(*(facts_of(part) for part in condition.parts))


def _ground(test: Fact, known: Known) -> Ground:
    value = known.get(test.fact)
    holds = None if value is None else _compare(test, value)
    return Ground(test.fact, value, test.relation, test.bound, test.entry, holds)


def _compare(test: Fact, value: Value) -> bool:
    if test.relation == "is":
        return value == test.bound
    if test.relation == "in":
        return isinstance(test.bound, tuple) and value in test.bound
    if isinstance(value, str) or isinstance(test.bound, str | tuple):
        raise TypeError(f"{test.fact}: only numbers are compared by size")
    return value >= test.bound if test.relation == "at_least" else value < test.bound


def _joined(many: list[tuple[Ground, ...]]) -> tuple[Ground, ...]:
    return tuple(dict.fromkeys(ground for grounds in many for ground in grounds))
