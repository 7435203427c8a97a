"""The benchmark of made-up zones says what it measured."""

from click.testing import CliRunner

from benchmarks.match import match


def test_match_prints_every_seed_with_its_gap_and_times() -> None:
    options = ["--projects", "30", "--places", "60", "--seed", "3", "--seed", "4", "--seconds", "5"]
    done = CliRunner().invoke(match, options, catch_exceptions=False)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert [line for line in lines if line.startswith("seed")] == ["seed 3", "seed 4"]
    assert sum(", gap 0.000%" in line for line in lines) == 2
    phases = [part.split()[0] for part in lines[-1].split(": ")[1].split(";")[0].split(", ")]
    assert phases == ["make", "read", "facts", "build", "solve", "check"]
