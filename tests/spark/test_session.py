"""What is said where Spark cannot be used; these need neither Spark nor Java."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from yinfeng.cli.matching import match
from yinfeng.spark import session


def fake_java(folder: Path, said: str) -> None:
    (folder / "bin").mkdir()
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\n", "utf-8")
    java.chmod(0o755)


def test_java_is_named_with_its_package_where_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    faults = {fault.code: fault for fault in session.missing()}
    assert faults["no-java"].found == ""
    assert "openjdk-17-jre-headless" in faults["no-java"].fix.zh
    assert "openjdk-17-jre-headless" in faults["no-java"].fix.en


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.21" 2026-10-20', 17),
        ('openjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_402"', 1),
    ],
)
def test_the_version_of_java_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, version: int
) -> None:
    fake_java(tmp_path, said)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert session.java_version() == version
    assert [f.found for f in session.missing() if f.code == "no-java"] == ([] if version > 16 else ["1"])


def test_pyspark_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    faults = {fault.code: fault for fault in session.missing()}
    assert 'pip install "yinfeng[spark]"' in faults["no-pyspark"].fix.en


def test_the_command_refuses_before_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    (tmp_path / "projects.xlsx").touch()
    (tmp_path / "places.parquet").touch()
    options = ["--ledgers", str(tmp_path), "--engine", "spark", "-o", str(tmp_path / "plan.xlsx")]
    done = CliRunner().invoke(match, options)
    codes = [fault.code for fault in getattr(done.exception, "faults", [])]
    assert [code for code in codes if code != "no-pyspark"] == ["no-java", "not-parquet"]
    assert not (tmp_path / "plan.xlsx").exists()


@pytest.mark.parametrize("option", ["--problem", "--save-problem"])
def test_a_problem_folder_is_not_for_a_cluster(tmp_path: Path, option: str) -> None:
    done = CliRunner().invoke(match, ["--engine", "spark", option, str(tmp_path)])
    assert (done.exit_code, "--engine spark" in done.output) == (2, True)
