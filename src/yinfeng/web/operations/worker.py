"""The worker: ``python -m yinfeng.web.operations.worker``. Does queued jobs, one after the other.

At its start it puts back what the worker before it left undone (`jobs.work.recover`): it may, because it
holds the site's worker lock and so knows that no other worker lives. How work is written so that doing it
again repeats nothing: see `yinfeng.web.jobs.work`. What it does without being asked: `nightly`.
"""

import logging
import os
import threading
import time
from pathlib import Path
from typing import Final

from yinfeng.web.operations.lifeline import end_with_supervisor, hold
from yinfeng.web.site_files import BEAT_S, WORKER_SEEN

_POLL_S: Final = 0.5
_LOOK_AT_CLOCK_S: Final = 60.0


def work(site: Path) -> None:
    """Do jobs until told to end."""
    lock = hold(site / "worker.lock")
    while lock is None:  # the worker before is about to end
        time.sleep(_POLL_S)
        lock = hold(site / "worker.lock")
    threading.Thread(target=_beat, args=(site / WORKER_SEEN,), daemon=True).start()
    _recover(site)
    threading.Thread(target=_mind_the_nights, args=(site,), daemon=True).start()
    _do_queued_jobs()


def _beat(file: Path) -> None:
    while True:
        file.touch()
        time.sleep(BEAT_S)


def _mind_the_nights(site: Path) -> None:
    from django.conf import settings
    from django.db import connections
    from django.utils import timezone

    from yinfeng.web.operations.nightly import queue_if_due

    while settings.NIGHTLY:
        time.sleep(_LOOK_AT_CLOCK_S)
        try:
            queue_if_due(site, now=timezone.localtime())
        except Exception:
            logging.getLogger(__name__).exception("the night's work could not be queued")
        finally:
            connections.close_all()  # of this thread: it needs none for a minute


def _recover(site: Path) -> None:
    from django.utils import timezone

    from yinfeng.web.jobs.work import recover
    from yinfeng.web.operations.nightly import clear_queue

    recover()
    clear_queue(site, timezone.now())


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
    import django

    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)  # it warns of every stop
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.web.settings")
    django.setup()
    from django.conf import settings

    work(settings.SITE)
