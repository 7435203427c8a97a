"""Commands where there is no site yet: what makes one, what refuses, and nothing left behind by asking."""

import re

import pytest

from tests.web.operations.conftest import run


def test_the_first_user_of_a_site_makes_its_tables(tmp_path):
    site = tmp_path / "site"
    added = run("user", "add", "chief", "--role", "administrator", "--site", site)
    assert (added.returncode, added.stderr, added.stdout.splitlines()[0]) == (
        0, "", "added chief (System administrator)",
    )  # fmt: skip
    assert "chief" in run("user", "list", "--site", site).stdout
    checked = run("audit", "verify", "--site", site)
    assert (checked.returncode, checked.stdout.splitlines()[0]) == (0, "audit trail of 2 entries: whole")


@pytest.mark.parametrize("command", [["audit", "verify"], ["backup"], ["doctor"]])
def test_a_site_that_is_not_there_is_named_and_not_made(command, tmp_path):
    done = run(*command, "--site", tmp_path / "nowhere")
    assert (done.returncode, done.stderr) == (
        10,
        f'found "{tmp_path}/nowhere", expected the folder of a site; '
        "name it with --site, or run yinfeng serve first\n",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [["audit", "verify"], ["backup"]])
def test_a_folder_without_tables_is_told_how_it_gets_them(command, tmp_path):
    done = run(*command, "--site", tmp_path)
    assert (done.returncode, re.findall("run yinfeng serve", done.stderr)) == (10, ["run yinfeng serve"])


def test_help_leaves_no_site_behind(tmp_path):
    done = run("user", "--help", "--site", tmp_path / "nowhere")
    assert (done.returncode, "passwd" in done.stdout) == (0, True)
    assert list(tmp_path.iterdir()) == []
