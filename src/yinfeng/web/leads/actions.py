"""Taking an enquiry in, following it, making a project of it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.entry import read_entry
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.leads.models import Lead
from yinfeng.web.ledgers.actions import Conflict, Write, write
from yinfeng.web.projects.models import Project
from yinfeng.web.zones.policy import demand

State = Lead.State
MOST_PER_HOUR: Final = 60
"""Enquiries of all visitors in an hour; beyond that somebody is playing, and the portal asks to telephone."""
_FOLLOWED: Final = ("state", "keeper_id", "next_on")
_PERSONAL: Final[Mapping[str, tuple[Text, str]]] = {
    "contact": (Text("联系人", "Contact"), "—"),
    "phone": (Text("电话", "Telephone"), ""),
    "email": (Text("邮箱", "Mail"), ""),
    "message": (Text("留言", "Message"), ""),
}
"""What may tell who asked: field → its label, and what it holds once it is cleared."""


class TooMany(Exception):
    """So many enquiries came in the last hour that no more are taken by the portal."""


@transaction.atomic
def take_enquiry(
    *,
    contact: str,
    phone: str,
    email: str,
    zone_id: str | None,
    place_ids: Sequence[str],
    need: Mapping[str, str],
    firm_name: str = "",
    message: str = "",
    lang: str = "zh",
    by: User | None = None,
) -> Lead:
    """Keep an enquiry as a new lead; by: who entered it on the desk, None where it came by the portal.

    Raises `TooMany` where visitors sent too many within the hour.
    """
    if by is not None:
        demand(by, "add", "leads", zone_id)
    elif _came_lately() >= MOST_PER_HOUR:
        raise TooMany
    lead = Lead.objects.create(
        number=_new_number(),
        zone_id=zone_id,
        place_ids=list(place_ids),
        need=dict(need),
        firm_name=firm_name,
        contact=contact,
        phone=phone,
        email=email,
        message=message,
        lang=lang,
        came_by="portal" if by is None else "desk",
    )
    after = {
        "place_ids": lead.place_ids,
        "need": lead.need,
        "came_by": lead.came_by,
    }  # who it was stays off the trail
    record(Act(action="add", kind="leads", key=lead.number, zone_id=zone_id or "", after=after), by=by)
    return lead


@transaction.atomic
def follow(
    lead: Lead,
    *,
    by: User,
    state: str,
    keeper: str | None = None,
    next_on: date | None = None,
    reason: str = "",
) -> None:
    """Note how far a lead is, who answers it and when it is looked at again.

    Raises `Conflict`, `Refused`, InputError for what is not listed.
    """
    demand(by, "change", "leads", lead.zone_id)
    _refuse_unknown(state, keeper)
    after = {"state": state, "keeper_id": keeper, "next_on": next_on}
    before = {name: getattr(lead, name) for name in _FOLLOWED}
    answered = timezone.now() if lead.state == State.NEW and state != State.NEW else lead.answered_at
    _change(lead, after | {"answered_at": answered})
    _note(lead, "follow", by, before=before, after=after, reason=reason)


@transaction.atomic
def make_project(lead: Lead, *, project_id: str, project_name: str, by: User) -> Any:
    """Enter what a lead asks for as a project of the ledger, so that nobody types it again."""
    demand(by, "change", "leads", lead.zone_id)
    if lead.project_id:
        expected = Text("还没有立项的线索", "a lead without a project")
        fix = Text("打开它的项目", "open its project")
        raise InputError([problem_fault("has-project", lead.project_id, expected, fix)])
    texts = dict(lead.need) | {
        "project_id": project_id,
        "project_name": project_name,
        "firm": lead.firm_name,
        "stage": "线索",
        "zone_id": lead.zone_id or "",
    }
    entered = read_entry("projects", texts)
    if entered.errors:
        raise InputError(entered.errors)
    reason = Text("由线索 {n} 立项", "from lead {n}").format(n=lead.number).zh
    write("projects", [Write("add", "", entered.values)], by=by, reason=reason)
    before = {"state": lead.state}
    _change(lead, {"state": State.PROJECT, "project_id": project_id})
    after = {"state": State.PROJECT, "project_id": project_id}
    _note(lead, "project", by, before=before, after=after)
    return Project.objects.get(project_id=project_id)


@transaction.atomic
def forget_contact(lead: Lead, *, by: User, reason: str) -> None:
    """Clear a lead's contact details and its message, in which they may stand too, as their owner may ask.

    The trail names what was cleared, never what it held.
    """
    demand(by, "change", "leads", lead.zone_id)
    cleared = [label.zh for name, (label, blank) in _PERSONAL.items() if getattr(lead, name) != blank]
    _change(lead, {name: blank for name, (_, blank) in _PERSONAL.items()})
    _note(lead, "forget", by, after={"cleared": cleared}, reason=reason)


def _refuse_unknown(state: str, keeper: str | None) -> None:
    if state not in State.values or (keeper and not User.objects.filter(username=keeper).exists()):
        expected = Text("列出的状态和人员", "a state and a person that are listed")
        fix = Text("从下拉单里选", "choose from the list")
        raise InputError([problem_fault("not-listed", f"{state} {keeper or ''}".strip(), expected, fix)])


def _came_lately() -> int:
    since = timezone.now() - timedelta(hours=1)
    return Lead.objects.filter(came_by="portal", made_at__gt=since).count()


def _change(lead: Lead, values: Mapping[str, Any]) -> None:
    rows = Lead.objects.filter(pk=lead.pk, version=lead.version)
    if not rows.update(**values, version=F("version") + 1, changed_at=timezone.now()):
        raise Conflict("leads", [lead.number])
    lead.refresh_from_db()


def _note(lead: Lead, action: str, by: User, **told: Any) -> None:
    record(Act(action=action, kind="leads", key=lead.number, zone_id=lead.zone_id or "", **told), by=by)


def _new_number() -> str:
    """Give a number that can be told on the telephone and not be guessed from the one before."""
    return f"X{timezone.localdate():%y%m%d}-{secrets.randbelow(10**6):06d}"
