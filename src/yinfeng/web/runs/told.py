"""What a plan tells of the ledgers: of rows that everybody may see who may see the plan, nothing of others.

A plan is solved with the firms and quotas of all zones; its readers are those of the zones it is about. Like
the solving process, which asks this, it knows no database.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yinfeng.core.errors import Fault
from yinfeng.tables.read import Ledger


def told(
    faults: Iterable[Fault], ledgers: Mapping[str, Ledger], readers: Mapping[str, Sequence[str]]
) -> tuple[Fault, ...]:
    """Keep the faults whose rows lie in the zones that readers see, or in no zone.

    readers: ledger → zones of which they see its rows; of a ledger that is not there, or has no zone, they
    see nothing.
    """
    names = {of.source.file: name for name, of in ledgers.items()}
    zones: dict[str, Mapping[int, str | None]] = {}
    kept = []
    for fault in faults:
        name = names[fault.file]
        if name not in zones:
            zones[name] = _zones(name, ledgers)
        if sees(readers, name, zones[name][int(fault.cell)]):
            kept.append(fault)
    return tuple(kept)


def sees(readers: Mapping[str, Sequence[str]], ledger: str, zone: str | None) -> bool:
    """Tell whether all readers see a ledger's rows of a zone, or those of none; readers: as in `told`."""
    seen = readers.get(ledger, ())
    return bool(seen) and (zone is None or zone in seen)


def _zones(name: str, ledgers: Mapping[str, Ledger]) -> dict[int, str | None]:
    """Give the zone of each row of a ledger by its number."""
    table = ledgers[name].table
    if name == "quotas":
        known = _column(ledgers, "zones", "zone_id")
        pairs = zip(_column(ledgers, name, "scope_kind"), _column(ledgers, name, "scope"), strict=True)
        zones = [scope if kind == "zone" and scope in known else None for kind, scope in pairs]
    elif name == "pins":
        places = _column(ledgers, "places", "place_id"), _column(ledgers, "places", "zone_id")
        of_place = dict(zip(*places, strict=True))
        zones = [of_place.get(next(iter(ids or ()), "")) for ids in _column(ledgers, name, "place_id")]
    else:
        zones = _column(ledgers, name, "zone_id")
    return dict(zip(table.column("row").to_pylist(), zones, strict=True))


def _column(ledgers: Mapping[str, Ledger], name: str, column: str) -> list[Any]:
    return ledgers[name].table.column(column).to_pylist() if name in ledgers else []
