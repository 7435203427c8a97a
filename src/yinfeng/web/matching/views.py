"""Pages of placement plans."""

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from yinfeng.core.errors import Fault, InputError
from yinfeng.core.text import Text
from yinfeng.tables.policy import names
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.frame.site import page
from yinfeng.web.jobs import queries as jobs
from yinfeng.web.language import current
from yinfeng.web.matching import actions, forms, queries
from yinfeng.web.matching.models import Acceptance
from yinfeng.web.runs.actions import start_run
from yinfeng.web.runs.bridge import folder_of
from yinfeng.web.runs.models import PlanRow, Run
from yinfeng.web.zones.policy import demand, may

_LISTED = 200
_PER_PAGE = 50


def listed(request: HttpRequest) -> HttpResponse:
    """List the runs, the newest first."""
    demand(request.user, "view", "runs")
    is_waiting = request.GET.get("state") == "waiting"
    runs = queries.runs_for(request.user)
    if is_waiting:
        runs = queries.waiting(runs)
    if by := request.GET.get("by", ""):
        runs = runs.filter(by__username=by)
    runs = runs[:_LISTED]
    rows = [(run, None if run.status else _job(request, run)) for run in runs]
    may_start = may(request.user, "add", "runs")
    return page(
        request,
        "matching/list.html",
        Text("落位方案", "Placement plans"),
        rows=rows,
        may_start=may_start,
        is_waiting=is_waiting,
    )


def asked(request: HttpRequest) -> HttpResponse:
    """Ask for a plan."""
    demand(request.user, "add", "runs")
    if request.method != "POST":
        return _ask_page(request)
    try:
        told = forms.read_run(request.POST)
        run = start_run(
            zones=told.zones,
            rulebook=told.rulebook,
            as_of=told.as_of,
            title=told.title,
            with_pins=told.with_pins,
            time_limit_s=told.time_limit_s,
            seed=told.seed,
            by=request.user,
        )
    except InputError as error:
        return _ask_page(request, faults=error.faults)
    return redirect("run", run_id=run.pk)


