"""Reading plans, what was decided on them, and deals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, When

from yinfeng.core.text import Text
from yinfeng.tables.geojson import Located, feature_collection
from yinfeng.web.accounts.models import User
from yinfeng.web.ledgers.zone_tree import zone_tree
from yinfeng.web.matching.models import OPEN, Acceptance, Deal
from yinfeng.web.places.models import Place
from yinfeng.web.runs.models import PlanRow, Run, RunZone
from yinfeng.web.zones.models import Zone
from yinfeng.web.zones.policy import scope, visible

DEAL_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        Deal.State.TO_ASK: Text("待询产权人", "Owner to be asked"),
        Deal.State.ASKED: Text("已询", "Owner asked"),
        Deal.State.TERMS: Text("谈条件", "Terms"),
        Deal.State.SIGNED: Text("已签约", "Signed"),
        Deal.State.REFUSED: Text("产权人不同意", "Owner refused"),
        Deal.State.WITHDRAWN: Text("已撤回", "Withdrawn"),
    }
)
OUTCOMES: Final = ("placed", "outbid", "not_worth", "barred", "no_place")
"""In the order in which a committee looks at them."""
LONGEST_SEARCH: Final = 100
"""Signs of a search that are looked at."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A plan's row with what was decided on it."""

    row: PlanRow
    outcome: Text
    acceptance: Acceptance | None
    is_brokered: bool
    """Some of its places belong to a firm: accepting opens a deal."""
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What two plans say of one project."""

    project_id: str
    project_name: str
    first: PlanRow | None
    second: PlanRow | None
    is_same: bool


def runs_for(user: User) -> "QuerySet[Run]":
    """Give the runs a user may see: those about no zone beyond the scope, the newest first."""
    where = scope(user, "view", "runs")
    runs = Run.objects.select_related("by").prefetch_related("zones__zone").order_by("-pk")
    if where.everywhere:
        return runs
    if not where:
        return runs.none()
    beyond = RunZone.objects.filter(run=OuterRef("pk")).exclude(zone_id__in=where.zones)
    return runs.filter(~Exists(beyond))


def waiting(runs: "QuerySet[Run]") -> "QuerySet[Run]":
    """Keep the runs whose plan somebody has still to decide on."""
    return runs.filter(status__in=("OPTIMAL", "FEASIBLE", "STOPPED"), closed_at=None)


def zones_to_plan(user: User) -> list[tuple[str, str, int]]:
    """Give the zones a user may ask a plan for: id, name and how deep each lies, those below after theirs."""
    tree = zone_tree(user)
    regions = Zone.objects.filter(zone_kind="region").values_list("zone_id", flat=True)
    where = scope(user, "add", "runs")
    return [
        (zone, name, len(tree.with_those_above(zone)) - 1)
        for zone, name in tree.names.items()
        if where.covers(zone) and zone not in regions
    ]


def rows_of_plan(run: Run, *, outcome: str = "", typed: str = "") -> "QuerySet[PlanRow]":
    """Give a plan's rows, those that are placed first and by what they are worth."""
    rows = run.rows.filter(outcome=outcome) if outcome else run.rows.all()
    for word in typed[:LONGEST_SEARCH].split():
        rows = rows.filter(
            Q(project_id__icontains=word) | Q(project_name__icontains=word) | Q(place_name__icontains=word)
        )
    order = Case(
        *(When(outcome=code, then=n) for n, code in enumerate(OUTCOMES)), output_field=IntegerField()
    )
    return rows.order_by(order, F("value_yuan").desc(nulls_last=True), "project_id")


def shown_rows(run: Run, rows: Iterable[PlanRow], user: User) -> list[ShownRow]:
    """Give rows with what was decided on them and whether the user may decide."""
    rows = list(rows)
    accepted = Acceptance.objects.filter(row__in=rows, undone_at=None).select_related("by")
    by_row = {one.row_id: one for one in accepted}
    named = {place for row in rows for place in row.place_ids}
    firms = set(
        Place.objects.filter(place_id__in=named, owner_kind="firm").values_list("place_id", flat=True)
    )
    where = scope(user, "decide", "runs")
    return [
        ShownRow(
            row=row,
            outcome=Text(*run.answer["outcomes"][row.outcome]),
            acceptance=by_row.get(row.pk),
            is_brokered=not firms.isdisjoint(row.place_ids),
            may_decide=where.covers(row.zone_id),
        )
        for row in rows
    ]


def compared(first: Run, second: Run) -> list[Difference]:
    """Lay two plans side by side by project: what differs first."""
    ones = {row.project_id: row for row in first.rows.all()}
    others = {row.project_id: row for row in second.rows.all()}
    differences = [_difference(ones.get(key), others.get(key)) for key in sorted(ones.keys() | others.keys())]
    return sorted(differences, key=lambda one: (one.is_same, one.project_id))


def map_of(run: Run) -> str:
    """Give a plan's places as GeoJSON: those that are given out with the project that takes them."""
    takers: dict[str, list[str]] = {}
    for row in run.rows.filter(outcome="placed"):
        for place in row.place_ids:
            takers.setdefault(place, []).append(row.project_name or row.project_id)
    kept = {place.place_id: place for place in run.places.all()}
    located = _places(run).values_list("place_id", "kind", "boundary", "longitude", "latitude")
    return feature_collection([_located(kept[key], takers.get(key, ()), *rest) for key, *rest in located])


def is_located(run: Run) -> bool:
    """Tell whether any place of a plan can be drawn."""
    return _places(run).filter(~Q(boundary="") | Q(longitude__isnull=False)).exists()


def deals_for(user: User, *, state: str = "", keeper: str = "") -> "QuerySet[Deal]":
    """Give the deals a user may see, those to be asked next first."""
    deals = visible(user, "deals", Deal.objects.select_related("place", "project", "zone", "keeper"))
    if state == "open":
        deals = deals.filter(state__in=OPEN)
    elif state:
        deals = deals.filter(state=state)
    if keeper:
        deals = deals.filter(keeper=keeper)
    return deals.order_by("next_on", "pk")


def _places(run: Run) -> "QuerySet[Place]":
    return Place.objects.filter(place_id__in=run.places.values("place_id"))


def _difference(first: PlanRow | None, second: PlanRow | None) -> Difference:
    one = first or second
    assert one is not None
    same = first is not None and second is not None and _what(first) == _what(second)
    return Difference(one.project_id, one.project_name, first, second, same)


def _what(row: PlanRow) -> tuple[Any, ...]:
    return row.outcome, row.place_ids, row.area_m2, row.value_yuan


def _located(
    place: Any, takers: Iterable[str], kind: str, boundary: str, longitude: Any, latitude: Any
) -> Located:
    names = "、".join(takers)
    properties = {
        "key": place.place_id,
        "name": f"{place.place_name} ← {names}" if names else place.place_name,
        "kind": kind,
        "state": "taken"
        if names and (place.taken_m2 or 0) >= (place.free_m2 or 0)
        else "part"
        if names
        else "vacant",
        "href": f"/desk/places/{place.place_id}/",
    }
    return Located(properties, boundary, longitude, latitude)


def decided_counts(run: Run) -> tuple[int, int]:
    """Give how many placed rows are accepted, and how many there are."""
    accepted = Q(acceptances__undone_at=None, acceptances__isnull=False)
    placed = run.rows.filter(outcome="placed")
    return placed.filter(accepted).distinct().count(), placed.count()
