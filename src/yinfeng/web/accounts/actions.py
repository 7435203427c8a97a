"""What users do to their own account, and what is noted when somebody comes and goes.

Coming and going is noted where it is done, in the login form's view, and not by Django's signals: the entry
then stands beside the act, and a login that cannot be noted does not happen.
"""

from typing import Final

from django.db import transaction
from django.utils import timezone

from yinfeng.web.accounts.models import PastPassword, Session, User
from yinfeng.web.accounts.passwords import REMEMBERED
from yinfeng.web.audit.actions import Act, Actor, record

KIND: Final = "users"


@transaction.atomic
def change_password(*, password: str, by: User, session_key: str, address: str = "") -> None:
    """Give oneself a new password, already found good; all one's other sessions end."""
    set_password(by, password, must_change=False)
    by.sessions.exclude(session_key=session_key).delete()
    record(Act(action="password_changed", kind=KIND, key=by.username), by=by, address=address)


def set_password(user: User, password: str, *, must_change: bool) -> None:
    """Keep a new password and remember its hash. The caller notes it on the trail."""
    user.set_password(password)
    user.must_change_password = must_change
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    PastPassword.objects.create(user=user, password=user.password)
    kept = PastPassword.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[:REMEMBERED]
    PastPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()


@transaction.atomic
def end_sessions(*, by: User, session_keys: list[str], address: str = "") -> int:
    """End some of one's own sessions; gives how many."""
    ended, _ = Session.objects.filter(user=by, session_key__in=session_keys).delete()
    if ended:
        act = Act(action="sessions_ended", kind=KIND, key=by.username, after={"sessions": ended})
        record(act, by=by, address=address)
    return ended


def note(action: str, *, username: str, by: Actor, address: str) -> None:
    """Note that somebody came, went, or failed to come.

    A name that no user has is not kept: people type passwords into the wrong field.
    """
    known = User.objects.filter(username=username).exists()
    record(Act(action=action, kind=KIND, key=username if known else ""), by=by, address=address)
