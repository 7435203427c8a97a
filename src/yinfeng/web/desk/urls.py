"""Addresses of the desk."""

from django.urls import include, path

from yinfeng.web.desk import start
from yinfeng.web.frame import urls as frame_urls
from yinfeng.web.frame.site import staff

# "admin" is the name under which the frame's templates look for the start page, the logout and the password.
_frame = ([path("", staff(start.today), name="index"), *frame_urls.urlpatterns], "admin")

urlpatterns = [
    path("", include(_frame)),
    path("", include("yinfeng.web.desk.rights_urls")),
    path("", include("yinfeng.web.desk.list_urls")),
    path("", include("yinfeng.web.desk.record_urls")),
]
