"""Addresses of plans and deals."""

from django.urls import path

from yinfeng.web.frame.site import staff
from yinfeng.web.matching import deal_views, views

urlpatterns = [
    path("runs/", staff(views.listed), name="runs"),
    path("runs/new/", staff(views.asked), name="run-new"),
    path("runs/<int:run_id>/", staff(views.shown), name="run"),
    path("runs/<int:run_id>/sheets/<int:number>/", staff(views.sheet), name="run-sheet"),
    path("runs/<int:run_id>/places/", staff(views.places), name="run-places"),
    path("runs/<int:run_id>/map.json", staff(views.on_map), name="run-map"),
    path("runs/<int:run_id>/plan.xlsx", staff(views.workbook), name="run-workbook"),
    path("runs/<int:run_id>/replan/", staff(views.replanned), name="run-replan"),
    path("runs/<int:run_id>/with/<int:other_id>/", staff(views.compared), name="run-compare"),
    path("runs/<int:run_id>/rows/<int:row_id>/accept/", staff(views.accepted), name="row-accept"),
    path("runs/<int:run_id>/accepted/<int:acceptance_id>/undo/", staff(views.taken_back), name="row-undo"),
    path("deals/", staff(deal_views.listed), name="deals"),
    path("deals/<int:deal_id>/", staff(deal_views.shown), name="deal"),
    path("deals/<int:deal_id>/move/", staff(deal_views.moved), name="deal-move"),
]
