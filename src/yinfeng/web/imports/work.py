"""The long work on an import: comparing, and writing what was shown."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.utils import timezone

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.tables.difference import WRITING
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.imports import bridge, lines, undoing
from yinfeng.web.imports.effects import Compared
from yinfeng.web.imports.models import Batch, BatchZone, Found, Line
from yinfeng.web.imports.queries import written
from yinfeng.web.jobs import work as jobs
from yinfeng.web.jobs.models import Job
from yinfeng.web.ledgers import actions as ledgers
from yinfeng.web.ledgers.actions import Conflict
from yinfeng.web.zones.policy import Refused

_READING: Final = Text("正在读文件", "Reading the file")
_COMPARING: Final = Text("正在与台账逐格比对，共 {n} 行", "Comparing {n} rows with the ledger, cell by cell")
_KEEPING: Final = Text("正在整理比对结果", "Sorting what was found")
_COMPARED: Final = Text("比对完成，没有写入台账", "Compared; nothing was written to the ledger")
_WRITING: Final = Text("正在写入，第 {at} 行，共 {n} 行", "Writing row {at} of {n}")
_WRITTEN: Final = Text("已写入 {n} 行", "{n} rows written")
_ENDING: Final = Text("正在收尾", "Finishing")
_MOVED: Final = Text(
    "比对之后有别人改了台账：没有写入任何内容；已重新比对，请看有哪些不同",
    "The ledger was changed by others after the comparison: nothing was written. "
    "It was compared anew: see what is different",
)
_BATCH: Final = 1_000
_OVERTAKEN: Final = frozenset({"key-taken", "unknown-id", "record-in-use", "place-under-way"})
"""Faults of a writing whose comparison found none: others were quicker."""


def run(job: Job) -> None:
    """Do what was asked of an import: compare it, or write it."""
    batch = Batch.objects.select_related("undo_of", "by").get(token=job.ref)
    if batch.asked == "commit":
        _commit(job, batch)
    else:
        _check(job, batch, _COMPARED)


def _check(job: Job, batch: Batch, message: Text) -> None:
    """Compare and keep what was found in place of what was found before."""
    try:
        compared = _compare(job, batch)
    except InputError as error:
        with transaction.atomic():
            batch.lines.all().delete()
            batch.found.all().delete()
            Found.objects.bulk_create(lines.found_of(batch, error.faults))
        raise
    _step(job, 0.7, _KEEPING)
    found = lines.lines_of(batch, compared)
    with transaction.atomic():
        if batch.asked == "commit":
            _mark_moved(batch, found)
        batch.lines.all().delete()
        batch.found.all().delete()
        batch.zones.all().delete()
        Line.objects.bulk_create(found, batch_size=_BATCH)
        Found.objects.bulk_create(lines.found_of(batch, compared.faults), batch_size=_BATCH)
        BatchZone.objects.bulk_create(_zones(batch, compared))
        counts = Counter(line.outcome for line in found)
        counts["warnings"] = batch.found.filter(severity="warning").count()
        counts["moved"] = sum(line.is_moved for line in found)
        Batch.objects.filter(pk=batch.pk).update(
            state=Batch.State.CHECKED,
            counts=counts,
            digest=lines.digest_of(batch),
            checked_at=timezone.now(),
        )
        jobs.finish(job, message)


def _compare(job: Job, batch: Batch) -> Compared:
    if batch.undo_of is not None:
        _step(job, 0.1, _COMPARING.format(n=f"{written(batch.undo_of):,}"))
        return undoing.compare_undo(batch, by=job.by)
    _step(job, 0.05, _READING)
    file = bridge.read_file(batch)
    n = file.ledger.table.num_rows + len(file.ledger.refused)
    _step(job, 0.3, _COMPARING.format(n=f"{n:,}"))
    return bridge.compare_file(batch, file, by=job.by)


def _commit(job: Job, batch: Batch) -> None:
    """Write what was shown, in one transaction; where the ledger has changed since, compare anew instead."""
    try:
        with transaction.atomic():
            locked = Batch.objects.select_for_update().get(pk=batch.pk)
            if locked.state == Batch.State.DONE:
                jobs.finish(job, _WRITTEN.format(n=f"{written(locked):,}"))
                return
            _write(job, batch)
            Batch.objects.filter(pk=batch.pk).update(state=Batch.State.DONE, done_at=timezone.now())
            jobs.finish(job, _WRITTEN.format(n=f"{written(batch):,}"))
    except (Conflict, Refused):
        _check(job, batch, _MOVED)
    except InputError as error:
        if not {fault.code for fault in error.faults} <= _OVERTAKEN:
            raise
        _check(job, batch, _MOVED)


def _write(job: Job, batch: Batch) -> None:
    if lines.digest_of(batch) != batch.digest:
        raise RuntimeError(f"import {batch.token}: the rows kept are not those that were shown")
    action = "import" if batch.undo_of is None else "restore"
    kept = batch.lines.filter(outcome__in=WRITING).order_by("pk")
    writes = lines.writes_of(batch.ledger, list(kept))
    told = _telling(job, len(writes))
    record(_act(batch, action), by=job.by, batch=batch.token)
    ledgers.write(
        batch.ledger, writes, by=job.by, reason=batch.reason, batch=batch.token, action=action, told=told
    )
    _step(job, None, _ENDING)


def _act(batch: Batch, action: str) -> Act:
    """Say in the trail what file was imported how, or which import was taken back."""
    told = {
        "ledger": batch.ledger,
        "file": batch.file_name,
        "sha256": batch.sha256,
        "sheet": batch.sheet,
        "source": batch.source,
        "columns": {one["letters"]: one["column"] for one in _columns(batch)},
        "defaults": batch.defaults,
        "options": [batch.mode, batch.otherwise, batch.blank, batch.key],
        "counts": batch.counts,
        "digest": batch.digest,
        "undo_of": batch.undo_of.token if batch.undo_of else None,
    }
    return Act(action=action, kind="imports", key=batch.token, after=told, reason=batch.reason)


def _columns(batch: Batch) -> list[dict[str, str]]:
    letters = {one["at"]: one["letters"] for one in batch.outline.get("headed", ())}
    return [{"letters": letters.get(one["at"], ""), "column": one["column"]} for one in batch.columns]


def _telling(job: Job, n: int) -> Callable[[int], None]:
    def told(at: int) -> None:
        if at % 50 == 0:
            _step(job, at / max(1, n), _WRITING.format(at=f"{at:,}", n=f"{n:,}"))

    return told


def _step(job: Job, progress: float | None, message: Text) -> None:
    if not jobs.tell(job, progress, message):
        raise jobs.Cancelled


def _mark_moved(batch: Batch, found: list[Line]) -> None:
    """Mark the lines that are not as they were shown."""
    shown = {line.row: lines.sign_of(line) for line in batch.lines.iterator(2_000)}
    for line in found:
        line.is_moved = shown.get(line.row) != lines.sign_of(line)


def _zones(batch: Batch, compared: Compared) -> list[BatchZone]:
    shown: dict[str, bool] = {}
    for effect in compared.effects:
        tells = effect.change.outcome not in ("refused", "skipped")
        for zone in effect.zones:
            shown[zone] = shown.get(zone, False) or tells
    return [BatchZone(batch=batch, zone_id=zone, is_shown=tells) for zone, tells in sorted(shown.items())]
