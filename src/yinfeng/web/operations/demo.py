"""The demonstration: the newspaper's zones as a site, with one user for each role.

What is there already is kept: run again, it shows what was edited since. Only the password is new each time.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from yinfeng.core.errors import InputError
from yinfeng.tables.read import read_ledger
from yinfeng.web.accounts.models import User
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.bridge import Row, as_held
from yinfeng.web.places.models import Place
from yinfeng.web.zones.models import Membership, Zone
from yinfeng.web.zones.policy import ROLE_LABEL

USERS: Final[Mapping[str, str]] = {
    "committee": Membership.Role.COMMITTEE,
    "company": Membership.Role.COMPANY,
    "department": Membership.Role.DEPARTMENT,
    "auditor": Membership.Role.AUDITOR,
    "administrator": Membership.Role.ADMINISTRATOR,
}
"""Username → role, everywhere."""

_LOADER: Final = "demo"
_LEDGERS: Final = ("zones", "firms", "places", "projects", "quotas")


def load(ledgers: Path, *, today: date) -> int:
    """Load a folder of ledgers into a site that has no zones yet; give how many records that were.

    today: day on which the demonstration takes its vacant places to have been seen last: they are shown to
    the public, and what nobody has seen for long is not.
    """
    if Zone.objects.exists():
        return 0
    with transaction.atomic():
        loader = _loader()
        count = sum(_load(name, ledgers / f"{name}.xlsx", loader) for name in _LEDGERS)
        vacant = Place.objects.filter(status="vacant").order_by("place_id")
        write("places", [_shown(place, today) for place in vacant], by=loader, reason="演示 · demonstration")
        User.objects.filter(pk=loader.pk).update(is_active=False)
    return count


@transaction.atomic
def new_password() -> str:
    """Give all users of the demonstration one new password, making those who are not there yet."""
    password = secrets.token_urlsafe(9)
    for username, role in USERS.items():
        user, is_new = User.objects.get_or_create(
            username=username, defaults={"first_name": f"{ROLE_LABEL[role].zh}（演示）"}
        )
        user.set_password(password)
        user.password_changed_at = timezone.now()
        user.save()
        if is_new:
            Membership.objects.create(user=user, role=role)
    return password


def _loader() -> User:
    """Make the account that enters the ledgers: nobody, marked as made up, and never able to log in."""
    user = User(username=_LOADER, first_name="演示（合成账号）")
    user.set_unusable_password()
    user.save()
    Membership.objects.create(user=user, role=Membership.Role.COMMITTEE)
    return user


def _load(name: str, file: Path, loader: User) -> int:
    ledger = read_ledger(file, name)
    if ledger.refused:
        raise InputError(ledger.faults)
    rows: Sequence[Row] = [as_held(row) for row in ledger.table.drop_columns("row").to_pylist()]
    write(
        name,
        [Write("add", "", row) for row in rows],
        by=loader,
        reason="演示 · demonstration",
        action="import",
    )
    return len(rows)


def _shown(place: Place, today: date) -> Write:
    made_up = place.synthetic if "全部" in place.synthetic else [*place.synthetic, "核实日期"]
    values = {"is_released": True, "verified_on": today, "synthetic": made_up}
    return Write("change", place.place_id, values, version=place.version)
