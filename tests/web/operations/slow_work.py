"""Work that a test can catch in the middle: it waits for a file, then writes one zone."""

import os
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

from yinfeng.core.text import Text
from yinfeng.web.jobs.work import finish, tell
from yinfeng.web.zones.models import Zone


def run(job):
    folder = Path(settings.SITE)
    (folder / f"begun-{job.attempts}").write_text(str(os.getpid()))
    tell(job, 0.5, Text("等着", "Waiting"))
    while not (folder / "go-on").exists():
        time.sleep(0.05)
    with transaction.atomic():
        Zone.objects.create(zone_id=f"of-{job.ref}")
        finish(job, Text("完成", "Done"))
