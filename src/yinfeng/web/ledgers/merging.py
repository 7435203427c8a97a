"""Merging two firms that are one, and taking it back. The trail of the batch holds both ways."""

import json
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import of_batch
from yinfeng.web.files.models import StoredFile
from yinfeng.web.firms.models import Alias, Firm
from yinfeng.web.ledgers.actions import Conflict, Write, write
from yinfeng.web.ledgers.aliases import aliases_of, found_by
from yinfeng.web.ledgers.bridge import Row, content_of
from yinfeng.web.ledgers.history import as_decoded, differing, part_of
from yinfeng.web.ledgers.named_firms import FIRM_COLUMNS
from yinfeng.web.ledgers.registry import HELD, find
from yinfeng.web.ledgers.restoring import bring_back
from yinfeng.web.zones.policy import demand, visible

MERGES: Final = "merges"
"""The kind under which the trail tells of a merge as a whole."""


@transaction.atomic
def merge_firms(
    kept: Firm, gone: Firm, *, taken: Collection[str], versions: Mapping[str, int], by: User, reason: str
) -> Entry:
    """Merge a firm into another: what names it, its files and aliases go over, its id and name stay known.

    taken: columns whose value comes from the firm that goes. versions: of both by id, as they were seen.
    Gives the entry that tells of it all, by which it can be undone. Raises `Refused` without the right,
    `Conflict`, InputError where records out of reach name the firm.
    """
    for firm in (kept, gone):
        demand(by, "merge", "firms", firm.zone_id)
    stale = [firm.firm_id for firm in (kept, gone) if firm.version != versions.get(firm.firm_id)]
    if stale or kept.pk == gone.pk:
        raise Conflict("firms", stale or [kept.firm_id])
    _refuse_out_of_reach(gone, by)
    batch = uuid.uuid4().hex
    moved = _move(gone, kept)
    values = part_of(content_of("firms", gone), set(taken) - {"firm_id"})
    told = {"by": by, "reason": reason, "batch": batch, "action": "merge"}
    write("firms", [Write("change", kept.firm_id, values)], **told)
    _repoint(gone, find("firms", kept.firm_id), told)
    write("firms", [Write("delete", gone.firm_id, {})], **told)
    _refresh_search(kept.firm_id)
    after = {"kept": kept.firm_id, "gone": gone.firm_id, "name": gone.firm_name, **moved}
    act = Act(action="merge", kind=MERGES, key=batch, zone_id=kept.zone_id or "", after=after, reason=reason)
    return record(act, by=by, batch=batch)


@transaction.atomic
def undo_merge(batch: str, *, by: User, reason: str) -> None:
    """Take a merge back: both firms as they were, and what named the one that went names it again.

    Raises `Refused` without the right, InputError naming what was changed since.
    """
    merge = Entry.objects.get(kind=MERGES, key=batch, action="merge")
    demand(by, "merge", "firms", merge.zone_id or None)
    if is_undone(batch):
        raise InputError([_undone_before(batch)])
    moved = json.loads(merge.after)
    entries = [entry for entry in reversed(of_batch(batch)) if entry.kind in HELD]
    faults = list(_changed_since(entries))
    if faults:
        raise InputError(faults)
    for entry in entries:
        before = as_decoded(entry.kind, json.loads(entry.before))
        if entry.after:
            write(entry.kind, [_back(entry, before)], by=by, reason=reason, action="restore")
        else:
            bring_back(entry.kind, before, zone_id=entry.zone_id or None, by=by, reason=reason)
    gone, kept = find("firms", moved["gone"]), find("firms", moved["kept"])
    Alias.objects.filter(firm=kept, old_id=gone.firm_id).exclude(pk__in=moved["aliases"]).delete()
    Alias.objects.filter(pk__in=moved["aliases"]).update(firm=gone)
    StoredFile.objects.filter(pk__in=moved["files"]).update(key=gone.firm_id)
    for firm in (gone, kept):
        _refresh_search(firm.firm_id)
    record(Act(action="undo", kind=MERGES, key=batch, zone_id=merge.zone_id, reason=reason), by=by)


def is_undone(batch: str) -> bool:
    """Tell whether a merge was taken back."""
    return Entry.objects.filter(kind=MERGES, key=batch, action="undo").exists()


def naming(firm: Firm) -> Iterator[tuple[str, str, Any]]:
    """Give the records that name a firm, with ledger and column: by its id, and by its name if it has one."""
    for ledger, column in FIRM_COLUMNS:
        names = [name for name in (firm.firm_id, firm.firm_name) if name]
        rows = (
            HELD[ledger]
            .model._default_manager.filter(**{f"{column}__in": names})
            .exclude(Q(pk=firm.pk) if ledger == "firms" else Q())
        )
        yield from ((ledger, column, row) for row in rows)


