"""The worker: ``python -m yinfeng.web.operations.worker``. Does queued jobs, one after the other.

At its start it puts back what the worker before it left undone (`jobs.work.recover`): it may, because it
holds the site's worker lock and so knows that no other worker lives. How work is written so that doing it
again repeats nothing: see `yinfeng.web.jobs.work`.
"""

import os
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from yinfeng.web.operations.lifeline import end_with_supervisor, hold
from yinfeng.web.site_files import BEAT_S, WORKER_SEEN

_POLL_S: Final = 0.5
_KEEP_RESULTS: Final = timedelta(days=30)


def work(site: Path) -> None:
    """Do jobs until told to end."""
    lock = hold(site / "worker.lock")
    while lock is None:  # the worker before is about to end
        time.sleep(_POLL_S)
        lock = hold(site / "worker.lock")
    threading.Thread(target=_beat, args=(site / WORKER_SEEN,), daemon=True).start()
    _recover()
    _do_queued_jobs()


def _beat(file: Path) -> None:
    while True:
        file.touch()
        time.sleep(BEAT_S)


def _recover() -> None:
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from yinfeng.web.jobs.work import recover

    recover()
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - _KEEP_RESULTS).delete()


def _do_queued_jobs() -> None:
    from django_tasks_db.management.commands.db_worker import Worker

    worker = Worker(
        queue_names=["default"],
        excluded_queue_names=[],
        interval=_POLL_S,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"worker-{os.getpid()}",
    )
    worker.configure_signals()
    worker.run()


if __name__ == "__main__":
    end_with_supervisor()
    import logging

    import django

    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)  # it warns of every stop
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.web.settings")
    django.setup()
    from django.conf import settings

    work(settings.SITE)
