"""Remarks on records: entries of the trail, which nobody can change, found where the changes are."""

from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.audit.models import Entry
from yinfeng.web.zones.policy import demand


def comment(ledger: str, key: str, *, zone_id: str | None, words: str, by: User) -> Entry:
    """Add a remark to a record's trail. Raises `Refused` without the right."""
    demand(by, "comment", ledger, zone_id)
    act = Act(action="comment", kind=ledger, key=key, zone_id=zone_id or "", reason=words)
    return record(act, by=by)
