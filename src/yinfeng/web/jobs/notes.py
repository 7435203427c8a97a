"""How far a job has come, and whether to stop: small files beside the database.

Not rows: what is written inside a transaction nobody else sees before its end, and with SQLite nobody else
can write meanwhile, not even to ask for a stop.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from yinfeng.core.text import Text


@dataclass(frozen=True, slots=True)
class Note:
    """What a job last told: its share done (0–1; None: not known) and what it does now."""

    progress: float | None
    message: Text


def tell(job_id: int, note: Note) -> None:
    """Keep what a job tells, in place of what it told before."""
    content = {"progress": note.progress, "zh": note.message.zh, "en": note.message.en}
    target = _file(job_id, "progress")
    part = target.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    part.replace(target)


def told(job_id: int) -> Note | None:
    """Give what a job last told; None before it told anything."""
    try:
        content = json.loads(_file(job_id, "progress").read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Note(content["progress"], Text(content["zh"], content["en"]))


def ask_stop(job_id: int, username: str) -> None:
    """Ask a working job to stop, for this user."""
    _file(job_id, "stop").write_text(username, "utf-8")


def stop_asked(job_id: int) -> str:
    """Give the name of the user who asked the job to stop; empty where nobody did."""
    try:
        return _file(job_id, "stop").read_text("utf-8")
    except FileNotFoundError:
        return ""


def forget(job_id: int) -> None:
    """Remove what was noted of a job that has ended."""
    for kind in ("progress", "stop"):
        _file(job_id, kind).unlink(missing_ok=True)


def _file(job_id: int, kind: str) -> Path:
    folder = Path(settings.SITE) / "jobs"
    folder.mkdir(exist_ok=True)
    return folder / f"{job_id}.{kind}"
