"""Reading jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.jobs import notes
from yinfeng.web.jobs.models import LIVE, Job
from yinfeng.web.zones.policy import Refused, scope

STATE_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        Job.State.QUEUED: Text("排队中", "Queued"),
        Job.State.WORKING: Text("进行中", "Working"),
        Job.State.DONE: Text("已完成", "Done"),
        Job.State.FAILED: Text("未完成", "Failed"),
        Job.State.CANCELLED: Text("已取消", "Cancelled"),
    }
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A job as a page shows it."""

    pk: int
    state: str
    label: Text
    is_live: bool
    percent: int | None
    """Whole percent done; None where it is not known."""
    message: Text
    link: str
    is_stopping: bool
    may_cancel: bool


def shown(job: Job, user: User) -> Shown:
    """Give a job with what it last told."""
    is_live = job.state in LIVE
    note = notes.told(job.pk) if is_live else None
    return Shown(
        pk=job.pk,
        state=job.state,
        label=STATE_LABEL[job.state],
        is_live=is_live,
        percent=round(100 * note.progress) if note and note.progress is not None else None,
        message=note.message if note else Text(job.message_zh, job.message_en),
        link=job.link,
        is_stopping=is_live and bool(notes.stop_asked(job.pk)),
        may_cancel=is_live and may_cancel(user, job),
    )


def latest(kind: str, ref: str) -> Job | None:
    """Give the newest job of a thing."""
    return Job.objects.filter(kind=kind, ref=ref).order_by("-pk").first()


def find(job_id: int, user: User) -> Job:
    """Give a job to the one who queued it and to those who may see its thing.

    Raises `Refused`, `Job.DoesNotExist`.
    """
    job: Job = Job.objects.select_related("by").get(pk=job_id)
    if not _reaches(user, "view", job):
        raise Refused("view", job.kind, job.zone_id)
    return job


def may_cancel(user: User, job: Job) -> bool:
    """Tell whether a user may stop a job: the one who queued it, and who may change its kind of thing."""
    return _reaches(user, "change", job)


def _reaches(user: User, action: str, job: Job) -> bool:
    """Tell whether a job is somebody's own, or theirs to see or change where its zone is.

    A job of no zone lies in all of them at once, as far as anybody knows: an import of whichever rows.
    """
    where = scope(user, action, job.kind)
    return job.by_id == user.pk or where.everywhere or (bool(job.zone_id) and where.covers(job.zone_id))
