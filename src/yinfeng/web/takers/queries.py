"""Reading visits: whose, when, how far; and who may be visited."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from yinfeng.web.accounts.models import User
from yinfeng.web.firms.models import Firm
from yinfeng.web.leads.models import Lead
from yinfeng.web.projects.models import Project
from yinfeng.web.takers.actions import Whom
from yinfeng.web.takers.models import Visit
from yinfeng.web.zones.policy import visible

WHOSE: Final = ("mine", "department", "all")
WHEN: Final = ("", "due", "week", "later", "undated")
_STATES: Final = ("planned", "done", "dropped", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which visits are asked for; what is left out stands at what the list shows by itself."""

    whose: str = "mine"
    state: str = "planned"
    when: str = ""
    outcome: str = ""
    zone: str = ""
    typed: str = ""

    @property
    def query(self) -> str:
        """Give the address's part after "?"; empty where all is as the list shows it by itself."""
        plain = asdict(Asked())
        told = {name: value for name, value in asdict(self).items() if value != plain[name]}
        return urlencode({"q" if name == "typed" else name: value for name, value in told.items()})

    def but(self, **changes: str) -> str:
        """Give the address with something changed."""
        query = replace(self, **changes).query
        return f"?{query}" if query else "?"


def read(told: Mapping[str, str]) -> Asked:
    """Read an address; what it does not know is left out."""
    plain = Asked()
    return Asked(
        whose=_one_of(WHOSE, told.get("whose", ""), plain.whose),
        state=_one_of(_STATES, told.get("state", ""), plain.state),
        when=_one_of(WHEN, told.get("when", ""), plain.when),
        outcome=_one_of(Visit.Outcome.values, told.get("outcome", ""), ""),
        zone=told.get("zone", "")[:64],
        typed=told.get("q", "").strip()[:100],
    )


def visits_for(user: User, asked: Asked | None = None) -> "QuerySet[Visit]":
    """Give the visits a user may see, those due longest first; of what was done, the latest first."""
    visits = visible(user, "visits", Visit.objects.select_related("place", "zone", "keeper"))
    if asked is None:
        return visits
    visits = _whose(visits, user, asked.whose)
    if asked.state != "all":
        visits = visits.filter(state=asked.state)
    if asked.outcome:
        visits = visits.filter(outcome=asked.outcome)
    if asked.zone:
        visits = visits.filter(zone=asked.zone)
    for word in asked.typed.split():
        found = (
            Q(place__search__contains=word.lower()) | Q(who_name__icontains=word) | Q(who_key__icontains=word)
        )
        visits = visits.filter(found | Q(told__icontains=word))
    visits = visits.filter(_when(asked.when, timezone.localdate()))
    if asked.state == Visit.State.DONE:
        return visits.order_by("-visited_on", "-pk")
    return visits.order_by(F("planned_on").asc(nulls_last=True), "place", "pk")


def counts_for(user: User) -> dict[str, int]:
    """Count the planned visits by whose they are."""
    planned = visible(user, "visits", Visit.objects.filter(state=Visit.State.PLANNED))
    of_department = _in_department(user)
    counted = planned.aggregate(
        mine=Count("pk", filter=Q(keeper=user.username)),
        department=Count("pk", filter=of_department),
        all=Count("pk"),
    )
    return dict(counted)


def visit_after(visit: Visit, user: User, asked: Asked) -> Visit | None:
    """Give the next planned visit of a list after one: where outcomes are entered one after another."""
    left = visits_for(user, replace(asked, state="planned")).exclude(pk=visit.pk)
    if visit.planned_on is None:
        return left.first()
    later = left.filter(Q(planned_on=None) | Q(planned_on__gte=visit.planned_on))
    return later.first() or left.first()


def earlier_visits(visit: Visit, user: User) -> "QuerySet[Visit]":
    """Give what came of other visits to the same, about whichever place."""
    same = visits_for(user).filter(who=visit.who, who_key=visit.who_key, state=Visit.State.DONE)
    return same.exclude(pk=visit.pk).order_by("-visited_on", "-pk")


def visits_about(place_id: str, user: User) -> "QuerySet[Visit]":
    """Give the visits about a place, the latest first."""
    return visits_for(user).filter(place=place_id).order_by("-changed_at", "-pk")


def whom(values: Iterable[str], user: User) -> list[Whom]:
    """Name those a form ticked ("project:P1"), as far as the user may see them; others are left out."""
    asked: dict[str, list[str]] = {who: [] for who in Visit.Who.values}
    for value in dict.fromkeys(values):
        who, _, key = value.partition(":")
        if who in asked:
            asked[who].append(key)
    sources: tuple[tuple[str, str, Any, str, str], ...] = (
        (Visit.Who.PROJECT, "projects", Project.objects, "project_id", "project_name"),
        (Visit.Who.LEAD, "leads", Lead.objects, "number", "firm_name"),
        (Visit.Who.FIRM, "firms", Firm.objects, "firm_id", "firm_name"),
    )
    found = []
    for who, kind, objects, key, name in sources:
        if asked[who]:
            rows = visible(user, kind, objects.filter(**{f"{key}__in": asked[who]}))
            names = dict(rows.values_list(key, name))
            found += [Whom(who, one, names[one] or one) for one in asked[who] if one in names]
    return found


def _whose(visits: "QuerySet[Visit]", user: User, whose: str) -> "QuerySet[Visit]":
    if whose == "mine":
        return visits.filter(keeper=user.username)
    return visits.filter(_in_department(user)) if whose == "department" else visits


def _in_department(user: User) -> Q:
    """Keep what belongs to the user's department; who has none is a department of one."""
    return Q(department=user.department) if user.department else Q(keeper=user.username)


def _when(when: str, today: date) -> Q:
    sunday = today + timedelta(6 - today.weekday())
    match when:
        case "due":
            return Q(planned_on__lte=today)
        case "week":  # what is overdue is to be done this week too
            return Q(planned_on__lte=sunday)
        case "later":
            return Q(planned_on__gt=sunday)
        case "undated":
            return Q(planned_on=None)
        case _:
            return Q()


def _one_of(known: Iterable[str], value: str, otherwise: str) -> str:
    return value if value in known else otherwise
