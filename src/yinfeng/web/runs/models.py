"""A run and its answer, row by row."""

from typing import Any

from django.conf import settings
from django.db import models

from yinfeng.core.text import Text
from yinfeng.core.units import M2_PER_MU, YUAN_PER_WAN


class Run(models.Model):
    """One question put to the engine: which zones, which rulebook, which date; and what came of it.

    Whether it waits or is being worked on, its job says. ``tried`` holds pins and bars of this run alone:
    [{"project", "places", "action"}]. ``answer`` holds the figures of the whole plan, ``sheets`` those sheets
    of its workbook that are about no single project or place, in both languages.
    """

    title = models.CharField(max_length=200, blank=True)
    rulebook = models.CharField(max_length=100)
    as_of = models.DateField()
    seed = models.BigIntegerField(default=0)
    time_limit_s = models.FloatField(default=30.0)
    with_pins = models.BooleanField(default=True)
    tried = models.JSONField(default=list, blank=True)
    based_on = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replans")

    inputs = models.JSONField(default=dict, blank=True)  # ledger → SHA-256 of its frozen file
    version = models.CharField(max_length=40, blank=True)  # of the software that solved it
    status = models.CharField(max_length=12, blank=True)  # of the engine's result; empty until there is one
    answer = models.JSONField(default=dict, blank=True)
    sheets = models.JSONField(default=dict, blank=True)  # {"zh": [{"title", "headers", "rows"}], "en": …}

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="runs")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # nothing in it waits for a decision any more

    class Meta:
        indexes = [models.Index(fields=["status", "made_at"], name="run_status")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}".strip()

    @property
    def value_wan(self) -> float:
        """Worth of the plan [万元 a year]."""
        return self.answer["value_yuan"] / YUAN_PER_WAN

    @property
    def bound_wan(self) -> float:
        """What no plan is worth more than [万元 a year]."""
        return self.answer["bound_yuan"] / YUAN_PER_WAN

    @property
    def gap_percent(self) -> float:
        """Proven distance to the best possible [%]."""
        return 100 * self.answer["gap"]

    @property
    def outcome_words(self) -> list[tuple[str, Text]]:
        """The outcomes a project may have, in words."""
        return [(code, Text(*words)) for code, words in self.answer["outcomes"].items()]


class RunZone(models.Model):
    """A zone a run is about; who may not see one of them may not see the run."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="zones")
    zone = models.ForeignKey("zones.Zone", models.PROTECT, to_field="zone_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "zone"], name="run_zone_once")]


class PlanRow(models.Model):
    """What a plan says of one project."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="rows")
    project_id = models.CharField(max_length=64)
    project_name = models.TextField(blank=True)
    zone_id = models.CharField(max_length=64, blank=True)  # of the place; of the project where there is none
    outcome = models.CharField(max_length=16)
    place_ids = models.JSONField(default=list)
    place_name = models.TextField(blank=True)
    area_m2 = models.FloatField(null=True)
    value_yuan = models.BigIntegerField(null=True)  # a year
    reasons = models.JSONField(default=list)  # [{"topic": [zh, en], "sentence": [zh, en], "yuan"}]
    near = models.JSONField(
        default=list
    )  # [{"place", "misses": [{"code", "title": [zh, en], "sentence": [zh, en]}]}]
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "project_id"], name="plan_row_once")]

    @property
    def offer(self) -> str:
        """The places as the engine names them together."""
        return " + ".join(self.place_ids)

    @property
    def area_mu(self) -> float | None:
        """Area taken [mu]."""
        return None if self.area_m2 is None else float(self.area_m2 / M2_PER_MU)

    @property
    def value_wan(self) -> float | None:
        """Worth [万元 a year]."""
        return None if self.value_yuan is None else self.value_yuan / YUAN_PER_WAN

    @property
    def said_reasons(self) -> list[dict[str, Any]]:
        """The reasons with their words as texts."""
        return [
            {
                "topic": Text(*one["topic"]),
                "sentence": Text(*one["sentence"]),
                "wan": None if one["yuan"] is None else one["yuan"] / YUAN_PER_WAN,
            }
            for one in self.reasons
        ]

    @property
    def said_near(self) -> list[dict[str, Any]]:
        """The near misses with what is missing as texts."""
        return [
            {
                "place": one["place"],
                "first": one["place"].split(" + ")[0],
                "misses": [Text(*miss["sentence"]) for miss in one["misses"]],
            }
            for one in self.near
        ]


class PlanPlace(models.Model):
    """What a plan says of one place."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="places")
    place_id = models.CharField(max_length=64)
    place_name = models.TextField(blank=True)
    zone_id = models.CharField(max_length=64, blank=True)
    free_m2 = models.FloatField(null=True)
    taken_m2 = models.FloatField(null=True)
    passing = models.IntegerField(default=0)  # projects that pass its rules
    why = models.JSONField(default=list)  # [zh, en]
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "place_id"], name="plan_place_once")]

    @property
    def said_why(self) -> Text:
        """Why it stands as it stands."""
        return Text(*self.why)
