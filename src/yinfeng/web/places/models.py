"""Places; the columns are those of the data dictionary ``places``."""

from django.conf import settings
from django.db import models

from yinfeng.web.record import Record


class Place(Record):
    """A parcel, a building, or a production line left in one."""

    place_id = models.CharField(max_length=64, unique=True)
    place_name = models.TextField(blank=True)
    zone = models.ForeignKey("zones.Zone", models.PROTECT, to_field="zone_id")
    kind = models.CharField(max_length=32, blank=True)
    part_of = models.ForeignKey("self", models.PROTECT, to_field="place_id", null=True, blank=True)
    substation = models.TextField(blank=True)
    owner = models.TextField(blank=True)
    owner_kind = models.CharField(max_length=32, blank=True)
    owner_consent = models.CharField(max_length=32, blank=True)
    title = models.TextField(blank=True)
    encumbrance = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=32, blank=True)
    reserved_for = models.CharField(max_length=64, blank=True)
    area_m2 = models.FloatField(null=True, blank=True)
    let_area_m2 = models.FloatField(null=True, blank=True)
    divisible = models.BooleanField(null=True, blank=True)
    smallest_share_m2 = models.FloatField(null=True, blank=True)
    plot_area_m2 = models.FloatField(null=True, blank=True)
    land_use = models.CharField(max_length=32, blank=True)
    allowed_industries = models.JSONField(default=list, blank=True)
    barred_industries = models.JSONField(default=list, blank=True)
    min_intensity_wan_mu = models.FloatField(null=True, blank=True)
    min_tax_wan_mu = models.FloatField(null=True, blank=True)
    fire_class = models.CharField(max_length=32, blank=True)
    clear_height_m = models.FloatField(null=True, blank=True)
    floor_load_t_m2 = models.FloatField(null=True, blank=True)
    crane_t = models.FloatField(null=True, blank=True)
    storeys = models.TextField(blank=True)
    ground_floor = models.BooleanField(null=True, blank=True)
    power_kva = models.FloatField(null=True, blank=True)
    water_t_d = models.FloatField(null=True, blank=True)
    gas_m3_yr = models.FloatField(null=True, blank=True)
    steam_t_h = models.FloatField(null=True, blank=True)
    rail = models.BooleanField(null=True, blank=True)
    available_on = models.DateField(null=True, blank=True)
    rent_yuan_m2_month = models.FloatField(null=True, blank=True)
    price_wan_mu = models.FloatField(null=True, blank=True)
    idle_since = models.DateField(null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    adjacent_to = models.JSONField(default=list, blank=True)
    shared_in_bundle = models.JSONField(default=list, blank=True)
    bundle_substation = models.TextField(blank=True)
    products = models.JSONField(default=list, blank=True)
    processes = models.JSONField(default=list, blank=True)
    capacity = models.TextField(blank=True)
    line_value_wan = models.FloatField(null=True, blank=True)
    upgrade_wan = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    boundary = models.TextField(blank=True)
    coordinate_system = models.CharField(max_length=32, blank=True)
    synthetic = models.JSONField(default=list, blank=True)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        to_field="username",
        null=True,
        blank=True,
        related_name="places_kept",
    )
    recheck_on = models.DateField(null=True, blank=True)  # to be seen again by then
    is_released = models.BooleanField(default=False)  # shown to the public, as long as it is verified in time

    class Meta:
        indexes = [
            models.Index(
                fields=["zone", "kind", "status", "owner_kind", "land_use", "is_released"],
                name="place_facets",
            ),
            models.Index(fields=["is_released", "verified_on"], name="place_public"),
            models.Index(  # all that the start page counts and sums, so that it need not read the rows
                fields=[
                    "zone",
                    "kind",
                    "status",
                    "is_released",
                    "verified_on",
                    "recheck_on",
                    "keeper",
                    "owner_kind",
                    "owner_consent",
                    "area_m2",
                    "let_area_m2",
                    "idle_since",
                ],
                name="place_counted",
            ),
            models.Index(fields=["changed_at"], name="place_changed"),
            models.Index(fields=["owner"], name="place_owner"),
            models.Index(fields=["reserved_for"], name="place_reserved_for"),
        ]

    def __str__(self) -> str:
        return self.place_name or self.place_id
