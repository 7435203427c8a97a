"""An enquiry from the portal: taken once however often the button is pressed, answered by a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from yinfeng.web.leads.actions import take_enquiry
from yinfeng.web.portal import limits, public
from yinfeng.web.portal.models import Receipt
from yinfeng.web.portal.public import PublicPlace

WORKING_DAYS: Final = 2
"""Within so many an enquiry is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """What somebody asks, and how they can be reached."""

    contact: str
    phone: str
    email: str
    firm_name: str
    message: str


def take(
    enquiry: Enquiry,
    *,
    form_id: str,
    places: Sequence[PublicPlace],
    need: Mapping[str, str],
    lang: str,
    address: str,
) -> Receipt:
    """Keep an enquiry as a lead; the same form sent again gives the receipt it got the first time.

    need: texts by column of the projects ledger. Raises `limits.TooOften` and `leads.actions.TooMany`.
    """
    try:
        return _take(enquiry, form_id, places, need, lang, address)
    except IntegrityError:  # the same form came twice at the same moment, and the other was first
        return Receipt.objects.get(form_id=form_id)


@transaction.atomic
def _take(
    enquiry: Enquiry,
    form_id: str,
    places: Sequence[PublicPlace],
    need: Mapping[str, str],
    lang: str,
    address: str,
) -> Receipt:
    known = Receipt.objects.filter(form_id=form_id).first()
    if known is not None:
        return known
    limits.count("enquiry", address=address)
    zones = {place.values["zone_id"] for place in places}
    lead = take_enquiry(
        contact=enquiry.contact,
        phone=enquiry.phone,
        email=enquiry.email,
        firm_name=enquiry.firm_name,
        message=enquiry.message,
        zone_id=zones.pop() if len(zones) == 1 else None,
        place_ids=[place.id for place in places],
        need=need,
        lang=lang,
    )
    return Receipt.objects.create(form_id=form_id, lead=lead, answer_by=answer_by(public.today()))


def answer_by(day: date) -> date:
    """Give the day by which an enquiry is answered; weekends do not count, holidays are not known."""
    left = WORKING_DAYS
    while left:
        day += timedelta(1)
        left -= day.weekday() < 5
    return day
