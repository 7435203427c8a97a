"""An import: its file, how the file is read, what it would do row by row, and what was done."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q


def new_token() -> str:
    """Give the name of an import: in its address, in the trail, as the name of its job."""
    return secrets.token_hex(8)


class Batch(models.Model):
    """One import of a file, or the undo of one.

    While a job of the batch is alive, ``asked`` says what it does. ``digest`` stands for all that the last
    comparison would write: who confirms it sends it along, and nothing else is written.
    """

    class State(models.TextChoices):
        """How far an import has come."""

        DRAFT = "draft"  # may be set up
        CHECKED = "checked"  # compared and shown
        DONE = "done"  # written

    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    undo_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="undos")
    ledger = models.CharField(max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField(default=0)
    source = models.CharField(max_length=100, blank=True)  # who sent the file

    sheet = models.CharField(max_length=255, blank=True)
    header_row = models.PositiveIntegerField(null=True, blank=True)
    outline = models.JSONField(default=dict)  # of the file: `reading.Outline`
    columns = models.JSONField(default=list)  # of the file: what each is taken for, `reading.Taken`
    defaults = models.JSONField(default=dict)  # column → text for blank cells
    mode = models.CharField(max_length=8, default="upsert")
    otherwise = models.CharField(max_length=8, default="skip")
    blank = models.CharField(max_length=8, default="keep")
    key = models.CharField(max_length=64, blank=True)
    is_whole = models.BooleanField(default=False)  # all rows or none
    decisions = models.JSONField(default=dict)  # row of the sheet → key of the record it is, "" a new one

    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    asked = models.CharField(max_length=8, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)  # outcome → rows; "warnings", "moved"
    reason = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ledger", "-id"], name="batch_ledger"),
            models.Index(fields=["by", "-id"], name="batch_by"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["draft", "checked", "done"]), name="batch_state"),
            models.UniqueConstraint(fields=["undo_of"], condition=Q(state="done"), name="batch_undone_once"),
        ]

    def __str__(self) -> str:
        return self.file_name


class BatchZone(models.Model):
    """A zone with rows in an import: who may not see it may not see the import."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="zones")
    zone_id = models.CharField(max_length=64)
    is_shown = models.BooleanField()  # values held there are shown, not only those of the file

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "zone_id"], name="batch_zone_once")]


class Line(models.Model):
    """What becomes of one row of a file."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=16)
    key = models.CharField(max_length=400, blank=True)  # of the record, as the ledger knows it
    name = models.TextField(blank=True)
    told = models.JSONField()  # `tables.difference.to_json`
    own = models.JSONField(default=dict)  # field beside the dictionary → before and after
    raws = models.JSONField(default=dict)  # column → how it was written, before and after
    is_moved = models.BooleanField(default=False)  # other than the last comparison showed

    class Meta:
        indexes = [
            models.Index(fields=["batch", "outcome", "row"], name="line_outcome"),
            models.Index(fields=["batch", "row"], name="line_row"),
            models.Index(fields=["batch", "is_moved", "row"], name="line_moved"),
        ]


class Found(models.Model):
    """One fault or warning of a file: where, what was found, the rule, how to mend it."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="found")
    severity = models.CharField(max_length=8)
    row = models.PositiveIntegerField(default=0)  # 0: of the file as a whole
    told = models.JSONField()  # `bridge.found_to_json`

    class Meta:
        indexes = [models.Index(fields=["batch", "severity", "row"], name="found_row")]


class Habit(models.Model):
    """How somebody read a file with these headers before: done the same way the next time."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ledger = models.CharField(max_length=16)
    source = models.CharField(max_length=100, blank=True)
    signature = models.CharField(max_length=64)  # of the headers
    settings = models.JSONField()
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "ledger", "source", "signature"], name="habit_once")
        ]
