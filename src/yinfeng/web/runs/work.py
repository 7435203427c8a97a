"""The job of a run: freeze its inputs, let a child process solve it, keep the answer once."""

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.matching.result import Status
from yinfeng.core.text import Text
from yinfeng.core.units import YUAN_PER_WAN
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.jobs.models import Job
from yinfeng.web.jobs.work import Cancelled, finish, tell
from yinfeng.web.runs.actions import keep_answer
from yinfeng.web.runs.bridge import changed_inputs, folder_of, freeze_inputs, readers_of
from yinfeng.web.runs.endings import KILLED, NO_ROOM, OUT_OF_MEMORY
from yinfeng.web.runs.models import Run

_ASK_EVERY_S: Final = 0.5
_FROM_SOLVING_ON: Final = 0.15  # share of the bar for reading and testing the rules

_log = logging.getLogger(__name__)


def run(job: Job) -> None:
    """Do the job of one run; begun again, it solves again from the same frozen inputs.

    Raises InputError where the machine fails it: no memory, no room, the frozen ledgers not as they were.
    """
    asked = Run.objects.get(pk=int(job.ref))
    try:
        answer, is_stopped = _answer(job, asked)
    except OSError as error:
        _log.exception("run %s cannot use its folder", asked.pk)
        raise InputError([_no_room(error)]) from error
    with transaction.atomic():
        keep_answer(asked, answer, by=job.by)
        finish(job, _said(answer, is_stopped=is_stopped))


def _answer(job: Job, asked: Run) -> tuple[dict[str, Any], bool]:
    """Give what the child process hands back, and whether it was told to stop."""
    folder = folder_of(asked)
    _say(job, 0.02, Text("留存台账", "Freezing the ledgers"))
    if not asked.inputs:
        asked.inputs = freeze_inputs(asked)
        asked.save(update_fields=["inputs"])
    elif changed := changed_inputs(asked):
        raise InputError([_inputs_changed(changed)])
    (folder / "answer.json").unlink(missing_ok=True)
    _write_question(asked, folder)
    _say(job, 0.04, Text("准备", "Starting"))
    is_stopped = _solve(job, folder, asked.time_limit_s)
    return json.loads((folder / "answer.json").read_text("utf-8")), is_stopped


def _say(job: Job, share: float, message: Text) -> None:
    """Say how far the run is while nothing is being solved yet; raises `Cancelled` where it is to stop."""
    if not tell(job, share, message):
        raise Cancelled


def _write_question(asked: Run, folder: Path) -> None:
    question = {
        "rulebook": asked.rulebook,
        "as_of": asked.as_of.isoformat(),
        "seed": asked.seed,
        "time_limit_s": asked.time_limit_s,
        "readers": readers_of(asked),
    }
    (folder / "question.json").write_text(json.dumps(question), "utf-8")


def _solve(job: Job, folder: Path, time_limit_s: float) -> bool:
    """Run the child process, pass on what it says, and stop it where somebody asked; True where it was."""
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
            is_stopped = _watch(job, child, lines, time_limit_s)
        finally:
            if child.poll() is None:
                child.kill()
    _refuse_death(child.returncode, folder / "solving.log")
    return is_stopped


def _watch(job: Job, child: Any, lines: Any, time_limit_s: float) -> bool:
    said: dict[str, Any] = {}
    is_stopped = False
    while True:
        try:
            line = lines.get(timeout=_ASK_EVERY_S)
        except queue.Empty:
            line = "{}"
        if not line:
            child.wait()
            return is_stopped
        said = after(said, json.loads(line))
        goes_on = tell(job, _share(said, time_limit_s), message(said))
        if not goes_on and not is_stopped:
            is_stopped = True
            with suppress(BrokenPipeError):  # it has just ended by itself
                os.write(child.stdin.fileno(), b"stop\n")


def _refuse_death(code: int, log: Path) -> None:
    """Raise what the end of the child process means, unless it ended well."""
    if code == 0:
        return
    if code in (KILLED, OUT_OF_MEMORY):
        raise InputError([_no_memory()])
    last = log.read_text("utf-8", "replace")[-2000:]
    if code == NO_ROOM:
        raise OSError(last.strip().rpartition("\n")[2])
    raise RuntimeError(f"solving ended with {code}: {last}")


def _pass_on(stream: Any, lines: Any) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def _share(said: dict[str, Any], time_limit_s: float) -> float:
    if "seconds" not in said:
        return 0.05
    return min(0.95, _FROM_SOLVING_ON + 0.8 * said["seconds"] / time_limit_s)


def after(said: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """Give what stands said after one more line of the child: a new step ends what was said of the search."""
    return {**said, "bound": None, **line} if "step" in line else said | line


def message(said: dict[str, Any]) -> Text:
    """Put in words what the child has said: its step, or how the search stands."""
    if said.get("bound") is None:
        zh, en = said.get("step", ["准备", "Starting"])
        return Text(zh, en)
    standing, passes, most = _standing(said), said["passes"], said["most_passes"]
    if most:
        text = Text("求价格，第 {n}/{most} 遍；{standing}", "Finding prices, pass {n} of {most}; {standing}")
    elif passes:  # of joins, which end when their prices are good
        text = Text("求价格，第 {n} 遍；{standing}", "Finding prices, pass {n}; {standing}")
    else:
        return standing
    return text.format(n=passes, most=most, standing=standing)


def _standing(said: dict[str, Any]) -> Text:
    if said["value"] is None:
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


def _said(answer: dict[str, Any], *, is_stopped: bool) -> Text:
    if "faults" in answer:
        return Text("台账有误，没有方案", "The ledgers are at fault; there is no plan")
    if is_stopped and answer["status"] == Status.STOPPED:
        return Text(
            "已按要求停止；保留了到那时最好的方案", "Stopped as asked; the best plan found by then is kept"
        )
    return Text("方案已完成", "The plan is ready")


def _no_memory() -> Fault:
    expected = Text(
        "够用的内存（求解进程被系统结束，多半是内存不足）",
        "memory enough (the system ended the solving process, most likely for want of it)",
    )
    fix = Text(
        "少选几个开发区再编制，或给服务器加内存", "choose fewer zones, or give the machine more memory"
    )
    return problem_fault("no-memory", "", expected, fix)


def _no_room(error: OSError) -> Fault:
    expected = Text("能写的站点文件夹，磁盘还有空", "a site folder that can be written, and room on its disk")
    fix = Text(
        "请管理员运行 yinfeng doctor，修复后再编制一次",
        "let the administrator run yinfeng doctor, then ask for the plan again",
    )
    return problem_fault("no-room", error.strerror or error, expected, fix)


def _inputs_changed(ledgers: list[str]) -> Fault:
    found = "、".join(LEDGER_LABEL[name].zh for name in ledgers)
    expected = Text("编制开始时留存的台账，原样未动", "the ledgers as they were frozen when the run began")
    return problem_fault("inputs-changed", found, expected, Text("再编制一次", "ask for the plan again"))
