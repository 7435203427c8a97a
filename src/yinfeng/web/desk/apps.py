"""Desk as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class DeskConfig(AppConfig):
    """Desk."""

    name = "yinfeng.web.desk"
    verbose_name = lazily(Text("工作台", "Desk"))
    default_auto_field = "django.db.models.BigAutoField"
