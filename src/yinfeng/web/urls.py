"""Addresses: the portal at ``/``, the desk at ``/desk/``."""

from django.urls import URLPattern, URLResolver, include, path

from yinfeng.web.frame.language_switch import choose as choose_language
from yinfeng.web.operations import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("desk/jobs/", include("yinfeng.web.jobs.urls")),
    path("desk/imports/", include("yinfeng.web.imports.urls")),
    path("language/", choose_language, name="language"),
    path("desk/leads/", include("yinfeng.web.leads.urls")),
    path("desk/", include("yinfeng.web.matching.urls")),
    path("desk/", include("yinfeng.web.takers.urls")),
    path("desk/", include("yinfeng.web.desk.urls")),
    path("", include("yinfeng.web.portal.urls")),
]
