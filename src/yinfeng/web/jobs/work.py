"""Doing jobs: what the worker calls, and what the work itself says.

A kind of work is a function of one job, named in ``settings.JOB_KINDS``. A worker can die at any moment, and
then the job is begun again from its start, by the next worker. So the work

- reads what it needs, and asks ``tell(job, share, message)`` at each step: False means stop, by `Cancelled`;
- writes its results and `finish` in **one** transaction at the end: both are there or none is. `finish`
  refuses (`Overtaken`) where the job is no longer this worker's, and its transaction is undone;
- ends its own child processes when it ends.

Wrong data end a job by InputError, whose faults become its message. Anything else is a fault of the program:
the traceback is kept with the job.
"""

import logging
import traceback
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.audit.origin import acting_from
from yinfeng.web.jobs import notes
from yinfeng.web.jobs.models import Job

MAX_ATTEMPTS: Final = 3
"""A job that ended as many workers is not begun again."""

_log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Raised by the work when it stops because somebody asked."""


class Overtaken(Exception):
    """The job was begun again by another worker, or ended: what this one did must not be kept."""


def tell(job: Job, progress: float | None, message: Text) -> bool:
    """Say how far the work has come (0–1; None: not known); give False where it is to stop."""
    notes.tell(job.pk, notes.Note(progress, message))
    return not notes.stop_asked(job.pk)


def finish(job: Job, message: Text, *, link: str = "") -> None:
    """End a job well, in the transaction that writes its results; raises `Overtaken`."""
    _end(job, Job.State.DONE, message, link=link or job.link)


@task()
def execute(job_id: int) -> None:
    """Do a job, unless it was cancelled or is done already."""
    job = claim(job_id)
    if job is None:
        return
    try:
        with acting_from(job.address):
            _kind(job.kind)(job)
    except Overtaken:
        _log.warning("job %s was taken up by another worker", job.pk)
    except Cancelled:
        _cancel(job)
    except InputError as error:
        _end(job, Job.State.FAILED, _said(error))
    except Exception:
        _log.exception("job %s (%s) failed", job.pk, job)
        message = Text(
            "程序出错，没有写入任何内容；请联系管理员",
            "The program failed; nothing was written. Tell the administrator",
        )
        _end(job, Job.State.FAILED, message, error=traceback.format_exc())
    finally:
        if not Job.objects.filter(pk=job.pk, state=Job.State.WORKING).exists():
            notes.forget(job.pk)


def claim(job_id: int) -> Job | None:
    """Take up a job that waits; None where there is nothing to do."""
    waiting = Job.objects.filter(pk=job_id, state=Job.State.QUEUED)
    changes = {"state": Job.State.WORKING, "begun_at": timezone.now(), "attempts": F("attempts") + 1}
    return Job.objects.select_related("by").get(pk=job_id) if waiting.update(**changes) else None


def put_on_queue(job: Job) -> None:
    """Let a worker execute a job that waits."""
    result = execute.enqueue(job.pk)
    Job.objects.filter(pk=job.pk).update(task_id=result.id)


@transaction.atomic
def recover() -> int:
    """Put back what a dead worker left undone, and give how many jobs that were.

    Only for a worker that knows itself to be the only one: whatever is being worked on has lost its worker.
    """
    DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now()
    )
    left = Job.objects.filter(state=Job.State.WORKING)
    for job in left.filter(attempts__gte=MAX_ATTEMPTS):
        message = Text(
            f"做了 {MAX_ATTEMPTS} 次都意外中断（内存不足？）；没有写入任何内容",
            f"Ended {MAX_ATTEMPTS} times without an answer (out of memory?); nothing was written",
        )
        _end(job, Job.State.FAILED, message)
        notes.forget(job.pk)
    recovered = left.update(state=Job.State.QUEUED)
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY).values("pk")
    for job in Job.objects.filter(state=Job.State.QUEUED).exclude(task_id__in=ready).order_by("pk"):
        put_on_queue(job)
    return recovered


def _kind(kind: str) -> Callable[[Job], None]:
    work: Callable[[Job], None] = import_string(settings.JOB_KINDS[kind])
    return work


@transaction.atomic
def _cancel(job: Job) -> None:
    asked = User.objects.filter(username=notes.stop_asked(job.pk)).first()
    _end(
        job,
        Job.State.CANCELLED,
        Text("已按要求停止；没有写入任何内容", "Stopped as asked; nothing was written"),
    )
    record(Act(action="cancel", kind=job.kind, key=job.ref, zone_id=job.zone_id), by=asked or job.by)


def _end(job: Job, state: str, message: Text, *, error: str = "", link: str = "") -> None:
    mine = Job.objects.filter(pk=job.pk, state=Job.State.WORKING, attempts=job.attempts)
    changes = {"message_zh": message.zh, "message_en": message.en, "error": error, "link": link or job.link}
    if not mine.update(state=state, ended_at=timezone.now(), **changes):
        raise Overtaken(str(job))


def _said(error: InputError) -> Text:
    faults = error.faults
    return Text(
        "\n".join(fault.say("zh") for fault in faults), "\n".join(fault.say("en") for fault in faults)
    )
