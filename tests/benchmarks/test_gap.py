"""The instances of the literature load, and the smallest are proven."""

from pathlib import Path

import pytest

from benchmarks.gap import instances, load
from yinfeng.core.matching.check import check
from yinfeng.core.matching.result import Status
from yinfeng.core.matching.solve import solve


def test_every_instance_loads(data_dir: Path) -> None:
    for instance in instances(data_dir):
        problem = load(instance.path)
        assert (problem.n_resources, problem.n_projects) == (instance.agents, instance.jobs)
        assert (problem.n_candidates, bool(problem.required.all())) == (instance.agents * instance.jobs, True)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_smallest_are_proven(data_dir: Path, place: int) -> None:
    instance = instances(data_dir)[place]
    problem = load(instance.path)
    result = solve(problem, method="exact", time_limit_s=60)
    assert check(problem, result) == ()
    assert (result.status, -result.value, instance.is_proven) == (Status.OPTIMAL, instance.best_known, True)
