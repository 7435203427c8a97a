"""Pages of one place: who could take it, and putting them on a visit list."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from yinfeng.core.errors import Fault, InputError
from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.frame.fields import read_date
from yinfeng.web.frame.site import page
from yinfeng.web.language import say
from yinfeng.web.ledgers.access import record_for
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.places.models import Place
from yinfeng.web.takers import actions, answers, queries
from yinfeng.web.takers.words import OUTCOME_LABEL, STATE_LABEL
from yinfeng.web.zones.policy import demand, may, who_may

FIRMS_SHOWN: Final = 12


def shown(request: HttpRequest, key: str) -> HttpResponse:
    """Show who could take a place."""
    place = record_for(request.user, "places", key)
    demand(request.user, "view", "projects")
    if place.kind == "line" and place.part_of_id:
        return redirect("takers", key=place.part_of_id)
    return _page(request, place)


@require_POST
def planned(request: HttpRequest, key: str) -> HttpResponse:
    """Put those who were ticked on a visit list."""
    place = record_for(request.user, "places", key)
    told = request.POST
    try:
        visits = actions.plan(
            place,
            queries.whom(told.getlist("who"), request.user),
            planned_on=read_date(told.get("planned_on", "")),
            keeper=User.objects.filter(username=told.get("keeper", ""), is_active=True).first(),
            by=request.user,
        )
    except InputError as error:
        return _page(request, place, faults=error.faults, status=422)
    messages.success(request, say(_planned_words(len(visits), len(told.getlist("who")))))
    return redirect("takers", key=key)


def _planned_words(planned: int, asked: int) -> Text:
    text = Text("已排 {n} 次走访", "{n} visits planned").format(n=planned)
    if asked == planned:
        return text
    more = Text("；{m} 个已经排过", "; {m} were planned already").format(m=asked - planned)
    return Text(text.zh + more.zh, text.en + more.en)


def _page(
    request: HttpRequest, place: Place, *, faults: tuple[Fault, ...] = (), status: int = 200
) -> HttpResponse:
    is_whole = request.GET.get("show") == "all"
    can_plan = may(request.user, "add", "visits", place.zone_id)
    context: dict[str, Any] = {"answer": None}
    if place.kind in answers.OFFERED_KINDS:
        answer = answers.takers_for(place, request.user, reasoned=10_000 if is_whole else answers.REASONED)
        context = {
            "answer": answer,
            "passing": answer.passing if is_whole else answer.passing[: answers.REASONED],
            "firms": answer.firms if is_whole else answer.firms[:FIRMS_SHOWN],
            "more": 0
            if is_whole
            else max(0, len(answer.passing) - answers.REASONED) + max(0, len(answer.firms) - FIRMS_SHOWN),
        }
    visits = queries.visits_about(place.place_id, request.user) if may(request.user, "view", "visits") else ()
    return page(
        request,
        "takers/takers.html",
        Text("谁能承接 {place}", "Who could take {place}").format(place=place),
        status=status,
        place=place,
        address=record_address("places", place.place_id),
        faults=faults,
        may_plan=can_plan,
        keepers=who_may("change", "visits", place.zone_id) if can_plan else (),
        today=timezone.localdate(),
        visits=[(visit, STATE_LABEL[visit.state], OUTCOME_LABEL.get(visit.outcome)) for visit in visits[:20]],
        on_list={f"{visit.who}:{visit.who_key}" for visit in visits if visit.state == visit.State.PLANNED},
        **context,
    )
