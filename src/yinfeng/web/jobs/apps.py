"""Jobs as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class JobsConfig(AppConfig):
    """Jobs."""

    name = "yinfeng.web.jobs"
    verbose_name = lazily(Text("后台任务", "Jobs"))
    default_auto_field = "django.db.models.BigAutoField"
