"""Pages of leads."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.web.audit.queries import history
from yinfeng.web.frame.fields import read_date, read_version
from yinfeng.web.frame.site import page
from yinfeng.web.leads import actions, queries
from yinfeng.web.leads.models import Lead
from yinfeng.web.ledgers.actions import Conflict
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.zones.policy import demand, may
from yinfeng.web.zones.words import action_label

_PER_PAGE = 50


def listed(request: HttpRequest) -> HttpResponse:
    """List the leads, those to be answered first."""
    demand(request.user, "view", "leads")
    state, typed = request.GET.get("state", ""), request.GET.get("q", "")
    keeper = request.GET.get("kept_by", "")
    leads = queries.leads_for(request.user, state=state, typed=typed, keeper=keeper)
    return page(
        request,
        "leads/list.html",
        Text("线索", "Leads"),
        leads=Paginator(leads, _PER_PAGE).get_page(request.GET.get("page")),
        states=queries.STATE_LABEL,
        counts=queries.counts_for(request.user),
        state=state,
        typed=typed,
        keeper=keeper,
    )


def shown(request: HttpRequest, number: str) -> HttpResponse:
    """Show one lead: who asked, for what, what was done."""
    return _page(request, _lead(request, number))


@require_POST
def followed(request: HttpRequest, number: str) -> HttpResponse:
    """Note how far a lead is."""
    lead, told = _lead(request, number), request.POST
    lead.version = read_version(told.get("version", ""))
    try:
        actions.follow(
            lead,
            by=request.user,
            state=told.get("state", ""),
            keeper=told.get("keeper") or None,
            next_on=read_date(told.get("next_on", "")),
            reason=told.get("reason", ""),
        )
    except Conflict:
        return _page(request, _lead(request, number), conflict=True, status=409)
    except InputError as error:
        return _page(request, _lead(request, number), faults=error.faults, status=400)
    return redirect("lead", number=number)


@require_POST
def to_project(request: HttpRequest, number: str) -> HttpResponse:
    """Make a project of a lead and open it."""
    lead = _lead(request, number)
    project_id, name = (
        request.POST.get("project_id", "").strip(),
        request.POST.get("project_name", "").strip(),
    )
    try:
        actions.make_project(lead, project_id=project_id, project_name=name, by=request.user)
    except InputError as error:
        return _page(request, lead, faults=error.faults, status=400)
    return redirect(record_address("projects", project_id))


@require_POST
def forgotten(request: HttpRequest, number: str) -> HttpResponse:
    """Clear the contact details of a lead and its message."""
    actions.forget_contact(_lead(request, number), by=request.user, reason=request.POST.get("reason", ""))
    return redirect("lead", number=number)


def _lead(request: HttpRequest, number: str) -> Lead:
    demand(request.user, "view", "leads")
    return get_object_or_404(queries.leads_for(request.user), number=number)


def _page(request: HttpRequest, lead: Lead, *, status: int = 200, **context: Any) -> HttpResponse:
    return page(
        request,
        "leads/lead.html",
        Text("线索 {n}", "Lead {n}").format(n=lead.number),
        status=status,
        lead=lead,
        label=queries.STATE_LABEL[lead.state],
        states=queries.STATE_LABEL,
        need=queries.need_of(lead),
        places=queries.places_of(lead, request.user),
        keepers=queries.keepers_for(lead),
        entries=[(entry, action_label(entry.action)) for entry in history("leads", lead.number)],
        may_change=may(request.user, "change", "leads", lead.zone_id),
        **context,
    )
