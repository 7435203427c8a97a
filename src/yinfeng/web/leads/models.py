"""A lead: somebody looks for a place, by the portal or by a word to the staff."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Lead(models.Model):
    """One enquiry and how far it was followed.

    ``need`` holds what was asked as texts by column of the projects ledger, so that the staff never types it
    again. Contact details are personal data, and a message may hold some: both are shown to those who work on
    leads only, and cleared on request.
    """

    class State(models.TextChoices):
        """How far a lead is."""

        NEW = "new"
        ANSWERED = "answered"
        VISIT = "visit"  # somebody comes to see places
        PROJECT = "project"  # it became a project of the ledger
        CLOSED = "closed"

    number = models.CharField(max_length=20, unique=True)  # told to the one who asked
    zone = models.ForeignKey("zones.Zone", models.PROTECT, to_field="zone_id", null=True, blank=True)
    place_ids = models.JSONField(default=list, blank=True)
    need = models.JSONField(default=dict, blank=True)
    firm_name = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=100, blank=True)
    message = models.TextField(blank=True)
    came_by = models.CharField(max_length=12, default="portal")  # or "desk"
    lang = models.CharField(max_length=2, default="zh")

    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        to_field="username",
        null=True,
        blank=True,
        related_name="leads_kept",
    )
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, to_field="project_id", null=True, blank=True
    )
    next_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["state", "zone", "made_at"], name="lead_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["new", "answered", "visit", "project", "closed"]),
                name="lead_state_known",
            )
        ]

    def __str__(self) -> str:
        return self.number
