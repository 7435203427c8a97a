"""A visit: somebody of the staff sees somebody about a place."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Visit(models.Model):
    """One visit about one place, to a project, a lead or a firm.

    Who is visited is kept by kind, key and name, not by reference: a firm may be merged, a project
    deleted, and what came of the visit stays true. A follow-up is a visit of its own.
    """

    class Who(models.TextChoices):
        """What sort of taker is visited."""

        PROJECT = "project"
        LEAD = "lead"
        FIRM = "firm"

    class State(models.TextChoices):
        """How far a visit is."""

        PLANNED = "planned"
        DONE = "done"
        DROPPED = "dropped"

    class Outcome(models.TextChoices):
        """What came of a visit."""

        INTERESTED = "interested"
        THINKING = "thinking"
        NOT_INTERESTED = "not_interested"
        NOT_REACHED = "not_reached"

    UNDER_WAY = (State.PLANNED,)

    place = models.ForeignKey("places.Place", models.PROTECT, to_field="place_id", related_name="visits")
    zone = models.ForeignKey("zones.Zone", models.PROTECT, to_field="zone_id")  # of the place
    who = models.CharField(max_length=8, choices=Who)
    who_key = models.CharField(max_length=64)  # project id, lead number, firm id
    who_name = models.TextField(blank=True)  # as it was when the visit was planned
    planned_on = models.DateField(null=True, blank=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        to_field="username",
        null=True,
        blank=True,
        related_name="visits_kept",
    )  # who goes there
    department = models.CharField(max_length=100, blank=True)  # of the keeper, as it was then

    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    told = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    next_on = models.DateField(null=True, blank=True)
    visited_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "zone", "planned_on"], name="visit_due"),
            models.Index(fields=["who", "who_key"], name="visit_who"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "who", "who_key"], condition=Q(state="planned"), name="visit_planned_once"
            ),
            models.CheckConstraint(condition=Q(who__in=["project", "lead", "firm"]), name="visit_who_known"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "done", "dropped"]), name="visit_state_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "interested", "thinking", "not_interested", "not_reached"]),
                name="visit_outcome_known",
            ),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(outcome=""), name="visit_done_tells"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} → {self.who_name or self.who_key}"
