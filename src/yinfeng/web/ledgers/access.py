"""Finding a record for somebody: what lies outside their scope is not there, so that no id leaks."""

from typing import Any

from django.http import Http404

from yinfeng.web.accounts.models import User
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.zones.policy import demand, scope, within


def record_for(user: User, ledger: str, key: str) -> Any:
    """Give a record that the user may see.

    Raises `Refused` where they may see none of its ledger, Http404 where there is none such in their scope.
    """
    demand(user, "view", ledger)
    held = HELD[ledger]
    rows = within(held.model._default_manager.all(), scope(user, "view", ledger), held.zone)
    record = rows.filter(**{held.key: key}).first()
    if record is None:
        raise Http404(f"{ledger} {key}")
    return record
