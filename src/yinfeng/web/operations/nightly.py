"""Nightly work: the trail checked, a backup kept, what nobody needs any more cleared away.

The worker does it as it does jobs, one thing after the other, so that it never runs beside a job. It is due
from two in the morning on, in the first minute in which no job is alive; a site that is switched off at night
does it the next day. It is marked as begun before it begins: whatever ends it, a night has it once.
"""

import logging
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from yinfeng.web.accounts.sessions import SessionStore
from yinfeng.web.audit.actions import check
from yinfeng.web.jobs.models import LIVE, Job
from yinfeng.web.operations.backup import back_up
from yinfeng.web.runs.models import Run
from yinfeng.web.site_files import LAST_NIGHT

_BEGINS: Final = timedelta(hours=2)  # after midnight
_BACKUPS: Final = 7
_ROOM_BYTES: Final = 1 << 30
"""What a backup leaves free on the disk, at least."""
_KEEP_RESULTS: Final = timedelta(days=30)
_LEFT_BEHIND: Final = timedelta(days=1)
"""A file that was being written as long ago is never finished."""

_log = logging.getLogger(__name__)


def queue_if_due(site: Path, *, now: datetime) -> bool:
    """Queue the work of the night that ``now``, in local time, belongs to; False where it is not due.

    A site that has no night behind it has nothing to look after yet: it begins with the next one.
    """
    night = (now - _BEGINS).date()
    begun = site / LAST_NIGHT
    if not begun.is_file():
        _mark(begun, night)
        return False
    if date.fromisoformat(begun.read_text("ascii")) >= night or Job.objects.filter(state__in=LIVE).exists():
        return False
    _mark(begun, night)
    work.enqueue()
    return True


def _mark(file: Path, night: date) -> None:
    part = file.with_suffix(".part")
    part.write_text(night.isoformat(), "ascii")
    part.replace(file)


@task()
def work() -> None:
    """Do all of the night's work; a part that fails keeps no other from being done."""
    parts: tuple[Callable[[Path, datetime], None], ...] = (
        _check_trail,
        _clear_sessions,
        clear_queue,
        _clear_runs,
        _clear_files,
        _keep_backup,
    )
    now = timezone.localtime()
    for part in parts:
        try:
            part(Path(settings.SITE), now)
        except Exception:
            _log.exception("nightly work: %s failed", part.__name__.strip("_"))


def clear_queue(site: Path, now: datetime) -> None:
    """Forget what came of tasks that ended long ago; jobs remember what is to be remembered."""
    DBTaskResult.objects.finished().filter(finished_at__lt=now - _KEEP_RESULTS).delete()


def _check_trail(site: Path, now: datetime) -> None:
    for fault in check().faults:
        _log.error("the audit trail is broken: %s", fault.en)


def _clear_sessions(site: Path, now: datetime) -> None:
    SessionStore.clear_expired()


def _clear_runs(site: Path, now: datetime) -> None:
    """Remove the folders of deleted runs; a number never given yet is another database's, and is left."""
    newest = Run.objects.aggregate(newest=Max("pk"))["newest"] or 0
    kept = set(Run.objects.values_list("pk", flat=True))
    for folder in site.glob("runs/[0-9]*"):
        if int(folder.name) <= newest and int(folder.name) not in kept:
            shutil.rmtree(folder)


def _clear_files(site: Path, now: datetime) -> None:
    """Remove files that were left half written, and notes of jobs that have ended."""
    alive = {str(pk) for pk in Job.objects.filter(state__in=LIVE).values_list("pk", flat=True)}
    notes = [file for file in site.glob("jobs/*.*") if file.stem not in alive]
    for file in [*notes, *site.rglob("*.part")]:
        if file.is_file() and file.stat().st_mtime < (now - _LEFT_BEHIND).timestamp():
            file.unlink()


def _keep_backup(site: Path, now: datetime) -> None:
    """Back the site up into itself and keep the last few; nothing is written where the disk would fill up."""
    earlier = sorted(site.glob("backups/nightly-*.zip"))
    likely_bytes = 2 * earlier[-1].stat().st_size if earlier else 0
    if shutil.disk_usage(site).free < likely_bytes + _ROOM_BYTES:
        _log.error("no backup was made: the disk of %s is nearly full", site)
        return
    done = back_up(site, site / "backups" / f"nightly-{now:%Y%m%d-%H%M%S}.zip")
    for file in [*earlier, done.file][:-_BACKUPS]:
        file.unlink()
