"""Zones and their quotas; the columns are those of the data dictionaries ``zones`` and ``quotas``."""

from django.conf import settings
from django.db import models

from yinfeng.web.record import Record


class Zone(Record):
    """A development zone, a park of one, or a region that zones share."""

    zone_id = models.CharField(max_length=64, unique=True)
    zone_name = models.TextField(blank=True)
    zone_kind = models.CharField(max_length=32, blank=True)
    part_of = models.ForeignKey("self", models.PROTECT, to_field="zone_id", null=True, blank=True)
    regions = models.JSONField(default=list, blank=True)
    level = models.CharField(max_length=32, blank=True)
    province = models.TextField(blank=True)
    city = models.TextField(blank=True)
    leading_industries = models.JSONField(default=list, blank=True)
    allowed_industries = models.JSONField(default=list, blank=True)
    barred_industries = models.JSONField(default=list, blank=True)
    is_chemical_park = models.BooleanField(null=True, blank=True)
    min_intensity_wan_mu = models.FloatField(null=True, blank=True)
    min_tax_wan_mu = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    radius_km = models.FloatField(null=True, blank=True)
    boundary = models.TextField(blank=True)
    coordinate_system = models.CharField(max_length=32, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    synthetic = models.JSONField(default=list, blank=True)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.zone_name or self.zone_id


class Quota(Record):
    """How much of a resource a zone, a region or a substation may still use."""

    zone = models.ForeignKey(
        Zone, models.PROTECT, to_field="zone_id", null=True, blank=True
    )  # who answers for it
    quota_id = models.CharField(max_length=64, unique=True)
    scope_kind = models.CharField(max_length=32, blank=True)
    scope = models.TextField(blank=True)
    resource = models.CharField(max_length=32, blank=True)
    capacity = models.FloatField(null=True, blank=True)
    used = models.FloatField(null=True, blank=True)
    valid_year = models.TextField(blank=True)
    synthetic = models.JSONField(default=list, blank=True)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.quota_id


class Membership(models.Model):
    """A user's role in a zone and the zones below it; without a zone: everywhere."""

    class Role(models.TextChoices):
        """What a user is there for; `policy.GRANTS` says what each may do."""

        COMMITTEE = "committee"
        COMPANY = "company"
        DEPARTMENT = "department"
        AUDITOR = "auditor"
        ADMINISTRATOR = "administrator"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    zone = models.ForeignKey(Zone, models.PROTECT, to_field="zone_id", null=True, blank=True)
    role = models.CharField(max_length=16, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "zone", "role"], name="membership_once"),
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(zone=None), name="membership_everywhere_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=["committee", "company", "department", "auditor", "administrator"]
                ),
                name="membership_role",
            ),
        ]
