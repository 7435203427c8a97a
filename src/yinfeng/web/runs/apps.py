"""Placement runs as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class RunsConfig(AppConfig):
    """Placement runs."""

    name = "yinfeng.web.runs"
    verbose_name = lazily(Text("落位方案", "Placement runs"))
    default_auto_field = "django.db.models.BigAutoField"
