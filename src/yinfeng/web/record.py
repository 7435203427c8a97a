"""What every record of a ledger has beside the columns of its dictionary."""

from django.db import models


class Record(models.Model):
    """A row of a ledger as it is held; the columns are those of the data dictionary, blank where not known.

    ``said`` keeps what numbers alone do not tell, by column: {"raw": "不超过50亩", "strength": "<=",
    "high": null}. ``search`` holds what the record is found by, folded, with its pinyin.
    """

    version = models.PositiveIntegerField(default=1, editable=False)  # grows by one at every change
    said = models.JSONField(default=dict, blank=True, editable=False)
    search = models.TextField(blank=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
