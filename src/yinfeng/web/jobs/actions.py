"""Queueing a job and asking it to stop."""

from django.db import transaction
from django.utils import timezone

from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.audit.origin import acting_address
from yinfeng.web.jobs import notes, work
from yinfeng.web.jobs.models import LIVE, Job
from yinfeng.web.jobs.queries import may_cancel
from yinfeng.web.zones.policy import Refused


@transaction.atomic
def enqueue(kind: str, ref: str, *, by: User, zone_id: str = "", link: str = "") -> Job:
    """Queue the work on a thing, or give the job of it that is alive.

    kind: key of ``settings.JOB_KINDS`` and of the policy; link: page that shows what comes of it. Job and
    task stand or fall with the transaction they are in: nothing queued is lost and nothing undone is done.
    Whether ``by`` may do it, the caller has asked already.
    """
    job, is_new = Job.objects.get_or_create(
        kind=kind,
        ref=ref,
        state__in=LIVE,
        defaults={"by": by, "address": acting_address(), "zone_id": zone_id, "link": link},
    )
    if is_new:
        work.put_on_queue(job)
    return job


@transaction.atomic
def ask_cancel(job: Job, *, by: User) -> None:
    """Take a job from the queue, or ask the work on it to stop at its next word."""
    if not may_cancel(by, job):
        raise Refused("change", job.kind, job.zone_id)
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED)
    if waiting.update(state=Job.State.CANCELLED, ended_at=timezone.now()):
        record(Act(action="cancel", kind=job.kind, key=job.ref, zone_id=job.zone_id), by=by)
    elif Job.objects.filter(pk=job.pk, state=Job.State.WORKING).exists():
        notes.ask_stop(job.pk, by.get_username())
