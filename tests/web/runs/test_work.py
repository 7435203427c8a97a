"""The job of a run where the machine, or somebody, gets in its way."""

import os
import signal
import threading
import time
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.utils.html import escape

from tests.web import newspaper
from tests.web.office import a_firm, a_place, a_user, a_zone
from yinfeng.core.text import Text
from yinfeng.web.audit.chain import verify
from yinfeng.web.jobs import notes
from yinfeng.web.jobs.queries import latest
from yinfeng.web.jobs.work import execute
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.runs.actions import start_run
from yinfeng.web.runs.bridge import folder_of, freeze_inputs
from yinfeng.web.runs.work import after, message
from yinfeng.web.zones.models import Zone

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(settings, tmp_path):
    settings.SITE = tmp_path
    a_zone("Z1")
    return a_user("committee", "Z1")


def asked(boss, **changes):
    return start_run(
        **{"zones": ["Z1"], "rulebook": "shanxi", "as_of": newspaper.AS_OF, "by": boss} | changes
    )


def worked(run):
    """Let the worker's function do the run's job, and give the job."""
    execute.call(latest("runs", str(run.pk)).pk)
    run.refresh_from_db()
    return latest("runs", str(run.pk))


def state(run):
    """Give all that a run without an answer is: no status, no rows, a trail that is whole."""
    return run.status, run.rows.count(), run.places.count(), verify().faults


NOTHING = ("", 0, 0, ())


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for the child in /proc")
def test_a_child_that_the_system_kills_is_told_as_want_of_memory(boss, client):
    run = asked(boss)
    killer = threading.Thread(target=_kill_child, args=(str(folder_of(run)),))
    killer.start()
    job = worked(run)
    killer.join()
    assert (job.state, state(run)) == ("failed", NOTHING)
    assert job.message_en == (
        "needed: memory enough (the system ended the solving process, most likely for want of it); "
        "choose fewer zones, or give the machine more memory"
    )
    client.force_login(boss)
    assert job.message_zh in client.get(f"/desk/runs/{run.pk}/").text


def _kill_child(folder):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_text().split("\0")
            except OSError:
                continue
            if "yinfeng.web.runs.solving" in words and folder in words:
                os.kill(int(process.name), signal.SIGKILL)
                return
        time.sleep(0.02)


def test_a_run_asked_to_stop_before_solving_begins_keeps_nothing(boss):
    run = asked(boss)
    job = latest("runs", str(run.pk))
    notes.ask_stop(job.pk, boss.username)
    assert (worked(run).state, state(run)) == ("cancelled", NOTHING)


def test_a_run_asked_to_stop_before_its_first_plan_keeps_that_plan(settings, tmp_path):
    settings.SITE = tmp_path
    boss = a_user("committee")
    newspaper.enter(boss)
    run = asked(boss, zones=Zone.objects.values_list("zone_id", flat=True))
    job = latest("runs", str(run.pk))
    asking = threading.Thread(target=_stop_while_rules_are_tested, args=(job.pk, boss.username))
    asking.start()
    job = worked(run)
    asking.join()
    assert (job.state, run.answer["complete"], verify().faults) == ("done", True, ())
    assert run.rows.filter(outcome="placed").count() == run.answer["placed"] > 0
    assert run.answer["value_yuan"] <= run.answer["bound_yuan"]


def _stop_while_rules_are_tested(job, username):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        note = notes.told(job)
        if note and note.message.en == "Testing every project at every place":
            notes.ask_stop(job, username)
            return
        time.sleep(0.005)


def test_a_plan_stopped_before_all_that_must_be_placed_is_says_so(boss, client):
    run = asked(boss)
    worked(run)
    client.force_login(boss)
    said = "停止时必须安排的项目还没有全部落位"
    assert said not in client.get(f"/desk/runs/{run.pk}/").text
    run.status, run.answer["complete"] = "STOPPED", False
    run.save()
    assert said in client.get(f"/desk/runs/{run.pk}/").text


def test_a_date_before_the_rulebook_was_in_force_is_told_on_the_runs_page(boss, client):
    run = asked(boss, as_of=date(1901, 1, 1))
    assert (worked(run).state, run.status) == ("done", "FAULTY")
    client.force_login(boss)
    page = client.get(f"/desk/runs/{run.pk}/")
    assert escape(run.answer["faults"][0][0]) in page.text


def test_zones_without_a_project_and_a_place_have_a_page_too(boss, client):
    run = asked(boss)
    assert (worked(run).state, run.status) == ("done", "OPTIMAL")
    client.force_login(boss)
    for address in ("", "places/", "map.json", "plan.xlsx", "sheets/0/"):
        page = client.get(f"/desk/runs/{run.pk}/{address}")
        page.getvalue()
        assert page.status_code == 200


