"""Zones as a tree: what lies below one, and the order in which a list shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yinfeng.web.accounts.models import User
from yinfeng.web.zones.models import Zone
from yinfeng.web.zones.policy import visible


@dataclass(frozen=True, eq=False, slots=True)
class ZoneTree:
    """The zones somebody may see."""

    names: Mapping[str, str]
    """Zone id → name, in the order of the list: each zone after the one above it, siblings by pinyin."""
    above: Mapping[str, str]
    """Zone id → the zone it is part of, where that may be seen too."""

    def with_those_above(self, zone: str) -> tuple[str, ...]:
        """Give a zone and all that it is part of, itself first."""
        chain = [zone]
        while (upper := self.above.get(chain[-1])) is not None and upper not in chain:
            chain.append(upper)
        return tuple(chain)

    def with_those_below(self, zones: Iterable[str]) -> frozenset[str]:
        """Give zones and all that lies in them."""
        chosen = frozenset(zones)
        return chosen | {zone for zone in self.above if not chosen.isdisjoint(self.with_those_above(zone))}


def zone_tree(user: User) -> ZoneTree:
    """Give the zones a user may see; one query."""
    rows = visible(user, "zones", Zone.objects.order_by("search", "zone_id"))
    zones = list(rows.values_list("zone_id", "zone_name", "part_of"))
    name_of = {zone: name or zone for zone, name, _ in zones}
    above = {zone: upper for zone, _, upper in zones if upper in name_of}
    below: dict[str | None, list[str]] = {}
    for zone in name_of:
        below.setdefault(above.get(zone), []).append(zone)
    order: dict[str, str] = {}
    left = list(reversed(below.get(None, [])))
    while left:
        zone = left.pop()
        order[zone] = name_of[zone]
        left += reversed(below.get(zone, []))
    return ZoneTree(order, above)
