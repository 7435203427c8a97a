"""Putting files beside records and taking them away."""

from dataclasses import replace
from pathlib import PurePosixPath
from typing import BinaryIO

from django.db import transaction

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.files.content import checked_kind, keep
from yinfeng.web.files.models import StoredFile
from yinfeng.web.files.queries import trail_key
from yinfeng.web.zones.policy import demand

_LONGEST_NAME = 255


@transaction.atomic
def add(
    file: BinaryIO, *, name: str, size_bytes: int, ledger: str, key: str, zone_id: str | None, by: User
) -> StoredFile:
    """Put a file beside a record; the caller has shown that the record may be seen.

    Raises `Refused` without the right, InputError where the file is not of a kind or size that is kept, or
    is there already.
    """
    demand(by, "add", "files", zone_id)
    kind = checked_kind(file, name, size_bytes)
    sha256 = keep(file)
    if StoredFile.objects.filter(ledger=ledger, key=key, sha256=sha256).exists():
        expected = Text("还没有的文件（同样的内容已在）", "a file that is not there yet (its content is)")
        fix = Text("不必再传", "there is no need to upload it again")
        raise InputError([problem_fault("file-there", name, expected, fix)])
    stored = StoredFile.objects.create(
        ledger=ledger,
        key=key,
        name=_plain_name(name),
        kind=kind,
        size_bytes=size_bytes,
        sha256=sha256,
        added_by=by,
    )
    record(replace(_act("add", stored, zone_id), after=_told(stored)), by=by)
    return stored


@transaction.atomic
def delete(stored: StoredFile, *, zone_id: str | None, by: User, reason: str) -> None:
    """Take a file away from its record; its content stays in the site's folder, named by the trail."""
    demand(by, "delete", "files", zone_id)
    record(replace(_act("delete", stored, zone_id), before=_told(stored), reason=reason), by=by)
    stored.delete()


def _act(action: str, stored: StoredFile, zone_id: str | None) -> Act:
    key = trail_key(stored.ledger, stored.key)
    return Act(action=action, kind="files", key=key, zone_id=zone_id or "")


def _told(stored: StoredFile) -> dict[str, object]:
    return {"name": stored.name, "size_bytes": stored.size_bytes, "sha256": stored.sha256}


def _plain_name(name: str) -> str:
    """Give a name without folders and unseen signs, its ending kept where it is too long."""
    plain = "".join(sign for sign in PurePosixPath(name.replace("\\", "/")).name if sign.isprintable())
    ending = PurePosixPath(plain).suffix
    return plain if len(plain) <= _LONGEST_NAME else plain[: _LONGEST_NAME - len(ending)] + ending
