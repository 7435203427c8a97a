"""The doctor: says what is wrong and how to mend it."""

import sqlite3

from tests.web.operations.conftest import run


def wrong(done) -> list[str]:
    return [line for line in done.stdout.splitlines() if not line.startswith("✓")]


def test_a_site_that_is_well(site, tmp_path):
    run("backup", tmp_path / "backup.zip", "--site", site)
    done = run("doctor", "--site", site)
    assert (wrong(done), done.returncode) == ([], 0)


def test_each_fault_is_told_with_its_cure(site):
    (site / "secret-key").chmod(0o644)
    connection = sqlite3.connect(site / "yinfeng.sqlite3")
    connection.executescript(
        "DROP TRIGGER audit_entry_no_update; UPDATE audit_entry SET reason = 'other' WHERE id = 3;"
        "DELETE FROM django_migrations WHERE app = 'jobs' AND name = '0002_address';"
    )
    connection.close()
    done = run("doctor", "--site", site, YINFENG_HOSTS="zone.example")
    assert done.returncode == 10
    assert wrong(done) == [
        "✗ The database lacks 1 steps of the upgrade",
        "  → run yinfeng serve: it backs up and then upgrades",
        "✗ The audit trail is broken: entry 3 was changed",
        "  → keep it as it is; compare with a backup: yinfeng audit verify",
        "✗ Others can read the secret key",
        f"  → chmod 600 {site}/secret-key",
        "✗ Answers to: zone.example; HTTPS off",
        "  → serve others over HTTPS with YINFENG_HTTPS=1, and name the hosts in YINFENG_HOSTS, not *",
        "✗ No backup was ever made",
        "  → run yinfeng backup once a day, see docs/how-to/run-the-site.md",
    ]


def test_a_site_that_is_not_there(tmp_path):
    done = run("doctor", "--site", tmp_path / "nowhere")
    assert done.returncode == 10
    assert not (tmp_path / "nowhere").exists()
