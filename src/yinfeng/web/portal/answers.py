"""The answer to a need: places that fit, that may, that nearly do; each judged again as it stands now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from django.db.models import Q

from yinfeng.core.matching.find import Found
from yinfeng.core.matching.model import Model, build
from yinfeng.core.matching.offers import parts_of
from yinfeng.core.matching.rank import Fit, places_for
from yinfeng.core.text import Text
from yinfeng.web.portal import public, wording
from yinfeng.web.portal.market import Box, Market, facts_about, market
from yinfeng.web.portal.needs import Need
from yinfeng.web.portal.public import PublicPlace

Group = Literal["fits", "open", "near"]
GROUPS: Final[tuple[Group, ...]] = ("fits", "open", "near")
PER_PAGE: Final = 12
MOST_NAMED: Final = 1_000
"""Places named of each group; the counts tell how many there are."""
NEAR: Final = 40
SORTS: Final = {
    "best": Text("最合适", "Best fit"),
    "small": Text("面积从小到大", "Smallest first"),
    "large": Text("面积从大到小", "Largest first"),
    "cheap": Text("租金、地价从低到高", "Lowest rent or price"),
    "fresh": Text("最近核实", "Verified last"),
}
_ALL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A place or a bundle of parcels, and how it answers a need."""

    offer: str
    """Its id, “L2 + L3” for a bundle."""
    places: tuple[PublicPlace, ...]
    group: Group
    rank: int
    """Its place in its group, from 1."""
    taken_m2: int | None
    """What would be taken of it [m²]; None where it does not fit."""
    fits: tuple[Text, ...]
    lacks: tuple[wording.Lack, ...]

    @property
    def zone_id(self) -> str:
        """The zone it lies in."""
        return str(self.places[0].values["zone_id"])


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of an answer."""

    counts: Mapping[Group, int]
    group: Group
    hits: tuple[Hit, ...]
    page: int
    last_page: int
    to_add: tuple[Text, ...]
    """Facts the need does not give that would settle what is open on this page."""


def answer(
    need: Need, *, group: str = "", sort: str = "best", page: int = 1, box: Box | None = None
) -> Answer:
    """Answer a need: a page of one group, by default of the first that holds something."""
    prepared = market()
    found = prepared.find(need, most=MOST_NAMED, near=NEAR, box=box)
    counts: dict[Group, int] = {"fits": found.n_passing, "open": found.n_open, "near": len(found.near)}
    filled: Group = next((g for g in GROUPS if counts[g]), "fits")
    chosen: Group = next((g for g in GROUPS if g == group), filled)
    ids = _sorted(_named(found, chosen), sort)
    last_page = max(1, -(-len(ids) // PER_PAGE))
    page = min(max(page, 1), last_page)
    first = (page - 1) * PER_PAGE
    hits = judged(need, ids[first : first + PER_PAGE], prepared, first=first + 1)
    kept = tuple(hit for hit in hits if hit.group == chosen)
    return Answer(counts, chosen, kept, page, last_page, _to_add(kept))


def ranked(need: Need, *, group: Group, box: Box | None = None) -> tuple[str, ...]:
    """Name the offers of one group, the best first: what the map shows."""
    return _named(market().find(need, most=MOST_NAMED, near=NEAR, box=box), group)


def judged(
    need: Need, offers: Sequence[str], prepared: Market | None = None, *, first: int = 1
) -> tuple[Hit, ...]:
    """Judge some offers as they stand in the database now, in the order named; those not public are left out.

    first: rank of the first of them.
    """
    model = _model(need, offers, prepared or market())
    fits = {fit.offer: fit for fit in places_for(model, 0, near=_ALL)}
    shown = {place.id: place for place in public.among(part for offer in offers for part in parts_of(offer))}
    return tuple(
        _hit(model, fits[offer], shown, rank)
        for rank, offer in enumerate(offers, start=first)
        if offer in fits and shown.keys() >= set(parts_of(offer))
    )


def _named(found: Found, group: Group) -> tuple[str, ...]:
    if group == "fits":
        return tuple(offer for offer, _ in found.passing)
    return found.open if group == "open" else found.near


def _model(need: Need, offers: Sequence[str], prepared: Market) -> Model:
    parts = {part for offer in offers for part in parts_of(offer)}
    rows = public.public_places().filter(Q(place_id__in=parts) | Q(kind="line", part_of_id__in=parts))
    facts = facts_about(rows, prepared.policy)
    return build(replace(facts, projects=need.projects, firms=prepared.linked(need)), prepared.policy)


def _hit(model: Model, fit: Fit, shown: Mapping[str, PublicPlace], rank: int) -> Hit:
    table = model.candidates[fit.kind]
    return Hit(
        offer=fit.offer,
        places=tuple(shown[part] for part in parts_of(fit.offer)),
        group="fits" if fit.passes else "open" if fit.is_open else "near",
        rank=rank,
        taken_m2=int(table.area[fit.row]) if fit.passes else None,
        fits=wording.fits(model, fit),
        lacks=wording.lacks(model, fit),
    )


def _sorted(offers: Sequence[str], sort: str) -> list[str]:
    """Put offers in another order by what the database says of them now."""
    if sort not in SORTS or sort == "best":
        return list(offers)
    parts = {part for offer in offers for part in parts_of(offer)}
    columns = ("place_id", "area_m2", "let_area_m2", "rent_yuan_m2_month", "price_wan_mu", "verified_on")
    facts = {
        key: row for key, *row in public.public_places().filter(place_id__in=parts).values_list(*columns)
    }
    there = [offer for offer in offers if facts.keys() >= set(parts_of(offer))]
    return sorted(there, key=lambda offer: _order(sort, [facts[part] for part in parts_of(offer)]))


def _order(sort: str, rows: Iterable[Sequence[object]]) -> tuple[bool, float]:
    """Give what an offer is sorted by; what is not known comes last."""
    areas, lets, rents, prices, seen = zip(*rows, strict=True)
    if sort == "fresh":
        return False, -min(day.toordinal() for day in seen)
    values = (
        areas
        if sort in {"small", "large"}
        else [r if r is not None else p for r, p in zip(rents, prices, strict=True)]
    )
    if any(value is None for value in values):
        return True, 0.0
    if sort == "cheap":
        return False, max(values)
    free = sum(values) - sum(let or 0 for let in lets)
    return False, free if sort == "small" else -free


def _to_add(hits: Iterable[Hit]) -> tuple[Text, ...]:
    wanted = [lack.to_add for hit in hits if hit.group == "open" for lack in hit.lacks if lack.to_add]
    return tuple(dict.fromkeys(wanted))
