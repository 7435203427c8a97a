"""The command benchmarks run, on small sizes."""

from click.testing import CliRunner

from benchmarks.__main__ import benchmarks


def test_checking_is_timed() -> None:
    result = CliRunner().invoke(benchmarks, ["check", "--rows", "200"])
    assert (result.exit_code, result.exception) == (0, None)
    assert "check 200 rows x 30 columns, 2% bad cells" in result.output
    assert result.output.rstrip().endswith("exit 10")  # some rows are refused


def test_every_benchmark_is_listed() -> None:
    assert sorted(benchmarks.commands) == [
        "approvals",
        "check",
        "idleness",
        "pictures",
        "run",
        "site",
        "tables",
    ]


def test_a_preview_is_timed_and_rolled_back() -> None:
    result = CliRunner().invoke(benchmarks, ["approvals", "--projects", "5"])
    assert (result.exit_code, result.exception) == (0, None)
    assert "same bytes True, same answer True" in result.output
