"""What was decided on a plan's rows, and the deals that follow where a place is not the zone's to give."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Acceptance(models.Model):
    """A plan's row that was accepted: its places are reserved, or a deal with each owner was opened."""

    row = models.ForeignKey("runs.PlanRow", models.PROTECT, related_name="acceptances")
    batch = models.CharField(max_length=40)  # of its entries on the trail
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["row"], condition=Q(undone_at=None), name="accepted_once"),
        ]


class Deal(models.Model):
    """A place that a firm owns, brokered to a project: the zone asks and notes, the owner decides."""

    class State(models.TextChoices):
        """How far the deal is."""

        TO_ASK = "to_ask"
        ASKED = "asked"
        TERMS = "terms"  # the owner is willing, terms are being settled
        SIGNED = "signed"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"  # by the zone or the project

    UNDER_WAY = (State.TO_ASK, State.ASKED, State.TERMS)

    place = models.ForeignKey("places.Place", models.PROTECT, to_field="place_id", related_name="deals")
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, to_field="project_id", related_name="deals"
    )
    zone = models.ForeignKey("zones.Zone", models.PROTECT, to_field="zone_id")  # of the place
    acceptance = models.ForeignKey(Acceptance, models.PROTECT, null=True, blank=True, related_name="deals")
    state = models.CharField(max_length=12, choices=State, default=State.TO_ASK)
    terms = models.TextField(blank=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        to_field="username",
        null=True,
        blank=True,
        related_name="deals_kept",
    )
    next_on = models.DateField(null=True, blank=True)  # when to ask again
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "project"],
                condition=Q(state__in=["to_ask", "asked", "terms"]),
                name="one_open_deal_of_two",
            ),
        ]
        indexes = [models.Index(fields=["zone", "state"], name="deal_state")]


OPEN = Deal.UNDER_WAY
