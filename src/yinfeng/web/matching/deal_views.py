"""Pages of deals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.web.audit.queries import history
from yinfeng.web.frame.fields import read_date, read_version
from yinfeng.web.frame.site import page
from yinfeng.web.ledgers.actions import Conflict
from yinfeng.web.ledgers.named_firms import named_firms
from yinfeng.web.matching import actions, queries
from yinfeng.web.matching.models import Deal
from yinfeng.web.zones.policy import demand, may
from yinfeng.web.zones.words import action_label


def listed(request: HttpRequest) -> HttpResponse:
    """List the deals, those to be asked next first."""
    demand(request.user, "view", "deals")
    state = request.GET.get("state", "open")
    found = list(queries.deals_for(request.user, state=state, keeper=request.GET.get("kept_by", "")))
    owners = named_firms(request.user, (deal.place.owner for deal in found))
    deals = [(deal, queries.DEAL_LABEL[deal.state], owners.get(deal.place.owner)) for deal in found]
    tabs = {"open": Text("进行中", "Open"), **queries.DEAL_LABEL}
    return page(request, "matching/deals.html", Text("撮合", "Deals"), deals=deals, tabs=tabs, state=state)


def shown(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Show one deal: the place, the project, the terms, what was done."""
    return _page(request, _deal(request, deal_id))


@require_POST
def moved(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Carry a deal to its next state."""
    deal, told = _deal(request, deal_id), request.POST
    deal.version = read_version(told.get("version", ""))
    step = {name: told.get(name, "") for name in ("terms", "reason")}
    try:
        next_on = read_date(told.get("next_on", ""))
        actions.move_deal(deal, told.get("state", ""), by=request.user, next_on=next_on, **step)
    except Conflict:
        return _page(request, _deal(request, deal_id), conflict=True, status=409)
    except InputError as error:
        return _page(request, _deal(request, deal_id), faults=error.faults, status=400)
    return redirect("deal", deal_id=deal_id)


def _deal(request: HttpRequest, deal_id: int) -> Deal:
    demand(request.user, "view", "deals")
    return get_object_or_404(queries.deals_for(request.user), pk=deal_id)


def _page(request: HttpRequest, deal: Deal, *, status: int = 200, **context: Any) -> HttpResponse:
    can_sign = may(request.user, "decide", "deals", deal.zone_id)
    steps = [code for code in actions.NEXT[deal.state] if can_sign or code != Deal.State.SIGNED]
    return page(
        request,
        "matching/deal.html",
        Text("撮合 {n}", "Deal {n}").format(n=deal.pk),
        status=status,
        deal=deal,
        label=queries.DEAL_LABEL[deal.state],
        owner=named_firms(request.user, [deal.place.owner]).get(deal.place.owner),
        steps=[(code, queries.DEAL_LABEL[code]) for code in steps],
        entries=[(entry, action_label(entry.action)) for entry in history("deals", str(deal.pk))],
        may_change=may(request.user, "change", "deals", deal.zone_id),
        **context,
    )
