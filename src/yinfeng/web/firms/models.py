"""Firms; the columns are those of the data dictionary ``firms``."""

from django.db import models

from yinfeng.web.record import Record


class Firm(Record):
    """A firm of a zone, or one that may come."""

    firm_id = models.CharField(max_length=64, unique=True)
    firm_name = models.TextField(blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    zone = models.ForeignKey("zones.Zone", models.PROTECT, to_field="zone_id", null=True, blank=True)
    industry_code = models.CharField(max_length=16, blank=True)
    products = models.JSONField(default=list, blank=True)
    by_products = models.JSONField(default=list, blank=True)
    parent_firm = models.TextField(blank=True)
    seeks_space = models.BooleanField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    coordinate_system = models.CharField(max_length=32, blank=True)
    synthetic = models.JSONField(default=list, blank=True)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True)
    name_key = models.CharField(max_length=200, blank=True, db_index=True, editable=False)  # normalised name

    class Meta:
        indexes = [
            models.Index(fields=["uscc"], name="firm_uscc"),
            models.Index(fields=["zone", "industry_code", "seeks_space"], name="firm_facets"),
        ]

    def __str__(self) -> str:
        return self.firm_name or self.firm_id


class Alias(models.Model):
    """An id or a name a firm was known by before it was merged into another."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="aliases")
    old_id = models.CharField(max_length=64, blank=True)
    old_name = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
