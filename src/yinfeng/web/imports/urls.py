"""Addresses of imports, below ``/desk/imports/``."""

from django.urls import path

from yinfeng.web.frame.site import staff
from yinfeng.web.imports import views

urlpatterns = [
    path("", staff(views.history), name="imports"),
    path("new/", staff(views.bring), name="import-new"),
    path("forms/<slug:ledger>.xlsx", staff(views.blank_form), name="import-form"),
    path("<slug:token>/", staff(views.show), name="import"),
    path("<slug:token>/setup/", staff(views.setup), name="import-setup"),
    path("<slug:token>/look/", staff(views.look_again), name="import-look"),
    path("<slug:token>/check/", staff(views.check), name="import-check"),
    path("<slug:token>/decide/", staff(views.decide), name="import-decide"),
    path("<slug:token>/commit/", staff(views.commit), name="import-commit"),
    path("<slug:token>/undo/", staff(views.undo), name="import-undo"),
    path("<slug:token>/refused.xlsx", staff(views.refused), name="import-refused"),
    path("<slug:token>/result.xlsx", staff(views.result), name="import-result"),
    path("<slug:token>/original", staff(views.original), name="import-original"),
]
