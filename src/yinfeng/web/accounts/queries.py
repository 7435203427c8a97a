"""Reading users and their sessions."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from yinfeng.web.accounts.models import Session, User


def must_change_password(user: User) -> bool:
    """Tell whether a user has to choose a password now: somebody else knows it, or it is too old."""
    if user.must_change_password:
        return True
    changed_at = user.password_changed_at
    return changed_at is not None and timezone.now() - changed_at > timedelta(days=settings.PASSWORD_DAYS)


def sessions_of(user: User) -> "QuerySet[Session]":
    """Give the sessions of a user that have not run out, the one seen last first."""
    now = timezone.now()
    idle = now - timedelta(seconds=settings.IDLE_S)
    return Session.objects.filter(user=user, expire_date__gt=now, seen_at__gt=idle).order_by("-seen_at")


def other_sessions(user: User, session_key: str | None) -> list[str]:
    """Give the keys of a user's sessions but the present one."""
    others = sessions_of(user).exclude(session_key=session_key)
    return list(others.values_list("session_key", flat=True))


def locked_names() -> list[str]:
    """Give the user names that may not try to come in now, from some address."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    failed = AccessAttempt.objects.filter(
        attempt_time__gte=since, failures_since_start__gte=settings.AXES_FAILURE_LIMIT
    )
    return list(failed.values_list("username", flat=True).distinct())


def unused_since(at: datetime) -> Q:
    """Give the condition for users who can come in and have not for as long."""
    never = Q(last_login=None, date_joined__lt=at)
    return Q(is_active=True) & (never | Q(last_login__lt=at))
