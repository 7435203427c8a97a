"""Places as the start page counts them: all of its figures from one look through the table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, Sum

from yinfeng.web.accounts.models import User
from yinfeng.web.ledgers.attention import ATTENTION
from yinfeng.web.places.models import Place
from yinfeng.web.zones.policy import visible


@dataclass(frozen=True, slots=True)
class Asked:
    """Places that call for one sort of attention."""

    count: int
    mine: int
    since: date | None
    """Since when the one that waits longest does."""


@dataclass(frozen=True, slots=True)
class Group:
    """Places of one zone, kind and state, public or not."""

    zone_id: str
    kind: str
    status: str
    is_released: bool
    places: int
    area_m2: float
    let_m2: float
    once_idle: int
    """Those that were idle once: it is noted since when."""
    once_idle_m2: float
    asked: Mapping[str, Asked]
    """By the names of `attention.ATTENTION`."""

    @property
    def free_m2(self) -> float:
        """What is not let [m²]."""
        return max(0.0, self.area_m2 - self.let_m2)


_BY = ("zone_id", "kind", "status", "is_released")


def groups(user: User, day: date) -> tuple[Group, ...]:
    """Count the places that a user may see; one query."""
    rows = visible(user, "places", Place.objects.order_by()).values(*_BY)
    counted = rows.annotate(
        places=Count("pk"),
        area=Sum("area_m2"),
        let=Sum("let_area_m2", filter=Q(area_m2__isnull=False)),
        once_idle=Count("pk", filter=Q(idle_since__lte=day)),
        once_idle_area=Sum("area_m2", filter=Q(idle_since__lte=day)),
        **_asked_columns(user, day),
    )
    return tuple(_group(row) for row in counted)


def asked_in_all(found: Iterable[Group], name: str) -> Asked:
    """Sum up what calls for one sort of attention."""
    asked = [group.asked[name] for group in found]
    since = [one.since for one in asked if one.since is not None]
    return Asked(sum(one.count for one in asked), sum(one.mine for one in asked), min(since, default=None))


def _asked_columns(user: User, day: date) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, named in ATTENTION["places"].items():
        keeps = named.keeps(day)
        columns[f"{name}_count"] = Count("pk", filter=keeps)
        columns[f"{name}_mine"] = Count("pk", filter=keeps & Q(keeper=user.username))
        columns[f"{name}_since"] = Min("verified_on", filter=keeps)
    return columns


def _group(row: Mapping[str, Any]) -> Group:
    return Group(
        **{name: row[name] for name in _BY},
        places=row["places"],
        area_m2=row["area"] or 0.0,
        let_m2=row["let"] or 0.0,
        once_idle=row["once_idle"],
        once_idle_m2=row["once_idle_area"] or 0.0,
        asked={
            name: Asked(*(row[f"{name}_{field.name}"] for field in fields(Asked)))
            for name in ATTENTION["places"]
        },
    )
