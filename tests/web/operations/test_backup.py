"""Backups: whole, the same again after a restore, and refused where they are not."""

import hashlib
import json
import os
import zipfile
from pathlib import Path

import pytest

from tests.web.operations.conftest import run


def manifest(file: Path) -> dict:
    with zipfile.ZipFile(file) as archive:
        return json.loads(archive.read("manifest.json"))


def content(file: Path) -> dict:
    return {name: manifest(file)[name] for name in ("migrations", "tables", "files", "audit")}


def changed(file: Path, name: str, old: bytes, new: bytes) -> Path:
    """Write the backup again with one part changed."""
    target = file.with_stem(f"{file.stem}-changed")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as out:
        for part in source.namelist():
            text = source.read(part)
            assert part != name or old in text
            out.writestr(part, text.replace(old, new) if part == name else text)
    return target


@pytest.fixture
def backup(site, tmp_path):
    (site / "files").mkdir(exist_ok=True)
    (site / "files" / "contract.pdf").write_bytes(b"%PDF")
    file = tmp_path / "backup.zip"
    done = run("backup", file, "--site", site)
    assert done.returncode == 0, done.stderr
    return file


def test_what_is_restored_is_what_was_backed_up(backup, tmp_path):
    assert run("restore", backup, "--site", tmp_path / "new").returncode == 0
    again = tmp_path / "again.zip"
    run("backup", again, "--site", tmp_path / "new")
    assert content(again) == content(backup)
    assert (tmp_path / "new" / "files" / "contract.pdf").read_bytes() == b"%PDF"


def test_a_backup_is_for_its_owner_and_keeps_the_key_only_when_asked(backup, site, tmp_path):
    assert os.name == "nt" or backup.stat().st_mode & 0o77 == 0
    assert "secret-key" not in manifest(backup)["files"]
    run("backup", tmp_path / "key.zip", "--site", site, "--with-secret-key")
    run("restore", tmp_path / "key.zip", "--site", tmp_path / "new")
    assert (tmp_path / "new" / "secret-key").read_text() == (site / "secret-key").read_text()


def test_verify_reads_all_and_writes_nothing(backup, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    done = run("restore", backup, "--verify")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "The backup is whole; nothing was written")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_changed_part_is_named_and_not_restored(backup, tmp_path):
    wrong = changed(backup, "tables/places_place.jsonl", b"L1", b"L9")
    done = run("restore", wrong, "--site", tmp_path / "new")
    assert done.returncode == 10
    assert "tables/places_place.jsonl" in done.stderr
    assert not (tmp_path / "new" / "files").exists()


def test_files_of_every_kind_are_in_it_but_none_that_is_half_written(site, tmp_path):
    kept = ["files/ab/abcd", "originals/abcd/places.xlsx", "runs/7/places.parquet", "runs/7/plan-zh.xlsx"]
    for path in [*kept, "files/tmp1.part", "originals/.1.2.part", "jobs/3.progress", "last-night"]:
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(f"content of {path}")
    file = tmp_path / "backup.zip"
    run("backup", file, "--site", site)
    assert sorted(manifest(file)["files"]) == kept
    wrong = changed(file, "files/runs/7/places.parquet", b"content", b"CONTENT")
    done = run("restore", wrong, "--verify")
    assert (done.returncode, "files/runs/7/places.parquet" in done.stderr) == (10, True)


def test_a_trail_that_was_rewritten_is_found_also_with_fitting_hashes(backup, tmp_path):
    name = "audit_entry"
    wrong = changed(backup, f"tables/{name}.jsonl", b'"by": "demo"', b'"by": "mallory"')
    with zipfile.ZipFile(wrong) as archive:
        digest = hashlib.sha256(archive.read(f"tables/{name}.jsonl")).hexdigest()
    before = manifest(backup)["tables"][name]["sha256"]
    forged = changed(wrong, "manifest.json", before.encode(), digest.encode())
    done = run("restore", forged, "--verify")
    assert done.returncode == 10
    assert "entry 1 was changed" in done.stderr


def test_a_site_that_holds_something_is_only_replaced_when_told_and_backed_up_first(backup, site):
    assert run("restore", backup, "--site", site).returncode == 10
    assert run("restore", backup, "--site", site, "--replace").returncode == 0
    (saved,) = (site / "backups").glob("before-restore-*.zip")
    assert content(saved)["tables"] == content(backup)["tables"]


def test_what_is_no_backup_is_refused(tmp_path):
    file = tmp_path / "notes.zip"
    file.write_text("no zip")
    done = run("restore", file, "--verify")
    assert (done.returncode, "a zip that yinfeng backup wrote" in done.stderr) == (10, True)


@pytest.mark.skipif("YINFENG_TEST_SERVER" not in os.environ, reason="make test-postgresql has a server")
def test_a_site_moves_from_sqlite_to_postgresql_and_back(backup, tmp_path):
    import psycopg  # noqa: PLC0415

    server = os.environ["YINFENG_TEST_SERVER"]
    name = f"moved_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    address = server.replace("/postgres?", f"/{name}?")
    moved = tmp_path / "moved"
    done = run("restore", backup, "--site", moved, DATABASE_URL=address)
    assert done.returncode == 0, done.stderr
    assert run("backup", tmp_path / "moved.zip", "--site", moved, DATABASE_URL=address).returncode == 0
    assert manifest(tmp_path / "moved.zip")["database"] == "postgresql"
    assert run("restore", tmp_path / "moved.zip", "--site", tmp_path / "home").returncode == 0
    assert run("backup", tmp_path / "home.zip", "--site", tmp_path / "home").returncode == 0
    assert content(tmp_path / "home.zip") == content(backup)
    replaced = run("restore", backup, "--site", moved, "--replace", DATABASE_URL=address)
    assert replaced.returncode == 0, replaced.stderr
