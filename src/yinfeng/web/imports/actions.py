"""Bringing a file, setting up how it is read, having it compared, written, taken back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.imports import originals, reading
from yinfeng.web.imports.models import Batch, Habit
from yinfeng.web.imports.queries import habit, is_busy, why_not_written
from yinfeng.web.imports.reading import Outline, Taken
from yinfeng.web.jobs.actions import enqueue
from yinfeng.web.zones.policy import Refused, demand

KIND = "imports"


@dataclass(frozen=True, slots=True)
class Setup:
    """How a file is to be read and what it may do."""

    columns: tuple[Taken, ...]
    defaults: Mapping[str, str]
    mode: str
    otherwise: str
    blank: str
    key: str
    is_whole: bool


class OutOfStep(Exception):
    """What was asked does not fit how things stand now; carries why."""

    def __init__(self, why: Text) -> None:
        self.why = why
        super().__init__(why.en)


_BUSY = Text("正在处理，请等它完成", "It is being worked on: wait until that is done")
_DONE = Text("已经写入过，不会再写一次", "It was written already and is not written twice")
_NOT_SHOWN = Text(
    "比对结果在您看过之后变了：没有写入，请再看一遍",
    "The comparison is not the one you saw: nothing was written, please look again",
)
_NO_REASON = Text("请写明导入的理由", "Say why it is imported")
_UNDONE = Text("这一批已经撤销过", "It was undone already")


def bring(upload: UploadedFile, *, ledger: str, source: str, by: User) -> Batch:
    """Keep a file and begin an import of it.

    ledger: empty where it is to be guessed. Raises InputError where it cannot be read or fits no ledger.
    """
    demand(by, "add", KIND)
    sha256, name = originals.keep(upload)
    path = originals.path_of(sha256, name)
    chosen = ledger or reading.guess(path) or ""
    if not chosen:
        raise InputError([_fits_none(name)])
    demand(by, "import", chosen)
    outline = reading.look(path, chosen)
    with transaction.atomic():
        batch = Batch(ledger=chosen, by=by, file_name=name, sha256=sha256, source=source.strip())
        batch.size_bytes = upload.size or 0
        _lay_out(batch, outline)
        _remember_how(batch, habit(by, chosen, batch.source, outline.signature))
        batch.save()
        told = {"file": name, "sha256": sha256, "ledger": chosen, "source": batch.source}
        record(Act(action="upload", kind=KIND, key=batch.token, after=told), by=by)
    return batch


def look_again(batch: Batch, *, ledger: str, sheet: str, header_row: int | None, by: User) -> None:
    """Read the headers from another sheet or row, or for another ledger."""
    _demand_own(batch, by)
    demand(by, "import", ledger)
    outline = reading.look(originals.path_of(batch.sha256, batch.file_name), ledger, sheet, header_row)
    with transaction.atomic():
        locked = _open(batch)
        locked.ledger, locked.decisions, locked.defaults, locked.key = ledger, {}, {}, ""
        _lay_out(locked, outline)
        _remember_how(locked, habit(by, ledger, locked.source, outline.signature))
        locked.state = Batch.State.DRAFT
        locked.save()


@transaction.atomic
def set_up(batch: Batch, setup: Setup, *, by: User) -> None:
    """Set how a file is read, remember it for the next one like it, and have it compared."""
    _demand_own(batch, by)
    locked = _open(batch)
    settings = asdict(setup) | {"defaults": dict(setup.defaults)}
    _remember_how(locked, settings)
    locked.decisions = {}
    locked.save()
    signature = reading.outline_from_json(locked.outline).signature
    Habit.objects.update_or_create(
        by=by,
        ledger=locked.ledger,
        source=locked.source,
        signature=signature,
        defaults={"settings": settings},
    )
    ask_check(locked, by=by)


@transaction.atomic
def decide(batch: Batch, decisions: Mapping[int, str], *, by: User) -> None:
    """Say of rows which record each is (its key), or that it is a new one (""), and compare anew."""
    _demand_own(batch, by)
    locked = _open(batch)
    locked.decisions = locked.decisions | {str(row): key for row, key in decisions.items()}
    locked.save(update_fields=["decisions"])
    ask_check(locked, by=by)


@transaction.atomic
def ask_check(batch: Batch, *, by: User) -> None:
    """Have an import, or an undo, compared with what is held; that writes nothing to the ledgers."""
    _demand_own(batch, by)
    locked = _open(batch)
    Batch.objects.filter(pk=locked.pk).update(asked="check", state=Batch.State.DRAFT, digest="")
    enqueue(KIND, batch.token, by=by, link=_address(batch))


@transaction.atomic
def ask_commit(batch: Batch, *, digest: str, reason: str, by: User) -> None:
    """Have written what was shown, and nothing else; asked twice, it is done once.

    digest: of the comparison that was seen. Raises `OutOfStep` where that is not the present one.
    """
    _demand_own(batch, by)
    demand(by, "import" if batch.undo_of_id is None else "restore", batch.ledger)
    locked = Batch.objects.select_for_update().get(pk=batch.pk)
    if locked.state == Batch.State.DONE or (is_busy(locked) and locked.asked == "commit"):
        return  # asked for already
    locked = _open(batch)
    if locked.state != Batch.State.CHECKED or not digest or digest != locked.digest:
        raise OutOfStep(_NOT_SHOWN)
    why_not = why_not_written(locked)
    if why_not is not None or not reason.strip():
        raise OutOfStep(why_not or _NO_REASON)
    Batch.objects.filter(pk=locked.pk).update(asked="commit", reason=reason.strip())
    enqueue(KIND, batch.token, by=by, link=_address(batch))


@transaction.atomic
def ask_undo(batch: Batch, *, by: User) -> Batch:
    """Begin to take an import back: compare it with what is held now; gives the undo."""
    demand(by, "restore", batch.ledger)
    locked = Batch.objects.select_for_update().get(pk=batch.pk)
    if locked.state != Batch.State.DONE or locked.undo_of_id is not None:
        raise OutOfStep(Text("只有写入过的导入能撤销", "Only an import that was written can be undone"))
    if locked.undos.filter(state=Batch.State.DONE).exists():
        raise OutOfStep(_UNDONE)
    undo = locked.undos.filter(by=by).first() or Batch.objects.create(
        undo_of=locked, ledger=locked.ledger, by=by, file_name=locked.file_name, sha256=locked.sha256
    )
    ask_check(undo, by=by)
    return undo


def note_download(batch: Batch, what: str, *, by: User, address: str = "") -> None:
    """Put on the trail that somebody took a file of an import away."""
    act = Act(action="export", kind=KIND, key=batch.token, after={"file": what, "sha256": batch.sha256})
    record(act, by=by, address=address)


def _lay_out(batch: Batch, outline: Outline) -> None:
    batch.outline = reading.outline_to_json(outline)
    batch.sheet, batch.header_row = outline.sheet, outline.header_rows[0]
    batch.columns = [asdict(one) for one in reading.as_understood(outline)]


def _remember_how(batch: Batch, settings: Mapping[str, Any]) -> None:
    """Set up an import as settings say; what they do not say stays."""
    for name in ("defaults", "mode", "otherwise", "blank", "key", "is_whole"):
        if name in settings:
            setattr(batch, name, settings[name])
    if settings.get("columns"):
        batch.columns = [dict(one) for one in settings["columns"]]


def _demand_own(batch: Batch, by: User) -> None:
    """Raise `Refused` unless the user brought this file: what somebody set up nobody else finishes."""
    if batch.by_id != by.pk:
        raise Refused("change", KIND)
    demand(by, "add" if batch.undo_of_id is None else "view", KIND)


def _open(batch: Batch) -> Batch:
    """Lock an import that may still be changed; raises `OutOfStep` for one that is worked on or written."""
    locked: Batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if locked.state == Batch.State.DONE:
        raise OutOfStep(_DONE)
    if is_busy(locked):
        raise OutOfStep(_BUSY)
    return locked


def _address(batch: Batch) -> str:
    return f"/desk/imports/{batch.token}/"


def _fits_none(name: str) -> Any:
    expected = Text("某一本台账的表头", "the headers of one of the ledgers")
    fix = Text(
        "选定台账再传一次，或下载空白表照着填", "choose the ledger and send it again, or fill in a blank form"
    )
    return problem_fault("unknown-ledger", name, expected, fix)
