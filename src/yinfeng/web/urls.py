"""Addresses: the portal at ``/``, the desk at ``/desk/``."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/jobs/", include("yinfeng.web.jobs.urls")),
    path("desk/", include("yinfeng.web.desk.urls")),
]
