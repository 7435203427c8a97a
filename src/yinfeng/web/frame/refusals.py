"""What happens when somebody asks for what they may not do: a plain page, and an entry on the trail."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yinfeng.web.audit.actions import Act, record
from yinfeng.web.frame.address import address_of
from yinfeng.web.zones.policy import Refused
from yinfeng.web.zones.words import action_label, kind_label


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer `Refused` with 403 and note who tried what."""

    class Refusals:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
            if not isinstance(error, Refused):
                return None
            act = Act(
                action="refused",
                kind=error.kind,
                zone_id=error.zone_id or "",
                reason=f"{error.action} {request.path}"[:500],
            )
            record(act, by=request.user, address=address_of(request))
            words = {"action": action_label(error.action), "kind": kind_label(error.kind)}
            return render(request, "refused.html", words, status=403)

    return Refusals()
