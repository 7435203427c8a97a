"""Reading leads."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db.models import Count, Q, QuerySet

from yinfeng.core.text import Text
from yinfeng.tables.schema import HEADER_UNIT, Column, load
from yinfeng.web.accounts.models import User
from yinfeng.web.leads.models import Lead
from yinfeng.web.places.models import Place
from yinfeng.web.zones.policy import may, visible

STATE_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        Lead.State.NEW: Text("待答复", "To be answered"),
        Lead.State.ANSWERED: Text("已答复", "Answered"),
        Lead.State.VISIT: Text("约看", "Visit"),
        Lead.State.PROJECT: Text("已立项", "Project"),
        Lead.State.CLOSED: Text("已关闭", "Closed"),
    }
)
LONGEST_SEARCH: Final = 100
"""Signs of a search that are looked at."""


def leads_for(user: User, *, state: str = "", typed: str = "", keeper: str = "") -> "QuerySet[Lead]":
    """Give the leads a user may see, those that wait longest first within a state."""
    leads = visible(user, "leads", Lead.objects.select_related("zone", "keeper", "project"))
    if state:
        leads = leads.filter(state=state)
    if keeper:
        leads = leads.filter(keeper=keeper)
    for word in typed[:LONGEST_SEARCH].split():
        leads = leads.filter(
            Q(number__icontains=word)
            | Q(firm_name__icontains=word)
            | Q(contact__icontains=word)
            | Q(message__icontains=word)
        )
    return leads.order_by("made_at" if state == Lead.State.NEW else "-made_at")


def counts_for(user: User) -> dict[str, int]:
    """Count the leads a user may see by state; every state is there."""
    counts = dict.fromkeys(STATE_LABEL, 0)
    grouped = visible(user, "leads", Lead.objects.all()).values_list("state").annotate(n=Count("pk"))
    return counts | dict(grouped)


def need_of(lead: Lead) -> list[tuple[Text, str]]:
    """Give what was asked, as labels with the texts that were typed."""
    columns = {column.name: column for column in load("projects").columns}
    return [(_label(columns[name]), text) for name, text in lead.need.items() if name in columns]


def places_of(lead: Lead, user: User) -> "QuerySet[Place]":
    """Give the places a lead is about, as far as the user may see them."""
    return visible(user, "places", Place.objects.filter(place_id__in=lead.place_ids)).order_by("place_id")


def keepers_for(lead: Lead) -> list[User]:
    """Give who may answer a lead, by name."""
    users = User.objects.filter(is_active=True).order_by("first_name", "username")
    return [user for user in users if may(user, "change", "leads", lead.zone_id)]


def _label(column: Column) -> Text:
    unit = HEADER_UNIT.get(column.unit)
    if unit is None:
        return column.label
    return Text("{label}（{unit}）", "{label} ({unit})").format(label=column.label, unit=unit)
