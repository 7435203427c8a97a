"""The newspaper's zones as rows of the database, entered through the same door as any import."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from yinfeng.core.text import Text
from yinfeng.tables.matching import rows_of
from yinfeng.tables.planning import make_plan
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import Ledger, read_ledger
from yinfeng.tables.references import check_references
from yinfeng.web.accounts.models import User
from yinfeng.web.jobs.queries import latest
from yinfeng.web.jobs.work import claim, finish
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.bridge import as_held
from yinfeng.web.runs.actions import keep_answer, start_run
from yinfeng.web.runs.answers import answer_of
from yinfeng.web.runs.models import Run
from yinfeng.web.zones.models import Zone

AS_OF = date(2024, 2, 29)
FOLDER = Path(__file__).parents[2] / "examples" / "newspaper" / "2024-02"
_IN_ORDER = ("zones", "firms", "quotas", "projects", "places", "pins")


def ledgers() -> dict[str, Ledger]:
    """Read the example's ledgers."""
    return {
        name: read_ledger(FOLDER / f"{name}.xlsx", name)
        for name in _IN_ORDER
        if (FOLDER / f"{name}.xlsx").is_file()
    }


def enter(by: User) -> None:
    """Write the example's ledgers to the database."""
    for name, ledger in ledgers().items():
        rows = [as_held({k: v for k, v in row.items() if k != "row"}) for row in rows_of(ledger).values()]
        write(name, [Write("add", "", row) for row in rows], by=by)


@cache
def answer() -> dict[str, Any]:
    """Give the plan of the example as the solving process hands it back; made once in a test process."""
    read = ledgers()
    plan = make_plan(read, read_policy("shanxi", AS_OF), faults=check_references(read), time_limit_s=10)
    told: dict[str, Any] = json.loads(json.dumps(answer_of(plan, {})))
    return told


def a_plan(by: User) -> Run:
    """Give a run of all zones of the example with its answer kept, as after the worker's job."""
    zones = Zone.objects.values_list("zone_id", flat=True)
    run = start_run(zones=zones, rulebook="shanxi", as_of=AS_OF, by=by, time_limit_s=10)
    job = claim(latest("runs", str(run.pk)).pk)
    keep_answer(run, answer(), by=by)
    finish(job, Text("", ""))
    run.refresh_from_db()
    return run
