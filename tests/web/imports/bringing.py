"""Files for imports, and imports carried through by the real worker's function."""

import io
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from yinfeng.web.accounts.models import User
from yinfeng.web.imports import actions, reading
from yinfeng.web.imports.actions import Setup
from yinfeng.web.imports.models import Batch
from yinfeng.web.jobs import work
from yinfeng.web.jobs.models import Job

HEADERS = ("场地编号", "场地名称", "开发区编号", "类型", "面积（平方米）", "状态")


def a_book(*rows: Any, headers: Any = HEADERS, title: str = "场地", above: Any = ()) -> bytes:
    """Make a workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in (*above, headers, *rows):
        sheet.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Give a workbook as bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def brought(
    by: User, content: bytes | str, name: str = "场地.xlsx", *, ledger: str = "", source: str = ""
) -> Batch:
    """Bring a file."""
    data = content.encode() if isinstance(content, str) else content
    return actions.bring(SimpleUploadedFile(name, data), ledger=ledger, source=source, by=by)


def as_set_up(batch: Batch, **changes: Any) -> Setup:
    """Give how a file is set up, with changes."""
    columns = tuple(reading.Taken(**one) for one in batch.columns)
    setup: dict[str, Any] = {"columns": columns, "defaults": batch.defaults, "mode": batch.mode}
    setup |= {
        "otherwise": batch.otherwise,
        "blank": batch.blank,
        "key": batch.key,
        "is_whole": batch.is_whole,
    }
    return Setup(**setup | changes)


def checked(batch: Batch, **changes: Any) -> Batch:
    """Have an import compared."""
    actions.set_up(batch, as_set_up(batch, **changes), by=batch.by)
    return worked(batch)


def compared(by: User, *rows: Any, headers: Any = HEADERS, **changes: Any) -> Batch:
    """Bring rows and have them compared."""
    return checked(brought(by, a_book(*rows, headers=headers)), **changes)


def committed(batch: Batch, reason: str = "核实") -> Batch:
    """Have written what was shown."""
    actions.ask_commit(batch, digest=batch.digest, reason=reason, by=batch.by)
    return worked(batch)


def undone(batch: Batch, by: User | None = None) -> Batch:
    """Take an import back."""
    return committed(worked(actions.ask_undo(batch, by=by or batch.by)), "导错了")


def worked(batch: Batch) -> Batch:
    """Let the worker do what waits for an import."""
    for job in Job.objects.filter(kind="imports", ref=batch.token, state="queued"):
        work.execute.func(job.pk)
    return Batch.objects.get(pk=batch.pk)


def job_of(batch: Batch) -> Job:
    """Give the latest job of an import."""
    job = Job.objects.filter(kind="imports", ref=batch.token).order_by("-pk").first()
    assert job is not None
    return job


def outcomes(batch: Batch) -> dict[str, str]:
    """Give what becomes of each row, by key."""
    return {line.key or str(line.row): line.outcome for line in batch.lines.order_by("row")}


def write_file(folder: Path, content: bytes, name: str) -> Path:
    """Put a file in a folder."""
    path = folder / name
    path.write_bytes(content)
    return path
