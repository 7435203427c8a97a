"""Takers and visits as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class TakersConfig(AppConfig):
    """Takers and visits."""

    name = "yinfeng.web.takers"
    verbose_name = lazily(Text("承接方与走访", "Takers and visits"))
    default_auto_field = "django.db.models.BigAutoField"
