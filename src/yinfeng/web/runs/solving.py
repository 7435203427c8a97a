"""The process that solves a run: ``python -m yinfeng.web.runs.solving FOLDER``. It knows no database.

It reads the frozen ledgers and ``question.json`` in the folder and writes ``answer.json`` and the workbooks
there. Each line it prints is JSON: {"step": [zh, en]} or how the search stands. A line ``stop`` on its input
ends the search with the best so far; the end of its input, which is the death of its parent, ends it at once.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from yinfeng.core.errors import InputError
from yinfeng.core.matching.result import Progress
from yinfeng.core.text import Text
from yinfeng.tables.held import thaw
from yinfeng.tables.plan_sheets import plan_sheets
from yinfeng.tables.planning import make_plan
from yinfeng.tables.read import Ledger
from yinfeng.tables.references import check_references
from yinfeng.tables.rulebook import read_policy
from yinfeng.tables.write import write_workbook
from yinfeng.web.runs.answers import LANGS, answer_of

LEDGERS: Final = ("zones", "firms", "places", "projects", "quotas", "pins")
_TOLD_EVERY_S: Final = 0.3


def main() -> None:
    """Solve the run whose folder the command line names."""
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    folder = Path(sys.argv[1])
    question = json.loads((folder / "question.json").read_text("utf-8"))
    try:
        answer = solve(folder, question, stop)
    except InputError as error:
        answer = {"faults": [[fault.say("zh"), fault.say("en")] for fault in error.faults]}
    part = folder / "answer.part"
    part.write_text(json.dumps(answer, ensure_ascii=False), "utf-8")
    part.replace(folder / "answer.json")


def solve(folder: Path, question: Mapping[str, Any], stop: threading.Event) -> dict[str, Any]:
    """Make the plan of a folder's question, write its workbooks, and give it as plain values."""
    ledgers = _ledgers(folder)
    plan = make_plan(
        ledgers,
        read_policy(question["rulebook"], date.fromisoformat(question["as_of"])),
        faults=check_references(ledgers),
        time_limit_s=question["time_limit_s"],
        seed=question["seed"],
        step=_step,
        progress=_teller(stop),
    )
    settings = {
        f"--{name.replace('_', '-')}": str(question[name])
        for name in ("rulebook", "as_of", "seed", "time_limit_s")
    }
    _step(Text("写工作簿", "Writing the workbooks"))
    for lang in LANGS:
        write_workbook(folder / f"plan-{lang}.xlsx", plan_sheets(plan, settings, lang))
    return answer_of(plan, settings)


def _ledgers(folder: Path) -> dict[str, Ledger]:
    """Read the frozen ledgers; an empty one is as if it had not been given."""
    read = {name: thaw(name, folder / f"{name}.parquet") for name in LEDGERS}
    return {name: of for name, of in read.items() if of.table.num_rows or name in ("places", "projects")}


def _teller(stop: threading.Event) -> Any:
    due = 0.0

    def tell(progress: Progress) -> bool:
        nonlocal due
        now = time.monotonic()
        if now >= due:
            due = now + _TOLD_EVERY_S
            _print(
                {
                    "bound": progress.bound,
                    "value": progress.value,
                    "gap": progress.gap,
                    "seconds": progress.seconds,
                }
            )
        return not stop.is_set()

    return tell


def _listen(stop: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.set()
    os._exit(1)  # the parent is gone: nobody waits for the answer


def _step(text: Text) -> None:
    _print({"step": [text.zh, text.en]})


def _print(message: Mapping[str, Any]) -> None:
    print(json.dumps(message, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
