"""Projects as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class ProjectsConfig(AppConfig):
    """Projects."""

    name = "yinfeng.web.projects"
    verbose_name = lazily(Text("项目", "Projects"))
    default_auto_field = "django.db.models.BigAutoField"
