"""Addresses of the lists. What acts on a list stands beside the ledgers, so that any id can be a record's."""

from django.urls import path, re_path

from yinfeng.web.desk import bulk_pages, exports, list_map, lists, palette, saved_views
from yinfeng.web.frame.site import staff

_LEDGER = "(?P<ledger>zones|firms|places|projects|quotas|pins)"

urlpatterns = [
    path("search", staff(palette.search)),
    path("places/map.json", staff(list_map.places)),
    path("zones/map.json", staff(list_map.zones)),
    re_path(f"^bulk/{_LEDGER}/$", staff(bulk_pages.edit)),
    re_path(f"^export/{_LEDGER}/$", staff(exports.export)),
    re_path(f"^views/{_LEDGER}/counts$", staff(saved_views.counts)),
    re_path(f"^views/{_LEDGER}/save/$", staff(saved_views.save)),
    re_path(rf"^views/{_LEDGER}/(?P<number>\d+)/remove/$", staff(saved_views.remove)),
    re_path(f"^{_LEDGER}/$", staff(lists.index)),
]
