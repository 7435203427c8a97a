"""Upgrades: the database is backed up before its form is changed, and only then."""

import subprocess
import sys

from tests.conftest import REPOSITORY
from tests.web.operations.conftest import environment, run


def python(site, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], env=environment(YINFENG_SITE=str(site)), cwd=REPOSITORY,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_older_database_is_backed_up_and_upgraded(site):
    older = python(site, "manage.py", "migrate", "jobs", "zero", "--verbosity", "0")
    assert older.returncode == 0, older.stderr
    done = python(site, "-m", "yinfeng.web.operations.prepare")
    (saved,) = (site / "backups").glob("before-*.zip")
    assert (done.returncode, done.stdout) == (0, f"Backed up to {saved} before the upgrade\n")
    assert "form of this version" in run("doctor", "--site", site).stdout
    restored = run("restore", saved, "--verify")  # made in the older form
    assert restored.returncode == 0, restored.stderr
    assert python(site, "-m", "yinfeng.web.operations.prepare").stdout == ""


def test_a_new_site_needs_no_backup(tmp_path):
    assert python(tmp_path / "new", "-m", "yinfeng.web.operations.prepare").returncode == 0
    assert not (tmp_path / "new" / "backups").exists()


def test_a_database_that_cannot_be_used_is_told_and_ends_with_10(tmp_path):
    (tmp_path / "yinfeng.sqlite3").write_text("this is no database, it is a note " * 100)
    done = python(tmp_path, "-m", "yinfeng.web.operations.prepare")
    assert done.returncode == 10
    assert done.stderr.startswith("The database cannot be used: file is not a database")
