"""Imports as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class ImportsConfig(AppConfig):
    """Imports."""

    name = "yinfeng.web.imports"
    verbose_name = lazily(Text("导入", "Imports"))
    default_auto_field = "django.db.models.BigAutoField"
