"""What people keep about lists."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yinfeng.core.text import Text
from yinfeng.web.language import lazily
from yinfeng.web.zones.models import Membership


class SavedView(models.Model):
    """A list as somebody set it up, under a name: the query of its address."""

    class Audience(models.TextChoices):
        """Who finds it above the list."""

        MINE = "mine", lazily(Text("我自己", "Only me"))
        DEPARTMENT = "department", lazily(Text("本部门", "My department"))
        EVERYONE = "everyone", lazily(Text("所有人", "Everyone"))

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    ledger = models.CharField(max_length=32)
    name = models.CharField(max_length=60)
    query = models.TextField(blank=True)
    audience = models.CharField(max_length=16, choices=Audience, default=Audience.MINE)
    department = models.CharField(max_length=100, blank=True)  # of the owner when it was saved
    default_for = models.CharField(
        max_length=16, blank=True, choices=Membership.Role
    )  # a role's first screen
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "ledger", "name"], name="saved_view_once"),
            models.UniqueConstraint(
                fields=["ledger", "default_for"], condition=~Q(default_for=""), name="saved_view_default_once"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["mine", "department", "everyone"]), name="saved_view_audience"
            ),
        ]
        indexes = [models.Index(fields=["ledger", "audience"], name="saved_view_ledger")]

    def __str__(self) -> str:
        return self.name
