"""The job of a run: freeze its inputs, let a child process solve it, keep the answer once."""

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from yinfeng.core.text import Text
from yinfeng.core.units import YUAN_PER_WAN
from yinfeng.web.jobs.models import Job
from yinfeng.web.jobs.work import Cancelled, finish, tell
from yinfeng.web.runs.actions import keep_answer
from yinfeng.web.runs.bridge import folder_of, freeze_inputs
from yinfeng.web.runs.models import Run

_ASK_EVERY_S: Final = 0.5
_FROM_SOLVING_ON: Final = 0.15  # share of the bar for reading and testing the rules


def run(job: Job) -> None:
    """Do the job of one run; begun again, it solves again from the same frozen inputs."""
    asked = Run.objects.get(pk=int(job.ref))
    folder = folder_of(asked)
    if not asked.inputs:
        tell(job, 0.02, Text("留存台账", "Freezing the ledgers"))
        asked.inputs = freeze_inputs(asked)
        asked.save(update_fields=["inputs"])
    (folder / "answer.json").unlink(missing_ok=True)
    _write_question(asked, folder)
    _solve(job, folder, asked.time_limit_s)
    answer = json.loads((folder / "answer.json").read_text("utf-8"))
    with transaction.atomic():
        keep_answer(asked, answer, by=job.by)
        finish(job, _said(answer))


def _write_question(asked: Run, folder: Path) -> None:
    question = {
        "rulebook": asked.rulebook,
        "as_of": asked.as_of.isoformat(),
        "seed": asked.seed,
        "time_limit_s": asked.time_limit_s,
    }
    (folder / "question.json").write_text(json.dumps(question), "utf-8")


def _solve(job: Job, folder: Path, time_limit_s: float) -> None:
    """Run the child process, pass on what it says, and stop it where somebody asked."""
    command = [sys.executable, "-m", "yinfeng.web.runs.solving", str(folder)]
    with (
        (folder / "solving.log").open("w") as log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8"
        ) as child,
    ):
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_pass_on, args=(child.stdout, lines), daemon=True).start()
        try:
            _watch(job, child, lines, time_limit_s)
        finally:
            if child.poll() is None:
                child.kill()
    if child.returncode != 0:
        raise RuntimeError(
            f"solving ended with {child.returncode}: {(folder / 'solving.log').read_text()[-2000:]}"
        )


def _watch(job: Job, child: Any, lines: Any, time_limit_s: float) -> None:
    said: dict[str, Any] = {}
    is_stopping = False
    while True:
        try:
            line = lines.get(timeout=_ASK_EVERY_S)
        except queue.Empty:
            line = "{}"
        if not line:
            child.wait()
            return
        said |= json.loads(line)
        goes_on = tell(job, _share(said, time_limit_s), _message(said))
        if not goes_on and not is_stopping:
            if said.get("value") is None:
                raise Cancelled
            is_stopping = True
            child.stdin.write("stop\n")
            child.stdin.flush()


def _pass_on(stream: Any, lines: Any) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def _share(said: dict[str, Any], time_limit_s: float) -> float:
    if "seconds" not in said:
        return 0.05
    return min(0.95, _FROM_SOLVING_ON + 0.8 * said["seconds"] / time_limit_s)


def _message(said: dict[str, Any]) -> Text:
    if said.get("bound") is None:
        zh, en = said.get("step", ["准备", "Starting"])
        return Text(zh, en)
    if said.get("value") is None:
        return Text("不可能超过 {bound} 万元/年", "at most {bound} ×10k yuan a year").format(
            bound=_wan(said["bound"])
        )
    text = Text(
        "方案 {value} 万元/年，不可能超过 {bound}，差距 {gap}",
        "plan {value} ×10k yuan a year, at most {bound}, gap {gap}",
    )
    return text.format(value=_wan(said["value"]), bound=_wan(said["bound"]), gap=f"{said['gap']:.2%}")


def _wan(yuan: int) -> str:
    return f"{yuan / YUAN_PER_WAN:,.0f}"


def _said(answer: dict[str, Any]) -> Text:
    if "faults" in answer:
        return Text("台账有误，没有方案", "The ledgers are at fault; there is no plan")
    return Text("方案已完成", "The plan is ready")
