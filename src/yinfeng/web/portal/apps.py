"""The app of the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Where Django finds the app."""

    name = "yinfeng.web.portal"
    label = "portal"
