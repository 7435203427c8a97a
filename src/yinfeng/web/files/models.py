"""Files of records."""

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """A file somebody put beside a record; whoever may see the record and files may read it."""

    ledger = models.CharField(max_length=32)
    key = models.CharField(max_length=400)  # of the record; the file outlives it, so that both can come back
    name = models.CharField(max_length=255)  # as it came, without folders
    kind = models.CharField(max_length=8)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, to_field="username", related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["ledger", "key", "-id"], name="file_record")]
        constraints = [
            models.UniqueConstraint(fields=["ledger", "key", "sha256"], name="file_once"),
        ]

    def __str__(self) -> str:
        return self.name
