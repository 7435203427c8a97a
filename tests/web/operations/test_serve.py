"""Serving: everything comes back after it was killed, and nothing stays behind."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.web.operations.conftest import children, environment, is_alive, run, serving, until

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")

SETTINGS = "tests.web.operations.served_settings"


def ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=5) as answer:
            return json.load(answer)["status"] == "ok"
    except OSError:
        return False


def rows(site: Path, query: str) -> list[tuple]:
    connection = sqlite3.connect(site / "yinfeng.sqlite3")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_what_is_killed_comes_back_and_a_job_in_the_middle_is_done_once(site):
    with serving(site, DJANGO_SETTINGS_MODULE=SETTINGS) as (supervisor, address):
        assert until(lambda: ready(address))
        command = [sys.executable, "-m", "tests.web.operations.queue_job"]
        variables = environment(DJANGO_SETTINGS_MODULE=SETTINGS, YINFENG_SITE=str(site))
        subprocess.run(command, env=variables, cwd=REPOSITORY, check=True)
        until((site / "begun-1").exists)
        for killed in children(supervisor.pid).values():
            os.kill(killed, signal.SIGKILL)
        until((site / "begun-2").exists)
        (site / "go-on").touch()
        until(lambda: rows(site, "SELECT 1 FROM jobs_job WHERE state = 'done'"))
        assert until(lambda: ready(address))
    assert rows(site, "SELECT state, attempts FROM jobs_job") == [("done", 2)]
    assert rows(site, "SELECT zone_id FROM zones_zone WHERE zone_id LIKE 'of-%'") == [("of-7",)]
    assert supervisor.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_supervisor(site, how):
    with serving(site) as (supervisor, _):
        left = children(supervisor.pid)
        assert left.keys() == {"web", "worker"}
        began = time.monotonic()
        supervisor.send_signal(how)
        supervisor.wait()
        until(lambda: not any(is_alive(one) for one in left.values()))
        assert time.monotonic() - began < 8


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--site", tmp_path, "--port", port)
    assert done.returncode == 10
    assert f"127.0.0.1:{port}" in done.stderr


def test_a_site_is_served_once(site):
    with serving(site):
        done = run("serve", "--site", site, "--port", "1")
    assert done.returncode == 10
    assert "a site that is not being served" in done.stderr
