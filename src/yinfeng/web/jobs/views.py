"""Pages of a job: how far it is, and asking it to stop."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yinfeng.core.text import Text
from yinfeng.web.frame.site import page
from yinfeng.web.jobs import actions, queries
from yinfeng.web.jobs.models import Job


def show(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show a job in a page of its own."""
    job = _find(request, job_id)
    return page(request, "jobs/job.html", Text("后台任务", "Job"), job=queries.shown(job, request.user))


def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """Give the part that a page with a job asks for each second; when the job ends, the page loads anew."""
    job = queries.shown(_find(request, job_id), request.user)
    response = render(request, "jobs/progress.html", {"job": job})
    if not job.is_live:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Ask a job to stop and show it."""
    job = _find(request, job_id)
    actions.ask_cancel(job, by=request.user)
    return redirect("job", job_id=job.pk)


def _find(request: HttpRequest, job_id: int) -> Job:
    try:
        return queries.find(job_id, request.user)
    except Job.DoesNotExist as error:
        raise Http404 from error
