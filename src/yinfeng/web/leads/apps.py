"""Leads as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class LeadsConfig(AppConfig):
    """Leads."""

    name = "yinfeng.web.leads"
    verbose_name = lazily(Text("线索", "Leads"))
    default_auto_field = "django.db.models.BigAutoField"
