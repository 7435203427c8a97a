"""The trail as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit trail."""

    name = "yinfeng.web.audit"
    default_auto_field = "django.db.models.BigAutoField"
