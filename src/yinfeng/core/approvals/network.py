"""The way to the start: earliest days at the limits of the law, and the items that make it so late."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Finish = Callable[[date], date]
"""Day on which an item can begin → day on which it ends; a later begin never gives an earlier end."""


@dataclass(frozen=True, slots=True)
class Node:
    """One item of the network."""

    key: str
    needs: tuple[str, ...]
    finish: Finish | None
    """None: nothing is to be done, what it needs counts instead of it."""
    is_cut: bool = False
    """Whether it is under way or done, so that what it needs no longer matters."""


@dataclass(frozen=True, slots=True)
class Timed:
    """When a node can begin and end, and which one before it makes it so late."""

    begin: date
    end: date
    after: str | None
    """Key of an item that is to be done; None: nothing before it is to be done."""


def schedule(nodes: Sequence[Node], on: date) -> dict[str, Timed]:
    """Give for each node when it can begin and end. nodes: each after all it needs."""
    timed: dict[str, Timed] = {}
    own: dict[str, bool] = {}
    for node in nodes:
        begin, after = on, None
        for need in node.needs if not node.is_cut else ():
            found = timed.get(need)
            if found is None:
                continue
            last = need if own[need] else found.after
            if last is not None and (found.end > begin or after is None):
                begin, after = max(begin, found.end), last
        own[node.key] = node.finish is not None
        timed[node.key] = Timed(begin, node.finish(begin) if node.finish else begin, after)
    return timed


def path_to(gates: Sequence[str], nodes: Mapping[str, Node], timed: Mapping[str, Timed]) -> tuple[str, ...]:
    """Give the items that make the last of the gates so late, in order; of equals the first gate."""
    last: str | None = None
    for gate in gates:
        if gate not in timed:
            continue
        key = gate if nodes[gate].finish is not None else timed[gate].after
        if key is not None and (last is None or timed[key].end > timed[last].end):
            last = key
    path: list[str] = []
    while last is not None:
        path.append(last)
        last = timed[last].after
    return tuple(reversed(path))


def critical(gates: Sequence[str], nodes: Mapping[str, Node], timed: Mapping[str, Timed]) -> frozenset[str]:
    """Name every item of a way, each begun the day the one before ends, up to the last gate."""
    ends = [timed[gate].end for gate in gates if gate in timed]
    if not ends:
        return frozenset()
    last = max(ends)
    left = [gate for gate in gates if gate in timed and timed[gate].end == last]
    seen: set[str] = set()
    found: set[str] = set()
    while left:
        key = left.pop()
        if key in seen:
            continue
        seen.add(key)
        node = nodes[key]
        if node.finish is not None:
            found.add(key)
        if not node.is_cut:
            left += [n for n in node.needs if n in timed and timed[n].end == timed[key].begin]
    return frozenset(found)