def _refuse_out_of_reach(gone: Firm, by: User) -> None:
    faults = []
    for ledger in dict.fromkeys(ledger for ledger, _ in FIRM_COLUMNS):
        rows = {row.pk for where, _, row in naming(gone) if where == ledger}
        model = HELD[ledger].model._default_manager
        reached = visible(by, ledger, model.filter(pk__in=rows), action="change").count() if rows else 0
        if reached < len(rows):
            faults.append(_out_of_reach(ledger, len(rows) - reached))
    if faults:
        raise InputError(faults)


def _move(gone: Firm, kept: Firm) -> dict[str, list[int]]:
    """Give the kept firm the other's aliases and files, and its id and name as one more alias."""
    aliases = Alias.objects.filter(firm=gone)
    there = StoredFile.objects.filter(ledger="firms", key=kept.firm_id).values("sha256")
    files = StoredFile.objects.filter(ledger="firms", key=gone.firm_id).exclude(sha256__in=there)
    moved = {
        "aliases": list(aliases.values_list("pk", flat=True)),
        "files": list(files.values_list("pk", flat=True)),
    }
    aliases.update(firm=kept)
    StoredFile.objects.filter(pk__in=moved["files"]).update(key=kept.firm_id)
    Alias.objects.create(firm=kept, old_id=gone.firm_id, old_name=gone.firm_name)
    return moved


def _repoint(gone: Firm, kept: Firm, told: Mapping[str, Any]) -> None:
    """Let what names the one firm name the other: an id by its id, a name by its name."""
    by_ledger: dict[str, list[Write]] = {}
    for ledger, column, row in naming(gone):
        name = kept.firm_id if getattr(row, column) == gone.firm_id or not kept.firm_name else kept.firm_name
        by_ledger.setdefault(ledger, []).append(
            Write("change", getattr(row, HELD[ledger].key), {column: name})
        )
    for ledger, writes in by_ledger.items():
        write(ledger, writes, **told)


def _refresh_search(key: str) -> None:
    firm = find("firms", key)
    Firm.objects.filter(pk=firm.pk).update(
        search=found_by("firms", firm, aliases_of("firms", [key]).get(key, ()))
    )


def _back(entry: Entry, before: Row) -> Write:
    bases = {name.partition(".")[0] for name in before}
    now = content_of(entry.kind, find(entry.kind, entry.key))
    return Write("change", entry.key, part_of({**now, **before}, bases))


def _changed_since(entries: Sequence[Entry]) -> Iterator[Fault]:
    """Name the records that hold something else now than the last of these entries left in them."""
    left: dict[tuple[str, str], Row] = {}
    for entry in entries:  # the newest first
        if entry.after:
            wrote = as_decoded(entry.kind, json.loads(entry.after))
            left[entry.kind, entry.key] = {**wrote, **left.get((entry.kind, entry.key), {})}
    for (ledger, key), row in left.items():
        held = HELD[ledger]
        found = held.model._default_manager.filter(**{held.key: key}).first()
        now = {} if found is None else content_of(ledger, found)
        if found is None or differing(ledger, {name: now.get(name) for name in row}, row):
            yield _changed(ledger, key)


def _changed(ledger: str, key: str) -> Fault:
    expected = Text(
        "{ledger}中合并后没有再改过的记录", "a record of the ledger {ledger} not changed since the merge"
    ).format(ledger=LEDGER_LABEL[ledger])
    fix = Text("先在它的历史中恢复，再撤销合并", "restore it in its history first, then undo the merge")
    return problem_fault("changed-since", key, expected, fix)


def _undone_before(batch: str) -> Fault:
    expected = Text("还没有撤销的合并", "a merge that was not undone yet")
    return problem_fault("undone-before", batch[:8], expected, Text("不必再撤销", "there is nothing to do"))


def _out_of_reach(ledger: str, rows: int) -> Fault:
    expected = Text(
        "您有权修改的记录才用到它（{ledger}中有 {rows} 条不在您的权限内）",
        "a firm named only by records you may change ({rows} of {ledger} are not)",
    ).format(ledger=LEDGER_LABEL[ledger], rows=rows)
    fix = Text("请有权的同事合并", "ask a colleague who may change them to merge")
    return problem_fault("out-of-reach", rows, expected, fix)
