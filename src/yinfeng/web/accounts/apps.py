"""Accounts as a Django app."""

from django.apps import AppConfig

from yinfeng.core.text import Text
from yinfeng.web.language import lazily


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "yinfeng.web.accounts"
    verbose_name = lazily(Text("用户", "Accounts"))
    default_auto_field = "django.db.models.BigAutoField"
