"""One measurement in a process of its own: ``python -m benchmarks.child TASK ANSWER``.

TASK: the task as JSON, with "prepare" true to make the instance only. ANSWER: the file for the outcome.
"""

import json
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

from benchmarks.figure import Outcome, SkippedError, Task
from benchmarks.figures import load


def main(task_text: str, answer: str) -> None:
    """Take the measurement and write what it gave."""
    asked = json.loads(task_text)
    only_prepare = asked.pop("prepare", False)
    task = Task(**asked)
    figure = load(task.figure)
    try:
        if only_prepare:
            figure.prepare(task)
            outcome = Outcome("done")
        else:
            outcome = figure.measure(task)
    except SkippedError as why:
        outcome = Outcome("skipped", more={"why": str(why)})
    except Exception:  # a peer that falls over is a result too
        outcome = Outcome("failed", more={"why": traceback.format_exc()[-2000:]})
    Path(answer).write_text(json.dumps(asdict(outcome)), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
