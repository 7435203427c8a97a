"""Which records name others: what an undo must not delete, and in which order it may delete."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from yinfeng.tables.schema import Column
from yinfeng.web.ledgers.registry import HELD, attribute, columns


@dataclass(frozen=True, slots=True)
class Reference:
    """That a record names another."""

    ledger: str
    key: str
    column: Column
    zone: str | None
    """Of the record that names."""
    named: str
    """Key of the one that is named."""


def of(ledger: str, keys: Sequence[str]) -> dict[str, list[Reference]]:
    """Give, for records of a ledger, who names them."""
    wanted = set(keys)
    found: dict[str, list[Reference]] = {}
    for one in _references(ledger) if wanted else ():
        if one.named in wanted:
            found.setdefault(one.named, []).append(one)
    return found


def depths(ledger: str, keys: Sequence[str]) -> dict[str, int]:
    """Give how many of the records each one hangs below, so that the deepest can go first."""
    above: dict[str, list[str]] = {}
    wanted = set(keys)
    for one in _references(ledger):
        if one.ledger == ledger and one.key in wanted and one.named in wanted:
            above.setdefault(one.key, []).append(one.named)
    found: dict[str, int] = {}
    for key in keys:
        _measure(key, above, found)
    return found


def _measure(key: str, above: Mapping[str, Sequence[str]], found: dict[str, int]) -> None:
    """Walk up from a record, without recursion; a ring of records counts from where it is met."""
    trail = [key]
    while trail:
        left = [one for one in above.get(trail[-1], ()) if one not in found and one not in trail]
        if left:
            trail.append(left[0])
            continue
        done = trail.pop()
        found[done] = max((found.get(one, -1) for one in above.get(done, ())), default=-1) + 1


def _references(target: str) -> Iterator[Reference]:
    """Yield every reference into a ledger."""
    for ledger, held in HELD.items():
        named = [c for c in columns(ledger) if c.target == target and c.type in ("ref", "refs")]
        names = [attribute(ledger, column.name) for column in named]
        records = held.model._default_manager.values_list(held.key, held.zone, *names) if names else ()
        for key, zone, *values in records:
            for column, value in zip(named, values, strict=True):
                for one in [value] if isinstance(value, str) and value else value or ():
                    yield Reference(ledger, key, column, zone, one)
