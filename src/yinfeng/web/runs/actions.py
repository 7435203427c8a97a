"""Asking for a run and keeping its answer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.policy import names
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.jobs.actions import enqueue
from yinfeng.web.places.freshness import rulebook_name
from yinfeng.web.runs.models import PlanPlace, PlanRow, Run, RunZone
from yinfeng.web.zones.models import Zone
from yinfeng.web.zones.policy import demand


@transaction.atomic
def start_run(
    *,
    zones: Iterable[str],
    rulebook: str,
    as_of: date,
    by: User,
    title: str = "",
    seed: int = 0,
    time_limit_s: float = 30.0,
    with_pins: bool = True,
    tried: Sequence[Mapping[str, Any]] = (),
    based_on: Run | None = None,
) -> Run:
    """Ask for a plan of these zones and queue it; needs the right to add runs in each of them.

    tried: pins and bars of this run alone, [{"project", "places", "action"}]. Raises InputError where no
    zone is chosen, or one that is not there, and for a rulebook that is neither the product's nor the
    site's: a path would read any file.
    """
    chosen = sorted(set(zones))
    if not chosen or Zone.objects.filter(zone_id__in=chosen).count() < len(chosen):
        expected = Text("至少一个开发区", "at least one zone")
        raise InputError(
            [problem_fault("no-zone", "", expected, Text("选上要编制的开发区", "choose the zones"))]
        )
    if rulebook not in (*names(), rulebook_name()):
        raise InputError([_no_such_rulebook(rulebook)])
    for zone in chosen:
        demand(by, "add", "runs", zone)
    run = Run.objects.create(
        title=title,
        rulebook=rulebook,
        as_of=as_of,
        seed=seed,
        time_limit_s=time_limit_s,
        with_pins=with_pins,
        tried=list(tried),
        based_on=based_on,
        by=by,
    )
    RunZone.objects.bulk_create([RunZone(run=run, zone_id=zone) for zone in chosen])
    asked = {
        "zones": chosen,
        "rulebook": rulebook,
        "as_of": as_of.isoformat(),
        "seed": seed,
        "tried": list(tried),
    }
    record(Act(action="add", kind="runs", key=str(run.pk), zone_id=chosen[0], after=asked), by=by)
    enqueue("runs", str(run.pk), by=by, zone_id=chosen[0], link=f"/desk/runs/{run.pk}/")
    return run


def _no_such_rulebook(rulebook: str) -> Fault:
    known = "、".join(names())
    expected = Text(f"已有的规则库：{known}", f"a rulebook that is there: {known}")
    return problem_fault(
        "unknown-rulebook", rulebook[:80], expected, Text("从列表中选一个", "choose one of the list")
    )


@transaction.atomic
def keep_answer(run: Run, answer: Mapping[str, Any], *, by: User) -> None:
    """Keep what the solving process handed back; what was kept of an earlier attempt is replaced."""
    run.rows.all().delete()
    run.places.all().delete()
    run.ended_at = timezone.now()
    if "faults" in answer:
        run.status, run.answer = "FAULTY", {"faults": answer["faults"]}
    else:
        run.status, run.answer, run.sheets = answer["status"], answer["answer"], answer["sheets"]
        run.version = answer["version"]
        PlanRow.objects.bulk_create([PlanRow(run=run, **row) for row in answer["rows"]], batch_size=500)
        PlanPlace.objects.bulk_create([PlanPlace(run=run, **row) for row in answer["places"]], batch_size=500)
    run.save()
    came = {
        "status": run.status,
        "inputs": run.inputs,
        **{k: run.answer.get(k) for k in ("value_yuan", "bound_yuan")},
    }
    zone = run.zones.order_by("zone_id").first()
    record(Act(action="answer", kind="runs", key=str(run.pk), zone_id=zone.zone_id, after=came), by=by)
