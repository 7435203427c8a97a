"""Addresses of records. An id stands between the ledger and what is asked of the record."""

from django.urls import path, register_converter

from yinfeng.web.desk import duplicates, files, history, record_form, record_steps, records, timeline
from yinfeng.web.frame.site import staff
from yinfeng.web.ledgers.addresses import KeyConverter, LedgerConverter

register_converter(LedgerConverter, "ledger")
register_converter(KeyConverter, "key")

_RECORD = "<ledger:ledger>/<key:key>/"

urlpatterns = [
    path("firms/duplicates/", staff(duplicates.show), name="duplicates"),
    path("firms/duplicates/<key:kept>/<key:gone>/", staff(duplicates.compare), name="duplicates-merge"),
    path("firms/merges/<str:batch>/undo/", staff(duplicates.undo), name="duplicates-undo"),
    path("<ledger:ledger>/new/", staff(record_form.add), name="records-new"),
    path("<ledger:ledger>/deleted/", staff(records.show_deleted), name="records-deleted"),
    path("<ledger:ledger>/suggest/", staff(records.suggest), name="records-suggest"),
    path(_RECORD, staff(records.facts), name="record"),
    path(_RECORD + "related/", staff(records.show_related), name="record-related"),
    path(_RECORD + "edit/", staff(record_form.edit), name="record-edit"),
    path(_RECORD + "delete/", staff(record_steps.delete), name="record-delete"),
    path(_RECORD + "keeper/", staff(record_steps.keeper), name="record-keeper"),
    path("places/<key:key>/verify/", staff(record_steps.verify), name="record-verify"),
    path("places/<key:key>/release/", staff(record_steps.release), name="record-release"),
    path(_RECORD + "files/", staff(files.show), name="record-files"),
    path(_RECORD + "files/<int:number>/", staff(files.fetch), name="record-file"),
    path(_RECORD + "files/<int:number>/delete/", staff(files.delete), name="record-file-delete"),
    path(_RECORD + "timeline/", staff(timeline.show), name="record-timeline"),
    path(_RECORD + "timeline/add/", staff(timeline.add), name="record-comment"),
    path(_RECORD + "history/", staff(history.show), name="record-history"),
    path(_RECORD + "history/<int:entry>/restore/", staff(history.restore), name="record-restore"),
]
