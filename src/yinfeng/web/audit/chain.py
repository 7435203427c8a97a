"""The chain of the trail: what an entry's hash covers, and the check that nothing was changed since."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from yinfeng.core.text import Text
from yinfeng.web.audit.models import Check, Entry, Head

GENESIS: Final = "0" * 64
_COVERED: Final = (
    "pk", "by", "action", "kind", "key", "zone_id", "before", "after", "reason", "batch", "address",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole trail came to."""

    entries: int
    head: str
    """Hash of the last entry: printed elsewhere, it proves that nothing before it was rewritten."""
    faults: tuple[Text, ...]


def entry_hash(entry: Entry) -> str:
    """Give the SHA-256 over an entry and the hash of the one before it, in hexadecimal."""
    covered = {name: getattr(entry, name) for name in _COVERED}
    covered["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{entry.previous}\n{text}".encode()).hexdigest()


def verify(anchor: str = "") -> Verdict:
    """Check every entry against its hash, the chain against its head and against what earlier checks noted.

    anchor: hash of an entry that was noted elsewhere; it must still be in the trail. Entries may be added
    meanwhile: those that were begun after the check are left to the next one.
    """
    faults: list[Text] = []
    noted = dict(Check.objects.values_list("entries", "head"))
    number, previous, last, anchored = 0, GENESIS, 0, not anchor
    while True:
        begun = number
        for entry in Entry.objects.filter(pk__gt=last).order_by("pk").iterator(chunk_size=2000):
            number, last = number + 1, entry.pk
            faults += _entry_faults(entry, number, previous)
            if noted.get(number, entry.hash) != entry.hash:
                faults.append(_rewritten(number))
            previous = entry.hash
            anchored = anchored or entry.hash == anchor
        head = Head.objects.filter(pk=1).first() or Head()
        if head.entry <= number or number == begun:
            break
    if (head.entry, head.hash) != (number, previous):
        faults.append(_cut(head.entry, number))
    faults += [_rewritten(entries) for entries in sorted(noted) if entries > number]
    if not anchored:
        faults.append(
            Text(
                f"留存的摘要 {anchor} 不在记录中：记录被整体改写",
                f"the noted hash {anchor} is not in the trail: it was rewritten",
            )
        )
    return Verdict(number, previous, tuple(faults))


def _cut(named: int, number: int) -> Text:
    return Text(
        f"链尾记的是第 {named} 条，实际到第 {number} 条：末尾的记录被删去、改动或添加",
        f"the head names entry {named}, the trail ends at {number}: its end was cut, changed or added to",
    )


def _rewritten(number: int) -> Text:
    return Text(
        f"第 {number} 条与以前核验时留下的摘要不同：记录被改写",
        f"entry {number} is not what an earlier check noted: the trail was rewritten",
    )


def _entry_faults(entry: Entry, number: int, previous: str) -> Iterable[Text]:
    if entry.pk != number:
        yield Text(
            f"第 {number} 条缺失（现为第 {entry.pk} 条）", f"entry {number} is missing (found {entry.pk})"
        )
    if entry.previous != previous:
        yield Text(f"第 {entry.pk} 条与前一条不相接", f"entry {entry.pk} does not follow the one before it")
    if entry_hash(entry) != entry.hash:
        yield Text(f"第 {entry.pk} 条的内容被改动", f"entry {entry.pk} was changed")
