"""kill -9 in the middle: nothing is lost, nothing is there by half, nothing is done twice."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.web.operations.conftest import children, environment, is_alive, run, serving, until

pytestmark = [
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc"),
    pytest.mark.skipif("YINFENG_TEST_SERVER" in os.environ, reason="these sites are kept in SQLite"),
]


def program(module: str, *arguments: str, site: Path) -> str:
    """Run a program in a site's environment and give what it printed."""
    variables = environment(YINFENG_SITE=str(site), DJANGO_SETTINGS_MODULE="yinfeng.web.settings")
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=variables, cwd=REPOSITORY,
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout


DONE = {
    "accept": [[["L1", "reserved", "P1", 2]], 1, 1, 0, 0],
    "import": [[["L1", "", "", 2], ["L2", "", "", 1]], 0, 0, 0, 1],
}


@pytest.mark.parametrize("what", DONE)
def test_after_any_statement_all_of_it_is_there_or_nothing_and_once_more_adds_nothing(what, tmp_path):
    told = json.loads(program("tests.web.operations.dying", what, site=tmp_path))
    assert told["lived"][:5] == DONE[what]
    assert len(told["dead"]) > 20
    # First nothing, then, in one step, everything.
    assert [key for key, _ in groupby(told["dead"])] == [told["before"], told["lived"]]
    assert told["again"] == told["lived"]
    assert told["lived"][-1] == 0  # faults of the trail


def solving(site: Path) -> int | None:
    """Find the process that solves a run of the site."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text().split("\0")
        except OSError:
            continue
        if "yinfeng.web.runs.solving" in words and str(site / "runs" / "1") in words:
            return int(process.name)
    return None


def frozen(site: Path) -> dict[str, tuple[str, int]]:
    """Give content and time of a run's frozen ledgers: written again, the time would be another."""
    return {
        file.name: (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns)
        for file in (site / "runs" / "1").glob("*.parquet")
    }


def rows(site: Path, query: str) -> list[tuple]:
    connection = sqlite3.connect(site / "yinfeng.sqlite3")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_a_run_is_begun_again_from_what_it_froze_and_keeps_one_answer(site):
    with serving(site) as (supervisor, _):
        program("tests.web.operations.queue_run", site=site)
        child = until(lambda: solving(site))
        before = frozen(site)
        for killed in until(lambda: len(found := children(supervisor.pid)) == 2 and found).values():
            os.kill(killed, signal.SIGKILL)
        until(lambda: not is_alive(child))
        until(lambda: rows(site, "SELECT 1 FROM jobs_job WHERE state = 'done'"))
    assert len(before) == 6
    assert frozen(site) == before
    assert rows(site, "SELECT state, attempts FROM jobs_job") == [("done", 2)]
    ((inputs, status),) = rows(site, "SELECT inputs, status FROM runs_run")
    assert (status, json.loads(inputs)) == (
        "OPTIMAL",
        {name.removesuffix(".parquet"): digest for name, (digest, _) in before.items()},
    )
    assert rows(site, "SELECT COUNT(*), COUNT(DISTINCT project_id) FROM runs_planrow") == [(30, 30)]
    told = "SELECT action, COUNT(*) FROM audit_entry WHERE kind = 'runs' GROUP BY action ORDER BY action"
    assert rows(site, told) == [("add", 1), ("answer", 1)]
    assert run("audit", "verify", "--site", site).returncode == 0