def shown(request: HttpRequest, run_id: int, *, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    """Show a plan, or how far the run is."""
    run = _run(request, run_id)
    title = Text("方案 {run}", "Plan {run}").format(run=run)
    if not run.answer:
        return page(request, "matching/waiting.html", title, run=run, job=_job(request, run))
    if "rows" not in run.answer and run.status == "FAULTY":
        said = [Text(*one) for one in run.answer["faults"]]
        return page(request, "matching/faulty.html", title, run=run, faults=said)
    return page(
        request,
        "matching/plan.html",
        title,
        status=400 if faults else 200,
        **_plan(request, run),
        faults=faults,
    )


def sheet(request: HttpRequest, run_id: int, number: int) -> HttpResponse:
    """Show one of the plan's sheets that is about no single project or place."""
    run = _run(request, run_id)
    sheets = run.sheets.get(current(), [])
    if not 0 <= number < len(sheets):
        raise Http404
    shown_rows = [[_shown(cell) for cell in row] for row in sheets[number]["rows"]]
    return page(
        request,
        "matching/sheet.html",
        sheets[number]["title"],
        run=run,
        sheets=sheets,
        headers=sheets[number]["headers"],
        rows=shown_rows,
        number=number,
    )


def places(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show what the plan says of each place; those that stay empty come first."""
    run = _run(request, run_id)
    found = run.places.order_by("taken_m2", "-passing", "place_id")
    pages = Paginator(found, 4 * _PER_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "matching/places.html",
        Text("场地", "Places"),
        run=run,
        sheets=run.sheets.get(current(), []),
        pages=pages,
        numbers=pages.paginator.get_elided_page_range(pages.number),
    )


def compared(request: HttpRequest, run_id: int, other_id: int) -> HttpResponse:
    """Lay two plans side by side."""
    first, second = _run(request, run_id), _run(request, other_id)
    if not (first.sheets and second.sheets):
        raise Http404
    title = Text("方案 {a} 与 {b}", "Plans {a} and {b}").format(a=first, b=second)
    return page(
        request,
        "matching/compare.html",
        title,
        first=first,
        second=second,
        differences=queries.compared(first, second),
    )


def on_map(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give the plan's places for its map."""
    body = queries.map_of(_run(request, run_id))
    return HttpResponse(body, content_type="application/geo+json; charset=utf-8")


def workbook(request: HttpRequest, run_id: int) -> FileResponse:
    """Give the plan's workbook, as the command line would have written it."""
    run = _run(request, run_id)
    demand(request.user, "export", "runs")
    file = folder_of(run) / f"plan-{current()}.xlsx"
    if not file.is_file():
        raise Http404
    record(Act(action="export", kind="runs", key=str(run.pk)), by=request.user)
    name = f"plan-{run.pk}-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(file.open("rb"), as_attachment=True, filename=name)


@require_POST
def replanned(request: HttpRequest, run_id: int) -> HttpResponse:
    """Make the plan again with pins and bars tried on its page."""
    run = _run(request, run_id)
    again = start_run(
        zones=run.zones.values_list("zone_id", flat=True),
        rulebook=run.rulebook,
        as_of=run.as_of,
        title=run.title,
        seed=run.seed,
        time_limit_s=run.time_limit_s,
        with_pins=run.with_pins,
        tried=[*run.tried, *forms.read_tried(request.POST)],
        based_on=run,
        by=request.user,
    )
    return redirect("run", run_id=again.pk)


@require_POST
def accepted(request: HttpRequest, run_id: int, row_id: int) -> HttpResponse:
    """Accept a row: reserve its places, or open deals with their owners."""
    row = get_object_or_404(PlanRow, pk=row_id, run=_run(request, run_id))
    try:
        actions.accept_row(row, by=request.user, reason=request.POST.get("reason", ""))
    except InputError as error:
        return shown(request, run_id, faults=error.faults)
    return redirect(f"/desk/runs/{run_id}/#{row.project_id}")


@require_POST
def taken_back(request: HttpRequest, run_id: int, acceptance_id: int) -> HttpResponse:
    """Take an acceptance back."""
    acceptance = get_object_or_404(Acceptance, pk=acceptance_id, row__run=_run(request, run_id))
    try:
        actions.undo_acceptance(acceptance, by=request.user, reason=request.POST.get("reason", ""))
    except InputError as error:
        return shown(request, run_id, faults=error.faults)
    return redirect(f"/desk/runs/{run_id}/#{acceptance.row.project_id}")


def _run(request: HttpRequest, run_id: int) -> Run:
    demand(request.user, "view", "runs")
    return get_object_or_404(queries.runs_for(request.user), pk=run_id)


def _shown(cell: Any) -> str:
    """Write a cell of a sheet: numbers with their thousands apart and no more digits than say something."""
    if isinstance(cell, float) and not cell.is_integer():
        return f"{cell:,.2f}"
    return f"{cell:,.0f}" if isinstance(cell, int | float) else cell or ""


def _job(request: HttpRequest, run: Run) -> jobs.Shown | None:
    job = jobs.latest("runs", str(run.pk))
    return None if job is None else jobs.shown(job, request.user)


def _ask_page(request: HttpRequest, *, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    return page(
        request,
        "matching/ask.html",
        Text("编制方案", "Ask for a plan"),
        status=400 if faults else 200,
        zones=queries.zones_to_plan(request.user),
        chosen=request.POST.getlist("zones"),
        rulebooks=names(),
        as_of=request.POST.get("as_of", timezone.localdate().isoformat()),
        told=request.POST,
        faults=faults,
    )


def _plan(request: HttpRequest, run: Run) -> dict[str, Any]:
    outcome, typed = request.GET.get("outcome", ""), request.GET.get("q", "")
    found = queries.rows_of_plan(run, outcome=outcome, typed=typed)
    pages = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    earlier = queries.runs_for(request.user).exclude(pk=run.pk).exclude(sheets={})[:20]
    accepted_rows, placed = queries.decided_counts(run)
    return {
        "run": run,
        "sheets": run.sheets.get(current(), []),
        "rows": queries.shown_rows(run, pages, request.user),
        "pages": pages,
        "numbers": pages.paginator.get_elided_page_range(pages.number),
        "typed": typed,
        "outcomes": [(code, Text(*run.answer["outcomes"][code])) for code in queries.OUTCOMES],
        "outcome": outcome,
        "status_said": Text(*run.answer["status"]),
        "accepted": accepted_rows,
        "placed": placed,
        "others": earlier,
        "has_map": queries.is_located(run),
        "may_plan": may(request.user, "add", "runs"),
    }
