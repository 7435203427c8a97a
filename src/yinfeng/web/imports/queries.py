"""Reading imports: who may see which, and how far each has come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from yinfeng.core.text import Text
from yinfeng.tables.difference import WRITING
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.imports.models import Batch, BatchZone, Habit
from yinfeng.web.jobs.models import LIVE, Job
from yinfeng.web.jobs.queries import latest
from yinfeng.web.zones.policy import LEDGERS, Refused, may, scope

STATE_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        Batch.State.DRAFT: Text("未比对", "Not compared"),
        Batch.State.CHECKED: Text("已比对，未写入", "Compared, not written"),
        Batch.State.DONE: Text("已写入", "Written"),
    }
)
UNDONE: Final = Text("已撤销", "Undone")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an import has come, and what its user may do with it."""

    job: Job | None
    is_busy: bool
    label: Text
    is_own: bool
    may_set_up: bool
    may_commit: bool
    may_undo: bool
    undo: Batch | None
    """The undo that took it back, or the latest one that was begun."""
    why_not: Text | None
    """Why it cannot be written as it stands."""


def visible(by: User) -> "QuerySet[Batch]":
    """Give the imports a user may see.

    Others see an import where they may see imports in every zone it has rows of; who brought the file, where
    they may still see those of whose held records it shows anything.
    """
    where = scope(by, "view", "imports")
    batches = Batch.objects.select_related("by", "undo_of")
    if not where:
        return batches.none()
    if where.everywhere:
        return batches
    beyond = BatchZone.objects.filter(batch=OuterRef("pk")).exclude(zone_id__in=where.zones)
    has_zones = BatchZone.objects.filter(batch=OuterRef("pk"))
    own = Q(by=by) & ~Exists(beyond.filter(is_shown=True))
    return batches.filter(own | (Exists(has_zones) & ~Exists(beyond)))


def find(token: str, by: User) -> Batch:
    """Give an import; raises `Refused` where the user may not see it, DoesNotExist where there is none."""
    batch = visible(by).filter(token=token).first()
    if batch is None:
        Batch.objects.get(token=token)
        raise Refused("view", "imports")
    return batch


def history(by: User, asked: Mapping[str, str]) -> "QuerySet[Batch]":
    """Give the imports a user may see, the newest first, narrowed by ledger, state, user and name of file."""
    batches = visible(by).order_by("-pk")
    for name, field in (("ledger", "ledger"), ("state", "state"), ("by", "by__username")):
        if asked.get(name):
            batches = batches.filter(**{field: asked[name]})
    if asked.get("q"):
        batches = batches.filter(Q(file_name__icontains=asked["q"]) | Q(source__icontains=asked["q"]))
    return batches


def labelled(batches: Iterable[Batch]) -> list[tuple[Batch, bool, Text]]:
    """Give imports, each with whether it is being worked on and how far it has come, in two queries."""
    known = list(batches)
    live = Job.objects.filter(kind="imports", ref__in=[batch.token for batch in known], state__in=LIVE)
    busy = set(live.values_list("ref", flat=True))
    undos = Batch.objects.filter(undo_of__in=known, state=Batch.State.DONE)
    undone = set(undos.values_list("undo_of", flat=True))
    labels = (UNDONE if batch.pk in undone else STATE_LABEL[batch.state] for batch in known)
    return [(batch, batch.token in busy, label) for batch, label in zip(known, labels, strict=True)]


def importable(by: User) -> list[tuple[str, Text]]:
    """Give the ledgers a user may import into, somewhere."""
    return [(ledger, LEDGER_LABEL[ledger]) for ledger in LEDGERS if scope(by, "import", ledger)]


def standing(batch: Batch, by: User) -> Standing:
    """Tell how far an import has come, and what a user may do with it."""
    job = latest("imports", batch.token)
    busy = job is not None and job.state in LIVE
    is_own = batch.by_id == by.pk
    is_open = batch.state != Batch.State.DONE and not busy
    undos = batch.undos.order_by("-pk")
    undo = undos.filter(state=Batch.State.DONE).first() or undos.first()
    is_undone = undo is not None and undo.state == Batch.State.DONE
    why_not = None if batch.state != Batch.State.CHECKED else why_not_written(batch)
    right = "import" if batch.undo_of_id is None else "restore"
    return Standing(
        job=job,
        is_busy=busy,
        label=UNDONE if is_undone else STATE_LABEL[batch.state],
        is_own=is_own,
        may_set_up=is_own and is_open and batch.undo_of_id is None,
        may_commit=is_own and is_open and batch.state == Batch.State.CHECKED and may(by, right, batch.ledger),
        may_undo=batch.state == Batch.State.DONE
        and batch.undo_of_id is None
        and not is_undone
        and bool(scope(by, "restore", batch.ledger)),
        undo=undo,
        why_not=why_not,
    )


def is_busy(batch: Batch) -> bool:
    """Tell whether an import is being worked on, or waits for it."""
    return Job.objects.filter(kind="imports", ref=batch.token, state__in=LIVE).exists()


def written(batch: Batch) -> int:
    """Give how many rows an import writes, or wrote."""
    return sum(batch.counts.get(outcome, 0) for outcome in WRITING)


def why_not_written(batch: Batch) -> Text | None:
    """Say why a compared import cannot be written; None where it can."""
    if not written(batch):
        return Text("没有要写入的行", "There is no row to write")
    left = batch.counts.get("refused", 0) + batch.counts.get("conflicting", 0)
    if batch.is_whole and left:
        return Text(
            f"选了“全部行或一行也不写”，还有 {left:,} 行退回或待决定",
            f"You chose all rows or none, and {left:,} rows are refused or to be decided",
        )
    return None


def habit(by: User, ledger: str, source: str, signature: str) -> Mapping[str, Any]:
    """Give how a user read a file with these headers before: from this source, else from any."""
    known = Habit.objects.filter(by=by, ledger=ledger, signature=signature).order_by("-used_at")
    found = known.filter(source=source).first() or known.first()
    return {} if found is None else found.settings


def sources(by: User) -> list[str]:
    """Give who sent files before, the latest first."""
    named = visible(by).exclude(source="").order_by("-pk").values_list("source", flat=True)[:200]
    return list(dict.fromkeys(named))[:20]
