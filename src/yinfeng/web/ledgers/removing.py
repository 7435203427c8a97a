"""Taking a record away, once nothing names it any more."""

from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.zones.policy import demand


def remove(ledger: str, key: str, *, version: int, by: User, reason: str) -> list[Entry]:
    """Delete a record. Raises as `write` does, InputError naming what still names it."""
    held = HELD[ledger]
    record = held.model._default_manager.get(**{held.key: key})
    demand(by, "delete", ledger, getattr(record, held.zone))
    return write(ledger, [Write("delete", key, {}, version)], by=by, reason=reason)
