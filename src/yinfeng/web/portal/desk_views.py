"""The desk's page of links that visitors made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from yinfeng.core.text import Text
from yinfeng.web.frame.site import page
from yinfeng.web.portal import sharing
from yinfeng.web.zones.policy import demand, scope

_MOST: int = 200


def listed(request: HttpRequest) -> HttpResponse:
    """List the links that still open."""
    demand(request.user, "view", "leads")
    shares = sharing.that_open(sharing.shares_for(request.user))
    may_end = bool(scope(request.user, "change", "leads"))
    title = Text("分享链接", "Share links")
    context = {"shares": shares[:_MOST], "total": shares.count(), "may_end": may_end}
    return page(request, "portal/desk_shares.html", title, **context)


@require_POST
def ended(request: HttpRequest, number: int) -> HttpResponse:
    """End a link before its time."""
    demand(request.user, "view", "leads")
    share = get_object_or_404(sharing.shares_for(request.user), pk=number)
    sharing.end_share(share, by=request.user)
    return redirect("portal-shares")
