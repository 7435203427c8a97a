"""Projects and the decisions about them; the columns are those of the dictionaries of both ledgers."""

from django.conf import settings
from django.db import models

from yinfeng.web.record import Record


class Project(Record):
    """A project on its way to a place."""

    project_id = models.CharField(max_length=64, unique=True)
    project_name = models.TextField(blank=True)
    zone = models.ForeignKey("zones.Zone", models.PROTECT, to_field="zone_id", null=True, blank=True)
    firm = models.TextField(blank=True)
    stage = models.CharField(max_length=32, blank=True)
    must_place = models.BooleanField(null=True, blank=True)
    zones_wished = models.JSONField(default=list, blank=True)
    zones_excluded = models.JSONField(default=list, blank=True)
    industry_code = models.CharField(max_length=16, blank=True)
    is_chemical = models.BooleanField(null=True, blank=True)
    products = models.JSONField(default=list, blank=True)
    processes = models.JSONField(default=list, blank=True)
    kinds_accepted = models.JSONField(default=list, blank=True)
    land_min_mu = models.FloatField(null=True, blank=True)
    land_max_mu = models.FloatField(null=True, blank=True)
    land_wish_mu = models.FloatField(null=True, blank=True)
    floor_min_m2 = models.FloatField(null=True, blank=True)
    floor_max_m2 = models.FloatField(null=True, blank=True)
    floor_wish_m2 = models.FloatField(null=True, blank=True)
    fixed_investment_wan = models.FloatField(null=True, blank=True)
    tax_wan_yr = models.FloatField(null=True, blank=True)
    value_added_wan_yr = models.FloatField(null=True, blank=True)
    output_wan_yr = models.FloatField(null=True, blank=True)
    fire_class = models.CharField(max_length=32, blank=True)
    clear_height_m = models.FloatField(null=True, blank=True)
    floor_load_t_m2 = models.FloatField(null=True, blank=True)
    crane_t = models.FloatField(null=True, blank=True)
    ground_floor = models.BooleanField(null=True, blank=True)
    power_kva = models.FloatField(null=True, blank=True)
    energy_tce_yr = models.FloatField(null=True, blank=True)
    water_t_d = models.FloatField(null=True, blank=True)
    gas_m3_yr = models.FloatField(null=True, blank=True)
    steam_t_h = models.FloatField(null=True, blank=True)
    cod_t_yr = models.FloatField(null=True, blank=True)
    nh3n_t_yr = models.FloatField(null=True, blank=True)
    so2_t_yr = models.FloatField(null=True, blank=True)
    nox_t_yr = models.FloatField(null=True, blank=True)
    voc_t_yr = models.FloatField(null=True, blank=True)
    rail = models.BooleanField(null=True, blank=True)
    needed_on = models.DateField(null=True, blank=True)
    rent_ceiling_yuan_m2_month = models.FloatField(null=True, blank=True)
    price_ceiling_wan_mu = models.FloatField(null=True, blank=True)
    by_products_used = models.JSONField(default=list, blank=True)
    current_place = models.JSONField(default=list, blank=True)
    synthetic = models.JSONField(default=list, blank=True)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        to_field="username",
        null=True,
        blank=True,
        related_name="projects_kept",
    )

    class Meta:
        indexes = [
            models.Index(fields=["zone", "stage", "industry_code", "must_place"], name="project_facets")
        ]

    def __str__(self) -> str:
        return self.project_name or self.project_id


class Pin(Record):
    """A decision: this project must be at this place, or must not be."""

    pin_key = models.CharField(
        max_length=400, unique=True, editable=False
    )  # project, places and action as one
    zone = models.ForeignKey(
        "zones.Zone", models.PROTECT, to_field="zone_id", null=True, blank=True
    )  # of the place
    project = models.ForeignKey(Project, models.PROTECT, to_field="project_id")
    place_id = models.JSONField(default=list, blank=True)
    action = models.CharField(max_length=32, blank=True)
    decided_by = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    decided_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.pin_key
