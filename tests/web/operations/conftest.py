"""Sites in folders of their own, and the commands run as people run them."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY

COMMAND = [sys.executable, "-c", "from yinfeng.cli.main import main; main()"]
LEDGERS = REPOSITORY / "examples" / "newspaper" / "2024-02"
_NOT_OF_A_SITE = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "YINFENG_SITE", "YINFENG_HOSTS")
WAIT_S = 60.0


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_OF_A_SITE}
    return kept | {"YINFENG_LANG": "en"} | more


def run(*arguments: object, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run ``yinfeng`` with these arguments; more: variables of its environment."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], env=environment(**more), cwd=REPOSITORY,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the demonstration once; tests take a copy."""
    folder = tmp_path_factory.mktemp("demonstration") / "site"
    done = run("demo-site", "--site", folder, "--ledgers", LEDGERS)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def site(demonstration: Path, tmp_path: Path) -> Path:
    """Give a site of the test's own, with the demonstration in it."""
    return Path(shutil.copytree(demonstration, tmp_path / "site"))


@contextmanager
def serving(site: Path, **more: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Serve a site; gives the supervisor and the site's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = site.parent / "serve.txt"
    with (
        log.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            [*COMMAND, "serve", "--site", str(site), "--port", str(port)], env=environment(**more),
            cwd=REPOSITORY, stdout=out, stderr=subprocess.STDOUT, text=True,
        ) as supervisor,
    ):  # fmt: skip
        try:
            until(lambda: "Ctrl-C" in log.read_text("utf-8"))
            yield supervisor, f"http://127.0.0.1:{port}"
        finally:
            supervisor.terminate()


def until(holds: Callable[[], Any]) -> Any:
    """Wait until something holds, and give it."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("did not come about in time")


def children(process: int) -> dict[str, int]:
    """Give the site's processes below one: "web", "worker" → process id."""
    found = {}
    for thread in Path(f"/proc/{process}/task").iterdir():
        for child in (thread / "children").read_text().split():
            words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
            found |= {
                name: int(child) for name in ("web", "worker") if f"yinfeng.web.operations.{name}" in words
            }
    return found


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
