"""What was measured is kept, known again, and shown."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import bound, join, measure, prices, results, tables
from benchmarks.__main__ import benchmarks
from benchmarks.figure import OURS, Figure, Measurement, Outcome, Task
from benchmarks.figures import MODULES, load
from benchmarks.instances import count, sides

ROW = Measurement(
    figure="B1", size="1k", seed=11, peer=OURS, repeat=0, limit_s=9.0, status="done",
    wall_s=0.5, cpu_s=0.6, value=None, bound=1000.0, gap=None,
    more={"trace": [[0.2, 0.3, 1200], [0.4, 0.5, 1000]]},
    process_wall_s=1.0, process_cpu_s=1.1, peak_mb=100.0, load_before=0.1, load_after=0.2,
    measured_on="2026-11-26T10:00:00+00:00", commit="aaaa", machine="a machine",
    versions={"python": "3.11"},
)  # fmt: skip
SIMPLEX = replace(ROW, peer="HiGHS simplex", wall_s=20.0, cpu_s=19.0, value=1000.0, bound=1000.0, more={})
SLOW = replace(ROW, peer="OR-Tools PDLP 1e-4", status="limit", wall_s=9.0, bound=1100.0, more={})


def test_sizes_are_read() -> None:
    assert [count(text) for text in ("200", "10k", "1M", "2.5k")] == [200, 10_000, 1_000_000, 2_500]
    assert [sides("1k"), sides("1k", 10), sides("200x4k")] == [(1000, 2000), (1000, 10_000), (200, 4000)]


def test_repeats_are_interleaved_and_begin_elsewhere() -> None:
    order = [task.peer for task in measure.tasks(_figure(), ("5",), (11,), 2)]
    assert order == ["Yinfeng", "other", "other", "Yinfeng"]
    assert [task.peer for task in measure.tasks(_figure(), ("5",), (11,), 2, ("oth",))] == ["other", "other"]


def test_a_row_is_read_back_and_a_line_cut_off_is_left_out(tmp_path: Path) -> None:
    results.append(ROW, tmp_path)
    with (tmp_path / "B1.jsonl").open("a") as file:
        file.write('{"figure": "B1", "si')
    assert results.read("B1", tmp_path) == [ROW]
    assert results.read("B2", tmp_path) == []


def test_what_was_measured_is_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "commit", lambda: "aaaa")
    taken = []

    def in_a_process(task: Task, *, prepare: bool = False) -> tuple[Outcome, tuple[float, float, float]]:
        if not prepare:
            taken.append((task.peer, task.repeat))
        failed = task.peer == "other" and not prepare
        return Outcome("failed" if failed else "done"), (1.0, 1.0, 1.0)

    monkeypatch.setattr(measure, "in_a_process", in_a_process)
    for _ in range(2):
        measure.run(measure.tasks(_figure(), ("5",), (11,), 1), lambda line: None, folder=tmp_path)
    assert taken == [("Yinfeng", 0), ("other", 0), ("other", 0)]  # what failed is tried again
    monkeypatch.setattr(results, "commit", lambda: "bbbb")
    measure.run(measure.tasks(_figure(), ("5",), (11,), 1, ("Yin",)), lambda line: None, folder=tmp_path)
    assert taken[3:] == [("Yinfeng", 0)]


def test_the_last_commit_of_each_size_is_shown() -> None:
    newer, other_size = replace(ROW, commit="bbbb", wall_s=0.4), replace(ROW, size="10k")
    again = replace(newer, wall_s=0.3)
    assert results.latest([ROW, other_size, newer, again]) == [other_size, again]
    assert results.latest([ROW, newer], commit="aaaa") == [ROW]


def test_time_to_a_bound_is_that_of_the_first_near_enough() -> None:
    lines = bound.table([ROW, SIMPLEX, SLOW]).splitlines()
    assert lines[2:] == [
        "| 1k | Yinfeng | 0.4 | 0.5 | 1.0 × | 0.0000 % | 100 |  |",
        "| 1k | HiGHS simplex | 20.0 | 19.0 | 50.0 × | 0.0000 % | 100 |  |",
        "| 1k | OR-Tools PDLP 1e-4 | > 9 | – | – | 10.0000 % | 100 |  |",
    ]


def test_joins_that_differ_are_shown() -> None:
    mine = replace(ROW, figure="B5", more={"pairs": 3, "set": "x"})
    assert "NO" not in join.table([mine, replace(mine, peer="Polars")])
    assert join.table([mine, replace(mine, peer="Polars", more={"pairs": 3, "set": "y"})]).count("NO") == 2


def test_prices_are_compared_in_money() -> None:
    exact = replace(SIMPLEX, figure="B7", more={"price": [1.0, 20.0, 0.0], "weight": [10.0, 40.0, 0.0]})
    mine = replace(ROW, figure="B7", more={"price": [1.1, 20.0, 0.0]})
    correlation, error, both, either = prices.compared(mine, exact)
    assert (round(correlation, 6), round(error, 6), both, either) == (1.0, 0.02, 2, 2)


def test_tables_are_written_between_their_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "a\n<!-- bench:B1 -->\nold\n<!-- /bench:B1 -->\nb\n<!-- bench:B2 -->\nkept\n<!-- /bench:B2 -->\n"
    )
    results.append(ROW, tmp_path)
    results.append(SIMPLEX, tmp_path)
    assert tables.write(page, tmp_path) == ["B1"]
    text = page.read_text()
    assert "old" not in text
    assert "kept" in text
    assert "| 1k | HiGHS simplex | 20.0 |" in text
    assert (
        "Measured 2026-11-26 at aaaa; a machine; load 0.1–0.2; seeds 11, 1 repeats, medians. python 3.11."
        in text
    )


def test_the_page_has_a_place_for_every_figure() -> None:
    text = tables.PAGE.read_text("utf-8")
    assert [name for name in MODULES if not tables.has_marker(text, name)] == []


def test_every_figure_lists_what_it_would_measure() -> None:
    for name in MODULES:
        figure = load(name)
        assert (figure.id, bool(figure.seeds)) == (name, True)
    shown = CliRunner().invoke(benchmarks, ["run", "B1 B5", "--size", "1k 100k", "--repeats", "1", "--list"])
    assert shown.output.splitlines()[0] == "B1 1k seed 11 #0 Yinfeng"
    assert sum(line.startswith("B5") for line in shown.output.splitlines()) == 6
    assert CliRunner().invoke(benchmarks, ["run", "B8"]).exit_code == 2


def _figure() -> Figure:
    return Figure(
        id="B1",
        title="",
        sizes=("5",),
        seeds=(11,),
        limit_s=1.0,
        peers=lambda size: (OURS, "other"),
        measure=lambda task: Outcome("done"),
        table=lambda rows: "",
    )
