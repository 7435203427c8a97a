"""Put a site to work: plans and a decision, imports at their steps, a lead, visits.

Run as a program beside a site that is being served (``YINFENG_SITE``), since its worker solves the plan; it
prints the addresses of what it made as JSON.
"""

import io
import json
import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import django
import openpyxl

# Models and actions can be imported only once Django is ready.
# ruff: noqa: PLC0415

_LONGEST_WAIT_S = 90


def main() -> None:
    """Furnish the site and print the addresses."""
    django.setup()
    from yinfeng.web.accounts.models import User

    by = User.objects.get(username="committee")
    run_id, other_id = _plans(by)
    print(json.dumps(_decisions(run_id, by) | _import(by) | _people(by) | {
        "run": f"/desk/runs/{run_id}/",
        "compare": f"/desk/runs/{run_id}/with/{other_id}/",
    }))  # fmt: skip


def _plans(by: Any) -> tuple[int, int]:
    from yinfeng.web.runs.actions import start_run
    from yinfeng.web.runs.models import Run
    from yinfeng.web.zones.models import Zone

    zones = list(Zone.objects.values_list("zone_id", flat=True))
    asked = {"rulebook": "shanxi", "as_of": date(2024, 2, 29), "by": by, "time_limit_s": 10}
    bar = {"project": "P3", "places": ["L1"], "action": "forbid"}
    runs = [start_run(zones=zones, **asked), start_run(zones=zones, **asked, tried=[bar])]
    _wait(lambda: not Run.objects.filter(pk__in=[run.pk for run in runs], status="").exists())
    return runs[0].pk, runs[1].pk


def _decisions(run_id: int, by: Any) -> Mapping[str, str]:
    """Accept the row of P3, whose place is a firm's: that opens a deal."""
    from yinfeng.web.matching.actions import accept_row
    from yinfeng.web.runs.models import PlanRow

    acceptance = accept_row(PlanRow.objects.get(run=run_id, project_id="P3"), by=by)
    return {"deal": f"/desk/deals/{acceptance.deals.first().pk}/"}


def _import(by: Any) -> Mapping[str, str]:
    """Bring a workbook twice: one stays at its set-up, one is compared and has rows of every outcome."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from yinfeng.web.imports import actions, reading
    from yinfeng.web.imports.models import Batch

    rows = [
        ("场地编号", "场地名称", "开发区编号", "类型", "面积（平方米）", "状态"),
        ("SB02", "合成厂房 朔-2 (示例)", "Z9", "厂房", 12345, "空置"),
        ("SB91", "合成厂房 新-1 (示例)", "Z9", "厂房", 4000, "空置"),
        ("SB92", "合成厂房 新-2 (示例)", "Z9", "厂房", "约五千", "空置"),
        ("", "合成厂房 朔-1 (示例)", "Z9", "厂房", 4000, "空置"),
    ]
    batches = [
        actions.bring(SimpleUploadedFile("场地.xlsx", _book(rows)), ledger="", source="企业报送", by=by)
        for _ in range(2)
    ]
    setup = actions.Setup(
        columns=tuple(reading.Taken(**one) for one in batches[1].columns), defaults={}, mode="upsert",
        otherwise="skip", blank="keep", key=batches[1].key, is_whole=False,
    )  # fmt: skip
    actions.set_up(batches[1], setup, by=by)
    _wait(lambda: Batch.objects.get(pk=batches[1].pk).state == "checked")
    return {
        "import-setup": f"/desk/imports/{batches[0].token}/setup/",
        "import": f"/desk/imports/{batches[1].token}/",
    }


def _people(by: Any) -> Mapping[str, str]:
    from yinfeng.web.leads.actions import take_enquiry
    from yinfeng.web.places.models import Place
    from yinfeng.web.takers.actions import Whom, note_outcome, plan

    lead = take_enquiry(
        contact="示例联系人", phone="0351-0000000", email="someone@example.org", zone_id="Z9",
        place_ids=["SB01", "SB02"], need={"industry": "C30", "area_m2": "5000"},
        firm_name="示例公司", message="想看看厂房。",
    )  # fmt: skip
    place = Place.objects.get(place_id="SB02")
    today = date.today()
    whom = [Whom("lead", lead.number, "示例公司"), Whom("firm", "F1", "示例企业")]
    visits = plan(place, whom, planned_on=today - timedelta(1), keeper=by, by=by)
    note_outcome(visits[0], outcome="interested", told="愿意来看", visited_on=today, by=by)
    return {"lead": f"/desk/leads/{lead.number}/", "visit": f"/desk/visits/{visits[1].pk}/"}


def _book(rows: Any) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "场地"
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _wait(is_done: Any) -> None:
    until = time.monotonic() + _LONGEST_WAIT_S
    while not is_done():
        if time.monotonic() > until:
            raise SystemExit("the worker did not finish")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
