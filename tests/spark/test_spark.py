"""The same plan from executors as from one machine, also when one of them is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.spark.conftest import SEED, refuse_without_spark
from yinfeng.core.matching.check import check
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.result import Progress
from yinfeng.tables.planning import Plan
from yinfeng.tables.read import Ledger

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def undisturbed(cluster: Any, ledgers: Mapping[str, Ledger], policy: Policy) -> Plan:
    return plan_on(cluster, ledgers, policy)


def plan_on(cluster: Any, ledgers: Mapping[str, Ledger], policy: Policy, **options: Any) -> Plan:
    from yinfeng.spark.planning import make_plan

    return make_plan(cluster, ledgers, policy, method="fast", n_parts=4, **options)


def executors() -> list[int]:
    """List the processes of the executors that this test began."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"CoarseGrainedExecutorBackend" in command and _is_below(int(entry.name), os.getpid()):
                found.append(int(entry.name))
    return sorted(found)


def _is_below(process: int, ancestor: int) -> bool:
    while process > 1:
        if process == ancestor:
            return True
        try:
            process = int(Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


def same_answer(one: Plan, other: Plan) -> bool:
    a, b = one.result, other.result
    return (
        (a.status, a.value, a.bound, a.passes, a.moves) == (b.status, b.value, b.bound, b.passes, b.moves)
        and a.price.tobytes() == b.price.tobytes()
        and a.chosen.tolist() == b.chosen.tolist()
    )


def test_bound_and_plan_are_those_of_one_machine(undisturbed: Plan, local: Plan) -> None:
    ours, theirs = undisturbed.result, local.result
    assert abs(ours.bound - theirs.bound) <= 0.0001 * theirs.bound
    assert ours.value >= 0.9995 * theirs.value
    assert check(undisturbed.model.problem, ours) == ()
    assert [report.passing for report in undisturbed.places] == [report.passing for report in local.places]


def test_a_lost_executor_loses_nothing_but_time(
    cluster: Any, ledgers: Mapping[str, Ledger], policy: Policy, undisturbed: Plan
) -> None:
    before = executors()
    assert len(before) == 2
    killed = []

    def kill_one(told: Progress) -> bool:
        if told.passes == 40 and not killed:
            os.kill(before[0], signal.SIGKILL)
            killed.append(before[0])
        return True

    disturbed = plan_on(cluster, ledgers, policy, progress=kill_one)
    assert killed == before[:1]
    assert before[0] not in executors()
    assert same_answer(disturbed, undisturbed)


def test_the_command_writes_the_usual_workbook(tmp_path: Path) -> None:
    refuse_without_spark()
    yinfeng = [sys.executable, "-c", "from yinfeng.cli.main import main; main()"]
    small = ["--projects", "12", "--places", "25", "--seed", str(SEED), "--format", "parquet"]
    subprocess.run([*yinfeng, "generate", *small, "-o", tmp_path], check=True, capture_output=True)
    on_one = [*yinfeng, "match", "--ledgers", tmp_path, "--as-of", "2025-01-01", "--lang", "en"]
    spark = ["--engine", "spark", "--spark-master", "local[1]", "-o", tmp_path / "spark.xlsx"]
    here = subprocess.run(
        [*on_one, "-o", tmp_path / "local.xlsx"], check=True, capture_output=True, text=True
    )
    there = subprocess.run([*on_one, *spark], check=True, capture_output=True, text=True)
    assert standing(there.stdout) == standing(here.stdout)
    assert (tmp_path / "spark.xlsx").is_file()


def standing(shown: str) -> str:
    return next(line for line in shown.splitlines() if "projects placed" in line)


def test_a_session_that_runs_already_is_used_and_left_running(cluster: Any) -> None:
    from yinfeng.spark.session import context

    with context(None) as second:
        assert second is cluster
    assert cluster.parallelize([1, 2], 1).sum() == 3
