"""Jobs: queued once, done once, told of, stopped, and begun again after a worker died."""

import pytest
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tests.web.office import a_user, a_zone
from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.audit.models import Entry
from yinfeng.web.jobs import actions, notes, queries, work
from yinfeng.web.jobs.models import Job
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db

HALF = Text("写了一半", "Half of it written")
ALL = Text("全部写好", "All of it written")


@pytest.fixture(autouse=True)
def _kinds(settings, tmp_path):
    settings.SITE = tmp_path
    settings.JOB_KINDS = {kind: f"{__name__}.{kind}" for kind in ("runs", "imports", "leads", "deals")}


def runs(job):
    """Work that ends well."""
    work.tell(job, 0.5, HALF)
    work.finish(job, ALL, link="/desk/runs/7/")


def imports(job):
    """Work that finds its data wrong."""
    raise InputError(
        [problem_fault("wrong", "三十", Text("一个数", "a number"), Text("改成 30", "write 30"))]
    )


def leads(job):
    """Work with a fault of its own."""
    raise ZeroDivisionError


def deals(job):
    """Work that somebody asks to stop."""
    actions.ask_cancel(job, by=job.by)
    if not work.tell(job, 0.5, HALF):
        raise work.Cancelled


def queued(kind="runs", ref="7"):
    a_zone()
    return actions.enqueue(kind, ref, by=a_user(), link=f"/desk/{kind}/{ref}/")


def after(job):
    work.execute.func(job.pk)
    job.refresh_from_db()
    return job


def test_a_job_is_done_and_says_what_came_of_it():
    job = after(queued())
    assert (job.state, job.message_zh, job.link, job.attempts) == ("done", ALL.zh, "/desk/runs/7/", 1)
    assert notes.told(job.pk) is None


def test_two_clicks_queue_one_job_and_one_task():
    job = queued()
    assert actions.enqueue("runs", "7", by=job.by) == job
    assert DBTaskResult.objects.count() == 1


def test_a_job_done_is_not_done_again():
    job = after(queued())
    work.execute.func(job.pk)
    assert Job.objects.get().attempts == 1


def test_wrong_data_end_a_job_with_their_faults():
    job = after(queued("imports"))
    assert (job.state, job.message_en) == ("failed", 'found "三十", expected a number; write 30')


def test_a_fault_of_the_program_keeps_its_traceback_and_does_not_show_it(caplog):
    job = after(queued("leads"))
    assert job.state == "failed"
    assert "ZeroDivisionError" in job.error
    assert "ZeroDivision" not in job.message_en


def test_a_working_job_stops_when_asked_and_the_trail_says_who_asked():
    job = after(queued("deals"))
    assert job.state == "cancelled"
    entry = Entry.objects.get(action="cancel")
    assert (entry.by, entry.kind, entry.key) == (job.by.username, "deals", "7")
    assert notes.stop_asked(job.pk) == ""


def test_a_waiting_job_is_cancelled_at_once_and_never_done():
    job = queued()
    actions.ask_cancel(job, by=job.by)
    assert after(job).state == "cancelled"
    assert Entry.objects.filter(action="cancel").count() == 1


def test_who_may_not_change_the_kind_may_not_cancel():
    job = queued()
    with pytest.raises(Refused):
        actions.ask_cancel(job, by=a_user("auditor"))
    assert Job.objects.get().state == "queued"


def test_what_a_dead_worker_left_is_put_back_and_done_by_the_next():
    job = queued()
    lost = work.claim(job.pk)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    assert work.recover() == 1
    job.refresh_from_db()
    assert job.state == "queued"
    assert [task.args_kwargs["args"] for task in DBTaskResult.objects.ready()] == [[job.pk]]
    again = work.claim(job.pk)
    with pytest.raises(work.Overtaken):  # the dead one was only slow
        work.finish(lost, ALL)
    work.finish(again, ALL)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_a_job_that_ends_every_worker_is_given_up():
    job = queued()
    Job.objects.update(attempts=work.MAX_ATTEMPTS - 1)
    work.claim(job.pk)
    work.recover()
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.message_en.startswith("Ended 3 times")


def test_a_queued_job_keeps_its_task_when_a_worker_starts():
    queued()
    work.recover()
    assert DBTaskResult.objects.count() == 1


def test_a_page_shows_how_far_the_job_is_and_lets_its_owner_stop_it():
    job = queued()
    work.claim(job.pk)
    work.tell(job, 0.5, HALF)
    shown = queries.shown(Job.objects.get(), job.by)
    assert (shown.percent, shown.message, shown.may_cancel, shown.is_stopping) == (50, HALF, True, False)


def test_pages_of_a_job(client):
    job = queued()
    client.force_login(job.by)
    page = client.get(f"/desk/jobs/{job.pk}/")
    assert page.status_code == 200
    assert f'hx-get="/desk/jobs/{job.pk}/progress/"' in page.text
    assert "HX-Refresh" not in client.get(f"/desk/jobs/{job.pk}/progress/").headers
    assert client.get(f"/desk/jobs/{job.pk}/cancel/").status_code == 405
    assert client.post(f"/desk/jobs/{job.pk}/cancel/").status_code == 302
    assert client.get(f"/desk/jobs/{job.pk}/progress/").headers["HX-Refresh"] == "true"
    client.force_login(a_user(None))
    assert client.get(f"/desk/jobs/{job.pk}/").status_code == 403
