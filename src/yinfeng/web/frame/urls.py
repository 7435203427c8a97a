"""Addresses of the frame, under ``/desk/``: coming and going, one's own account."""

from django.urls import path

from yinfeng.web.frame import entrance, own, reauth
from yinfeng.web.frame.site import staff

urlpatterns = [
    path("login/", entrance.log_in, name="login"),
    path("logout/", entrance.log_out, name="logout"),
    path("confirm/", staff(reauth.confirm), name="confirm"),
    path("password/", staff(own.password), name="password_change"),
    path("sessions/", staff(own.sessions), name="sessions"),
]
