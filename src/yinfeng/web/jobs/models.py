"""Work that takes longer than a page may."""

from django.conf import settings
from django.db import models
from django.db.models import Q

LIVE = ("queued", "working")


class Job(models.Model):
    """One piece of long work; how far it has come meanwhile is in `notes`, not here.

    ``kind`` is the policy's kind of the thing worked on and ``ref`` its key: the import, the run. At most one
    job of a thing is alive, so that two clicks start it once.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        QUEUED = "queued"
        WORKING = "working"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=32)
    ref = models.CharField(max_length=64)
    zone_id = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    address = models.CharField(max_length=45, blank=True)  # from which it was asked for
    link = models.CharField(max_length=200, blank=True)  # page that shows what came of it
    message_zh = models.TextField(blank=True)
    message_en = models.TextField(blank=True)
    error = models.TextField(blank=True)  # traceback, for those who mend the site
    attempts = models.PositiveSmallIntegerField(default=0)  # how often a worker took it up
    task_id = models.UUIDField(null=True)  # of the queue's task that will execute it
    made_at = models.DateTimeField(auto_now_add=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="job_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "ref"], condition=Q(state__in=LIVE), name="job_one_alive_of_a_thing"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "working", "done", "failed", "cancelled"]),
                name="job_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
