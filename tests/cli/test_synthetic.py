"""The command that makes up ledgers."""

from pathlib import Path

from click.testing import CliRunner

from yinfeng.cli.synthetic import generate


def test_generate_writes_five_ledgers_and_says_what_they_hold(tmp_path: Path) -> None:
    options = ["--projects", "5", "--places", "9", "--seed", "3", "-o", str(tmp_path), "--format", "csv"]
    done = CliRunner().invoke(generate, options, catch_exceptions=False)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[:4] == [
        f"{tmp_path / 'zones.csv'}  开发区 2",
        f"{tmp_path / 'firms.csv'}  企业 6",
        f"{tmp_path / 'places.csv'}  场地 9",
        f"{tmp_path / 'projects.csv'}  项目 5",
    ]
    assert lines[5:] == ["全部为合成数据（第 1 版，种子 3）。编制方案时用 --as-of 2025-01-01"]
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == ["firms.csv", "places.csv", "projects.csv", "quotas.csv", "zones.csv"]
    assert len((tmp_path / "projects.csv").read_text("utf-8-sig").splitlines()) == 6


def test_generate_refuses_no_projects(tmp_path: Path) -> None:
    assert CliRunner().invoke(generate, ["--projects", "0", "-o", str(tmp_path)]).exit_code == 2
