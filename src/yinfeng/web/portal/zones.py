"""What the public sees of the zones that have places on offer."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yinfeng.core.text import Text
from yinfeng.tables.reasons import number
from yinfeng.web.firms.models import Firm
from yinfeng.web.portal.industries import name_of
from yinfeng.web.portal.market import market_at_hand
from yinfeng.web.portal.public import policy, public_places
from yinfeng.web.zones.models import Zone


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a place finds around it: its zone, and who is there already by industry; firms are never named."""

    zone_id: str
    zone_name: str
    where: str
    leading_industries: tuple[str, ...]
    industries: tuple[tuple[Text, int], ...]
    """Industries of the firms there with how many they are, the most first."""
    linked: tuple[tuple[Text, int], ...]
    """Those of them that supply the industry asked for or buy from it; empty where none was asked."""
    by_products: tuple[Text, ...]
    """By-products on offer there, with how much a year."""


def zone_names(ids: Iterable[str]) -> dict[str, str]:
    """Give the names of zones by id."""
    named = Zone.objects.filter(zone_id__in=set(ids)).values_list("zone_id", "zone_name")
    return {key: name or key for key, name in named}


def zones_on_offer(*, is_checked: bool = True) -> list[tuple[str, str, int]]:
    """List the zones that have places on offer: id, name, how many; those with most first.

    While the market is being prepared for the first time, nothing is known of them yet; see `market_at_hand`.
    """
    prepared = market_at_hand(is_checked=is_checked)
    counts: Mapping[str, int] = prepared.zone_counts if prepared else {}
    names = zone_names(counts)
    return [(key, names[key], count) for key, count in counts.items() if key in names]


def outlines(ids: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Give names and boundaries of the zones that have places on offer; ids: of these only, if any."""
    places = public_places().filter(zone_id__in=ids) if ids else public_places()
    with_places = places.values("zone_id").distinct()
    zones = Zone.objects.exclude(boundary="").filter(zone_id__in=with_places)
    return list(zones.order_by("zone_id").values_list("zone_name", "boundary"))


def surroundings(zone_id: str, industry: str = "") -> Surroundings:
    """Say what is around in a zone; industry: code of what somebody would make there."""
    zones = {zone.zone_id: zone for zone in Zone.objects.all()}
    zone, root = zones[zone_id], _root(zone_id, zones)
    firms = Firm.objects.filter(zone_id__in=[name for name in zones if _root(name, zones) == root])
    held = list(firms.values_list("industry_code", "by_products"))
    return Surroundings(
        zone_id=zone_id,
        zone_name=zone.zone_name or zone_id,
        where=" ".join(filter(None, (zone.province, zone.city))),
        leading_industries=tuple(zone.leading_industries or zones[root].leading_industries),
        industries=_counted(code for code, _ in held if code),
        linked=_linked(industry, [code for code, _ in held if code]),
        by_products=_by_products(amounts for _, amounts in held),
    )


def _root(zone_id: str, zones: Mapping[str, Zone]) -> str:
    seen = [zone_id]
    while (above := zones[seen[-1]].part_of_id) in zones and above not in seen:
        seen.append(above)
    return seen[-1]


def _counted(codes: Iterable[str], most: int = 6) -> tuple[tuple[Text, int], ...]:
    return tuple(Counter(name_of(code) for code in codes).most_common(most))


def _linked(industry: str, codes: Sequence[str]) -> tuple[tuple[Text, int], ...]:
    links = policy().links if industry else ()
    others = {link.supplier for link in links if industry.startswith(link.customer)}
    others |= {link.customer for link in links if industry.startswith(link.supplier)}
    return _counted(code for code in codes if code.startswith(tuple(others)))


def _by_products(amounts: Iterable[Iterable[Mapping[str, Any]]]) -> tuple[Text, ...]:
    total: dict[str, float] = {}
    for part in (part for of_firm in amounts for part in of_firm):
        total[part["name"]] = total.get(part["name"], 0.0) + part["amount"]
    return tuple(
        Text(f"{name} {number(tonnes)} 吨/年", f"{name} {number(tonnes)} t/yr")
        for name, tonnes in sorted(total.items(), key=lambda pair: -pair[1])
        if tonnes
    )
