"""The public places prepared for quick answers, once per process, and made anew beside it when out of date.

What a prepared market says is a hint of where to look: pages read the places they show again, so that nothing
is shown that is not public now.
"""

import logging
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
from django.db import connection
from django.db.models import Count, Max, QuerySet

from yinfeng.core.matching.facts import KINDS, Facts, Firm, Kind
from yinfeng.core.matching.find import Found, Prepared, find_offers, prepare_offers
from yinfeng.core.matching.offers import Offers, all_offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools
from yinfeng.core.matching.value import linked_firms
from yinfeng.tables.matching import facts_of
from yinfeng.tables.schema import load
from yinfeng.web.ledgers.bridge import rows_of
from yinfeng.web.ledgers.registry import HELD, attribute
from yinfeng.web.portal.needs import Need
from yinfeng.web.portal.public import policy, public_places, today

_LOG: Final = logging.getLogger(__name__)
_UNJUDGED: Final = frozenset(
    {
        "title",
        "storeys",
        "capacity",
        "longitude",
        "latitude",
        "coordinate_system",
        "synthetic",
        "source",
        "note",
    }
)
"""Columns of places that no rule looks at."""

_QUICK_PLACES: Final = 2_000
"""So many are prepared within a request, in less time than one takes to notice."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
Stamp = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Market:
    """The public places as the engine judges them, and the firms of their zones."""

    stamp: Stamp
    day: date
    policy: Policy
    facts: Facts  # no projects
    offers: Mapping[Kind, Offers]
    prepared: Prepared  # the same, ready to be found
    position: np.ndarray  # (places, 2) longitude and latitude in degrees, NaN where not known

    @cached_property
    def zone_counts(self) -> Mapping[str, int]:
        """Count the places on offer in each zone, those of its parks among them; none is 0."""
        counted = Counter(self.facts.places.zone)
        total: Counter[str] = Counter()
        for zone, count in counted.items():
            total.update(dict.fromkeys(self.facts.zones[zone].within, count))
        return {name: total[name] for name in sorted(total, key=lambda name: (-total[name], name))}

    @cached_property
    def free_m2(self) -> int:
        """Sum what is free of all places on offer [m²]."""
        return int(self.facts.places.number["area_m2"].value.sum())

    def find(self, need: Need, *, most: int, near: int, box: Box | None = None) -> Found:
        """Find the best offers for a need; box: only those that begin in it."""
        among = None if box is None else {kind: self._inside(kind, box) for kind in KINDS}
        return find_offers(self.prepared, need.projects, most=most, near=near, among=among)

    def linked(self, need: Need) -> tuple[Firm, ...]:
        """Give the firms that count for a need; all others are worth nothing to it and only take time."""
        code = need.values.get("industry_code")
        return tuple(firm for firm, _ in linked_firms(code, list(self.facts.firms), self.policy))

    def _inside(self, kind: Kind, box: Box) -> Bools:
        west, south, east, north = box
        longitude, latitude = self.position[self.offers[kind].parts[:, 0]].T
        inside: Bools = (west <= longitude) & (longitude <= east) & (south <= latitude) & (latitude <= north)
        return inside


class _Held:
    """What this process holds; the lock is taken to prepare, never to answer."""

    market: Market | None = None
    lock = threading.Lock()


def market() -> Market:
    """Give the prepared market; where it is out of date, a newer one is made beside it."""
    held = _Held.market
    if held is None:
        return prepare()
    if held.stamp != stamp():
        if held.day != today() or len(held.facts.places) <= _QUICK_PLACES:
            return prepare()  # at a day's end many places leave at once
        prepare_soon()
    return held


def market_at_hand(*, is_checked: bool = True) -> Market | None:
    """Give the market without waiting; None while it is being prepared for the first time.

    is_checked: whether it is looked at if it is out of date.
    """
    if _Held.market is not None and not is_checked:
        return _Held.market
    if _Held.market is None and public_places().count() > _QUICK_PLACES:
        prepare_soon()
        return None
    return market()


def prepare_soon() -> None:
    """Begin to prepare the market in another thread, unless somebody is at it; for when a server starts."""
    if not _Held.lock.locked():
        threading.Thread(target=_prepare_quietly, name="portal-market", daemon=True).start()


def prepare() -> Market:
    """Prepare the market, or wait for who is doing so."""
    with _Held.lock:
        now = stamp()
        held = _Held.market
        if held is None or held.stamp != now:
            held = _Held.market = _prepared(now)
        return held


def forget() -> None:
    """Let go of the prepared market."""
    _Held.market = None


def stamp() -> Stamp:
    """Give what changes whenever a place, a zone or a firm does, or the day ends; cheap."""
    parts: list[object] = [today()]
    for ledger in ("places", "zones", "firms"):
        parts += HELD[ledger].model._default_manager.aggregate(at=Max("changed_at"), n=Count("pk")).values()
    return tuple(parts)


def facts_about(places: "QuerySet[Any]", rules: Policy, *, with_firms: bool = False) -> Facts:
    """Give the facts of some places, without projects; with_firms: and of all firms."""
    shared: dict[Any, Any] = {}
    firms = HELD["firms"].model._default_manager.exclude(zone_id=None)
    rows: dict[str, list[Any]] = {
        "projects": [],
        "places": [_row(values, shared) for values in places.values_list(*_attributes()).iterator(2000)],
        "zones": rows_of("zones", HELD["zones"].model._default_manager.all()),
        "firms": rows_of("firms", firms) if with_firms else [],
    }
    return facts_of(rows, rules)


def _prepare_quietly() -> None:
    try:
        prepare()
    except Exception:
        _LOG.exception("the portal's market could not be prepared")
    finally:
        connection.close()


def _prepared(now: Stamp) -> Market:
    places, rules = public_places(), policy()
    facts = facts_about(places, rules, with_firms=True)
    where = {key: at for key, *at in places.values_list("place_id", "longitude", "latitude").iterator(2000)}
    position = [where.get(name, (None, None)) for name in facts.places.id]
    offers = all_offers(facts)
    return Market(
        stamp=now,
        day=today(),
        policy=rules,
        facts=facts,
        offers=offers,
        prepared=prepare_offers(facts, offers, rules),
        position=np.array(position, dtype=np.float64).reshape(-1, 2),
    )


class _Row(Mapping[str, Any]):
    """A row of places that shares the names of its columns with all others.

    Fifty thousand of them take a tenth of what as many dicts would.
    """

    __slots__ = ("_values",)

    def __init__(self, values: tuple[Any, ...]) -> None:
        self._values = values

    def __getitem__(self, column: str) -> Any:
        return self._values[_columns()[column]]

    def __iter__(self) -> Iterator[str]:
        return iter(_columns())

    def __len__(self) -> int:
        return len(self._values)


def _row(values: Sequence[Any], shared: dict[Any, Any]) -> _Row:
    """Make a row; equal texts and numbers of different rows are held once in ``shared``."""
    return _Row(
        tuple(
            None
            if value in ("", [])
            else shared.setdefault(value, value)
            if isinstance(value, (str, float))
            else value
            for value in values
        )
    )


@cache
def _columns() -> dict[str, int]:
    judged = [column.name for column in load("places").columns if column.name not in _UNJUDGED]
    return {name: at for at, name in enumerate(judged)}


@cache
def _attributes() -> tuple[str, ...]:
    return tuple(attribute("places", name) for name in _columns())
