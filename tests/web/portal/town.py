"""A zone with places on offer, for the tests of the portal."""

from datetime import timedelta

from django.utils import timezone

from tests.web.office import a_place, a_user, a_zone
from yinfeng.web.portal import market

SECRET = "不可外泄"
"""Stands in every field of `a_site` that the public must never see."""

NEED = {"kind": "building", "area": "8000平"}


def a_site(by, place_id="L1", **values):
    """Enter a place that the public may see, with secrets in all that it may not."""
    said = {
        "status": "vacant",
        "area_m2": 12000.0,
        "clear_height_m": 9.0,
        "land_use": "industrial",
        "is_released": True,
        "verified_on": timezone.localdate() - timedelta(10),
        "owner": SECRET,
        "owner_kind": "committee",
        "title": SECRET,
        "encumbrance": "mortgaged",
        "substation": SECRET,
        "source": SECRET,
        "note": SECRET,
    }
    return a_place(by, place_id, **(said | values))


def a_boss():
    """Make a zone and somebody who decides in it; forget what other tests prepared."""
    market.forget()
    a_zone("Z1", level="municipal", leading_industries=["装备制造"])
    return a_user("committee", "Z1")
