"""Addresses of takers and visits, below ``/desk/``."""

from django.urls import path, register_converter

from yinfeng.web.frame.site import staff
from yinfeng.web.ledgers.addresses import KeyConverter
from yinfeng.web.takers import views, visit_views

register_converter(KeyConverter, "place")

urlpatterns = [
    path("places/<place:key>/takers/", staff(views.shown), name="takers"),
    path("places/<place:key>/takers/plan/", staff(views.planned), name="takers-plan"),
    path("visits/", staff(visit_views.listed), name="visits"),
    path("visits/sheet/", staff(visit_views.sheet), name="visits-sheet"),
    path("visits/visits.xlsx", staff(visit_views.workbook), name="visits-workbook"),
    path("visits/<int:visit_id>/", staff(visit_views.shown), name="visit"),
    path("visits/<int:visit_id>/outcome/", staff(visit_views.told), name="visit-outcome"),
    path("visits/<int:visit_id>/plan/", staff(visit_views.moved), name="visit-plan"),
    path("visits/<int:visit_id>/drop/", staff(visit_views.dropped), name="visit-drop"),
]
