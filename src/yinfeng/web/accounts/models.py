"""Users and their sessions. What a user may do is decided in `zones.policy`, by role and zone.

Django's own permissions, groups and staff flag are not used.
"""

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class User(AbstractUser):
    """Somebody of the staff; the name shown is ``first_name``. Never deleted: the trail names them."""

    department = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    must_change_password = models.BooleanField(default=False)  # somebody else knows the present one

    class Meta:
        indexes = [models.Index(fields=["department"], name="user_department")]

    def __str__(self) -> str:
        return self.first_name or self.username


class PastPassword(models.Model):
    """The hash of a password a user has or had, so that it is not taken again soon."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="past_password_of_user")]


class Session(AbstractBaseSession):
    """A session that knows whose it is and from where, so that its user can see and end it."""

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="sessions")
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)  # what the browser calls itself
    entered_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Give the store that keeps sessions in this table."""
        from yinfeng.web.accounts.sessions import SessionStore  # noqa: PLC0415 - the store needs the model

        return SessionStore
