"""Firms as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class FirmsConfig(AppConfig):
    """Firms."""

    name = "yinfeng.web.firms"
    verbose_name = lazily(Text("企业", "Firms"))
    default_auto_field = "django.db.models.BigAutoField"
