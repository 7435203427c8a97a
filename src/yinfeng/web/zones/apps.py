"""Zones as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class ZonesConfig(AppConfig):
    """Zones."""

    name = "yinfeng.web.zones"
    verbose_name = lazily(Text("开发区", "Zones"))
    default_auto_field = "django.db.models.BigAutoField"
