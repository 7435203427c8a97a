"""Addresses of the portal, and of its one page on the desk."""

from django.urls import path, register_converter

from yinfeng.web.frame.site import staff
from yinfeng.web.ledgers.addresses import KeyConverter
from yinfeng.web.portal import asking_views, desk_views, views

register_converter(KeyConverter, "place_key")

urlpatterns = [
    path("", views.home, name="portal"),
    path("find", views.find, name="portal-find"),
    path("find.geojson", views.find_map, name="portal-find-map"),
    path("places", views.browse, name="portal-places"),
    path("places.geojson", views.browse_map, name="portal-places-map"),
    path("zones.geojson", views.zone_map, name="portal-zones-map"),
    path("places/<place_key:place_id>", views.place, name="portal-place"),
    path("sketches/<place_key:place_id>", views.sketch, name="portal-sketch"),
    path("compare", views.compare, name="portal-compare"),
    path("enquiry", asking_views.enquiry, name="portal-enquiry"),
    path("enquiry/<str:secret>/", asking_views.receipt, name="portal-receipt"),
    path("share", asking_views.share, name="portal-share"),
    path("s/<str:secret>/", asking_views.shared, name="portal-shared"),
    path("pack", asking_views.pack, name="portal-pack"),
    path("robots.txt", asking_views.robots),
    path("desk/shares/", staff(desk_views.listed), name="portal-shares"),
    path("desk/shares/<int:number>/end/", staff(desk_views.ended), name="portal-share-end"),
]
