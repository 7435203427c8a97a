"""Places as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class PlacesConfig(AppConfig):
    """Places."""

    name = "yinfeng.web.places"
    verbose_name = lazily(Text("场地", "Places"))
    default_auto_field = "django.db.models.BigAutoField"
