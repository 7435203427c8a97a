"""Addresses: the portal at ``/``, the desk at ``/desk/``."""

from django.urls import URLPattern, URLResolver, include, path

from yinfeng.web.frame.language_switch import choose as choose_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/jobs/", include("yinfeng.web.jobs.urls")),
    path("language/", choose_language, name="language"),
    path("desk/", include("yinfeng.web.desk.urls")),
]