def test_faults_are_told_of_rows_that_the_readers_of_a_plan_may_see(settings, tmp_path, client):
    settings.SITE = tmp_path
    for zone in ("Z1", "Z2"):
        a_zone(zone)
    everywhere = a_user("committee")
    for zone in ("Z1", "Z2"):
        quota = {"quota_id": f"Q-{zone}", "scope_kind": "zone", "scope": zone, "resource": "power"}
        write(
            "quotas",
            [Write("add", "", quota | {"capacity": 1.0, "used": 70.0 + int(zone[1])})],
            by=everywhere,
        )
        for firm in ("a", "b"):
            a_firm(everywhere, f"F-{zone}{firm}", zone, uscc=f"CODE-{zone}")
    station = {"quota_id": "Q-S", "scope_kind": "substation", "scope": "神电站", "resource": "power"}
    write("quotas", [Write("add", "", station | {"capacity": 1.0, "used": 73.0})], by=everywhere)
    a_place(everywhere, "L1", "Z1", kind="building", divisible=True)
    run = asked(everywhere)
    assert worked(run).state == "done"
    rows = [row for one in run.sheets["en"] if one["title"] == "Refused" for row in one["rows"]]
    assert sorted(row[5] for row in rows) == ["", "71", "73", "CODE-Z1", "神电站"]
    for lang in ("zh", "en"):
        book = openpyxl.load_workbook(folder_of(run) / f"plan-{lang}.xlsx", read_only=True)
        texts = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
        assert (texts & {"71", "72", "CODE-Z1", "CODE-Z2"}) == {"71", "CODE-Z1"}
    client.force_login(a_user("company", "Z1"))
    number = [one["title"] for one in run.sheets["zh"]].index("未读入")
    page = client.get(f"/desk/runs/{run.pk}/sheets/{number}/").text
    assert ("CODE-Z1" in page, "CODE-Z2" in page) == (True, False)


@pytest.mark.parametrize("how", [Path.unlink, lambda file: file.write_bytes(b"PAR1")])
def test_a_run_is_not_made_from_other_ledgers_than_it_froze(boss, how):
    run = asked(boss)
    run.inputs = freeze_inputs(run)
    run.save()
    how(folder_of(run) / "places.parquet")
    job = worked(run)
    assert (job.state, state(run)) == ("failed", NOTHING)
    assert job.message_en == (
        'found "场地", expected the ledgers as they were frozen when the run began; ask for the plan again'
    )


def test_a_folder_that_cannot_be_written_is_told(boss, tmp_path, caplog):
    (tmp_path / "runs").write_text("a file where the folder should be")
    run = asked(boss)
    job = worked(run)
    assert (job.state, state(run)) == ("failed", NOTHING)
    assert job.message_en == (
        'found "Not a directory", expected a site folder that can be written, and room on its disk; '
        "let the administrator run yinfeng doctor, then ask for the plan again"
    )


def test_a_child_that_cannot_write_is_told(boss):
    run = asked(boss)
    (folder_of(run) / "answer.part").mkdir(parents=True)
    assert "room on its disk" in worked(run).message_en
    assert state(run) == NOTHING


def test_the_page_of_a_run_counts_passes_whose_end_is_not_known():
    said = {"bound": 12_340_000, "value": None, "gap": None, "passes": 190, "most_passes": 0}
    assert message(said) == Text(
        "求价格，第 190 遍；不可能超过 1,234 万元/年",
        "Finding prices, pass 190; at most 1,234 ×10k yuan a year",
    )


def test_the_page_of_a_run_follows_the_child_through_its_phases():
    prices = {"bound": 12_340_000, "value": None, "gap": None, "passes": 130, "most_passes": 390}
    search = {"bound": 12_340_000, "value": 12_000_000, "gap": 0.0276, "passes": 0, "most_passes": 0}
    lines = [
        {},
        {"step": ["求方案", "Solving"]},
        prices,
        {},
        search,
        {"step": ["写出理由", "Finding the reasons"]},
    ]
    said, messages = {}, []
    for line in lines:
        said = after(said, line)
        messages.append(message(said))
    finding = Text(
        "求价格，第 130/390 遍；不可能超过 1,234 万元/年",
        "Finding prices, pass 130 of 390; at most 1,234 ×10k yuan a year",
    )
    assert messages == [
        Text("准备", "Starting"),
        Text("求方案", "Solving"),
        finding,
        finding,
        Text(
            "方案 1,200 万元/年，不可能超过 1,234，差距 2.76%",
            "plan 1,200 ×10k yuan a year, at most 1,234, gap 2.76%",
        ),
        Text("写出理由", "Finding the reasons"),
    ]
