"""Addresses of the desk."""

from django.urls import path

from yinfeng.web.desk import start
from yinfeng.web.frame.site import desk, staff

urlpatterns = [
    path("", staff(start.today)),
    path("", desk.urls),
]
