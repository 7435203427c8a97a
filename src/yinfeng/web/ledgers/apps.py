"""Ledgers as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class LedgersConfig(AppConfig):
    """Ledgers."""

    name = "yinfeng.web.ledgers"
    verbose_name = lazily(Text("台账", "Ledgers"))
    default_auto_field = "django.db.models.BigAutoField"
