"""Files as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class FilesConfig(AppConfig):
    """Files."""

    name = "yinfeng.web.files"
    verbose_name = lazily(Text("附件", "Files"))
    default_auto_field = "django.db.models.BigAutoField"
