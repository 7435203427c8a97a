"""What happens when the process dies after each statement in turn: run as a program, in a site's environment.

``accept``: a plan's row is accepted on its page. ``import``: the worker's function writes an import.
Each try is a process of its own that kills itself after its n-th statement. Tells, as JSON, how the site was
before, after each death, after the first try that was let live, and after one more.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

import django
from django.core.management import call_command

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from tests.web.imports import bringing  # noqa: E402
from tests.web.office import a_place, a_project, a_user, a_zone  # noqa: E402
from yinfeng.web.audit.chain import verify  # noqa: E402
from yinfeng.web.audit.models import Entry  # noqa: E402
from yinfeng.web.imports import actions  # noqa: E402
from yinfeng.web.imports.models import Batch  # noqa: E402
from yinfeng.web.jobs import work  # noqa: E402
from yinfeng.web.jobs.models import Job  # noqa: E402
from yinfeng.web.matching.models import Acceptance  # noqa: E402
from yinfeng.web.places.models import Place  # noqa: E402
from yinfeng.web.projects.models import Pin  # noqa: E402
from yinfeng.web.runs.models import PlanRow, Run  # noqa: E402

Try = Callable[[], None]


def prepared_accept() -> Try:
    """Give the request that accepts the one row of a plan."""
    boss = a_user("committee", "Z1")
    a_project(boss, "P1")
    a_place(boss, "L1", area_m2=1000.0, owner_kind="committee", status="vacant")
    run = Run.objects.create(rulebook="shanxi", as_of="2024-02-29", by=boss, status="OPTIMAL")
    row = PlanRow.objects.create(
        run=run, project_id="P1", outcome="placed", zone_id="Z1", place_ids=["L1"], area_m2=1000.0
    )
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(boss)
    client.get(f"/desk/runs/{run.pk}/")  # loads once what each process would load

    def ask() -> None:
        client.post(f"/desk/runs/{run.pk}/rows/{row.pk}/accept/", {"reason": "主任办公会"})

    return ask


def prepared_import() -> Try:
    """Give the work that writes an import of two rows: a new place and a changed one."""
    boss = a_user("committee", "Z1")
    a_place(boss, "L1")
    batch = bringing.compared(
        boss, ["L1", "一号", "Z1", "厂房", 1, None], ["L2", "二号", "Z1", "厂房", 2, None]
    )
    actions.ask_commit(batch, digest=batch.digest, reason="核实", by=boss)
    job = bringing.job_of(batch)

    def execute() -> None:
        Job.objects.update(attempts=0)  # more deaths than a job is forgiven
        work.recover()
        work.execute.func(job.pk)

    return execute


def state() -> list[Any]:
    """Tell all that an accept or an import writes."""
    return [
        list(Place.objects.order_by("pk").values_list("place_id", "status", "reserved_for", "version")),
        Pin.objects.count(),
        Acceptance.objects.count(),
        Run.objects.filter(closed_at=None).count(),
        Batch.objects.filter(state="done").count(),
        Entry.objects.exclude(kind="session").count(),
        len(verify().faults),
    ]


def dies(once: Try, after: int) -> bool:
    """Try once in a process that dies after so many statements; False where it came to its end before."""
    connection.close()
    child = os.fork()
    if child == 0:
        left = iter(range(after - 1, -1, -1))

        def executed(execute: Any, *arguments: Any) -> Any:
            result = execute(*arguments)
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        with connection.execute_wrapper(executed):
            once()
            Place.objects.count()  # one more to die after: all is written, nobody was told
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(once: Try) -> None:
    """Let it die after every statement, then live, then do it again."""
    told: dict[str, Any] = {"before": state(), "dead": []}
    for after in count(1):
        if not dies(once, after):
            break
        told["dead"].append(state())
    told["lived"] = state()
    once()
    told["again"] = state()
    print(json.dumps(told))


call_command("migrate", verbosity=0)
a_zone("Z1")
main({"accept": prepared_accept, "import": prepared_import}[sys.argv[1]]())
