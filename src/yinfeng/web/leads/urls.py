"""Addresses of leads."""

from django.urls import path

from yinfeng.web.frame.site import staff
from yinfeng.web.leads import views

urlpatterns = [
    path("", staff(views.listed), name="leads"),
    path("<str:number>/", staff(views.shown), name="lead"),
    path("<str:number>/follow/", staff(views.followed), name="lead-follow"),
    path("<str:number>/project/", staff(views.to_project), name="lead-project"),
    path("<str:number>/forget/", staff(views.forgotten), name="lead-forget"),
]
