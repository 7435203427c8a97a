"""Pages of visits: the list, the sheet to take along, what came of each."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.queries import history
from yinfeng.web.frame.address import address_of as address_of_visitor
from yinfeng.web.frame.fields import read_date, read_version
from yinfeng.web.frame.site import page
from yinfeng.web.language import current, say
from yinfeng.web.ledgers.actions import Conflict
from yinfeng.web.takers import actions, exports, queries
from yinfeng.web.takers.answers import address_of
from yinfeng.web.takers.models import Visit
from yinfeng.web.takers.next_steps import next_steps
from yinfeng.web.takers.queries import Asked
from yinfeng.web.takers.words import OUTCOME_LABEL, STATE_LABEL, WHO_LABEL
from yinfeng.web.zones.policy import demand, may, who_may

_PER_PAGE: Final = 50
_SHEET_ROWS: Final = 200
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TITLE: Final = Text("走访", "Visits")
WHOSE_LABEL: Final = {
    "mine": Text("我的", "Mine"),
    "department": Text("本部门", "My department"),
    "all": Text("全部", "All"),
}
WHEN_LABEL: Final = {
    "": Text("不限日期", "Any day"),
    "due": Text("今天及以前", "Due"),
    "week": Text("本周及以前", "This week"),
    "later": Text("以后", "Later"),
    "undated": Text("未定日期", "No day yet"),
}


def listed(request: HttpRequest) -> HttpResponse:
    """List visits."""
    demand(request.user, "view", "visits")
    asked = queries.read(request.GET)
    visits = Paginator(queries.visits_for(request.user, asked), _PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.counts_for(request.user)
    return page(
        request,
        "takers/visits.html",
        _TITLE,
        asked=asked,
        query=asked.query,
        visits=visits,
        rows=[_row(visit) for visit in visits],
        whose=[
            (label, asked.but(whose=code), code == asked.whose, counts[code])
            for code, label in WHOSE_LABEL.items()
        ],
        states={**STATE_LABEL, "all": Text("全部状态", "Any state")},
        whens=WHEN_LABEL,
        outcomes=OUTCOME_LABEL,
        today=timezone.localdate(),
        may_export=may(request.user, "export", "visits"),
    )


def sheet(request: HttpRequest) -> HttpResponse:
    """Show a list of visits to be printed and written on."""
    demand(request.user, "view", "visits")
    asked = queries.read(request.GET)
    visits = list(queries.visits_for(request.user, asked)[: _SHEET_ROWS + 1])
    context: dict[str, Any] = {
        "rows": [_row(visit) for visit in visits[:_SHEET_ROWS]],
        "today": timezone.localdate(),
    }
    context |= {"is_cut": len(visits) > _SHEET_ROWS, "most": _SHEET_ROWS, "outcomes": OUTCOME_LABEL.values()}
    return render(request, "takers/sheet.html", context)


@require_POST
def workbook(request: HttpRequest) -> HttpResponse:
    """Give a list of visits as a workbook."""
    asked = queries.read(request.GET)
    content = exports.workbook(asked, current(), by=request.user, address=address_of_visitor(request))
    name = f"{say(_TITLE)}-{timezone.localdate().isoformat()}.xlsx"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(content, content_type=_XLSX, headers=headers)


def shown(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Show one visit, with the form of what came of it."""
    return _page(request, _visit(request, visit_id))


