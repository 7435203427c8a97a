"""Pictures are drawn of what there is."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import pictures, results
from tests.benchmarks.test_results import ROW, SIMPLEX


def test_a_figure_is_drawn_by_size_and_as_ratios(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for row in (ROW, SIMPLEX, replace(ROW, size="10k"), replace(SIMPLEX, size="10k", wall_s=90.0)):
        results.append(row, tmp_path)
    drawn = pictures.draw(tmp_path / "images", tmp_path)
    assert [path.name for path in drawn] == [
        "bench-bound.svg",
        "bench-bound.png",
        "bench-bound-ratio.svg",
        "bench-bound-ratio.png",
    ]
    assert all(path.stat().st_size > 1000 for path in drawn)


def test_the_gap_is_that_of_each_moment() -> None:
    mine = replace(ROW, figure="B2", bound=100.0, more={"trace": [[1.0, 110, 90], [2.0, 100, 99]]})
    other = replace(mine, peer="HiGHS MIP", more={"trace": [[3.0, 80]]})
    traces = pictures.gap_traces([mine, other], "1k")
    assert [round(gap, 4) for _, gap in traces["Yinfeng"]] == [0.1818, 0.01]
    assert traces["HiGHS MIP"] == [(3.0, pytest.approx(0.2))]
