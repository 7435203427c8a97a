"""Pages by which somebody goes on from places: an enquiry, a link to share, a response pack."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yinfeng.bulletins.pack_pages import response_pack
from yinfeng.core.text import Text
from yinfeng.web.frame.address import address_of
from yinfeng.web.language import current, say
from yinfeng.web.leads.actions import TooMany
from yinfeng.web.portal import enquiries, public, sharing
from yinfeng.web.portal.addresses import chosen_query, query_of, zone_query
from yinfeng.web.portal.admission import with_zone
from yinfeng.web.portal.cards import columns_of
from yinfeng.web.portal.chosen import choice, hits_of, need_in, site_of
from yinfeng.web.portal.comparing import side_by_side
from yinfeng.web.portal.enquiries import Enquiry
from yinfeng.web.portal.forms import EnquiryForm, form_id, kept_token
from yinfeng.web.portal.limits import TooOften
from yinfeng.web.portal.models import Receipt
from yinfeng.web.portal.needs import asked, read
from yinfeng.web.portal.packing import pack_of
from yinfeng.web.portal.views import page
from yinfeng.web.portal.zones import zone_names

_TOO_MANY = Text(
    "现在提交的询问太多，请一小时后再试；您写的内容还在下面",
    "Too many enquiries are coming in; please try again in an hour. What you wrote is still below",
)
_AGAIN = Text(
    "没有收到：提交得太快，或页面开得太久。请再点一次提交，内容都在",
    "Not taken: it came too fast, or the page was open too long. Please press the button again",
)


@never_cache
def enquiry(request: HttpRequest) -> HttpResponse:
    """Ask the zone about places, or about a need."""
    if request.method != "POST":
        return _enquiry_page(request, EnquiryForm())
    form = EnquiryForm(request.POST)
    if not form.is_valid():
        return _enquiry_page(request, form)
    number = form_id(form.cleaned_data["token"])
    if number is None:
        return _enquiry_page(request, form, trouble=_AGAIN)
    try:
        receipt = _taken(request, form, number)
    except (TooOften, TooMany):
        return _enquiry_page(request, form, trouble=_TOO_MANY, status=429)
    return redirect("portal-receipt", secret=receipt.secret)


@require_safe
@never_cache
def receipt(request: HttpRequest, secret: str) -> HttpResponse:
    """Tell somebody the number of their enquiry, what happens next and by when."""
    given = get_object_or_404(Receipt.objects.select_related("lead"), secret=secret)
    places = public.among(given.lead.place_ids)
    return page(request, "receipt.html", receipt=given, places=places, days=enquiries.WORKING_DAYS)


@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Make a link to the chosen places and go there."""
    chosen = choice(request.POST)
    try:
        made = sharing.make_share(places=chosen.places, need=chosen.typed, address=address_of(request))
    except TooOften:
        return page(request, "too_often.html", chosen=chosen, status=429)
    return redirect("portal-shared", secret=made.secret)


@require_safe
@never_cache
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what a link leads to: what of it is public now, and what has left the market."""
    opened = sharing.open_share(secret)
    if opened is None:
        raise Http404
    need, faults = read(opened.share.need)
    need_said = need if opened.share.need and not faults else None
    places = with_zone(opened.places)
    ids = [place.id for place in places]
    response = page(
        request,
        "shared.html",
        opened=opened,
        columns=columns_of(places, hits_of(places, need_said), query_of(opened.share.need)),
        groups=side_by_side(places),
        map_query=chosen_query(ids, {}),
        zone_query=zone_query(place.values["zone_id"] for place in places),
        query=chosen_query(ids, opened.share.need),
        asked=asked(need_said, zone_names([need.typed.get("zone", "")])) if need_said else (),
        link=site_of(request) + request.path,
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def pack(request: HttpRequest) -> HttpResponse:
    """Set the chosen places as a PDF, with a link that shows them too."""
    chosen = choice(request.POST)
    address = address_of(request)
    try:
        made = sharing.make_share(places=chosen.places, need=chosen.typed, address=address, what="pack")
    except TooOften:
        return page(request, "too_often.html", chosen=chosen, status=429)
    body = response_pack(pack_of(chosen.places, chosen.need, made, site=site_of(request)), current())
    name = say(Text(f"yinfeng-{public.today():%Y%m%d}.pdf", f"yinfeng-{public.today():%Y%m%d}-en.pdf"))
    return HttpResponse(
        body,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell programs that read the web what they may read."""
    closed = ("/desk/", "/find", "/compare", "/enquiry", "/s/", "/health/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _taken(request: HttpRequest, form: EnquiryForm, number: str) -> Receipt:
    told = form.cleaned_data
    need = need_in(request.POST)
    return enquiries.take(
        Enquiry(**{name: told[name] for name in ("contact", "phone", "email", "firm_name", "message")}),
        form_id=number,
        places=choice(request.POST, is_sent=True).places,
        need=need.texts if need else {},
        lang=current(),
        address=address_of(request),
    )


def _enquiry_page(
    request: HttpRequest, form: EnquiryForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    told = request.POST if request.method == "POST" else request.GET
    is_sent = request.method == "POST"
    chosen = choice(told, is_sent=is_sent) if told.getlist("place") else None
    need = need_in(told)
    return page(
        request,
        "enquiry.html",
        form=form,
        token=kept_token(told.get("token", "")),
        chosen=chosen,
        need=need,
        asked=asked(need, zone_names([need.typed.get("zone", "")])) if need else (),
        typed=need.typed if need else {},
        status=status,
        **context,
    )