@require_POST
def told(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Note what came of a visit, and go on to the next of the list."""
    visit, sent = _visit(request, visit_id), request.POST
    visit.version = read_version(sent.get("version", ""))
    try:
        actions.note_outcome(
            visit,
            outcome=sent.get("outcome", ""),
            told=sent.get("told", "").strip(),
            visited_on=read_date(sent.get("visited_on", "")) or timezone.localdate(),
            next_step=sent.get("next_step", "").strip(),
            next_on=read_date(sent.get("next_on", "")),
            by=request.user,
        )
    except (Conflict, InputError) as error:
        return _again(request, visit_id, error)
    if visit.outcome == Visit.Outcome.INTERESTED or not sent.get("go_on"):
        return redirect(_address(visit, request))
    return _to_next(request, visit)


@require_POST
def moved(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Give a visit another day or keeper."""
    visit, sent = _visit(request, visit_id), request.POST
    visit.version = read_version(sent.get("version", ""))
    keeper = User.objects.filter(username=sent.get("keeper", ""), is_active=True).first()
    try:
        actions.move(visit, planned_on=read_date(sent.get("planned_on", "")), keeper=keeper, by=request.user)
    except (Conflict, InputError) as error:
        return _again(request, visit_id, error)
    return redirect(_address(visit, request))


@require_POST
def dropped(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Take a visit off the list."""
    visit, sent = _visit(request, visit_id), request.POST
    visit.version = read_version(sent.get("version", ""))
    try:
        actions.drop(visit, reason=sent.get("reason", "").strip(), by=request.user)
    except (Conflict, InputError) as error:
        return _again(request, visit_id, error)
    return _to_next(request, visit)


def _visit(request: HttpRequest, visit_id: int) -> Visit:
    demand(request.user, "view", "visits")
    return get_object_or_404(queries.visits_for(request.user), pk=visit_id)


def _again(request: HttpRequest, visit_id: int, error: Conflict | InputError) -> HttpResponse:
    visit = _visit(request, visit_id)
    if isinstance(error, Conflict):
        return _page(request, visit, conflict=True, status=409)
    return _page(request, visit, faults=error.faults, sent=request.POST, status=422)


def _to_next(request: HttpRequest, visit: Visit) -> HttpResponse:
    asked = _from(request)
    following = queries.visit_after(visit, request.user, asked)
    if following is None:
        messages.success(request, say(Text("这张单子走完了", "The list is done")))
        return redirect(f"/desk/visits/{asked.but()}".removesuffix("?"))
    return redirect(_address(following, request))


def _address(visit: Visit, request: HttpRequest) -> str:
    query = _from(request).query
    return f"/desk/visits/{visit.pk}/" + (f"?{query}" if query else "")


def _from(request: HttpRequest) -> Asked:
    """Give the list a visit was opened from."""
    return queries.read(request.GET)


def _page(request: HttpRequest, visit: Visit, *, status: int = 200, **context: Any) -> HttpResponse:
    can_change = may(request.user, "change", "visits", visit.zone_id)
    asked = _from(request)
    return page(
        request,
        "takers/visit.html",
        Text("走访 {whom}", "Visit {whom}").format(whom=visit.who_name or visit.who_key),
        status=status,
        **_row(visit),
        query=asked.query,
        back=f"/desk/visits/{asked.but()}".removesuffix("?"),
        left=queries.visits_for(request.user, asked)
        .filter(state=Visit.State.PLANNED)
        .exclude(pk=visit.pk)
        .count(),
        following=queries.visit_after(visit, request.user, asked),
        outcomes=list(OUTCOME_LABEL.items()),
        may_change=can_change,
        keepers=who_may("change", "visits", visit.zone_id) if can_change else (),
        earlier=[
            (one, OUTCOME_LABEL[one.outcome]) for one in queries.earlier_visits(visit, request.user)[:5]
        ],
        steps=next_steps(visit, request.user) if visit.outcome == Visit.Outcome.INTERESTED else (),
        entries=history("visits", str(visit.pk)),
        today=timezone.localdate(),
        **context,
    )


def _row(visit: Visit) -> dict[str, Any]:
    return {
        "visit": visit,
        "who_label": WHO_LABEL[visit.who],
        "who_address": address_of(visit.who, visit.who_key),
        "state_label": STATE_LABEL[visit.state],
        "outcome_label": OUTCOME_LABEL.get(visit.outcome),
        "is_late": visit.state == Visit.State.PLANNED
        and visit.planned_on is not None
        and visit.planned_on < timezone.localdate(),
    }
