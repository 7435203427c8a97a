"""Two workers in processes of their own: ``first`` is killed while it writes, ``next`` comes after it."""

import json
import sys

import django
from django.core.management import call_command

django.setup()

from tests.web.imports import bringing  # noqa: E402
from tests.web.office import a_user, a_zone  # noqa: E402
from yinfeng.web.audit.chain import verify  # noqa: E402
from yinfeng.web.audit.queries import of_batch  # noqa: E402
from yinfeng.web.imports import actions  # noqa: E402
from yinfeng.web.imports.models import Batch  # noqa: E402
from yinfeng.web.jobs import work  # noqa: E402
from yinfeng.web.jobs.models import Job  # noqa: E402
from yinfeng.web.places.models import Place  # noqa: E402

ROWS = 2_000


def first() -> None:
    """Prepare an import and begin to write it."""
    call_command("migrate", verbosity=0)
    a_zone("Z1")
    boss = a_user("committee", "Z1")
    rows = [[f"N{n}", f"新{n}", "Z1", "厂房", n + 1, None] for n in range(ROWS)]
    batch = bringing.compared(boss, *rows)
    actions.ask_commit(batch, digest=batch.digest, reason="核实", by=boss)
    work.execute.func(bringing.job_of(batch).pk)


def after() -> None:
    """Find what the first left, do it, do it once more, and tell."""
    told = {"before": _told()}
    work.recover()
    work.execute.func(Job.objects.order_by("-pk").first().pk)
    told["after"] = _told()
    work.execute.func(Job.objects.order_by("-pk").first().pk)
    told["again"] = _told()
    print(json.dumps(told | {"faults": len(verify().faults)}))


def _told() -> dict[str, object]:
    batch = Batch.objects.get()
    return {"places": Place.objects.count(), "entries": of_batch(batch.token).count(), "state": batch.state}


{"first": first, "next": after}[sys.argv[1]]()
