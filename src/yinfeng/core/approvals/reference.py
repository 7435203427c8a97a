"""The longest way to the start by looking at every way: what tests compare `network` with."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from yinfeng.core.approvals.network import Node


def every_way(key: str, nodes: Mapping[str, Node]) -> Iterator[tuple[str, ...]]:
    """Yield every way that ends at a node, from a node that needs nothing."""
    node = nodes[key]
    needs = [need for need in node.needs if need in nodes] if not node.is_cut else []
    if not needs:
        yield (key,)
    for need in needs:
        for way in every_way(need, nodes):
            yield (*way, key)


def latest_end(gates: Sequence[str], nodes: Mapping[str, Node], on: date) -> date:
    """Give the day on which the last gate ends, as the latest over every way of doing one after the other."""
    ends = [on]
    for gate in gates:
        for way in every_way(gate, nodes):
            day = on
            for key in way:
                finish = nodes[key].finish
                day = finish(day) if finish is not None else day
            ends.append(day)
    return max(ends)
