"""Users. What a user may do is decided in `zones.policy`, by role and zone, not by Django's permissions."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody of the staff; the name shown is ``first_name``."""

    department = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["department"], name="user_department")]

    def __str__(self) -> str:
        return self.first_name or self.username
