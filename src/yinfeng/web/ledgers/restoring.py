"""Putting back what was: a field, a record as it stood after an entry, a record that was deleted."""

from collections.abc import Collection

from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.bridge import Row
from yinfeng.web.ledgers.history import part_of
from yinfeng.web.ledgers.queries import all_columns
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.zones.policy import demand


def restore_columns(
    ledger: str, key: str, then: Row, columns: Collection[str], *, version: int, by: User, reason: str
) -> list[Entry]:
    """Give columns of a record the values, and the qualifiers, they had in an earlier row; its key stays.

    version: that was seen. Raises as `write` does, and `Refused` without the right to restore.
    """
    held = HELD[ledger]
    record = held.model._default_manager.get(**{held.key: key})
    demand(by, "restore", ledger, getattr(record, held.zone))
    values = part_of(then, [name for name in columns if name != held.key])
    return write(ledger, [Write("change", key, values, version)], by=by, reason=reason, action="restore")


def bring_back(ledger: str, then: Row, *, zone_id: str | None, by: User, reason: str) -> list[Entry]:
    """Enter a deleted record again as it was, in the zone it belonged to.

    Raises as `write` does, and `Refused`.
    """
    demand(by, "restore", ledger, zone_id)
    row = whole(ledger, then) | ({"zone": zone_id} if ledger == "quotas" else {})
    return write(ledger, [Write("add", "", row)], by=by, reason=reason, action="restore")


def whole(ledger: str, row: Row) -> Row:
    """Give a row with every column of its ledger, blank where the trail says nothing."""
    return part_of(row, all_columns(ledger))
