"""The trail: one entry per thing done; the database itself refuses to change or delete one."""

from django.db import models


class Entry(models.Model):
    """One thing done, with what it changed.

    ``before`` and ``after`` hold the changed columns only, as JSON text, so that every database gives back
    the very text that was hashed; a creation has no ``before``, a removal no ``after``. ``hash`` covers the
    entry and the hash of the one before.
    """

    at = models.DateTimeField()
    by = models.CharField(max_length=150)  # username; "system" where nobody asked, empty: a visitor
    action = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=440, blank=True)  # a pin's is the longest, its ledger before it
    zone_id = models.CharField(max_length=64, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    batch = models.CharField(max_length=40, blank=True)  # of an import or a bulk edit
    address = models.CharField(max_length=45, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "key", "id"], name="audit_record"),
            models.Index(fields=["batch", "id"], name="audit_batch", condition=~models.Q(batch="")),
            models.Index(fields=["zone_id", "id"], name="audit_zone"),
            models.Index(fields=["by", "id"], name="audit_by"),
            models.Index(fields=["at"], name="audit_at"),
        ]


class Head(models.Model):
    """The end of the chain; locked while entries are added, so that two writers cannot fork it."""

    entry = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)


class Check(models.Model):
    """What a check of the trail came to, append-only too: later checks hold the trail to its head."""

    at = models.DateTimeField()
    entries = models.BigIntegerField()
    head = models.CharField(max_length=64)
    faults = models.JSONField(default=list)  # [zh, en] of each
