"""Nightly work: once a night, beside no job, and what it leaves behind."""

import os
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django_tasks_db.models import DBTaskResult

from tests.conftest import REPOSITORY
from tests.web.office import a_user, a_zone
from tests.web.operations.conftest import environment, run
from yinfeng.core.text import Text
from yinfeng.web.jobs import work as jobs
from yinfeng.web.jobs.actions import enqueue
from yinfeng.web.operations.nightly import queue_if_due

DAY_S = 86_400


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def due(site, *instants: str) -> list[bool]:
    return [queue_if_due(site, now=at(said)) for said in instants]


@pytest.mark.django_db
def test_it_is_queued_once_a_night_from_two_on(tmp_path):
    assert due(
        tmp_path,
        "2026-03-01T15:00",  # a new site: nothing to look after
        "2026-03-02T01:59",
        "2026-03-02T02:00",
        "2026-03-02T02:01",
        "2026-03-03T01:59",
        "2026-03-05T08:30",  # was switched off for two nights
        "2026-03-05T23:59",
    ) == [False, False, True, False, False, True, False]
    assert DBTaskResult.objects.count() == 2


@pytest.mark.django_db
def test_it_waits_until_no_job_is_alive(settings, tmp_path):
    settings.SITE = tmp_path
    a_zone()
    job = enqueue("runs", "7", by=a_user())
    assert due(tmp_path, "2026-03-01T15:00", "2026-03-02T02:00") == [False, False]
    working = jobs.claim(job.pk)
    assert due(tmp_path, "2026-03-02T02:10") == [False]
    jobs.finish(working, Text("完成", "Done"))
    assert due(tmp_path, "2026-03-02T02:20") == [True]


def night(site) -> "subprocess.CompletedProcess[str]":
    """Do the night's work on a site, in a process of its own."""
    program = "import django; django.setup(); from yinfeng.web.operations.nightly import work; work.func()"
    variables = environment(YINFENG_SITE=str(site), DJANGO_SETTINGS_MODULE="yinfeng.web.settings")
    return subprocess.run(
        [sys.executable, "-c", program], env=variables, cwd=REPOSITORY,
        capture_output=True, text=True, check=True,
    )  # fmt: skip


def a_file(site, path: str, age_s: float = 0) -> str:
    file = site / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    os.utime(file, (time.time() - age_s,) * 2)
    return path


def asked(site, query: str) -> list[tuple]:
    connection = sqlite3.connect(site / "yinfeng.sqlite3")
    with connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


def test_what_it_keeps_and_what_it_clears_away(site):
    user = "SELECT id FROM accounts_user LIMIT 1"
    asked(
        site,
        "INSERT INTO runs_run (id, title, rulebook, as_of, seed, time_limit_s, with_pins, tried, inputs,"
        " version, status, answer, sheets, by_id, made_at) VALUES (3, '', 'shanxi', '2026-03-01', 0, 30, 1,"
        f" '[]', '{{}}', '', '', '{{}}', '{{}}', ({user}), '2026-03-01')",
    )
    for key, until in (("old", "2020-01-01"), ("now", "2999-01-01")):
        asked(
            site,
            "INSERT INTO accounts_session (session_key, session_data, expire_date, address, agent)"
            f" VALUES ('{key}', '', '{until}', '', '')",
        )
    kept = [
        a_file(site, path)
        for path in ("runs/3/places.parquet", "runs/9/places.parquet", "jobs/5.progress", "files/a.part")
    ]
    gone = [
        a_file(site, "runs/2/places.parquet"),
        *(
            a_file(site, path, 2 * DAY_S)
            for path in ("jobs/4.stop", "files/b.part", "originals/.1.2.part", "backups/x.zip.part")
        ),
        *(a_file(site, f"backups/nightly-2020010{day}-020000.zip") for day in (1, 2)),
    ]
    recent = [a_file(site, f"backups/nightly-2020020{day}-020000.zip") for day in range(1, 7)]
    assert night(site).stderr == ""
    assert [path for path in gone if (site / path).exists()] == []
    assert [path for path in [*kept, *recent] if not (site / path).exists()] == []
    assert asked(site, "SELECT session_key FROM accounts_session") == [("now",)]
    assert asked(site, "SELECT faults FROM audit_check") == [("[]",)]
    made = sorted((site / "backups").glob("nightly-*.zip"))
    assert len(made) == 7
    assert run("restore", made[-1], "--verify").returncode == 0


def test_a_part_that_fails_keeps_no_other_from_being_done(site):
    (site / "backups").write_text("a file where the folder should be")
    assert "nightly work: keep_backup failed" in night(site).stderr
    assert asked(site, "SELECT COUNT(*) FROM audit_check") == [(1,)]
