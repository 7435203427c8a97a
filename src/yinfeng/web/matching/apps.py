"""Decisions on plans as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class MatchingConfig(AppConfig):
    """Decisions on plans."""

    name = "yinfeng.web.matching"
    verbose_name = lazily(Text("方案决定", "Decisions"))
    default_auto_field = "django.db.models.BigAutoField"
