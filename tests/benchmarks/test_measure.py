"""A measurement runs in a process of its own, and says what it took."""

import subprocess
import sys
import time

from benchmarks import measure
from benchmarks.figure import OURS, Task


def test_a_measurement_says_what_it_took() -> None:
    task = Task("oracle", "12x20", 1, OURS, 0, 5.0)
    ready, _ = measure.in_a_process(task, prepare=True)
    outcome, (wall, cpu, peak_mb) = measure.in_a_process(task)
    assert (ready.status, outcome.status) == ("done", "done")
    assert outcome.value == outcome.bound
    assert outcome.wall_s is not None
    assert 0 < outcome.wall_s < wall
    assert cpu > 0
    assert peak_mb > 50


def test_what_the_engine_has_not_is_skipped_or_fails_with_its_reason() -> None:
    outcome, _ = measure.in_a_process(Task("oracle", "no size", 1, OURS, 0, 5.0))
    assert (outcome.status, "ValueError" in outcome.more["why"]) == ("failed", True)


def test_a_process_long_past_its_clock_is_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    used, killed = measure._wait(process, time.perf_counter() + 0.2)
    assert (killed, process.returncode) == (True, -9)
    assert used.ru_maxrss > 0
