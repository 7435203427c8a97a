"""The process that solves a run: ``python -m yinfeng.web.runs.solving FOLDER``. It knows no database.

It reads the frozen ledgers and ``question.json`` in the folder and writes ``answer.json`` and the workbooks
there. Each line it prints is JSON: {"step": [zh, en]} or how the search stands; what libraries print goes to
the log. A line ``stop`` on its input ends the search with the best so far; the end of its input, which is the
death of its parent, ends it at once.
"""

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from yinfeng.core.errors import InputError
from yinfeng.core.matching.result import Progress, Status
from yinfeng.core.text import Text
from yinfeng.tables.held import thaw
from yinfeng.tables.plan_sheets import plan_sheets
from yinfeng.tables.planning import make_plan
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import Ledger
from yinfeng.tables.references import check_references
from yinfeng.tables.write import write_workbook
from yinfeng.web.runs.answers import LANGS, answer_of
from yinfeng.web.runs.endings import NO_ROOM, OUT_OF_MEMORY
from yinfeng.web.runs.told import sees, told

LEDGERS: Final = ("zones", "firms", "places", "projects", "quotas", "pins")
Tell = Callable[[Mapping[str, Any]], None]

_TOLD_EVERY_S: Final = 0.3
_STOPPED: Final = Text("按要求提前停止，差距已证明", "stopped when asked, gap proven")


def main() -> None:
    """Solve the run whose folder the command line names."""
    parent = way_to_parent()
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    folder = Path(sys.argv[1])
    try:
        question = json.loads((folder / "question.json").read_text("utf-8"))
        _hand_over(folder, _answer(folder, question, stop, parent))
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    except OSError:
        traceback.print_exc()
        sys.exit(NO_ROOM)


def solve(
    folder: Path, question: Mapping[str, Any], stop: threading.Event, tell: Tell = lambda _: None
) -> dict[str, Any]:
    """Make the plan of a folder's question, write its workbooks, and give it as plain values.

    Raises InputError where the ledgers or the question are at fault.
    """
    ledgers = _ledgers(folder)
    readers = question.get("readers", {})

    def step(text: Text) -> None:
        tell({"step": [text.zh, text.en]})

    plan = make_plan(
        ledgers,
        read_policy(question["rulebook"], date.fromisoformat(question["as_of"])),
        faults=told(check_references(ledgers), ledgers, readers),
        time_limit_s=question["time_limit_s"],
        seed=question["seed"],
        step=step,
        progress=_teller(stop, tell),
        names_firms_of=partial(sees, readers, "firms"),
    )
    settings = {
        f"--{name.replace('_', '-')}": str(question[name])
        for name in ("rulebook", "as_of", "seed", "time_limit_s")
    }
    step(Text("写工作簿", "Writing the workbooks"))
    for lang in LANGS:
        write_workbook(folder / f"plan-{lang}.xlsx", plan_sheets(plan, settings, lang))
    answer = answer_of(plan, settings)
    if stop.is_set() and plan.result.status is Status.STOPPED:
        answer["answer"]["status"] = [_STOPPED.zh, _STOPPED.en]
    return answer


def _answer(
    folder: Path, question: Mapping[str, Any], stop: threading.Event, parent: IO[str]
) -> dict[str, Any]:
    def tell(message: Mapping[str, Any]) -> None:
        print(json.dumps(message, ensure_ascii=False), file=parent, flush=True)

    try:
        return solve(folder, question, stop, tell)
    except InputError as error:
        return {"faults": [[fault.say("zh"), fault.say("en")] for fault in error.faults]}


def _hand_over(folder: Path, answer: Mapping[str, Any]) -> None:
    part = folder / "answer.part"
    part.write_text(json.dumps(answer, ensure_ascii=False), "utf-8")
    part.replace(folder / "answer.json")


def way_to_parent() -> IO[str]:
    """Give this process's output to the protocol alone; what anything else prints goes to the log."""
    way = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # also what is printed below Python
    return way


def _ledgers(folder: Path) -> dict[str, Ledger]:
    """Read the frozen ledgers; an empty one is as if it had not been given."""
    read = {name: thaw(name, folder / f"{name}.parquet") for name in LEDGERS}
    return {name: of for name, of in read.items() if of.table.num_rows or name in ("places", "projects")}


def _teller(stop: threading.Event, tell: Tell) -> Callable[[Progress], bool]:
    began, due = time.monotonic(), 0.0

    def watched(progress: Progress) -> bool:
        nonlocal due
        now = time.monotonic()
        if now >= due:
            due = now + _TOLD_EVERY_S
            names = ("bound", "value", "gap", "passes", "most_passes")
            # Prices of joins and the search have a clock each; whoever watches wants one that only goes on.
            tell({"seconds": now - began} | {name: getattr(progress, name) for name in names})
        return not stop.is_set()

    return watched


def _listen(stop: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.set()
    os._exit(1)  # the parent is gone: nobody waits for the answer


if __name__ == "__main__":
    main()
